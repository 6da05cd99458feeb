"""The kit: the small widgets that every screen is built of. Import them from here.

A widget's file is loaded when it is first asked for: the first window needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ui.kit.amounts import BigMoney, MoneyField, NumberField, grouped
    from ui.kit.buttons import PrimaryButton, QuietButton, SecondaryButton
    from ui.kit.cards import Card, EmptyState, Header, Page, empty, label
    from ui.kit.chips import Avatar, Chip, ChipButton, KeyHint, Mark, Steps
    from ui.kit.choice import Choice
    from ui.kit.dates import DateField, read_date, shown
    from ui.kit.dialogs import Dialog, confirm
    from ui.kit.facts import CoverBar, FactList, Figure, MarkList, MaskedText
    from ui.kit.fields import EnterMovesOn, Field, LineField, PasswordField, TextEdit, row, show_problems, show_refused
    from ui.kit.notices import Banner, Progress, Toast, announce, say_problem
    from ui.kit.pdf import PdfView
    from ui.kit.rows import Cell, Column, RowTable
    from ui.kit.tiles import Option, Segments, Tiles
    from ui.kit.timeline import Lane, Timeline

_HOMES: Final = {
    "amounts": "BigMoney MoneyField NumberField grouped",
    "buttons": "PrimaryButton QuietButton SecondaryButton",
    "cards": "Card EmptyState Header Page empty label",
    "chips": "Avatar Chip ChipButton KeyHint Mark Steps",
    "choice": "Choice",
    "dates": "DateField read_date shown",
    "dialogs": "Dialog confirm",
    "facts": "CoverBar FactList Figure MarkList MaskedText",
    "fields": "EnterMovesOn Field LineField PasswordField TextEdit row show_problems show_refused",
    "notices": "Banner Progress Toast announce say_problem",
    "pdf": "PdfView",
    "rows": "Cell Column RowTable",
    "tiles": "Option Segments Tiles",
    "timeline": "Lane Timeline",
}
_FILES: Final = {name: file for file, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _FILES:
        raise AttributeError(f"the kit has no {name!r}")
    found = getattr(import_module(f"ui.kit.{_FILES[name]}"), name)
    globals()[name] = found
    return found


__all__ = [
    "Avatar",
    "Banner",
    "BigMoney",
    "Card",
    "Cell",
    "Chip",
    "ChipButton",
    "Choice",
    "Column",
    "CoverBar",
    "DateField",
    "Dialog",
    "EmptyState",
    "EnterMovesOn",
    "FactList",
    "Field",
    "Figure",
    "Header",
    "KeyHint",
    "Lane",
    "LineField",
    "Mark",
    "MarkList",
    "MaskedText",
    "MoneyField",
    "NumberField",
    "Option",
    "Page",
    "PasswordField",
    "PdfView",
    "PrimaryButton",
    "Progress",
    "QuietButton",
    "RowTable",
    "SecondaryButton",
    "Segments",
    "Steps",
    "TextEdit",
    "Tiles",
    "Timeline",
    "Toast",
    "announce",
    "confirm",
    "empty",
    "grouped",
    "label",
    "read_date",
    "row",
    "say_problem",
    "show_problems",
    "show_refused",
    "shown",
]
