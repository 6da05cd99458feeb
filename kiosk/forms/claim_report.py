"""Claim report: the second report of an accident, how it ended and what is asked for."""

from __future__ import annotations

from datetime import date

import msgspec


class ReportForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second report. `claim` is the claim's number or id, `outcome` healed, disabled or died, `benefits` the codes
    of those that are asked for; `filed_by` as on a claim, the worker where nobody is named, of a death an heir."""

    claim: str | None = None
    outcome: str | None = None
    outcome_date: date | None = None
    benefits: tuple[str, ...] | None = None
    description: str | None = None
    filed_by: str | None = None
    filer_name: str | None = None
    filer_phone: str | None = None
