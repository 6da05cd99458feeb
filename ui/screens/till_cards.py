"""The till's cards: how the drawer stands, cash in or out, what a count came to, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_long, date_short, money, ngettext, number, time_short
from models.rules.money import Money
from ui import words
from ui.kit import (
    BigMoney,
    Card,
    Cell,
    Chip,
    Column,
    EmptyState,
    EnterMovesOn,
    FactList,
    Field,
    Header,
    LineField,
    Mark,
    MarkList,
    MoneyField,
    Option,
    PasswordField,
    RowTable,
    Segments,
    label,
    row,
)
from ui.kit.cards import empty
from ui.kit.tick import Tick
from ui.runner import Runner
from ui.screens.printing import PrintLine
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.queries.tills import TillStatus, ZReportRow
    from kiosk.usecases.papers import Paper, Sent
    from models.rules.tills import Compared

Local = Callable[[datetime], datetime]


def moment(at: datetime, local: Local) -> str:
    """«22 November 2026, 09.47»."""
    here = local(at)
    return f"{date_long(here.date())}, {time_short(here)}"


def signed(amount: Money) -> str:
    """«+NT$ 20», «-NT$ 5», «nol»."""
    if not amount.minor:
        return _("nol")
    return f"+{money(amount)}" if amount.minor > 0 else money(amount)


class StandingCard(Card):
    """Whether a till is open, who holds it, and what went in and out; while none is, the reports there are."""

    report_asked = Signal(str)

    def __init__(self, local: Local, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._local = local
        self.chip = Chip("grey", "", parent=self)
        self.header = self.add(Header("", "", self.chip))
        self.remarks = self.add(MarkList())
        self.facts = self.add(FactList())
        self.list_title = self.add(label("", "heading"))
        self.moves = RowTable(
            [
                Column(_("Pukul"), lambda one: self._when(one.at), width=150),
                Column(_("Arah"), lambda one: _("masuk") if one.way == "in" else _("keluar"), width=80),
                Column(_("Alasan"), lambda one: Cell(one.reason), stretch=1),
                Column(_("Petugas"), lambda one: one.operator, width=140),
                Column(_("Jumlah"), lambda one: Cell(money(one.amount), bold=True), width=130, right=True),
            ],
            name=_("Uang masuk dan keluar"),
            key=lambda one: one.at,
        )
        self.reports = RowTable(
            [
                Column(_("Laporan"), lambda one: Cell(one.number, bold=True), width=190),
                Column(_("Ditutup"), lambda one: self._when(one.closed_at), width=170),
                Column(_("Petugas"), lambda one: one.closed_by, stretch=1),
                Column(_("Catatan"), lambda one: Cell(_("Periksa"), kind="red") if one.flagged else "", width=96),
                Column(_("Kuitansi"), lambda one: number(one.receipts), width=80, right=True),
                Column(_("Selisih"), self._difference, width=150, right=True),
            ],
            name=_("Laporan Z"),
            key=lambda one: one.till_id,
        )
        self.nothing = EmptyState("till", "")
        for widget in (self.moves, self.reports, self.nothing):
            self.add(widget, 1)
        self.reports.opened.connect(lambda one: self.report_asked.emit(one.number))

    def show_status(self, status: TillStatus, reports: Sequence[ZReportRow]) -> None:
        """Read anew."""
        self.remarks.clear()
        self.facts.clear()
        session = status.open
        if session is None:
            self._show_shut(status, reports)
        else:
            self._show_open(status, reports)
        self.remarks.setVisible(self.remarks.findChild(Mark) is not None)

    def _show_open(self, status: TillStatus, reports: Sequence[ZReportRow]) -> None:
        session = status.open
        assert session is not None
        self.chip.set("ok" if status.mine else "amber", _("Kas buka") if status.mine else _("Dipegang orang lain"))
        self.header.set(_("Kas {number}").format(number=status.next_number), "")
        if status.days_open:
            self.remarks.add(
                "amber",
                _("Kas ini dibuka {day} dan belum ditutup.").format(day=date_long(session.opened_on)),
                _("Hitung dan tutup kas agar laporan hariannya lengkap."),
            )
        if not status.mine:
            self.remarks.add(
                "amber",
                _("{name} memegang kas ini.").format(name=status.holder),
                _("Minta serah terima, atau tutup kas dengan menulis alasan; penutupannya dicatat untuk diperiksa."),
            )
        self.facts.add(_("Dibuka"), moment(session.opened_at, self._local))
        self.facts.add(_("Pemegang kas"), status.holder, bold=True)
        # The drawer's own list first; as long as it is empty, what earlier sessions left to look at.
        shows_reports = not status.moves and status.to_check > 0 and bool(reports)
        self.list_title.setText(_("Laporan Z") if shows_reports else _("Uang masuk dan keluar"))
        self.moves.set_rows(status.moves)
        self.moves.setVisible(bool(status.moves))
        self.reports.set_rows(reports)
        self.reports.setVisible(shows_reports)
        self.nothing.set(
            _("Belum ada uang masuk atau keluar di luar pembayaran."),
            _("Uang receh yang ditambahkan dan uang yang diambil dicatat di sini, dengan alasannya."),
        )
        self.nothing.setVisible(not status.moves and not shows_reports)

    def _show_shut(self, status: TillStatus, reports: Sequence[ZReportRow]) -> None:
        self.chip.set("grey", _("Kas tutup"))
        last = status.last
        said = _("Terakhir ditutup oleh {name}, {when}")
        self.header.set(
            _("Kas belum dibuka"),
            said.format(when=moment(last.closed_at, self._local), name=last.closed_by) if last else "",
        )
        if not status.allowed:
            self.remarks.add(
                "grey",
                _("Perwakilan ini tidak menerima uang tunai."),
                _("Setoran bank dan kode iuran dicatat tanpa kas. Pusat yang mengatur penerimaan tunai."),
            )
        self.list_title.setText(_("Laporan Z") if reports else "")
        self.moves.hide()
        self.reports.set_rows(reports)
        self.reports.setVisible(bool(reports))
        self.nothing.set(
            _("Belum ada laporan Z."),
            _("Buka kas dengan menghitung uang di laci. Saat ditutup, laporannya tercetak."),
        )
        self.nothing.setVisible(not reports)

    def _when(self, at: datetime) -> str:
        here = self._local(at)
        return f"{date_short(here.date())} {time_short(here)}"

    @staticmethod
    def _difference(one: ZReportRow) -> Cell:
        if not one.differences:
            return Cell(_("nol"), second="", kind="red" if one.flagged else "", plain=True, bold=one.flagged)
        said = ", ".join(map(signed, one.differences))
        return Cell(said, kind="red" if one.flagged else "amber", plain=True, bold=True)


class MoveCard(Card):
    """Cash in or out that belongs to no receipt: how much, and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.way = "in"
        self.header = self.add(Header(""))
        form = EnterMovesOn(self)
        self.amount = MoneyField("IDR", big=True)
        self.amount_field = Field(_("Jumlah"), self.amount)
        self.currency = Segments([Option("IDR", "IDR")], "IDR", spacing=10)
        self.currency_field = Field(_("Mata uang"), self.currency)
        self.reason = LineField(longest=200, big=True)
        self.reason_field = Field(_("Alasan"), self.reason)
        self.alone = Tick(_("Penyelia tidak dapat dihubungi; dicatat untuk diperiksa"))
        self.alone.hide()
        from PySide6.QtWidgets import QVBoxLayout

        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(row(self.amount_field, self.currency_field))
        column.addWidget(self.reason_field)
        column.addWidget(self.alone)
        self.add(form)
        self.push_down()
        self.fields = {"amount": self.amount_field, "currency": self.currency_field, "reason": self.reason_field}
        self.currency.changed.connect(self.amount.set_currency)

    def begin(self, way: str, currencies: Sequence[str]) -> None:
        """An empty form."""
        self.way = way
        self.header.set(
            _("Uang masuk") if way == "in" else _("Uang keluar"),
            _("Uang yang ditambahkan ke laci tanpa kuitansi, misalnya uang receh.")
            if way == "in"
            else _("Uang yang diambil dari laci tanpa kuitansi, misalnya setoran siang hari."),
        )
        self.currency.set_options([Option(code, code) for code in currencies], currencies[0])
        self.currency_field.setVisible(len(currencies) > 1)
        self.amount.set_value(None)
        self.amount.setText("")
        self.amount.set_currency(currencies[0])
        self.reason.set_value("")
        self.alone.setChecked(False)
        self.alone.hide()
        for field in self.fields.values():
            field.set_problem(None)


