"""Incoming: what the centre put on a stick is taken as a sync takes it, in whatever order the sticks arrive."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec
from sqlalchemy import Connection, select, update

from kiosk.desk import Desk, Terminal, former_journals, set_setting, terminal
from kiosk.queries.bundles import DOWN, UP, BundleNote, Slice, notes, whole
from kiosk.queries.trust import HeldKeys, held_keys, keys_to_keep
from kiosk.queries.unsent import acked
from kiosk.steps import Step, Steps
from kiosk.store.tables import blob, bundle, own_terminal
from kiosk.store.tables import entry as entries
from kiosk.store.tables import statement as kept_statement
from kiosk.store.tables import verdict as verdicts
from kiosk.sync.documents import Arriving
from kiosk.sync.pull import STOPPED, take_page
from kiosk.sync.slots import close_slots
from kiosk.sync.standing import LAST_ERROR, in_our_chain, note, note_acked, note_epoch, of_ours, withdraw_statement
from kiosk.sync.statement import examine, put
from models.posting.erasing import is_of_erased
from models.rules.problems import Problem, Refused, Trouble
from models.sentences import trouble_sentence
from models.sync.bundles import (
    BadBundle,
    Block,
    BundleHead,
    CentreSays,
    Content,
    Document,
    Held,
    Opened,
    Piece,
    Reader,
    StreamPage,
    Verdicts,
    is_among,
)
from models.sync.enrolment import CentreKeys, keys_of
from models.sync.messages import PAGE, Head, Page
from models.sync.protocol import PROTOCOL, SyncError
from models.sync.signing import Untrue, opened
from models.sync.statement import Statement, read_statement
from models.sync.sticks import found_in

State: TypeAlias = Literal["taken", "known", "held", "partly", "old", "refused"]

_SAID = {
    "not_a_bundle": "bundle.not_a_bundle",
    "newer": "bundle.newer",
    "cut_short": "bundle.cut_short",
    "damaged": "bundle.damaged",
    "not_for_us": "bundle.not_for_us",
}

_MOST_HELD = 16 << 20
"""Bytes that are kept of a file that came too early; a larger one is to be brought again."""


@dataclass(frozen=True, slots=True)
class Came:
    """What became of one file. `state`: taken; known (it was taken before); held, because what goes before it has not
    come: it is taken by itself then, unless `again` says that it was too large to be kept; partly, with the `trouble`
    that kept the rest back; old, from before the centre was restored; refused, with the `problem`. `missing`: numbers
    before it that have not come."""

    path: Path
    state: State
    number: int = 0
    part: int = 1
    parts: int = 1
    entries: int = 0
    documents: int = 0
    missing: tuple[int, ...] = ()
    again: bool = False
    trouble: Trouble | None = None
    problem: Problem | None = None


def found(desk: Desk, folder: Path) -> list[Path]:
    """The files on a stick that are for this counter, and those of which it cannot be told. Trouble
    `bundle.stick_gone`."""
    with desk.store.read() as connection:
        own = terminal(connection).id
    ours = []
    for path in found_in(folder):
        with suppress(OSError, BadBundle), path.open("rb") as file:
            about = Reader(file).head
            if about.direction != DOWN or about.terminal != own:
                continue
        ours.append(path)
    return ours


def take(desk: Desk, files: Sequence[Path]) -> Steps[tuple[Came, ...]]:
    """Take files from a stick, the lower numbers first, and what was waiting for them.

    Stopped or failing anywhere, what was taken until then stands, and the same file again goes on. Where nothing at
    all can be taken: Refused `bundle.*` on the files' names. Trouble `bundle.not_enrolled`, `bundle.stick_gone`, and
    what a disk can do."""
    came: list[Came] = []
    done, of = 0, sum(_size(path) for path in files)
    for path in sorted(files, key=_number):
        try:
            taking = _take(desk, path)
            while True:
                try:
                    yield Step(min(done + next(taking), of), of)
                except StopIteration as end:
                    came.append(end.value)
                    break
        except Refused as refusal:
            came.append(Came(path, "refused", problem=refusal.problems[0]))
        except OSError as error:
            raise Trouble("bundle.stick_gone", path=path.parent, said=error.strerror or str(error)) from error
        done += _size(path)
    if came and all(one.state == "refused" for one in came):
        raise Refused(*(one.problem for one in came if one.problem is not None))
    released = release(desk)
    close_slots(desk)
    return tuple(_let_go(one) if one.number in released else one for one in came)


def release(desk: Desk) -> list[int]:
    """Take what waited for something that has come by now, by stick or by line; returns the numbers of the files of
    which nothing waits any more."""
    released: list[int] = []
    moved = True
    while moved:
        moved = False
        with desk.store.read() as connection:
            waiting = notes(connection, DOWN, "held")
        for number, kept in waiting.items():
            if not kept.blocks:
                continue
            left = _again(desk, kept)
            if len(left) == len(kept.blocks):
                continue
            moved = True
            rest = msgspec.structs.replace(kept, blocks=left, head=kept.head if left else b"")
            with desk.store.write(new_work=False) as connection:
                _note(connection, number, "held" if left else "taken", rest)
            if not left:
                released.append(number)
    return released


def _let_go(one: Came) -> Came:
    """What waited when it was read has been taken with what came after it."""
    if one.state != "held":
        return one
    return replace(one, state="taken", missing=())


def _number(path: Path) -> tuple[int, str]:
    with suppress(OSError, BadBundle), path.open("rb") as file:
        return Reader(file).head.number, path.name
    return 0, path.name


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _take(desk: Desk, path: Path) -> Generator[int, None, Came]:
    with path.open("rb") as file:
        try:
            reader = Reader(file)
            about = reader.head
            journal, keys, candidates = _addressed(desk, about, path)
            digest = reader.check(*(one.signing for one in candidates))
            signer = next(one for one in candidates if one.signing == reader.signer)
            with desk.store.write(new_work=False) as connection:
                _take_over(connection, keys, signer, about)
                row = connection.execute(
                    select(bundle).where(bundle.c.direction == DOWN, bundle.c.number == about.number)
                ).first()
            if row is not None and (row.state, bytes(row.digest)) == ("taken", digest):
                return Came(path, "known", about.number, about.part, about.parts)
            opened_file = Opened(reader.packed_head, journal.sealing)
            taking = _Taking(desk, journal, signer.signing)
            waiting: list[Block] = []
            for block, message in opened_file.messages(reader.blocks()):
                if not taking.take(message):
                    waiting.append(block)
                yield file.tell()
            taking.conclude()
        except BadBundle as error:
            raise Refused(Problem.of(path.name, _SAID[error.code], name=path.name)) from error
    return _noted(desk, path, reader, digest, journal, taking, waiting)


def _noted(
    desk: Desk, path: Path, reader: Reader, digest: bytes, journal: Terminal, taking: _Taking, waiting: list[Block]
) -> Came:
    about = reader.head
    again = sum(len(block.sealed) for block in waiting) > _MOST_HELD
    state: State = "taken"
    if taking.is_old:
        state = "old"
    elif waiting:
        state = "held"
    elif taking.trouble is not None:
        state = "partly"
    kept = BundleNote(
        part=about.part,
        parts=about.parts,
        speaker=journal.incarnation,
        size=_size(path),
        head=reader.packed_head if waiting and not again else b"",
        blocks=() if again else tuple(waiting),
    )
    with desk.store.write(new_work=False) as connection:
        _note(connection, about.number, state, kept, digest, desk)
        missing = _missing(connection, about.number) if state == "held" else ()
    return Came(
        path,
        state,
        about.number,
        about.part,
        about.parts,
        taking.entries,
        taking.documents,
        missing,
        again and state == "held",
        taking.trouble,
    )


def _addressed(desk: Desk, about: BundleHead, path: Path) -> tuple[Terminal, HeldKeys, list[CentreKeys]]:
    """Which of our journals it is for, and the keys of the centre that may have signed it."""
    with desk.store.read() as connection:
        own = terminal(connection)
        journals = [own, *former_journals(connection, own)]
        keys = held_keys(connection)
        centre = connection.scalar(select(own_terminal.c.centre_id))
    if keys is None:
        raise Trouble("bundle.not_enrolled")
    if about.direction != DOWN:
        raise Refused(Problem.of(path.name, "bundle.for_the_centre", name=path.name))
    if about.centre != centre:
        raise Refused(Problem.of(path.name, "bundle.other_centre", name=path.name))
    journal = next((one for one in journals if (one.id, one.incarnation) == (about.terminal, about.incarnation)), None)
    if journal is None:
        raise Refused(Problem.of(path.name, "bundle.other_counter", name=path.name, series=about.series))
    candidates = list(keys.keys)
    if about.keys is not None:
        with suppress(Untrue):
            newer = keys_of(about.keys, keys.root)
            if newer.centre == keys.current.centre and newer.serial > keys.current.serial:
                candidates.insert(0, newer)
    return journal, keys, candidates


def _take_over(connection: Connection, keys: HeldKeys, signer: CentreKeys, about: BundleHead) -> None:
    """Newer keys of the centre, which the root key that we trust has certified."""
    if signer.serial <= keys.current.serial or about.keys is None:
        return
    connection.execute(update(own_terminal).values(centre_keys=keys_to_keep(keys.replaced_by(signer, about.keys))))
    set_setting(connection, "claims_key", signer.claims.hex())


def _note(
    connection: Connection,
    number: int,
    state: str,
    kept: BundleNote,
    digest: bytes | None = None,
    desk: Desk | None = None,
) -> None:
    where = (bundle.c.direction == DOWN, bundle.c.number == number)
    said: dict[str, Any] = {"state": state, "note": msgspec.json.encode(kept).decode()}
    if digest is None or desk is None:
        connection.execute(update(bundle).where(*where).values(**said))
        return
    connection.execute(bundle.delete().where(*where))
    connection.execute(
        bundle.insert().values(direction=DOWN, number=number, digest=digest, made_at=desk.clock(), **said)
    )


def _missing(connection: Connection, number: int) -> tuple[int, ...]:
    """The numbers before this one that never came; the last of many."""
    came = set(connection.scalars(select(bundle.c.number).where(bundle.c.direction == DOWN)))
    return tuple(one for one in range(max(1, number - 500), number) if one not in came)


def _again(desk: Desk, kept: BundleNote) -> tuple[Block, ...]:
    """Take what waits of a file; what still waits."""
    held = Held(kept.head, kept.blocks)
    with desk.store.read() as connection:
        own = terminal(connection)
        journal = next(one for one in (own, *former_journals(connection, own)) if one.incarnation == kept.speaker)
        keys = held_keys(connection)
    assert keys is not None, "it was taken in after enrolment"
    opened_file = Opened(held.head, journal.sealing)
    left = []
    for block in held.blocks:
        message = opened_file.message(block)
        if isinstance(message, StreamPage):
            # Whichever of the centre's keys signed the file signed the page.
            for signing in (one.signing for one in keys.keys):
                taking = _Taking(desk, journal, signing)
                with suppress(BadBundle):
                    if not taking.take(message):
                        left.append(block)
                    break
    return tuple(left)


@dataclass
class _Taking:
    """One file that is being taken."""

    desk: Desk
    journal: Terminal
    signing: bytes
    entries: int = 0
    documents: int = 0
    trouble: Trouble | None = None
    is_old: bool = False
    _says: CentreSays | None = None
    _statement: Statement | None = None
    _is_news: bool = False
    _document: Arriving | None = None
    _media_type: str = ""
    _stopped: set[str] = field(default_factory=set)

    def take(self, message: Content) -> bool:
        """False where it has to wait for what goes before it. BadBundle `damaged` for what the centre never says."""
        if isinstance(message, CentreSays):
            self._hear(message)
        elif isinstance(message, Verdicts):
            self._judge(message)
        elif isinstance(message, StreamPage):
            return self._read(message)
        elif isinstance(message, Document):
            self._begin(message)
        elif isinstance(message, Piece):
            self._add(message)
        else:
            raise BadBundle("damaged")
        return True

    def _hear(self, says: CentreSays) -> None:
        """What the centre has of ours. What it said later, by stick or by line, is not taken back."""
        try:
            statement = read_statement(says.statement, self.signing)
        except Untrue as error:
            raise BadBundle("damaged") from error
        if (statement.terminal, statement.incarnation, statement.epoch) != (
            self.journal.id,
            self.journal.incarnation,
            says.epoch,
        ):
            raise BadBundle("damaged")
        self._says, self._statement = says, statement
        with self.desk.store.write(new_work=False) as connection:
            epoch = connection.scalar(select(own_terminal.c.epoch))
            last = connection.scalar(select(kept_statement.c.at))
            self._is_news = last is None or statement.at >= last
            if epoch not in (None, str(says.epoch)):
                if not self._is_news:
                    self.is_old = True
                    return
                note_epoch(connection, says.epoch)
            place = Head(statement.seq, statement.head)
            if in_our_chain(connection, self.journal, place) and place.seq > acked(connection, self.journal).seq:
                note_acked(connection, self.journal, place)
            self._acknowledge(connection, says)

    def _acknowledge(self, connection: Connection, says: CentreSays) -> None:
        """Which of our files arrived with everything in them, and which must have been lost on the way."""
        ours = notes(connection, UP, "written", "lost", "taken")
        newest = max((last for _first, last in says.taken), default=0)
        slices: list[Slice] = []
        for number, carried in ours.items():
            if is_among(number, says.taken):
                state = "taken"
                slices += carried.slices
            elif number < newest and self._is_news:
                state = "lost"
            else:
                continue
            connection.execute(
                update(bundle).where(bundle.c.direction == UP, bundle.c.number == number).values(state=state)
            )
        there = whole(slices)
        connection.execute(
            update(blob)
            .where(blob.c.sha256.in_(there), blob.c.uploaded_at.is_(None))
            .values(uploaded_at=self.desk.clock())
        )

    def _judge(self, said: Verdicts) -> None:
        if not self._is_news or self.is_old:
            return
        at = self.desk.clock()
        with self.desk.store.write(new_work=False) as connection:
            within = select(entries.c.id).where(
                of_ours(self.journal), entries.c.seq > said.after, entries.c.seq <= said.until
            )
            ours = set(connection.scalars(within))
            connection.execute(verdicts.delete().where(verdicts.c.entry.in_(within)))
            rows = [
                {"entry": one.id, "verdict": one.verdict, "code": one.code, "at": at}
                for one in said.judged
                if one.id in ours
            ]
            if rows:
                connection.execute(verdicts.insert(), rows)

    def _read(self, message: StreamPage) -> bool:
        try:
            page = opened(message.page, PAGE, self.signing, Page)
        except Untrue as error:
            raise BadBundle("damaged") from error
        if self.is_old or page.stream in self._stopped:
            return True
        if self._says is not None and self._says.oldest_pull > PROTOCOL:
            self._stop(page, Trouble("bundle.too_new"))
            return True
        with self.desk.store.read() as connection:
            own = terminal(connection)
        try:
            fresh = take_page(self.desk, own, page, may_walk_back=self._is_news)
        except Trouble as trouble:
            if trouble.code not in STOPPED:
                raise
            self._stop(page, trouble)
            return True
        self.entries += fresh or 0
        return fresh is not None

    def _stop(self, page: Page, trouble: Trouble) -> None:
        self._stopped.add(page.stream)
        self.trouble = self.trouble or trouble

    def _begin(self, document: Document) -> None:
        """Unless it is here already, or of somebody who was erased."""
        self._document = None
        with self.desk.store.read() as connection:
            here = connection.scalar(select(blob.c.size).where(blob.c.sha256 == document.sha256))
            if here is not None or is_of_erased(connection, document.sha256):
                return
        try:
            self._document = Arriving.begin(self.desk, document.sha256, document.plan)
        except SyncError as error:
            raise BadBundle("damaged") from error
        self._media_type = document.media_type

    def _add(self, piece: Piece) -> None:
        if self._document is None:
            return
        self._document.keep(piece.start, piece.content)
        if self._document.missing is None:
            # Another document than its name says is not kept; a later bundle may bring the right one.
            with suppress(Trouble):
                self._document.finish(self._media_type)
                self.documents += 1
            self._document = None

    def conclude(self) -> None:
        """Keep the statement, if it is the last word and true."""
        if self._says is None or self._statement is None or not self._is_news or self.is_old:
            return
        with self.desk.store.write(new_work=False) as connection:
            own = terminal(connection)
            if own.incarnation != self.journal.incarnation:
                return
            found, _covers = examine(connection, own, self._statement)
            if found == "true":
                put(connection, self._says.statement, self._statement)
                if self.trouble is None:
                    note(connection, LAST_ERROR, None)
                return
            self.trouble = Trouble("sync.forked") if found == "forked" else Trouble("sync.statement_differs")
            withdraw_statement(connection)
            note(connection, LAST_ERROR, trouble_sentence(self.trouble))
