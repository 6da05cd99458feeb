"""Doctor: what is wrong with this counter, in sentences, and a file for support that only the centre opens."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.console import (
    DONE,
    REFUSED,
    Commands,
    UsedWrongly,
    ask_password,
    data_folder,
    login_of,
    reply,
    require_writable,
    write_private,
)
from models.rules.problems import Trouble

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from models.diagnoses import Finding

_MARKS = {"fine": "✓", "note": "!", "wrong": "✗"}


def _doctor(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from kiosk.devices.printer import SystemPrinter
    from kiosk.sync.probe import probe
    from kiosk.usecases import doctor
    from models.diagnoses import are_well

    if options.file:
        require_writable(options.file)
    folder = data_folder(options)
    found = doctor.outside(folder, SystemPrinter())
    with ExitStack() as held:
        desk = None
        try:
            desk = _opened(options, folder)
        except Trouble as trouble:
            found.append(doctor.not_looked_inside(trouble))
        if desk is None and not any(one.check == "database" for one in found):
            found.append(doctor.not_looked_inside())
        if desk is not None:
            held.enter_context(desk)
            found += doctor.inside(desk, thoroughly=options.thorough)
            if not options.no_line:
                found += probe(desk)
        if options.file:
            write_private(options.file, doctor.sealed_diagnosis(folder, found, desk, at=datetime.now(UTC)))
    if options.json:
        reply(
            {
                "ok": are_well(found),
                "file": str(options.file) if options.file else None,
                "findings": [one.to_json() for one in found],
            }
        )
    else:
        _tell(found)
        if options.file:
            print(f"Berkas bantuan ditulis ke {options.file}. Hanya pusat yang dapat membukanya.")
    return DONE if are_well(found) else REFUSED


def _opened(options: argparse.Namespace, folder: Path) -> Desk | None:
    """The desk, where there is a password: in the environment, or from whoever sits at the terminal."""
    from kiosk.desk import Desk
    from kiosk.store.store import DATABASE_FILE

    if options.outside or not (folder / DATABASE_FILE).exists():
        return None
    try:
        password = ask_password()
    except UsedWrongly:
        return None
    return Desk.open(folder, login_of(options), password) if password else None


def _tell(found: list[Finding]) -> None:
    sys.stdout.flush()
    for one in found:
        print(f"{_MARKS[one.grade]} {one.said}")
        if one.next_step:
            print(f"  → {one.next_step}")
    sys.stdout.flush()


def declare(commands: Commands) -> None:
    doctor = commands.add(
        "doctor",
        _doctor,
        "what is wrong with this counter and the next step; exit 1 if anything is",
        "Without a password (LOKET_PASSWORD, or asked for in a terminal) the database is not looked into.",
    )
    doctor.add_argument("--json", action="store_true", help="answer as JSON")
    doctor.add_argument("--outside", action="store_true", help="ask for no password")
    doctor.add_argument("--thorough", action="store_true", help="also post everything anew and compare")
    doctor.add_argument("--no-line", action="store_true", help="do not ask the centre")
    doctor.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help="also write a file for support: sealed to the centre, nothing personal",
    )
