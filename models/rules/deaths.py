"""Deaths and missing persons: what the mission may state in a letter of its own, and how heirs are told.

The mission is a lawful reporter of deaths; its letter of a death or of a missing person is one of the proofs that
Permenaker 4/2023 Art. 57(1) takes.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.rules.problems import Problem, Refused

About = Literal["death", "missing"]

ABOUT: tuple[About, ...] = ("death", "missing")
CHANNELS: tuple[str, ...] = ("phone", "whatsapp", "letter", "visit", "other")
"""How an heir was told, or was tried to be told."""

LONGEST_LINE = 120
LONGEST_STORY = 600
LONGEST_NUMBER = 60

_PROOFS: dict[tuple[About, str], str] = {
    ("death", "KDEI"): "surat_kematian_kdei",
    ("missing", "KDEI"): "surat_hilang_kdei",
    ("death", ""): "surat_kematian_perwakilan",
    ("missing", ""): "surat_hilang_perwakilan",
}


def about(text: str, field: str = "about") -> About:
    """What a letter is about. Refused `statement.about`."""
    found = next((one for one in ABOUT if one == text.strip().lower()), None)
    if found is None:
        raise Refused(Problem.of(field, "statement.about", about=text.strip()[:40]))
    return found


def proof_kind(about: About, mission_kind: str) -> str:
    """The kind of document that such a letter of this kind of mission is to a claim."""
    return _PROOFS.get((about, mission_kind)) or _PROOFS[about, ""]


def statement_problems(
    *, event_date: date | None, today: date, place: str, signatory: str, source: str, circumstances: str, **short: str
) -> list[Problem]:
    """`required` for the day, the place, what it is known from and who signs; `statement.future`; `text.too_long` for
    any of them and for what else is `short`: a line each, circumstances a few sentences."""
    lines = {"place": place, "signatory": signatory, "source": source}
    problems = [Problem(field, "required") for field, said in lines.items() if not said]
    if event_date is None:
        problems.append(Problem("event_date", "required"))
    elif event_date > today:
        problems.append(Problem.of("event_date", "statement.future", day=event_date.isoformat()))
    longest = {**dict.fromkeys((*lines, *short), LONGEST_LINE), "circumstances": LONGEST_STORY}
    longest["letter_number"] = LONGEST_NUMBER
    return problems + [
        Problem.of(field, "text.too_long", longest=longest[field])
        for field, said in {**lines, **short, "circumstances": circumstances}.items()
        if len(said) > longest[field]
    ]


def contact_problems(*, name: str, channel: str, note: str, phone: str) -> list[Problem]:
    """`required` for a name, `heir.channel` for a way of telling nobody knows, `text.too_long`."""
    problems = [] if name else [Problem("name", "required")]
    if channel not in CHANNELS:
        problems.append(Problem.of("channel", "heir.channel", channel=channel[:40]))
    return problems + [
        Problem.of(field, "text.too_long", longest=longest)
        for field, said, longest in (
            ("name", name, LONGEST_LINE),
            ("phone", phone, LONGEST_NUMBER),
            ("note", note, LONGEST_STORY),
        )
        if len(said) > longest
    ]
