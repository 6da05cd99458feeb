"""The proof of a terminal's number series: what anybody needs to check it with neither the program nor a database.

The format and its reasons: docs/decisions/0011-number-proof.md. `tools/check_series_proof.py` checks it and shares no
line with this. Nothing here judges: what is wrong with a journal stands in its proof as it is, and is refuted there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Row

from models.journal.body import unpack
from models.journal.entry import NOTHING, Frame, Header, frame_of
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.sync.signing import Signed
from models.sync.statement import Statement

FORMAT = "loket number proof 1"

RECEIVED, VOIDED, REFUNDED, MOVED = "contribution.received", "receipt.voided", "refund.paid", "coverage.moved"
NUMBERED = {RECEIVED: "receipts", VOIDED: "voids", REFUNDED: "refunds", MOVED: "moves"}
"""The kinds of entries whose paper takes a number of the series, and what they are called in the totals."""


class Link(NamedTuple):
    """An entry as its journal keeps it; `hash` and `prev` are those of the chain."""

    frame: Frame
    prev: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the centre says of a terminal: the entry that certifies its key, the centre's own keys as its root key
    certified them, and the last statement of what it holds, where there is one."""

    root: bytes
    keys: tuple[Signed, ...]
    certificate: Link
    statement: Signed | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The terminal whose numbers are proved."""

    terminal: UUID
    incarnation: int
    mission: str
    series: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as text, one entry and one number a line. `numbers` it lists; `head` is the hash it ends with; `others`
    are the heads of the journal's other branches, each with a proof of its own."""

    text: str
    numbers: int
    entries: int
    head: bytes
    others: tuple[bytes, ...]


class _Tender(msgspec.Struct, frozen=True):
    kind: str
    currency: str
    exponent: int
    received: int
    change: int = 0


class _Facts(msgspec.Struct, frozen=True):
    """What the numbered kinds say alike, whatever else each of them says."""

    number: str
    year: int
    serial: int
    business_date: date
    amount_idr: int = 0
    currency: str = "IDR"
    exponent: int = 0
    due: int = 0
    amount: int = 0
    tenders: tuple[_Tender, ...] = ()
    receipt_id: UUID | None = None


def link_of(row: Row[Any]) -> Link:
    """A row of a journal's table, whichever side keeps it."""
    return Link(frame_of(row), row.prev, row.hash)


def prove(
    whose: Whose,
    links: Iterable[Link],
    *,
    year: int | None = None,
    head: str | None = None,
    vouched: Vouched | None = None,
) -> Proof:
    """The proof of one branch of a journal: the one that ends with `head` (the beginning of its hash in hex), else the
    longest. With `year` only its numbers are listed; the chain is there from its first entry all the same.

    `links` in any order. Refused `proof.no_head` on "head"."""
    links = list(links)
    branch, others = _branch(links, head)
    if vouched is not None and _states_another(vouched.statement, links, branch):
        vouched = replace(vouched, statement=None)
    entries, rows, totals, numbered = _told(branch, year)
    known = vouched is not None or numbered
    content = {
        "format": FORMAT,
        "terminal": {
            "id": str(whose.terminal),
            "incarnation": whose.incarnation,
            # Without a number and without a certificate nothing in the proof says so.
            "mission": whose.mission if known else None,
            "series": whose.series if known else None,
            "public_key": whose.public_key.hex(),
            "fingerprint": sha256(whose.public_key).hexdigest(),
        },
        "centre": _centre(vouched) if vouched else None,
        "year": year,
        "entries": entries,
        "head": {"seq": len(branch), "hash": branch[-1].hash.hex() if branch else NOTHING.hex()},
        "numbers": rows,
        "totals": totals,
    }
    return Proof(_text(content), len(rows), len(branch), branch[-1].hash if branch else NOTHING, others)


def _branch(links: Sequence[Link], wanted: str | None) -> tuple[list[Link], tuple[bytes, ...]]:
    """The entries up to a head, the first one first, and the heads of the other branches."""
    by_hash = {link.hash: link for link in links}
    followed = {link.prev for link in links}
    walks = {}
    for link in links:
        if link.hash in followed:
            continue
        walk, at = [link], link
        while (before := by_hash.get(at.prev)) is not None and len(walk) <= len(links):
            walk.append(before)
            at = before
        walks[link.hash] = walk[::-1]
    heads = sorted(walks, key=lambda one: (-len(walks[one]), one))
    if wanted is not None:
        chosen = [one for one in heads if one.hex().startswith(wanted.strip().lower())]
        if len(chosen) != 1:
            raise Refused(Problem.of("head", "proof.no_head", head=wanted[:64]))
    else:
        chosen = heads[:1]
    if not chosen:
        return [], ()
    return walks[chosen[0]], tuple(one for one in heads if one != chosen[0])


def _states_another(statement: Signed | None, links: Sequence[Link], branch: Sequence[Link]) -> bool:
    """Whether what the centre stated is of another branch than this one. What is in none of them stays: that is for
    whoever checks."""
    if statement is None:
        return False
    stated = unpack(statement.message, Statement).head
    return stated in {link.hash for link in links} - {link.hash for link in branch}


