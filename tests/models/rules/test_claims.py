from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import claims, data
from models.rules.claims import (
    FILED_BY,
    Benefit,
    Kind,
    Requirement,
    Rules,
    Situation,
    benefit,
    benefits,
    checklist,
    claim_deadline,
    claim_problems,
    claim_warnings,
    document_kind,
    document_kinds,
    document_name,
    edition,
    kept_as,
    kind,
    kinds,
    missing,
    party_name,
    programme_of,
    read_rules,
    report_problems,
    report_warnings,
    shipped,
    shown_amount,
)
from models.rules.coverage import Cover
from models.rules.documents import worker_document_kinds
from models.rules.phases import Stay, phase_on
from models.rules.problems import Problem, Refused

TODAY = date(2026, 11, 22)
ACTIVE = Cover("JKK+JKM", date(2025, 7, 12), 24, date(2025, 7, 12), date(2027, 7, 11))
CONTRACT = Stay(start=date(2025, 7, 12), end=date(2027, 7, 11))


FIRST = date(2023, 2, 22)
"""The day from which Permenaker 4/2023 holds."""


def warnings(
    code: str,
    day: date,
    covers: list[Cover],
    *stays: Stay,
    today: date = TODAY,
    situation: str = "",
    filed_by: str = "mission",
) -> list[str]:
    chosen = kind(code, on=day)
    found = chosen.situation(situation)
    return codes(claim_warnings(chosen, found, filed_by, day, today, covers, phase_on(day, stays)))


def everywhere() -> list[tuple[date, Kind, Situation]]:
    """Every kind in every situation of every edition."""
    return [
        (held.valid_from, one, situation)
        for held in shipped().editions
        for one in held.kinds()
        for situation in one.situations
    ]


def changed(day: date, **lists: list[dict[str, Any]]) -> Rules:
    """The shipped rules, and from a day on a further edition in which these lists ask for something else."""
    papers = deepcopy(data.document("checklists.json"))
    later = deepcopy(papers["editions"][-1]) | {"valid_from": day.isoformat()}
    for name, requirements in lists.items():
        later["checklists"][name]["requirements"] = requirements
    papers["editions"].append(later)
    return read_rules(data.document("benefits.json"), papers)


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_the_regulations_benefits_are_all_there_with_their_confidence() -> None:
    assert len(benefits()) == 24
    for one in benefits():
        assert one.confidence
        assert one.phases
        assert one.programme == one.code.split("-")[0] == programme_of(one.code)


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
    for ask in (benefit, kind, checklist, lambda code: missing(code, [])):
        with pytest.raises(Refused) as refusal:
            ask("JKK")
        assert codes(list(refusal.value.problems)) == ["claim.kind_unknown"]


@pytest.mark.parametrize(
    ("day", "chosen", "situation"),
    everywhere(),
    ids=lambda one: str(one) if isinstance(one, date) else one.code or "plain",
)
def test_every_kind_asks_in_every_situation_for_papers_that_can_be_named(
    day: date, chosen: Kind, situation: Situation
) -> None:
    requirements = checklist(chosen.code, situation.code, on=day)
    assert len({requirement.key for requirement in requirements}) == len(requirements) > 2
    assert requirements[0].key == "kartu_peserta"
    for requirement in requirements:
        assert requirement.name
        assert requirement.article
        assert {document_kind(kind) for kind in requirement.one_of} == set(requirement.one_of)
        assert requirement.parties
        assert requirement.party == requirement.parties[0]
        for office in ("KBRI", "KDEI", ""):
            assert {party_name(party, office) for party in requirement.parties}.isdisjoint(requirement.parties[1:])
        assert requirement.original in ("original", "copy", "either")
        assert requirement.follow_days is not None
        # The texts read are silent on both: nobody may take them for law.
        assert requirement.original_confidence == requirement.follow_confidence == "proposal"
    assert any(one.startswith("rekening") for requirement in requirements for one in requirement.one_of)
    assert ("surat_kematian" in {one.key for one in requirements}) == situation.death
    assert ("worker" in situation.filers) != situation.death
    unread = "claim.papers_unread" in warnings(chosen.code, TODAY, [ACTIVE], situation=situation.code)
    assert unread == (situation.confidence == "unread") == ((chosen.code, situation.code) == ("JHT", "other"))


