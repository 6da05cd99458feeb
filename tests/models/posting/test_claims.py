"""Where a claim stands: a function of what was recorded of it, whatever came first, with a way to an end from all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.claims import DAY, REASON, attached, filing, from_centre, from_counters
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import select

from models.journal.body import Body
from models.journal.claims import (
    Award,
    ClaimDecided,
    ClaimPaid,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
    DocumentsRequested,
    DocumentWithdrawn,
    PaymentReturned,
)
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.ledger.tables import claim, claim_document, flag
from models.posting import post
from models.posting.digest import ledger_digest

WORKER = new_id()


class Story:
    """One claim, what a counter and the centre record of it, and where it stands then."""

    def __init__(self, *, restricted: bool = False) -> None:
        self.counter, self.centre = Journal(), Journal(mission="ZZZ")
        self.filed = self.counter.record(filing(WORKER, restricted=restricted))
        self.claim_id = self.filed.id
        self.entries = [self.filed]

    def at_counter(self, body: Body) -> UUID:
        return self._record(self.counter, body)

    def at_centre(self, body: Body) -> UUID:
        return self._record(self.centre, body)

    def _record(self, journal: Journal, body: Body) -> UUID:
        self.entries.append(journal.record(body))
        return self.entries[-1].id

    def attach(self, requirement: str = "paspor") -> UUID:
        return self.at_counter(attached(self.claim_id, requirement))

    def ask(self, *wanted: str, seen: Sequence[UUID] = (), papers: int = 0) -> UUID:
        asked = DocumentsRequested(
            claim_id=self.claim_id,
            mission="TPE",
            business_date=DAY,
            papers=papers or len(wanted),
            wanted=wanted,
            seen=tuple(seen),
            personal=REASON,
        )
        return self.at_centre(asked)

    def decide(self, outcome: Any = "approved", *, seen: Sequence[UUID] = ()) -> UUID:
        decided = ClaimDecided(
            claim_id=self.claim_id,
            mission="TPE",
            business_date=DAY,
            outcome=outcome,
            awards=(Award("JKK-OBAT-LN", 12_000_000),) if outcome == "approved" else (),
            seen=tuple(seen),
        )
        return self.at_centre(decided)

    def pay(self, decision_id: UUID) -> UUID:
        paid = ClaimPaid(
            claim_id=self.claim_id, mission="TPE", decision_id=decision_id, paid_on=DAY, amount_idr=12_000_000
        )
        return self.at_centre(paid)

    def give_back(self, payment_id: UUID) -> UUID:
        return self.at_centre(PaymentReturned(claim_id=self.claim_id, mission="TPE", payment_id=payment_id))

    def reopen(self, undone_id: UUID) -> UUID:
        return self.at_centre(ClaimReopened(claim_id=self.claim_id, mission="TPE", undone_id=undone_id))

    def withdraw(self, *, knowing: UUID | None = None) -> UUID:
        withdrawn = ClaimWithdrawn(
            claim_id=self.claim_id, mission="TPE", business_date=DAY, withdrawn_by="worker", decision_id=knowing
        )
        return self.at_counter(withdrawn)

    def stands(self) -> Any:
        with fresh_ledger() as connection:
            post(connection, self.entries)
            row = connection.execute(select(claim)).one()
            codes = set(connection.scalars(select(flag.c.code).where(flag.c.code != "claim.deadline")))
        return row.state, codes

    def row(self) -> Any:
        with fresh_ledger() as connection:
            post(connection, self.entries)
            return connection.execute(select(claim)).one()


def posted(entries: Sequence[Entry], cuts: Sequence[int] = ()) -> dict[str, tuple[int, str]]:
    with fresh_ledger() as connection:
        seen: set[UUID] = set()
        for start, end in zip([0, *cuts], [*cuts, len(entries)], strict=True):
            batch = [one for one in dict.fromkeys(entries[start:end]) if one.id not in seen]
            seen |= {one.id for one in batch}
            post(connection, batch)
        return ledger_digest(connection)


@st.composite
def stories(draw: st.DrawFn) -> list[Entry]:
    """Two claims and what two counters and the centre say of them, some of it about the other claim's entries."""
    counters, centre = [Journal(), Journal()], Journal(mission="ZZZ")
    written = [counters[0].record(filing(WORKER, restricted=draw(st.booleans()), serial=n)) for n in (1, 2)]
    claims = [one.id for one in written]
    for _ in range(draw(st.integers(1, 12))):
        journal = draw(st.sampled_from([*counters, centre]))
        for seen in draw(st.lists(st.sampled_from(written), max_size=2)):
            journal.see(seen)
        of = from_centre if journal is centre else from_counters
        written.append(journal.record(draw(of(draw(st.sampled_from(claims)), [one.id for one in written]))))
    return written


@given(st.data())
def test_where_claims_stand_is_the_same_whatever_came_first(data: st.DataObject) -> None:
    entries = data.draw(stories())
    shuffled = data.draw(st.permutations(entries + data.draw(st.lists(st.sampled_from(entries), max_size=3))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=5)))
    assert posted(shuffled, cuts) == posted(entries)


@given(stories())
def test_from_wherever_claims_got_to_officers_can_bring_them_to_an_end(entries: list[Entry]) -> None:
    """An approval is paid or reopened, whatever waits is rejected; afterwards nothing waits any more."""
    centre = Journal(mission="ZZZ", incarnation=2)
    with fresh_ledger() as connection:
        post(connection, entries)
        for row in connection.execute(select(claim)).all():
            if row.state == "approved":
                paid = ClaimPaid(claim_id=row.id, mission="TPE", decision_id=row.decision_id, paid_on=DAY)
                post(connection, [centre.record(paid)])
            elif row.state in ("filed", "asked"):
                rejected = ClaimDecided(claim_id=row.id, mission="TPE", business_date=DAY, outcome="rejected")
                post(connection, [centre.record(rejected)])
        assert set(connection.scalars(select(claim.c.state))) <= {"paid", "rejected", "withdrawn"}


