"""Tasks: which flags a person closes with a note, which need a second person, and which go by themselves."""

from __future__ import annotations

from typing import Literal

from models.rules.claim_states import DECIDED_AGAIN, LATE_DOCUMENT

Closes = Literal["anyone", "supervisor", "moving", "acting", "centre"]
"""Who or what closes a flag: any member of staff; a supervisor, or a clerk with one; moving the days that clash;
acting on a withdrawn consent; an officer of the centre."""

_MONEY = ("tender.", "slip.", "money.", "receipt.", "refund.", "till.")


def closes(code: str) -> Closes:
    """What closes a flag. Where money is asked about, nobody alone says that there is nothing left to do."""
    if code in (LATE_DOCUMENT, DECIDED_AGAIN):
        return "centre"
    if code.startswith("coverage."):
        return "moving"
    if code == "consent.withdrawn":
        return "acting"
    return "supervisor" if code.startswith(_MONEY) else "anyone"
