from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.missions import missions
from models.rules.money import (
    LARGEST_MINOR,
    ROUNDINGS,
    Money,
    Rate,
    currencies,
    currency,
    enough_of,
    exchanged,
    rate_on,
)
from models.rules.problems import Refused

DECIMALS = {"TWD": 0, "IDR": 0, "MYR": 2, "HKD": 2, "KWD": 3, "OMR": 3}
codes_of_money = st.sampled_from(sorted(DECIMALS))
minors = st.integers(0, LARGEST_MINOR)


def refused(value: object, code: str = "MYR") -> list[str]:
    with pytest.raises(Refused) as refusal:
        Money.parse(value, code, "received")  # type: ignore[arg-type]
    assert {problem.field for problem in refusal.value.problems} <= {"received", "currency"}
    return [problem.code for problem in refusal.value.problems]


def rate(
    idr_per_unit: str, code: str = "TWD", step: int = 1, valid_from: date = date(2026, 11, 1), **other: Any
) -> Rate:
    return Rate(UUID(int=1), "TPE", code, valid_from, Decimal(idr_per_unit), step, **other)


@pytest.mark.parametrize(("code", "exponent"), DECIMALS.items())
def test_decimals_come_from_our_own_table(code: str, exponent: int) -> None:
    assert currency(code).exponent == exponent


def test_every_mission_can_name_its_money_and_the_rupiah_is_there() -> None:
    assert {mission.currency for mission in missions()} <= set(currencies())
    assert "IDR" in currencies()
    assert len(currencies()) >= 84


def test_no_two_currencies_look_alike_on_paper() -> None:
    assert len({one.symbol for one in currencies().values()}) == len(currencies())
    assert len({one.name for one in currencies().values()}) == len(currencies())


def test_an_unknown_currency_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refusal:
        currency("XXX")
    assert refusal.value.problems[0].code == "currency.unknown"
    assert refusal.value.problems[0].field == "currency"


@given(minors, codes_of_money)
def test_what_json_says_is_read_back_the_same(minor: int, code: str) -> None:
    amount = Money.of(minor, code)
    assert Money.parse(amount.json(), code) == amount
    assert Money.parse(amount.main, code) == amount
    assert amount.main * 10**amount.exponent == minor
    assert str(amount) == f"{code} {amount.json()}"


@given(st.integers(0, 10**9), codes_of_money, st.integers(1, 6))
def test_decimals_the_currency_lacks_are_refused(whole: int, code: str, more: int) -> None:
    assert refused(f"{whole}." + "0" * (DECIMALS[code] + more), code) == ["money.too_fine"]


def test_json_of_money_is_a_number_without_decimals_and_a_string_with_them() -> None:
    assert Money.parse(1235, "TWD").json() == 1235
    assert Money.parse("12.345", "KWD").json() == "12.345"
    assert Money.parse("12.5", "MYR").json() == "12.50"
    assert Money.parse(12, "KWD").minor == 12_000


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "12,5",
        "1.500,00",
        "1e3",
        "0x10",
        "१२",
        "12.",
        ".5",
        "NaN",
        "Infinity",
        "--1",
        "1 000",
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e400"),
        12.5,
        True,
        None,
        [],
        10**30,
    ],
)
def test_what_is_no_plain_number_is_refused(value: object) -> None:
    assert refused(value) == ["money.not_a_number"]


def test_less_than_nothing_is_refused_and_minus_zero_is_nothing() -> None:
    assert refused(-1) == refused("-0.01") == ["money.negative"]
    assert Money.parse("-0.00", "MYR").minor == 0


def test_no_amount_is_longer_than_a_counter_can_mean() -> None:
    assert Money.parse(LARGEST_MINOR, "IDR").minor == LARGEST_MINOR
    assert refused(LARGEST_MINOR + 1, "IDR") == ["money.too_large"]


def test_currencies_do_not_mix() -> None:
    ringgit, dollars = Money.of(1, "MYR"), Money.of(1, "TWD")
    for mix in (
        lambda: ringgit + dollars,
        lambda: ringgit - dollars,
        lambda: ringgit < dollars,
        lambda: ringgit >= dollars,
    ):
        with pytest.raises(ValueError, match="do not mix"):
            mix()
    assert ringgit + ringgit > ringgit >= ringgit - ringgit
    assert ringgit != dollars


def test_the_payment_of_the_picture() -> None:
    converted = rate("512.40").convert(632_500)
    assert converted.due == Money.of(1235, "TWD")
    assert converted.rounding_idr == 314


rates = st.decimals("0.0001", "50000", places=4).map(str)


@given(st.integers(0, 10**9), rates, codes_of_money, st.sampled_from([1, 5, 10, 100, 250]))
def test_what_is_due_is_never_less_and_never_a_step_more(idr: int, per_unit: str, code: str, step: int) -> None:
    unit = Fraction(Decimal(per_unit))
    converted = rate(per_unit, code, step).convert(idr)
    worth = unit * Fraction(converted.due.minor, 10**converted.due.exponent)
    one_step = unit * Fraction(step, 10**converted.due.exponent)

    assert converted.due.minor % step == 0
    assert idr <= worth < idr + one_step
    assert 0 <= converted.rounding_idr <= one_step + Fraction(1, 2)
    # The three accounts of the payment sum to zero but for the half rupiah no account can hold.
    assert abs(worth - idr - converted.rounding_idr) <= Fraction(1, 2)


