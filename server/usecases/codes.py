"""Enrolment codes: made for one series of one mission, used once within a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert, select

from models.rules.missions import mission
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import is_series
from models.sync.enrolment import Code, secret_digest
from server.store.tables import enrolment_code, terminal_head
from server.usecases.centre import Centre

LIFE = timedelta(hours=24)


def make_code(centre: Centre, mission_code: str, series: str) -> str:
    """A code to be read out to one counter. Refused: `mission.unknown`, `series.form`, `series.taken`. Only the
    digest of its secret is kept."""
    found, series = mission(mission_code.strip().upper()), series.strip().upper()
    if not is_series(series):
        raise Refused(Problem.of("series", "series.form", series=series[:20]))
    code = Code.new(centre.keys.root.public)

    def keep(connection: Connection) -> None:
        if series_taken(connection, series):
            raise Refused(Problem.of("series", "series.taken", series=series))
        at = centre.now()
        connection.execute(
            insert(enrolment_code).values(
                digest=secret_digest(code.secret),
                mission=found.code,
                series=series,
                made_at=at,
                expires_at=at + LIFE,
            )
        )

    centre.write(keep)
    return str(code)


def series_taken(connection: Connection, series: str) -> bool:
    """Whether a terminal hands out numbers of this series already: two would hand out the same ones."""
    return connection.scalar(select(1).where(terminal_head.c.series == series).limit(1)) is not None
