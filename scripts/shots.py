"""Shots: every screen to PNG in build/shots, at 1366×768, without a display, on a counter made up for it.

    python scripts/shots.py [--scale 150] [--size 1366x768] [NAME …]

To add a screen, write a function that brings it to the front and append it to `SHOTS`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication, QWidget

    from kiosk.desk import Desk
    from kiosk.devices.clock import HandClock
    from ui.counter import Counter
    from ui.shell import Shell

PASSWORD = "rahasia-123"  # noqa: S105 - of a counter that is thrown away
NOW = datetime(2026, 11, 22, 1, 47, tzinfo=UTC)
"""09.47 in Taipei."""


@dataclass
class Stage:
    """The window and whom it can show, by name."""

    app: QApplication
    shell: Shell
    counter: Counter
    people: dict[str, UUID]
    papers: dict[str, str]

    @property
    def page(self) -> Any:
        """The page in front."""
        return self.shell.page()

    def settle(self) -> None:
        """Let everything arrive: answers of the store, pauses in typing, layout."""
        from PySide6.QtTest import QTest

        if self.app.activeWindow() is None:
            # Without a window system nobody makes the window active again when a dialog over it is gone.
            self.shell.activateWindow()
        for _again in range(4):
            QTest.qWait(110)
            for _patience in range(100):
                if not self.counter.runner.busy():
                    break
                QTest.qWait(50)

    def type(self, text: str, into: QWidget | None = None) -> None:
        """By the keyboard, into what has the focus or into this."""
        from PySide6.QtTest import QTest

        if self.app.activeWindow() is None:
            self.shell.activateWindow()
        target = into or self.app.focusWidget()
        assert target is not None, "nothing has the focus"
        QTest.keyClicks(target, text)

    def scan(self, text: str) -> None:
        """As a reader does."""
        self.shell._on_scanned(text)

    def sign_in(self, login: str = "rina", password: str = PASSWORD) -> None:
        self.counter.ask_who()
        screen: Any = self.shell.centralWidget().currentWidget()  # type: ignore[union-attr]
        screen.login.editor.set_value(login)
        screen.password.editor.setText(password)
        screen.primary.click()
        self.settle()


# The counter and its people


def make_counter(folder: Path) -> tuple[Desk, HandClock, dict[str, UUID], dict[str, str]]:
    """A made-up mission's counter with a handful of people, their receipts and a claim."""
    from kiosk.devices.clock import HandClock
    from kiosk.devices.printer import PretendPrinter
    from kiosk.forms.claim import ClaimForm
    from kiosk.forms.payment import LineForm, Payment
    from kiosk.forms.registration import HeirForm, Registration
    from kiosk.store.keys import Cost
    from kiosk.usecases import claims, contributions, papers, print_jobs, staff, terminals, workers
    from models.rules.claims import benefits

    clock = HandClock(NOW)
    cheap = Cost(passes=1, memory_kib=8, lanes=1)
    desk, _code = terminals.initialise(
        folder,
        mission_code="TPE",
        series="TPE3",
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        clock=clock,
        cost=cheap,
    )
    staff.add(desk, login="budi", name="Budi S.", role="penyelia", password=PASSWORD, cost=cheap)
    staff.add(desk, login="dewi", name="Dewi Anggraini", role="petugas", password=PASSWORD, cost=cheap)
    _publish(desk)
    people: dict[str, UUID] = {}
    numbers: dict[str, str] = {}
    for name, passport, nik, born, employer, job, start, end, months in _PEOPLE:
        clock.now = min(NOW, datetime(start.year, start.month, start.day, 3, tzinfo=UTC))
        form = Registration(
            name=name,
            passport_number=passport,
            passport_expiry=date(2031, 2, 14),
            nik=nik,
            birth_place="Malang",
            birth_date=born,
            sex="F" if int(nik[6:8]) > 40 else "M",
            mother_name="SUMIATI",
            phone="+886 912 345 678",
            employer=employer,
            job=job,
            contract_start=start,
            contract_end=end,
            scheme="p3mi",
            heirs=(HeirForm(name="AHMAD FAUZI", relation="suami", phone="0812 3456 7890"),),
            bank_name="BRI",
            bank_account="012345677712",
            bank_holder=name,
            bank_owner="own",
            kpj="21034567891" if name == "SITI NURHALIZA" else None,
            consent=True,
            confirmed=("nik.birth_date", "nik.sex"),
        )
        people[name] = workers.register(desk, form).worker_id
        if months:
            paid = Payment(
                worker_id=str(people[name]),
                programme="JKK+JKM",
                months=months,
                tender="kode_iuran",
                reference=f"8808 {passport[1:5]} {passport[4:]}",
            )
            numbers[name] = contributions.receive(desk, paid).number
    clock.now = NOW - timedelta(minutes=40)
    siti = str(people["SITI NURHALIZA"])
    jht = Payment(
        worker_id=siti,
        lines=(LineForm(programme="JHT", months=6, monthly_idr=100_000),),
        tender="bank_slip",
        currency="TWD",
        reference="0071 2231",
    )
    numbers["JHT"] = contributions.receive(desk, jht).number
    hurt = ClaimForm(
        worker_id=siti,
        kind=next(one.code for one in benefits() if one.programme == "JKK"),
        event_date=date(2026, 11, 3),
        description="Jatuh dari tangga di tempat kerja.",
        filed_by="worker",
    )
    numbers["claim"] = claims.file(desk, hurt).number
    printer = PretendPrinter()
    for owed in print_jobs.unconfirmed(desk):
        papers.send(desk, papers.issue(desk, owed.number), printer)
    print_jobs.confirm_sent(desk)
    clock.now = NOW
    return desk, clock, people, numbers


