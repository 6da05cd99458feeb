"""The desk: an open store, this terminal, the person at it and the clock; and the one way to record anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, delete, func, select

from kiosk.config import PUBLIC_HOST
from kiosk.devices.clock import Clock, system_clock
from kiosk.store import base
from kiosk.store.finding import is_behind
from kiosk.store.store import RESTORED_FILE, Store
from kiosk.store.tables import (
    base_entry,
    blob,
    blob_download,
    blob_part,
    draft,
    former_terminal,
    own_terminal,
    setting,
    statement,
)
from kiosk.store.tables import entry as entries
from models.journal.body import Body
from models.journal.entry import NOTHING, Author, Entry, frame_of, write_entry
from models.journal.ids import new_id
from models.journal.keys import SealingKey, SigningKey
from models.ledger.tables import claim, coverage_move, mission_statement, receipt, receipt_void, refund_payment, staff
from models.posting import POSTING_VERSION, post
from models.posting.erasing import bare_of_erased, documents_of, strip
from models.posting.posting import rebuild
from models.posting.revisions import next_rev
from models.rules.days import business_date
from models.rules.missions import Mission, mission
from models.rules.problems import Problem, Refused, Trouble
from models.rules.receipt_numbers import ReceiptNumber
from models.rules.token import thumbprint
from models.sync.base import fits
from models.sync.protocol import MAX_BODY

LARGEST_ENTRY = MAX_BODY // 2
"""Bytes of one entry's parts; even those that compression makes no smaller fit into one push."""

MUST_CONTINUE = "must_continue"
"""The setting that says that this journal must end: it was written elsewhere as well (true), or this machine was made
from a backup (`RESTORED`)."""
RESTORED = "restored"

_BATCH = 1000

_KEEP = "INSERT INTO entry ({}) VALUES ({})".format(  # noqa: S608 - names of our own columns
    ", ".join(column.name for column in entries.columns), ", ".join("?" for _ in entries.columns)
)
"""Driver's own words, its values in the order of the table's columns: half of what a page costs was turning rows into
them, one by one."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """This machine as the journal knows it. `certified` once a centre vouches for its key."""

    id: UUID
    incarnation: int
    mission: Mission
    series: str
    key: SigningKey
    certified: bool
    centre_url: str | None
    public_host: str
    claims_key: bytes | None
    """The centre's key that restricted narratives are sealed to; known after enrolment."""
    continues: int = 0
    """The incarnation of this terminal that this journal goes on after; 0: none."""
    incarnations: tuple[int, ...] = ()
    """This journal's, and those of all that it goes on after."""

    restored: bool = False
    """Made from a backup, and no other journal has gone on after this one yet: it takes no new work."""

    @property
    def sealing(self) -> SealingKey:
        """Opens what the centre seals to this terminal."""
        return SealingKey.beside(self.key)

    @property
    def thumbprint(self) -> bytes:
        return thumbprint(self.key.public)

    @property
    def mark(self) -> str | None:
        """Two characters of the key that keep numbers apart until the centre has given this series to us alone."""
        return None if self.certified else self.thumbprint.hex()[:2].upper()


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is at the counter."""

    id: UUID
    login: str
    name: str
    role: str


@dataclass
class Work:
    """One action at the counter: everything recorded here is in the database, or nothing is."""

    connection: Connection
    terminal: Terminal
    operator: Operator
    now: datetime
    skew_ms: int | None = None
    recorded: list[Entry] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The mission's business date."""
        return business_date(self.now, self.terminal.mission.zone)

    @property
    def mission(self) -> str:
        return self.terminal.mission.code

    def record(self, body: Body, *, entry_id: UUID | None = None, sealed: bytes | None = None) -> Entry:
        """Number, chain, sign, keep and post one body. `entry_id` only where it was needed before.

        Refused `journal.restored` while this machine was made from a backup and its journal has not gone on;
        `entry.too_large`: what does not fit into one message would keep all that follows from the centre."""
        if self.terminal.restored:
            raise Refused(Problem("form", "journal.restored"))
        entry_id = entry_id or new_id()
        seq, prev = head(self.connection, self.terminal)
        entry = write_entry(
            body,
            Author(
                self.terminal.id,
                self.terminal.incarnation,
                self.operator.id,
                self.terminal.mission.zone,
                self.skew_ms,
            ),
            id=entry_id,
            seq=seq + 1,
            rev=next_rev(self.connection, body, entry_id),
            at=self.now,
            prev=prev,
            sign=self.terminal.key.sign,
            sealed=sealed,
        )
        if sum(len(part or b"") for part in (entry.frame.facts, entry.frame.personal, sealed)) > LARGEST_ENTRY:
            raise Refused(Problem("form", "entry.too_large"))
        keep(self.connection, [entry])
        post(self.connection, [entry])
        self.recorded.append(entry)
        return entry

    def next_number(self, *, is_claim: bool = False) -> ReceiptNumber:
        """The next number of this terminal's series and year; taken inside the transaction that uses it."""
        year = self.today.year
        last = 0
        # Receipts and all papers that change what one says share one series; claims and the statements that heirs
        # rest theirs on another.
        papers = (claim, mission_statement) if is_claim else (receipt, receipt_void, refund_payment, coverage_move)
        for table in papers:
            taken = self.connection.scalar(
                select(func.max(table.c.serial)).where(
                    table.c.terminal == self.terminal.id,
                    table.c.incarnation == self.terminal.incarnation,
                    table.c.year == year,
                )
            )
            last = max(last, taken or 0)
        return ReceiptNumber(self.terminal.series, self.terminal.mark, is_claim, year, last + 1)


