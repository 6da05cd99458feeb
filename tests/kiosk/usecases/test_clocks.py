"""Clocks that stand before the last entry, or apart from the centre: said, asked about, and never in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, codes, slip
from sqlalchemy import select

from kiosk.desk import Desk, set_setting
from kiosk.queries.clocks import clock_state
from kiosk.queries.tasks import tasks
from kiosk.usecases.approvals import Approval
from kiosk.usecases.clocks import confirm_date
from kiosk.usecases.contributions import receive
from kiosk.usecases.staff import add
from models.ledger.tables import receipt
from models.rules.clocks import shown_skew_minutes
from models.rules.problems import Refused


def test_a_clock_that_fell_back_is_said_until_somebody_vouches_for_it_and_stops_nobody(desk, siti, clock):
    assert not clock_state(desk).behind
    clock.now -= timedelta(days=400)
    assert clock_state(desk).behind
    receive(desk, slip(siti))  # work goes on
    with desk.read() as work:
        assert work.connection.scalar(select(receipt.c.business_date)).year == 2025
    assert clock_state(desk).behind
    confirm_date(desk)
    receive(desk, slip(siti, months=6, reference="BNI-2"))
    assert not clock_state(desk).behind


def test_a_supervisor_vouches_for_the_date_and_it_stays_on_the_list_to_look_at(desk, clock):
    clock.now -= timedelta(days=3)
    state = confirm_date(desk)
    assert not state.behind
    assert [one.code for one in tasks(desk)] == ["clock.confirmed"]
    with pytest.raises(Refused) as refusal:
        confirm_date(desk)
    assert codes(refusal) == ["clock.not_behind"]


def test_a_clerk_needs_a_supervisor_for_it(desk, clock):
    add_supervisor(desk)
    add(desk, login="tono", name="Tono", role="petugas", password="petugas-123")
    clock.now -= timedelta(hours=1)
    with Desk.open(desk.folder, "tono", "petugas-123", clock=clock) as clerk:
        with pytest.raises(Refused) as refusal:
            confirm_date(clerk)
        assert codes(refusal) == ["staff.not_allowed"]
        assert not confirm_date(clerk, Approval("budi", SECOND_PASSWORD)).behind


def test_minutes_are_no_doubt_and_the_centres_clock_is_named_from_ten_minutes_on(desk, clock):
    clock.now -= timedelta(minutes=9)
    assert not clock_state(desk).behind
    for skew, shown in ((None, 0), (599_000, 0), (-720_000, -12), (3_600_000, 60)):
        assert shown_skew_minutes(skew) == shown
    with desk.store.write() as connection:
        set_setting(connection, "skew_ms", 720_000)
    assert clock_state(desk).skew_minutes == 12