def _publish(desk: Desk) -> None:
    """What the centre would have sent: the day's rate, and that cash is taken. Posted into the ledger, as a pull does;
    our own journal does not speak for the centre."""
    from models.journal.entry import Author, write_entry
    from models.journal.ids import new_id
    from models.journal.keys import SigningKey
    from models.journal.reference import MissionPublished, RatePublished
    from models.posting import post

    key, centre = SigningKey.new(), new_id()
    bodies = (
        MissionPublished(mission_id=uuid5(NAMESPACE_URL, "loket:mission:TPE"), mission="TPE", cash_allowed=True),
        RatePublished(mission="TPE", currency="TWD", valid_from=date(2024, 1, 1), idr_per_unit=Decimal("498.75")),
        RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 11, 22), idr_per_unit=Decimal("512.40")),
    )
    with desk.work() as work:
        before = bytes(32)
        for at, body in enumerate(bodies, 1):
            entry = write_entry(
                body,
                Author(centre, 1, centre, "Asia/Jakarta", None),
                id=new_id(),
                seq=at,
                rev=1,
                at=NOW,
                prev=before,
                sign=key.sign,
            )
            before = entry.hash
            post(work.connection, [entry])


_PEOPLE = (
    (
        "SITI NURHALIZA",
        "C4821907",
        "3507105203940003",
        date(1994, 3, 12),
        "Chen Mei-ling, Taipei",
        "Perawat lansia",
        date(2024, 12, 11),
        date(2026, 12, 10),
        24,
    ),
    (
        "SITI NURJANAH",
        "B7719025",
        "3322044201890001",
        date(1989, 1, 2),
        "Formosa Textile",
        "Operator mesin",
        date(2026, 1, 12),
        date(2028, 1, 11),
        24,
    ),
    (
        "NUR SITI AISYAH",
        "E1093348",
        "5203136308980002",
        date(1998, 8, 23),
        "Lin Jia-hao, New Taipei",
        "Perawat lansia",
        date(2024, 2, 4),
        date(2026, 2, 3),
        24,
    ),
    (
        "SITI NURAINI MEGAWATI HANDAYANI PUTRI KUSUMANINGRUM",
        "C0027719",
        "3511044912910004",
        date(1991, 12, 8),
        "KM Hai Feng 8 (海豐八號), Kaohsiung Deep Sea Fishery Cooperative",
        "Awak kapal ikan",
        date(2026, 10, 1),
        date(2028, 9, 30),
        0,
    ),
    (
        "SUKARNO",
        "D5510392",
        "3273110506900007",
        date(1990, 6, 5),
        "陳美玲 Chen Mei-ling",
        "Pekerja konstruksi",
        date(2026, 9, 1),
        date(2028, 8, 31),
        24,
    ),
)


# The screens


def passport_lines() -> str:
    from models.rules.mrz import make_mrz

    return "\n".join(
        make_mrz(
            surname="LESTARI",
            given="DEWI AYU",
            number="E7730021",
            birth_date=date(1996, 12, 8),
            sex="F",
            expiry=date(2032, 5, 2),
        )
    )


def sign_in(stage: Stage) -> None:
    stage.shell.unlock()
    stage.counter.ask_who()


def sign_in_wrong(stage: Stage) -> None:
    stage.shell.unlock()
    stage.sign_in(password="bukan-ini")  # noqa: S106 - wrong on purpose


def home(stage: Stage) -> None:
    stage.shell.unlock()
    stage.shell.show_page("home")
    stage.page.box.clear()
    stage.page.box.setFocus()
    stage.type("siti nur")


def home_blank(stage: Stage) -> None:
    stage.shell.show_page("home")
    stage.page.box.clear()
    stage.page.seek("")


def home_nobody(stage: Stage) -> None:
    stage.shell.show_page("home")
    stage.page.seek("zubaidah")


def worker(stage: Stage) -> None:
    stage.counter.open_worker(stage.people["SITI NURHALIZA"])
    stage.settle()
    stage.page.history.setFocus()


def worker_long(stage: Stage) -> None:
    stage.counter.open_worker(stage.people["SITI NURAINI MEGAWATI HANDAYANI PUTRI KUSUMANINGRUM"])


def contract(stage: Stage) -> None:
    """An extension, as F3 offers it."""
    stage.counter.contract(stage.people["SITI NURHALIZA"])


def contract_correction(stage: Stage) -> None:
    """The contract on record put right: months that its days do not come to, a journey home."""
    page = stage.page
    page.what.set_value(page.what.itemData(2))
    page.fields["months"].editor.set_value("36")
    page.fields["departure"].editor.set_value(date(2024, 12, 2))
    page.reason.editor.set_value("lama kontrak salah tulis")
    stage.settle()
    page.primary.click()
    stage.settle()
    stage.counter.contract(stage.people["SITI NURHALIZA"])


def _sold_twice(stage: Stage) -> UUID:
    """Somebody who extended here, and at another counter that did not know it."""
    from sqlalchemy import select

    from kiosk.desk import keep, kept
    from kiosk.forms.payment import LineForm, Payment
    from kiosk.store.keys import Cost
    from kiosk.store.tables import entry as entries
    from kiosk.usecases import contributions, terminals
    from models.posting import post

    someone = stage.people["SITI NURJANAH"]
    if "sold-twice" in stage.papers:
        return someone

    def all_of(desk: Desk) -> list[Any]:
        with desk.read() as work:
            return [kept(row) for row in work.connection.execute(select(entries).order_by(entries.c.seq))]

    def bring(desk: Desk, brought: list[Any]) -> None:
        with desk.work() as work:
            known = set(work.connection.scalars(select(entries.c.id)))
            fresh = [one for one in brought if one.id not in known]
            keep(work.connection, fresh)
            post(work.connection, fresh)

    here = stage.counter.desk
    with tempfile.TemporaryDirectory() as folder:
        there, _code = terminals.initialise(
            Path(folder) / "data",
            mission_code="TPE",
            series="TPE4",
            login="wati",
            password=PASSWORD,
            name="Wati",
            clock=here.clock,
            cost=Cost(passes=1, memory_kib=8, lanes=1),
        )
        bring(there, all_of(here))
        for desk, months in ((here, 12), (there, 6)):
            lines = [LineForm(programme="JKK+JKM", months=months)]
            if desk is here:
                lines.append(LineForm(programme="JHT", months=3, monthly_idr=100_000))
            paid = Payment(
                worker_id=str(someone), lines=tuple(lines), tender="bank_slip", reference=f"BNI 2211 {months:04}"
            )
            stage.papers["sold-twice"] = contributions.receive(desk, paid).number
        bring(here, all_of(there))
        there.close()
    return someone


