"""The receipt: what was paid at the counter, for which months, and a code that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, date_short, money, rupiah, terbilang_money, time_short
from models.rules.money import Money
from reports.paper import ITALIC, LABEL, LARGE, STRONG, Form, Item, Row, Stamp, Words, render, render_pair
from reports.tagged import RED

SERVICE = "Layanan Jaminan Sosial Ketenagakerjaan bagi Pekerja Migran Indonesia"

_TENDERS = {"cash": "Tunai", "bank_slip": "Slip bank", "kode_iuran": "Kode iuran"}


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One contribution: what it is for, in both languages, and its amount in rupiah; `fixed` is the local amount where
    a decree fixes it."""

    text: Words
    amount: Money
    fixed: Money | None = None


@dataclass(frozen=True, slots=True)
class PaidTender:
    """How it was paid: `kind` is cash, bank_slip or kode_iuran; `received` is what was handed over, `paid_on` the day
    on a slip. In another currency than the receipt's, `worth` is what it pays of it, and `rate` says at what rate."""

    kind: str
    received: Money
    reference: str = ""
    paid_on: date | None = None
    worth: Money | None = None
    rate: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """Everything the receipt says. Times are the counter's own: `issued_at` as its clock showed it, `utc_offset`
    as "UTC+8". `copy` is 0 on the original, n on SALINAN n; `voided` and `provisional` are sentences for
    the worker; a voided receipt is stamped, with another word where it was `refunded`. `short` is what is missing,
    with a second person's leave, who is the `approver`; `decree` fixes the local amounts where no rate does; `tariff`
    names the pack that was charged."""

    mission: Words
    counter: str
    number: str
    issued_at: datetime
    utc_offset: str
    operator: str
    worker: str
    kpj: str
    passport: str
    lines: tuple[PaidLine, ...]
    total_idr: int
    rate: str
    due: Money
    tenders: tuple[PaidTender, ...]
    change: Money | None
    surplus: Money | None
    thumbprint: bytes
    token_url: str
    copy: int = 0
    voided: Words | None = None
    provisional: Words | None = None
    short: Money | None = None
    decree: str = ""
    approver: str = ""
    tariff: str = ""
    refunded: bool = False
    complaints: str = "175"


def render_receipt(paper: ReceiptPaper) -> bytes:
    """The PDF, A5 landscape; the same bytes for the same paper. CPU only: 20 ms or so, no file is touched but fonts."""
    return render(receipt_form(paper))


def render_receipt_pair(paper: ReceiptPaper) -> bytes:
    """The PDF, A4 with two copies to cut apart: the worker's and the mission's, each with its code."""
    return render_pair(receipt_form(paper))


def receipt_form(paper: ReceiptPaper) -> Form:
    """What stands on the receipt, on whatever size of paper."""
    return Form(
        kind=Words("KUITANSI", "Official receipt"),
        heading=paper.mission,
        service=SERVICE,
        number=paper.number,
        circumstances=circumstances(paper.issued_at, paper.utc_offset, paper.counter, paper.operator),
        rows=tuple(_rows(paper)),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk kuitansi {paper.number}",
        stamps=stamps(paper.copy, voided=paper.voided is not None, refunded=paper.refunded),
        foot=(
            "Diterima di loket; kepesertaan berlaku setelah dikonfirmasi BPJS Ketenagakerjaan. "
            "Cetak ulang bertanda SALINAN.",
            signed_by("Kuitansi", paper.counter, paper.thumbprint, paper.complaints)
            + (f" · {paper.tariff}" if paper.tariff else ""),
        ),
        signatory=paper.operator,
        beside=paper.approver,
        subject="Kuitansi iuran jaminan sosial pekerja migran Indonesia",
    )


def circumstances(issued_at: datetime, utc_offset: str, counter: str, operator: str) -> tuple[str, ...]:
    """When, where and by whom, as the line under the heading says it."""
    return (f"{date_long(issued_at.date())}, {time_short(issued_at)} ({utc_offset})", counter, operator)


def identity(kpj: str, passport: str) -> str:
    """The numbers that tell the worker from a namesake, those there are."""
    return " · ".join(f"{name} {number}" for name, number in (("KPJ", kpj), ("Paspor", passport)) if number)


