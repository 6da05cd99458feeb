"""The counter: who is signed in at this window, its pages, and the ways from one to another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from models.language import _, date_short, ngettext, time_short
from models.rules.problems import Refused, Trouble
from ui import words
from ui.news import CLAIMS, CONTRIBUTIONS, PAPERS, RATES, STAFF, SYNC, TILL, WORKERS, news
from ui.runner import Runner, settle
from ui.screens.signin import SignInPage
from ui.shell import Shell

if TYPE_CHECKING:
    from uuid import UUID

    from httpx import Client

    from kiosk.desk import Desk, Operator
    from kiosk.devices.clock import Clock
    from kiosk.devices.printer import Printer
    from kiosk.forms.registration import Registration
    from kiosk.queries.clocks import ClockState
    from kiosk.queries.home import Place, SyncState
    from kiosk.queries.passports import Holder
    from kiosk.queries.tills import TillStatus
    from kiosk.steps import Steps
    from kiosk.sync.enrol import Enrolled
    from kiosk.sync.lookup import Elsewhere
    from kiosk.sync.sync import Progress as Step
    from kiosk.sync.sync import SyncReport
    from kiosk.usecases.backups import Backup
    from kiosk.usecases.books import Book, Kind
    from kiosk.usecases.papers import Paper, Sent
    from kiosk.usecases.print_jobs import PrintJob
    from kiosk.usecases.printers import PrinterRow
    from models.rules.mrz import Mrz
    from ui.screens.elsewhere import Elsewheres
    from ui.screens.home import Overview
    from ui.screens.same_person import SamePerson

T = TypeVar("T")
log = logging.getLogger("loket.ui")
IDLE_MINUTES = 5
LINE_SECONDS = 60
"""How often the line is tried while work waits for it, without anybody asking."""
LOOK_UP_SECONDS = 5.0
"""How long the centre may take to say who somebody may be, before the form goes on without it."""
PAPER_SECONDS = 2
"""How soon after a paper was sent its queue is asked what became of it; then after twice as long, and so on."""
PAPER_ASKS = 7
"""How often it is asked: for about four minutes."""
QUIET_MINUTES = 5
"""How often the centre is asked for news when nothing waits here."""


@dataclass(frozen=True)
class Opened:
    """What is known when somebody has signed in."""

    desk: Desk
    operator: Operator
    place: Place
    line: SyncState
    till: TillStatus


class Counter(QObject):
    """Holds the open desk; gives each page the callables it needs, and carries people from page to page.

    `folder` is the data folder; `clock`, `printer` and the `client` that the line speaks through are the real ones
    where none are given. The same Desk object serves as long as the window lives: at a hand-over it gets the next
    person's store and name."""

    def __init__(
        self,
        shell: Shell,
        runner: Runner,
        folder: Path,
        *,
        clock: Clock | None = None,
        printer: Printer | None = None,
        client: Client | None = None,
    ) -> None:
        super().__init__(shell)
        self.shell, self.runner, self.folder = shell, runner, folder
        self._clock, self._printer, self._client = clock, printer, client
        self._desk: Desk | None = None
        self._place: Place | None = None
        self._operator: Operator | None = None
        self._sign_in: SignInPage | None = None
        self._page_names: list[str] = []
        self._line: SyncState | None = None
        self._till_status: TillStatus | None = None
        self._counting = False
        self._exchanging = False
        self._asked_at: datetime | None = None
        self._line_timer = QTimer(self)
        self._line_timer.setInterval(LINE_SECONDS * 1_000)
        self._line_timer.timeout.connect(self._on_line_due)
        self._asks = 0
        self._paper_timer = QTimer(self)
        self._paper_timer.setSingleShot(True)
        self._paper_timer.timeout.connect(self._ask_papers)
        self._tell_sent = runner.teller(self._on_sent, owner=self)
        self._tell_answered = runner.teller(self._on_answered, owner=self)
        shell.operator_clicked.connect(self._on_operator)
        shell.sync_clicked.connect(self._on_sync_chip)
        shell.till_clicked.connect(lambda: self.show("till"))
        shell.searched.connect(self._on_searched)
        shell.search_entered.connect(self._on_search_entered)
        shell.search.installEventFilter(self)
        shell.scanned.connect(self.take_scan)
        shell.asked.connect(self._on_asked)
        shell.idle.connect(self.lock)
        shell.closing.connect(self.keep_drafts)
        news.changed.connect(self._on_news)
        for key, act in (("Ctrl+L", self.lock), ("F11", self._on_full_screen)):
            QShortcut(QKeySequence(key), shell, act)

    # Signing in and out

    def ask_who(self) -> SignInPage:
        """Put the sign-in over the window."""
        from kiosk.usecases.window import last_login

        page = SignInPage(self._open, self.runner, last_login(self.folder))
        page.set_place(_("Data loket: {folder}").format(folder=self.folder))
        page.signed_in.connect(self._on_signed_in)
        self._sign_in = page
        self.shell.lock(page)
        return page

    def warm(self) -> None:
        """Import what is heavy while somebody types, and say at once if there is no counter here."""

        def work() -> None:
            import kiosk.queries.home
            import kiosk.usecases.drafts
            import kiosk.usecases.papers
            import kiosk.usecases.workers
            from kiosk.usecases.window import is_prepared

            if not is_prepared(self.folder):
                raise Trouble("store.missing", path=self.folder)
            # What commands without a window left on the disk goes with the next start.
            try:
                kiosk.usecases.papers.sweep(self.folder, empty=True)
            except OSError as error:
                log.warning("papers stay in the print folder: %s", error.strerror)

        self.runner.run(work, lambda _done: settle(), self._on_not_ready, owner=self)

    def lock(self, *, hand_over: bool = False) -> None:
        """Cover the screen and keep everything on it; nobody goes on without a password."""
        if self._operator is None or self.shell.locked():
            return
        from ui.screens.locked import LockedPage

        self.keep_drafts()
        who = self._operator
        page = LockedPage(self._open, self.runner, who.login, who.name, words.role(who.role), hand_over=hand_over)
        page.signed_in.connect(self._on_signed_in)
        self.shell.set_idle_minutes(0)
        self.shell.lock(page)

    def keep_drafts(self) -> None:
        """Have every page keep what is typed in it."""
        for name in self._page_names:
            keep = getattr(self.shell.page(name), "keep_draft", None)
            if callable(keep):
                keep()

    def close(self) -> None:
        """Finish what was clicked, then let go of the database."""
        self.runner.close()
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def _open(self, login: str, password: str) -> Opened:
        """On the store lane: open the desk for whoever this is."""
        from kiosk.desk import Desk
        from kiosk.devices.clock import system_clock
        from kiosk.queries import home, tills
        from kiosk.usecases import window

        fresh = Desk.open(self.folder, login, password, clock=self._clock or system_clock)
        if self._desk is None:
            desk = fresh
        else:
            desk, old = self._desk, self._desk.store
            desk.store, desk.operator = fresh.store, fresh.operator
            old.close()
        self._desk = desk
        window.remember_login(self.folder, desk.operator.login)
        return Opened(desk, desk.operator, home.place(desk), home.sync_state(desk), tills.status(desk))

    def _on_not_ready(self, error: BaseException) -> None:
        if self._sign_in is not None and self.shell.locked():
            self._sign_in.show_trouble(error)

    def _on_signed_in(self, opened: object) -> None:
        assert isinstance(opened, Opened)
        first, before = self._place is None, self._operator
        self._place, self._operator = opened.place, opened.operator
        if first:
            self._add_pages()
        shell, who = self.shell, opened.operator
        shell.set_place(opened.place.mission_name, opened.place.counter)
        shell.set_operator(f"{who.name} · {words.role(who.role)}")
        shell.bar.operator.setAccessibleName(_("Petugas: {name}").format(name=who.name))
        self._show_line(opened.line)
        self._show_till(opened.till)
        if first:
            shell.show_page("home")
            self._line_timer.start()
        shell.unlock()
        self._sign_in = None
        shell.set_idle_minutes(IDLE_MINUTES)
        if before is not None and before.id != who.id:
            shell.forget_trail()
            # Whoever takes over may not be one who sees everybody at once.
            shell.drop_page("holdings")
            if shell.current() == "holdings":
                shell.show_page("home")
                shell.forget_trail()
            shell.toast(_("Loket diserahkan dari {before} kepada {name}.").format(before=before.name, name=who.name))
        self._say_open_till(opened.till)
        self._say_clock(opened.line.clock)
        self.runner.run(self._unprinted, self._say_unprinted, shell.present, on="paper", owner=self)

    def _say_open_till(self, status: TillStatus) -> None:
        """A till that nobody closed yesterday is said at every sign-in."""
        if status.open is None or not status.days_open:
            return
        said = _("Kas yang dipegang {name} dibuka {day} dan belum ditutup.")
        self.shell.show_banner(
            "amber",
            said.format(day=date_short(status.open.opened_on), name=status.holder),
            (_("Buka Kas"), lambda: self.show("till")),
        )

    def _say_unprinted(self, jobs: list[PrintJob]) -> None:
        if not jobs:
            return
        numbers = ", ".join(job.number for job in jobs[:3]) + (", …" if len(jobs) > 3 else "")
        said = ngettext(
            "{n} kertas belum dipastikan keluar: {numbers}.",
            "{n} kertas belum dipastikan keluar: {numbers}.",
            len(jobs),
        )
        first = jobs[0]
        self.shell.show_banner(
            "amber",
            said.format(n=len(jobs), numbers=numbers),
            (_("Lihat"), lambda: self.show_paper(first.number, first.id)),
        )

    # Pages

    def _add_pages(self) -> None:
        """Every page, in the order of the rail; each is made when it is first shown."""

        def add(
            name: str, title: str, icon: str, factory: Callable[[], QWidget], *, rail: bool = True, bottom: bool = False
        ) -> None:
            self._page_names.append(name)
            self.shell.add_page(name, title, icon, factory, rail=rail, bottom=bottom)

        add("home", _("Beranda"), "home", self._home)
        add("workers", _("Pekerja"), "people", self._workers)
        add("worker", _("Pekerja"), "people", self._worker, rail=False)
        add("documents", _("Dokumen pekerja"), "file", self._worker_documents, rail=False)
        add("cover", _("Masa perlindungan"), "people", self._cover_move, rail=False)
        add("membership", _("Kartu peserta"), "people", self._membership, rail=False)
        add("privacy", _("Data pribadi"), "people", self._privacy, rail=False)
        add("register", _("Pekerja baru"), "people", self._registration, rail=False)
        add("amend", _("Ubah data pekerja"), "people", partial(self._registration, amending=True), rail=False)
        add("tasks", _("Perlu diperiksa"), "people", self._tasks, rail=False)
        add("import", _("Impor daftar"), "people", self._import, rail=False)
        add("placement", _("Kontrak"), "people", self._placement, rail=False)
        add("receipts", _("Bayar"), "pay", self._receipts)
        add("pay", _("Bayar"), "pay", self._payment, rail=False)
        add("takeback", _("Batal & pengembalian"), "pay", self._take_back, rail=False)
        add("claims", _("Klaim"), "claim", self._claims)
        add("claim", _("Klaim baru"), "claim", self._claim, rail=False)
        add("deaths", _("Meninggal & hilang"), "people", self._deaths, rail=False)
        add("statement", _("Surat keterangan"), "people", self._statement, rail=False)
        add("till", _("Kas"), "till", self._till)
        add("check", _("Periksa"), "scan", self._check)
        add("books", _("Laporan"), "report", self._books)
        add("paper", _("Cetak"), "print", self._paper, rail=False)
        add("sync", _("Sinkron"), "sync", self._sync, bottom=True)
        add("staff", _("Atur"), "settings", self._staff, bottom=True)
        add("holdings", _("Data siapa di loket ini"), "people", self._holdings, rail=False)
        add("printers", _("Pencetak"), "print", self._printers_page, rail=False)
        add("tariffs", _("Tarif iuran"), "pay", self._tariffs, rail=False)
        add("backups", _("Cadangan"), "report", self._backups, rail=False)
        add("doctor", _("Pemeriksaan loket"), "shield", self._doctor, rail=False)

    def _home(self) -> QWidget:
        from kiosk.queries import lists, workers
        from ui.screens.home import HomePage

        return HomePage(
            runner=self.runner,
            search=self.on_desk(workers.search),
            lately=self.on_desk(lists.lately),
            overview=self._overview,
            open_worker=self.open_worker,
            pay=self.pay,
            claim=self.claim,
            register=self.register,
            scanned=self.take_typed,
            show=self.show,
            show_paper=self._show_unprinted,
            take_back=self.take_back,
            failed=self.shell.present,
        )

    def _workers(self) -> QWidget:
        from kiosk.queries import home, lists, workers
        from ui.screens.workers import WorkersPage

        return WorkersPage(
            runner=self.runner,
            search=self.on_desk(workers.search),
            lately=self.on_desk(lists.lately),
            expiring=self.on_desk(home.expiring),
            flagged=self.on_desk(lists.flagged),
            open_worker=self.open_worker,
            pay=self.pay,
            claim=self.claim,
            register=self.register,
            bring_in=self.bring_in,
            give_out=self.give_out,
            call_list=lambda: self.shell.show_page("books", report="perlindungan-berakhir"),
            failed=self.shell.present,
        )

    def _import(self) -> QWidget:
        from kiosk.usecases import exporting, importing
        from ui.screens.importing import ImportPage

        page = ImportPage(
            read=self.on_desk(importing.read_file),
            look=self.on_desk(importing.look),
            remember=self.on_desk(importing.remember),
            try_out=self.on_desk(importing.try_out),
            begin=self.on_desk(importing.Import),
            result=importing.result_sheet,
            blank=exporting.blank,
            save=exporting.save_sheet,
            **self._drafts(),
            open_worker=self.open_worker,
            told=self.shell.toast,
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    def _worker(self) -> QWidget:
        from kiosk.queries import memberships, workers
        from ui.screens.worker import WorkerPage

        return WorkerPage(
            runner=self.runner,
            card=self.on_desk(workers.card),
            membership=self.on_desk(memberships.membership_of),
            today=self.today,
            local=self.local,
            pay=self.pay,
            claim=self.claim,
            amend=self.amend,
            contract=self.contract,
            show_paper=self.show_paper,
            take_back=self.take_back,
            open_claim=self.open_claim,
            documents=self.open_documents,
            open_privacy=self.open_privacy,
            open_cover=self.open_cover,
            open_membership=self.open_membership,
            open_death=self.open_death,
            same_person=self._same_person(),
            failed=self.shell.present,
        )

    def _tasks(self) -> QWidget:
        from kiosk.queries import tasks as seen
        from kiosk.queries.needs import WRONG_FIELD, needs
        from kiosk.queries.privacy import tasks_open
        from kiosk.usecases import tasks
        from kiosk.usecases.approvals import MAY_APPROVE, Approval
        from ui.screens.tasks import TasksPage

        page = TasksPage(
            tasks=lambda: (needs(self.desk), seen.tasks(self.desk), tasks_open(self.desk)),
            settle=lambda task, note, second: tasks.settle(
                self.desk, task.entry_id, task.code, note, Approval(second.login, second.password) if second else None
            ),
            may_alone=lambda: self.desk.operator.role in MAY_APPROVE,
            open_worker=self.open_worker,
            open_cover=self.open_cover,
            open_privacy=self.open_privacy,
            open_sync=lambda: self.show("sync"),
            correct=lambda worker_id, field: self.amend(worker_id, field=field),
            wrong_field=lambda code: WRONG_FIELD.get(code, ""),
            local=self.local,
            runner=self.runner,
        )
        page.paper_asked.connect(self.show_paper)
        page.told.connect(self.shell.toast)
        page.failed.connect(self.shell.present)
        return page

    def _deaths(self) -> QWidget:
        from kiosk.queries.deaths import deaths
        from kiosk.usecases.deaths import tell_heir
        from ui.screens.deaths import DeathsPage

        page = DeathsPage(deaths=self.on_desk(deaths), tell=self.on_desk(tell_heir), runner=self.runner)
        page.worker_asked.connect(self.open_worker)
        page.statement_asked.connect(self.open_statement)
        page.told.connect(self.shell.toast)
        page.failed.connect(self.shell.present)
        return page

    def _statement(self) -> QWidget:
        from kiosk.queries import workers
        from kiosk.usecases import papers
        from kiosk.usecases.deaths import issue_statement
        from ui.screens.statement import StatementPage

        page = StatementPage(
            card=self.on_desk(workers.card),
            state=self.on_desk(issue_statement),
            issue=self.on_desk(papers.issue_once),
            send=self._send,
            today=self.today,
            operator=lambda: self.desk.operator.name,
            runner=self.runner,
        )
        page.paper_asked.connect(self.show_paper)
        page.done.connect(self.open_deaths)
        page.failed.connect(self.shell.present)
        return page

    def _membership(self) -> QWidget:
        from kiosk.queries import workers
        from kiosk.usecases.memberships import paper_of
        from ui.screens.membership import MembershipPage

        page = MembershipPage(
            name=lambda worker_id: workers.card(self.desk, worker_id).name,
            paper=self.on_desk(paper_of),
            send=lambda pdf, title: self.printer.send(pdf, title, to=self.page_printer()).queue,
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    def _cover_move(self) -> QWidget:
        from kiosk.queries.coverage import paid_days
        from kiosk.usecases import coverage, papers
        from kiosk.usecases.approvals import MAY_APPROVE, Approval
        from ui.screens.cover_move import CoverMovePage

        page = CoverMovePage(
            look=self.on_desk(paid_days),
            plan=coverage.plan,
            move=lambda form, second: coverage.move(
                self.desk, form, Approval(second.login, second.password) if second else None
            ),
            may_alone=lambda: self.desk.operator.role in MAY_APPROVE,
            issue=self.on_desk(papers.issue_once),
            send=self._send,
            today=self.today,
            runner=self.runner,
        )
        page.paper_asked.connect(self.show_paper)
        page.told.connect(self.shell.toast)
        page.failed.connect(self.shell.present)
        return page

    def _privacy(self) -> QWidget:
        from kiosk.queries import privacy as seen
        from kiosk.usecases import privacy
        from ui.screens.privacy import PrivacyPage

        return PrivacyPage(
            runner=self.runner,
            card=self.on_desk(seen.privacy_card),
            withdraw=self.on_desk(privacy.withdraw_consent),
            give=self.on_desk(privacy.give_consent),
            restrict=self.on_desk(privacy.restrict),
            lift=self.on_desk(privacy.lift_restriction),
            print_data=lambda worker_id: (
                self.printer.send(
                    privacy.print_data(self.desk, worker_id), _("Data pribadi"), to=self.page_printer()
                ).queue
            ),
            today=self.today,
            local=self.local,
            told=self.shell.toast,
            failed=self.shell.present,
        )

    def _same_person(self) -> SamePerson:
        """The cards about whether a person is one, and what was changed in their data."""
        from kiosk.queries import candidates, conflicts, history, workers
        from kiosk.usecases import merges
        from kiosk.usecases.workers import settle
        from ui.screens.same_person import Known, SamePerson

        def load(worker_id: UUID, revealed: bool) -> Known:
            card = workers.card(self.desk, worker_id, revealed=revealed)
            asked = card.registered and not card.erased and not card.hidden
            return Known(
                conflicts=conflicts.conflicts(self.desk, worker_id, revealed=revealed),
                alike=candidates.like_worker(self.desk, worker_id) if asked else [],
                others=() if card.hidden else card.others,
                history=history.history(self.desk, worker_id, revealed=revealed),
                hidden=card.hidden,
            )

        return SamePerson(
            runner=self.runner,
            load=load,
            settle=self.on_desk(settle),
            compare=self._keep_word,
            unmerge=self.on_desk(merges.unmerge),
            may_merge=lambda: self.desk.operator.role in merges.MAY_MERGE,
            local=self.local,
            open_worker=self.open_worker,
            told=self.shell.toast,
            failed=self.shell.present,
        )

    def _worker_documents(self) -> QWidget:
        from kiosk.devices import pictures
        from kiosk.queries import documents, workers
        from kiosk.sync.documents import fetch
        from kiosk.usecases.documents import keep_document
        from ui.screens.worker_documents import WorkerDocumentsPage

        page = WorkerDocumentsPage(
            name=lambda worker_id: workers.card(self.desk, worker_id).name,
            documents=self.on_desk(documents.of_worker),
            read=self.on_desk(fetch),
            prepare=lambda content, name, turn: pictures.prepare(content, name, turn=turn),
            keep=lambda worker_id, kind, content, name, turn: keep_document(
                self.desk, worker_id, kind, content, name, turn=turn
            ),
            local=self.local,
            open_worker=self.open_worker,
            told=self.shell.toast,
            runner=self.runner,
            scan=self._scan(),
        )
        page.failed.connect(self.shell.present)
        return page

    def _registration(self, *, amending: bool = False) -> QWidget:
        from kiosk.queries import workers as seen
        from kiosk.usecases import workers
        from kiosk.usecases.documents import keep_document
        from kiosk.usecases.mrz import read_page
        from ui.screens.registration import RegistrationPage

        return RegistrationPage(
            runner=self.runner,
            check=self.on_desk(workers.check),
            register=self.on_desk(workers.register),
            amend=self.on_desk(workers.amend),
            # The form stands on every field: whoever may correct has asked to see them.
            card=partial(self.on_desk(seen.card), revealed=True),
            candidates=self.on_desk(workers.candidates),
            is_same=self._is_same if amending else self.amend,
            elsewhere=None if amending else self._elsewhere(),
            passport=self._take_passport,
            **self._drafts(),
            today=self.today,
            now=self.now,
            country=self._mission_country(),
            open_worker=self.open_worker,
            pay=self.pay,
            told=self.shell.toast,
            failed=self.shell.present,
            read_page=lambda content, name: read_page(content, name, self.today()),
            keep_page=lambda worker_id, page: keep_document(
                self.desk, worker_id, "paspor", page.content, page.file_name, turn=page.turn
            ),
            scan=self._scan(),
            amending=amending,
        )

    def _placement(self) -> QWidget:
        from kiosk.queries import placements as written
        from kiosk.queries import workers
        from kiosk.usecases import placements
        from ui.screens.placements import PlacementPage

        page = PlacementPage(
            # Whoever writes a contract down has asked to see what stands there.
            card=partial(self.on_desk(workers.card), revealed=True),
            history=partial(self.on_desk(written.history), revealed=True),
            check=self.on_desk(placements.check),
            record=self.on_desk(placements.record),
            correct=self.on_desk(placements.correct),
            **self._drafts(),
            today=self.today,
            local=self.local,
            country=self._mission_country(),
            runner=self.runner,
        )
        page.recorded.connect(self._on_contract)
        page.failed.connect(self.shell.present)
        return page

    def _on_contract(self, worker_id: UUID, said: str) -> None:
        self.shell.toast(said)
        self.open_worker(worker_id)

    def _elsewhere(self) -> Elsewheres:
        """How a form asks for people of other missions."""
        from kiosk.sync import lookup
        from ui.screens.elsewhere import Elsewheres

        return Elsewheres(
            self.runner,
            look_up=self._look_up,
            borrow=lambda worker_id: lookup.borrow(self.desk, worker_id, client=self._client),
            has_line=lambda: self._line is not None and self._line.kind != "alone",
            failed=self.shell.present,
            parent=self,
        )

    def _look_up(self, form: Registration) -> tuple[Elsewhere, ...]:
        from kiosk.sync.lookup import Sought, look_up

        who = form.sought(self.today())
        kpj, *others = (*sorted(who.kpjs), "")
        phones = [*sorted(who.phones), "", ""]
        sought = Sought(
            name=who.name,
            name_on_id_card=who.name_on_id_card,
            birth_date=who.birth_date,
            sex=who.sex or "",
            mother_name=who.mother_name,
            nik=next(iter(who.niks), ""),
            passport_number=next(iter(who.passports), ""),
            kpj=kpj,
            other_kpjs=tuple(others),
            phone=phones[0],
            whatsapp=phones[1],
        )
        return look_up(self.desk, sought, client=self._client, deadline=LOOK_UP_SECONDS).found

    def _receipts(self) -> QWidget:
        from kiosk.queries import home
        from ui.screens.receipts import ReceiptsPage

        page = ReceiptsPage(receipts=self.on_desk(home.receipts_on), today=self.today, runner=self.runner)
        page.worker_asked.connect(self.open_worker)
        page.paper_asked.connect(self.show_paper)
        page.take_back_asked.connect(self.take_back)
        page.check_asked.connect(lambda: self.show("check"))
        page.search_asked.connect(lambda: self.show("home"))
        page.failed.connect(self.shell.present)
        return page

    def _take_back(self) -> QWidget:
        from kiosk.queries import voids as looking
        from kiosk.usecases import papers, refunds, voids
        from kiosk.usecases.approvals import Approval
        from ui.screens.void import TakeBackPage

        page = TakeBackPage(
            look=self.on_desk(looking.taking_back),
            void=lambda form, second: voids.void(self.desk, form, Approval(second.login, second.password)),
            ask=self.on_desk(refunds.request_refund),
            pay=lambda form, second: refunds.pay_refund(self.desk, form, Approval(second.login, second.password)),
            issue=self.on_desk(papers.issue_once),
            send=self._send,
            runner=self.runner,
        )
        page.paper_asked.connect(self.show_paper)
        page.told.connect(self.shell.toast)
        page.failed.connect(self.shell.present)
        return page

    def _payment(self) -> QWidget:
        from kiosk.queries.terms import payment_terms
        from kiosk.usecases import contributions, papers
        from kiosk.usecases.documents import keep_document
        from ui.screens.payment import PaymentPage

        page = PaymentPage(
            terms=self.on_desk(payment_terms),
            quote=self.on_desk(contributions.quote_payment),
            receive=self.on_desk(contributions.receive),
            issue=self.on_desk(papers.issue_once),
            send=self._send,
            **self._drafts(),
            keep_slip=lambda worker_id, content, name: keep_document(
                self.desk, worker_id, "bukti_bayar", content, name
            ),
            scan=self._scan(),
            runner=self.runner,
        )
        page.home_asked.connect(lambda: self.show("home"))
        page.paper_asked.connect(self.show_paper)
        page.claim_asked.connect(self.claim)
        page.failed.connect(self.shell.present)
        return page

    def _till(self) -> QWidget:
        from kiosk.queries import tills as stands
        from kiosk.usecases import papers, tills
        from ui.screens.till import TillActs, TillPage

        page = TillPage(
            TillActs(
                status=self.on_desk(stands.status),
                reports=self.on_desk(stands.z_reports),
                review_opening=self.on_desk(tills.review_opening),
                start=self.on_desk(tills.start),
                move=self.on_desk(tills.move),
                confirm=self.on_desk(tills.confirm_count),
                counted=self.on_desk(tills.counted_already),
                recount=self.on_desk(tills.recount),
                hand_over=self.on_desk(tills.hand_over),
                close=self.on_desk(tills.close),
                look_at=self.on_desk(tills.look_at),
            ),
            issue=self.on_desk(papers.issue_once),
            send=self._send,
            local=self.local,
            runner=self.runner,
            **self._drafts(),
        )
        page.counting.connect(self._on_counting)
        page.closed.connect(self._back_up_after_closing)
        page.paper_asked.connect(self.show_paper)
        page.home_asked.connect(lambda: self.show("home"))
        page.hand_over_asked.connect(lambda _name: self.lock(hand_over=True))
        page.failed.connect(self.shell.present)
        return page

    def _on_counting(self, on: bool) -> None:
        """What lies in the drawer is not to be read off the top bar by whoever counts it."""
        self._counting = on
        self._show_till(self._till_status)

    def _show_till(self, status: TillStatus | None) -> None:
        self._till_status = status
        if status is not None:
            self.shell.set_till(*words.till_state(status, counting=self._counting))
            self.shell.set_badge("till", status.to_check)

    def _claim(self) -> QWidget:
        from kiosk.queries import documents, workers
        from kiosk.sync.documents import fetch
        from kiosk.usecases import claims, drafts, memberships, papers
        from kiosk.usecases.mrz import read_page
        from ui.screens.claim import ClaimPage

        page = ClaimPage(
            card=self.on_desk(workers.card),
            examine=self.on_desk(claims.eligibility),
            file=self.on_desk(claims.file),
            issue=self.on_desk(papers.issue_once),
            send=self._send,
            today=self.today,
            scan=self._scan(),
            offered=self.on_desk(documents.offered),
            read=self.on_desk(fetch),
            membership_card=lambda worker_id: memberships.paper_of(self.desk, worker_id, "card"),
            read_page=lambda content, name: read_page(content, name, self.today()),
            **self._drafts(),
            load_files=self.on_desk(drafts.files_of),
            runner=self.runner,
        )
        page.home_asked.connect(lambda: self.show("home"))
        page.paper_asked.connect(self.show_paper)
        page.pay_asked.connect(self.pay)
        page.claim_asked.connect(self.open_claim)
        page.failed.connect(self.shell.present)
        return page

    def _check(self) -> QWidget:
        from kiosk.usecases import checks
        from ui.screens.check import CheckPage

        page = CheckPage(
            check=self.on_desk(checks.check), tokens_in=checks.tokens_in, runner=self.runner, local=self.local
        )
        page.paper_asked.connect(self.show_paper)
        page.take_back_asked.connect(self.take_back)
        page.failed.connect(self.shell.present)
        return page

    def _paper(self) -> QWidget:
        from kiosk.usecases import papers, print_jobs
        from ui.screens.paper import PaperPage

        page = PaperPage(
            preview=self.on_desk(papers.preview),
            issue=self.on_desk(papers.issue),
            again=self.on_desk(papers.again),
            send=self._send,
            note=self.on_desk(print_jobs.note),
            unconfirmed=self.on_desk(print_jobs.unconfirmed),
            confirm_sent=self.on_desk(print_jobs.confirm_sent),
            printers=self._printers,
            runner=self.runner,
            local=self.local,
        )
        page.failed.connect(self.shell.present)
        return page

    def _books(self) -> QWidget:
        from kiosk.usecases import books
        from ui.screens.books import Asked, BooksPage, Report

        def of_days(make: Callable[..., Steps[Book]]) -> Callable[[Asked, Kind], Steps[Book]]:
            return lambda asked, kind: make(self.desk, kind, asked.first, asked.last, everywhere=asked.everywhere)

        page = BooksPage(
            reports=[
                Report(
                    "buku-kas",
                    _("Buku kas harian"),
                    _("Uang masuk dan keluar dengan saldonya"),
                    "counters",
                    of_days(books.cash_book_as),
                ),
                Report(
                    "kuitansi",
                    _("Daftar kuitansi"),
                    _("Setiap kuitansi dan pembatalan"),
                    "counters",
                    of_days(books.receipt_list_as),
                ),
                Report(
                    "persamaan-uang",
                    _("Persamaan uang"),
                    _("Kuitansi = cara bayar = kas = pusat"),
                    "period",
                    lambda asked, kind: books.balance_sheet_as(self.desk, kind, asked.first, asked.last),
                ),
                Report(
                    "perlindungan-berakhir",
                    _("Perlindungan berakhir"),
                    _("Siapa yang perlu dihubungi"),
                    "ahead",
                    lambda asked, kind: books.expiring_list_as(self.desk, kind, asked.ahead),
                ),
                Report(
                    "klaim",
                    _("Klaim yang perlu dihubungi"),
                    _("Dokumen yang kurang, jawaban yang belum disampaikan"),
                    "now",
                    lambda _asked, kind: books.claim_list_as(self.desk, kind),
                ),
            ],
            send=lambda pdf, title: self.printer.send(pdf, title, to=self.page_printer()).queue,
            taken=self.on_desk(books.taken),
            today=self.today,
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    def _claims(self) -> QWidget:
        from kiosk.queries import claims as seen
        from kiosk.queries import documents
        from kiosk.sync.documents import fetch
        from kiosk.usecases import claims
        from kiosk.usecases.claim_answers import tell
        from kiosk.usecases.claim_papers import LetterKind, letter
        from kiosk.usecases.claim_reports import report
        from kiosk.usecases.claim_withdrawals import withdraw
        from ui.screens.claims import ClaimsPage

        def print_letter(number: str, kind: LetterKind) -> str:
            return self.printer.send(letter(self.desk, number, kind), number, to=self.page_printer()).queue

        page = ClaimsPage(
            claims=self.on_desk(seen.mission_claims),
            story=self.on_desk(seen.story),
            documents=self.on_desk(documents.of_claim),
            attach=self.on_desk(claims.attach),
            report=self.on_desk(report),
            withdraw=self.on_desk(withdraw),
            tell=self.on_desk(tell),
            letter=print_letter,
            today=self.today,
            local=self.local,
            one=self.on_desk(seen.claim_row),
            read=self.on_desk(fetch),
            detach=self.on_desk(claims.detach),
            scan=self._scan(),
            runner=self.runner,
        )
        page.worker_asked.connect(self.open_worker)
        page.paper_asked.connect(self.show_paper)
        page.search_asked.connect(lambda: self.show("home"))
        page.list_asked.connect(lambda: self.shell.show_page("books", report="klaim"))
        page.deaths_asked.connect(self.open_deaths)
        page.told.connect(self.shell.toast)
        page.failed.connect(self.shell.present)
        return page

    def _sync(self) -> QWidget:
        from kiosk.config import authority_file
        from kiosk.queries import home
        from kiosk.usecases.continuing import continue_journal
        from ui.screens.sync import SyncPage

        page = SyncPage(
            state=self.on_desk(home.sync_state),
            sync=self._exchange,
            enrol=self._enrol,
            authority=str(authority_file() or ""),
            go_on=lambda series: continue_journal(self.desk, series),
            carry=self.carry,
            runner=self.runner,
            local=self.local,
        )
        page.failed.connect(self.shell.present)
        return page

    def _staff(self) -> QWidget:
        from kiosk.queries import home
        from kiosk.usecases import staff
        from ui.screens.staff import StaffPage

        page = StaffPage(
            everybody=self.on_desk(staff.everybody),
            add=lambda login, name, role, password: staff.add(
                self.desk, login=login, name=name, role=role, password=password
            ),
            disable=self.on_desk(staff.disable),
            change_password=self.on_desk(staff.change_password),
            reset_password=self.on_desk(staff.reset_password),
            operator=lambda: self.desk.operator,
            place=self.on_desk(home.place),
            line=self.on_desk(home.sync_state),
            printer=lambda: next((one for one in self._printers()[0] if one.chosen), None),
            runner=self.runner,
        )
        page.sync_asked.connect(lambda: self.show("sync"))
        page.holdings_asked.connect(lambda: self.shell.show_page("holdings", rail="staff"))
        page.printers_asked.connect(lambda: self.shell.show_page("printers", rail="staff"))
        page.tariffs_asked.connect(lambda: self.shell.show_page("tariffs", rail="staff"))
        page.backups_asked.connect(lambda: self.shell.show_page("backups", rail="staff"))
        page.doctor_asked.connect(lambda: self.shell.show_page("doctor", rail="staff"))
        page.failed.connect(self.shell.present)
        return page

    def _printers_page(self) -> QWidget:
        from kiosk.usecases import printers
        from ui.screens.printers import PrintersPage

        page = PrintersPage(
            printers=self._printers,
            choose=lambda name, size, copies: printers.choose(self.desk, self.printer, name, size=size, copies=copies),
            forget=self.on_desk(printers.forget),
            try_out=lambda name: printers.try_out(self.desk, self.printer, name),
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    def _backups(self) -> QWidget:
        from kiosk.usecases import backups
        from ui.screens.backups import BackupsPage

        page = BackupsPage(
            state=self.on_desk(backups.state),
            make=self.on_desk(backups.back_up),
            choose=self.on_desk(backups.choose),
            local=self.local,
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    def _doctor(self) -> QWidget:
        from kiosk.sync.probe import probe
        from kiosk.usecases import doctor
        from ui.screens.doctor import DoctorPage

        page = DoctorPage(
            look=lambda: doctor.outside(self.desk.folder, self.printer) + doctor.inside(self.desk),
            ask_line=self.on_desk(probe),
            save=lambda path, found: doctor.save_diagnosis(path, self.desk, found),
            told=self.shell.toast,
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    def _back_up_after_closing(self) -> None:
        """The drawer is closed and its paper is under way: nobody waits for the copy."""
        from kiosk.usecases.backups import after_closing

        self.runner.run(lambda: after_closing(self.desk), self._on_backed_up, self.shell.present, on="line")

    def _on_backed_up(self, made: Backup | Trouble | None) -> None:
        if isinstance(made, Trouble):
            self.shell.present(made)
        elif made is not None:
            self.shell.toast(_("Cadangan dibuat: {name}").format(name=made.folder.name))

    def _tariffs(self) -> QWidget:
        from kiosk.queries.tariffs import tariff_list
        from ui.screens.tariffs import TariffsPage

        page = TariffsPage(tariffs=self.on_desk(tariff_list), runner=self.runner)
        page.failed.connect(self.shell.present)
        return page

    def _holdings(self) -> QWidget:
        from kiosk.usecases import exporting, holdings
        from ui.screens.holdings import HoldingsPage

        page = HoldingsPage(
            look=self.on_desk(holdings.look),
            look_on=self.on_desk(holdings.look_on),
            listed=self.on_desk(holdings.list_people),
            save=lambda path, made: exporting.save_sheet(path, made.sheet),
            local=self.local,
            open_worker=self.open_worker,
            told=self.shell.toast,
            runner=self.runner,
        )
        page.failed.connect(self.shell.present)
        return page

    # What pages are given

    def on_desk(self, act: Callable[..., T]) -> Callable[..., T]:
        """A use case or query with its desk filled in; to be called on the store lane."""

        def with_desk(*given: Any, **named: Any) -> T:
            return act(self.desk, *given, **named)

        return with_desk

    @property
    def desk(self) -> Desk:
        """The open desk. Only after somebody has signed in."""
        assert self._desk is not None, "nobody has signed in"
        return self._desk

    def now(self) -> datetime:
        """The time at the mission."""
        from zoneinfo import ZoneInfo

        return self._read_clock().astimezone(ZoneInfo(self._zone()))

    def local(self, at: datetime) -> datetime:
        """A moment in the mission's time."""
        return at.astimezone(self.now().tzinfo)

    @property
    def printer(self) -> Printer:
        """Where papers go."""
        if self._printer is None:
            from kiosk.devices.printer import SystemPrinter

            self._printer = SystemPrinter()
        return self._printer

    def _drafts(self) -> dict[str, Any]:
        """How a page keeps what is typed in it."""
        from kiosk.usecases import drafts

        return {
            "save_draft": self.on_desk(drafts.save),
            "load_drafts": self.on_desk(drafts.load),
            "drop_draft": self.on_desk(drafts.drop),
        }

    def _scan(self) -> Callable[[], bytes] | None:
        """One page from the scanner; None where there is none."""
        from kiosk.devices.scanner import ScanimageScanner

        scanner = ScanimageScanner()
        return scanner.scan if scanner.present() else None

    def _send(self, paper: Paper, to: str | None = None, sheets: int | None = None) -> Sent:
        """On the paper lane: hand a paper over, and begin to ask what becomes of it."""
        from kiosk.usecases import papers

        sent = papers.send(self.desk, paper, self.printer, to=to, sheets=sheets)
        if not sent.done:
            self._tell_sent()
        return sent

    def page_printer(self) -> str | None:
        """Where papers go that need a whole page; None for the system's own choice. Not on the drawing thread."""
        from kiosk.usecases import printers

        return printers.page_printer(self.desk, self.printer)

    def _printers(self) -> tuple[list[PrinterRow], int]:
        """The printers, the one that is used first; and how many sheets an original comes in."""
        from kiosk.usecases import printers

        return printers.listed(self.desk, self.printer), printers.printing(self.desk).copies

    def _unprinted(self) -> list[PrintJob]:
        """On the paper lane: what is not known to be out, after the queues were asked."""
        from kiosk.usecases import print_jobs

        with suppress(Trouble):  # whoever prints next is told
            print_jobs.ask(self.desk, self.printer)
        return print_jobs.unconfirmed(self.desk)

    def _on_sent(self) -> None:
        self._asks = 0
        self._paper_timer.start(PAPER_SECONDS * 1_000)

    def _ask_papers(self) -> None:
        """Ask the queues what became of their papers; less and less often, and no longer than some minutes."""
        from kiosk.usecases import print_jobs

        def asked(known: int) -> None:
            if known:
                news.tell(PAPERS)
            self._asks += 1
            if self._asks < PAPER_ASKS:
                self._paper_timer.start(PAPER_SECONDS * 1_000 << self._asks)

        self.runner.run(
            lambda: print_jobs.ask(self.desk, self.printer), asked, lambda _error: None, on="paper", owner=self
        )

    def _exchange(self, tell: Callable[[Step], None]) -> SyncReport:
        from kiosk.queries.claims import answers
        from kiosk.sync.sync import sync

        before = answers(self.desk)
        report = sync(self.desk, progress=tell, client=self._client)
        if report.pulled and not report.base:
            fresh = [one for one, said in answers(self.desk).items() if before.get(one) != said]
            if fresh:
                self._tell_answered(fresh)
        return report

    def _on_answered(self, claims: list[UUID]) -> None:
        """The centre has said something about claims of this mission: whoever is at the window hears of it."""
        said = ngettext("Pusat menjawab {n} klaim.", "Pusat menjawab {n} klaim.", len(claims)).format(n=len(claims))
        look: Callable[[], object] = partial(self.show, "claims-action")
        if len(claims) == 1:
            look = partial(self.open_claim, claims[0])
        self.shell.show_banner("blue", said, (_("Lihat"), look))

    def _on_line_due(self) -> None:
        """Try the line by itself when work waits for it, or when the centre was not asked for a while."""
        line = self._line
        if self._desk is None or line is None or line.kind == "alone" or self._exchanging:
            return
        waits = line.waiting or line.documents_waiting
        asked = self._asked_at
        if not waits and asked is not None and self._read_clock() - asked < timedelta(minutes=QUIET_MINUTES):
            return
        self._exchanging, self._asked_at = True, self._read_clock()
        self.runner.run(lambda: self._exchange(lambda _step: None), self._on_exchanged, self._on_line_down, on="line")

    def _on_exchanged(self, report: SyncReport) -> None:
        self._exchanging = False
        topics = (SYNC, WORKERS, CONTRIBUTIONS, CLAIMS, RATES, STAFF) if report.pulled or report.base else (SYNC,)
        news.tell(*topics)

    def _on_line_down(self, error: BaseException) -> None:
        """Nobody asked, so nobody is told: the chip says how much waits, the sync page why. A fault of ours is told."""
        self._exchanging = False
        if not isinstance(error, Trouble | Refused):
            self.shell.present(error)
        news.tell(SYNC)

    def _enrol(self, address: str, code: str, ca: str) -> Enrolled:
        from kiosk.sync.authority import read_file
        from kiosk.sync.enrol import enrol

        authority = read_file(Path(ca)) if ca else None
        return enrol(self.desk, address, code, authority=authority, client=self._client)

    def _zone(self) -> str:
        return self._place.zone if self._place else "UTC"

    def today(self) -> date:
        """The mission's business date."""
        return self.now().date()

    def _read_clock(self) -> datetime:
        return self._clock() if self._clock is not None else datetime.now(UTC)

    def _mission_country(self) -> str:
        from models.rules.missions import mission

        assert self._place is not None
        return mission(self._place.mission).country

    def _overview(self) -> Overview:
        from kiosk.queries import home
        from ui.screens.home import Overview

        return Overview(home.today(self.desk), home.sync_state(self.desk), self.now())

    # From page to page

    def open_worker(self, worker_id: UUID) -> None:
        """All about one person."""
        self.shell.show_page("worker", rail="workers", worker_id=worker_id)

    def open_documents(self, worker_id: UUID) -> None:
        """The papers kept of one person."""
        self.shell.show_page("documents", rail="workers", worker_id=worker_id)

    def open_cover(self, worker_id: UUID) -> None:
        """The days that were paid for this person, and where a supervisor lets them stand."""
        self.shell.show_page("cover", rail="workers", worker_id=worker_id)

    def open_death(self, worker_id: UUID) -> None:
        """What is known of this person's death or disappearance; where nothing is, the letter that states it."""
        from kiosk.queries.deaths import death_of

        self.runner.run(
            lambda: death_of(self.desk, worker_id),
            lambda known: self.open_deaths(worker_id) if known is not None else self.open_statement(worker_id),
            self.shell.present,
        )

    def open_deaths(self, worker_id: UUID | None = None) -> None:
        """Deaths and missing persons, on this one where one is named."""
        self.shell.show_page("deaths", rail="claims", worker_id=worker_id)

    def open_statement(self, worker_id: UUID) -> None:
        """The mission's letter about one person."""
        self.shell.show_page("statement", rail="claims", worker_id=worker_id)

    def open_membership(self, worker_id: UUID) -> None:
        """The certificate of membership and the statement of contributions of one person."""
        self.shell.show_page("membership", rail="workers", worker_id=worker_id)

    def open_privacy(self, worker_id: UUID) -> None:
        """What this person agreed to, and what they asked for."""
        self.shell.show_page("privacy", rail="workers", worker_id=worker_id)

    def register(self, name: str = "", mrz: tuple[str, ...] = ()) -> None:
        """The form for somebody new."""
        from ui.screens.registration import Prefilled

        self.shell.show_page("register", rail="workers", begin=Prefilled(mrz=mrz, name=name))

    def bring_in(self, path: Path | None = None) -> None:
        """The page that imports lists, with this file if one is given."""
        self.shell.show_page("import", rail="workers", path=path)

    def give_out(self, shown: list[UUID]) -> None:
        """Ask how much of whom is to be exported, and where to."""
        from kiosk.usecases import exporting
        from ui.screens.exporting import ExportDialog

        dialog = ExportDialog(
            self.shell,
            shown=shown,
            may_see_all=self.desk.operator.role in ("penyelia", "admin"),
            export=lambda ids, full, kind: exporting.export(self.desk, ids=ids, full=full, kind=kind),
            save=lambda path, made: exporting.save_sheet(path, made.sheet),
            told=self.shell.toast,
            runner=self.runner,
        )
        dialog.open()

    def carry(self) -> None:
        """What the centre lacks onto a stick, or what it sent on one from there."""
        from kiosk.devices.sticks import mounted
        from kiosk.queries.bundle_papers import manifests
        from kiosk.sync import incoming, outgoing
        from reports.bundle_manifest import render_bundle_manifest
        from ui.screens.sticks import SticksDialog

        def send_manifest(numbers: list[int]) -> str:
            queue = ""
            for paper in manifests(self.desk, numbers):
                queue = self.printer.send(
                    render_bundle_manifest(paper), _("Daftar bawaan"), to=self.page_printer()
                ).queue
            return queue

        dialog = SticksDialog(
            self.shell,
            sticks=mounted,
            export=lambda folder, size, everything: outgoing.export(
                self.desk, folder, size=size, everything=everything
            ),
            found=lambda folder: incoming.found(self.desk, folder),
            take=lambda files: incoming.take(self.desk, files),
            send_manifest=send_manifest,
            runner=self.runner,
        )
        dialog.carried.connect(lambda: news.tell(SYNC, WORKERS, CONTRIBUTIONS, CLAIMS, RATES, STAFF))
        dialog.open()

    def amend(self, worker_id: UUID, typed: dict[str, str] | None = None, field: str = "") -> None:
        """The form with everything known of this person, and over it what was typed for them as for somebody new. The
        cursor stands in `field`, where something there is asked about."""
        self.shell.show_page("amend", rail="workers", worker_id=worker_id, typed=typed, field=field)

    def _is_same(self, worker_id: UUID, _typed: dict[str, str]) -> None:
        """While one person was corrected, another turned out to be the same."""
        page = self.shell.page("amend")
        corrected = getattr(page, "worker_id", None)
        if corrected is not None:
            self.compare(corrected, worker_id, same=True)

    def compare(self, worker_id: UUID, other_id: UUID, *, same: bool) -> None:
        """Keep the clerk's word on two registrations; a supervisor joins them at once."""

        def done(joined: bool) -> None:
            told = (
                _("Dicatat; pusat memeriksa dan menggabungkan.") if same else _("Dicatat sebagai orang yang berbeda.")
            )
            self.shell.toast(_("Digabungkan menjadi satu orang.") if joined else told)
            news.tell(WORKERS)

        self.runner.run(lambda: self._keep_word(worker_id, other_id, same, ""), done, self.shell.present, owner=self)

    def _keep_word(self, worker_id: UUID, other_id: UUID, same: bool, remark: str) -> bool:
        """On the store's lane: keep it, and join the two if the operator may. Whether they were joined."""
        from kiosk.usecases import merges

        if same and self.desk.operator.role in merges.MAY_MERGE:
            merges.merge(self.desk, worker_id, other_id, remark)
            return True
        merges.compare(self.desk, worker_id, other_id, same=same, remark=remark)
        return False

    def contract(self, worker_id: UUID) -> None:
        """A further contract of this person, an extension, or one to be put right."""
        self.shell.show_page("placement", rail="workers", worker_id=worker_id)

    def pay(self, worker_id: UUID) -> None:
        """Take this person's contribution."""
        self.shell.show_page("pay", rail="receipts", worker_id=worker_id)

    def claim(self, worker_id: UUID) -> None:
        """File this person's claim."""
        self.shell.show_page("claim", rail="claims", worker_id=worker_id)

    def open_claim(self, claim_id: UUID) -> None:
        """A claim that was filed."""
        self.shell.show_page("claims", claim_id=claim_id)

    def show_paper(self, number: str, job: UUID | None = None) -> None:
        """A receipt or slip, to be read and printed; `job` where one of several papers that wait is meant."""
        self.shell.show_page("paper", rail="till" if "-Z-" in number else "receipts", number=number, job=job)

    def take_back(self, number: str) -> None:
        """A receipt by its number or id, to be voided or given back."""
        self.shell.show_page("takeback", rail="receipts", number=number)

    def check(self, text: str) -> None:
        """Whether a paper is genuine."""
        self.shell.show_page("check", text=text)

    def show(self, what: str) -> None:
        """A page by name, or one of the lists of workers or claims."""
        from ui.screens.workers import LISTS

        if what in LISTS:
            self.shell.show_page("workers", which=what)
        elif what.startswith("claims-"):
            self.shell.show_page("claims", which=what.removeprefix("claims-"))
        else:
            self.shell.show_page(what)

    def _show_unprinted(self) -> None:
        def shown(jobs: list[PrintJob]) -> None:
            if jobs:
                self.show_paper(jobs[0].number, jobs[0].id)

        self.runner.run(self._unprinted, shown, self.shell.present, on="paper", owner=self)

    # What is scanned or typed into a search box

    def take_scan(self, text: str) -> None:
        """A reader typed this, and the page in front had no use for it."""
        if not self.take_typed(text) and not self.shell.locked():
            self._seek(text)

    def take_typed(self, text: str) -> bool:
        """Whether the text is a passport, a receipt's QR or a paper's number; if so, go where it leads."""
        from models.rules.mrz import looks_like_mrz
        from models.rules.receipt_numbers import parse_number
        from models.rules.tills import as_z_number

        text = text.strip()
        if looks_like_mrz(text):
            self._take_passport(text)
            return True
        if is_token(text):
            self._take_token(text)
            return True
        report = as_z_number(text)
        if report is not None:
            self.show_paper(report)
            return True
        try:
            number = parse_number(text)
        except Refused:
            return False
        if number.claim:
            self.find_claim(str(number))
        else:
            self.show_paper(str(number))
        return True

    def _take_token(self, text: str) -> None:
        """A genuine slip opens its claim, so that what was brought can be added; any other paper is checked."""
        from models.rules.token import peek, token_text

        try:
            facts = peek(token_text(text))
        except Refused:
            self.check(text)
            return
        if facts.kind != "claim":
            self.check(text)
            return

        def work() -> UUID | None:
            from kiosk.usecases import checks, claims

            checked = checks.check(self.desk, text)
            return claims.find_claim(self.desk, facts.number) if checked.genuine and checked.known_here else None

        def done(claim_id: UUID | None) -> None:
            if claim_id is None:
                self.check(text)
                if self.shell.current() == "check":
                    self._say_where(facts.number)
            else:
                self.open_claim(claim_id)
                self.shell.toast(_("Tanda terima ini asli."))

        self.runner.run(work, done, self.shell.present, owner=self)

    def find_claim(self, number: str) -> None:
        """A claim by its number, of whatever mission; a paper of the same series otherwise. Where it is not here, what
        to do is said."""

        def work() -> UUID | None:
            from kiosk.queries.papers import find_paper
            from kiosk.usecases import claims

            with self.desk.read() as reading, suppress(Refused):
                if find_paper(reading.connection, number).kind != "claim":
                    return None
            return claims.find_claim(self.desk, number)

        def done(claim_id: UUID | None) -> None:
            if claim_id is None:
                self.show_paper(number)
            else:
                self.open_claim(claim_id)

        self.runner.run(work, done, self._on_no_claim, owner=self)

    def _say_where(self, number: str) -> None:
        """Where a claim is that is not here, if it is not."""
        from kiosk.usecases import claims

        def found(_claim_id: UUID) -> None:
            pass

        self.runner.run(lambda: claims.find_claim(self.desk, number), found, self._on_no_claim, owner=self)

    def _on_no_claim(self, error: BaseException) -> None:
        from models.sentences import sentence

        problem = error.problems[0] if isinstance(error, Refused) else None
        if problem is None or problem.code not in ("claim.not_here", "claim.not_synced"):
            self.shell.present(error)
        elif problem.code == "claim.not_here":
            self.shell.show_banner("amber", sentence(problem), (_("Cari di pusat"), self.register))
        else:
            self.shell.show_banner("amber", sentence(problem), (_("Sinkronkan"), lambda: self.show("sync")))

    def _take_passport(self, text: str) -> None:
        """Open whoever has or had this passport, else the form filled from it. One that cannot be read goes to the form
        as well: there the wrong digit is shown."""
        from kiosk.queries import passports
        from models.rules.mrz import mrz_lines, read_mrz

        lines = mrz_lines(text)
        try:
            passport = read_mrz(lines, self.today())
        except Refused:
            self.register(mrz=lines)
            return

        def found(holders: list[Holder]) -> None:
            likely = [one for one in holders if one.current] or holders
            if len(likely) > 1:
                self._seek(passport.number)
            elif likely:
                self._open_holder(likely[0], passport)
            else:
                self.register(mrz=lines)

        self.runner.run(lambda: passports.holders(self.desk, passport.number), found, self.shell.present, owner=self)

    def _open_holder(self, holder: Holder, passport: Mrz) -> None:
        self.open_worker(holder.worker_id)
        born, printed = holder.birth_date, passport.birth_date
        if born and printed and born != printed:
            said = _("Tanggal lahir pada paspor ini {printed}, pada data {name} {born}. Pastikan orangnya sama.")
            self.shell.show_banner(
                "amber", said.format(printed=date_short(printed), name=holder.name, born=date_short(born))
            )
        elif not holder.current:
            now = holder.passport_number
            self.shell.toast(
                _("Ini paspor lama {name}; yang tercatat sekarang {number}.").format(name=holder.name, number=now)
                if now
                else _("Ini paspor lama {name}.").format(name=holder.name),
                "amber",
            )

    def _seek(self, text: str) -> None:
        if self.shell.current() == "home":
            seek = getattr(self.shell.page(), "seek", None)
            if callable(seek):
                seek(text)
                return
        self.shell.show_page("workers", text=text)

    def _on_searched(self, text: str) -> None:
        if not text or self.shell.locked() or self._place is None:
            return
        from models.rules.mrz import looks_like_mrz

        if looks_like_mrz(text) or is_token(text):
            return
        if self.shell.current() != "workers":
            self.shell.show_page("workers", text=text)
            box = self.shell.search
            at = box.cursorPosition()
            box.setFocus(Qt.FocusReason.OtherFocusReason)
            box.deselect()
            box.setCursorPosition(at)
        else:
            seek = getattr(self.shell.page(), "seek", None)
            if callable(seek):
                seek(text)

    def _on_search_entered(self, text: str) -> None:
        if self.take_typed(text):
            self.shell.search.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.shell.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._walk(event)
        return super().eventFilter(watched, event)

    def _walk(self, event: QKeyEvent) -> bool:
        """Up, Down and Enter in the top bar's box walk and open the list that is shown for it."""
        text = self.shell.search.text().strip()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not text or (enter and self.take_typed(text)):
            if enter:
                self.shell.search.clear()
            return enter
        if enter and self.shell.current() != "workers":
            self._on_searched(text)
        walk = getattr(self.shell.page(), "walk", None)
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if callable(walk) and (enter or event.key() in keys):
            page_box = getattr(self.shell.page(), "box", None)
            if page_box is not None and page_box.value() != text:
                page_box.setText(text)
            walked = bool(walk(event))
            if enter:
                self.shell.search.clear()
            return walked
        return False

    # The window's own keys and chips

    def _on_asked(self, what: str) -> None:
        if self._place is None:
            return
        if what == "register":
            self.register()
        elif what in ("pay", "claim"):
            # Whom for is asked first.
            self.show("home")

    def _on_news(self, topic: str) -> None:
        if self._desk is None:
            return
        from kiosk.queries import home, tills

        if topic == SYNC:
            self.runner.run(lambda: home.place(self.desk), self._on_place, self.shell.present)
        self.runner.run(lambda: home.sync_state(self.desk), self._show_line, self.shell.present)
        if topic in (TILL, CONTRIBUTIONS, SYNC):
            self.runner.run(lambda: tills.status(self.desk), self._show_till, self.shell.present)

    def _on_place(self, place: Place) -> None:
        self._place = place
        self.shell.set_place(place.mission_name, place.counter)

    def _say_clock(self, clock: ClockState | None) -> None:
        """Said at every sign-in and after every exchange, until the clock is right or somebody vouches for the date."""
        if clock is None:
            return
        if clock.behind and clock.last_at is not None:
            here, last = self.local(clock.now), self.local(clock.last_at)
            said = _("Jam komputer menunjukkan {now}, padahal catatan terakhir dibuat {last}. Betulkan jamnya.").format(
                now=f"{date_short(here.date())} {time_short(here)}",
                last=f"{date_short(last.date())} {time_short(last)}",
            )
            self.shell.show_banner("amber", said, (_("Tanggal ini benar…"), self._ask_date))
        elif clock.skew_minutes:
            self.shell.show_banner(
                "amber", _("Jam komputer {skew}. Betulkan jamnya.").format(skew=words.clock_skew(clock.skew_minutes))
            )

    def _ask_date(self) -> None:
        """A supervisor says that the date is right; whoever is one already says so by pressing the button."""
        from kiosk.usecases.approvals import MAY_APPROVE, Approval
        from kiosk.usecases.clocks import confirm_date
        from ui.screens.second_person import SecondPersonDialog

        def done(_state: object) -> None:
            self.shell.toast(_("Tanggal ditegaskan."))
            news.tell(SYNC)

        if self.desk.operator.role in MAY_APPROVE:
            self.runner.run(lambda: confirm_date(self.desk), done, self.shell.present)
            return
        dialog = SecondPersonDialog(
            self.shell,
            _("Penyelia menegaskan tanggal"),
            _("Catatan berikutnya memakai tanggal yang ditunjukkan komputer sekarang."),
            yes=_("Tanggal ini benar"),
            approve=lambda agreed: confirm_date(self.desk, Approval(agreed.login, agreed.password)),
            runner=self.runner,
        )
        dialog.agreed.connect(done)
        dialog.open()

    def _on_sync_chip(self) -> None:
        """What needs somebody leads to the list of it; how the line stands, to the page of the line."""
        self.show("tasks" if self._line is not None and self._line.kind == "action" else "sync")

    def _show_line(self, line: SyncState) -> None:
        self._line = line
        at = time_short(self.local(line.last_synced)) if line.last_synced else ""
        self.shell.set_sync(*words.line_state(line, at))

    def _on_full_screen(self) -> None:
        if self.shell.isFullScreen():
            self.shell.showNormal()
        else:
            self.shell.showFullScreen()

    def _on_operator(self) -> None:
        menu = QMenu(self.shell)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Kunci layar\tCtrl+L"), self.lock)
        menu.addAction(_("Ganti petugas"), partial(self.lock, hand_over=True))
        menu.addSeparator()
        menu.addAction(_("Layar penuh\tF11"), self._on_full_screen)
        menu.addAction(_("Tutup program"), self.shell.close)
        chip = self.shell.bar.operator
        size = menu.sizeHint()
        menu.popup(chip.mapToGlobal(QPoint(chip.width() - size.width(), chip.height() + 6)))


def is_token(text: str) -> bool:
    """Whether this is the text of a receipt's QR, or the long word at its end."""
    import re

    written = text.strip().upper()
    return bool(re.fullmatch(r"HTTPS?://[^\s/]+/K/[A-Z2-7]+", written) or re.fullmatch(r"[A-Z2-7]{120,}", written))
