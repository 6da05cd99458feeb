"""Placements: a further contract of a person, and one that was written down wrongly put right."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.forms.placement import CheckedPlacement, PlacementForm, lower
from kiosk.queries.persons import require
from kiosk.queries.workers import PlacementRow, placements_of, versions_of
from models.journal.ids import new_id
from models.journal.placements import PlacementRecorded
from models.ledger.tables import placement
from models.rules.placements import standing
from models.rules.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Recorded:
    """The contract as it stands now, and what deserves a second look."""

    placement_id: UUID
    worker_id: UUID
    warnings: tuple[Problem, ...]


def check(desk: Desk, worker_id: UUID, form: PlacementForm, corrects: UUID | None = None) -> CheckedPlacement:
    """What `record` (or `correct`, for a contract on record) would say, without recording. Refused likewise."""
    with desk.read() as work:
        return _new(work, worker_id, form) if corrects is None else _put_right(work, corrects, form, "")


def record(desk: Desk, worker_id: UUID, form: PlacementForm) -> Recorded:
    """Record a further contract of a person, or an extension of one.

    Refused: `worker.unknown`, `placement.unchanged` where exactly this is on record already, `placement.unknown` for
    an extension of what is none of the person's contracts, and whatever is wrong with the form.
    """
    with desk.work() as work:
        return _recorded(work, _new(work, worker_id, form))


def correct(desk: Desk, placement_id: UUID, form: PlacementForm, reason: str = "") -> Recorded:
    """Put a contract right that was written down wrongly. The form holds the whole contract as it is to be; what
    stood before stays in the history.

    Refused: `placement.unknown`, `placement.corrected` for a version that another one stands for already,
    `placement.unchanged`, and whatever is wrong with the form.
    """
    with desk.work() as work:
        return _recorded(work, _put_right(work, placement_id, form, reason))


def _recorded(work: Work, checked: CheckedPlacement) -> Recorded:
    placement_id = new_id()
    work.record(checked.placement, entry_id=placement_id)
    return Recorded(placement_id, checked.placement.worker_id, checked.warnings)


def _new(work: Work, worker_id: UUID, form: PlacementForm) -> CheckedPlacement:
    person = require(work.connection, worker_id)
    stands = standing(versions_of(work.connection, person.id))
    if form.extension_of in stands:
        form = msgspec.structs.replace(form, extension_of=stands[form.extension_of])
    contracts = placements_of(work.connection, person.id)
    checked = form.checked(work.terminal.mission, person.id, [one.contract for one in contracts])
    if any(not differs(checked.placement, one) for one in contracts):
        raise Refused(Problem("form", "placement.unchanged"))
    return checked


def _put_right(work: Work, placement_id: UUID, form: PlacementForm, reason: str) -> CheckedPlacement:
    holder = work.connection.scalar(select(placement.c.worker_id).where(placement.c.id == placement_id))
    if holder is None:
        raise Refused(Problem("placement_id", "placement.unknown"))
    person = require(work.connection, holder)
    contracts = placements_of(work.connection, person.id)
    before = next((one for one in contracts if one.id == placement_id), None)
    if before is None:
        raise Refused(Problem("placement_id", "placement.corrected"))
    if form.extension_of is None and lower(form.event) == before.event:
        form = msgspec.structs.replace(form, extension_of=before.extension_of)
    # It stays with the registration it was recorded under: should two be parted again, both keep their contracts.
    checked = form.checked(work.terminal.mission, holder, [one.contract for one in contracts], corrects=placement_id)
    if not differs(checked.placement, before):
        raise Refused(Problem("form", "placement.unchanged"))
    return with_reason(checked, reason)


def with_reason(checked: CheckedPlacement, reason: str) -> CheckedPlacement:
    """The same with the words for why it is put right."""
    body = checked.placement
    if not reason.strip() or body.personal is None:
        return checked
    details = msgspec.structs.replace(body.personal, reason=" ".join(reason.split()))
    return CheckedPlacement(msgspec.structs.replace(body, personal=details), checked.warnings)


def differs(wanted: PlacementRecorded, stood: PlacementRow) -> bool:
    """Whether a contract says anything else than the one on record."""
    return any(
        getattr(wanted if hasattr(wanted, field) else wanted.personal, field) != getattr(stood, field)
        for field in stood.__slots__
        if field not in ("id", "corrects", "recorded_at")
    )
