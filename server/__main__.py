"""`loket-centre`: the central server, and what its officers do at its console."""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from ipaddress import ip_network
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, cast
from uuid import UUID

from models.rules.problems import Problem, Refused, Trouble
from models.sentences import sentence, trouble_sentence

if TYPE_CHECKING:
    from server.usecases.centre import Centre
    from server.usecases.memberships import Waiting
    from server.usecases.officers import Officer
    from server.usecases.tariffs import PackRow, Preview
    from server.web.serving import Certificate

DONE, REFUSED, MISUSED, TROUBLE = 0, 1, 2, 3

PORT = 8440


RESTORED = (
    "Basis data ini dipulihkan dari cadangan: pusat melanjutkan dalam jurnal baru, dan loket mengembalikan apa yang "
    "terjadi sesudah cadangan itu pada sinkronisasi berikutnya."
)


class Misused(Exception):
    """The command was given something it does not understand."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0 done · 1 refused by a rule · 2 used wrongly · 3 trouble with the world."""
    parser = _parser()
    given = parser.parse_args(argv)
    if argv is None:
        from models.process import keep_memory_private, leave_no_dump

        keep_memory_private() if given.run is _serve else leave_no_dump()
    given.data = getattr(given, "data", None) or _default_folder()
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except Refused as refusal:
        _print({"problems": [_problem(problem) for problem in refusal.problems]})
        return REFUSED
    except Misused as error:
        _say(f"loket-centre: {error}")
        return MISUSED
    except Trouble as trouble:
        _say(trouble_sentence(trouble))
        return TROUBLE
    except BrokenPipeError:
        return TROUBLE
    except Exception as error:
        # What an exception says may quote what it broke on; where it broke is enough to mend it.
        from models.stories import story

        _say(f"Ada kesalahan pada program. Kirimkan cerita ini kepada pembuatnya.\n{story(error)}")
        return TROUBLE


def _default_folder() -> Path:
    from server.store.folder import default_folder

    return default_folder()


_CONFIRM = """\
JSON: {"confirmations": [{"receipt": "TPE3-2026-000418", "kpj": "21034567891", "confirmed_on": "2026-11-25"}],
       "balances": [{"kpj": "21034567891", "amount_idr": 1250000, "as_of": "2026-10-31"}]}
CSV with these columns for one of the two. Days default to today; balances are in whole rupiah, of JHT, and name the
worker by kpj or worker_id. All of it is kept, or nothing. The same file again changes nothing.
"""


