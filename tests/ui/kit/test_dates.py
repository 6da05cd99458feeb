"""Dates, typed as Indonesians type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from ui.kit import DateField, Field, read_date, shown

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    [
        "08121991",
        "8-12-1991",
        "8/12/1991",
        "8.12.91",
        "08 Des 1991",
        "8 desember 1991",
        "8des91",
        "8 Dec 1991",
        "1991-12-08",
        "081291",
    ],
)
def test_the_eighth_of_december_1991_can_be_typed_in_many_ways(typed):
    assert read_date(typed, today=TODAY, latest=TODAY) == date(1991, 12, 8)


@pytest.mark.parametrize(
    "typed", ["", "8", "31021991", "8-13-1991", "8 foo 1991", "08 12 191", "abc", "٨-١٢-١٩٩١", "1-2-3-4"]
)
def test_what_is_no_date_is_none(typed):
    assert read_date(typed, today=TODAY) is None


def test_two_digits_of_a_year_mean_the_one_within_the_limits():
    assert read_date("14-2-31", today=TODAY, earliest=TODAY) == date(2031, 2, 14)
    assert read_date("14-2-31", today=TODAY, latest=TODAY) == date(1931, 2, 14)
    assert read_date("1-1-80", today=TODAY) == date(1980, 1, 1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_what_is_shown_reads_back_as_the_same_day(day):
    assert read_date(shown(day), today=TODAY) == day
    assert read_date(f"{day:%d%m%Y}", today=TODAY) == day


def test_a_field_sends_the_date_as_soon_as_it_is_one_and_writes_it_out_on_leaving(shown, qtbot):
    field = DateField(today=lambda: TODAY)
    holder = shown(Field("Tanggal lahir", field))
    heard: list[date | None] = []
    field.changed.connect(heard.append)
    field.setFocus()
    qtbot.keyClicks(field, "08121991")
    assert heard == [date(1991, 12, 8)]
    field.clearFocus()
    assert field.text() == "08 Des 1991"
    assert holder.problem() is None


def test_a_date_outside_the_limits_is_said_beside_the_field_and_not_given(shown, qtbot):
    field = DateField(latest=TODAY, today=lambda: TODAY)
    holder = shown(Field("Tanggal peristiwa", field))
    qtbot.keyClicks(field, "23112026")
    assert field.value() is None
    assert holder.problem() == "Paling akhir 22 Nov 2026."
    assert field.accessibleDescription() == "Paling akhir 22 Nov 2026."


def test_half_a_date_is_complained_about_only_when_left(shown, qtbot):
    field = DateField(today=lambda: TODAY)
    holder = shown(Field("Tanggal", field))
    field.setFocus()
    qtbot.keyClicks(field, "08 12")
    assert holder.problem() is None
    field.clearFocus()
    assert holder.problem() == "Tanggal tidak terbaca. Ketik seperti 08 12 1991."


def test_up_and_down_move_by_a_day(shown, qtbot):
    field = DateField(date(2026, 11, 30), today=lambda: TODAY)
    shown(field)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == date(2026, 12, 1)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.text() == "29 Nov 2026"


def test_a_short_year_counts_when_the_field_is_left(shown, qtbot):
    field = shown(DateField(latest=TODAY, today=lambda: TODAY))
    field.setFocus()
    qtbot.keyClicks(field, "8-12-91")
    assert field.value() is None
    field.clearFocus()
    assert field.value() == date(1991, 12, 8)


def test_h_is_today(shown, qtbot):
    field = DateField(today=lambda: TODAY)
    shown(field)
    qtbot.keyClicks(field, "h")
    assert field.value() == TODAY
