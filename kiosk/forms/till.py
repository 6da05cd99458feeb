"""Till: what is asked when the drawer is opened, moved, handed over and closed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from models.rules.money import Money, currency
from models.rules.problems import Problem, Refused
from models.rules.tills import Count, counted

Amounts = dict[str, int | str]


class CountForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was counted of one currency: how many of each face, the sum, or both; faces and sum in the main unit."""

    currency: str | None = None
    amount: int | str | None = None
    pieces: dict[str, int] | None = None


class _Counting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A count, and why it differs where it does. `alone`: no second person could be reached."""

    counts: tuple[CountForm, ...] = ()
    reason: str | None = None
    alone: bool = False

    def counted(self) -> list[Count]:
        """The counts. Refused `required` and what `models.rules.tills.counted` finds, on `counts[i].*`."""
        if not self.counts:
            raise Refused(Problem("counts", "required"))
        problems: list[Problem] = []
        found = []
        for at, one in enumerate(self.counts):
            where = f"counts[{at}]"
            try:
                if not one.currency:
                    raise Refused(Problem(f"{where}.currency", "required"))
                code = currency_of(one.currency, f"{where}.currency")
                found.append(counted(code, one.amount, one.pieces, where))
            except Refused as refusal:
                problems += refusal.problems
        if problems:
            raise Refused(*problems)
        return found

    def why(self) -> str:
        return (self.reason or "").strip()


class OpenTill(_Counting, frozen=True, kw_only=True):
    """`brought` is the float that was added to what the last session left: {currency: main unit}."""

    brought: Amounts | None = None

    def added(self) -> list[Money] | None:
        """The float, None where nothing was said of it. Refused: what `Money.parse` finds, on `brought.CODE`."""
        return None if self.brought is None else amounts(self.brought, "brought")


class MoveCash(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cash that belongs to no receipt, in the main unit, and why it goes in or out. `till_id` is the session that was
    on the screen."""

    currency: str | None = None
    amount: int | str | None = None
    reason: str | None = None
    alone: bool = False
    till_id: str | None = None

    def money(self, usual: str) -> Money:
        """The amount, in the mission's `usual` currency where none is named. Refused `required` and the like."""
        if self.amount is None or self.amount == "":
            raise Refused(Problem("amount", "required"))
        return Money.parse(self.amount, currency_of(self.currency or usual, "currency"), "amount")

    def why(self) -> str:
        return (self.reason or "").strip()


class HandOver(_Counting, frozen=True, kw_only=True):
    """The count with which the drawer goes to another."""

    till_id: str | None = None


class CloseTill(_Counting, frozen=True, kw_only=True):
    """`deposited` goes to the treasurer, the rest stays in the drawer: {currency: main unit}."""

    deposited: Amounts | None = None
    till_id: str | None = None

    def to_treasurer(self) -> list[Money]:
        return amounts(self.deposited or {}, "deposited")


def amounts(given: Amounts, field: str) -> list[Money]:
    """Amounts by currency. Refused on `FIELD.CODE`: what `Money.parse` finds, `currency.unknown`."""
    return [
        Money.parse(amount, currency_of(code, f"{field}.{code[:8]}"), f"{field}.{code[:8]}")
        for code, amount in given.items()
    ]


def currency_of(written: str, field: str) -> str:
    """The code as our table spells it. Refused `currency.unknown` on `field`."""
    try:
        return currency(written.strip().upper()).code
    except Refused as refusal:
        raise Refused(*(replace(one, field=field) for one in refusal.problems)) from refusal


def till_named(text: str | None) -> UUID | None:
    """The session a form is about, where it names one. Refused `till.unknown`."""
    if not text:
        return None
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise Refused(Problem.of("till", "till.unknown", number=text.strip()[:40])) from error