@given(st.integers(0, 10**9))
def test_rupiah_at_a_rupiah_needs_no_rounding(idr: int) -> None:
    converted = rate("1", "IDR").convert(idr)
    assert (converted.due.minor, converted.rounding_idr) == (idr, 0)


def test_half_a_rupiah_of_rounding_goes_to_the_even_one() -> None:
    assert rate("2.5").convert(2).rounding_idr == 0
    assert rate("3.5").convert(2).rounding_idr == 2


def test_nothing_less_than_nothing_is_converted_and_no_rate_is_nothing() -> None:
    with pytest.raises(ValueError, match="due"):
        rate("500").convert(-1)
    for wrong in ("0", "-1", "NaN"):
        with pytest.raises(ValueError, match="greater"):
            rate(wrong)


def test_the_newest_rate_that_has_begun_is_the_days_rate() -> None:
    old, new = rate("500", valid_from=date(2026, 11, 1)), rate("512.40", valid_from=date(2026, 11, 22))
    assert rate_on([new, old], date(2026, 11, 21)) is old
    assert rate_on([old, new], date(2026, 11, 22)) is new
    assert rate_on([old, new], date(2026, 10, 31)) is None


@given(st.integers(1, 10**9), rates, codes_of_money, st.sampled_from([1, 5, 10, 100, 250]))
def test_each_rule_of_rounding_goes_to_its_own_step_and_never_to_nothing(
    idr: int, per_unit: str, code: str, step: int
) -> None:
    up, nearest, down = (rate(per_unit, code, step, rounding=rule).convert(idr) for rule in ROUNDINGS)
    one_step = rate(per_unit, code, step).idr_per_step
    assert up.due.minor - step <= down.due.minor <= nearest.due.minor <= up.due.minor
    assert down.due.minor >= step
    assert up.rounding_idr >= 0
    if idr > one_step:
        assert down.rounding_idr <= 0
        assert abs(nearest.rounding_idr) <= one_step / 2 + Fraction(1, 2)


def test_rounding_to_the_nearest_may_bring_in_less_than_nothing_and_half_a_step_goes_up() -> None:
    def nearest(idr: int) -> tuple[int, int]:
        converted = rate("500", rounding="nearest").convert(idr)
        return converted.due.minor, converted.rounding_idr

    assert [nearest(idr) for idr in (1_249, 1_250, 1_000)] == [(2, -249), (3, 250), (2, 0)]
    assert rate("512.40", rounding="down").convert(632_500).due == Money.of(1234, "TWD")
    assert rate("500", rounding="down").convert(0).due.minor == 0
    with pytest.raises(ValueError, match="rounds"):
        rate("500", rounding="sideways")


def test_three_decimals_are_rounded_to_five_fils_as_the_rate_says() -> None:
    dinar = rate("53750", "KWD", 5)
    assert [rate("53750", "KWD", 5, rounding=rule).convert(332_500).due.json() for rule in ROUNDINGS] == [
        "6.190",
        "6.185",
        "6.185",
    ]
    assert dinar.convert(332_500).rounding_idr == 212


def test_a_rate_holds_up_to_its_last_day_and_what_it_replaced_does_not_come_back() -> None:
    old = rate("500")
    new = rate("512.40", valid_from=date(2026, 11, 10), valid_to=date(2026, 11, 20))
    assert not new.expired_on(date(2026, 11, 20))
    assert new.expired_on(date(2026, 11, 21))
    assert not old.expired_on(date(2036, 1, 1))
    assert rate_on([old, new], date(2026, 11, 21)) is new


def test_a_hundred_dollars_pay_in_taiwan_what_both_rates_say_rounded_down() -> None:
    table = {"TWD": rate("512.40"), "USD": rate("16250", "USD")}
    assert exchanged(Money.parse("20.50", "USD"), "TWD", table) == Money.of(650, "TWD")  # 650.13
    assert exchanged(Money.of(649, "TWD"), "IDR", table) == Money.idr(332_547)  # 332,547.6
    assert exchanged(Money.idr(332_500), "TWD", table) == Money.of(648, "TWD")  # 648.91
    assert exchanged(Money.idr(5), "IDR", {}) == Money.idr(5)
    assert enough_of("USD", Money.of(649, "TWD"), table) == Money.parse("20.47", "USD")
    assert enough_of("TWD", Money.of(649, "TWD"), {}) == Money.of(649, "TWD")
    with pytest.raises(KeyError):
        exchanged(Money.of(1, "KWD"), "TWD", table)


@given(st.data(), st.integers(0, 10**9))
def test_no_exchange_credits_more_than_came_in_nor_loses_a_step(data: st.DataObject, amount: int) -> None:
    code, into = data.draw(codes_of_money), data.draw(codes_of_money)
    table = {
        one: rate(data.draw(rates), one, data.draw(st.sampled_from([1, 5, 100]))) for one in {code, into} - {"IDR"}
    }
    money = Money.of(amount, code)

    def idr(of: Money) -> Fraction:
        each = Fraction(1) if of.currency == "IDR" else Fraction(table[of.currency].idr_per_unit)
        return each * Fraction(of.minor, 10**of.exponent)

    worth = exchanged(money, into, table)
    step = Fraction(1) if into == "IDR" else table[into].idr_per_step
    assert 0 <= idr(money) - idr(worth) < step
    enough = enough_of(code, worth, table)
    assert exchanged(enough, into, table) >= worth
    if code != into:
        # Nothing that is a step less would do.
        less = Money.of(enough.minor - (1 if code == "IDR" else table[code].step_minor), code)
        assert worth.minor == 0 or exchanged(less, into, table) < worth