def stamps(copy: int, *, voided: bool, refunded: bool = False) -> tuple[Stamp, ...]:
    word = Words("DIKEMBALIKAN", "Refunded") if refunded else Words("DIBATALKAN", "Void")
    marks = [Stamp(word, RED)] if voided or refunded else []
    if copy:
        marks.append(Stamp(Words(f"SALINAN {copy}", f"Copy no. {copy}")))
    return tuple(marks)


def signed_by(paper: str, counter: str, thumbprint: bytes, complaints: str) -> str:
    """Where to complain, and whose key signed: the thumbprint in groups of four, as a person compares it."""
    key = thumbprint.hex(" ", 2).upper().replace(" ", "\N{NO-BREAK SPACE}")
    return f"Pengaduan: {complaints} · {paper} ini bertanda tangan elektronik {counter} (kunci {key})"


def _rows(paper: ReceiptPaper) -> list[Row]:
    said = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        said.append(Item(numbers))
    rows = [
        Row(Words("Terima dari", "Received from"), tuple(said)),
        Row(
            Words("Untuk pembayaran", "In payment of"),
            tuple(Item(line.text.id, right=_amount(line), under=line.text.en) for line in paper.lines),
        ),
    ]
    total = rupiah(paper.total_idr)
    if paper.decree:
        label = Words("Tarif setempat", "Local tariff")
        rows.append(Row(label, (Item(paper.decree, right=total, right_style=STRONG),)))
    elif paper.rate:
        rows.append(Row(Words("Kurs", "Exchange rate"), (Item(paper.rate, right=total, right_style=STRONG),)))
    else:
        rows.append(Row(Words("Jumlah iuran", "Total contribution"), (Item(total, STRONG),)))
    rows += _paid(paper)
    rows.append(Row(Words("Terbilang", "In words"), _in_words(paper)))
    notes = [note for note in (paper.voided, paper.provisional) if note]
    if notes:
        rows.append(Row(Words("Catatan", "Note"), tuple(Item(note.id, under=note.en) for note in notes)))
    return rows


def _paid(paper: ReceiptPaper) -> list[Row]:
    """One plain tender stands beside the amount; several, or one with a reference, get a row of their own."""
    # What was let pass as short was not paid: the paper says what was due, and below it what is missing.
    label = Words("Jumlah tagihan", "Amount due") if paper.short else Words("Jumlah dibayar", "Amount paid")
    amount = money(paper.due)
    back = [
        f"{name} {money(value)}"
        for name, value in (("kembali", paper.change), ("lebih bayar", paper.surplus), ("kurang", paper.short))
        if value is not None and value.minor
    ]
    tender = paper.tenders[0] if len(paper.tenders) == 1 else None
    if tender and not (tender.reference or tender.paid_on or tender.worth):
        beside = " · ".join([f"{tender_name(tender)} {money(tender.received)}", *back])
        return [Row(label, (Item(amount, LARGE, right=beside, right_style=LABEL),))]
    said = [_tendered(one) for one in paper.tenders]
    if back:
        joined = " · ".join(back)
        said.append(Item(joined[:1].upper() + joined[1:], LABEL))
    return [Row(label, (Item(amount, LARGE),)), Row(Words("Cara bayar", "Paid by"), tuple(said))]


def _amount(line: PaidLine) -> str:
    return f"{money(line.amount)} = {money(line.fixed)}" if line.fixed else money(line.amount)


def _in_words(paper: ReceiptPaper) -> tuple[Item, ...]:
    """What was paid, and the rupiah it stands for where that is another currency."""
    said = [Item(terbilang_money(paper.due), ITALIC)]
    if paper.due.currency != "IDR":
        said.append(Item(terbilang_money(Money.idr(paper.total_idr)), ITALIC))
    return tuple(said)


def _tendered(tender: PaidTender) -> Item:
    paid_on = f"dibayar {date_short(tender.paid_on)}" if tender.paid_on else ""
    name = ", ".join(part for part in (tender_name(tender), tender.reference, paid_on) if part)
    right = money(tender.received)
    if tender.worth and tender.worth.currency != tender.received.currency:
        right = f"{right} = {money(tender.worth)}"
    return Item(f"{name} · {tender.rate}" if tender.rate else name, right=right)


def tender_name(tender: PaidTender) -> str:
    """How it was paid, in the paper's words."""
    return tender_name_of(tender.kind)


def tender_name_of(kind: str) -> str:
    """The same, by the code of its kind alone."""
    return _TENDERS.get(kind, kind)
