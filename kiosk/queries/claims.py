"""Claims: what was taken in, where each of them stands, what must still be brought, and who is to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, func, or_, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import goes_on_as
from kiosk.queries.privacy import listed_name, restricted_among
from models.journal.claims import RESTRICTED_KIND
from models.ledger.tables import (
    claim,
    claim_decision,
    claim_document,
    claim_payment,
    claim_report,
    claim_request,
    claim_undoing,
    claim_withdrawal,
    document_withdrawal,
    flag_settled,
    staff,
    worker,
)
from models.rules.claim_papers import WAITING, Terms, ToBring, Wanted, paper_name, sealed_to_bring, to_bring
from models.rules.claim_states import COUNTERS, Act, ClaimState, Paper, Request, allowed
from models.rules.claims import Kind, Outcome, Requirement, benefit
from models.rules.missions import mission, missions
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number

NEAR_DAYS = 7
"""So many days before a paper has to be there its worker is to be called."""

TOLD = "claim.answer"
"""The code under which it is settled (`flag.settled`, about the entry of the decision or the request) that whoever
filed the claim was told of it."""

Action = Literal["", "asked", "follow", "approved", "rejected", "paid"]
"""Why somebody has to act at a counter: the centre asked for papers that have not come; a paper that may follow is due;
or a decision (perhaps paid already) that whoever filed the claim was not told of."""

Which = Literal["action", "waiting", "decided", "all"]

_DECIDED: tuple[ClaimState, ...] = ("approved", "rejected", "paid")


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to call about a claim."""

    name: str
    phone: str
    whatsapp: str = ""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as far as this counter may show it: a restricted one has the neutral name only. `asked` are the papers of
    the rules it was filed under and of its second report, none where they cannot be told; `missing` those of them that
    are not there, whether or not anybody still waits for them."""

    id: UUID
    number: str
    benefit: str
    name: str
    event_date: date
    business_date: date
    filed_by: str
    restricted: bool
    required: int
    attached: int
    missing: tuple[str, ...]
    state: ClaimState
    state_at: datetime
    stage: int
    """2 when the second report of an accident has come."""
    situation: str
    asked: tuple[Requirement, ...]
    worker_id: UUID
    """Under which the person goes on, whichever registration the claim was filed for."""
    worker_name: str
    erased: bool
    """Nothing may be kept of the person any more: the claim is a number and a state."""
    action: Action
    wanted: tuple[Wanted, ...]
    """What must still be brought while the centre waits; of a restricted claim no names are known, only `to_bring`."""
    to_bring: int | None
    """How many papers that are; None where papers follow whose number is sealed."""
    until: date | None
    """The nearest day on which one of them is due."""
    told_at: datetime | None
    """When whoever filed it was told of what the centre said last."""
    callees: tuple[Callee, ...]
    """Whom to call, whoever filed it first; nobody where the person's data are restricted."""
    limited: bool
    """The person's data are restricted, or their consent was taken back."""

    @property
    def there(self) -> int:
        """How many of the papers that are asked for are there."""
        return self.required - len(self.missing)


@dataclass(frozen=True, slots=True)
class ClaimList:
    """Claims, and how many there are of each sort."""

    rows: tuple[ClaimRow, ...]
    counts: Mapping[Which, int]


@dataclass(frozen=True, slots=True)
class Granted:
    """What was granted for one benefit, in whole rupiah."""

    name: str
    amount_idr: int


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """The decision that stands, as BPJS made it. Of a restricted claim the outcome and the day only. `paid_on` and
    `reference` once it was paid; `duplicate_of` is the number of the claim that stands for this one."""

    id: UUID
    approved: bool
    on: date
    awards: tuple[Granted, ...]
    amount_idr: int
    reason_code: str
    note: str
    duplicate_of: str
    paid_on: date | None
    paid_idr: int
    reference: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The second report that counts. Of a restricted claim nothing but its day is known here."""

    id: UUID
    on: date
    outcome: str
    name: str
    outcome_date: date | None
    benefits: tuple[str, ...]
    filed_by: str
    description: str


EventKind = Literal[
    "filed", "attached", "removed", "reported", "withdrawn", "asked", "approved", "rejected", "paid", "returned",
    "reopened", "told",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One thing that befell a claim. `by` is the member of staff, "" for the centre; `papers` what came or was asked
    for by name, `count` how many; `until` the day set, `undone` that it does not count any more, `about` the entry
    that it answers or takes back."""

    id: UUID
    at: datetime
    what: EventKind
    by: str = ""
    papers: tuple[str, ...] = ()
    count: int = 0
    on: date | None = None
    until: date | None = None
    amount_idr: int = 0
    outcome: str = ""
    filed_by: str = ""
    note: str = ""
    undone: bool = False
    about: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimStory:
    """All that a counter may know of one claim. `can` are the acts of a counter that its state allows, a second report
    only where its kind has one (`outcomes`)."""

    row: ClaimRow
    kind: Kind | None
    description: str
    filer_name: str
    filer_phone: str
    events: tuple[ClaimEvent, ...]
    """The oldest first."""
    decision: DecisionRow | None
    report: ReportRow | None
    outcomes: tuple[Outcome, ...]
    note: str
    """What the officer wrote with the request that stands."""
    answered: frozenset[UUID]
    """Documents that the officer had before he asked for others: they answer nothing."""
    can: frozenset[Act]


