"""Claims: what a clerk may choose, the benefits behind it, the papers each asks for, and what to say before one is
filed.

The counter records and forwards; BPJS Ketenagakerjaan decides. So nearly everything here warns, and little
refuses. All of it is dated: a claim is judged by the edition of the rules that held on the day of its event, and
keeps it. `on` is that day, or the claim's own `rules_from`; None is the first edition, under which every claim stands
that names none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from models.rules import data
from models.rules.coverage import Cover, Programme, covered_on
from models.rules.days import add_months
from models.rules.phases import AFTER_DAYS, BEYOND_MONTHS, PHASE_NAMES, Phase, PhaseKind
from models.rules.problems import Problem, Refused

FILED_BY: tuple[str, ...] = ("worker", "heir", "mission")

FILER_NAMES = {"worker": "pekerja", "heir": "ahli waris", "mission": "perwakilan"}

FLAGGED: frozenset[str] = frozenset(
    {
        "claim.never_covered",
        "claim.not_covered",
        "claim.after_cover",
        "claim.phase",
        "claim.phase_unknown",
        "claim.deadline",
        "claim.not_sealed",
    }
)
"""Warnings that somebody should look at again after filing; the others are for the clerk alone."""

_SURE = ("law", "press", "official")
"""Levels of confidence whose amount may be shown; of all others BPJS sets it."""

ClaimProgramme = Literal["JKK", "JKM", "JHT"]


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit. `ceiling` in whole rupiah: the most that is reimbursed (`is_ceiling`) or the lump sum; None
    where the amount depends on more (`amount_note` says on what) or is not known. `confidence` begins with its level;
    `unsettled` that sources differ. `death` that only an heir or the mission may file, `restricted` that named roles
    alone see it. What of it may be shown, `shown_amount` says."""

    code: str
    name: str
    programme: ClaimProgramme
    phases: tuple[PhaseKind, ...]
    ceiling: int | None
    amount_note: str
    is_ceiling: bool
    confidence: str
    unsettled: bool
    article: str
    restricted: bool
    death: bool

    @property
    def neutral_name(self) -> str:
        """What slips, queues and lists may say."""
        return _neutral(self.name, restricted=self.restricted)

    @property
    def contribution(self) -> Programme:
        """The programme whose contribution pays for it."""
        return _contribution(self.programme)


@dataclass(frozen=True, slots=True)
class ShownAmount:
    """What a screen or paper may say of a benefit: the regulation's amount in whole rupiah (`at_most`: up to it), or
    None, and then BPJS sets it. `note` says what it depends on."""

    amount_idr: int | None
    at_most: bool
    note: str


def shown_amount(benefit: Benefit) -> ShownAmount:
    """Never a promise: an amount is shown only where it was read in the law, the press or an official article and no
    source says otherwise; of a restricted benefit nothing."""
    sure = benefit.confidence.startswith(_SURE) and not benefit.unsettled and not benefit.restricted
    if not sure:
        return ShownAmount(None, at_most=False, note="")
    return ShownAmount(
        benefit.ceiling, at_most=benefit.is_ceiling and benefit.ceiling is not None, note=benefit.amount_note
    )


# What a clerk chooses


