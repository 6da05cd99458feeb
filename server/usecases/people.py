"""People who act: the clerks of the missions and the centre's officers, by the ids that entries carry."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, func, select

from models.ledger.reference import staff
from server.store.arrays import id_array
from server.store.tables import centre, officer

NOT_LISTED = "petugas"
"""Somebody whose listing has not arrived, or is gone."""


def names_of(connection: Connection, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Their names; `Pusat` for what was done with the centre's own command line."""
    wanted = id_array({one for one in ids if one is not None})
    clerks = connection.execute(select(staff.c.id, staff.c.name, staff.c.login).where(staff.c.id == func.any(wanted)))
    names = {row.id: row.name or row.login or NOT_LISTED for row in clerks}
    officers = connection.execute(select(officer.c.id, officer.c.name).where(officer.c.id == func.any(wanted)))
    names |= {row.id: row.name for row in officers}
    return names | dict.fromkeys(connection.scalars(select(centre.c.id)), "Pusat")
