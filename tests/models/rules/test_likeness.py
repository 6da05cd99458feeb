from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.likeness import POSSIBLE_SCORE, STRONG_SCORE, Likeness, Person, likeness, meeting_points, person

SITI = person(
    name="SITI NURHALIZA",
    birth_date=date(1994, 3, 12),
    sex="F",
    mother_name="AMINAH",
    niks=["3507105203940003"],
    passports=["C4821907"],
    phones=["+886 912 345 678"],
)


def seen(**other: object) -> Likeness:
    """SITI beside a record of which only this is known."""
    return likeness(SITI, person(**other))  # type: ignore[arg-type]


def test_she_comes_back_with_a_new_passport_and_another_spelling() -> None:
    found = seen(name="Siti Nur Halisa", birth_date=date(1994, 12, 3), sex="F", old_passports=["c 4821907"])
    assert found.strength == "strong"
    assert found.codes() == {"passport.old", "name.alike", "birth.swapped"}


def test_reasons_stand_with_the_weightiest_first_and_what_speaks_against_last() -> None:
    found = seen(name="SITI NURHALIZA", niks=["3507105203940003"], birth_date=date(1990, 1, 8), phones=["0912345678"])
    assert [reason.code for reason in found.reasons] == ["nik.same", "name.same", "phone.same", "birth.differs"]
    assert [reason.against for reason in found.reasons] == [False, False, False, True]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "NURHALIZA SITI", "birth_date": date(1994, 3, 12)},
        {"name": "ST. NURHALIZA", "birth_date": date(1994, 3, 12), "sex": "F"},
        {"name": "Siti Nurhalissa", "birth_date": date(1994, 3, 12), "mother_name": "Siti Aminah"},
        {"name": "SITI NURHALIZA", "niks": ["3507105203940030"], "birth_date": date(1994, 3, 12)},
        {"name": "SITI NURHALIZA", "niks": ["3507105203490003"]},
        {"niks": ["3507 1052 0394 0003"]},
        {"passports": ["C 4821907"]},
        {"name": "SUMIATI", "niks": ["3507105203940003"]},
    ],
    ids=" ".join,
)
def test_this_is_her(other: dict[str, object]) -> None:
    assert seen(**other).strength == "strong"


@pytest.mark.parametrize(
    "other",
    [
        {"phones": ["0912345678"]},
        {"mother_name": "AMINAH"},
        {"phones": ["0912345678"], "mother_name": "AMINAH"},
        {"phones": ["0912345678"], "mother_name": "AMINAH", "name": "RUDI HARTONO", "birth_date": date(1990, 1, 8)},
        {"phones": ["0912345678"], "mother_name": "AMINAH", "sex": "F"},
        {"birth_date": date(1994, 3, 12), "sex": "F"},
    ],
    ids=" ".join,
)
def test_a_phone_a_mother_or_a_birthday_alone_is_never_strong(other: dict[str, object]) -> None:
    assert seen(**other).strength != "strong"


@pytest.mark.parametrize("name", ["SITI NURAINI", "SUMIATI", "SITI NURHALIMA", "NURHALIMAH"])
@pytest.mark.parametrize("nik", ["3507105203940004", "3507105203940013", "3507105203941207"])
def test_her_twin_is_somebody_else(name: str, nik: str) -> None:
    twin = replace(SITI, name=name, niks=frozenset({nik}), passports=frozenset({"C4821908"}))
    assert likeness(SITI, twin).strength != "strong"


def test_her_sister_with_the_same_phone_is_somebody_else() -> None:
    sister = replace(SITI, name="SITI AMINAH", birth_date=date(1997, 8, 1), niks=frozenset({"3507104108970002"}))
    assert likeness(SITI, replace(sister, passports=frozenset())).strength == "none"


def test_a_common_name_says_little() -> None:
    sri = person(name="SRI WAHYUNI", birth_date=date(1990, 1, 1))
    rare = person(name="MARKONAH TUMBUR", birth_date=date(1990, 1, 1))
    assert likeness(sri, sri).score < likeness(rare, rare).score
    assert likeness(sri, replace(sri, birth_date=date(1983, 5, 20))).strength == "none"
    assert likeness(person(name="SITI"), person(name="SITI")).strength == "none"


