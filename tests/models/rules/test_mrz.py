from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.mrz import (
    CHECKED,
    VALUES,
    Mrz,
    check_digit,
    composite_of,
    looks_like_mrz,
    make_mrz,
    mrz_letters,
    mrz_lines,
    mrz_warnings,
    read_mrz,
    travel_codes,
    travel_country,
)
from models.rules.problems import Problem, Refused

TODAY = date(2026, 11, 22)
# The specimen of ICAO Doc 9303 part 4, appendix B.
SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def siti(**other: object) -> tuple[str, str]:
    facts = {
        "surname": "NURHALIZA",
        "given": "SITI",
        "number": "C4821907",
        "birth_date": date(1993, 3, 15),
        "sex": "F",
        "expiry": date(2031, 5, 1),
    }
    return make_mrz(**{**facts, **other})  # type: ignore[arg-type]


def codes(lines: object) -> list[str]:
    with pytest.raises(Refused) as refusal:
        read_mrz(lines, TODAY)  # type: ignore[arg-type]
    assert {problem.field for problem in refusal.value.problems} == {"mrz"}
    return [problem.code for problem in refusal.value.problems]


def problems(lines: object) -> list[Problem]:
    with pytest.raises(Refused) as refusal:
        read_mrz(lines, TODAY)  # type: ignore[arg-type]
    return list(refusal.value.problems)


def put(line: str, column: int, characters: str) -> str:
    """The line with other characters from a column counted from 1."""
    return line[: column - 1] + characters + line[column - 1 + len(characters) :]


def sealed(lower: str) -> str:
    """A second line with all its check digits made right."""
    for _name, part, at in CHECKED:
        lower = put(lower, at + 1, check_digit(lower[part]))
    return put(lower, 44, check_digit(composite_of(lower)))


def test_the_specimen_of_the_standard_is_read() -> None:
    read = read_mrz(SPECIMEN, TODAY)
    assert (read.surname, read.given, read.name) == ("ERIKSSON", "ANNA MARIA", "ANNA MARIA ERIKSSON")
    assert (read.number, read.issuer, read.nationality, read.sex) == ("L898902C3", "UTO", "UTO", "F")
    assert (read.birth_date, read.expiry) == (date(1974, 8, 12), date(2012, 4, 15))
    assert read.personal_number == "ZE184226B"


def test_the_check_digits_of_the_standard() -> None:
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


names = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=1, max_size=12)


@given(
    surname=names,
    given_names=names | st.just(""),
    number=st.from_regex(r"[A-Z]{1,2}[0-9]{6,7}", fullmatch=True),
    born=st.dates(date(1927, 1, 1), TODAY),
    expiry=st.dates(date(2000, 1, 1), date(2070, 12, 31)),
    sex=st.sampled_from(["F", "M", None]),
    personal=st.from_regex(r"[0-9]{0,14}", fullmatch=True),
)
def test_what_is_made_is_read_back(surname, given_names, number, born, expiry, sex, personal) -> None:  # type: ignore[no-untyped-def]
    lines = make_mrz(
        surname=surname,
        given=given_names,
        number=number,
        birth_date=born,
        sex=sex,
        expiry=expiry,
        personal_number=personal,
    )
    assert looks_like_mrz("\n".join(lines))
    read = read_mrz(lines, TODAY)
    assert (read.surname, read.given, read.number, read.birth_date) == (surname, given_names, number, born)
    assert (read.expiry, read.sex, read.personal_number) == (expiry, sex, personal)


@given(st.integers(0, 9) | st.integers(13, 19) | st.integers(21, 42), st.sampled_from("0123456789"))
def test_one_wrong_digit_never_passes(at: int, digit: str) -> None:
    upper, lower = siti(personal_number="3507105503930003"[:14])
    wrong = lower[:at] + digit + lower[at + 1 :]
    if wrong != lower and check_digit(lower[at]) != check_digit(digit):
        assert codes((upper, wrong))[0].startswith(("mrz.check_digit.", "mrz.date."))


@pytest.mark.parametrize(
    ("at", "code"), [(9, "number"), (19, "birth_date"), (27, "expiry"), (42, "personal_number"), (43, "composite")]
)
def test_each_check_digit_has_its_own_name(at: int, code: str) -> None:
    upper, lower = siti(personal_number="35071055039300")
    wrong = str((int(lower[at]) + 1) % 10)
    assert f"mrz.check_digit.{code}" in codes((upper, lower[:at] + wrong + lower[at + 1 :]))


