"""The Z-report: one session of a till from opening to close, counted and expected, chained to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.language import date_long, date_short, money, number, time_short
from models.rules.money import Money
from reports.document import Block, Column, Line, Note, Section, Table, render_document
from reports.paper import LABEL, LARGE, STRONG, Form, Item, Row, Words
from reports.receipt import SERVICE, signed_by, stamps, tender_name_of


@dataclass(frozen=True, slots=True)
class CashCount:
    """The cash of one currency, counted: how many pieces of which face (largest first), and what that makes.

    `expected` is what the books said: at the opening what the last session left, at the close what should be there."""

    counted: Money
    expected: Money
    pieces: tuple[tuple[Money, int], ...] = ()

    @property
    def difference(self) -> Money:
        """Counted less expected: below zero where money is missing."""
        return Money(self.counted.minor - self.expected.minor, self.counted.currency, self.counted.exponent)


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """What one way of paying brought in, in one currency: receipts less voids. `tender` is cash, bank_slip …"""

    tender: str
    receipts: Money
    voids: Money
    count: int

    @property
    def net(self) -> Money:
        return Money(self.receipts.minor - self.voids.minor, self.receipts.currency, self.receipts.exponent)


@dataclass(frozen=True, slots=True)
class CashMove:
    """Cash put into the till or taken out between opening and close. `way` is in or out."""

    at: datetime
    way: str
    amount: Money
    reason: str
    operator: str
    approver: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The till went from one person to another, who counted it."""

    at: datetime
    to: str
    differences: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class LateEntry:
    """What was recorded before this session was opened and after the last one was closed. `amount` None: it moved no
    money."""

    number: str
    at: datetime
    what: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class ZPaper:
    """Everything the report says. Times are the counter's own. `floats` is the opening count, `counts` the blind count
    at the close; `deposited` is what left the till at the close. `first_number` and `last_number` are empty where
    nothing was issued; `previous_number` and `previous_hash` are empty on a till's first report. `hash` is that of this
    close's own entry, `unsent` and `drafts` what the session leaves to the next one. `brought` is what was added to
    what the session before left; `remarks` are what a supervisor is to look at, in whole sentences."""

    mission: Words
    counter: str
    number: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime
    closed_by: str
    utc_offset: str
    approver: str
    floats: tuple[CashCount, ...]
    counts: tuple[CashCount, ...]
    deposited: tuple[Money, ...]
    totals: tuple[TenderTotal, ...]
    moves: tuple[CashMove, ...]
    hand_overs: tuple[HandOver, ...]
    late: tuple[LateEntry, ...]
    receipts: int
    voids: int
    first_number: str
    last_number: str
    previous_number: str
    previous_hash: bytes
    hash: bytes
    thumbprint: bytes
    token_url: str
    reason: str = ""
    opening_reason: str = ""
    brought: tuple[Money, ...] = ()
    remarks: tuple[str, ...] = ()
    unsent: int = 0
    drafts: int = 0
    copy: int = 0
    complaints: str = "175"


def render_z_report(paper: ZPaper) -> bytes:
    """The PDF, A4 portrait, as many pages as it takes; the same bytes for the same paper."""
    return render_document(z_form(paper), _sections(paper))


def z_form(paper: ZPaper) -> Form:
    """The report's head and foot, and the session in short: what a roll of 80 mm has room for."""
    return Form(
        kind=Words("LAPORAN Z", "Z-report"),
        heading=paper.mission,
        service=SERVICE,
        number=paper.number,
        circumstances=(f"{_moment(paper.closed_at)} ({paper.utc_offset})", paper.counter, paper.closed_by),
        rows=tuple(_rows(paper)),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk laporan Z {paper.number}",
        stamps=stamps(paper.copy, voided=False),
        foot=(
            "Laporan ini tidak berubah lagi; yang dicatat sesudahnya masuk laporan berikutnya.",
            signed_by("Laporan", paper.counter, paper.thumbprint, paper.complaints),
        ),
        signatory=paper.closed_by,
        beside=paper.approver,
        subject="Laporan penutupan kas loket jaminan sosial pekerja migran Indonesia",
    )