def test_every_party_is_named_and_the_missions_own_papers_by_its_kind_of_office() -> None:
    words = data.document("checklists.json")
    assert {document["party"] for document in words["documents"].values()} <= set(words["parties"])
    assert (party_name("mission"), party_name("mission", "KDEI"), party_name("mission", "KJRI")) == (
        "perwakilan RI atau KDEI",
        "KDEI",
        "perwakilan RI",
    )
    assert party_name("police", "KDEI") == "kepolisian setempat"


def test_in_taipei_the_missions_papers_are_kdeis_and_the_others_fulfil_a_list_too() -> None:
    asked = {one.key: one for one in checklist("JKK-OBAT-LN")}["surat_keterangan"]
    assert asked.at("KDEI").name == "Surat keterangan pemberi kerja, KDEI atau instansi ketenagakerjaan setempat"
    assert (
        asked.at("KBRI").name == "Surat keterangan pemberi kerja, perwakilan RI atau instansi ketenagakerjaan setempat"
    )
    assert asked.at("KDEI").one_of[-1] == "surat_keterangan_perwakilan"
    assert asked.at("KBRI").one_of[-1] == "surat_keterangan_kdei"
    reported = {one.key: one for one in checklist("JKK-PERKOSAAN")}["laporan"]
    assert (reported.at("KDEI").name, reported.at("KJRI").name) == (
        "Laporan polisi atau surat KDEI",
        "Laporan polisi atau surat perwakilan RI",
    )
    assert document_name("surat_perwakilan", "KDEI") == "Surat KDEI"
    for _day, chosen, situation in everywhere():
        for one in checklist(chosen.code, situation.code):
            assert set(one.at("KDEI").one_of) == set(one.at("KBRI").one_of) == set(one.one_of)
            assert "KDEI" not in one.at("KBRI").name
            assert "perwakilan" not in one.at("KDEI").name.lower()


def test_what_is_kept_with_a_worker_already_can_stand_for_a_claims_paper() -> None:
    kept = {kept_as(word) for word in document_kinds()} - {""}
    assert kept == {"kartu_peserta", "paspor", "ktp", "kk", "kontrak", "buku_tabungan"}
    assert kept <= set(worker_document_kinds())
    known = {one.key: one.from_data for one in checklist("JKM-SELAMA")}
    assert known["kartu_peserta"] == ("membership",)
    assert known["identitas_peserta"] == ("id_card", "passport")
    assert known["surat_kematian"] == ()


def test_a_paper_may_follow_for_the_days_of_whoever_writes_it() -> None:
    asked = {one.key: one for one in checklist("JKM-SELAMA")}
    assert asked["identitas_peserta"].follow_by(TODAY) == TODAY + timedelta(days=14)
    assert asked["surat_kematian"].follow_by(TODAY) == TODAY + timedelta(days=30)
    assert Requirement("visum", ("visum",), "", "", "Visum").follow_by(TODAY) is None


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
    for day, chosen, situation in everywhere():
        asked = checklist(chosen.code, situation.code, on=day)
        for at in (0, -1):
            assert missing(chosen.code, [one.one_of[at] for one in asked], situation.code, on=day) == ()
        assert missing(chosen.code, [], situation.code, on=day, answered=[one.key for one in asked]) == ()


@given(st.data())
def test_more_papers_never_leave_more_missing(draw: st.DataObject) -> None:
    day, chosen, situation = draw.draw(st.sampled_from(everywhere()))
    few = draw.draw(st.sets(st.sampled_from(sorted(document_kinds()))))
    more = few | draw.draw(st.sets(st.sampled_from(sorted(document_kinds()))))
    asked = checklist(chosen.code, situation.code, on=day)
    after_few = missing(chosen.code, few, situation.code, on=day)
    after_more = missing(chosen.code, more, situation.code, on=day)
    assert set(after_more) <= set(after_few) <= set(asked)
    assert [one for one in asked if one in after_more] == list(after_more)


def test_the_words_of_the_regulations_lists_are_understood() -> None:
    assert document_kind("kk") == "kartu_keluarga"
    assert document_name("surat_phk_pemberi_kerja|perwakilan|kdei") == document_name("surat_phk_pemberi_kerja")
    assert {"paspor", "kk", "visum|surat_medis"} <= document_kinds()
    with pytest.raises(Refused) as refusal:
        document_name("foto_kucing")
    assert codes(list(refusal.value.problems)) == ["document.kind_unknown"]


