"""Heirs: who comes first, in the order of the law (Permenaker 4/2023 Art. 57(4)), and which children may be named for
the scholarship."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from models.rules import data
from models.rules.names import fold, name_key
from models.rules.problems import Problem, Refused

OUTSIDE = 6
"""The rank of who is kept as a contact but stands nowhere in Art. 57(4)."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How an heir is related. `rank` is the law's: 1 spouse and children, 2 straight line to the second
    degree, 3 brothers and sisters, 4 parents-in-law, 5 named in a will, 6 outside the law's order."""

    code: str
    name: str
    rank: int


_RELATIONS = (
    Relation("suami", "Suami", 1),
    Relation("istri", "Istri", 1),
    Relation("pasangan", "Suami atau istri", 1),
    Relation("anak", "Anak", 1),
    Relation("ayah", "Ayah", 2),
    Relation("ibu", "Ibu", 2),
    Relation("orang_tua", "Orang tua", 2),
    Relation("cucu", "Cucu", 2),
    Relation("kakek", "Kakek", 2),
    Relation("nenek", "Nenek", 2),
    Relation("saudara", "Saudara kandung", 3),
    Relation("mertua", "Mertua", 4),
    Relation("wasiat", "Ditunjuk dalam surat wasiat", 5),
    Relation("lainnya", "Lainnya", OUTSIDE),
)

_ALSO_CALLED = {
    "pasangan": "spouse, janda, duda, janda duda, suami istri, istri suami",
    "suami": "husband",
    "istri": "wife, isteri",
    "anak": "child, son, daughter, anak kandung, anak perempuan, anak laki laki",
    "ayah": "father, bapak, ayah kandung, bapak kandung",
    "ibu": "mother, ibu kandung",
    "orang_tua": "orang tua, orangtua, parent, parents",
    "cucu": "grandchild, grandson, granddaughter",
    "kakek": "grandfather",
    "nenek": "grandmother",
    "saudara": "saudara kandung, saudara perempuan, saudara laki laki, adik, kakak, sibling, brother, sister",
    "mertua": "parent in law, father in law, mother in law, ayah mertua, ibu mertua, bapak mertua",
    "wasiat": "will, testament, penerima wasiat",
    "lainnya": "lain, other, keponakan, sepupu, paman, bibi, ipar, teman",
}


def relations() -> tuple[Relation, ...]:
    """Every relation, in the order of the law."""
    return _RELATIONS


@cache
def _by_name() -> dict[str, Relation]:
    found = {fold(relation.code): relation for relation in _RELATIONS}
    for relation in _RELATIONS:
        for name in _ALSO_CALLED[relation.code].split(", "):
            found[name] = relation
    return found


def relation(text: str, field: str = "relation") -> Relation:
    """The relation a word stands for: our code, or what people write (`bapak`, `Adik`, `spouse`).

    Refused: `heir.relation_unknown`.
    """
    found = _by_name().get(fold(text))
    if found is None:
        raise Refused(Problem.of(field, "heir.relation_unknown", relation=text.strip()[:40]))
    return found


def first_in_line(codes: Iterable[str]) -> tuple[Relation, ...]:
    """Those the law pays among the relations given: all of the first rank that anybody holds, and nobody
    whom Art. 57(4) does not name."""
    held = sorted({relation(code) for code in codes}, key=_RELATIONS.index)
    lawful = [one for one in held if one.rank < OUTSIDE]
    return tuple(one for one in lawful if one.rank == lawful[0].rank)


def heir_warnings(code: str, field: str = "relation") -> list[Problem]:
    """`heir.outside_law` for a relation that Art. 57(4) does not name. Refused: `heir.relation_unknown`."""
    known = relation(code, field)
    return [Problem.of(field, "heir.outside_law", relation=known.name)] if known.rank == OUTSIDE else []


# Several heirs, and the children among them


@dataclass(frozen=True, slots=True)
class Inherits:
    """One heir as the rules look at them; `relation` is a code or what people write. `scholar`: named for the
    scholarship. `field` is where the heir stands on the form."""

    name: str
    relation: str
    birth_date: date | None = None
    scholar: bool = False
    field: str = "heirs"


@dataclass(frozen=True, slots=True)
class Scholarship:
    """What is known of the scholarship for children. `most` children is the law's (Art. 27(1)j); up to which age is
    in no text read: where `age_confidence` is not `law`, screens say that BPJS sets it."""

    most: int
    oldest: int
    age_confidence: str


