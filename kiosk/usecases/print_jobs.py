"""Print jobs: how far each paper got, from the work it proves to somebody's hand.

committed   the work is in the journal and its paper is owed: written in the same transaction
rendered    it was made, with its mark (original or SALINAN n)
spooled     a printer's queue has it
confirmed   it is out: the queue or the printer says so, or whoever looked; or it was saved as a file
failed      a printer refused it or broke it off, or whoever looked says that it did not come out
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from kiosk.desk import Desk, Work
from kiosk.devices.printer import Printer
from kiosk.store.tables import print_job
from models.journal.ids import new_id
from models.rules.receipt_numbers import parse_number
from models.rules.tills import as_z_number

State = Literal["committed", "rendered", "spooled", "confirmed", "failed"]


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A paper that was promised or made and is not known to be out. `printer` is the queue or address that has it,
    where one has."""

    id: UUID
    number: str
    state: State
    at: datetime
    printer: str | None = None

    @property
    def on_its_way(self) -> bool:
        """A printer has it; whether it came out is not known. Every other one certainly did not."""
        return self.state == "spooled"


def promise(work: Work, number: str) -> None:
    """Owe the paper of the work that is being recorded: whatever happens next, it is listed until it is out."""
    begin(work, number, new_id(), "committed")


def begin(work: Work, number: str, job: UUID, state: State = "rendered") -> None:
    """Put down a paper, in the transaction that makes it due."""
    work.connection.execute(
        print_job.insert().values(
            id=job,
            paper=_kind(number),
            number=number,
            state=state,
            at=work.now,
            operator=work.operator.id,
        )
    )


def _kind(number: str) -> str:
    if as_z_number(number):
        return "z"
    return "claim" if parse_number(number).claim else "receipt"


def note(desk: Desk, job: UUID, state: State, printer: str | None = None) -> None:
    """Keep how far a paper got. `printer`: the name it can be asked about by, or the queue or address."""
    values = {"state": state} | ({"printer": printer} if printer else {})
    with desk.store.write(new_work=False) as connection:
        connection.execute(update(print_job).where(print_job.c.id == job).values(values))


def unconfirmed(desk: Desk) -> list[PrintJob]:
    """Papers that are not known to be out, oldest first: to be offered at the next sign-in."""
    with desk.read() as work:
        rows = work.connection.execute(
            select(print_job).where(print_job.c.state != "confirmed").order_by(print_job.c.at, print_job.c.id)
        )
        return [PrintJob(row.id, row.number, row.state, row.at, _queue(row.printer)) for row in rows]


def confirm_sent(desk: Desk) -> int:
    """Somebody has looked: all that printers were given is out. How many that were."""
    with desk.store.write(new_work=False) as connection:
        done = connection.execute(update(print_job).where(print_job.c.state == "spooled").values(state="confirmed"))
        return done.rowcount


def ask(desk: Desk, printer: Printer) -> int:
    """Ask the queues what became of the papers they have, and note it; how many are known now that were not before.
    Trouble `printer.failed`."""
    with desk.read() as work:
        rows = work.connection.execute(
            select(print_job.c.id, print_job.c.printer).where(print_job.c.state == "spooled")
        )
        by_request = {row.printer: row.id for row in rows if row.printer and _queue(row.printer) != row.printer}
    fates = printer.fates(by_request)
    if not fates:
        return 0
    with desk.store.write(new_work=False) as connection:
        for request, fate in fates.items():
            connection.execute(
                update(print_job)
                .where(print_job.c.id == by_request[request], print_job.c.state == "spooled")
                .values(state="confirmed" if fate == "done" else "failed")
            )
    return len(fates)


def _queue(printer: str | None) -> str | None:
    """The queue of a request: Loket of Loket-12. An address is its own."""
    if printer is None or "/" in printer:
        return printer
    queue, _, job = printer.rpartition("-")
    return queue if queue and job.isdigit() else printer
