"""The manifest of what the centre puts on a stick for a counter, and what went and came so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from models.journal.body import unpack
from models.rules.missions import mission
from models.rules.problems import Problem, Refused
from models.sync.bundles import DIGEST_SHOWN, Mark, file_name, mark_text
from reports.bundle_manifest import MOST_FILES, BundleManifest, ManifestFile
from reports.paper import Words
from server.store.tables import bundle, terminal_head
from server.usecases.centre import Centre
from server.usecases.incoming import DOWN, UP, Kept
from server.usecases.outgoing import Made

ZONE = "Asia/Jakarta"


def manifest(centre: Centre, terminal: UUID, incarnation: int, numbers: Sequence[int], by: str) -> BundleManifest:
    """The paper that goes with these files to a counter, at most as many as one code can name; `by` prints it. Refused
    `bundle.unknown` where one of them was never made."""
    mine = (bundle.c.terminal == terminal, bundle.c.incarnation == incarnation, bundle.c.direction == DOWN)
    with centre.engine.connect() as connection:
        head = connection.execute(
            select(terminal_head).where(
                terminal_head.c.terminal == terminal, terminal_head.c.incarnation == incarnation
            )
        ).one_or_none()
        query = select(bundle).where(*mine, bundle.c.number.in_(numbers), bundle.c.content.is_not(None))
        rows = connection.execute(query.order_by(bundle.c.number)).all()
    if head is None or head.mission is None or not rows or len(rows) != len(set(numbers)):
        raise Refused(Problem("number", "bundle.unknown"))
    place = mission(head.mission)
    at = rows[0].at.astimezone(ZoneInfo(ZONE))
    files = []
    for row in rows:
        kept = unpack(row.content, Kept)
        files.append(
            ManifestFile(
                number=row.number,
                part=kept.part,
                parts=kept.parts,
                name=file_name(DOWN, head.series or head.mission, row.number, kept.part, kept.parts),
                size=kept.size,
                entries=kept.entries,
                documents=kept.documents,
                digest=bytes(row.digest),
                verdicts=kept.verdicts,
            )
        )
    marked = tuple((one.number, one.digest[:DIGEST_SHOWN]) for one in files)
    return BundleManifest(
        heading=Words(place.title, place.title_en),
        up=False,
        series=head.series,
        sender="Pusat",
        recipient=f"Loket {head.series}, {place.name}",
        made_at=at,
        utc_offset="UTC+7",
        operator=by,
        files=tuple(files),
        sums=(),
        code=mark_text(Mark(DOWN, terminal, incarnation, marked), centre.keys.signing),
    )


def manifests(centre: Centre, made: Sequence[Made], by: str) -> list[BundleManifest]:
    """The papers that go with these files, as many files on each as one code can name; `by` wrote them."""
    head = made[0].head
    numbers = [one.head.number for one in made]
    parts = [numbers[start : start + MOST_FILES] for start in range(0, len(numbers), MOST_FILES)]
    return [manifest(centre, head.terminal, head.incarnation, part, by) for part in parts]


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter that a stick can be made for, and the number of its last file."""

    terminal: UUID
    series: str
    mission: str
    last_up: int | None


def counters(centre: Centre) -> list[CounterRow]:
    """The counters that have told their key and are still answered, by their series."""
    last = (
        select(func.max(bundle.c.number))
        .where(
            bundle.c.terminal == terminal_head.c.terminal,
            bundle.c.incarnation == terminal_head.c.incarnation,
            bundle.c.direction == UP,
        )
        .scalar_subquery()
    )
    follower = terminal_head.alias()
    followed = (
        select(1)
        .where(follower.c.terminal == terminal_head.c.terminal, follower.c.continues == terminal_head.c.incarnation)
        .exists()
    )
    query = (
        select(terminal_head, last.label("last_up"))
        .where(
            terminal_head.c.mission.is_not(None),
            terminal_head.c.sealing_key.is_not(None),
            terminal_head.c.revoked_at.is_(None),
            ~followed,
        )
        .order_by(terminal_head.c.series)
    )
    with centre.engine.connect() as connection:
        return [CounterRow(row.terminal, row.series, row.mission, row.last_up) for row in connection.execute(query)]


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
        kept = unpack(row.content, Kept) if row.content is not None else None
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
