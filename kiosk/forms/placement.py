"""Placement: a contract as it is written on the form, and what is wrong with it or deserves a second look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from models.journal.placements import PlacementDetails, PlacementRecorded
from models.rules.countries import country_code
from models.rules.missions import Mission
from models.rules.placements import (
    EVENTS,
    SCHEMES,
    Contract,
    contract_problems,
    contract_warnings,
    extends,
    is_same_contract,
)
from models.rules.problems import Problem, Refused

SCHEME_WORDS = {
    "p3mi": ("placed", "p to p", "ptop", "penempatan p3mi"),
    "g2g": ("g to g", "gtog", "g-to-g"),
    "g2p": ("g to p", "gtop", "g-to-p"),
    "ukps": ("own company", "own_company", "perusahaan sendiri"),
    "perseorangan": ("individual", "mandiri", "independent"),
}
"""What else people write for each kind of participant."""

EMPLOYER_KINDS = ("company", "household", "ship")
CHANGES = ("correction", "new")
"""What a contract that differs from the one on record is: that one put right, or another one."""

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)

DATES = ("contract_start", "contract_end", "departure", "arrival")


class PlacementForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole contract as it is to be recorded. `arrival` is the return to Indonesia; `extension_of` the id of the
    contract it goes on from, found by its dates where the event is `extension` and none is named."""

    country: str | None = None
    scheme: str | None = None
    event: str | None = None
    employer_kind: str | None = None
    employer: str | None = None
    agency: str | None = None
    p3mi: str | None = None
    job: str | None = None
    contract_number: str | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    months: int | None = None
    legalisation_number: str | None = None
    departure: date | None = None
    arrival: date | None = None
    extension_of: UUID | None = None

    def checked(
        self,
        mission: Mission,
        worker_id: UUID,
        contracts: Sequence[Contract] = (),
        *,
        corrects: UUID | None = None,
    ) -> CheckedPlacement:
        """The contract in the shape it is recorded in, and its warnings. `contracts` are the person's as they stand,
        `corrects` the one that this is put in the place of. Refused with everything that is wrong."""
        problems: list[Problem] = []
        others = [one for one in contracts if one.id != corrects]
        country = self._country(mission, problems)
        event = _one_of("event", lower(self.event), EVENTS, problems)
        employer_kind = _one_of("employer_kind", lower(self.employer_kind), EMPLOYER_KINDS, problems)
        extended = self._extended(event, others, corrects, problems)
        body = PlacementRecorded(
            worker_id=worker_id,
            mission=mission.code,
            country=country,
            scheme=self._scheme(problems),
            event=event or ("extension" if extended else "new"),
            contract_start=self.contract_start,
            contract_end=self.contract_end,
            months=self.months,
            departure=self.departure,
            arrival=self.arrival,
            extension_of=extended,
            corrects=corrects,
            personal=PlacementDetails(
                employer_kind=employer_kind,
                employer=text(self.employer),
                agency=text(self.agency),
                p3mi=text(self.p3mi),
                job=text(self.job),
                contract_number=text(self.contract_number),
                legalisation_number=text(self.legalisation_number),
            ),
        )
        far = {field for field in DATES if (day := getattr(self, field)) and not EARLIEST <= day <= LATEST}
        problems += [Problem(field, "date.too_far") for field in DATES if field in far]
        contract = contract_of(body)
        problems += [problem for problem in contract_problems(contract) if problem.field not in far]
        if problems:
            raise Refused(*problems)
        return CheckedPlacement(body, tuple(contract_warnings(contract, others)))

    def _country(self, mission: Mission, problems: list[Problem]) -> str | None:
        if not text(self.country):
            return mission.country
        try:
            return country_code(str(self.country))
        except Refused as refusal:
            problems += refusal.problems
            return None

    def _scheme(self, problems: list[Problem]) -> str | None:
        written = lower(self.scheme)
        if not written:
            return None
        for scheme, others in SCHEME_WORDS.items():
            if written == scheme or written in others:
                return scheme
        problems.append(Problem.of("scheme", "choice.unknown", given=written[:40], choices=", ".join(SCHEMES)))
        return None

    def _extended(
        self, event: str | None, others: Sequence[Contract], corrects: UUID | None, problems: list[Problem]
    ) -> UUID | None:
        if self.extension_of is None:
            return extends(self.contract_start, others) if event == "extension" else None
        if self.extension_of == corrects:
            problems.append(Problem("extension_of", "placement.itself"))
        elif self.extension_of not in {one.id for one in others}:
            problems.append(Problem("extension_of", "placement.unknown"))
        return self.extension_of


class CheckedPlacement(msgspec.Struct, frozen=True):
    """A contract that may be recorded."""

    placement: PlacementRecorded
    warnings: tuple[Problem, ...]


def contract_of(body: PlacementRecorded) -> Contract:
    """The facts of a contract that the rules look at."""
    return Contract(
        id=body.corrects,
        number=body.personal.contract_number if body.personal else None,
        start=body.contract_start,
        end=body.contract_end,
        months=body.months,
        departure=body.departure,
        arrival=body.arrival,
        event=body.event,
        extension_of=body.extension_of,
    )


def what_it_corrects(form: PlacementForm, contracts: Sequence[Contract], change: str | None) -> UUID | None:
    """Which of the contracts on record (the current one first) a form that was filled from it puts right; None where
    it is another contract. `change` is the clerk's word, where one was given."""
    if not contracts or change == "new":
        return None
    now = Contract(number=form.contract_number, start=form.contract_start, event=lower(form.event))
    return contracts[0].id if change == "correction" or is_same_contract(now, contracts[0]) else None


def text(value: str | None) -> str | None:
    """What was written, with single spaces; None for nothing."""
    return (" ".join(value.split()) or None) if value else None


def lower(value: str | None) -> str | None:
    """A choice as it was written, in small letters; None for nothing."""
    return value.strip().lower() or None if value else None


def _one_of(field: str, value: str | None, choices: tuple[str, ...], problems: list[Problem]) -> str | None:
    if value and value not in choices:
        problems.append(Problem.of(field, "choice.unknown", given=value[:40], choices=", ".join(choices)))
        return None
    return value
