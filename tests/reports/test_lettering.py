from __future__ import annotations

import subprocess
import sys

import pytest
import uharfbuzz
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr

from reports.bidi import stretches
from reports.fonts import FONTS, Face, font_path
from reports.lettering import clusters, register, runs, width
from reports.tagged import PLAIN, fit, wrap


def fonts_of(text: str) -> list[str]:
    return [run.font for run in runs(text, "regular")]


def test_every_font_is_there_with_its_licence():
    for name in FONTS:
        assert font_path(name).read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert "SIL OPEN FONT LICENSE" in font_path(FONTS[0]).with_name("OFL.txt").read_text("utf-8")
    with pytest.raises(KeyError):
        font_path("../secret")


def test_the_window_finds_its_fonts_without_loading_reportlab():
    program = "import sys, reports.fonts; sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_mixed_name_is_cut_at_each_script():
    assert fonts_of("Siti 陳美麗 김민수 สมชาย") == [
        "NotoSans-Regular",
        "NotoSansTC-Regular",
        "NotoSans-Regular",
        "NotoSansKR-Regular",
        "NotoSans-Regular",
        "NotoSansThai-Regular",
    ]
    assert fonts_of("Nguyễn Thị Đào") == ["NotoSans-Regular"]


def test_a_bold_chinese_name_is_thickened_because_only_the_regular_weight_is_bundled():
    assert [run.heavier for run in runs("李", "bold")] == [True]
    assert [run.heavier for run in runs("李", "regular")] == [False]
    assert [run.font for run in runs("علي", "bold")] == ["NotoSansArabic-Bold"]


def test_arabic_letters_are_joined_and_turned():
    (run,) = runs("محمد", "regular")
    (isolated,) = runs("د", "regular")
    assert run.text == "محمد"
    assert len(run.drawn) == 4
    assert run.drawn[0] != isolated.drawn  # the last letter stands first from the left, in its joined form
    assert set(run.drawn).isdisjoint(run.text)


SHAPED = [
    ("محمد عبد الله بن سعيد", "NotoSansArabic-Regular"),
    ("فاطمة الزهراء", "NotoSansArabic-Bold"),
    ("ปุ๊กกี้", "NotoSansThai-Regular"),
    ("ก๋วยเตี๋ยว", "NotoSansThai-Bold"),
    ("ស្រីពៅ", "NotoSansKhmer-Regular"),
    ("ខ្មែរ", "NotoSansKhmer-Bold"),
    ("អ៊ុំសុភាព", "NotoSansKhmer-Regular"),
    ("ကျော်ဇင်", "NotoSansMyanmar-Regular"),
    ("အောင်ဆန်းစုကြည်", "NotoSansMyanmar-Bold"),
    ("ဒေါ်ခင်မြန်မာ", "NotoSansMyanmar-Regular"),
]


@pytest.mark.parametrize(("name", "font"), SHAPED)
def test_the_shaper_chooses_orders_and_places_the_glyphs(name, font):
    """Glyph for glyph and unit for unit what HarfBuzz says when it is asked directly."""
    face: Face = "bold" if font.endswith("Bold") else "regular"
    drawn = [run for run in runs(name, face) if run.font == font]
    assert "".join(run.text for run in drawn) == name
    known = pdfmetrics.getFont(font).face
    shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(font_path(font).read_bytes())))
    for run in drawn:
        asked = uharfbuzz.Buffer()
        asked.add_str(run.text)
        asked.guess_segment_properties()
        uharfbuzz.shape(shaper, asked, {})
        assert [known.charToGlyph[ord(code)] for code in run.drawn] == [each.codepoint for each in asked.glyph_infos]
        assert isinstance(run.drawn, ShapedStr)
        placed = [(each.x_advance, each.x_offset, each.y_offset) for each in run.drawn.__shapeData__]
        assert placed == [(each.x_advance, each.x_offset, each.y_offset) for each in asked.glyph_positions]
        assert known.charToGlyph[0x25CC] not in [each.codepoint for each in asked.glyph_infos]  # no mark left alone


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("陳美麗", "NotoSansTC-Regular"),
        ("刘美丽", "NotoSansSC-Regular"),
        ("陈军", "NotoSansSC-Regular"),
        ("桜井さくら", "NotoSansSC-Regular"),
        ("渡辺", "NotoSansTC-Regular"),
        ("김민수", "NotoSansKR-Regular"),
    ],
)
def test_a_chinese_or_korean_name_is_written_in_one_font_that_has_it_all(name, font):
    assert fonts_of(name) == [font]


