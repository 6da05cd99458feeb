"""Tills: opening the drawer, cash in and out, handing it over, closing it, and its Z-reports."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kiosk.cli.console import (
    Commands,
    as_form,
    ask_secret,
    iso,
    open_desk,
    read_object,
    reply,
    require_writable,
    say,
    write_private,
)
from kiosk.cli.papers import issued_pdf, print_folder
from models.rules.money import Money

if TYPE_CHECKING:
    from kiosk.queries.tills import ZReport
    from kiosk.usecases.approvals import Approval
    from models.rules.tills import Compared

_COUNTS = """\
fields: counts* [{"currency", "pieces" {"1000": 12, "0.50": 3} and/or "amount"}], reason (why it differs),
  second (the login of the second person; the password is asked for, or is LOKET_SECOND_PASSWORD),
  alone (true: no second person can be reached; recorded with its reason, and flagged)"""
_OPEN = f"""\
{_COUNTS}, brought {{"TWD": "2000"}} (the float that was added)

answer: {{"till", "number", "sums", "flags"}}"""
_MOVE = """\
fields: amount*, reason*, currency (default: the mission's), till, second, alone

answer: {"amount", "currency", "left", "flags"}"""
_HAND_OVER = f"""\
{_COUNTS}, to* (the login of who receives the till; the password is asked for, or is LOKET_RECEIVER_PASSWORD), till

answer: {{"till", "holder", "sums", "flags"}}"""
_CLOSE = f"""\
{_COUNTS}, deposited {{"TWD": "10000"}} (goes to the treasurer; the rest stays), till,
  recount (true, with second: the drawer was counted again)

The count is blind: what was expected is answered when it is confirmed, and counting again then needs a second person.
answer: {{"till", "number", "sums", "flags", "unsent", "drafts", "report", "pdf", "backup"}}"""


def _status(options: argparse.Namespace) -> None:
    from kiosk.queries.tills import status

    with open_desk(options) as desk:
        found = status(desk)
    session, last = found.open, found.last
    reply(
        {
            "open": session is not None,
            "till": str(session.id) if session else None,
            "number": found.next_number,
            "opened_at": iso(session.opened_at) if session else None,
            "days_open": found.days_open,
            "holder": found.holder or None,
            "mine": found.mine,
            "cash_allowed": found.allowed,
            "cash": _amounts(found.cash),
            "currencies": list(found.currencies),
            "moves": [_move_row(one) for one in found.moves],
            "last": {
                "till": str(last.till_id),
                "number": last.number,
                "closed_at": iso(last.closed_at),
                "closed_by": last.closed_by,
                "left": _amounts(last.left),
            }
            if last
            else None,
            "unsent": found.unsent,
            "drafts": len(found.drafts),
        }
    )


def _open(options: argparse.Namespace) -> None:
    from kiosk.forms.till import OpenTill
    from kiosk.usecases.tills import start

    given, second = _with_second(options)
    form = as_form(given, OpenTill)
    with open_desk(options) as desk:
        opened = start(desk, form, second)
    reply(
        {
            "till": str(opened.till_id),
            "number": opened.number,
            "sums": _sums(opened.sums),
            "flags": list(opened.flags),
        }
    )


def _moving(way: Literal["in", "out"]) -> Any:
    def run(options: argparse.Namespace) -> None:
        from kiosk.forms.till import MoveCash
        from kiosk.usecases.tills import move

        given, second = _with_second(options)
        form = as_form(given, MoveCash)
        with open_desk(options) as desk:
            moved = move(desk, way, form, second)
        reply(
            {
                "amount": moved.amount.json(),
                "currency": moved.amount.currency,
                "left": moved.left.json(),
                "flags": list(moved.flags),
            }
        )

    return run


def _hand_over(options: argparse.Namespace) -> None:
    from kiosk.forms.till import HandOver
    from kiosk.queries.tills import status
    from kiosk.usecases.tills import confirm_count, hand_over

    given, second = _with_second(options)
    to = str(given.pop("to", None) or "")
    form = as_form(given, HandOver)
    password = ask_secret("LOKET_RECEIVER_PASSWORD", f"Kata sandi {to}: ") if to else ""
    with open_desk(options) as desk:
        confirm_count(desk, "hand_over", form)
        handed = hand_over(desk, form, to, password, second)
        session = status(desk).open
    reply(
        {
            "till": str(session.id) if session else None,
            "holder": handed.holder,
            "sums": _sums(handed.sums),
            "flags": list(handed.flags),
        }
    )


def _close(options: argparse.Namespace) -> None:
    from kiosk.cli.backups import as_backup
    from kiosk.forms.till import CloseTill
    from kiosk.queries.tills import z_report
    from kiosk.usecases.backups import Backup, after_closing
    from kiosk.usecases.tills import close, confirm_count, recount
    from models.rules.problems import Trouble
    from models.sentences import trouble_sentence

    given, second = _with_second(options)
    again = given.pop("recount", False)
    form = as_form(given, CloseTill)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        if again and second is not None:
            recount(desk, second)
        confirm_count(desk, "close", form)
        closed = close(desk, form, second)
        report = z_report(desk, closed.till_id)
        pdf = issued_pdf(desk, closed.number, folder)
        copy = after_closing(desk)
    if isinstance(copy, Trouble):
        say(trouble_sentence(copy))
    reply(
        {
            "till": str(closed.till_id),
            "number": closed.number,
            "sums": _sums(closed.sums),
            "flags": list(closed.flags),
            "unsent": closed.unsent,
            "drafts": [
                {"screen": one.screen, "operator": one.operator, "updated_at": iso(one.updated_at)}
                for one in closed.drafts
            ],
            "report": report_of(report),
            "pdf": pdf,
            "backup": as_backup(copy) if isinstance(copy, Backup) else None,
        }
    )


def _report(options: argparse.Namespace) -> None:
    from kiosk.queries.tills import find_till, status, z_report
    from kiosk.usecases.papers import make
    from kiosk.usecases.print_jobs import note
    from models.rules.problems import Problem, Refused

    with open_desk(options) as desk:
        if options.number is None:
            last = status(desk).last
            if last is None:
                raise Refused(Problem("till", "till.still_open"))
            till_id = last.till_id
        else:
            with desk.read() as work:
                till_id = find_till(work.connection, options.number)
        report = z_report(desk, till_id)
        answer = report_of(report)
        if options.pdf is not None:
            require_writable(options.pdf)
            paper = make(desk, report.number)
            try:
                write_private(options.pdf, paper.pdf)
            except OSError:
                note(desk, paper.job, "failed")
                raise
            note(desk, paper.job, "confirmed")
            answer |= {"copy": paper.copy, "pdf": str(options.pdf)}
    reply(answer)


def report_of(report: ZReport) -> dict[str, Any]:
    """A Z-report as JSON; money in the main unit."""
    return {
        "till": str(report.till_id),
        "number": report.number,
        "previous": report.previous_number or None,
        "previous_hash": report.previous_hash.hex() or None,
        "hash": report.closed_hash.hex(),
        "mission": report.mission,
        "opened_at": iso(report.opened_at),
        "opened_by": report.opened_by,
        "closed_at": iso(report.closed_at),
        "closed_by": report.closed_by,
        "holder": report.holder,
        "reason": report.closing_reason or None,
        "approved_by": report.closing_approved_by or None,
        "cash": [
            {
                "currency": row.counted.currency,
                **{
                    name: getattr(row, name).json()
                    for name in (
                        "start",
                        "brought",
                        "opening",
                        "taken",
                        "returned",
                        "put_in",
                        "taken_out",
                        "handed",
                        "adjusted",
                        "expected",
                        "counted",
                        "difference",
                        "deposited",
                        "left",
                    )
                },
                "pieces": {str(face.json()): number for face, number in row.pieces},
            }
            for row in report.cash
        ],
        "tenders": [
            {
                "tender": row.kind,
                "currency": row.taken.currency,
                "receipts": row.receipts,
                "taken": row.taken.json(),
                "returned": row.returned.json(),
                "expected": row.expected.json(),
            }
            for row in report.tenders
        ],
        "receipts": report.receipts,
        "voids": report.voids,
        "first": report.first_number or None,
        "last": report.last_number or None,
        "late": list(report.late),
        "moves": [_move_row(one) for one in report.moves],
        "hand_overs": [
            {
                "at": iso(one.at),
                "from": one.giver,
                "to": one.receiver,
                "counted": _amounts(one.counted),
                "differences": _amounts(one.differences),
                "reason": one.reason or None,
                "approved_by": one.approved_by or None,
            }
            for one in report.hand_overs
        ],
        "unsent": report.unsent,
        "drafts": report.drafts,
        "flags": list(report.flags),
    }


def _move_row(row: Any) -> dict[str, Any]:
    return {
        "at": iso(row.at),
        "way": row.way,
        "amount": row.amount.json(),
        "currency": row.amount.currency,
        "reason": row.reason,
        "operator": row.operator,
        "approved_by": row.approved_by or None,
    }


def _amounts(amounts: Iterable[Money]) -> dict[str, int | str]:
    return {one.currency: one.json() for one in amounts}


def _sums(sums: Iterable[Compared]) -> list[dict[str, Any]]:
    return [
        {
            "currency": one.counted.currency,
            "counted": one.counted.json(),
            "expected": one.expected.json(),
            "difference": one.difference.json(),
        }
        for one in sums
    ]


def _with_second(options: argparse.Namespace) -> tuple[dict[str, Any], Approval | None]:
    """What was written, and the second person where one was named; a password is in no file."""
    from kiosk.usecases.approvals import Approval

    given = read_object(options.file)
    login = given.pop("second", None)
    if "till" in given:
        given["till_id"] = given.pop("till")
    if not login:
        return given, None
    return given, Approval(str(login), ask_secret("LOKET_SECOND_PASSWORD", f"Kata sandi {login}: "))


def declare(commands: Commands) -> None:
    tills = commands.group("till", _status, "the cash drawer of this counter")
    tills.add("status", _status, "whether a till is open, who holds it, and what by the books lies in it")
    tills.add_reading("open", _open, "count the drawer and open a till", _OPEN)
    tills.add_reading("in", _moving("in"), "put in cash that belongs to no receipt", _MOVE)
    tills.add_reading("out", _moving("out"), "take out cash that belongs to no receipt", _MOVE)
    tills.add_reading("hand-over", _hand_over, "count the drawer and give it to another", _HAND_OVER)
    tills.add_reading("close", _close, "count the drawer, close the till and write its Z-report", _CLOSE)
    report = tills.add("report", _report, "a Z-report; without a number the last one")
    report.add_argument("number", nargs="?")
    report.add_argument(
        "--pdf", type=Path, metavar="F.pdf", help="make the paper as well; copies are counted and marked"
    )
