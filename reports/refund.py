"""The refund's paper: money of a receipt that the centre decided to give back, in cash or by transfer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, money, rupiah, terbilang_money
from models.rules.money import Money
from reports.paper import ITALIC, LABEL, LARGE, STRONG, Form, Item, Row, Words, render, render_pair
from reports.receipt import SERVICE, circumstances, identity, signed_by, stamps

_METHODS = {
    "cash": Words("Tunai di loket ini", "Cash, at this counter"),
    "transfer": Words("Transfer bank", "Bank transfer"),
}


@dataclass(frozen=True, slots=True)
class RefundPaper:
    """Everything the paper says. `number` is the refund's own; it is empty for a transfer, which has none: the paper
    then goes by the receipt's number and carries no code. `method` is cash or transfer; `account` is the account as
    far as it may be shown (••••1234), `transfer_reference` the bank's. `receiver` signs for cash; `amount_idr` is what
    the receipt stood for in rupiah, if that is said."""

    mission: Words
    counter: str
    number: str
    issued_at: datetime
    utc_offset: str
    operator: str
    approver: str
    receiver: str
    receipt_number: str
    receipt_issued_on: date
    requested_on: date
    decided_on: date
    worker: str
    kpj: str
    passport: str
    method: str
    amount: Money
    reason: str
    thumbprint: bytes
    token_url: str
    amount_idr: int | None = None
    account: str = ""
    transfer_reference: str = ""
    note: str = ""
    copy: int = 0
    complaints: str = "175"


def render_refund(paper: RefundPaper) -> bytes:
    """The PDF, A5 landscape; the same bytes for the same paper."""
    return render(refund_form(paper))


def render_refund_pair(paper: RefundPaper) -> bytes:
    """The PDF, A4 with the worker's and the mission's copy."""
    return render_pair(refund_form(paper))


def refund_form(paper: RefundPaper) -> Form:
    """What stands on it, on whatever size of paper."""
    return Form(
        kind=Words("BUKTI PENGEMBALIAN", "Proof of refund"),
        heading=paper.mission,
        service=SERVICE,
        number_label="No." if paper.number else "Untuk kuitansi",
        number=paper.number or paper.receipt_number,
        circumstances=circumstances(paper.issued_at, paper.utc_offset, paper.counter, paper.operator),
        rows=tuple(_rows(paper)),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk bukti pengembalian {paper.number}",
        stamps=stamps(paper.copy, voided=False),
        foot=(
            f"Kuitansi {paper.receipt_number} tidak berlaku lagi. Pengembalian diputuskan oleh pusat.",
            signed_by("Bukti", paper.counter, paper.thumbprint, paper.complaints)
            if paper.token_url
            else f"Pengaduan: {paper.complaints}",
        ),
        signatory=paper.operator,
        beside=paper.receiver if paper.method == "cash" else "",
        beside_role="Penerima uang",
        subject="Pengembalian iuran jaminan sosial pekerja migran Indonesia",
    )


def _rows(paper: RefundPaper) -> list[Row]:
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    beside = rupiah(paper.amount_idr) if paper.amount_idr is not None and paper.amount.currency != "IDR" else ""
    rows = [
        Row(
            Words("Untuk kuitansi", "For receipt"),
            (Item(paper.receipt_number, STRONG, right=date_long(paper.receipt_issued_on), right_style=LABEL),),
        ),
        Row(Words("Dikembalikan kepada", "Returned to"), tuple(person)),
        Row(
            Words("Jumlah dikembalikan", "Amount returned"),
            (Item(money(paper.amount), LARGE, right=beside, right_style=LABEL),),
        ),
        Row(Words("Terbilang", "In words"), (Item(terbilang_money(paper.amount), ITALIC),)),
        Row(Words("Cara", "Method"), _method(paper)),
        Row(
            Words("Diminta", "Requested"),
            (
                Item(
                    date_long(paper.requested_on), right=f"diputuskan {date_long(paper.decided_on)}", right_style=LABEL
                ),
            ),
        ),
        Row(Words("Alasan", "Reason"), tuple(Item(said) for said in (paper.reason, paper.note) if said)),
    ]
    if paper.approver:
        rows.append(Row(Words("Disetujui oleh", "Approved by"), (Item(paper.approver),)))
    return rows


def _method(paper: RefundPaper) -> tuple[Item, ...]:
    method = _METHODS.get(paper.method, Words(paper.method))
    said = " · ".join(part for part in (paper.account, paper.transfer_reference) if part)
    return (Item(method.id, under=method.en, right=said, right_style=LABEL),)
