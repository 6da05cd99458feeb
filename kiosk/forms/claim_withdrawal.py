"""Claim withdrawal: whoever filed a claim does not pursue it any more."""

from __future__ import annotations

import msgspec

LONGEST_REASON = 300


class WithdrawalForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The withdrawal. `claim` is the claim's number or id, `withdrawn_by` worker, heir or mission. `reason` is asked
    for of every claim but a restricted one, and there it is sealed."""

    claim: str | None = None
    withdrawn_by: str | None = None
    reason: str | None = None
