"""Clocks: the machine's, and one that is set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kiosk.devices.clock import HandClock, system_clock


def test_the_machines_clock_says_utc_whatever_zone_the_machine_is_in() -> None:
    now = system_clock()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_clock_set_by_hand_stands_until_it_is_moved() -> None:
    clock = HandClock(datetime(2026, 11, 22, 1, 47, tzinfo=UTC))
    assert clock() == clock()
    clock.forward(hours=1, minutes=3)
    assert clock() == datetime(2026, 11, 22, 2, 50, tzinfo=UTC)
