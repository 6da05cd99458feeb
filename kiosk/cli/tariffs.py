"""Tariffs: which packs are in force, coming and past, and what they charge."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from kiosk.cli.console import Commands, UsedWrongly, open_desk, reply
from kiosk.cli.contributions import explained
from models.rules.problems import Problem, Refused

_TARIFFS = """\
answer: {"day", "tariffs": [{"standing" (in_force|upcoming|past|unpublished), "id", "version", "valid_from", "valid_to",
  "legal_basis", "rows": [{"programme", "phase", "scheme", "event", "months", "base", "per_month", "confidence",
  "per_month_confidence"}], "policies", "jht", "max_months", "confidence"}]}; scheme and event null: any.
With --months also "version" and "amounts": [{"months", "amount_idr", "explained"}] of the pack in force on that day."""


def _tariffs(options: argparse.Namespace) -> None:
    from kiosk.queries.tariffs import tariff_list

    day = _day(options.day) if options.day else None
    months = _months(options.months) if options.months else None
    with open_desk(options) as desk:
        listed = tariff_list(desk, day)
    answer: dict[str, Any] = {
        "day": listed.day.isoformat(),
        "tariffs": [{"standing": row.standing} | row.pack.to_json() for row in listed.rows],
    }
    if months is not None:
        answer |= _amounts(listed, months, options)
    reply(answer)


def _amounts(listed: Any, months: range, options: argparse.Namespace) -> dict[str, Any]:
    from models.rules.tariffs import explain_premium, premium

    if listed.in_force is None:
        raise Refused(Problem.of("day", "tariff.none", day=listed.day.isoformat()))
    pack = listed.in_force.pack
    if months[-1] > pack.max_months:
        raise Refused(Problem.of("months", "months.too_many", most=pack.max_months))
    priced = [premium(pack, n, scheme=options.scheme, event=options.event) for n in months]
    return {
        "version": pack.version,
        "scheme": options.scheme,
        "event": options.event,
        "amounts": [
            {
                "months": cost.months,
                "amount_idr": cost.amount_idr,
                "explained": explained(explain_premium(pack, cost, listed.day)),
            }
            for cost in priced
        ],
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsedWrongly(f"--day: {text} is no day; write it as 2026-11-22") from error


def _months(text: str) -> range:
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise UsedWrongly(f"--months: write 24 or 1-60, not {text}")
    asked = range(int(first), int(last or first) + 1)
    if not asked or asked[0] < 1:
        raise UsedWrongly(f"--months: write 24 or 1-60, not {text}")
    return asked


def declare(commands: Commands) -> None:
    from models.rules.placements import EVENTS, SCHEMES

    listed = commands.add(
        "tariffs", _tariffs, "list the tariffs in force, coming and past, and what they charge", _TARIFFS
    )
    listed.add_argument("--day", metavar="YYYY-MM-DD", help="as they stand on this day (default: today at the mission)")
    listed.add_argument("--months", metavar="N|N-N", help="also say what so many months of JKK+JKM cost")
    listed.add_argument("--scheme", choices=SCHEMES, help="for a worker placed so (default: none known)")
    listed.add_argument("--event", choices=EVENTS, default="new", help="paying on this event (default: new)")