def _moment(at: datetime) -> str:
    return f"{date_long(at.date())}, {time_short(at)}"


def _rows(paper: ZPaper) -> list[Row]:
    rows = [
        Row(
            Words("Dibuka", "Opened"),
            (Item(_moment(paper.opened_at), right=paper.opened_by, right_style=LABEL),),
        ),
        Row(
            Words("Ditutup", "Closed"),
            (Item(_moment(paper.closed_at), right=paper.closed_by, right_style=LABEL),),
        ),
        Row(Words("Selisih kas", "Cash difference"), _differences(paper.counts)),
        Row(Words("Nomor", "Numbers"), _numbers(paper)),
    ]
    if paper.reason:
        rows.append(Row(Words("Alasan selisih", "Reason"), (Item(paper.reason),)))
    if paper.remarks:
        rows.append(Row(Words("Perlu diperiksa", "To be looked at"), tuple(Item(one) for one in paper.remarks)))
    if paper.approver:
        rows.append(Row(Words("Disetujui oleh", "Approved by"), (Item(paper.approver),)))
    return [*rows, Row(Words("Rantai laporan", "Chain of reports"), _chain(paper))]


def _differences(counts: Sequence[CashCount]) -> tuple[Item, ...]:
    out = [count for count in counts if count.difference.minor]
    if not out:
        return (Item("Nol" if counts else "Tidak ada uang tunai", LARGE if counts else LABEL),)
    return tuple(Item(_signed(count.difference), LARGE, right=_sense(count.difference)) for count in out)


def _sense(difference: Money) -> str:
    return "uang kurang" if difference.minor < 0 else "uang lebih"


def _signed(amount: Money) -> str:
    return f"+{money(amount)}" if amount.minor > 0 else money(amount)


def _numbers(paper: ZPaper) -> tuple[Item, ...]:
    if not paper.first_number:
        return (Item("Tidak ada nomor yang dikeluarkan", LABEL),)
    said = f"{number(paper.receipts)} kuitansi, {number(paper.voids)} pembatalan"
    return (Item(f"{paper.first_number} s.d. {paper.last_number}", STRONG), Item(said))


def _chain(paper: ZPaper) -> tuple[Item, ...]:
    own = Item(f"Laporan ini {_hash(paper.hash)}")
    if not paper.previous_hash:
        return (Item("Laporan pertama kas ini", LABEL), own)
    return (Item(f"{paper.previous_number} {_hash(paper.previous_hash)}"), own)


def _hash(value: bytes) -> str:
    """The first sixteen bytes, in groups of four digits, as a person compares them."""
    return value[:16].hex(" ", 2).upper()


# The sections of the A4 page

_AMOUNT = 1.1


def _sections(paper: ZPaper) -> list[Section]:
    sections = [Section(Words("Uang tunai", "Cash"), _cash(paper)), _tenders(paper)]
    pieces = [*_pieces("saat dibuka", paper.floats), *_pieces("saat ditutup", paper.counts)]
    if pieces:
        sections.append(Section(Words("Hitungan per pecahan", "Count by denomination"), (_denominations(pieces),)))
    sections.append(_moves(paper))
    if paper.hand_overs:
        sections.append(_hand_overs(paper))
    sections.append(_late(paper))
    left = [
        said
        for said, count in (
            (f"{number(paper.unsent)} catatan belum terkirim ke pusat saat ditutup.", paper.unsent),
            (f"{number(paper.drafts)} isian belum selesai dibawa ke sesi berikutnya.", paper.drafts),
        )
        if count
    ]
    if left:
        sections.append(Section(Words("Yang tertinggal", "Left over"), tuple(Note(Words(said)) for said in left)))
    return [*sections, _whole_chain(paper)]


