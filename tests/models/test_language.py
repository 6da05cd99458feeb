import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from models import language
from models.rules.days import Month
from models.rules.money import Money
from models.rules.problems import Refused


@pytest.fixture(autouse=True)
def _indonesian_again() -> Iterator[None]:
    yield
    language.use("id")


def test_money_is_written_as_on_the_receipt() -> None:
    assert language.money(Money.of(1235, "TWD")) == "NT$ 1.235"
    assert language.money(Money.of(12345, "KWD")) == "KD 12,345"
    assert language.money(Money.of(123456, "MYR")) == "RM 1.234,56"
    assert language.money(Money.of(-265, "TWD")) == "-NT$ 265"
    assert language.rupiah(332_500) == "Rp 332.500"
    assert language.rupiah(Decimal("512.4")) == "Rp 512,40"
    assert language.rupiah(Decimal("0.0625")) == "Rp 0,0625"
    assert language.rupiah(Decimal("500.00")) == "Rp 500"
    assert language.rate("TWD", Decimal("512.40")) == "NT$ 1 = Rp 512,40"


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_are_grouped_as_babel_groups_them(n: int) -> None:
    assert language.number(n) == format_decimal(n, locale="id")


def test_a_number_is_padded_and_never_rounded() -> None:
    assert language.number(Decimal("1234.5"), 2) == "1.234,50"
    with pytest.raises(ValueError, match="decimals"):
        language.number(Decimal("1.005"), 2)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_dates_are_written_as_babel_writes_them(day: date) -> None:
    assert language.date_short(day) == format_date(day, "d MMM y", locale="id")
    assert language.date_long(day) == format_date(day, "d MMMM y", locale="id")
    assert language.month_year(Month.of(day)) == format_date(day, "MMM y", locale="id")


def test_the_hour_has_a_point() -> None:
    assert language.time_short(datetime(2026, 11, 22, 9, 47)) == "09.47"  # noqa: DTZ001
    assert language.time_short(time(0, 5)) == "00.05"


# What people type

amounts = st.tuples(st.integers(0, 10**12), st.sampled_from(["TWD", "IDR", "MYR", "KWD"]))


@given(amounts)
def test_what_is_shown_can_be_typed_back(amount: tuple[int, str]) -> None:
    money = Money.of(*amount)
    assert language.parse_money(language.money(money), money.currency) == money
    assert language.parse_money(language.number(money.main).replace(".", ""), money.currency) == money


@pytest.mark.parametrize(
    ("text", "code", "minor"),
    [
        ("1500", "TWD", 1500),
        ("1.500", "TWD", 1500),
        (" NT$ 1.500 ", "TWD", 1500),
        ("twd 1500", "TWD", 1500),
        ("12,50", "MYR", 1250),
        ("12,5", "MYR", 1250),
        ("1.234.567,89", "MYR", 123456789),
        ("1,005", "KWD", 1005),
        ("0", "IDR", 0),
    ],
)
def test_amounts_are_read_as_indonesians_type_them(text: str, code: str, minor: int) -> None:
    assert language.parse_money(text, code) == Money.of(minor, code)


@pytest.mark.parametrize(
    ("text", "code", "problem"),
    [
        ("12.5", "MYR", "money.typed"),
        ("12.50", "MYR", "money.typed"),
        ("1.50", "TWD", "money.typed"),
        ("1500.000", "IDR", "money.typed"),
        ("1,500.00", "MYR", "money.typed"),
        ("", "TWD", "money.typed"),
        ("seribu", "TWD", "money.typed"),
        ("RM 5", "TWD", "money.typed"),
        ("1,5", "TWD", "money.too_fine"),
        ("1,0", "TWD", "money.too_fine"),
        ("12,345", "MYR", "money.too_fine"),
        ("-5", "TWD", "money.negative"),
        ("9.999.999.999.999.999", "IDR", "money.too_large"),
    ],
)
def test_what_could_mean_two_things_is_refused(text: str, code: str, problem: str) -> None:
    with pytest.raises(Refused) as refusal:
        language.parse_money(text, code, "received")
    assert [(one.field, one.code) for one in refusal.value.problems] == [("received", problem)]


