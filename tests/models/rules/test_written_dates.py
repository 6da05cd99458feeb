"""Dates in other people's lists: every way they are written, and the day a column means."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.rules.written_dates import order_of, read_serial, read_written

MAY_3 = date(1990, 5, 3)
DAYS = st.dates(date(1928, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "03/05/1990",
        "3/5/1990",
        "3-5-1990",
        "03.05.1990",
        "3 - 5 - 1990",
        "03 05 1990",
        "03051990",
        "19900503",
        "1990-05-03",
        "1990/5/3",
        "1990-05-03T00:00:00",
        "1990-05-03 00:00:00",
        "03/05/1990 00:00",
        "3 Mei 1990",
        "03-Mei-1990",
        "3 MEI 1990",
        "3May1990",
        "May 3, 1990",
        "Kamis, 3 Mei 1990",
        "Jum'at 3 Mei 1990",
        "Thursday, May 3, 1990",
        "  3   Mei   1990 ",
        "32996",
        "32996.0",
        "3 mei 90",
        "03/05/90",
        "3 Mei 1990.",
    ],
)
def test_one_day_written_in_many_ways_is_read(text: str) -> None:
    assert read_written(text, latest=date(2011, 11, 22)) == MAY_3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "31/02/1990",
        "00/00/0000",
        "1990",
        "Mei 1990",
        "3 Mai-baru 1990",
        "5/1990",
        "32/13/1990",
        "13/13/1990",
        "123456",
        "99999",
        "3 Me 1990",
        "belum ada",
        "3//5//1990",
        "1.23E+15",
    ],
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_written(text) is None


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("Januari", 1),
        ("Pebruari", 2),
        ("Feb", 2),
        ("Maret", 3),
        ("Agt", 8),
        ("Agustus", 8),
        ("Aug", 8),
        ("Sept", 9),
        ("Okt", 10),
        ("Oct", 10),
        ("Nop", 11),
        ("November", 11),
        ("Des", 12),
        ("Dec", 12),
    ],
)
def test_months_are_known_in_indonesian_and_english(word: str, month: int) -> None:
    assert read_written(f"7 {word} 2026") == date(2026, month, 7)


def test_a_year_of_two_digits_is_the_last_one_that_the_column_can_mean() -> None:
    grown = date(2011, 11, 22)
    assert read_written("01-01-09", latest=grown) == date(2009, 1, 1)
    assert read_written("01-01-12", latest=grown) == date(1912, 1, 1)
    assert read_written("01-01-28") == date(2028, 1, 1)


def test_a_leap_day_of_two_digits_is_found_in_the_century_that_has_it() -> None:
    assert read_written("29-02-00", latest=date(2011, 1, 1)) == date(2000, 2, 29)
    assert read_written("29-02-56", latest=date(2011, 1, 1)) == date(1956, 2, 29)


def test_serial_days_count_past_the_leap_day_of_1900_that_never_was() -> None:
    assert read_serial(36_526) == date(2000, 1, 1)
    assert read_serial(12) is None


def test_one_day_above_twelve_decides_for_the_whole_column() -> None:
    assert order_of(["03/05/1990", "05/03/1990", "05/25/1990"]).order == "mdy"
    assert order_of(["03/05/1990", "25/05/1990"]) == order_of(["25/05/1990"])
    assert order_of(["03/05/1990", "04/06/1990"]).evidence == "assumed"
    assert order_of(["03/05/1990", "04/06/1990"]).order == "dmy"
    assert order_of(["13/05/1990", "05/13/1990"]).evidence == "mixed"
    assert order_of(["3 Mei 1990", "1990-05-03", "5/5/1990", ""]).evidence == "none"


@given(st.lists(DAYS, min_size=1, max_size=30), st.sampled_from(["dmy", "mdy"]), st.sampled_from("/-. "))
def test_a_column_with_a_day_above_twelve_reads_back_whole_in_either_order(
    days: list[date], order: str, sign: str
) -> None:
    assume(any(day.day > 12 for day in days))
    pattern = f"%d{sign}%m{sign}%Y" if order == "dmy" else f"%m{sign}%d{sign}%Y"
    texts = [day.strftime(pattern) for day in days]
    shown = order_of(texts)
    assert (shown.order, shown.evidence) == (order, "decided")
    assert [read_written(text, shown.order) for text in texts] == days


@given(DAYS)
def test_what_says_its_own_order_is_read_in_every_column(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    for text in (day.isoformat(), f"{day:%Y%m%d}", f"{day:%d %B %Y}", str(serial)):
        assert {read_written(text, "dmy"), read_written(text, "mdy")} == {day}


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    read_written(text)
    order_of([text])
