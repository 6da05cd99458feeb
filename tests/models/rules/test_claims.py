from datetime import date

import pytest

from models.rules.claims import (
    Benefit,
    benefit,
    benefits,
    checklist,
    claim_deadline,
    claim_problems,
    claim_warnings,
    document_kind,
    document_kinds,
    document_name,
    missing,
)
from models.rules.coverage import Cover
from models.rules.phases import Stay, phase_on
from models.rules.problems import Problem, Refused

TODAY = date(2026, 11, 22)
ACTIVE = Cover("JKK+JKM", date(2025, 7, 12), 24, date(2025, 7, 12), date(2027, 7, 11))
CONTRACT = Stay(start=date(2025, 7, 12), end=date(2027, 7, 11))


def warnings(kind: str, day: date, covers: list[Cover], *stays: Stay, today: date = TODAY) -> list[str]:
    return codes(claim_warnings(benefit(kind), day, today, covers, phase_on(day, stays)))


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_the_regulations_benefits_are_all_there_with_their_confidence() -> None:
    assert len(benefits()) == 24
    for one in benefits():
        assert one.confidence
        assert one.phases
        assert one.programme == one.code.split("-")[0]


def test_amounts_are_the_regulations() -> None:
    treatment = benefit("JKK-OBAT-LN")
    assert (treatment.ceiling, treatment.is_ceiling) == (50_000_000, True)
    assert benefit("JKM-SELAMA").ceiling == 85_000_000
    assert benefit("JKM-LUAR").ceiling == 42_000_000
    assert benefit("JHT").ceiling is None


def test_a_restricted_claim_has_a_neutral_name() -> None:
    restricted = [one for one in benefits() if one.restricted]
    assert [one.code for one in restricted] == ["JKK-PERKOSAAN"]
    assert restricted[0].neutral_name == "Klaim khusus"
    assert benefit("JHT").neutral_name == benefit("JHT").name


def test_a_benefit_nobody_knows_is_refused() -> None:
    for ask in (benefit, checklist, lambda code: missing(code, [])):
        with pytest.raises(Refused) as refusal:
            ask("JKK")
        assert codes(list(refusal.value.problems)) == ["claim.kind_unknown"]


def test_every_benefits_papers_are_kinds_with_a_name() -> None:
    for one in benefits():
        requirements = checklist(one.code)
        assert requirements
        assert len({requirement.key for requirement in requirements}) == len(requirements)
        for requirement in requirements:
            assert requirement.name
            assert requirement.article
            assert {document_kind(kind) for kind in requirement.one_of} == set(requirement.one_of)


def test_a_list_that_extends_another_adds_to_it_and_takes_away() -> None:
    accident = [one.key for one in checklist("JKK_DURING_ACCIDENT")]
    death = [one.key for one in checklist("JKK-MATI")]
    assert "bukti_bayar_lain" in accident
    assert "bukti_bayar_lain" not in death
    assert death[: len(accident) - 1] == [key for key in accident if key != "bukti_bayar_lain"]
    assert "ktp_ahli_waris" in death
    assert checklist("JHT_DEATH") == checklist("JKM")
    assert checklist("JKM_ON_LEAVE_IN_INDONESIA")[:-1] == checklist("JKM")


def test_what_was_not_read_in_the_law_says_so() -> None:
    confidence = {one.key: one.confidence for one in checklist("JKK-MATI")}
    assert confidence["paspor"] == "law"
    assert confidence["surat_keterangan_ahli_waris"] == "proposal"


def test_one_of_several_papers_fulfils_a_requirement() -> None:
    def keys(*present: str) -> list[str]:
        return [one.key for one in missing("JKK-OBAT-LN", present)]

    everything = keys()
    assert everything == [one.key for one in checklist("JKK-OBAT-LN")]
    assert "surat_keterangan" not in keys("surat_keterangan_kdei")
    assert "rekening" not in keys("rekening_pihak_yang_menalangi")
    assert "rekening" not in keys("rekening_tabungan_pmi")
    assert keys("foto_kucing") == everything


def test_a_workers_card_is_not_the_heirs() -> None:
    assert [one.key for one in missing("JKM-SELAMA", ["ktp"])][:2] == ["kartu_peserta", "identitas_ahli_waris"]


