"""The manifest of what is on a stick, as this counter wrote it down; it can be printed again at any time."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.desk import Desk, former_journals
from kiosk.queries.bundles import UP, note_of
from kiosk.queries.papers import utc_offset
from kiosk.queries.reference import counter_name
from kiosk.store.tables import bundle, own_terminal
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.sync.bundles import DIGEST_SHOWN, Mark, file_name, mark_text
from reports.bundle_manifest import MOST_FILES, BundleManifest, ManifestFile, TenderSum
from reports.paper import Words


def manifests(desk: Desk, numbers: Sequence[int]) -> list[BundleManifest]:
    """The papers that go with these files to the centre, as many files on each as one code can name. Refused
    `bundle.unknown` where one of them was never written."""
    with desk.read() as work:
        connection, own = work.connection, work.terminal
        journals = {one.incarnation: one for one in (own, *former_journals(connection, own))}
        query = select(bundle).where(bundle.c.direction == UP, bundle.c.number.in_(numbers), bundle.c.digest != b"")
        rows = connection.execute(query.order_by(bundle.c.number)).all()
        if len(rows) != len(set(numbers)) or not rows:
            raise Refused(Problem("number", "bundle.unknown"))
        address = connection.scalar(select(own_terminal.c.centre_url)) or ""
        counter = counter_name(connection, own.mission.code, own.series)
        papers = []
        for start in range(0, len(rows), MOST_FILES):
            part = rows[start : start + MOST_FILES]
            notes = [note_of(row) for row in part]
            speaker = journals[notes[0].speaker]
            made = part[0].made_at.astimezone(ZoneInfo(own.mission.zone))
            sums: dict[tuple[str, str, int], int] = {}
            for one in (amount for note in notes for amount in note.amounts):
                key = (one.account.removeprefix("tender:"), one.currency, one.exponent)
                sums[key] = sums.get(key, 0) + one.amount
            marked = tuple((row.number, bytes(row.digest)[:DIGEST_SHOWN]) for row in part)
            papers.append(
                BundleManifest(
                    heading=Words(own.mission.title, own.mission.title_en),
                    up=True,
                    series=speaker.series,
                    sender=f"{counter} ({speaker.series}), {own.mission.name}",
                    recipient=f"Pusat, {address.removeprefix('https://').rstrip('/')}" if address else "Pusat",
                    made_at=made,
                    utc_offset=utc_offset(made),
                    operator=work.operator.name,
                    files=tuple(
                        ManifestFile(
                            number=row.number,
                            part=note.part,
                            parts=note.parts,
                            name=file_name(UP, speaker.series or own.mission.code, row.number, note.part, note.parts),
                            size=note.size,
                            entries=note.entries,
                            documents=note.documents,
                            digest=bytes(row.digest),
                        )
                        for row, note in zip(part, notes, strict=True)
                    ),
                    sums=tuple(
                        TenderSum(key[0], Money(amount, key[1], key[2])) for key, amount in sorted(sums.items())
                    ),
                    code=mark_text(Mark(UP, speaker.id, speaker.incarnation, marked), speaker.key),
                )
            )
        return papers
