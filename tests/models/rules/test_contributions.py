from dataclasses import replace
from datetime import date

import pytest

from models.rules.contributions import LineAsked, Quote, quote
from models.rules.coverage import Cover
from models.rules.problems import Refused
from models.rules.tariffs import pack_on, shipped_packs

TODAY = date(2026, 11, 22)
PACK = pack_on(shipped_packs(), TODAY)
SITI_PAID = {
    "JKK+JKM": [Cover("JKK+JKM", date(2024, 12, 11), 24, date(2024, 12, 11), date(2026, 12, 10))],
    "JHT": [Cover("JHT", date(2026, 6, 1), 6, date(2026, 6, 1), date(2026, 11, 30))],
}


def ask(*lines: LineAsked, **other: object) -> Quote:
    facts = {
        "pack": PACK,
        "paid": {},
        "contract_start": date(2026, 12, 11),
        "contract_end": date(2028, 12, 10),
        "event": "new",
        "paid_on": TODAY,
    }
    return quote(lines, **{**facts, **other})  # type: ignore[arg-type]


def refused(*lines: LineAsked, **other: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        ask(*lines, **other)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def said(result: Quote) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in result.warnings]


def test_the_receipt_of_the_picture() -> None:
    result = ask(LineAsked("JKK+JKM", 24), LineAsked("JHT", 3, 100_000), paid=SITI_PAID, event="extension")
    protection, savings = result.lines
    assert result.amount_idr == 632_500
    assert (protection.amount_idr, protection.monthly_idr) == (332_500, None)
    assert (protection.cover.covered_from, protection.cover.covered_to) == (date(2026, 12, 11), date(2028, 12, 10))
    assert (savings.amount_idr, savings.monthly_idr) == (300_000, 100_000)
    assert (savings.cover.covered_from, savings.cover.covered_to) == (date(2026, 12, 1), date(2027, 2, 28))
    assert (protection.pack_id, protection.pack_version) == (PACK.id, PACK.version)
    assert said(result) == []
    assert not result.provisional


def test_a_first_payment_is_provisional_until_confirmed() -> None:
    assert ask(LineAsked("JKK+JKM", 24)).provisional


def test_savings_cost_the_minimum_unless_the_worker_says_more() -> None:
    assert ask(LineAsked("JHT", 2)).amount_idr == 2 * PACK.jht_min


def test_nothing_asked_is_refused() -> None:
    assert refused() == [("lines", "lines.empty")]


def test_everything_wrong_is_said_at_once_and_where() -> None:
    assert refused(
        LineAsked("JKK+JKM", 0, 50_000), LineAsked("JHT", 61, 49_999), LineAsked("JHT", 1, 600_001), LineAsked("JP", 1)
    ) == [
        ("lines[0].months", "months.at_least_one"),
        ("lines[0].monthly_idr", "jht.only"),
        ("lines[1].months", "months.too_many"),
        ("lines[1].monthly_idr", "jht.monthly_range"),
        ("lines[2].programme", "programme.twice"),
        ("lines[2].monthly_idr", "jht.monthly_range"),
        ("lines[3].programme", "programme.unknown"),
    ]


def test_a_tariff_may_ask_for_round_savings() -> None:
    assert refused(LineAsked("JHT", 1, 55_000), pack=replace(PACK, jht_step=10_000)) == [
        ("lines[0].monthly_idr", "jht.step")
    ]


def test_months_other_than_the_contracts_warn() -> None:
    assert said(ask(LineAsked("JKK+JKM", 12))) == [("lines[0].months", "months.not_contract")]
    assert said(ask(LineAsked("JKK+JKM", 24))) == []
    assert said(ask(LineAsked("JKK+JKM", 12), contract_end=None)) == []


def test_the_rest_of_a_contract_paid_later_does_not_warn() -> None:
    first = ask(LineAsked("JKK+JKM", 6)).lines[0].cover
    assert said(ask(LineAsked("JKK+JKM", 18), paid={"JKK+JKM": [first]})) == []


def test_23_months_are_dearer_than_24_and_the_clerk_is_told_by_how_much() -> None:
    result = ask(LineAsked("JKK+JKM", 23), contract_end=date(2028, 11, 10))
    assert result.amount_idr == 337_500
    (warning,) = result.warnings
    assert warning.code == "months.next_package_cheaper"
    assert dict(warning.values) == {"package": "24", "amount": "332500", "saving": "5000"}


def test_months_that_are_over_already_are_mentioned() -> None:
    result = ask(LineAsked("JKK+JKM", 6), contract_start=date(2026, 1, 1), contract_end=date(2026, 6, 30))
    assert said(result) == [("lines[0].months", "cover.past")]


def test_an_extension_is_charged_as_its_pack_says() -> None:
    per_month = next(pack for pack in shipped_packs() if not pack.published)
    assert ask(LineAsked("JKK+JKM", 36), pack=per_month, event="extension").amount_idr == 486_000
    assert ask(LineAsked("JKK+JKM", 36), event="extension").amount_idr == 494_500


# How it was paid
