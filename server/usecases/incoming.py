"""Incoming: counters' work that comes on a stick is taken as a push takes it, in whatever order the sticks arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, and_, exists, false, or_, select, update
from sqlalchemy.dialects import postgresql

from models.journal.body import pack, unpack
from models.rules.problems import Problem, Refused
from models.sync.bundles import (
    BadBundle,
    Block,
    BundleHead,
    Content,
    CounterSays,
    Document,
    Entries,
    Held,
    Opened,
    Piece,
    Reader,
    read_mark,
)
from models.sync.messages import Cursor, PushRequest
from models.sync.protocol import SyncError
from models.sync.signing import Untrue
from server.store.tables import bundle, terminal_head
from server.usecases import documents
from server.usecases.centre import Centre
from server.usecases.push import push
from server.usecases.roles import Act, Acting, permit
from server.usecases.streams import is_ours
from server.usecases.terminals import Caller, note_held

UP, DOWN = "up", "down"
State: TypeAlias = Literal["taken", "known", "held", "partly"]

SAID = {
    "not_a_bundle": "bundle.not_a_bundle",
    "newer": "bundle.newer",
    "cut_short": "bundle.cut_short",
    "damaged": "bundle.damaged",
    "not_for_us": "bundle.not_for_us",
}
_MOST_HELD = 64 << 20


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the centre remembers of one file, from a counter or to it: how the counter stood, what of it waits, and
    which officer took in a file of a counter that is not answered any more. `size` in bytes, and `verdicts`, of what it
    made itself."""

    part: int
    parts: int
    said: CounterSays | None = None
    held: Held | None = None
    entries: int = 0
    documents: int = 0
    officer: UUID | None = None
    size: int = 0
    verdicts: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a counter's file. `state`: taken; known (it was taken before); held, because what goes before it
    has not come, and taken by itself then, unless `again` says that it is too large to be kept; partly, because of what
    `troubles` name. `missing`: numbers before it that have not come. `flagged`, `quarantined`: of its entries."""

    state: State
    mission: str
    series: str
    terminal: UUID
    incarnation: int
    number: int
    part: int
    parts: int
    made_at: datetime
    digest: bytes
    entries: int = 0
    flagged: int = 0
    quarantined: int = 0
    documents: int = 0
    missing: tuple[int, ...] = ()
    again: bool = False
    troubles: tuple[str, ...] = ()
    released: tuple[int, ...] = ()


def take(
    centre: Centre,
    file: BinaryIO,
    *,
    name: str = "file",
    by: Acting | None = None,
    confirmed: bool = False,
    paper: str = "",
    told: Callable[[int], None] = lambda _bytes: None,
) -> Taken:
    """Take a counter's file in, as if it had come by the line. The same file again changes nothing.

    `confirmed`: a person looked at where it comes from although that counter is not answered any more; every entry of a
    revoked one is flagged. `paper`: the text of the manifest's QR code, which then has to fit. Refused `bundle.*` on
    `name`, `officer.not_allowed`; then nothing of it is kept."""
    permit(by, Act.CARRY_BUNDLES)
    try:
        reader = Reader(file)
        row, is_former = _sender(centre, reader.head, name)
        digest = reader.check(row.public_key)
        _hold_against(paper, reader.head, digest, row.public_key)
        if (row.revoked_at is not None or is_former) and not confirmed:
            code = "bundle.counter_revoked" if row.revoked_at is not None else "bundle.counter_continued"
            raise Refused(Problem.of(name, code, series=row.series))
        opened = Opened(reader.packed_head, centre.keys.claims)
        if _is_taken(centre, reader.head, digest):
            return _report(reader.head, row, digest, "known")
        taking = _Taking(centre, row)
        waiting: list[Block] = []
        for block, message in opened.messages(reader.blocks()):
            if not taking.take(message):
                waiting.append(block)
            told(file.tell())
    except BadBundle as error:
        raise Refused(Problem.of(name, SAID[error.code], name=name)) from error
    return _noted(
        centre, reader, row, digest, taking, waiting, by if (row.revoked_at is not None or is_former) else None
    )


def release(centre: Centre, terminal: UUID) -> tuple[int, ...]:
    """Take what waited of this counter's files and fits by now; the numbers of those of which nothing waits now."""
    query = (
        select(bundle)
        .where(bundle.c.terminal == terminal, bundle.c.direction == UP, bundle.c.state == "held")
        .order_by(bundle.c.incarnation, bundle.c.number)
    )
    released: list[int] = []
    moved = True
    while moved:
        moved = False
        with centre.engine.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            kept = unpack(row.content, Kept)
            if kept.held is None:
                continue
            taking = _Taking(centre, _head_of(centre, row.terminal, row.incarnation))
            opened = Opened(kept.held.head, centre.keys.claims)
            left = tuple(one for one in kept.held.blocks if not taking.takes(opened.message(one)))
            if len(left) == len(kept.held.blocks):
                continue
            moved = True
            state = "held" if left else "partly" if taking.troubles else "taken"
            rest = msgspec.structs.replace(
                kept,
                held=Held(kept.held.head, left) if left else None,
                entries=kept.entries + taking.entries,
            )
            change = update(bundle).where(_is_file(row, UP, row.number)).values(state=state, content=pack(rest))
            centre.write(lambda connection, change=change: connection.execute(change))  # type: ignore[misc]
            if not left:
                released.append(row.number)
    return tuple(released)


