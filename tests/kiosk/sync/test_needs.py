"""«Perlu diperiksa»: what the centre does not have, holds back or put aside, each with age and reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.queries.home import sync_state, today
from kiosk.queries.needs import needs
from kiosk.store.tables import entry as entries
from kiosk.store.tables import verdict
from models.journal.contributions import ContributionReceived
from models.rules.problems import Trouble


def kinds(desk) -> list[tuple[str, int]]:
    return [(one.kind, one.count) for one in needs(desk)]


def test_what_is_unsent_is_listed_with_its_age_and_why_the_last_try_failed_and_goes_with_the_next(counter, wire):
    one = counter()
    one.sync()
    assert kinds(one.desk) == []
    one.morning(1)
    recorded = one.desk.clock()
    one.desk.clock.now += timedelta(hours=5)
    wire.cut_before = 1
    wire.asked.clear()
    with pytest.raises(Trouble):
        one.sync()

    unsent, documents = needs(one.desk)
    assert (unsent.kind, documents.kind, documents.count) == ("unsent", "documents", 1)
    assert unsent.count > 3
    assert unsent.at == recorded  # five hours ago
    assert "loket.example" in unsent.said

    wire.mend()
    assert one.sync().covers_head
    assert kinds(one.desk) == []


def test_an_entry_the_centre_put_aside_is_named_with_its_worker_paper_and_reason(counter):
    one = counter()
    worker, number, _ = one.morning(1)
    one.sync()
    before = today(one.desk).to_review
    with one.desk.store.write() as connection:
        paid = connection.execute(select(entries.c.id).where(entries.c.kind == ContributionReceived.KIND)).scalar_one()
        connection.execute(
            verdict.insert().values(entry=paid, verdict="quarantined", code="cannot_post", at=one.desk.clock())
        )

    (found,) = needs(one.desk)

    assert (found.kind, found.code, found.worker_id, found.number) == ("quarantined", "cannot_post", worker, number)
    assert found.name.startswith("SITI KE")
    assert found.entry_kind == "contribution.received"
    assert sync_state(one.desk).kind == "action"
    assert today(one.desk).to_review == before + 1


def test_where_no_centre_knows_this_machine_nothing_waits_for_one(new_counter):
    one = new_counter()
    one.morning(1)
    assert kinds(one.desk) == []
