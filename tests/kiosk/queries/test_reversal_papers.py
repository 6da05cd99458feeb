"""Papers of reversals: each has a number, an original and counted copies; what was printed before is never edited."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from loket_testing.counter import CHEAP, bring, kinds, slip
from loket_testing.drawers import open_drawer
from loket_testing.journals import Journal
from loket_testing.pdfs import words

from kiosk.desk import Desk
from kiosk.forms.refund import RefundForm, RefundPayment
from kiosk.forms.void import VoidForm
from kiosk.queries.papers import receipt_paper
from kiosk.usecases.approvals import Approval
from kiosk.usecases.checks import check
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import again, issue, issue_once, preview
from kiosk.usecases.print_jobs import unconfirmed
from kiosk.usecases.privacy import restrict
from kiosk.usecases.refunds import pay_refund, request_refund
from kiosk.usecases.staff import add
from kiosk.usecases.voids import void
from models.journal.refunds import RefundDecided
from models.rules.money import Money
from reports.qr import read_codes

BUDI = Approval("budi", "penyelia-456")


@pytest.fixture(autouse=True)
def supervised(desk: Desk) -> None:
    """Budi supervises."""
    add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)


@pytest.fixture
def voided(desk: Desk, siti: UUID) -> tuple[str, str]:
    """The number of a receipt whose original came out, and that of the void which took it back."""
    number = receive(desk, slip(siti)).number
    issue(desk, number)
    return number, void(desk, VoidForm(receipt=number, reason="Salah orang"), BUDI).number


@pytest.fixture
def refunded(desk: Desk, siti: UUID, published: Callable[..., None]) -> tuple[str, str]:
    """The number of a receipt that the centre gave back in cash, and that of the paper that came with the money."""
    published(till=False)
    number = receive(desk, slip(siti)).number
    issue(desk, number)
    asked = request_refund(desk, RefundForm(receipt=number, reason="Tidak jadi berangkat", method="cash"))
    centre = Journal(mission="TPE")
    with desk.read() as work:
        day = work.today
    centre.record(
        RefundDecided(
            worker_id=asked.worker_id,
            mission="TPE",
            refund_id=asked.refund_id,
            receipt_id=_id_of(desk, number),
            approved=True,
            method="cash",
            business_date=day,
        )
    )
    bring(desk, centre.entries)
    open_drawer(desk, Money.idr(400_000))
    return number, pay_refund(desk, RefundPayment(refund=number), BUDI).number


def _id_of(desk: Desk, number: str) -> UUID:
    from kiosk.queries.voids import receipt_named

    with desk.read() as work:
        found: Any = receipt_named(work.connection, number).id
        return UUID(str(found))


def test_the_voids_paper_is_owed_until_it_is_out_and_says_what_went_back(desk: Desk, voided: tuple[str, str]) -> None:
    number, void_number = voided
    (owed,) = [job for job in unconfirmed(desk) if job.number == void_number]
    assert owed.state == "committed"
    paper = issue_once(desk, void_number)
    said = words(paper.pdf)
    for expected in (
        "KUITANSI PEMBATALAN",
        f"Membatalkan kuitansi Receipt cancelled {number} 22 November 2026",
        "Jumlah dibatalkan Amount cancelled Rp 332.500",
        "Tidak ada uang tunai.",
        "Slip bank, BNI-20261122-0007 Rp 332.500",
        "Salah orang",
        "Disetujui oleh Approved by Budi S.",
    ):
        assert expected in said
    assert "SALINAN" not in said


def test_its_code_is_genuine_and_known_here(desk: Desk, voided: tuple[str, str]) -> None:
    number, void_number = voided
    (code,) = read_codes(issue(desk, void_number).pdf, "application/pdf")
    checked = check(desk, code)
    assert checked.facts is not None
    assert (checked.genuine, checked.known_here, checked.facts.refers) == (True, True, number)


def test_copies_of_a_voids_paper_are_counted_and_an_original_stays_one(desk: Desk, voided: tuple[str, str]) -> None:
    _, void_number = voided
    assert [issue(desk, void_number).copy for _ in range(3)] == [0, 1, 2]
    assert kinds(desk).count("receipt.reprinted") == 2
    job = next(job for job in unconfirmed(desk) if job.number == void_number)
    assert (again(desk, job).copy, kinds(desk).count("receipt.reprinted")) == (0, 2)
    assert "SALINAN 3" in words(issue(desk, void_number).pdf)


def test_a_voided_receipt_printed_once_more_says_what_took_it_back_and_else_the_same(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    before = receipt_paper(desk, number)
    original = words(issue(desk, number).pdf)
    done = void(desk, VoidForm(receipt=number, reason="Salah orang"), BUDI)
    copy = issue(desk, number)
    said = words(copy.pdf)
    assert copy.copy == 1
    assert "DIBATALKAN" in said
    assert "SALINAN 1" in said
    assert f"Dibatalkan dengan {done.number} pada 22 November 2026." in said
    assert "DIBATALKAN" not in original
    after = receipt_paper(desk, number)
    changed = {name for name in before.__slots__ if getattr(before, name) != getattr(after, name)}
    assert changed == {"voided"}
    assert read_codes(copy.pdf, "application/pdf") == [before.token_url]


def test_a_receipt_that_never_came_out_before_it_was_voided_says_so_when_it_does(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    void(desk, VoidForm(receipt=number, reason="Salah orang"), BUDI)
    late = issue_once(desk, number)
    assert late.copy == 0
    assert "DIBATALKAN" in words(late.pdf)


def test_the_proof_of_a_refund_names_the_receipt_the_reason_and_who_gets_the_money(
    desk: Desk, refunded: tuple[str, str]
) -> None:
    number, refund_number = refunded
    said = words(issue(desk, refund_number).pdf)
    for expected in (
        "BUKTI PENGEMBALIAN",
        f"Untuk kuitansi For receipt {number}",
        "Jumlah dikembalikan Amount returned Rp 332.500",
        "Tidak jadi berangkat",
        "SITI NURHALIZA Penerima uang",
    ):
        assert expected in said
    assert [issue(desk, refund_number).copy for _ in range(2)] == [1, 2]
    copy = words(issue(desk, number).pdf)
    assert "DIKEMBALIKAN" in copy
    assert "Dikembalikan lewat pusat pada 22 November 2026." in copy


def test_of_somebody_restricted_the_papers_show_initials_and_no_reason(
    desk: Desk, siti: UUID, voided: tuple[str, str]
) -> None:
    _, void_number = voided
    restrict(desk, siti, remark="diminta sendiri")
    said = words(preview(desk, void_number))
    assert "SITI" not in said
    assert "Salah orang" not in said


def test_what_is_read_on_screen_is_not_counted(desk: Desk, voided: tuple[str, str]) -> None:
    _, void_number = voided
    before = kinds(desk)
    assert io.BytesIO(preview(desk, void_number)).read(4) == b"%PDF"
    assert kinds(desk) == before
