"""Registering and correcting a person."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import msgspec
import pytest
from loket_testing.counter import SITI, codes, kinds

from kiosk.desk import Desk
from kiosk.forms.registration import HeirForm
from kiosk.queries.workers import card, search
from kiosk.usecases.workers import amend, register
from models.rules.mrz import make_mrz
from models.rules.problems import Refused


def but(**fields: object):
    return msgspec.structs.replace(SITI, **fields)


def test_one_action_records_the_person_the_contract_and_the_consent(desk: Desk) -> None:
    register(desk, SITI)
    assert kinds(desk) == ["staff.listed", "worker.registered", "placement.recorded", "consent.given"]


def test_the_card_shows_what_was_entered(desk: Desk, siti: UUID) -> None:
    shown = card(desk, siti)
    assert shown.name == "SITI NURHALIZA"
    assert shown.identity["phone"] == "+886912345678"
    assert shown.identity["birth_date"] == date(1994, 3, 12)
    assert [(heir["name"], heir["relation"]) for heir in shown.heirs] == [("AHMAD FAUZI", "suami")]
    assert shown.placement is not None
    assert (shown.placement.scheme, shown.placement.event, shown.placement.job) == ("p3mi", "new", "Perawat lansia")


@pytest.mark.parametrize(
    "typed",
    ["siti", "nurh siti", "C4821907", "3507105203940003", "350710", "0912345678", "+886 912 345 678", "NÚRHALIZA"],
)
def test_one_box_finds_her_by_anything(desk: Desk, siti: UUID, typed: str) -> None:
    assert [row.id for row in search(desk, typed)] == [siti]


@pytest.mark.parametrize("typed", ["", "   ", "-", '"', "budi", "nurhaliza budi", "(", "NEAR/2", "*"])
def test_what_matches_nobody_finds_nobody(desk: Desk, siti: UUID, typed: str) -> None:
    assert search(desk, typed) == []


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_recorded(desk: Desk) -> None:
    wrong = but(
        name="", sex="X", birth_date=None, passport_number="!!", heirs=(HeirForm(name="A", relation="teman akrab"),)
    )
    with pytest.raises(Refused) as refusal:
        register(desk, wrong)
    assert {problem.field for problem in refusal.value.problems} == {
        "name",
        "sex",
        "birth_date",
        "passport_number",
        "heirs[0].relation",
    }
    assert kinds(desk) == ["staff.listed"]


def test_a_nik_that_contradicts_the_birth_date_is_refused_until_the_clerk_confirms_it(desk: Desk) -> None:
    contradicting = but(nik="3507105303940003")
    with pytest.raises(Refused) as refusal:
        register(desk, contradicting)
    assert codes(refusal) == ["nik.birth_date"]
    done = register(desk, msgspec.structs.replace(contradicting, confirmed=("nik.birth_date",)))
    assert "nik.birth_date" in {warning.code for warning in done.warnings}
    assert card(desk, done.worker_id).flags == ("nik.birth_date",)


def test_confirming_does_not_open_other_doors(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        register(desk, but(nik="3507105203940000", confirmed=("nik.serial_zero", "nik.birth_date")))
    assert codes(refusal) == ["nik.serial_zero"]


def test_another_persons_nik_and_passport_are_refused_with_the_name_they_belong_to(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Refused) as refusal:
        register(desk, but(name="SITI NURAINI"))
    assert codes(refusal) == ["worker.candidate"]
    assert dict(refusal.value.problems[0].values)["name"] == "SITI NURHALIZA"


def test_the_passports_two_lines_stand_in_for_what_they_say(desk: Desk) -> None:
    lines = make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number="C4821907",
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
    form = but(mrz=lines, name=None, passport_number=None, passport_expiry=None, birth_date=None, sex=None)
    identity = card(desk, register(desk, form).worker_id).identity
    assert (identity["passport_number"], identity["birth_date"], identity["sex"]) == (
        "C4821907",
        date(1994, 3, 12),
        "F",
    )


def test_a_passport_line_with_a_wrong_check_digit_is_refused(desk: Desk) -> None:
    upper, lower = make_mrz(
        surname="SITI", given="", number="C4821907", birth_date=date(1994, 3, 12), sex="F", expiry=date(2031, 2, 14)
    )
    spoiled = lower[:9] + str((int(lower[9]) + 1) % 10) + lower[10:]
    with pytest.raises(Refused) as refusal:
        register(desk, but(mrz=(upper, spoiled)))
    assert "mrz.check_digit.number" in codes(refusal)


def test_what_was_typed_and_what_the_passport_says_must_agree(desk: Desk) -> None:
    lines = make_mrz(
        surname="SITI", given="", number="C4821907", birth_date=date(1994, 3, 13), sex="F", expiry=date(2031, 2, 14)
    )
    with pytest.raises(Refused) as refusal:
        register(desk, but(mrz=lines))
    assert codes(refusal) == ["mrz.differs"]


def test_only_what_changed_is_amended(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, but(phone="+886 922 000 111"), "nomor baru")
    assert kinds(desk)[-1] == "worker.amended"
    assert card(desk, siti).identity["phone"] == "+886922000111"
    with pytest.raises(Refused) as refusal:
        amend(desk, siti, but(phone="+886 922 000 111"))
    assert codes(refusal) == ["worker.unchanged"]


def test_a_card_of_an_earlier_membership_joins_the_one_in_use(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, but(kpj="12034567890"))
    amend(desk, siti, but(kpj="98076543210, 12034567890"))
    identity = card(desk, siti).identity
    assert (identity["kpj"], identity["other_kpjs"]) == ("98076543210", ["12034567890"])
    with pytest.raises(Refused) as refusal:
        amend(desk, siti, but(kpj=("98076543210", "1203 4567 890")))
    assert codes(refusal) == ["worker.unchanged"]


def test_a_new_contract_is_a_new_placement_and_the_old_one_stays(desk: Desk, siti: UUID) -> None:
    amend(
        desk, siti, but(employer="Formosa Textile", contract_start=date(2028, 12, 11), contract_end=date(2030, 12, 10))
    )
    assert kinds(desk)[-1] == "placement.recorded"
    assert [placement.employer for placement in card(desk, siti).placements] == ["Formosa Textile", "Chen Mei-ling"]


def test_a_person_without_papers_can_still_be_served(desk: Desk) -> None:
    done = register(
        desk, but(nik=None, passport_number=None, passport_expiry=None, mother_name=None, phone=None, consent=None)
    )
    assert {"nik.missing", "passport.missing", "consent.missing"} <= {warning.code for warning in done.warnings}


def test_asking_for_nobody_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        card(desk, uuid4())
    assert codes(refusal) == ["worker.unknown"]