def test_people_registered_on_the_first_of_january_share_a_birthday_with_many() -> None:
    known = person(name="SUMARNI", birth_date=date(1975, 3, 17))
    guessed = person(name="SUMARNI", birth_date=date(1975, 1, 1))
    assert likeness(guessed, guessed).score < likeness(known, known).score


def test_one_number_for_two_unlike_people_is_a_typing_error_to_look_at() -> None:
    stranger = Person(name="RUDI HARTONO", birth_date=date(1980, 7, 30), sex="M")
    for mistaken in (
        replace(stranger, niks=SITI.niks),
        replace(stranger, passports=SITI.passports),
        replace(stranger, passports=SITI.passports, sex="F", niks=frozenset({"3201017007800001"})),
    ):
        found = likeness(SITI, mistaken)
        assert found.strength == "possible"
        assert STRONG_SCORE > found.score >= POSSIBLE_SCORE


def test_a_nik_typed_with_one_slip_still_leads_to_her() -> None:
    assert seen(niks=["3507105203940033"]).strength == "possible"
    assert "nik.one_digit" in seen(niks=["3507015203940003"]).codes()
    assert "nik.one_digit" in seen(niks=["3570105203940003"]).codes()
    assert "nik.serial_digit" in seen(niks=["3507105203940002"]).codes()
    assert "nik.differs" in seen(niks=["3507105203970013"]).codes()
    assert seen(niks=["12345"]).reasons == ()


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (date(1994, 3, 12), "birth.same"),
        (date(1994, 12, 3), "birth.swapped"),
        (date(1994, 3, 13), "birth.one_digit"),
        (date(1994, 3, 21), "birth.one_digit"),
        (date(1949, 3, 12), "birth.one_digit"),
        (date(1988, 3, 12), "birth.other_year"),
        (date(1988, 4, 17), "birth.differs"),
    ],
)
def test_birth_dates_are_typed_wrong_in_known_ways(born: date, code: str) -> None:
    assert seen(birth_date=born).codes() == {code}


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("SITI NURHALIZA", "Nurhaliza, Siti", "name.same"),
        ("M. RIZKI", "MOHAMMAD RIZKY", "name.spelling"),
        ("DJOJOHADIKUSUMO", "JOYO HADI KUSUMO", "name.spelling"),
        ("SITI NURHALIZA", "SITI NURHALISA", "name.alike"),
        ("AHMAD FAUZI", "A. FAUZI", "name.alike"),
        ("SITI NURHALIZA", "NURHALIZA", "name.part"),
        ("NURHALIZA SETIAWAN", "NURHALIZA WIBOWO", "name.shares"),
        ("SITI NURHALIZA", "SITI AMINAH", "name.differs"),
        ("RINA", "RINI", "name.differs"),
        ("DWI LESTARI", "DEWI LESTARI", "name.shares"),
        ("DWI", "DEWI", "name.differs"),
    ],
)
def test_how_two_names_compare(one: str, other: str, code: str) -> None:
    assert code in likeness(Person(name=one), Person(name=other)).codes()


def test_the_name_on_the_card_counts_as_well() -> None:
    card = Person(name="NUNUNG", name_on_id_card="SITI NURHALIZA", birth_date=SITI.birth_date)
    assert likeness(SITI, card).codes() >= {"name.same", "birth.same"}


def test_nothing_known_in_common_is_nothing() -> None:
    assert likeness(Person(), Person()) == Likeness(0, "none", ())
    assert likeness(Person(name="SITI NURHALIZA"), Person(birth_date=date(1994, 3, 12))) == Likeness(0, "none", ())
    assert likeness(Person(sex="F"), Person(sex="F")).strength == "none"


