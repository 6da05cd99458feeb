"""Books: the cash book, the receipt list, and the lists of whom to call, as PDF, XLSX or CSV."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.queries import balance as equation
from kiosk.queries import books, expiring
from kiosk.queries.books import BookRow, CashRow
from kiosk.queries.claims import ClaimRow, to_act
from kiosk.queries.papers import utc_offset
from kiosk.queries.reference import counter_name
from kiosk.steps import Step, Steps
from kiosk.store.tables import statement
from models.posting.accounts import CASH
from models.rules.books import Period, account_sums, period
from models.rules.coverage import CALLED_AFTER, EXPIRING_DAYS
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from reports.balance_sheet import BalancedDay, BalanceSheetPaper, balance_table
from reports.balance_sheet import balance_sheet as balance_rows
from reports.books import Made
from reports.cash_book import CashAccount, CashBookPaper, CashEntry, cash_book_sheets, cash_book_table
from reports.claim_list import ClaimListPaper, ToCall, claim_sheet, claim_table
from reports.expiring_list import Called, ExpiringListPaper, expiring_sheet, expiring_table
from reports.paper import Words
from reports.receipt_list import (
    ListedProgramme,
    ListedReceipt,
    ListedTender,
    ReceiptListPaper,
    receipt_sheet,
    receipt_table,
)
from reports.sheets import Sheet, render_csv, write_xlsx
from reports.tables import Drawn, TablePaper, draw

Kind = Literal[".pdf", ".xlsx", ".csv"]
KINDS: tuple[Kind, ...] = (".pdf", ".xlsx", ".csv")
"""What every book can be had as, by the file's ending."""
LONGEST_EXPIRING = 366
"""Days ahead that the list of covers about to end may look."""

T = TypeVar("T")
log = logging.getLogger("loket.exports")


@dataclass(frozen=True, slots=True)
class Book:
    """A book as a file's bytes. `name` is what the file would be called, without its ending; `rows` how many receipts,
    movements or people are in it, `held_back` how many are not because their data are restricted."""

    name: str
    kind: Kind
    content: bytes
    rows: int
    held_back: int = 0


# The papers


def receipt_list(desk: Desk, first: date, last: date, *, everywhere: bool = False) -> Steps[ReceiptListPaper]:
    """Receipts and voids of these business dates; of this counter, or of every counter of the mission (`everywhere`).
    Refused `period.ends_first`, `period.too_long`."""
    days = period(first, last)
    with desk.read() as work:
        made = _made(work, everywhere=everywhere)
        wanted = books.places(work, days, everywhere=everywhere)
    rows: list[ListedReceipt] = []
    for piece in books.pieces(wanted):
        with desk.read() as work:
            rows += [_listed(row) for row in books.book_rows(work.connection, piece)]
        yield Step(len(rows), len(wanted))
    return ReceiptListPaper(made, days, tuple(rows))


def cash_book(desk: Desk, first: date, last: date, *, everywhere: bool = False) -> Steps[CashBookPaper]:
    """What moved by each way of paying on these business dates, with balances, and what the accounts come to. Refused
    like `receipt_list`."""
    days = period(first, last)
    with desk.read() as work:
        made = _made(work, everywhere=everywhere)
        papers = books.places(work, days, everywhere=everywhere)
        moved = books.cash_places(work, days, everywhere=everywhere)
        opening = {
            (one.account, one.amount.currency, one.amount.exponent): one.amount
            for one in books.opening(work, first, everywhere=everywhere)
        }
        sums = account_sums(books.movements(work, days, everywhere=everywhere))
    rows: list[CashRow] = []
    for piece in books.pieces(moved):
        with desk.read() as work:
            rows += books.cash_rows(work.connection, piece)
        yield Step(len(rows), len(moved))
    return CashBookPaper(
        made=made,
        period=days,
        accounts=tuple(_accounts(rows, opening)),
        sums=sums,
        receipts=sum(1 for one in papers if one.kind == "receipt"),
        voids=sum(1 for one in papers if one.kind == "void"),
        numbers=(papers[0].number, papers[-1].number) if papers and not everywhere else None,
    )


def expiring_list(desk: Desk, within: int = EXPIRING_DAYS) -> Steps[ExpiringListPaper]:
    """Whose JKK+JKM cover ends within so many days or ended lately, in the order they are called. Refused on `days`:
    `expiring.days`."""
    if not 0 <= within <= LONGEST_EXPIRING:
        raise Refused(Problem.of("days", "expiring.days", most=LONGEST_EXPIRING))
    with desk.read() as work:
        made, day = _made(work), work.today
        persons = expiring.candidates(work, within, CALLED_AFTER)
    of, done = sum(map(len, persons)), 0
    found: list[expiring.ExpiringRow] = []
    held_back = 0
    for piece in persons:
        with desk.read() as work:
            some = expiring.people_in(work, piece, within, CALLED_AFTER)
        found += some.rows
        held_back += some.held_back
        done += len(piece)
        yield Step(done, of)
    rows = expiring.in_order(found, held_back).rows
    return ExpiringListPaper(made, day, within, CALLED_AFTER, tuple(_called(row) for row in rows), held_back)