class ReviewCard(Card):
    """What a confirmed count comes to beside the books, and what is still asked: why, how much goes where, to whom."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        from PySide6.QtWidgets import QVBoxLayout

        self.header = self.add(Header(""))
        holder = EnterMovesOn()
        holder.setObjectName("clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(16)
        self.remarks = MarkList()
        self.facts = FactList()
        self.reason = LineField(longest=200)
        self.reason_field = Field(_("Alasan"), self.reason)
        self.alone = Tick(_("Penyelia tidak dapat dihubungi; selisih dicatat untuk diperiksa"))
        self.login, self.password = LineField(longest=64), PasswordField()
        self.login_field = Field(_("Nama masuk penerima"), self.login)
        self.password_field = Field(_("Kata sandi penerima"), self.password)
        self.receiver = row(self.login_field, self.password_field)
        self._amounts = QWidget()
        self._amounts.setObjectName("clear")
        self._amounts_column = QVBoxLayout(self._amounts)
        self._amounts_column.setContentsMargins(0, 0, 0, 0)
        self._amounts_column.setSpacing(12)
        for widget in (self.remarks, self.facts, self._amounts, self.reason_field, self.alone, self.receiver):
            column.addWidget(widget)
        column.addStretch(1)
        area = scrolled()
        area.setWidget(holder)
        self.add(area, 1)
        self.amounts: dict[str, MoneyField] = {}
        self._amount_fields: dict[str, Field] = {}
        self.sums: tuple[Compared, ...] = ()
        self.stage = ""
        for editor in (self.reason, self.login, self.password):
            editor.changed.connect(lambda _value: self.changed.emit())
        self.alone.toggled.connect(lambda _on: self.changed.emit())

    def begin(self, stage: str, sums: Sequence[Compared], *, by_other: str = "") -> None:
        """Show what was counted. `by_other` names the holder who is not here: then it is asked why in any case."""
        self.stage, self.sums, self._always = stage, tuple(sums), bool(by_other)
        self.remarks.clear()
        titles = {"open": _("Buka kas"), "hand_over": _("Serah terima kas"), "close": _("Tutup kas")}
        self.header.set(titles[stage], "")
        if by_other:
            self.remarks.add(
                "amber",
                _("{name} memegang kas ini.").format(name=by_other),
                _("Tulis mengapa Anda yang menutupnya. Penutupan ini dicatat untuk diperiksa."),
            )
        self.remarks.setVisible(bool(by_other))
        empty(self._amounts_column)
        self.amounts, self._amount_fields = {}, {}
        for one in self.sums if stage != "hand_over" else ():
            code = one.counted.currency
            if stage == "open" and one.difference.minor <= 0:
                continue
            field = MoneyField(code, placeholder="0")
            self.amounts[code] = field
            said = _("Modal yang baru ditambahkan ({code})") if stage == "open" else _("Disetor ke bendahara ({code})")
            box = Field(said.format(code=code), field)
            field.changed.connect(lambda _amount: self._on_amount())
            self._amount_fields[code] = box
            self._amounts_column.addWidget(box)
            box.show()
        self._amounts.setVisible(bool(self.amounts))
        self.receiver.setVisible(stage == "hand_over")
        self.reason.set_value("")
        self.login.set_value("")
        self.password.clear()
        self.alone.setChecked(False)
        for problem in (self.reason_field, self.login_field, self.password_field):
            problem.set_problem(None)
        self._on_amount()

    def differences(self) -> list[Money]:
        """What differs, less what was said to be float."""
        found = []
        for one in self.sums:
            field = self.amounts.get(one.counted.currency) if self.stage == "open" else None
            brought = field.value() if field is not None else None
            found.append(one.difference - brought if brought is not None else one.difference)
        return found

    def second_needed(self) -> bool:
        """Whether a second person is to agree, as it stands now."""
        if self.alone.isChecked():
            return False
        return any(abs(one.minor) > of.limit for one, of in zip(self.differences(), self.sums, strict=True))

    def fields(self) -> dict[str, Field]:
        """Where problems stand."""
        return {
            "reason": self.reason_field,
            "receiver.login": self.login_field,
            "receiver.password": self.password_field,
            **{f"deposited.{code}": field for code, field in self._amount_fields.items()},
            **{f"brought.{code}": field for code, field in self._amount_fields.items()},
        }

    def first(self) -> QWidget | None:
        """What is to be filled in first."""
        for widget in (*self.amounts.values(), self.reason, self.login):
            if widget.isVisibleTo(self):
                return widget
        return None

    def _on_amount(self) -> None:
        differences = self.differences()
        self.facts.clear()
        for one, difference in zip(self.sums, differences, strict=True):
            beyond = abs(difference.minor) > one.limit
            self.facts.add(_("Dihitung ({code})").format(code=one.counted.currency), money(one.counted), bold=True)
            self.facts.add(_("Menurut catatan"), money(one.expected))
            kind = "" if not difference.minor else "red" if beyond else "amber"
            said = _("di atas batas: perlu orang kedua") if beyond else ""
            self.facts.add(_("Selisih"), signed(difference), said, bold=True, kind=kind)
            if self.stage == "close":
                given = self.amounts[one.counted.currency].value()
                left = one.counted - given if given is not None else one.counted
                self.facts.add(_("Tinggal di laci"), money(left))
        differs = any(one.minor for one in differences)
        self.reason_field.setVisible(differs or self._always)
        self.alone.setVisible(any(abs(d.minor) > one.limit for d, one in zip(differences, self.sums, strict=True)))
        self.changed.emit()


class DoneCard(Card):
    """What was done: the drawer is somebody else's now, or closed with its report on the way to the printer."""

    def __init__(
        self,
        *,
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.header = Header("")
        self.add_row(Mark("ok", parent=self), self.header, spacing=16).setStretch(1, 1)
        self.big = self.add(BigMoney(""))
        self.facts = self.add(FactList())
        self.remarks = self.add(MarkList())
        self.push_down()
        self.print_line = self.add(PrintLine(issue=issue, send=send, runner=runner))

    def begin(self, title: str, subtitle: str, big: str, amount: str) -> None:
        """Other words; the lists are empty again."""
        self.header.set(title, subtitle)
        self.big.title.setText(big)
        self.big.set(amount)
        self.big.setVisible(bool(big))
        self.facts.clear()
        self.remarks.clear()
        self.print_line.hide()


def left_over(unsent: int, drafts: Sequence[object]) -> list[tuple[str, str]]:
    """What a closed session leaves, in sentences."""
    said = []
    if unsent:
        waits = ngettext("{n} catatan belum terkirim ke pusat.", "{n} catatan belum terkirim ke pusat.", unsent)
        said.append((waits.format(n=number(unsent)), _("Tetap milik sesi ini dan dikirim saat daring.")))
    if drafts:
        kept = ngettext("{n} isian belum selesai.", "{n} isian belum selesai.", len(drafts))
        names = ", ".join(
            dict.fromkeys(f"{words.draft_screen(one.screen)} ({one.operator})" for one in drafts)  # type: ignore[attr-defined]
        )
        said.append((kept.format(n=number(len(drafts))), _("Dibawa ke sesi berikutnya: {names}.").format(names=names)))
    return said
