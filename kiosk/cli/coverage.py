"""Coverage: days that clash and where they go; the certificate of membership and the statement of contributions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import (
    Commands,
    ask_second_password,
    iso,
    open_desk,
    read_form,
    reply,
    require_writable,
    write_private,
)
from kiosk.cli.papers import issued_pdf, print_folder

if TYPE_CHECKING:
    from kiosk.queries.coverage import PaidLine

_MOVE = """\
fields: worker_id*, reason*, moves [{"receipt"*, "line" (1 is the first), "covered_from"*}]; without moves everything
that clashes goes where "show" proposes. What is printed on the receipts never changes: a paper of its own replaces it.

A penyelia or admin does it alone; for anybody else --second names one, whose password comes from
LOKET_SECOND_PASSWORD or is asked for in the terminal.

answer: {"move", "lines": [{"receipt", "line", "programme", "months", "covered_from", "covered_to"}], "pdf"}"""


def _list(options: argparse.Namespace) -> None:
    from kiosk.queries.coverage import clashes

    with open_desk(options) as desk:
        found = clashes(desk)
    reply(
        [
            {
                "worker_id": str(one.worker_id),
                "name": one.name,
                "clashes": list(one.codes),
                "receipts": list(one.numbers),
                "since": iso(one.since),
            }
            for one in found
        ]
    )


def _show(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.coverage import paid_days
    from kiosk.queries.memberships import membership_of

    who = worker_id(options.worker_id)
    with open_desk(options) as desk:
        person, standing = paid_days(desk, who), membership_of(desk, who)
    reply(
        {
            "worker_id": str(person.worker_id),
            "covers": [
                {
                    "programme": one.programme,
                    "covered_from": iso(one.covered_from),
                    "covered_to": iso(one.covered_to),
                    "confirmed_on": iso(one.confirmed_on),
                }
                for one in standing.covers
            ],
            "balances": [
                {"programme": one.programme, "amount_idr": one.amount_idr, "as_of": iso(one.as_of)}
                for one in standing.balances
            ],
            "lines": [_line(line) for line in person.lines],
        }
    )


def _line(line: PaidLine) -> dict[str, Any]:
    proposed = line.proposed
    return {
        "receipt": line.number,
        "line": line.line + 1,
        "programme": line.programme,
        "months": line.months,
        "printed": [iso(day) for day in line.printed],
        "stands": [iso(line.stands.covered_from), iso(line.stands.covered_to)],
        "clash": line.clash or None,
        "proposed": [iso(proposed.covered_from), iso(proposed.covered_to)] if proposed else None,
        "moved_by": line.moved_by,
    }


def _move(options: argparse.Namespace) -> None:
    from kiosk.forms.coverage import CoverMove
    from kiosk.usecases.approvals import Approval
    from kiosk.usecases.coverage import move

    form = read_form(options.file, CoverMove)
    second = None
    if options.second:
        second = Approval(options.second, ask_second_password())
    with open_desk(options) as desk:
        folder = print_folder(desk)
        moved = move(desk, form, second)
        reply(
            {
                "move": moved.number,
                "lines": [
                    {
                        "receipt": line.number,
                        "line": line.line + 1,
                        "programme": cover.programme,
                        "months": line.months,
                        "covered_from": iso(cover.covered_from),
                        "covered_to": iso(cover.covered_to),
                    }
                    for line, cover in moved.lines
                ],
                "pdf": issued_pdf(desk, moved.number, folder),
            }
        )


def _certificate(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.memberships import membership_paper
    from reports.membership_card import render_membership_card, render_membership_letter

    with open_desk(options) as desk:
        require_writable(options.out)
        paper = membership_paper(desk, worker_id(options.worker_id))
        write_private(options.out, (render_membership_card if options.card else render_membership_letter)(paper))
    reply({"receipt": paper.number, "confirmed_on": iso(paper.confirmed_on), "pdf": str(options.out)})


def _statement(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.memberships import statement_paper
    from reports.contribution_statement import net_idr, render_contribution_statement

    with open_desk(options) as desk:
        require_writable(options.out)
        paper = statement_paper(desk, worker_id(options.worker_id))
        write_private(options.out, render_contribution_statement(paper))
    reply({"payments": len(paper.lines), "amount_idr": net_idr(paper.lines), "pdf": str(options.out)})


def declare(commands: Commands) -> None:
    cover = commands.group("cover", _list, "days that two counters sold twice or cut off, and where they go")
    cover.add("list", _list, "everybody here whose days clash, the longest known first")
    cover.add("show", _show, "a worker's days, line by line, with what BPJS confirmed and stated").add_argument(
        "worker_id", metavar="WORKER"
    )
    move = cover.add_reading("move", _move, "let lines of receipts cover other days, with a paper that says so", _MOVE)
    move.add_argument("--second", metavar="LOGIN", help="the supervisor who agrees")
    card = commands.add("membership", _certificate, "a worker's certificate of membership as of today")
    card.add_argument("worker_id", metavar="WORKER")
    card.add_argument("--out", type=Path, required=True, metavar="F.pdf")
    card.add_argument("--card", action="store_true", help="as a card of A6 instead of a letter of A5")
    statement = commands.add(
        "statement", _statement, "all contributions of a worker, and the balance as BPJS stated it"
    )
    statement.add_argument("worker_id", metavar="WORKER")
    statement.add_argument("--out", type=Path, required=True, metavar="F.pdf")