def claim_list(desk: Desk) -> Steps[ClaimListPaper]:
    """Whom to call about a claim of the mission, the most pressing first. Of a restricted claim only its state and how
    many papers are named; who asked that nothing be done with their data is not on it."""
    with desk.read() as work:
        made, day, zone = _made(work), work.today, ZoneInfo(work.terminal.mission.zone)
        found = to_act(work)
    yield Step(0, max(1, len(found)))
    called = [row for row in found if not row.limited]
    rows = tuple(_to_call(row, row.state_at.astimezone(zone).date()) for row in called)
    return ClaimListPaper(made, day, rows, len(found) - len(called))


def balance_sheet(desk: Desk, first: date, last: date) -> Steps[BalanceSheetPaper]:
    """Whether this counter's receipts, tenders, till and the centre's postings agree on these days. Refused like
    `receipt_list`."""
    days = period(first, last)
    with desk.read() as work:
        made = _made(work)
    yield Step(0, 1)
    found = equation.balance(desk, days.first, days.last)
    said = [sentence(problem) for problem in found.problems]
    centre = found.centre
    return BalanceSheetPaper(
        made=made,
        period=days,
        rows=tuple(
            BalancedDay(
                **{part.name: getattr(row, part.name) for part in fields(BalancedDay)},
            )
            for row in found.rows
        ),
        broken=said[0] if said else "",
        others=tuple(said[1:]),
        centre_at=centre.at.astimezone(made.at.tzinfo) if centre else None,
        centre_agrees=centre is None or centre.differs is None,
        unsent=centre.unsent if centre else 0,
    )


# As files


def receipt_list_as(desk: Desk, kind: Kind, first: date, last: date, *, everywhere: bool = False) -> Steps[Book]:
    """The receipt list as a file's bytes."""
    paper = yield from receipt_list(desk, first, last, everywhere=everywhere)
    content = yield from _written(kind, lambda: receipt_table(paper), lambda: (receipt_sheet(paper),))
    return Book(_name("kuitansi", paper.period), kind, content, len(paper.rows))


def cash_book_as(desk: Desk, kind: Kind, first: date, last: date, *, everywhere: bool = False) -> Steps[Book]:
    """The cash book as a file's bytes; a CSV has the movements only, a workbook the recapitulation as well."""
    paper = yield from cash_book(desk, first, last, everywhere=everywhere)
    content = yield from _written(kind, lambda: cash_book_table(paper), lambda: cash_book_sheets(paper))
    rows = sum(len(one.entries) for one in paper.accounts)
    return Book(_name("buku-kas", paper.period), kind, content, rows)


def balance_sheet_as(desk: Desk, kind: Kind, first: date, last: date) -> Steps[Book]:
    """The equation as a file's bytes."""
    paper = yield from balance_sheet(desk, first, last)
    content = yield from _written(kind, lambda: balance_table(paper), lambda: (balance_rows(paper),))
    return Book(_name("persamaan-uang", paper.period), kind, content, len(paper.rows))


def expiring_list_as(desk: Desk, kind: Kind, within: int = EXPIRING_DAYS) -> Steps[Book]:
    """The list of covers about to end as a file's bytes."""
    paper = yield from expiring_list(desk, within)
    content = yield from _written(kind, lambda: expiring_table(paper), lambda: (expiring_sheet(paper),))
    name = f"perlindungan-berakhir-{paper.day.isoformat()}"
    return Book(name, kind, content, len(paper.rows), paper.held_back)


def claim_list_as(desk: Desk, kind: Kind) -> Steps[Book]:
    """The list of claims to call about as a file's bytes."""
    paper = yield from claim_list(desk)
    content = yield from _written(kind, lambda: claim_table(paper), lambda: (claim_sheet(paper),))
    return Book(f"klaim-{paper.day.isoformat()}", kind, content, len(paper.rows), paper.held_back)


def taken(desk: Desk, book: Book, how: str) -> None:
    """Keep in the log who took a book from the counter, and `how`: printed or saved."""
    log.info("%s%s with %d rows %s by %s", book.name, book.kind, book.rows, how, desk.operator.login)


