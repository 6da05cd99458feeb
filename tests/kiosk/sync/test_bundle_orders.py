"""Five sticks in every order, any of them lost, any of them doubled: the state is the one that a line would give.

All orders are walked through at once. What taking a file makes of a state is compared with what every other way to the
same set of files made: if it is always the same, and a file that is there already changes nothing, then no order, no
loss and no doubling makes a difference. Each step is undone by a savepoint instead of a fresh database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from loket_testing.papers import pdf
from sqlalchemy import Connection, select

from kiosk.desk import Desk
from kiosk.queries.bundles import bundles
from kiosk.steps import finish
from kiosk.store import finding
from kiosk.store.tables import blob, cursor, own_terminal, verdict
from kiosk.store.tables import entry as kept_entries
from kiosk.sync import incoming, outgoing
from kiosk.sync.push import COLUMNS
from models.journal.entry import frame_of
from models.posting.digest import ledger_digest
from models.sync.chunks import plan_of
from models.sync.messages import BlobPlan, Head, PushRequest
from server.store import tables
from server.usecases import documents
from server.usecases import incoming as centre_in
from server.usecases import outgoing as centre_out
from server.usecases.centre import Centre
from server.usecases.push import push
from server.usecases.terminals import Caller


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Files so small that a morning's work takes several."""
    monkeypatch.setattr(outgoing, "_SAYS", 1_500)
    monkeypatch.setattr(centre_out, "_SAYS", 1_500)
    for module in (outgoing, centre_out):
        monkeypatch.setattr(module, "require_size", lambda _size: None)
    return 7_000


class Ways:
    """Walks every way from nothing to all files. `take` one, `seen`: what stands then."""

    def __init__(self, connection: Connection, take: Callable[[Path], object], seen: Callable[[], object]) -> None:
        self._connection, self._take, self._seen = connection, take, seen
        self.states: dict[frozenset[Path], object] = {}
        self.steps = 0

    def walk(self, files: Sequence[Path], here: frozenset[Path] = frozenset()) -> None:
        before = self.states.setdefault(here, self._seen())
        for file in files:
            with self.undone():
                self._take(file)
                self.steps += 1
                after = self._seen()
                there = here | {file}
                if file in here:
                    assert after == before, f"{file.name} again after {names(here)}"
                elif there in self.states:
                    assert after == self.states[there], f"{file.name} after {names(here)}"
                else:
                    self.walk(files, there)

    @contextmanager
    def undone(self) -> Iterator[None]:
        savepoint = self._connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()


def names(files: frozenset[Path]) -> list[str]:
    return sorted(file.name for file in files)


class OneConnection:
    """An engine whose transactions are savepoints of one that is never committed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._connection.begin_nested():
            yield self._connection

    def connect(self) -> OneConnection:
        return self

    def execution_options(self, **_options: Any) -> OneConnection:
        return self

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        pass


def rows_of(connection: Connection, *columns: Any) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, connection.execute(select(*columns))), key=repr)


def test_every_order_of_five_sticks_to_the_centre(centre: Centre, counter: Any, published: Any, tmp_path: Path, small):
    published()
    here, stick = counter(), tmp_path / "stick"
    stick.mkdir()
    assert here.sync().pulled > 0

    def exported(**asked: Any) -> list[Path]:
        return [one.path for one in finish(outgoing.export(here.desk, stick, **asked)).files]

    worker = here.register()
    files = exported()
    here.pay(worker)
    here.claim(worker, pdf(bytes(64)))
    files += exported(size=small)
    here.register(name="DEWI LESTARI", nik=None, passport_number="C7654321", mother_name="SRI")
    files += exported()
    assert len(files) == 5, names(frozenset(files))
    later = exported(everything=True)

    with centre.engine.connect() as connection:
        walled = replace(centre, engine=OneConnection(connection))  # type: ignore[arg-type]

        def take(path: Path) -> centre_in.Taken:
            with path.open("rb") as file:
                return centre_in.take(walled, file, name=path.name)

        def seen() -> object:
            heads, entry = tables.terminal_head.c, tables.entry.c
            return (
                rows_of(connection, heads.terminal, heads.seq, heads.hash, heads.entries),
                rows_of(connection, entry.id, entry.hash, entry.verdict, entry.code, entry.taken),
                rows_of(connection, tables.stream.c.name, tables.stream.c.position, tables.stream.c.chain),
                rows_of(connection, tables.blob.c.sha256, tables.blob.c.size),
                rows_of(connection, tables.bundle.c.number, tables.bundle.c.state, tables.bundle.c.digest),
            )

        ways = Ways(connection, take, seen)
        ways.walk(files)
        assert len(ways.states) == 32
        assert ways.steps == 160

        # What a line would have brought.
        with ways.undone():
            send(walled, here.desk)
            online, posted = seen()[:4], ledger_digest(connection)  # type: ignore[index]
        everything = ways.states[frozenset(files)]
        assert everything[:4] == online  # type: ignore[index]
        for lost in files:
            with ways.undone():
                for path in [*(one for one in files if one != lost), *later]:
                    take(path)
                assert seen()[:4] == online  # type: ignore[index]
        assert ledger_digest(connection) != posted
        for path in reversed(files):
            take(path)
        assert ledger_digest(connection) == posted


def send(centre: Centre, desk: Desk) -> None:
    """All that this counter has, as the line's calls take it."""
    with desk.read() as work:
        own, connection = work.terminal, work.connection
        rows = connection.execute(
            select(*COLUMNS).where(kept_entries.c.terminal == own.id).order_by(kept_entries.c.seq)
        ).all()
        papers = [bytes(one) for one in connection.scalars(select(blob.c.content))]
    who = Caller(own.id, own.incarnation, own.mission.code, own.key.public)
    final = Head(rows[-1].seq, bytes(rows[-1].hash))
    push(centre, who, PushRequest(Head(), tuple(map(frame_of, rows)), final))
    for content in papers:
        digest = sha256(content).digest()
        documents.announce(centre, who, digest, BlobPlan.of(plan_of(content)))
        documents.receive(centre, who, digest, 0, len(content), content)