def _told(
    branch: Sequence[Link], year: int | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any], bool]:
    """The entries, the numbers of the year with their amounts, the totals, and whether any number was taken at all."""
    entries, rows, taken = [], [], False
    receipts: dict[UUID, _Facts] = {}
    sums: dict[int, _Sums] = {} if year is None else {year: _Sums()}
    for seq, link in enumerate(branch, start=1):
        try:
            head = unpack(link.frame.header, Header)
        except msgspec.MsgspecError:
            entries.append(_entry(link, open_facts=False))
            continue
        entries.append(_entry(link, open_facts=head.kind in NUMBERED))
        try:
            facts = unpack(link.frame.facts, _Facts) if head.kind in NUMBERED else None
        except msgspec.MsgspecError:
            facts = None
        if facts is None:
            continue
        taken = True
        if head.kind == RECEIVED:
            receipts[head.id] = facts
        reversed_one = receipts.get(facts.receipt_id) if facts.receipt_id else None
        if year in (None, facts.year):
            rows.append(sums.setdefault(facts.year, _Sums()).row(head.kind, seq, facts, reversed_one))
    return entries, rows, {str(one): sums[one].totals() for one in sorted(sums)}, taken


class _Sums:
    """What the numbers of one year come to."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(NUMBERED.values(), 0)
        self._amount_idr = 0
        self._due: dict[tuple[str, int], int] = defaultdict(int)
        self._tenders: dict[str, dict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))

    def row(self, kind: str, seq: int, facts: _Facts, reversed_one: _Facts | None) -> dict[str, Any]:
        """One number, counted; what goes back is negative."""
        self._counts[NUMBERED[kind]] += 1
        sign, amounts = (1, facts) if kind == RECEIVED else (-1, reversed_one or facts)
        if kind == REFUNDED:
            money, idr = Money(-facts.amount, facts.currency, facts.exponent), -facts.amount_idr
            self._tenders["cash"][facts.currency, facts.exponent] -= facts.amount
        elif kind == MOVED:
            money, idr = None, 0
        else:
            money, idr = Money(sign * amounts.due, amounts.currency, amounts.exponent), sign * amounts.amount_idr
            for tender in amounts.tenders:
                kept = sign * (tender.received - tender.change)
                self._tenders[tender.kind][tender.currency, tender.exponent] += kept
        self._amount_idr += idr
        if money is not None:
            self._due[money.currency, money.exponent] += money.minor
        return {
            "number": facts.number,
            "kind": kind,
            "seq": seq,
            "date": facts.business_date.isoformat(),
            "currency": money.currency if money else None,
            "amount": money.json() if money else None,
            "amount_idr": idr,
            "reverses": reversed_one.number if reversed_one else None,
        }

    def totals(self) -> dict[str, Any]:
        return {
            **self._counts,
            "amount_idr": self._amount_idr,
            "due": _amounts(self._due),
            "tenders": {kind: _amounts(sums) for kind, sums in sorted(self._tenders.items())},
        }


def _amounts(sums: dict[tuple[str, int], int]) -> dict[str, int | str]:
    return {currency: Money(minor, currency, exponent).json() for (currency, exponent), minor in sorted(sums.items())}


def _entry(link: Link, *, open_facts: bool) -> dict[str, str]:
    """An entry without what tells of a person: of those two parts only the digests, of the facts the bytes where they
    take a number."""
    frame = link.frame
    return {
        "header": frame.header.hex(),
        **({"facts": frame.facts.hex()} if open_facts else {}),
        "facts_digest": sha256(frame.facts).hexdigest(),
        "personal_digest": _digest(frame.personal, frame.personal_digest),
        "sealed_digest": _digest(frame.sealed, frame.sealed_digest),
        "prev": link.prev.hex(),
        "hash": link.hash.hex(),
        "signature": frame.signature.hex(),
    }


def _digest(part: bytes | None, kept: bytes | None) -> str:
    if part is not None:
        return sha256(part).hexdigest()
    return (kept if kept is not None else NOTHING).hex()


def _centre(vouched: Vouched) -> dict[str, Any]:
    return {
        "root": vouched.root.hex(),
        "fingerprint": sha256(vouched.root).hexdigest(),
        "keys": [_signed(one) for one in vouched.keys],
        "certificate": _entry(vouched.certificate, open_facts=True),
        "statement": _signed(vouched.statement) if vouched.statement else None,
    }


def _signed(message: Signed) -> dict[str, str]:
    return {"message": message.message.hex(), "signature": message.signature.hex()}


def _text(content: dict[str, Any]) -> str:
    """JSON, with one element of each list a line, so that the numbers can be read and two proofs be compared."""
    parts = []
    for name, value in content.items():
        said = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            said = "[\n  " + ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n ]"
        parts.append(f" {json.dumps(name)}: {said}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
