"""Claims: taken in with whatever is there, sealed where nobody here may read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec
import pytest
from loket_testing.bodies import accident, registration
from loket_testing.counter import SITI, codes, kinds, slip
from loket_testing.journals import Journal
from loket_testing.papers import PDF
from sqlalchemy import func, select

from kiosk.desk import Desk, keep, set_setting
from kiosk.devices.pictures import LARGEST_DOCUMENT, media_type
from kiosk.forms.claim import ClaimForm
from kiosk.queries.documents import of_claim
from kiosk.queries.workers import card
from kiosk.store.tables import blob
from kiosk.store.tables import entry as entries
from kiosk.usecases.claims import (
    Document,
    attach,
    eligibility,
    file,
)
from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import amend
from models.journal.claims import RESTRICTED_KIND
from models.journal.ids import new_id
from models.journal.keys import SealingKey
from models.journal.sealed import SEAL_DOCUMENT, SealedAccount, SealedDocument, open_part
from models.posting import post
from models.rules.claims import at_mission, benefits, checklist
from models.rules.problems import Refused

STORY = "Diancam dengan pisau dapur di rumah majikan"
RESTRICTED = next(benefit for benefit in benefits() if benefit.restricted)


def form(worker: UUID, **fields: object) -> ClaimForm:
    given: dict[str, object] = {
        "worker_id": str(worker),
        "kind": "JKK-ALAT",
        "event_date": date(2026, 11, 20),
        "description": "Jatuh dari tangga",
    }
    return ClaimForm(**(given | fields))  # type: ignore[arg-type]


def paper(code: str = "JKK-ALAT", at: int = 0, content: bytes = PDF) -> Document:
    """A document of the kind that the checklist asks for at this place."""
    return Document(checklist(code)[at].one_of[0], "surat.pdf", content)


@pytest.fixture
def centre(desk: Desk) -> SealingKey:
    """The centre's claims key, known here as after enrolment."""
    key = SealingKey.new()
    with desk.work() as work:
        set_setting(work.connection, "claims_key", key.public.hex())
    return key


def test_a_claim_and_its_documents_are_one_action(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti), [paper(), paper(at=1)])
    assert kinds(desk)[-3:] == ["claim.filed", "document.attached", "document.attached"]
    assert [one.key for one in filed.missing] == [one.key for one in checklist("JKK-ALAT")[2:]]
    (shown,) = card(desk, siti).claims
    assert (shown.number, shown.attached, shown.required) == (filed.number, 2, len(checklist("JKK-ALAT")))
    assert shown.missing == tuple(one.key for one in filed.missing)


def test_claims_have_numbers_of_their_own_without_gaps(desk: Desk, siti: UUID) -> None:
    receive(desk, slip(siti))
    first = file(desk, form(siti)).number
    with pytest.raises(Refused):
        file(desk, form(siti), [Document("tapir", "a.pdf", PDF)])
    second = file(desk, form(siti)).number
    assert [number.partition("-")[2] for number in (first, second)] == ["K-2026-000001", "K-2026-000002"]


def test_documents_that_follow_complete_the_claim(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti))
    attach(desk, filed.claim_id, [paper(at=at, content=PDF + bytes([at])) for at in range(len(checklist("JKK-ALAT")))])
    (shown,) = card(desk, siti).claims
    assert shown.missing == ()
    rows = of_claim(desk, filed.claim_id)
    assert [(row.file_name, row.here, row.sealed) for row in rows] == [("surat.pdf", True, False)] * len(rows)
    with pytest.raises(Refused) as refusal:
        attach(desk, uuid4(), [paper()])
    assert codes(refusal) == ["claim.unknown"]


def test_the_same_file_twice_is_kept_once(desk: Desk, siti: UUID) -> None:
    file(desk, form(siti), [paper(), paper(at=1)])
    with desk.read() as work:
        kept = work.connection.execute(select(blob)).one()
    assert (bytes(kept.sha256), kept.size, kept.media_type) == (sha256(PDF).digest(), len(PDF), "application/pdf")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (Document("tapir", "a.pdf", PDF), ("documents[0].kind", "document.kind_unknown")),
        (paper(content=b""), ("documents[0].path", "document.empty")),
        (paper(content=b"MZ\x90"), ("documents[0].path", "document.type")),
        (paper(content=PDF + bytes(LARGEST_DOCUMENT)), ("documents[0].path", "document.too_large")),
    ],
    ids=["kind", "empty", "type", "large"],
)
def test_a_document_nobody_could_use_is_refused_and_nothing_is_recorded(
    desk: Desk, siti: UUID, document: Document, expected: tuple[str, str]
) -> None:
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        file(desk, form(siti), [document])
    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [expected]
    assert kinds(desk) == before


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", None),
        (b" %PDF-", None),
    ],
)
def test_what_a_file_is_its_bytes_say_not_its_name(content: bytes, media: str | None) -> None:
    assert media_type(content) == media


