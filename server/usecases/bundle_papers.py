"""The manifest of what the centre puts on a stick for a counter, and what went and came so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.journal.body import unpack
from models.rules.missions import mission
from models.sync.bundles import DIGEST_SHOWN, Mark, mark_text
from reports.bundle_manifest import MOST_FILES, BundleManifest, ManifestFile
from reports.paper import Words
from server.store.tables import bundle, terminal_head
from server.usecases.centre import Centre
from server.usecases.incoming import DOWN, UP, Kept
from server.usecases.outgoing import Made

ZONE = "Asia/Jakarta"


def manifests(centre: Centre, made: Sequence[Made], by: str) -> list[BundleManifest]:
    """The papers that go with these files, as many files on each as one code can name; `by` wrote them."""
    papers = []
    for start in range(0, len(made), MOST_FILES):
        part = made[start : start + MOST_FILES]
        head = part[0].head
        place = mission(head.mission)
        at = head.at.astimezone(ZoneInfo(ZONE))
        marked = tuple((one.head.number, one.placed.digest[:DIGEST_SHOWN]) for one in part)
        papers.append(
            BundleManifest(
                heading=Words(place.title, place.title_en),
                up=False,
                series=head.series,
                sender="Pusat",
                recipient=f"Loket {head.series}, {place.name}",
                made_at=at,
                utc_offset="UTC+7",
                operator=by,
                files=tuple(
                    ManifestFile(
                        number=one.head.number,
                        part=one.head.part,
                        parts=one.head.parts,
                        name=one.placed.path.name,
                        size=one.placed.size,
                        entries=one.entries,
                        documents=one.documents,
                        digest=one.placed.digest,
                        verdicts=one.verdicts,
                    )
                    for one in part
                ),
                sums=(),
                code=mark_text(Mark(DOWN, head.terminal, head.incarnation, marked), centre.keys.signing),
            )
        )
    return papers


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """A file that came from a counter (`up`) or was made for one (`down`). `state` as in incoming.Taken; made, until
    the counter says that it has taken it."""

    terminal: UUID
    incarnation: int
    series: str
    mission: str
    direction: str
    number: int
    state: str
    at: datetime
    digest: bytes
    entries: int
    documents: int


def carried(centre: Centre, terminal: UUID | None = None, limit: int = 200) -> list[CarriedRow]:
    """The last files of one counter, or of all, the newest first."""
    query = (
        select(bundle, terminal_head.c.series, terminal_head.c.mission)
        .join(
            terminal_head,
            (terminal_head.c.terminal == bundle.c.terminal) & (terminal_head.c.incarnation == bundle.c.incarnation),
        )
        .where(bundle.c.state != "planned")
        .order_by(bundle.c.at.desc(), bundle.c.number.desc())
        .limit(limit)
    )
    if terminal is not None:
        query = query.where(bundle.c.terminal == terminal)
    with centre.engine.connect() as connection:
        rows = connection.execute(query).all()
    found = []
    for row in rows:
        kept = unpack(row.content, Kept) if row.direction == UP and row.content is not None else None
        found.append(
            CarriedRow(
                terminal=row.terminal,
                incarnation=row.incarnation,
                series=row.series,
                mission=row.mission,
                direction=row.direction,
                number=row.number,
                state=row.state,
                at=row.at,
                digest=bytes(row.digest),
                entries=kept.entries if kept else 0,
                documents=kept.documents if kept else 0,
            )
        )
    return found
