"""Coverage: a supervisor moves days that two counters sold twice or left uncovered; a paper replaces the old days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiosk.desk import Desk
from kiosk.forms.coverage import CoverMove
from kiosk.queries.coverage import PaidLine, PaidPerson, paid_days_in
from kiosk.queries.persons import require
from kiosk.usecases import print_jobs
from kiosk.usecases.approvals import MAY_APPROVE, Approval, approve
from models.journal.coverage import CoverageMoved, Move, MoveDetails
from models.journal.ids import new_id
from models.rules.coverage import Cover, overlapping, standing_from
from models.rules.names import initials
from models.rules.problems import Problem, Refused
from models.rules.token import ReceiptFacts, TokenLine, make_token


@dataclass(frozen=True, slots=True)
class Moved:
    """Days that were moved, each line with where it stands now; `number` is its paper's."""

    move_id: UUID
    number: str
    worker_id: UUID
    lines: tuple[tuple[PaidLine, Cover], ...]


def move(desk: Desk, form: CoverMove, approval: Approval | None = None) -> Moved:
    """Let lines of a person's receipts cover other days from now on; what their papers say never changes.

    A supervisor does it alone, anybody else with one as second person. Refused: `required`, `worker.unknown`,
    `cover_move.unknown`, `cover_move.nothing`, `cover_move.overlaps`, and what approving finds.
    """
    reason = form.why()
    approved_by = None
    if desk.operator.role not in MAY_APPROVE:
        approved_by = approve(desk, approval or Approval("", ""), reason_needed=False).operator_id
    with desk.work() as work:
        person = paid_days_in(work, form.worker())
        known = require(work.connection, person.worker_id)
        moved = _asked(form, person)
        _require_no_overlap(person, moved)
        number = work.next_number()
        lines = tuple((line, moved[line.receipt_id, line.line]) for line in person.lines if _key(line) in moved)
        token = make_token(
            ReceiptFacts(
                kind="move",
                number=str(number),
                issued_on=work.today,
                initials=initials(known.name or "—"),
                passport_end=(known.passport_number or "")[-4:],
                lines=tuple(
                    TokenLine(cover.programme, line.months, cover.covered_from, cover.covered_to)
                    for line, cover in lines
                ),
                refers=lines[0][0].number,
            ),
            work.terminal.key.sign,
            work.terminal.thumbprint,
        )
        entry = work.record(
            CoverageMoved(
                worker_id=person.worker_id,
                mission=work.mission,
                moves=tuple(
                    Move(
                        receipt_id=line.receipt_id,
                        line=line.line,
                        anchor=cover.anchor,
                        anchor_months=cover.anchor_months,
                        covered_from=cover.covered_from,
                        covered_to=cover.covered_to,
                    )
                    for line, cover in lines
                ),
                business_date=work.today,
                number=str(number),
                year=number.year,
                serial=number.serial,
                approved_by=approved_by,
                personal=MoveDetails(reason=reason, token=token),
            ),
            entry_id=new_id(),
        )
        print_jobs.promise(work, str(number))
    return Moved(entry.id, str(number), person.worker_id, lines)


def _key(line: PaidLine) -> tuple[UUID, int]:
    return line.receipt_id, line.line


def _asked(form: CoverMove, person: PaidPerson) -> dict[tuple[UUID, int], Cover]:
    if form.moves is None:
        proposed = {_key(line): line.proposed for line in person.lines if line.proposed is not None}
        if not proposed:
            raise Refused(Problem("moves", "cover_move.nothing"))
        return proposed
    by_number = {(line.number, line.line + 1): line for line in person.lines}
    problems: list[Problem] = []
    asked = {}
    for at, one in enumerate(form.moves):
        line = by_number.get(((one.receipt or "").strip().upper(), one.line))
        if not one.receipt:
            problems.append(Problem(f"moves[{at}].receipt", "required"))
        elif line is None:
            problems.append(Problem.of(f"moves[{at}].receipt", "cover_move.unknown", number=one.receipt, line=one.line))
        elif one.covered_from is None:
            problems.append(Problem(f"moves[{at}].covered_from", "required"))
        else:
            asked[_key(line)] = _standing(line, one.covered_from)
    if problems:
        raise Refused(*problems)
    changed = {key: cover for key, cover in asked.items() if cover != _stands(person)[key]}
    if not changed:
        raise Refused(Problem("moves", "cover_move.nothing"))
    return changed


def _standing(line: PaidLine, first: date) -> Cover:
    """Beginning on the proposed day it joins what is there, as proposed; on any other day it stands by itself."""
    if line.proposed is not None and line.proposed.covered_from == first:
        return line.proposed
    return standing_from(line.programme, line.months, first)


def _stands(person: PaidPerson) -> dict[tuple[UUID, int], Cover]:
    return {_key(line): line.stands for line in person.lines}


def _require_no_overlap(person: PaidPerson, moved: dict[tuple[UUID, int], Cover]) -> None:
    """What is moved must not fall on days that are paid; what clashes elsewhere may wait for another move."""
    for one, other in overlapping(list((_stands(person) | moved).values())):
        lines = person.lines[one], person.lines[other]
        if any(_key(line) in moved for line in lines):
            problem = Problem.of("moves", "cover_move.overlaps", number=lines[1].number, other=lines[0].number)
            raise Refused(problem)
