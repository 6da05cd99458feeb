"""Dates as Indonesians type them: 08121991, 8-12-1991, 8/12/91, 08 Des 1991; shown as 08 Des 1991."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from models.language import _
from ui.kit.fields import LineField

_SHORT: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
# The first three letters of every name that is used at the counter: Indonesian, English, and Agt for Agustus.
_MONTHS: Final[dict[str, int]] = {
    **{name.lower(): number for number, name in enumerate(_SHORT, 1)},
    "may": 5,
    "agt": 8,
    "ags": 8,
    "aug": 8,
    "oct": 10,
    "nop": 11,
    "dec": 12,
}


def read_date(text: str, *, today: date, earliest: date | None = None, latest: date | None = None) -> date | None:
    """The date that `text` means, or None. Day first; a year of two digits is the one that lies within the limits,
    and of two such years the one nearest to today. An ISO date (1991-12-08) is understood too."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        year, month, day = (int(part) for part in text.split("-"))
        return _date(year, month, day)
    if re.fullmatch(r"\d{6}|\d{8}", text):
        parts = [text[:2], text[2:4], text[4:]]
    else:
        parts = [part for part in re.split(r"[\s./,-]+", text) if part]
        if len(parts) == 1 and (joined := re.fullmatch(r"(\d{1,2})([a-z]+)(\d{2}|\d{4})", text)):
            parts = list(joined.groups())
    if len(parts) != 3:
        return None
    day_text, month_text, year_text = parts
    month = int(month_text) if month_text.isdecimal() else _month(month_text)
    if not day_text.isdecimal() or len(day_text) > 2 or not re.fullmatch(r"[0-9]{2}|[0-9]{4}", year_text):
        return None
    day = int(day_text)
    if len(year_text) == 4:
        return _date(int(year_text), month, day)
    found = [_date(century + int(year_text), month, day) for century in (1900, 2000)]
    candidates = [one for one in found if one is not None]
    within = [one for one in candidates if (earliest is None or one >= earliest) and (latest is None or one <= latest)]
    return min(within or candidates, key=lambda one: abs((one - today).days), default=None)


def _month(text: str) -> int:
    return _MONTHS.get(text[:3], 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def shown(day: date | None) -> str:
    """08 Des 1991; empty for None. Dates read the same in every language of the screen."""
    return "" if day is None else f"{day.day:02d} {_SHORT[day.month - 1]} {day.year}"


class DateField(LineField):
    """A date typed by hand, without a calendar to open. `changed(date | None)`.

    Up and Down move by a day, with Ctrl by a month's worth of 30 days; «hari ini» or «h» is today. Between `earliest`
    and `latest` (both inclusive) it accepts, otherwise it says so. `today` is the mission's day; the PC's if not given.
    """

    def __init__(
        self,
        value: date | None = None,
        *,
        earliest: date | None = None,
        latest: date | None = None,
        today: Callable[[], date] | None = None,
        placeholder: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            placeholder=_("tgl bln thn") if placeholder is None else placeholder, longest=30, parent=parent
        )
        self._earliest, self._latest = earliest, latest
        self._today = today or date.today
        self._value: date | None = None
        self._show(value)

    def value(self) -> date | None:  # type: ignore[override]
        """The date, or None while there is none that can be accepted."""
        return self._value

    def set_value(self, value: date | None) -> None:  # type: ignore[override]
        """Show a date; `changed` is sent if it is new."""
        new = value != self._value
        self._show(value)
        self.complaint.emit("")
        if new:
            self.changed.emit(value)

    def set_limits(self, earliest: date | None, latest: date | None) -> None:
        """Other limits, as when the contract's end must follow its start."""
        self._earliest, self._latest = earliest, latest
        self._take(self.text(), finished=not self.hasFocus())

    def _show(self, value: date | None) -> None:
        self._value = value
        self.setText(shown(value))

    def _on_edited(self, text: str) -> None:
        self._take(text, finished=False)

    def _take(self, text: str, *, finished: bool) -> None:
        asked = text.strip().lower()
        short_year = not re.search(r"\d{4}$|^\d{4}-", asked) or re.fullmatch(r"\d{4,6}", asked)
        found = (
            self._today()
            if asked in ("h", _("hari ini"))
            else read_date(text, today=self._today(), earliest=self._earliest, latest=self._latest)
        )
        if short_year and not finished and asked not in ("h", _("hari ini")):
            # 081219 may go on to 08121991: a short year counts once the field is left, or F12 is pressed.
            found = None
        complaint = ""
        if found is not None and self._earliest is not None and found < self._earliest:
            complaint = _("Paling awal {day}.").format(day=shown(self._earliest))
        elif found is not None and self._latest is not None and found > self._latest:
            complaint = _("Paling akhir {day}.").format(day=shown(self._latest))
        elif found is None and asked and (finished or len(re.sub(r"\D", "", asked)) >= 8):
            complaint = _("Tanggal tidak terbaca. Ketik seperti 08 12 1991.")
        accepted = None if complaint else found
        if finished and found is not None:
            self.setText(shown(found))
        self.complaint.emit(complaint)
        if accepted != self._value:
            self._value = accepted
            self.changed.emit(accepted)

    def settle(self) -> None:
        """What was typed is all there is: read it and write it out."""
        self._take(self.text(), finished=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.isReadOnly():
            step = 30 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            step = step if event.key() == Qt.Key.Key_Up else -step
            self._take(shown((self._value or self._today()) + timedelta(days=step)), finished=True)
            self.selectAll()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.text(), finished=True)
        super().keyPressEvent(event)
