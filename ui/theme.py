"""The look: colours, sizes and the font family of every screen, and the one stylesheet made of them.

Colours are those of the design; where its small grey and amber letters fell short of a contrast of 4.5:1 on their
ground, the text colour here is a shade darker (`tertiary`, `amber`), and the design's own shade stays for strokes
(`faint`). Sizes are logical pixels: `scale` multiplies them all through Qt, so nothing else needs to know.
"""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

import reports

ink: Final = "#16241F"
secondary: Final = "#4C5C56"
tertiary: Final = "#5E6D67"
faint: Final = "#7B8A84"
line: Final = "#DBE3DF"
line_strong: Final = "#C3CFC9"
page: Final = "#F3F6F4"
quiet: Final = "#FAFCFB"
card: Final = "#FFFFFF"
brand: Final = "#0B6E4F"
brand_dark: Final = "#075239"
brand_tint: Final = "#E3F1EB"
amber: Final = "#955800"
amber_stroke: Final = "#B26A00"
amber_line: Final = "#E5B968"
amber_tint: Final = "#FDF1DC"
red: Final = "#B3261E"
red_tint: Final = "#FBE9E7"
blue: Final = "#1F5FA8"
blue_tint: Final = "#E6EFF9"
ok: Final = "#1C7C43"
ok_tint: Final = "#E4F4EA"
grey_tint: Final = "#EDF1EF"

radius_card: Final = 14
radius_control: Final = 10
radius_small: Final = 5

height_control: Final = 42
height_button: Final = 46
height_primary: Final = 56
height_row: Final = 49
height_row_two: Final = 59
height_bar: Final = 60
width_rail: Final = 88
gap: Final = 20

size_title: Final = 22
size_heading: Final = 16
size_body: Final = 15
size_label: Final = 13
size_small: Final = 13
size_key: Final = 11

# kind -> (letters, ground); every kind that a chip, a banner or a mark can have.
kinds: Final[dict[str, tuple[str, str]]] = {
    "ok": (ok, ok_tint),
    "amber": (amber, amber_tint),
    "red": (red, red_tint),
    "blue": (blue, blue_tint),
    "grey": (secondary, grey_tint),
    "brand": (brand, brand_tint),
}

FAMILY: Final = "Noto Sans"
# What stands in for the bundled family where a letter is missing in it (Chinese, Thai, Korean, Arabic names).
_STAND_INS: Final = (
    "Noto Sans TC",
    "Noto Sans KR",
    "Noto Sans Thai",
    "Noto Sans Arabic",
    "DejaVu Sans",
    "Liberation Sans",
)


def set_scale(percent: int) -> None:
    """Draw everything at 100–200 %. Must come before the QApplication; a later change waits for the next start."""
    if not 100 <= percent <= 200:
        raise ValueError(f"a scale is 100 to 200 per cent, not {percent}")
    if percent != 100:
        os.environ["QT_SCALE_FACTOR"] = f"{percent / 100:g}"
        os.environ.setdefault("QT_SCALE_FACTOR_ROUNDING_POLICY", "PassThrough")


def colour(value: str) -> QColor:
    """A token as Qt wants it."""
    return QColor(value)


def font(size: int = size_body, *, bold: bool = False, weight: int | None = None, figures: bool = False) -> QFont:
    """The family in `size` logical pixels; `figures` sets all digits equally wide, for money in columns."""
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight) if weight is not None else _BOLD if bold else QFont.Weight.Normal)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


_BOLD: Final = QFont.Weight.DemiBold


_FACES: Final = ("NotoSans-Regular", "NotoSans-SemiBold", "NotoSans-Bold")
_SCRIPTS: Final = (
    "NotoSansTC-Regular",
    "NotoSansSC-Regular",
    "NotoSansKR-Regular",
    "NotoSansThai-Regular",
    "NotoSansArabic-Regular",
    "NotoSansKhmer-Regular",
    "NotoSansMyanmar-Regular",
)


def load_fonts(faces: tuple[str, ...] = _FACES) -> list[str]:
    """Hand bundled font files to Qt and return the families they hold.

    The files are found beside `reports` without importing `reports.fonts`, which would bring reportlab into the start.
    """
    folder = os.path.join(reports.__path__[0], "fonts")
    families: list[str] = []
    for face in faces:
        handle = QFontDatabase.addApplicationFont(os.path.join(folder, f"{face}.ttf"))
        if handle >= 0:
            families += QFontDatabase.applicationFontFamilies(handle)
    return families


def load_scripts() -> list[str]:
    """Chinese, Korean, Thai, Arabic, Khmer, Burmese: 24 MB, so only after the window is painted (`Shell` does it)."""
    return load_fonts(_SCRIPTS)


def palette() -> QPalette:
    """The colours of everything the stylesheet leaves to Qt."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: page,
        QPalette.ColorRole.Base: card,
        QPalette.ColorRole.AlternateBase: quiet,
        QPalette.ColorRole.Text: ink,
        QPalette.ColorRole.WindowText: ink,
        QPalette.ColorRole.Button: card,
        QPalette.ColorRole.ButtonText: ink,
        QPalette.ColorRole.Highlight: brand,
        QPalette.ColorRole.HighlightedText: card,
        QPalette.ColorRole.PlaceholderText: tertiary,
        QPalette.ColorRole.ToolTipBase: ink,
        QPalette.ColorRole.ToolTipText: card,
        QPalette.ColorRole.Link: brand,
        QPalette.ColorRole.Mid: line,
    }
    for role, value in roles.items():
        made.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(faint))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Base, QColor(quiet))
    return made


def stylesheet() -> str:
    """The one stylesheet, built from the tokens above. Widgets that draw themselves are not in it."""
    return f"""
