"""Accounts: the movements an entry makes, which sum to zero in every currency whatever a body says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from models.journal.entry import Entry
from models.ledger.contributions import account_line
from models.ledger.flags import flag
from models.posting.flags import UNBALANCED
from models.posting.rows import Rows
from models.posting.writing import Row

CASH = "tender:cash"
UNEXPLAINED = "unexplained"


class AccountLine(NamedTuple):
    """A movement of one account; debits are positive. `amount` in the currency's smallest unit."""

    account: str
    currency: str
    exponent: int
    amount: int


def balanced(lines: Iterable[AccountLine]) -> list[AccountLine]:
    """The movements that move anything, and what they leave over on `unexplained`: no honest counter leaves any."""
    found = [line for line in lines if line.amount]
    rest: dict[tuple[str, int], int] = defaultdict(int)
    for line in found:
        rest[line.currency, line.exponent] += line.amount
    return found + [AccountLine(UNEXPLAINED, *unit, -amount) for unit, amount in sorted(rest.items()) if amount]


def account_row(line: AccountLine, number: int, **of: object) -> Row:
    """The row of a movement; `of` names its entry, mission, terminal, incarnation, day and till session."""
    return {"line": number, **line._asdict(), **of}


def move_accounts(rows: Rows, entry: Entry, lines: Iterable[AccountLine], **of: object) -> None:
    """Post the movements of an entry; `of` names mission, business_date, till_id and worker_id. What does not add up
    becomes a task for a person."""
    moved = balanced(lines)
    worker_id = of.pop("worker_id", None)
    for number, line in enumerate(moved):
        rows.add(
            account_line,
            **account_row(
                line,
                number,
                entry_id=entry.id,
                terminal=entry.head.terminal,
                incarnation=entry.head.incarnation,
                **of,
            ),
        )
    if any(line.account == UNEXPLAINED for line in moved):
        rows.add(
            flag,
            entry_id=entry.id,
            code=UNBALANCED,
            worker_id=worker_id,
            mission=of["mission"],
            at=entry.head.at,
        )
