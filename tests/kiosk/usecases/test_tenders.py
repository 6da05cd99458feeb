"""How a payment is paid: slips and their pictures, several currencies, tills, and what a supervisor lets pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loket_testing.counter import (
    SECOND_PASSWORD,
    SITI,
    add_supervisor,
    kinds,
    open_counter,
    open_till,
    slip,
)
from loket_testing.journals import Journal
from loket_testing.papers import photograph
from sqlalchemy import func, select

from kiosk.desk import Desk, Operator, keep
from kiosk.forms.payment import ApprovalForm, LineForm, Payment, TenderForm
from kiosk.queries.workers import card
from kiosk.usecases.contributions import quote_payment, receive
from kiosk.usecases.documents import keep_document
from kiosk.usecases.workers import register
from models.journal.body import Body
from models.journal.ids import new_id
from models.journal.reference import FixedAmount, MissionPublished, PricePublished, RatePublished
from models.ledger.tables import account_line, receipt, receipt_line, receipt_tender
from models.posting import post
from models.rules.problems import Refused, Trouble

TODAY = date(2026, 11, 22)


def publish(desk: Desk, *bodies: Body) -> None:
    """As a pull would bring it."""
    centre = Journal(mission="TPE")
    for body in bodies:
        centre.record(body)
    with desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)


def rate(code: str, per_unit: str, **other: Any) -> RatePublished:
    given: dict[str, Any] = {"mission": "TPE", "valid_from": date(2026, 11, 1)} | other
    return RatePublished(currency=code, idr_per_unit=Decimal(per_unit), **given)


def decree(*rows: FixedAmount, **other: Any) -> PricePublished:
    given: dict[str, Any] = {"mission": "TPE", "currency": "TWD", "valid_from": date(2026, 11, 1)} | other
    return PricePublished(decree="SK-12/2026", rows=rows, **given)


def approved(form: Payment, reason: str = "sudah ditelepon ke pusat") -> Payment:
    return msgspec.structs.replace(form, approval=ApprovalForm(login="budi", reason=reason))


def cash(worker: UUID, received: int | str | None, code: str = "TWD", **other: Any) -> Payment:
    return slip(worker, tender="cash", currency=code, received=received, reference=None, **other)


def refused(desk: Desk, form: Payment, **other: Any) -> list[tuple[str, str]]:
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        receive(desk, form, **other)
    assert kinds(desk) == before
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def stored(desk: Desk) -> Any:
    with desk.read() as work:
        return work.connection.execute(select(receipt).order_by(receipt.c.serial.desc())).first()


def tenders(desk: Desk) -> list[Any]:
    with desk.read() as work:
        newest = select(receipt.c.id).order_by(receipt.c.serial.desc()).limit(1).scalar_subquery()
        query = select(receipt_tender).where(receipt_tender.c.receipt_id == newest).order_by(receipt_tender.c.line)
        return list(work.connection.execute(query))


def balance(desk: Desk, account: str, code: str) -> int:
    with desk.read() as work:
        query = select(func.coalesce(func.sum(account_line.c.amount), 0))
        return int(
            work.connection.execute(
                query.where(account_line.c.account == account, account_line.c.currency == code)
            ).scalar_one()
        )


@pytest.fixture
def budi(desk: Desk) -> UUID:
    return add_supervisor(desk)


# Slips


def test_a_slip_keeps_its_day_and_its_picture(desk: Desk, siti: UUID) -> None:
    picture = keep_document(desk, siti, "bukti_bayar", photograph(), "bukti.jpg")
    received = receive(desk, slip(siti, paid_on=date(2026, 11, 20), document_id=str(picture.id)))
    assert [warning.code for warning in received.warnings] == []
    (tender,) = tenders(desk)
    assert (tender.paid_on, tender.document_id, tender.reference) == (
        date(2026, 11, 20),
        picture.id,
        "BNI-20261122-0007",
    )


def test_a_picture_of_somebody_elses_is_refused(desk: Desk, siti: UUID) -> None:
    dewi = register(desk, msgspec.structs.replace(SITI, name="DEWI", passport_number="E7730021", nik=None)).worker_id
    picture = keep_document(desk, dewi, "bukti_bayar", photograph(), "bukti.jpg")
    assert refused(desk, slip(siti, document_id=str(picture.id))) == [("document_id", "document.unknown")]
    assert refused(desk, slip(siti, document_id=str(new_id()))) == [("document_id", "document.unknown")]


def test_a_slip_of_tomorrow_is_refused_and_one_of_long_ago_warned_about(desk: Desk, siti: UUID) -> None:
    assert refused(desk, slip(siti, paid_on=date(2026, 11, 23))) == [("paid_on", "slip.future")]
    received = receive(desk, slip(siti, paid_on=date(2025, 11, 1)))
    assert ("paid_on", "slip.old") in [(warning.field, warning.code) for warning in received.warnings]


def test_the_same_slip_twice_in_one_payment_is_flagged_as_used_twice(desk: Desk, siti: UUID) -> None:
    twice = (
        TenderForm(tender="bank_slip", received=300_000, reference="BNI-1"),
        TenderForm(tender="kode_iuran", received=32_500, reference="BNI-1"),
    )
    receive(desk, Payment(worker_id=str(siti), programme="JKK+JKM", months=24, tenders=twice))
    assert "slip.reused" in card(desk, siti).flags


# Tills


def test_cash_needs_a_till_that_is_open_and_ones_own(desk: Desk, siti: UUID, published: Callable[..., None]) -> None:
    published(till=False)
    assert refused(desk, cash(siti, 1500)) == [("tender", "till.none_open")]
    till = open_till(desk)
    receive(desk, cash(siti, 1500))
    assert stored(desk).till_id == till
    sari = Desk(desk.store, Operator(new_id(), "sari", "Sari D.", "petugas"), desk.clock)
    assert refused(sari, cash(siti, 1500)) == [("tender", "till.other_holder")]
    receive(sari, slip(siti, 12))
    assert stored(desk).till_id == till


def test_a_slip_and_a_code_need_no_till_and_no_word_of_the_centre(desk: Desk, siti: UUID) -> None:
    receive(desk, slip(siti, 12))
    receive(desk, slip(siti, 12, tender="kode_iuran", reference="8808 2210"))
    assert stored(desk).till_id is None


# Several currencies


def test_dollars_of_another_country_pay_and_change_is_given_in_the_missions_money(
    desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    publish(desk, rate("USD", "16250"))
    form = Payment(
        worker_id=str(siti),
        programme="JKK+JKM",
        months=24,
        currency="TWD",
        tenders=(
            TenderForm(tender="bank_slip", currency="IDR", received=100_000, reference="BNI-1"),
            TenderForm(tender="cash", currency="USD", received="20.00"),
        ),
    )
    received = receive(desk, form)
    # Rp 100.000 are NT$ 195, US$ 20 are NT$ 634: NT$ 180 of NT$ 829 go back.
    assert (received.due.json(), received.change.json(), received.outcome) == (649, 180, "change")
    assert [(one.kind, one.currency, one.received, one.change, one.worth) for one in tenders(desk)] == [
        ("bank_slip", "IDR", 100_000, 0, 195),
        ("cash", "USD", 2_000, 0, 634),
        ("cash", "TWD", 0, 180, None),
    ]
    assert [one.rate_idr_per_unit for one in tenders(desk)] == ["512.40", "16250", None]
    assert stored(desk).rate_idr_per_unit == "512.40"
    assert balance(desk, "tender:cash", "USD") == 2_000
    assert balance(desk, "tender:cash", "TWD") == -180
    assert balance(desk, "contributions:JKK+JKM", "IDR") == -332_500


def test_local_money_pays_what_is_charged_in_rupiah(desk: Desk, siti: UUID, published: Callable[..., None]) -> None:
    published()
    form = slip(siti, tender=None, reference=None, currency="IDR", tenders=(TenderForm(tender="cash", currency="TWD"),))
    received = receive(desk, form)
    assert (received.due.json(), received.change.json()) == (332_500, 47)
    assert [(one.currency, one.received, one.change, one.worth) for one in tenders(desk)] == [
        ("TWD", 649, 0, 332_547),
        ("IDR", 0, 47, None),
    ]


def test_money_without_a_rate_is_refused_beside_its_tender(desk: Desk, siti: UUID) -> None:
    twenty = TenderForm(tender="bank_slip", currency="USD", received=20)
    form = slip(siti, tender=None, reference=None, currency="IDR", tenders=(twenty,))
    assert refused(desk, form) == [("tenders[0].currency", "rate.missing")]


# Too much, enough, too little


@pytest.mark.parametrize(("received", "outcome"), [(332_500, "exact"), (340_000, "surplus"), (None, "exact")])
def test_what_a_slip_comes_to_is_said_and_kept(desk: Desk, siti: UUID, received: int | None, outcome: str) -> None:
    assert receive(desk, slip(siti, received=received)).outcome == outcome


def test_too_little_cash_is_refused_whoever_agrees(
    desk: Desk, siti: UUID, budi: UUID, published: Callable[..., None]
) -> None:
    published()
    assert refused(desk, cash(siti, 600)) == [("received", "tender.short")]
    assert refused(desk, approved(cash(siti, 600)), second_password=SECOND_PASSWORD) == [("received", "tender.short")]
    quoted = quote_payment(desk, cash(siti, 600))
    assert quoted.short is not None
    assert (quoted.short.json(), quoted.settlement, quoted.needs) == (49, None, ())


def test_a_slip_that_brought_too_little_is_let_pass_by_a_supervisor_and_flagged(
    desk: Desk, siti: UUID, budi: UUID
) -> None:
    form = slip(siti, received=320_000)
    assert refused(desk, form) == [("received", "slip.short")]
    quoted = quote_payment(desk, form)
    assert [problem.code for problem in quoted.needs] == ["slip.short"]
    received = receive(desk, approved(form, "kurang dibawa besok"), second_password=SECOND_PASSWORD)
    assert received.short is not None
    assert (received.outcome, received.short.json(), received.approved_by) == ("short", 12_500, "Budi S.")
    row = stored(desk)
    assert (row.short, row.due, row.approved_by, row.approval_reason) == (12_500, 332_500, budi, "kurang dibawa besok")
    assert "tender.short" in card(desk, siti).flags
    assert balance(desk, "short", "IDR") == 12_500
    assert balance(desk, "contributions:JKK+JKM", "IDR") == -332_500


@pytest.mark.parametrize(
    ("months", "received", "enough"),
    [
        (24, 320_000, 21),  # 310.500; 22 months are 324.000
        (24, 332_499, 22),
        (23, 332_500, 24),  # 24 months cost less than 23
        (12, 188_999, 11),
        (12, 107_999, None),
    ],
)
def test_the_most_months_that_the_money_pays_are_offered(
    desk: Desk, siti: UUID, months: int, received: int, enough: int | None
) -> None:
    quoted = quote_payment(desk, slip(siti, months, received=received))
    assert quoted.months_enough == enough
    if enough is not None:
        assert quote_payment(desk, slip(siti, enough, received=received)).short is None


def test_savings_beside_the_protection_stay_as_they_are_when_months_are_offered(desk: Desk, siti: UUID) -> None:
    form = slip(
        siti,
        programme=None,
        months=None,
        lines=(LineForm(programme="JHT", months=2), LineForm(programme="JKK+JKM", months=24)),
        received=300_000,
    )
    assert quote_payment(desk, form).months_enough == 12


# What no longer holds


def test_an_expired_rate_is_refused_unless_a_supervisor_says_why_it_may_be_used(
    desk: Desk, siti: UUID, budi: UUID
) -> None:
    publish(desk, rate("TWD", "512.40", valid_to=date(2026, 11, 21)))
    form = slip(siti, currency="TWD")
    assert refused(desk, form) == [("currency", "rate.expired")]
    assert [problem.code for problem in quote_payment(desk, form).needs] == ["rate.expired"]
    assert refused(desk, approved(form, " "), second_password=SECOND_PASSWORD) == [("approval.reason", "required")]
    assert refused(desk, approved(form), second_password="salah-sekali") == [
        ("approval.password", "store.wrong_password")
    ]
    received = receive(desk, approved(form), second_password=SECOND_PASSWORD)
    assert (received.due.json(), received.approved_by) == (649, "Budi S.")
    assert stored(desk).approved_by == budi


def test_a_rate_holds_on_its_last_day(desk: Desk, siti: UUID) -> None:
    publish(desk, rate("TWD", "512.40", valid_to=TODAY))
    assert receive(desk, slip(siti, currency="TWD")).due.json() == 649


def test_who_agrees_is_not_recorded_where_nothing_needed_it(desk: Desk, siti: UUID, budi: UUID) -> None:
    received = receive(desk, approved(slip(siti)), second_password=SECOND_PASSWORD)
    assert (received.approved_by, stored(desk).approved_by) == (None, None)


def test_the_same_request_is_answered_again_without_the_supervisor(desk: Desk, siti: UUID, budi: UUID) -> None:
    form = slip(siti, received=320_000, request_id="satu")
    first = receive(desk, approved(form), second_password=SECOND_PASSWORD)
    again = receive(desk, form)
    assert (again.number, again.repeated, again.outcome) == (first.number, True, "short")


def test_the_same_request_is_answered_again_though_the_supervisor_has_left(desk: Desk, siti: UUID, budi: UUID) -> None:
    form = approved(slip(siti, received=320_000, request_id="satu"))
    first = receive(desk, form, second_password=SECOND_PASSWORD)
    again = receive(desk, form)
    assert (again.number, again.repeated) == (first.number, True)


# What a decree fixes


def test_a_decree_goes_before_the_rate_and_stands_on_the_receipt(desk: Desk, siti: UUID) -> None:
    publish(desk, rate("TWD", "512.40"), decree(FixedAmount(programme="JKK+JKM", months=24, amount=650)))
    form = slip(
        siti,
        programme=None,
        months=None,
        currency="TWD",
        lines=(LineForm(programme="JKK+JKM", months=24), LineForm(programme="JHT", months=3, monthly_idr=100_000)),
    )
    received = receive(desk, form)
    assert (received.amount_idr, received.due.json()) == (632_500, 650 + 586)
    row = stored(desk)
    assert (row.price_decree, row.rate_idr_per_unit, row.rounding_idr) == ("SK-12/2026", "512.40", 266)
    with desk.read() as work:
        assert list(work.connection.scalars(select(receipt_line.c.fixed).order_by(receipt_line.c.line))) == [650, None]


def test_an_expired_decree_is_refused_unless_a_supervisor_lets_it_pass(desk: Desk, siti: UUID, budi: UUID) -> None:
    fixed = FixedAmount(programme="JKK+JKM", months=24, amount=650)
    publish(desk, rate("TWD", "512.40"), decree(fixed, valid_to=date(2026, 11, 21)))
    form = slip(siti, currency="TWD")
    assert refused(desk, form) == [("currency", "price.expired")]
    assert receive(desk, slip(siti, 12, currency="TWD", reference="B-2")).due.json() == 369
    assert receive(desk, approved(form), second_password=SECOND_PASSWORD).due.json() == 650


def test_a_rate_that_rounds_down_books_less_than_nothing_as_rounding(desk: Desk, siti: UUID) -> None:
    publish(desk, rate("TWD", "512.40", rounding="down"))
    assert receive(desk, slip(siti, currency="TWD")).due.json() == 648
    assert stored(desk).rounding_idr == -465
    assert balance(desk, "rounding", "IDR") == 465


def test_three_decimals_are_paid_to_the_last_fils(tmp_path: Any, clock: Any) -> None:
    with open_counter(tmp_path / "kuwait", series="KWI1", mission="KWI", clock=clock) as desk:
        worker = register(desk, SITI).worker_id
        publish(
            desk,
            MissionPublished(mission_id=new_id(), mission="KWI", cash_allowed=True),
            rate("KWD", "53750", mission="KWI", step=5),
        )
        open_till(desk)
        received = receive(desk, cash(worker, "10.000", "KWD"))
        assert (received.due.json(), received.change.json()) == ("6.190", "3.810")
        assert balance(desk, "tender:cash", "KWD") == 6_190


def test_a_guessed_password_of_a_supervisor_is_braked(desk: Desk, siti: UUID, budi: UUID) -> None:
    form = approved(slip(siti, received=320_000))

    def guess() -> str:
        try:
            receive(desk, form, second_password="tebakan-saja")
        except (Refused, Trouble) as said:
            return said.code if isinstance(said, Trouble) else said.problems[0].code
        return "taken"

    assert "store.locked_out" in [guess() for _ in range(20)]
    assert "contribution.received" not in kinds(desk)


# Whatever is paid


tender_forms = st.builds(
    TenderForm,
    tender=st.sampled_from(["cash", "bank_slip", "kode_iuran"]),
    currency=st.sampled_from(["TWD", "IDR", "USD", None]),
    received=st.one_of(st.none(), st.integers(1, 2_000), st.integers(100_000, 900_000)),
    reference=st.sampled_from([None, "R-1", "R-2"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    charged=st.sampled_from(["TWD", "IDR"]),
    months=st.integers(1, 24),
    given_=st.lists(tender_forms, min_size=1, max_size=4),
    agreed=st.booleans(),
)
def test_whatever_is_paid_every_entry_sums_to_zero_in_every_currency(
    furnished: Desk, charged: str, months: int, given_: list[TenderForm], agreed: bool
) -> None:
    desk = furnished
    with desk.read() as work:
        worker = work.connection.scalar(select(receipt.c.worker_id).limit(1))
    form = Payment(worker_id=str(worker), programme="JKK+JKM", months=months, currency=charged, tenders=tuple(given_))
    received, said = None, set()
    try:
        received = receive(desk, approved(form) if agreed else form, second_password=SECOND_PASSWORD)
    except Refused as refusal:
        said = {problem.code for problem in refusal.problems}
    if received is None:
        assert said <= {"tender.short", "slip.short", "tender.nothing", "tender.received_missing"}
        return
    row = stored(desk)
    assert row.number == received.number
    worth = sum(one.received - one.change if one.worth is None else one.worth for one in tenders(desk))
    assert worth == row.due + row.surplus - row.short
    assert (row.short > 0) == (received.outcome == "short")
    assert row.short == 0 or row.approved_by is not None
    with desk.read() as work:
        of_this = account_line.c.entry_id == row.id
        sums = work.connection.scalars(
            select(func.sum(account_line.c.amount)).where(of_this).group_by(account_line.c.currency)
        )
        assert set(sums) == {0}
        accounts = set(work.connection.scalars(select(account_line.c.account).where(of_this)))
    assert "unexplained" not in accounts


@pytest.fixture
def furnished(desk: Desk, siti: UUID, published: Callable[..., None], budi: UUID) -> Desk:
    """A counter with rates for three currencies, an open till, a supervisor, and one receipt."""
    published()
    publish(desk, rate("USD", "16250"))
    receive(desk, slip(siti, 1))
    return desk
