"""Eligibility: what the counter knows for or against a claim, shown with what it rests on before anything is filed."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI, bring, slip
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.forms.registration import HeirForm
from kiosk.queries.memberships import Stated
from kiosk.queries.workers import card
from kiosk.usecases.claims import Eligibility, eligibility, file
from kiosk.usecases.contributions import receive
from kiosk.usecases.privacy import restrict
from kiosk.usecases.workers import amend, register
from models.journal.coverage import BalanceStated, MembershipConfirmed
from models.journal.workers import WorkerMerged
from models.ledger.tables import claim
from models.rules import claims, data
from models.rules.claims import at_mission, checklist, read_rules
from models.rules.phases import Evidence

FELL = date(2027, 2, 1)


@pytest.fixture
def later(clock: HandClock) -> None:
    """Siti works abroad since two months."""
    clock.now = datetime(2027, 2, 10, 2, tzinfo=UTC)


def ask(desk: Desk, worker: UUID, kind: str = "JKK-KECELAKAAN", day: date = FELL, **fields: Any) -> Eligibility:
    return eligibility(desk, ClaimForm(worker_id=str(worker), kind=kind, event_date=day, **fields))


def take(desk: Desk, worker: UUID, kind: str = "JKK-KECELAKAAN", day: date = FELL, **fields: Any) -> str:
    return file(desk, ClaimForm(worker_id=str(worker), kind=kind, event_date=day, **fields)).number


def said(found: Eligibility) -> set[str]:
    return {problem.code for problem in found.warnings}


def merged(desk: Desk, worker: UUID, other: UUID) -> None:
    centre = Journal(mission="TPE")
    centre.record(WorkerMerged(worker_id=worker, other_id=other, mission="TPE"))
    bring(desk, centre.entries)


def second(desk: Desk, siti: UUID) -> UUID:
    again = msgspec.structs.replace(SITI, passport_number="E7730021", nik=None, phone=None, not_same_as=(siti,))
    return register(desk, again).worker_id


def test_the_receipt_that_covers_the_day_is_named_and_provisional_until_bpjs_confirms(desk: Desk, siti: UUID) -> None:
    paid = receive(desk, slip(siti))
    desk.clock.now = datetime(2027, 2, 10, 2, tzinfo=UTC)  # type: ignore[attr-defined]
    (held,) = ask(desk, siti).cover
    assert (held.number, held.holds, held.provisional) == (paid.number, True, True)
    assert (held.covered_from, held.covered_to) == (date(2026, 12, 11), date(2028, 12, 10))
    centre = Journal(mission="TPE")
    centre.record(
        MembershipConfirmed(
            worker_id=siti, mission="TPE", receipt_ids=(paid.receipt_id,), confirmed_on=date(2027, 1, 5)
        )
    )
    bring(desk, centre.entries)
    assert [one.confirmed_on for one in ask(desk, siti).cover] == [date(2027, 1, 5)]


def test_what_a_registration_that_was_merged_had_paid_covers_too(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    paid = receive(desk, slip(other))
    desk.clock.now = datetime(2027, 2, 10, 2, tzinfo=UTC)  # type: ignore[attr-defined]
    assert ask(desk, siti).cover == ()
    merged(desk, siti, other)
    assert [one.number for one in ask(desk, siti).cover] == [paid.number]
    assert "claim.never_covered" not in said(ask(desk, other))


@pytest.mark.usefixtures("later")
def test_the_phase_comes_with_the_dates_it_rests_on_and_those_that_are_missing(desk: Desk, siti: UUID) -> None:
    phase = ask(desk, siti).phase
    assert (phase.kind, phase.missing) == ("during", ("departure",))
    assert Evidence("contract_start", date(2026, 12, 11)) in phase.evidence


@pytest.mark.usefixtures("later")
def test_who_may_file_until_when_and_what_it_may_lead_to_is_said_beforehand(desk: Desk, siti: UUID) -> None:
    found = ask(desk, siti)
    assert (found.deadline, found.filers) == (date(2032, 2, 1), ("worker", "heir", "mission"))
    amounts = {one.benefit.code: one.amount.amount_idr for one in found.possible}
    assert (amounts["JKK-OBAT-LN"], amounts["JKK-PULANG-KK"]) == (50_000_000, None)
    assert "JKK-MATI" not in amounts
    death = ask(desk, siti, situation="death", filed_by="heir", filer_name="Ahmad Fauzi")
    assert death.filers == ("heir", "mission")
    assert [(one.name, one.first) for one in death.heirs] == [("AHMAD FAUZI", True)]
    assert {"JKK-MATI"} <= {one.benefit.code for one in death.possible}
    assert not {"claim.heir_unknown", "claim.heir_of_living"} & said(death)
    assert ask(desk, siti, "JKM-SELAMA", filed_by="heir").deadline is None


@pytest.mark.usefixtures("later")
def test_an_heir_whom_the_law_does_not_put_first_is_told_who_is(desk: Desk, siti: UUID) -> None:
    both = (*(SITI.heirs or ()), HeirForm(name="BUDI", relation="adik"))
    amend(desk, siti, msgspec.structs.replace(SITI, heirs=both))
    found = ask(desk, siti, "JKM-SELAMA", filed_by="heir", filer_name="BUDI")
    (problem,) = [one for one in found.warnings if one.code == "claim.heir_not_first"]
    assert dict(problem.values) == {"name": "AHMAD FAUZI"}
    assert take(desk, siti, "JKM-SELAMA", filed_by="heir", filer_name="BUDI")


@pytest.mark.usefixtures("later")
def test_a_claim_for_the_same_event_is_named_whoever_is_written_in_it(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    number = take(desk, other, "JKK-ALAT", date(2027, 1, 29))
    far = take(desk, siti, "JKK-ALAT", date(2026, 12, 20))
    take(desk, siti, "JHT", FELL)
    assert [one.number for one in ask(desk, siti).earlier] == [far]
    merged(desk, siti, other)
    found = ask(desk, siti)
    assert {(one.number, one.state, one.similar) for one in found.earlier} == {
        (number, "filed", True),
        (far, "filed", False),
    }
    (problem,) = [one for one in found.warnings if one.code == "claim.similar"]
    assert dict(problem.values) == {"number": number, "day": "2027-01-29"}
    assert take(desk, siti)


@pytest.mark.usefixtures("later")
def test_what_a_restricted_claim_was_about_is_not_told_by_another(desk: Desk, siti: UUID) -> None:
    take(desk, siti, "JKK-PERKOSAAN")
    found = ask(desk, siti)
    assert found.earlier == ()
    assert "claim.similar" not in said(found)
    sealed = ask(desk, siti, "JKK-PERKOSAAN")
    assert sealed.possible == ()


@pytest.mark.usefixtures("later")
def test_savings_are_shown_as_bpjs_stated_them_with_their_day(desk: Desk, siti: UUID) -> None:
    centre = Journal(mission="TPE")
    for day, amount in ((date(2026, 9, 30), 2_000_000), (date(2026, 10, 31), 2_418_300)):
        centre.record(BalanceStated(worker_id=siti, mission="TPE", programme="JHT", amount_idr=amount, as_of=day))
    assert ask(desk, siti, "JHT").balance is None
    bring(desk, centre.entries)
    found = ask(desk, siti, "JHT")
    assert found.balance == Stated("JHT", 2_418_300, date(2026, 10, 31))
    assert [one.amount.amount_idr for one in found.possible] == [None]
    assert ask(desk, siti).balance is None


@pytest.mark.usefixtures("later")
def test_of_somebody_restricted_no_heir_and_no_balance_is_shown(desk: Desk, siti: UUID) -> None:
    centre = Journal(mission="TPE")
    centre.record(
        BalanceStated(worker_id=siti, mission="TPE", programme="JHT", amount_idr=2_000_000, as_of=date(2026, 9, 30))
    )
    bring(desk, centre.entries)
    restrict(desk, siti, "permintaan pekerja")
    found = ask(desk, siti, "JHT", situation="death", filed_by="heir", filer_name="JOKO")
    assert (found.heirs, found.balance) == ((), None)
    assert not any(code.startswith("claim.heir") for code in said(found))


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From February 2027 on a disability asks for something else."""
    papers = deepcopy(data.document("checklists.json"))
    coming = deepcopy(papers["editions"][0]) | {"valid_from": "2027-02-01"}
    coming["checklists"]["JHT_TOTAL_DISABILITY"]["requirements"] = [{"key": "visum"}]
    papers["editions"].append(coming)
    rules = read_rules(data.document("benefits.json"), papers)
    monkeypatch.setattr(claims, "shipped", lambda: rules)


