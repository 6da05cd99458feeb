"""Settling: which of several values stands, whatever the order in which their entries arrive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from models.journal.entry import Stamp
from models.posting.writing import Row, storable

BASE = ""
_WORD = "="
"""Before the name of what `settle_word` settles, so that it never meets a field of the identity."""


def settle_row(
    row: Row, values: Mapping[str, Any], stamp: Stamp, *, weight: Callable[[Mapping[str, Any]], int] = lambda _: 0
) -> None:
    """Give the whole row these values, unless a later revision has settled it already. Of two at one revision,
    neither of which had seen the other, the weightier stands."""
    values = storable(values)
    if row["rev"] is not None:
        standing = Stamp(row["rev"], row["stamp_terminal"], row["stamp_seq"])
        stood = {name: row[name] for name in values}
        if (standing.rev, weight(stood), _rank(standing, stood)) >= (stamp.rev, weight(values), _rank(stamp, values)):
            return
    row.update(values, rev=stamp.rev, stamp_terminal=stamp.terminal, stamp_seq=stamp.seq)


def settle_word(row: Row, field: str, value: Any, stamp: Stamp) -> None:
    """Let the latest word on `field` stand. Unlike a field of the identity, no registration says anything of it."""
    said = row["stamps"].get(_WORD + field)
    if said is not None and _rank(Stamp(*said), row[field]) >= _rank(stamp, value):
        return
    row[field] = value
    row["stamps"] = {**row["stamps"], _WORD + field: list(stamp)}


def settle_fields(row: Row, values: Mapping[str, Any], stamp: Stamp, *, base: bool) -> dict[str, Any]:
    """Settle each field by itself and return those that this entry won. `values` are JSON values by field; those of
    a `base`, a registration, name every field.

    `row["stamps"]` names the winner of each field; a field it does not name belongs to the registration, whose
    stamp stands under "". `row["conflicts"]` keeps the losers at the winning revision, one a terminal: the same
    field was given twice without either counter having seen the other, and a person has to choose.
    """
    values = storable(values)
    stamps: dict[str, Any] = dict(row["stamps"])
    conflicts: dict[str, Any] = dict(row["conflicts"])
    former_base = stamps.get(BASE)
    becomes_base = base and (former_base is None or Stamp(*former_base) < stamp)
    won: dict[str, Any] = {}
    for field, value in values.items():
        holder = stamps.get(field, former_base)
        if holder is None or Stamp(*holder).rev < stamp.rev:
            won[field] = value
            conflicts.pop(field, None)
        elif Stamp(*holder).rev == stamp.rev:
            standing = _json(row[field])
            contenders = {holder[1]: (*holder, standing)}
            contenders |= {loser[1]: tuple(loser) for loser in conflicts.get(field, ())}
            mine = (*stamp, value)
            if stamp.terminal not in contenders or _rank_of(contenders[stamp.terminal]) < _rank_of(mine):
                contenders[stamp.terminal] = mine
            winner = max(contenders.values(), key=_rank_of)
            if winner is mine:
                won[field] = value
            losers = sorted(list(contender) for contender in contenders.values() if contender is not winner)
            if losers:
                conflicts[field] = losers
            else:
                conflicts.pop(field, None)
    for field in values:
        if field in won:
            stamps[field] = list(stamp)
        elif becomes_base and former_base is not None and field not in stamps:
            stamps[field] = former_base
    if becomes_base:
        stamps[BASE] = list(stamp)
    for field in [field for field, holder in stamps.items() if _of_a_field(field) and holder == stamps.get(BASE)]:
        del stamps[field]
    row["stamps"], row["conflicts"] = stamps, conflicts
    return won


def without_fields(stamps: Mapping[str, Any]) -> dict[str, Any]:
    """The stamps that are left when nothing is known of any field of the identity."""
    return {field: holder for field, holder in stamps.items() if field.startswith(_WORD)}


def _of_a_field(name: str) -> bool:
    return name != BASE and not name.startswith(_WORD)


def _rank(stamp: Stamp, value: Any) -> tuple[Stamp, bytes]:
    """What wins. A cloned disk gives one stamp to two entries (two branches with one seq): then the value itself
    decides, which is arbitrary and the same everywhere."""
    return stamp, msgspec.json.encode(value, order="deterministic")


def _rank_of(contender: tuple[Any, ...]) -> tuple[Stamp, bytes]:
    return _rank(Stamp(*contender[:3]), contender[3])


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
