"""Claims: the benefits of Permenaker 4/2023, the papers each asks for, and what to say before one is filed.

The counter records and forwards; BPJS Ketenagakerjaan decides. So nearly everything here warns, and little
refuses. Amounts are ceilings or lump sums of the regulation with the confidence they were read with; below
"law" a screen says that BPJS sets the amount.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from models.rules import data
from models.rules.coverage import Cover, Programme, covered_on
from models.rules.days import add_months
from models.rules.phases import AFTER_DAYS, BEYOND_MONTHS, PHASE_NAMES, Phase, PhaseKind
from models.rules.problems import Problem, Refused

FILED_BY: tuple[str, ...] = ("worker", "heir", "mission")

DEADLINE_MONTHS = 60
"""Claims of JKK expire after five years (press): a warning, never a refusal."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit. `ceiling` in whole rupiah: the most that is reimbursed (`is_ceiling`) or the lump sum; None
    where the amount depends on more (`amount_note` says on what) or is not known. `checklist` names the list
    of papers, `death` that only an heir or the mission may file, `restricted` that named roles alone see it."""

    code: str
    name: str
    programme: Literal["JKK", "JKM", "JHT"]
    phases: tuple[PhaseKind, ...]
    ceiling: int | None
    amount_note: str
    is_ceiling: bool
    confidence: str
    article: str
    checklist: str
    restricted: bool
    death: bool

    @property
    def neutral_name(self) -> str:
        """What slips, queues and lists may say."""
        return "Klaim khusus" if self.restricted else self.name

    @property
    def contribution(self) -> Programme:
        """The programme whose contribution pays for it."""
        return "JHT" if self.programme == "JHT" else "JKK+JKM"


@cache
def _benefits() -> dict[str, Benefit]:
    return {
        row["code"]: Benefit(
            code=row["code"],
            name=row["name"],
            programme=row["programme"],
            phases=tuple(row["phases"]),
            ceiling=row["ceiling"],
            amount_note=row["amount_note"],
            is_ceiling=row["is_ceiling"],
            confidence=row["confidence"],
            article=row["article"],
            checklist=row["checklist"],
            restricted=row["restricted"],
            death=row["death"],
        )
        for row in data.document("benefits.json")["benefits"]
    }


def benefits() -> tuple[Benefit, ...]:
    """Every benefit, in the order of the regulation."""
    return tuple(_benefits().values())


def benefit(code: str, field: str = "kind") -> Benefit:
    """The benefit with this code. Refused: `claim.kind_unknown`."""
    found = _benefits().get(code)
    if found is None:
        raise Refused(Problem.of(field, "claim.kind_unknown", kind=code[:40]))
    return found


# Papers


@dataclass(frozen=True, slots=True)
class Requirement:
    """One paper a claim asks for: any of `one_of` will do. `key` is stable within the checklist, `name` is what
    the counter calls it (`Buku rekening bank atas nama pekerja atau pihak yang menalangi`)."""

    key: str
    one_of: tuple[str, ...]
    article: str
    confidence: str
    name: str


def _requirement_name(one_of: Sequence[str]) -> str:
    first, *others = (document_name(kind) for kind in one_of)
    return " atau ".join([first, *(_small_initial(name) for name in others)])


def _small_initial(name: str) -> str:
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


@cache
def checklist(code: str, field: str = "kind") -> tuple[Requirement, ...]:
    """What a benefit asks for, or a checklist by its own name (`JHT_DEATH`), in the order of the list.

    Refused: `claim.kind_unknown`.
    """
    lists = data.document("checklists.json")["checklists"]
    return _resolve(lists, code if code in lists else benefit(code, field).checklist)


def _resolve(lists: dict[str, Any], name: str) -> tuple[Requirement, ...]:
    row = lists[name]
    if "same_as" in row:
        return _resolve(lists, row["same_as"])
    base = _resolve(lists, row["extends"]) if "extends" in row else ()
    own = []
    for one in row["requirements"]:
        one_of = tuple(one.get("one_of", (one["key"],)))
        own.append(
            Requirement(
                key=one["key"],
                one_of=one_of,
                article=row["article"],
                confidence=one.get("confidence", row["confidence"]),
                name=one.get("name") or _requirement_name(one_of),
            )
        )
    return (*(one for one in base if one.key not in row.get("minus", ())), *own)


def document_kinds() -> frozenset[str]:
    """Every word a document's kind may be given by: our own, and those of the regulation's lists that mean
    the same (`document_kind` makes them one)."""
    table = data.document("checklists.json")
    return frozenset(table["documents"]) | frozenset(table["aliases"])


def document_kind(kind: str, field: str = "kind") -> str:
    """Our own word for a document's kind. Refused: `document.kind_unknown`."""
    table = data.document("checklists.json")
    own: str = table["aliases"].get(kind, kind)
    if own not in table["documents"]:
        raise Refused(Problem.of(field, "document.kind_unknown", kind=kind[:80]))
    return own


