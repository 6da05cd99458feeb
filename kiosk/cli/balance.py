"""Balance: the equation of receipts, tenders, till and centre, and the first line that breaks it."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from kiosk.cli.console import DONE, REFUSED, Commands, UsedWrongly, open_desk, reply

_BALANCE = """\
Days are YYYY-MM-DD; without any, today's. --all is from the first receipt to today. --series is another terminal of the
mission, as far as it is known here.

receipts - voids - refunds = sum of tenders; the drawer changed by cash + brought + moved + difference - deposited.
"centre": what its last signed statement says up to entry "seq"; "unsent" entries came later.
exit 1 when it does not hold: "breaks" has the first lines, "sentence" the very first in words.

answer: {"series", "from", "to", "holds", "rows": [{"day", "currency", "papers", "receipts", "voids", "refunds",
  "tenders": {}, "brought", "moved", "difference", "deposited", "drawer", "rounding", "holds"}],
  "breaks": [{"step", "day", "where", "entry", "currency", "should_be", "is"}],
  "centre": {"seq", "at", "unsent", "differs": {"account", "currency", "ours", "theirs"}}, "sentence"}"""


def _balance(options: argparse.Namespace) -> int:
    from kiosk.queries.balance import balance, whole
    from models.sentences import sentence

    with open_desk(options) as desk:
        if options.all:
            if options.day or options.to or options.series:
                raise UsedWrongly("--all stands alone")
            found = whole(desk)
        else:
            found = balance(desk, options.day, options.to, series=options.series)
    centre = found.centre
    reply(
        {
            "series": found.series,
            "from": found.first.isoformat(),
            "to": found.last.isoformat(),
            "holds": found.holds,
            "rows": [_row(row) for row in found.rows],
            "breaks": [
                {
                    "step": one.step,
                    "day": one.day.isoformat(),
                    "where": one.where,
                    "entry": str(one.entry_id),
                    "currency": one.left.currency,
                    "should_be": one.left.json(),
                    "is": one.right.json(),
                }
                for one in found.breaks
            ],
            "centre": None
            if centre is None
            else {
                "seq": centre.seq,
                "at": centre.at.isoformat(),
                "unsent": centre.unsent,
                "differs": None
                if centre.differs is None
                else {
                    "account": centre.differs.account,
                    "currency": centre.differs.ours.currency,
                    "ours": centre.differs.ours.json(),
                    "theirs": centre.differs.theirs.json(),
                },
            },
            "sentence": sentence(found.problem) if found.problem else None,
        }
    )
    return DONE if found.holds else REFUSED


def _row(row: Any) -> dict[str, Any]:
    money = ("receipts", "voids", "refunds", "brought", "moved", "difference", "deposited", "drawer", "rounding")
    return {
        "day": row.day.isoformat(),
        "currency": row.receipts.currency,
        "papers": row.papers,
        "tenders": {kind: amount.json() for kind, amount in row.tenders},
        "holds": row.holds,
    } | {name: getattr(row, name).json() for name in money}


def declare(commands: Commands) -> None:
    made = commands.add("balance", _balance, "whether receipts, tenders, till and centre add up", _BALANCE)
    made.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="the first or only day")
    made.add_argument("--to", type=date.fromisoformat, metavar="DAY", help="the last day")
    made.add_argument("--all", action="store_true", help="from the first receipt to today")
    made.add_argument("--series", help="another terminal, such as TPE4")