@dataclass(frozen=True, slots=True)
class Situation:
    """How it came to a claim of one kind, which decides the papers: «Meninggal saat cuti di Indonesia»; without a name
    where there is only one. `checklist` names the list, `confidence` how sure the list is (`unread`: the article was
    not at hand), `filers` who may file."""

    code: str
    name: str
    checklist: str
    death: bool
    filers: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an accident came to, told by the second report: the request for its `benefits`. From then on the papers of
    `situation` are asked for, where it names one."""

    code: str
    name: str
    death: bool
    situation: str | None
    benefits: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What a clerk chooses: a group of benefits that one event may lead to, or a single benefit by its own code.
    `outcomes`: it is told in two reports. `rules_from` is the edition it stands in, `deadline_months` until when it may
    be filed, None where no limit is known."""

    code: str
    name: str
    programme: ClaimProgramme
    phases: tuple[PhaseKind, ...]
    restricted: bool
    benefits: tuple[str, ...]
    situations: tuple[Situation, ...]
    outcomes: tuple[Outcome, ...]
    deadline_months: int | None
    deadline_confidence: str
    rules_from: date

    @property
    def stages(self) -> int:
        """In how many reports it is told."""
        return 2 if self.outcomes else 1

    @property
    def death(self) -> bool:
        """Whether it is about a death however it came to it."""
        return all(one.death for one in self.situations)

    @property
    def neutral_name(self) -> str:
        """What slips, queues and lists may say."""
        return _neutral(self.name, restricted=self.restricted)

    @property
    def contribution(self) -> Programme:
        """The programme whose contribution pays for it."""
        return _contribution(self.programme)

    def situation(self, code: str, field: str = "situation") -> Situation:
        """The situation with this code; the first one for a claim that names none. Refused:
        `claim.situation_unknown`."""
        found = next((one for one in self.situations if one.code == code), None)
        if found is None and code:
            raise Refused(Problem.of(field, "claim.situation_unknown", situation=code[:40]))
        return found or self.situations[0]

    def situation_for(self, filed_by: str) -> Situation:
        """The situation of a claim that names none: the first one that this person may file."""
        return next((one for one in self.situations if filed_by in one.filers), self.situations[0])

    def outcome(self, code: str, field: str = "outcome") -> Outcome:
        """Refused: `claim.outcome_unknown`, and `claim.one_stage` where there is no second report."""
        if not self.outcomes:
            raise Refused(Problem(field, "claim.one_stage"))
        found = next((one for one in self.outcomes if one.code == code), None)
        if found is None:
            raise Refused(Problem.of(field, "claim.outcome_unknown", outcome=code[:40]))
        return found


def _neutral(name: str, *, restricted: bool) -> str:
    return "Klaim khusus" if restricted else name


def _contribution(programme: str) -> Programme:
    return "JHT" if programme == "JHT" else "JKK+JKM"


# Papers


@dataclass(frozen=True, slots=True)
class Requirement:
    """One paper a claim asks for: any of `one_of` will do. `key` is stable within the checklist, `name` is what
    the counter calls it (`Buku rekening bank atas nama pekerja atau pihak yang menalangi`).

    `parties` are those it may come from, whom to ask first standing first; `original` whether the original, a copy or
    either is wanted, `follow_days` for how many days after filing it may follow (None: no limit known); both with a
    confidence of their own. `from_data` names what the counter may know already: membership, passport, id_card ….
    """

    key: str
    one_of: tuple[str, ...]
    article: str
    confidence: str
    name: str
    parties: tuple[str, ...] = ()
    original: Literal["original", "copy", "either"] = "either"
    original_confidence: str = "unknown"
    follow_days: int | None = None
    follow_confidence: str = "unknown"
    from_data: tuple[str, ...] = ()
    name_here: str = ""

    @property
    def party(self) -> str:
        """Whom to ask for it first; "" where nobody is named."""
        return next(iter(self.parties), "")

    def follow_by(self, filed_on: date) -> date | None:
        """Until when it may follow; None where no limit is known."""
        return None if self.follow_days is None else filed_on + timedelta(days=self.follow_days)

    def at(self, mission_kind: str) -> Requirement:
        """As a counter of this kind of mission (`KDEI`, `KBRI`) calls and offers it: a paper that only another office
        writes stands last. It fulfils the requirement everywhere."""
        return _called(self, _office(mission_kind))


@cache
def _called(asked: Requirement, office: str) -> Requirement:
    name = asked.name
    if asked.name_here:
        name = asked.name_here.format(mission=_words()["offices"][office])
    elif asked.name == _name_of(asked.one_of):
        name = _name_of([kind for kind in asked.one_of if not _foreign(kind, office)] or asked.one_of, office)
    return replace(asked, one_of=tuple(sorted(asked.one_of, key=lambda kind: _foreign(kind, office))), name=name)


def at_mission(requirements: Iterable[Requirement], mission_kind: str) -> tuple[Requirement, ...]:
    """All of them as a counter of this kind of mission calls them."""
    return tuple(one.at(mission_kind) for one in requirements)