def cover_move(stage: Stage) -> None:
    """Two counters sold the same days; the later is proposed to follow."""
    stage.counter.open_cover(_sold_twice(stage))
    stage.settle()
    stage.page._reason.set_value("dibayar di dua loket pada hari yang sama")


def cover_move_wrong(stage: Stage) -> None:
    """A day on which the line would still fall on days that are paid."""
    stage.counter.open_cover(_sold_twice(stage))
    stage.settle()
    next(iter(stage.page.days.values())).editor.setFocus()
    next(iter(stage.page.days.values())).editor.selectAll()
    stage.type("1 3 2028")


def cover_move_second(stage: Stage) -> None:
    stage.sign_in("rina")
    stage.counter.open_cover(_sold_twice(stage))
    stage.settle()
    stage.counter.desk.operator = type(stage.counter.desk.operator)(
        stage.counter.desk.operator.id, "rina", "Rina W.", "petugas"
    )
    next(iter(stage.page.days.values())).editor.setText("")
    next(iter(stage.page.days.values())).editor.set_value(date(2029, 1, 12))
    stage.page._reason.set_value("dibayar di dua loket pada hari yang sama")
    stage.page.on_primary()


def cover_moved(stage: Stage) -> None:
    dialog = _in_front(stage)
    dialog._login.set_value("budi")
    dialog._password.setText(PASSWORD)
    dialog.primary.click()
    stage.settle()


def worker_confirmed(stage: Stage) -> None:
    """BPJS has confirmed the first receipt and stated the balance."""
    from models.journal.coverage import BalanceStated, MembershipConfirmed
    from models.journal.entry import Author, write_entry
    from models.journal.ids import new_id
    from models.journal.keys import SigningKey
    from models.posting import post

    siti, desk = stage.people["SITI NURHALIZA"], stage.counter.desk
    from kiosk.queries.coverage import paid_days

    paid = paid_days(desk, siti).lines[0].receipt_id
    key, centre = SigningKey.new(), new_id()
    before = bytes(32)
    with desk.work() as work:
        for at, body in enumerate(
            (
                MembershipConfirmed(
                    worker_id=siti, mission="TPE", receipt_ids=(paid,), confirmed_on=date(2024, 12, 20)
                ),
                BalanceStated(
                    worker_id=siti, mission="TPE", programme="JHT", amount_idr=2_418_300, as_of=date(2026, 10, 31)
                ),
            ),
            1,
        ):
            entry = write_entry(
                body,
                Author(centre, 1, centre, "Asia/Jakarta", None),
                id=new_id(),
                seq=at,
                rev=1,
                at=NOW,
                prev=before,
                sign=key.sign,
            )
            before = entry.hash
            post(work.connection, [entry])
    stage.counter.open_worker(siti)
    stage.settle()
    stage.page.history.setFocus()


def membership(stage: Stage) -> None:
    stage.counter.open_membership(stage.people["SITI NURHALIZA"])


def membership_statement(stage: Stage) -> None:
    stage.page.kind.set_value("statement")


def statement(stage: Stage) -> None:
    """The mission's letter, filled in, for the claim that the heirs filed."""
    from kiosk.forms.claim import ClaimForm
    from kiosk.usecases import claims

    dead = stage.people["SITI NURHALIZA"]
    filed = ClaimForm(worker_id=str(dead), kind="JKM-SELAMA", event_date=date(2026, 11, 20), filed_by="heir")
    claims.file(stage.counter.desk, filed)
    stage.counter.open_statement(dead)
    stage.settle()
    page = stage.page
    page.event_date.set_value(date(2026, 11, 20))
    page.place.set_value("Kaohsiung Medical University Hospital")
    page.circumstances.set_value("Sakit, dirawat sejak 14 November 2026")
    page.source.set_value("Surat kematian rumah sakit nomor 88/2026")
    page.title.set_value("Kepala Bidang Ketenagakerjaan")


def statement_made(stage: Stage) -> None:
    stage.page.on_primary()


def deaths(stage: Stage) -> None:
    stage.counter.open_deaths(stage.people["SITI NURHALIZA"])


def tasks(stage: Stage) -> None:
    _sold_twice(stage)
    stage.counter.show("tasks")


def worker_restricted(stage: Stage) -> None:
    from kiosk.usecases import privacy as acting

    someone = stage.people["SITI NURHALIZA"]
    acting.withdraw_consent(stage.counter.desk, someone, "meminta sendiri di loket")
    stage.counter.open_worker(someone)


def privacy(stage: Stage) -> None:
    stage.counter.open_privacy(stage.people["SITI NURHALIZA"])


def privacy_settled(stage: Stage) -> None:
    from kiosk.usecases import privacy as acting

    acting.give_consent(stage.counter.desk, stage.people["SITI NURHALIZA"])
    stage.page.refresh()


def register(stage: Stage) -> None:
    stage.shell.drop_page("register")
    stage.counter.register()


def register_scanned(stage: Stage) -> None:
    stage.shell.drop_page("register")
    stage.shell.show_page("home")
    stage.scan(passport_lines())
    stage.settle()
    stage.page.fields["nik"].editor.setFocus()
    stage.type("3511044912960004")
    stage.settle()
    stage.page.consent.setChecked(True)
    stage.page.fields["mother_name"].editor.setFocus()


def register_foot(stage: Stage) -> None:
    stage.page.fields["bank_owner"].editor.setFocus()
    stage.page.sheet.verticalScrollBar().setValue(stage.page.sheet.verticalScrollBar().maximum())


def register_taken(stage: Stage) -> None:
    stage.page.fields["passport_number"].editor.setFocus()
    stage.page.fields["passport_number"].editor.selectAll()
    stage.type("B7719025")
    stage.settle()
    stage.page.on_primary()


def amend(stage: Stage) -> None:
    stage.counter.amend(stage.people["SUKARNO"])


def workers(stage: Stage) -> None:
    stage.counter.show("expiring")


def workers_flagged(stage: Stage) -> None:
    stage.counter.show("flagged")


def import_list(stage: Stage) -> None:
    stage.shell.drop_page("import")
    stage.counter.bring_in()


