"""Exporting: workers of this counter as a list that others can read, and that imports again without a question."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from kiosk.desk import Desk, require_role
from kiosk.forms.importing import MONTHS, PLACE_AND_DATE, RESULT_COLUMNS, exported, titles
from kiosk.queries.workers import search
from kiosk.steps import Step, Steps
from models.ledger.tables import consent, placement, worker
from models.rules.problems import Problem, Refused
from reports.sheets import Sheet, Value

MOST_FOUND = 10_000
"""Workers that a search may bring into an export; without one there is no limit."""
MOST_IN_WORKBOOK = 50_000
"""Rows of an XLSX made in memory: some 600 MB. A CSV takes a hundredth of that."""
_A_PIECE = 200

log = logging.getLogger("loket.exports")


@dataclass(frozen=True, slots=True)
class Exported:
    """The list, and how many who were asked for are not in it, because nothing may be done with their data now."""

    sheet: Sheet
    held_back: int


def export(
    desk: Desk,
    *,
    full: bool = False,
    found_by: str | None = None,
    ids: Sequence[UUID] | None = None,
    kind: str = ".csv",
) -> Steps[Exported]:
    """All workers, those a search finds, or these. `full` shows NIK and account numbers unmasked, and is Refused
    `staff.not_allowed` for anybody below penyelia; `export.nobody`, `export.too_many` for a workbook."""
    if full:
        require_role(desk.operator, "penyelia", "admin")
    if found_by is not None:
        ids = [row.id for row in search(desk, found_by, MOST_FOUND)]
    with desk.read() as work:
        ids = _registered(work.connection, ids)
        allowed = _may_leave(work.connection, ids)
    if not allowed:
        raise Refused(Problem("search" if found_by else "form", "export.nobody"))
    if kind == ".xlsx" and len(allowed) > MOST_IN_WORKBOOK:
        raise Refused(Problem.of("file", "export.too_many", most=MOST_IN_WORKBOOK))
    people: list[dict[str, Any]] = []
    for at in range(0, len(allowed), _A_PIECE):
        with desk.read() as work:
            people += _people(work.connection, allowed[at : at + _A_PIECE], full=full)
        yield Step(min(at + _A_PIECE, len(allowed)), len(allowed))
    log.info("%d workers exported by %s, numbers %s", len(people), desk.operator.login, "in full" if full else "masked")
    return Exported(_sheet(people), len(ids) - len(allowed))


def blank() -> Sheet:
    """A list without anybody, to be filled in by a placement company."""
    return Sheet("Pekerja", tuple(titles()[target] for target in _targets()), ())


def _targets() -> list[str]:
    return [target for target in titles() if target not in (PLACE_AND_DATE, MONTHS)]


def _registered(connection: Connection, ids: Sequence[UUID] | None) -> list[UUID]:
    """Those who are registered, by name, or in the order they were asked for."""
    query = select(worker.c.id).where(worker.c.registered).order_by(worker.c.name, worker.c.id)
    known = list(connection.scalars(query))
    if ids is None:
        return known
    there = set(known)
    return [one for one in dict.fromkeys(ids) if one in there]


def _may_leave(connection: Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Those whose data may be handed on. The one place that keeps others out of every export."""
    kept_here = set(connection.scalars(select(worker.c.id).where(_HELD_BACK)))
    return [one for one in ids if one not in kept_here]


_HELD_BACK: ColumnElement[bool] = worker.c.name.is_(None)
"""Nobody without a name: their registration has been erased, or has not arrived."""


def _people(connection: Connection, ids: Sequence[UUID], *, full: bool) -> Iterator[dict[str, Any]]:
    """The cells of each by target, and who it is."""
    workers = {row.id: row for row in connection.execute(select(worker).where(worker.c.id.in_(ids)))}
    shown = select(placement).where(placement.c.worker_id.in_(ids)).order_by(placement.c.recorded_at, placement.c.id)
    contracts = {row.worker_id: row for row in connection.execute(shown)}  # the one shown last
    agreed = set(connection.scalars(select(consent.c.worker_id).where(consent.c.worker_id.in_(ids))))
    for one in ids:
        values = {**(contracts[one]._mapping if one in contracts else {}), **workers[one]._mapping}
        values["consent"] = one in agreed
        yield {**exported(values, full=full), "id": str(one)}


def _sheet(people: Sequence[dict[str, Any]]) -> Sheet:
    """Columns in the order of the form; one in which nothing stands is left out."""
    used = [target for target in _targets() if any(one.get(target) for one in people)]
    names = titles()
    rows: list[tuple[Value, ...]] = [(*(one.get(target) for target in used), one["id"]) for one in people]
    return Sheet("Pekerja", (*(names[target] for target in used), RESULT_COLUMNS[-1]), tuple(rows))
