"""Books: what the cash book, the receipt list and other lists have in common: who made them, when and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, date_short, money, number, time_short
from models.rules.money import Money
from reports.paper import Words

_TENDERS = {"cash": "Tunai", "bank_slip": "Setoran bank", "kode_iuran": "Kode iuran", "transfer": "Transfer pusat"}
_ACCOUNTS = {
    "exchange": "Nilai tukar",
    "rounding": "Pembulatan",
    "surplus": "Kelebihan yang tidak dikembalikan",
    "short": "Kekurangan yang disetujui",
    "refund:owed": "Pengembalian yang masih terutang",
    "till:float": "Modal kas",
    "till:moved": "Kas keluar-masuk lain",
    "till:difference": "Selisih kas",
    "till:deposit": "Disetor",
    "unexplained": "Belum dijelaskan",
}


@dataclass(frozen=True, slots=True)
class Made:
    """Where, when and by whom a book was made: `at` in the counter's own time, with `utc_offset` as "UTC+8".

    `whole_mission`: it is about all counters of the mission, as far as they were synced here at `synced_at`."""

    mission: Words
    city: str
    counter: str
    at: datetime
    utc_offset: str
    operator: str
    whole_mission: bool = False
    synced_at: datetime | None = None

    def about(self, days: str) -> str:
        """«Loket 3 · 22 November 2026»."""
        return f"{'Semua loket' if self.whole_mission else self.counter} · {days}"

    def foot(self) -> str:
        """«Dicetak 22 November 2026, 09.47 (UTC+8) · Loket 3 · Rina W.»"""
        return f"Dicetak {_moment(self.at)} ({self.utc_offset}) · {self.counter} · {self.operator}"

    def notes(self) -> tuple[str, ...]:
        """What has to be known of how complete it is."""
        if not self.whole_mission:
            return ()
        when = _moment(self.synced_at) if self.synced_at else "belum pernah"
        return (f"Catatan loket lain menurut sinkronisasi terakhir: {when}.",)

    def place_and_date(self) -> str:
        """«Taipei, 22 November 2026»."""
        return f"{self.city}, {date_long(self.at.date())}"


def _moment(at: datetime) -> str:
    return f"{date_long(at.date())}, {time_short(at)}"


def days(first: date, last: date) -> str:
    """«22 November 2026», «1 – 30 November 2026», «28 Nov 2026 – 3 Des 2026»."""
    if first == last:
        return date_long(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {date_long(last)}"
    return f"{date_short(first)} – {date_short(last)}"


def tender_name(kind: str) -> str:
    """A way of paying."""
    return _TENDERS.get(kind, kind)


def account_name(account: str) -> str:
    """What a book calls an account: «Tunai», «Iuran JKK + JKM», «Pembulatan»."""
    group, _colon, what = account.partition(":")
    if group == "tender":
        return tender_name(what)
    if group == "contributions":
        return f"Iuran {what.replace('+', ' + ')}"
    return _ACCOUNTS.get(account, account)


def amount(value: Money) -> str:
    """The figure alone, for a column whose heading names the currency: `1.235`, `-12,345`."""
    return number(value.main)


class Sums:
    """Amounts added up by currency, in the order the currencies came."""

    def __init__(self, amounts: Iterable[Money] = ()) -> None:
        self._by: dict[tuple[str, int], int] = {}
        self.add(amounts)

    def add(self, amounts: Iterable[Money]) -> None:
        for one in amounts:
            key = one.currency, one.exponent
            self._by[key] = self._by.get(key, 0) + one.minor

    def all(self) -> tuple[Money, ...]:
        """One amount a currency; the rupiah last."""
        made = [Money(minor, currency, exponent) for (currency, exponent), minor in self._by.items()]
        return tuple(sorted(made, key=lambda one: (one.currency == "IDR", one.currency, one.exponent)))

    def words(self) -> tuple[str, ...]:
        """Each with its sign: `NT$ 1.235`."""
        return tuple(money(one) for one in self.all())
