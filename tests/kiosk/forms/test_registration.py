"""The registration form: what is recorded of it, what is wrong with it, and what deserves a second look."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.counter import SITI

from kiosk.forms.placement import SCHEME_WORDS
from kiosk.forms.registration import CheckedRegistration, Consent, HeirForm, Registration
from models.rules.missions import mission
from models.rules.mrz import make_mrz
from models.rules.placements import EVENTS
from models.rules.problems import Refused

TODAY = date(2026, 11, 22)
WORKER = UUID(int=7)
LINES = make_mrz(
    surname="NURHALIZA",
    given="SITI",
    number="C4821907",
    birth_date=date(1994, 3, 12),
    sex="F",
    expiry=date(2031, 2, 14),
)
SAID_BY_PASSPORT = ("name", "passport_number", "passport_expiry", "birth_date", "sex")


def but(**fields: object) -> Registration:
    return msgspec.structs.replace(SITI, **fields)


def checked(form: Registration) -> CheckedRegistration:
    return form.checked(mission("TPE"), TODAY, WORKER)


def warned(form: Registration) -> set[tuple[str, str]]:
    return {(problem.field, problem.code) for problem in checked(form).warnings}


def refused(form: Registration) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        checked(form)
    return {(problem.field, problem.code) for problem in refusal.value.problems}


def test_what_is_typed_is_recorded_in_one_shape() -> None:
    found = checked(
        but(
            name="  siti   nurhaliza ",
            nik="3507 1052 0394 0003",
            passport_number=" c4821907 ",
            sex=" f ",
            phone="0912 345 678",
            email=" siti@example.id ",
            scheme="P to P",
            employer="  Chen   Mei-ling ",
            country="Taiwan",
        )
    )
    identity, placement = found.identity, found.placement
    assert (identity.nik, identity.passport_number, identity.sex) == ("3507105203940003", "C4821907", "F")
    assert (identity.phone, identity.email, identity.passport_kind) == ("+886912345678", "siti@example.id", "paspor")
    assert " ".join(identity.name.split()) == identity.name
    assert placement.personal is not None
    assert (placement.scheme, placement.country, placement.personal.employer) == ("p3mi", "TW", "Chen Mei-ling")
    assert (placement.worker_id, placement.mission) == (WORKER, "TPE")


def test_empty_texts_are_no_answers() -> None:
    found = checked(but(nik=" ", passport_number="", mother_name=" ", phone="", email=" ", employer=" ", country=""))
    identity, placement = found.identity, found.placement
    assert (identity.nik, identity.passport_number, identity.mother_name, identity.phone, identity.email) == (None,) * 5
    assert placement.personal is not None
    assert (placement.personal.employer, placement.country) == (None, "TW")


def test_what_may_follow_later_is_a_warning() -> None:
    empty = Registration(name="SITI", birth_date=date(1994, 3, 12), sex="F")
    assert warned(empty) == {
        ("nik", "nik.missing"),
        ("passport_number", "passport.missing"),
        ("mother_name", "mother_name.missing"),
        ("consent", "consent.missing"),
        ("contract_start", "contract.dates_missing"),
    }


def test_name_birth_date_and_sex_may_not_be_missing() -> None:
    assert refused(Registration()) == {("name", "required"), ("birth_date", "required"), ("sex", "required")}


def test_the_passport_fills_what_the_form_leaves_open() -> None:
    found = checked(but(mrz=LINES, **dict.fromkeys(SAID_BY_PASSPORT)))
    assert [getattr(found.identity, field) for field in SAID_BY_PASSPORT] == [
        "SITI NURHALIZA",
        "C4821907",
        date(2031, 2, 14),
        date(1994, 3, 12),
        "F",
    ]


@pytest.mark.parametrize(
    "typed", [{"sex": "f"}, {"passport_number": "c 4821907"}, {"passport_number": ""}, {"sex": " "}]
)
def test_typed_and_read_agree_however_they_are_written(typed: dict[str, str]) -> None:
    assert checked(but(mrz=LINES, **typed)).identity.passport_number == "C4821907"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("sex", "M"),
        ("passport_number", "C4821908"),
        ("passport_expiry", date(2031, 2, 15)),
        ("birth_date", date(1994, 3, 13)),
    ],
)
def test_typed_and_read_must_agree(field: str, typed: object) -> None:
    assert (field, "mrz.differs") in refused(but(mrz=LINES, nik=None, **{field: typed}))


@given(at=st.integers(0, 43), sign=st.sampled_from("0123456789ABCDEF<"))
def test_a_wrong_letter_in_the_second_line_is_refused_or_changes_nothing(at: int, sign: str) -> None:
    lower = LINES[1][:at] + sign + LINES[1][at + 1 :]
    form = Registration(mrz=(LINES[0], lower))
    try:
        identity = checked(form).identity
    except Refused as refusal:
        # Only what is wrong with the lines is said, not what they failed to say.
        assert {problem.code for problem in refusal.problems}.isdisjoint({"required"})  # noqa: PT017
    else:
        unprotected = 10 <= at < 13 or at == 20  # nationality and sex have no check digit of their own
        assert lower == LINES[1] or unprotected or identity.passport_number == "C4821907"


def from_passport(**facts: object) -> dict[str, object]:
    """A form with nothing but the lines of a passport with these facts."""
    born = {"surname": "NURHALIZA", "given": "SITI", "number": "C4821907", "birth_date": date(1994, 3, 12), "sex": "F"}
    lines = make_mrz(**{**born, "expiry": date(2031, 2, 14), **facts})  # type: ignore[arg-type]
    return {**dict.fromkeys(SAID_BY_PASSPORT), "mrz": lines, "nik": None}


def test_a_name_that_may_be_cut_is_said_unless_a_person_wrote_it_out() -> None:
    long = from_passport(surname="NURHALIZA KUSUMANINGTYAS", given="SITI AISYAH RAHMAWATI")
    assert ("name", "mrz.name_cut") in warned(but(**long))
    assert ("name", "mrz.name_cut") not in warned(
        but(**long | {"name": "Siti Aisyah Rahmawati Nurhaliza Kusumaningtyas"})
    )


def test_a_birth_date_the_passport_does_not_know_is_asked_for_and_compared_with_what_it_knows() -> None:
    unknown = from_passport(birth_date="94<<<<")
    assert refused(but(**unknown)) == {("birth_date", "mrz.birth_date_unknown")}
    assert checked(but(**unknown | {"birth_date": date(1994, 3, 12)})).identity.birth_date == date(1994, 3, 12)
    assert refused(but(**unknown | {"birth_date": date(1993, 3, 12)})) == {("birth_date", "mrz.differs")}


def test_an_emergency_passport_is_an_splp_unless_the_form_says_otherwise() -> None:
    emergency = from_passport(subtype="E", number="XD1234567")
    assert checked(but(**emergency, passport_kind=None)).identity.passport_kind == "splp"
    assert checked(but(**emergency, passport_kind="paspor")).identity.passport_kind == "paspor"
    assert checked(but(**from_passport(), passport_kind=None)).identity.passport_kind == "paspor"


def test_somebody_elses_passport_is_noticed() -> None:
    assert ("mrz", "mrz.not_indonesian") in warned(but(**from_passport(nationality="MYS", issuer="MYS")))
    assert ("mrz", "mrz.country_unknown") in warned(but(**from_passport(issuer="IDM")))


def test_dates_no_passport_has_deserve_a_second_look() -> None:
    form = but(passport_issued=date(2020, 1, 2), passport_expiry=date(2031, 2, 14))
    assert ("passport_expiry", "passport.valid_too_long") in warned(form)
    assert ("passport_number", "passport.letter_for_digit") in warned(but(passport_number="C482I9O7"))


@pytest.mark.parametrize(
    "written",
    ["12034567890, 98076543210", "1203-4567-890 9807-6543-210", ("12034567890", "98076543210", "12034567890")],
)
def test_one_person_may_hold_several_cards_and_the_first_is_the_one_in_use(written: str | tuple[str, ...]) -> None:
    found = checked(but(kpj=written))
    assert (found.identity.kpj, found.identity.other_kpjs) == ("12034567890", ("98076543210",))
    assert found.warnings == checked(but(kpj=None)).warnings
    assert (checked(but(kpj=" ")).identity.kpj, checked(but(kpj=None)).identity.other_kpjs) == (None, ())


def test_an_unusual_card_is_kept_and_mentioned() -> None:
    assert ("kpj", "kpj.unusual") in warned(but(kpj="97J80014562"))
    assert checked(but(kpj="97J80014562")).identity.kpj == "97J80014562"


@pytest.mark.parametrize("given", ['"12034567890"', '["12034567890", "98076543210"]', "null"])
def test_the_json_of_a_form_may_give_one_card_or_a_list(given: str) -> None:
    form = msgspec.json.decode(f'{{"kpj": {given}}}', type=Registration)
    assert msgspec.json.decode(msgspec.json.encode(form), type=Registration) == form


def test_a_contradiction_is_recorded_as_confirmed_only_when_it_exists() -> None:
    assert checked(but(confirmed=("nik.birth_date", "nik.sex"))).overruled == ()
    found = checked(but(sex="M", confirmed=("nik.sex", "apa.saja")))
    assert (found.overruled, [warning.code for warning in found.warnings]) == (("nik.sex",), ["nik.sex"])
    assert refused(but(sex="M", confirmed=("nik.birth_date",))) == {("sex", "nik.sex")}


def test_heirs_are_recorded_in_the_order_given_and_refused_where_they_stand() -> None:
    heirs = (HeirForm(name="AHMAD FAUZI", relation="Suami"), HeirForm(name="AMINAH", relation="ibu"))
    assert [heir.name for heir in checked(but(heirs=heirs)).identity.heirs] == ["AHMAD FAUZI", "AMINAH"]
    wrong = (heirs[0], HeirForm(name="", relation=""), HeirForm(name="B", relation="tetangga"))
    assert refused(but(heirs=wrong)) == {
        ("heirs[1].name", "required"),
        ("heirs[1].relation", "required"),
        ("heirs[2].relation", "heir.relation_unknown"),
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"birth_date": TODAY}, ("birth_date", "birth_date.impossible")),
        ({"birth_date": date(1899, 12, 31)}, ("birth_date", "date.too_far")),
        ({"departure": date(2101, 1, 1)}, ("departure", "date.too_far")),
        ({"contract_start": date(1926, 12, 11)}, ("contract_start", "contract.too_early")),
        ({"contract_end": date(2026, 12, 11)}, ("contract_end", "contract.ends_before_start")),
        ({"passport_issued": date(2032, 1, 1)}, ("passport_expiry", "passport.ends_before_start")),
        ({"country": "Atlantis"}, ("country", "country.unknown")),
        ({"passport_kind": "sim"}, ("passport_kind", "choice.unknown")),
        ({"employer_kind": "sendiri"}, ("employer_kind", "choice.unknown")),
        ({"bank_owner": "tetangga"}, ("bank_owner", "choice.unknown")),
        ({"scheme": "apa"}, ("scheme", "choice.unknown")),
        ({"event": "apa"}, ("event", "choice.unknown")),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(fields: dict[str, object], expected: tuple[str, str]) -> None:
    assert expected in refused(but(nik=None, **fields))


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_taken(event: str) -> None:
    assert checked(but(event=event.upper())).placement.event == event


@pytest.mark.parametrize(
    ("scheme", "written"), [(scheme, one) for scheme, others in SCHEME_WORDS.items() for one in others]
)
def test_every_way_of_writing_a_scheme_is_understood(scheme: str, written: str) -> None:
    assert checked(but(scheme=f" {written.title()} ")).placement.scheme == scheme


def test_odd_telephones_and_addresses_are_kept_as_written_with_a_warning() -> None:
    odd = but(phone="12", email="siti(at)example")
    assert {("phone", "phone.unusual"), ("email", "email.unusual")} <= warned(odd)
    assert (checked(odd).identity.phone, checked(odd).identity.email) == ("12", "siti(at)example")


def test_consent_is_to_a_text_in_a_language() -> None:
    assert checked(but(consent=True)).consent == Consent(version="2", language="id")
    assert checked(but(consent=Consent(version="1", language="en"))).consent == Consent(version="1", language="en")
    assert checked(but(consent=False)).consent is None
    assert refused(but(consent=Consent(version="99"))) == {("consent", "consent.version_unknown")}
    assert refused(but(consent=Consent(language="zh"))) == {("consent", "consent.language_unknown")}


@given(days=st.integers(1, 40_000))
def test_any_day_of_birth_in_the_past_is_possible(days: int) -> None:
    born = TODAY - timedelta(days=days)
    assert checked(but(nik=None, birth_date=born)).identity.birth_date == born