def test_what_the_screen_says_beforehand_is_what_filing_says(desk: Desk, siti: UUID) -> None:
    asked = eligibility(desk, form(siti))
    assert asked.checklist == at_mission(checklist("JKK-ALAT"), "KDEI")
    assert asked.warnings == file(desk, form(siti)).warnings
    for wrong in ({"kind": "TAPIR"}, {"event_date": None}, {"worker_id": str(uuid4())}):
        said = []
        for ask in (eligibility, file):
            with pytest.raises(Refused) as refusal:
                ask(desk, form(siti, **wrong))
            said.append(codes(refusal))
        assert said[0] == said[1]


def test_a_death_is_not_reported_by_who_died(desk: Desk, siti: UUID) -> None:
    death = next(benefit.code for benefit in benefits() if benefit.death)
    with pytest.raises(Refused) as refusal:
        file(desk, form(siti, kind=death))
    assert codes(refusal) == ["claim.death_by_worker"]
    assert file(desk, form(siti, kind=death, filed_by=" Heir ")).number


def test_a_restricted_claim_is_sealed_to_the_centre_and_nothing_of_it_is_readable_here(
    desk: Desk, siti: UUID, centre: SealingKey
) -> None:
    document = paper(RESTRICTED.code, content=PDF + STORY.encode())
    day = date(2026, 11, 2)
    told = form(siti, kind=RESTRICTED.code, event_date=day, description=STORY, filer_name="Ibu Wati")
    filed = file(desk, told, [document])
    with desk.read() as work:
        rows = work.connection.execute(select(entries).order_by(entries.c.seq)).all()[-2:]
        (kept,) = work.connection.execute(select(blob)).all()
    for row in rows:
        for readable in (row.header, row.facts, row.personal or b""):
            for secret in (STORY, RESTRICTED.code, document.kind, document.file_name, "Ibu Wati", day.isoformat()):
                assert secret.encode() not in readable
    assert STORY.encode() not in kept.content
    account = open_part(rows[0].sealed, centre, SealedAccount)
    assert (account.benefit, account.description, account.filer_name) == (RESTRICTED.code, STORY, "Ibu Wati")
    assert (account.event_date, account.documents) == (day, (document.kind,))
    name = open_part(rows[1].sealed, centre, SealedDocument)
    assert (name.kind, name.file_name, name.media_type) == (document.kind, "surat.pdf", "application/pdf")
    assert centre.open(kept.content, SEAL_DOCUMENT) == document.content
    (shown,) = card(desk, siti).claims
    assert (shown.number, shown.benefit, shown.name) == (filed.number, RESTRICTED_KIND, "Klaim khusus")


def test_the_phase_is_that_of_the_contract_in_force_on_the_day(desk: Desk, siti: UUID) -> None:
    """Siti's next contract does not turn an accident under this one into one before her work began."""
    amend(
        desk,
        siti,
        msgspec.structs.replace(SITI, contract_start=date(2028, 12, 11), contract_end=date(2030, 12, 10)),
    )
    desk.clock.now = datetime(2027, 6, 1, 2, tzinfo=UTC)  # type: ignore[attr-defined]
    shown = eligibility(desk, form(siti, kind="JKK-OBAT-LN", event_date=date(2027, 5, 1)))
    assert not {"claim.phase", "claim.phase_unknown"} & {warning.code for warning in shown.warnings}


def test_before_enrolment_a_restricted_claim_is_taken_and_nothing_readable_of_it_stays(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti, kind=RESTRICTED.code, description=STORY), [paper(RESTRICTED.code)])
    assert "claim.not_sealed" in {warning.code for warning in filed.warnings}
    assert len(filed.missing) == len(checklist(RESTRICTED.code))
    with desk.read() as work:
        assert work.connection.scalar(select(func.count()).select_from(blob)) == 0
        last = work.connection.execute(select(entries).order_by(entries.c.seq.desc())).first()
    assert last is not None
    for part in (last.facts, last.personal):
        assert STORY.encode() not in part
        assert RESTRICTED.code.encode() not in part


def test_a_benefit_that_only_newer_counters_know_is_shown_by_its_code(desk: Desk) -> None:
    newer, worker = Journal(), new_id()
    newer.record(registration(worker))
    claim = accident(worker, series="TPE4")
    newer.record(msgspec.structs.replace(claim, benefit="JKK-BARU"))
    with desk.work() as work:
        keep(work.connection, newer.entries)
        post(work.connection, newer.entries)
    (shown,) = card(desk, worker).claims
    assert (shown.name, shown.missing) == ("JKK-BARU", claim.missing)
