"""Papers: issuing receipts and slips, counting the copies, and knowing which ones reached a printer."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, update

from kiosk.desk import Desk, Work
from kiosk.devices.printer import Printer
from kiosk.queries.papers import claim_paper, find_receipt, receipt_paper, reprints
from kiosk.store.tables import print_job
from models.journal.contributions import ReceiptReprinted
from models.journal.ids import new_id
from models.ledger.tables import receipt
from models.rules.problems import Trouble
from models.rules.receipt_numbers import parse_number
from reports.claim_slip import render_claim_slip
from reports.receipt import render_receipt

_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF ready to be printed: `copy` 0 is the original, n is SALINAN n."""

    job: UUID
    number: str
    copy: int
    pdf: bytes


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A paper that was made and has perhaps not come out of a printer."""

    id: UUID
    number: str
    state: Literal["rendered", "spooled", "confirmed", "failed"]
    at: datetime


def issue(desk: Desk, number: str) -> Paper:
    """Make the paper with this number. The first one made here at the issuing terminal is the original; every
    other is a copy, counted (for a receipt in the journal) and marked.

    What is to be printed is on disk before the PDF exists. Refused: `receipt.unknown`, `receipt_number.form`.
    """
    is_claim = parse_number(number).claim
    if is_claim:
        slip = claim_paper(desk, number)
        with desk.work() as work:
            copy = _made_before(work, slip.number)
            job = _begin(work, "claim", slip.number)
        return Paper(job, slip.number, copy, render_claim_slip(replace(slip, copy=copy)))
    paper = receipt_paper(desk, number)
    with desk.work() as work:
        copy = _next_copy(work, paper.number)
        job = _begin(work, "receipt", paper.number)
    return Paper(job, paper.number, copy, render_receipt(replace(paper, copy=copy)))


def issued_before(desk: Desk, number: str) -> Paper:
    """The original once more for whoever asked for it and lost the answer; made now if it never was."""
    with desk.read() as work:
        job = work.connection.scalar(
            select(print_job.c.id).where(print_job.c.number == number).order_by(print_job.c.id).limit(1)
        )
    return issue(desk, number) if job is None else Paper(job, number, 0, preview(desk, number))


def preview(desk: Desk, number: str) -> bytes:
    """The paper as its original looks, to be read on screen only; nothing is counted."""
    if parse_number(number).claim:
        return render_claim_slip(claim_paper(desk, number))
    return render_receipt(receipt_paper(desk, number))


def send(desk: Desk, paper: Paper, printer: Printer, *, to: str | None = None) -> str:
    """Hand a paper to the printer and note how far it got. Trouble `printer.*`: the paper stays listed as not
    printed, and can be sent again or elsewhere."""
    try:
        queue = printer.send(paper.pdf, paper.number, to=to)
    except Trouble:
        note(desk, paper.job, "failed")
        raise
    note(desk, paper.job, "spooled", queue)
    return queue


def note(desk: Desk, job: UUID, state: str, printer: str | None = None) -> None:
    """Keep how far a paper got: spooled, confirmed by the clerk, or failed."""
    with desk.store.write(new_work=False) as connection:
        connection.execute(update(print_job).where(print_job.c.id == job).values(state=state, printer=printer))


def unconfirmed(desk: Desk) -> list[PrintJob]:
    """Papers that were made and never reached a printer, oldest first: to be offered at the next sign-in."""
    with desk.read() as work:
        rows = work.connection.execute(
            select(print_job).where(print_job.c.state.in_(("rendered", "failed"))).order_by(print_job.c.at)
        )
        return [PrintJob(row.id, row.number, row.state, row.at) for row in rows]


def again(desk: Desk, job: PrintJob) -> Paper:
    """The same paper once more, because it never came out: an original stays an original."""
    with desk.read() as work:
        earlier = work.connection.scalar(
            select(func.count()).where(
                print_job.c.number == job.number, print_job.c.at <= job.at, print_job.c.id < job.id
            )
        )
    copy = earlier or 0
    if parse_number(job.number).claim:
        return Paper(job.id, job.number, copy, render_claim_slip(replace(claim_paper(desk, job.number), copy=copy)))
    return Paper(job.id, job.number, copy, render_receipt(replace(receipt_paper(desk, job.number), copy=copy)))


def print_folder(folder: Path, *, empty: bool = False) -> Path:
    """The one place papers may lie as files, for commands run without a window: readable by nobody else, and
    nothing stays over a day (`empty`: nothing stays). Trouble `paper.folder` when it cannot be written."""
    place = folder / "print"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        for paper in place.iterdir():
            if empty or time.time() - paper.stat().st_mtime > _KEPT_SECONDS:
                paper.unlink()
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise Trouble("paper.folder", path=place, said=error.strerror or str(error)) from error
    return place


def _next_copy(work: Work, number: str) -> int:
    receipt_id = find_receipt(work.connection, number)
    issued_here = work.connection.scalar(select(receipt.c.terminal).where(receipt.c.id == receipt_id))
    if issued_here == work.terminal.id and not _made_before(work, number):
        return 0
    copy = reprints(work.connection, receipt_id) + 1
    worker_id = work.connection.execute(select(receipt.c.worker_id).where(receipt.c.id == receipt_id)).scalar_one()
    work.record(ReceiptReprinted(worker_id=worker_id, mission=work.mission, receipt_id=receipt_id))
    return copy


def _made_before(work: Work, number: str) -> int:
    return work.connection.scalar(select(func.count()).where(print_job.c.number == number)) or 0


def _begin(work: Work, paper: str, number: str) -> UUID:
    job = new_id()
    work.connection.execute(
        print_job.insert().values(
            id=job, paper=paper, number=number, state="rendered", at=work.now, operator=work.operator.id
        )
    )
    return job
