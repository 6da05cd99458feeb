"""Roles of the centre's officers: who may do what. Every page and every decision asks here."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from models.rules.problems import Problem, Refused


class Act(StrEnum):
    """What an officer may do, beyond looking at lists that any signed-in officer sees."""

    DECIDE_CLAIMS = "decide_claims"
    """Ask for documents, approve, reject, pay, reopen; assign, comment."""
    OPEN_RESTRICTED = "open_restricted"
    """Open what is sealed of a restricted claim; with DECIDE_CLAIMS also decide it."""
    EXPORT_CLAIMS = "export_claims"
    SEE_ACCESS = "see_access"
    """Who opened which claim and document."""
    DECIDE_REFUNDS = "decide_refunds"
    CONFIRM = "confirm"
    """Keep what BPJS confirmed and stated."""
    MERGE = "merge"
    """Say that two registrations are one person, or two, and undo it."""
    ERASE = "erase"
    SEE_HOLDINGS = "see_holdings"
    """Whose data is on a counter's machine: everybody at once, for those who answer for a breach."""
    REVOKE_COUNTERS = "revoke_counters"
    """Take nothing more from a counter's key."""
    CARRY_BUNDLES = "carry_bundles"
    """Take in what came from a counter on a stick, and make what goes to it so."""
    SEE_OFFICERS = "see_officers"
    CHANGE_OFFICERS = "change_officers"
    CHANGE_SETTINGS = "change_settings"


_VERIFIER = frozenset({Act.DECIDE_CLAIMS, Act.EXPORT_CLAIMS, Act.DECIDE_REFUNDS, Act.CONFIRM, Act.MERGE})

ROLES: dict[str, frozenset[Act]] = {
    "verifikator": _VERIFIER,
    "khusus": _VERIFIER | {Act.OPEN_RESTRICTED},
    "auditor": frozenset({Act.EXPORT_CLAIMS, Act.SEE_ACCESS, Act.SEE_HOLDINGS, Act.SEE_OFFICERS}),
    # Accounts and settings, and what the centre decides beside claims. Who makes accounts opens nothing that is sealed.
    "admin": frozenset(Act) - {Act.OPEN_RESTRICTED, Act.DECIDE_CLAIMS, Act.EXPORT_CLAIMS, Act.SEE_ACCESS},
}
"""Each role with what it may do."""

ROLE_NAMES = {
    "verifikator": "Verifikator",
    "khusus": "Verifikator klaim khusus",
    "auditor": "Auditor",
    "admin": "Admin",
}


class Acting(Protocol):
    """Whoever has a role: an Officer."""

    @property
    def role(self) -> str: ...


def may(officer: Acting, act: Act) -> bool:
    """Whether the officer's role allows it; a role nobody knows allows nothing."""
    return act in ROLES.get(officer.role, frozenset())


def permit(by: Acting | None, act: Act) -> None:
    """Refused `officer.not_allowed` (gap `roles`: who may) unless `by` may; None is whoever has the centre's own
    command line."""
    if by is not None and not may(by, act):
        raise Refused(Problem.of("officer", "officer.not_allowed", roles=allowed_roles(act)))


def allowed_roles(act: Act) -> str:
    """`Verifikator, Admin`: the roles that may, for a sentence."""
    return ", ".join(ROLE_NAMES[role] for role, acts in ROLES.items() if act in acts)
