"""A day at the demo counter without a screen: the real window, worked by its keyboard, saying each step."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.shots import Stage

if TYPE_CHECKING:
    from kiosk.desk import Desk

SIZE = (1366, 768)


OFFICER = "dewi"
"""Of the demo centre: who answers the morning's claim."""


def play(
    folder: Path,
    build: Path,
    *,
    login: str,
    password: str,
    say: Callable[[str], None],
    at_centre: Callable[[list[str]], str],
) -> None:
    """Register, pay, claim, check a paper, close the till, sync, hear what the centre says; pictures go to
    `build/screens`, the papers to `build/papers`. `at_centre` runs a command of the centre."""
    from PySide6.QtWidgets import QApplication

    from kiosk.devices.printer import PretendPrinter
    from ui import theme
    from ui.counter import Counter
    from ui.runner import Runner
    from ui.shell import Shell

    screens, papers = _fresh(build / "screens"), _fresh(build / "papers")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app)
    theme.load_scripts()
    shell = Shell()
    printer = PretendPrinter()
    counter = Counter(shell, Runner(shell), folder, printer=printer)
    stage = Stage(app, shell, counter, {}, {})
    shell.resize(*SIZE)
    shell.show()
    shots = 0

    def picture(name: str) -> None:
        nonlocal shots
        stage.settle()
        shots += 1
        shell.grab().save(str(screens / f"{shots:02}-{name}.png"))

    try:
        counter.ask_who()
        picture("masuk")
        say("1. Rina masuk dengan kata sandinya.")
        stage.sign_in(login, password)
        stage.type("siti nur", stage.page.box)
        picture("beranda")

        say("2. Paspor pekerja baru dipindai: formulir terisi, sisanya diketik.")
        today = counter.today()
        _register(stage, today)
        picture("pekerja-baru")
        stage.page.on_primary()
        stage.settle()

        say("3. Iuran 24 bulan dan JHT diterima tunai; kuitansi dicetak.")
        page = stage.page
        page.packages.setFocus()
        stage.type("3")
        stage.type("100000", page.jht_monthly)
        stage.type("3", page.jht_months)
        page.packages.setFocus()
        stage.type("t")
        stage.type("1500")
        picture("bayar")
        page.on_primary()
        picture("kuitansi")

        say("4. Klaim Siti Nurhaliza diterima; tanda terima menyebut dokumen yang menyusul.")
        from kiosk.queries.workers import search

        counter.claim(search(counter.desk, "C4821907")[0].id)
        stage.settle()
        stage.page.kind.set_value("JKK-OBAT-LN")
        stage.page.event_date.set_value(today - timedelta(days=5))
        stage.settle()
        stage.type("Jatuh dari tangga di tempat kerja.", stage.page.description)
        picture("klaim")
        stage.page.on_primary()
        picture("tanda-terima")

        for number, pdf in printer.sent:
            (papers / f"{number}.pdf").write_bytes(pdf)
            say(f"   dicetak: {papers / f'{number}.pdf'}")

        say("5. Kuitansi diperiksa keasliannya, tanpa jaringan.")
        receipt = next(pdf for number, pdf in printer.sent if "-K-" not in number)
        counter.check(_token(receipt))
        picture("periksa")

        say("6. Kas dihitung tanpa melihat catatannya, lalu ditutup; laporan Z dicetak.")
        _close_till(stage, picture)
        report, pdf = printer.sent[-1]
        (papers / f"{report}.pdf").write_bytes(pdf)
        say(f"   dicetak: {papers / f'{report}.pdf'}")

        say("7. Semua dikirim ke pusat, sampai pernyataan pusat yang bertanda tangan.")
        counter.show("sync")
        stage.settle()
        stage.page.on_primary()
        picture("sinkron")
        from kiosk.queries.home import sync_state
        from kiosk.usecases.verify import verify

        state = sync_state(counter.desk)
        say(f"   keadaan: {state.kind}, menunggu {state.waiting}")
        if state.kind != "synced":
            raise SystemExit(f"The demo did not end synced: {state.last_error}")
        found = verify(counter.desk)
        say(f"   jurnal utuh: {found.own_entries} catatan sendiri, {found.pulled_entries} dari pusat")

        say("8. Petugas pusat meminta dokumen yang kurang; loket mendengarnya pada sinkronisasi berikutnya.")
        claim = next(number for number, _pdf in printer.sent if "-K-" in number)
        _answer(at_centre, claim, today + timedelta(days=14))
        counter.show("sync")
        stage.settle()
        stage.page.on_primary()
        stage.settle()
        say(f"   {claim}: {_heard(counter.desk, claim)}")
        counter.show("home")
        picture("selesai")
    finally:
        counter.close()
        shell.close()