class Closing(Protocol):
    """Something that somebody has to close."""

    def close(self) -> None: ...


@dataclass
class Desk:
    """What every use case needs. `work` writes, `read` reads; nobody else opens the database."""

    store: Store
    operator: Operator
    clock: Clock = system_clock
    belongings: dict[str, Closing] = field(default_factory=dict, repr=False)
    """What stays open as long as the desk does, by what it is for: the line to the centre."""

    @classmethod
    def open(cls, folder: Path, login: str | None, password: str, *, clock: Clock = system_clock) -> Desk:
        """Sign in. Trouble: `store.*` (wrong password, damaged, missing …) or `staff.disabled`."""
        store = Store.open(folder, login, password)
        try:
            _note_restored(store)
            bring_up_to_date(store)
            with store.read() as connection:
                assert store.person is not None, "opened with a password"
                operator = find_operator(connection, store.person.operator_id, store.person.login)
        except BaseException:
            store.close()
            raise
        return cls(store, operator, clock)

    @property
    def folder(self) -> Path:
        return self.store.folder

    @contextmanager
    def work(self, *, new_work: bool = True) -> Iterator[Work]:
        """One action, one transaction. `new_work` as in `Store.write`."""
        with self.store.write(new_work=new_work) as connection:
            yield Work(connection, terminal(connection), self.operator, self.clock(), _skew(connection))

    @contextmanager
    def read(self) -> Iterator[Work]:
        """The same view for asking: a consistent snapshot in which nothing can be recorded."""
        with self.store.read() as connection:
            yield Work(connection, terminal(connection), self.operator, self.clock(), _skew(connection))

    def let_go(self) -> None:
        """Close what is kept for the next time it is needed: the line to the centre."""
        while self.belongings:
            self.belongings.popitem()[1].close()

    def close(self) -> None:
        self.let_go()
        self.store.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def terminal(connection: Connection) -> Terminal:
    """This terminal as it stands in the store."""
    row = connection.execute(select(own_terminal)).one()
    return Terminal(
        id=row.terminal,
        incarnation=row.incarnation,
        mission=mission(row.mission),
        series=row.series,
        key=SigningKey(row.private_key),
        certified=row.certificate is not None,
        centre_url=row.centre_url,
        public_host=get_setting(connection, "public_host") or PUBLIC_HOST,
        claims_key=bytes.fromhex(get_setting(connection, "claims_key") or "") or None,
        continues=row.continues,
        incarnations=(row.incarnation, *_before(connection, row.continues)),
        restored=get_setting(connection, MUST_CONTINUE) == RESTORED,
    )


def former_journals(connection: Connection, own: Terminal) -> list[Terminal]:
    """This terminal as it was while it wrote the journals that this one goes on after; the newest first."""
    rows = {row.incarnation: row for row in connection.execute(select(former_terminal))}
    return [
        replace(
            own,
            incarnation=number,
            series=rows[number].series,
            key=SigningKey(rows[number].private_key),
            certified=rows[number].certificate is not None,
            continues=rows[number].continues,
            incarnations=own.incarnations[place:],
        )
        for place, number in enumerate(own.incarnations)
        if number in rows
    ]


def _before(connection: Connection, continues: int) -> Iterator[int]:
    """The incarnations that are gone on after, the newest first. Almost always there are none."""
    while continues:
        yield continues
        found = connection.scalar(select(former_terminal.c.continues).where(former_terminal.c.incarnation == continues))
        continues = found or 0


def head(connection: Connection, own: Terminal) -> tuple[int, bytes]:
    """Seq and hash of this terminal's last entry; (0, NOTHING) when it has recorded nothing."""
    row = connection.execute(
        select(entries.c.seq, entries.c.hash)
        .where(entries.c.terminal == own.id, entries.c.incarnation == own.incarnation)
        .order_by(entries.c.seq.desc())
        .limit(1)
    ).first()
    return (row.seq, row.hash) if row else (0, NOTHING)


