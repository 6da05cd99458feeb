"""Heirs: who comes first, in the order of the law (Permenaker 4/2023 Art. 57(4))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from models.rules.names import fold
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
