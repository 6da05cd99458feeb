"""Coverage: a supervisor moves days that two counters sold twice or left uncovered; a paper replaces the old days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiosk.desk import Desk
from kiosk.forms.coverage import CoverMove, LineMove
from kiosk.queries.coverage import PaidLine, PaidPerson, paid_days_in
from kiosk.queries.persons import require
from kiosk.usecases import print_jobs
from kiosk.usecases.approvals import Approval, approve, supervises
from models.journal.coverage import CoverageMoved, Move, MoveDetails
from models.journal.ids import new_id
from models.posting.flags import GAP, OVERLAP
from models.rules.coverage import Cover, cut_off, overlapping, standing_from
from models.rules.names import initials
from models.rules.problems import Problem, refuse_if
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
    if not supervises(desk):
        approved_by = approve(desk, approval or Approval("", ""), reason_needed=False).operator_id
    with desk.work() as work:
        person = paid_days_in(work, form.worker())
        known = require(work.connection, person.worker_id)
        moved = _asked(form, person)
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


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a person's lines would stand, in the order of `person.lines`, and what speaks against it. `left`: which
    receipts would still be flagged, as (code, number)."""

    covers: tuple[Cover, ...]
    moved: frozenset[int]
    problems: tuple[Problem, ...]
    left: tuple[tuple[str, str], ...]


def plan(person: PaidPerson, moves: Sequence[LineMove]) -> Plan:
    """What becomes of these moves, before anything is recorded. Problems on `moves[i].receipt|covered_from` or `moves`:
    `required`, `cover_move.unknown`, `cover_move.nothing`, `cover_move.overlaps`."""
    by_number = {(line.number, line.line + 1): at for at, line in enumerate(person.lines)}
    problems: list[Problem] = []
    asked: dict[int, tuple[int, Cover]] = {}
    for at, one in enumerate(moves):
        place = by_number.get(((one.receipt or "").strip().upper(), one.line))
        if not one.receipt:
            problems.append(Problem(f"moves[{at}].receipt", "required"))
        elif place is None:
            problems.append(Problem.of(f"moves[{at}].receipt", "cover_move.unknown", number=one.receipt, line=one.line))
        elif one.covered_from is None:
            problems.append(Problem(f"moves[{at}].covered_from", "required"))
        else:
            asked[place] = at, _standing(person.lines[place], one.covered_from)
    moved = {place: cover for place, (_, cover) in asked.items() if cover != person.lines[place].stands}
    covers = [moved.get(place, line.stands) for place, line in enumerate(person.lines)]
    if not moved and not problems:
        problems.append(Problem("moves", "cover_move.nothing"))
    overlaps = overlapping(covers)
    blamed: set[int] = set()
    for pair in overlaps:
        # What is moved must not fall on days that are paid; what clashes elsewhere may wait for another move.
        place = next((one for one in reversed(pair) if one in moved), None)
        if place is None or place in blamed:
            continue
        blamed.add(place)
        other = pair[0] if place == pair[1] else pair[1]
        numbers = {"number": person.lines[place].number, "other": person.lines[other].number}
        problems.append(Problem.of(f"moves[{asked[place][0]}].covered_from", "cover_move.overlaps", **numbers))
    left = [(OVERLAP, person.lines[max(pair)].number) for pair in overlaps]
    left += [(GAP, person.lines[place].number) for place in cut_off(covers)]
    return Plan(tuple(covers), frozenset(moved), tuple(problems), tuple(dict.fromkeys(left)))


def _key(line: PaidLine) -> tuple[UUID, int]:
    return line.receipt_id, line.line


def _asked(form: CoverMove, person: PaidPerson) -> dict[tuple[UUID, int], Cover]:
    moves = form.moves
    if moves is None:
        moves = tuple(
            LineMove(receipt=line.number, line=line.line + 1, covered_from=line.proposed.covered_from)
            for line in person.lines
            if line.proposed is not None
        )
    found = plan(person, moves)
    refuse_if(found.problems)
    return {_key(person.lines[place]): found.covers[place] for place in found.moved}


def _standing(line: PaidLine, first: date) -> Cover:
    """Beginning on the proposed day it joins what is there, as proposed; on any other day it stands by itself."""
    if line.proposed is not None and line.proposed.covered_from == first:
        return line.proposed
    return standing_from(line.programme, line.months, first)