def import_columns(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage.counter.bring_in(company_list(Path(folder)))
        _until_idle(stage)


def import_tried(stage: Stage) -> None:
    stage.page._choices["Panggilan"].set_value("name")
    stage.settle()
    stage.page.on_primary()
    _until_idle(stage)


def import_stopped(stage: Stage) -> None:
    stage.page.on_primary()
    _until_idle(stage, at=120)
    stage.page._slices.stop()
    _until_idle(stage)


def import_done(stage: Stage) -> None:
    stage.page.on_primary()
    _until_idle(stage)


def _until_idle(stage: Stage, at: int | None = None) -> None:
    """Until the page's long work has ended, or has come to this many rows. An event loop leaves the lane its turns,
    which QTest.qWait does not."""
    from PySide6.QtCore import QEventLoop, QTimer

    for _patience in range(3_000):
        if not stage.page._slices.busy() or (at is not None and stage.page.progress.bar.value() >= at):
            break
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    if at is None:
        stage.settle()


def company_list(folder: Path) -> Path:
    """What a placement company sends: a title, its own words, a few mistakes."""
    from reports.sheets import Sheet, Value, render_xlsx

    people: list[list[Value]] = []
    for at in range(420):
        name = f"{_GIVEN[at % len(_GIVEN)]} {_FAMILY[at // len(_GIVEN) % len(_FAMILY)]}"
        day = date(1985, 1, 3) + timedelta(days=at * 11)
        people.append(
            [
                at + 1, name, "P" if at % 3 else "L", f"{day:%d/%m/%Y}", f"E{4400000 + at}", "SUMIATI",
                "11/12/2026", "24 bulan", 81234000000 + at, "Formosa Textile", "PT Maju Bersama", "O",
            ]
        )  # fmt: skip
    people[3][3] = "31/02/1990"
    people[8][4] = people[7][4]
    people[11][4] = "C4821907"
    people[20][2] = "X"
    people[33][1] = "NUR 4ISYAH"
    names = (
        "No", "Panggilan", "L/P", "Tgl Lahir", "No. Paspor", "Nama Ibu Kandung", "Mulai Kontrak", "Lama Kontrak",
        "HP/WA", "Majikan", "PT/P3MI", "Gol. Darah",
    )  # fmt: skip
    path = folder / "CPMI PT Maju Bersama November 2026.xlsx"
    path.write_bytes(render_xlsx(Sheet("CPMI", names, tuple(tuple(one) for one in people))))
    return path


_GIVEN = (
    "DEWI", "SITI", "SRI", "NUR", "RATNA", "WULAN", "YUNI", "AGUS", "BUDI", "JOKO", "ENDANG", "TRI", "LILIS", "MAYA",
)  # fmt: skip
_FAMILY = (
    "LESTARI", "RAHAYU", "SUSANTI", "AISYAH", "PERMATA", "HIDAYAH", "SETIAWAN", "SANTOSO", "KURNIAWAN", "ANGGRAINI",
    "PUSPITA", "MARLINA", "FITRIANI", "HANDAYANI", "SAPUTRA", "UTAMI", "WIDODO", "YULIANTI", "MAHARANI", "SAFITRI",
    "NINGSIH", "PRATIWI", "SUPRIYADI", "ANGGREK", "MELATI", "CAHYANI", "INDRIANI", "NOVITASARI", "KUSUMA", "WARDANI",
)  # fmt: skip


def _open_till(stage: Stage) -> None:
    from kiosk.forms.till import CountForm, OpenTill
    from kiosk.queries.tills import status
    from kiosk.usecases.tills import start

    if status(stage.counter.desk).open is None:
        start(stage.counter.desk, OpenTill(counts=(CountForm(currency="TWD", amount=12_450),)))


def payment(stage: Stage) -> None:
    _open_till(stage)
    stage.counter.pay(stage.people["SITI NURHALIZA"])
    stage.settle()
    stage.page.packages.setFocus()
    stage.type("3")
    stage.type("100000", stage.page.jht_monthly)
    stage.type("3", stage.page.jht_months)
    stage.page.packages.setFocus()
    stage.type("t")
    stage.type("1500")


def payment_explained(stage: Stage) -> None:
    stage.page.details.click()


def payment_several(stage: Stage) -> None:
    """A slip in rupiah that is settled, and another that brought too little."""
    from PySide6.QtTest import QTest

    stage.counter.pay(stage.people["SITI NURJANAH"])
    stage.settle()
    page = stage.page
    page.packages.setFocus()
    stage.type("3b")
    stage.type("0071 2231")
    page.money.set_value("IDR")
    stage.type("150000", page.cash)
    page.add_tender.click()
    page.tender.setFocus()
    stage.type("b")
    stage.type("0071 2240")
    page.money.set_value("TWD")
    page.paid_on.set_value(date(2026, 11, 20))
    stage.type("340", page.cash)
    QTest.qWait(300)


def payment_second(stage: Stage) -> None:
    stage.page.on_primary()


def payment_done(stage: Stage) -> None:
    stage.page.on_primary()


def payment_slip(stage: Stage) -> None:
    stage.counter.pay(stage.people["SUKARNO"])
    stage.settle()
    stage.page.packages.setFocus()
    stage.type("4")
    stage.type("36")
    stage.settle()
    if stage.page.details.text() == "Rincian":
        stage.page.details.click()
    stage.page.packages.setFocus()
    stage.type("b")


def claim(stage: Stage) -> None:
    _put_away(stage)
    stage.counter.claim(stage.people["SITI NURHALIZA"])
    stage.settle()
    stage.page.kind.set_value("JKK-KECELAKAAN")
    stage.page.event_date.set_value(date(2026, 11, 3))
    stage.settle()
    with tempfile.TemporaryDirectory() as folder:
        from scripts.demo_people import pretend_scan

        checklist = stage.page.checklist
        for key, kind, name, seen_as in (
            ("paspor", "paspor", "paspor.pdf", "copy"),
            ("keterangan_medis", "resume_medis_faskes_setempat", "resume-medis.pdf", "original"),
        ):
            file = Path(folder) / name
            file.write_bytes(pretend_scan() + bytes(1_200_000))
            checklist.add_files(key, kind, [file])
            stage.settle()
            checklist.act(key, seen_as)
        checklist.stand_on("surat_keterangan")
    stage.page.description.set_value("Jatuh dari tangga di tempat kerja.")
    stage.settle()
    checklist.row("surat_keterangan").setFocus()


def claim_done(stage: Stage) -> None:
    stage.page.on_primary()


def claim_restricted(stage: Stage) -> None:
    stage.counter.claim(stage.people["SUKARNO"])
    stage.settle()
    stage.page.kind.set_value("JKK-PERKOSAAN")
    stage.page.event_date.set_value(date(2026, 11, 3))


def claims(stage: Stage) -> None:
    """What a sync has brought: one claim lacks a paper the centre asked for, one was approved."""
    from kiosk.forms.claim import ClaimForm
    from kiosk.queries.claims import mission_claims
    from kiosk.usecases import claims as filing
    from models.journal.claims import Award, ClaimDecided, ClaimNote, DocumentsRequested

    desk = stage.counter.desk
    wanted = mission_claims(desk, "waiting").rows[-1]
    approved = ClaimForm(
        worker_id=str(stage.people["SITI NURHALIZA"]),
        kind="JKK-KECELAKAAN",
        event_date=date(2026, 11, 3),
        filed_by="worker",
    )
    granted = filing.file(desk, approved).claim_id
    _centre_says(
        stage,
        DocumentsRequested(
            claim_id=wanted.id,
            mission="TPE",
            business_date=date(2026, 11, 22),
            papers=1,
            wanted=("rekening_pmi",),
            by_day=date(2026, 12, 5),
            personal=ClaimNote(note="Buku rekening belum ada."),
        ),
        ClaimDecided(
            claim_id=granted,
            mission="TPE",
            business_date=date(2026, 11, 22),
            outcome="approved",
            awards=(Award("JKK-OBAT-LN", 18_250_000), Award("JKK-B-TRANSPORT", 1_200_000)),
        ),
    )
    stage.counter.show("claims")
    stage.settle()
    stage.page.table.setFocus()


def claims_answer(stage: Stage) -> None:
    stage.page.table.step(1)


def claims_story(stage: Stage) -> None:
    stage.page.part.set_value("story")


def claims_report(stage: Stage) -> None:
    stage.page.report.click()
    stage.settle()
    dialog = stage.app.activeWindow()
    if dialog is not None:
        dialog.outcome.editor.set_value("disabled")  # type: ignore[attr-defined]
        dialog.outcome.editor.changed.emit("disabled")  # type: ignore[attr-defined]


def claims_withdraw(stage: Stage) -> None:
    dialog = stage.app.activeWindow()
    if dialog is not None:
        dialog.close()
    stage.settle()
    stage.page.withdraw.click()


def claims_list(stage: Stage) -> None:
    dialog = stage.app.activeWindow()
    if dialog is not None:
        dialog.close()
    stage.settle()
    stage.shell.show_page("books", report="klaim")
    _until_made(stage)


def _centre_says(stage: Stage, *bodies: Any) -> None:
    """Posted into the ledger, as a pull does."""
    from models.journal.entry import Author, write_entry
    from models.journal.ids import new_id
    from models.journal.keys import SigningKey
    from models.posting import post

    key, centre, before = SigningKey.new(), new_id(), bytes(32)
    with stage.counter.desk.work() as work:
        for at, body in enumerate(bodies, 1):
            author = Author(centre, 1, centre, "Asia/Jakarta", None)
            entry = write_entry(body, author, id=new_id(), seq=at, rev=1, at=NOW, prev=before, sign=key.sign)
            before = entry.hash
            post(work.connection, [entry])


def receipts(stage: Stage) -> None:
    stage.counter.show("receipts")
    stage.settle()
    stage.page.table.setFocus()


def books(stage: Stage) -> None:
    """What one day came to, of a counter that has been there for two years: the days of this month."""
    stage.shell.show_page("books", report="kuitansi")
    stage.settle()
    stage.page.span.set_value("days")
    stage.page.first.editor.set_value(date(2026, 1, 1))
    stage.page.last.editor.set_value(date(2026, 11, 22))
    _until_made(stage)
    stage.page.list.setFocus()


def books_cash(stage: Stage) -> None:
    stage.shell.show_page("books", report="buku-kas")
    _until_made(stage)


def books_expiring(stage: Stage) -> None:
    stage.shell.show_page("books", report="perlindungan-berakhir")
    _until_made(stage)


def _until_made(stage: Stage) -> None:
    from PySide6.QtTest import QTest

    QTest.qWait(300)  # the pause in which somebody may choose on
    _until_idle(stage)


def paper(stage: Stage) -> None:
    stage.counter.show_paper(stage.papers["SITI NURHALIZA"])


def paper_copy(stage: Stage) -> None:
    stage.page.on_primary()


def register_page(stage: Stage) -> None:
    from models.rules.mrz import make_mrz
    from scripts.passport_page import data_page, jpeg, laid

    lines = make_mrz(
        surname="WULANDARI",
        given="RATNA",
        number="E4410027",
        birth_date=date(1998, 4, 21),
        sex="F",
        expiry=date(2033, 8, 9),
    )
    stage.counter.register()
    stage.settle()
    stage.page.clear.click()
    stage.page.take_page(jpeg(laid(data_page(lines, "RATNA WULANDARI"), (2200, 1700), angle=-2, noise=20)), "IMG_7.jpg")


def documents(stage: Stage) -> None:
    from kiosk.usecases.documents import keep_document
    from scripts.demo_people import pretend_scan

    siti = stage.people["SITI NURHALIZA"]
    desk = stage.counter.desk
    keep_document(desk, siti, "kontrak", pretend_scan(), "perjanjian-kerja.pdf")
    keep_document(desk, siti, "paspor", photographed_passport(), "IMG_2041.jpg")
    stage.counter.open_documents(siti)


def documents_taken(stage: Stage) -> None:
    from scripts.passport_page import jpeg, letter

    stage.page.take(jpeg(letter(260)), "IMG_2042.jpg")
    stage.settle()
    stage.page.kind.set_value("surat_kuasa")


def documents_blurred(stage: Stage) -> None:
    from PIL import ImageFilter

    from scripts.passport_page import jpeg, laid, letter

    blurred = letter(260).filter(ImageFilter.GaussianBlur(4))
    stage.page.take(jpeg(laid(blurred, (2480, 3000), angle=4)), "IMG_2043.jpg")
    stage.settle()
    stage.page.kind.setFocus()


def photographed_passport() -> bytes:
    """Siti's passport on a table, by a telephone."""
    from models.rules.mrz import make_mrz
    from scripts.passport_page import data_page, jpeg, laid

    lines = make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number="C4821907",
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
    return jpeg(laid(data_page(lines), (2480, 1900), angle=-3))


def check(stage: Stage) -> None:
    stage.counter.check(token_of(stage, stage.papers["JHT"]))


def check_forged(stage: Stage) -> None:
    genuine = token_of(stage, stage.papers["JHT"])
    other = "A" if genuine[-12] != "A" else "B"
    stage.counter.check(genuine[:-12] + other + genuine[-11:])


def token_of(stage: Stage, number: str) -> str:
    from kiosk.queries.papers import claim_paper, receipt_paper

    made = claim_paper if "-K-" in number else receipt_paper
    return made(stage.counter.desk, number).token_url


def till_shut(stage: Stage) -> None:
    stage.shell.drop_page("till")
    stage.shell.show_page("till")
    stage.settle()


def count_pieces(stage: Stage, *pieces: str) -> None:
    """Count by hand: Enter after each face, the largest first."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    for number in pieces:
        stage.type(number)
        focused = stage.app.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return)
    stage.settle()


def till_opening(stage: Stage) -> None:
    till_shut(stage)
    stage.page.on_primary()
    stage.settle()
    count_pieces(stage, "", "1", "1", "", "5")


def till_open(stage: Stage) -> None:
    """Opened with NT$ 2.000, coins put in and a stamp bought."""
    till_shut(stage)
    if stage.page._status.open is None:
        stage.page.on_primary()
        stage.settle()
        count_pieces(stage, "", "1", "1", "", "5")
        stage.page.on_primary()
        stage.settle()
    for key, amount, reason in (("put_in", "500", "Uang receh dari bendahara"), ("take_out", "40", "Materai")):
        getattr(stage.page, key).click()
        stage.settle()
        stage.type(amount)
        stage.type(reason, stage.page.move_card.reason)
        stage.page.on_primary()
        stage.settle()


def till_move(stage: Stage) -> None:
    stage.page.put_in.click()
    stage.settle()
    stage.type("500")
    stage.settle()


def till_counting(stage: Stage) -> None:
    till_open(stage)
    stage.page.on_primary()
    stage.settle()
    count_pieces(stage, "", "2", "", "", "4", "", "2")


def till_review(stage: Stage) -> None:
    """Twenty too few, and nobody said why yet."""
    stage.page.on_primary()
    stage.settle()
    stage.type("1400")
    stage.settle()


def till_second_person(stage: Stage) -> None:
    stage.type("Belum diketahui; laci dihitung dua kali", stage.page.review.reason)
    stage.page.on_primary()
    stage.settle()


def till_closed(stage: Stage) -> None:
    from ui.screens.second_person import SecondPersonDialog

    dialog: Any = stage.page.findChild(SecondPersonDialog)
    dialog._login.set_value("budi")
    dialog._password.setText(PASSWORD)
    dialog.primary.click()
    stage.settle()


def till_reports(stage: Stage) -> None:
    stage.page.on_back()
    till_shut(stage)


def till_report(stage: Stage) -> None:
    stage.page.on_print()
    stage.settle()


def till_hand_over(stage: Stage) -> None:
    till_open(stage)
    stage.page.give.click()
    stage.settle()
    count_pieces(stage, "", "1", "1", "", "4", "1", "", "1")
    stage.page.on_primary()
    stage.settle()


def sync(stage: Stage) -> None:
    stage.counter.show("sync")


def sticks(stage: Stage) -> None:
    """Where there is no line: what waits has been written onto a stick."""
    from PySide6.QtWidgets import QApplication

    certify(stage.counter.desk)
    folder = stage.counter.desk.folder.parent / "LOKET-USB"
    folder.mkdir()
    stage.counter.show("sync")
    stage.settle()
    stage.page.on_print()
    stage.settle()
    dialog: Any = QApplication.activeModalWidget()
    dialog.folder.set_value(str(folder))
    dialog.primary.click()
    stage.settle()
    dialog.folder.set_value("/media/rina/LOKET-USB")
    dialog.folder_field.set_note("luang 14.322 dari 15.931 MB")


def sticks_closed(stage: Stage) -> None:
    from PySide6.QtWidgets import QApplication

    dialog: Any = QApplication.activeModalWidget()
    dialog.reject()


def certify(desk: Desk) -> None:
    """As after enrolment at a centre that is not there."""
    from sqlalchemy import update

    from kiosk.desk import set_setting
    from kiosk.queries.trust import HeldKeys, keys_to_keep
    from kiosk.store.tables import own_terminal
    from models.journal.ids import new_id
    from models.journal.keys import SealingKey, SigningKey
    from models.sync.enrolment import CentreKeys, certify_keys

    root, signing, claims = SigningKey.new(), SigningKey.new(), SealingKey.new()
    keys = CentreKeys(new_id(), 1, signing.public, claims.public, NOW)
    held = HeldKeys(root.public, (keys,), (certify_keys(keys, root),))
    with desk.store.write() as connection:
        connection.execute(
            update(own_terminal).values(
                centre_url="https://pusat.example",
                centre_id=keys.centre,
                centre_keys=keys_to_keep(held),
                certificate=b"certified",
                epoch=str(new_id()),
            )
        )
        set_setting(connection, "claims_key", claims.public.hex())


def staff(stage: Stage) -> None:
    stage.counter.show("staff")
    stage.settle()
    stage.page.table.setFocus()


def register_misread(stage: Stage) -> None:
    stage.shell.drop_page("register")
    stage.shell.show_page("home")
    stage.scan(passport_lines().replace("E7730021", "E773OO21"))


def register_misread_meant(stage: Stage) -> None:
    stage.page.passport_doubt.buttons[0].setFocus()


def register_wrong_digit(stage: Stage) -> None:
    upper, lower = passport_lines().split("\n")
    stage.scan(f"{upper}\n{lower[:19]}7{lower[20:]}")


def register_alike(stage: Stage) -> None:
    """Somebody of this counter and somebody of another mission, while the form is filled in."""
    from kiosk.sync.lookup import Elsewhere
    from models.rules.likeness import Likeness, Reason

    stage.shell.drop_page("register")
    stage.counter.register()
    stage.settle()
    stage.page.clear.click()
    stage.type("SITI NURAENI")
    stage.page.fields["birth_date"].editor.set_value(date(1991, 12, 8))
    stage.page.fields["nik"].editor.setFocus()
    stage.type("3511044812910004")
    stage.page.fields["mother_name"].editor.setFocus()
    stage.type("SUMIATI")
    stage.settle()
    reasons = (Reason("birth.same", 40), Reason("name.same", 30), Reason("passport.old", 20))
    stage.page.known.show_elsewhere(
        [
            Elsewhere(
                worker_id=UUID(int=7),
                name="SITI NURAENI",
                birth_date=date(1991, 12, 8),
                sex="F",
                passport_end="2874",
                nik_end=None,
                mission="HKG",
                mission_name="KJRI Hong Kong",
                registered=2023,
                likeness=Likeness(92, "strong", reasons),
                held=False,
            )
        ]
    )


def worker_alike(stage: Stage) -> None:
    """A second registration of Siti, by a clerk who was not sure; another counter's word on her phone."""
    import msgspec

    from kiosk.usecases import merges, workers

    desk, siti = stage.counter.desk, stage.people["SITI NURHALIZA"]
    form = workers.form_of(desk, siti)
    again = msgspec.structs.replace(
        form, name="SITTI NURHALISA", passport_number="B3312874", nik=None, kpj=None, phone=None, consent=True,
        not_same_as=(siti,), confirmed=None,
    )  # fmt: skip
    other = stage.people["SITTI NURHALISA"] = workers.register(desk, again).worker_id
    merges.compare(desk, other, siti, same=True, remark="ibu dan suaminya sama")
    stage.counter.open_worker(siti)
    stage.settle()
    stage.page.same_person.alike.first().setFocus()


def worker_join(stage: Stage) -> None:
    stage.page.same_person.alike.first().click()
    _in_front(stage).reason.editor.set_value("kedua paspor ditunjukkan")


def worker_joined(stage: Stage) -> None:
    _in_front(stage).primary.click()


def worker_conflict(stage: Stage) -> None:
    import msgspec

    from kiosk.usecases import workers
    from models.journal.entry import Author, write_entry
    from models.journal.ids import new_id
    from models.journal.keys import SigningKey
    from models.journal.workers import Amendment, WorkerAmended
    from models.posting import post
    from models.posting.revisions import next_rev

    desk, siti = stage.counter.desk, stage.people["SITI NURHALIZA"]
    body = WorkerAmended(
        worker_id=siti,
        mission="TPE",
        personal=Amendment(changes={"phone": "+886987654321"}, reason="nomor baru", was={"phone": "+886912345678"}),
    )
    with desk.read() as work:
        rev = next_rev(work.connection, body, siti)
    workers.amend(desk, siti, msgspec.structs.replace(workers.form_of(desk, siti), phone="+886922000111"), "ganti SIM")
    there = Author(new_id(), 1, new_id(), "Asia/Taipei", None)
    key = SigningKey.new()
    entry = write_entry(body, there, id=new_id(), seq=1, rev=rev, at=NOW, prev=bytes(32), sign=key.sign)
    from kiosk.desk import keep

    with desk.store.write() as connection:
        keep(connection, [entry])
        post(connection, [entry])
    stage.counter.open_worker(siti)
    stage.settle()
    stage.page.same_person.conflicts.buttons[0].setFocus()


def worker_settle(stage: Stage) -> None:
    stage.page.same_person.conflicts.buttons[0].click()
    _in_front(stage).reason.editor.set_value("ditanyakan kepada orangnya")


def worker_flagged_conflict(stage: Stage) -> None:
    _in_front(stage).reject()
    stage.counter.show("flagged")


def worker_changes(stage: Stage) -> None:
    stage.counter.open_worker(stage.people["SITI NURHALIZA"])
    stage.settle()
    stage.page.on_other_history()


def _put_away(stage: Stage) -> None:
    """Answer no dialog of the picture before."""
    from PySide6.QtWidgets import QDialog

    for dialog in stage.shell.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()
    stage.settle()


def _in_front(stage: Stage) -> Any:
    """The dialog that waits for an answer."""
    from PySide6.QtWidgets import QApplication

    return QApplication.activeModalWidget()


def _printers() -> Any:
    from kiosk.devices.printer import PretendPrinter

    return PretendPrinter(queues=["Loket", "Lantai-2", "Struk"])


def paper_refused(stage: Stage) -> None:
    """A printer that is gone, and the next one on one key."""
    from kiosk.devices.printer import PretendPrinter

    there = stage.counter.printer
    assert isinstance(there, PretendPrinter)
    there.broken = True
    stage.counter.show_paper(stage.papers["SITI NURHALIZA"])
    stage.settle()
    stage.page.primary.click()
    stage.settle()
    there.broken = False


def paper_sent(stage: Stage) -> None:
    """Sent elsewhere, and asked whether it is out."""
    stage.page.elsewhere.click()
    stage.settle()


def tariffs(stage: Stage) -> None:
    stage.shell.show_page("tariffs", rail="staff")


def printers(stage: Stage) -> None:
    from kiosk.usecases import printers as chosen

    desk, there = stage.counter.desk, stage.counter.printer
    chosen.choose(desk, there, "tcp://192.168.1.50:9100")
    chosen.choose(desk, there, "Struk", size="80mm", copies=2)
    stage.shell.show_page("printers", rail="staff")
    stage.settle()


def backups(stage: Stage) -> None:
    """«Cadangan»: a flash disk with some copies, and work since the last."""
    from kiosk.usecases.backups import back_up, choose

    desk = stage.counter.desk
    place = desk.folder.parent / "flashdisk"
    place.mkdir(exist_ok=True)
    choose(desk, place)
    back_up(desk)
    stage.shell.show_page("backups", rail="staff")
    stage.settle()


def holdings(stage: Stage) -> None:
    from kiosk.usecases import privacy

    desk, name = stage.counter.desk, "NUR SITI AISYAH"
    privacy.restrict(desk, stage.people[name], "Meminta sendiri di loket, paspor ditunjukkan.")
    stage.shell.show_page("holdings", rail="staff")
    stage.settle()
    stage.page.table.setFocus()


def doctor(stage: Stage) -> None:
    stage.shell.show_page("doctor", rail="staff")
    stage.settle()


def holdings_stopping(stage: Stage) -> None:
    """While the list is written."""
    from kiosk.steps import Step

    stage.page._show_busy(True)
    stage.page._on_step(Step(2, 5))


def locked(stage: Stage) -> None:
    stage.shell.show_page("home")
    stage.counter.lock()


SHOTS: list[tuple[str, Callable[[Stage], None]]] = [
    ("sign-in", sign_in),
    ("sign-in-wrong", sign_in_wrong),
    ("home", home),
    ("home-blank", home_blank),
    ("home-nobody", home_nobody),
    ("worker", worker),
    ("contract", contract),
    ("contract-correction", contract_correction),
    ("tasks", tasks),
    ("cover-move", cover_move),
    ("cover-move-wrong", cover_move_wrong),
    ("cover-move-second", cover_move_second),
    ("cover-moved", cover_moved),
    ("worker-confirmed", worker_confirmed),
    ("membership", membership),
    ("membership-statement", membership_statement),
    ("statement", statement),
    ("statement-made", statement_made),
    ("deaths", deaths),
    ("worker-long", worker_long),
    ("documents", documents),
    ("documents-taken", documents_taken),
    ("documents-blurred", documents_blurred),
    ("worker-restricted", worker_restricted),
    ("privacy", privacy),
    ("privacy-settled", privacy_settled),
    ("register", register),
    ("register-scanned", register_scanned),
    ("register-page", register_page),
    ("register-foot", register_foot),
    ("register-taken", register_taken),
    ("amend", amend),
    ("workers", workers),
    ("workers-flagged", workers_flagged),
    ("import", import_list),
    ("import-columns", import_columns),
    ("import-tried", import_tried),
    ("import-stopped", import_stopped),
    ("import-done", import_done),
    ("payment", payment),
    ("payment-explained", payment_explained),
    ("payment-done", payment_done),
    ("payment-slip", payment_slip),
    ("payment-several", payment_several),
    ("payment-second", payment_second),
    ("claim", claim),
    ("claim-done", claim_done),
    ("claim-restricted", claim_restricted),
    ("claims", claims),
    ("claims-answer", claims_answer),
    ("claims-story", claims_story),
    ("claims-report", claims_report),
    ("claims-withdraw", claims_withdraw),
    ("claims-list", claims_list),
    ("receipts", receipts),
    ("books", books),
    ("books-cash", books_cash),
    ("books-expiring", books_expiring),
    ("paper", paper),
    ("paper-copy", paper_copy),
    ("check", check),
    ("check-forged", check_forged),
    ("till-shut", till_shut),
    ("till-opening", till_opening),
    ("till-open", till_open),
    ("till-move", till_move),
    ("till-counting", till_counting),
    ("till-review", till_review),
    ("till-second-person", till_second_person),
    ("till-closed", till_closed),
    ("till-reports", till_reports),
    ("till-report", till_report),
    ("till-hand-over", till_hand_over),
    ("sync", sync),
    ("staff", staff),
    ("register-misread", register_misread),
    ("register-misread-meant", register_misread_meant),
    ("register-wrong-digit", register_wrong_digit),
    ("register-alike", register_alike),
    ("worker-alike", worker_alike),
    ("worker-join", worker_join),
    ("worker-joined", worker_joined),
    ("worker-conflict", worker_conflict),
    ("worker-settle", worker_settle),
    ("worker-flagged-conflict", worker_flagged_conflict),
    ("worker-changes", worker_changes),
    ("paper-refused", paper_refused),
    ("paper-sent", paper_sent),
    ("printers", printers),
    ("tariffs", tariffs),
    ("backups", backups),
    ("holdings", holdings),
    ("holdings-writing", holdings_stopping),
    ("doctor", doctor),
    ("locked", locked),
    # From here on the counter is enrolled.
    ("sync-sticks", sticks),
    ("sync-carried", sticks_closed),
]


def _grab(shell: Shell) -> QPixmap:
    """The window, with the dialog that lies over it where a screen would show it."""
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QApplication

    picture = shell.grab()
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        painter = QPainter(picture)
        painter.fillRect(shell.rect(), QColor(22, 36, 31, 70))
        place = shell.rect().center() - dialog.rect().center()
        painter.drawPixmap(place, dialog.grab())
        painter.end()
    return picture


def shoot(names: list[str], out: Path, size: tuple[int, int]) -> list[Path]:
    """Take these shots (all, if none are named); returns the files."""
    from PySide6.QtWidgets import QApplication

    from ui import theme
    from ui.counter import Counter
    from ui.runner import Runner
    from ui.shell import Shell

    unknown = set(names) - {name for name, _steps in SHOTS}
    if unknown:
        raise SystemExit(f"no such screen: {', '.join(sorted(unknown))}")
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app)
    theme.load_scripts()
    taken = []
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="loket-shots-"))) / "data"
        desk, clock, people, papers = make_counter(folder)
        desk.close()
        shell = Shell()
        counter = Counter(shell, Runner(shell), folder, clock=clock, printer=_printers())
        closing.callback(counter.close)
        stage = Stage(app, shell, counter, people, papers)
        shell.resize(*size)
        shell.show()
        stage.sign_in()
        for name, steps in SHOTS:
            if names and name not in names:
                continue
            steps(stage)
            stage.settle()
            path = out / f"{name}.png"
            _grab(shell).save(str(path))
            taken.append(path)
            shell.clear_banners()
        shell.close()
    return taken


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", metavar="NAME")
    asked.add_argument("--scale", type=int, default=100)
    asked.add_argument("--size", default="1366x768")
    asked.add_argument("--out", type=Path, default=ROOT / "build" / "shots")
    given = asked.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui import theme

    theme.set_scale(given.scale)
    width, height = (int(part) for part in given.size.split("x"))
    for path in shoot(given.names, given.out, (width * 100 // given.scale, height * 100 // given.scale)):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
