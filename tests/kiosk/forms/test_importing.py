"""Columns of other people's lists: recognised by their names, read as the registration form, refused where digits are
lost."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.sheets import FormulaError, Row, Value, read_sheet
from kiosk.forms.importing import (
    NUMBERING,
    Columns,
    Listed,
    RowReader,
    columns_problems,
    exported,
    fingerprint,
    listed,
    recognise,
    suggest,
    titles,
)
from kiosk.forms.registration import HeirForm, Registration
from kiosk.steps import finish
from models.rules.missions import mission
from models.rules.problems import Problem, Refused
from reports.sheets import Sheet, render_sheet

TODAY = date(2026, 11, 22)


def rows(*cells: tuple[Value, ...]) -> list[Row]:
    return [Row(number, one) for number, one in enumerate(cells, 1) if any(cell is not None for cell in one)]


def read(labels: tuple[str, ...], *cells: tuple[Value, ...], **more: Any) -> tuple[Registration, list[Problem]]:
    """The first row below these column names, as a form."""
    found = listed(rows(labels, *cells))
    reader = RowReader(found, suggest(found.labels, more.get("remembered")), mission("TPE"), TODAY)
    return reader.form(found.rows[0])


def one(label: str, value: Value) -> tuple[Registration, list[str]]:
    form, problems = read(("Nama", label), ("SITI", value))
    return form, [problem.code for problem in problems]


# Names of columns


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Nama Lengkap", "name"),
        ("NAMA PMI", "name"),
        ("Nama CPMI (sesuai paspor)", "name"),
        ("Full Name", "name"),
        ("NIK", "nik"),
        ("No. KTP", "nik"),
        ("Nomor Induk Kependudukan", "nik"),
        ("No. Paspor", "passport_number"),
        ("Nomor  Paspor", "passport_number"),
        ("Passport No.", "passport_number"),
        ("Tgl Lahir", "birth_date"),
        ("Tanggal Lahir (dd/mm/yyyy)", "birth_date"),
        ("TANGGAL\nLAHIR *", "birth_date"),
        ("Date of Birth", "birth_date"),
        ("Tempat/Tgl Lahir", "birth_place_date"),
        ("TTL", "birth_place_date"),
        ("L/P", "sex"),
        ("Jenis Kelamin (L/P)", "sex"),
        ("Nama Ibu Kandung", "mother_name"),
        ("Mulai Kontrak", "contract_start"),
        ("Tgl. Akhir Kontrak", "contract_end"),
        ("Lama Kontrak (bln)", "months"),
        ("HP/WA", "phone"),
        ("No. HP", "phone"),
        ("No. WhatsApp", "whatsapp"),
        ("Majikan", "employer"),
        ("PT/P3MI", "p3mi"),
        ("Nama PT", "p3mi"),
        ("Agency", "agency"),
        ("Jabatan", "job"),
        ("Negara Tujuan", "country"),
        ("No. Rekening", "bank_account"),
        ("Ahli Waris", "heirs[0].name"),
        ("Hubungan", "heirs[0].relation"),
        ("No. HP Ahli Waris", "heirs[0].phone"),
        ("Nama Ahli Waris 2", "heirs[1].name"),
        ("Hubungan Ahli Waris 3", "heirs[2].relation"),
        ("Tgl Lahir Ahli Waris", "heirs[0].birth_date"),
        ("No", NUMBERING),
        ("No. Urut", NUMBERING),
        ("Golongan darah", None),
        ("Ukuran baju", None),
        ("", None),
    ],
)
def test_columns_are_known_by_what_lists_call_them(label: str, field: str | None) -> None:
    assert recognise(label) == field


def test_every_column_of_an_export_is_known_by_its_own_name() -> None:
    assert {field: recognise(title) for field, title in titles().items()} == {field: field for field in titles()}


@given(st.text(max_size=40))
def test_no_column_name_breaks_it(label: str) -> None:
    recognise(label)


# The row of names


def test_the_names_are_found_below_a_title_and_a_date() -> None:
    found = listed(
        rows(
            ("DAFTAR CPMI PT MAJU BERSAMA",),
            ("Taipei, 22 November 2026",),
            (None,),
            ("No", "Nama", "No Paspor"),
            (1, "SITI", "C4821907"),
        )
    )
    assert (found.labels, found.top, [row.number for row in found.rows]) == (("No", "Nama", "No Paspor"), 4, [5])


def test_a_common_heading_over_several_names_belongs_to_each() -> None:
    found = listed(
        rows(
            ("DAFTAR",),
            ("No", "Nama", "Ahli Waris", None, "Keterangan"),
            (None, None, "Nama", "Hubungan", None),
            (1, "SITI", "AHMAD", "suami", "-"),
        )
    )
    assert found.labels == ("No", "Nama", "Ahli Waris Nama", "Ahli Waris Hubungan", "Keterangan")
    assert suggest(found.labels).fields["Ahli Waris Nama"] == "heirs[0].name"
    assert [row.number for row in found.rows] == [4]


def test_two_columns_of_one_name_are_told_apart_and_one_field_is_given_once() -> None:
    found = listed(rows(("Nama", "Nama", None), ("SITI", "NUR", "x")))
    assert found.labels == ("Nama", "Nama (2)", "Kolom C")
    assert suggest(found.labels).fields == {"Nama": "name", "Nama (2)": None, "Kolom C": None}


def test_a_list_whose_names_nobody_knows_is_left_to_the_person() -> None:
    found = listed(rows(("Daftar",), ("姓名", "護照"), ("SITI", "C4821907")))
    assert found.labels == ("姓名", "護照")
    assert suggest(found.labels).fields == {"姓名": None, "護照": None}


def test_names_without_a_row_below_are_no_list() -> None:
    with pytest.raises(Refused) as refusal:
        listed(rows(("Nama", "NIK")))
    assert refusal.value.problems[0].code == "import.no_rows"


def test_a_choice_is_known_again_in_whatever_order_its_columns_stand() -> None:
    assert fingerprint(("Nama", "No. Paspor", "")) == fingerprint(("NOMOR PASPOR", "nama"))
    chosen = Columns(fields={"Nama": None, "Panggilan": "name"}, order="mdy")
    assert suggest(("Panggilan", "Nama", "NIK"), chosen) == Columns(
        fields={"Panggilan": "name", "Nama": None, "NIK": "nik"}, order="mdy"
    )


def test_what_every_worker_needs_has_to_have_a_column_and_none_has_two() -> None:
    columns = Columns(fields={"A": "name", "B": "name", "C": "bulan", "D": "sex"})
    assert [(one.field, one.code) for one in columns_problems(columns, ("A", "B", "C"))] == [
        ("B", "import.twice"),
        ("C", "import.target_unknown"),
        ("D", "import.column_unknown"),
        ("birth_date", "import.unmapped"),
        ("sex", "import.unmapped"),
    ]
    whole = Columns(fields={"A": "name", "B": "birth_place_date", "C": "sex"})
    assert columns_problems(whole, ("A", "B", "C")) == []


# Rows


def test_a_row_as_a_placement_company_writes_it() -> None:
    form, problems = read(
        ("No", "Nama", "L/P", "TTL", "No. Paspor", "Mulai Kontrak", "Lama Kontrak", "HP/WA", "Ahli Waris", "Hubungan"),
        (
            1,
            "SITI NURHALIZA",
            "P",
            "MALANG, 12-03-1994",
            "C4821907",
            "11 Des 2026",
            "2 tahun",
            912345678,
            "AHMAD",
            "suami",
        ),
    )
    assert problems == []
    assert form == Registration(
        name="SITI NURHALIZA",
        sex="F",
        birth_place="MALANG",
        birth_date=date(1994, 3, 12),
        passport_number="C4821907",
        contract_start=date(2026, 12, 11),
        months=24,
        phone="+886912345678",
        heirs=(HeirForm(name="AHMAD", relation="suami"),),
    )


@pytest.mark.parametrize(
    ("written", "sex"),
    [
        ("L", "M"),
        ("p", "F"),
        ("Laki-laki", "M"),
        ("PEREMPUAN", "F"),
        ("Wanita", "F"),
        ("M", "M"),
        ("F", "F"),
        ("male", "M"),
    ],
)
def test_a_sex_is_read_as_lists_write_it(written: str, sex: str) -> None:
    assert one("L/P", written) == (Registration(name="SITI", sex=sex), [])


def test_what_is_no_choice_is_said_in_the_list_s_own_words() -> None:
    _form, problems = read(("Nama", "L/P"), ("SITI", "X"))
    assert [(one.field, one.code, dict(one.values)["choices"]) for one in problems] == [
        ("sex", "choice.unknown", "P, L")
    ]


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("0812-3456-7890", "+6281234567890"),
        (81234567890, "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        (912345678, "+886912345678"),
        ("0912 345 678", "+886912345678"),
        ("+886 912 345 678", "+886 912 345 678"),
        ("886912345678", "+886912345678"),
        ("12", "12"),
    ],
)
def test_a_phone_gets_back_the_zero_or_plus_that_a_spreadsheet_took(written: Value, phone: str) -> None:
    assert one("HP", written) == (Registration(name="SITI", phone=phone), [])


@pytest.mark.parametrize("lost", [3.50710520394e15, 3507105203940000, "3.50711E+15", "3,50711E+15", 3507105203940000.5])
def test_a_nik_that_lost_its_last_digits_is_refused_not_guessed(lost: Value) -> None:
    assert one("NIK", lost) == (Registration(name="SITI"), ["import.digits_lost"])


def test_a_nik_that_lost_none_is_taken() -> None:
    for whole in ("3507105203940003", 3507105203940003, "3507105203940010"):
        assert one("NIK", whole)[0].nik == str(whole)


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        ("Tgl Lahir", "31/02/1990", "import.date"),
        ("Tgl Lahir", "tidak tahu", "import.date"),
        ("NIK", FormulaError("#N/A"), "import.formula"),
        ("NIK", "350710••••••0003", "import.masked"),
        ("Lama Kontrak", "lama", "import.months"),
        ("Lama Kontrak", "900 bulan", "import.months"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(label: str, value: Value, code: str) -> None:
    assert one(label, value) == (Registration(name="SITI"), [code])


@pytest.mark.parametrize("nothing", ["-", "—", "N/A", " ", "nihil", None])
def test_a_dash_is_no_answer(nothing: Value) -> None:
    assert one("No. Paspor", nothing) == (Registration(name="SITI"), [])


def test_a_column_of_dates_is_read_in_the_order_that_one_of_them_shows() -> None:
    found = listed(rows(("Nama", "Tgl Lahir"), ("A", "03/05/1990"), ("B", "12/25/1991"), ("C", date(1990, 5, 3))))
    reader = RowReader(found, suggest(found.labels), mission("TPE"), TODAY)
    assert [reader.form(row)[0].birth_date for row in found.rows] == [
        date(1990, 3, 5),
        date(1991, 12, 25),
        date(1990, 5, 3),
    ]
    assert reader.orders["birth_date"].evidence == "decided"


def test_a_date_that_does_not_fit_the_column_s_order_says_so() -> None:
    found = listed(rows(("Nama", "Tgl Lahir"), ("A", "25/05/1990"), ("B", "05/26/1991")))
    reader = RowReader(found, suggest(found.labels), mission("TPE"), TODAY)
    assert reader.orders["birth_date"].evidence == "mixed"
    assert [one.code for one in reader.form(found.rows[1])[1]] == ["import.date_order"]


def test_a_person_may_say_how_the_dates_are_written() -> None:
    found = listed(rows(("Nama", "Tgl Lahir"), ("A", "03/05/1990")))
    columns = Columns(fields=suggest(found.labels).fields, order="mdy")
    form, _problems = RowReader(found, columns, mission("TPE"), TODAY).form(found.rows[0])
    assert form.birth_date == date(1990, 3, 5)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Taiwan", "TW"),
        ("MALAYSIA", "MY"),
        ("Hongkong", "HK"),
        ("South Korea", "KR"),
        ("Arab Saudi", "SA"),
        ("Atlantis", "Atlantis"),
    ],
)
def test_countries_are_known_by_indonesian_and_english_names(written: str, code: str) -> None:
    assert one("Negara", written)[0].country == code


def test_the_numbering_and_the_order_of_columns_are_no_part_of_a_row_s_identity() -> None:
    def key(found: Listed) -> bytes:
        return RowReader(found, suggest(found.labels), mission("TPE"), TODAY).key(found.rows[0])

    first = key(listed(rows(("No", "Nama", "Tgl Lahir"), (1, "SITI", "12/03/1994"))))
    assert key(listed(rows(("Tgl Lahir", "No", "Nama"), ("12/03/1994", 77, "SITI")))) == first
    assert key(listed(rows(("No", "Nama", "Tgl Lahir"), (1, "SITI", "13/03/1994")))) != first


def test_a_note_below_the_list_is_no_person() -> None:
    found = listed(rows(("No", "Nama", "NIK"), (1, "SITI", "1"), ("Jumlah: 1 orang",), (None, "Mengetahui,")))
    reader = RowReader(found, suggest(found.labels), mission("TPE"), TODAY)
    assert [reader.unreadable(row) for row in found.rows] == [False, True, True]


# A list that was exported

BLANK = ("null", "none", "nihil", "n/a")  # what lists write for nothing
NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgé'. ", min_size=1, max_size=20).filter(
    lambda text: any(sign.isalpha() for sign in text)
)
WORDS = NAMES.filter(lambda text: text.strip().casefold() not in BLANK)
FREE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(
    lambda text: (
        any(sign.isalnum() for sign in text)
        and not text.strip().startswith("#")
        and text.strip().casefold() not in BLANK
    )
)
DAYS = st.dates(date(1970, 1, 1), date(2040, 12, 31))


@st.composite
def forms(draw: st.DrawFn) -> Registration:
    """A registration that is accepted, with whatever people write in it."""
    start = draw(st.none() | DAYS)
    return Registration(
        name=draw(NAMES),
        sex=draw(st.sampled_from("FM")),
        birth_date=draw(st.dates(date(1940, 1, 1), date(2008, 1, 1))),
        birth_place=draw(st.none() | FREE),
        passport_number=draw(st.none() | st.from_regex(r"[A-Z]{1,2}[0-9]{6,7}", fullmatch=True)),
        passport_expiry=draw(st.none() | DAYS),
        kpj=draw(st.none() | st.from_regex(r"0?[0-9]{11,16}", fullmatch=True)),
        mother_name=draw(st.none() | WORDS),
        home_address=draw(st.none() | FREE),
        phone=draw(st.none() | st.sampled_from(["+886912345678", "021 12", "+62 812", "8123", "12345678"])),
        email=draw(st.none() | st.just("siti@example.org")),
        bank_account=draw(st.none() | st.from_regex(r"[0-9]{6,18}", fullmatch=True)),
        bank_owner=draw(st.none() | st.sampled_from(["own", "heir", "payer"])),
        country=draw(st.none() | st.sampled_from(["TW", "MY", "SA", "KR", "HK"])),
        scheme=draw(st.none() | st.sampled_from(["p3mi", "g2g", "g2p", "ukps", "perseorangan"])),
        event=draw(st.none() | st.sampled_from(["new", "extension", "re-entry", "late"])),
        employer_kind=draw(st.none() | st.sampled_from(["company", "household", "ship"])),
        employer=draw(st.none() | FREE),
        contract_start=start,
        contract_end=draw(st.none() | st.dates(start, date(2050, 1, 1)).filter(lambda end: end > start))
        if start
        else None,
        months=draw(st.none() | st.integers(1, 60)),
        heirs=tuple(
            HeirForm(
                name=draw(WORDS),
                relation=relation,
                phone=draw(st.none() | st.just("+6281234567890")),
                birth_date=draw(st.none() | DAYS.filter(lambda day: day <= TODAY)),
                scholar=draw(st.none() | st.just(True)) if relation == "anak" and at < 2 else None,
            )
            for at, relation in enumerate(
                draw(st.lists(st.sampled_from(["suami", "anak", "ibu", "lainnya"]), max_size=3))
            )
        ),
    )


def checked(form: Registration) -> dict[str, Any]:
    """What is recorded of a form, by field."""
    made = form.checked(mission("TPE"), TODAY, UUID(int=7))
    placed = msgspec.structs.asdict(made.placement)
    return msgspec.to_builtins(
        msgspec.structs.asdict(made.identity) | placed | msgspec.structs.asdict(placed.pop("personal"))
    )


def again(form: Registration, kind: str, *, full: bool = True) -> tuple[Registration, list[Problem]]:
    """The form as it comes back from an export of it."""
    values = msgspec.structs.asdict(form.checked(mission("TPE"), TODAY, UUID(int=7)).identity)
    placed = msgspec.structs.asdict(form.checked(mission("TPE"), TODAY, UUID(int=7)).placement)
    values |= placed | msgspec.structs.asdict(placed["personal"])
    heirs = [msgspec.structs.asdict(heir) for heir in values["heirs"]]
    cells = exported(values | {"heirs": heirs}, full=full)
    names = titles()
    sheet = Sheet("Pekerja", tuple(names[one] for one in cells), (tuple(cells.values()),))
    back = listed(finish(read_sheet(render_sheet(sheet, kind), f"ekspor{kind}")).rows)
    return RowReader(back, suggest(back.labels), mission("TPE"), TODAY).form(back.rows[0])


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@settings(max_examples=40)
@given(form=forms())
def test_what_is_exported_in_full_imports_as_the_same_person(kind: str, form: Registration) -> None:
    back, problems = again(form, kind)
    assert problems == []
    assert checked(back) == checked(form)


def test_a_masked_export_shows_no_whole_number_and_does_not_import_as_one() -> None:
    form = Registration(
        name="SITI", sex="F", birth_date=date(1994, 3, 12), nik="3507105203940003", bank_account="012345677712"
    )
    back, problems = again(form, ".csv", full=False)
    assert (back.nik, back.bank_account) == (None, None)
    assert [(one.field, one.code, dict(one.values)["given"]) for one in problems] == [
        ("nik", "import.masked", "350710••••••0003"),
        ("bank_account", "import.masked", "••••7712"),
    ]