def test_the_straight_way() -> None:
    story = Story()
    assert story.stands() == ("filed", set())
    passport = story.attach()
    story.ask("rekening", seen=[passport])
    assert story.stands() == ("asked", set())
    account = story.attach("rekening")
    assert story.stands() == ("filed", set())
    decision = story.decide(seen=[passport, account])
    assert story.stands() == ("approved", set())
    story.pay(decision)
    assert story.stands() == ("paid", set())


def test_what_the_officer_had_already_answers_nothing_and_the_kind_of_a_paper_does_as_well() -> None:
    story = Story()
    blurred = story.attach("rekening")
    story.ask("rekening", "visum", seen=[blurred])
    assert story.row().state == "asked"
    story.attach("rekening")
    assert story.row().state == "asked"
    story.attach("visum")
    assert story.row().state == "filed"


def test_of_a_restricted_claim_as_many_new_papers_answer_as_were_asked_for() -> None:
    story = Story(restricted=True)
    first = story.attach("KHUSUS")
    story.ask(papers=2, seen=[first])
    story.attach("KHUSUS")
    assert story.row().state == "asked"
    story.attach("KHUSUS")
    assert story.row().state == "filed"


def test_a_paper_taken_back_answers_no_more() -> None:
    story = Story()
    asked = story.ask("rekening")
    wrong = story.attach("rekening")
    story.at_counter(DocumentWithdrawn(claim_id=story.claim_id, mission="TPE", document_id=wrong))
    assert (story.row().state, story.row().request_id) == ("asked", asked)


def test_a_paper_of_another_claim_is_not_taken_back_by_this_one() -> None:
    one, other = Story(), Story()
    passport = other.attach()
    one.at_counter(DocumentWithdrawn(claim_id=one.claim_id, mission="TPE", document_id=passport))
    with fresh_ledger() as connection:
        post(connection, [*one.entries, *other.entries])
        assert connection.scalar(select(claim_document.c.removed_by)) is None


def test_two_officers_at_once_the_first_in_the_centres_journal_decides_and_the_other_is_flagged() -> None:
    story = Story()
    story.decide("rejected")
    story.decide("approved")
    assert story.stands() == ("rejected", {"claim.decided_again"})


def test_a_decision_while_documents_arrive_stands_and_the_late_one_is_a_task() -> None:
    story = Story()
    passport = story.attach()
    story.decide("rejected", seen=[passport])
    late = story.attach("rekening")
    assert story.stands() == ("rejected", {"claim.late_document"})
    with fresh_ledger() as connection:
        post(connection, story.entries)
        about = select(flag.c.entry_id, flag.c.worker_id).where(flag.c.code == "claim.late_document")
        assert connection.execute(about).one() == (late, WORKER)


def test_reopened_it_waits_again_and_the_next_decision_stands() -> None:
    story = Story()
    first = story.decide("rejected")
    story.attach("rekening")
    story.reopen(first)
    assert story.stands() == ("filed", set())
    story.decide("approved", seen=[story.entries[2].id])
    assert story.stands() == ("approved", set())


@pytest.mark.parametrize("knew", [True, False])
def test_nobody_is_paid_who_withdrew(knew: bool) -> None:
    story = Story()
    decision = story.decide()
    story.withdraw(knowing=decision if knew else None)
    assert story.stands() == ("withdrawn", set() if knew else {"claim.withdrawn_late"})


def test_what_was_paid_is_paid_and_a_transfer_that_bounced_waits_again() -> None:
    story = Story()
    decision = story.decide()
    payment = story.pay(decision)
    story.withdraw()
    assert story.stands() == ("paid", {"claim.withdrawn_late"})
    story.give_back(payment)
    assert story.row().state == "withdrawn"
    story.reopen(story.row().withdrawal_id)
    assert story.stands() == ("approved", set())
    story.pay(decision)
    assert story.row().state == "paid"


def test_a_withdrawn_claim_can_go_on() -> None:
    story = Story()
    story.reopen(story.withdraw())
    assert story.stands() == ("filed", set())


def test_what_is_rejected_has_nothing_left_to_withdraw() -> None:
    story = Story()
    story.decide("rejected")
    story.withdraw()
    assert story.stands() == ("rejected", set())


def test_the_second_report_makes_the_second_stage() -> None:
    story = Story()
    story.at_counter(ClaimReported(claim_id=story.claim_id, mission="TPE", business_date=DAY, outcome="healed"))
    assert story.row().stage == 2


def test_every_pair_and_triple_of_what_may_befall_a_claim_stands_alike_whatever_came_first() -> None:
    """All the combinations of two officers, a counter and a bouncing bank; pairs in every order of arrival."""
    for size in (2, 3):
        for chosen in combinations(range(8), size):
            story = Story()
            decision = story.decide() if 0 in chosen else new_id()
            payment = story.pay(decision) if 1 in chosen else new_id()
            withdrawal = story.withdraw() if 2 in chosen else new_id()
            if 3 in chosen:
                story.decide("rejected")
            if 4 in chosen:
                story.reopen(decision)
            if 5 in chosen:
                story.reopen(withdrawal)
            if 6 in chosen:
                story.give_back(payment)
            if 7 in chosen:
                story.ask("rekening")
            expected = posted(story.entries)
            orders = permutations(story.entries) if size == 2 else [story.entries[::-1]]
            for order in orders:
                assert posted(list(order), cuts=[1, 2]) == expected