def _cash(paper: ZPaper) -> tuple[Block, ...]:
    """Per currency: opening, what the session brought, what should be there, what was counted, what left the till."""
    opened = {count.counted.currency: count for count in paper.floats}
    left = {amount.currency: amount for amount in paper.deposited}
    lines = []
    for count in paper.counts:
        nothing = Money(0, count.counted.currency, count.counted.exponent)
        start = opened.get(count.counted.currency)
        deposited = left.get(count.counted.currency, nothing)
        remains = Money(count.counted.minor - deposited.minor, nothing.currency, nothing.exponent)
        lines.append(
            Line(
                (
                    count.counted.currency,
                    money(start.counted if start else nothing),
                    money(count.expected),
                    money(count.counted),
                    _signed(count.difference) if count.difference.minor else "nol",
                    money(deposited),
                    money(remains),
                )
            )
        )
    columns = (
        Column(Words("Mata uang"), 0.7),
        *(
            Column(Words(title), _AMOUNT, figures=True)
            for title in ("Saat dibuka", "Menurut catatan", "Dihitung", "Selisih", "Disetor", "Sisa di kas")
        ),
    )
    blocks: list[Block] = [Table(columns, tuple(lines), "Tidak ada uang tunai dalam sesi ini.")]
    blocks += [
        Note(Words(f"Saat dibuka {money(amount)} ditambahkan sebagai modal."))
        if amount.minor > 0
        else Note(Words(f"Saat dibuka {money(-amount)} dari masa sebelum ada kas dicatat sebagai sudah diserahkan."))
        for amount in paper.brought
        if amount.minor
    ]
    changed = [count for count in paper.floats if count.difference.minor]
    blocks += [
        Note(
            Words(
                f"Saat dibuka {money(count.counted)} dihitung, {money(count.expected)} menurut laporan sebelumnya"
                f"{' dan modal' if paper.brought else ''}: selisih {_signed(count.difference)}."
                f"{f' Alasan: {paper.opening_reason}' if paper.opening_reason else ''}"
            )
        )
        for count in changed
    ]
    return tuple(blocks)


def _tenders(paper: ZPaper) -> Section:
    columns = (
        Column(Words("Cara bayar"), 1.6),
        Column(Words("Mata uang"), 0.8),
        Column(Words("Kuitansi"), 0.7, figures=True),
        Column(Words("Diterima"), _AMOUNT, figures=True),
        Column(Words("Dibatalkan"), _AMOUNT, figures=True),
        Column(Words("Bersih"), _AMOUNT, figures=True),
    )
    lines = [
        Line(
            (
                tender_name_of(total.tender),
                total.receipts.currency,
                number(total.count),
                money(total.receipts),
                money(total.voids),
                money(total.net),
            )
        )
        for total in paper.totals
    ]
    for currency in dict.fromkeys(total.receipts.currency for total in paper.totals):
        same = [total for total in paper.totals if total.receipts.currency == currency]
        if len(same) > 1:
            lines.append(
                Line(
                    (
                        "Jumlah",
                        currency,
                        "",
                        money(_sum([total.receipts for total in same])),
                        money(_sum([total.voids for total in same])),
                        money(_sum([total.net for total in same])),
                    ),
                    total=True,
                )
            )
    nothing = "Tidak ada pembayaran dalam sesi ini."
    return Section(Words("Pembayaran", "Payments"), (Table(columns, tuple(lines), nothing),))


def _sum(amounts: Sequence[Money]) -> Money:
    return Money(sum(amount.minor for amount in amounts), amounts[0].currency, amounts[0].exponent)


def _pieces(when: str, counts: Sequence[CashCount]) -> list[tuple[str, Money, int]]:
    return [(when, face, count) for one in counts for face, count in one.pieces if count]


