"""Erasing over a real line: what the centre erases is gone at every counter with its next sync, and stays gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.workers import card, search
from kiosk.store.tables import blob, draft
from kiosk.store.tables import entry as entries
from kiosk.usecases import drafts
from kiosk.usecases.verify import verify
from server.usecases.breaches import on_terminal
from server.usecases.erasing import erase, still_holding

ORDER = "PN Jakarta Pusat 12/2026"


def personal_of(desk: Desk, worker: UUID) -> int:
    with desk.read() as work:
        query = select(entries.c.id).where(entries.c.subject == worker, entries.c.personal.is_not(None))
        return len(work.connection.execute(query).all())


def test_an_erasure_reaches_the_counters_with_their_next_sync(counter: Callable[..., Any], centre: Any) -> None:
    one, other = counter("TPE3"), counter("TPE4")
    worker, _receipt, _claim = one.morning()
    one.sync()
    other.sync()
    assert card(other.desk, worker).name.startswith("SITI KE")
    done = erase(centre, worker, "request", order=ORDER)
    assert {where.series for where in done.still_holding} == {"TPE3", "TPE4"}
    for each in (one, other):
        each.sync()
        assert card(each.desk, worker).erased
        assert personal_of(each.desk, worker) == 0
        assert search(each.desk, "siti") == []
        verify(each.desk)
        each.sync()
    assert still_holding(centre, worker) == []
    with one.desk.read() as work:
        assert work.connection.execute(select(blob.c.sha256)).all() == []


def test_a_counter_that_was_offline_meanwhile_cannot_bring_it_back(
    counter: Callable[..., Any], centre: Any, centre_digest: Callable[[], Any]
) -> None:
    one, offline = counter("TPE3"), counter("TPE4")
    worker = one.register()
    one.sync()
    offline.sync()
    # Recorded while nobody there knows, with a document that the centre never saw.
    offline.pay(worker, reference="BNI-9")
    offline.claim(worker)
    erase(centre, worker, "request")
    seen = on_terminal(centre, "TPE4")
    assert (seen.people, seen.erased) == (0, 1)
    report = offline.sync()
    assert report.statement_verified
    one.sync()
    for each in (one, offline):
        assert card(each.desk, worker).name == "—"
        assert personal_of(each.desk, worker) == 0
        assert each.digest() == centre_digest()
        verify(each.desk)
    # What was paid stands, without a name, and no document is offered for ever.
    assert [row.number for row in card(one.desk, worker).receipts] == ["TPE4-2026-000001"]
    assert offline.sync().documents_pending == 0
    with offline.desk.read() as work:
        assert work.connection.execute(select(blob.c.sha256)).all() == []


def test_what_was_being_typed_about_them_goes_too(counter: Callable[..., Any], centre: Any) -> None:
    one = counter("TPE3")
    worker, somebody = one.register(), one.register(name="DEWI", nik=None, passport_number="C5555555")
    one.sync()
    drafts.save(one.desk, "amend", {"worker_id": str(worker), "fields": {"name": "SITI"}}, str(worker))
    drafts.save(one.desk, "pay", {"worker_id": str(worker)}, str(worker))
    drafts.save(one.desk, "amend", {"worker_id": str(somebody)}, str(somebody))
    drafts.save(one.desk, "register", {"fields": {"name": "AYU"}}, "new")
    erase(centre, worker, "request")
    one.sync()
    with one.desk.read() as work:
        assert set(work.connection.scalars(select(draft.c.subject))) == {str(somebody), "new"}
