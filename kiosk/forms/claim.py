"""Claim: what happened, who says so, and the papers brought along."""

from __future__ import annotations

from datetime import date

import msgspec

FILERS = ("worker", "heir", "mission")


class DocumentForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document to attach: its kind, and the file it is in."""

    kind: str | None = None
    path: str | None = None


class ClaimForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The claim form; `kind` is the code of a group or of a single benefit, `situation` one of that kind's."""

    worker_id: str | None = None
    kind: str | None = None
    situation: str | None = None
    event_date: date | None = None
    description: str | None = None
    documents: tuple[DocumentForm, ...] | None = None
    filed_by: str | None = None
    filer_name: str | None = None
    filer_phone: str | None = None
