"""Outgoing: what a counter does not have yet goes onto a stick: pages of its streams, verdicts and documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, union, update

from models.journal.body import pack, unpack
from models.ledger.claims import claim_document
from models.ledger.documents import worker_document
from models.ledger.flags import held
from models.rules.problems import Problem, Refused
from models.sync.bundles import (
    HEAD_AND_END,
    LARGEST,
    MOST_FILES,
    BundleHead,
    CentreSays,
    Content,
    Document,
    Piece,
    StreamPage,
    Verdicts,
    at_most,
    pieces,
    ranges,
    require_size,
)
from models.sync.chunks import CHUNK, plan_of
from models.sync.messages import BlobPlan, Cursor, Judged, Page
from models.sync.protocol import MAX_ENTRIES, MAX_PIECE, OLDEST_PULL
from models.sync.sticks import Placed, put, require_room, sweep
from server.store.tables import blob, bundle, entry, stream_position, terminal_head, terminal_stream
from server.usecases import documents
from server.usecases.breaches import find_terminal
from server.usecases.centre import Centre, epoch_of
from server.usecases.incoming import DOWN, UP, Kept
from server.usecases.pull import pull
from server.usecases.roles import Act, Acting, permit
from server.usecases.streams import is_ours, post_stream, streams_for
from server.usecases.sync import statement_of
from server.usecases.terminals import Caller

_SAYS = 64 << 10
"""Bytes of what the centre says of a counter, at most."""
_VERDICT = 96
_MOST_VERDICTS = 10_000


@dataclass(frozen=True, slots=True)
class Made:
    """A file for a counter, and what is in it: entries of its streams, documents, verdicts."""

    placed: Placed
    head: BundleHead
    entries: int
    documents: int
    verdicts: int


def make(
    centre: Centre,
    named: str,
    folder: Path,
    *,
    size: int = LARGEST,
    most: int = MOST_FILES,
    with_documents: bool = True,
    by: Acting | None = None,
) -> list[Made]:
    """Write what this counter (its series or id) does not have yet, as far as it has told, in files of at most `size`
    bytes, and not more than `most` of them.

    Refused `terminal.unknown`, `bundle.no_key` where it has never told its key, `bundle.given_up` for one that is
    revoked, `bundle.size`, `bundle.too_many_files`, `officer.not_allowed`; Trouble `bundle.stick_*`."""
    permit(by, Act.CARRY_BUNDLES)
    require_size(size)
    sweep(folder)
    row = centre.read(lambda connection: find_terminal(connection, named))
    if row.revoked_at is not None:
        raise Refused(Problem.of("terminal", "bundle.given_up", series=row.series))
    if row.sealing_key is None:
        raise Refused(Problem.of("terminal", "bundle.no_key", series=row.series))
    files = _Plan(centre, row, size).filled(with_documents=with_documents)
    if len(files) > most:
        raise Refused(Problem.of("size", "bundle.too_many_files", files=len(files), most=most))
    require_room(folder, sum(size - one.left for one in files))
    first = _numbered(centre, row, len(files))
    made: list[Made] = []
    try:
        for place, one in enumerate(files):
            made.append(_written(centre, row, folder, one, first + place, (place + 1, len(files))))
    finally:
        # A number that is on no stick is not one to wait for.
        unused = delete(bundle).where(_of(row, DOWN), bundle.c.state == "planned", bundle.c.number >= first)
        centre.write(lambda connection: connection.execute(unused))
    return made


def _of(row: Row[Any], direction: str) -> Any:
    return and_(
        bundle.c.terminal == row.terminal, bundle.c.incarnation == row.incarnation, bundle.c.direction == direction
    )


def _numbered(centre: Centre, row: Row[Any], count: int) -> int:
    """The first of so many new numbers."""

    def number(connection: Connection) -> int:
        last = connection.scalar(select(func.max(bundle.c.number)).where(_of(row, DOWN))) or 0
        common = {"terminal": row.terminal, "incarnation": row.incarnation, "direction": DOWN, "state": "planned"}
        connection.execute(
            insert(bundle),
            [common | {"number": last + 1 + one, "digest": b"", "at": centre.now()} for one in range(count)],
        )
        return last + 1

    return centre.write(number)


def _written(centre: Centre, row: Row[Any], folder: Path, one: _File, number: int, part: tuple[int, int]) -> Made:
    head = BundleHead(
        direction="down",
        centre=centre.id,
        terminal=row.terminal,
        incarnation=row.incarnation,
        mission=row.mission,
        series=row.series,
        number=number,
        part=part[0],
        parts=part[1],
        at=centre.now(),
        key=b"",
        keys=centre.keys.certified(),
    )
    writing = put(folder, head, row.sealing_key, centre.keys.signing, _messages(centre, row, one))
    while True:
        try:
            next(writing)
        except StopIteration as end:
            placed: Placed = end.value
            break
    entries = sum(count for _after, count in one.pages)
    papers = len({digest for digest, _start, _end in one.slices})
    kept = Kept(*part, entries=entries, documents=papers, size=placed.size, verdicts=len(one.judged))
    said = {"state": "made", "digest": placed.digest, "at": centre.now(), "content": pack(kept)}
    change = update(bundle).where(_of(row, DOWN), bundle.c.number == number).values(**said)
    centre.write(lambda connection: connection.execute(change))
    return Made(placed, head, entries, papers, len(one.judged))


# What is in a file


def _messages(centre: Centre, row: Row[Any], one: _File) -> Iterator[Content]:
    who = _caller(row)
    yield centre.read(lambda connection: _says(connection, centre, row))
    for start in range(0, len(one.judged), _MOST_VERDICTS):
        part = tuple(one.judged[start : start + _MOST_VERDICTS])
        after = one.judged[start - 1].seq if start else 0
        until = part[-1].seq if start + _MOST_VERDICTS < len(one.judged) else one.until
        yield Verdicts(after, until, part)
    if one.until and not one.judged:
        yield Verdicts(0, one.until, ())
    for cursor, count in one.pages:
        yield StreamPage(pull(centre, who, cursor, count))
    for digest, start, end in one.slices:
        content = centre.read(lambda connection, digest=digest: documents.content(connection, digest))  # type: ignore[misc]
        if content is None:
            continue  # of somebody who was erased meanwhile
        yield Document(digest, "application/octet-stream", BlobPlan.of(plan_of(content)))
        for at in range(start, end, MAX_PIECE):
            yield Piece(at, content[at : min(at + MAX_PIECE, end)])


def _caller(row: Row[Any]) -> Caller:
    return Caller(row.terminal, row.incarnation, row.mission, row.public_key)


def _says(connection: Connection, centre: Centre, row: Row[Any]) -> CentreSays:
    now = connection.execute(
        select(terminal_head).where(
            terminal_head.c.terminal == row.terminal, terminal_head.c.incarnation == row.incarnation
        )
    ).one()
    taken = connection.scalars(select(bundle.c.number).where(_of(row, UP), bundle.c.state == "taken"))
    statement = statement_of(connection, centre, now, centre.now())
    return CentreSays(epoch_of(connection), statement, ranges(taken), OLDEST_PULL)


# What goes into which file


@dataclass
class _File:
    left: int
    pages: list[tuple[Cursor, int]] = field(default_factory=list)
    slices: list[tuple[bytes, int, int]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    until: int = 0
    """Up to which of the counter's entries `judged` is complete; 0: nothing is said of them here."""

    @property
    def is_empty(self) -> bool:
        return not self.pages and not self.slices and not self.judged


