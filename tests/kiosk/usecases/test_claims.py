"""Claims: taken in with whatever is there, sealed where nobody here may read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec
import pytest
from loket_testing.bodies import accident, registration
from loket_testing.counter import SITI, bring, codes, kinds, slip
from loket_testing.journals import Journal
from loket_testing.papers import PDF, photograph
from sqlalchemy import func, select

from kiosk.desk import Desk, keep, set_setting
from kiosk.devices.pictures import LARGEST_DOCUMENT, media_type
from kiosk.forms.claim import ClaimForm
from kiosk.queries.documents import of_claim
from kiosk.queries.papers import claim_paper
from kiosk.queries.workers import card
from kiosk.store.tables import blob
from kiosk.store.tables import entry as entries
from kiosk.usecases import drafts
from kiosk.usecases.claims import (
    Document,
    attach,
    detach,
    eligibility,
    file,
    find_claim,
)
from kiosk.usecases.contributions import receive
from kiosk.usecases.documents import keep_document
from kiosk.usecases.workers import amend
from models.journal.claims import RESTRICTED_KIND, ClaimDecided
from models.journal.ids import new_id
from models.journal.keys import SealingKey
from models.journal.sealed import SEAL_DOCUMENT, SealedAccount, SealedDocument, SealedNote, open_part
from models.ledger.tables import claim
from models.posting import post
from models.rules.claims import Requirement, at_mission, benefits, checklist
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


# Documents: for which paper, from where, taken back


def test_a_document_says_for_which_paper_it_is_and_what_the_clerk_held(desk: Desk, siti: UUID) -> None:
    """Somebody else's word for a paper that will do is a matter for BPJS: the clerk says which paper it stands for."""
    other = Document("laporan_polisi", "polisi.pdf", PDF, requirement="surat_keterangan", seen_as="original")
    filed = file(desk, form(siti), [other, Document("paspor", "paspor.pdf", PDF, seen_as="copy")])
    first, second = of_claim(desk, filed.claim_id)
    assert (first.kind, first.requirement, first.seen_as) == ("laporan_polisi", "surat_keterangan", "original")
    assert (second.requirement, second.seen_as) == ("paspor", "copy")
    assert filed.documents == (first.id, second.id)
    assert {"surat_keterangan", "paspor"}.isdisjoint(one.key for one in filed.missing)
    slip = claim_paper(desk, filed.number)
    assert [one.seen_as for one in slip.received] == ["original", "copy"]


def test_papers_nobody_asks_for_are_kept_beside_the_checklist(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti), [Document("laporan_polisi", "polisi.pdf", PDF)])
    (row,) = of_claim(desk, filed.claim_id)
    assert row.requirement == ""
    assert len(filed.missing) == len(checklist("JKK-ALAT"))


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"requirement": "kambing"}, ("documents[0].requirement", "document.requirement_unknown")),
        ({"seen_as": "fotokopi"}, ("documents[0].seen_as", "document.seen_as")),
        ({"kept": UUID(int=7), "content": b""}, ("documents[0].kept", "document.not_of_worker")),
    ],
    ids=["requirement", "seen as", "kept"],
)
def test_what_is_said_of_a_document_is_examined(
    desk: Desk, siti: UUID, wrong: dict[str, object], expected: tuple[str, str]
) -> None:
    document = replace(paper(), **wrong)  # type: ignore[arg-type]
    claim_id = file(desk, form(siti)).claim_id
    before = kinds(desk)
    for act in (lambda: file(desk, form(siti), [document]), lambda: attach(desk, claim_id, [document])):
        with pytest.raises(Refused) as refusal:
            act()
        assert [(problem.field, problem.code) for problem in refusal.value.problems] == [expected]
    assert kinds(desk) == before


def test_the_day_until_which_a_paper_may_follow_is_the_clerk_s_to_change(desk: Desk, siti: UUID) -> None:
    first, second = checklist("JKK-ALAT")[:2]
    filed = file(desk, form(siti, follow_by={first.key: date(2027, 1, 8)}))
    by = {one.name: one.until for one in claim_paper(desk, filed.number).missing}
    assert by[first.name] == date(2027, 1, 8)
    assert by[second.name] == date(2026, 12, 6)
    assert dict(filed.follow_by)[first.key] == date(2027, 1, 8)
    with pytest.raises(Refused) as refusal:
        file(desk, form(siti, follow_by={first.key: date(2026, 11, 21), "kambing": date(2026, 12, 1)}))
    assert codes(refusal) == ["claim.follow_by_day", "document.requirement_unknown"]


