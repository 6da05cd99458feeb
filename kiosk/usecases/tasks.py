"""Tasks: somebody looked at what was flagged, notes what was found and done, and closes it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.tasks import SettledTask, settled
from kiosk.usecases.approvals import Approval, approve, supervises
from models.journal.tasks import FlagSettled, TaskNote
from models.ledger.tables import flag
from models.rules.problems import Problem, Refused
from models.rules.tasks import closes


def settle(desk: Desk, entry_id: UUID, code: str, note: str, approval: Approval | None = None) -> SettledTask:
    """Close the flag `code` of an entry. Any member of staff may, but where money is asked about a supervisor does, or
    a clerk with one as second person. What clashes in cover goes when the days are moved, a withdrawn consent when it
    is acted on.

    Refused: `note` `required`, `task.unknown`, `task.already`, `task.moving`, `task.acting`, and what approving finds.
    """
    if not (said := note.strip()):
        raise Refused(Problem("note", "required"))
    with desk.read() as work:
        stands = work.connection.execute(
            select(flag.c.worker_id).where(flag.c.entry_id == entry_id, flag.c.code == code)
        ).first()
        if stands is None:
            raise Refused(Problem("task", "task.unknown"))
        if (before := settled(work.connection, entry_id, code)) is not None:
            raise Refused(Problem.of("task", "task.already", name=before.operator, day=before.at.date()))
    how = closes(code)
    if how == "moving":
        raise Refused(Problem("task", "task.moving"))
    if how == "centre":
        raise Refused(Problem("task", "task.centre"))
    if how == "acting":
        raise Refused(Problem("task", "task.acting"))
    if how == "supervisor" and not supervises(desk):
        second = approve(desk, approval or Approval("", ""), reason_needed=False)
        said = f"{said} (disetujui {second.name})"
    with desk.work() as work:
        entry = work.record(
            FlagSettled(
                entry_id=entry_id,
                code=code,
                mission=work.mission,
                worker_id=stands.worker_id,
                personal=TaskNote(note=said),
            )
        )
        return SettledTask(entry.id, entry_id, code, work.now, work.operator.name, said)
