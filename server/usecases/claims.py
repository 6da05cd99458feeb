"""Claims: the queue of what counters took in, as officers filter it, and what each of them may see of it.

Of a restricted claim only who may open it sees more than that it is one, its mission and its age. Nothing that an
officer may filter by tells anything else either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, Row, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from models.journal.claims import RESTRICTED_KIND
from models.ledger.claims import claim, claim_document, claim_report
from models.ledger.workers import worker
from models.rules.claims import Kind, Requirement, at_mission, checklist, document_kind, kind, programme_of
from models.rules.missions import mission
from models.rules.privacy import shown_name
from models.rules.problems import Refused
from server.store.arrays import id_array
from server.store.tables import claim_assignment, officer
from server.usecases.centre import Centre
from server.usecases.officers import Officer
from server.usecases.pairs import mission_name
from server.usecases.privacy import limited_among
from server.usecases.roles import ROLES, Act, may

PAGE = 50
RESTRICTED_NAME = "Klaim khusus"
LONGEST_SEARCH = 80

WAITING = "menunggu"
STATE_GROUPS: Mapping[str, frozenset[str]] = {
    WAITING: frozenset(("filed", "asked")),
    "dokumen": frozenset(("asked",)),
    "bayar": frozenset(("approved",)),
    "dibayar": frozenset(("paid",)),
    "ditolak": frozenset(("rejected",)),
    "ditarik": frozenset(("withdrawn",)),
    "semua": frozenset(("filed", "asked", "approved", "paid", "rejected", "withdrawn")),
}
"""What an officer looks at together, by the word in the address."""

_NEUTRAL = frozenset((WAITING, "semua"))
"""In which of them a restricted claim stands for everybody."""

MINE, NOBODY = "saya", "kosong"
COMPLETE, LACKING = "lengkap", "kurang"


@dataclass(frozen=True, slots=True)
class Sought:
    """What an officer filters by, nothing by default: `text` a part of the number or of the name, `kind` a programme, a
    kind or KHUSUS, `papers` COMPLETE or LACKING, `officer` MINE, NOBODY or an id, `age` in days at least."""

    text: str = ""
    state: str = WAITING
    mission: str = ""
    kind: str = ""
    papers: str = ""
    officer: str = ""
    age: int = 0

    @property
    def tells(self) -> bool:
        """Whether being found would tell more of a restricted claim than mission and age."""
        asked_kind = self.kind not in ("", RESTRICTED_KIND)
        return bool(self.text.strip() or self.papers or self.officer or asked_kind)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A line of the queue. `hidden`: a restricted one for somebody who may not open it, so that nothing but `kind`,
    `mission` and `filed_at` is said, not even which one it is."""

    id: UUID | None
    number: str
    worker: str
    kind: str
    programme: str
    mission: str
    present: int
    required: int
    filed_at: datetime
    state: str
    officer: str
    restricted: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to filter by."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, the oldest first. `counts`: how many there are in each of `STATE_GROUPS`."""

    rows: tuple[ClaimRow, ...]
    counts: Mapping[str, int]
    number: int
    pages: int
    missions: tuple[Choice, ...]
    programmes: tuple[str, ...]
    kinds: tuple[Choice, ...]
    officers: tuple[Choice, ...]
    at: datetime


def queue(centre: Centre, sought: Sought, who: Officer, number: int = 1) -> Queue:
    """A page of the claims that are sought; of a page beyond the last one the last."""
    return centre.read(lambda connection: _queue(connection, centre.now(), sought, who, number))


