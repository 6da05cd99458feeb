"""Banks: the account that money goes to, whose it is, and how much of its number stands on a screen."""

from __future__ import annotations

import re
from functools import cache

from models.rules import data
from models.rules.likeness import likeness, person
from models.rules.names import fold
from models.rules.problems import Problem

OWNERS = ("own", "heir", "payer")

SHORTEST, LONGEST = 8, 18
"""Digits of an Indonesian account as banks print them. No regulation says so: other lengths only warn."""

MASK = "••••••"


def bank_names() -> tuple[str, ...]:
    """The banks to choose from, the most used first. Any other name may be written, too."""
    return tuple(row["name"] for row in data.rows("banks.csv"))


def bank_name(written: str) -> str:
    """A bank by the name on the list, however people write it (`Bank Rakyat Indonesia`, `bri`); any other as it
    stands."""
    return _by_name().get(_plain(written)) or " ".join(written.split())


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in data.rows("banks.csv"):
        for one in (row["name"], f"bank {row['name']}", *row["also"].split("|")):
            found.setdefault(_plain(one), row["name"])
    return found


def _plain(text: str) -> str:
    words = [word for word in fold(text).split() if word not in ("pt", "tbk", "persero")]
    return " ".join(words)


def clean_account(text: str) -> str:
    """An account's number as it is kept: without the spaces, dots and hyphens it is printed with."""
    return re.sub(r"[\s.\-–]", "", text).upper()


def mask_account(number: str) -> str:
    """`••••••7712`; of a number so short that four signs would give it away, the last two."""
    return f"{MASK}{number[-4:] if len(number) > 7 else number[-2:]}"


def account_warnings(
    bank: str | None, number: str | None, holder: str | None, owner: str | None, worker: str | None
) -> list[Problem]:
    """What deserves a second look, never a reason to refuse: `bank.number_missing`, `bank.name_missing`,
    `bank.holder_missing`, `bank.number_unusual`, `bank.holder_differs` (the worker's own account in another name),
    `bank.holder_is_worker` (somebody else's in the worker's). `worker` is the worker's name."""
    if not (bank or number or holder):
        return []
    found = []
    if not bank:
        found.append(Problem("bank_name", "bank.name_missing"))
    if not number:
        found.append(Problem("bank_account", "bank.number_missing"))
    elif not (number.isascii() and number.isdigit() and SHORTEST <= len(number) <= LONGEST):
        found.append(Problem.of("bank_account", "bank.number_unusual", shortest=SHORTEST, longest=LONGEST))
    if not holder:
        found.append(Problem("bank_holder", "bank.holder_missing"))
    elif worker:
        alike = is_like(holder, worker)
        if owner in (None, "own") and not alike:
            found.append(Problem.of("bank_holder", "bank.holder_differs", name=worker))
        elif owner in ("heir", "payer") and is_same(holder, worker):
            found.append(Problem("bank_owner", "bank.holder_is_worker"))
    return found


def is_like(one: str, other: str) -> bool:
    """Whether two written names may be one person's: spelled otherwise, shortened, one more complete."""
    return bool(_name_codes(one, other) & {"name.same", "name.spelling", "name.alike", "name.part"})


def is_same(one: str, other: str) -> bool:
    """Whether two written names are the same but for their spelling."""
    return bool(_name_codes(one, other) & {"name.same", "name.spelling"})


def _name_codes(one: str, other: str) -> frozenset[str]:
    return likeness(person(name=one), person(name=other)).codes()
