"""The payment form: written flat or as lists, and problems at the fields where it was written."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.counter import codes

from kiosk.forms.payment import ApprovalForm, LineForm, Payment, TenderForm, worker_id
from models.rules.contributions import LineAsked
from models.rules.money import Money
from models.rules.problems import Problem, Refused


def test_one_line_may_be_written_flat() -> None:
    flat = Payment(programme=" jkm+jkk ", months=24)
    listed = Payment(lines=(LineForm(programme="JKK + JKM", months=24),))
    assert flat.lines_asked() == listed.lines_asked() == [LineAsked("JKK+JKM", 24, None)]


@pytest.mark.parametrize("monthly", [20_000, "20000"])
def test_rupiah_a_month_may_be_a_number_or_a_text(monthly: int | str) -> None:
    assert Payment(programme="JHT", months=3, monthly_idr=monthly).lines_asked() == [LineAsked("JHT", 3, 20_000)]


def test_everything_missing_is_said_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        Payment(lines=(LineForm(), LineForm(programme="JHT", months=1, monthly_idr="banyak"))).lines_asked()
    assert [(one.field, one.code) for one in refusal.value.problems] == [
        ("lines[0].programme", "required"),
        ("lines[0].months", "required"),
        ("lines[1].monthly_idr", "money.not_a_number"),
    ]


def test_both_ways_at_once_are_refused() -> None:
    with pytest.raises(Refused) as refusal:
        Payment(months=1, lines=()).lines_asked()
    assert codes(refusal) == ["lines.both"]
    with pytest.raises(Refused) as refusal:
        Payment(tender="cash", tenders=()).tenders_asked("IDR")
    assert codes(refusal) == ["tenders.both"]


def test_a_payment_is_charged_in_one_currency_rupiah_where_nothing_is_said() -> None:
    assert Payment(tender="cash").currency_asked() == "IDR"
    assert Payment(tender="cash", currency=" twd ").currency_asked() == "TWD"
    two = (TenderForm(tender="cash", currency="USD"), TenderForm(tender="bank_slip"))
    assert Payment(tenders=two).currency_asked() == "USD"
    form = Payment(currency="twd", tenders=two)
    assert [asked.currency for asked in form.tenders_asked(form.currency_asked())] == ["USD", "TWD"]


def test_a_slip_has_its_day_and_its_picture() -> None:
    picture = UUID(int=7)
    form = Payment(tender="bank_slip", paid_on=date(2026, 11, 20), document_id=f" {picture} ")
    (asked,) = form.tenders_asked("IDR")
    assert (asked.paid_on, asked.document_id) == (date(2026, 11, 20), picture)
    with pytest.raises(Refused) as refusal:
        Payment(tender="bank_slip", document_id="foto").tenders_asked("IDR")
    assert [(one.field, one.code) for one in refusal.value.problems] == [("document_id", "document.unknown")]


def test_an_unknown_currency_is_said_beside_its_tender() -> None:
    with pytest.raises(Refused) as refusal:
        Payment(tenders=(TenderForm(tender="cash"), TenderForm(tender="cash", currency="XXX"))).tenders_asked("IDR")
    assert [(one.field, one.code) for one in refusal.value.problems] == [("tenders[1].currency", "currency.unknown")]


def test_the_same_request_has_the_same_content_whoever_agrees_to_it() -> None:
    form = Payment(tender="cash", request_id="a")
    agreed = msgspec.structs.replace(
        form, request_id="b", approval=ApprovalForm(login="budi", reason="sudah ditelepon")
    )
    assert form.content() == agreed.content() != msgspec.structs.replace(form, received=1).content()


def test_money_is_read_in_the_main_unit_of_its_currency() -> None:
    (asked,) = Payment(tender=" Cash ", received="7.5").tenders_asked("KWD")
    assert (asked.kind, asked.received) == ("cash", Money.of(7500, "KWD"))
    with pytest.raises(Refused) as refusal:
        Payment(tenders=(TenderForm(tender="cash", received="7.5001"), TenderForm())).tenders_asked("KWD")
    assert [(one.field, one.code) for one in refusal.value.problems] == [
        ("tenders[0].received", "money.too_fine"),
        ("tenders[1].tender", "required"),
    ]


@pytest.mark.parametrize(
    ("form", "rule", "written"),
    [
        (Payment(), "lines[0].months", "months"),
        (Payment(), "tenders[0].kind", "tender"),
        (Payment(), "tenders[0].reference", "reference"),
        (Payment(), "tenders", "received"),
        (Payment(), "worker_id", "worker_id"),
        (Payment(lines=()), "lines[1].months", "lines[1].months"),
        (Payment(lines=()), "tenders[0].kind", "tender"),
        (Payment(tenders=()), "tenders[1].kind", "tenders[1].tender"),
        (Payment(tenders=()), "tenders", "tenders"),
    ],
)
def test_a_problem_stands_at_the_field_as_it_was_written(form: Payment, rule: str, written: str) -> None:
    assert form.as_written(Problem(rule, "required")) == Problem(written, "required")


plain = st.one_of(st.none(), st.integers(-(2**40), 2**40), st.text(max_size=20))


@given(months=st.one_of(st.none(), st.integers()), received=plain, reference=st.one_of(st.none(), st.text(max_size=20)))
def test_a_repeated_request_agrees_with_itself_and_with_nothing_else(
    months: int | None, received: int | str | None, reference: str | None
) -> None:
    form = Payment(months=months, received=received, reference=reference, request_id="1")
    again = msgspec.convert(msgspec.to_builtins(form), Payment)
    assert again.content() == form.content() == msgspec.structs.replace(form, request_id="2").content()
    assert msgspec.structs.replace(form, tender="cash").content() != form.content()


def test_a_worker_is_named_by_an_id() -> None:
    known = uuid4()
    assert worker_id(f" {known} ") == known
    for text, code in ((None, "required"), ("", "required"), ("siti", "worker.unknown")):
        with pytest.raises(Refused) as refusal:
            worker_id(text)
        assert codes(refusal) == [code]
