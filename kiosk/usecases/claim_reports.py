"""Claim reports: the second report of an accident, which asks for its benefits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from kiosk.desk import Desk, Work
from kiosk.forms.claim_report import ReportForm
from kiosk.queries.claims import asked_papers, claim_named, documents_of, known_kind, reports_of, still_missing
from kiosk.queries.persons import require
from models.journal.claims import UNTOLD_FILER, ClaimReported, ReportDetails
from models.journal.sealed import SealedReport, seal_part
from models.ledger.tables import claim
from models.rules.claims import (
    FILED_BY,
    FLAGGED,
    Kind,
    Requirement,
    benefit,
    report_problems,
    report_warnings,
)
from models.rules.problems import Problem, Refused, refuse_if

SEALED_OUTCOMES = ("healed", "disabled", "died")
"""What a restricted claim may have come to: its kind, whose outcomes these would be, is not known at the counter."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A second report that was taken in. `missing` are the papers still to come, those its outcome asks for among them;
    of a restricted claim none can be told."""

    report_id: UUID
    claim_id: UUID
    number: str
    missing: tuple[Requirement, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a second report would mean, before anything is recorded: the papers it asks for beyond the claim's own."""

    further: tuple[Requirement, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A report that the rules have looked at."""

    row: Row[Any]
    kind: Kind | None
    outcome: str
    benefits: tuple[str, ...]
    filed_by: str
    warnings: tuple[Problem, ...]


def prospect(desk: Desk, form: ReportForm) -> Prospect:
    """What a report would ask for. Refused like `report`."""
    with desk.read() as work:
        said = _examined(work, form)
        before = {one.key for one in asked_papers(said.row)}
        after = asked_papers(said.row, _as_row(said))
        return Prospect(tuple(one for one in after if one.key not in before), said.warnings)


def report(desk: Desk, form: ReportForm) -> Reported:
    """Take in the second report of an accident; whatever papers it lacks may follow, and a later report counts instead
    of an earlier one. It is taken in every state of the claim.

    Of a restricted claim all of it is sealed to the centre's claims key. Refused: `required`, what `claim_named` finds,
    `worker.erased`, what `report_problems` finds, `claim.sealing_key_missing`.
    """
    with desk.work() as work:
        said = _examined(work, form)
        row, restricted = said.row, said.row.restricted
        details = ReportDetails(
            description=_typed(form.description),
            filer_name=_typed(form.filer_name),
            filer_phone=_typed(form.filer_phone),
        )
        entry = work.record(
            ClaimReported(
                claim_id=row.id,
                mission=work.mission,
                business_date=work.today,
                outcome="" if restricted else said.outcome,
                outcome_date=None if restricted else form.outcome_date,
                benefits=() if restricted else said.benefits,
                filed_by=UNTOLD_FILER if restricted else said.filed_by,
                flags=() if restricted else tuple(one.code for one in said.warnings if one.code in FLAGGED),
                personal=ReportDetails() if restricted else details,
            ),
            sealed=_sealed(work, form, said, details) if restricted else None,
        )
        documents = documents_of(work.connection, [row.id]).get(row.id, ())
        reported = reports_of(work.connection, [row.id]).get(row.id)
        return Reported(entry.id, row.id, row.number, still_missing(row, documents, reported), said.warnings)


def _examined(work: Work, form: ReportForm) -> _Said:
    problems = [
        Problem(field, "required") for field in ("claim", "outcome", "outcome_date") if not getattr(form, field)
    ]
    if problems or form.outcome_date is None:
        raise Refused(*problems)
    claim_id = claim_named(work, form.claim or "")
    row = work.connection.execute(select(claim).where(claim.c.id == claim_id)).one()
    require(work.connection, row.worker_id)
    outcome = (form.outcome or "").strip().lower()
    filed_by = (form.filed_by or ("heir" if outcome == "died" else "worker")).strip().lower()
    benefits = tuple(dict.fromkeys(one.strip().upper() for one in form.benefits or ()))
    known = known_kind(row)
    if known is None:
        refuse_if(_sealed_problems(work, row, form, outcome, filed_by, benefits))
        return _Said(row, None, outcome, benefits, filed_by, ())
    refuse_if(
        report_problems(known, outcome, form.outcome_date, filed_by, benefits, row.event_date, work.today)
        + ([] if benefits else [Problem("benefits", "claim.no_benefit")])
    )
    warnings = report_warnings(known, known.outcome(outcome), benefits)
    return _Said(row, known, outcome, benefits, filed_by, tuple(warnings))


def _sealed_problems(
    work: Work, row: Row[Any], form: ReportForm, outcome: str, filed_by: str, benefits: tuple[str, ...]
) -> list[Problem]:
    """What can be told of a claim whose kind is sealed, or which a newer counter filed."""
    problems: list[Problem] = []
    if not row.restricted:
        problems.append(Problem.of("claim", "claim.kind_unknown", kind=row.benefit))
    if outcome not in SEALED_OUTCOMES:
        problems.append(Problem.of("outcome", "claim.outcome_unknown", outcome=outcome[:40]))
    if filed_by not in FILED_BY:
        problems.append(Problem.of("filed_by", "claim.filed_by_unknown", filed_by=filed_by[:40]))
    elif outcome == "died" and filed_by == "worker":
        problems.append(Problem("filed_by", "claim.death_by_worker"))
    if form.outcome_date is not None and form.outcome_date > work.today:
        problems.append(Problem.of("outcome_date", "claim.outcome_in_future", day=form.outcome_date.isoformat()))
    for one in benefits:
        try:
            benefit(one, on=row.rules_from, field="benefits")
        except Refused as refusal:
            problems += refusal.problems
    if not problems and work.terminal.claims_key is None:
        problems.append(Problem("claim", "claim.sealing_key_missing"))
    return problems


def _sealed(work: Work, form: ReportForm, said: _Said, details: ReportDetails) -> bytes:
    assert work.terminal.claims_key is not None
    part = SealedReport(
        outcome=said.outcome,
        outcome_date=form.outcome_date,
        benefits=said.benefits,
        description=details.description or "",
        filer_name=details.filer_name or "",
        filer_phone=details.filer_phone or "",
        filed_by=said.filed_by,
    )
    return seal_part(part, work.terminal.claims_key)


class _AsRow:
    """A report that is not recorded yet, as the query for papers looks at one."""

    def __init__(self, outcome: str, benefits: tuple[str, ...]) -> None:
        self.outcome, self.benefits = outcome, benefits


def _as_row(said: _Said) -> Any:
    return _AsRow(said.outcome, said.benefits)


def _typed(text: str | None) -> str | None:
    return (text or "").strip() or None