def test_a_single_name_is_a_whole_name() -> None:
    read = read_mrz(siti(surname="SUKARNO", given=""), TODAY)
    assert (read.surname, read.given, read.name) == ("SUKARNO", "", "SUKARNO")


def test_an_empty_personal_number_may_leave_its_check_digit_open() -> None:
    upper, lower = siti()
    assert lower[42] == "0"
    assert read_mrz((upper, lower[:42] + "<" + lower[43:]), TODAY).personal_number == ""


def test_a_reader_that_runs_the_lines_together_is_understood() -> None:
    upper, lower = siti()
    assert mrz_lines(f"{upper.lower()}{lower}\r\n") == (upper, lower)
    assert looks_like_mrz(upper + lower)
    assert read_mrz([f" {upper} ", lower], TODAY).name == "SITI NURHALIZA"


@pytest.mark.parametrize("text", ["", "SITI NURHALIZA", "3507105503930003", "TPE3-2026-000418", "P<IDN"])
def test_other_things_typed_into_the_box_do_not_look_like_an_mrz(text: str) -> None:
    assert not looks_like_mrz(text)


def test_what_cannot_be_an_mrz_says_why() -> None:
    upper, lower = siti()
    assert codes([upper]) == ["mrz.two_lines"]
    assert codes([upper, lower[:-1]]) == ["mrz.length"]
    assert codes([upper, lower[:-1] + "é"]) == ["mrz.character"]
    assert codes(["V" + upper[1:], lower]) == ["mrz.character"]
    assert codes([upper.replace("SITI", "S1TI"), lower]) == ["mrz.character"]


def test_a_date_that_never_was_is_refused_though_its_digit_fits() -> None:
    upper, lower = siti()
    born = "931332"
    changed = lower[:13] + born + check_digit(born) + lower[20:43]
    whole = changed[0:10] + changed[13:20] + changed[21:43]
    assert codes([upper, changed + check_digit(whole)]) == ["mrz.date.birth_date"]


def test_nobody_is_born_tomorrow() -> None:
    assert read_mrz(siti(birth_date=date(1926, 11, 23)), TODAY).birth_date == date(1926, 11, 23)
    assert read_mrz(siti(birth_date=date(2026, 11, 22)), TODAY).birth_date == TODAY


def test_names_longer_than_the_line_are_cut_to_it() -> None:
    upper, lower = siti(surname="A" * 30, given="B" * 30)
    assert (len(upper), len(lower)) == (44, 44)
    assert read_mrz((upper, lower), TODAY).surname == "A" * 30


# Where it is wrong


@pytest.mark.parametrize(
    ("column", "code", "first", "last"),
    [
        (10, "number", 1, 9),
        (20, "birth_date", 14, 19),
        (28, "expiry", 22, 27),
        (43, "personal_number", 29, 42),
        (44, "composite", 1, 43),
    ],
)
def test_a_wrong_check_digit_is_pointed_at_and_what_it_should_be_is_said(
    column: int, code: str, first: int, last: int
) -> None:
    upper, lower = siti(personal_number="35071055039300")
    right = lower[column - 1]
    wrong = str((int(right) + 1) % 10)
    assert problems((upper, put(lower, column, wrong))) == [
        Problem.of(
            "mrz",
            f"mrz.check_digit.{code}",
            line=2,
            column=column,
            found=wrong,
            expected=right,
            first=first,
            last=last,
        )
    ]


def test_a_letter_in_the_place_of_a_check_digit_is_a_wrong_check_digit() -> None:
    upper, lower = siti()
    (problem,) = problems((upper, put(lower, 10, "I")))
    assert (problem.code, dict(problem.values)["found"], dict(problem.values)["expected"]) == (
        "mrz.check_digit.number",
        "I",
        "1",
    )


def test_every_character_that_cannot_stand_where_it_does_is_pointed_at() -> None:
    upper, lower = siti()
    wrong = put(put(upper, 4, "0"), 17, "1"), put(put(lower, 11, "1"), 23, "O")
    assert [dict(problem.values) for problem in problems(wrong)] == [
        {"line": "1", "column": "4", "character": "0"},
        {"line": "1", "column": "17", "character": "1"},
        {"line": "2", "column": "11", "character": "1"},
        {"line": "2", "column": "23", "character": "O"},
    ]
    assert {problem.code for problem in problems(wrong)} == {"mrz.character"}


def test_both_lines_too_short_are_both_named() -> None:
    upper, lower = siti()
    assert [(p.code, dict(p.values)["line"]) for p in problems((upper[:-1], lower[:-2]))] == [
        ("mrz.length", "1"),
        ("mrz.length", "2"),
    ]