@pytest.mark.parametrize("death", [one for one in benefits() if one.death], ids=lambda one: one.code)
def test_a_death_is_not_filed_by_the_worker(death: Benefit) -> None:
    for situation in kind(death.code).situations:
        assert codes(claim_problems(situation, "worker", TODAY, TODAY)) == ["claim.death_by_worker"]
        for filer in ("heir", "mission"):
            assert claim_problems(situation, filer, TODAY, TODAY) == []


def test_no_situation_that_is_a_death_is_filed_by_the_worker() -> None:
    for _day, _chosen, situation in everywhere():
        refused = {filer for filer in FILED_BY if claim_problems(situation, filer, TODAY, TODAY)}
        assert refused == ({"worker"} if situation.death else set())


def test_a_situation_that_is_not_named_is_the_first_that_this_person_may_file() -> None:
    assert kind("JHT").situation_for("worker").code == "age_56"
    assert kind("JKK-BEASISWA").situation_for("worker").code == "total_disability"
    assert kind("JKK-BEASISWA").situation_for("heir").code == "death"
    # Nobody may file it: the refusal that follows says so.
    assert kind("JKM-LUAR").situation_for("worker").code == ""
    assert kind("JHT").situation("").code == "age_56"
    with pytest.raises(Refused) as refusal:
        kind("JHT").situation("on_leave")
    assert codes(list(refusal.value.problems)) == ["claim.situation_unknown"]


def test_an_heir_of_somebody_alive_is_asked_whether_it_is_a_death() -> None:
    assert "claim.heir_of_living" in warnings("JHT", TODAY, [ACTIVE], situation="age_56", filed_by="heir")
    assert "claim.heir_of_living" not in warnings("JHT", TODAY, [ACTIVE], situation="death", filed_by="heir")


def test_what_has_not_happened_cannot_be_claimed_nor_by_just_anybody() -> None:
    problems = claim_problems(kind("JKK-OBAT-LN").situation(""), "agent", date(2026, 11, 23), TODAY)
    assert [(problem.field, problem.code) for problem in problems] == [
        ("filed_by", "claim.filed_by_unknown"),
        ("event_date", "claim.event_in_future"),
    ]


# A group of benefits, and the two reports of an accident


def test_an_accident_is_one_kind_that_may_lead_to_several_benefits() -> None:
    accident = kind("JKK-KECELAKAAN")
    assert kinds()[0] == accident
    assert [one.code for one in kinds()[1:]] == [one.code for one in benefits()]
    assert (accident.stages, accident.programme, accident.restricted, accident.death) == (2, "JKK", False, False)
    assert {"JKK-OBAT-LN", "JKK-CACAT-TOTAL", "JKK-MATI"} <= set(accident.benefits)
    assert not {"JKK-PERKOSAAN", "JKM-SELAMA", "JHT", "JKK-GAGAL-BERANGKAT"} & set(accident.benefits)
    assert set(accident.phases) == {"before", "during", "after"}
    assert [one.code for one in accident.situations] == ["", "above_insurance", "death"]
    assert {one.stages for one in kinds()[1:]} == {1}


def test_what_an_accident_came_to_says_which_benefits_and_which_papers() -> None:
    accident = kind("JKK-KECELAKAAN")
    healed, disabled, died = accident.outcomes
    assert "JKK-CACAT-TOTAL" not in healed.benefits
    assert "JKK-CACAT-TOTAL" in disabled.benefits
    assert "JKK-MATI" in died.benefits
    assert {one.confidence for one in accident.outcomes} == {"proposal"}
    assert set(accident.benefits) == {code for one in accident.outcomes for code in one.benefits}
    assert checklist(accident.code, outcome="healed") == checklist(accident.code)
    assert checklist(accident.code, outcome="died") == checklist("JKK-MATI") == checklist(accident.code, "death")
    for outcome in accident.outcomes:
        keys = [one.key for one in checklist(accident.code, outcome=outcome.code, benefits=outcome.benefits)]
        assert len(set(keys)) == len(keys)
        assert ("surat_kematian" in keys) == outcome.death


def test_a_benefit_asked_for_afterwards_adds_the_papers_that_are_not_asked_for_yet() -> None:
    before = [one.key for one in checklist("JKK-KECELAKAAN")]
    keys = [one.key for one in checklist("JKK-KECELAKAAN", outcome="healed", benefits=["JKK-PHK-KK"])]
    assert keys == [*before, "perjanjian_kerja", "surat_phk", "rekening_pmi"]


