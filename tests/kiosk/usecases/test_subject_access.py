"""Subject access: the worker's own copy has everything, is marked as personal, and keeps a restricted claim neutral."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pypdfium2
import pytest
from loket_testing.counter import CHEAP, SITI, bring, codes, slip
from loket_testing.journals import Journal
from loket_testing.papers import photograph

from kiosk.desk import Desk
from kiosk.forms.claim import ClaimForm
from kiosk.forms.refund import RefundForm
from kiosk.forms.void import VoidForm
from kiosk.usecases import claims, contributions, privacy
from kiosk.usecases.approvals import Approval
from kiosk.usecases.documents import keep_document
from kiosk.usecases.privacy import print_data
from kiosk.usecases.refunds import request_refund
from kiosk.usecases.staff import add
from kiosk.usecases.subject_access import _DID, subject_access
from kiosk.usecases.voids import void
from kiosk.usecases.workers import amend
from models.journal.body import known_kinds
from models.journal.coverage import BalanceStated, Membership, MembershipConfirmed
from models.journal.ids import new_id
from models.journal.refunds import RefundDecided, RefundNote
from models.rules.claims import benefits
from models.rules.problems import Refused
from reports.subject_access import SubjectAccessPaper


def said(paper: SubjectAccessPaper, code: str) -> str:
    (found,) = [one for one in paper.sections if one.code == code]
    return "\n".join([*(f"{fact.label}: {fact.value}" for fact in found.facts), *found.notes])


def read(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]


@pytest.fixture
def whole(desk: Desk, siti: UUID) -> SubjectAccessPaper:
    amend(desk, siti, msgspec.structs.replace(SITI, phone="+886 922 000 111"), "nomor baru")
    contributions.receive(desk, slip(siti))
    restricted = next(one for one in benefits() if one.restricted)
    form = ClaimForm(worker_id=str(siti), kind=restricted.code, event_date=date(2026, 11, 3), filed_by="worker")
    claims.file(desk, form)
    keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    privacy.withdraw_consent(desk, siti, "meminta sendiri")
    return subject_access(desk, siti)


def test_everything_stands_in_it_although_the_data_are_restricted(whole: SubjectAccessPaper) -> None:
    assert whole.person == "SITI NURHALIZA"
    identity = said(whole, "identity")
    for value in ("3507105203940003", "C4821907", "+886922000111", "AMINAH", "12 Mar 1994", "Perempuan"):
        assert value in identity
    assert "+886912345678 menjadi +886922000111 (nomor baru), Rina W." in said(whole, "changes")
    assert "Chen Mei-ling" in said(whole, "contracts")
    assert "AHMAD FAUZI" in said(whole, "heirs")
    assert "Rp 332.500" in said(whole, "receipts")
    assert "Paspor" in said(whole, "documents")
    assert "KDEI Taipei" in said(whole, "held")
    assert "menerima iuran" in said(whole, "served")
    assert "Rina W." in said(whole, "served")


def test_refunds_with_their_account_what_was_taken_back_and_what_bpjs_stated_stand_in_it(
    desk: Desk, siti: UUID
) -> None:
    add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
    first, second = contributions.receive(desk, slip(siti)), contributions.receive(desk, slip(siti, 6, reference="B"))
    taken_back = void(desk, VoidForm(receipt=second.number, reason="salah bulan"), Approval("budi", "penyelia-456"))
    asked = request_refund(
        desk,
        RefundForm(
            receipt=first.number,
            reason="tidak jadi berangkat",
            method="transfer",
            bank_name="BNI",
            bank_account="0123456789",
            bank_holder="SITI NURHALIZA",
        ),
    )
    centre = Journal(mission="TPE")
    about: dict[str, Any] = {"worker_id": siti, "mission": "TPE"}
    centre.record(
        RefundDecided(
            **about,
            refund_id=asked.refund_id,
            receipt_id=first.receipt_id,
            approved=True,
            method="transfer",
            business_date=date(2026, 11, 24),
            personal=RefundNote(note="disetujui", transfer_reference="TRF-77"),
        )
    )
    centre.record(
        MembershipConfirmed(
            **about,
            receipt_ids=(first.receipt_id,),
            confirmed_on=date(2026, 11, 23),
            personal=Membership(kpj="21034567891"),
        )
    )
    centre.record(BalanceStated(**about, programme="JHT", amount_idr=1_250_000, as_of=date(2026, 10, 31)))
    bring(desk, centre.entries)

    paper = subject_access(desk, siti)

    refunds = said(paper, "refunds")
    for value in ("BNI", "0123456789", "tidak jadi berangkat", "disetujui", "TRF-77", "salah bulan", taken_back.number):
        assert value in refunds
    told = said(paper, "bpjs")
    for value in ("21034567891", "23 Nov 2026", "Rp 1.250.000", "31 Okt 2026"):
        assert value in told
    assert "meminta pengembalian uang" in said(paper, "served")


def test_consents_come_with_their_text_and_what_was_taken_back(whole: SubjectAccessPaper) -> None:
    consents = said(whole, "consents")
    assert "Persetujuan ditarik · meminta sendiri" in consents
    assert "teks versi 2, Bahasa Indonesia" in consents
    assert "tarik kapan saja di loket" in consents
    assert "Pasal 20 ayat (2) huruf a" in consents


def test_a_restricted_claim_is_named_in_neutral_words_only(whole: SubjectAccessPaper) -> None:
    restricted = next(one for one in benefits() if one.restricted)
    assert "Klaim khusus" in said(whole, "claims")
    assert restricted.name not in repr(whole)
    assert "3 Nov 2026" not in said(whole, "claims")


def test_the_pages_are_marked_as_personal_and_say_where_to_complain(
    desk: Desk, siti: UUID, whole: SubjectAccessPaper
) -> None:
    pages = read(print_data(desk, siti))
    assert len(pages) >= 2
    for number, page in enumerate(pages, start=1):
        assert "PRIBADI" in page
        assert f"Halaman {number} dari {len(pages)}" in page
    whole_text = "\n".join(pages)
    assert "Who served me" in whole_text
    assert "BPJS Ketenagakerjaan 175" in whole_text.replace("\r\n", " ")
    assert print_data(desk, siti) == print_data(desk, siti)


def test_whatever_may_be_recorded_of_a_person_or_a_claim_is_told_in_words() -> None:
    about = {kind.KIND for kind in known_kinds().values() if kind.SUBJECT in ("worker_id", "claim_id")}
    assert about - _DID.keys() == set()


def test_nobody_has_no_copy(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        subject_access(desk, new_id())
    assert codes(refusal) == ["worker.unknown"]