def _words() -> dict[str, Any]:
    """Documents, aliases, parties and offices: words that only grow, so that they need no edition."""
    words: dict[str, Any] = data.document("checklists.json")
    return words


def _office(mission_kind: str) -> str:
    return "kdei" if mission_kind == "KDEI" else "perwakilan"


def _foreign(kind: str, office: str) -> bool:
    return bool(_words()["documents"][kind].get("office", office) != office)


def _name_of(one_of: Iterable[str], office: str = "") -> str:
    first, *others = (_document_name(kind, office) for kind in one_of)
    return " atau ".join([first, *(_small_initial(name) for name in others)])


def _small_initial(name: str) -> str:
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _document_name(kind: str, office: str = "") -> str:
    row = _words()["documents"][kind]
    here = row.get("name_here", "")
    name: str = here.format(mission=_words()["offices"][office]) if here and office else row["name"]
    return name


def document_kinds() -> frozenset[str]:
    """Every word a document's kind may be given by: our own, and those of the regulation's lists that mean
    the same (`document_kind` makes them one)."""
    return frozenset(_words()["documents"]) | frozenset(_words()["aliases"])


def document_kind(kind: str, field: str = "kind") -> str:
    """Our own word for a document's kind. Refused: `document.kind_unknown`."""
    own: str = _words()["aliases"].get(kind, kind)
    if own not in _words()["documents"]:
        raise Refused(Problem.of(field, "document.kind_unknown", kind=kind[:80]))
    return own


def document_name(kind: str, mission_kind: str = "") -> str:
    """What a document is called on screens and slips; at a counter of this kind of mission, where one is named.
    Refused: `document.kind_unknown`."""
    return _document_name(document_kind(kind), _office(mission_kind) if mission_kind else "")


def kept_as(kind: str) -> str:
    """The kind under which the same paper may be kept with a worker apart from any claim (models.rules.documents); ""
    where there is none. Refused: `document.kind_unknown`."""
    kept: str = _words()["documents"][document_kind(kind)].get("kept_as", "")
    return kept


def party_name(party: str, mission_kind: str = "") -> str:
    """Whom a paper comes from, as a sentence says it: `pemberi kerja`; the mission's own by its kind of office."""
    if party == "mission" and mission_kind:
        office: str = _words()["offices"][_office(mission_kind)]
        return office
    name: str = _words()["parties"].get(party, party)
    return name


