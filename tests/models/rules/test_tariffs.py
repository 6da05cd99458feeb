import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.placements import EVENTS, SCHEMES
from models.rules.problems import Refused
from models.rules.tariff_documents import publishable_pack
from models.rules.tariffs import (
    LEVELS,
    TariffPack,
    TariffRow,
    explain_premium,
    explain_savings,
    level,
    pack_on,
    premium,
    shipped_packs,
    standing,
)

DAY = date(2026, 11, 22)
PACK = pack_on(shipped_packs(), DAY)
PER_MONTH = next(pack for pack in shipped_packs() if not pack.published)
CAPPED = replace(PACK, cap_at_next_package=True)
WHOM = [(scheme, event) for scheme in (None, *SCHEMES) for event in EVENTS]

with (Path(__file__).parent / "vectors/premium_by_months.csv").open(encoding="utf-8") as file:
    TABLE = [{name: int(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
"""JKK+JKM during and after, for 1 to 60 months (1 to 5: an assumption), and of what each amount is made."""


def general(*rows: tuple[int, int, int | None], **named: Any) -> tuple[TariffRow, ...]:
    return tuple(TariffRow(months, base, per_month, **named) for months, base, per_month in rows)


def refused(document: Any, read: Any = TariffPack.from_json) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        read(document)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def changed(**parts: Any) -> dict[str, Any]:
    return {**PACK.to_json(), **parts}


def steps(pack: TariffPack, months: int, **whom: Any) -> list[tuple[str, int | None]]:
    found = explain_premium(pack, premium(pack, months, **whom), DAY)
    return [(step.code, step.amount_idr) for step in found]


# What the shipped packs charge


def test_the_table_has_every_number_of_months() -> None:
    assert [row["months"] for row in TABLE] == list(range(1, 61))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['months']}-months")
@pytest.mark.parametrize("event", EVENTS)
def test_every_row_of_the_official_table(row: dict[str, int], event: str) -> None:
    for scheme in (None, *SCHEMES):
        cost = premium(PACK, row["months"], event=event, scheme=scheme)
        assert cost.amount_idr == row["amount_idr"]
        assert (cost.row.months, cost.beyond) == (row["package_months"], row["further_months"])
        if event != "extension":
            assert premium(PER_MONTH, row["months"], event=event, scheme=scheme).amount_idr == row["amount_idr"]


def test_thirty_six_months_are_a_package_and_twelve_more() -> None:
    assert premium(PACK, 36).amount_idr == premium(PACK, 36, event="extension").amount_idr == 494_500
    assert steps(PACK, 36) == [("package", 332_500), ("beyond", 162_000), ("basis", None), ("confidence.law", None)]


def test_an_extension_as_a_new_package_is_known_to_be_unsettled() -> None:
    assert steps(PACK, 36, event="extension")[-1] == ("confidence.proposal", None)


def test_the_other_reading_of_an_extension_is_shipped_and_not_published() -> None:
    assert PACK.published
    assert not PER_MONTH.published
    assert premium(PER_MONTH, 36, event="extension").amount_idr == 486_000
    assert premium(PER_MONTH, 1, event="extension").amount_idr == 13_500
    assert premium(PER_MONTH, 36, event="new").amount_idr == 494_500
    assert steps(PER_MONTH, 36, event="extension") == [
        ("each_month", 486_000),
        ("basis", None),
        ("confidence.press", None),
    ]


def test_23_months_follow_the_policy() -> None:
    assert premium(PACK, 23).amount_idr == 337_500
    assert steps(PACK, 23)[:2] == [("package", 189_000), ("beyond", 148_500)]
    cheaper = premium(PACK, 23).cheaper
    assert cheaper is not None
    assert (cheaper.months, cheaper.base) == (24, 332_500)

    assert premium(CAPPED, 23).amount_idr == 332_500
    assert premium(CAPPED, 23).cheaper is None
    assert steps(CAPPED, 23)[:3] == [("package", 189_000), ("beyond", 148_500), ("cap", -5_000)]
    assert premium(CAPPED, 22).amount_idr == 324_000


def test_fewer_months_than_the_smallest_package_cost_what_it_costs() -> None:
    assert steps(PACK, 3) == [("least", None), ("package", 108_000), ("basis", None), ("confidence.proposal", None)]


def test_what_is_paid_before_departure_is_known_and_never_sold() -> None:
    before = [row for row in PACK.rows if row.phase == "before"]
    assert [(row.months, row.base, row.per_month) for row in before] == [(5, 37_500, None)]
    for scheme, event in WHOM:
        assert all(row.phase == "during_after" for row in PACK.table(scheme=scheme, event=event))
        assert {premium(PACK, months, scheme=scheme, event=event).row.base for months in range(1, 61)}.isdisjoint(
            {37_500}
        )


def test_no_premium_for_no_months() -> None:
    with pytest.raises(ValueError, match="month"):
        premium(PACK, 0)


def test_savings_are_months_times_what_the_worker_chose() -> None:
    found = explain_savings(PACK, 3, 100_000, DAY)
    assert (found[0].code, found[0].amount_idr) == ("savings", 300_000)
    assert found[-1].code == "confidence.press"
    basis = dict(found[1].values)
    assert basis == {
        "basis": "Permenaker 4/2023 Pasal 18",
        "version": "1",
        "valid_from": "2023-02-22",
        "day": "2026-11-22",
    }


# Whose row it is


def test_the_narrowest_rows_are_the_whole_table_of_whom_they_fit() -> None:
    pack = replace(
        PACK,
        min_package=None,
        rows=(
            *general((6, 100, 10), (12, 180, 10)),
            *general((12, 150, 9), event="extension"),
            *general((12, 140, 8), scheme="g2g"),
            *general((12, 130, 7), scheme="g2g", event="extension"),
        ),
    )
    assert TariffPack.from_json(pack.to_json()) == pack
    assert premium(pack, 12).amount_idr == 180
    assert premium(pack, 13, event="extension").amount_idr == 159
    assert premium(pack, 6, event="extension").amount_idr == 150
    assert premium(pack, 13, scheme="g2g").amount_idr == 148
    assert premium(pack, 13, scheme="g2g", event="extension").amount_idr == 137
    assert premium(pack, 13, scheme="p3mi", event="re-entry").amount_idr == 190


def test_a_package_without_single_months_is_followed_by_the_next_package() -> None:
    pack = replace(PACK, min_package=None, rows=general((6, 100, None), (12, 180, 10)))
    assert [premium(pack, months).amount_idr for months in (1, 6, 7, 12, 14)] == [100, 100, 180, 180, 200]
    assert steps(pack, 7)[:2] == [("next_package", None), ("package", 180)]


def test_single_months_may_be_sold_below_the_first_package() -> None:
    pack = replace(PACK, min_package=None, rows=general((0, 1_000, 20), (6, 1_100, 10)))
    assert [premium(pack, months).amount_idr for months in (1, 5, 6, 7)] == [1_020, 1_100, 1_100, 1_110]
    assert steps(pack, 2)[:2] == [("base", 1_000), ("each_month", 40)]


# Which pack it is


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


def test_a_pack_stands_in_force_coming_past_or_unpublished() -> None:
    newer = replace(PACK, version=3, valid_from=date(2027, 1, 1))
    packs = [PACK, newer, PER_MONTH]
    assert [standing(pack, packs, DAY) for pack in packs] == ["in_force", "upcoming", "unpublished"]
    assert [standing(pack, packs, date(2027, 1, 1)) for pack in packs] == ["past", "in_force", "unpublished"]
    ended = replace(PACK, valid_to=DAY)
    assert standing(ended, [ended], DAY + timedelta(days=1)) == "past"


dated = st.builds(
    lambda version, first, length, published, number: replace(
        PACK,
        id=UUID(int=number),
        version=version,
        published=published,
        valid_from=date(2020, 1, 1) + timedelta(days=first),
        valid_to=None if length is None else date(2020, 1, 1) + timedelta(days=first + length),
    ),
    st.integers(1, 4),
    st.integers(0, 60),
    st.none() | st.integers(0, 60),
    st.booleans(),
    st.integers(1, 5),
)


@given(st.lists(dated, max_size=6), st.integers(0, 130), st.randoms())
def test_the_pack_of_a_day_is_the_newest_that_holds_on_it_in_whatever_order_they_came(
    packs: list[TariffPack], after: int, shuffle: Any
) -> None:
    day = date(2020, 1, 1) + timedelta(days=after)
    holding = [
        pack
        for pack in packs
        if pack.published and pack.valid_from <= day and (pack.valid_to is None or pack.valid_to >= day)
    ]
    if not holding:
        with pytest.raises(Refused):
            pack_on(packs, day)
        return
    chosen = pack_on(packs, day)
    assert chosen in holding
    assert all((pack.valid_from, pack.version) <= (chosen.valid_from, chosen.version) for pack in holding)
    shuffled = list(packs)
    shuffle.shuffle(shuffled)
    again = pack_on(shuffled, day)
    assert (again.id, again.version, again.valid_from) == (chosen.id, chosen.version, chosen.valid_from)


# Any pack


@st.composite
def packs(draw: st.DrawFn) -> TariffPack:
    """Packs as a centre may publish them: a table for everybody, and tables for some."""
    rows: list[TariffRow] = []
    whom = draw(
        st.sets(
            st.sampled_from([(None, "extension"), ("g2g", None), ("g2g", "extension"), ("ukps", "late")]), max_size=4
        )
    )
    if {(None, "extension"), ("g2g", None)} <= whom:
        whom.add(("g2g", "extension"))
    for scheme, event in [(None, None), *sorted(whom, key=str)]:
        months = sorted(draw(st.sets(st.integers(0, 36), min_size=1, max_size=4)))
        for at, each in enumerate(months):
            last = at == len(months) - 1
            per_month = draw(st.integers(1, 20_000) if last or not each else st.none() | st.integers(1, 20_000))
            base = draw(st.integers(1, 500_000))
            further = draw(st.sampled_from([None, *LEVELS]))
            sure = draw(st.sampled_from(["law", "press: somebody said so", "proposal"]))
            rows.append(TariffRow(each, base, per_month, scheme, event, confidence=sure, per_month_confidence=further))
    return replace(
        PACK,
        rows=tuple(rows),
        cap_at_next_package=draw(st.booleans()),
        min_package=draw(st.sampled_from([None, *sorted({row.months for row in rows if row.months})])),
        month_rounding=draw(st.sampled_from(["up", "nearest", "down"])),
        max_months=draw(st.integers(36, 60)),
        valid_to=draw(st.none() | st.just(date(2030, 1, 1))),
    )


@given(packs())
def test_a_pack_survives_json(pack: TariffPack) -> None:
    assert TariffPack.from_json(json.loads(json.dumps(pack.to_json()))) == pack


@given(packs(), st.sampled_from(WHOM), st.integers(1, 60))
def test_the_steps_of_a_price_add_up_to_it(pack: TariffPack, whom: tuple[str | None, str], months: int) -> None:
    scheme, event = whom
    cost = premium(pack, months, scheme=scheme, event=event)
    found = explain_premium(pack, cost, DAY)
    assert sum(step.amount_idr or 0 for step in found) == cost.amount_idr
    assert found[-1].code.startswith("confidence.")


@given(packs(), st.sampled_from(WHOM), st.integers(1, 59))
def test_with_the_cap_more_months_never_cost_less_and_nobody_pays_more_than_a_larger_package(
    pack: TariffPack, whom: tuple[str | None, str], months: int
) -> None:
    capped = replace(pack, cap_at_next_package=True)
    scheme, event = whom
    cost = premium(capped, months, scheme=scheme, event=event).amount_idr
    assert cost <= premium(capped, months + 1, scheme=scheme, event=event).amount_idr
    assert all(cost <= row.base for row in capped.table(scheme=scheme, event=event) if row.months > months)
    assert cost <= premium(replace(pack, cap_at_next_package=False), months, scheme=scheme, event=event).amount_idr


@given(packs())
def test_in_what_a_centre_may_publish_every_row_is_charged_to_somebody(pack: TariffPack) -> None:
    charged = set()
    for scheme, event in WHOM:
        for months in range(1, pack.max_months + 1):
            cost = premium(pack, months, scheme=scheme, event=event)
            charged.add(cost.capped or cost.row)
    idle = [at for at, row in enumerate(pack.rows) if row not in charged]
    if not idle:
        assert publishable_pack(pack.to_json()) == pack
    else:
        assert refused(pack.to_json(), publishable_pack) == [
            (f"tariff.rows[{at}]", "tariff.row_unreachable") for at in idle
        ]


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: f"version-{pack.version}")
def test_the_shipped_packs_could_be_published_as_they_are(pack: TariffPack) -> None:
    assert publishable_pack(json.loads(json.dumps(pack.to_json()))) == pack
    assert all(level(row.confidence) in LEVELS for row in pack.rows)


# The flat form of the first packs


FLAT: dict[str, Any] = {
    "id": "01860c3a-5c00-7000-8000-000000000001",
    "version": 1,
    "published": True,
    "valid_from": "2023-02-22",
    "valid_to": None,
    "legal_basis": "Permenaker 4/2023 Pasal 18",
    "confidence": "law",
    "packages": [[6, 108000], [12, 189000], [24, 332500]],
    "per_month": 13500,
    "extension": "package",
    "min_package": 6,
    "max_months": 60,
    "cap_at_next_package": False,
    "jht_min": 50000,
    "jht_max": 600000,
    "jht_step": 1,
    "before_departure": 37500,
    "row_confidence": {
        "packages": "law",
        "per_month": "press",
        "extension": "proposal: a new package for each extension; unsettled",
        "jht_step": "not stated in any text read",
    },
}
"""A pack as centres published it before there were rows."""


def flat_premium(pack: dict[str, Any], months: int, event: str) -> int:
    """What a flat pack charges, as it was reckoned when packs were flat."""
    if event == "extension" and pack["extension"] == "per_month":
        return int(months * pack["per_month"])
    rows = [(package, price) for package, price in pack["packages"] if pack["min_package"] <= package <= months]
    package, price = max(rows, default=(pack["min_package"], dict(map(tuple, pack["packages"]))[pack["min_package"]]))
    amount = int(price + max(0, months - package) * pack["per_month"])
    if pack["cap_at_next_package"]:
        amount = min([amount, *(int(price) for package, price in pack["packages"] if package > months)])
    return amount


@st.composite
def flat_packs(draw: st.DrawFn) -> dict[str, Any]:
    months = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=5)))
    cap = draw(st.booleans())
    return {
        **FLAT,
        "packages": [[each, draw(st.integers(1, 500_000))] for each in months],
        "per_month": draw(st.integers(1, 20_000)),
        "extension": draw(st.sampled_from(["package", "per_month"])),
        # With a cap and packages below the smallest sold, a flat pack contradicted itself.
        "min_package": months[0] if cap else draw(st.sampled_from(months)),
        "cap_at_next_package": cap,
        "row_confidence": draw(st.sampled_from([{}, FLAT["row_confidence"]])),
        "before_departure": draw(st.sampled_from([None, 37_500])),
    }


