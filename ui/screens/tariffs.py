"""Tariffs: which one is in force at this counter, which is coming, and what each charges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_long, date_short, rupiah
from ui.kit import Card, Cell, Column, FactList, Header, Page, RowTable, label
from ui.news import RATES, news
from ui.runner import Runner
from ui.words import events, schemes

if TYPE_CHECKING:
    from kiosk.queries.tariffs import PackRow, TariffList
    from models.rules.tariffs import TariffPack, TariffRow


_STANDINGS = {"in_force": "ok", "upcoming": "amber", "past": "grey", "unpublished": "grey"}


class TariffsPage(Page):
    """«Tarif iuran». The list of tariffs, and beside it all that the one says on which one stands."""

    failed = Signal(object)

    def __init__(self, *, tariffs: Callable[[], TariffList], runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tariffs, self._runner = tariffs, runner
        self._build_list()
        self._build_one()
        news.changed.connect(self._on_news)

    # Built left to right

    def _build_list(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Tarif iuran"), " "))
        self.table = RowTable(
            [
                Column(_("Versi"), lambda one: Cell(str(one.pack.version), bold=one.standing == "in_force")),
                Column(_("Keadaan"), _state),
                Column(_("Berlaku"), _span),
                Column(_("Dasar hukum"), lambda one: one.pack.legal_basis, stretch=1),
            ],
            name=_("Tarif yang dikenal loket ini"),
            key=lambda one: (one.pack.id, one.pack.version),
        )
        card.add(self.table, 1)
        said = _("Tarif datang dari pusat saat disinkronkan. Yang dipakai: tarif pada tanggal uangnya dibayar.")
        card.add(label(said, "note", wrap=True))
        self.table.current_changed.connect(lambda _one: self._show_one())

    def _build_one(self) -> None:
        right = self.column(width=440)
        self.one = Card(" ", parent=self)
        self.rows = self.one.add(FactList())
        self.one.push_down()
        self.policies = self.one.add(label("", "note", wrap=True))
        right.addWidget(self.one, 1)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read again which tariffs there are."""
        self._runner.run(self._tariffs, self._on_tariffs, self.failed.emit)

    def first_focus(self) -> QWidget | None:
        """The list."""
        return self.table

    # What came

    def _on_tariffs(self, listed: TariffList) -> None:
        self.header.set(_("Tarif iuran"), _("keadaan pada {day}").format(day=date_long(listed.day)))
        self.table.set_rows(sorted(listed.rows, key=lambda row: list(_STANDINGS).index(row.standing)))

    def _show_one(self) -> None:
        row = self.table.current()
        self.rows.clear()
        self.policies.setText("")
        if row is None:
            return
        pack: TariffPack = row.pack
        self.one.set_heading(_("Tarif versi {version}").format(version=pack.version))
        for one in pack.rows:
            self.rows.add(*_row_words(one))
        limits = _("{least} sampai {most} per bulan").format(least=rupiah(pack.jht_min), most=rupiah(pack.jht_max))
        self.rows.add(_("JHT"), "", limits)
        self.policies.setText(" ".join(_policies(pack)))

    def _on_news(self, topic: str) -> None:
        if topic == RATES and self.isVisible():
            self.refresh()


def _state(one: PackRow) -> Cell:
    named = {
        "in_force": _("berlaku"),
        "upcoming": _("akan berlaku"),
        "past": _("tidak berlaku lagi"),
        "unpublished": _("tidak diterbitkan"),
    }
    return Cell(named[one.standing], kind=_STANDINGS[one.standing])


def _span(one: PackRow) -> str:
    first, last = date_short(one.pack.valid_from), one.pack.valid_to
    if last is None:
        return _("sejak {day}").format(day=first)
    return _("{first} sampai {last}").format(first=first, last=date_short(last))


def _row_words(row: TariffRow) -> tuple[str, str, str]:
    """What a row is for, what it costs, and below it what each further month costs, and how sure it is."""
    from models.rules.tariffs import Step, level
    from models.sentences import explain_step

    whom = [dict(schemes()).get(row.scheme or ""), dict(events()).get(row.event or "")]
    if row.phase == "before":
        whom = [_("sebelum berangkat, tidak dijual di loket")]
    name = _("{n} bulan").format(n=row.months) if row.months else _("Tiap bulan")
    said = [", ".join(filter(None, whom))]
    amount = row.base if row.months else row.per_month or 0
    if row.months and row.per_month is not None:
        said.append(_("+ {amount}/bln").format(amount=rupiah(row.per_month)))
    said.append(explain_step(Step.of(f"confidence.{level(row.confidence)}")))
    return name, rupiah(amount), " · ".join(filter(None, said))


def _policies(pack: TariffPack) -> list[str]:
    said = [
        _("Tidak pernah lebih dari paket berikutnya.")
        if pack.cap_at_next_package
        else _("Dapat lebih dari paket berikutnya; petugas diingatkan.")
    ]
    if pack.min_package is not None:
        said.append(_("Kurang dari {n} bulan dibayar sebagai paket {n} bulan.").format(n=pack.min_package))
    days = {
        "up": _("Hari kontrak di luar bulan penuh dihitung sebulan."),
        "nearest": _("Hari kontrak di luar bulan penuh dihitung sebulan mulai setengah bulan."),
        "down": _("Hari kontrak di luar bulan penuh tidak dihitung."),
    }
    said.append(days[pack.month_rounding])
    said.append(_("Paling lama {n} bulan.").format(n=pack.max_months))
    return said