def _parser() -> argparse.ArgumentParser:
    from server.bundle_commands import Tools as BundleTools
    from server.bundle_commands import add_bundles
    from server.claim_commands import Tools, add_claims
    from server.doctor_commands import add_doctor
    from server.usecases.publish import EXAMPLE
    from server.usecases.roles import ROLES

    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the centre's folder (LOKET_CENTRE_DATA)"
    )
    parser = argparse.ArgumentParser(
        prog="loket-centre",
        description="The centre of Loket PMI: collects what counters record, publishes rates, tariffs and staff.",
        epilog="The database is LOKET_CENTRE_DSN, or an embedded PostgreSQL in the folder, for demonstrations only. "
        "Data goes to standard output as JSON, messages to standard error. "
        "Exit: 0 done, 1 refused by a rule, 2 used wrongly, 3 trouble with the world.",
        parents=[everywhere],
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], said: str, **more: Any) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=said, description=said, parents=[everywhere], **more)
        added.set_defaults(run=run)
        return added

    serve = command("serve", _serve, "Serve counters, officers and the public; makes a new folder when there is none.")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=PORT, help=f"default {PORT}; 0 picks a free one")
    serve.add_argument(
        "--public-host",
        default=os.environ.get("LOKET_PUBLIC_HOST", ""),
        help="the host in the QR codes of receipts, where the public page is (LOKET_PUBLIC_HOST)",
    )
    serve.add_argument(
        "--cert", type=Path, metavar="FILE", help="serve https with this certificate, its chain included (PEM)"
    )
    serve.add_argument("--key", type=Path, metavar="FILE", help="the certificate's key (PEM)")
    serve.add_argument(
        "--proxy",
        action="append",
        metavar="ADDRESS",
        help="believe what this proxy says of who asks (an address or a network; several times); default: this "
        "machine, with --cert nobody",
    )
    base = command("base", _base, "Prepare what new counters are given: their mission's data in one piece.")
    base.add_argument("--mission", help="TPE; default: every mission that has a counter")
    code = command("code", _code, "Make an enrolment code for one counter: one use, 24 hours.")
    code.add_argument("--mission", required=True, help="TPE")
    code.add_argument("--series", required=True, help="TPE3")
    publish = command(
        "publish",
        _publish,
        "Publish missions' settings, rates, tariffs and staff: signed, and pulled by the counters.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Every part may be left out. «tariffs» is a list of tariff packs; «loket-centre tariffs FILE» shows "
        f"what they charge before they are published. For example:\n\n{EXAMPLE}\n",
    )
    publish.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    publish.add_argument("--officer", metavar="NAME", help="who publishes it")
    tariffs = command(
        "tariffs",
        _tariffs,
        "List the tariffs in force, coming and past; or, with FILE, show what the packs in it charge for every number "
        "of months, and what is charged now, without publishing anything.",
    )
    tariffs.add_argument(
        "file", metavar="FILE", nargs="?", help="what «publish» reads, or one pack; - is standard input"
    )
    command("pair", _pair, "Look through what has arrived for people who are registered twice.").add_argument(
        "--limit", type=int, metavar="N", help="as many persons at most; default: all that wait"
    )
    command("pairs", _pairs, "List who may be registered twice, the most pressing first.")
    merge = command("merge", _merge, "Join two registrations: A goes on, B is gathered under it; papers stay.")
    merge.add_argument("kept", metavar="A", type=UUID)
    merge.add_argument("other", metavar="B", type=UUID)
    distinct = command("distinct", _distinct, "Keep that two registrations are two persons.")
    distinct.add_argument("one", metavar="A", type=UUID)
    distinct.add_argument("other", metavar="B", type=UUID)
    unmerge = command("unmerge", _unmerge, "Undo a merge, by the id that merge gave or the console shows.")
    unmerge.add_argument("merge", metavar="MERGE", type=UUID)
    for deciding in (merge, distinct, unmerge):
        deciding.add_argument("--remark", default="", help="why, kept with it")
        deciding.add_argument("--officer", metavar="NAME", help="who decides (verifikator or admin)")
    erase = command(
        "erase", _erase, "Erase what is personal of a worker, here and, with its next sync, at every counter."
    )
    erase.add_argument("worker", metavar="WORKER", type=UUID)
    erase.add_argument("--reason", required=True, metavar="request|retention", help="why")
    erase.add_argument("--order", default="", metavar="TEXT", help="the court's or authority's order, before its time")
    erase.add_argument("--yes", action="store_true", help="do it; without this it only says what would go")
    erase.add_argument("--officer", metavar="NAME", help="who decides (admin)")
    holdings = command(
        "holdings",
        _holdings,
        "Whose data is on a counter's machine: for the notice when it is lost.",
    )
    holdings.add_argument("terminal", metavar="TERMINAL", help="its id, or its series such as TPE3")
    holdings.add_argument("--csv", type=Path, metavar="FILE", help="also write the list for the letters")
    revoke = command(
        "revoke",
        _revoke,
        "Take nothing more from a counter whose machine is lost, stolen or given up; its papers stay true.",
    )
    revoke.add_argument("terminal", metavar="COUNTER", help="its series such as TPE3, or its id")
    revoke.add_argument("--reason", required=True, metavar="TEXT", help="why; the other counters read it")
    revoke.add_argument("--officer", metavar="NAME", help="who decides (admin)")
    about = "What counters ask back for workers, and what is said to it."
    asked = commands.add_parser("refunds", help=about, description=about, parents=[everywhere])
    refunds = asked.add_subparsers(required=True, metavar="ACTION")
    listing = refunds.add_parser("list", help="What was asked for, the longest waiting first.", parents=[everywhere])
    listing.add_argument("--waiting", action="store_true", help="only what nobody has decided")
    listing.set_defaults(run=_refunds_list)
    decide = refunds.add_parser("decide", help="Approve or refuse one; its counters hear of it.", parents=[everywhere])
    decide.add_argument("refund", metavar="REFUND", type=UUID)
    answer = decide.add_mutually_exclusive_group(required=True)
    answer.add_argument("--approve", metavar="cash|transfer", help="cash: a counter pays; transfer: it has been sent")
    answer.add_argument("--refuse", action="store_true")
    decide.add_argument("--reference", default="", metavar="TEXT", help="the transfer's, needed for one")
    decide.add_argument("--note", default="", metavar="TEXT", help="read at the counter; needed to refuse")
    decide.add_argument("--officer", metavar="NAME", help="who decides (verifikator or admin)")
    decide.set_defaults(run=_refunds_decide)
    add_claims(commands, everywhere, Tools(_attached, _print, _write_private))
    add_doctor(commands, everywhere, _print, _now)
    add_bundles(commands, everywhere, BundleTools(_attached, _officer, _print, _write_private))
    proof = command("proof", _proof, "Prove without a gap which numbers a counter gave out, revoked or lost ones too.")
    proof.add_argument("--series", required=True, metavar="SERIES", help="the counter's series such as TPE3, or its id")
    proof.add_argument("--incarnation", type=int, metavar="N", help="of a counter with a newer key: the older journal")
    proof.add_argument("--year", type=int, metavar="Y", help="list the numbers of this year only")
    proof.add_argument("--head", metavar="HASH", help="of a journal that forked: the branch that ends with this hash")
    proof.add_argument("--out", type=Path, metavar="FILE", help="write it there, readable by nobody else")
    command("status", _status, "Say what the centre holds, and when each terminal last spoke.")
    confirm = command(
        "confirm",
        _confirm,
        "Keep what BPJS confirmed of receipts, with card numbers, and the balances it stated; the counters hear of it.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_CONFIRM,
    )
    confirm.add_argument("file", metavar="FILE", nargs="?", help="JSON or CSV; without it, list what waits")
    confirm.add_argument("--mission", help="list those of one mission only")
    confirm.add_argument("--officer", metavar="NAME", help="who confirms (verifikator or admin)")
    balance = command(
        "balance", _balance, "Whether receipts, tenders and till of every terminal add up; exit 3 if not."
    )
    balance.add_argument("--series", help="one terminal only, such as TPE3")
    balance.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD")
    balance.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD")
    restored = command(
        "restored",
        _restored,
        "After a backup was restored: go on in a new journal, so that the counters give back what came after it. Seen "
        "by itself where the database says that it is another one, or a counter can prove it.",
    )
    restored.add_argument("--yes", action="store_true", help="do it; without this it only says where the centre stands")
    command("openapi", _openapi, "Print every route with what it takes, says and allows, as OpenAPI 3.1.")
    command("verify", _verify, "Check every chain, signature and stream, and the ledger against the journal.")
    officer = commands.add_parser("officer", help="Officers of the console.", parents=[everywhere])
    accounts = officer.add_subparsers(required=True, metavar="ACTION")

    def account(name: str, run: Callable[[argparse.Namespace], int], said: str) -> argparse.ArgumentParser:
        added = accounts.add_parser(name, help=said, description=said, parents=[everywhere])
        added.add_argument("login", metavar="NAME")
        added.set_defaults(run=run)
        return added

    add = account("add", _officer_add, "Add an officer; the password comes from LOKET_PASSWORD or a prompt.")
    add.add_argument("--role", default="verifikator", help=", ".join(ROLES))
    add.add_argument("--full-name", default="")
    add.add_argument(
        "--demo-factor", action="store_true", help="at a demo centre: the second factor that everybody knows"
    )
    listed = accounts.add_parser("list", help="Who may use the console.", parents=[everywhere])
    listed.set_defaults(run=_officer_list)
    account("role", _officer_role, "Give an officer another role.").add_argument("role", help=", ".join(ROLES))
    account(
        "password", _officer_password, "A new password, from LOKET_PASSWORD or a prompt; the officer's sessions end."
    )
    account("reset-factor", _officer_reset_factor, "A phone is lost: the next sign-in enrols another one.")
    account("close", _officer_close, "Nobody signs in with this account any more; what was decided with it stays.")
    account("reopen", _officer_reopen, "Open an account again.")
    return parser


