"""Taking payments: amounts, cover, numbers, and the same request twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loket_testing.counter import codes, kinds, slip
from sqlalchemy import func, select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.payment import LineForm, Payment, TenderForm
from kiosk.queries.workers import card
from kiosk.usecases.contributions import quote_payment, receive
from models.ledger.tables import account_line, receipt
from models.rules.problems import Refused


def test_the_case_of_the_picture(desk: Desk, siti: UUID, published: Callable[..., None]) -> None:
    """24 months and 3 × Rp 100.000 at NT$ 1 = Rp 512,40: NT$ 1.235, of NT$ 1.500 NT$ 265 go back."""
    published()
    received = receive(
        desk,
        Payment(
            worker_id=str(siti),
            lines=(
                LineForm(programme="JKK+JKM", months=24),
                LineForm(programme="JHT", months=3, monthly_idr=100_000),
            ),
            tender="cash",
            currency="TWD",
            received=1500,
        ),
    )
    assert (received.amount_idr, received.due.json(), received.change.json()) == (632_500, 1235, 265)
    assert (received.covered_from, received.covered_to) == (date(2026, 12, 11), date(2028, 12, 10))
    assert received.provisional
    assert [line.cover.covered_to for line in received.lines] == [date(2028, 12, 10), date(2027, 2, 28)]


def test_an_extension_joins_the_day_after_and_36_months_cost_494500(desk: Desk, siti: UUID) -> None:
    assert receive(desk, slip(siti, 36)).amount_idr == 494_500
    extended = receive(desk, slip(siti, 12, reference="BNI-2"))
    assert (extended.covered_from, extended.covered_to) == (date(2029, 12, 11), date(2030, 12, 10))


def test_a_quote_says_the_same_and_records_nothing(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    quoted = quote_payment(desk, slip(siti, 24))
    assert (quoted.quote.amount_idr, quoted.next_number) == (332_500, receive(desk, slip(siti, 24)).number)
    assert kinds(desk) == [*before, "contribution.received"]


def test_numbers_have_no_gaps_and_begin_anew_each_year(desk: Desk, siti: UUID, clock: HandClock) -> None:
    numbers = [receive(desk, slip(siti, 1, reference=str(n))).number for n in range(3)]
    with pytest.raises(Refused):
        receive(desk, slip(siti, 0))
    numbers.append(receive(desk, slip(siti, 1, reference="4")).number)
    assert [number[-11:] for number in numbers] == ["2026-000001", "2026-000002", "2026-000003", "2026-000004"]
    clock.now = clock.now.replace(month=12, day=31, hour=16)  # midnight has passed in Taipei
    assert receive(desk, slip(siti, 1, reference="5")).number.endswith("2027-000001")


def test_before_enrolment_numbers_carry_two_characters_of_the_key(desk: Desk, siti: UUID) -> None:
    with desk.read() as work:
        mark = work.terminal.thumbprint.hex()[:2].upper()
    assert receive(desk, slip(siti)).number == f"TPE3.{mark}-2026-000001"


def test_the_same_request_is_answered_the_same_and_paid_once(desk: Desk, siti: UUID) -> None:
    first = receive(desk, slip(siti, request_id="r-1"))
    again = receive(desk, slip(siti, request_id="r-1"))
    assert (again.number, again.receipt_id, again.repeated) == (first.number, first.receipt_id, True)
    assert kinds(desk).count("contribution.received") == 1
    with pytest.raises(Refused) as refusal:
        receive(desk, slip(siti, 12, request_id="r-1"))
    assert codes(refusal) == ["request.other_content"]


def test_two_windows_paying_at_once_get_two_numbers_and_one_chain(desk: Desk, siti: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: receive(desk, slip(siti, 1, reference=f"R{n}")).number, range(12)))
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, 13))


def test_the_same_request_from_two_threads_is_paid_once(desk: Desk, siti: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda _: receive(desk, slip(siti, request_id="once")).number, range(6)))
    assert len(numbers) == 1


def test_cash_is_taken_only_where_the_mission_may(desk: Desk, siti: UUID, published: Callable[..., None]) -> None:
    with pytest.raises(Refused) as refusal:
        receive(desk, slip(siti, tender="cash", received=332_500))
    assert codes(refusal) == ["tender.cash_not_allowed"]
    published(cash=True)
    assert receive(desk, slip(siti, tender="cash", received=340_000, reference=None)).change.json() == 7_500


def test_without_a_rate_local_money_is_refused_and_rupiah_is_not(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Refused) as refusal:
        receive(desk, slip(siti, currency="TWD"))
    assert codes(refusal) == ["rate.missing"]
    assert receive(desk, slip(siti)).due.currency == "IDR"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"received": 100}, ["slip.short"]),
        ({"received": -1}, ["money.negative"]),
        ({"received": "1.5"}, ["money.too_fine"]),
        ({"received": "banyak"}, ["money.not_a_number"]),
        ({"months": -3}, ["months.at_least_one"]),
        ({"months": 61}, ["months.too_many"]),
        ({"programme": "JHT", "monthly_idr": 10}, ["jht.monthly_range"]),
        ({"programme": "BPJS"}, ["programme.unknown"]),
        ({"programme": None}, ["required"]),
        ({"tender": "emas"}, ["tender.unknown"]),
        ({"tender": None}, ["required"]),
        ({"currency": "XXX"}, ["currency.unknown"]),
        ({"worker_id": "bukan"}, ["worker.unknown"]),
        ({"worker_id": None}, ["required"]),
        ({"lines": (LineForm(programme="JHT", months=1),)}, ["lines.both"]),
        ({"tenders": (TenderForm(tender="bank_slip"),)}, ["tenders.both"]),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_recorded(
    desk: Desk, siti: UUID, fields: dict[str, Any], expected: list[str]
) -> None:
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        receive(desk, slip(siti, **fields))
    assert codes(refusal) == expected
    assert kinds(desk) == before


def test_a_slip_that_paid_before_is_warned_about_never_refused(desk: Desk, siti: UUID) -> None:
    first = receive(desk, slip(siti))
    second = receive(desk, slip(siti, 12))
    (reused,) = [warning for warning in second.warnings if warning.code == "slip.reused"]
    assert dict(reused.values)["number"] == first.number
    assert "slip.reused" in card(desk, siti).flags


def test_too_much_on_a_bank_slip_is_kept_as_a_surplus_of_its_own(desk: Desk, siti: UUID) -> None:
    receive(desk, slip(siti, 24, received=340_000))
    with desk.read() as work:
        surplus = work.connection.scalar(
            select(func.sum(account_line.c.amount)).where(account_line.c.account == "surplus")
        )
    assert surplus == -7_500


def test_several_tenders_pay_one_receipt(desk: Desk, siti: UUID) -> None:
    received = receive(
        desk,
        Payment(
            worker_id=str(siti),
            programme="JKK+JKM",
            months=24,
            tenders=(
                TenderForm(tender="bank_slip", received=300_000, reference="BNI-1"),
                TenderForm(tender="kode_iuran", reference="8808 2210"),
            ),
        ),
    )
    (row,) = card(desk, siti).receipts
    assert (row.number, row.tenders) == (received.number, ("bank_slip", "kode_iuran"))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(months=st.lists(st.integers(1, 12), min_size=1, max_size=5))
def test_whatever_is_paid_the_books_sum_to_zero_and_the_cover_has_no_gap(
    desk: Desk, siti: UUID, months: list[int]
) -> None:
    received = [receive(desk, slip(siti, n)) for n in months]
    for earlier, later in pairwise(received):
        assert (later.covered_from - earlier.covered_to).days == 1
    with desk.read() as work:
        sums = work.connection.scalars(
            select(func.sum(account_line.c.amount)).group_by(account_line.c.entry_id, account_line.c.currency)
        )
        assert set(sums) == {0}
        assert work.connection.execute(select(func.count()).select_from(receipt)).scalar_one() >= len(months)