CHECKED_COLUMNS = [*range(1, 11), *range(14, 21), *range(22, 45)]


@given(
    st.builds(
        siti,
        number=st.from_regex(r"[A-Z]{1,2}[0-9]{6,7}", fullmatch=True),
        personal_number=st.from_regex(r"[0-9A-Z]{0,14}", fullmatch=True),
        birth_date=st.dates(date(1927, 1, 1), TODAY),
        expiry=st.dates(date(2000, 1, 1), date(2070, 12, 31)),
    ),
    st.sampled_from(CHECKED_COLUMNS),
    st.sampled_from(sorted(VALUES)),
)
def test_one_wrong_character_is_caught_unless_it_counts_the_same(
    lines: tuple[str, str], column: int, character: str
) -> None:
    # The weights 7, 3 and 1 have no factor in common with ten: two characters are taken for each other exactly
    # where their values differ by a multiple of ten, as G and 6, A and 0, K and the filler do.
    upper, lower = lines
    wrong = put(lower, column, character)
    same = (VALUES[character] - VALUES[lower[column - 1]]) % 10 == 0
    try:
        read_mrz((upper, wrong), TODAY)
    except Refused:
        assert wrong != lower
    else:
        assert same


# Names


def test_a_single_name_printed_as_a_given_name_is_a_whole_name_too() -> None:
    _upper, lower = siti()
    read = read_mrz(("P<IDN<<SUKARNO".ljust(44, "<"), lower), TODAY)
    assert (read.surname, read.given, read.name) == ("SUKARNO", "", "SUKARNO")


def test_fillers_between_names_are_spaces_however_many() -> None:
    _upper, lower = siti()
    read = read_mrz(("P<IDNNUR<<<SITI<<AISYAH".ljust(44, "<"), lower), TODAY)
    assert (read.surname, read.given) == ("NUR", "SITI AISYAH")


def test_a_name_that_fills_the_line_may_be_cut_and_a_shorter_one_is_whole() -> None:
    room = "P<IDN" + "A" * 19 + "<<" + "B" * 18
    lower = siti()[1]
    cut = read_mrz((room, lower), TODAY)
    assert cut.name_may_be_cut
    assert [(problem.field, problem.code) for problem in mrz_warnings(cut)] == [("name", "mrz.name_cut")]
    whole = read_mrz((room[:-1] + "<", lower), TODAY)
    assert not whole.name_may_be_cut
    assert mrz_warnings(whole) == []


def test_the_standards_long_names_are_cut_so_that_the_last_character_is_a_letter() -> None:
    upper, _lower = siti(surname="BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", given="DINGO POTOROO")
    assert (len(upper), upper[-1]) == (44, "D")
    assert upper.startswith("P<IDNBENNELONG<WOOLOOMOOLOO<WARRANDYTE<W")
    assert "<<D" in upper


words = st.lists(names, min_size=1, max_size=6).map(" ".join)


@given(words, words | st.just(""))
def test_names_come_back_whole_or_are_said_to_be_cut(surname: str, given_names: str) -> None:
    lines = siti(surname=surname, given=given_names)
    assert len(lines[0]) == 44
    read = read_mrz(lines, TODAY)
    if len(f"{surname}<<{given_names}" if given_names else surname) < 39:
        assert (read.surname, read.given, read.name_may_be_cut) == (surname, given_names, False)
    else:
        assert read.name_may_be_cut


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Nu'man", "NUMAN"),
        ("D’ARTAGNAN", "DARTAGNAN"),
        ("Abdul-Aziz", "ABDUL<AZIZ"),
        ("M. Ali, S.Pd.", "M<ALI<S<PD"),
        ("Siti & Nur", "SITI<NUR"),
        ("Müller", "MUELLER"),
        ("Gößmann", "GOESSMANN"),
        ("Øst Þór", "OEST<THOR"),
        ("José Ñandú", "JOSE<NANDU"),
        ("Ðorđe Łucja", "DORDE<LUCJA"),
    ],
)
def test_names_are_written_as_the_standard_transliterates_them(written: str, printed: str) -> None:
    assert mrz_letters(written) == printed


# What else a passport may say


@pytest.mark.parametrize(
    ("born", "shown"), [("74<<<<", "??-??-74"), ("7408<<", "??-08-74"), ("<<<<<<", "??-??-??"), ("74<<12", "12-??-74")]
)
def test_a_birth_date_with_unknown_parts_is_left_open_and_asked_for(born: str, shown: str) -> None:
    read = read_mrz(siti(birth_date=born), TODAY)
    assert (read.birth_date, read.birth_written) == (None, born)
    assert mrz_warnings(read) == [Problem.of("birth_date", "mrz.birth_date_unknown", written=shown)]