def _denominations(pieces: Sequence[tuple[str, Money, int]]) -> Table:
    columns = (
        Column(Words("Hitungan"), 1.2),
        Column(Words("Pecahan"), _AMOUNT, figures=True),
        Column(Words("Keping"), 0.7, figures=True),
        Column(Words("Jumlah"), _AMOUNT, figures=True),
    )
    lines = []
    for at, (when, face, count) in enumerate(pieces):
        of_one_count = (when, face.currency)
        first = at == 0 or (pieces[at - 1][0], pieces[at - 1][1].currency) != of_one_count
        worth = Money(face.minor * count, face.currency, face.exponent)
        name = f"{face.currency} {when}" if first else ""
        lines.append(Line((name, money(face), number(count), money(worth))))
        if at + 1 == len(pieces) or (pieces[at + 1][0], pieces[at + 1][1].currency) != of_one_count:
            same = [
                Money(one.minor * n, one.currency, one.exponent)
                for said, one, n in pieces
                if (said, one.currency) == of_one_count
            ]
            lines.append(Line((f"Jumlah {face.currency} {when}", "", "", money(_sum(same))), total=True))
    return Table(columns, tuple(lines))


def _moves(paper: ZPaper) -> Section:
    columns = (
        Column(Words("Pukul"), 0.8),
        Column(Words("Arah"), 0.6),
        Column(Words("Jumlah"), _AMOUNT, figures=True),
        Column(Words("Alasan"), 2.6),
        Column(Words("Petugas"), 1.5),
    )
    lines = tuple(
        Line(
            (
                _when(move.at, paper),
                {"in": "masuk", "out": "keluar"}.get(move.way, move.way),
                money(move.amount),
                move.reason,
                " · ".join(name for name in (move.operator, move.approver) if name),
            )
        )
        for move in paper.moves
    )
    nothing = "Tidak ada uang masuk atau keluar di luar pembayaran."
    return Section(Words("Uang masuk dan keluar", "Cash in and out"), (Table(columns, lines, nothing),))


def _hand_overs(paper: ZPaper) -> Section:
    columns = (Column(Words("Pukul"), 0.8), Column(Words("Kepada"), 2), Column(Words("Selisih saat dihitung"), 3))
    lines = tuple(
        Line((_when(one.at, paper), one.to, ", ".join(map(_signed, one.differences)) or "nol"))
        for one in paper.hand_overs
    )
    return Section(Words("Serah terima", "Hand-overs"), (Table(columns, lines),))


def _late(paper: ZPaper) -> Section:
    columns = (
        Column(Words("Nomor"), 1.6),
        Column(Words("Dicatat"), 1.4),
        Column(Words("Apa"), 2),
        Column(Words("Jumlah"), _AMOUNT, figures=True),
    )
    lines = tuple(
        Line(
            (
                one.number,
                f"{date_short(one.at.date())} {time_short(one.at)}",
                one.what,
                money(one.amount) if one.amount else "—",
            )
        )
        for one in paper.late
    )
    nothing = "Tidak ada yang dicatat di antara laporan sebelumnya dan pembukaan sesi ini."
    return Section(Words("Catatan susulan", "Late entries"), (Table(columns, lines, nothing),))


def _when(at: datetime, paper: ZPaper) -> str:
    """The hour alone on the day of the opening; a session over midnight says the day too."""
    if at.date() == paper.opened_at.date():
        return time_short(at)
    return f"{date_short(at.date())} {time_short(at)}"


def _whole_chain(paper: ZPaper) -> Section:
    said = [Note(Words(f"Laporan ini: {paper.hash.hex(' ', 4).upper()}"))]
    if paper.previous_hash:
        whole = paper.previous_hash.hex(" ", 4).upper()
        said.insert(0, Note(Words(f"Laporan sebelumnya {paper.previous_number}: {whole}")))
    return Section(Words("Sidik jari lengkap (SHA-256)", "Full fingerprints"), tuple(said))