def _queue(connection: Connection, now: datetime, sought: Sought, who: Officer, number: int) -> Queue:
    conditions = _all_conditions(connection, now, sought, who)
    counts = _counts(connection, conditions, who, tells=sought.tells)
    state = _state(sought)
    pages = max(1, -(-counts[state] // PAGE))
    number = min(max(number, 1), pages)
    found = connection.execute(
        select(claim)
        .where(*conditions, _in_group(state, who))
        .order_by(claim.c.filed_at, claim.c.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return Queue(
        rows=_rows(connection, found, who),
        counts=counts,
        number=number,
        pages=pages,
        missions=_missions(connection),
        **_kinds(connection),
        officers=deciding_officers(connection),
        at=now,
    )


def sought_rows(connection: Connection, now: datetime, sought: Sought, who: Officer) -> tuple[ClaimRow, ...]:
    """Every claim that is sought, the oldest first, not in pages."""
    conditions = _all_conditions(connection, now, sought, who)
    query = select(claim).where(*conditions, _in_group(_state(sought), who)).order_by(claim.c.filed_at, claim.c.id)
    return _rows(connection, connection.execute(query).all(), who)


def _state(sought: Sought) -> str:
    return sought.state if sought.state in STATE_GROUPS else WAITING


def _all_conditions(connection: Connection, now: datetime, sought: Sought, who: Officer) -> list[ColumnElement[bool]]:
    conditions = _conditions(sought, who, now)
    if sought.text.strip() or sought.papers:
        # What is dear to find is found once, and then counted and listed.
        conditions = [claim.c.id == func.any(id_array(_found(connection, sought, conditions)))]
    return conditions


def _conditions(sought: Sought, who: Officer, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.tells and not may(who, Act.OPEN_RESTRICTED):
        found.append(claim.c.restricted.is_(False))
    if sought.mission:
        found.append(claim.c.mission == sought.mission)
    if sought.kind == RESTRICTED_KIND:
        found.append(claim.c.restricted)
    elif sought.kind:
        chosen = or_(claim.c.benefit == sought.kind, claim.c.benefit.startswith(f"{sought.kind}-", autoescape=True))
        found += [chosen, claim.c.restricted.is_(False)]
    if sought.age > 0:
        found.append(claim.c.filed_at <= now - timedelta(days=min(sought.age, 36_500)))
    if sought.officer:
        found.append(_of_officer(sought.officer, who))
    if text := " ".join(sought.text.split())[:LONGEST_SEARCH]:
        person, gone_on = worker.alias("named"), worker.alias("named_now")
        named = (
            select(person.c.id)
            .outerjoin(gone_on, gone_on.c.id == person.c.merged_into)
            .where(
                person.c.id == claim.c.worker_id,
                *(
                    or_(*(one.c.name.icontains(word, autoescape=True) for one in (person, gone_on)))
                    for word in text.split()
                ),
            )
        )
        found.append(or_(claim.c.number.icontains(text, autoescape=True), named.exists()))
    return found


def _of_officer(wanted: str, who: Officer) -> ColumnElement[bool]:
    latest = _latest_assignment()
    holder = select(latest.c.officer_id).where(latest.c.claim_id == claim.c.id).scalar_subquery()
    if wanted == NOBODY:
        return holder.is_(None)
    try:
        return holder == (who.id if wanted == MINE else UUID(wanted))
    except ValueError:
        return false()


def _latest_assignment() -> FromClause:
    """Whose each claim is now."""
    return (
        select(claim_assignment.c.claim_id, claim_assignment.c.officer_id)
        .ext(distinct_on(claim_assignment.c.claim_id))
        .order_by(claim_assignment.c.claim_id, claim_assignment.c.at.desc(), claim_assignment.c.id.desc())
        .subquery("latest_assignment")
    )


def _in_group(group: str, who: Officer) -> ColumnElement[bool]:
    states = claim.c.state.in_(STATE_GROUPS[group])
    if may(who, Act.OPEN_RESTRICTED) or group in _NEUTRAL:
        return states
    return states & claim.c.restricted.is_(False)


def _counts(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], who: Officer, *, tells: bool
) -> dict[str, int]:
    counted = connection.execute(
        select(claim.c.state, claim.c.restricted, func.count().label("n"))
        .where(*conditions)
        .group_by(claim.c.state, claim.c.restricted)
    ).all()
    opens = may(who, Act.OPEN_RESTRICTED)

    def count(group: str) -> int:
        shown = [row for row in counted if opens or group in _NEUTRAL or not row.restricted]
        return sum(row.n for row in shown if row.state in STATE_GROUPS[group])

    return {group: count(group) for group in STATE_GROUPS}


def _found(connection: Connection, sought: Sought, conditions: Sequence[ColumnElement[bool]]) -> list[UUID]:
    """The claims that meet these. Whether papers are all there follows from the rules of each, so that they are looked
    at one by one; of a restricted one nothing can be told without opening it."""
    if not sought.papers:
        return list(connection.scalars(select(claim.c.id).where(*conditions)))
    rows = connection.execute(select(*_PAPERS_FROM).where(*conditions, claim.c.restricted.is_(False))).all()
    papers, complete = papers_of(connection, rows), sought.papers == COMPLETE
    return [row.id for row in rows if papers[row.id].complete == complete]


_PAPERS_FROM = tuple(
    claim.c[name]
    for name in (
        *("id", "restricted", "benefit", "situation", "rules_from", "mission"),
        *("stage", "required", "missing_at_filing"),
    )
)
"""What of a claim tells which papers it asks for."""


# Papers


@dataclass(frozen=True, slots=True)
class Papers:
    """What a claim asks for by the rules it was filed under, as its mission calls it, and what of it is still to come.
    Where this program does not know the kind, as its slip said; of a restricted one nothing."""

    asked: tuple[Requirement, ...]
    lacking: tuple[Requirement, ...]
    required: int
    present: int

    @property
    def complete(self) -> bool:
        return self.present >= self.required


def papers_of(connection: Connection, rows: Sequence[Row[Any]]) -> dict[UUID, Papers]:
    """The papers of these claims."""
    ids = id_array(row.id for row in rows)
    # As JSON, which costs the driver a fraction of a row for each document.
    pair = func.json_build_array(claim_document.c.document_kind, claim_document.c.requirement)
    attached = (
        select(claim_document.c.claim_id, func.json_agg(pair).label("papers"))
        .where(claim_document.c.removed_by.is_(None), claim_document.c.claim_id == func.any(ids))
        .group_by(claim_document.c.claim_id)
    )
    documents: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for one in connection.execute(attached):
        documents[one.claim_id] = one.papers
    reports = latest_reports(connection, [row.id for row in rows if row.stage == 2])
    return {row.id: _papers(row, documents[row.id], reports.get(row.id)) for row in rows}


def latest_reports(connection: Connection, claim_ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """The second report that counts of each of these claims: the later one."""
    if not claim_ids:
        return {}
    query = select(claim_report).where(claim_report.c.claim_id == func.any(id_array(claim_ids)))
    order = (claim_report.c.rev, claim_report.c.stamp_terminal, claim_report.c.stamp_seq)
    return {row.claim_id: row for row in connection.execute(query.order_by(*order))}


def _papers(row: Row[Any], documents: Sequence[tuple[str, str]], report: Row[Any] | None) -> Papers:
    if row.restricted:
        return Papers((), (), 0, len(documents))
    return papers_by_rules(
        row.benefit,
        row.situation,
        row.rules_from,
        row.mission,
        documents,
        outcome=report.outcome if report else "",
        benefits=report.benefits if report else (),
    ) or Papers((), (), row.required, max(row.required - len(row.missing_at_filing), 0))


def papers_by_rules(
    code: str,
    situation: str,
    rules_from: date | None,
    mission_code: str,
    documents: Iterable[tuple[str, str]],
    *,
    outcome: str = "",
    benefits: Iterable[str] = (),
) -> Papers | None:
    """The papers of a kind of claim, given (kind, requirement) of each document; None where no rules have it."""
    asked = _asked(code, situation, rules_from, mission_code, outcome, tuple(benefits))
    if asked is None:
        return None
    kinds, answered = set(), set()
    for document, requirement in documents:
        kinds.add(our_word(document))
        answered.add(requirement)
    lacking = tuple(one for one in asked if one.key not in answered and kinds.isdisjoint(one.one_of))
    return Papers(asked, lacking, len(asked), len(asked) - len(lacking))


@lru_cache(maxsize=500)
def our_word(document: str) -> str:
    """Our own word for a document's kind; one that this program does not know stays what it is."""
    try:
        return document_kind(document)
    except Refused:
        return document


@lru_cache(maxsize=500)
def _asked(
    code: str, situation: str, rules_from: date | None, mission_code: str, outcome: str, benefits: tuple[str, ...]
) -> tuple[Requirement, ...] | None:
    for told in ((outcome, benefits), ("", ())):
        # What a newer counter reported is left out rather than the whole list.
        try:
            found = checklist(code, situation, on=rules_from, outcome=told[0], benefits=told[1])
        except Refused:
            continue
        return at_mission(found, mission_kind(mission_code))
    return None


# What lists call it


def known_kind(code: str, rules_from: date | None) -> Kind | None:
    """The kind, where the rules it was filed under have it."""
    try:
        return kind(code, on=rules_from)
    except Refused:
        return None


def kind_name(row: Row[Any]) -> str:
    """What lists may call a claim."""
    if row.restricted:
        return RESTRICTED_NAME
    found = known_kind(row.benefit, row.rules_from)
    return found.name if found else str(row.benefit)


def mission_kind(code: str) -> str:
    try:
        return mission(code).kind
    except Refused:
        return ""


def claim_rows(connection: Connection, condition: ColumnElement[bool], who: Officer, most: int) -> tuple[ClaimRow, ...]:
    """Claims that meet a condition, the oldest first, as this officer sees them."""
    query = select(claim).where(condition).order_by(claim.c.filed_at, claim.c.id).limit(most)
    return _rows(connection, connection.execute(query).all(), who)


def _rows(connection: Connection, found: Sequence[Row[Any]], who: Officer) -> tuple[ClaimRow, ...]:
    opens = may(who, Act.OPEN_RESTRICTED)
    papers = papers_of(connection, found)
    names = shown_names(connection, found)
    assigned = assigned_to(connection, [row.id for row in found])
    rows = []
    for row in found:
        if row.restricted and not opens:
            rows.append(_hidden(row))
            continue
        rows.append(
            ClaimRow(
                id=row.id,
                number=row.number,
                worker=names[row.id],
                kind=kind_name(row),
                programme="" if row.restricted else programme_of(row.benefit),
                mission=mission_name(row.mission),
                present=papers[row.id].present,
                required=papers[row.id].required,
                filed_at=row.filed_at,
                state=row.state,
                officer=assigned.get(row.id, ""),
                restricted=row.restricted,
                hidden=False,
            )
        )
    return tuple(rows)


def _hidden(row: Row[Any]) -> ClaimRow:
    return ClaimRow(
        id=None,
        number="",
        worker="",
        kind=RESTRICTED_NAME,
        programme="",
        mission=mission_name(row.mission),
        present=0,
        required=0,
        filed_at=row.filed_at,
        state="",
        officer="",
        restricted=True,
        hidden=True,
    )


def shown_names(connection: Connection, rows: Sequence[Row[Any]]) -> dict[UUID, str]:
    """For each claim whom it is about, by the registration that goes on; initials where their data are restricted."""
    ids = {row.worker_id for row in rows}
    gone_on = worker.alias("gone_on")
    people = {
        one.id: one
        for one in connection.execute(
            select(worker.c.id, worker.c.erased, func.coalesce(gone_on.c.name, worker.c.name).label("name"))
            .outerjoin(gone_on, gone_on.c.id == worker.c.merged_into)
            .where(worker.c.id == func.any(id_array(ids)))
        )
    }
    hidden = limited_among(connection, ids)

    def name(row: Row[Any]) -> str:
        person = people.get(row.worker_id)
        called = (person.name if person is not None else None) or row.worker_name
        return shown_name(called, restricted=row.worker_id in hidden)

    return {row.id: name(row) for row in rows}


def assigned_to(connection: Connection, claim_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of the officers whose these claims are."""
    latest = _latest_assignment()
    query = (
        select(latest.c.claim_id, officer.c.name)
        .join(officer, officer.c.id == latest.c.officer_id)
        .where(latest.c.claim_id == func.any(id_array(claim_ids)))
    )
    return {row.claim_id: row.name for row in connection.execute(query)}


def deciding_officers(connection: Connection) -> tuple[Choice, ...]:
    """Whose a claim may be: those who decide and whose account is open, by name."""
    deciding = [role for role, acts in ROLES.items() if Act.DECIDE_CLAIMS in acts]
    query = select(officer.c.id, officer.c.name).where(officer.c.active, officer.c.role.in_(deciding))
    return tuple(Choice(str(row.id), row.name) for row in connection.execute(query.order_by(officer.c.name)))


def _missions(connection: Connection) -> tuple[Choice, ...]:
    codes = connection.scalars(select(claim.c.mission).distinct())
    return tuple(sorted((Choice(code, mission_name(code)) for code in codes), key=lambda one: one.name))


def _kinds(connection: Connection) -> dict[str, Any]:
    """The programmes and kinds that there are claims of."""
    rows = connection.execute(
        select(claim.c.benefit, func.max(claim.c.rules_from).label("rules_from"))
        .where(claim.c.restricted.is_(False))
        .group_by(claim.c.benefit)
    )
    names = {row.benefit: (known_kind(row.benefit, row.rules_from), row.benefit) for row in rows}
    kinds = tuple(
        sorted(
            (Choice(code, found.name if found else code) for code, (found, code) in names.items()),
            key=lambda one: (programme_of(one.value), one.name),
        )
    )
    return {"kinds": kinds, "programmes": tuple(sorted({programme_of(one.value) for one in kinds}))}
