"""Deaths: the letter in which the mission states one, and the talk with an heir."""

from __future__ import annotations

from datetime import date

import msgspec


def said(text: str | None) -> str:
    """What was written, without the spaces around and between."""
    return " ".join((text or "").split())


class StatementForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`about` is death or missing, `event_date` the day of death or since when; `source` what the mission knows it
    from; `claim` the number or id of the claim it is made for, to which it is then attached."""

    worker_id: str | None = None
    about: str | None = None
    event_date: date | None = None
    place: str | None = None
    circumstances: str | None = None
    source: str | None = None
    letter_number: str | None = None
    signatory: str | None = None
    signatory_title: str | None = None
    claim: str | None = None
    request_id: str | None = None

    def content(self) -> bytes:
        """What a repeated request must agree with."""
        return msgspec.json.encode(msgspec.structs.replace(self, request_id=None), order="deterministic")


class ContactForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whom somebody spoke to or tried to, how (phone, whatsapp, letter, visit, other), and whether it came through."""

    worker_id: str | None = None
    name: str | None = None
    relation: str | None = None
    phone: str | None = None
    channel: str | None = None
    reached: bool = False
    note: str | None = None
