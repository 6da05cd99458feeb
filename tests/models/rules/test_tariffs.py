import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.problems import Refused
from models.rules.tariffs import TariffPack, pack_on, premium, shipped_packs

PACK = pack_on(shipped_packs(), date(2026, 11, 22))
PER_MONTH = next(pack for pack in shipped_packs() if pack.extension == "per_month")

# JKK+JKM during and after, for 1 to 60 months, as the table at the counter has it (1 to 5: an assumption).
TABLE = (
    108_000,
    108_000,
    108_000,
    108_000,
    108_000,
    108_000,
    121_500,
    135_000,
    148_500,
    162_000,
    175_500,
    189_000,
    202_500,
    216_000,
    229_500,
    243_000,
    256_500,
    270_000,
    283_500,
    297_000,
    310_500,
    324_000,
    337_500,
    332_500,
    346_000,
    359_500,
    373_000,
    386_500,
    400_000,
    413_500,
    427_000,
    440_500,
    454_000,
    467_500,
    481_000,
    494_500,
    508_000,
    521_500,
    535_000,
    548_500,
    562_000,
    575_500,
    589_000,
    602_500,
    616_000,
    629_500,
    643_000,
    656_500,
    670_000,
    683_500,
    697_000,
    710_500,
    724_000,
    737_500,
    751_000,
    764_500,
    778_000,
    791_500,
    805_000,
    818_500,
)


@pytest.mark.parametrize(("months", "amount"), list(enumerate(TABLE, 1)))
def test_every_row_of_the_official_table(months: int, amount: int) -> None:
    cost = premium(PACK, months)
    assert cost.amount_idr == amount
    assert cost.package_idr + cost.extra_idr == amount
    assert cost.extra_months == max(0, months - cost.package_months)


def test_thirty_six_months_are_a_package_and_twelve_more() -> None:
    cost = premium(PACK, 36, event="extension")
    assert (cost.amount_idr, cost.package_months, cost.extra_months, cost.extra_idr) == (494_500, 24, 12, 162_000)


def test_the_other_reading_of_an_extension_is_shipped_and_not_published() -> None:
    assert not PER_MONTH.published
    assert premium(PER_MONTH, 36, event="extension").amount_idr == 486_000
    assert premium(PER_MONTH, 36, event="new").amount_idr == 494_500
    assert PACK.published


def test_a_cap_makes_23_months_cost_what_24_do() -> None:
    capped = premium(replace(PACK, cap_at_next_package=True), 23)
    assert (capped.amount_idr, capped.package_months, capped.capped) == (332_500, 24, True)
    assert premium(PACK, 23).amount_idr == 337_500


@given(st.integers(1, 59))
def test_with_the_cap_more_months_never_cost_less(months: int) -> None:
    pack = replace(PACK, cap_at_next_package=True)
    assert premium(pack, months).amount_idr <= premium(pack, months + 1).amount_idr


def test_no_premium_for_no_months() -> None:
    with pytest.raises(ValueError, match="month"):
        premium(PACK, 0)


def test_the_tariff_of_2023_begins_on_the_22nd_of_february() -> None:
    assert pack_on(shipped_packs(), date(2023, 2, 22)) == PACK
    with pytest.raises(Refused) as refusal:
        pack_on(shipped_packs(), date(2023, 2, 21))
    assert [problem.code for problem in refusal.value.problems] == ["tariff.none"]


def test_a_newer_pack_rules_from_its_first_day_to_its_last() -> None:
    newer = replace(PACK, version=3, valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))
    packs = [newer, PACK]
    assert pack_on(packs, date(2026, 12, 31)) is PACK
    assert pack_on(packs, date(2027, 1, 1)) is newer
    assert pack_on(packs, date(2027, 12, 31)) is newer
    assert pack_on(packs, date(2028, 1, 1)) is PACK
    corrected = replace(newer, version=4)
    assert pack_on([newer, corrected, PACK], date(2027, 6, 1)) is corrected


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: f"version-{pack.version}")
def test_a_pack_survives_json(pack: TariffPack) -> None:
    assert TariffPack.from_json(json.loads(json.dumps(pack.to_json()))) == pack


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("id", "no uuid"),
        ("version", 0),
        ("valid_from", "2023-02-30"),
        ("valid_to", "2023-02-21"),
        ("packages", []),
        ("packages", [[12, 189000], [6, 108000]]),
        ("packages", [[6, 108000], [6, 109000]]),
        ("packages", [[6, "108000"]]),
        ("per_month", -1),
        ("per_month", True),
        ("min_package", 7),
        ("max_months", 12),
        ("jht_max", 1),
        ("extension", "sometimes"),
        ("legal_basis", ""),
        ("cap_at_next_package", "no"),
        ("row_confidence", {"packages": 1}),
    ],
)
def test_a_pack_that_cannot_be_read_names_the_part(part: str, value: object) -> None:
    with pytest.raises(Refused) as refusal:
        TariffPack.from_json({**PACK.to_json(), part: value})
    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [
        (f"tariff.{part}", "tariff.malformed")
    ]


def test_every_row_keeps_how_sure_we_are_of_it() -> None:
    for pack in shipped_packs():
        assert {"packages", "per_month", "extension", "min_package", "jht_min", "jht_max"} <= set(pack.row_confidence)
    assert PACK.row_confidence["packages"] == "law"
    assert PACK.before_departure == 37_500