def test_the_second_report_is_refused_where_it_cannot_be() -> None:
    def said(code: str = "JKK-KECELAKAAN", **fields: Any) -> list[tuple[str, str]]:
        form: dict[str, Any] = {
            "outcome": "healed",
            "outcome_date": TODAY,
            "filed_by": "worker",
            "benefits": ["JKK-OBAT-LN"],
        } | fields
        problems = report_problems(kind(code), event_date=date(2026, 11, 3), today=TODAY, **form)
        return [(problem.field, problem.code) for problem in problems]

    assert said() == said(outcome="died", filed_by="heir") == said(outcome_date=date(2026, 11, 3)) == []
    assert said("JKK-OBAT-LN") == [("outcome", "claim.one_stage")]
    assert said(outcome="better") == [("outcome", "claim.outcome_unknown")]
    assert said(outcome="died") == [("filed_by", "claim.death_by_worker")]
    assert said(filed_by="agent") == [("filed_by", "claim.filed_by_unknown")]
    assert said(outcome_date=date(2026, 11, 2)) == [("outcome_date", "claim.outcome_before_event")]
    assert said(outcome_date=date(2026, 11, 23)) == [("outcome_date", "claim.outcome_in_future")]
    assert said(benefits=["JKK-TAPIR"]) == [("benefits", "claim.kind_unknown")]


def test_an_unusual_benefit_of_an_outcome_is_pointed_out_and_not_refused() -> None:
    accident = kind("JKK-KECELAKAAN")
    found = report_warnings(accident, accident.outcome("healed"), ["JKK-OBAT-LN", "JKK-MATI"])
    assert [(problem.field, problem.code) for problem in found] == [("benefits", "claim.benefit_not_of_outcome")]
    assert dict(found[0].values) == {"benefit": "Santunan kematian akibat kecelakaan kerja"}


# Amounts


def test_an_amount_is_shown_only_where_it_was_read_and_no_source_says_otherwise() -> None:
    for one in benefits():
        shown = shown_amount(one)
        level = one.confidence.split()[0].rstrip(";,")
        if level not in ("law", "press", "official") or one.unsettled or one.restricted:
            assert (shown.amount_idr, shown.at_most, shown.note) == (None, False, "")
        else:
            assert (shown.amount_idr, shown.note) == (one.ceiling, one.amount_note)
    assert (shown_amount(benefit("JKK-OBAT-LN")).amount_idr, shown_amount(benefit("JKK-OBAT-LN")).at_most) == (
        50_000_000,
        True,
    )
    # The tiers of an older regulation, and what sources differ on, are nobody's amounts.
    for code in ("JKK-PHK-KK", "JKK-PHK-SEPIHAK", "JKK-BEASISWA", "JKK-CACAT-SEBAGIAN", "JKK-PERKOSAAN"):
        assert shown_amount(benefit(code)).note == ""
        assert shown_amount(benefit(code)).amount_idr is None


def test_whatever_sources_differ_on_is_marked_so() -> None:
    for one in benefits():
        assert one.unsettled == any(word in one.confidence for word in ("disputed", "verify", "unknown for"))


# Editions


def test_the_first_edition_is_the_regulations() -> None:
    (first,) = shipped().editions
    assert (first.valid_from, first.legal_basis) == (FIRST, "Permenaker 4/2023")
    assert edition(TODAY) is edition(FIRST) is edition(None) is edition(date(1990, 1, 1)) is first


def test_an_event_before_the_first_edition_takes_it_and_says_so() -> None:
    assert "claim.rules_earlier" in warnings("JKK-OBAT-LN", FIRST - timedelta(days=1), [ACTIVE])
    assert "claim.rules_earlier" not in warnings("JKK-OBAT-LN", FIRST, [ACTIVE])


def test_a_claim_keeps_the_edition_of_its_event_when_a_new_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    old = checklist("JHT")
    rules = changed(date(2027, 1, 1), JHT_AGE_56=[{"key": "kartu_peserta"}, {"key": "visum"}])
    monkeypatch.setattr(claims, "shipped", lambda: rules)
    assert [one.key for one in checklist("JHT", on=date(2027, 1, 1))] == ["kartu_peserta", "visum"]
    for on in (None, FIRST, date(2026, 12, 31)):
        assert checklist("JHT", on=on) == old
        assert kind("JHT", on=on).rules_from == FIRST
    # What its `rules_from` leads to is what its event led to.
    for event in (date(2020, 1, 1), FIRST, date(2026, 12, 31), date(2027, 1, 1), date(2030, 5, 5)):
        assert edition(kind("JHT", on=event).rules_from) is edition(event)


