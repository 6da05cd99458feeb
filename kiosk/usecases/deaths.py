"""Deaths and missing persons: the mission states one in a letter of its own, and notes which heir was told."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.forms.death import ContactForm, StatementForm, said
from kiosk.forms.payment import worker_id
from kiosk.queries.deaths import statement_paper_in
from kiosk.queries.persons import registrations_of, require
from kiosk.usecases import print_jobs
from kiosk.usecases.claims import Document, attach, find_claim
from kiosk.usecases.requests import first_answer, keep_answer
from models.journal.deaths import HeirContact, HeirInformed, StatementDetails, StatementIssued
from models.journal.ids import new_id
from models.ledger.tables import claim
from models.rules.deaths import About, about, contact_problems, proof_kind, statement_problems
from models.rules.names import initials
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.token import ReceiptFacts, make_token
from reports.mission_statement import render_mission_statement


@dataclass(frozen=True, slots=True)
class Stated:
    """A letter the mission made; `claim` is the number of the claim it was attached to, "" for none."""

    statement_id: UUID
    number: str
    about: About
    claim: str = ""


def issue_statement(desk: Desk, form: StatementForm) -> Stated:
    """State a death or a disappearance in a letter with a number of the series of claims; its paper is owed from then
    on. Where it names a claim it is attached to that as well, as the proof which the checklist asks for.

    A repeated `request_id` with the same content gives the first answer. Refused: `required`, `statement.*`,
    `text.too_long`, `worker.unknown`, `worker.erased`, and on "claim" what `find_claim` finds and
    `statement.other_claim`."""
    claim_id = _claim(desk, form)
    what = about(form.about or "")
    lines = {
        "place": said(form.place),
        "signatory": said(form.signatory),
        "source": said(form.source),
        "circumstances": (form.circumstances or "").strip(),
        "letter_number": said(form.letter_number),
        "signatory_title": said(form.signatory_title),
    }
    with desk.work() as work:
        first = first_answer(work, form.request_id, form.content(), Stated)
        repeated = first is not None
        if first is None:
            refuse_if(statement_problems(event_date=form.event_date, today=work.today, **lines))
            assert form.event_date is not None, "a missing day is refused"
            person = require(work.connection, worker_id(form.worker_id))
            _require_theirs(work, claim_id, person.id)
            name, number, statement_id = person.name or "—", work.next_number(is_claim=True), new_id()
            facts = ReceiptFacts(
                kind="statement",
                number=str(number),
                issued_on=work.today,
                initials=initials(name),
                passport_end=(person.passport_number or "")[-4:],
                about=what,
                event_on=form.event_date,
            )
            work.record(
                StatementIssued(
                    worker_id=person.id,
                    mission=work.mission,
                    number=str(number),
                    year=number.year,
                    serial=number.serial,
                    business_date=work.today,
                    about=what,
                    event_date=form.event_date,
                    claim_id=None if _is_restricted(work, claim_id) else claim_id,
                    personal=StatementDetails(
                        token=make_token(facts, work.terminal.key.sign, work.terminal.thumbprint),
                        worker_name=name,
                        passport_number=person.passport_number,
                        birth_date=person.birth_date,
                        **{field: written or None for field, written in lines.items()},
                    ),
                ),
                entry_id=statement_id,
            )
            print_jobs.promise(work, str(number))
            first = Stated(statement_id, str(number), what)
            keep_answer(work, form.request_id, form.content(), first)
        pdf = render_mission_statement(statement_paper_in(work, first.number))
        kind = proof_kind(what, work.terminal.mission.kind)
        # Sealed anew it would be another document each time.
        sealed_before = repeated and _is_restricted(work, claim_id)
    if claim_id is None or sealed_before:
        return first
    added = attach(desk, claim_id, [Document(kind, f"{first.number}.pdf", pdf)])
    return Stated(first.statement_id, first.number, first.about, added.number)


def _require_theirs(work: Work, claim_id: UUID | None, person: UUID) -> None:
    """Refused on "claim" `statement.other_claim` where the claim is about somebody else."""
    holder = work.connection.scalar(select(claim.c.worker_id).where(claim.c.id == claim_id)) if claim_id else None
    if holder is not None and holder not in registrations_of(work.connection, person):
        raise Refused(Problem("claim", "statement.other_claim"))


def _is_restricted(work: Work, claim_id: UUID | None) -> bool:
    """Whether nothing that can be read here may say what this claim is about: that it rests on a death, for one."""
    return bool(work.connection.scalar(select(claim.c.restricted).where(claim.c.id == claim_id)))


def _claim(desk: Desk, form: StatementForm) -> UUID | None:
    if not said(form.claim):
        return None
    try:
        return find_claim(desk, said(form.claim))
    except Refused as refusal:
        raise Refused(*(Problem("claim", one.code, one.values) for one in refusal.problems)) from refusal


def tell_heir(desk: Desk, form: ContactForm) -> None:
    """Note that somebody told an heir, or tried to. Refused: `required`, `heir.channel`, `text.too_long`,
    `worker.unknown`, `worker.erased`."""
    name, channel, note = said(form.name), said(form.channel).lower(), (form.note or "").strip()
    refuse_if(contact_problems(name=name, channel=channel, note=note, phone=said(form.phone)))
    with desk.work() as work:
        person = require(work.connection, worker_id(form.worker_id))
        work.record(
            HeirInformed(
                worker_id=person.id,
                mission=work.mission,
                business_date=work.today,
                channel=channel,
                reached=form.reached,
                personal=HeirContact(
                    name=name, relation=said(form.relation) or None, phone=said(form.phone) or None, note=note or None
                ),
            )
        )