def test_records_meet_over_numbers_birth_dates_names_and_phones() -> None:
    again = person(
        name="NUNUNG",
        name_on_id_card="Nur Haliza Siti",
        birth_date=date(1994, 12, 3),
        old_passports=["c 4821907"],
        phones=["0912345678"],
    )
    met = {kind for kind, _key in meeting_points(SITI) & meeting_points(again)}
    assert met == {"passport", "name", "birth", "phone"}
    assert meeting_points(person(birth_date=date(1994, 3, 31))) == {("birth", "1994-03-31")}
    assert meeting_points(person(name=None, sex="F")) == frozenset()


NAMES = st.sampled_from(
    [
        *(
            "SITI",
            "SITI NURHALIZA",
            "NURHALIZA",
            "SITI NURHALISA",
            "SRI WAHYUNI",
            "M. RIZKI",
            "MUHAMMAD RIZKY",
            "AMINAH",
        ),
        *("A. FAUZI", "AHMAD FAUZI", "RINI", "RINA", "I MADE SUARTANA", "BUDI SANTOSO", "BUDI SANTOSO WIBOWO"),
        *("李 明", "", "H."),
    ]
)
DATES = st.sampled_from([None, *(date(1994, m, d) for m in (1, 3, 12) for d in (1, 3, 12)), date(1988, 3, 12)])
NIKS = st.frozensets(st.sampled_from(["3507105203940003", "3507105203940004", "3507105203490003", "3201014101800001"]))
NUMBERS = st.frozensets(st.sampled_from(["C4821907", "C4821908", "X1234567"]), max_size=2)
KEYS = st.frozensets(st.sampled_from(["12345678", "34567890"]), max_size=1)
PEOPLE = st.builds(
    Person, NAMES, NAMES, DATES, st.sampled_from([None, "F", "M"]), NAMES, NIKS, NUMBERS, NUMBERS, KEYS, KEYS
)


@given(PEOPLE, PEOPLE)
def test_it_does_not_matter_who_is_compared_with_whom(a: Person, b: Person) -> None:
    assert likeness(a, b) == likeness(b, a)


@given(PEOPLE)
def test_whoever_can_be_told_from_others_is_like_himself(a: Person) -> None:
    found = likeness(a, a)
    assert not any(reason.against for reason in found.reasons)
    if a.niks or a.passports or a.old_passports or a.kpjs:
        assert found.strength == "strong"


@given(PEOPLE, PEOPLE)
def test_one_more_identifier_in_common_never_lowers_the_score(a: Person, b: Person) -> None:
    before = likeness(a, b)
    for more in ("niks", "passports", "old_passports", "kpjs", "phones"):
        new = frozenset({"3507105203990099"})
        richer = likeness(replace(a, **{more: getattr(a, more) | new}), replace(b, **{more: getattr(b, more) | new}))
        assert richer.score >= before.score, more


@given(PEOPLE, PEOPLE, DATES, NAMES)
def test_one_more_agreement_never_lowers_the_score(a: Person, b: Person, born: date | None, mother: str) -> None:
    nameless = replace(a, birth_date=None), replace(b, birth_date=None)
    assert likeness(*(replace(each, birth_date=born) for each in nameless)).score >= likeness(*nameless).score
    motherless = replace(a, mother_name=""), replace(b, mother_name="")
    assert likeness(*(replace(each, mother_name=mother) for each in motherless)).score >= likeness(*motherless).score
    sexless = replace(a, sex=None), replace(b, sex=None)
    assert likeness(*(replace(each, sex="F") for each in sexless)).score >= likeness(*sexless).score


@given(PEOPLE, PEOPLE)
def test_no_hard_rule_is_broken_whatever_two_people_share(a: Person, b: Person) -> None:
    found = likeness(a, b)
    codes = found.codes()
    assert (found.strength == "strong") == (found.score >= STRONG_SCORE)
    own = {"nik.same", "passport.same", "passport.old"} & codes
    if own and not {"name.differs", "birth.differs"} <= codes:
        assert found.strength == "strong"
    if not own and "kpj.same" not in codes and not codes & {"name.same", "name.spelling", "name.alike", "name.part"}:
        assert found.strength != "strong"
    if not any(reason.weight > 0 for reason in found.reasons):
        assert found.strength == "none"
