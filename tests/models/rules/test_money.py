from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.missions import missions
from models.rules.money import LARGEST_MINOR, Money, Rate, currencies, currency, rate_on
from models.rules.problems import Refused

DECIMALS = {"TWD": 0, "IDR": 0, "MYR": 2, "HKD": 2, "KWD": 3, "OMR": 3}
codes_of_money = st.sampled_from(sorted(DECIMALS))
minors = st.integers(0, LARGEST_MINOR)


def refused(value: object, code: str = "MYR") -> list[str]:
    with pytest.raises(Refused) as refusal:
        Money.parse(value, code, "received")  # type: ignore[arg-type]
    assert {problem.field for problem in refusal.value.problems} <= {"received", "currency"}
    return [problem.code for problem in refusal.value.problems]


def rate(idr_per_unit: str, code: str = "TWD", step: int = 1, valid_from: date = date(2026, 11, 1)) -> Rate:
    return Rate(UUID(int=1), "TPE", code, valid_from, Decimal(idr_per_unit), step)


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