# Lists


def mission_claims(desk: Desk, which: Which = "all", most: int = 500) -> ClaimList:
    """The mission's claims: those that need somebody to act, the most pressing first; those that wait for the centre;
    those that are decided; or all, the newest first."""
    with desk.read() as work:
        return listed_in(work, which, most)


def claim_row(desk: Desk, claim_id: UUID) -> ClaimRow:
    """One claim of whatever mission. Refused `claim.unknown`."""
    with desk.read() as work:
        found = rows(work, claim.c.id == claim_id)
    if not found:
        raise Refused(Problem("claim", "claim.unknown"))
    return found[0]


def listed_in(work: Work, which: Which = "all", most: int = 500) -> ClaimList:
    acting = to_act(work)
    counts: dict[Which, int] = {"action": len(acting), "waiting": 0, "decided": 0, "all": 0}
    sums = select(claim.c.state, func.count()).where(claim.c.mission == work.mission).group_by(claim.c.state)
    for state, n in work.connection.execute(sums):
        counts["all"] += n
        counts["waiting" if state in WAITING else "decided"] += n
    if which == "action":
        return ClaimList(tuple(acting[:most]), counts)
    condition = claim.c.mission == work.mission
    if which != "all":
        condition &= claim.c.state.in_(WAITING) if which == "waiting" else claim.c.state.not_in(WAITING)
    return ClaimList(tuple(rows(work, condition, most)), counts)


def to_act(work: Work) -> list[ClaimRow]:
    """The mission's claims that need somebody at a counter, what is due first in front."""
    found = [row for row in _open(work) if row.action]
    return sorted(found, key=lambda row: (row.until or date.max, row.state_at, row.id.int))


def attention(work: Work) -> tuple[int, int]:
    """How many of the mission's claims need somebody to act, and how many others lack papers that may follow."""
    found = _open(work)
    acting = sum(1 for row in found if row.action)
    return acting, sum(1 for row in found if row.wanted and not row.action)


def _open(work: Work) -> list[ClaimRow]:
    """Claims that wait for the centre, and those decided of which nobody was told."""
    untold = and_(claim.c.state.in_(_DECIDED), ~_is_told())
    return rows(work, (claim.c.mission == work.mission) & (claim.c.state.in_(WAITING) | untold), most=5_000)


def answers(desk: Desk) -> dict[UUID, UUID]:
    """What the centre said last of each of the mission's claims: the claim, and the entry that says so."""
    with desk.read() as work:
        said = select(claim.c.id, claim.c.payment_id, claim.c.decision_id, claim.c.request_id).where(
            claim.c.mission == work.mission, claim.c.state.in_(("asked", *_DECIDED))
        )
        return {
            row.id: answer
            for row in work.connection.execute(said)
            if (answer := row.payment_id or row.decision_id or row.request_id) is not None
        }


def _is_told() -> Any:
    """Whether whoever filed it knows the decision: somebody noted so, or it was withdrawn in knowledge of it."""
    noted = exists().where(flag_settled.c.entry_id == claim.c.decision_id, flag_settled.c.code == TOLD)
    knew = exists().where(claim_withdrawal.c.decision_id == claim.c.decision_id)
    return or_(noted, knew)


def rows(work: Work, condition: Any, most: int = 500, *, revealed: bool = False) -> list[ClaimRow]:
    """Claims that meet a condition, newest first, with what is still missing now."""
    connection = work.connection
    heads = connection.execute(
        select(claim)
        .where(condition)
        .order_by(claim.c.business_date.desc(), claim.c.filed_at.desc(), claim.c.id.desc())
        .limit(most)
    ).all()
    return [_row(work, row, about) for row, about in _with_all(work, heads, revealed=revealed)]


