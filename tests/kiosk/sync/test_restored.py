"""A centre that was restored from an older backup: its counters have what it lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Connection, func, select

from kiosk.desk import get_setting
from kiosk.queries.home import sync_state
from kiosk.store.tables import cursor_mark
from kiosk.sync import returning
from kiosk.sync.enrol import enrol
from kiosk.sync.marks import keep_mark
from kiosk.sync.returning import RETURNING
from kiosk.sync.sync import sync
from kiosk.usecases.verify import verify
from models.journal.reference import RatePublished
from models.ledger.tables import receipt
from models.posting.digest import ledger_digest
from models.rules.problems import Trouble
from models.sync.messages import Cursor, ErrorAnswer, encode
from models.sync.protocol import CONTENT_TYPE, PULL, RECALL, RETURN

from .conftest import TWO_O_CLOCK, URL, Counter

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


def somebody(counter: Counter, number: int) -> UUID:
    name = ("DEWI", "RATNA", "WULAN", "ENDANG")[number]
    return counter.register(
        name=name,
        nik=None,
        passport_number=f"C700000{number}",
        birth_date=date(1980 + number, 1 + number, 9),
        mother_name=f"IBU {name}",
        phone=f"+886 900 00000{number}",
    )


def new_rate(day: int) -> RatePublished:
    return RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 12, day), idr_per_unit=Decimal(500 + day))


@RESTORED
def test_what_came_after_the_backup_comes_back_also_what_a_counter_did_that_is_lost_for_ever(
    centre, counter, new_counter, code, wire, published, back_up
):
    from server.usecases.erasing import erase

    a, b, lost = counter("TPE3"), counter("TPE4"), counter("TPE5")
    published()
    _, number, _ = a.morning()
    gone = somebody(b, 1)
    for one in (a, b, lost):
        one.sync()
    restore = back_up()
    # After the backup: work at three counters, of which one is never seen again, a rate, an erasure, a new counter.
    a.morning(2)
    a.sync()
    taken = lost.pay(somebody(lost, 2))
    lost.sync()
    published(new_rate(1))
    erase(centre, gone, "request", order="PN Jakarta Pusat 81/2026")
    late = new_counter("TPE6")
    enrol(late.desk, URL, code("TPE6"), client=late.client)
    late.pay(somebody(late, 3))
    for one in (late, b, a, late):
        one.sync()
    before = centre.read(ledger_digest)
    restored = restore()
    assert restored.read(ledger_digest) != before
    asked: list[tuple[str, int]] = []

    def listen(request: httpx.Request, _body: bytes) -> None:
        if request.url.path == PULL and request.url.params["limit"] != "1":
            asked.append((request.url.params["stream"], int(request.url.params["after"])))

    wire.tamper = listen
    reports = settled(late, b, a)
    wire.tamper = None

    assert all(one.centre_restored for one in reports)
    # Nobody who was there before the backup read a stream from its beginning again.
    assert {after for stream, after in asked if stream == "post:TPE"} != {0}
    assert [stream for stream, after in asked if not after].count("post:TPE") <= 1
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


def test_what_is_given_back_over_a_bad_line_goes_on_where_it_was_cut(counter, wire, back_up, monkeypatch):
    """Nobody can prove anything here: nothing was lost but what a counter did that is lost too, and no clock moved."""
    monkeypatch.setattr(returning, "MAX_ENTRIES", 2)
    lost, b = counter("TPE3"), counter("TPE4")
    lost.morning()
    settled(lost, b)
    restore = back_up()
    lost.morning(1)
    lost.morning(2)
    lost.sync()
    b.sync()
    restored = restore()
    wire.mend()
    wire.cut_after = 5  # sync, what is lacking, two pieces, and the third is taken without an answer
    with pytest.raises(Trouble, match=r"line\.unreachable"):
        b.sync()
    assert wire.asked[1:] == ["POST /v1/return"] * 4
    with b.desk.read() as work:
        assert get_setting(work.connection, RETURNING)["after"] is not None
    wire.mend()

    report = b.sync()

    assert report.returned == 12 - 3 * 2
    # The question, and what was not taken, whether its answer came or not.
    assert wire.asked.count("POST /v1/return") == 1 + 3
    settled(b)
    stands(restored, b)


def test_a_centre_of_before_there_was_anything_to_give_back_is_synced_with_all_the_same(counter, wire, back_up):
    a = counter()
    a.morning()
    a.sync()
    restore = back_up()
    a.morning(1)
    a.sync()
    restored = restore()

    class Older(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path in (RECALL, RETURN):
                content = encode(ErrorAnswer("not_found", TWO_O_CLOCK))
                return httpx.Response(404, headers={"content-type": CONTENT_TYPE}, content=content)
            return wire.handle_request(request)

    with httpx.Client(transport=Older()) as client:
        assert sync(a.desk, client=client).covers_head
    stands(restored, a)


def personal_of(connection: Connection, worker: UUID) -> int:
    from server.store.tables import entry

    told = entry.c.personal.is_not(None) | entry.c.sealed.is_not(None)
    return connection.scalar(select(func.count()).where(entry.c.subject == worker, told)) or 0


def test_marks_stay_for_each_power_of_two_of_their_distance(desk):
    last = Cursor("post:TPE")
    for position in range(2_000, 200_001, 2_000):
        last = Cursor("post:TPE", position, position.to_bytes(32))
        with desk.store.write() as connection:
            keep_mark(connection, last)
    with desk.read() as work:
        kept = work.connection.execute(select(cursor_mark).order_by(cursor_mark.c.position)).all()
    assert kept[-1].position == 200_000
    assert len(kept) < 20
    # However much a centre has lost, not much more than three times that is read again.
    places = [row.position for row in kept]
    for lost in range(4_000, 200_000, 700):
        again = 200_000 - max((at for at in places if at <= 200_000 - lost), default=0)
        assert again <= 4 * lost