def test_all_the_papers_leave_nothing_missing() -> None:
    for one in benefits():
        assert missing(one.code, [requirement.one_of[-1] for requirement in checklist(one.code)]) == ()


def test_the_words_of_the_regulations_lists_are_understood() -> None:
    assert document_kind("kk") == "kartu_keluarga"
    assert document_name("surat_phk_pemberi_kerja|perwakilan|kdei") == document_name("surat_phk_pemberi_kerja")
    assert {"paspor", "kk", "visum|surat_medis"} <= document_kinds()
    with pytest.raises(Refused) as refusal:
        document_name("foto_kucing")
    assert codes(list(refusal.value.problems)) == ["document.kind_unknown"]


@pytest.mark.parametrize("death", [one for one in benefits() if one.death], ids=lambda one: one.code)
def test_a_death_is_not_filed_by_the_worker(death: Benefit) -> None:
    assert codes(claim_problems(death, "worker", TODAY, TODAY)) == ["claim.death_by_worker"]
    assert claim_problems(death, "heir", TODAY, TODAY) == claim_problems(death, "mission", TODAY, TODAY) == []


def test_what_has_not_happened_cannot_be_claimed_nor_by_just_anybody() -> None:
    problems = claim_problems(benefit("JKK-OBAT-LN"), "agent", date(2026, 11, 23), TODAY)
    assert [(problem.field, problem.code) for problem in problems] == [
        ("filed_by", "claim.filed_by_unknown"),
        ("event_date", "claim.event_in_future"),
    ]


def test_a_covered_accident_is_taken_in_without_a_word() -> None:
    assert warnings("JKK-OBAT-LN", date(2026, 11, 3), [ACTIVE], CONTRACT) == []


def test_cover_phase_and_deadline_warn_and_never_refuse() -> None:
    assert warnings("JKK-OBAT-LN", date(2021, 11, 21), [ACTIVE], CONTRACT) == [
        "claim.not_covered",
        "claim.phase",
        "claim.phase_assumed",
        "claim.deadline",
    ]
    assert warnings("JKK-OBAT-LN", date(2026, 11, 3), []) == ["claim.never_covered", "claim.phase_unknown"]


def test_a_phase_that_every_date_settles_is_not_called_assumed() -> None:
    flown = Stay(start=CONTRACT.start, end=CONTRACT.end, departure=date(2025, 7, 10), arrival=date(2026, 10, 1))
    assert warnings("JKK-OBAT-LN", date(2026, 10, 1), [ACTIVE], flown) == ["claim.phase"]
    assert warnings("JKK-OBAT-LN", date(2026, 9, 30), [ACTIVE], flown) == []
    assert warnings("JKM-LUAR", date(2026, 10, 1), [ACTIVE], flown) == []


def test_the_deadline_is_five_years_to_the_day() -> None:
    assert claim_deadline(benefit("JKK-OBAT-LN"), date(2021, 11, 22)) == TODAY
    assert "claim.deadline" not in warnings("JKK-OBAT-LN", date(2021, 11, 22), [ACTIVE], CONTRACT)
    assert claim_deadline(benefit("JKM-SELAMA"), TODAY) is None


def test_the_journey_home_is_said_to_be_one() -> None:
    last, later = date(2027, 9, 10), date(2027, 10, 1)
    assert warnings("JKM-LUAR", date(2027, 8, 20), [ACTIVE], CONTRACT, today=later) == ["claim.after_cover"]
    assert warnings("JKM-LUAR", last, [ACTIVE], CONTRACT, today=later) == ["claim.after_cover"]
    assert warnings("JKM-LUAR", date(2027, 9, 11), [ACTIVE], CONTRACT, today=later) == [
        "claim.not_covered",
        "claim.phase",
        "claim.phase_assumed",
    ]


def test_savings_need_no_cover_on_the_day() -> None:
    saved = Cover("JHT", date(2020, 1, 1), 3, date(2020, 1, 1), date(2020, 3, 31))
    assert warnings("JHT", TODAY, [saved]) == []
    assert warnings("JHT", TODAY, [ACTIVE]) == ["claim.never_covered"]