class OneStore:
    """A counter's store whose transactions are savepoints of one that is never committed."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection, self.folder, self.is_quiet = connection, folder, True

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._connection

    @contextmanager
    def write(self, *, new_work: bool = True) -> Iterator[Connection]:
        with self._connection.begin_nested():
            yield self._connection
            finding.catch_up(self._connection)


def test_every_order_of_five_sticks_to_a_counter(
    centre: Centre, counter: Any, published: Any, tmp_path: Path, small: int
):
    published()
    here, other, stick = counter(), counter("TPE4"), tmp_path / "stick"
    stick.mkdir()
    (up,) = finish(outgoing.export(here.desk, stick)).files

    def taken(path: Path) -> None:
        with path.open("rb") as file:
            centre_in.take(centre, file, name=path.name)

    def made(**asked: Any) -> list[Path]:
        return [one.placed.path for one in centre_out.make(centre, "TPE3", stick, **asked)]

    taken(up.path)
    files = made()
    # What the centre says of ours, and what another counter did, a document of theirs included.
    here.pay(here.register(name="DEWI LESTARI", nik=None, passport_number="C7654321", mother_name="SRI"))
    (up,) = finish(outgoing.export(here.desk, stick)).files
    taken(up.path)
    worker = other.register(name="RATNA SARI", nik=None, passport_number="C1112223", mother_name="WATI")
    other.pay(worker)
    other.claim(worker, pdf(bytes(64)))
    other.sync()
    files += made(size=small + 2_000)
    other.pay(worker, months=12, reference="BNI-2")
    other.sync()
    files += made()
    assert len(files) == 5, names(frozenset(files))

    with here.desk.store.write() as connection:
        walled = replace(here.desk, store=OneStore(connection, here.desk.folder))  # type: ignore[arg-type]

        ways = Ways(
            connection,
            lambda path: finish(incoming.take(walled, [path])),
            lambda: (standing(connection), [(row.direction, row.number, row.state) for row in bundles(walled)]),
        )
        ways.walk(files)
        assert len(ways.states) == 32
        for path in reversed(files):
            finish(incoming.take(walled, [path]))
        by_stick = standing(connection), ledger_digest(connection)
    assert here.sync().pulled == 0
    with here.desk.read() as work:
        assert by_stick == (standing(work.connection), ledger_digest(work.connection))
    assert by_stick[1] == centre.read(ledger_digest)


def standing(connection: Connection) -> list[Any]:
    """What a sync brings to a counter, beside its ledger."""
    own = connection.execute(select(own_terminal)).one()
    return [
        rows_of(connection, kept_entries.c.id, kept_entries.c.hash, kept_entries.c.position),
        rows_of(connection, cursor.c.stream, cursor.c.position, cursor.c.chain),
        rows_of(connection, verdict.c.entry, verdict.c.verdict, verdict.c.code),
        rows_of(connection, blob.c.sha256, blob.c.size, blob.c.uploaded_at.is_(None)),
        (own.acked_seq, own.acked_hash, own.epoch),
    ]