@dataclass(frozen=True, slots=True)
class _About:
    """What is needed beside the claim itself to say where it stands."""

    documents: Sequence[Row[Any]]
    report: Row[Any] | None
    request: Row[Any] | None
    told_at: datetime | None
    person_id: UUID
    person: Row[Any] | None
    limited: bool


def _with_all(work: Work, heads: Sequence[Row[Any]], *, revealed: bool) -> Iterable[tuple[Row[Any], _About]]:
    connection, ids = work.connection, [row.id for row in heads]
    documents = documents_of(connection, ids)
    reports = reports_of(connection, ids)
    requests = _by_id(connection, claim_request, [row.request_id for row in heads])
    persons = goes_on_as(connection, [row.worker_id for row in heads])
    people = _by_id(connection, worker, persons.values())
    limited = set() if revealed else restricted_among(connection, persons.values())
    told = _told(connection, [row.request_id if row.state == "asked" else row.decision_id for row in heads])
    for row in heads:
        person = persons.get(row.worker_id, row.worker_id)
        answer = row.request_id if row.state == "asked" else row.decision_id
        yield (
            row,
            _About(
                documents.get(row.id, ()),
                reports.get(row.id),
                requests.get(row.request_id),
                told.get(answer),
                person,
                people.get(person),
                person in limited,
            ),
        )


def _row(work: Work, row: Row[Any], about: _About) -> ClaimRow:
    known, erased = known_kind(row), about.person is not None and about.person.erased
    asked = asked_papers(row, about.report)
    still = still_missing(row, about.documents, about.report)
    gone = tuple(one.key for one in still) if known is not None else tuple(row.missing_at_filing)
    bring = _to_bring(row, about)
    if erased:
        asked, gone, bring = (), (), ToBring()
    name = about.person.name if about.person is not None else None
    return ClaimRow(
        id=row.id,
        number=row.number,
        benefit=row.benefit,
        name="" if erased else claim_name(row),
        event_date=row.event_date,
        business_date=row.business_date,
        filed_by=row.filed_by,
        restricted=row.restricted,
        required=0 if erased else len(asked) if known is not None else row.required,
        attached=len(about.documents),
        missing=gone,
        state=row.state,
        state_at=row.state_at or row.filed_at,
        stage=row.stage,
        situation=row.situation,
        asked=asked,
        worker_id=about.person_id,
        worker_name=listed_name(None if erased else name or row.worker_name, restricted=about.limited),
        erased=erased,
        action="" if erased else _action(row, about, bring.until, work.today),
        wanted=bring.papers,
        to_bring=bring.count,
        until=bring.until,
        told_at=about.told_at,
        callees=() if erased or about.limited else _callees(row, about),
        limited=about.limited,
    )


def _action(row: Row[Any], about: _About, until: date | None, today: date) -> Action:
    if row.state == "asked":
        return "asked"
    if row.state == "filed":
        return "follow" if until is not None and until <= today + timedelta(days=NEAR_DAYS) else ""
    if about.told_at is None and row.decision_id is not None:
        return {"approved": "approved", "rejected": "rejected", "paid": "paid"}.get(row.state, "")  # type: ignore[return-value]
    return ""


def _to_bring(row: Row[Any], about: _About) -> ToBring:
    """The papers that the centre still waits for."""
    papers = [Paper(one.id, one.requirement, one.document_kind) for one in about.documents]
    days = {key: date.fromisoformat(day) for key, day in row.follow_by.items()}
    request, by_day = None, None
    if (asked := about.request) is not None:
        seen, by_day = frozenset(UUID(one) for one in asked.seen), asked.by_day
        request = Request(asked.id, tuple(asked.wanted), asked.papers, seen, row.restricted)
    if row.restricted:
        later = any(one.attached_at > row.filed_at for one in about.documents)
        return sealed_to_bring(row.state, papers, request, by_day, days.get(RESTRICTED_KIND), came_later=later)
    return to_bring(row.state, terms_of(row, about.report), papers, request, by_day, days)