# Serving


def _serve(given: argparse.Namespace) -> int:
    from server.store import embedded, folder
    from server.store.database import migrate, open_database, reachable
    from server.usecases.pairing import pairing
    from server.usecases.restoring import watch

    certificate, proxies = _certificate(given), _proxies(given)
    _keep_log()
    folder.make_folder(given.data)
    with _stoppable(), folder.served(given.data), _listening(given.host, given.port) as listener:
        dsn, cluster = folder.named_dsn(), None
        try:
            if dsn is None:
                _say("Demo: PostgreSQL bawaan dipakai, tanpa cadangan. Pusat yang sebenarnya memakai LOKET_CENTRE_DSN.")
                cluster = embedded.start(folder.cluster(given.data))
                dsn = cluster.dsn
            engine = open_database(dsn)
            try:
                reachable(engine)
                migrate(engine)
                centre = _open(given, engine, new=True, demo=cluster is not None)
                watch(centre)
                _first_officer(centre)
                with pairing(centre):
                    _run(centre, listener, certificate, proxies)
            finally:
                engine.dispose()
        finally:
            if cluster is not None:
                with _undisturbed():
                    cluster.stop()
    return DONE


def _keep_log() -> None:
    """Warnings to standard error, with nothing in them that somebody typed or that a database quoted."""
    from models.stories import LINE, Faceless

    handler = logging.StreamHandler()
    handler.setFormatter(Faceless(LINE))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _certificate(given: argparse.Namespace) -> Certificate | None:
    from server.web.serving import Certificate

    if (given.cert is None) != (given.key is None):
        raise Misused("--cert and --key go together")
    return None if given.cert is None else Certificate(given.cert, given.key)


