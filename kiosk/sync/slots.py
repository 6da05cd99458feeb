"""Slots: whom the centre has taken off the staff list opens nothing here any more."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from kiosk.desk import Desk
from models.ledger.tables import staff
from models.rules.problems import Refused


def close_slots(desk: Desk) -> None:
    """Drop the key slots of those who left; unsent work stays and is sent. Asked after whatever came from the centre,
    so that being cut off between the two changes nothing."""
    with desk.store.read() as connection:
        gone = set(connection.scalars(select(staff.c.id).where(staff.c.active.is_(False))))
    if not gone:
        return
    for person in desk.store.people():
        if person.operator_id in gone and person.operator_id != desk.operator.id:
            # Refused: the last slot of all is kept, because nobody could open the counter's work without it.
            with suppress(Refused):
                desk.store.drop_person(person.login)