def _callees(row: Row[Any], about: _About) -> tuple[Callee, ...]:
    found = []
    for source in (about.report, row):
        if source is not None and source.filed_by != "worker" and source.filer_phone:
            found.append(Callee(source.filer_name or "", source.filer_phone))
    person = about.person
    if person is not None and (person.phone or person.whatsapp):
        found.append(Callee(person.name or "", person.phone or "", person.whatsapp or ""))
    return tuple({one.phone or one.whatsapp: one for one in reversed(found)}.values())[::-1]


def _told(connection: Connection, answers: Iterable[UUID | None]) -> dict[UUID, datetime]:
    """When somebody was told of each of these entries of the centre, first of all."""
    wanted = [one for one in answers if one is not None]
    noted = select(flag_settled.c.entry_id, flag_settled.c.at).where(
        flag_settled.c.entry_id.in_(wanted), flag_settled.c.code == TOLD
    )
    knew = select(claim_withdrawal.c.decision_id, claim_withdrawal.c.at).where(
        claim_withdrawal.c.decision_id.in_(wanted)
    )
    found: dict[UUID, datetime] = {}
    for query in (noted, knew):
        for about, at in connection.execute(query):
            found[about] = min(at, found.get(about, at))
    return found


# What a claim asks for


def documents_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, list[Row[Any]]]:
    """The documents of these claims that were not taken back, in the order they were attached."""
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for one in connection.execute(
        select(claim_document)
        .where(claim_document.c.claim_id.in_(ids), claim_document.c.removed_by.is_(None))
        .order_by(claim_document.c.attached_at, claim_document.c.id)
    ):
        found[one.claim_id].append(one)
    return found


def reports_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """The second report that counts of each of these claims that has one: the later one."""
    order = (claim_report.c.rev, claim_report.c.stamp_terminal, claim_report.c.stamp_seq)
    query = select(claim_report).where(claim_report.c.claim_id.in_(ids)).order_by(*order)
    return {row.claim_id: row for row in connection.execute(query)}


def terms_of(row: Row[Any], report: Row[Any] | None = None) -> Terms:
    """What decides which papers a claim asks for that is not restricted."""
    return Terms(
        code=row.benefit,
        situation=row.situation,
        rules_from=row.rules_from,
        outcome=report.outcome if report is not None else "",
        benefits=tuple(report.benefits) if report is not None else (),
        office=_office_of(row.mission),
    )


def asked_papers(row: Row[Any], report: Row[Any] | None = None) -> tuple[Requirement, ...]:
    """The papers that a claim asks for by the rules it was filed under and its second report, as its mission calls
    them; of a restricted one, or of a kind that this program does not know, nothing can be told."""
    return () if row.restricted else terms_of(row, report).asked()


def still_missing(row: Row[Any], documents: Sequence[Any], report: Row[Any] | None = None) -> tuple[Requirement, ...]:
    """The papers of `asked_papers` that a claim still lacks."""
    if row.restricted:
        return ()
    kinds, answered = [one.document_kind for one in documents], [one.requirement for one in documents]
    return terms_of(row, report).missing(kinds, answered)


def known_kind(row: Row[Any]) -> Kind | None:
    """What a claim is for; None where it is restricted, or a newer counter knew a kind or a situation that this one
    does not."""
    return None if row.restricted else terms_of(row).kind


def claim_name(row: Row[Any]) -> str:
    """What lists may call a claim."""
    known = known_kind(row)
    return known.name if known else "Klaim khusus" if row.restricted else str(row.benefit)


def benefit_name(code: str, rules_from: date | None) -> str:
    """What a benefit is called; its code where only a newer program knows it."""
    try:
        return benefit(code, on=rules_from).name
    except Refused:
        return code


def _office_of(code: str) -> str:
    try:
        return mission(code).kind
    except Refused:
        return ""


def _by_id(connection: Connection, table: Any, ids: Iterable[UUID | None]) -> dict[UUID | None, Row[Any]]:
    wanted = list({one for one in ids if one is not None})
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(wanted)))}


# One claim's story


def story(desk: Desk, claim_id: UUID, *, revealed: bool = False) -> ClaimStory:
    """All of one claim. Refused `claim.unknown`."""
    with desk.read() as work:
        return story_in(work, claim_id, revealed=revealed)


