"""The look: contrast, the bundled font, icons, and every widget drawn."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QLabel

from ui import icons, theme


def luminance(colour: str) -> float:
    parts = QColor(colour)
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (parts.redF(), parts.greenF(), parts.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("kind", theme.kinds)
def test_the_words_of_every_kind_can_be_read_on_their_tint_and_on_a_card(kind):
    letters, tint = theme.kinds[kind]
    assert contrast(letters, tint) >= 4.5
    assert contrast(letters, theme.card) >= 4.5


@pytest.mark.parametrize("letters", [theme.ink, theme.secondary, theme.tertiary])
@pytest.mark.parametrize("ground", [theme.card, theme.page, theme.quiet, theme.brand_tint])
def test_text_can_be_read_on_every_ground(letters, ground):
    assert contrast(letters, ground) >= 4.5


def test_white_letters_can_be_read_on_the_primary_button():
    assert contrast(theme.card, theme.brand) >= 4.5
    assert contrast(theme.card, theme.red) >= 4.5


def test_text_is_drawn_in_the_bundled_family_and_its_weights(qapp):
    assert QFontInfo(theme.font()).family() == "Noto Sans"
    assert QFontInfo(theme.font(bold=True)).weight() == 600
    assert QFontInfo(theme.font(weight=700)).weight() == 700


def test_a_chinese_name_is_not_boxes(qapp):
    from PySide6.QtGui import QRawFont

    families = theme.load_scripts()
    assert {"Noto Sans TC", "Noto Sans KR", "Noto Sans Thai", "Noto Sans Arabic"} <= set(families)
    font = theme.font()
    font.setFamily("Noto Sans TC")
    assert QRawFont.fromFont(font).supportsCharacter(ord("陳"))


def test_a_scale_outside_100_to_200_is_refused():
    with pytest.raises(ValueError, match="250"):
        theme.set_scale(250)


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_leaves_ink_and_stays_inside_its_grid(qapp, name):
    image = icons.pixmap(name, "#000000", 24, 2).toImage()
    inked = [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 90]
    assert len(inked) > 20
    assert min(min(spot) for spot in inked) > 0
    assert max(max(spot) for spot in inked) < 47


def test_an_icon_takes_the_colour_asked_for(qapp):
    image = icons.pixmap("plus", "#B3261E", 24, 1).toImage()
    assert QColor(image.pixelColor(12, 12)).name().upper() == "#B3261E"


def test_an_icon_nobody_drew_is_an_error():
    with pytest.raises(KeyError):
        icons.svg("unicorn")


def test_the_gallery_shows_every_page_without_a_warning(qtbot):
    spec = importlib.util.spec_from_file_location("gallery", Path(__file__).with_name("gallery.py"))
    assert spec is not None
    assert spec.loader is not None
    gallery = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gallery)
    shell = gallery.window()
    qtbot.addWidget(shell)
    shell.show()
    for name in ("home", "pay", "workers"):
        page = shell.show_page(name)
        qtbot.waitUntil(page.isVisible)
        assert not shell.grab().isNull()
        for label in page.findChildren(QLabel):
            assert label.textFormat().name == "PlainText" or not label.text()


def test_the_first_window_needs_no_database_no_paper_and_no_network():
    heavy = (
        "sqlalchemy",
        "reportlab",
        "babel",
        "httpx",
        "pypdfium2",
        "phonenumbers",
        "alembic",
        "PIL",
        "PySide6.QtNetwork",
    )
    code = f"import sys, ui.shell, ui.kit.fields, ui.runner, ui.news; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