def document_name(kind: str) -> str:
    """What a document is called on screens and slips. Refused: `document.kind_unknown`."""
    name: str = data.document("checklists.json")["documents"][document_kind(kind)]
    return name


def missing(benefit_code: str, present: Collection[str]) -> tuple[Requirement, ...]:
    """The papers still to come, given the kinds already there. A kind we do not know fulfils nothing.

    Refused: `claim.kind_unknown`.
    """
    aliases = data.document("checklists.json")["aliases"]
    here = {aliases.get(kind, kind) for kind in present}
    return tuple(one for one in checklist(benefit_code) if here.isdisjoint(one.one_of))


# Phases and warnings


def claim_problems(benefit: Benefit, filed_by: str, event_date: date, today: date) -> list[Problem]:
    """What no claim is taken in with: `claim.filed_by_unknown`, `claim.death_by_worker` on "filed_by",
    `claim.event_in_future` on "event_date"."""
    problems = []
    if filed_by not in FILED_BY:
        problems.append(Problem.of("filed_by", "claim.filed_by_unknown", filed_by=filed_by[:40]))
    elif benefit.death and filed_by == "worker":
        problems.append(Problem.of("filed_by", "claim.death_by_worker"))
    if event_date > today:
        problems.append(Problem.of("event_date", "claim.event_in_future", day=event_date.isoformat()))
    return problems


def claim_warnings(
    benefit: Benefit,
    event_date: date,
    today: date,
    covers: Sequence[Cover],
    phase: Phase,
) -> list[Problem]:
    """What to tell the person who files, and BPJS: never a reason to refuse.

    `claim.never_covered`, `claim.not_covered`, `claim.after_cover` (the journey home), `claim.phase`,
    `claim.phase_assumed`, `claim.phase_unknown`, `claim.deadline` (JKK, five years), all on "event_date". `covers`
    may hold every programme; `phase` is that of the event's day.
    """
    return [
        *_cover_warnings(benefit, event_date, covers),
        *_phase_warnings(benefit, phase),
        *_deadline_warnings(benefit, event_date, today),
    ]


def claim_deadline(benefit: Benefit, event_date: date) -> date | None:
    """The last day to file, where a limit is known: five years for JKK."""
    return add_months(event_date, DEADLINE_MONTHS) if benefit.programme == "JKK" else None


def _cover_warnings(benefit: Benefit, day: date, covers: Sequence[Cover]) -> list[Problem]:
    paid = [cover for cover in covers if cover.programme == benefit.contribution]
    if not paid:
        return [Problem.of("event_date", "claim.never_covered", programme=benefit.contribution)]
    # Savings stay with the worker however long ago the last contribution was.
    if benefit.programme == "JHT" or covered_on(paid, day):
        return []
    ended = max((cover.covered_to for cover in paid if cover.covered_to < day), default=None)
    if ended is not None and day <= add_months(ended, BEYOND_MONTHS) + timedelta(days=AFTER_DAYS):
        return [
            Problem.of("event_date", "claim.after_cover", days=(day - ended).days, ended=ended.isoformat()),
        ]
    return [Problem.of("event_date", "claim.not_covered", day=day.isoformat())]


def _phase_warnings(benefit: Benefit, phase: Phase) -> list[Problem]:
    if set(benefit.phases) >= {"before", "during", "after"}:
        return []
    if phase.kind == "unknown":
        return [Problem.of("event_date", "claim.phase_unknown")]
    if phase.kind in benefit.phases:
        return []
    allowed = " atau ".join(PHASE_NAMES[one] for one in benefit.phases)
    found = [Problem.of("event_date", "claim.phase", allowed=allowed, phase=PHASE_NAMES[phase.kind])]
    if not phase.certain:
        found.append(Problem.of("event_date", "claim.phase_assumed"))
    return found


def _deadline_warnings(benefit: Benefit, day: date, today: date) -> list[Problem]:
    last = claim_deadline(benefit, day)
    if last is None or today <= last:
        return []
    return [Problem.of("event_date", "claim.deadline", day=last.isoformat())]