def claim_named(work: Work, named: str) -> UUID:
    """The claim with this number, of whatever mission, or this id. Refused `receipt_number.form`, `claim.unknown`, and
    where a number is not here `claim.not_synced` for one of this mission's counters, `claim.not_here` for another's."""
    try:
        condition, number = claim.c.id == UUID(named.strip()), None
    except ValueError:
        number = parse_number(named, "claim")
        condition = claim.c.number == str(number)
    found: UUID | None = work.connection.scalars(select(claim.c.id).where(condition).order_by(claim.c.id)).first()
    if found is not None:
        return found
    if number is None:
        raise Refused(Problem("claim", "claim.unknown"))
    home = number.series[:3]
    if home == work.mission or home not in {one.code for one in missions()}:
        raise Refused(Problem.of("claim", "claim.not_synced", number=str(number)))
    raise Refused(Problem.of("claim", "claim.not_here", number=str(number), mission=mission(home).name))


def story_in(work: Work, claim_id: UUID, *, revealed: bool = False) -> ClaimStory:
    head = work.connection.execute(select(claim).where(claim.c.id == claim_id)).first()
    if head is None:
        raise Refused(Problem("claim", "claim.unknown"))
    [(head, about)] = _with_all(work, [head], revealed=revealed)
    row, known = _row(work, head, about), known_kind(head)
    hidden = about.limited or row.erased
    outcomes = known.outcomes if known is not None else ()
    can = allowed(head.state) & COUNTERS if not row.erased else frozenset[Act]()
    if not outcomes and not head.restricted:
        can -= {"report"}
    return ClaimStory(
        row=row,
        kind=None if row.erased else known,
        description="" if hidden else head.description or "",
        filer_name="" if hidden else head.filer_name or "",
        filer_phone="" if hidden else head.filer_phone or "",
        events=tuple(_events(work.connection, head, hidden=hidden, erased=row.erased)),
        decision=_decision(work.connection, head, hidden=hidden) if not row.erased else None,
        report=_report(about.report, known, hidden=hidden) if not row.erased else None,
        outcomes=outcomes,
        note="" if hidden or about.request is None else about.request.note or "",
        answered=frozenset() if about.request is None else frozenset(UUID(one) for one in about.request.seen),
        can=can,
    )


def _decision(connection: Connection, head: Row[Any], *, hidden: bool) -> DecisionRow | None:
    if head.decision_id is None:
        return None
    row = connection.execute(select(claim_decision).where(claim_decision.c.id == head.decision_id)).one()
    paid = connection.execute(select(claim_payment).where(claim_payment.c.id == head.payment_id)).first()
    same = connection.scalar(select(claim.c.number).where(claim.c.id == row.duplicate_of))
    return DecisionRow(
        id=row.id,
        approved=row.outcome == "approved",
        on=row.business_date,
        awards=tuple(Granted(benefit_name(code, head.rules_from), amount) for code, amount in row.awards),
        amount_idr=row.amount_idr,
        reason_code=row.reason_code,
        note="" if hidden else row.note or "",
        duplicate_of=same or "",
        paid_on=paid.paid_on if paid else None,
        paid_idr=paid.amount_idr if paid else 0,
        reference="" if hidden or paid is None else paid.reference or "",
    )


def _report(report: Row[Any] | None, known: Kind | None, *, hidden: bool) -> ReportRow | None:
    if report is None:
        return None
    return ReportRow(
        id=report.id,
        on=report.business_date,
        outcome=report.outcome,
        name=_outcome_name(known, report.outcome),
        outcome_date=report.outcome_date,
        benefits=tuple(benefit_name(one, known.rules_from if known else None) for one in report.benefits),
        filed_by=report.filed_by,
        description="" if hidden else report.description or "",
    )


def _outcome_name(known: Kind | None, code: str) -> str:
    return next((one.name for one in known.outcomes if one.code == code), code) if known is not None else ""