def test_a_paper_kept_with_the_worker_is_attached_without_a_second_copy(desk: Desk, siti: UUID) -> None:
    kept = keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    filed = file(desk, form(siti), [Document("paspor", "paspor.jpg", kept=kept.id)])
    (row,) = of_claim(desk, filed.claim_id)
    assert (row.kind, row.size, row.media_type, row.here) == ("paspor", kept.size, "image/jpeg", True)
    with desk.read() as work:
        assert work.connection.scalar(select(func.count()).select_from(blob)) == 1


def test_a_paper_that_only_the_centre_has_is_attached_by_its_hash(desk: Desk, siti: UUID, centre: SealingKey) -> None:
    kept = keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    with desk.work() as work:
        work.connection.execute(blob.delete())
    known = Document("paspor", "paspor.jpg", kept=kept.id)
    filed = file(desk, form(siti), [known])
    (row,) = of_claim(desk, filed.claim_id)
    assert (row.size, row.here) == (kept.size, False)
    # What has to be sealed has to be here.
    with pytest.raises(Refused) as refusal:
        file(desk, form(siti, kind=RESTRICTED.code), [known])
    assert codes(refusal) == ["document.not_here"]


def test_a_document_taken_back_counts_no_more_and_its_paper_is_missing_again(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti), [paper()])
    with pytest.raises(Refused) as refusal:
        detach(desk, filed.documents[0], "  ")
    assert [(one.field, one.code) for one in refusal.value.problems] == [("reason", "required")]
    with pytest.raises(Refused) as refusal:
        detach(desk, filed.documents[0], "ya")
    assert codes(refusal) == ["document.reason_short"]
    done = detach(desk, filed.documents[0], "Milik orang lain")
    assert (done.claim_id, done.number) == (filed.claim_id, filed.number)
    assert [one.key for one in done.missing] == [one.key for one in checklist("JKK-ALAT")]
    assert of_claim(desk, filed.claim_id) == []
    with pytest.raises(Refused) as refusal:
        detach(desk, filed.documents[0], "Milik orang lain")
    assert codes(refusal) == ["document.detached"]
    with pytest.raises(Refused) as refusal:
        detach(desk, uuid4(), "Milik orang lain")
    assert codes(refusal) == ["document.unknown"]


def test_a_better_document_takes_the_place_of_the_old_one(desk: Desk, siti: UUID) -> None:
    old = Document("laporan_polisi", "kabur.pdf", PDF, requirement="surat_keterangan", seen_as="copy")
    filed = file(desk, form(siti), [old])
    (old_id,) = filed.documents
    better = Document("laporan_polisi", "jelas.pdf", PDF + b"2", seen_as="original", replaces=old_id)
    other = file(desk, form(siti))
    with pytest.raises(Refused) as refusal:
        attach(desk, other.claim_id, [better])
    assert codes(refusal) == ["document.unknown"]
    done = attach(desk, filed.claim_id, [better])
    (row,) = of_claim(desk, filed.claim_id)
    assert done.documents == (row.id,)
    assert (row.file_name, row.requirement, row.seen_as) == ("jelas.pdf", "surat_keterangan", "original")
    assert kinds(desk)[-2:] == ["document.withdrawn", "document.attached"]


def test_the_same_document_for_the_same_paper_is_attached_once(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti), [paper()])
    again = attach(desk, filed.claim_id, [paper(), paper(at=1)])
    assert len(again.documents) == 1
    assert len(of_claim(desk, filed.claim_id)) == 2


def test_what_the_centre_decided_on_is_not_taken_back(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti), [paper(), paper(at=1)])
    seen, unseen = filed.documents
    centre = Journal(mission="TPE")
    centre.record(
        ClaimDecided(
            claim_id=filed.claim_id, mission="TPE", business_date=date(2026, 11, 24), outcome="approved", seen=(seen,)
        )
    )
    bring(desk, centre.entries)
    with pytest.raises(Refused) as refusal:
        detach(desk, seen, "Milik orang lain")
    assert codes(refusal) == ["document.decided_on"]
    assert detach(desk, unseen, "Milik orang lain").claim_id == filed.claim_id


