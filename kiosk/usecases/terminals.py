"""Terminals: a new machine that can work at once."""

from __future__ import annotations

from pathlib import Path

from kiosk.desk import Desk, Operator, Work, set_setting, terminal
from kiosk.devices.clock import Clock, system_clock
from kiosk.store.keys import STRONG, Cost, clean_login
from kiosk.store.store import Store
from kiosk.store.tables import own_terminal
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.journal.staff import StaffListed, StaffName
from models.posting import POSTING_VERSION
from models.rules.missions import mission
from models.rules.names import clean_name
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import is_series


def initialise(
    folder: Path,
    *,
    mission_code: str,
    series: str,
    login: str,
    password: str,
    name: str | None = None,
    role: str = "admin",
    clock: Clock = system_clock,
    cost: Cost = STRONG,
) -> tuple[Desk, str]:
    """Make a terminal of this mission; returns its open desk and the recovery code to print.

    The person named is its administrator. Refused: `mission.unknown`, `series.form`, `login.*`, `password.*`;
    Trouble: `store.exists` and what a disk can do.
    """
    place = mission(mission_code.strip().upper())
    series = series.strip().upper()
    if not is_series(series):
        raise Refused(Problem.of("series", "series.form", series=series[:20]))
    login, operator_id = clean_login(login), new_id()
    store, code = Store.create(
        folder, login=login, operator_id=operator_id, role=role, password=password, cost=cost, now=clock()
    )
    operator = Operator(operator_id, login, clean_name(name or "") or login.capitalize(), role)
    desk = Desk(store, operator, clock)
    try:
        with store.write() as connection:
            connection.execute(
                own_terminal.insert().values(
                    one=1,
                    terminal=new_id(),
                    incarnation=1,
                    mission=place.code,
                    series=series,
                    private_key=SigningKey.new().seed,
                )
            )
            set_setting(connection, "posting_version", POSTING_VERSION)
            work = Work(connection, terminal(connection), operator, clock())
            work.record(
                StaffListed(
                    operator_id=operator_id,
                    mission=place.code,
                    role=role,
                    personal=StaffName(login=login, name=operator.name),
                )
            )
    except BaseException:
        desk.close()
        raise
    return desk, code
