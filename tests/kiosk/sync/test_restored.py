"""A centre that was restored from an older backup: its counters have what it lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from kiosk.desk import get_setting
from kiosk.queries.home import sync_state
from kiosk.sync.enrol import enrol
from kiosk.sync.returning import RETURNING
from kiosk.usecases.verify import verify
from models.journal.reference import RatePublished
from models.ledger.tables import receipt
from models.posting.digest import ledger_digest

from .conftest import URL, Counter

RESTORED = pytest.mark.expects_log("database was restored")


def stands(centre: Any, *counters: Counter) -> None:
    """Every counter is whole, all hold the centre's ledger, and the centre is whole."""
    from server.usecases.verify import verify as verify_centre

    found = verify_centre(centre)
    assert (found.wrong, found.lost) == ([], [])
    for one in counters:
        verify(one.desk)
        assert one.digest() == centre.read(ledger_digest)
        assert sync_state(one.desk).kind == "synced"


def settled(*counters: Counter) -> list[Any]:
    """All sync until there is nothing to do for anybody."""
    reports = [one.sync() for one in counters]
    for one in counters:
        one.sync()
    for one in counters:
        assert one.sync().calls == 1
    return reports


def new_rate(day: int) -> RatePublished:
    return RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 12, day), idr_per_unit=Decimal(500 + day))


@RESTORED
def test_what_came_after_the_backup_comes_back_also_what_a_counter_did_that_is_lost_for_ever(
    centre, counter, new_counter, code, published, back_up
):
    from server.usecases.erasing import erase

    a, b, lost = counter("TPE3"), counter("TPE4"), counter("TPE5")
    published()
    _, number, _ = a.morning()
    gone, *_ = b.morning(1)
    settled(a, b, lost)
    restore = back_up()
    # After the backup: work at three counters, of which one is never seen again, a rate, an erasure, a new counter.
    a.morning(2)
    a.sync()
    _, taken, _ = lost.morning(3)
    lost.sync()
    published(new_rate(1))
    erase(centre, gone, "request", order="PN Jakarta Pusat 81/2026")
    late = new_counter("TPE6")
    enrol(late.desk, URL, code("TPE6"), client=late.client)
    late.morning(4)
    settled(a, b, late)
    before = centre.read(ledger_digest)
    restored = restore()
    assert restored.read(ledger_digest) != before

    reports = settled(late, b, a)

    assert all(one.centre_restored for one in reports)
    # The first to come makes the centre go on in a new journal; all the rest is what it was.
    after = restored.read(ledger_digest)
    assert after.pop("journal_continuation") != before.pop("journal_continuation")
    assert after == before
    stands(restored, a, b, late)
    with b.desk.read() as work:
        assert get_setting(work.connection, RETURNING) is None
    numbers = set(restored.read(lambda connection: connection.scalars(select(receipt.c.number)).all()))
    assert {number, taken} <= numbers
    assert not restored.read(lambda connection: personal_of(connection, gone))


def personal_of(connection: Connection, worker: UUID) -> int:
    from server.store.tables import entry

    told = entry.c.personal.is_not(None) | entry.c.sealed.is_not(None)
    return connection.scalar(select(func.count()).where(entry.c.subject == worker, told)) or 0
