"""What stands beside a claim: what an officer may do with it now, and what was typed where it was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from fastapi import Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from models.rules.awards import Choice, total
from models.rules.claim_states import OFFICERS, allowed
from models.rules.claims import document_kind, document_kinds, document_name
from models.rules.days import business_date
from models.rules.missions import mission
from models.rules.problems import Problem, Refused
from models.rules.rejections import Reason, known, reasons
from models.sentences import sentence
from server.console.sessions import centre_of
from server.usecases.centre import Centre
from server.usecases.claim_assignments import Assignee, assignees, candidates
from server.usecases.claim_cases import Case, case_of, may_decide
from server.usecases.claim_comments import LONGEST_COMMENT, Comment, comments
from server.usecases.claim_decisions import LONGEST_NOTE, LONGEST_REFERENCE, Task, tasks
from server.usecases.claim_proposals import Proposal, proposal_of
from server.usecases.officers import Officer
from server.usecases.overview import ZONE
from server.usecases.sessions import Session
from server.usecases.settings import four_eyes_idr

OTHERS = 2
"""How many kinds of documents may be asked for beside the checklist, in one form."""

DONE = {
    "minta": "Dokumen diminta. Loket mendengarnya pada sinkronisasi berikutnya.",
    "setujui": "Klaim disetujui. Loket mendengarnya pada sinkronisasi berikutnya.",
    "usul": "Usulan disimpan. Petugas kedua yang memutuskan.",
    "tolak": "Klaim ditolak. Loket mendengarnya pada sinkronisasi berikutnya.",
    "sepakat": "Usulan disepakati dan klaim diputuskan. Loket mendengarnya pada sinkronisasi berikutnya.",
    "kembalikan": "Usulan dikembalikan. Alasannya ada di antara komentar.",
    "hapus": "Usulan dihapus.",
    "bayar": "Pembayaran dicatat.",
    "retur": "Pembayaran yang kembali dicatat. Klaim menunggu dibayar lagi.",
    "buka": "Klaim dibuka kembali.",
    "tinjau": "Dicatat sudah diperiksa.",
    "komentar": "Komentar ditambahkan.",
    "tugas": "Penugasan disimpan.",
}
"""What was just done, by the word that the address carries."""

_CONFIDENCE = {
    "press": "menurut pers",
    "official": "menurut artikel resmi",
    "proposal": "usulan",
    "unknown": "belum diketahui dasarnya",
}
_TASKS = {
    "claim.late_document": "Dokumen datang sesudah keputusan, yang belum melihatnya. Periksa; bila perlu buka kembali.",
    "claim.withdrawn_late": "Ditarik kembali tanpa tahu keputusan pusat. Pastikan kepada loketnya; bila keliru, "
    "buka kembali.",
    "claim.decided_again": "Diputuskan dua kali; keputusan pertama yang berlaku. Periksa keduanya.",
}


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """A paper of the checklist. `here`: some document answers it already."""

    key: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class AwardChoice:
    """A benefit that may be granted; `hint` says the amount that is known, and how surely. `asked` by the second
    report."""

    code: str
    name: str
    hint: str
    asked: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    task: Task
    said: str


@dataclass(frozen=True, slots=True)
class Acts:
    """`allowed` are the acts of this officer in this state, nothing for who may only look. `typed`, `problems` and
    `open` are what was refused: the fields, a sentence for each, and the form they belong to."""

    claim_id: UUID
    state: str
    before: str
    may: bool
    allowed: frozenset[str]
    restricted: bool
    erased: bool
    papers: tuple[PaperChoice, ...]
    kinds: tuple[tuple[str, str], ...]
    awards: tuple[AwardChoice, ...]
    reasons: tuple[Reason, ...]
    granted: tuple[tuple[str, int], ...]
    due: int | None
    proposal: Proposal | None
    proposed: tuple[tuple[str, int], ...]
    proposed_reason: str
    own: bool
    tasks: tuple[TaskRow, ...]
    assignee: Assignee | None
    candidates: tuple[Officer, ...]
    comments: tuple[Comment, ...]
    limit_idr: int
    today: date
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    open: str
    done: str
    others: int = OTHERS
    longest_note: int = LONGEST_NOTE
    longest_reference: int = LONGEST_REFERENCE
    longest_comment: int = LONGEST_COMMENT


async def acts_of(
    request: Request,
    session: Session,
    claim_id: UUID,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> Acts | None:
    """What stands beside the claim for this officer; None where the claim is not there, or may not be opened. Read it
    before the claim itself is read, so that nobody decides on what was not shown."""
    centre, typed = centre_of(request), typed or {}
    done = DONE.get(request.query_params.get("hasil", ""), "") if not problems else ""

    def look(connection: Connection) -> Acts | None:
        try:
            case = case_of(connection, centre, claim_id)
        except Refused:
            return None
        if case.restricted and not may_decide(session.officer, restricted=True):
            return None
        return _acts(connection, centre, case, session.officer, typed, problems, done)

    return await run_in_threadpool(centre.read, look)


def _acts(
    connection: Connection,
    centre: Centre,
    case: Case,
    by: Officer,
    typed: Mapping[str, str],
    problems: Sequence[Problem],
    done: str,
) -> Acts:
    may = may_decide(by, restricted=case.restricted)
    there = proposal_of(connection, centre, case)
    choices = case.choices
    return Acts(
        claim_id=case.id,
        state=case.state,
        # What a refused form was based on is old: what is shown with it is what counts now.
        before=case.before.written(),
        may=may,
        allowed=allowed(case.state) & OFFICERS if may else frozenset(),
        restricted=case.restricted,
        erased=case.erased,
        papers=_papers(case),
        kinds=_kinds(),
        awards=tuple(
            sorted(
                (AwardChoice(one.code, one.name, _hint(one), one.code in case.benefits) for one in choices.values()),
                key=lambda one: not one.asked,
            )
        ),
        reasons=reasons(),
        granted=_named(case.granted or (), choices),
        due=None if case.granted is None else total(case.granted),
        proposal=there,
        proposed=_named(there.verdict.awards, choices) if there else (),
        proposed_reason=_reason(there),
        own=there is not None and there.officer_id == by.id,
        tasks=tuple(TaskRow(one, _TASKS[one.code]) for one in tasks(connection, [case.id]).get(case.id, ())),
        assignee=assignees(connection, [case.id]).get(case.id),
        candidates=candidates(connection, restricted=case.restricted) if may else (),
        comments=comments(connection, centre, case.id, by=by),
        limit_idr=four_eyes_idr(connection),
        today=business_date(centre.now(), ZONE),
        typed=typed,
        problems=_by_field(problems),
        open=typed.get("act", ""),
        done=done,
    )


def _papers(case: Case) -> tuple[PaperChoice, ...]:
    asked = case.checklist
    try:
        kind = mission(case.mission).kind
    except Refused:
        kind = ""
    here = {key for key in (one.key for one in asked) if key in case.answered}
    return tuple(PaperChoice(one.key, (one.at(kind) if kind else one).name, one.key in here) for one in asked)


@cache
def _kinds() -> tuple[tuple[str, str], ...]:
    """Every kind of document by our own word, in the order of their names."""
    own = [one for one in document_kinds() if document_kind(one) == one]
    return tuple(sorted(((one, document_name(one)) for one in own), key=lambda row: row[1].casefold()))


def _hint(choice: Choice) -> str:
    """`paling banyak Rp 50.000.000, menurut pers`"""
    from models.language import rupiah

    one = choice.benefit
    if one is None:
        return "batasnya tidak diketahui: program pusat belum mengenal manfaat ini"
    said = []
    if one.ceiling is not None:
        said.append(f"{'paling banyak' if one.is_ceiling else 'besarnya'} {rupiah(one.ceiling)}")
    if one.amount_note:
        said.append(one.amount_note)
    if not said:
        return "ditetapkan BPJS Ketenagakerjaan"
    level = one.confidence.replace(",", " ").split(" ")[0]
    if not choice.is_law:
        said.append(_CONFIDENCE.get(level, "belum pasti") + (", sumbernya berbeda-beda" if one.unsettled else ""))
    return ", ".join(said)


def _named(awards: Sequence[tuple[str, int]], choices: Mapping[str, Choice]) -> tuple[tuple[str, int], ...]:
    return tuple((choices[code].name if code in choices else code, amount) for code, amount in awards)


def _reason(there: Proposal | None) -> str:
    if there is None or there.verdict.approved:
        return ""
    found = known(there.verdict.reason_code)
    return found.name if found else there.verdict.reason_code


def _by_field(problems: Sequence[Problem]) -> Mapping[str, str]:
    """A sentence, or several, for each field; what belongs to none stands above the form."""
    said: dict[str, str] = {}
    for problem in problems:
        field = "" if problem.field in ("claim", "officer", "proposal", "task") else problem.field
        said[field] = " ".join(filter(None, (said.get(field), sentence(problem))))
    return said