def has_waiting(centre: Centre, terminal: UUID) -> bool:
    """Whether anything of this counter's files waits."""
    query = select(1).where(bundle.c.terminal == terminal, bundle.c.direction == UP, bundle.c.state == "held").limit(1)
    with centre.engine.connect() as connection:
        return connection.scalar(query) is not None


def _sender(centre: Centre, about: BundleHead, name: str) -> tuple[Row[Any], bool]:
    """Who must have signed it, and whether another journal goes on after theirs."""
    if about.direction != UP:
        raise Refused(Problem.of(name, "bundle.for_a_counter", name=name))
    if about.centre != centre.id:
        raise Refused(Problem.of(name, "bundle.other_centre", name=name))
    mine = (terminal_head.c.terminal == about.terminal, terminal_head.c.mission.is_not(None))
    with centre.engine.connect() as connection:
        row = connection.execute(
            select(terminal_head).where(*mine, terminal_head.c.incarnation == about.incarnation)
        ).one_or_none()
        follows = connection.scalar(select(exists().where(*mine, terminal_head.c.continues == about.incarnation)))
    if row is None:
        raise Refused(Problem.of(name, "bundle.unknown_counter", name=name, series=about.series))
    return row, bool(follows)


def _head_of(centre: Centre, terminal: UUID, incarnation: int) -> Row[Any]:
    where = (terminal_head.c.terminal == terminal, terminal_head.c.incarnation == incarnation)
    with centre.engine.connect() as connection:
        return connection.execute(select(terminal_head).where(*where)).one()


def _hold_against(paper: str, about: BundleHead, digest: bytes, public_key: bytes) -> None:
    if not paper.strip():
        return
    try:
        fits = read_mark(paper, public_key).fits(about, digest)
    except Untrue as error:
        raise Refused(Problem("paper", "bundle.no_manifest")) from error
    if not fits:
        raise Refused(Problem("paper", "bundle.other_manifest"))


def _is_taken(centre: Centre, about: BundleHead, digest: bytes) -> bool:
    query = select(bundle.c.digest).where(_is_file(about, UP, about.number), bundle.c.state == "taken")
    with centre.engine.connect() as connection:
        found = connection.scalar(query)
    return found is not None and bytes(found) == digest


def _is_file(of: Any, direction: str, number: int) -> Any:
    return and_(
        bundle.c.terminal == of.terminal,
        bundle.c.incarnation == of.incarnation,
        bundle.c.direction == direction,
        bundle.c.number == number,
    )


def _noted(
    centre: Centre,
    reader: Reader,
    row: Row[Any],
    digest: bytes,
    taking: _Taking,
    waiting: Sequence[Block],
    by: Acting | None,
) -> Taken:
    about = reader.head
    again = sum(len(block.sealed) for block in waiting) > _MOST_HELD
    state: State = "held" if waiting else "partly" if taking.troubles else "taken"
    kept = Kept(
        part=about.part,
        parts=about.parts,
        said=taking.said,
        held=Held(reader.packed_head, tuple(waiting)) if waiting and not again else None,
        entries=taking.entries,
        documents=taking.documents,
        officer=getattr(by, "id", None),
    )

    def note(connection: Connection) -> None:
        fresh = postgresql.insert(bundle).values(
            terminal=about.terminal,
            incarnation=about.incarnation,
            direction=UP,
            number=about.number,
            digest=digest,
            state=state,
            at=centre.now(),
            content=pack(kept),
        )
        told = {name: getattr(fresh.excluded, name) for name in ("digest", "state", "at", "content")}
        connection.execute(fresh.on_conflict_do_update(index_elements=list(bundle.primary_key), set_=told))

    centre.write(note)
    released = release(centre, about.terminal)
    missing: tuple[int, ...] = ()
    if state == "held" and about.number in released:
        state = "taken"
    elif state == "held":
        missing = _missing(centre, about)
    report = _report(about, row, digest, state, taking)
    return replace(report, missing=missing, again=again and state == "held", released=released)


