"""After a claim was filed: the second report, withdrawing, and telling whoever filed it."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from loket_testing.answers import DAY, Answers, claims_key
from loket_testing.counter import codes, kinds
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.forms.claim_report import ReportForm
from kiosk.forms.claim_withdrawal import WithdrawalForm
from kiosk.queries.claims import mission_claims, story
from kiosk.queries.workers import card
from kiosk.steps import finish
from kiosk.store.tables import entry as entries
from kiosk.usecases.books import claim_list, claim_list_as
from kiosk.usecases.claim_answers import tell
from kiosk.usecases.claim_reports import prospect, report
from kiosk.usecases.claim_withdrawals import withdraw
from models.journal.sealed import SealedNote, SealedReport, open_part
from models.ledger.tables import claim_report, claim_withdrawal
from models.rules.claims import checklist
from models.rules.problems import Refused
from reports.claim_list import render_claim_list


def refused(act: Any, *given: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        act(*given)
    return codes(refusal)


def reporting(one: Answers, **fields: Any) -> ReportForm:
    given: dict[str, Any] = {
        "claim": one.number,
        "outcome": "disabled",
        "outcome_date": DAY,
        "benefits": ("JKK-CACAT-SEBAGIAN", "JKK-PHK-KK"),
    }
    return ReportForm(**(given | fields))


# The second report


def test_the_second_report_asks_for_its_benefits_and_for_the_papers_of_its_outcome(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    before = mission_claims(desk).rows[0].required
    further = prospect(desk, reporting(one)).further
    assert further
    done = report(desk, reporting(one, description="Dua jari hilang"))
    row = mission_claims(desk).rows[0]
    assert (row.stage, row.required) == (2, before + len(further))
    assert {one.key for one in further} <= {one.key for one in done.missing} <= set(row.missing)
    told = story(desk, one.claim_id)
    assert told.report is not None
    assert (told.report.outcome, told.report.outcome_date, told.report.description) == (
        "disabled",
        DAY,
        "Dua jari hilang",
    )
    assert [event.outcome for event in told.events if event.what == "reported"] == ["Cacat"]


def test_a_death_is_reported_by_the_heirs_and_its_papers_are_those_of_a_death(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    died = reporting(one, outcome="died", benefits=("JKK-MATI",))
    assert refused(report, desk, reporting(one, outcome="died", filed_by="worker")) == ["claim.death_by_worker"]
    report(desk, died)
    with desk.read() as work:
        assert work.connection.scalars(select(claim_report.c.filed_by)).one() == "heir"
    asked = {one.key for one in mission_claims(desk).rows[0].asked}
    assert {one.key for one in checklist("JKK-KECELAKAAN", "death")} <= asked


def test_a_later_report_counts_instead_of_an_earlier_one(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    one.reports("healed", "JKK-OBAT-LN")
    one.reports("disabled", "JKK-CACAT-TOTAL")
    told = story(desk, one.claim_id)
    assert told.report is not None
    assert told.report.outcome == "disabled"
    assert [event.what for event in told.events].count("reported") == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outcome": None}, ["required"]),
        ({"claim": "TPE3-K-2026-999999"}, ["claim.not_synced"]),
        ({"outcome": "lost"}, ["claim.outcome_unknown"]),
        ({"outcome_date": date(2026, 11, 23)}, ["claim.outcome_in_future"]),
        ({"outcome_date": date(2026, 11, 2)}, ["claim.outcome_before_event"]),
        ({"benefits": ()}, ["claim.no_benefit"]),
        ({"benefits": ("X",)}, ["claim.kind_unknown"]),
    ],
)
def test_what_no_report_is_taken_in_with(desk: Desk, siti: UUID, wrong: dict[str, Any], said: list[str]) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    assert refused(report, desk, reporting(one, **wrong)) == said
    assert "claim.reported" not in kinds(desk)


def test_a_kind_of_one_stage_has_no_second_report(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    assert "claim.one_stage" in refused(report, desk, reporting(one))
    assert "report" not in story(desk, one.claim_id).can


def test_a_benefit_that_the_outcome_does_not_lead_to_warns_and_is_taken(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    done = report(desk, reporting(one, outcome="healed", benefits=("JKK-CACAT-TOTAL",)))
    assert [warning.code for warning in done.warnings] == ["claim.benefit_not_of_outcome"]


def test_of_a_restricted_claim_the_report_is_sealed(desk: Desk, siti: UUID) -> None:
    key = claims_key(desk)
    one = Answers(desk, siti, "JKK-PERKOSAAN")
    report(desk, reporting(one, benefits=None, description="RAHASIA", filed_by="heir"))
    with desk.read() as work:
        kept = work.connection.execute(select(claim_report)).one()
    assert (kept.outcome, kept.outcome_date, kept.benefits, kept.description) == ("", None, [], None)
    opened = open_part(kept.sealed_part, key, SealedReport)
    assert (opened.outcome, opened.outcome_date, opened.description) == ("disabled", DAY, "RAHASIA")
    # That an heir came tells of a death.
    assert (kept.filed_by, opened.filed_by) == ("worker", "heir")
    assert story(desk, one.claim_id).row.stage == 2


def test_before_enrolment_nothing_of_a_restricted_claim_can_be_reported(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKK-PERKOSAAN")
    assert refused(report, desk, reporting(one, benefits=None)) == ["claim.sealing_key_missing"]


# Withdrawing


def test_a_claim_is_withdrawn_with_a_reason_and_names_the_decision_that_is_known(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    one.approves()
    done = withdraw(desk, WithdrawalForm(claim=one.number, withdrawn_by="worker", reason="pulang"))
    assert (done.decision_id, mission_claims(desk).rows[0].state) == (one.decision, "withdrawn")
    [last] = [event for event in story(desk, one.claim_id).events if event.what == "withdrawn"]
    assert (last.filed_by, last.note, last.by) == ("worker", "pulang", "Rina W.")


@pytest.mark.parametrize(
    ("comes_to", "said"),
    [
        (lambda one: one.withdraws(), "claim.withdrawn_already"),
        (lambda one: one.rejects(), "claim.rejected_already"),
        (lambda one: (one.approves(), one.pays()), "claim.paid_already"),
    ],
)
def test_what_is_at_its_end_is_not_withdrawn(desk: Desk, siti: UUID, comes_to: Any, said: str) -> None:
    one = Answers(desk, siti)
    comes_to(one)
    assert refused(withdraw, desk, WithdrawalForm(claim=one.number, withdrawn_by="worker", reason="x")) == [said]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, ["required"]),
        ({"withdrawn_by": None}, ["required"]),
        ({"withdrawn_by": "agent"}, ["claim.filed_by_unknown"]),
        ({"reason": "x" * 301}, ["text.too_long"]),
    ],
)
def test_what_no_withdrawal_is_taken_in_with(desk: Desk, siti: UUID, wrong: dict[str, Any], said: list[str]) -> None:
    one = Answers(desk, siti)
    given: dict[str, Any] = {"claim": one.number, "withdrawn_by": "worker", "reason": "pulang"} | wrong
    assert refused(withdraw, desk, WithdrawalForm(**given)) == said


def test_a_claim_about_a_death_is_withdrawn_by_heirs_or_the_mission(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, situation="death", filed_by="heir")
    form = WithdrawalForm(claim=one.number, withdrawn_by="worker", reason="pulang")
    assert refused(withdraw, desk, form) == ["claim.death_by_worker"]
    one.withdraws("heir")


def test_of_a_restricted_claim_the_reason_is_sealed_and_may_be_left_out(desk: Desk, siti: UUID) -> None:
    key = claims_key(desk)
    one, other = Answers(desk, siti, "JKK-PERKOSAAN"), Answers(desk, siti, "JKK-PERKOSAAN")
    one.withdraws(reason="")
    other.withdraws(reason="RAHASIA")
    with desk.read() as work:
        notes = work.connection.scalars(select(claim_withdrawal.c.note)).all()
        sealed = work.connection.execute(select(entries.c.sealed).where(entries.c.id == other.withdrawal)).scalar_one()
    assert [note or "" for note in notes] == ["", ""]
    assert open_part(bytes(sealed), key, SealedNote).note == "RAHASIA"


# Telling


def test_that_somebody_was_told_is_noted_once_and_stands_in_their_history(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    one.rejects()
    done = tell(desk, one.number, "phone", "dengan suaminya")
    assert (done.entry_id, done.note) == (one.decision, "Lewat telepon · dengan suaminya")
    assert refused(tell, desk, one.number, "phone") == ["claim.told_already"]
    assert [(told.code, told.operator) for told in card(desk, siti).settled] == [("claim.answer", "Rina W.")]


def test_what_was_asked_for_can_be_told_and_stays_to_be_brought(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    one.asks("rekening_pmi")
    tell(desk, one.number, "whatsapp")
    [row] = mission_claims(desk, "action").rows
    assert row.told_at is not None


def test_what_cannot_be_told(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti)
    assert refused(tell, desk, one.number, "phone") == ["claim.nothing_to_tell"]
    one.approves()
    assert refused(tell, desk, one.number, "pigeon") == ["claim.channel_unknown"]
    assert refused(tell, desk, one.number, "") == ["required"]
    assert refused(tell, desk, one.number, "phone", "x" * 301) == ["text.too_long"]


def test_of_a_restricted_claim_only_how_is_kept(desk: Desk, siti: UUID) -> None:
    claims_key(desk)
    one = Answers(desk, siti, "JKK-PERKOSAAN")
    one.approves(())
    assert tell(desk, one.number, "visit", "soal RAHASIA").note == "Di loket"


def test_nothing_is_done_about_the_claim_of_somebody_who_was_erased(desk: Desk, siti: UUID) -> None:
    from loket_testing.counter import bring

    from models.journal.workers import BodyErased

    one = Answers(desk, siti, "JKK-KECELAKAAN")
    one.approves()
    bring(desk, [Journal(mission="ZZZ").record(BodyErased(worker_id=siti, mission="TPE", reason="request"))])
    for act, form in (
        (report, reporting(one)),
        (withdraw, WithdrawalForm(claim=one.number, withdrawn_by="worker", reason="pulang")),
    ):
        assert refused(act, desk, form) == ["worker.erased"]
    assert refused(tell, desk, one.number, "phone") == ["worker.erased"]


# Whom to call


def test_the_list_to_call_by_says_what_to_bring_and_what_to_tell_in_every_form(desk: Desk, siti: UUID) -> None:
    claims_key(desk)
    one, told, hidden = Answers(desk, siti), Answers(desk, siti), Answers(desk, siti, "JKK-PERKOSAAN")
    one.asks("rekening_pmi", by_day=date(2026, 12, 5))
    told.rejects()
    hidden.asks(papers=2)
    paper = finish(claim_list(desk))
    assert [(row.number, row.why, row.tell) for row in paper.rows] == [
        (one.number, "Bawa 1 dokumen yang diminta pusat", False),
        (told.number, "Sampaikan jawaban pusat", True),
        (hidden.number, "Bawa 2 dokumen yang diminta pusat", False),
    ]
    assert (paper.rows[2].kind, paper.rows[2].papers) == ("Klaim khusus", ())
    said = text_of(render_claim_list(paper))
    for words in ("SITI NURHALIZA", "+886912345678", "5 Des 2026", "Sampaikan jawaban pusat", one.number):
        assert words in said
    assert "perkosa" not in said.lower()
    for kind in (".pdf", ".xlsx", ".csv"):
        book = finish(claim_list_as(desk, kind))  # type: ignore[arg-type]
        assert (book.rows, book.name) == (3, "klaim-2026-11-22")
        assert book.content


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in document)