def _answer(at_centre: Callable[[list[str]], str], claim: str, by_day: date) -> None:
    """An officer asks for the last two papers of the claim's checklist, on what lies before him."""
    shown = json.loads(at_centre(["claims", "show", claim, "--officer", OFFICER]))
    wanted = [part for paper in shown["papers"][-2:] for part in ("--want", paper["key"])]
    about = ["--officer", OFFICER, "--before", shown["before"]]
    note = "Bawa aslinya; fotonya kurang jelas."
    at_centre(["claims", "ask", claim, *about, *wanted, "--by-day", by_day.isoformat(), "--note", note])


def _heard(desk: Desk, number: str) -> str:
    """What the counter's list of what has to be done says of the claim now."""
    from kiosk.queries.claims import to_act

    with desk.read() as work:
        row = next((one for one in to_act(work) if one.number == number), None)
    if row is None or row.state != "asked":
        raise SystemExit(f"The demo's claim {number} is not asked for papers at the counter.")
    return f"perlu tindakan sampai {row.until}: {'; '.join(one.name for one in row.wanted)}"


def _register(stage: Stage, today: date) -> None:
    from models.rules.days import add_months
    from models.rules.mrz import make_mrz

    stage.scan(
        "\n".join(
            make_mrz(
                surname="LESTARI",
                given="DEWI AYU",
                number="E7730021",
                birth_date=date(1996, 12, 8),
                sex="F",
                expiry=add_months(today, 70),
            )
        )
    )
    stage.settle()
    fields = stage.page.fields
    start = today + timedelta(days=9)
    for name, text in (
        ("nik", "3511044812960004"),
        ("mother_name", "SRI WAHYUNI"),
        ("birth_place", "Bondowoso"),
        ("phone", "+886 912 345 679"),
        ("employer", "Chen Mei-ling, Taipei"),
        ("job", "Perawat lansia"),
    ):
        fields[name].editor.setFocus()
        stage.type(text)
    for name, day in (
        ("contract_start", start),
        ("contract_end", add_months(start, 24) - timedelta(days=1)),
    ):
        fields[name].editor.set_value(day)
    stage.page.consent.setChecked(True)
    stage.settle()


def _close_till(stage: Stage, picture: Callable[[str], None]) -> None:
    """In the evening: every note and coin is counted, a float stays, the rest goes to the treasurer."""
    from models.rules.tills import faces

    stage.counter.show("till")
    stage.settle()
    page = stage.page
    there = {amount.currency: amount for amount in page._status.cash}
    picture("kas")
    page.on_primary()
    stage.settle()
    for block in page.counts.blocks:
        rest = there[block.code].minor if block.code in there else 0
        for face, field in zip(faces(block.code), block.fields(), strict=False):
            number, rest = divmod(rest, face.minor)
            if number:
                field.set_value(number)
    picture("kas-dihitung")
    page.on_primary()
    stage.settle()
    for code, field in page.review.amounts.items():
        field.set_value(replace(there[code], minor=max(there[code].minor - 2_000, 0)))
    picture("kas-ditutup")
    page.on_primary()
    picture("laporan-z")


def _token(pdf: bytes) -> str:
    from kiosk.usecases.checks import tokens_in

    return tokens_in(pdf, "application/pdf")[0]


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
