"""Claim papers: what a claim asks for after all that was said of it, what of it must still be brought, and until when.

The same at the counter and at the centre, and never more than may be told without opening a restricted claim.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.claim_states import ClaimState, Paper, Request, open_wants
from models.rules.claims import Kind, Requirement, at_mission, benefit, checklist, document_name, kind, missing
from models.rules.problems import Refused

WAITING: tuple[ClaimState, ...] = ("filed", "asked")
"""The states in which the centre still waits for papers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that must still be brought, and until when, where a day is known. `asked`: the centre asked for it."""

    key: str
    name: str
    until: date | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class ToBring:
    """What must still be brought: the papers, where they may be named; how many, None where their number is sealed;
    and the nearest of their days, where one is known."""

    papers: tuple[Wanted, ...] = ()
    count: int | None = 0
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides which papers a claim asks for: as it was filed, and how its second report says that it ended."""

    code: str
    situation: str
    rules_from: date | None
    outcome: str
    benefits: tuple[str, ...]
    office: str
    """The kind of mission, by which some papers are called."""

    @property
    def kind(self) -> Kind | None:
        """What it is for; None where only a newer program knows the kind or the situation."""
        try:
            found = kind(self.code, on=self.rules_from)
            found.situation(self.situation)
        except Refused:
            return None
        return found

    def asked(self) -> tuple[Requirement, ...]:
        """Every paper it asks for; none of a kind that is not known."""
        known = self.kind
        if known is None:
            return ()
        found = checklist(self.code, self.situation, on=self.rules_from, **self._reported(known))
        return at_mission(found, self.office)

    def missing(self, kinds: Collection[str], answered: Collection[str]) -> tuple[Requirement, ...]:
        """Those of them still to come, given the kinds of the documents there and the requirements they are for."""
        known = self.kind
        if known is None:
            return ()
        still = missing(
            self.code, kinds, self.situation, on=self.rules_from, answered=answered, **self._reported(known)
        )
        return at_mission(still, self.office)

    def _reported(self, known: Kind) -> dict[str, Any]:
        if not self.outcome:
            return {}
        try:
            known.outcome(self.outcome)
            for one in self.benefits:
                benefit(one, on=known.rules_from)
        except Refused:
            return {}
        return {"outcome": self.outcome, "benefits": self.benefits}


def to_bring(
    state: ClaimState,
    terms: Terms,
    papers: Sequence[Paper],
    request: Request | None,
    by_day: date | None,
    follow_by: Mapping[str, date],
) -> ToBring:
    """What an open claim waits for: what the centre asked for, with its day, because an officer has looked at the rest;
    else what may follow. Nothing once it is decided or withdrawn."""
    if state == "asked" and request is not None:
        names = {one.key: one.name for one in terms.asked()}
        wanted = open_wants(request, papers)
        found = [Wanted(key, names.get(key) or paper_name(key, terms.office), by_day, asked=True) for key in wanted]
    elif state in WAITING:
        still = terms.missing([one.kind for one in papers], [one.requirement for one in papers])
        found = [Wanted(one.key, one.name, follow_by.get(one.key)) for one in still]
    else:
        found = []
    return ToBring(tuple(found), len(found), min((one.until for one in found if one.until is not None), default=None))


def sealed_to_bring(
    state: ClaimState,
    papers: Sequence[Paper],
    request: Request | None,
    by_day: date | None,
    follow_by: date | None,
    *,
    came_later: bool,
) -> ToBring:
    """The same of a restricted claim: how many the centre asked for. What was missing when it was filed is sealed, so a
    paper that `came_later` may have been all of it."""
    if state == "asked" and request is not None:
        fresh = sum(1 for one in papers if one.id not in request.seen)
        return ToBring((), max(1, request.papers - fresh), by_day)
    if state == "filed" and follow_by is not None and not came_later:
        return ToBring((), None, follow_by)
    return ToBring()


def paper_name(kind: str, office: str = "") -> str:
    """What a kind of document is called; the kind itself where only a newer program knows it."""
    try:
        return document_name(kind, office)
    except Refused:
        return kind
