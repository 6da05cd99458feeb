"""`loket-centre doctor`: what is wrong with this centre, and what a counter's diagnostic file says."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.rules.problems import Trouble

if TYPE_CHECKING:
    from models.diagnoses import Finding
    from server.store.keys import Keys

_MARKS = {"fine": "✓", "note": "!", "wrong": "✗"}
WELL, ILL = 0, 1


def add_doctor(
    commands: Any, everywhere: argparse.ArgumentParser, show: Callable[[Any], None], now: Callable[[], datetime]
) -> None:
    """Declare the command. `show` prints JSON."""
    said = "What is wrong with this centre and the next step; exit 1 if anything is."
    doctor = commands.add_parser("doctor", help=said, description=said, parents=[everywhere])
    doctor.add_argument("--json", action="store_true", help="answer as JSON")
    doctor.add_argument("--cert", type=Path, metavar="FILE", help="also look at the certificate that it serves with")
    doctor.add_argument("--open", type=Path, metavar="FILE", help="read a counter's file for support instead")
    doctor.set_defaults(run=lambda given: _opened(given, show) if given.open else _doctor(given, show, now))


def _doctor(given: argparse.Namespace, show: Callable[[Any], None], now: Callable[[], datetime]) -> int:
    from models.diagnoses import are_well

    found = examined(given.data, now)
    if given.cert is not None:
        from server.usecases.doctor import of_certificate

        found += of_certificate(given.cert, now())
    if given.json:
        show({"ok": are_well(found), "findings": [one.to_json() for one in found]})
    else:
        for one in found:
            print(f"{_MARKS[one.grade]} {one.said}")
            if one.next_step:
                print(f"  → {one.next_step}")
    return WELL if are_well(found) else ILL


def examined(data: Path, now: Callable[[], datetime]) -> list[Finding]:
    """Everything that can be looked at, however far that is."""
    from models.diagnoses import troubled
    from server.store.database import open_database
    from server.store.folder import dsn_of, named_dsn
    from server.usecases import doctor

    try:
        keys = _keys(data)
    except Trouble as trouble:
        return [troubled("keys", trouble)]
    found = doctor.of_machine(data, keys)
    try:
        engine = open_database(dsn_of(data))
    except Trouble as trouble:
        return [*found, troubled("database", trouble)]
    try:
        return found + doctor.of_database(engine, keys, now, demo=named_dsn() is None)
    finally:
        engine.dispose()


def _keys(data: Path) -> Keys:
    from server.store.keys import read_keys

    keys = read_keys(data)
    if keys is None:
        raise Trouble("centre.no_keys", folder=data)
    return keys


def _opened(given: argparse.Namespace, show: Callable[[Any], None]) -> int:
    from models.diagnoses import DIAGNOSES, Finding
    from models.sentences import SENTENCES
    from server.usecases.doctor import read_diagnosis

    keys = _keys(given.data)
    try:
        content = given.open.read_bytes()
    except OSError as error:
        raise Trouble("world.file", path=given.open, said=error.strerror) from error
    seen = read_diagnosis(content, keys)
    findings = []
    for told in seen.findings:
        known = told.code in DIAGNOSES or told.code in SENTENCES
        grade: Any = told.grade if told.grade in _MARKS else "note"
        values = tuple(told.values.items())
        one = Finding(told.check, grade, told.code, values, trouble=told.code not in DIAGNOSES)
        findings.append(one.to_json() | ({} if known else {"message": told.code}))
    show(
        {
            "at": seen.at.isoformat(),
            "program": seen.program,
            "system": seen.system,
            "terminal": str(seen.terminal) if seen.terminal else None,
            "incarnation": seen.incarnation,
            "series": seen.series or None,
            "schema": seen.schema,
            "posting": seen.posting,
            "counts": seen.counts,
            "sync_errors": list(seen.errors),
            "findings": findings,
            "stories": list(seen.stories),
        }
    )
    return WELL