def test_a_claim_is_found_by_its_number_or_id_and_elsewhere_it_is_said_what_to_do(desk: Desk, siti: UUID) -> None:
    filed = file(desk, form(siti))
    assert find_claim(desk, f" {filed.number.lower()} ") == filed.claim_id
    assert find_claim(desk, str(filed.claim_id)) == filed.claim_id
    for number, code in {
        "TPE4-K-2026-000001": "claim.not_synced",
        "HKG1-K-2026-000001": "claim.not_here",
        str(uuid4()): "claim.unknown",
    }.items():
        with pytest.raises(Refused) as refusal:
            find_claim(desk, number)
        assert codes(refusal) == [code]


def test_a_claim_that_was_filed_is_no_draft_any_more(desk: Desk, siti: UUID) -> None:
    drafts.save(desk, "claim", {"kind": "JKK-ALAT"}, str(siti), {"a1": PDF})
    file(desk, form(siti))
    assert drafts.load(desk, "claim") == []
    assert drafts.files_of(desk, "claim", str(siti)) == {}


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
    told = form(siti, kind=RESTRICTED.code, event_date=day, description=STORY, filed_by="heir", filer_name="Ibu Wati")
    filed = file(desk, told, [document])
    with desk.read() as work:
        rows = work.connection.execute(select(entries).order_by(entries.c.seq)).all()[-2:]
        (kept,) = work.connection.execute(select(blob)).all()
    for row in rows:
        for readable in (row.header, row.facts, row.personal or b""):
            for secret in (
                STORY,
                RESTRICTED.code,
                document.kind,
                document.file_name,
                "Ibu Wati",
                "heir",
                day.isoformat(),
            ):
                assert secret.encode() not in readable
    assert STORY.encode() not in kept.content
    account = open_part(rows[0].sealed, centre, SealedAccount)
    assert (account.benefit, account.description, account.filer_name) == (RESTRICTED.code, STORY, "Ibu Wati")
    assert account.filed_by == "heir"
    assert (account.event_date, account.documents) == (day, (document.kind,))
    assert set(account.follow_by) == set(account.missing)
    with desk.read() as work:
        follow_by = work.connection.scalar(select(claim.c.follow_by).where(claim.c.id == filed.claim_id))
    assert list(follow_by or {}) == [RESTRICTED_KIND]
    name = open_part(rows[1].sealed, centre, SealedDocument)
    assert (name.requirement, name.seen_as) == (checklist(RESTRICTED.code)[0].key, "")
    assert (name.kind, name.file_name, name.media_type) == (document.kind, "surat.pdf", "application/pdf")
    assert centre.open(kept.content, SEAL_DOCUMENT) == document.content
    (shown,) = card(desk, siti).claims
    assert (shown.number, shown.benefit, shown.name) == (filed.number, RESTRICTED_KIND, "Klaim khusus")


@pytest.mark.parametrize("asked", [None, date(2026, 11, 28)])
def test_when_to_come_back_with_a_restricted_claim_tells_of_no_paper(
    desk: Desk, siti: UUID, centre: SealingKey, monkeypatch: pytest.MonkeyPatch, asked: date | None
) -> None:
    """The rules give papers of different parties different days: the nearest of them would tell which one is asked."""
    monkeypatch.setattr(Requirement, "follow_by", lambda self, filed_on: filed_on + timedelta(days=3))
    (first, *_) = checklist(RESTRICTED.code)
    filed = file(desk, form(siti, kind=RESTRICTED.code, follow_by={first.key: asked} if asked else None))
    with desk.read() as work:
        follow_by = work.connection.scalar(select(claim.c.follow_by).where(claim.c.id == filed.claim_id))
        today = work.today
    assert follow_by == {RESTRICTED_KIND: (asked or today + timedelta(days=14)).isoformat()}


def test_of_a_restricted_claim_neither_the_paper_nor_the_reason_is_readable_here(
    desk: Desk, siti: UUID, centre: SealingKey
) -> None:
    filed = file(desk, form(siti, kind=RESTRICTED.code))
    visum = Document("visum", "visum.pdf", PDF, seen_as="original")
    added = attach(desk, filed.claim_id, [visum])
    assert added.missing == ()
    detach(desk, added.documents[0], "Bukan visum milik pekerja ini")
    with desk.read() as work:
        attached, withdrawn = work.connection.execute(select(entries).order_by(entries.c.seq)).all()[-2:]
    assert open_part(attached.sealed, centre, SealedDocument).seen_as == "original"
    assert open_part(withdrawn.sealed, centre, SealedNote).note == "Bukan visum milik pekerja ini"
    for row in (attached, withdrawn):
        readable = row.header + row.facts + (row.personal or b"")
        assert not any(secret in readable for secret in (b"visum", b"original", b"keterangan_medis"))
    assert of_claim(desk, filed.claim_id) == []


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
