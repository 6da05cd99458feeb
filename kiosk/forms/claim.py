"""Claim: what happened, who says so, and the papers brought along."""

from __future__ import annotations

from datetime import date

import msgspec

FILERS = ("worker", "heir", "mission")


class DocumentForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document to attach: its kind, and the file it is in or (`kept`) the id of the worker's paper it is.
    `requirement` is the paper of the checklist it is for, `seen_as` what the clerk held: original or copy; `replaces`
    the id of the claim's document in whose place it comes."""

    kind: str | None = None
    path: str | None = None
    kept: str | None = None
    requirement: str | None = None
    seen_as: str | None = None
    replaces: str | None = None


class AttachForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Documents that followed; `claim` is the claim's number or id."""

    claim: str | None = None
    documents: tuple[DocumentForm, ...] | None = None


class DetachForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document of a claim to be taken back, and why."""

    document: str | None = None
    reason: str | None = None


class ClaimForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The claim form; `kind` is the code of a group or of a single benefit, `situation` one of that kind's. `follow_by`
    says until when papers that are missing may follow, where that is another day than the rules' own."""

    worker_id: str | None = None
    kind: str | None = None
    situation: str | None = None
    event_date: date | None = None
    description: str | None = None
    documents: tuple[DocumentForm, ...] | None = None
    filed_by: str | None = None
    filer_name: str | None = None
    filer_phone: str | None = None
    follow_by: dict[str, date] | None = None