@pytest.mark.usefixtures("changed", "later")
def test_a_claim_keeps_its_edition_and_a_restricted_one_tells_nothing_of_its_day_by_it(desk: Desk, siti: UUID) -> None:
    day = date(2027, 1, 31)
    take(desk, siti, "JHT", day, situation="total_disability")
    take(desk, siti, "JKK-PERKOSAAN", day)
    with desk.read() as work:
        rows = work.connection.execute(select(claim).order_by(claim.c.serial)).all()
    assert [(row.rules_from, row.restricted) for row in rows] == [(date(2023, 2, 22), False), (date(2027, 2, 1), True)]
    (shown, _sealed) = sorted(card(desk, siti).claims, key=lambda row: row.restricted)
    assert [one.key for one in shown.asked] == [one.key for one in checklist("JHT", "total_disability")]


@pytest.mark.usefixtures("changed")
def test_the_edition_of_the_events_day_decides_and_the_situation_its_papers(desk: Desk, siti: UUID) -> None:
    old = at_mission(checklist("JHT", "total_disability"), "KDEI")
    desk.clock.now = datetime(2028, 2, 10, 2, tzinfo=UTC)  # type: ignore[attr-defined]
    before = ask(desk, siti, "JHT", date(2027, 1, 31), situation=" Total_Disability ")
    assert (before.checklist, before.rules_from) == (old, date(2023, 2, 22))
    after = ask(desk, siti, "JHT", date(2027, 2, 1), situation="total_disability")
    assert ([one.key for one in after.checklist], after.rules_from) == (["visum"], date(2027, 2, 1))
    assert ask(desk, siti, "JHT").situation.code == "age_56"
