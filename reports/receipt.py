"""The receipt: what was paid at the counter, for which months, and a code that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.language import date_long, money, rupiah, terbilang_money, time_short
from models.rules.money import Money
from reports.paper import ITALIC, LABEL, LARGE, STRONG, Form, Item, Row, Stamp, Words, render, render_pair
from reports.tagged import RED

SERVICE = "Layanan Jaminan Sosial Ketenagakerjaan bagi Pekerja Migran Indonesia"

_TENDERS = {"cash": "Tunai", "bank_slip": "Slip bank", "kode_iuran": "Kode iuran"}


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One contribution: what it is for, in both languages, and its amount in rupiah."""

    text: Words
    amount: Money


@dataclass(frozen=True, slots=True)
class PaidTender:
    """How it was paid: `kind` is cash, bank_slip or kode_iuran; `received` is what was handed over."""

    kind: str
    received: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """Everything the receipt says. Times are the counter's own: `issued_at` as its clock showed it, `utc_offset`
    as "UTC+8". `copy` is 0 on the original, n on SALINAN n; `voided` and `provisional` are sentences for
    the worker; a voided receipt is stamped."""

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
        stamps=stamps(paper.copy, voided=paper.voided is not None),
        foot=(
            "Diterima di loket; kepesertaan berlaku setelah dikonfirmasi BPJS Ketenagakerjaan. "
            "Cetak ulang bertanda SALINAN.",
            signed_by("Kuitansi", paper.counter, paper.thumbprint, paper.complaints),
        ),
        signatory=paper.operator,
        subject="Kuitansi iuran jaminan sosial pekerja migran Indonesia",
    )


def circumstances(issued_at: datetime, utc_offset: str, counter: str, operator: str) -> tuple[str, ...]:
    """When, where and by whom, as the line under the heading says it."""
    return (f"{date_long(issued_at.date())}, {time_short(issued_at)} ({utc_offset})", counter, operator)


def identity(kpj: str, passport: str) -> str:
    """The numbers that tell the worker from a namesake, those there are."""
    return " · ".join(f"{name} {number}" for name, number in (("KPJ", kpj), ("Paspor", passport)) if number)


def stamps(copy: int, *, voided: bool) -> tuple[Stamp, ...]:
    marks = [Stamp(Words("DIBATALKAN", "Void"), RED)] if voided else []
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
            tuple(Item(line.text.id, right=money(line.amount), under=line.text.en) for line in paper.lines),
        ),
    ]
    total = rupiah(paper.total_idr)
    if paper.rate:
        rows.append(Row(Words("Kurs", "Exchange rate"), (Item(paper.rate, right=total, right_style=STRONG),)))
    else:
        rows.append(Row(Words("Jumlah iuran", "Total contribution"), (Item(total, STRONG),)))
    rows += _paid(paper)
    rows.append(Row(Words("Terbilang", "In words"), (Item(terbilang_money(paper.due), ITALIC),)))
    notes = [note for note in (paper.voided, paper.provisional) if note]
    if notes:
        rows.append(Row(Words("Catatan", "Note"), tuple(Item(note.id, under=note.en) for note in notes)))
    return rows


def _paid(paper: ReceiptPaper) -> list[Row]:
    """One plain tender stands beside the amount; several, or one with a reference, get a row of their own."""
    amount, label = money(paper.due), Words("Jumlah dibayar", "Amount paid")
    back = [
        f"{name} {money(value)}"
        for name, value in (("kembali", paper.change), ("lebih bayar", paper.surplus))
        if value is not None and value.minor
    ]
    if len(paper.tenders) == 1 and not paper.tenders[0].reference:
        tender = paper.tenders[0]
        beside = " · ".join([f"{tender_name(tender)} {money(tender.received)}", *back])
        return [Row(label, (Item(amount, LARGE, right=beside, right_style=LABEL),))]
    said = [
        Item(
            f"{tender_name(tender)}, {tender.reference}" if tender.reference else tender_name(tender),
            right=money(tender.received),
        )
        for tender in paper.tenders
    ]
    if back:
        joined = " · ".join(back)
        said.append(Item(joined[:1].upper() + joined[1:], LABEL))
    return [Row(label, (Item(amount, LARGE),)), Row(Words("Cara bayar", "Paid by"), tuple(said))]


def tender_name(tender: PaidTender) -> str:
    """How it was paid, in the paper's words."""
    return tender_name_of(tender.kind)


def tender_name_of(kind: str) -> str:
    """The same, by the code of its kind alone."""
    return _TENDERS.get(kind, kind)