def _written(
    kind: Kind, table: Callable[[], TablePaper], sheets: Callable[[], Sequence[Sheet]]
) -> Generator[Step, None, bytes]:
    if kind == ".pdf":
        content = yield from _drawn(draw(table()))
        return content
    made = sheets()
    if kind == ".csv":
        return render_csv(made[0])
    writing, of = write_xlsx(*made), sum(len(sheet.rows) for sheet in made)
    while True:
        try:
            done = next(writing)
        except StopIteration as end:
            workbook: bytes = end.value
            return workbook
        yield Step(done, of)


def _drawn(drawing: Generator[Drawn, None, bytes]) -> Generator[Step, None, bytes]:
    while True:
        try:
            at = next(drawing)
        except StopIteration as end:
            content: bytes = end.value
            return content
        yield Step(at.done, at.of)


def _name(what: str, days: Period) -> str:
    first, last = days.first.isoformat(), days.last.isoformat()
    return f"{what}-{first}" if first == last else f"{what}-{first}-sampai-{last}"


# From rows to papers


def _made(work: Work, *, everywhere: bool = False) -> Made:
    place = work.terminal.mission
    zone = ZoneInfo(place.zone)
    at = work.now.astimezone(zone)
    synced = work.connection.scalar(select(statement.c.at)) if everywhere else None
    return Made(
        mission=Words(place.title, place.title_en),
        city=place.city,
        counter=counter_name(work.connection, place.code, work.terminal.series),
        at=at,
        utc_offset=utc_offset(at),
        operator=work.operator.name,
        whole_mission=everywhere,
        synced_at=synced.astimezone(zone) if synced else None,
    )


def _listed(row: BookRow) -> ListedReceipt:
    return ListedReceipt(
        kind=row.kind,
        number=row.number,
        business_date=row.business_date,
        at=row.at,
        worker=row.worker,
        programmes=tuple(
            ListedProgramme(one.programme, one.months, one.amount_idr, one.monthly_idr) for one in row.lines
        ),
        amount_idr=row.amount_idr,
        due=row.due,
        tenders=tuple(ListedTender(one.kind, one.amount, one.reference) for one in row.tenders),
        rounding_idr=row.rounding_idr,
        surplus=row.surplus,
        short=row.short,
        operator=row.operator,
        other=row.other,
        refunded=row.refunded,
        moves=row.moves,
        till=row.till,
    )


def _accounts(rows: Sequence[CashRow], opening: dict[tuple[str, str, int], Money]) -> list[CashAccount]:
    """Each way of paying in each currency: the drawer first, and every currency that it still holds something of."""
    entries: dict[tuple[str, str, int], list[CashEntry]] = defaultdict(list)
    for key, balance in opening.items():
        if balance.minor:
            entries[key] = []
    for row in rows:
        entries[row.account, row.amount.currency, row.amount.exponent].append(
            CashEntry(row.business_date, row.at, row.source, row.number, _about(row), row.amount)
        )
    made = []
    for key in sorted(entries, key=lambda key: (key[0] != CASH, key[0], key[1] == "IDR", key[1:])):
        account, currency, exponent = key
        before = opening.get(key, Money(0, currency, exponent)) if account == CASH else None
        made.append(CashAccount(account, currency, exponent, tuple(entries[key]), before))
    return made


def _about(row: CashRow) -> str:
    back = f"untuk {row.other}" if row.source not in ("receipt", "move") and row.other else ""
    session = f"sesi {row.till}" if row.till is not None and row.source.startswith("till:") else ""
    parts = (row.worker, back, row.reference, row.reason, session)
    return " · ".join(part for part in parts if part)


_STATES = {"filed": "menunggu pusat", "asked": "diminta dokumen", "approved": "disetujui", "rejected": "ditolak"}
_STATES |= {"paid": "dibayar"}


def _to_call(row: ClaimRow, since: date) -> ToCall:
    if row.action in ("approved", "rejected", "paid"):
        why = "Sampaikan jawaban pusat"
    elif row.to_bring is None:
        why = "Bawa dokumen yang menyusul"
    else:
        why = f"Bawa {row.to_bring} dokumen" + (" yang diminta pusat" if row.action == "asked" else "")
    numbers = [one for callee in row.callees for one in (callee.phone, callee.whatsapp) if one]
    return ToCall(
        number=row.number,
        worker=row.worker_name,
        kind=row.name,
        state=_STATES.get(row.state, row.state),
        since=since,
        why=why,
        papers=tuple(one.name for one in row.wanted),
        until=row.until,
        phones=", ".join(dict.fromkeys(numbers)),
        tell=row.action in ("approved", "rejected", "paid"),
    )


def _called(row: expiring.ExpiringRow) -> Called:
    return Called(
        name=row.name,
        phone=row.phone,
        whatsapp=row.whatsapp,
        passport=row.passport,
        employer=row.employer,
        address=row.address,
        until=row.until,
        days_left=row.days_left,
        resumes=row.resumes,
        receipt=row.receipt,
        receipt_date=row.receipt_date,
    )