def _proxies(given: argparse.Namespace) -> tuple[str, ...]:
    """Whose word on who asks is believed: a proxy on this machine, where nothing is said and TLS is not ours."""
    if given.proxy is None:
        return () if given.cert is not None else ("127.0.0.1", "::1")
    for one in given.proxy:
        try:
            ip_network(one)
        except ValueError as error:
            raise Misused(f"--proxy {one}: an address such as 10.0.0.2, or a network such as 10.0.0.0/24") from error
    return tuple(given.proxy)


def _run(centre: Centre, listener: socket.socket, certificate: Certificate | None, proxies: Sequence[str]) -> None:
    from server.app import create_app
    from server.web.serving import server, settle

    host, port = listener.getsockname()[:2]
    scheme = "http" if certificate is None else "https"
    _say(f"Pusat melayani di {scheme}://{f'[{host}]' if ':' in host else host}:{port}")
    serving = server(create_app(centre), certificate=certificate, proxies=proxies)
    settle()
    serving.run(sockets=[listener])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The address is taken before the database is started, so that a wrong one is told at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise Trouble("centre.port", address=f"{host}:{port}", said=getattr(error, "strerror", error)) from error
    with listener:
        yield listener


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM and SIGINT end the program the orderly way, PostgreSQL included."""

    def stop(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(DONE)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not leave a database running."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _first_officer(centre: Centre) -> None:
    from server.usecases.officers import add_officer, any_officer, give_demo_factor

    if any_officer(centre):
        return
    password = secrets.token_urlsafe(12)
    added = add_officer(centre, "admin", password, role="admin", name="Admin")
    _say(f"Petugas pusat pertama: admin, kata sandi {password} (hanya ditampilkan sekali ini).")
    if centre.demo:
        give_demo_factor(centre, added.id)
        _say("Faktor keduanya untuk peragaan: halaman masuk menampilkan kodenya.")


def _openapi(_: argparse.Namespace) -> int:
    from server.app import create_app
    from server.openapi import description

    # The routes alone: nobody is asked anything, so there is no centre behind them.
    _print(description(create_app(cast("Centre", None))))
    return DONE


# What officers do while it serves


def _code(given: argparse.Namespace) -> int:
    from server.usecases.codes import make_code

    with _attached(given) as centre:
        _print({"code": make_code(centre, given.mission, given.series)})
    return DONE


def _publish(given: argparse.Namespace) -> int:
    import msgspec

    from server.usecases.publish import Publication, publish

    try:
        publication = msgspec.json.decode(_read(given.file), type=Publication)
    except msgspec.MsgspecError as error:
        raise Misused(f"{given.file}: {error}") from error
    except UnicodeDecodeError as error:
        raise Misused(f"{given.file}: {error.reason}") from error
    with _attached(given) as centre:
        by = _officer(centre, given)
        _print({"published": publish(centre, publication, by.id if by else None)})
    return DONE


def _confirm(given: argparse.Namespace) -> int:
    from models.sentences import sentence
    from server.usecases.memberships import confirm, confirmed_file, state, waiting

    if given.file is None:
        with _attached(given) as centre:
            rows = centre.read(lambda connection: waiting(connection, mission=given.mission))
        _print({"waiting": [_waiting(row) for row in rows]})
        return DONE
    try:
        told = confirmed_file(_read(given.file))
    except ValueError as error:
        raise Misused(f"{given.file}: {error}") from error
    with _attached(given) as centre:
        by = _officer(centre, given)
        found = confirm(centre, told.confirmations, by=by)
        stated = state(centre, told.balances, by=by)
    warnings = [{"field": one.field, "code": one.code, "message": sentence(one)} for one in found.warnings]
    counts = {"receipts": found.receipts, "workers": found.workers, "already": found.already, "balances": stated}
    _print(counts | {"warnings": warnings})
    return DONE


def _waiting(row: Waiting) -> dict[str, Any]:
    return {
        "receipt": row.number,
        "mission": row.mission,
        "worker": row.worker,
        "kpj": row.kpj,
        "issued_at": row.issued_at.isoformat(),
        "amount_idr": row.amount_idr,
        "covered_from": row.covered_from.isoformat(),
        "covered_to": row.covered_to.isoformat(),
    }


def _tariffs(given: argparse.Namespace) -> int:
    from server.usecases.tariffs import packs_at, preview

    documents = None if given.file is None else _tariff_documents(given.file)
    with _attached(given) as centre:
        if documents is None:
            _print({"tariffs": [_tariff(row) for row in packs_at(centre)]})
        else:
            _print({"tariffs": [_preview(one) for one in preview(centre, documents)]})
            _say("Belum ada yang diterbitkan.")
    return DONE


def _tariff_documents(file: str) -> list[dict[str, Any]]:
    """The packs in a file: a publication's, or the one that it is."""
    import msgspec

    try:
        content = msgspec.json.decode(_read(file), type=dict[str, Any])
        found = content.get("tariffs", [content])
        return msgspec.convert(found, type=list[dict[str, Any]])
    except msgspec.MsgspecError as error:
        raise Misused(f"{file}: {error}") from error
    except UnicodeDecodeError as error:
        raise Misused(f"{file}: {error.reason}") from error


