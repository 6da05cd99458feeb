"""A further contract, an extension, and a contract put right: what stands, what is kept, what is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import msgspec
import pytest
from loket_testing.counter import SITI, codes, kinds, open_counter
from loket_testing.journals import Journal

from kiosk.desk import Desk, keep
from kiosk.forms.placement import PlacementForm
from kiosk.forms.registration import HeirForm, Registration
from kiosk.queries.placements import history
from kiosk.queries.workers import WorkerCard, card
from kiosk.usecases import placements, workers
from models.journal.placements import PlacementDetails, PlacementRecorded
from models.posting import post
from models.rules.problems import Refused

FIRST = SITI.placement
SECOND = PlacementForm(
    country="TW",
    event="extension",
    employer="Chen Mei-ling",
    job="Perawat lansia",
    contract_start=date(2028, 12, 11),
    contract_end=date(2030, 12, 10),
)


def but(form: PlacementForm = FIRST, **fields: object) -> PlacementForm:
    return msgspec.structs.replace(form, **fields)


def amended(**fields: object) -> Registration:
    return msgspec.structs.replace(SITI, **fields)


def standing_contract(person: WorkerCard) -> UUID:
    assert person.placement is not None
    return person.placement.id


def test_an_extension_finds_the_contract_it_goes_on_from(desk: Desk, siti: UUID) -> None:
    first = standing_contract(card(desk, siti))
    done = placements.record(desk, siti, SECOND)
    current, before = card(desk, siti).placements
    assert (current.id, current.event, current.extension_of, before.id) == (
        done.placement_id,
        "extension",
        first,
        first,
    )
    assert done.warnings == ()


def test_scheme_and_event_stay_two_facts(desk: Desk, siti: UUID) -> None:
    placements.record(desk, siti, but(SECOND, scheme="perseorangan"))
    current, before = card(desk, siti).placements
    assert [(one.scheme, one.event) for one in (current, before)] == [("perseorangan", "extension"), ("p3mi", "new")]


def test_a_contract_is_put_right_and_what_stood_is_kept(desk: Desk, siti: UUID) -> None:
    first = standing_contract(card(desk, siti))
    done = placements.correct(desk, first, but(contract_end=date(2027, 12, 10)), " salah  ketik ")
    (only,) = card(desk, siti).placements
    assert (only.id, only.contract_end) == (done.placement_id, date(2027, 12, 10))
    after, before = history(desk, siti)
    assert (after.row.id, after.stands, after.reason, after.operator) == (only.id, True, "salah ketik", "Rina W.")
    assert (before.row.id, before.stands, before.stands_for_it) == (first, False, only.id)
    assert before.row.contract_end == date(2028, 12, 10)


def test_only_what_stands_is_put_right(desk: Desk, siti: UUID) -> None:
    first = standing_contract(card(desk, siti))
    placements.correct(desk, first, but(job="Perawat"))
    for wrong, code in ((first, "placement.corrected"), (uuid4(), "placement.unknown")):
        with pytest.raises(Refused) as refusal:
            placements.correct(desk, wrong, but(job="Pengasuh"))
        assert codes(refusal) == [code]


def test_the_same_contract_twice_is_refused(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    for again in (
        lambda: placements.record(desk, siti, FIRST),
        lambda: placements.correct(desk, standing_contract(card(desk, siti)), FIRST),
    ):
        with pytest.raises(Refused) as refusal:
            again()
        assert codes(refusal) == ["placement.unchanged"]
    assert kinds(desk) == before


def test_what_is_wrong_is_refused_at_its_field_and_nothing_is_recorded(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    wrong = PlacementForm(
        country="Atlantis",
        event="pindah",
        scheme="gelap",
        employer_kind="kapal selam",
        contract_start=date(2028, 1, 1),
        contract_end=date(2027, 1, 1),
        months=0,
        arrival=date(2290, 1, 1),
        extension_of=uuid4(),
    )
    with pytest.raises(Refused) as refusal:
        placements.record(desk, siti, wrong)
    assert {(problem.field, problem.code) for problem in refusal.value.problems} == {
        ("country", "country.unknown"),
        ("event", "choice.unknown"),
        ("scheme", "choice.unknown"),
        ("employer_kind", "choice.unknown"),
        ("contract_end", "contract.ends_before_start"),
        ("months", "contract.months_range"),
        ("arrival", "date.too_far"),
        ("extension_of", "placement.unknown"),
    }
    assert kinds(desk) == before


def test_nobody_extends_another_persons_contract(desk: Desk, siti: UUID) -> None:
    theirs = standing_contract(card(desk, siti))
    other = workers.register(
        desk, amended(name="SUKARNO", passport_number="D5510392", nik=None, sex="M", mother_name=None)
    ).worker_id
    with pytest.raises(Refused) as refusal:
        placements.record(desk, other, but(SECOND, extension_of=theirs))
    assert codes(refusal) == ["placement.unknown"]


def test_an_extension_of_a_contract_since_put_right_is_one_of_what_stands(desk: Desk, siti: UUID) -> None:
    first = standing_contract(card(desk, siti))
    now = placements.correct(desk, first, but(job="Perawat")).placement_id
    placements.record(desk, siti, but(SECOND, extension_of=first))
    assert card(desk, siti).placements[0].extension_of == now


def test_an_extension_that_begins_too_early_and_months_that_differ_are_said_and_recorded(
    desk: Desk, siti: UUID
) -> None:
    done = placements.record(desk, siti, but(SECOND, contract_start=date(2028, 12, 10), months=36))
    assert {warning.code for warning in done.warnings} == {"extension.too_early", "contract.months_differ"}
    assert card(desk, siti).placements[0].months == 36


def test_putting_the_first_contract_right_does_not_make_it_the_current_one(desk: Desk, siti: UUID) -> None:
    first = standing_contract(card(desk, siti))
    second = placements.record(desk, siti, SECOND).placement_id
    placements.correct(desk, first, but(employer="Formosa Textile"))
    person = card(desk, siti)
    assert standing_contract(person) == second
    assert [one.employer for one in person.placements] == ["Chen Mei-ling", "Formosa Textile"]


def test_putting_an_extension_right_keeps_what_it_goes_on_from(desk: Desk, siti: UUID) -> None:
    first = standing_contract(card(desk, siti))
    second = placements.record(desk, siti, SECOND).placement_id
    placements.correct(desk, second, but(SECOND, job="Pengasuh anak"))
    assert card(desk, siti).placements[0].extension_of == first


def test_checking_says_the_same_and_records_nothing(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    said = placements.check(desk, siti, but(SECOND, contract_start=date(2028, 12, 10)))
    assert [warning.code for warning in said.warnings] == ["extension.too_early"]
    right = placements.check(desk, siti, but(months=12), standing_contract(card(desk, siti)))
    assert [warning.code for warning in right.warnings] == ["contract.months_differ"]
    assert kinds(desk) == before


# In the registration form


def test_the_same_first_day_in_the_registration_form_puts_the_contract_right(desk: Desk, siti: UUID) -> None:
    workers.amend(desk, siti, amended(employer="Lin Ya-ting", months=24), "majikan salah tulis")
    (only,) = card(desk, siti).placements
    assert (only.employer, only.months) == ("Lin Ya-ting", 24)
    assert [one.reason for one in history(desk, siti)] == ["majikan salah tulis", ""]


def test_the_same_number_puts_it_right_too_and_another_number_is_another_contract(desk: Desk) -> None:
    numbered = amended(contract_number="TW-0091")
    siti = workers.register(desk, numbered).worker_id
    moved = {"contract_start": date(2026, 12, 1), "contract_end": date(2028, 11, 30)}
    workers.amend(desk, siti, amended(contract_number="tw 0091", **moved))
    assert len(card(desk, siti).placements) == 1
    workers.amend(desk, siti, amended(contract_number="TW-0444", **moved))
    assert len(card(desk, siti).placements) == 2


def test_the_clerks_word_decides_where_it_was_given(desk: Desk, siti: UUID) -> None:
    moved = {"contract_start": date(2027, 1, 11), "contract_end": date(2029, 1, 10)}
    workers.amend(desk, siti, amended(**moved, contract_change="correction"))
    assert [one.contract_start for one in card(desk, siti).placements] == [date(2027, 1, 11)]
    done = workers.amend(desk, siti, amended(**moved, employer="Lin Ya-ting", contract_change="new"))
    assert len(card(desk, siti).placements) == 2
    assert "contract.overlaps" in {warning.code for warning in done.warnings}
    with pytest.raises(Refused) as refusal:
        workers.amend(desk, siti, amended(contract_change="hapus"))
    assert codes(refusal) == ["choice.unknown"]


# Phases


def test_the_card_says_the_phase_of_a_day_and_what_it_rests_on(desk: Desk, siti: UUID) -> None:
    assert card(desk, siti).phase_on(date(2026, 12, 1)).kind == "before"
    first = standing_contract(card(desk, siti))
    placements.correct(desk, first, but(departure=date(2026, 11, 20)))
    placements.record(desk, siti, SECOND)
    phase = card(desk, siti).phase_on(date(2029, 6, 1))
    assert (phase.kind, phase.first, phase.last, phase.certain) == (
        "during",
        date(2026, 11, 20),
        date(2031, 1, 10),
        True,
    )


# From other counters, in any order


def test_corrections_from_two_counters_leave_one_contract_in_whatever_order_they_arrive(tmp_path: Path) -> None:
    here, there = Journal(mission="TPE"), Journal(mission="TPE")
    siti = uuid4()

    def written(journal: Journal, employer: str, corrects: UUID | None = None) -> UUID:
        return journal.record(
            PlacementRecorded(
                worker_id=siti,
                mission="TPE",
                contract_start=date(2026, 12, 11),
                contract_end=date(2028, 12, 10),
                corrects=corrects,
                personal=PlacementDetails(employer=employer),
            )
        ).id

    first = written(here, "Chen")
    apart = written(here, "Chen Mei-ling", first)
    written(there, "Lin", first)
    last = written(there, "Lin Ya-ting", apart)  # whoever wrote this had seen the other counter's
    entries = [*here.entries, *there.entries]
    for at, seed in enumerate((1, 2, 3)):
        desk = open_counter(tmp_path / str(at))
        with desk:
            order = Random(seed).sample(entries, len(entries))
            for one in order:
                with desk.work() as work:
                    keep(work.connection, [one])
                    post(work.connection, [one])
            assert [one.id for one in card(desk, siti).placements] == [last]
            assert len(history(desk, siti)) == 4


def test_a_correction_whose_contract_has_not_arrived_is_the_contract(desk: Desk) -> None:
    there, siti = Journal(mission="TPE"), uuid4()
    first = there.record(PlacementRecorded(worker_id=siti, mission="TPE", contract_start=date(2026, 1, 1)))
    put_right = there.record(
        PlacementRecorded(worker_id=siti, mission="TPE", contract_start=date(2026, 2, 1), corrects=first.id)
    )
    for entry in (put_right, first):
        with desk.work() as work:
            keep(work.connection, [entry])
            post(work.connection, [entry])
        assert [one.id for one in card(desk, siti).placements] == [put_right.id]


# Heirs and accounts


def test_heirs_stand_in_the_order_of_the_law_however_they_were_typed(desk: Desk) -> None:
    typed = (
        HeirForm(name="AMINAH", relation="ibu"),
        HeirForm(name="RIZKY", relation="anak", birth_date=date(2016, 5, 1), scholar=True),
        HeirForm(name="AHMAD FAUZI", relation="suami"),
    )
    done = workers.register(desk, amended(heirs=typed))
    person = card(desk, done.worker_id)
    assert [heir["name"] for heir in person.heirs] == ["AHMAD FAUZI", "RIZKY", "AMINAH"]
    assert [bool(heir.get("scholar")) for heir in person.heirs] == [False, True, False]
    assert ("heirs[0].relation", "heir.lower_rank") in {(one.field, one.code) for one in done.warnings}
    with pytest.raises(Refused) as refusal:
        workers.amend(desk, done.worker_id, amended(heirs=typed[::-1]))
    assert codes(refusal) == ["worker.unchanged"]


def test_an_heir_is_not_born_tomorrow_and_a_husband_is_no_scholar(desk: Desk) -> None:
    odd = (
        HeirForm(name="RIZKY", relation="anak", birth_date=date(2026, 11, 23)),
        HeirForm(name="AHMAD FAUZI", relation="suami", scholar=True),
        HeirForm(name="BAGAS", relation="anak", birth_date=date(1812, 1, 1)),
    )
    with pytest.raises(Refused) as refusal:
        workers.register(desk, amended(heirs=odd))
    assert {(one.field, one.code) for one in refusal.value.problems} == {
        ("heirs[0].birth_date", "birth_date.impossible"),
        ("heirs[1].scholar", "heir.scholar_not_child"),
        ("heirs[2].birth_date", "date.too_far"),
    }


def test_an_account_in_another_name_is_taken_with_a_word(desk: Desk) -> None:
    done = workers.register(
        desk,
        amended(
            bank_name="bank rakyat indonesia",
            bank_account="0123-01-000045-50-7",
            bank_holder="AHMAD FAUZI",
            bank_owner="own",
        ),
    )
    known = card(desk, done.worker_id).identity
    assert (known["bank_name"], known["bank_account"]) == ("BRI", "012301000045507")
    assert ("bank_holder", "bank.holder_differs") in {(one.field, one.code) for one in done.warnings}
