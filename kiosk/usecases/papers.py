"""Papers: issuing receipts and slips, counting the copies, and handing them to a printer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from kiosk.desk import Desk, Work
from kiosk.devices.printer import Printer
from kiosk.queries.deaths import statement_paper_in
from kiosk.queries.memberships import move_paper_in
from kiosk.queries.papers import (
    claim_paper_in,
    copy_of,
    find_paper,
    receipt_paper_in,
)
from kiosk.queries.reversal_papers import refund_paper_in, void_paper_in
from kiosk.queries.tills import find_till
from kiosk.queries.z_papers import z_paper_in
from kiosk.store.tables import print_job
from kiosk.usecases import print_jobs
from kiosk.usecases.print_jobs import PrintJob, note, unconfirmed
from kiosk.usecases.printers import RENDERED, printer_for, printing, require_sheets
from models.journal.contributions import ReceiptReprinted
from models.journal.ids import new_id
from models.ledger.tables import till
from models.rules.problems import Trouble
from models.rules.receipt_numbers import parse_number
from models.rules.tills import as_z_number
from reports.claim_slip import claim_slip_form
from reports.cover_move import cover_move_form
from reports.mission_statement import render_mission_statement, statement_form
from reports.paper import Form, render
from reports.receipt import receipt_form
from reports.refund import refund_form
from reports.void import void_form
from reports.z_report import render_z_report, z_form

_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to be printed: `copy` 0 is the original, n is SALINAN n. `pdf` is its A5 page; its `form` is set
    anew for other sizes. A report's pages are A4 (`is_report`), whatever a printer is fed with; a roll gets its sum."""

    job: UUID
    number: str
    copy: int
    pdf: bytes
    form: Form
    is_report: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What a print command came to: `done` if the printer says by itself that the paper is out. Further sheets of the
    same command are copies: the last one's mark, or why one of them stayed behind; it is listed as not printed."""

    queue: str
    done: bool
    last_copy: int = 0
    trouble: Trouble | None = None


def issue(desk: Desk, number: str) -> Paper:
    """Make the paper with this number. The first one made here at the issuing terminal is the original; every
    other is a copy, counted (of all but a claim slip in the journal) and marked.

    Where the paper of the work itself was promised (`print_jobs.promise`), that one is made. A paper is noted as
    rendered in the transaction that gives it its mark. Refused: `receipt.unknown`, `receipt_number.form`.
    """
    number = _written(number)
    with desk.work() as work:
        jobs = _jobs(work, number)
        promised = next((job.id for job in jobs if job.state == "committed"), None)
        return _made(work, number, promised or _begin(work, number, jobs))


def issue_once(desk: Desk, number: str) -> Paper:
    """The paper that belongs to the answer of a payment or claim: the first one made, however often it is asked
    for. Refused like `issue`."""
    number = _written(number)
    with desk.work(new_work=False) as work:
        jobs = _jobs(work, number)
        return _made(work, number, jobs[0].id if jobs else _begin(work, number, jobs))


def make(desk: Desk, number: str) -> Paper:
    """The paper to hand out: the one that never came out, with the mark it had; else one more. Refused like `issue`."""
    number = _written(number)
    owed = next((job for job in unconfirmed(desk) if job.number == number and not job.on_its_way), None)
    return issue(desk, number) if owed is None else again(desk, owed)


def preview(desk: Desk, number: str) -> bytes:
    """The paper as its original looks, to be read on screen only; nothing is counted."""
    number = _written(number)
    with desk.read() as work:
        return _rendered(work, number, copy=0).pdf


def send(desk: Desk, paper: Paper, printer: Printer, *, to: str | None = None, sheets: int | None = None) -> Sent:
    """Hand a paper to the printer, as large as it is fed there, and note how far it got.

    One command gives `sheets`: this paper, and copies of it, each counted and marked as any other copy, so that there
    is one original whatever is asked for. None gives what this counter is set to, and of a copy one.
    Trouble `printer.*`: the paper stays listed as not printed, and can be sent again or elsewhere.
    Refused `printer.copies`."""
    if sheets is not None:
        require_sheets(sheets)
    queue, done = _hand_over(desk, paper, printer, to)
    if sheets is None:
        sheets = 1 if paper.copy else printing(desk).copies
    last = paper.copy
    try:
        for _further in range(1, sheets):
            copy = issue(desk, paper.number)
            done = _hand_over(desk, copy, printer, queue)[1] and done
            last = copy.copy
    except Trouble as trouble:
        return Sent(queue, False, last, trouble)
    return Sent(queue, done, last)


