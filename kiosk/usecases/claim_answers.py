"""Claim answers: noting that whoever filed a claim was told what the centre said."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.claims import TOLD, claim_named
from kiosk.queries.persons import require
from kiosk.queries.tasks import SettledTask, settled
from models.journal.tasks import FlagSettled, TaskNote
from models.ledger.tables import claim
from models.rules.problems import Problem, Refused, refuse_if

CHANNELS = {
    "visit": "Di loket",
    "phone": "Lewat telepon",
    "whatsapp": "Lewat WhatsApp",
    "letter": "Lewat surat",
    "other": "Dengan cara lain",
}
"""How somebody was told, as the note says it."""
LONGEST_NOTE = 300


def tell(desk: Desk, number_or_id: str, how: str, note: str = "") -> SettledTask:
    """Note that somebody was told of the decision or the request that stands, and how; the claim leaves the list of
    those to be told. It is settled as a flag is, so that every counter of the mission knows.

    Of a restricted claim only how is kept. Refused: what `claim_named` finds, `worker.erased`, on "how" `required`,
    `claim.channel_unknown`, on "note" `text.too_long`, on "claim" `claim.nothing_to_tell`, `claim.told_already`.
    """
    said, channel = note.strip(), how.strip().lower()
    refuse_if([Problem("how", "required")] if not channel else [])
    with desk.work() as work:
        claim_id = claim_named(work, number_or_id)
        row = work.connection.execute(select(claim).where(claim.c.id == claim_id)).one()
        require(work.connection, row.worker_id)
        problems = []
        if channel not in CHANNELS:
            problems.append(Problem.of("how", "claim.channel_unknown", given=channel[:40], choices=", ".join(CHANNELS)))
        if len(said) > LONGEST_NOTE:
            problems.append(Problem.of("note", "text.too_long", longest=LONGEST_NOTE))
        refuse_if(problems)
        answer: UUID | None = row.request_id if row.state == "asked" else row.decision_id
        if answer is None:
            raise Refused(Problem("claim", "claim.nothing_to_tell"))
        if (before := settled(work.connection, answer, TOLD)) is not None:
            day = before.at.astimezone(ZoneInfo(work.terminal.mission.zone)).date()
            raise Refused(Problem.of("claim", "claim.told_already", name=before.operator, day=day.isoformat()))
        told = " · ".join(part for part in (CHANNELS[channel], "" if row.restricted else said) if part)
        entry = work.record(
            FlagSettled(
                entry_id=answer,
                code=TOLD,
                mission=work.mission,
                worker_id=row.worker_id,
                personal=TaskNote(note=told),
            )
        )
        return SettledTask(entry.id, answer, TOLD, work.now, work.operator.name, told)
