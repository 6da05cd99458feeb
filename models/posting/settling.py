"""Settling: which of several values stands, whatever the order in which their entries arrive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.journal.entry import Stamp
from models.posting.rows import Row

BASE = ""


def settle_row(row: Row, values: Mapping[str, Any], stamp: Stamp) -> None:
    """Give the whole row these values, unless a later revision has settled it already."""
    if row["rev"] is None or Stamp(row["rev"], row["stamp_terminal"], row["stamp_seq"]) < stamp:
        row.update(values, rev=stamp.rev, stamp_terminal=stamp.terminal, stamp_seq=stamp.seq)


def settle_fields(row: Row, values: Mapping[str, Any], stamp: Stamp, *, base: bool) -> dict[str, Any]:
    """Settle each field by itself and return those that this entry won. `values` are JSON values by field.

    `row["stamps"]` names the winner of each field; a field it does not name belongs to the registration, whose
    stamp stands under "". `row["conflicts"]` keeps the losers at the winning revision, one a terminal: the same
    field was given twice without either counter having seen the other, and a person has to choose.
    """
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
            if stamp.terminal not in contenders or contenders[stamp.terminal][2] < stamp.seq:
                contenders[stamp.terminal] = mine
            winner = max(contenders.values(), key=lambda contender: contender[:3])
            if winner is mine:
                won[field] = value
            losers = sorted(list(contender) for contender in contenders.values() if contender is not winner)
            if losers:
                conflicts[field] = losers
            else:
                conflicts.pop(field, None)
    for field in values:
        if field in won and not becomes_base:
            stamps[field] = list(stamp)
        elif field in won:
            stamps.pop(field, None)
        elif becomes_base and former_base is not None and field not in stamps:
            stamps[field] = former_base
    if becomes_base:
        stamps[BASE] = list(stamp)
    row["stamps"], row["conflicts"] = stamps, conflicts
    return won


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
