"""Tasks: what a person should look at, and closing it with a note."""

from __future__ import annotations

import argparse

from kiosk.cli.console import Commands, ask_second_password, iso, open_desk, reply

_SETTLE = """\
Where money is asked about, a penyelia or admin closes it, or anybody with --second, whose password comes from
LOKET_SECOND_PASSWORD or is asked for in the terminal. Cover that clashes goes with "loket cover move", a withdrawn
consent when it is acted on.

answer: {"entry", "code", "operator", "at", "note"}"""


def _list(options: argparse.Namespace) -> None:
    from kiosk.queries.tasks import tasks

    with open_desk(options) as desk:
        found = tasks(desk)
    reply(
        [
            {
                "entry": str(one.entry_id),
                "code": one.code,
                "at": iso(one.at),
                "worker_id": str(one.worker_id) if one.worker_id else None,
                "name": one.name or None,
                "number": one.number or None,
                "closes": one.closes,
            }
            for one in found
        ]
    )


def _needs(options: argparse.Namespace) -> None:
    from kiosk.queries.needs import needs

    with open_desk(options) as desk:
        found = needs(desk)
    reply(
        [
            {
                "kind": one.kind,
                "code": one.code or None,
                "at": iso(one.at),
                "count": one.count,
                "said": one.said or None,
                "entry": str(one.entry_id) if one.entry_id else None,
                "recorded": one.entry_kind or None,
                "worker_id": str(one.worker_id) if one.worker_id else None,
                "number": one.number or None,
            }
            for one in found
        ]
    )


def _settle(options: argparse.Namespace) -> None:
    from uuid import UUID

    from kiosk.usecases.approvals import Approval
    from kiosk.usecases.tasks import settle
    from models.rules.problems import Problem, Refused

    try:
        entry_id = UUID(options.entry)
    except ValueError as error:
        raise Refused(Problem("task", "task.unknown")) from error
    second = None
    if options.second:
        second = Approval(options.second, ask_second_password())
    with open_desk(options) as desk:
        done = settle(desk, entry_id, options.code, options.note, second)
    reply(
        {
            "entry": str(done.entry_id),
            "code": done.code,
            "operator": done.operator,
            "at": iso(done.at),
            "note": done.note,
        }
    )


def declare(commands: Commands) -> None:
    tasks = commands.group("tasks", _list, "what a person should look at")
    tasks.add("list", _list, 'every open flag; "closes" says who or what closes it')
    tasks.add("held", _needs, "what the centre does not have, holds back or put aside, with its age and reason")
    settle = tasks.add("settle", _settle, "somebody looked at a flag and there is nothing left to do", _SETTLE)
    settle.add_argument("entry", metavar="ENTRY")
    settle.add_argument("code", metavar="CODE")
    settle.add_argument("--note", required=True, help="what was found, and what was done")
    settle.add_argument("--second", metavar="LOGIN", help="the supervisor who agrees")
