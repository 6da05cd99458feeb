"""The centre: its database, its keys and its clock, handed to every use case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, select

from models.journal.entry import NOTHING
from models.journal.ids import new_id
from models.posting import POSTING_VERSION
from models.rules.problems import Trouble
from models.sync.enrolment import CentreInfo
from models.sync.protocol import OLDEST_PULL, OLDEST_PUSH
from server.store import database
from server.store.keys import Keys
from server.store.tables import centre, terminal_head

T = TypeVar("T")


@dataclass(frozen=True)
class Centre:
    """What does not change while it is open. Where it stands is asked within each transaction (`epoch_of`,
    `incarnation_of`): other programs open the same database. In `bases` it keeps what new terminals are given
    (server.usecases.base); None: nothing is."""

    engine: Engine
    keys: Keys
    now: Callable[[], datetime]
    demo: bool = False
    public_host: str = ""
    bases: Path | None = None

    @property
    def id(self) -> UUID:
        return self.keys.centre

    def write(self, work: Callable[[Connection], T]) -> T:
        """One transaction, tried again where another writer came between: `work` starts from nothing each time."""
        return database.write(self.engine, work)

    def read(self, work: Callable[[Connection], T]) -> T:
        """One snapshot."""
        return database.read(self.engine, work)

    def info(self) -> CentreInfo:
        return CentreInfo(
            root=self.keys.root.public,
            keys=self.keys.certified(),
            at=self.now(),
            oldest_push=OLDEST_PUSH,
            oldest_pull=OLDEST_PULL,
            demo=self.demo,
            public_host=self.public_host,
        )


def epoch_of(connection: Connection) -> UUID:
    """Changes whenever this database may have lost something that counters were told already."""
    found: UUID = connection.execute(select(centre.c.epoch)).scalar_one()
    return found


def incarnation_of(connection: Connection) -> int:
    """Which of the centre's own journals is written now."""
    found: int = connection.execute(select(centre.c.incarnation)).scalar_one()
    return found


def open_centre(
    engine: Engine,
    keys: Keys,
    now: Callable[[], datetime],
    *,
    demo: bool = False,
    public_host: str = "",
    bases: Path | None = None,
) -> Centre:
    """The centre these keys and this database make together; a new database becomes theirs. Trouble
    `centre.other_keys` when the database belongs to other keys."""

    def claim(connection: Connection) -> None:
        row = connection.execute(select(centre)).one_or_none()
        if row is None:
            row = connection.execute(
                insert(centre)
                .values(id=keys.centre, epoch=new_id(), incarnation=1, posting_version=POSTING_VERSION)
                .returning(*centre.c)
            ).one()
            connection.execute(
                insert(terminal_head).values(
                    terminal=keys.centre,
                    incarnation=1,
                    public_key=keys.signing.public,
                    seq=0,
                    hash=NOTHING,
                    entries=0,
                    safe_seq=0,
                    enrolled_at=now(),
                )
            )
        if row.id != keys.centre:
            raise Trouble("centre.other_keys")

    database.write(engine, claim)
    return Centre(engine, keys, now, demo, public_host, bases)