def _report(about: BundleHead, row: Row[Any], digest: bytes, state: State, taking: _Taking | None = None) -> Taken:
    return Taken(
        state=state,
        mission=row.mission,
        series=row.series,
        terminal=about.terminal,
        incarnation=about.incarnation,
        number=about.number,
        part=about.part,
        parts=about.parts,
        made_at=about.at,
        digest=digest,
        entries=taking.entries if taking else 0,
        flagged=taking.verdicts.get("flagged", 0) if taking else 0,
        quarantined=taking.verdicts.get("quarantined", 0) if taking else 0,
        documents=taking.documents if taking else 0,
        troubles=tuple(sorted(taking.troubles)) if taking else (),
    )


def _missing(centre: Centre, about: BundleHead) -> tuple[int, ...]:
    """The numbers before this one that never came; the last of many."""
    mine = (bundle.c.terminal == about.terminal, bundle.c.incarnation == about.incarnation, bundle.c.direction == UP)
    with centre.engine.connect() as connection:
        came = set(connection.scalars(select(bundle.c.number).where(*mine)))
    return tuple(one for one in range(max(1, about.number - 500), about.number) if one not in came)


@dataclass
class _Taking:
    """A counter's file that is being taken in."""

    centre: Centre
    row: Row[Any]
    entries: int = 0
    documents: int = 0
    said: CounterSays | None = None
    verdicts: dict[str, int] = field(default_factory=dict)
    troubles: set[str] = field(default_factory=set)
    _digest: bytes = b""
    _size: int = 0

    def takes(self, message: Content | None) -> bool:
        return message is None or self.take(message)

    def take(self, message: Content) -> bool:
        """False where it has to wait for what goes before it. BadBundle `damaged` for what a counter never says."""
        if isinstance(message, CounterSays):
            self._hear(message)
        elif isinstance(message, Entries):
            return self._push(message)
        elif isinstance(message, Document):
            self._begin(message)
        elif isinstance(message, Piece):
            self._add(message)
        else:
            raise BadBundle("damaged")
        return True

    def _who(self, incarnation: int = 0) -> Caller:
        row = self.row
        if incarnation not in (0, row.incarnation):
            mine = (terminal_head.c.terminal == row.terminal, terminal_head.c.incarnation == incarnation)
            with self.centre.engine.connect() as connection:
                former = connection.execute(select(terminal_head).where(*mine)).one_or_none()
            if former is None:
                raise SyncError("unknown_terminal")
            row = former
        # What a revoked key signed is taken, and flagged, whichever of the terminal's keys brings it.
        return Caller(row.terminal, row.incarnation, row.mission, row.public_key, row.revoked_at is not None)

    def _hear(self, said: CounterSays) -> None:
        self.said = said
        centre, who = self.centre, self._who()

        def note(connection: Connection) -> list[Cursor]:
            mine = (terminal_head.c.terminal == who.terminal, terminal_head.c.incarnation == who.incarnation)
            if len(said.sealing) == 32:
                connection.execute(update(terminal_head).where(*mine).values(sealing_key=said.sealing))
            arrived = (bundle.c.terminal == who.terminal, bundle.c.incarnation == who.incarnation)
            there = or_(false(), *(bundle.c.number.between(first, last) for first, last in said.taken[:100]))
            if said.taken:
                change = update(bundle).where(*arrived, bundle.c.direction == DOWN, bundle.c.state == "made", there)
                connection.execute(change.values(state="taken"))
            return [one for one in said.cursors[:16] if is_ours(connection, one)]

        note_held(centre, who, centre.write(note))

    def _push(self, message: Entries) -> bool:
        try:
            request = PushRequest(base=message.base, frames=message.frames, final=message.final)
            answer = push(self.centre, self._who(message.incarnation), request)
        except SyncError as error:
            if error.kind.answer == "history":
                return False
            self.troubles.add(error.code)
            return True
        self.entries += len(message.frames)
        for one in answer.verdicts:
            self.verdicts[one.verdict] = self.verdicts.get(one.verdict, 0) + 1
        return True

    def _begin(self, message: Document) -> None:
        self._digest = b""
        try:
            state = documents.announce(self.centre, self._who(), message.sha256, message.announced)
        except SyncError as error:
            self.troubles.add(error.code)
            return
        if state.missing is not None:
            self._digest, self._size = message.sha256, state.size

    def _add(self, message: Piece) -> None:
        if not self._digest:
            return
        try:
            state = documents.receive(
                self.centre, self._who(), self._digest, message.start, self._size, message.content
            )
        except SyncError as error:
            self.troubles.add(error.code)
            self._digest = b""
            return
        if state.missing is None:
            self.documents += 1
            self._digest = b""
