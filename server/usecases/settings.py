"""Settings of the centre that its administrators change, with who changed them and when."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from models.rules.awards import LARGEST_AWARD
from models.rules.problems import Problem, Refused
from server.store.tables import officer, setting
from server.usecases.centre import Centre
from server.usecases.journal import lock_own_head
from server.usecases.officers import Officer
from server.usecases.roles import Act, permit

FOUR_EYES = "four_eyes_idr"
FOUR_EYES_DEFAULT = 25_000_000
_KEPT = 50

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """`by` is a name, empty for the centre's own command line. Amounts in whole rupiah."""

    at: datetime
    by: str
    was_idr: int
    idr: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Above how many rupiah an approval takes two officers, and the latest changes, the newest first."""

    idr: int
    changes: tuple[Change, ...]


def four_eyes_idr(connection: Connection) -> int:
    """Above this sum, in whole rupiah, a second officer has to agree."""
    value = _value(connection)
    return int(value["idr"]) if value is not None else FOUR_EYES_DEFAULT


def four_eyes(centre: Centre) -> Limit:
    """The limit with its history."""

    def look(connection: Connection) -> Limit:
        value = _value(connection) or {"idr": FOUR_EYES_DEFAULT, "changes": []}
        names = {row.id: row.name for row in connection.execute(select(officer.c.id, officer.c.name))}
        return Limit(
            int(value["idr"]),
            tuple(
                Change(datetime.fromisoformat(at), (names.get(UUID(by)) or "—") if by else "", int(was_idr), int(idr))
                for at, by, was_idr, idr in value["changes"]
            ),
        )

    return centre.read(look)


def set_four_eyes(centre: Centre, limit_idr: int, *, by: Officer | None = None) -> None:
    """Change the limit; 0: every approval takes two. `by`: None is whoever has the centre's own command line. Refused
    `officer.not_allowed`; on "limit" `money.negative`, `money.too_large`."""
    permit(by, Act.CHANGE_SETTINGS)
    if limit_idr < 0:
        raise Refused(Problem("limit", "money.negative"))
    if limit_idr > LARGEST_AWARD:
        raise Refused(Problem("limit", "money.too_large"))

    def change(connection: Connection) -> int:
        # Decisions read it behind the same lock: each is by one limit or the other.
        lock_own_head(connection, centre)
        value = _value(connection)
        was = int(value["idr"]) if value is not None else FOUR_EYES_DEFAULT
        made = [centre.now().isoformat(), str(by.id) if by is not None else "", was, limit_idr]
        kept = {"idr": limit_idr, "changes": [made, *(value["changes"] if value is not None else [])][:_KEPT]}
        if value is None:
            connection.execute(insert(setting).values(key=FOUR_EYES, value=kept))
        else:
            connection.execute(update(setting).where(setting.c.key == FOUR_EYES).values(value=kept))
        return was

    was = centre.write(change)
    _log.info("%s %s -> %s by %s", FOUR_EYES, was, limit_idr, by.login if by is not None else "command line")


def _value(connection: Connection) -> dict[str, Any] | None:
    value: dict[str, Any] | None = connection.scalar(select(setting.c.value).where(setting.c.key == FOUR_EYES))
    return value
