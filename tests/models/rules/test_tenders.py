from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.money import Money, Rate, exchanged
from models.rules.problems import Problem, Refused
from models.rules.tenders import TENDERS, Outcome, Settlement, TenderAsked, settle

TODAY = date(2026, 11, 22)


def rate(code: str, idr_per_unit: str, step: int = 1) -> Rate:
    return Rate(UUID(int=1), "TPE", code, date(2026, 11, 1), Decimal(idr_per_unit), step)


RATES = {"TWD": rate("TWD", "512.40"), "USD": rate("USD", "16250"), "KWD": rate("KWD", "53750", 5)}


def dollars(amount: int) -> Money:
    return Money.of(amount, "TWD")


def cash(amount: int | None) -> TenderAsked:
    return TenderAsked("cash", "TWD", None if amount is None else dollars(amount))


def american(amount: str | None, kind: str = "cash") -> TenderAsked:
    return TenderAsked(kind, "USD", None if amount is None else Money.parse(amount, "USD"), "U-1")


def slip(amount: int | None, reference: str | None = "S-1", **other: Any) -> TenderAsked:
    return TenderAsked("bank_slip", "TWD", None if amount is None else dollars(amount), reference, **other)


def pay(*tenders: TenderAsked, due: int = 1235, **other: Any) -> Settlement:
    return settle(dollars(due), tenders, **{"rates": RATES, "today": TODAY, **other})


def refused(*tenders: TenderAsked, **other: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        pay(*tenders, **other)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def said(settled: Settlement) -> list[tuple[str, str]]:
    return [(warning.field, warning.code) for warning in settled.warnings]


def test_1500_for_1235_gives_265_back() -> None:
    settled = pay(cash(1500))
    assert (settled.change, settled.surplus, settled.warnings) == (dollars(265), dollars(0), ())
    assert settled.outcome == "change"
    [tender] = settled.tenders
    assert (tender.received, tender.change, tender.worth) == (dollars(1500), dollars(265), dollars(1235))


def test_a_tender_left_open_is_exactly_what_the_others_leave() -> None:
    assert pay(slip(None)).tenders[0].received == dollars(1235)
    mixed = pay(slip(1000), cash(None))
    assert [tender.received for tender in mixed.tenders] == [dollars(1000), dollars(235)]
    assert mixed.outcome == "exact"
    assert refused(slip(1235), cash(None)) == [("tenders[1].received", "tender.nothing")]


def test_only_cash_is_given_back_and_what_the_bank_has_too_much_is_kept() -> None:
    settled = pay(slip(1300), cash(100))
    assert (settled.change, settled.surplus, settled.outcome) == (dollars(100), dollars(65), "surplus")
    assert said(settled) == [("tenders", "tender.surplus")]
    assert dict(settled.warnings[0].values) == {"surplus": "TWD 65"}


def test_a_slip_that_brought_too_little_is_settled_as_short_since_the_money_is_at_the_bank() -> None:
    settled = pay(slip(1000), TenderAsked("kode_iuran", "TWD", dollars(200), "K-1"))
    assert (settled.outcome, settled.short, settled.surplus) == ("short", dollars(35), dollars(0))
    assert [tender.worth for tender in settled.tenders] == [dollars(1000), dollars(200)]


def test_cash_that_is_too_little_is_refused_with_what_is_missing_also_beside_a_slip() -> None:
    assert refused(cash(1234)) == [("tenders[0].received", "tender.short")]
    assert refused(cash(1000), slip(234)) == [("tenders", "tender.short")]
    assert refused(slip(1000), american("0.01")) == [("tenders", "tender.short")]
    assert refused(cash(0)) == [("tenders[0].received", "tender.short")]


def test_money_of_another_country_counts_by_the_days_rates_and_change_is_given_in_what_is_due() -> None:
    settled = pay(american("50.00"))
    bill, change = settled.tenders
    assert (bill.received, bill.change, bill.worth) == (Money.parse("50.00", "USD"), dollars(0), dollars(1585))
    assert bill.rate == RATES["USD"]
    assert (change.kind, change.received, change.change, change.rate) == ("cash", dollars(0), dollars(350), None)
    assert (settled.change, settled.outcome) == (dollars(350), "change")


def test_cash_of_the_country_gives_back_first_what_it_was_itself() -> None:
    settled = pay(american("50.00"), cash(100))
    assert [tender.change for tender in settled.tenders] == [dollars(0), dollars(100), dollars(350)]
    assert settled.change == dollars(450)


def test_rupiah_pay_what_is_due_in_local_money_and_the_other_way_round() -> None:
    rupiah = pay(TenderAsked("bank_slip", "IDR", Money.idr(633_000), "S-1"))
    assert (rupiah.tenders[0].worth, rupiah.tenders[0].rate, rupiah.outcome) == (dollars(1235), RATES["TWD"], "exact")
    local = settle(Money.idr(332_500), [slip(649)], rates=RATES, today=TODAY)
    assert (local.tenders[0].worth, local.surplus) == (Money.idr(332_547), Money.idr(47))


def test_an_open_tender_of_another_currency_is_the_least_that_pays_the_rest() -> None:
    settled = pay(slip(1000), american(None))
    assert settled.tenders[1].received == Money.parse("7.42", "USD")
    assert settled.outcome == "exact"
    dinar = pay(TenderAsked("cash", "KWD"))
    assert dinar.tenders[0].received == Money.parse("11.775", "KWD")
    assert dinar.outcome == "exact"


def test_a_payment_that_cannot_settle_is_refused_where_it_fails() -> None:
    assert refused() == [("tenders", "tender.empty")]
    assert refused(cash(1500), cash="till.none_open") == [("tenders[0].kind", "till.none_open")]
    assert refused(TenderAsked("card", "TWD")) == [("tenders[0].kind", "tender.unknown")]
    assert refused(cash(None), slip(None)) == [("tenders[1].received", "tender.received_missing")]
    assert refused(cash(-1)) == [("tenders[0].received", "money.negative")]
    assert refused(slip(0)) == [("tenders[0].received", "tender.nothing")]
    assert refused(american("20.00"), rates={"TWD": RATES["TWD"]}) == [("tenders[0].currency", "rate.missing")]
    assert refused(american("20.00"), rates={}) == [("tenders[0].currency", "rate.missing")] * 2
    assert pay(slip(1235), cash="tender.cash_not_allowed").outcome == "exact"


@pytest.mark.parametrize("reference", [None, "", "  "])
def test_a_slip_without_its_number_warns(reference: str | None) -> None:
    settled = pay(slip(1235, reference))
    assert said(settled) == [("tenders[0].reference", "tender.reference_missing")]
    assert settled.tenders[0].reference is None


def test_the_day_on_a_slip_is_not_tomorrow_and_deserves_a_word_when_it_was_more_than_a_year_ago() -> None:
    assert refused(slip(1235, paid_on=date(2026, 11, 23))) == [("tenders[0].paid_on", "slip.future")]
    assert said(pay(slip(1235, paid_on=TODAY))) == []
    assert said(pay(slip(1235, paid_on=date(2025, 11, 22)))) == []
    assert said(pay(slip(1235, paid_on=date(2025, 11, 21)))) == [("tenders[0].paid_on", "slip.old")]


def test_the_same_slip_twice_in_one_payment_deserves_a_word() -> None:
    assert said(pay(slip(1000), slip(235))) == [("tenders[1].reference", "slip.twice")]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Rate]:
    price = st.decimals("0.01", "60000", places=4)
    steps = st.sampled_from([1, 5, 50, 100])
    return {
        code: replace(RATES["TWD"], currency=code, idr_per_unit=draw(price), step_minor=draw(steps))
        for code in ("TWD", "USD", "KWD")
    }


