"""Refund: whose money is asked back from the centre, why, and how it is to come."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from kiosk.forms.void import required
from models.rules.banks import bank_name, clean_account
from models.rules.problems import Problem, refuse_if
from models.rules.refunds import wish_problems
from models.rules.voids import reason_problems

LONGEST_NAME = 100
LONGEST_ACCOUNT = 40


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, as it is kept; the account only where the money is to be transferred."""

    reason: str
    method: str
    bank_name: str | None
    bank_account: str | None
    bank_holder: str | None


class RefundForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`receipt` is its number or its id, `method` cash (at a counter) or transfer (by the centre)."""

    receipt: str | None = None
    reason: str | None = None
    method: str | None = None
    bank_name: str | None = None
    bank_account: str | None = None
    bank_holder: str | None = None
    request_id: str | None = None

    def named(self) -> str:
        """The receipt as it was written. Refused `required`."""
        return required(self.receipt, "receipt")

    def wish(self, *, cash_allowed: bool) -> Wish:
        """Refused `required`, `reason.too_long`, `bank.too_long` and what rules.refunds says."""
        reason, method = (self.reason or "").strip(), (self.method or "").strip().lower()
        bank = bank_name(self.bank_name or "")
        account = clean_account(self.bank_account or "")
        holder = " ".join((self.bank_holder or "").split())
        problems = [
            *reason_problems(reason),
            *wish_problems(method, bank_name=bank, bank_account=account, bank_holder=holder, cash_allowed=cash_allowed),
        ]
        problems += [
            Problem.of(field, "text.too_long", longest=longest)
            for field, written, longest in (
                ("bank_name", bank, LONGEST_NAME),
                ("bank_account", account, LONGEST_ACCOUNT),
                ("bank_holder", holder, LONGEST_NAME),
            )
            if len(written) > longest
        ]
        refuse_if(problems)
        if method == "cash":
            return Wish(reason, method, None, None, None)
        return Wish(reason, method, bank, account, holder)

    def content(self) -> bytes:
        """What a repeated request must agree with."""
        return msgspec.json.encode(msgspec.structs.replace(self, request_id=None), order="deterministic")


class RefundPayment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A refund that is handed out: named by its receipt's number or its own id."""

    refund: str | None = None
    request_id: str | None = None

    def named(self) -> str:
        """The refund as it was written. Refused `required`."""
        return required(self.refund, "refund")

    def content(self) -> bytes:
        """What a repeated request must agree with."""
        return msgspec.json.encode(msgspec.structs.replace(self, request_id=None), order="deterministic")