# Editions


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """The rules from one day until the next edition."""

    valid_from: date
    legal_basis: str
    _benefits: Mapping[str, Benefit]
    _kinds: Mapping[str, Kind]
    _lists: Mapping[str, tuple[Requirement, ...]]

    def kinds(self) -> tuple[Kind, ...]:
        """What a clerk may choose: the groups, and then every benefit in the order of the regulation."""
        return tuple(self._kinds.values())

    def benefits(self) -> tuple[Benefit, ...]:
        return tuple(self._benefits.values())

    def find(self, code: str) -> Kind | None:
        """The kind with this code, if this edition has it."""
        return self._kinds.get(code)

    def kind(self, code: str, field: str = "kind") -> Kind:
        """Refused: `claim.kind_unknown`."""
        found = self.find(code)
        if found is None:
            raise Refused(Problem.of(field, "claim.kind_unknown", kind=code[:40]))
        return found

    def benefit(self, code: str, field: str = "kind") -> Benefit:
        """Refused: `claim.kind_unknown`."""
        found = self._benefits.get(code)
        if found is None:
            raise Refused(Problem.of(field, "claim.kind_unknown", kind=code[:40]))
        return found

    def checklist(
        self,
        code: str,
        situation: str = "",
        *,
        outcome: str = "",
        benefits: Iterable[str] = (),
        field: str = "kind",
    ) -> tuple[Requirement, ...]:
        """What a kind asks for in a situation, or a checklist by its own name (`JHT_DEATH`), in the order of the list.
        After the second report also what its outcome and the benefits it asks for want, each paper once.

        Refused: `claim.kind_unknown`, `claim.situation_unknown`, `claim.outcome_unknown`, `claim.one_stage`.
        """
        if code in self._lists:
            return self._lists[code]
        kind = self.kind(code, field)
        names = [kind.situation(situation).checklist]
        if outcome:
            said = kind.outcome(outcome)
            if said.situation is not None:
                names = [kind.situation(said.situation).checklist]
            names += [self._after(one, said).checklist for one in benefits]
        found = list(self._lists[names[0]])
        for one in (one for name in names[1:] for one in self._lists[name]):
            # What fulfils a paper that is asked for already fulfils this one too.
            if not any(other.key == one.key or set(other.one_of) <= set(one.one_of) for other in found):
                found.append(one)
        return tuple(found)

    def _after(self, benefit: str, outcome: Outcome) -> Situation:
        situations = self.kind(benefit, "benefits").situations
        return next((one for one in situations if one.death == outcome.death), situations[0])


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """All editions, the first one first."""

    editions: tuple[Edition, ...]

    def edition(self, on: date | None = None) -> Edition:
        """The edition that holds on a day; the first one for any day before it, and for None."""
        held = [one for one in self.editions if on is not None and one.valid_from <= on]
        return held[-1] if held else self.editions[0]

    def kind(self, code: str, on: date | None = None, field: str = "kind") -> Kind:
        """The group or benefit with this code on a day. Refused: `claim.kind_unknown`, and `claim.kind_not_then` for
        one that only other editions have."""
        held = self.edition(on)
        for one in (held, *self.editions):
            if (found := one.find(code)) is None:
                continue
            if one is held:
                return found
            raise Refused(Problem.of(field, "claim.kind_not_then", kind=found.neutral_name))
        return held.kind(code, field)


def read_rules(benefits: Mapping[str, Any], checklists: Mapping[str, Any]) -> Rules:
    """The editions of the two shipped documents; a further one begins on every day on which either has one.
    ValueError where they do not fit together."""
    starts = sorted({date.fromisoformat(row["valid_from"]) for row in (*benefits["editions"], *checklists["editions"])})
    return Rules(tuple(_edition(day, _held(benefits, day), _held(checklists, day)) for day in starts))


@cache
def shipped() -> Rules:
    """The rules this program came with."""
    return read_rules(data.document("benefits.json"), _words())


def _held(document: Mapping[str, Any], day: date) -> Mapping[str, Any]:
    rows: list[Mapping[str, Any]] = sorted(document["editions"], key=lambda row: str(row["valid_from"]))
    return next((row for row in reversed(rows) if date.fromisoformat(row["valid_from"]) <= day), rows[0])


