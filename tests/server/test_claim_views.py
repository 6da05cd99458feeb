"""One claim as an officer reads it: cover of all registrations, papers by its rules, and what may be about the same."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.bodies import payment, registration
from loket_testing.claim_desk import Desk, picture

from models.journal.claims import ClaimDetails, ClaimNote, ClaimReported, DocumentWithdrawn, ReportDetails
from models.journal.contributions import ReceiptVoided
from models.journal.coverage import MembershipConfirmed
from models.journal.deaths import HeirContact, HeirInformed
from models.journal.ids import new_id
from models.journal.staff import StaffListed, StaffName
from models.journal.workers import WorkerRestricted
from server.usecases.claim_views import claim_with
from server.usecases.claims import Sought, queue
from server.usecases.erasing import erase
from server.usecases.journal import record
from server.usecases.merging import merge
from server.usecases.officers import Officer, add_officer

SITI = {"description": "Jatuh dari tangga.", "worker_name": "SITI NURHALIZA"}


@pytest.fixture
def dewi(centre) -> Officer:
    return add_officer(centre, "dewi", "sembilan belas kuda", role="verifikator", name="Dewi A.")


@pytest.fixture
def taipei(centre, enrolled) -> Desk:
    return Desk(centre, enrolled("TPE3"))


def test_the_cover_of_a_merged_person_is_drawn_with_what_was_voided_and_confirmed(centre, enrolled, taipei, dewi):
    hongkong = Desk(centre, enrolled("HKG1", mission="HKG"))
    siti, also = taipei.worker(), new_id()
    claim_id = taipei.claim("siti", siti, 31)
    hongkong.visitor.journal.record(registration(also, mission="HKG"))
    earlier, wrong = (
        hongkong.visitor.journal.record(
            payment(also, serial, mission="HKG", series="HKG1", months=12, amount_idr=189_000, day=date(2024, 1, 5))
        )
        for serial in (7, 8)
    )
    hongkong.visitor.journal.record(
        ReceiptVoided(
            worker_id=also, mission="HKG", receipt_id=wrong.id, number="HKG1-2024-000009", year=2024, serial=9,
            business_date=date(2024, 1, 5), amount_idr=189_000, currency="TWD", due=369,
        )
    )  # fmt: skip
    for desk in (taipei, hongkong):
        desk.push()
    merge(centre, siti, also)
    confirmed = MembershipConfirmed(
        worker_id=also, mission="HKG", receipt_ids=(earlier.id,), confirmed_on=date(2024, 2, 1)
    )
    centre.write(lambda connection: record(connection, centre, [confirmed]))

    seen = claim_with(centre, claim_id, dewi)

    assert [(one.number, one.state, one.mission) for one in seen.covers] == [
        ("HKG1-2024-000007", "confirmed", "KJRI Hong Kong"),
        ("HKG1-2024-000008", "voided", "KJRI Hong Kong"),
        ("TPE3-2026-000001", "provisional", "KDEI Taipei"),
    ]
    assert [(one.number, one.holds) for one in seen.evidence] == [("TPE3-2026-000001", True)]
    assert seen.covered
    assert seen.in_time
    assert seen.person is not None
    assert seen.person.registrations == 2


def test_what_may_be_about_the_same_is_named_with_its_reason(centre, enrolled, taipei, dewi):
    hongkong = Desk(centre, enrolled("HKG1", mission="HKG"))
    siti, stranger = taipei.worker(), new_id()
    also = hongkong.worker("SITI NURHALIZA B", paid_on=None)
    first = taipei.claim("siti", siti, 31)
    taipei.attach("siti", "rekening", picture("BUKU"), kind="rekening_pmi")
    taipei.claim("long ago", siti, 12, event_date=date(2025, 1, 3), business_date=date(2025, 1, 9))
    hongkong.claim("again", also, 5, event_date=date(2026, 11, 5), number="HKG1-K-2026-000005")
    hongkong.visitor.journal.record(registration(stranger, mission="HKG", name="BUDI"))
    hongkong.claim("stranger", stranger, 6, event_date=date(2025, 6, 1), number="HKG1-K-2026-000006")
    hongkong.attach("stranger", "rekening", picture("BUKU"), kind="rekening_pmi", here=False)
    hongkong.restricted("hidden", also, 7)
    for desk in (taipei, hongkong):
        desk.push()
    merge(centre, siti, also)

    seen = claim_with(centre, first, dewi)

    assert {one.row.number: one.why for one in seen.alike} == {
        "HKG1-K-2026-000005": ("same_event",),
        "HKG1-K-2026-000006": ("same_account",),
    }
    assert [one.row.number for one in seen.others] == ["TPE3-K-2026-000012"]


def test_a_second_report_asks_for_its_own_papers_and_one_taken_back_counts_no_more(taipei, centre, dewi):
    siti = taipei.worker()
    claim_id = taipei.claim("siti", siti, 31)
    wrong = taipei.attach("siti", "paspor", picture("KTP ORANG LAIN"))
    before = claim_with_after(taipei, claim_id, dewi)
    assert (before.present, before.required) == (1, 7)
    taipei.visitor.journal.record(
        DocumentWithdrawn(claim_id=claim_id, mission="TPE", document_id=wrong, personal=ClaimNote(note="Salah orang"))
    )
    taipei.visitor.journal.record(
        ClaimReported(
            claim_id=claim_id, mission="TPE", business_date=date(2026, 11, 30), outcome="died",
            outcome_date=date(2026, 11, 29), benefits=("JKK-MATI",), filed_by="heir",
            personal=ReportDetails(description="Tidak tertolong", filer_name="AHMAD"),
        )
    )  # fmt: skip
    seen = claim_with_after(taipei, claim_id, dewi)
    assert seen.present == 0
    assert seen.required > 7
    assert "surat_kematian" in {one.requirement.key for one in seen.papers}
    assert [(one.outcome, one.filer_name, one.standing) for one in seen.reports] == [("Meninggal", "AHMAD", True)]
    assert [one.removed.note for one in seen.removed if one.removed] == ["Salah orang"]
    assert [one.what for one in seen.history] == ["filed", "attached", "removed", "reported"]
    row = queue(centre, Sought(), dewi).rows[0]
    assert (row.present, row.required) == (seen.present, seen.required)


def claim_with_after(desk: Desk, claim_id, who):
    """What an officer reads once the counter has sent what it has."""
    desk.push()
    return claim_with(desk.centre, claim_id, who)


def test_who_filed_and_who_attached_are_called_by_name(taipei, centre, dewi):
    clerk = taipei.visitor.journal.operator
    listed = StaffListed(
        operator_id=clerk, mission="TPE", role="petugas", personal=StaffName(login="rina", name="Rina K.")
    )
    centre.write(lambda connection: record(connection, centre, [listed]))
    claim_id = taipei.claim("siti", taipei.worker(), 31)
    taipei.attach("siti", "paspor", picture())
    taipei.push()
    seen = claim_with(centre, claim_id, dewi)
    assert {(one.by, one.place) for one in seen.history} == {("Rina K.", "KDEI Taipei")}
    assert seen.clerk == "Rina K."


def test_a_death_names_who_was_told(taipei, centre, dewi):
    siti = taipei.worker()
    claim_id = taipei.claim("siti", siti, 31, benefit="JKM-SELAMA", filed_by="heir")
    taipei.visitor.journal.record(
        HeirInformed(
            worker_id=siti, mission="TPE", business_date=date(2026, 11, 22), channel="phone", reached=True,
            personal=HeirContact(name="AHMAD", relation="suami"),
        )
    )  # fmt: skip
    taipei.push()
    seen = claim_with(centre, claim_id, dewi)
    assert [(one.what, one.details) for one in seen.history][-1] == ("heir_reached", ("AHMAD", "suami"))


def test_of_somebody_whose_data_are_restricted_initials_and_last_figures_are_left(taipei, centre, dewi):
    siti = taipei.worker()
    details = ClaimDetails(token=b"t", filer_name="SITI NURHALIZA", filer_phone="+886912345678", **SITI)
    claim_id = taipei.claim("siti", siti, 31, personal=details)
    taipei.visitor.journal.record(WorkerRestricted(worker_id=siti, mission="TPE", restricted=True))
    taipei.push()
    seen = claim_with(centre, claim_id, dewi)
    assert seen.person is not None
    assert seen.person.limited
    assert (seen.name, seen.facts.filer_name) == ("S. N.", "S. N.")
    assert (seen.person.passport, seen.facts.filer_phone) == ("••••4567", "••••5678")
    assert queue(centre, Sought(), dewi).rows[0].worker == "S. N."


def test_of_somebody_erased_the_number_is_left_and_no_document(taipei, centre, dewi):
    siti = taipei.worker()
    claim_id = taipei.claim("siti", siti, 31)
    taipei.attach("siti", "paspor", picture())
    taipei.push()
    erase(centre, siti, "request", order="A-1")
    seen = claim_with(centre, claim_id, dewi)
    assert (seen.number, seen.name, seen.facts.description) == ("TPE3-K-2026-000031", "—", "")
    assert [one.where for paper in seen.papers for one in paper.documents] == ["erased"]
