"""Claims at the counter: in every state the list, what is to be brought and what can be done next say the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from loket_testing.answers import AWARDS, DAY, WAYS, Answers, claims_key
from loket_testing.counter import SITI, bring
from loket_testing.journals import Journal

from kiosk.desk import Desk
from kiosk.queries.claims import Which, answers, attention, mission_claims, story
from kiosk.queries.workers import card
from kiosk.usecases.claim_answers import tell
from kiosk.usecases.privacy import restrict
from kiosk.usecases.workers import register
from models.journal.workers import BodyErased, WorkerMerged
from models.rules.claim_states import COUNTERS, ClaimState, allowed
from models.rules.claims import checklist

STATES = get_args(ClaimState)
LISTS: dict[str, set[Which]] = {
    "filed": {"waiting"},
    "asked": {"action", "waiting"},
    "approved": {"action", "decided"},
    "rejected": {"action", "decided"},
    "paid": {"action", "decided"},
    "withdrawn": {"decided"},
}
"""In which lists a claim of each state stands, beside that of all; as long as nobody was told of the answer."""


def only(desk: Desk) -> Any:
    [row] = mission_claims(desk).rows
    return row


@pytest.mark.parametrize("papers", [0, 1, 2, 3])
@pytest.mark.parametrize("state", STATES)
def test_every_state_with_every_number_of_papers_is_in_the_lists_it_belongs_in(
    desk: Desk, siti: UUID, state: str, papers: int
) -> None:
    one = Answers(desk, siti)
    one.brings(papers)
    WAYS[state](one)
    row = only(desk)
    if state == "asked" and papers == len(checklist("JHT")):
        # What came before the request was not among what the officer had seen: it answers it.
        state = "filed"
    assert (row.state, row.there, row.required) == (state, papers, 3)
    bring = {"filed": 3 - papers, "asked": 1}.get(state, 0)
    assert (row.to_bring, len(row.wanted)) == (bring, bring)
    for which in ("action", "waiting", "decided"):
        found = mission_claims(desk, which)
        assert bool(found.rows) == (which in LISTS[state])
        assert found.counts[which] == len(found.rows)
    told = story(desk, one.claim_id)
    assert told.can == allowed(row.state) & COUNTERS - {"report"}
    assert (told.decision is not None) == (state in ("approved", "rejected", "paid"))
    assert told.events[0].what == "filed"
    with desk.read() as work:
        assert attention(work)[0] == ("action" in LISTS[state])


def test_what_may_follow_is_to_be_acted_on_a_week_before_its_day(desk: Desk, siti: UUID, clock: Any) -> None:
    one = Answers(desk, siti, "JKK-ALAT")
    [nearest] = {row.until for row in mission_claims(desk).rows}
    assert nearest is not None
    assert [row.action for row in mission_claims(desk).rows] == [""]
    with desk.read() as work:
        assert attention(work) == (0, 1)
    clock.now += nearest - timedelta(days=7) - DAY
    assert [row.action for row in mission_claims(desk, "action").rows] == ["follow"]
    one.brings(len(checklist("JKK-ALAT")))
    assert mission_claims(desk, "action").rows == ()


def test_the_most_pressing_stands_first(desk: Desk, siti: UUID) -> None:
    later, sooner, told = (Answers(desk, siti) for _ in range(3))
    told.approves()
    later.asks("rekening_pmi", by_day=date(2026, 12, 20))
    sooner.asks("rekening_pmi", by_day=date(2026, 12, 1))
    assert [row.id for row in mission_claims(desk, "action").rows] == [sooner.claim_id, later.claim_id, told.claim_id]


def test_what_the_centre_asked_for_stands_first_with_its_day_and_what_it_has_answers_nothing(
    desk: Desk, siti: UUID
) -> None:
    one = Answers(desk, siti)
    one.brings(3)
    blurred = [row.id for row in story(desk, one.claim_id).events if row.what == "attached"]
    one.asks("kartu_keluarga", by_day=date(2026, 12, 5), seen=blurred)
    [wanted] = only(desk).wanted
    assert (wanted.name, wanted.until, wanted.asked) == ("Kartu keluarga", date(2026, 12, 5), True)
    one.brings_one("kartu_keluarga")
    assert (only(desk).state, only(desk).wanted) == ("filed", ())


def test_an_answer_leaves_the_list_when_somebody_was_told_and_comes_back_with_the_next(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    one.rejects()
    tell(desk, one.number, "phone", "dengan Siti sendiri")
    assert (only(desk).action, only(desk).told_at is not None) == ("", True)
    one.reopens(one.decision)
    assert only(desk).told_at is None
    one.approves()
    assert only(desk).action == "approved"
    assert [event.what for event in story(desk, one.claim_id).events] == [
        "filed",
        "rejected",
        "told",
        "reopened",
        "approved",
    ]


def test_who_withdrew_in_knowledge_of_the_decision_need_not_be_told(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    one.approves()
    one.withdraws()
    one.reopens(one.withdrawal)
    assert (only(desk).state, only(desk).action) == ("approved", "")


def test_amounts_are_shown_as_decided_and_never_before(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    assert story(desk, one.claim_id).decision is None
    one.approves()
    one.pays()
    decision = story(desk, one.claim_id).decision
    assert decision is not None
    assert [granted.amount_idr for granted in decision.awards] == [award.amount_idr for award in AWARDS]
    assert "alat bantu" in decision.awards[1].name.lower()
    assert (decision.amount_idr, decision.paid_on, decision.reference) == (14_500_000, DAY, "TRF-1")


def test_of_a_restricted_claim_only_its_state_and_the_number_of_papers_is_known(desk: Desk, siti: UUID) -> None:
    claims_key(desk)
    one = Answers(desk, siti, "JKK-PERKOSAAN", description="RAHASIA")
    one.brings_one("ktp")
    one.asks(papers=2, by_day=date(2026, 12, 5))
    row = only(desk)
    assert (row.name, row.state, row.action, row.to_bring, row.wanted) == ("Klaim khusus", "asked", "asked", 1, ())
    one.approves(())
    told = story(desk, one.claim_id)
    assert told.decision is not None
    assert (told.decision.awards, told.decision.amount_idr) == ((), 0)
    assert (told.kind, told.row.asked, told.description) == (None, (), "")
    assert [(event.what, event.papers) for event in told.events if event.papers] == []
    for secret in ("RAHASIA", "PERKOSA", "ktp", "KTP"):
        assert secret not in repr(told)


def test_a_restricted_claim_whose_papers_follow_is_called_about_until_one_came(
    desk: Desk, siti: UUID, clock: Any
) -> None:
    claims_key(desk)
    one = Answers(desk, siti, "JKK-PERKOSAAN")
    row = only(desk)
    assert (row.to_bring, row.action) == (None, "")
    clock.now += row.until - DAY
    assert only(desk).action == "follow"
    one.brings_one("ktp")
    assert (only(desk).to_bring, only(desk).until, only(desk).action) == (0, None, "")


def test_a_merged_workers_claims_stand_under_the_person(desk: Desk, siti: UUID) -> None:
    dewi = msgspec.structs.replace(SITI, name="DEWI LESTARI", nik=None, passport_number="C5555555", phone="0911222333")
    other = register(desk, msgspec.structs.replace(dewi, birth_date=date(1990, 1, 5))).worker_id
    one = Answers(desk, other)
    centre = Journal(mission="ZZZ")
    bring(desk, [centre.record(WorkerMerged(worker_id=siti, other_id=other, mission="TPE"))])
    row = only(desk)
    assert (row.worker_id, row.worker_name) == (siti, "SITI NURHALIZA")
    assert [found.id for found in card(desk, siti).claims] == [one.claim_id]


def test_an_erased_persons_claim_stays_as_a_number_and_a_state(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    one.approves()
    centre = Journal(mission="ZZZ")
    bring(desk, [centre.record(BodyErased(worker_id=siti, mission="TPE", reason="request"))])
    row = only(desk)
    assert (row.number, row.state, row.erased, row.action) == (one.number, "approved", True, "")
    assert (row.name, row.worker_name, row.wanted, row.callees) == ("", "—", (), ())
    told = story(desk, one.claim_id)
    assert (told.can, told.decision, told.description) == (frozenset(), None, "")
    assert "SITI" not in repr(told)


def test_nobody_is_called_who_asked_to_be_left_alone(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, filed_by="mission", filer_name="Bu Ani", filer_phone="0911222333")
    one.asks("rekening_pmi")
    assert [callee.phone for callee in only(desk).callees] == ["0911222333", "+886912345678"]
    restrict(desk, siti, "meminta sendiri")
    assert only(desk).callees == ()
    assert story(desk, one.claim_id).filer_name == ""


def test_the_last_word_of_the_centre_is_known_for_each_claim(desk: Desk, siti: UUID) -> None:
    one, silent = Answers(desk, siti), Answers(desk, siti)
    assert answers(desk) == {}
    asked = one.asks("rekening_pmi")
    assert answers(desk) == {one.claim_id: asked}
    one.approves()
    assert answers(desk) == {one.claim_id: one.decision}
    assert silent.claim_id not in answers(desk)


def test_a_claim_of_somebody_whose_registration_has_not_come_has_the_name_on_its_slip(desk: Desk) -> None:
    from loket_testing.claims import filing

    from models.journal.ids import new_id

    bring(desk, [Journal().record(filing(new_id()))])
    row = only(desk)
    assert (row.worker_name, row.callees) == ("SITI", ())
