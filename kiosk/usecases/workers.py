"""Workers: registering a person and correcting what was registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, not_, or_, select

from kiosk.desk import Desk, Work
from kiosk.forms.placement import CheckedPlacement
from kiosk.forms.registration import CheckedRegistration, Registration
from kiosk.queries.persons import require
from kiosk.queries.workers import placements_of
from kiosk.usecases.placements import differs, with_reason
from models.journal.consents import ConsentGiven
from models.journal.ids import new_id
from models.journal.workers import LISTS, Amendment, WorkerAmended, WorkerRegistered
from models.ledger.tables import worker
from models.rules.heirs import in_law_order
from models.rules.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Registered:
    """Who was registered, and what deserves a second look."""

    worker_id: UUID
    warnings: tuple[Problem, ...]


def check(desk: Desk, form: Registration, worker_id: UUID | None = None) -> CheckedRegistration:
    """What `register` (or `amend`, for a known worker) would say, without recording anything. Refused likewise."""
    with desk.read() as work:
        return _checked(work, form, worker_id or new_id())


def register(desk: Desk, form: Registration) -> Registered:
    """Register a person: identity, contract and consent in one action.

    Refused with everything that is wrong; `nik.taken` and `passport.taken` where somebody here has it already.
    """
    with desk.work() as work:
        return register_in(work, form)


def register_in(work: Work, form: Registration) -> Registered:
    """`register` as a part of a larger action. Refused likewise."""
    worker_id = new_id()
    checked = _checked(work, form, worker_id)
    work.record(
        WorkerRegistered(
            worker_id=worker_id, mission=work.mission, confirmed=checked.overruled, personal=checked.identity
        )
    )
    work.record(checked.placement)
    if checked.consent:
        work.record(
            ConsentGiven(
                worker_id=worker_id,
                mission=work.mission,
                text_version=checked.consent.version,
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
        wanted = {field: said.get(field) for field in checked.identity.__struct_fields__}
        wanted |= {field: list(said.get(field, ())) for field in LISTS}
        stood = {field: _as_json(getattr(row, field)) for field in wanted}
        stood["heirs"] = in_law_order(row.heirs, [heir.get("relation") for heir in row.heirs])
        changes = {field: value for field, value in wanted.items() if value != stood[field]}
        moved = not contracts or differs(checked.placement, contracts[0])
        if not changes and not moved:
            raise Refused(Problem("form", "worker.unchanged"))
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
        if moved:
            body = checked.placement
            if body.corrects is not None:
                body = with_reason(CheckedPlacement(body, ()), reason).placement
            work.record(body)
    return Registered(worker_id, checked.warnings)


def _checked(work: Work, form: Registration, worker_id: UUID) -> CheckedRegistration:
    contracts = [one.contract for one in placements_of(work.connection, worker_id)]
    checked = form.checked(work.terminal.mission, work.today, worker_id, contracts)
    taken = [
        Problem.of(field, code, name=name)
        for field, code in (("nik", "nik.taken"), ("passport_number", "passport.taken"))
        if (name := _holder(work.connection, field, getattr(checked.identity, field), worker_id))
    ]
    if taken:
        raise Refused(*taken)
    return checked


def _holder(connection: Connection, field: str, value: str | None, besides: UUID) -> str | None:
    """Who else is registered with this number."""
    if value is None:
        return None
    same_person = or_(worker.c.id == besides, func.coalesce(worker.c.merged_into, worker.c.id) == besides)
    query = select(worker.c.name).where(worker.c[field] == value, not_(same_person))
    return connection.scalar(query.order_by(worker.c.id).limit(1))


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
