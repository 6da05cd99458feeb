"""The void's receipt: which receipt was taken back, what went back over the counter, why, and who agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, money, rupiah, terbilang_money
from models.rules.money import Money
from reports.paper import ITALIC, LABEL, LARGE, STRONG, Form, Item, Row, Words, render, render_pair
from reports.receipt import SERVICE, PaidLine, PaidTender, circumstances, identity, signed_by, stamps, tender_name


@dataclass(frozen=True, slots=True)
class VoidPaper:
    """Everything the paper says. `number` is the void's own, `receipt_number` that of the receipt it takes back; `due`
    is what that one was for, `total_idr` the rupiah it stood for. `handed_back` went over the counter, in the money it
    came in; a negative amount is change that came back from the worker. `kept` lies at the bank and stays there.
    `approver` is the second person. Of a second void of one receipt, which moves no money, `counts` is false."""

    mission: Words
    counter: str
    number: str
    issued_at: datetime
    utc_offset: str
    operator: str
    approver: str
    receipt_number: str
    receipt_issued_on: date
    worker: str
    kpj: str
    passport: str
    lines: tuple[PaidLine, ...]
    total_idr: int
    due: Money
    handed_back: tuple[Money, ...]
    kept: tuple[PaidTender, ...]
    reason: str
    thumbprint: bytes
    token_url: str
    counts: bool = True
    copy: int = 0
    complaints: str = "175"


def render_void(paper: VoidPaper) -> bytes:
    """The PDF, A5 landscape; the same bytes for the same paper."""
    return render(void_form(paper))


def render_void_pair(paper: VoidPaper) -> bytes:
    """The PDF, A4 with the worker's and the mission's copy."""
    return render_pair(void_form(paper))


def void_form(paper: VoidPaper) -> Form:
    """What stands on it, on whatever size of paper."""
    return Form(
        kind=Words("KUITANSI PEMBATALAN", "Receipt of cancellation"),
        heading=paper.mission,
        service=SERVICE,
        number=paper.number,
        circumstances=circumstances(paper.issued_at, paper.utc_offset, paper.counter, paper.operator),
        rows=tuple(_rows(paper)),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk kuitansi pembatalan {paper.number}",
        stamps=stamps(paper.copy, voided=False),
        foot=(
            f"Kuitansi {paper.receipt_number} tidak berlaku lagi; perlindungan yang dibayarnya tidak jadi berjalan.",
            signed_by("Kuitansi pembatalan", paper.counter, paper.thumbprint, paper.complaints),
        ),
        signatory=paper.operator,
        beside=paper.approver,
        subject="Pembatalan kuitansi iuran jaminan sosial pekerja migran Indonesia",
    )


def _rows(paper: VoidPaper) -> list[Row]:
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    rows = [
        Row(
            Words("Membatalkan kuitansi", "Receipt cancelled"),
            (Item(paper.receipt_number, STRONG, right=date_long(paper.receipt_issued_on), right_style=LABEL),),
        ),
        Row(Words("Atas nama", "In the name of"), tuple(person)),
        Row(
            Words("Semula untuk", "Originally for"),
            tuple(Item(line.text.id, right=money(line.amount), under=line.text.en) for line in paper.lines),
        ),
        *_returned(paper),
        Row(Words("Alasan", "Reason"), (Item(paper.reason),)),
    ]
    if paper.approver:
        rows.append(Row(Words("Disetujui oleh", "Approved by"), (Item(paper.approver),)))
    return rows


def _returned(paper: VoidPaper) -> list[Row]:
    if not paper.counts:
        label = Words("Jumlah dibatalkan", "Amount cancelled")
        said = "Kuitansi ini sudah dibatalkan sebelumnya; tidak ada uang yang berpindah."
        return [Row(label, (Item(said, ITALIC, under="Already cancelled before; no money moves."),))]
    beside = rupiah(paper.total_idr) if paper.due.currency != "IDR" else ""
    rows = [
        Row(
            Words("Jumlah dibatalkan", "Amount cancelled"),
            (Item(money(paper.due), LARGE, right=beside, right_style=LABEL),),
        ),
        Row(Words("Terbilang", "In words"), (Item(terbilang_money(paper.due), ITALIC),)),
        Row(Words("Diserahkan kembali", "Handed back"), tuple(_over_the_counter(paper.handed_back))),
    ]
    if paper.kept:
        kept = [
            Item(
                f"{tender_name(one)}, {one.reference}" if one.reference else tender_name(one), right=money(one.received)
            )
            for one in paper.kept
        ]
        rows.append(Row(Words("Tetap di bank", "Stays at the bank"), tuple(kept)))
    return rows


def _over_the_counter(amounts: tuple[Money, ...]) -> Iterator[Item]:
    for one in amounts:
        if one.minor > 0:
            yield Item("Tunai", right=money(one), right_style=STRONG)
        else:
            yield Item("Uang kembalian yang diterima lagi", right=money(-one), under="Change taken back")
    if not amounts:
        yield Item("Tidak ada uang tunai.", under="No cash.")