@given(flat_packs())
def test_a_flat_pack_charges_as_before_for_all_months_and_events(flat: dict[str, Any]) -> None:
    pack = TariffPack.from_json(flat)
    for event in EVENTS:
        for months in range(1, 61):
            assert premium(pack, months, event=event).amount_idr == flat_premium(flat, months, event)
    assert TariffPack.from_json(pack.to_json()) == pack


def test_a_flat_pack_keeps_how_sure_we_are_of_each_amount() -> None:
    pack = publishable_pack(FLAT)
    assert steps(pack, 24)[-1] == ("confidence.law", None)
    assert steps(pack, 25)[-1] == ("confidence.press", None)
    assert steps(pack, 24, event="extension")[-1] == ("confidence.proposal", None)
    assert level(pack.confidences["jht_step"]) == "proposal"
    assert [row.base for row in pack.rows if row.phase == "before"] == [37_500]


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        ("packages", [], "tariff.malformed"),
        ("packages", [[12, 189000], [6, 108000]], "tariff.malformed"),
        ("packages", [[6, 108000], [6, 109000]], "tariff.malformed"),
        ("packages", [[6, "108000"]], "tariff.malformed"),
        ("per_month", -1, "tariff.number"),
        ("per_month", True, "tariff.number"),
        ("min_package", 7, "tariff.min_package"),
        ("jht_min", "50000", "tariff.number"),
        ("extension", "sometimes", "tariff.choice"),
        ("cap_at_next_package", "no", "tariff.choice"),
        ("row_confidence", {"packages": 1}, "tariff.malformed"),
    ],
)
def test_a_flat_pack_that_cannot_be_read_names_the_part(part: str, value: object, code: str) -> None:
    found = refused({**FLAT, part: value})
    assert found[0][0].startswith(f"tariff.{part}")
    assert found[0][1] == code