def test_a_kind_that_only_another_edition_has_is_refused_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    table = deepcopy(data.document("benefits.json"))
    later = deepcopy(table["editions"][0]) | {"valid_from": "2027-01-01"}
    later["benefits"].append(deepcopy(later["benefits"][-1]) | {"code": "JHT-BARU"})
    # Who may file what is data too.
    later["filers"]["living"] = ["worker"]
    table["editions"].append(later)
    rules = read_rules(table, data.document("checklists.json"))
    monkeypatch.setattr(claims, "shipped", lambda: rules)
    assert kind("JHT-BARU", on=date(2027, 1, 1)).code == "JHT-BARU"
    assert programme_of("JHT-BARU") == "JHT"
    assert programme_of("JKP-LAIN") == "JKP"
    with pytest.raises(Refused) as refusal:
        kind("JHT-BARU", on=TODAY)
    assert codes(list(refusal.value.problems)) == ["claim.kind_not_then"]
    situation = kind("JHT", on=date(2027, 1, 1)).situation("age_56")
    (problem,) = claim_problems(situation, "heir", date(2027, 1, 1), date(2027, 1, 1))
    assert (problem.field, problem.code) == ("filed_by", "claim.not_by_filer")


@given(st.lists(st.dates(FIRST, date(2040, 1, 1)), max_size=4, unique=True), st.dates(date(2000, 1, 1)))
def test_each_day_has_one_edition_and_its_own_first_day_leads_to_it(starts: list[date], day: date) -> None:
    table = deepcopy(data.document("benefits.json"))
    table["editions"] += [table["editions"][0] | {"valid_from": one.isoformat()} for one in starts[:2]]
    papers = deepcopy(data.document("checklists.json"))
    papers["editions"] += [papers["editions"][0] | {"valid_from": one.isoformat()} for one in starts[2:]]
    rules = read_rules(table, papers)
    assert [one.valid_from for one in rules.editions] == sorted({FIRST, *starts})
    held = rules.edition(day)
    assert held.valid_from <= day or held is rules.editions[0]
    assert not any(held.valid_from < other.valid_from <= day for other in rules.editions)
    assert rules.edition(held.valid_from) is held


def test_tables_that_do_not_fit_together_are_noticed() -> None:
    table, papers = data.document("benefits.json"), data.document("checklists.json")
    for change in (
        lambda row: row["benefits"][0].update(checklist="TAPIR"),
        lambda row: row["groups"][0]["outcomes"][0]["benefits"].append("TAPIR"),
        lambda row: row["groups"][0]["outcomes"][0]["benefits"].append("JKK-PERKOSAAN"),
        lambda row: row["groups"][0].update(code="JHT"),
    ):
        odd = deepcopy(table)
        change(odd["editions"][0])
        with pytest.raises(ValueError, match="2023-02-22"):
            read_rules(odd, papers)


# Cover, phase and deadline


def test_a_covered_accident_is_taken_in_without_a_word() -> None:
    assert warnings("JKK-OBAT-LN", date(2026, 11, 3), [ACTIVE], CONTRACT) == []


def test_cover_phase_and_deadline_warn_and_never_refuse() -> None:
    assert warnings("JKK-OBAT-LN", date(2021, 11, 21), [ACTIVE], CONTRACT) == [
        "claim.rules_earlier",
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
    assert claim_deadline(kind("JKK-OBAT-LN"), date(2021, 11, 22)) == TODAY
    assert "claim.deadline" not in warnings("JKK-OBAT-LN", date(2021, 11, 22), [ACTIVE], CONTRACT)
    assert claim_deadline(kind("JKM-SELAMA"), TODAY) is None


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


def test_situations_have_names_where_there_is_a_choice_and_tell_nothing_where_there_is_none() -> None:
    for _day, chosen, situation in everywhere():
        assert bool(situation.name) == (len(chosen.situations) > 1)
        assert len({one.name for one in chosen.situations}) == len({one.code for one in chosen.situations})
