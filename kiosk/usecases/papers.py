"""Papers: issuing receipts and slips, counting the copies, and knowing which ones reached a printer."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from kiosk.desk import Desk, Work
from kiosk.devices.printer import Printer
from kiosk.queries.papers import (
    claim_paper,
    claim_paper_in,
    copy_of,
    find_claim,
    find_receipt,
    receipt_paper,
    receipt_paper_in,
    reprints,
)
from kiosk.store.tables import print_job
from models.journal.contributions import ReceiptReprinted
from models.journal.ids import new_id
from models.ledger.tables import claim, receipt
from models.rules.problems import Trouble
from models.rules.receipt_numbers import parse_number
from reports.claim_slip import ClaimSlipPaper, render_claim_slip
from reports.receipt import ReceiptPaper, render_receipt

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
    number = str(parse_number(number))
    with desk.work() as work:
        job, copy = _begin(work, number)
        paper = _paper(work, number, copy)
    return Paper(job, number, copy, _rendered(paper))


def issue_once(desk: Desk, number: str) -> Paper:
    """The paper that belongs to the answer of a payment or claim: the first one made, however often it is asked
    for. Refused like `issue`."""
    number = str(parse_number(number))
    with desk.work() as work:
        job: UUID | None = next(iter(_jobs(work, number)), None)
        if job is None:
            job, copy = _begin(work, number)
        else:
            copy = _copy_made_by(work, number, job)
        paper = _paper(work, number, copy)
    return Paper(job, number, copy, _rendered(paper))


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
        copy = _copy_made_by(work, job.number, job.id)
        paper = _paper(work, job.number, copy)
    return Paper(job.id, job.number, copy, _rendered(paper))


def print_folder(folder: Path) -> Path:
    """The one place papers may lie as files, for commands run without a window: readable by nobody else, and
    nothing stays over a day. Trouble `paper.folder` when it cannot be written."""
    place = folder / "print"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        sweep(folder)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise Trouble("paper.folder", path=place, said=error.strerror or str(error)) from error
    return place


def sweep(folder: Path, *, empty: bool = False) -> None:
    """Take away what has lain in the print folder for a day, or all of it. OSError if that cannot be done."""
    with suppress(FileNotFoundError):
        for paper in (folder / "print").iterdir():
            # Two commands may sweep at once, and what is no file was not put there by us.
            with suppress(FileNotFoundError):
                if paper.is_file() and (empty or time.time() - paper.stat().st_mtime > _KEPT_SECONDS):
                    paper.unlink()


def _begin(work: Work, number: str) -> tuple[UUID, int]:
    """Note that a paper is made now; returns its job and which copy it is. A copy of a receipt stands in the journal
    under the job's id."""
    job = new_id()
    is_claim = parse_number(number).claim
    copy = _claim_copy(work, number, len(_jobs(work, number))) if is_claim else _receipt_copy(work, number, job)
    work.connection.execute(
        print_job.insert().values(
            id=job,
            paper="claim" if is_claim else "receipt",
            number=number,
            state="rendered",
            at=work.now,
            operator=work.operator.id,
        )
    )
    return job, copy


def _receipt_copy(work: Work, number: str, job: UUID) -> int:
    receipt_id = find_receipt(work.connection, number)
    row = work.connection.execute(
        select(receipt.c.terminal, receipt.c.worker_id).where(receipt.c.id == receipt_id)
    ).one()
    if row.terminal == work.terminal.id and not _jobs(work, number):
        return 0
    work.record(ReceiptReprinted(worker_id=row.worker_id, mission=work.mission, receipt_id=receipt_id), entry_id=job)
    return reprints(work.connection, receipt_id)


def _claim_copy(work: Work, number: str, earlier: int) -> int:
    """Slips are counted at each counter for itself; only the one that took the claim in has the original."""
    filed_at = work.connection.scalar(select(claim.c.terminal).where(claim.c.id == find_claim(work.connection, number)))
    return earlier if filed_at == work.terminal.id else earlier + 1


def _copy_made_by(work: Work, number: str, job: UUID) -> int:
    if parse_number(number).claim:
        return _claim_copy(work, number, _jobs(work, number).index(job))
    return copy_of(work.connection, job)


def _jobs(work: Work, number: str) -> list[UUID]:
    """The papers made here with this number, the first one first."""
    return list(
        work.connection.scalars(
            select(print_job.c.id).where(print_job.c.number == number).order_by(print_job.c.at, print_job.c.id)
        )
    )


def _paper(work: Work, number: str, copy: int) -> ReceiptPaper | ClaimSlipPaper:
    if parse_number(number).claim:
        return claim_paper_in(work, number, copy)
    return receipt_paper_in(work, number, copy)


def _rendered(paper: ReceiptPaper | ClaimSlipPaper) -> bytes:
    return render_claim_slip(paper) if isinstance(paper, ClaimSlipPaper) else render_receipt(paper)
