"""Outgoing: what the centre does not have yet goes onto a stick, in files that each can be taken by itself."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, and_, func, insert, select, update

from kiosk.desk import Desk, Terminal, former_journals, head, terminal
from kiosk.queries.bundles import UP, Amount, BundleNote, Slice, Span, notes
from kiosk.queries.trust import held_keys
from kiosk.queries.unsent import acked
from kiosk.steps import Step, Steps
from kiosk.store.tables import blob, bundle, cursor, own_terminal
from kiosk.store.tables import entry as entries
from kiosk.sync.documents import wished
from kiosk.sync.line import PROGRAM
from kiosk.sync.push import COLUMNS
from kiosk.sync.standing import of_ours
from models.journal.entry import frame_of
from models.ledger.tables import account_line
from models.rules.problems import Problem, Refused, Trouble
from models.sync.bundles import (
    HEAD_AND_END,
    LARGEST,
    MOST_FILES,
    BundleHead,
    Content,
    CounterSays,
    Document,
    Entries,
    Piece,
    at_most,
    pieces,
    ranges,
    require_size,
)
from models.sync.chunks import CHUNK, plan_of
from models.sync.messages import BlobPlan, Cursor, Head
from models.sync.protocol import MAX_BODY, MAX_ENTRIES, MAX_PIECE
from models.sync.statement import account_sums
from models.sync.sticks import Placed, put, require_room, sweep

_BESIDE = 128
"""Bytes of an entry in a message beside its parts, at most."""
_SAYS = 16 << 10
"""Bytes of what a counter says of itself, at most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on the stick, and what is in it."""

    number: int
    path: Path
    digest: bytes
    size: int
    note: BundleNote
    head: BundleHead


@dataclass(frozen=True, slots=True)
class Exported:
    """What is on the stick now. `left` files did not fit and are planned: they go onto the next stick. `trouble` says
    why they did not. `kept_back`: entries of a journal that no centre knows yet; they go once it is enrolled."""

    files: tuple[Sent, ...]
    left: int = 0
    trouble: Trouble | None = None
    kept_back: int = 0


def export(desk: Desk, folder: Path, *, size: int = LARGEST, everything: bool = False) -> Steps[Exported]:
    """Put what the centre is not known to have onto a stick, in files of at most `size` bytes; files that an earlier
    call planned and could not write come first. `everything`: from the first entry on, and documents that other sticks
    carry as well.

    Stopped or failing anywhere, it leaves whole files only, and the next call goes on. Refused `bundle.size`; Trouble
    `bundle.not_enrolled`, `bundle.stick_*` where not one file could be written, and what a disk can do."""
    require_size(size)
    sweep(folder)
    begun: dict[int, int] = {}
    with desk.store.write(new_work=False) as connection:
        if planned := notes(connection, UP, "planned"):
            begun = {span.incarnation: span.until for note in planned.values() for span in note.spans}
        plan = _Plan.of(desk, connection, size, begun, everything=everything)
        if not planned or plan.carries_anything:
            plan.keep()
        planned = notes(connection, UP, "planned")
    done, of = 0, sum(note.size for note in planned.values())
    files: list[Sent] = []
    for place, (number, note) in enumerate(planned.items()):
        try:
            require_room(folder, note.size)
            writing = _write(desk, folder, number, note)
            while True:
                try:
                    yield Step(min(done + next(writing), of), of)
                except StopIteration as end:
                    files.append(end.value)
                    break
        except Trouble as trouble:
            if not files or not trouble.code.startswith("bundle."):
                raise
            return Exported(tuple(files), len(planned) - place, trouble, plan.kept_back)
        done += note.size
        yield Step(min(done, of), of)
    return Exported(tuple(files), kept_back=plan.kept_back)


def _write(desk: Desk, folder: Path, number: int, note: BundleNote) -> Generator[int, None, Sent]:
    with desk.read() as work:
        speaker = next(one for one in _journals(work.connection, work.terminal) if one.incarnation == note.speaker)
        centre, at = _centre(work.connection), work.now
        keys = held_keys(work.connection)
    assert keys is not None, "planned after enrolment"
    about = BundleHead(
        direction="up",
        centre=centre,
        terminal=speaker.id,
        incarnation=speaker.incarnation,
        mission=speaker.mission.code,
        series=speaker.series,
        number=number,
        part=note.part,
        parts=note.parts,
        at=at,
        key=b"",
    )
    placed: Placed = yield from put(folder, about, keys.current.claims, speaker.key, _messages(desk, speaker, note))
    note = msgspec.structs.replace(note, size=placed.size)
    with desk.store.write(new_work=False) as connection:
        connection.execute(
            update(bundle)
            .where(bundle.c.direction == UP, bundle.c.number == number)
            .values(digest=placed.digest, state="written", made_at=at, note=msgspec.json.encode(note).decode())
        )
    return Sent(number, placed.path, placed.digest, placed.size, note, about)


# What is in a file


def _messages(desk: Desk, speaker: Terminal, note: BundleNote) -> Iterator[Content]:
    yield _says(desk, speaker)
    for span in note.spans:
        yield from _entries(desk, speaker, span, note)
    for one in note.slices:
        yield from _document(desk, one)


def _says(desk: Desk, speaker: Terminal) -> CounterSays:
    with desk.read() as work:
        connection = work.connection
        row = connection.execute(select(own_terminal)).one()
        taken = connection.scalars(
            select(bundle.c.number).where(bundle.c.direction == "down", bundle.c.state == "taken")
        )
        return CounterSays(
            head=Head(*head(connection, speaker)),
            cursors=tuple(
                Cursor(one.stream, one.position, bytes(one.chain)) for one in connection.execute(select(cursor))
            ),
            taken=ranges(taken),
            sealing=speaker.sealing.public,
            epoch=UUID(row.epoch) if row.epoch else None,
            program=PROGRAM,
            wanted=wished(connection),
        )


def _entries(desk: Desk, speaker: Terminal, span: Span, note: BundleNote) -> Iterator[Content]:
    journal = and_(entries.c.terminal == speaker.id, entries.c.incarnation == span.incarnation)
    after = span.after
    while after < span.until:
        with desk.store.read() as connection:
            rows = connection.execute(
                select(*COLUMNS)
                .where(journal, entries.c.seq > after, entries.c.seq <= span.until)
                .order_by(entries.c.seq)
                .limit(MAX_ENTRIES)
            ).all()
            before = connection.scalar(select(entries.c.hash).where(journal, entries.c.seq == after))
        sizes = [_raw(sum(len(part) for part in row if isinstance(part, bytes))) for row in rows]
        part = rows[: _first_batch(sizes, note.limit)]
        base = Head(after, bytes(before)) if before is not None else Head()
        final = Head(part[-1].seq, bytes(part[-1].hash))
        yield Entries(base, tuple(map(frame_of, part)), final, span.incarnation)
        after = final.seq


def _document(desk: Desk, one: Slice) -> Iterator[Content]:
    with desk.store.read() as connection:
        row = connection.execute(select(blob.c.content, blob.c.media_type).where(blob.c.sha256 == one.sha256)).first()
    if row is None:
        return  # of somebody who was erased meanwhile
    content = bytes(row.content)
    yield Document(one.sha256, row.media_type[:100], BlobPlan.of(plan_of(content)))
    for start in range(one.start, one.end, MAX_PIECE):
        yield Piece(start, content[start : min(start + MAX_PIECE, one.end)])


# What goes into which file


@dataclass
class _File:
    left: int
    spans: list[Span] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)

    def add_entries(self, incarnation: int, after: int, until: int, size: int) -> None:
        self.left -= size
        if self.spans and (self.spans[-1].incarnation, self.spans[-1].until) == (incarnation, after):
            after = self.spans.pop().after
        self.spans.append(Span(incarnation, after, until))

    @property
    def is_empty(self) -> bool:
        return not self.spans and not self.slices


@dataclass
class _Plan:
    """What is to be carried, cut into files before the first is written: by what it takes at most, so that nothing
    that is planned does not fit."""

    connection: Connection
    speaker: Terminal
    size: int
    at: datetime
    kept_back: int
    files: list[_File] = field(default_factory=list)

    @classmethod
    def of(cls, desk: Desk, connection: Connection, size: int, begun: dict[int, int], *, everything: bool) -> _Plan:
        """`begun`: after which entry of a journal nothing is planned yet. Trouble `bundle.not_enrolled`; Refused
        `bundle.too_many_files`."""
        journals = _journals(connection, terminal(connection))
        place = next((place for place, one in enumerate(journals) if one.certified), None)
        if place is None or held_keys(connection) is None:
            raise Trouble("bundle.not_enrolled")
        kept_back = sum(head(connection, one)[0] for one in journals[:place])
        plan = cls(connection, journals[place], size, desk.clock(), kept_back)
        plan.files.append(plan._new())
        # The oldest first: what comes later may rest on it.
        for journal in reversed(journals[place:]):
            after = 0 if everything else begun.get(journal.incarnation, acked(connection, journal).seq)
            plan._add_journal(journal, after)
        plan._add_documents(everything=everything)
        if len(plan.files) > MOST_FILES:
            raise Refused(Problem.of("size", "bundle.too_many_files", files=len(plan.files), most=MOST_FILES))
        return plan

    @property
    def carries_anything(self) -> bool:
        return any(not one.is_empty for one in self.files)

    def keep(self) -> None:
        """Number the files. From now on they are planned, whatever happens to the stick."""
        first = 1 + (self.connection.scalar(select(func.max(bundle.c.number)).where(bundle.c.direction == UP)) or 0)
        for place, one in enumerate(self.files):
            note = BundleNote(
                part=place + 1,
                parts=len(self.files),
                speaker=self.speaker.incarnation,
                spans=tuple(one.spans),
                slices=tuple(one.slices),
                amounts=self._amounts(one.spans),
                size=self.size - one.left,
                limit=self.size,
            )
            self.connection.execute(
                insert(bundle).values(
                    direction=UP,
                    number=first + place,
                    digest=b"",
                    state="planned",
                    made_at=self.at,
                    note=msgspec.json.encode(note).decode(),
                )
            )

    def _new(self) -> _File:
        return _File(self.size - HEAD_AND_END - at_most(_SAYS))

    def _add_journal(self, journal: Terminal, after: int) -> None:
        columns = (entries.c.header, entries.c.facts, entries.c.signature, entries.c.personal, entries.c.sealed)
        length: Any = sum((func.coalesce(func.length(one), 0) for one in columns), start=0)
        rows = self.connection.execute(
            select(entries.c.seq, length.label("size"))
            .where(of_ours(journal), entries.c.seq > after)
            .order_by(entries.c.seq)
        ).all()
        place = 0
        while place < len(rows):
            sizes = [_raw(row.size) for row in rows[place : place + MAX_ENTRIES]]
            count = _first_batch(sizes, self.size)
            needed = at_most(sum(sizes[:count]))
            if needed > self.files[-1].left and not self.files[-1].is_empty:
                self.files.append(self._new())
            self.files[-1].add_entries(journal.incarnation, after, rows[place + count - 1].seq, needed)
            after = rows[place + count - 1].seq
            place += count

    def _add_documents(self, *, everything: bool) -> None:
        carried = notes(self.connection, UP, "planned") | ({} if everything else notes(self.connection, UP, "written"))
        on_the_way = {one.sha256 for note in carried.values() for one in note.slices}
        waiting = self.connection.execute(
            select(blob.c.sha256, blob.c.size).where(blob.c.uploaded_at.is_(None)).order_by(blob.c.size, blob.c.sha256)
        )
        for row in waiting:
            if bytes(row.sha256) not in on_the_way:
                self._add_document(bytes(row.sha256), row.size)

    def _add_document(self, digest: bytes, size: int) -> None:
        named = at_most(32 * -(-size // CHUNK) + 512)
        whole = named + pieces(size)
        if whole > self.files[-1].left and not self.files[-1].is_empty:
            self.files.append(self._new())
        start = 0
        while start < size:
            one = self.files[-1]
            room = one.left - named
            end = start
            while end < size and pieces(min(end + MAX_PIECE, size) - start) <= room:
                end = min(end + MAX_PIECE, size)
            if end == start:
                if one.is_empty:
                    raise AssertionError("a file takes at least one piece")
                self.files.append(self._new())
                continue
            one.slices.append(Slice(digest, start, end, size))
            one.left -= named + pieces(end - start)
            start = end

    def _amounts(self, spans: list[Span]) -> tuple[Amount, ...]:
        found: dict[tuple[str, str, int], int] = {}
        for span in spans:
            journal = and_(entries.c.terminal == self.speaker.id, entries.c.incarnation == span.incarnation)
            ids = select(entries.c.id).where(journal, entries.c.seq > span.after, entries.c.seq <= span.until)
            among = account_line.c.entry_id.in_(ids)
            for one in account_sums(self.connection, self.speaker.id, span.incarnation, among):
                if one.account.startswith("tender:"):
                    key = (one.account, one.currency, one.exponent)
                    found[key] = found.get(key, 0) + one.amount
        return tuple(sorted(Amount(*key, amount) for key, amount in found.items()))


def _raw(parts: int) -> int:
    return parts + _BESIDE


def _first_batch(sizes: list[int], file: int) -> int:
    """How many of these entries travel in one message: what a push would take, or less where files are small."""
    most, total = min(MAX_BODY, file // 4), 0
    for count, size in enumerate(sizes):
        total += size
        if count and total > most:
            return count
    return len(sizes)


def _journals(connection: Connection, own: Terminal) -> list[Terminal]:
    """This terminal's journals, the newest first."""
    return [own, *former_journals(connection, own)]


def _centre(connection: Connection) -> UUID:
    found: UUID = connection.execute(select(own_terminal.c.centre_id)).scalar_one()
    return found