amounts = st.one_of(st.none(), st.integers(0, 10**7))
asked = st.lists(
    st.tuples(st.sampled_from(TENDERS), st.sampled_from(["TWD", "USD", "KWD", "IDR"]), amounts), min_size=1, max_size=5
)


@given(tables(), st.sampled_from(["TWD", "USD", "KWD", "IDR"]), st.integers(1, 10**7), asked)
def test_whatever_comes_in_is_accounted_for_to_the_last_unit(
    rates: Mapping[str, Rate], code: str, amount: int, given_: list[tuple[str, str, int | None]]
) -> None:
    due = Money.of(amount, code)
    nothing = due - due
    tenders = [
        TenderAsked(kind, unit, None if minor is None else Money.of(minor, unit), f"R{at}")
        for at, (kind, unit, minor) in enumerate(given_)
    ]
    settled: Settlement | None = None
    problems: tuple[Problem, ...] = ()
    try:
        settled = settle(due, tenders, rates=rates, today=TODAY)
    except Refused as refusal:
        problems = refusal.problems
    if settled is None:
        codes = {problem.code for problem in problems}
        assert codes <= {"tender.short", "tender.received_missing", "tender.nothing"}
        if codes == {"tender.short"}:
            assert any(kind == "cash" for kind, _unit, _minor in given_)
            total = sum((exchanged(one.received, code, rates) for one in tenders if one.received), nothing)
            assert dict(problems[0].values) == {"missing": str(due - total)}
        return

    assert settled.outcome in get_args(Outcome)
    happened = {
        "short": settled.short > nothing,
        "surplus": settled.surplus > nothing,
        "change": settled.change > nothing == settled.surplus,
    }
    assert [name for name, so in happened.items() if so] == [settled.outcome] * (settled.outcome != "exact")
    assert sum((one.worth for one in settled.tenders), nothing) == due + settled.surplus - settled.short
    assert sum((one.change for one in settled.tenders), nothing) == settled.change
    assert all(one.received.minor >= 0 and one.change.minor >= 0 for one in settled.tenders)
    assert min(settled.change, settled.surplus, settled.short) >= nothing
    assert all(one.change == nothing for one in settled.tenders if one.kind != "cash")
    # No more is given back than the cash was worth, and every tender is worth what the rates say of it.
    in_cash = [exchanged(one.received, code, rates) for one in settled.tenders if one.kind == "cash"]
    assert settled.change <= sum(in_cash, nothing)
    assert all(one.worth + one.change == exchanged(one.received, code, rates) for one in settled.tenders)
    if settled.short.minor:
        assert all(one.kind != "cash" for one in settled.tenders)
    assert [one.received for one in settled.tenders[: len(tenders)] if one] == [
        one.received if one.received is not None else made.received
        for one, made in zip(tenders, settled.tenders, strict=False)
    ]
