"""Finding: whom a clerk means, the likeliest first, and what of them it was that matched.

An identifier comes before its beginning, a whole name before its beginning or another spelling, and a slip of the
finger only where nothing better was found; within each the person served last comes first, then the name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from kiosk.store.finding import SHIFT
from models.rules.finding import (
    FEWEST_LETTERS,
    Sign,
    Sought,
    birth_marks,
    closed,
    dialled,
    is_shortened,
    kept_by_a_slip,
    month_first,
    phone_marks,
    read_sought,
    slipped,
    slips,
    spellings,
)
from models.rules.kpj import LENGTH as KPJ_DIGITS
from models.rules.names import fold, spelled
from models.rules.nik import mask_nik
from models.rules.phones import KEY_DIGITS

MOST_WORDS = 20
"""Words of the register tried for one that was begun or mistyped: the commonest."""
_FEWEST_SPELLED = 3
_FEWEST_BEGUN = 4
_LAST = "\U0010ffff"
_NIK_DIGITS = 16
_PHONE_DIGITS = range(8, 14)
_PASSPORT_CHARACTERS = range(6, 11)


@dataclass(frozen=True, slots=True)
class Match:
    """What matched where the list does not show it. `kind`: phone, whatsapp, kpj, pmi_id, passport_before, nik_before,
    kpj_before, pmi_before, name_on_id_card, other_name, or near: like what was typed and not the same. A NIK is
    masked."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found. `near`: by something like what was typed only."""

    worker_id: UUID
    near: bool = False


def find(connection: Connection, typed: str, most: int) -> list[Hit]:
    """At most so many persons for what stands in the box, the likeliest first."""
    sought = read_sought(typed)
    found: dict[bytes, None] = {}
    for readings in (_likely, _otherwise):
        for question in readings(connection, sought):
            if question and len(found) < most:
                found |= dict.fromkeys(_matching(connection, question, most + len(found)))
        if found:
            return [Hit(UUID(bytes=one)) for one in list(found)[:most]]
    return [Hit(UUID(bytes=one), near=True) for one in _near(connection, sought, most)]


def _matching(connection: Connection, question: str, most: int) -> list[bytes]:
    rows = connection.exec_driver_sql(
        "SELECT search_doc.doc, search_doc.names, search_doc.worker_id FROM search_index "
        "JOIN search_doc ON search_doc.doc = search_index.rowid "
        "WHERE search_index MATCH ? ORDER BY search_index.rowid DESC LIMIT ?",
        (question, most),
    ).all()
    return [bytes(row.worker_id) for row in _in_order(rows)]