def _tariff(row: PackRow) -> dict[str, Any]:
    at = row.published_at
    said = {"standing": row.standing, "published_at": at.isoformat() if at else None, "published_by": row.by or None}
    return said | row.pack.to_json()


def _preview(shown: Preview) -> dict[str, Any]:
    from models.rules.tariff_documents import as_prices

    pack, before = shown.pack, shown.instead_of
    return {
        "id": str(pack.id),
        "version": pack.version,
        "published": pack.published,
        "valid_from": pack.valid_from.isoformat(),
        "valid_to": pack.valid_to.isoformat() if pack.valid_to else None,
        "instead_of": {"id": str(before.id), "version": before.version} if before else None,
        "tables": as_prices(shown.tables),
    }


def _base(given: argparse.Namespace) -> int:
    from server.usecases.base import make
    from server.usecases.terminals import missions_with_counters

    with _attached(given) as centre:
        found = {}
        for mission in [given.mission] if given.mission else centre.read(missions_with_counters):
            made = make(centre, mission)
            found[mission] = made and {
                "entries": made.entries,
                "positions": {cursor.stream: cursor.position for cursor in made.cursors},
                "bytes": made.size,
                "made": made.at.isoformat(),
            }
    _print(found)
    return DONE


def _erase(given: argparse.Namespace) -> int:
    from server.usecases.erasing import erase

    with _attached(given) as centre:
        by = _officer(centre, given)
        done = erase(centre, given.worker, given.reason, order=given.order, really=given.yes, by=by)
    _print(
        {
            "worker_id": str(done.worker_id),
            "erased": done.done,
            "registrations": [str(one) for one in done.registrations],
            "entries": done.entries,
            "documents": done.documents,
            "receipts_without_name": done.receipts,
            "claims_without_name": done.claims,
            "kept_until": done.kept_until.isoformat() if done.kept_until else None,
            "missions": list(done.missions),
            "still_to_sync": [
                {
                    "series": one.series,
                    "mission": one.mission,
                    "terminal": str(one.terminal),
                    "last_seen": one.last_seen.isoformat() if one.last_seen else None,
                }
                for one in done.still_holding
            ],
        }
    )
    if not done.done:
        _say("Belum ada yang dihapus. Ulangi dengan --yes untuk menghapus; ini tidak dapat dibatalkan.")
    return DONE


