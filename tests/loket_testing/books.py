"""Books for tests: rows as the counter's queries fill them, with the least that a test has to say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.rules.books import Movement, Period, account_sums
from models.rules.money import Money
from reports.balance_sheet import BalancedDay
from reports.books import Made
from reports.cash_book import CashAccount, CashBookPaper, CashEntry
from reports.expiring_list import Called
from reports.paper import Words
from reports.receipt_list import ListedProgramme, ListedReceipt, ListedTender, ReceiptListPaper

DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, 47, tzinfo=ZoneInfo("Asia/Taipei"))
MADE = Made(
    mission=Words("KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI", "Indonesian Economic and Trade Office, Taipei"),
    city="Taipei",
    counter="Loket 3",
    at=AT,
    utc_offset="UTC+8",
    operator="Rina W.",
)


def listed(serial: int, minor: int = 649, currency: str = "TWD", day: date = DAY, name: str = "SITI") -> ListedReceipt:
    money = Money.of(minor, currency)
    return ListedReceipt(
        kind="receipt",
        number=f"TPE3-2026-{serial:06}",
        business_date=day,
        at=AT,
        worker=name,
        programmes=(ListedProgramme("JKK+JKM", 24, 1_000 + serial),),
        amount_idr=1_000 + serial,
        due=money,
        tenders=(ListedTender("cash", money),),
        rounding_idr=0,
        surplus=Money.of(0, currency),
        short=Money.of(0, currency),
        operator="Rina W.",
    )


def receipts(rows: list[ListedReceipt], until: date = DAY) -> ReceiptListPaper:
    return ReceiptListPaper(MADE, Period(DAY, until), tuple(rows))


def entry(minor: int, at: datetime = AT, source: str = "receipt", currency: str = "TWD") -> CashEntry:
    return CashEntry(at.date(), at, source, "TPE3-2026-000001", "SITI", Money.of(minor, currency))


def cash_book(accounts: list[CashAccount], until: date = DAY) -> CashBookPaper:
    sums = account_sums(
        Movement(one.source, account.account, account.currency, account.exponent, one.amount.minor)
        for account in accounts
        for one in account.entries
    )
    return CashBookPaper(
        MADE, Period(DAY, until), tuple(accounts), sums, 1, 1, ("TPE3-2026-000001", "TPE3-2026-000002")
    )


def balanced(minor: int) -> BalancedDay:
    """A day on which one receipt was paid in cash."""
    taken, nothing = Money.of(minor, "TWD"), Money.of(0, "TWD")
    return BalancedDay(
        day=DAY,
        receipts=taken,
        voids=nothing,
        refunds=nothing,
        tenders=(("cash", taken),),
        brought=nothing,
        moved=nothing,
        difference=nothing,
        deposited=nothing,
        drawer=taken,
        rounding=Money.idr(48),
        holds=True,
    )


def called(left: int, name: str = "SITI") -> Called:
    return Called(
        name=name,
        phone="+886 912 345 678",
        whatsapp="",
        passport="••••1907",
        employer="Chen Mei-ling",
        address="Taipei",
        until=DAY + timedelta(days=left),
        days_left=left,
        resumes=None,
        receipt="TPE3-2026-000001",
        receipt_date=DAY,
    )
