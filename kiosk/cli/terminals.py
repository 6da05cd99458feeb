"""Terminals: made, certified, brought in step with the centre, verified."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import (
    DONE,
    REFUSED,
    TROUBLE,
    Commands,
    ask_new_password,
    ask_second_password,
    ask_secret,
    data_folder,
    iso,
    login_of,
    open_desk,
    reply,
    require_writable,
    say,
    write_private,
)
from models.rules.problems import Trouble

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from kiosk.store.base import Given
    from kiosk.sync.authority import Authority
    from kiosk.sync.sync import Progress

_SYNC_SECONDS = 50.0
"""Ten seconds less than the command may take: starting and signing in count too."""


def _init(options: argparse.Namespace) -> None:
    from kiosk.queries.papers import recovery_paper
    from kiosk.usecases.terminals import initialise
    from reports.recovery import render_recovery

    login = login_of(options) or "admin"
    if options.paper:
        require_writable(options.paper)
    desk, code = initialise(
        data_folder(options),
        mission_code=options.mission,
        series=options.series,
        login=login,
        password=ask_secret("LOKET_PASSWORD", f"Kata sandi baru untuk {login}: ", twice=True),
        name=options.name,
    )
    with desk, desk.read() as work:
        reply(
            {
                "terminal": str(work.terminal.id),
                "mission": work.mission,
                "series": work.terminal.series,
                "operator": desk.operator.login,
                "recovery_code": code,
            }
        )
        if options.paper:
            write_private(options.paper, render_recovery(recovery_paper(work, code)))
    say("Simpan kode pemulihan di brankas perwakilan: tanpa kode atau kata sandi, data loket ini tidak dapat dibuka.")


def _recover(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import recover

    code = ask_secret("LOKET_RECOVERY_CODE", "Kode pemulihan: ")
    login = options.login.strip().lower()
    recover(data_folder(options), code, login, ask_new_password(f"Kata sandi baru untuk {login}: "))
    reply({"login": login, "changed": True})


def _enrol(options: argparse.Namespace) -> None:
    from kiosk.config import authority_file
    from kiosk.sync.authority import read_file
    from kiosk.sync.enrol import enrol

    authority = options.ca or authority_file()
    content = None if authority is None else read_file(authority)
    with open_desk(options) as desk:
        enrol(desk, options.centre, options.code, authority=content)
        reply(_standing(desk))


def _ca_show(options: argparse.Namespace) -> None:
    from kiosk.sync.authority import authorities, pinned

    with open_desk(options) as desk:
        reply(_vouching(authorities(pinned(desk))))


def _ca_pin(options: argparse.Namespace) -> None:
    from kiosk.sync.authority import pin, read_file

    content = read_file(options.file)
    with open_desk(options) as desk:
        reply(_vouching(pin(desk, content)))


def _ca_forget(options: argparse.Namespace) -> None:
    from kiosk.sync.authority import unpin

    with open_desk(options) as desk:
        unpin(desk)
        reply(_vouching(()))


def _vouching(found: Sequence[Authority]) -> dict[str, Any]:
    """Nobody pinned: the public authorities vouch."""
    listed = [{"name": one.name, "fingerprint": one.fingerprint, "until": one.until.isoformat()} for one in found]
    return {"pinned": listed}


def _clock(options: argparse.Namespace) -> None:
    from kiosk.queries.clocks import clock_state
    from kiosk.usecases.approvals import Approval
    from kiosk.usecases.clocks import confirm_date

    with open_desk(options) as desk:
        if options.confirm:
            confirm_date(desk, Approval(options.second, ask_second_password()) if options.second else None)
        found = clock_state(desk)
    reply(
        {
            "now": iso(found.now),
            "last_at": iso(found.last_at) if found.last_at else None,
            "behind": found.behind,
            "skew_minutes": found.skew_minutes,
        }
    )


def _continue(options: argparse.Namespace) -> None:
    from kiosk.usecases.continuing import continue_journal

    with open_desk(options) as desk:
        continue_journal(desk, options.series, options.reason)
        reply(_standing(desk))
    say("Jurnal baru dimulai. Daftarkan dengan kode pusat untuk seri ini: loket enrol --centre … --code …")


def _sync(options: argparse.Namespace) -> int:
    from kiosk.sync.sync import sync
    from models.sentences import trouble_sentence

    with open_desk(options) as desk:
        report = sync(desk, centre=options.centre, deadline=_SYNC_SECONDS, progress=_saying())
        reply(
            {
                "pushed": report.pushed,
                "pulled": report.pulled,
                "statement": report.statement_verified and report.covers_head,
                "pending": report.pending,
                "documents_pending": report.documents_pending,
                "centre_restored": report.centre_restored,
                "returned": report.returned,
                "base": report.base,
            }
        )
        if report.base_trouble is not None:
            say(trouble_sentence(report.base_trouble))
        if report.trouble is not None:
            say(trouble_sentence(report.trouble))
            return TROUBLE
        return DONE


def _saying() -> Callable[[Progress], None]:
    """Says on stderr how far what takes minutes is, at every tenth of it."""
    said: set[tuple[str, int]] = set()

    def tell(step: Progress) -> None:
        tenth = 10 * step.done // max(1, step.total)
        if step.part in _LONG and (step.part, tenth) not in said:
            said.add((step.part, tenth))
            say(_LONG[step.part].format(percent=10 * tenth))

    return tell


_LONG = {
    "base": "Data misi sedang diambil: {percent} %, dapat dilanjutkan kapan saja.",
    "loading": "Data misi sedang disiapkan: {percent} %. Loket tetap dapat dipakai.",
}


def _base(options: argparse.Namespace) -> None:
    from kiosk.desk import needs_base
    from kiosk.store import base

    with open_desk(options) as desk, desk.read() as work:
        standing, coming = base.given(work.connection, "standing"), base.given(work.connection, "coming")
        lacking = base.lacking(work.connection, coming.base) if coming is not None else []
        reply(
            {
                "standing": _told(standing) if standing is not None else None,
                "coming": {**_told(coming), "lacking": sum(part.size for part in lacking)} if coming else None,
                "needed": needs_base(work.connection),
            }
        )


def _told(found: Given) -> dict[str, Any]:
    return {
        "taken": found.at.isoformat(),
        "made": found.base.at.isoformat(),
        "entries": found.base.entries,
        "positions": {cursor.stream: cursor.position for cursor in found.base.cursors},
        "bytes": found.base.size,
        "parts": len(found.base.parts),
    }


def _verify(options: argparse.Namespace) -> int:
    from kiosk.queries.balance import whole
    from kiosk.usecases.verify import verify
    from models.sentences import sentence, trouble_sentence

    with open_desk(options) as desk:
        try:
            found = verify(desk)
        except Trouble as trouble:
            reply({"ok": False, "code": trouble.code, "message": trouble_sentence(trouble)})
            raise
        problem = whole(desk).problem
        reply(
            {
                "ok": problem is None,
                "own_entries": found.own_entries,
                "pulled_entries": found.pulled_entries,
                "pulled_without_key": found.pulled_without_key,
                "base_entries": found.base_entries,
                "base_altered": found.base_altered,
                "ledger": found.tables,
                "balance": sentence(problem) if problem else None,
            }
        )
    return DONE if problem is None else REFUSED


def _status(options: argparse.Namespace) -> None:
    with open_desk(options) as desk:
        reply(_standing(desk))


def _standing(desk: Desk) -> dict[str, Any]:
    from kiosk.queries.home import counts, place, sync_state

    here, state = place(desk), sync_state(desk)
    with desk.read() as work:
        terminal = work.terminal
    return {
        "terminal": str(terminal.id),
        "incarnation": terminal.incarnation,
        "mission": here.mission,
        "series": terminal.series,
        "fingerprint": terminal.thumbprint.hex(),
        "enrolled": terminal.certified,
        "centre": state.centre_url,
        "sync": state.kind,
        "pending": state.waiting,
        "documents_pending": state.documents_waiting,
        "last_synced": state.last_synced.isoformat() if state.last_synced else None,
        "held": state.held,
        "problems": [{"verdict": verdict, "code": code, "entries": n} for verdict, code, n in state.problems],
        "operator": desk.operator.login,
        "data": str(desk.folder),
        **counts(desk),
    }


def declare(commands: Commands) -> None:
    init = commands.add("init", _init, "make a terminal that can work at once; prints the recovery code")
    init.add_argument("--mission", required=True, metavar="CODE", help="the mission, e.g. TPE")
    init.add_argument("--series", required=True, metavar="SERIES", help="this counter's number series, e.g. TPE3")
    init.add_argument("--name", help="the operator's name on paper, e.g. 'Rina W.'")
    init.add_argument("--paper", type=Path, metavar="F.pdf", help="also write the recovery code as a page to be kept")
    about = "set a new password with the printed recovery code (LOKET_RECOVERY_CODE)"
    commands.add("recover", _recover, about).add_argument("login", help="whose password")
    enrol = commands.add("enrol", _enrol, "certify this terminal at a centre, with a code the centre gave out")
    enrol.add_argument("--centre", required=True, metavar="URL")
    enrol.add_argument("--code", required=True)
    about = "trust the certificates in this file alone (an authority of one's own); default LOKET_CA"
    enrol.add_argument("--ca", type=Path, metavar="FILE", help=about)
    about = "who vouches for the centre's certificate: the public authorities, or those that are pinned"
    ca = commands.group("ca", _ca_show, about)
    ca.add("show", _ca_show, "which authorities are pinned")
    pin = ca.add(
        "pin", _ca_pin, "trust the certificates in a file, PEM or DER, and no others; several where one is to follow"
    )
    pin.add_argument("file", type=Path, metavar="FILE")
    ca.add("forget", _ca_forget, "trust the public authorities again")
    about = "what the clock says beside the last entry and the centre; a supervisor may vouch for the date"
    clock = commands.add("clock", _clock, about)
    clock.add_argument("--confirm", action="store_true", help="the date is right although the last entry is later")
    clock.add_argument("--second", metavar="NAME", help="the supervisor who says so (LOKET_SECOND_PASSWORD)")
    about = "end this machine's journal and go on with a new series: its data were copied, or restored from a copy"
    going_on = commands.add("continue", _continue, about)
    going_on.add_argument("--series", required=True, metavar="SERIES", help="the new series, given by the centre")
    going_on.add_argument("--reason", choices=("forked", "restored", "rekeyed"), help="why; default: as found")
    sync = commands.add("sync", _sync, "exchange work with the centre")
    sync.add_argument("--centre", metavar="URL", help="another address, for this call only")
    about = "what the centre gave instead of every entry: taken when, up to where, and what is still coming"
    commands.add("base", _base, about)
    commands.add("verify", _verify, "read the whole journal and ledger again, and whether the money adds up")
    commands.add("status", _status, "how this terminal stands")