def _in_order(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Served last first; of those served in the same second, by name."""
    return sorted(rows, key=lambda row: (-(row.doc >> SHIFT), row.names))


# What the index is asked, the likeliest reading first


def _likely(connection: Connection, sought: Sought) -> Iterator[str]:
    words, signs = sought.words, _telling(sought)
    begun = _all(_begun(connection, word) for word in words)
    if _is_numbered(words, signs):
        exactly = (_any([*map(_is, sign.identifiers), *map(_is, _full(sign))]) for sign in signs)
        yield _any([_all([begun, *exactly]), _is(sought.whole)])
        beginning = (_any(map(_begins, sign.identifiers)) or _born(sign) for sign in signs)
        yield _any([_all([begun, *beginning]), _begins(sought.whole)])
        if any(sign.births for sign in signs):
            yield _all([begun, *(_any([*map(_begins, sign.identifiers), _born(sign)]) for sign in signs)])
    else:
        born = _all(map(_born, signs))
        yield _all([*map(_is, words), born])
        yield _all([begun, born])


def _otherwise(connection: Connection, sought: Sought) -> Iterator[str]:
    """Readings that are only thought of where the likely ones find nobody."""
    words, signs = sought.words, _telling(sought)
    begun = _all(_begun(connection, word) for word in words)
    if any(sign.identifiers for sign in signs):
        yield _all([begun, *(_any(map(_begins, (*sign.identifiers, *dialled(sign)))) or _born(sign) for sign in signs)])
    if _is_numbered(words, signs):
        return
    yield _begins(sought.whole)
    born = _all(map(_born, signs))
    if len(words) > 1:
        *before, last = words
        yield _all([*(_is(f"={word}") for word in spellings(words)), born])
        if others := spellings(before):
            yield _all([*(_is(f"={word}") for word in others), _begun(connection, last), born])


def _telling(sought: Sought) -> list[Sign]:
    """Without the first digits of a number or date that is still being typed behind a name: they tell nothing yet."""
    return [
        sign
        for sign in sought.signs
        if not sought.words or sign.births or any(len(one) >= _FEWEST_BEGUN for one in sign.identifiers)
    ]


def _is_numbered(words: Sequence[str], signs: Sequence[Sign]) -> bool:
    """Whether an identifier is meant: behind a name, what may be a year is one."""
    return any(sign.identifiers for sign in signs if not (words and sign.births))


def _begun(connection: Connection, word: str) -> str:
    """Words that begin like this one, and all that spell the same as one of them."""
    ways = [word]
    spelt: list[tuple[str, ...]] = []
    if len(word) >= _FEWEST_SPELLED:
        ways.append(spelled(word))
        spelt.append(spellings([word]))
    if is_shortened(word):
        spelt.append(spellings([word, "x"])[:1])
    if len(word) >= _FEWEST_BEGUN:
        spelt += (spellings([other]) for other in _beginning_with(connection, word))
    return _any([*map(_begins, ways), *(_all(_is(f"={part}") for part in parts) for parts in _fewest(spelt))])


def _fewest(spelt: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Without those of which another asks for a part only: siti, astuti after siti."""
    kept: list[tuple[str, ...]] = []
    for parts in sorted(dict.fromkeys(spelt), key=len):
        if not any(set(fewer) <= set(parts) for fewer in kept):
            kept.append(parts)
    return kept


def _full(sign: Sign) -> Iterable[str]:
    return (mark for mark in sign.births if len(mark) == len("=b08121991"))


def _born(sign: Sign) -> str:
    return _any(map(_is, sign.births))


def _is(mark: str) -> str:
    return f'"{mark}"' if mark else ""


def _begins(mark: str) -> str:
    return f'"{mark}"*' if mark else ""


def _any(questions: Iterable[str]) -> str:
    return _joined(" OR ", questions)


def _all(questions: Iterable[str]) -> str:
    return _joined(" AND ", questions)


def _joined(word: str, questions: Iterable[str]) -> str:
    asked = list(dict.fromkeys(filter(None, questions)))
    return asked[0] if len(asked) == 1 else f"({word.join(asked)})" if asked else ""


# Slips of the finger


def _near(connection: Connection, sought: Sought, most: int) -> list[bytes]:
    words, signs = sought.words, sought.signs
    if not words and len(signs) == 1 and sought.has_identifier:
        return _served(connection, {one for number in signs[0].identifiers for one in _near_number(connection, number)})
    narrowed = [
        _any([*map(_begins, one.identifiers), _born(one), *map(_is, month_first(one))]) for one in _telling(sought)
    ]
    # First the words that nobody's name begins with are doubted, then all.
    strange = {word for word in words if not _beginning_with(connection, word)}
    found: list[bytes] = []
    for doubted in (strange, set(words)) if strange else (set(words),):
        meant = {word: _meant(connection, word) for word in doubted}
        if any(not others for word, others in meant.items() if word in strange):
            return found
        ways = (_any([_begun(connection, word), *map(_is, meant.get(word, ()))]) for word in words)
        question = _all([*ways, *narrowed])
        found = _matching(connection, question, most) if question else []
        if found:
            break
    return found


def _beginning_with(connection: Connection, beginning: str) -> Sequence[str]:
    return (
        connection.exec_driver_sql(
            "SELECT word FROM search_word WHERE word >= ? AND word < ? ORDER BY uses DESC LIMIT ?",
            (beginning, beginning + _LAST, MOST_WORDS),
        )
        .scalars()
        .all()
    )


def _meant(connection: Connection, word: str) -> list[str]:
    """The words of the register that differ from this one by a slip, the commonest first."""
    found: dict[str, int] = {}
    for written in dict.fromkeys((word, spelled(word))):
        start, end = kept_by_a_slip(written)
        length = len(written)
        if length < FEWEST_LETTERS:
            continue
        # The end of a whole word is looked up backwards; of one still being typed, behind its first letter.
        rows = connection.exec_driver_sql(
            "SELECT word, uses FROM search_word WHERE word >= ? AND word < ? AND length(word) >= ? "
            "UNION SELECT word, uses FROM search_word WHERE backwards >= ? AND backwards < ? "
            "AND length(word) BETWEEN ? AND ? "
            "UNION SELECT word, uses FROM search_word WHERE word >= ? AND word < ? AND length(word) > ? "
            "AND instr(substr(word, ?, ?), ?) > 0",
            (
                *(start, start + _LAST, length - 1),
                *(end[::-1], end[::-1] + _LAST, length - 1, length + 1),
                *(written[0], written[0] + _LAST, length, length - len(end), len(end) + 2, end),
            ),
        )
        found |= {row.word: row.uses for row in rows}
    close = [other for other in found if slipped(word, other)]
    return sorted(close, key=lambda other: (-found[other], other))[:MOST_WORDS]


def _near_number(connection: Connection, number: str) -> Iterator[bytes]:
    """Workers with a NIK, passport, card or phone, of now or before, of which this is a slip."""
    statements = ["SELECT worker_id FROM worker_number WHERE value IN"]
    if number.isdigit():
        if len(number) == _NIK_DIGITS:
            statements.append("SELECT id FROM worker WHERE nik IN")
        elif len(number) in _PHONE_DIGITS:
            yield from _near_phones(connection, number)
            if len(number) == KPJ_DIGITS:
                statements.append("SELECT id FROM worker WHERE kpj IN")
        else:
            return
    elif len(number) in _PASSPORT_CHARACTERS:
        statements.append("SELECT id FROM worker WHERE passport_number IN")
    else:
        return
    likely = sorted(one.upper() for one in slips(number))
    for statement in statements:
        yield from (row[0] for row in _rows_in(connection, statement, likely))


def _near_phones(connection: Connection, number: str) -> Iterator[bytes]:
    likely = set(slips(number))
    keys = {one[-KEY_DIGITS:] for one in likely}
    for statement in (
        "SELECT id, phone AS number FROM worker WHERE phone_key IN",
        "SELECT id, whatsapp AS number FROM worker WHERE whatsapp_key IN",
    ):
        for row in _rows_in(connection, statement, sorted(keys)):
            if likely.intersection(phone_marks(row.number)):
                yield row.id


def _served(connection: Connection, workers: Iterable[bytes]) -> list[bytes]:
    """The persons of these workers, the one served last first."""
    persons = [
        row[0] for row in _rows_in(connection, "SELECT coalesce(merged_into, id) FROM worker WHERE id IN", workers)
    ]
    rows = _rows_in(connection, "SELECT doc, names, worker_id FROM search_doc WHERE worker_id IN", persons)
    return [bytes(row.worker_id) for row in _in_order(rows)]


def _rows_in(connection: Connection, statement: str, values: Iterable[Any]) -> list[Row[Any]]:
    wanted = tuple(values)
    if not wanted:
        return []
    return list(connection.exec_driver_sql(f"{statement} ({', '.join('?' * len(wanted))})", wanted).all())


# What matched


_REGISTRATION = (
    "SELECT id, merged_into, name, name_on_id_card, nik, passport_number, kpj, other_kpjs, pmi_id, phone, whatsapp, "
    "restricted, consent FROM worker WHERE "
)
_BEFORE = {"nik": "nik_before", "passport": "passport_before", "kpj": "kpj_before", "pmi": "pmi_before"}


def matches(connection: Connection, typed: str, shown: Iterable[Any]) -> dict[UUID, Match]:
    """For the rows in which nothing that is seen has what was typed: what has. `shown` are rows with `id`, `name`,
    `nik`, `passport_number` and `birth_date`. Of persons whose data may not be used nothing is told."""
    sought = read_sought(typed)
    hidden = [row for row in shown if not _is_seen(sought, row)]
    if not hidden:
        return {}
    persons = [row.id.bytes for row in hidden]
    registrations = _rows_in(connection, f"{_REGISTRATION} id IN", persons)
    registrations += _rows_in(connection, f"{_REGISTRATION} merged_into IN", persons)
    numbers = _rows_in(
        connection,
        "SELECT worker_id, kind, value FROM worker_number WHERE worker_id IN",
        [one.id for one in registrations],
    )
    found: dict[UUID, Match] = {}
    for row in hidden:
        own = [one for one in registrations if row.id.bytes in (one.id, one.merged_into)]
        if any(one.restricted or one.consent == "withdrawn" for one in own):
            continue
        ids = {one.id for one in own}
        said = _said(row.id.bytes, own, [one for one in numbers if one.worker_id in ids])
        if (match := _match(sought, said)) is not None:
            found[row.id] = match
    return found


Said = tuple[str, str, tuple[str, ...]]
"""A kind of match, its value, and the marks it is found by."""


def _said(person: bytes, registrations: Sequence[Row[Any]], numbers: Sequence[Row[Any]]) -> Iterator[Said]:
    for one in registrations:
        before = "" if one.id == person else "_before"
        for kind, value in (("nik", one.nik), ("passport", one.passport_number)):
            if value and before:
                yield f"{kind}_before", value, (closed(value),)
        for kind, value in ((f"kpj{before}", one.kpj), ("pmi_before" if before else "pmi_id", one.pmi_id)):
            if value:
                yield kind, value, (closed(value),)
        for kind in ("phone", "whatsapp"):
            if value := getattr(one, kind):
                yield kind, value, phone_marks(value)
    for row in numbers:
        yield _BEFORE[row.kind], row.value, (closed(row.value),)
    for one in registrations:
        for card in json.loads(one.other_kpjs) if one.other_kpjs != "[]" else ():
            yield "kpj_before", card, (closed(card),)
        if one.name and one.id != person:
            yield "other_name", one.name, tuple(fold(one.name).split())
        if one.name_on_id_card:
            yield "name_on_id_card", one.name_on_id_card, tuple(fold(one.name_on_id_card).split())


def _match(sought: Sought, said: Iterable[Said]) -> Match | None:
    begun = (
        *(number for sign in sought.signs for number in (*sign.identifiers, *dialled(sign))),
        *(part for word in sought.words for part in (word, spelled(word))),
        *filter(None, [sought.whole]),
    )
    for kind, value, marks in said:
        if any(mark.startswith(begun) or spelled(mark).startswith(begun) for mark in marks):
            return Match(kind, mask_nik(value) if kind == "nik_before" else value)
    return None


def _is_seen(sought: Sought, row: Any) -> bool:
    numbers = [closed(one) for one in (row.nik, row.passport_number) if one]
    if sought.whole and any(number.startswith(sought.whole) for number in numbers):
        return True
    born = birth_marks(row.birth_date) if row.birth_date else ()
    for sign in sought.signs:
        if not (any(number.startswith(sign.identifiers) for number in numbers) or set(sign.births) & set(born)):
            return False
    if not sought.words:
        return True
    names = (*fold(row.name).split(), *spellings([row.name]))
    return all(
        any(name.startswith((word, spelled(word))) for name in names) or is_shortened(word) for word in sought.words
    )