# What is refused


@pytest.mark.parametrize(
    ("parts", "problems"),
    [
        ({"id": "no uuid"}, [("id", "malformed")]),
        ({"version": 0}, [("version", "number")]),
        ({"valid_from": "2023-02-30"}, [("valid_from", "day")]),
        ({"valid_from": None}, [("valid_from", "day")]),
        ({"valid_to": "2023-02-21"}, [("valid_to", "ends_before_start")]),
        ({"legal_basis": ""}, [("legal_basis", "missing")]),
        ({"rows": []}, [("rows", "missing")]),
        ({"rows": ["six months"]}, [("rows[0]", "malformed")]),
        ({"policies": "none"}, [("policies", "malformed")]),
        ({"policies": {"month_rounding": "sideways"}}, [("policies.month_rounding", "choice")]),
        ({"policies": {"min_package": 7}}, [("policies.min_package", "min_package")]),
        ({"jht": None}, [("jht", "missing")]),
        ({"jht": {"min": 2, "max": 1}}, [("jht.max", "jht_range")]),
        ({"max_months": 12}, [("rows[2].months", "months_beyond"), ("rows[5].months", "months_beyond")]),
        ({"confidence": {"jht_min": 1}}, [("confidence.jht_min", "malformed")]),
        (
            {"version": "one", "max_months": None, "jht": {"min": 0, "max": 5}},
            [("version", "number"), ("max_months", "missing"), ("jht.min", "number")],
        ),
    ],
)
def test_a_pack_that_cannot_be_read_names_every_part(parts: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    assert sorted(refused(changed(**parts))) == sorted((f"tariff.{part}", f"tariff.{code}") for part, code in problems)


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        ({"base": 108_000}, [("months", "missing")]),
        ({"months": 6, "base": "108000"}, [("base", "number")]),
        ({"months": 6, "base": 1.5}, [("base", "number")]),
        ({"months": 601, "base": 1}, [("months", "number")]),
        ({"months": 6, "base": 1, "per_month": 0}, [("per_month", "number")]),
        ({"months": 6, "base": 1, "scheme": "P3MI"}, [("scheme", "choice")]),
        ({"months": 6, "base": 1, "event": "renewal"}, [("event", "choice")]),
        ({"months": 6, "base": 1, "phase": "after"}, [("phase", "choice")]),
        ({"months": 6, "base": 1, "programme": "JHT"}, [("programme", "choice")]),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_place(row: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    assert refused(changed(rows=[PACK.to_json()["rows"][0], row])) == [
        (f"tariff.rows[1].{part}", f"tariff.{code}") for part, code in problems
    ]


def test_something_else_than_a_pack_is_refused() -> None:
    assert refused("a pack") == [("tariff.pack", "tariff.malformed")]


def test_two_rows_for_the_same_months_are_refused_by_their_numbers() -> None:
    with pytest.raises(Refused) as refusal:
        TariffPack.from_json(changed(rows=[*PACK.to_json()["rows"], {"months": 12, "base": 1, "per_month": 1}]))
    (problem,) = refusal.value.problems
    assert (problem.field, problem.code) == ("tariff.rows[7]", "tariff.rows_ambiguous")
    assert {name: dict(problem.values)[name] for name in ("first", "second", "months")} == {
        "first": "2",
        "second": "8",
        "months": "12",
    }


def test_rows_of_which_none_is_the_narrower_are_refused_until_a_narrower_one_settles_it() -> None:
    rows = [
        {"months": 6, "base": 100, "per_month": 10},
        {"months": 6, "base": 90, "per_month": 10, "scheme": "g2g"},
        {"months": 12, "base": 80, "per_month": 10, "event": "extension"},
    ]
    policies = {"min_package": 6}
    with pytest.raises(Refused) as refusal:
        TariffPack.from_json(changed(rows=rows, policies=policies))
    (problem,) = refusal.value.problems
    assert problem.field == "tariff.rows[2]"
    assert dict(problem.values) == {
        "first": "2",
        "second": "3",
        "months": "12",
        "scheme": "g2g",
        "event": "extension",
    }
    settled = [*rows, {"months": 6, "base": 70, "per_month": 10, "scheme": "g2g", "event": "extension"}]
    pack = TariffPack.from_json(changed(rows=settled, policies=policies))
    assert premium(pack, 6, scheme="g2g", event="extension").amount_idr == 70


def test_a_pack_has_a_price_for_everybody_and_all_months() -> None:
    only = [{"months": 6, "base": 100, "per_month": 10, "event": event} for event in EVENTS[:3]]
    assert refused(changed(rows=only, policies={})) == [("tariff.rows", "tariff.rows_missing")]
    short = [{"months": 6, "base": 100}, {"months": 24, "base": 300}]
    assert refused(changed(rows=short, policies={})) == [("tariff.rows[1].per_month", "tariff.rows_short")]
    assert premium(TariffPack.from_json(changed(rows=short, policies={}, max_months=24)), 7).amount_idr == 300


def test_a_misspelt_part_is_refused_before_it_is_published_and_left_alone_when_read() -> None:
    row = {**PACK.to_json()["rows"][0], "permonth": 1}
    document = changed(
        rows=[row, *PACK.to_json()["rows"][1:]],
        policies={**PACK.to_json()["policies"], "cap_at_next_pakage": True},
        remark="?",
    )
    assert TariffPack.from_json(document) == PACK
    assert refused(document, publishable_pack) == [
        ("tariff.remark", "tariff.part_unknown"),
        ("tariff.policies.cap_at_next_pakage", "tariff.part_unknown"),
        ("tariff.rows[0].permonth", "tariff.part_unknown"),
    ]


def test_how_sure_somebody_is_has_a_name_before_it_is_published() -> None:
    rows = PACK.to_json()["rows"]
    document = changed(rows=[{**rows[0], "confidence": "quite"}, *rows[1:]], confidence={"jht_min": "hearsay"})
    assert refused(document, publishable_pack) == [
        ("tariff.rows[0].confidence", "tariff.confidence"),
        ("tariff.confidence.jht_min", "tariff.confidence"),
    ]
