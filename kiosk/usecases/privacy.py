"""Privacy: a worker takes consent back, gives it again, asks for restriction or has it lifted, at any counter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from kiosk.desk import Desk, Work
from kiosk.forms.registration import Consent
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import PrivacyCard, privacy_card_in
from kiosk.usecases.subject_access import subject_access
from models.journal.consents import ConsentGiven, ConsentWithdrawn
from models.journal.workers import Remark, WorkerRestricted
from models.ledger.tables import worker
from models.rules.problems import Problem, Refused
from reports.subject_access import render_subject_access


def withdraw_consent(desk: Desk, worker_id: UUID, remark: str = "") -> PrivacyCard:
    """Record that the worker takes their consent back (UU PDP 27/2022, Art. 9). From here on the data are shown
    restricted, and a task says until when processing has to stop.

    Refused `worker.unknown`, `worker.erased`, `consent.not_given`, `consent.already_withdrawn`."""
    with desk.work() as work:
        person, people = _people(work, worker_id)
        given = [one for one in people if one.consent == "given"]
        if not given:
            said = "consent.already_withdrawn" if any(one.consent for one in people) else "consent.not_given"
            raise Refused(Problem("consent", said))
        for one in given:
            work.record(ConsentWithdrawn(worker_id=one.id, mission=work.mission, personal=_remark(remark)))
        return privacy_card_in(work, person)


def give_consent(desk: Desk, worker_id: UUID, text: Consent | None = None) -> PrivacyCard:
    """Record that the worker agrees, for the first time, again, or to a newer text. What a withdrawal had restricted
    is free again; what the worker asked to be restricted stays so until they have it lifted.

    Refused as `Consent.checked` says, `worker.unknown`, `worker.erased`, `consent.already_given`."""
    with desk.work() as work:
        person, people = _people(work, worker_id)
        agreed = (text or Consent()).checked(work.today)
        shown = privacy_card_in(work, person)
        latest = next((one for one in shown.consents if not one.withdrawn), None)
        standing = (latest.version, latest.language) if latest and shown.consent == "given" else None
        if standing == (agreed.version, agreed.language):
            raise Refused(Problem.of("consent", "consent.already_given", version=agreed.version))
        for one in people:
            if one.id == person or one.consent == "withdrawn":
                work.record(
                    ConsentGiven(
                        worker_id=one.id,
                        mission=work.mission,
                        text_version=agreed.version,
                        language=agreed.language,
                    )
                )
        return privacy_card_in(work, person)


def restrict(desk: Desk, worker_id: UUID, remark: str) -> PrivacyCard:
    """Restrict a person's data at their request (UU PDP 27/2022, Art. 11). After a withdrawal this records what was
    done to stop processing, and closes its task.

    Refused `worker.unknown`, `worker.erased`, `restriction.already`, `restriction.remark_missing`."""
    with desk.work() as work:
        person, people = _people(work, worker_id)
        said = _said(remark)
        shown = privacy_card_in(work, person)
        if shown.asked and shown.task is None:
            raise Refused(Problem("restricted", "restriction.already"))
        waiting = [one.id for one in people if one.consent == "withdrawn"] if shown.task else [person]
        for one in waiting:
            work.record(WorkerRestricted(worker_id=one, mission=work.mission, restricted=True, personal=said))
        return privacy_card_in(work, person)


def lift_restriction(desk: Desk, worker_id: UUID, remark: str) -> PrivacyCard:
    """Take a restriction off again, with the worker's own word for it.

    Refused `worker.unknown`, `worker.erased`, `restriction.none`, `restriction.consent_withdrawn`,
    `restriction.remark_missing`."""
    with desk.work() as work:
        person, people = _people(work, worker_id)
        if any(one.consent == "withdrawn" for one in people):
            raise Refused(Problem("restricted", "restriction.consent_withdrawn"))
        limited = [one for one in people if one.restricted]
        if not limited:
            raise Refused(Problem("restricted", "restriction.none"))
        said = _said(remark)
        for one in limited:
            work.record(WorkerRestricted(worker_id=one.id, mission=work.mission, restricted=False, personal=said))
        return privacy_card_in(work, person)


def print_data(desk: Desk, worker_id: UUID) -> bytes:
    """Everything that is known of the person as a PDF for them. Refused `worker.unknown`, `worker.erased`."""
    return render_subject_access(subject_access(desk, worker_id))


def _people(work: Work, worker_id: UUID) -> tuple[UUID, list[Row[Any]]]:
    """Who this is, and how all of their registrations stand, the one that goes on first."""
    person: UUID = require(work.connection, worker_id).id
    ids = registrations_of(work.connection, person)
    query = select(worker).where(worker.c.id.in_(ids))
    found: dict[UUID, Row[Any]] = {row.id: row for row in work.connection.execute(query)}
    return person, [found[one] for one in ids]


def _remark(text: str) -> Remark | None:
    return Remark(remark=text.strip()) if text.strip() else None


def _said(text: str) -> Remark:
    remark = _remark(text)
    if remark is None:
        raise Refused(Problem("remark", "restriction.remark_missing"))
    return remark