# Amounts in words


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1111, "seribu seratus sebelas"),
        (1235, "seribu dua ratus tiga puluh lima"),
        (2000, "dua ribu"),
        (11_000, "sebelas ribu"),
        (21_000, "dua puluh satu ribu"),
        (100_000, "seratus ribu"),
        (101_000, "seratus satu ribu"),
        (632_500, "enam ratus tiga puluh dua ribu lima ratus"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_000_000_000, "satu miliar"),
        (2_000_000_000_001, "dua triliun satu"),
        (-5, "minus lima"),
    ],
)
def test_numbers_in_words(n: int, words: str) -> None:
    assert language.terbilang(n) == words


DIGITS = {
    word: n
    for n, word in enumerate(["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"])
}
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}


def said(words: str) -> int:
    """The number that words say, read the way a listener adds them up."""
    total = group = digit = 0
    for word in words.split():
        match word:
            case "sepuluh" | "sebelas":
                group += {"sepuluh": 10, "sebelas": 11}[word]
            case "seratus":
                group += 100
            case "seribu":
                total += 1000
            case "belas":
                group, digit = group + 10 + digit, 0
            case "puluh" | "ratus":
                group, digit = group + digit * {"puluh": 10, "ratus": 100}[word], 0
            case _ if word in SCALES:
                total, group, digit = total + (group + digit) * SCALES[word], 0, 0
            case _:
                digit = DIGITS[word]
    return total + group + digit


@given(st.integers(0, 10**18 - 1) | st.integers(0, 20_000))
def test_a_listener_adds_the_words_up_to_the_number(n: int) -> None:
    words = language.terbilang(n)
    assert said(words) == n
    assert "satu puluh" not in words
    assert "satu ratus" not in words
    assert "satu belas" not in words
    assert words != "satu ribu"
    assert not any(len(list(run)) > 1 for word, run in groupby(words.split()) if word in SCALES)


def test_numbers_too_long_for_words_are_an_error() -> None:
    with pytest.raises(ValueError, match="words"):
        language.terbilang(10**18)


@pytest.mark.parametrize(
    ("minor", "code", "words"),
    [
        (1235, "TWD", "seribu dua ratus tiga puluh lima dolar Taiwan"),
        (1250, "MYR", "dua belas koma lima nol ringgit Malaysia"),
        (1200, "MYR", "dua belas ringgit Malaysia"),
        (5, "KWD", "nol koma nol nol lima dinar Kuwait"),
        (494_500, "IDR", "empat ratus sembilan puluh empat ribu lima ratus rupiah"),
        (-100, "HKD", "minus satu dolar Hong Kong"),
    ],
)
def test_amounts_in_words_name_their_money(minor: int, code: str, words: str) -> None:
    assert language.terbilang_money(Money.of(minor, code)) == words


# Languages


def test_indonesian_is_the_source_and_english_switches_live() -> None:
    source = "Nama lengkap wajib diisi."
    assert language._(source) == source
    language.use("en")
    assert language.active() == "en"
    assert language._(source) == "The full name is required."
    assert language._("belum diterjemahkan") == "belum diterjemahkan"
    language.use("id")
    assert language._(source) == source


def test_figures_and_dates_read_the_same_in_every_language() -> None:
    language.use("en")
    assert language.money(Money.of(1235, "TWD")) == "NT$ 1.235"
    assert language.date_long(date(2026, 8, 17)) == "17 Agustus 2026"


def test_a_language_we_do_not_have_is_an_error_and_changes_nothing() -> None:
    with pytest.raises(ValueError, match="fr"):
        language.use("fr")
    assert language.active() == "id"


def test_the_first_paint_waits_for_neither_babel_nor_phone_numbers() -> None:
    check = (
        "import sys, importlib, pkgutil, models.rules, models.language, models.sentences\n"
        "names = [m.name for m in pkgutil.iter_modules(models.rules.__path__) if m.name != 'token']\n"
        "[importlib.import_module(f'models.rules.{name}') for name in names]\n"
        "assert 'claims' in names\n"
        "print(sorted({'babel', 'phonenumbers', 'sqlalchemy', 'PySide6'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