def _edition(day: date, row: Mapping[str, Any], papers: Mapping[str, Any]) -> Edition:
    lists = {name: _requirements(papers, name) for name in papers["checklists"]}
    reading = _Reading(day, row, papers)
    benefits = {one["code"]: reading.benefit(one) for one in row["benefits"]}
    kinds = [reading.group(one, benefits) for one in row["groups"]] + [reading.single(one) for one in row["benefits"]]
    if len({one.code for one in kinds}) < len(kinds):
        raise ValueError(f"a kind stands twice in the edition of {day}")
    return Edition(day, row["legal_basis"], benefits, {one.code: one for one in kinds}, lists)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One edition's rows, on their way to become values."""

    day: date
    row: Mapping[str, Any]
    papers: Mapping[str, Any]

    def benefit(self, one: Mapping[str, Any]) -> Benefit:
        return Benefit(
            code=one["code"],
            name=one["name"],
            programme=one["programme"],
            phases=tuple(one["phases"]),
            ceiling=one["ceiling"],
            amount_note=one["amount_note"],
            is_ceiling=one["is_ceiling"],
            confidence=one["confidence"],
            unsettled=one.get("unsettled", False),
            article=one["article"],
            restricted=one["restricted"],
            death=all(situation.death for situation in self.situations(one)),
        )

    def single(self, one: Mapping[str, Any]) -> Kind:
        return self._kind(one, tuple(one["phases"]), (one["code"],), (), restricted=one["restricted"])

    def group(self, one: Mapping[str, Any], benefits: Mapping[str, Benefit]) -> Kind:
        outcomes = tuple(
            Outcome(
                code=row["code"],
                name=row["name"],
                death=row.get("death", False),
                situation=row.get("situation"),
                benefits=tuple(row["benefits"]),
                confidence=row["confidence"],
            )
            for row in one["outcomes"]
        )
        led_to = {code for outcome in outcomes for code in outcome.benefits}
        if strange := {code for code in led_to if code not in benefits or benefits[code].restricted}:
            raise ValueError(f"{one['code']} may not lead to {sorted(strange)} in the edition of {self.day}")
        several = tuple(code for code in benefits if code in led_to)
        phases = [phase for code in several for phase in benefits[code].phases]
        kind = self._kind(one, tuple(dict.fromkeys(phases)), several, outcomes, restricted=False)
        for outcome in outcomes:
            kind.situation(outcome.situation or "")
        return kind

    def _kind(
        self,
        one: Mapping[str, Any],
        phases: tuple[PhaseKind, ...],
        benefits: tuple[str, ...],
        outcomes: tuple[Outcome, ...],
        *,
        restricted: bool,
    ) -> Kind:
        limit = self.row["deadlines"].get(one["programme"], {})
        return Kind(
            code=one["code"],
            name=one["name"],
            programme=one["programme"],
            phases=phases,
            restricted=restricted,
            benefits=benefits,
            situations=self.situations(one),
            outcomes=outcomes,
            deadline_months=limit.get("months"),
            deadline_confidence=limit.get("confidence", "unknown"),
            rules_from=self.day,
        )

    def situations(self, one: Mapping[str, Any]) -> tuple[Situation, ...]:
        """Those that a row names, or the one that its list and its death make."""
        rows = one.get("situations") or [{"code": "", "name": "", "checklist": one["checklist"], "death": one["death"]}]
        return tuple(self._situation(row) for row in rows)

    def _situation(self, row: Mapping[str, Any]) -> Situation:
        death = row.get("death", False)
        filers = row.get("filers") or self.row["filers"]["death" if death else "living"]
        asked = self.papers["checklists"].get(row["checklist"])
        if asked is None:
            raise ValueError(
                f"{row['name'] or 'a kind'} asks for {row['checklist']}, which is no list in the edition of {self.day}"
            )
        return Situation(row["code"], row["name"], row["checklist"], death, tuple(filers), asked["confidence"])


def _requirements(papers: Mapping[str, Any], name: str) -> tuple[Requirement, ...]:
    row = papers["checklists"][name]
    if "same_as" in row:
        return _requirements(papers, row["same_as"])
    base = _requirements(papers, row["extends"]) if "extends" in row else ()
    own = tuple(_requirement(papers, row, one) for one in row["requirements"])
    return (*(one for one in base if one.key not in row.get("minus", ())), *own)


def _requirement(papers: Mapping[str, Any], row: Mapping[str, Any], one: Mapping[str, Any]) -> Requirement:
    one_of = tuple(one.get("one_of", (one["key"],)))
    documents = [_words()["documents"][kind] for kind in one_of]
    parties = tuple(dict.fromkeys(document["party"] for document in documents))
    wanted = {document["original"] for document in documents}
    days = papers["follow"]["days"]
    # Whoever may still bring any of them has as long as the slowest of those who write them.
    follow = one.get("follow_days", max(days[party] for party in parties))
    return Requirement(
        key=one["key"],
        one_of=one_of,
        article=row["article"],
        confidence=one.get("confidence", row["confidence"]),
        name=one.get("name") or _name_of(one_of),
        parties=parties,
        original=one.get("original") or (wanted.pop() if len(wanted) == 1 else "either"),
        original_confidence=one.get("original_confidence", papers["originals"]["confidence"]),
        follow_days=follow,
        follow_confidence=one.get("follow_confidence", papers["follow"]["confidence"]),
        from_data=tuple(document["from_data"] for document in documents if "from_data" in document),
        name_here=one.get("name_here", ""),
    )


