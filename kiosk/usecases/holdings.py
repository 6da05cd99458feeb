"""Holdings: those who answer for a counter see whose data is on it, and take the list away."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from kiosk.desk import Desk, require_role
from kiosk.queries.holdings import HeldRow, Holdings, holdings, people_here, persons_held, rows_of
from kiosk.steps import Step, Steps
from kiosk.usecases.exporting import MOST_IN_WORKBOOK
from models.language import _
from models.rules.problems import Problem, Refused
from reports.sheets import Sheet, Value

MAY_LOOK = ("penyelia", "admin")
"""Everybody on a machine at once is for those who answer for it when it is lost."""
_A_PIECE = 200

log = logging.getLogger("loket.exports")


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, and how many are not in it because their data are restricted."""

    sheet: Sheet
    held_back: int


def look(desk: Desk, most: int = 200) -> tuple[Holdings, list[HeldRow]]:
    """How much is here, and whose it is: the first so many by name. Refused `staff.not_allowed`."""
    require_role(desk.operator, *MAY_LOOK)
    return holdings(desk), people_here(desk, most)


def look_on(desk: Desk, skip: int, most: int = 200) -> list[HeldRow]:
    """Those behind the first `skip`. Refused `staff.not_allowed`."""
    require_role(desk.operator, *MAY_LOOK)
    return people_here(desk, most, skip)


def list_people(desk: Desk, kind: str = ".csv") -> Steps[Listed]:
    """Everybody whose data is here, passports by their last four. Who is restricted is left out: the centre has the
    list for the letters, in which they are. Refused `staff.not_allowed`, also when somebody else takes over midway, and
    `export.too_many` for a workbook."""
    require_role(desk.operator, *MAY_LOOK)
    with desk.read() as work:
        ids, series = persons_held(work.connection), work.terminal.series
    if kind == ".xlsx" and len(ids) > MOST_IN_WORKBOOK:
        raise Refused(Problem.of("file", "export.too_many", most=MOST_IN_WORKBOOK))
    rows: list[tuple[Value, ...]] = []
    held_back = 0
    for at in range(0, len(ids), _A_PIECE):
        require_role(desk.operator, *MAY_LOOK)
        with desk.read() as work:
            for one in rows_of(work.connection, ids[at : at + _A_PIECE]):
                held_back += one.restricted
                if not one.restricted:
                    rows.append((one.name, one.birth_date, one.passport, one.phone, str(one.worker_id)))
        yield Step(min(at + _A_PIECE, len(ids)), len(ids))
    log.info("%d people on this machine listed by %s", len(rows), desk.operator.login)
    columns = (_("Nama"), _("Tanggal lahir"), _("Paspor"), _("Telepon"), _("ID pekerja"))
    return Listed(Sheet(_("Data di {series}").format(series=series), columns, tuple(rows)), held_back)
