"""Exporting: workers of this counter as a list that others can read, and that imports again without a question."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kiosk.desk import Desk, require_role
from kiosk.forms.importing import PLACE_AND_DATE, RESULT_COLUMNS, exported, titles
from kiosk.queries.persons import goes_on_as
from kiosk.queries.privacy import everybody_restricted
from kiosk.queries.workers import latest_placements, search
from kiosk.steps import Step, Steps
from models.ledger.tables import worker
from models.rules.problems import Problem, Refused, Trouble
from reports.sheets import KINDS, Sheet, Value, render_sheet

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


def save_sheet(path: Path, sheet: Sheet) -> None:
    """Write a list where somebody wants it, readable by nobody else; half a file is taken away again.

    Refused `sheet.ending` for a name that ends in neither .csv nor .xlsx; Trouble `world.file`."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Refused(Problem.of("file", "sheet.ending", file=path.name))
    content = render_sheet(sheet, kind)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            try:
                file.write(content)
                file.flush()
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Trouble("world.file", path=path, said=error.strerror or error) from error


def _targets() -> list[str]:
    return [target for target in titles() if target != PLACE_AND_DATE]


def _registered(connection: Connection, ids: Sequence[UUID] | None) -> list[UUID]:
    """Persons who are registered, once each: by name, or in the order they were asked for."""
    stands = worker.c.registered & worker.c.merged_into.is_(None) & worker.c.erased.is_(False)
    known = list(connection.scalars(select(worker.c.id).where(stands).order_by(worker.c.name, worker.c.id)))
    if ids is None:
        return known
    there, persons = set(known), goes_on_as(connection, ids)
    return list(dict.fromkeys(persons[one] for one in ids if persons.get(one) in there))


def _may_leave(connection: Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Those whose data may be handed on: not of somebody who asked that it be processed no further (UU PDP 27/2022,
    Art. 11) or took their consent back. The one place that keeps people out of every export."""
    held_back = everybody_restricted(connection)
    return [one for one in ids if one not in held_back]


def _people(connection: Connection, ids: Sequence[UUID], *, full: bool) -> Iterator[dict[str, Any]]:
    """The cells of each by target, and who it is."""
    workers = {row.id: row for row in connection.execute(select(worker).where(worker.c.id.in_(ids)))}
    contracts = latest_placements(connection, ids)
    for one in ids:
        contract = contracts.get(one)
        shown = {field: getattr(contract, field) for field in contract.__slots__} if contract else {}
        values = {**shown, **workers[one]._mapping, "consent": workers[one].consent == "given"}
        yield {**exported(values, full=full), "id": str(one)}


def _sheet(people: Sequence[dict[str, Any]]) -> Sheet:
    """Columns in the order of the form; one in which nothing stands is left out."""
    used = [target for target in _targets() if any(one.get(target) for one in people)]
    names = titles()
    rows: list[tuple[Value, ...]] = [(*(one.get(target) for target in used), one["id"]) for one in people]
    return Sheet("Pekerja", (*(names[target] for target in used), RESULT_COLUMNS[-1]), tuple(rows))
