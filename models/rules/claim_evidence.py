"""Claim evidence: what a counter shows before a claim is filed, of the cover, the benefits it may lead to, earlier
claims and the heirs' order. It decides nothing: BPJS does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.rules.claims import Benefit, Edition, Kind, ShownAmount, Situation, shown_amount
from models.rules.coverage import Cover
from models.rules.heirs import OUTSIDE, Inherits, in_law_order, rank_of, relation
from models.rules.names import name_key
from models.rules.phases import Phase
from models.rules.problems import Problem, Refused

SIMILAR_DAYS = 3
"""Two claims of one person and programme whose events lie no further apart may be about the same one: people are not
sure of the day, and two counters may have written it down."""


# Cover


@dataclass(frozen=True, slots=True)
class PaidCover:
    """Days that one receipt paid, by its number; `confirmed_on` None: provisional, BPJS has not confirmed it."""

    number: str
    cover: Cover
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class CoverEvidence:
    """A receipt that speaks for the event's day. `holds`: its days include it; otherwise it is the nearest one."""

    number: str
    covered_from: date
    covered_to: date
    confirmed_on: date | None
    holds: bool

    @property
    def provisional(self) -> bool:
        """BPJS has not confirmed it yet."""
        return self.confirmed_on is None


def cover_evidence(kind: Kind, day: date, paid: Iterable[PaidCover]) -> tuple[CoverEvidence, ...]:
    """The receipts whose days include the event's, the one that began first standing first. Where there is none, the
    last that ended before it and the first that begins after it."""
    ours = sorted(
        (one for one in paid if one.cover.programme == kind.contribution),
        key=lambda one: (one.cover.covered_from, one.cover.covered_to, one.number),
    )
    holding = [one for one in ours if one.cover.covered_from <= day <= one.cover.covered_to]
    if holding:
        return tuple(_evidence(one, holds=True) for one in holding)
    ended = [one for one in ours if one.cover.covered_to < day]
    coming = [one for one in ours if one.cover.covered_from > day]
    nearest = [max(ended, key=lambda one: one.cover.covered_to)] if ended else []
    return tuple(_evidence(one, holds=False) for one in (*nearest, *coming[:1]))


def _evidence(one: PaidCover, *, holds: bool) -> CoverEvidence:
    return CoverEvidence(one.number, one.cover.covered_from, one.cover.covered_to, one.confirmed_on, holds)


# Benefits


@dataclass(frozen=True, slots=True)
class PossibleBenefit:
    """A benefit that a claim may lead to, what may be said of its amount, and whether the regulation has it for the
    phase of the event's day (also where that phase is not known)."""

    benefit: Benefit
    amount: ShownAmount
    in_phase: bool


def possible_benefits(edition: Edition, kind: Kind, situation: Situation, phase: Phase) -> tuple[PossibleBenefit, ...]:
    """What a claim may lead to, those of the event's phase first; of a restricted kind nothing is said. Benefits of a
    death are not named to somebody who reports an injury."""
    if kind.restricted:
        return ()
    codes: Iterable[str] = kind.benefits
    if kind.outcomes:
        codes = dict.fromkeys(
            code for outcome in kind.outcomes if outcome.death == situation.death for code in outcome.benefits
        )
    known = phase.kind in ("before", "during", "after")
    found = [edition.benefit(code) for code in codes]
    possible = [PossibleBenefit(one, shown_amount(one), not known or phase.kind in one.phases) for one in found]
    return tuple(sorted(possible, key=lambda one: not one.in_phase))


# Earlier claims


@dataclass(frozen=True, slots=True)
class EarlierClaim:
    """A claim of the same person and programme. `state` is where it stands (models.rules.claim_states); `similar`: it
    may be about the same event."""

    id: UUID
    number: str
    code: str
    event_date: date
    business_date: date
    state: str
    similar: bool = False


def is_similar(event_date: date, other: EarlierClaim) -> bool:
    """Whether two claims of one person and programme may be about one event; a withdrawn one stands in nobody's way."""
    return abs((event_date - other.event_date).days) <= SIMILAR_DAYS and other.state != "withdrawn"


def similar_warnings(earlier: Iterable[EarlierClaim]) -> list[Problem]:
    """`claim.similar` for each claim that may be about the same event, by its number."""
    return [
        Problem.of("event_date", "claim.similar", number=one.number, day=one.event_date.isoformat())
        for one in earlier
        if one.similar
    ]


# Heirs


@dataclass(frozen=True, slots=True)
class HeirEvidence:
    """A recorded heir, `relation` as people say it. `first`: the law pays this one first (Art. 57(4)), perhaps
    together with others of the same rank."""

    name: str
    relation: str
    first: bool


def heir_evidence(heirs: Sequence[Inherits]) -> tuple[HeirEvidence, ...]:
    """The recorded heirs in the order of the law."""
    ordered = in_law_order(heirs, [heir.relation for heir in heirs])
    highest = min((rank_of(heir.relation) for heir in ordered), default=OUTSIDE)
    return tuple(
        HeirEvidence(heir.name, _said(heir.relation), rank_of(heir.relation) == highest < OUTSIDE) for heir in ordered
    )


def filer_warnings(
    situation: Situation, filed_by: str, filer_name: str, heirs: Sequence[HeirEvidence]
) -> list[Problem]:
    """What to tell an heir who files after a death, on "filer_name": `claim.heirs_unknown` where none are recorded,
    `claim.heir_unknown` for one who is not among them, `claim.heir_not_first` where the law puts others first."""
    if filed_by != "heir" or not situation.death:
        return []
    if not heirs:
        return [Problem("filer_name", "claim.heirs_unknown")]
    key = name_key(filer_name)
    if not key:
        return []
    known = [heir for heir in heirs if name_key(heir.name) == key]
    if not known:
        return [Problem("filer_name", "claim.heir_unknown")]
    first = [heir.name for heir in heirs if heir.first]
    if first and not any(heir.first for heir in known):
        return [Problem.of("filer_name", "claim.heir_not_first", name=" / ".join(first))]
    return []


def _said(code: str) -> str:
    try:
        return relation(code).name
    except Refused:
        return code
