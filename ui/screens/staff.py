"""Staff: who may sign in at this counter, one's own password, and what this counter prints on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from models.language import _, ngettext
from models.rules.problems import Problem, Refused, Trouble
from ui.kit import (
    Card,
    Cell,
    Column,
    Dialog,
    FactList,
    Field,
    Header,
    LineField,
    Option,
    Page,
    PasswordField,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    Segments,
    Toast,
    confirm,
    label,
    show_problems,
)
from ui.news import STAFF, SYNC, news
from ui.runner import Runner, present
from ui.screens.printing import shown_printer
from ui.words import role

if TYPE_CHECKING:
    from kiosk.desk import Operator
    from kiosk.queries.home import Place, SyncState
    from kiosk.queries.reference import StaffRow
    from kiosk.usecases.printers import PrinterRow
    from kiosk.usecases.staff import Person

MANAGERS = ("penyelia", "admin")


class StaffPage(Page):
    """«Atur». F12 adds a person where the operator may, Ctrl+D tells whose data is here; everybody may change their own
    password."""

    sync_asked = Signal()
    holdings_asked = Signal()
    printers_asked = Signal()
    tariffs_asked = Signal()
    backups_asked = Signal()
    doctor_asked = Signal()
    failed = Signal(object)

    def __init__(
        self,
        *,
        everybody: Callable[[], list[Person]],
        add: Callable[[str, str, str, str], StaffRow],
        disable: Callable[[str], bool],
        change_password: Callable[[str, str, str], None],
        reset_password: Callable[[str, str], None],
        operator: Callable[[], Operator],
        place: Callable[[], Place],
        line: Callable[[], SyncState],
        printer: Callable[[], PrinterRow | None],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._add, self._disable = everybody, add, disable
        self._change, self._reset, self._operator = change_password, reset_password, operator
        self._place, self._line = place, line
        self._printer = printer
        self._runner = runner
        self._dialog: Dialog | None = None
        self._build_staff()
        self._build_counter()
        news.changed.connect(self._on_news)
        self._show_rights()

    # Built left to right

    def _build_staff(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Petugas"), " "))
        self.table = RowTable(
            [
                Column(_("Nama"), lambda one: Cell(one.row.name, bold=True), stretch=2),
                Column(_("Nama masuk"), lambda one: one.row.login or "–", stretch=1),
                Column(_("Peran"), lambda one: role(one.row.role)),
                Column(_("Di loket ini"), _here),
                Column(_("Keadaan"), _state),
            ],
            name=_("Petugas perwakilan ini"),
            key=lambda one: one.row.id,
        )
        card.add(self.table, 1)
        self.primary = PrimaryButton(_("Tambah petugas"), "F12", compact=True)
        self.reset = SecondaryButton(_("Kata sandi baru…"))
        self.disable = SecondaryButton(_("Nonaktifkan…"), danger=True)
        card.add_row(self.primary, self.reset, 1, self.disable, spacing=10)
        self.table.current_changed.connect(lambda _one: self._show_rights())
        self.primary.clicked.connect(self._ask_add)
        self.reset.clicked.connect(self._ask_reset)
        self.disable.clicked.connect(self._ask_disable)

    def _build_counter(self) -> None:
        right = self.column(width=400)
        own = Card(_("Kata sandi Anda"), parent=self)
        right.addWidget(own)
        self.who = own.add(FactList())
        self.change = SecondaryButton(_("Ganti kata sandi…"), icon="key")
        own.add(self.change)

        counter = Card(_("Loket ini"), parent=self)
        counter.body.setSpacing(8)
        right.addWidget(counter)
        self.facts = counter.add(FactList())
        self.to_sync = SecondaryButton(_("Sinkron"))
        self.to_holdings = SecondaryButton(_("Data siapa"), "Ctrl+D")
        self.to_printers = SecondaryButton(_("Pencetak"), "Ctrl+P")
        self.to_tariffs = SecondaryButton(_("Tarif"), "Ctrl+T")
        self.to_backups = SecondaryButton(_("Cadangan"), "Ctrl+B")
        self.to_doctor = SecondaryButton(_("Periksa loket"), "Ctrl+E")
        places = [self.to_sync, self.to_holdings, self.to_printers]
        places += [self.to_tariffs, self.to_backups, self.to_doctor]
        for start in range(0, len(places), 2):
            counter.add_row(*places[start : start + 2], spacing=8)
        self.printer = counter.add(label("", "note", wrap=True))
        right.addStretch(1)
        self.change.clicked.connect(self._ask_change)
        self.to_sync.clicked.connect(self.sync_asked)
        self.to_holdings.clicked.connect(self.holdings_asked)
        self.to_printers.clicked.connect(self.printers_asked)
        self.to_tariffs.clicked.connect(self.tariffs_asked)
        self.to_backups.clicked.connect(self.backups_asked)
        self.to_doctor.clicked.connect(self.doctor_asked)
        for keys, button in (
            ("Ctrl+D", self.to_holdings),
            ("Ctrl+B", self.to_backups),
            ("Ctrl+P", self.to_printers),
            ("Ctrl+T", self.to_tariffs),
            ("Ctrl+E", self.to_doctor),
        ):
            key = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.setAutoRepeat(False)
            key.activated.connect(button.click)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read staff, counter and printers again."""
        self._runner.run(self._read, self._on_people, self.failed.emit, owner=self)
        self._runner.run(lambda: (self._place(), self._line()), self._on_counter, self.failed.emit, owner=self)
        self._runner.run(self._printer, self._on_printer, self.failed.emit, on="paper", owner=self)

    def first_focus(self) -> QWidget | None:
        """The list."""
        return self.table

    def on_primary(self) -> None:
        """F12: in an open dialog its own button, else a new person."""
        self.primary.click()

    # Showing

    def _on_people(self, people: list[Person]) -> None:
        self.table.set_rows(people)
        active = sum(1 for one in people if one.row.active)
        here = sum(1 for one in people if one.here and one.row.active)
        said = ngettext("{n} petugas aktif", "{n} petugas aktif", active).format(n=active)
        signed = ngettext("{n} dapat masuk di loket ini", "{n} dapat masuk di loket ini", here).format(n=here)
        self.header.set(_("Petugas"), f"{said} · {signed}")
        self._show_rights()

    def _show_rights(self) -> None:
        who = self._operator()
        manages = who.role in MANAGERS
        one: Person | None = self.table.current()
        self.primary.setEnabled(manages)
        why = "" if manages else _("Hanya penyelia dan admin yang mengatur petugas.")
        for button in (self.primary, self.reset, self.disable):
            button.setToolTip(why)
            button.setAccessibleDescription(why)
        self.to_holdings.setEnabled(manages)
        why = "" if manages else _("Hanya penyelia dan admin yang melihat data siapa saja di loket ini.")
        self.to_holdings.setToolTip(why)
        self.to_holdings.setAccessibleDescription(why)
        chosen = manages and one is not None and one.row.active and one.row.login != who.login
        if one is not None and one.row.role == "admin" and who.role != "admin":
            chosen = False
        self.reset.setEnabled(chosen and one is not None and one.here)
        self.disable.setEnabled(chosen)
        self.who.clear()
        self.who.add(who.name, role(who.role), _("masuk sebagai {login}").format(login=who.login), bold=True)

    def _on_counter(self, found: tuple[Place, SyncState]) -> None:
        place, line = found
        self.facts.clear()
        self.facts.add(_("Loket"), place.counter, f"{place.mission_name} · {place.currency}")
        if place.certified:
            self.facts.add(_("Pusat"), line.centre_url or "–")
        else:
            self.facts.add(_("Pusat"), _("belum terdaftar"), kind="amber")

    def _on_printer(self, used: PrinterRow | None) -> None:
        if used is None:
            self.printer.setText(_("Tidak ada pencetak yang terpasang. Kertas dapat disimpan sebagai PDF."))
        else:
            said = _("Kuitansi dicetak di {printer}.").format(printer=shown_printer(used))
            self.printer.setText(said)

    # Dialogs

    def _ask_add(self) -> None:
        if not self.primary.isEnabled():
            return
        said = _("Petugas masuk dengan nama masuk dan kata sandi ini. Kata sandi dapat diganti sendiri kemudian.")
        dialog = Dialog(self, _("Tambah petugas"), said, yes=_("Tambah"))
        name, login, password = LineField(), LineField(), PasswordField()
        roles = [Option(code, role(code)) for code in ("petugas", "penyelia", "admin")]
        rank = Segments(roles, "petugas", spacing=8)
        rank.set_enabled("admin", self._operator().role == "admin", _("Hanya admin yang menambah admin."))
        fields = {
            "name": Field(_("Nama lengkap"), name),
            "login": Field(_("Nama masuk"), login, _("huruf kecil tanpa spasi, misalnya rina")),
            "role": Field(_("Peran"), rank),
            "password": Field(_("Kata sandi"), password, _("paling sedikit 8 huruf")),
        }
        self._open(
            dialog,
            fields,
            lambda: (login.value(), name.value(), rank.value(), password.value()),
            lambda given: self._add(*given),
            lambda given: _("{name} sekarang dapat masuk di loket ini.").format(name=given[1]),
        )

    def _ask_change(self) -> None:
        who = self._operator()
        dialog = Dialog(self, _("Ganti kata sandi"), yes=_("Ganti"))
        old, new, twice = PasswordField(), PasswordField(), PasswordField()
        fields = {
            "old": Field(_("Kata sandi sekarang"), old),
            "password": Field(_("Kata sandi baru"), new, _("paling sedikit 8 huruf")),
            "again": Field(_("Kata sandi baru, sekali lagi"), twice),
        }
        self._open(
            dialog,
            fields,
            lambda: (who.login, old.value(), new.value()),
            lambda given: self._change(*given),
            lambda _given: _("Kata sandi Anda sudah diganti."),
            same=(new, twice),
        )

    def _ask_reset(self) -> None:
        one: Person | None = self.table.current()
        if one is None:
            return
        row = one.row
        said = _("{name} masuk dengan kata sandi baru ini mulai sekarang.").format(name=row.name)
        dialog = Dialog(self, _("Kata sandi baru"), said, yes=_("Ganti"))
        new, twice = PasswordField(), PasswordField()
        fields = {
            "password": Field(_("Kata sandi baru"), new, _("paling sedikit 8 huruf")),
            "again": Field(_("Kata sandi baru, sekali lagi"), twice),
        }
        self._open(
            dialog,
            fields,
            lambda: (row.login, new.value()),
            lambda given: self._reset(*given),
            lambda _given: _("Kata sandi {name} sudah diganti.").format(name=row.name),
            same=(new, twice),
        )

    def _ask_disable(self) -> None:
        one: Person | None = self.table.current()
        if one is None:
            return
        row = one.row
        said = _("Kata sandinya tidak membuka apa pun lagi. Semua yang pernah dicatatnya tetap ada dan tetap dikirim.")
        self._dialog = confirm(
            self,
            _("Nonaktifkan {name}?").format(name=row.name),
            said,
            yes=_("Nonaktifkan"),
            on_yes=lambda: self._runner.run(
                lambda: self._disable(row.login),
                lambda now: self._on_disabled(row.name, now),
                self._on_refused,
                owner=self,
            ),
            danger=True,
        )

    def _on_disabled(self, name: str, rekeyed: bool) -> None:
        said = _("{name} tidak dapat masuk lagi.").format(name=name)
        if not rekeyed:
            said += " " + _("Kunci baru dibuat saat loket dibuka berikutnya.")
        Toast.show_on(self.window(), said)
        news.tell(STAFF, SYNC)
        self.refresh()

    def _on_refused(self, error: BaseException) -> None:
        self.failed.emit(error)
        self.refresh()

    def _open(
        self,
        dialog: Dialog,
        fields: dict[str, Field],
        read: Callable[[], tuple[Any, ...]],
        act: Callable[[tuple[Any, ...]], object],
        told: Callable[[tuple[Any, ...]], str],
        *,
        same: tuple[PasswordField, PasswordField] | None = None,
    ) -> None:
        """A form in a dialog: problems beside its fields, «done» when the use case has done it."""
        for field in fields.values():
            dialog.body.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        QWidget.setTabOrder(list(fields.values())[-1].editor, dialog.primary)

        def submit() -> None:
            dialog.set_problem(None)
            if same is not None and same[0].value() != same[1].value():
                show_problems(fields, [Problem("again", "password.differs")], focus=True)
                return
            given = read()
            dialog.primary.setEnabled(False)
            self._runner.run(lambda: act(given), lambda _none: done(given), refused, owner=dialog)

        def done(given: tuple[Any, ...]) -> None:
            dialog.accept()
            Toast.show_on(self.window(), told(given))
            news.tell(STAFF, SYNC)
            self.refresh()

        def refused(error: BaseException) -> None:
            dialog.primary.setEnabled(True)
            if isinstance(error, Refused):
                homeless = show_problems(fields, error.problems, focus=True)
                if homeless:
                    dialog.set_problem(present(error).sentence)
            elif isinstance(error, Trouble) and error.code == "store.wrong_password" and "old" in fields:
                show_problems(fields, [])
                fields["old"].set_problem(present(error).sentence)
                fields["old"].editor.setFocus()
            else:
                dialog.set_problem(present(error).sentence)

        dialog.primary.clicked.connect(submit)
        next(iter(fields.values())).editor.setFocus()
        self._dialog = dialog
        dialog.open()

    def _on_news(self, topic: str) -> None:
        if topic == STAFF and self.isVisible():
            self._runner.run(self._read, self._on_people, self.failed.emit, owner=self)


def _here(one: Person) -> Cell:
    return Cell(_("kata sandi ada"), kind="ok", plain=True) if one.here else Cell(_("belum"), kind="grey", plain=True)


def _state(one: Person) -> Cell:
    return Cell(_("Aktif"), kind="ok") if one.row.active else Cell(_("Nonaktif"), kind="grey")
