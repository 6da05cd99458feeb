"""Privacy: what a screen, a list or a paper may show of a person whose data are restricted."""

from __future__ import annotations

from models.rules.names import initials

MASK = "••••"


def shown_name(name: str | None, *, restricted: bool) -> str:
    """The name, or the initials where the person asked for restriction (UU PDP 27/2022, Art. 11): `S. N.`"""
    if not restricted:
        return name or "—"
    letters = initials(name or "")
    return " ".join(f"{letter}." for letter in letters) or "—"


def shown_number(number: str | None, *, restricted: bool) -> str:
    """A passport's number, or only its last four: as much as the code on a paper carries."""
    if not number:
        return ""
    return passport_end(number) if restricted else number


def passport_end(number: str) -> str:
    """`••••1907`"""
    return f"{MASK}{number[-4:]}"


def mask_account(number: str) -> str:
    """A bank account fit for a screen others can see: `••••••7712`."""
    return f"••••••{number[-4:]}" if len(number) > 4 else "•" * len(number)