QToolTip {{ background: {ink}; color: {card}; border: 0; padding: 6px 9px; }}
QMainWindow, QDialog, #page {{ background: {page}; }}
QScrollArea {{ border: 0; background: transparent; }}
#clear {{ background: transparent; }}

#card {{ background: {card}; border: 1px solid {line}; border-radius: {radius_card}px; }}
#card[kind="amber"] {{ border-color: {amber_line}; }}
#card[kind="red"] {{ border-color: {red}; }}
#card[kind="brand"] {{ border-color: {brand}; }}

QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {size_title}px; font-weight: 700; }}
QLabel[role="heading"] {{ font-size: {size_heading}px; font-weight: 600; }}
QLabel[role="label"] {{ font-size: {size_label}px; font-weight: 600; color: {secondary}; }}
QLabel[role="subtitle"] {{ color: {secondary}; }}
QLabel[role="note"] {{ font-size: {size_small}px; color: {tertiary}; }}
QLabel[role="problem"] {{ font-size: {size_small}px; font-weight: 600; color: {red}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="number"] {{ font-size: 28px; font-weight: 700; }}

QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {{
  background: {card}; border: 1px solid {line_strong}; border-radius: {radius_control}px; color: {ink};
  font-size: 16px; selection-background-color: {brand}; selection-color: {card};
}}
QLineEdit, QComboBox, QSpinBox {{ padding: 0 12px; min-height: {height_control - 2}px; }}
QPlainTextEdit {{ padding: 7px 9px; }}
QLineEdit[big="true"] {{ font-size: 22px; font-weight: 600; min-height: 50px; }}
QLineEdit[huge="true"] {{ font-size: 20px; min-height: 56px; border-radius: 12px; }}
QLineEdit:read-only {{ background: {quiet}; border-color: {line}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: {quiet}; color: {faint}; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus {{ border-color: {brand}; }}
QLineEdit[problem="true"], QPlainTextEdit[problem="true"], QComboBox[problem="true"] {{ border-color: {red}; }}
QComboBox QLineEdit {{ border: 0; padding: 0; min-height: 0; background: transparent; }}
QComboBox::drop-down {{ border: 0; width: 30px; }}
QComboBox::down-arrow {{ image: none; width: 0; }}
QAbstractItemView {{
  background: {card}; border: 1px solid {line}; outline: 0; color: {ink};
  selection-background-color: {brand_tint}; selection-color: {brand_dark};
}}
QComboBox QAbstractItemView::item, #suggestions::item {{ min-height: 36px; padding: 0 10px; }}

#rows {{ border: 0; background: {card}; }}
#rows QHeaderView {{ background: {card}; border: 0; }}
#rows QHeaderView::section {{
  background: {card}; border: 0; border-bottom: 1px solid {line}; color: {secondary};
  font-size: {size_label}px; font-weight: 600; padding: 0 10px; height: 40px;
}}

QCheckBox, QRadioButton {{ spacing: 9px; background: transparent; min-height: 28px; }}
QCheckBox::indicator {{
  width: 20px; height: 20px; border: 1px solid {faint}; border-radius: {radius_small}px; background: {card};
}}
QCheckBox::indicator:focus {{ border: 2px solid {brand}; }}
QCheckBox::indicator:checked {{ background: {brand}; border-color: {brand}; image: none; }}

QProgressBar {{ background: {grey_tint}; border: 0; border-radius: 5px; min-height: 10px; max-height: 10px; }}
QProgressBar::chunk {{ background: {brand}; border-radius: 5px; }}

QMenu {{ background: {card}; border: 1px solid {line}; padding: 6px; }}
QMenu::item {{ padding: 8px 22px 8px 14px; border-radius: 6px; }}
QMenu::item:selected {{ background: {brand_tint}; color: {brand_dark}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}

QScrollBar:vertical {{ background: transparent; width: 11px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 2px; }}
QScrollBar::handle {{ background: {line_strong}; border-radius: 3px; min-height: 30px; min-width: 30px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QTabBar::tab {{ padding: 8px 14px; color: {secondary}; border: 0; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {brand_dark}; border-bottom-color: {brand}; }}
QTabWidget::pane {{ border: 0; border-top: 1px solid {line}; }}
"""


def apply(app: QApplication) -> None:
    """Dress the program: style, font, palette, stylesheet, the ring around what has focus, Qt's own words.

    Costs about 20 ms; call it once, before the first window is shown."""
    from ui.kit.focus import FocusRing
    from ui.kit.qt_words import QtWords

    app.setStyle("Fusion")
    load_fonts()
    QFont.insertSubstitutions(FAMILY, list(_STAND_INS))
    app.setFont(font())
    app.setPalette(palette())
    app.setStyleSheet(stylesheet())
    if app.findChild(FocusRing) is None:
        FocusRing(app)
    if app.findChild(QtWords) is None:
        app.installTranslator(QtWords(app))


def restyle(widget: QWidget) -> None:
    """Have the stylesheet looked up again after a dynamic property changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def mark(widget: QObject, name: str, value: object) -> None:
    """Set a dynamic property that the stylesheet asks about, and repaint if it is new."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        if isinstance(widget, QWidget):
            restyle(widget)