@pytest.mark.parametrize("born", ["7<<<<<", "740<<<", "<40812"])
def test_half_a_year_month_or_day_is_no_unknown_part(born: str) -> None:
    assert codes(siti(birth_date=born)) == ["mrz.character"]


@pytest.mark.parametrize("born", ["7413<<", "<<<<32", "740230"])
def test_what_is_known_of_a_birth_date_stands_in_the_calendar(born: str) -> None:
    assert codes(siti(birth_date=born)) == ["mrz.date.birth_date"]


def test_an_expiry_date_is_never_unknown() -> None:
    upper, lower = siti()
    assert codes((upper, sealed(put(lower, 22, "<<<<<<")))) == ["mrz.character"] * 6


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [("", "paspor"), ("D", "paspor"), ("S", "paspor"), ("O", "paspor"), ("E", "splp"), ("L", "splp")],
)
def test_subtypes_are_read_and_tell_an_splp(subtype: str, kind: str) -> None:
    read = read_mrz(siti(subtype=subtype), TODAY)
    assert (read.document, read.subtype, read.kind, read.name) == ("P", subtype, kind, "SITI NURHALIZA")


@pytest.mark.parametrize(("printed", "sex"), [("M", "M"), ("F", "F"), ("<", None), ("X", None)])
def test_a_passport_may_leave_the_sex_open(printed: str, sex: str | None) -> None:
    upper, lower = siti()
    assert read_mrz((upper, put(lower, 21, printed)), TODAY).sex == sex


def test_fillers_inside_a_number_are_spaces_nobody_keeps() -> None:
    upper, lower = siti()
    read = read_mrz((upper, sealed(put(put(lower, 1, "XA<12<345"), 29, "ZE<184<226<<<<"))), TODAY)
    assert (read.number, read.personal_number) == ("XA12345", "ZE 184 226")


def of(**other: str) -> Mrz:
    return read_mrz(siti(**other), TODAY)


def test_countries_are_compared_with_the_standards_list_and_only_warn() -> None:
    assert mrz_warnings(of()) == []
    assert [problem.code for problem in mrz_warnings(of(issuer="XYZ"))] == ["mrz.country_unknown"]
    assert [problem.code for problem in mrz_warnings(of(nationality="ABC", issuer="ABC"))] == ["mrz.country_unknown"]
    assert mrz_warnings(of(issuer="D", nationality="D")) == [Problem.of("mrz", "mrz.not_indonesian", country="Jerman")]
    assert mrz_warnings(of(issuer="UNO", nationality="IDN")) == []


def test_the_list_has_every_iso_country_and_the_standards_own_codes() -> None:
    assert len(travel_codes()) > 270
    for code in ("IDN", "TWN", "HKG", "MYS", "SAU", "D", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "EUE"):
        assert travel_country(code)
    for code in ("UNO", "UNA", "UNK", "XOM", "XPO", "XXA", "XXB", "XXC", "XXX", "UTO"):
        assert travel_country(code)
    assert "DEU" not in travel_codes()
    assert travel_country("ABC") is None


# What is worth reading


def test_a_picture_or_a_hurried_hand_still_looks_like_an_mrz() -> None:
    upper, lower = siti()
    assert looks_like_mrz(f"{upper}\n{lower[:-1]}")
    assert looks_like_mrz(f"{upper}<<\n{lower}")
    assert looks_like_mrz(f"{upper.replace('<<', '«')}\r\n{lower.replace('0', 'O', 1)}")
    assert looks_like_mrz(f"REPUBLIK INDONESIA\nPASPOR\n{upper.lower()}\n\n {lower} \n")
    assert mrz_lines(f"PASPOR\n{upper}\n{lower}\n") == (upper, lower)
    assert not looks_like_mrz((upper + lower)[:-1])
    assert not looks_like_mrz(f"{upper}\n{upper}")
    assert not looks_like_mrz(
        "Pekerja ini datang bersama adiknya<<hari ini.\nKeduanya akan kembali minggu depan, katanya."
    )


@given(st.text(max_size=120))
def test_whatever_is_scanned_is_read_or_refused(text: str) -> None:
    looks_like_mrz(text)
    with pytest.raises(Refused):
        read_mrz(mrz_lines(text), TODAY)
