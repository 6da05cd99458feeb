"""Deaths and missing persons: the mission's letter is a proof for the claim, and no heir is forgotten."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
import pypdfium2 as pdfium
import pytest
from loket_testing.counter import SITI, codes, kinds
from sqlalchemy import select

from kiosk.desk import Desk, set_setting
from kiosk.forms.claim import ClaimForm
from kiosk.forms.death import ContactForm, StatementForm
from kiosk.queries.deaths import death_of, deaths
from kiosk.queries.documents import of_claim
from kiosk.queries.workers import card
from kiosk.usecases.checks import check
from kiosk.usecases.claims import file
from kiosk.usecases.deaths import issue_statement, tell_heir
from kiosk.usecases.papers import issue
from kiosk.usecases.print_jobs import unconfirmed
from kiosk.usecases.workers import amend, register
from models.journal.keys import SealingKey
from models.journal.workers import Heir
from models.ledger.tables import mission_statement
from models.rules.problems import Refused

DAY = date(2026, 11, 20)


def letter(worker: UUID, **fields: object) -> StatementForm:
    given: dict[str, object] = {
        "worker_id": str(worker),
        "about": "death",
        "event_date": DAY,
        "place": "Kaohsiung Medical University Hospital",
        "source": "Surat kematian rumah sakit nomor 88/2026",
        "signatory": "Budi Santoso",
        "signatory_title": "Kepala Bidang Ketenagakerjaan",
    }
    return StatementForm(**(given | fields))  # type: ignore[arg-type]


@pytest.fixture
def with_heirs(desk: Desk, siti: UUID) -> UUID:
    """Siti has a child and a husband, written down in that order, and her sister for emergencies."""
    heirs = (
        Heir(name="PUTRI", relation="anak"),
        Heir(name="AHMAD", relation="suami", phone="+6281234567890"),
    )
    form = msgspec.structs.replace(SITI, heirs=heirs, emergency_name="RATNA", emergency_phone="+6281298765432")
    amend(desk, siti, form)
    return siti


def text_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_letter_is_owed_at_once_and_says_who_where_and_from_what_it_is_known(desk: Desk, siti: UUID) -> None:
    done = issue_statement(desk, letter(siti))
    assert [job.number for job in unconfirmed(desk)] == [done.number]
    paper = issue(desk, done.number)
    said = text_of(paper.pdf)
    assert paper.is_report
    for word in ("SITI NURHALIZA", "Kaohsiung Medical University Hospital", "88/2026", "Budi Santoso", "CERTIFICATE"):
        assert word in said
    assert paper.copy == 0
    assert issue(desk, done.number).copy == 1


def test_its_code_proves_it_and_the_number_belongs_to_the_series_of_claims(desk: Desk, siti: UUID) -> None:
    done = issue_statement(desk, letter(siti, about="missing"))
    paper = issue(desk, done.number)
    checked = check(desk, paper.form.code)
    assert checked.facts is not None
    assert (checked.facts.kind, checked.facts.about, checked.facts.number) == ("statement", "missing", done.number)
    claim = file(desk, ClaimForm(worker_id=str(siti), kind="JKM-SELAMA", event_date=DAY, filed_by="heir"))
    assert (done.number[-6:], claim.number[-6:]) == ("000001", "000002")


def test_made_for_a_claim_it_answers_what_the_checklist_asks_for(desk: Desk, siti: UUID) -> None:
    claim = file(desk, ClaimForm(worker_id=str(siti), kind="JKM-SELAMA", event_date=DAY, filed_by="heir"))
    assert "surat_kematian" in {one.key for one in claim.missing}
    done = issue_statement(desk, letter(siti, claim=claim.number))
    assert done.claim == claim.number
    (shown,) = card(desk, siti).claims
    assert "surat_kematian" not in shown.missing
    (document,) = of_claim(desk, claim.claim_id)
    assert (document.kind, document.media_type) == ("surat_kematian_kdei", "application/pdf")


def test_made_for_a_restricted_claim_the_letter_does_not_say_that_it_rests_on_a_death(desk: Desk, siti: UUID) -> None:
    with desk.work() as work:
        set_setting(work.connection, "claims_key", SealingKey.new().public.hex())
    claim = file(desk, ClaimForm(worker_id=str(siti), kind="JKK-PERKOSAAN", event_date=DAY))
    assert issue_statement(desk, letter(siti, claim=claim.number)).claim == claim.number
    with desk.read() as work:
        assert work.connection.scalar(select(mission_statement.c.claim_id)) is None
    (document,) = of_claim(desk, claim.claim_id)
    assert (document.kind, document.sealed) == ("KHUSUS", True)


def test_the_same_request_makes_one_letter_and_one_document(desk: Desk, siti: UUID) -> None:
    claim = file(desk, ClaimForm(worker_id=str(siti), kind="JKM-SELAMA", event_date=DAY, filed_by="heir"))
    form = letter(siti, claim=claim.number, request_id="r-1")
    assert issue_statement(desk, form) == issue_statement(desk, form)
    assert kinds(desk).count("statement.issued") == 1
    assert len(of_claim(desk, claim.claim_id)) == 1


def test_a_letter_is_not_attached_to_the_claim_of_somebody_else(desk: Desk, siti: UUID) -> None:
    other = register(desk, msgspec.structs.replace(SITI, name="DEWI LESTARI", nik=None, passport_number="C7654321"))
    theirs = ClaimForm(worker_id=str(other.worker_id), kind="JKM-SELAMA", event_date=DAY, filed_by="heir")
    claim = file(desk, theirs)
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        issue_statement(desk, letter(siti, claim=claim.number))
    assert codes(refusal) == ["statement.other_claim"]
    assert kinds(desk) == before


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"about": "sakit"}, ["statement.about"]),
        ({"event_date": date(2027, 1, 1)}, ["statement.future"]),
        ({"event_date": None}, ["required"]),
        ({"place": " ", "source": None}, ["required", "required"]),
        ({"signatory": "x" * 200}, ["text.too_long"]),
        ({"claim": "TPE3-K-2026-000009"}, ["claim.not_synced"]),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_recorded(
    desk: Desk, siti: UUID, fields: dict[str, object], problems: list[str]
) -> None:
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        issue_statement(desk, letter(siti, **fields))
    assert codes(refusal) == problems
    assert kinds(desk) == before


def test_heirs_stand_in_the_order_of_the_law_until_somebody_reached_them(desk: Desk, with_heirs: UUID) -> None:
    assert death_of(desk, with_heirs) is None
    issue_statement(desk, letter(with_heirs))
    (found,) = deaths(desk)
    assert [one.name for one in found.to_tell] == ["AHMAD", "PUTRI", "RATNA"]
    tell_heir(desk, ContactForm(worker_id=str(with_heirs), name="ahmad", channel="phone", note="tidak diangkat"))
    assert [one.name for one in deaths(desk)[0].to_tell] == ["AHMAD", "PUTRI", "RATNA"]
    tell_heir(desk, ContactForm(worker_id=str(with_heirs), name="Ahmad", channel="whatsapp", reached=True))
    tell_heir(desk, ContactForm(worker_id=str(with_heirs), name="Pak RT", channel="visit", reached=True))
    (found,) = deaths(desk)
    assert [one.name for one in found.to_tell] == ["PUTRI", "RATNA"]
    assert [one.reached for one in found.heirs[0].contacts] == [True, False]
    assert [one.name for one in found.others] == ["Pak RT"]


def test_a_claim_of_a_death_is_enough_to_be_listed_and_whoever_has_nobody_left_to_tell_comes_last(
    desk: Desk, with_heirs: UUID
) -> None:
    file(desk, ClaimForm(worker_id=str(with_heirs), kind="JKM-SELAMA", event_date=DAY, filed_by="heir"))
    file(desk, ClaimForm(worker_id=str(with_heirs), kind="JKK-OBAT-LN", event_date=DAY))
    (found,) = deaths(desk)
    assert (found.about, found.since, len(found.claims)) == ("death", DAY, 1)


def test_a_way_of_telling_nobody_knows_is_refused(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Refused) as refusal:
        tell_heir(desk, ContactForm(worker_id=str(siti), name="", channel="merpati"))
    assert codes(refusal) == ["required", "heir.channel"]