@cache
def scholarship() -> Scholarship:
    """The rule in force."""
    row = data.document("scholarship.json")
    return Scholarship(row["most_children"], row["oldest_age"], row["oldest_age_confidence"])


H = TypeVar("H")


def rank_of(code: str | None) -> int:
    """The rank of a relation; that of `lainnya` for a word that a newer counter knew."""
    found = _by_name().get(fold(code or ""))
    return found.rank if found else OUTSIDE


def in_law_order(heirs: Sequence[H], relations: Sequence[str | None]) -> list[H]:
    """Heirs by the law's rank, those of one rank as they were written; `relations` are theirs, in the same order.

    The spouse stands before the children, as on every family card.
    """
    places = {one.code: at for at, one in enumerate(_RELATIONS)}

    def place(at: int) -> tuple[int, int, int]:
        found = _by_name().get(fold(relations[at] or ""))
        # Of one rank only spouse and children have an order that everybody would write them in.
        within = places[found.code] if found and found.rank == 1 else 0
        return rank_of(relations[at]), within, at

    return [heirs[at] for at in sorted(range(len(heirs)), key=place)]


def age_on(birth_date: date, day: date) -> int:
    """Whole years; who was born on 29 February is a year older on 1 March of a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def scholar_problems(heirs: Iterable[Inherits]) -> list[Problem]:
    """`heir.scholar_not_child`: the scholarship is for the worker's children alone."""
    return [
        Problem(f"{heir.field}.scholar", "heir.scholar_not_child")
        for heir in heirs
        if heir.scholar and not _is(heir, "anak")
    ]


def heirs_warnings(
    heirs: Sequence[Inherits], today: date, *, worker: str | None = None, born: date | None = None
) -> list[Problem]:
    """What deserves a word, never a reason to refuse.

    `heir.lower_rank`: somebody of a higher rank is named, whom the law pays first. `heir.twice`, `heir.is_worker`.
    `heir.child_older`, `heir.parent_younger`: the birthdays cannot both be right. For the scholarship
    `heir.scholars_too_many`, `heir.scholar_birth_date`, `heir.scholar_age`. `worker` and `born` are the worker's.
    """
    found: list[Problem] = []
    lawful = [heir for heir in heirs if rank_of(heir.relation) < OUTSIDE]
    highest = min((rank_of(heir.relation) for heir in lawful), default=OUTSIDE)
    seen: set[str] = set()
    for heir in heirs:
        key = name_key(heir.name)
        if heir in lawful and rank_of(heir.relation) > highest:
            first = next(one.name for one in lawful if rank_of(one.relation) == highest)
            found.append(Problem.of(f"{heir.field}.relation", "heir.lower_rank", name=first))
        if key and key in seen:
            found.append(Problem(f"{heir.field}.name", "heir.twice"))
        elif key and worker and key == name_key(worker) and heir.birth_date in (None, born):
            found.append(Problem(f"{heir.field}.name", "heir.is_worker"))
        seen.add(key)
        if heir.birth_date and born:
            if _is(heir, "anak", "cucu") and heir.birth_date <= born:
                found.append(Problem(f"{heir.field}.birth_date", "heir.child_older"))
            elif _is(heir, "ayah", "ibu", "orang_tua", "kakek", "nenek") and heir.birth_date >= born:
                found.append(Problem(f"{heir.field}.birth_date", "heir.parent_younger"))
    return found + _scholar_warnings([heir for heir in heirs if heir.scholar], today)


def _scholar_warnings(scholars: Sequence[Inherits], today: date) -> list[Problem]:
    rule, found = scholarship(), []
    for at, heir in enumerate(scholars):
        where = f"{heir.field}.scholar"
        if at >= rule.most:
            found.append(Problem.of(where, "heir.scholars_too_many", most=rule.most))
        if heir.birth_date is None:
            found.append(Problem(f"{heir.field}.birth_date", "heir.scholar_birth_date"))
        elif (age := age_on(heir.birth_date, today)) > rule.oldest:
            code = "heir.scholar_too_old" if rule.age_confidence == "law" else "heir.scholar_age"
            found.append(Problem.of(where, code, age=age, oldest=rule.oldest))
    return found


def _is(heir: Inherits, *codes: str) -> bool:
    known = _by_name().get(fold(heir.relation))
    return known is not None and known.code in codes
