"""Claims decided: from every state what is allowed and nothing else, by who may, once, on what they had before them."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from loket_testing.bodies import registration
from loket_testing.deciding import DAY, claim_desk
from sqlalchemy import func, select, update

from models.journal.claims import (
    ClaimDecided,
    ClaimNote,
    ClaimPaid,
    ClaimReopened,
    DocumentsRequested,
    PaymentReference,
    PaymentReturned,
)
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.sealed import (
    SealedDecision,
    SealedNote,
    SealedPayment,
    SealedRequest,
    open_part,
)
from models.journal.tasks import FlagSettled, TaskNote
from models.ledger.tables import claim, claim_decision, claim_payment, claim_request, claim_undoing
from models.posting.digest import ledger_digest
from models.rules.claim_states import OFFICERS, ClaimState, allowed
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from server.store import tables
from server.usecases import claim_decisions as decisions
from server.usecases import officers
from server.usecases.claim_cases import Before, case_of, find_claim
from server.usecases.claim_comments import comment, comments
from server.usecases.claim_proposals import proposal_of, waiting
from server.usecases.claim_views import claim_with
from server.usecases.erasing import erase
from server.usecases.journal import bring_up_to_date, lock_own_head
from server.usecases.merging import merge
from server.usecases.settings import set_four_eyes
from server.usecases.verify import verify

STATES: tuple[ClaimState, ...] = ("filed", "asked", "approved", "rejected", "paid", "withdrawn")
ROLES = {"dewi": "verifikator", "sari": "khusus", "adi": "auditor", "hadi": "admin"}


@pytest.fixture
def desk(centre, enrolled):
    return claim_desk(centre, enrolled("TPE3"))


def act_of(desk, act, claim_id, by, **more):
    """The act as an officer does it, with everything that is needed for it."""
    centre = desk.centre
    restricted = desk.row(claim_id).restricted
    award = [("JKK-PERKOSAAN" if restricted else "JKK-OBAT-LN", 12_000_000)]
    match act:
        case "ask":
            return decisions.ask(centre, claim_id, ["rekening_pmi"], by=by, **more)
        case "approve":
            return decisions.approve(centre, claim_id, award, by=by, **more)
        case "reject":
            return decisions.reject(centre, claim_id, "not_covered", by=by, **more)
        case "pay":
            return decisions.pay(centre, claim_id, amount_idr=12_000_000, reference="TRF-1", paid_on=DAY, by=by, **more)
        case "return":
            return decisions.payment_returned(centre, claim_id, "Rekening ditutup.", by=by, **more)
        case _:
            return decisions.reopen(centre, claim_id, "Bukti baru.", by=by, **more)


def problems_of(doing) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refusal:
        doing()
    said = [sentence(problem) for problem in refusal.value.problems]
    assert all("kode" not in one and "…" not in one for one in said), said
    return refusal.value.problems


def codes(doing) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems_of(doing)]


def entries_of(desk, claim_id) -> int:
    with desk.centre.engine.connect() as connection:
        query = select(func.count()).where(tables.entry.c.subject == claim_id)
        return connection.scalar(query) or 0


def last_entry(desk) -> Entry:
    """As every counter of the mission hears it."""
    return desk.counter.pull("post:TPE")[-1]


AFTERWARDS = {
    "ask": "asked",
    "approve": "approved",
    "reject": "rejected",
    "pay": "paid",
    "return": "approved",
    "reopen": "filed",
}


@pytest.mark.parametrize("restricted", [False, True], ids=["plain", "restricted"])
def test_from_every_state_every_role_does_what_is_allowed_and_is_told_why_not_of_all_else(desk, restricted):
    may_decide = {"khusus"} if restricted else {"verifikator", "khusus"}
    for state in STATES:
        untouched = desk.brought_to(state, restricted=restricted)
        known = entries_of(desk, untouched)
        for act, (login, role) in product(sorted(OFFICERS), ROLES.items()):
            case = (state, act, role)
            if role in may_decide and act in allowed(state):
                claim_id = desk.brought_to(state, restricted=restricted)
                act_of(desk, act, claim_id, desk[login])
                if restricted and act in ("approve", "reject"):
                    assert desk.state(claim_id) == state
                    decisions.agree(desk.centre, claim_id, by=desk["tuti"])
                assert desk.state(claim_id) == AFTERWARDS[act], case
                continue
            found = codes(partial(act_of, desk, act, untouched, desk[login]))
            if role in may_decide:
                assert found[0] == ("claim", f"claim.not_now.{act}"), case
                assert len(found) == 2, "and how it stands"
            else:
                assert found == [("officer", "officer.not_allowed")], case
        assert (desk.state(untouched), entries_of(desk, untouched)) == (state, known)
    assert verify(desk.centre).wrong == []


# What each act keeps


def test_asked_for_are_keys_of_the_checklist_or_kinds_of_documents_each_once(desk):
    claim_id = desk.file()
    blurred = desk.attach(claim_id)
    until = DAY + timedelta(days=14)
    wanted = ["rekening_pmi", " visum ", "rekening_pmi", ""]
    decisions.ask(desk.centre, claim_id, wanted, by=desk["dewi"], by_day=until, note=" Yang jelas. ")
    body = last_entry(desk).body()
    assert isinstance(body, DocumentsRequested)
    assert (body.wanted, body.papers, body.by_day) == (("rekening_pmi", "visum"), 2, until)
    assert (body.seen, body.personal) == ((blurred,), ClaimNote(note="Yang jelas."))
    assert last_entry(desk).head.operator == desk["dewi"].id
    desk.attach(claim_id)
    assert desk.state(claim_id) == "asked"
    desk.attach(claim_id, "visum")
    assert desk.state(claim_id) == "filed"


def test_what_cannot_be_asked_for_is_said(desk):
    claim_id = desk.file()

    def asking(*wanted, by_day=None, note=""):
        return codes(lambda: decisions.ask(desk.centre, claim_id, wanted, by=desk["dewi"], by_day=by_day, note=note))

    assert asking() == asking(" ") == [("wanted", "required")]
    assert asking("kucing") == [("wanted", "document.kind_unknown")]
    assert asking("visum", by_day=DAY - timedelta(days=1)) == [("by_day", "claim.day_over")]
    assert asking("visum", by_day=DAY + timedelta(days=400)) == [("by_day", "claim.day_far")]
    assert asking("visum", note="x" * 1001) == [("note", "text.too_long")]


def test_an_accident_may_lead_to_several_benefits_and_to_no_other(desk):
    claim_id = desk.file("JKK-KECELAKAAN")
    awards = [("JKK-OBAT-LN", 12_000_000), ("JKK-ALAT", 3_000_000)]
    said = decisions.approve(desk.centre, claim_id, awards, by=desk["dewi"])
    assert (said.proposed, said.warnings) == (False, ())
    body = last_entry(desk).body()
    assert isinstance(body, ClaimDecided)
    assert [(one.benefit, one.amount_idr) for one in body.awards] == awards
    assert (body.outcome, body.proposed_by, body.personal) == ("approved", None, None)
    other = desk.file("JKK-KECELAKAAN")
    wrong = [("JHT", 1), ("JKK-ALAT", 0), ("JKK-GIGI", 10**13)]
    assert codes(lambda: decisions.approve(desk.centre, other, wrong, by=desk["dewi"])) == [
        ("awards.JHT", "award.not_of_kind"),
        ("awards.JKK-ALAT", "award.not_positive"),
        ("awards.JKK-GIGI", "award.too_large"),
    ]
    assert codes(lambda: decisions.approve(desk.centre, other, [], by=desk["dewi"])) == [("awards", "award.none")]
    twice = [("JKK-ALAT", 1), ("JKK-ALAT", 2)]
    assert codes(lambda: decisions.approve(desk.centre, other, twice, by=desk["dewi"])) == [
        ("awards.JKK-ALAT", "award.twice")
    ]


def test_above_a_ceiling_an_officer_writes_why_and_is_warned_all_the_same(desk):
    claim_id = desk.file("JKK-DENGAR")
    more = [("JKK-DENGAR", 2_500_001)]
    assert codes(lambda: decisions.approve(desk.centre, claim_id, more, by=desk["dewi"])) == [("note", "award.not_law")]
    said = decisions.approve(desk.centre, claim_id, more, note="Dua telinga.", by=desk["dewi"])
    assert [one.code for one in said.warnings] == ["award.not_law"]
    assert desk.state(claim_id) == "approved"


def test_who_rejects_names_a_reason_and_what_it_needs(desk):
    claim_id, other, hidden = desk.file(), desk.file(), desk.file("JKK-PERKOSAAN", restricted=True)
    own, theirs, secret = (desk.row(one).number for one in (claim_id, other, hidden))

    def rejecting(reason, **more):
        return codes(lambda: decisions.reject(desk.centre, claim_id, reason, by=desk["dewi"], **more))

    assert rejecting("") == [("reason", "required")]
    assert rejecting("bosan") == [("reason", "rejection.unknown")]
    assert rejecting("other") == [("note", "required")]
    assert rejecting("duplicate") == [("duplicate_of", "required")]
    assert rejecting("duplicate", duplicate_of="TPE9-K-2026-000001") == [("duplicate_of", "claim.not_at_centre")]
    assert rejecting("duplicate", duplicate_of=own) == [("duplicate_of", "claim.duplicate_itself")]
    assert rejecting("duplicate", duplicate_of=secret) == [("duplicate_of", "claim.duplicate_restricted")]
    decisions.reject(desk.centre, claim_id, "duplicate", duplicate_of=theirs.lower(), by=desk["dewi"])
    body = last_entry(desk).body()
    assert isinstance(body, ClaimDecided)
    assert (body.outcome, body.reason_code, body.duplicate_of, body.awards) == ("rejected", "duplicate", other, ())


def test_paid_is_what_was_granted_once_it_was_granted(desk):
    claim_id = desk.brought_to("approved")

    def paying(amount=12_000_000, reference="TRF-9", day=DAY):
        by = desk["budi"]
        return codes(
            lambda: decisions.pay(desk.centre, claim_id, amount_idr=amount, reference=reference, paid_on=day, by=by)
        )

    assert paying(11_999_999) == [("amount", "claim.amount_differs")]
    assert paying(0) == [("amount", "award.not_positive")]
    assert paying(reference=" ") == [("reference", "required")]
    assert paying(reference="x" * 61) == [("reference", "text.too_long")]
    assert paying(day=DAY + timedelta(days=1)) == [("paid_on", "claim.paid_in_future")]
    assert paying(day=DAY - timedelta(days=1)) == [("paid_on", "claim.paid_too_early")]
    decisions.pay(desk.centre, claim_id, amount_idr=12_000_000, reference=" TRF-9 ", paid_on=DAY, by=desk["budi"])
    body = last_entry(desk).body()
    assert isinstance(body, ClaimPaid)
    assert (body.amount_idr, body.decision_id) == (12_000_000, desk.row(claim_id).decision_id)
    assert body.personal == PaymentReference(reference="TRF-9")


def test_a_payment_that_came_back_is_paid_again(desk):
    claim_id = desk.brought_to("paid")
    first = desk.row(claim_id).payment_id
    assert codes(lambda: decisions.payment_returned(desk.centre, claim_id, " ", by=desk["dewi"])) == [
        ("note", "required")
    ]
    decisions.payment_returned(desk.centre, claim_id, "Rekening ditutup.", by=desk["dewi"])
    assert isinstance(last_entry(desk).body(), PaymentReturned)
    assert desk.state(claim_id) == "approved"
    desk.pay(claim_id)
    assert desk.state(claim_id) == "paid"
    assert desk.row(claim_id).payment_id != first


def test_reopened_is_what_stands_the_decision_or_the_withdrawal(desk):
    claim_id = desk.brought_to("approved")
    decision = desk.row(claim_id).decision_id
    withdrawal = desk.withdraw(claim_id, knowing=decision)
    assert codes(lambda: decisions.reopen(desk.centre, claim_id, "", by=desk["dewi"])) == [("note", "required")]
    decisions.reopen(desk.centre, claim_id, "Keluarga meneruskan.", by=desk["dewi"])
    body = last_entry(desk).body()
    assert isinstance(body, ClaimReopened)
    assert body.undone_id == withdrawal
    assert desk.state(claim_id) == "approved"
    decisions.reopen(desk.centre, claim_id, "Jumlahnya salah.", by=desk["dewi"])
    assert desk.state(claim_id) == "filed"


# Restricted claims


def test_of_a_restricted_claim_the_entries_tell_nothing_but_that_there_is_one(desk):
    claim_id = desk.file("JKK-PERKOSAAN", restricted=True)
    desk.attach(claim_id, "visum")
    decisions.ask(desk.centre, claim_id, ["visum"], note="Yang bercap.", by=desk["sari"])
    desk.attach(claim_id, "visum")
    desk.approve(claim_id, 50_000_000)
    desk.pay(claim_id, 50_000_000)
    decisions.payment_returned(desk.centre, claim_id, "Rekening ditutup.", by=desk["sari"])
    decisions.reopen(desk.centre, claim_id, "Salah jumlah.", by=desk["sari"])
    desk.reject(claim_id, "other")
    told = [one for one in desk.counter.pull("post:TPE") if one.head.terminal == desk.centre.id]
    assert [one.head.kind for one in told] == [
        "claim.documents_requested",
        "claim.decided",
        "claim.paid",
        "claim.payment_returned",
        "claim.reopened",
        "claim.decided",
    ]
    for entry in told:
        assert entry.frame.personal is None
        assert not any(word in entry.frame.facts for word in (b"visum", b"JKK", b"other", b"bercap", b"ditutup"))
    key = desk.centre.keys.claims
    parts: list[Any] = [SealedRequest, SealedDecision, SealedPayment, SealedNote, SealedNote, SealedDecision]
    opened: list[Any] = [open_part(entry.frame.sealed, key, into) for entry, into in zip(told, parts, strict=True)]
    assert opened == [
        SealedRequest(wanted=("visum",), note="Yang bercap."),
        SealedDecision(awards=(("JKK-PERKOSAAN", 50_000_000),), note="sesuai"),
        SealedPayment(amount_idr=50_000_000, reference="TRF-1"),
        SealedNote(note="Rekening ditutup."),
        SealedNote(note="Salah jumlah."),
        SealedDecision(reason_code="other", note="tidak sesuai"),
    ]
    with desk.centre.engine.connect() as connection:
        for table in (claim_request, claim_decision, claim_payment, claim_undoing):
            for row in connection.execute(select(table)):
                assert not any(word in str(row) for word in ("visum", "JKK", "Rekening"))
    body = told[0].body()
    assert isinstance(body, DocumentsRequested)
    assert (body.wanted, body.papers) == ((), 1)
    assert all(one.body().amount_idr == 0 for one in told if one.head.kind == "claim.paid")


def test_a_restricted_claim_of_which_nothing_could_be_sealed_may_still_be_granted_any_benefit(desk):
    claim_id = desk.file(restricted=True, sealed=False)
    case = desk.centre.read(lambda connection: case_of(connection, desk.centre, claim_id))
    assert (case.kind, case.kind_code, case.checklist) == (None, "", ())
    assert {"JKK-PERKOSAAN", "JHT"} <= set(case.choices)
    desk.approve(claim_id, 50_000_000)
    assert desk.state(claim_id) == "approved"


# Two officers


def test_what_came_while_the_officer_looked_is_said_and_nothing_is_recorded(desk):
    claim_id = desk.file()
    before = desk.before(claim_id)
    desk.attach(claim_id)
    desk.attach(claim_id, "visum")
    found = problems_of(lambda: act_of(desk, "approve", claim_id, desk["dewi"], before=before))
    assert [one.code for one in found] == ["claim.changed", "claim.papers_meanwhile"]
    assert sentence(found[1]) == "Sementara itu datang 2 dokumen atau laporan baru."
    assert desk.state(claim_id) == "filed"
    act_of(desk, "approve", claim_id, desk["dewi"], before=desk.before(claim_id))
    assert desk.state(claim_id) == "approved"


@pytest.mark.parametrize("state", STATES)
def test_every_act_is_refused_on_what_was_there_before(desk, state):
    claim_id = desk.brought_to(state)
    before = desk.before(claim_id)
    desk.attach(claim_id, "visum")
    for act in sorted(OFFICERS & allowed(state)):
        found = codes(lambda act=act: act_of(desk, act, claim_id, desk["dewi"], before=before))
        assert found[0] == ("claim", "claim.changed"), act
    assert desk.state(claim_id) == state


def test_what_an_officer_had_before_him_travels_with_the_form():
    before = Before("filed", 3, frozenset({new_id(), new_id()}))
    assert Before.read(before.written()) == before
    for nonsense in ("", "filed", "filed x", "filed 3 x", "\x00"):
        assert Before.read(nonsense).rev == -1 or Before.read(nonsense) == Before("", -1, frozenset())


def test_of_two_officers_at_once_one_decides_and_the_other_is_told_who_did(desk):
    claim_id = desk.file()
    before = desk.before(claim_id)
    start, said = threading.Barrier(2), {}

    def run(login, act):
        start.wait()
        try:
            said[login] = act_of(desk, act, claim_id, desk[login], before=before)
        except Refused as refusal:
            said[login] = refusal.problems

    threads = [threading.Thread(target=run, args=one) for one in (("dewi", "approve"), ("budi", "reject"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    (won,) = [login for login, what in said.items() if isinstance(what, decisions.Decided)]
    (lost,) = set(said) - {won}
    assert [one.code for one in said[lost]] == [
        "claim.changed",
        "claim.approved_by" if won == "dewi" else "claim.rejected_by",
    ]
    assert desk[won].name in sentence(said[lost][1])
    with desk.centre.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(claim_decision)) == 1
    assert verify(desk.centre).wrong == []


def test_a_document_that_arrives_in_the_middle_of_a_decision_is_a_task_and_stops_neither(desk):
    """Whatever came first: what the decision had not seen is flagged, and both are kept."""
    claims = [desk.file() for _ in range(4)]
    for claim_id in claims:
        start = threading.Barrier(2)
        failed: list[Exception] = []

        def decide(claim_id=claim_id, start=start, failed=failed):
            start.wait()
            try:
                act_of(desk, "approve", claim_id, desk["dewi"])
            except Exception as error:  # told below
                failed.append(error)

        thread = threading.Thread(target=decide)
        thread.start()
        start.wait()
        document = desk.attach(claim_id)
        thread.join(20)
        assert failed == []
        assert desk.state(claim_id) == "approved"
        seen = desk.centre.read(lambda connection, one=claim_id: case_of(connection, desk.centre, one)).decision.seen
        late = desk.centre.read(lambda connection, one=claim_id: decisions.tasks(connection, [one])).get(claim_id, ())
        assert [task.code for task in late] == ([] if str(document) in seen else ["claim.late_document"])
    assert verify(desk.centre).wrong == []


# Four eyes


def test_above_the_limit_a_second_officer_has_to_agree(desk):
    claim_id = desk.file()
    said = decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 25_000_001)], note="Operasi.", by=desk["dewi"])
    assert said.proposed
    assert (desk.state(claim_id), entries_of(desk, claim_id)) == ("filed", 0)
    (one,) = desk.centre.read(waiting).values()
    assert (one.officer, one.outcome) == ("Dewi S.", "approved")
    assert codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["dewi"])) == [
        ("proposal", "claim.own_proposal")
    ]
    assert codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["adi"])) == [("officer", "officer.not_allowed")]
    decisions.agree(desk.centre, claim_id, by=desk["budi"])
    body = last_entry(desk).body()
    assert isinstance(body, ClaimDecided)
    assert (body.proposed_by, last_entry(desk).head.operator) == (desk["dewi"].id, desk["budi"].id)
    assert (body.awards[0].amount_idr, body.personal) == (25_000_001, ClaimNote(note="Operasi."))
    assert desk.centre.read(waiting) == {}
    assert codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["budi"]))[0] == (
        "claim",
        "claim.not_now.approve",
    )


def test_at_the_limit_one_is_enough_and_an_administrator_moves_it(desk):
    claim_id, other = desk.file(), desk.file()
    assert not decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 25_000_000)], by=desk["dewi"]).proposed
    set_four_eyes(desk.centre, 1_000_000, by=desk["hadi"])
    assert decisions.approve(desk.centre, other, [("JKK-OBAT-LN", 1_000_001)], by=desk["dewi"]).proposed
    assert codes(lambda: set_four_eyes(desk.centre, 0, by=desk["dewi"])) == [("officer", "officer.not_allowed")]


@pytest.mark.parametrize("how", ["closed", "another role"])
def test_nobody_agrees_to_what_an_officer_proposed_who_may_no_longer_decide(desk, how):
    claim_id = desk.file()
    decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 25_000_001)], by=desk["dewi"])
    if how == "closed":
        officers.close_account(desk.centre, desk["dewi"].id, by=desk["hadi"])
    else:
        officers.change_role(desk.centre, desk["dewi"].id, "khusus", by=desk["hadi"])
        assert len(desk.centre.read(waiting)) == 1  # who may more than before still stands behind it
        officers.change_role(desk.centre, desk["dewi"].id, "auditor", by=desk["hadi"])
    assert desk.centre.read(waiting) == {}
    assert codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["budi"])) == [("proposal", "claim.no_proposal")]
    assert desk.state(claim_id) == "filed"


@pytest.mark.parametrize("what", ["a document", "a report", "a request", "a withdrawal"])
def test_a_proposal_is_void_when_the_claim_changed_and_has_to_be_made_anew(desk, what):
    claim_id = desk.file("JKK-KECELAKAAN")
    award = [("JKK-OBAT-LN", 30_000_000)]
    decisions.approve(desk.centre, claim_id, award, by=desk["dewi"])
    match what:
        case "a document":
            desk.attach(claim_id)
        case "a report":
            desk.report(claim_id)
        case "a request":
            desk.ask(claim_id)
        case _:
            desk.withdraw(claim_id)
    case = desk.centre.read(lambda connection: case_of(connection, desk.centre, claim_id))
    assert desk.centre.read(lambda connection: proposal_of(connection, desk.centre, case)).void
    found = codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["budi"]))
    if what == "a withdrawal":
        assert found == [("claim", "claim.not_now.approve"), ("claim", "claim.withdrawn_on")]
        decisions.discard(desk.centre, claim_id, by=desk["budi"])
        assert desk.centre.read(waiting) == {}
        return
    assert found == [("proposal", "claim.proposal_void")]
    assert decisions.approve(desk.centre, claim_id, award, by=desk["budi"]).proposed
    decisions.agree(desk.centre, claim_id, by=desk["dewi"])
    assert desk.state(claim_id) == "approved"


def test_what_waits_for_a_second_officer_is_not_proposed_over_by_a_third(desk):
    claim_id = desk.file()
    decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 30_000_000)], by=desk["dewi"])
    assert codes(lambda: act_of(desk, "reject", claim_id, desk["budi"])) == [("claim", "claim.proposed")]
    assert codes(lambda: decisions.discard(desk.centre, claim_id, by=desk["budi"])) == [
        ("proposal", "claim.others_proposal")
    ]
    mark = the_proposal(desk, claim_id).mark
    desk.centre.now.forward(timedelta(seconds=1))
    decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 40_000_000)], by=desk["dewi"])
    assert codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["budi"], proposal=mark)) == [
        ("proposal", "claim.other_proposal")
    ]
    decisions.discard(desk.centre, claim_id, by=desk["dewi"])
    assert codes(lambda: decisions.agree(desk.centre, claim_id, by=desk["budi"])) == [("proposal", "claim.no_proposal")]


def the_proposal(desk, claim_id):
    def look(connection):
        return proposal_of(connection, desk.centre, case_of(connection, desk.centre, claim_id))

    return desk.centre.read(look)


def test_who_does_not_agree_sends_it_back_with_a_word_why(desk):
    claim_id = desk.file()
    decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 30_000_000)], by=desk["dewi"])
    assert codes(lambda: decisions.send_back(desk.centre, claim_id, " ", by=desk["budi"])) == [("note", "required")]
    assert codes(lambda: decisions.send_back(desk.centre, claim_id, "x", by=desk["dewi"])) == [
        ("proposal", "claim.own_proposal")
    ]
    decisions.send_back(desk.centre, claim_id, "Kuitansinya kurang.", by=desk["budi"])
    (said,) = desk.centre.read(lambda connection: comments(connection, desk.centre, claim_id, by=desk["dewi"]))
    assert said.officer == "Budi S."
    assert said.text == "Usulan Dewi S. (disetujui, Rp 30.000.000) dikembalikan: Kuitansinya kurang."
    assert desk.centre.read(waiting) == {}
    assert desk.state(claim_id) == "filed"


def test_to_reject_what_another_had_approved_takes_two_as_well(desk):
    claim_id = desk.file()
    act_of(desk, "approve", claim_id, desk["dewi"])
    decisions.reopen(desk.centre, claim_id, "Jumlahnya salah.", by=desk["budi"])
    assert not act_of(desk, "reject", claim_id, desk["dewi"]).proposed, "her own she may take back"
    decisions.reopen(desk.centre, claim_id, "Keliru.", by=desk["dewi"])
    assert act_of(desk, "reject", claim_id, desk["budi"]).proposed
    assert desk.state(claim_id) == "filed"
    decisions.agree(desk.centre, claim_id, by=desk["sari"])
    assert desk.state(claim_id) == "rejected"


# Tasks


def test_a_document_after_the_decision_is_a_task_until_somebody_says_that_nothing_is_to_be_done(desk):
    claim_id = desk.brought_to("rejected")
    late = desk.attach(claim_id)
    assert desk.state(claim_id) == "rejected"
    (task,) = desk.centre.read(decisions.tasks)[claim_id]
    assert (task.code, task.entry_id) == ("claim.late_document", late)
    settle = (desk.centre, claim_id, late, "claim.late_document")
    assert codes(lambda: decisions.settle(*settle, "", by=desk["dewi"])) == [("note", "required")]
    decisions.settle(*settle, "Sudah dibaca, tidak mengubah apa pun.", by=desk["dewi"])
    assert desk.centre.read(decisions.tasks) == {}
    assert codes(lambda: decisions.settle(*settle, "lagi", by=desk["dewi"])) == [("task", "task.unknown")]
    assert last_entry(desk).head.kind == "flag.settled"


def test_what_a_counter_says_it_dealt_with_stays_an_officers_task(desk):
    claim_id = desk.brought_to("rejected")
    late = desk.attach(claim_id)
    dealt = FlagSettled(entry_id=late, code="claim.late_document", mission="TPE", personal=TaskNote(note="sudah"))
    desk.record(dealt)
    assert [task.entry_id for task in desk.centre.read(decisions.tasks)[claim_id]] == [late]


def test_a_second_late_document_is_told_of_although_the_first_was_looked_at(desk):
    claim_id = desk.brought_to("rejected")
    first = desk.attach(claim_id)
    settle = (desk.centre, claim_id, first, "claim.late_document")
    decisions.settle(*settle, "Sudah dibaca, tidak mengubah apa pun.", by=desk["dewi"])
    flags = {one.code: one.settled for one in claim_with(desk.centre, claim_id, desk["dewi"]).flags}
    assert flags["claim.late_document"] == "Sudah dibaca, tidak mengubah apa pun."
    desk.attach(claim_id)
    flags = {one.code: one.settled for one in claim_with(desk.centre, claim_id, desk["dewi"]).flags}
    assert flags["claim.late_document"] is None


def test_what_is_noted_of_a_restricted_task_is_read_only_by_who_may(desk):
    claim_id = desk.brought_to("rejected", restricted=True)
    late = desk.attach(claim_id)
    decisions.settle(desk.centre, claim_id, late, "claim.late_document", "Visum kedua.", by=desk["sari"])
    assert b"Visum" not in last_entry(desk).frame.facts
    assert last_entry(desk).frame.personal is None
    said = {
        login: desk.centre.read(lambda c, login=login: comments(c, desk.centre, claim_id, by=desk[login]))[0].text
        for login in ("tuti", "dewi", "adi", "hadi")
    }
    assert said == {"tuti": "Visum kedua.", "dewi": None, "adi": None, "hadi": None}


def test_who_withdrew_after_an_approval_they_had_not_heard_of_is_a_task(desk):
    claim_id = desk.brought_to("approved")
    withdrawal = desk.withdraw(claim_id)
    assert desk.state(claim_id) == "withdrawn"
    (task,) = desk.centre.read(lambda connection: decisions.tasks(connection, [claim_id]))[claim_id]
    assert (task.code, task.entry_id) == ("claim.withdrawn_late", withdrawal)


# Whatever else may be the matter with a claim


def test_a_claim_whose_rules_only_a_later_program_knows_can_be_asked_about_granted_with_a_note_and_rejected(desk):
    future = date(2031, 1, 1)
    for state in ("asked", "approved", "rejected"):
        claim_id = desk.file("JKK-LUAR-ANGKASA", rules_from=future, situation="roket")
        if state == "asked":
            desk.ask(claim_id, "visum")
        elif state == "rejected":
            desk.reject(claim_id)
        else:
            grant = partial(
                decisions.approve, desk.centre, claim_id, [("JKK-LUAR-ANGKASA", 1_000_000)], by=desk["dewi"]
            )
            assert codes(grant) == [("note", "award.unknown")]
            grant(note="Menurut aturan 2031.")
        assert desk.state(claim_id) == state


def test_a_claim_of_a_worker_who_turned_out_to_be_somebody_else_as_well_is_decided_all_the_same(desk):
    claim_id, other = desk.file(), new_id()
    desk.record(registration(other, name="SITI NURHALISA"))
    merge(desk.centre, other, desk.worker)
    desk.approve(claim_id)
    desk.pay(claim_id)
    assert desk.state(claim_id) == "paid"
    assert verify(desk.centre).wrong == []


def test_of_a_worker_whose_data_were_erased_a_claim_is_brought_to_its_end_without_a_word_of_them(desk, centre_clock):
    waits, granted = desk.file(), desk.file("JKK-PERKOSAAN", restricted=True)
    comment(desk.centre, waits, "Ibunya menelepon.", by=desk["dewi"])
    comment(desk.centre, granted, "Rahasia.", by=desk["sari"])
    desk.approve(granted, 50_000_000)
    decisions.approve(desk.centre, waits, [("JKK-OBAT-LN", 30_000_000)], note="SITI", by=desk["dewi"])
    erase(desk.centre, desk.worker, "request", order="PN 12/2026", by=desk["hadi"])
    with desk.centre.engine.connect() as connection:
        assert connection.execute(select(tables.claim_comment)).all() == []
        assert connection.execute(select(tables.claim_proposal)).all() == []
    assert codes(lambda: comment(desk.centre, waits, "x", by=desk["dewi"])) == [("comment", "claim.erased")]
    decisions.reject(desk.centre, waits, "other", note="SITI pergi", by=desk["dewi"])
    assert desk.state(waits) == "rejected"
    assert last_entry(desk).frame.personal is None
    # How much it was is gone with the rest: who pays says so.
    desk.pay(granted, 50_000_000)
    assert desk.state(granted) == "paid"
    assert verify(desk.centre).wrong == []


def test_everything_is_there_again_after_the_ledger_was_posted_anew(desk):
    for state in STATES:
        desk.brought_to(state)
    proposed = desk.file()
    decisions.approve(desk.centre, proposed, [("JKK-OBAT-LN", 30_000_000)], by=desk["dewi"])
    comment(desk.centre, proposed, "Menunggu Budi.", by=desk["dewi"])
    with desk.centre.engine.connect() as connection:
        before = ledger_digest(connection)
    desk.centre.write(lambda connection: connection.execute(update(tables.centre).values(posting_version=0)))
    bring_up_to_date(desk.centre)
    with desk.centre.engine.connect() as connection:
        assert ledger_digest(connection) == before
    decisions.agree(desk.centre, proposed, by=desk["budi"])
    assert desk.state(proposed) == "approved"


def test_a_claim_is_found_by_its_number_and_one_of_two_with_it_by_its_id(desk):
    claim_id = desk.file()
    number = desk.row(claim_id).number
    assert find_claim(desk.centre, f" {number.lower()} ") == claim_id == find_claim(desk.centre, str(claim_id))
    assert codes(lambda: find_claim(desk.centre, "TPE3-K-2026-000777")) == [("claim", "claim.not_at_centre")]
    desk.serial -= 1
    desk.file()
    (problem,) = problems_of(lambda: find_claim(desk.centre, number))
    assert problem.code == "claim.number_several"
    assert str(claim_id) in sentence(problem)
    unknown = new_id()
    assert codes(lambda: act_of_unknown(desk, unknown)) == [("claim", "claim.not_at_centre")]


def act_of_unknown(desk, claim_id):
    return decisions.reopen(desk.centre, claim_id, "x", by=desk["dewi"])


def test_a_serialisation_failure_is_tried_again(desk, monkeypatch):
    from psycopg.errors import SerializationFailure
    from sqlalchemy.exc import OperationalError

    claim_id = desk.file()
    times: list[int] = []

    def failing(connection, centre):
        times.append(1)
        if len(times) == 1:
            raise OperationalError("x", {}, SerializationFailure())
        return lock_own_head(connection, centre)

    monkeypatch.setattr(decisions, "lock_own_head", failing)
    act_of(desk, "approve", claim_id, desk["dewi"])
    assert len(times) == 2
    with desk.centre.engine.connect() as connection:
        assert connection.scalar(select(claim.c.state).where(claim.c.id == claim_id)) == "approved"