def keep(connection: Connection, fresh: Iterable[Entry], positions: dict[UUID, int] | None = None) -> None:
    """Put entries into the journal, byte for byte but for what tells of workers who were erased."""
    fresh, stripped = bare_of_erased(connection, list(fresh))
    given = positions or {}
    rows = [
        (
            head.id.bytes,
            head.terminal.bytes,
            head.incarnation,
            head.seq,
            head.kind,
            frame.header,
            frame.facts,
            frame.personal,
            frame.sealed,
            frame.personal_digest,
            frame.sealed_digest,
            entry.prev,
            entry.hash,
            frame.signature,
            given.get(head.id),
            head.subject.bytes,
        )
        for entry in fresh
        for head, frame in ((entry.head, entry.frame),)
    ]
    if rows:
        connection.exec_driver_sql(_KEEP, rows)
    if stripped:
        forget(connection, stripped)


def forget(connection: Connection, subjects: Collection[UUID]) -> None:
    """Take out of everything beside the ledger what tells of workers who were erased, and of the claims of theirs."""
    forget_here(connection, subjects)
    base.forget(connection, subjects)


def forget_here(connection: Connection, subjects: Collection[UUID]) -> None:
    """The same, but for what the centre gave as a base."""
    strip(connection, entries, subjects)
    # What was being typed about them goes as well.
    connection.execute(delete(draft).where(draft.c.subject.in_([str(subject) for subject in subjects])))
    digests = documents_of(connection, subjects)
    for table in (blob, blob_download, blob_part):
        connection.execute(delete(table).where(table.c.sha256.in_(digests)))


def kept(row: Row[Any]) -> Entry:
    """The entry in a row of the journal."""
    return Entry.opened(frame_of(row), row.prev)


def all_entries(connection: Connection) -> Iterator[list[Entry]]:
    """The whole journal, own and pulled, in batches; order makes no difference to posting."""
    result = connection.execution_options(yield_per=_BATCH).execute(select(entries))
    for rows in result.partitions():
        yield [kept(row) for row in rows]


def later_entries(connection: Connection) -> Iterator[list[Entry]]:
    """The journal, but for what the base rests on, in batches: what makes the ledger, posted after the base."""
    later = select(entries).where(entries.c.id.not_in(select(base_entry.c.id)))
    for rows in connection.execution_options(yield_per=_BATCH).execute(later).partitions():
        yield [kept(row) for row in rows]


def find_operator(connection: Connection, operator_id: UUID, login: str) -> Operator:
    """The person behind a key slot. Trouble `staff.disabled` when taken off the list."""
    row = connection.execute(select(staff).where(staff.c.id == operator_id)).first()
    if row is None:
        return Operator(operator_id, login, login, "petugas")
    if not row.active:
        raise Trouble("staff.disabled", login=login)
    return Operator(operator_id, row.login or login, row.name or login, row.role)


def get_setting(connection: Connection, key: str) -> Any:
    """A value this counter keeps for itself, or None."""
    found = connection.scalar(select(setting.c.value).where(setting.c.key == key))
    return None if found is None else msgspec.json.decode(found)


def set_setting(connection: Connection, key: str, value: Any) -> None:
    connection.execute(setting.delete().where(setting.c.key == key))
    connection.execute(setting.insert().values(key=key, value=msgspec.json.encode(value).decode()))


def bring_up_to_date(store: Store) -> None:
    """Rebuild the ledger when this program posts differently from the one that wrote it, and fill the index that finds
    workers when a migration has emptied it. A ledger that rests on a base stays until there is a new one."""
    with store.read() as connection:
        posted_by = get_setting(connection, "posting_version") or 0
        behind = is_behind(connection)
    if posted_by == POSTING_VERSION:
        if behind:
            with store.write(new_work=False):
                pass  # whatever is written catches up
        return
    if posted_by > POSTING_VERSION:
        raise Trouble("store.newer")
    with store.read() as connection:
        if base.given(connection, "standing") is not None:
            # The entries it rests on are not here: the next sync brings a new one (`needs_base`).
            return
    with store.write() as connection:
        rebuild(connection, all_entries(connection))
        set_setting(connection, "posting_version", POSTING_VERSION)


def _note_restored(store: Store) -> None:
    """Keep inside the database that it was made from a backup, where nobody takes it away by removing a file."""
    mark = store.folder / RESTORED_FILE
    if not mark.exists():
        return
    with store.write(new_work=False) as connection:
        set_setting(connection, MUST_CONTINUE, RESTORED)
        connection.execute(delete(statement))
        set_setting(connection, "statement_shown", None)
    mark.unlink(missing_ok=True)


def needs_base(connection: Connection) -> bool:
    """Whether the ledger was posted by other rules than this program's and can only be made anew from a new base. It is
    what it was, and what is recorded meanwhile stands in it: what the new rules change is not seen yet."""
    standing = base.given(connection, "standing")
    if standing is None:
        return False
    return get_setting(connection, "posting_version") != POSTING_VERSION or not fits(standing.base)


def require_role(operator: Operator, *roles: str) -> None:
    """Refused unless the operator has one of the roles."""
    if operator.role not in roles:
        raise Refused(Problem.of("operator", "staff.not_allowed", role=operator.role))


def _skew(connection: Connection) -> int | None:
    found: int | None = get_setting(connection, "skew_ms")
    return found
