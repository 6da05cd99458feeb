"""Passport pages read as swiped ones are: drawn here, with what scanners and telephones do to them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image, ImageFilter

from kiosk.devices.pictures import turned
from kiosk.usecases.mrz import PassportPage, read_page
from models.rules.mrz import make_mrz
from models.rules.problems import Refused
from models.sentences import SENTENCES
from scripts.passport_page import data_page, grained, jpeg, laid, letter

TODAY = date(2026, 11, 22)
SITI = make_mrz(
    surname="NURHALIZA",
    given="SITI",
    number="C4821907",
    birth_date=date(1994, 3, 12),
    sex="F",
    expiry=date(2031, 2, 14),
    personal_number="35071052039400",
)
SUKARNO = make_mrz(
    surname="SUKARNO", given="", number="X0018520", birth_date=date(1989, 8, 17), sex="M", expiry=date(2030, 10, 8)
)


def page_of(picture: Image.Image, quality: int = 80) -> PassportPage:
    return read_page(jpeg(picture, quality), "paspor.jpg", TODAY)


def refused(content: bytes) -> list[str]:
    with pytest.raises(Refused) as refusal:
        read_page(content, "paspor.jpg", TODAY)
    assert all(problem.code in SENTENCES for problem in refusal.value.problems)
    return [problem.code for problem in refusal.value.problems]


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return data_page(SITI, dpi=200)


def test_a_clean_scan_says_what_a_swipe_would(page: Image.Image) -> None:
    found = page_of(page)
    assert found.lines == SITI
    assert (found.passport.name, found.passport.number) == ("SITI NURHALIZA", "C4821907")
    assert (found.passport.birth_date, found.passport.expiry) == (date(1994, 3, 12), date(2031, 2, 14))
    assert found.warnings == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: laid(page, (1654, 2339), colour=(252, 252, 252), angle=2),
        lambda page: laid(page, (1654, 1400), angle=-2, noise=25),
        lambda page: page.rotate(2, Image.Resampling.BICUBIC, fillcolor=(222, 233, 226)),
        lambda page: laid(page.filter(ImageFilter.GaussianBlur(1.5)), (1654, 1400), angle=1, noise=25),
        lambda page: laid(page.filter(ImageFilter.MinFilter(3)), (1654, 1400), angle=-1, noise=25),
        lambda page: grained(page, 70).point(lambda value: 60 + value * 0.4),
    ],
    ids=["glass, tilted", "table, tilted", "whole picture, tilted", "blurred", "bold", "grainy and pale"],
)
def test_a_picture_of_a_page_is_read_whatever_happened_to_it(
    page: Image.Image, spoil: Callable[[Image.Image], Image.Image]
) -> None:
    assert page_of(spoil(page), 45).lines == SITI


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_it_does_not_matter_which_side_is_up(page: Image.Image, turn: int) -> None:
    found = page_of(turned(laid(page, (1500, 1300), angle=1, noise=15), turn))
    assert found.lines == SITI
    assert (found.turn + turn) % 360 == 0


def test_the_second_page_of_an_open_passport_does_not_disturb() -> None:
    page = data_page(SUKARNO, "SUKARNO", dpi=200)
    opened = Image.new("RGB", (page.width, 2 * page.height), (226, 230, 224))
    opened.paste(letter(120).crop((150, 150, 150 + page.width - 60, 700)), (30, 60))
    opened.paste(page, (0, page.height))
    found = page_of(laid(opened, (1654, 2339), colour=(200, 200, 203), angle=-1))
    assert found.lines == SUKARNO
    assert (found.passport.name, found.passport.given) == ("SUKARNO", "")


def test_a_pdf_from_a_scanner_is_read_too(page: Image.Image) -> None:
    out = io.BytesIO()
    laid(page, (1654, 2339), colour=(252, 252, 252)).save(out, "PDF", resolution=200)
    assert read_page(out.getvalue(), "paspor.pdf", TODAY).lines == SITI


def test_a_letter_that_is_hard_to_tell_in_the_name_is_told(page: Image.Image) -> None:
    stained = page.copy()
    # A drop on the third letter of the name: where it stood is grey in grey.
    unit = 200 / 25.4
    left = round((6.6 + 7 * 2.54) * unit)
    stained.paste(
        stained.crop((left, 540, left + 20, 580)).filter(ImageFilter.GaussianBlur(5)).point(lambda value: value),
        (left, 540),
    )
    found = page_of(stained, 95)
    assert [problem.code for problem in found.warnings] == ["mrz.name_unclear"]
    assert found.passport.number == "C4821907"


def test_a_check_digit_that_is_wrong_on_the_paper_is_never_put_right() -> None:
    upper, lower = SITI
    forged = (upper, lower[:13] + "940322" + lower[19:])
    assert refused(jpeg(data_page(forged, dpi=200))) == ["mrz.check_digit.birth_date"]


def test_what_has_no_such_lines_is_told_so(page: Image.Image) -> None:
    assert refused(jpeg(letter())) == ["mrz.not_found"]
    assert refused(jpeg(page.crop((0, 0, page.width, round(page.height * 0.75))))) == ["mrz.not_found"]
    assert refused(jpeg(Image.new("RGB", (900, 700), "white"))) == ["mrz.not_found"]
    assert refused(b"\xff\xd8\xff and no more") == ["document.damaged"]
    assert refused(b"") == ["document.empty"]
