"""What a counter shows before a claim is filed: receipts, benefits, earlier claims and the heirs' order."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.claim_evidence import (
    SIMILAR_DAYS,
    EarlierClaim,
    PaidCover,
    PossibleBenefit,
    cover_evidence,
    filer_warnings,
    heir_evidence,
    is_similar,
    possible_benefits,
    similar_warnings,
)
from models.rules.claims import claim_warnings, edition, kind, kinds
from models.rules.coverage import Cover, Programme
from models.rules.heirs import Inherits
from models.rules.phases import Phase, PhaseKind

EVENT = date(2026, 11, 3)
ACCIDENT = kind("JKK-KECELAKAAN")
SEALED = kind("JKK-PERKOSAAN")


def paid(
    number: str, first: date, last: date, *, programme: Programme = "JKK+JKM", confirmed: date | None = None
) -> PaidCover:
    return PaidCover(number, Cover(programme, first, 24, first, last), confirmed)


# Receipts


def test_the_receipts_whose_days_hold_are_named_with_what_bpjs_said_of_them() -> None:
    confirmed = paid("TPE3-2025-000001", date(2025, 7, 12), date(2027, 7, 11), confirmed=date(2025, 8, 1))
    again = paid("TPE3-2026-000009", date(2026, 1, 1), date(2027, 12, 31))
    over = paid("TPE3-2023-000004", date(2023, 7, 12), date(2025, 7, 11), confirmed=date(2023, 8, 1))
    savings = paid("TPE3-2026-000010", date(2026, 1, 1), date(2026, 12, 31), programme="JHT")
    found = cover_evidence(ACCIDENT, EVENT, [again, savings, over, confirmed])
    assert [(one.number, one.holds, one.provisional) for one in found] == [
        ("TPE3-2025-000001", True, False),
        ("TPE3-2026-000009", True, True),
    ]
    (jht,) = cover_evidence(kind("JHT"), EVENT, [again, savings, over, confirmed])
    assert (jht.number, jht.covered_from, jht.covered_to) == ("TPE3-2026-000010", date(2026, 1, 1), date(2026, 12, 31))


def test_where_no_receipt_holds_the_nearest_ones_are_named() -> None:
    older = paid("TPE3-2021-000001", date(2021, 1, 1), date(2022, 12, 31))
    before = paid("TPE3-2023-000001", date(2023, 1, 1), date(2024, 12, 31))
    after = paid("TPE3-2026-000002", date(2026, 12, 11), date(2028, 12, 10))
    later = paid("TPE3-2026-000003", date(2028, 12, 11), date(2030, 12, 10))
    found = cover_evidence(ACCIDENT, EVENT, [later, after, before, older])
    assert [(one.number, one.holds) for one in found] == [("TPE3-2023-000001", False), ("TPE3-2026-000002", False)]
    assert cover_evidence(ACCIDENT, EVENT, []) == ()


@st.composite
def receipts(draw: st.DrawFn) -> PaidCover:
    first = draw(st.dates(date(2024, 1, 1), date(2028, 1, 1)))
    last = first + timedelta(days=draw(st.integers(0, 800)))
    return paid(f"TPE3-2026-{draw(st.integers(1, 999)):06}", first, last)


@given(st.lists(receipts(), max_size=6))
def test_evidence_and_warning_never_contradict_each_other(given_receipts: list[PaidCover]) -> None:
    evidence = cover_evidence(ACCIDENT, EVENT, given_receipts)
    phase = Phase("during", None, None)
    said = {
        problem.code
        for problem in claim_warnings(
            ACCIDENT,
            ACCIDENT.situation(""),
            "worker",
            EVENT,
            date(2026, 11, 22),
            [one.cover for one in given_receipts],
            phase,
        )
    }
    assert any(one.holds for one in evidence) == (
        not said & {"claim.never_covered", "claim.not_covered", "claim.after_cover"}
    )
    assert all(one.holds for one in evidence) or not any(one.holds for one in evidence)
    assert ("claim.never_covered" in said) == (evidence == ())


# Benefits


def possible(
    code: str = "JKK-KECELAKAAN", situation: str = "", phase: PhaseKind = "during"
) -> dict[str, PossibleBenefit]:
    chosen = kind(code)
    found = possible_benefits(edition(), chosen, chosen.situation(situation), Phase(phase, None, None))
    return {one.benefit.code: one for one in found}


def test_an_accident_names_what_it_may_lead_to_with_the_regulations_ceiling_or_bpjs() -> None:
    found = possible()
    assert (found["JKK-OBAT-LN"].amount.amount_idr, found["JKK-OBAT-LN"].amount.at_most) == (50_000_000, True)
    assert found["JKK-PULANG-KK"].amount.amount_idr is None
    assert found["JKK-OBAT-LN"].in_phase
    assert not found["JKK-B-TRANSPORT"].in_phase
    assert [one.in_phase for one in found.values()] == sorted((one.in_phase for one in found.values()), reverse=True)


def test_nobody_who_reports_an_injury_is_told_what_a_death_would_pay() -> None:
    assert not any(one.benefit.death for one in possible().values())
    assert "JKK-MATI" in possible(situation="death")
    assert "JKK-CACAT-TOTAL" not in possible(situation="death")


def test_a_phase_that_nobody_knows_speaks_against_no_benefit() -> None:
    assert all(one.in_phase for one in possible(phase="unknown").values())
    assert not any(one.in_phase for one in possible("JKK-OBAT-LN", phase="after").values())


def test_of_a_restricted_kind_nothing_is_said() -> None:
    assert possible(SEALED.code) == {}
    for one in kinds():
        for situation in one.situations:
            found = possible_benefits(edition(), one, situation, Phase("during", None, None))
            assert bool(found) != one.restricted
            assert not any(benefit.benefit.restricted for benefit in found)


# Earlier claims


def earlier(day: date, state: str = "filed") -> EarlierClaim:
    return EarlierClaim(uuid4(), "TPE3-K-2026-000001", "JKK-ALAT", day, date(2026, 11, 22), state)


@pytest.mark.parametrize(
    ("days", "state", "expected"),
    [
        (0, "filed", True),
        (SIMILAR_DAYS, "paid", True),
        (-SIMILAR_DAYS, "rejected", True),
        (SIMILAR_DAYS + 1, "filed", False),
        (0, "withdrawn", False),
    ],
)
def test_claims_whose_events_lie_close_may_be_about_one(days: int, state: str, expected: bool) -> None:
    one = earlier(EVENT + timedelta(days=days), state)
    assert is_similar(EVENT, one) is expected
    found = similar_warnings([replace(one, similar=expected), earlier(EVENT - timedelta(days=400))])
    assert [dict(problem.values)["number"] for problem in found] == ["TPE3-K-2026-000001"] * expected


# Heirs


def test_heirs_stand_in_the_laws_order_and_those_paid_first_are_marked() -> None:
    found = heir_evidence([Inherits("BUDI", "adik"), Inherits("SARI", "anak"), Inherits("AHMAD FAUZI", "suami")])
    assert [(one.name, one.relation, one.first) for one in found] == [
        ("AHMAD FAUZI", "Suami", True),
        ("SARI", "Anak", True),
        ("BUDI", "Saudara kandung", False),
    ]
    assert [one.first for one in heir_evidence([Inherits("TONI", "keponakan"), Inherits("WATI", "bibi buyut")])] == [
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Fauzi, Ahmad", []),
        ("BUDI", ["claim.heir_not_first"]),
        ("JOKO", ["claim.heir_unknown"]),
        ("", []),
    ],
)
def test_who_files_is_looked_for_among_the_heirs(name: str, expected: list[str]) -> None:
    heirs = heir_evidence([Inherits("BUDI", "adik"), Inherits("AHMAD FAUZI", "suami")])
    death = kind("JKM-SELAMA").situation("")
    assert [one.code for one in filer_warnings(death, "heir", name, heirs)] == expected
    assert filer_warnings(death, "mission", name, heirs) == []
    assert filer_warnings(ACCIDENT.situation(""), "heir", name, heirs) == []
    assert [one.code for one in filer_warnings(death, "heir", name, ())] == ["claim.heirs_unknown"]
