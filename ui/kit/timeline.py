"""Timeline: spans of days below one another on one scale of years, drawn and said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.language import _
from ui import theme
from ui.kit.dates import shown
from ui.kit.paint import metrics, words

_BAR, _HEAD, _FOOT, _NAMES = 14, 22, 26, 176
_LANE, _NARROW, _MOST = 30, 17, 240
"""How high a lane is, how low it gets where there are many, and how high all lanes may become before that."""


@dataclass(frozen=True)
class Lane:
    """One line: where it stands (both days included), where its paper says it stands if that differs, where it would
    stand if it is moved, and in a word what is wrong with it."""

    name: str
    stands: tuple[date, date]
    printed: tuple[date, date] | None = None
    planned: tuple[date, date] | None = None
    wrong: str = ""

    def said(self) -> str:
        """What a screen reader says."""
        parts = [_("{name}: {span}").format(name=self.name, span=_span(self.stands)), self.wrong]
        if self.printed:
            parts.append(_("tercetak {span}").format(span=_span(self.printed)))
        if self.planned:
            parts.append(_("dipindahkan ke {span}").format(span=_span(self.planned)))
        return ", ".join(part for part in parts if part)


class Timeline(QWidget):
    """Lanes on a scale of years, with a line at today and what each kind of bar means below. What stands is filled,
    what is wrong hatched and named, what a paper says otherwise dotted, where something would go outlined."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._lanes: tuple[Lane, ...] = ()
        self._today = date.min
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def set(self, lanes: Sequence[Lane], today: date) -> None:
        """Show these."""
        self._lanes, self._today = tuple(lanes), today
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(". ".join(lane.said() for lane in lanes))
        self.updateGeometry()
        self.update()

    def lanes(self) -> tuple[Lane, ...]:
        """What is shown."""
        return self._lanes

    def sizeHint(self) -> QSize:
        return QSize(420, _HEAD + self._lane * len(self._lanes) + _FOOT if self._lanes else 0)

    @property
    def _lane(self) -> int:
        return max(_NARROW, min(_LANE, _MOST // max(1, len(self._lanes))))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lanes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        days = [
            day for lane in self._lanes for span in (lane.stands, lane.printed, lane.planned) if span for day in span
        ]
        self._begin, self._end = min(days) - timedelta(days=20), max(days) + timedelta(days=20)
        bottom = _HEAD + self._lane * len(self._lanes)
        self._paint_years(painter, bottom)
        for at, lane in enumerate(self._lanes):
            self._paint_lane(painter, lane, _HEAD + at * self._lane)
        self._paint_today(painter, bottom)
        self._paint_legend(painter, bottom + 6)

    def _x(self, day: date) -> float:
        room = self.width() - _NAMES - 4
        return _NAMES + room * ((day - self._begin).days / max(1, (self._end - self._begin).days))

    def _rect(self, span: tuple[date, date], top: float, height: float) -> QRectF:
        left, right = self._x(span[0]), self._x(span[1] + timedelta(days=1))
        return QRectF(left, top, max(3.0, right - left), height)

    def _paint_years(self, painter: QPainter, bottom: float) -> None:
        font = theme.font(theme.size_key)
        for year in range(self._begin.year + 1, self._end.year + 1):
            x = self._x(date(year, 1, 1))
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(x, 4), QPointF(x, bottom))
            if x + 40 > self.width():
                continue
            words(painter, QRectF(x + 5, 2, 44, 16), str(year), colour=theme.tertiary, font=font, elide=False)

    def _paint_lane(self, painter: QPainter, lane: Lane, top: float) -> None:
        words(painter, QRectF(0, top, _NAMES - 12, self._lane), lane.name, font=theme.font(theme.size_small))
        middle = top + (self._lane - _BAR) / 2
        letters, tint = theme.kinds["red"] if lane.wrong else theme.kinds["brand"]
        rect = self._rect(lane.stands, middle, _BAR)
        painter.setPen(QPen(QColor(letters), 1.4))
        painter.setBrush(QColor(tint if lane.wrong or lane.planned else letters))
        painter.drawRoundedRect(rect, 4, 4)
        if lane.wrong:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(QColor(letters), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(rect, 4, 4)
        if lane.printed is not None:
            self._outline(painter, self._rect(lane.printed, middle - 2, _BAR + 4), theme.tertiary, Qt.PenStyle.DotLine)
        if lane.planned is not None:
            planned = self._rect(lane.planned, middle, _BAR)
            painter.setPen(QPen(QColor(theme.blue), 1.8))
            painter.setBrush(QColor(theme.blue_tint))
            painter.drawRoundedRect(planned, 4, 4)
        if lane.wrong:
            self._paint_wrong(painter, lane, rect, top)

    def _paint_wrong(self, painter: QPainter, lane: Lane, rect: QRectF, top: float) -> None:
        """In a word, where there is room for it: left of its bar, else right of all that is drawn in its lane."""
        font = theme.font(theme.size_key, bold=True)
        room = metrics(theme.size_key, True).horizontalAdvance(lane.wrong) + 4
        left = rect.left() - room - 6
        if left < _NAMES:
            spans = [span for span in (lane.stands, lane.printed, lane.planned) if span]
            left = max(self._rect(span, top, _BAR).right() for span in spans) + 6
        if left + room <= self.width():
            words(painter, QRectF(left, top, room, self._lane), lane.wrong, colour=theme.red, font=font, elide=False)

    def _outline(self, painter: QPainter, rect: QRectF, colour: str, style: Qt.PenStyle) -> None:
        painter.setPen(QPen(QColor(colour), 1.4, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 4, 4)

    def _paint_today(self, painter: QPainter, bottom: float) -> None:
        if not self._begin <= self._today <= self._end:
            return
        x = self._x(self._today)
        painter.setPen(QPen(QColor(theme.ink), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, 4), QPointF(x, bottom))
        font = theme.font(theme.size_key, bold=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.card))
        room = metrics(theme.size_key, True).horizontalAdvance(_("hari ini")) + 4
        left = min(max(float(_NAMES), x - room / 2), self.width() - room)
        painter.drawRect(QRectF(left - 2, 0, room + 2, 18))
        words(painter, QRectF(left, 1, room, 16), _("hari ini"), font=font, elide=False)

    def _paint_legend(self, painter: QPainter, top: float) -> None:
        font, measure = theme.font(theme.size_key), metrics(theme.size_key)
        left = float(_NAMES)
        for kind, said in (
            ("stands", _("berlaku")),
            *((("wrong", _("bermasalah")),) if any(lane.wrong for lane in self._lanes) else ()),
            *((("printed", _("tercetak di kuitansi")),) if any(lane.printed for lane in self._lanes) else ()),
            *((("planned", _("sesudah dipindahkan")),) if any(lane.planned for lane in self._lanes) else ()),
        ):
            rect = QRectF(left, top + 3, 22, 11)
            if kind == "printed":
                self._outline(painter, rect, theme.tertiary, Qt.PenStyle.DotLine)
            else:
                letters, tint = theme.kinds[{"stands": "brand", "wrong": "red", "planned": "blue"}[kind]]
                painter.setPen(QPen(QColor(letters), 1.4))
                painter.setBrush(QColor(letters if kind == "stands" else tint))
                painter.drawRoundedRect(rect, 3, 3)
                if kind == "wrong":
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QBrush(QColor(letters), Qt.BrushStyle.BDiagPattern))
                    painter.drawRoundedRect(rect, 3, 3)
            room = measure.horizontalAdvance(said) + 6
            words(painter, QRectF(left + 28, top, room, 17), said, colour=theme.secondary, font=font, elide=False)
            left += 28 + room + 16


def _span(days: tuple[date, date]) -> str:
    return _("{first} sampai {last}").format(first=shown(days[0]), last=shown(days[1]))