class _Plan:
    """What is to be carried, cut into files before the first is written."""

    def __init__(self, centre: Centre, row: Row[Any], size: int) -> None:
        self._centre, self._row, self._size = centre, row, size
        self._files = [self._new()]

    def filled(self, *, with_documents: bool) -> list[_File]:
        said, cursors = self._centre.read(self._told)
        self._judge()
        for after in cursors:
            self._add_stream(after)
        if with_documents:
            for digest, size in self._centre.read(lambda connection: self._documents(connection, cursors, said)):
                self._add_document(digest, size)
        return self._files

    def _new(self) -> _File:
        return _File(self._size - HEAD_AND_END - at_most(_SAYS))

    def _told(self, connection: Connection) -> tuple[tuple[bytes, ...], list[Cursor]]:
        """Which documents the counter asks for, and how far it has its streams, by the last that it told on any way."""
        row = connection.execute(
            select(bundle)
            .where(_of(self._row, UP), bundle.c.content.is_not(None))
            .order_by(bundle.c.number.desc())
            .limit(1)
        ).one_or_none()
        said = unpack(row.content, Kept).said if row is not None else None
        told = {one.stream: one for one in said.cursors} if said is not None else {}
        mine = (
            terminal_stream.c.terminal == self._row.terminal,
            terminal_stream.c.incarnation == self._row.incarnation,
        )
        for online in connection.execute(select(terminal_stream).where(*mine)):
            if online.held and (row is None or (online.held_at is not None and online.held_at > row.at)):
                place = (stream_position.c.stream == online.stream, stream_position.c.position == online.held)
                chain = connection.scalar(select(stream_position.c.chain).where(*place))
                if chain is not None:
                    told[online.stream] = Cursor(online.stream, online.held, bytes(chain))
        streams = streams_for(self._row.mission)
        cursors = [told.get(name, Cursor(name)) for name in streams]
        # One that we do not know, because we were restored, is read from the beginning.
        known = [one if is_ours(connection, one) else Cursor(one.stream) for one in cursors]
        return (said.wanted if said is not None else ()), known

    def _judge(self) -> None:
        def find(connection: Connection) -> tuple[int, list[Judged]]:
            head = connection.scalar(
                select(terminal_head.c.seq).where(
                    terminal_head.c.terminal == self._row.terminal,
                    terminal_head.c.incarnation == self._row.incarnation,
                )
            )
            rows = connection.execute(
                select(entry.c.seq, entry.c.id, entry.c.verdict, entry.c.code, held.c.entry_id)
                .join_from(entry, held, and_(held.c.entry_id == entry.c.id, entry.c.taken), isouter=True)
                .where(
                    entry.c.terminal == self._row.terminal,
                    entry.c.incarnation == self._row.incarnation,
                    entry.c.verdict != "ok",
                )
                .order_by(entry.c.seq)
            )
            judged = [
                Judged(row.seq, row.verdict, row.code, row.id)
                for row in rows
                if row.verdict != "held" or row.entry_id is not None
            ]
            return head or 0, judged

        until, judged = self._centre.read(find)
        self._files[-1].until, self._files[-1].judged = until, judged
        self._files[-1].left -= at_most(_VERDICT * len(judged)) + 512

    def _add_stream(self, after: Cursor) -> None:
        who, limit = _caller(self._row), MAX_ENTRIES
        while True:
            signed = pull(self._centre, who, after, limit)
            page = unpack(signed.message, Page)
            if not page.entries:
                return
            needed = at_most(len(signed.message) + 512)
            if needed > self._new().left and len(page.entries) > 1:
                limit = len(page.entries) // 2
                continue
            if needed > self._files[-1].left and not self._files[-1].is_empty:
                self._files.append(self._new())
            self._files[-1].pages.append((after, len(page.entries)))
            self._files[-1].left -= needed
            after = page.until
            if after.position >= page.last:
                return

    def _documents(
        self, connection: Connection, cursors: list[Cursor], wanted: tuple[bytes, ...]
    ) -> list[tuple[bytes, int]]:
        """The documents that the pages name, and those that somebody at the counter asked for in vain; the small ones
        first. Only what the counter may have, did not bring itself, and can read."""
        named = []
        for after in cursors:
            if after.stream != post_stream(self._row.mission):
                continue
            fresh = (stream_position.c.stream == after.stream, stream_position.c.position > after.position)
            for table in (claim_document, worker_document):
                found = select(table.c.sha256).join(stream_position, stream_position.c.entry_id == table.c.id)
                named.append(
                    found.where(*fresh, table.c.removed_by.is_(None))
                    if table is claim_document
                    else found.where(*fresh)
                )
        digests = set(map(bytes, connection.scalars(union(*named)))) | set(wanted)
        sealed = set(map(bytes, connection.scalars(select(claim_document.c.sha256).where(claim_document.c.sealed))))
        query = (
            select(blob.c.sha256, blob.c.size)
            .where(blob.c.sha256.in_(digests - sealed), blob.c.terminal != self._row.terminal)
            .order_by(blob.c.size, blob.c.sha256)
        )
        who = _caller(self._row)
        return [
            (bytes(row.sha256), row.size)
            for row in connection.execute(query).all()
            if documents.may_have(connection, who, bytes(row.sha256))
        ]

    def _add_document(self, digest: bytes, size: int) -> None:
        named = at_most(32 * -(-size // CHUNK) + 512)
        if named + pieces(size) > self._files[-1].left and not self._files[-1].is_empty:
            self._files.append(self._new())
        start = 0
        while start < size:
            one = self._files[-1]
            end = start
            while end < size and named + pieces(min(end + MAX_PIECE, size) - start) <= one.left:
                end = min(end + MAX_PIECE, size)
            if end == start:
                if one.is_empty:
                    raise AssertionError("a file takes at least one piece")
                self._files.append(self._new())
                continue
            one.slices.append((digest, start, end))
            one.left -= named + pieces(end - start)
            start = end
