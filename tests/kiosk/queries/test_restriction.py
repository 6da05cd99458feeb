"""Restriction is honoured by every list and every paper there is, and by those that are added later.

The test walks all modules of kiosk.queries and all renderers of reports/. A query is a public function whose first
parameter is a desk; its other parameters are filled by their names. A new one that leaks, or that nobody told this
test how to call, fails here.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, get_type_hints
from uuid import UUID

import msgspec
import pypdfium2
import pytest
from loket_testing.counter import SECOND_PASSWORD, SITI, add_supervisor, bring, slip
from loket_testing.journals import Journal
from loket_testing.papers import photograph

import kiosk.queries
import reports
from kiosk.desk import Desk
from kiosk.forms.claim import ClaimForm
from kiosk.forms.coverage import CoverMove, LineMove
from kiosk.forms.death import StatementForm
from kiosk.forms.refund import RefundForm, RefundPayment
from kiosk.forms.till import CloseTill, CountForm, OpenTill
from kiosk.forms.void import VoidForm
from kiosk.queries import documents, home, lists, papers, workers
from kiosk.queries.memberships import membership_paper, statement_paper
from kiosk.steps import finish
from kiosk.usecases import books, contributions, tills
from kiosk.usecases.approvals import Approval
from kiosk.usecases.claim_papers import dossier
from kiosk.usecases.claim_papers import letter as claim_letter
from kiosk.usecases.claims import Document, file
from kiosk.usecases.coverage import move
from kiosk.usecases.deaths import issue_statement
from kiosk.usecases.documents import keep_document
from kiosk.usecases.exporting import export
from kiosk.usecases.holdings import list_people
from kiosk.usecases.papers import issue, preview
from kiosk.usecases.privacy import restrict, withdraw_consent
from kiosk.usecases.refunds import pay_refund, request_refund
from kiosk.usecases.voids import void
from kiosk.usecases.workers import check, register
from models.journal.claims import Award, ClaimDecided, ClaimNote, ClaimPaid, DocumentsRequested, PaymentReference
from models.journal.refunds import RefundDecided
from models.rules.claims import checklist
from models.rules.problems import Refused
from reports.cash_book import render_cash_book
from reports.claim_list import render_claim_list
from reports.contribution_statement import render_contribution_statement
from reports.expiring_list import render_expiring_list
from reports.membership_card import render_membership_card, render_membership_letter
from reports.receipt_list import render_receipt_list

TOLD = {
    "name": "NURHALIZA",
    "first name": "SITI ",
    "NIK": "3507105203940003",
    "passport": "C4821907",
    "phone": "886912345678",
    "KPJ": "21034567891",
    "account": "012345677712",
    "employer": "Chen Mei-ling",
    "mother": "AMINAH",
    "heir": "AHMAD FAUZI",
    "e-mail": "siti@example.id",
    "birth date": "datetime.date(1994, 3, 12)",
    "why": "ditipu agennya",
}
BUDI = Approval("budi", SECOND_PASSWORD)


@pytest.fixture
def limited(desk: Desk, published: Callable[..., None]) -> dict[str, Any]:
    """Siti with everything a person can have, restricted; and what a query about her is asked with."""
    form = msgspec.structs.replace(
        SITI,
        kpj=TOLD["KPJ"],
        bank_name="BRI",
        bank_account=TOLD["account"],
        bank_holder="SITI NURHALIZA",
        email=TOLD["e-mail"],
        # A cover that ends within 60 days of 22 November 2026.
        contract_start=date(2026, 1, 5),
        contract_end=date(2027, 1, 4),
    )
    siti = register(desk, form).worker_id
    published(till=False)
    add_supervisor(desk)
    till_id = tills.start(desk, OpenTill(counts=(CountForm(currency="IDR", amount=400_000),))).till_id
    voided = void(desk, VoidForm(receipt=contributions.receive(desk, slip(siti)).number, reason=TOLD["why"]), BUDI)
    refunded = give_back(desk, contributions.receive(desk, slip(siti)).receipt_id)
    receipt = contributions.receive(desk, slip(siti, months=12)).number
    claim = file(
        desk,
        ClaimForm(
            worker_id=str(siti),
            kind="JKK-KACAMATA",
            event_date=date(2026, 10, 10),
            description="SITI NURHALIZA jatuh.",
            filed_by="worker",
        ),
        [Document("ktp", "SITI NURHALIZA.jpg", photograph())],
    )
    letter = issue_statement(
        desk,
        StatementForm(
            worker_id=str(siti),
            about="missing",
            event_date=date(2026, 11, 20),
            place="Kaohsiung",
            source="SITI NURHALIZA tidak pulang",
            signatory="Budi Santoso",
        ),
    )
    answer_claim(desk, claim.claim_id)
    keep_document(desk, siti, "paspor", photograph("PASPOR"), "SITI NURHALIZA 1.jpg")
    digest = documents.of_worker(desk, siti)[0].sha256
    issue(desk, receipt)
    issue(desk, claim.number)
    tills.close(desk, CloseTill(counts=(CountForm(currency="IDR", amount=400_000 - 332_500),)))
    onward = LineMove(receipt=receipt, covered_from=date(2026, 1, 6))
    moved = move(desk, CoverMove(worker_id=str(siti), reason=TOLD["why"], moves=(onward,)), BUDI).number
    return {
        "worker_id": siti,
        "person": siti,
        "number": receipt,
        "named": receipt,
        "void_number": voided.number,
        "refund_number": refunded,
        "move_number": moved,
        "claim_number": claim.number,
        "letter_number": letter.number,
        "claim_id": claim.claim_id,
        "typed": "nurhaliza",
        "text": "nurhaliza",
        "mission": "TPE",
        "form": form,
        "digest": digest,
        "requirements": checklist("JKK-KACAMATA"),
        "day": date(2026, 11, 22),
        "till_id": till_id,
        "first": date(2026, 11, 22),
        "last": date(2026, 11, 22),
    }


def answer_claim(desk: Desk, claim_id: UUID) -> None:
    """The centre asks for a paper, then decides, and says why in words of its own."""
    centre = Journal(mission="TPE")
    said: dict[str, Any] = {"claim_id": claim_id, "mission": "TPE", "business_date": date(2026, 11, 22)}
    note = ClaimNote(note=f"SITI NURHALIZA, {TOLD['why']}")
    centre.record(DocumentsRequested(**said, papers=1, wanted=("ktp",), personal=note))
    decided = ClaimDecided(**said, outcome="approved", awards=(Award("JKK-KACAMATA", 1_000_000),), personal=note)
    decision = centre.record(decided)
    centre.record(
        ClaimPaid(
            claim_id=claim_id,
            mission="TPE",
            decision_id=decision.id,
            paid_on=date(2026, 11, 22),
            amount_idr=1_000_000,
            personal=PaymentReference(reference=f"BRI {TOLD['account']}"),
        )
    )
    bring(desk, centre.entries)


def give_back(desk: Desk, receipt_id: UUID) -> str:
    """The number of the paper with which a counter hands out a refund that the centre has granted."""
    form = RefundForm(receipt=str(receipt_id), reason=TOLD["why"], method="cash")
    asked = request_refund(desk, form)
    centre = Journal(mission="TPE")
    centre.record(
        RefundDecided(
            worker_id=asked.worker_id,
            mission="TPE",
            refund_id=asked.refund_id,
            receipt_id=receipt_id,
            approved=True,
            method="cash",
            business_date=date(2026, 11, 22),
        )
    )
    bring(desk, centre.entries)
    return pay_refund(desk, RefundPayment(refund=str(asked.refund_id)), BUDI).number


FIGURES_ONLY = {"manifests"}
"""Asked with the numbers of files on sticks, and answered by how many entries and how much money each carries."""


def queries() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(kiosk.queries.__path__):
        module = importlib.import_module(f"kiosk.queries.{found.name}")
        for name, act in inspect.getmembers(module, inspect.isfunction):
            if act.__module__ != module.__name__ or name.startswith("_"):
                continue
            first = next(iter(inspect.signature(act).parameters.values()), None)
            if first is not None and "Desk" in str(first.annotation) and name not in FIGURES_ONLY:
                yield found.name, name, act


def asked(name: str, act: Callable[..., Any], given: dict[str, Any]) -> list[Any]:
    """The arguments after the desk, by their names."""
    _desk, *rest = inspect.signature(act).parameters.values()
    required = [one for one in rest if one.default is inspect.Parameter.empty and one.kind is not one.VAR_KEYWORD]
    unknown = [one.name for one in required if one.name not in given]
    assert not unknown, f"tell this test what {name} is asked with: {unknown}"
    if name == "claim_paper":
        return [given["claim_number"]]
    return [given[one.name] for one in required]


def leaks(answer: object) -> list[str]:
    said = repr(answer)
    return [what for what, text in TOLD.items() if text in said]


@pytest.mark.parametrize("how", [restrict, withdraw_consent])
def test_no_query_tells_who_a_restricted_person_is(
    desk: Desk, limited: dict[str, Any], how: Callable[..., object]
) -> None:
    def told() -> dict[str, list[str]]:
        found = {}
        for module, name, act in queries():
            answer = act(desk, *asked(name, act, limited))
            if said := leaks(list(answer) if inspect.isgenerator(answer) else answer):
                found[f"{module}.{name}"] = said
        return found

    before = told()
    # What is found out here before is what must be gone: the walk sees something.
    assert {"workers.search", "workers.card", "home.receipts_on", "claims.mission_claims", "home.expiring"} <= set(
        before
    )
    assert {"refunds.refunds_at", "refunds.refunds_of", "voids.taking_back"} <= set(before)
    assert {"lists.lately", "documents.of_claim", "documents.of_worker"} <= set(before)
    assert {"papers.receipt_paper", "papers.claim_paper", "holdings.people_here"} <= set(before)
    assert {"books.receipts_between", "books.cash_between", "expiring.expiring_people"} <= set(before)
    how(desk, limited["worker_id"], "meminta sendiri")
    assert told() == {}


def test_who_is_restricted_is_still_found_by_everything_and_shown_on_asking(
    desk: Desk, limited: dict[str, Any]
) -> None:
    restrict(desk, limited["worker_id"], "meminta sendiri")
    for typed in ("nurhaliza", "C4821907", TOLD["NIK"], "0912345678", limited["number"]):
        (row,) = workers.search(desk, typed)
        assert (row.name, row.restricted) == ("S. N. · Data dibatasi", True)
    assert {row.worker_name for row in home.receipts_on(desk)} == {"S. N. · Data dibatasi"}
    assert [row.name for row in lists.lately(desk)] == ["S. N. · Data dibatasi"]
    hidden, shown = (workers.card(desk, limited["worker_id"], revealed=asked) for asked in (False, True))
    assert hidden.hidden
    assert not shown.hidden
    assert shown.restricted
    assert shown.identity["nik"] == TOLD["NIK"]
    assert shown.receipts[0].worker_name == "SITI NURHALIZA"
    assert hidden.states == shown.states


def papers_of(desk: Desk, given: dict[str, Any]) -> dict[str, bytes]:
    return {
        "render_receipt": preview(desk, given["number"]),
        "render_claim_slip": preview(desk, given["claim_number"]),
        "render_void": preview(desk, given["void_number"]),
        "render_refund": preview(desk, given["refund_number"]),
        "render_cover_move": preview(desk, given["move_number"]),
        "render_membership_letter": render_membership_letter(membership_paper(desk, given["worker_id"])),
        "render_membership_card": render_membership_card(membership_paper(desk, given["worker_id"])),
        "render_contribution_statement": render_contribution_statement(statement_paper(desk, given["worker_id"])),
        "render_mission_statement": preview(desk, given["letter_number"]),
        "render_acknowledgement": claim_letter(desk, given["claim_number"], "acknowledgement"),
        "render_document_request": claim_letter(desk, given["claim_number"], "request"),
        "render_decision": claim_letter(desk, given["claim_number"], "decision"),
        "render_dossier": dossier(desk, given["claim_number"]).pdf,
    }


def lists_of(desk: Desk, given: dict[str, Any]) -> dict[str, bytes]:
    """Papers that name many people."""
    days = given["first"], given["last"]
    return {
        "render_receipt_list": render_receipt_list(finish(books.receipt_list(desk, *days))),
        "render_cash_book": render_cash_book(finish(books.cash_book(desk, *days))),
        "render_expiring_list": render_expiring_list(finish(books.expiring_list(desk))),
        "render_claim_list": render_claim_list(finish(books.claim_list(desk))),
    }


IMPERSONAL = {"render_recovery": "the counter's code", "render_sheet": "what a query gave", "render_csv": "likewise"}
IMPERSONAL |= {"render_xlsx": "likewise", "render": "what a form says", "render_pair": "likewise"}
IMPERSONAL |= {"render_document": "likewise", "render_thermal": "likewise", "render_z_report": "a till's figures"}
IMPERSONAL |= {"render_receipt_pair": "the receipt's form", "render_void_pair": "the void's"}
IMPERSONAL |= {"render_refund_pair": "the refund's", "render_cover_move_pair": "the move's"}
IMPERSONAL |= {"render_table": "what a list says", "render_balance_sheet": "a counter's figures"}
IMPERSONAL |= {"render_bundle_manifest": "how much is on a stick"}
IMPERSONAL |= {"render_letter": "what a letter says"}
OWN_COPY = {"render_subject_access"}


def renderers() -> set[str]:
    found = set()
    for one in pkgutil.iter_modules(reports.__path__):
        module = importlib.import_module(f"reports.{one.name}")
        for name, act in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("render") and get_type_hints(act).get("return") is bytes:
                found.add(name)
    return found


def read(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_no_paper_tells_who_a_restricted_person_is(desk: Desk, limited: dict[str, Any]) -> None:
    before = {name: read(pdf) for name, pdf in papers_of(desk, limited).items()}
    listed = {name: read(pdf) for name, pdf in lists_of(desk, limited).items()}
    assert renderers() <= set(before) | set(listed) | set(IMPERSONAL) | OWN_COPY, (
        "a paper that this test does not print"
    )
    for said in before.values():
        assert "C4821907" in said
    assert [name for name, said in (before | listed).items() if "SITI NURHALIZA" not in said] == []
    restrict(desk, limited["worker_id"], "meminta sendiri")
    for pdf in papers_of(desk, limited).values():
        said = read(pdf)
        assert [what for what, text in TOLD.items() if text in said] == []
        assert "S. N." in said
        assert "••••1907" in said
    for name, pdf in lists_of(desk, limited).items():
        said = read(pdf)
        assert [what for what, text in TOLD.items() if text in said] == []
        # Money has to add up, so the receipt stays; nobody is called who asked to be left alone.
        assert ("S. N." in said) == (name not in ("render_expiring_list", "render_claim_list"))


def test_a_receipt_taken_while_restricted_carries_initials_and_the_journal_the_name(
    desk: Desk, limited: dict[str, Any]
) -> None:
    restrict(desk, limited["worker_id"], "meminta sendiri")
    number = contributions.receive(desk, slip(limited["worker_id"], reference="BNI-2")).number
    assert "NURHALIZA" not in read(issue(desk, number).pdf)
    assert papers.receipt_paper(desk, number).worker == "S. N."
    from kiosk.usecases.privacy import lift_restriction

    lift_restriction(desk, limited["worker_id"], "datang sendiri")
    assert papers.receipt_paper(desk, number).worker == "SITI NURHALIZA"


def test_a_number_that_is_taken_says_whose_only_in_initials(desk: Desk, limited: dict[str, Any]) -> None:
    restrict(desk, limited["worker_id"], "meminta sendiri")
    with pytest.raises(Refused) as refusal:
        check(desk, msgspec.structs.replace(limited["form"], name="DEWI"))
    assert leaks(refusal.value.problems) in ([], ["NIK"], ["passport"])
    assert "NURHALIZA" not in repr(refusal.value.problems)


def test_the_walk_finds_what_it_should_find() -> None:
    names = {name for _module, name, _act in queries()}
    assert {"search", "card", "today", "expiring", "receipts_on", "mission_claims", "flagged", "lately"} <= names
    assert leaks(dataclasses.make_dataclass("Row", ["name"])("SITI NURHALIZA")) == ["name", "first name"]


def test_an_export_leaves_them_out_and_says_how_many(desk: Desk, limited: dict[str, Any]) -> None:
    other = msgspec.structs.replace(SITI, name="DEWI LESTARI", nik=None, passport_number="C5555555", phone=None)
    register(desk, other)
    restrict(desk, limited["worker_id"], "meminta sendiri")
    exported = finish(export(desk, full=True))
    assert exported.held_back == 1
    assert leaks([row for row in exported.sheet.rows if "DEWI LESTARI" not in row]) == []
    assert len(exported.sheet.rows) == 1
    listed = finish(list_people(desk))
    assert (listed.held_back, len(listed.sheet.rows)) == (1, 1)
    assert leaks([row for row in listed.sheet.rows if "DEWI LESTARI" not in row]) == []