def edition(on: date | None = None) -> Edition:
    """The shipped edition that holds on a day."""
    return shipped().edition(on)


def kinds(on: date | None = None) -> tuple[Kind, ...]:
    """What a clerk may choose for an event of that day, the groups first."""
    return edition(on).kinds()


def kind(code: str, *, on: date | None = None, field: str = "kind") -> Kind:
    """The group or benefit with this code on that day. Refused: `claim.kind_unknown`, `claim.kind_not_then`."""
    return shipped().kind(code, on, field)


def programme_of(code: str) -> str:
    """The programme of a kind in whichever edition; by its code that of one which only newer programs know."""
    known = (one.find(code) for one in shipped().editions)
    return next((one.programme for one in known if one is not None), code.partition("-")[0])


def benefits(on: date | None = None) -> tuple[Benefit, ...]:
    """Every benefit, in the order of the regulation."""
    return edition(on).benefits()


def benefit(code: str, *, on: date | None = None, field: str = "kind") -> Benefit:
    """The benefit with this code. Refused: `claim.kind_unknown`."""
    return edition(on).benefit(code, field)


def checklist(
    code: str,
    situation: str = "",
    *,
    on: date | None = None,
    outcome: str = "",
    benefits: Iterable[str] = (),
    field: str = "kind",
) -> tuple[Requirement, ...]:
    """What a kind asks for (`Edition.checklist`). Refused: `claim.kind_unknown`, `claim.situation_unknown`,
    `claim.outcome_unknown`, `claim.one_stage`."""
    return edition(on).checklist(code, situation, outcome=outcome, benefits=benefits, field=field)


def missing(
    code: str,
    present: Collection[str],
    situation: str = "",
    *,
    on: date | None = None,
    outcome: str = "",
    benefits: Iterable[str] = (),
    answered: Collection[str] = (),
) -> tuple[Requirement, ...]:
    """The papers still to come, given the kinds already there and the requirements `answered` by their keys. A kind we
    do not know fulfils nothing. Refused like `checklist`."""
    aliases = _words()["aliases"]
    here = {aliases.get(kind, kind) for kind in present}
    return tuple(
        one
        for one in checklist(code, situation, on=on, outcome=outcome, benefits=benefits)
        if one.key not in answered and here.isdisjoint(one.one_of)
    )


# What is refused and what is said


def claim_problems(situation: Situation, filed_by: str, event_date: date, today: date) -> list[Problem]:
    """What no claim is taken in with: `claim.filed_by_unknown`, `claim.death_by_worker`, `claim.not_by_filer` on
    "filed_by", `claim.event_in_future` on "event_date"."""
    problems = filer_problems(situation.filers, filed_by, death=situation.death)
    if event_date > today:
        problems.append(Problem.of("event_date", "claim.event_in_future", day=event_date.isoformat()))
    return problems


def filer_problems(filers: Collection[str], filed_by: str, *, death: bool) -> list[Problem]:
    """Whether this person may file or report: never the worker a death."""
    if filed_by not in FILED_BY:
        return [Problem.of("filed_by", "claim.filed_by_unknown", filed_by=filed_by[:40])]
    if death and filed_by == "worker":
        return [Problem.of("filed_by", "claim.death_by_worker")]
    if filed_by not in filers:
        return [Problem.of("filed_by", "claim.not_by_filer", filer=FILER_NAMES[filed_by])]
    return []


def claim_warnings(
    kind: Kind,
    situation: Situation,
    filed_by: str,
    event_date: date,
    today: date,
    covers: Sequence[Cover],
    phase: Phase,
) -> list[Problem]:
    """What to tell the person who files, and BPJS: never a reason to refuse.

    On "event_date": `claim.rules_earlier`, `claim.never_covered`, `claim.not_covered`, `claim.after_cover` (the journey
    home), `claim.phase`, `claim.phase_assumed`, `claim.phase_unknown`, `claim.deadline`. On "situation"
    `claim.papers_unread`, on "filed_by" `claim.heir_of_living`. `covers` may hold every programme; `phase` is that of
    the event's day.
    """
    found = []
    if event_date < kind.rules_from:
        found.append(Problem.of("event_date", "claim.rules_earlier", day=kind.rules_from.isoformat()))
    found += _cover_warnings(kind, event_date, covers)
    found += _phase_warnings(kind, phase)
    found += _deadline_warnings(kind, event_date, today)
    if situation.confidence == "unread":
        found.append(Problem("situation", "claim.papers_unread"))
    if filed_by == "heir" and not situation.death:
        found.append(Problem("filed_by", "claim.heir_of_living"))
    return found