def test_letters_no_font_has_are_not_lost():
    (run,) = runs("\N{TIFINAGH LETTER YA}", "regular")
    assert run.text == "\N{TIFINAGH LETTER YA}"


def test_a_bracket_alone_at_the_end_of_an_arabic_name_is_turned():
    name = "شركة (النور 2024)"
    assert [(str(run.drawn), run.text) for run in runs(name, "regular")][:2] == [("(", ")"), ("2024", "2024")]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("กี่", ["กี่"]),
        ("ស្រី", ["ស្រី"]),
        ("မြန်", ["မြ", "န်"]),
        ("abc", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_a_word_without_blanks_is_broken_between_letters_never_inside_one(word, parts):
    assert clusters(word) == parts


def test_thai_marks_take_no_room():
    assert width("กี่", "regular", 10) == pytest.approx(width("ก", "regular", 10))


def test_letters_and_marks_written_apart_look_like_letters_written_together():
    assert runs("Nguye\u0302\u0303n", "regular") == runs("Nguyễn", "regular")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Siti", [("Siti", False)]),
        ("محمد علي", [("محمد علي", True)]),
        ("Ahmad محمد علي Ltd", [("Ahmad ", False), ("محمد علي", True), (" Ltd", False)]),
        ("شركة 2024 للتجارة", [(" للتجارة", True), ("2024", False), ("شركة ", True)]),
        ("شركة (النور)", [("شركة (النور)", True)]),
        ("PT (شركة)", [("PT (", False), ("شركة", True), (")", False)]),
        ("محمد 12.5", [("12.5", False), ("محمد ", True)]),
        ("", []),
    ],
)
def test_right_to_left_stretches_are_drawn_where_a_reader_expects_them(text, drawn):
    assert stretches(text) == drawn


@given(st.text("aB 1٣-.,()[]محمد陳\u0301\u200f", max_size=24))
def test_turning_a_line_loses_no_character(text):
    assert sorted("".join(part for part, _ in stretches(text))) == sorted(text)


@given(st.text(max_size=30))
def test_any_text_can_be_measured(text):
    assert width(text, "bold", 10) >= 0


def test_the_codes_we_give_to_unencoded_glyphs_are_free_in_the_fonts_we_shape():
    for name in FONTS:
        if name[:10] in ("NotoSansTC", "NotoSansSC", "NotoSansKR"):  # never shaped
            continue
        face = pdfmetrics.getFont(register(name)).face
        ours = {0xE000 + glyph for glyphs in (face.charToGlyph.values(),) for glyph in glyphs}
        theirs = {code for code, glyph in face.charToGlyph.items() if code in ours and glyph != code - 0xE000}
        assert not theirs
        assert face.numGlyphs <= 0xF8FF - 0xE000


@given(st.text("ab cd陳é\n", max_size=60), st.floats(20, 200))
def test_wrapped_lines_stay_in_their_room_and_keep_every_letter(text, room):
    lines = wrap(text, PLAIN, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, PLAIN.face, PLAIN.size) <= room for line in lines)


def test_a_title_is_made_smaller_only_if_it_must():
    assert fit("KDEI", PLAIN, 300) == PLAIN
    small = fit("KONSULAT JENDERAL REPUBLIK INDONESIA", PLAIN, 60)
    assert width("KONSULAT JENDERAL REPUBLIK INDONESIA", small.face, small.size) <= 60.001
