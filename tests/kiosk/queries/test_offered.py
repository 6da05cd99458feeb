"""What the counter has already of the papers that a claim asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from loket_testing.counter import bring, slip
from loket_testing.journals import Journal
from loket_testing.papers import pdf, photograph

from kiosk.desk import Desk
from kiosk.queries.documents import offered
from kiosk.usecases.contributions import receive
from kiosk.usecases.documents import keep_document
from models.journal.coverage import MembershipConfirmed
from models.rules.claims import checklist

ASKED = checklist("JKK-KECELAKAAN")


def test_the_newest_paper_kept_with_the_worker_is_offered_for_what_it_would_do_for(desk: Desk, siti: UUID) -> None:
    keep_document(desk, siti, "paspor", photograph("LAMA"), "lama.jpg")
    newest = keep_document(desk, siti, "paspor", photograph("BARU"), "baru.jpg")
    keep_document(desk, siti, "visa", pdf(b"visa"), "visa.pdf")
    (row,) = offered(desk, siti, ASKED)
    assert (row.requirement, row.kind, row.document_id, row.sha256) == ("paspor", "paspor", newest.id, newest.sha256)


def test_of_several_papers_that_would_do_the_one_asked_for_first_is_offered(desk: Desk, siti: UUID) -> None:
    keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    card = keep_document(desk, siti, "ktp", photograph("KTP"), "ktp.jpg")
    asked = [one for one in checklist("JKM-SELAMA") if one.key == "identitas_peserta"]
    assert [(one.kind, one.document_id) for one in offered(desk, siti, asked)] == [("ktp", card.id)]


def test_the_membership_card_is_offered_once_bpjs_confirmed_all_that_covers(desk: Desk, siti: UUID) -> None:
    paid = receive(desk, slip(siti))
    assert offered(desk, siti, ASKED) == ()
    centre = Journal(mission="TPE")
    centre.record(
        MembershipConfirmed(
            worker_id=siti, mission="TPE", receipt_ids=(paid.receipt_id,), confirmed_on=date(2026, 11, 22)
        )
    )
    bring(desk, centre.entries)
    (row,) = offered(desk, siti, ASKED)
    assert (row.requirement, row.kind, row.document_id) == ("kartu_peserta", "kartu_peserta", None)
    desk.clock.now = datetime(2031, 1, 1, tzinfo=UTC)  # type: ignore[attr-defined]
    assert offered(desk, siti, ASKED) == ()
