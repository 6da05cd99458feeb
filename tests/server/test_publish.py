"""What an officer publishes: dated rates and local prices, each wrong part named beside its field."""

from __future__ import annotations

import threading
import time
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select, text

from models.journal.reference import FixedAmount
from models.ledger.tables import mission_setting, price, rate, staff
from models.rules.problems import Refused
from server.usecases.journal import lock_own_head
from server.usecases.publish import Publication, publish

DAY = "2026-11-22"
RATE: dict[str, object] = {"mission": "TPE", "currency": "TWD", "valid_from": DAY, "idr_per_unit": "512.40"}
PRICE: dict[str, object] = {"mission": "KWI", "currency": "KWD", "valid_from": DAY, "decree": "SK-12/2026"}


def publication(**parts: list[dict[str, object]]) -> Publication:
    return msgspec.convert(parts, Publication)


def refused(centre, **parts: list[dict[str, object]]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        publish(centre, publication(**parts))
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def test_a_rate_says_until_when_by_which_decree_and_how_it_rounds(centre, enrolled):
    given = RATE | {"valid_to": "2026-12-31", "decree": " SK-81/2026 ", "rounding": "nearest", "step": 5}
    publish(centre, publication(rates=[given]))

    body = enrolled().pull("ref")[0].body()
    assert (body.valid_to, body.decree, body.rounding, body.step) == (date(2026, 12, 31), "SK-81/2026", "nearest", 5)
    row = centre.read(lambda connection: connection.execute(select(rate)).one())
    assert (row.valid_to, row.decree, row.rounding) == (date(2026, 12, 31), "SK-81/2026", "nearest")


def test_a_rate_that_says_nothing_of_it_rounds_up_and_has_no_end(centre, enrolled):
    publish(centre, publication(rates=[RATE]))

    body = enrolled().pull("ref")[0].body()
    assert (body.valid_to, body.decree, body.rounding, body.idr_per_unit) == (None, None, "up", Decimal("512.40"))


def test_a_decree_fixes_amounts_in_the_smallest_unit_of_its_currency(centre, enrolled):
    rows = [{"months": 24, "amount": "6.250"}, {"months": 24, "amount": 6.1, "event": "extension"}]
    assert publish(centre, publication(prices=[PRICE | {"rows": rows}]))["prices"] == 1

    body = enrolled("KWI1", mission="KWI").pull("ref")[0].body()
    assert body.rows == (
        FixedAmount(programme="JKK+JKM", months=24, amount=6250, event="any"),
        FixedAmount(programme="JKK+JKM", months=24, amount=6100, event="extension"),
    )
    row = centre.read(lambda connection: connection.execute(select(price)).one())
    assert (row.decree, row.currency, [one["amount"] for one in row.rows]) == ("SK-12/2026", "KWD", [6250, 6100])


def test_a_decree_without_rows_takes_the_earlier_one_back(centre):
    assert publish(centre, publication(prices=[PRICE]))["prices"] == 1


def test_how_much_a_count_may_differ_is_published_in_each_currencys_own_unit(centre):
    publish(centre, publication(missions=[{"mission": "KWI", "difference_limits": {"KWD": "0.500", "IDR": 50000}}]))

    found = centre.read(lambda connection: connection.scalar(select(mission_setting.c.difference_limits)))
    assert found == {"KWD": 500, "IDR": 50000}
    assert refused(centre, missions=[{"mission": "TPE", "difference_limits": {"TWD": "0.5", "XXX": 1}}]) == [
        ("missions[0].difference_limits.TWD", "money.too_fine"),
        ("missions[0].difference_limits.XXX", "currency.unknown"),
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"valid_to": "2026-11-21"}, ("valid_to", "validity.reversed")),
        ({"rounding": "sideways"}, ("rounding", "choice.unknown")),
        ({"currency": "IDR"}, ("currency", "rate.rupiah")),
        ({"decree": "S" * 81}, ("decree", "decree.long")),
        ({"step": "0.5"}, ("step", "rate.step")),
    ],
)
def test_what_is_wrong_with_a_rate_stands_beside_its_part(centre, change, problem):
    assert refused(centre, rates=[RATE, RATE | change]) == [(f"rates[1].{problem[0]}", problem[1])]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"valid_to": "2026-11-21"}, ("valid_to", "validity.reversed")),
        ({"decree": "  "}, ("decree", "required")),
        ({"currency": "IDR"}, ("currency", "rate.rupiah")),
        ({"rows": [{"months": 24, "amount": "6.2505"}]}, ("rows[0].amount", "money.too_fine")),
        ({"rows": [{"months": 24, "amount": 0}]}, ("rows[0].amount", "price.not_positive")),
        ({"rows": [{"months": 0, "amount": 6}]}, ("rows[0].months", "months.at_least_one")),
        ({"rows": [{"months": 121, "amount": 6}]}, ("rows[0].months", "months.too_many")),
        ({"rows": [{"months": 3, "amount": 6, "programme": "JHT"}]}, ("rows[0].programme", "price.programme")),
        ({"rows": [{"months": 3, "amount": 6, "event": "holiday"}]}, ("rows[0].event", "choice.unknown")),
        ({"rows": [{"months": 3, "amount": 6}, {"months": 3, "amount": 7}]}, ("rows[1].months", "price.twice")),
    ],
)
def test_what_is_wrong_with_a_price_stands_beside_its_row(centre, change, problem):
    assert refused(centre, prices=[PRICE | change]) == [(f"prices[0].{problem[0]}", problem[1])]
    assert centre.read(lambda connection: connection.execute(select(price)).all()) == []


def test_two_officers_who_list_the_same_person_at_once_list_one(centre):
    rina: dict[str, object] = {"mission": "TPE", "login": "rina", "name": "Rina W.", "role": "petugas"}
    threads = [threading.Thread(target=publish, args=(centre, publication(staff=[rina]))) for _ in range(2)]
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with centre.engine.begin() as busy:
        # Both come as far as they can before either may write.
        lock_own_head(busy, centre)
        for thread in threads:
            thread.start()
        with centre.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
            deadline = time.monotonic() + 20
            while watcher.scalar(waiting) < 2 and time.monotonic() < deadline:
                pass
    for thread in threads:
        thread.join(20)

    people = centre.read(lambda connection: connection.scalars(select(staff.c.login)).all())
    assert people == ["rina"]