def _events(connection: Connection, head: Row[Any], *, hidden: bool, erased: bool) -> list[ClaimEvent]:
    """What befell a claim, the oldest first. Of a restricted one documents are counted, not named."""

    def of(table: Any) -> list[Row[Any]]:
        at = table.c.attached_at if table is claim_document else table.c.at
        return list(connection.execute(select(table).where(table.c.claim_id == head.id).order_by(at, table.c.id)))

    def noted(row: Any) -> str:
        return "" if hidden else row.note or ""

    office = _office_of(head.mission)
    undone = {(one.what, one.undone_id) for one in of(claim_undoing)}
    known = known_kind(head)
    names = _staff(connection)
    documents = of(claim_document)
    # Who filed or reported a restricted claim stands in its sealed part.
    filed_by = "" if head.restricted else head.filed_by
    found = [
        ClaimEvent(head.id, head.filed_at, "filed", names.get(head.operator_id, ""), filed_by=filed_by),
        *_attachings(head, documents, names, erased=erased),
    ]
    named = {one.id: "" if head.restricted or erased else paper_name(one.document_kind, office) for one in documents}
    for row in of(document_withdrawal):
        papers = tuple(filter(None, (named.get(row.document_id),)))
        by = names.get(row.operator_id, "")
        found.append(ClaimEvent(row.id, row.at, "removed", by, papers, count=1, note=noted(row)))
    found += [
        ClaimEvent(
            row.id,
            row.at,
            "reported",
            names.get(row.operator_id, ""),
            on=row.outcome_date,
            outcome="" if erased else _outcome_name(known, row.outcome),
            filed_by="" if head.restricted else row.filed_by,
        )
        for row in of(claim_report)
    ]
    found += [
        ClaimEvent(
            row.id,
            row.at,
            "withdrawn",
            names.get(row.operator_id, ""),
            filed_by=row.withdrawn_by,
            note=noted(row),
            undone=("reopened", row.id) in undone,
        )
        for row in of(claim_withdrawal)
    ]
    asked = {one.key: one.name for one in asked_papers(head, reports_of(connection, [head.id]).get(head.id))}
    for row in of(claim_request):
        papers = tuple(asked.get(key) or paper_name(key, office) for key in row.wanted) if not erased else ()
        count = row.papers or len(row.wanted)
        found.append(ClaimEvent(row.id, row.at, "asked", "", papers, count, until=row.by_day, note=noted(row)))
    for row in of(claim_decision):
        gone = ("reopened", row.id) in undone
        amount = 0 if erased else row.amount_idr
        what: EventKind = "approved" if row.outcome == "approved" else "rejected"
        found.append(ClaimEvent(row.id, row.at, what, amount_idr=amount, note=noted(row), undone=gone))
    for row in of(claim_payment):
        gone = ("returned", row.id) in undone
        amount = 0 if erased else row.amount_idr
        decided = row.decision_id
        found.append(ClaimEvent(row.id, row.at, "paid", on=row.paid_on, amount_idr=amount, undone=gone, about=decided))
    for row in of(claim_undoing):
        what = "returned" if row.what == "returned" else "reopened"
        found.append(ClaimEvent(row.id, row.at, what, note=noted(row), about=row.undone_id))
    found += _tellings(connection, [one.id for one in found], names, hidden=hidden)
    return _in_order(found)


def _in_order(events: Sequence[ClaimEvent]) -> list[ClaimEvent]:
    """By the clocks of those who recorded them, but nothing before what it is about: clocks differ."""
    by_id = {one.id: one for one in events}

    def key(one: ClaimEvent, beyond: int = 4) -> tuple[datetime, int]:
        before = by_id.get(one.about) if one.about is not None and beyond else None
        if before is None:
            return one.at, 0 if one.what == "filed" else 1
        at, depth = key(before, beyond - 1)
        return (one.at, 1) if one.at > at else (at, depth + 1)

    return sorted(events, key=lambda one: (*key(one), one.id.int))


def _attachings(
    head: Row[Any], documents: Iterable[Row[Any]], names: Mapping[UUID, str], *, erased: bool
) -> list[ClaimEvent]:
    """Documents that came together, in one line."""
    together: dict[tuple[datetime, UUID], list[Row[Any]]] = defaultdict(list)
    for one in documents:
        together[one.attached_at, one.operator_id].append(one)
    return [
        ClaimEvent(
            some[0].id,
            at,
            "attached",
            names.get(operator, ""),
            ()
            if head.restricted or erased
            else tuple(paper_name(one.document_kind, _office_of(head.mission)) for one in some),
            count=len(some),
        )
        for (at, operator), some in together.items()
    ]


def _tellings(
    connection: Connection, about: Collection[UUID], names: Mapping[UUID, str], *, hidden: bool
) -> list[ClaimEvent]:
    query = select(flag_settled).where(flag_settled.c.entry_id.in_(about), flag_settled.c.code == TOLD)
    return [
        ClaimEvent(
            row.id,
            row.at,
            "told",
            names.get(row.operator_id, ""),
            note="" if hidden else row.note or "",
            about=row.entry_id,
        )
        for row in connection.execute(query)
    ]


def _staff(connection: Connection) -> dict[UUID, str]:
    return {row.id: row.name for row in connection.execute(select(staff.c.id, staff.c.name))}