def _refunds_list(given: argparse.Namespace) -> int:
    from server.usecases.refunds import refunds

    with _attached(given) as centre:
        found = refunds(centre, waiting_only=given.waiting)
    _print(
        [
            {
                "refund": str(one.id),
                "mission": one.mission,
                "receipt": one.number,
                "counter": one.counter or None,
                "revoked": one.revoked,
                "worker_id": str(one.worker_id),
                "worker": one.worker,
                "asked_at": one.asked_at.isoformat(),
                "reason": one.reason,
                "method": one.decided_method or one.method,
                "account": one.account or None,
                "amount": one.amount.json() if one.amount else None,
                "currency": one.amount.currency if one.amount else None,
                "state": one.state,
                "note": one.note or None,
                "transfer_reference": one.transfer_reference or None,
                "paid_with": one.paid_number or None,
            }
            for one in found
        ]
    )
    return DONE


def _refunds_decide(given: argparse.Namespace) -> int:
    from server.usecases.refunds import decide

    with _attached(given) as centre:
        decided = decide(
            centre,
            given.refund,
            approved=not given.refuse,
            method=given.approve or "",
            transfer_reference=given.reference,
            note=given.note,
            by=_officer(centre, given),
        )
    _print({"refund": str(given.refund), "approved": not given.refuse, "entry": str(decided)})
    return DONE


def _revoke(given: argparse.Namespace) -> int:
    from server.usecases.revoking import revoke

    with _attached(given) as centre:
        done = revoke(centre, given.terminal, given.reason, _officer(centre, given))
    _print(
        {
            "revoked": [
                {
                    "terminal": str(one.terminal),
                    "incarnation": one.incarnation,
                    "series": one.series,
                    "fresh": one.fresh,
                }
                for one in done
            ]
        }
    )
    return DONE


def _holdings(given: argparse.Namespace) -> int:
    from reports.sheets import render_csv
    from server.usecases.breaches import notice_sheet

    with _attached(given) as centre:
        _say("Menghitung…")
        seen, sheet = notice_sheet(centre, given.terminal)
    if given.csv is not None:
        _write_private(given.csv, render_csv(sheet))
        _say(f"{len(sheet.rows)} baris ditulis ke {given.csv}.")
    _print(
        {
            "terminal": str(seen.terminal),
            "series": seen.series,
            "mission": seen.mission,
            "revoked": seen.revoked_at is not None,
            "last_seen": seen.last_seen.isoformat() if seen.last_seen else None,
            "own_entries": seen.own_seq,
            "streams": [
                {
                    "stream": one.stream,
                    "given": one.given,
                    "held": one.held,
                    "last": one.last,
                    "given_at": one.given_at.isoformat() if one.given_at else None,
                }
                for one in seen.given
            ],
            "people": seen.people,
            "restricted": seen.restricted,
            "erased_but_still_there": seen.erased,
            "notify_within_hours": seen.notify_hours,
            "csv": str(given.csv) if given.csv else None,
        }
    )
    _say("Catatan yang dibuat loket itu sesudah terakhir melapor tidak diketahui pusat.")
    return DONE


def _proof(given: argparse.Namespace) -> int:
    from server.usecases.proof import number_proof

    with _attached(given) as centre:
        found, others = number_proof(centre, given.series, given.incarnation, year=given.year, head=given.head)
    if given.out is not None:
        _write_private(given.out, found.text.encode())
        answer = {"proof": str(given.out), "numbers": found.numbers, "entries": found.entries}
        _print(answer | {"head": found.head.hex(), "other_heads": [one.hex() for one in found.others]})
    else:
        sys.stdout.write(found.text)
        sys.stdout.flush()
    for other in found.others:
        _say(f"Jurnal ini bercabang: cabang lain dibuktikan tersendiri dengan --head {other.hex()[:16]}.")
    for incarnation in others:
        _say(f"Loket ini berganti kunci: jurnal lainnya dibuktikan tersendiri dengan --incarnation {incarnation}.")
    return DONE