def claim_deadline(kind: Kind, event_date: date) -> date | None:
    """The last day to file, where a limit is known: five years for JKK (press). It warns and never refuses."""
    return None if kind.deadline_months is None else add_months(event_date, kind.deadline_months)


def report_problems(
    kind: Kind, outcome: str, outcome_date: date, filed_by: str, benefits: Iterable[str], event_date: date, today: date
) -> list[Problem]:
    """What no second report is taken in with: on "outcome" `claim.outcome_unknown` or `claim.one_stage`, on
    "outcome_date" `claim.outcome_in_future`, `claim.outcome_before_event`, on "filed_by" as for `claim_problems`, on
    "benefits" `claim.kind_unknown`."""
    problems: list[Problem] = []
    try:
        said = kind.outcome(outcome)
    except Refused as refusal:
        problems += refusal.problems
    else:
        situation = kind.situation(said.situation or "")
        problems += filer_problems(situation.filers, filed_by, death=said.death)
    if outcome_date > today:
        problems.append(Problem.of("outcome_date", "claim.outcome_in_future", day=outcome_date.isoformat()))
    elif outcome_date < event_date:
        problems.append(Problem.of("outcome_date", "claim.outcome_before_event", day=event_date.isoformat()))
    held = shipped().edition(kind.rules_from)
    for one in benefits:
        try:
            held.benefit(one, "benefits")
        except Refused as refusal:
            problems += refusal.problems
    return problems


def report_warnings(kind: Kind, outcome: Outcome, benefits: Iterable[str]) -> list[Problem]:
    """`claim.benefit_not_of_outcome` for each benefit that this outcome does not lead to (a proposal, so it warns)."""
    held = shipped().edition(kind.rules_from)
    return [
        Problem.of("benefits", "claim.benefit_not_of_outcome", benefit=held.benefit(one).name)
        for one in benefits
        if one not in outcome.benefits
    ]


def _cover_warnings(kind: Kind, day: date, covers: Sequence[Cover]) -> list[Problem]:
    paid = [cover for cover in covers if cover.programme == kind.contribution]
    if not paid:
        return [Problem.of("event_date", "claim.never_covered", programme=kind.contribution)]
    # Savings stay with the worker however long ago the last contribution was.
    if kind.programme == "JHT" or covered_on(paid, day):
        return []
    ended = max((cover.covered_to for cover in paid if cover.covered_to < day), default=None)
    if ended is not None and day <= add_months(ended, BEYOND_MONTHS) + timedelta(days=AFTER_DAYS):
        return [
            Problem.of("event_date", "claim.after_cover", days=(day - ended).days, ended=ended.isoformat()),
        ]
    return [Problem.of("event_date", "claim.not_covered", day=day.isoformat())]


def _phase_warnings(kind: Kind, phase: Phase) -> list[Problem]:
    if set(kind.phases) >= {"before", "during", "after"}:
        return []
    if phase.kind == "unknown":
        return [Problem.of("event_date", "claim.phase_unknown")]
    if phase.kind in kind.phases:
        return []
    allowed = " atau ".join(PHASE_NAMES[one] for one in kind.phases)
    found = [Problem.of("event_date", "claim.phase", allowed=allowed, phase=PHASE_NAMES[phase.kind])]
    if not phase.certain:
        found.append(Problem.of("event_date", "claim.phase_assumed"))
    return found


def _deadline_warnings(kind: Kind, day: date, today: date) -> list[Problem]:
    last = claim_deadline(kind, day)
    if last is None or today <= last:
        return []
    return [Problem.of("event_date", "claim.deadline", day=last.isoformat())]
