"""Placements: one contract of a worker abroad; scheme and membership event are two separate facts."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Personal, journalled


class PlacementDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Who employs the worker as what; personal, since it finds the person. `reason` is why it was put right."""

    employer_kind: str | None = None
    employer: str | None = None
    agency: str | None = None
    p3mi: str | None = None
    job: str | None = None
    contract_number: str | None = None
    legalisation_number: str | None = None
    reason: str = ""


@journalled
class PlacementRecorded(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A contract was shown at the counter. The row it makes carries this entry's id. `departure` is the day of leaving
    Indonesia, `arrival` that of coming back; `months` is what the contract says where its dates do not; `extension_of`
    the placement it goes on from; `corrects` one that was written down wrongly, and that this one stands for from
    here on."""

    KIND: ClassVar[str] = "placement.recorded"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = PlacementDetails

    worker_id: UUID
    mission: str
    country: str | None = None
    scheme: str | None = None
    event: str | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    departure: date | None = None
    arrival: date | None = None
    extension_of: UUID | None = None
    months: int | None = None
    corrects: UUID | None = None
    personal: PlacementDetails | None = None
