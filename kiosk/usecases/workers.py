"""Workers: registering a person, correcting what was registered, and noticing that they are here already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from kiosk.desk import Desk, Work
from kiosk.forms.placement import CheckedPlacement
from kiosk.forms.registration import CheckedRegistration, HeirForm, Registration
from kiosk.queries.candidates import CANDIDATE, Candidate, like
from kiosk.queries.persons import require
from kiosk.queries.workers import latest_placement, placements_of
from kiosk.usecases.placements import differs, with_reason
from models.journal.consents import ConsentGiven
from models.journal.ids import new_id
from models.journal.workers import (
    LISTS,
    Amendment,
    Heir,
    Identity,
    Value,
    WorkerAmended,
    WorkerCompared,
    WorkerRegistered,
)
from models.rules.heirs import in_law_order
from models.rules.problems import Problem, Refused

_TELLING = ("name", "name_on_id_card", "nik", "passport_number", "kpj", "other_kpjs", "birth_date")
"""The fields by which somebody may turn out to be another registered person."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Who was registered, and what deserves a second look."""

    worker_id: UUID
    warnings: tuple[Problem, ...]


class Alike(Refused):
    """Somebody here is very likely the same person: open them, or say that they are not (`not_same_as`)."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        super().__init__(*(one.problem() for one in candidates))
        self.candidates = tuple(candidates)


def candidates(desk: Desk, form: Registration, worker_id: UUID | None = None) -> list[Candidate]:
    """Who here may be the person on the form, the likeliest first, however little of it is filled in. Those named in
    `not_same_as` are left out; `worker_id`: the form corrects this person."""
    with desk.read() as work:
        besides = require(work.connection, worker_id).id if worker_id is not None else None
        return _parted(like(work, form.sought(work.today), besides=besides), form.not_same_as)[1]


def check(desk: Desk, form: Registration, worker_id: UUID | None = None) -> CheckedRegistration:
    """What `register` (or `amend`, for a known worker) would say, without recording anything. Refused likewise."""
    with desk.read() as work:
        besides = require(work.connection, worker_id).id if worker_id is not None else None
        checked = _checked(work, form, besides or new_id())
        _told_apart(work, form, besides)
        return checked


def register(desk: Desk, form: Registration) -> Registered:
    """Register a person: identity, contract and consent in one action.

    Refused with everything that is wrong; then `Alike` (code `worker.candidate`) where somebody here is very likely
    the same person and is not named in `not_same_as`. That they were told apart is recorded and flagged.
    """
    with desk.work() as work:
        return register_in(work, form)


def register_in(work: Work, form: Registration) -> Registered:
    """`register` as a part of a larger action. Refused likewise."""
    worker_id = new_id()
    checked = _checked(work, form, worker_id)
    apart = _told_apart(work, form, None)
    work.record(
        WorkerRegistered(
            worker_id=worker_id,
            mission=work.mission,
            confirmed=(*checked.overruled, CANDIDATE) if apart else checked.overruled,
            not_same_as=apart,
            personal=checked.identity,
        )
    )
    work.record(checked.placement)
    if checked.consent:
        work.record(
            ConsentGiven(
                worker_id=worker_id,
                mission=work.mission,
                text_version=checked.consent.version or "",
                language=checked.consent.language,
            )
        )
    return Registered(worker_id, checked.warnings)


def amend(desk: Desk, worker_id: UUID, form: Registration, reason: str = "") -> Registered:
    """Correct a person: only the fields that differ are recorded. A contract that differs puts the current one right,
    or is a further one: `contract_change` says which, or else its number and first day do.

    The form holds the whole person as it is to be. Refused likewise, and `worker.unchanged` when nothing differs.
    """
    with desk.work() as work:
        row = require(work.connection, worker_id)
        worker_id = row.id
        contracts = placements_of(work.connection, worker_id)
        checked = _checked(work, form, worker_id)
        said = msgspec.to_builtins(checked.identity)
        wanted: dict[str, Value] = {field: said.get(field) for field in checked.identity.__struct_fields__}
        wanted |= {field: list(said.get(field, ())) for field in LISTS}
        stood = _stood(row, wanted)
        stood["heirs"] = in_law_order(row.heirs, [heir.get("relation") for heir in row.heirs])
        changes = {field: value for field, value in wanted.items() if value != stood[field]}
        moved = not contracts or differs(checked.placement, contracts[0])
        if not changes and not moved:
            raise Refused(Problem("form", "worker.unchanged"))
        apart = _told_apart(work, form, worker_id) if changes.keys() & {*_TELLING} else ()
        if changes:
            work.record(
                WorkerAmended(
                    worker_id=worker_id,
                    mission=work.mission,
                    confirmed=checked.overruled,
                    personal=Amendment(
                        changes=changes, reason=reason.strip(), was={field: stood[field] for field in changes}
                    ),
                )
            )
        for other_id in apart:
            work.record(WorkerCompared(worker_id=worker_id, other_id=other_id, mission=work.mission, same=False))
        if moved:
            body = checked.placement
            if body.corrects is not None:
                body = with_reason(CheckedPlacement(body, ()), reason).placement
            work.record(body)
    # Consent is asked for once, and kept beside the form.
    return Registered(worker_id, tuple(one for one in checked.warnings if one.code != "consent.missing"))


def form_of(desk: Desk, worker_id: UUID) -> Registration:
    """The registration form of a person as they are known now. Refused `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        row = require(work.connection, worker_id)
        contract = latest_placement(work.connection, row.id)
    said = {field: getattr(row, field) for field in Identity.__struct_fields__} | {
        field: getattr(contract, field) for field in (contract.__slots__ if contract else ())
    }
    said["kpj"] = tuple(card for card in (row.kpj, *row.other_kpjs) if card)
    heirs = msgspec.convert(row.heirs, tuple[Heir, ...])
    fields = HeirForm.__struct_fields__
    said["heirs"] = tuple(HeirForm(**{field: getattr(heir, field) for field in fields}) for heir in heirs)
    return Registration(**{field: said[field] for field in Registration.__struct_fields__ if field in said})


def settle(desk: Desk, worker_id: UUID, field: str, value: Value, reason: str = "") -> None:
    """Say which of the values that several counters gave one field is right: the one that stands, or another of them.

    Refused `conflict.none` (nothing to settle there any more) and `conflict.other_value` (none of those given)."""
    with desk.work() as work:
        row = require(work.connection, worker_id)
        losers = row.conflicts.get(field, ())
        if not losers:
            raise Refused(Problem(field, "conflict.none"))
        stood = _stood(row, [field])[field]
        if value != stood and value not in [loser[3] for loser in losers]:
            raise Refused(Problem(field, "conflict.other_value"))
        work.record(
            WorkerAmended(
                worker_id=row.id,
                mission=work.mission,
                personal=Amendment(changes={field: value}, reason=reason.strip(), was={field: stood}),
            )
        )


def _told_apart(work: Work, form: Registration, besides: UUID | None) -> tuple[UUID, ...]:
    """Those of `not_same_as` who look like the same person, so that it is worth keeping that they are not. Refused:
    `Alike` where somebody very much does and was not named."""
    apart, others = _parted(like(work, form.sought(work.today), besides=besides), form.not_same_as)
    if strong := [one for one in others if one.strong]:
        raise Alike(strong)
    return tuple(one.id for one in apart)


def _parted(alike: Sequence[Candidate], not_same_as: Sequence[UUID] | None) -> tuple[list[Candidate], list[Candidate]]:
    """Those who are named, under whichever of their registrations, and the others."""
    named = set(not_same_as or ())
    apart = [one for one in alike if named.intersection(one.ids)]
    return apart, [one for one in alike if one not in apart]


def _checked(work: Work, form: Registration, worker_id: UUID) -> CheckedRegistration:
    contracts = [one.contract for one in placements_of(work.connection, worker_id)]
    return form.checked(work.terminal.mission, work.today, worker_id, contracts)


def _stood(row: Any, fields: Mapping[str, Value] | Sequence[str]) -> dict[str, Value]:
    """What stands in these fields, as JSON."""
    return {field: _as_json(getattr(row, field)) for field in fields}


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
