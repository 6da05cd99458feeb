"""Books: a period is named or refused, and accounts are told as a book tells them."""

from __future__ import annotations

from datetime import date

import pytest

from models.rules.books import Movement, account_sums, period
from models.rules.money import Money
from models.rules.problems import Refused


def test_a_period_includes_both_its_ends() -> None:
    assert period(date(2026, 11, 22), date(2026, 11, 22)).days == 1
    assert period(date(2026, 1, 1), date(2026, 12, 31)).days == 365


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 11, 22), date(2026, 11, 21), "period.ends_first"),
        (date(2025, 1, 1), date(2026, 11, 21), "period.too_long"),
    ],
)
def test_a_period_that_is_none_or_too_long_is_refused(first: date, last: date, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        period(first, last)
    assert [(one.field, one.code) for one in refusal.value.problems] == [("to", code)]


def test_money_received_is_positive_whichever_side_of_its_account_it_stands_on() -> None:
    sums = account_sums(
        [
            Movement("receipt", "contributions:JKK+JKM", "IDR", 0, -332_500),
            Movement("receipt", "tender:cash", "IDR", 0, 332_500),
            Movement("void", "tender:cash", "IDR", 0, -332_500),
            Movement("void", "contributions:JKK+JKM", "IDR", 0, 332_500),
            Movement("till.closed", "tender:cash", "IDR", 0, -50_000),
        ]
    )
    assert [one.account for one in sums] == ["tender:cash", "contributions:JKK+JKM"]
    cash, programme = sums
    assert (cash.received, cash.taken_back, cash.other) == (Money.idr(332_500), Money.idr(332_500), Money.idr(-50_000))
    assert cash.total == Money.idr(-50_000)
    assert (programme.received, programme.taken_back, programme.total.minor) == (
        Money.idr(332_500),
        Money.idr(332_500),
        0,
    )


def test_a_book_begins_with_how_it_was_paid_local_money_before_rupiah() -> None:
    accounts = [("rounding", "IDR"), ("contributions:JHT", "IDR"), ("exchange", "IDR"), ("exchange", "TWD")]
    accounts += [("tender:cash", "IDR"), ("surplus", "TWD"), ("tender:cash", "TWD"), ("unexplained", "IDR")]
    sums = account_sums(Movement("receipt", account, currency, 0, 1) for account, currency in accounts)
    assert [(one.account, one.total.currency) for one in sums] == [
        ("tender:cash", "TWD"),
        ("tender:cash", "IDR"),
        ("surplus", "TWD"),
        ("exchange", "TWD"),
        ("exchange", "IDR"),
        ("contributions:JHT", "IDR"),
        ("rounding", "IDR"),
        ("unexplained", "IDR"),
    ]
