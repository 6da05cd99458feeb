"""Books: the cash book, the receipt list and the covers about to end, as JSON or as a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, UsedWrongly, iso, open_desk, reply, require_writable, write_private
from kiosk.cli.lists import show_progress
from models.rules.problems import Problem, Refused

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from kiosk.steps import Steps
    from kiosk.usecases.books import Book, Kind
    from models.rules.money import Money

_CASH_BOOK = """\
Without --out the book is printed as JSON: {"from", "to", "receipts", "voids", "accounts": [{"account", "currency",
  "opening" (null where nothing goes on from the days before), "in", "out", "closing"}],
  "sums": [{"account", "currency", "receipts", "voids", "other", "total"}]}; money in the main unit.
With --out: {"file", "rows"}."""

_RECEIPTS = """\
Without --out the list is printed as JSON: {"from", "to", "receipts": [{"kind" (receipt|void|decision|refund|move),
  "number", "date", "at", "worker", "lines", "amount_idr", "amount", "currency", "tenders", "rounding_idr", "surplus",
  "short", "operator", "till" (its session's number), "taken_back_by", "takes_back", "moves"}]}.
  What is taken back is negative.
  A decision is the centre's that a receipt is refunded, a refund the money handed out, a move of cover has no amount.
With --out: {"file", "rows"}."""

_EXPIRING = """\
The nearest end first, then those that ended in the last 30 days. Who is restricted is left out, and counted by
"held_back".
Without --out the list is printed as JSON: {"day", "days", "held_back", "workers": [{"name", "phone", "whatsapp",
  "passport_end", "employer", "address", "covered_to", "days_left", "resumes", "receipt", "receipt_date"}]}.
With --out: {"file", "rows", "held_back"}."""


def _cash_book(options: argparse.Namespace) -> None:
    from kiosk.steps import finish
    from kiosk.usecases.books import cash_book, cash_book_as

    as_json = _as_json(options)
    first, last = _days(options.day, options.to)
    with open_desk(options) as desk:
        first = first or _today(desk)
        days = first, last or first
        if not as_json:
            _write(desk, options, lambda kind: cash_book_as(desk, kind, *days, everywhere=options.all))
            return
        paper = finish(cash_book(desk, *days, everywhere=options.all), show_progress())
    reply(
        {
            "from": iso(paper.period.first),
            "to": iso(paper.period.last),
            "receipts": paper.receipts,
            "voids": paper.voids,
            "accounts": [
                {
                    "account": one.account,
                    "currency": one.currency,
                    "opening": one.opening.json() if one.opening else None,
                    "in": one.came.json(),
                    "out": one.went.json(),
                    "closing": one.closing.json(),
                }
                for one in paper.accounts
            ],
            "sums": [
                {
                    "account": one.account,
                    "currency": one.total.currency,
                    "receipts": one.received.json(),
                    "voids": one.taken_back.json(),
                    "other": one.other.json(),
                    "total": one.total.json(),
                }
                for one in paper.sums
            ],
        }
    )


def _receipts(options: argparse.Namespace) -> None:
    from kiosk.steps import finish
    from kiosk.usecases.books import receipt_list, receipt_list_as

    as_json = _as_json(options)
    first, last = _days(options.first, options.to)
    with open_desk(options) as desk:
        first = first or _today(desk)
        days = first, last or first
        if not as_json:
            _write(desk, options, lambda kind: receipt_list_as(desk, kind, *days, everywhere=options.all))
            return
        paper = finish(receipt_list(desk, *days, everywhere=options.all), show_progress())
    reply(
        {
            "from": iso(paper.period.first),
            "to": iso(paper.period.last),
            "receipts": [
                {
                    "kind": row.kind,
                    "number": row.number,
                    "date": iso(row.business_date),
                    "at": iso(row.at),
                    "worker": row.worker,
                    "lines": [
                        {"programme": one.programme, "months": one.months, "amount_idr": one.amount_idr}
                        for one in row.programmes
                    ],
                    "amount_idr": row.amount_idr,
                    "amount": row.due.json(),
                    "currency": row.due.currency,
                    "tenders": [
                        {"kind": one.kind, "reference": one.reference or None, **_money(one.amount)}
                        for one in row.tenders
                    ],
                    "rounding_idr": row.rounding_idr,
                    "surplus": row.surplus.json(),
                    "short": row.short.json(),
                    "operator": row.operator,
                    "till": row.till,
                    "taken_back_by": row.other or None if row.kind == "receipt" else None,
                    "takes_back": row.other or None if row.kind != "receipt" else None,
                    "moves": row.moves,
                }
                for row in paper.rows
            ],
        }
    )


def _expiring(options: argparse.Namespace) -> None:
    from kiosk.steps import finish
    from kiosk.usecases.books import expiring_list, expiring_list_as

    as_json = _as_json(options)
    with open_desk(options) as desk:
        if not as_json:
            _write(desk, options, lambda kind: expiring_list_as(desk, kind, options.days), held_back=True)
            return
        paper = finish(expiring_list(desk, options.days), show_progress())
    reply(
        {
            "day": iso(paper.day),
            "days": paper.within,
            "held_back": paper.held_back,
            "workers": [
                {
                    "name": row.name,
                    "phone": row.phone or None,
                    "whatsapp": row.whatsapp or None,
                    "passport_end": row.passport or None,
                    "employer": row.employer or None,
                    "address": row.address or None,
                    "covered_to": iso(row.until),
                    "days_left": row.days_left,
                    "resumes": iso(row.resumes) if row.resumes else None,
                    "receipt": row.receipt or None,
                    "receipt_date": iso(row.receipt_date) if row.receipt_date else None,
                }
                for row in paper.rows
            ],
        }
    )


def _write(
    desk: Desk, options: argparse.Namespace, make: Callable[[Kind], Steps[Book]], *, held_back: bool = False
) -> None:
    """Make it, write it, say so."""
    from kiosk.steps import finish
    from kiosk.usecases.books import taken

    kind = kind_of(options)
    require_writable(options.out)
    book = finish(make(kind), show_progress())
    write_private(options.out, book.content)
    taken(desk, book, "saved")
    reply({"file": str(options.out), "rows": book.rows} | ({"held_back": book.held_back} if held_back else {}))


def _as_json(options: argparse.Namespace) -> bool:
    if options.out is None and options.format:
        raise UsedWrongly("--format needs --out")
    return options.out is None


def kind_of(options: argparse.Namespace) -> Kind:
    """What was asked for by --format, else what the file's ending says. Refused `book.kind`."""
    from kiosk.usecases.books import KINDS

    wanted = f".{options.format}" if options.format else options.out.suffix.lower()
    for kind in KINDS:
        if kind == wanted:
            return kind
    raise Refused(Problem.of("file", "book.kind", file=options.out.name))


def _days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """Refused `date.impossible`; UsedWrongly where only the end is given."""
    if last and not first:
        raise UsedWrongly("--to needs the first day as well")
    return _day(first, "from"), _day(last, "to")


def _day(text: str | None, field: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Problem(field, "date.impossible")) from error


def _today(desk: Desk) -> date:
    with desk.read() as work:
        return work.today


def _money(amount: Money) -> dict[str, Any]:
    return {"amount": amount.json(), "currency": amount.currency}


def add_out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("pdf", "xlsx", "csv"), help="default: as the file's ending says")
    command.add_argument("--out", type=Path, metavar="FILE", help="write it there instead of printing JSON")


def declare(commands: Commands) -> None:
    everywhere = "of all counters of the mission, as far as they were synced"
    book = commands.add(
        "cash-book", _cash_book, "what came in and went out by each way of paying, with sums", _CASH_BOOK
    )
    book.add_argument("--day", metavar="YYYY-MM-DD", help="default: today at the mission")
    book.add_argument("--to", metavar="YYYY-MM-DD", help="the last day, where it is several")
    book.add_argument("--all", action="store_true", help=everywhere)
    add_out(book)
    listed = commands.add("receipts", _receipts, "receipts and voids of a period", _RECEIPTS)
    listed.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help="default: today at the mission")
    listed.add_argument("--to", metavar="YYYY-MM-DD", help="default: the same day")
    listed.add_argument("--all", action="store_true", help=everywhere)
    add_out(listed)
    ends = commands.add("expiring", _expiring, "whom to call, because their cover ends soon or ended lately", _EXPIRING)
    ends.add_argument("--days", type=int, default=60, metavar="N", help="how far ahead (default: 60)")
    add_out(ends)