def _write_private(path: Path, content: bytes) -> None:
    """Readable by nobody else. Trouble `world.file`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(content)
    except OSError as error:
        raise Trouble("world.file", path=path, said=error.strerror) from error


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Trouble("world.file", path=file, said=error.strerror) from error


def _pair(given: argparse.Namespace) -> int:
    from server.usecases.pairing import pair_all

    with _attached(given) as centre:
        done = pair_all(centre, given.limit)
    _print({"looked": done.looked, "open": done.found})
    return DONE


def _pairs(given: argparse.Namespace) -> int:
    from models.sentences import explain
    from server.usecases.pairs import merges, open_pairs

    with _attached(given) as centre:
        found, merged = open_pairs(centre), merges(centre)
    _print(
        {
            "open": found.open,
            "pairs": [
                {
                    "workers": [str(row.first_id), str(row.second_id)],
                    "names": [row.first_name, row.second_name],
                    "missions": [row.first_mission, row.second_mission],
                    "strength": row.likeness.strength,
                    "score": row.likeness.score,
                    "reasons": explain(row.likeness),
                    "said_same": row.said_same,
                    "found_at": row.found_at.isoformat(),
                }
                for row in found.rows
            ],
            "merges": [
                {
                    "merge": str(row.id),
                    "kept": str(row.kept_id),
                    "other": str(row.other_id),
                    "at": row.at.isoformat(),
                    "by": row.by,
                    "undone_at": row.undone_at.isoformat() if row.undone_at else None,
                }
                for row in merged
            ],
        }
    )
    return DONE


def _merge(given: argparse.Namespace) -> int:
    from server.usecases.merging import merge

    with _attached(given) as centre:
        made = merge(centre, given.kept, given.other, remark=given.remark, by=_officer(centre, given))
    _print({"merge": str(made)})
    return DONE


def _distinct(given: argparse.Namespace) -> int:
    from server.usecases.merging import tell_apart

    with _attached(given) as centre:
        tell_apart(centre, given.one, given.other, remark=given.remark, by=_officer(centre, given))
    _print({"distinct": [str(given.one), str(given.other)]})
    return DONE


def _unmerge(given: argparse.Namespace) -> int:
    from server.usecases.merging import unmerge

    with _attached(given) as centre:
        unmerge(centre, given.merge, remark=given.remark, by=_officer(centre, given))
    _print({"unmerged": str(given.merge)})
    return DONE


def _officer(centre: Centre, given: argparse.Namespace) -> Officer | None:
    """Who decides, where it was said; else whoever runs the centre."""
    from server.usecases.officers import find_officer

    return find_officer(centre, given.officer) if given.officer else None


def _status(given: argparse.Namespace) -> int:
    from server.usecases.status import status

    with _attached(given) as centre:
        _print(status(centre))
    return DONE


def _restored(given: argparse.Namespace) -> int:
    from server.usecases.centre import epoch_of, incarnation_of
    from server.usecases.restoring import reopen, reopenings

    with _attached(given) as centre:
        if given.yes:
            reopen(centre)
        said = centre.read(lambda connection: (epoch_of(connection), incarnation_of(connection)))
        before = centre.read(lambda connection: reopenings(connection, centre))
    _print(
        {
            "reopened": given.yes,
            "epoch": str(said[0]),
            "incarnation": said[1],
            "restored": [{"at": one.at.isoformat(), "former": one.former, "seq": one.former_seq} for one in before],
        }
    )
    return DONE


def _verify(given: argparse.Namespace) -> int:
    from server.usecases.verify import verify

    with _attached(given) as centre:
        found = verify(centre)
    counts = {"entries": found.entries, "receipts": found.receipts, "terminals": found.terminals}
    _print(
        {"ok": not found.wrong, **counts, "streams": found.streams, "sums": found.sums}
        | {"wrong": found.wrong, "lost": found.lost}
    )
    return TROUBLE if found.wrong else DONE


def _balance(given: argparse.Namespace) -> int:
    from server.usecases.balance import balances

    with _attached(given) as centre:
        found = centre.read(lambda connection: balances(connection, given.first, given.last, series=given.series))
    terminals = [
        {
            "mission": one.mission,
            "series": one.series,
            "incarnation": one.incarnation,
            "holds": one.holds,
            "days": [
                {
                    "day": row.day.isoformat(),
                    "currency": row.unit.currency,
                    "receipts": row.unit.of(row.receipts).json(),
                    "voids": row.unit.of(row.voids).json(),
                    "refunds": row.unit.of(row.refunds).json(),
                    "tenders": {kind: row.unit.of(amount).json() for kind, amount in sorted(row.tenders.items())},
                    "drawer": row.unit.of(row.drawer).json(),
                    "difference": row.unit.of(row.difference).json(),
                }
                for row in one.rows
            ],
            "breaks": [
                {
                    "step": line.step,
                    "day": line.day.isoformat(),
                    "where": line.where,
                    "entry": str(line.entry_id),
                    "currency": line.left.currency,
                    "should_be": line.left.json(),
                    "is": line.right.json(),
                }
                for line in one.breaks
            ],
        }
        for one in found
    ]
    holds = all(one.holds for one in found)
    _print({"holds": holds, "terminals": terminals})
    return DONE if holds else TROUBLE


def _officer_add(given: argparse.Namespace) -> int:
    from server.usecases.factors import DEMO_SECRET, code_of, grouped, step_of
    from server.usecases.officers import add_officer, give_demo_factor

    password = _password()
    shown: dict[str, str] = {}
    with _attached(given) as centre:
        if given.demo_factor and not centre.demo:
            raise Refused(Problem("factor", "officer.demo_only"))
        added = add_officer(centre, given.login, password, role=given.role, name=given.full_name)
        if given.demo_factor:
            give_demo_factor(centre, added.id)
            shown = {"secret": grouped(DEMO_SECRET), "code": code_of(DEMO_SECRET, step_of(_now()))}
    _print({"officer": str(added.id), "login": added.login, "role": added.role, **shown})
    return DONE


def _officer_list(given: argparse.Namespace) -> int:
    from server.usecases.officers import officers

    with _attached(given) as centre:
        rows = officers(centre)
    _print(
        {
            "officers": [
                {
                    "login": row.login,
                    "name": row.name,
                    "role": row.role,
                    "active": row.active,
                    "factor": row.enrolled_at is not None,
                    "recovery_codes": row.codes,
                    "signed_in_at": row.signed_in_at.isoformat() if row.signed_in_at else None,
                    "locked_until": row.locked_until.isoformat() if row.locked_until else None,
                }
                for row in rows
            ]
        }
    )
    return DONE


def _officer_role(given: argparse.Namespace) -> int:
    from server.usecases.officers import change_role

    return _with_account(given, lambda centre, who: change_role(centre, who.id, given.role))


def _officer_password(given: argparse.Namespace) -> int:
    from server.usecases.officers import give_password

    password = _password()
    return _with_account(given, lambda centre, who: give_password(centre, who.id, password, must_change=False))


def _officer_reset_factor(given: argparse.Namespace) -> int:
    from server.usecases.officers import reset_factor

    return _with_account(given, lambda centre, who: reset_factor(centre, who.id))


def _officer_close(given: argparse.Namespace) -> int:
    from server.usecases.officers import close_account

    return _with_account(given, lambda centre, who: close_account(centre, who.id))


def _officer_reopen(given: argparse.Namespace) -> int:
    from server.usecases.officers import reopen_account

    return _with_account(given, lambda centre, who: reopen_account(centre, who.id))


def _with_account(given: argparse.Namespace, change: Callable[[Centre, Officer], None]) -> int:
    from server.usecases.officers import account_of

    with _attached(given) as centre:
        change(centre, account_of(centre, given.login))
        who = account_of(centre, given.login)
    _print({"officer": str(who.id), "login": who.login, "role": who.role})
    return DONE


def _password() -> str:
    if (given := os.environ.get("LOKET_PASSWORD")) is not None:
        return given
    if not sys.stdin.isatty():
        raise Trouble("centre.no_password")
    return getpass.getpass("Kata sandi: ")


@contextmanager
def _attached(given: argparse.Namespace) -> Iterator[Centre]:
    """The centre of this folder, beside the program that serves it."""
    from server.store.database import migrate, open_database, reachable
    from server.store.folder import dsn_of, named_dsn
    from server.store.keys import read_keys

    if read_keys(given.data) is None:
        raise Trouble("centre.no_keys", folder=given.data)
    engine = open_database(dsn_of(given.data))
    try:
        reachable(engine)
        if named_dsn() is not None:
            migrate(engine)
        yield _open(given, engine, new=False, demo=named_dsn() is None)
    finally:
        engine.dispose()


def _open(given: argparse.Namespace, engine: Any, *, new: bool, demo: bool) -> Centre:
    from server.store.folder import bases
    from server.store.keys import new_keys, read_keys, write_keys
    from server.usecases.centre import open_centre
    from server.usecases.journal import bring_up_to_date
    from server.usecases.restoring import settle

    keys = read_keys(given.data)
    if keys is None and new:
        keys = new_keys(_now())
        write_keys(given.data, keys)
    if keys is None:
        raise Trouble("centre.no_keys", folder=given.data)
    public_host = getattr(given, "public_host", "")
    centre = open_centre(engine, keys, _now, demo=demo, public_host=public_host, bases=bases(given.data))
    bring_up_to_date(centre)
    if settle(centre):
        _say(RESTORED)
    return centre


def _now() -> datetime:
    return datetime.now(UTC)


# Words


def _problem(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "code": problem.code, "message": sentence(problem)}


def _print(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2), flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
