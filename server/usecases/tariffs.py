"""Tariffs at the centre: which packs are in force, coming and past, and what one charges before it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from models.journal.body import unpack
from models.journal.entry import Header
from models.ledger.tables import tariff
from models.rules.days import business_date
from models.rules.problems import Problem, Refused
from models.rules.tariff_documents import publishable_pack
from models.rules.tariffs import PriceTable, Standing, TariffPack, pack_on, price_tables, shipped_packs, standing
from server.store.tables import entry, officer
from server.usecases.centre import Centre
from server.usecases.overview import ZONE


@dataclass(frozen=True, slots=True)
class PackRow:
    """One version of the tariff. `published_at` is None where it came with the program and the centre said nothing
    else; `by` is the officer's name, empty where it was published at the command line without one."""

    pack: TariffPack
    standing: Standing
    published_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pack would charge; `instead_of` is the one in force on its first day as things stand."""

    pack: TariffPack
    instead_of: TariffPack | None
    tables: tuple[PriceTable, ...]


def today(centre: Centre) -> date:
    """The day at the centre."""
    return business_date(centre.now(), ZONE)


def packs_at(centre: Centre) -> tuple[PackRow, ...]:
    """All packs, the latest first, as they stand today, with who published them and when."""
    found = centre.read(_published)
    packs = [*found, *_only_shipped(list(found))]
    packs.sort(key=lambda pack: (pack.valid_from, pack.version, pack.id.int), reverse=True)
    day = today(centre)
    return tuple(PackRow(pack, standing(pack, packs, day), *found.get(pack, (None, ""))) for pack in packs)


def preview(centre: Centre, documents: Sequence[Mapping[str, Any]]) -> tuple[Preview, ...]:
    """What packs would charge, month by month, and what is charged in their place until then. Nothing is recorded.
    Refused as publishing them would be, every problem beside its pack (`tariffs[0].rows[2].base`)."""
    problems: list[Problem] = []
    packs: list[TariffPack] = []
    for at, document in enumerate(documents):
        try:
            packs.append(checked(document))
        except Refused as refusal:
            problems += [replace(one, field=f"tariffs[{at}].{one.field}") for one in refusal.problems]
    problems += centre.read(lambda connection: taken_versions(connection, today(centre), documents))
    if problems:
        raise Refused(*problems)
    standing_now = [row.pack for row in packs_at(centre)]
    shown = []
    for pack in packs:
        try:
            before = pack_on([one for one in standing_now if not _same(one, pack)], pack.valid_from)
        except Refused:
            before = None
        shown.append(Preview(pack, before, price_tables(pack, before)))
    return tuple(shown)


def checked(document: Mapping[str, Any]) -> TariffPack:
    """A pack that may be published. Refused with each problem at its place within the pack (`rows[2].base`)."""
    try:
        return publishable_pack(document)
    except Refused as refusal:
        raise Refused(*(replace(one, field=one.field.removeprefix("tariff.")) for one in refusal.problems)) from refusal


def taken_versions(connection: Connection, day: date, documents: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Versions that have been charged by already and now say something else: receipts name them for ever. A pack may be
    ended or withdrawn under its own version; `tariff.version_taken` otherwise."""
    published = list(_published(connection))
    known = [*published, *_only_shipped(published)]
    problems = []
    for at, document in enumerate(documents):
        try:
            pack = publishable_pack(document)
        except Refused:
            continue
        before = next((one for one in known if _same(one, pack)), None)
        if before is None or not before.published or before.valid_from > day:
            continue
        if replace(pack, published=True, valid_to=None) != replace(before, valid_to=None):
            problems.append(Problem.of(f"tariffs[{at}].version", "tariff.version_taken", version=pack.version))
    return problems


def _same(one: TariffPack, other: TariffPack) -> bool:
    return (one.id, one.version) == (other.id, other.version)


def _only_shipped(published: Sequence[TariffPack]) -> list[TariffPack]:
    return [pack for pack in shipped_packs() if not any(_same(pack, one) for one in published)]


def _published(connection: Connection) -> dict[TariffPack, tuple[datetime, str]]:
    """The packs in the ledger, with the time and the officer of the entry that last said so."""
    found = {}
    names: dict[UUID, str] = {row.id: row.name or row.login for row in connection.execute(select(officer))}
    for row in connection.execute(select(tariff)):
        by = (entry.c.terminal == UUID(row.stamp_terminal)) & (entry.c.seq == row.stamp_seq) & entry.c.taken
        head = unpack(connection.scalars(select(entry.c.header).where(by).limit(1)).one(), Header)
        found[TariffPack.from_json(row.pack)] = (head.at, names.get(head.operator, ""))
    return found