def _hand_over(desk: Desk, paper: Paper, printer: Printer, to: str | None) -> tuple[str, bool]:
    try:
        name, size = printer_for(desk, printer, to)
        as_it_is = size == "a5" or (paper.is_report and size != "80mm")
        content = paper.pdf if as_it_is else RENDERED[size](paper.form)
        spooled = printer.send(content, paper.number, to=name, raw=size == "80mm")
    except Trouble:
        note(desk, paper.job, "failed")
        raise
    note(desk, paper.job, "confirmed" if spooled.done else "spooled", spooled.request or spooled.queue)
    return spooled.queue, spooled.done


def again(desk: Desk, job: PrintJob) -> Paper:
    """The same paper once more, because it never came out: an original stays an original."""
    with desk.work(new_work=False) as work:
        return _made(work, job.number, job.id)


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


def _made(work: Work, number: str, job: UUID) -> Paper:
    """The paper of this job, with the mark it was given."""
    copy = _copy_made_by(work, number, job)
    made = _rendered(work, number, copy)
    work.connection.execute(
        update(print_job).where(print_job.c.id == job, print_job.c.state == "committed").values(state="rendered")
    )
    return Paper(job, number, copy, made.pdf, made.form, is_report=made.is_report)


def _begin(work: Work, number: str, earlier: Sequence[Any]) -> UUID:
    """One more paper with this number; returns its job. A copy of all but a claim slip stands in the journal under the
    job's id."""
    job = new_id()
    if as_z_number(number):
        find_till(work.connection, number)
    else:
        paper = find_paper(work.connection, number)
        if paper.kind not in ("claim", "statement") and (paper.terminal != work.terminal.id or earlier):
            body = ReceiptReprinted(worker_id=paper.worker_id, mission=work.mission, receipt_id=paper.id)
            work.record(body, entry_id=job)
    print_jobs.begin(work, number, job)
    return job


def _copy_here(work: Work, number: str, earlier: int) -> int:
    """Slips and reports are counted at each counter for itself; only the one that made them has the original."""
    if as_z_number(number):
        made_at = work.connection.scalar(select(till.c.terminal).where(till.c.id == find_till(work.connection, number)))
    else:
        made_at = find_paper(work.connection, number).terminal
    return earlier if made_at == work.terminal.id else earlier + 1


def _copy_made_by(work: Work, number: str, job: UUID) -> int:
    if as_z_number(number) or parse_number(number).claim:
        return _copy_here(work, number, [one.id for one in _jobs(work, number)].index(job))
    return copy_of(work.connection, job)


def _jobs(work: Work, number: str) -> Sequence[Any]:
    """The papers made here with this number, the first one first."""
    return work.connection.execute(
        select(print_job.c.id, print_job.c.state)
        .where(print_job.c.number == number)
        .order_by(print_job.c.at, print_job.c.id)
    ).all()


def _written(number: str) -> str:
    """The number as it stands on the paper. Refused `receipt_number.form`."""
    return as_z_number(number) or str(parse_number(number))


class _Rendered(NamedTuple):
    """A paper's own pages, what they say for other sizes, and whether they are A4 pages, whatever a printer is fed."""

    pdf: bytes
    form: Form
    is_report: bool


def _rendered(work: Work, number: str, copy: int) -> _Rendered:
    if as_z_number(number):
        report = z_paper_in(work, number, copy)
        return _Rendered(render_z_report(report), z_form(report), is_report=True)
    match find_paper(work.connection, number).kind:
        case "statement":
            letter = statement_paper_in(work, number, copy)
            return _Rendered(render_mission_statement(letter), statement_form(letter), is_report=True)
        case "receipt":
            form = receipt_form(receipt_paper_in(work, number, copy))
        case "void":
            form = void_form(void_paper_in(work, number, copy))
        case "refund":
            form = refund_form(refund_paper_in(work, number, copy))
        case "move":
            form = cover_move_form(move_paper_in(work, number, copy))
        case "claim":
            form = claim_slip_form(claim_paper_in(work, number, copy))
    return _Rendered(render(form), form, is_report=False)
