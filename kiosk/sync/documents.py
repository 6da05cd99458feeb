"""Documents: they follow their claims and workers to the centre chunk by chunk, and come back when somebody asks.

What arrived is never sent again, whichever side was cut off: chunks (models.sync.chunks) are proven one by one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import httpx
from sqlalchemy import Connection, delete, or_, select, update

from kiosk.desk import Desk, get_setting, set_setting
from kiosk.store.tables import blob, blob_download, blob_part
from kiosk.sync.authority import line
from kiosk.sync.line import Deadline, ServerApi, Speaker
from kiosk.sync.standing import standing
from models.ledger.tables import claim_document, worker_document
from models.rules.problems import Problem, Refused, Trouble
from models.sync.chunks import CHUNK, Missing, Plan, Tail, missing, plan_of, sort_in
from models.sync.protocol import MAX_PIECE, SyncError
from models.sync.tokens import Bearer

_STRIKES = 3
"""How often in a row the line may bring nothing of a document, and of how many in a row the centre may say nothing."""

_ANNOUNCED_AT_ONCE = 16 * CHUNK
"""Bytes up to which a document's list of chunks is sent again rather than asked for: that is no longer than asking."""

_SMALLEST = CHUNK // 4
"""Bytes of a document in one request, where the line takes no more."""

_FORGOTTEN_AFTER = timedelta(days=30)
"""How long what came of a document is kept for its rest, when nobody asks for it any more."""

_LINE_DOWN = {
    "line.unreachable",
    "line.not_our_server",
    "line.untrusted",
    "line.other_name",
    "line.old_tls",
    "line.certificate",
    "line.clock",
    "line.busy",
    "line.too_many",
}
"""What ends the sending of all documents when even a question of a few bytes is answered so."""

WANTED = "wanted_documents"
_MOST_WANTED = 100

Told = Callable[[int, int], None]
"""Bytes done, and bytes to do."""


class EntriesFirst(Exception):
    """Somebody recorded something: it goes before what is left of the documents."""


@dataclass(slots=True)
class Uploaded:
    """How many documents the centre has now that it did not have; `trouble` kept some of the others back, and
    `interrupted` says that entries wait to be sent first."""

    sent: int = 0
    trouble: Trouble | None = None
    interrupted: bool = False


def upload(
    desk: Desk, api: ServerApi, on_progress: Told, *, entries_wait: Callable[[], bool] = lambda: False
) -> Uploaded:
    """Send the documents the centre does not have, the small ones first, for as long as the line and the time allow.

    A document that does not get through stays here, is gone on with next time from where it was, and keeps no other
    from going. Trouble where this terminal may not speak, or this machine's disk is the trouble; never the line's."""
    with desk.store.read() as connection:
        waiting = connection.execute(
            select(blob.c.sha256, blob.c.size).where(blob.c.uploaded_at.is_(None)).order_by(blob.c.size, blob.c.sha256)
        ).all()
    total, done, result, pace = sum(row.size for row in waiting), 0, Uploaded(), _Pace()
    in_vain = 0

    def told(came: int) -> None:
        on_progress(done + came, total)

    for row in waiting:
        sending = _Sending(desk, api, bytes(row.sha256), pace, entries_wait)
        try:
            sending.run(told)
        except EntriesFirst:
            result.interrupted = True
            return result
        except SyncError:
            continue
        except Trouble as trouble:
            if trouble.code == "line.deadline":
                return result
            if not trouble.code.startswith("line."):
                raise
            result.trouble = trouble
            in_vain = 0 if sending.answered else in_vain + 1
            if in_vain and (trouble.code in _LINE_DOWN or in_vain == _STRIKES):
                return result
            continue
        with desk.store.write(new_work=False) as connection:
            connection.execute(update(blob).where(blob.c.sha256 == row.sha256).values(uploaded_at=desk.clock()))
        result.sent += 1
        done += row.size
        told(0)
    return result


class _Pace:
    """How many bytes are sent in one request: some seconds' worth, so that whoever waits for the line waits no longer.

    A centre keeps what came of half a request. Where something between the two does not let it, requests become as
    small as that line needs."""

    def __init__(self) -> None:
        self.length = CHUNK
        self._most = MAX_PIECE
        self._vain = 0

    def went(self, seconds: float) -> None:
        """A request of this length took so long."""
        self._vain = 0
        if seconds < 2.5:
            self.length = min(2 * self.length, self._most)
        elif seconds > 5:
            self.length = max(self.length // 2, CHUNK)

    def was_in_vain(self) -> None:
        """All of a request arrived, and nothing of it was true: the next one is not to cost more than a chunk."""
        self.length = min(self.length, CHUNK)

    def was_too_large(self, length: int) -> bool:
        """Something between the two takes small bodies only; whether a smaller request is worth a try."""
        self.length = self._most = max(length // 2, _SMALLEST)
        return length > _SMALLEST

    def broke(self, gained: int) -> None:
        """The line was cut after so many bytes had arrived."""
        self._vain = 0 if gained > 0 else self._vain + 1
        if self._vain > 1:
            self.length = self._most = max(self.length // 2, _SMALLEST)


@dataclass(slots=True)
class _Sending:
    """One document on its way to the centre. `answered`: since the last cut the centre has answered."""

    desk: Desk
    api: ServerApi
    digest: bytes
    pace: _Pace
    entries_wait: Callable[[], bool]
    answered: bool = False
    strikes: int = 0

    def run(self, told: Callable[[int], None]) -> None:
        """EntriesFirst; SyncError for what the centre does not take, Trouble of the line."""
        if self.entries_wait():
            raise EntriesFirst
        with self.desk.store.read() as connection:
            content = bytes(connection.execute(select(blob.c.content).where(blob.c.sha256 == self.digest)).scalar_one())
        if sha256(content).digest() != self.digest:
            # It would travel as a whole each time, and each time be refused as a whole.
            raise SyncError("blob_damaged")
        plan = plan_of(content)
        left = self._asked(plan)
        while left is not None:
            told(plan.size - left.left)
            if self.entries_wait():
                raise EntriesFirst
            piece = content[left.start : min(left.end, left.start + self.pace.length)]
            begun, cut = time.monotonic(), False
            try:
                now = self.api.put_blob(self.digest, left.start, plan.size, piece)
            except SyncError as error:
                if error.code == "too_large":
                    if self.pace.was_too_large(len(piece)):
                        continue
                    raise Trouble("line.not_our_server", host=self.api.host) from error
                if error.code != "blob_unknown":
                    raise
                now = self._announced(plan, error)
            except Trouble as trouble:
                cut = True
                self._struck(trouble)
                now = self._asked(plan)
            gained = left.left - (now.left if now is not None else 0)
            if gained > 0:
                self.strikes = 0
            if cut:
                self.pace.broke(gained)
            elif gained > 0:
                self.pace.went(time.monotonic() - begun)
            else:
                self.pace.was_in_vain()
                self._struck(SyncError("blob_damaged"))
            left = now

    def _asked(self, plan: Plan) -> Missing | None:
        """What the centre lacks, asked as often as the line needs."""
        while True:
            self.answered = False
            try:
                found = self._once_asked(plan)
            except Trouble as trouble:
                self._struck(trouble)
                continue
            self.answered = True
            return found

    def _once_asked(self, plan: Plan) -> Missing | None:
        if plan.size <= _ANNOUNCED_AT_ONCE:
            return self.api.announce_blob(self.digest, plan)
        try:
            return self.api.blob_missing(self.digest)
        except SyncError as error:
            if error.code != "blob_unknown":
                raise
            return self._announced(plan, error)

    def _announced(self, plan: Plan, error: SyncError) -> Missing | None:
        self._struck(error)
        return self.api.announce_blob(self.digest, plan)

    def _struck(self, error: Trouble | SyncError) -> None:
        """Something was in vain: raise it, unless it was a cut that is worth another try."""
        self.strikes += 1
        if self.strikes > _STRIKES or (isinstance(error, Trouble) and error.code != "line.unreachable"):
            raise error


def fetch(
    desk: Desk,
    digest: bytes,
    *,
    client: httpx.Client | None = None,
    deadline: float = 60.0,
    on_progress: Told = lambda _done, _total: None,
) -> bytes:
    """A document of a claim or worker: from here, or else from the centre, after which it is here too.

    May be cut off anywhere: what came is kept, and the next call goes on with it. `deadline` in seconds.
    Refused `document.not_at_centre` while the terminal that took it in has not sent it; Trouble
    `sync.document_damaged`, `sync.not_enrolled` and those of the line."""
    with desk.store.read() as connection:
        here = connection.scalar(select(blob.c.content).where(blob.c.sha256 == digest))
        media_types = [
            connection.scalar(select(table.c.media_type).where(table.c.sha256 == digest))
            for table in (claim_document, worker_document)
        ]
    if here is not None:
        return bytes(here)
    own = standing(desk)
    wish(desk, digest)
    with line(desk, client) as http:
        api = ServerApi(http, own.address, desk.clock, Deadline(deadline))
        api.speak_as(
            Speaker(own.terminal.key, Bearer(own.terminal.id, own.terminal.incarnation), own.centre, own.skew_ms)
        )
        arriving = _Fetching(desk, api, digest).run(on_progress)
    media_type = next((one for one in media_types if one), "application/octet-stream")
    return arriving.finish(media_type)


def wish(desk: Desk, digest: bytes) -> None:
    """Somebody wants to see this document: where the line does not bring it, the next stick from the centre does."""
    with desk.store.write(new_work=False) as connection:
        wanted = [one for one in get_setting(connection, WANTED) or [] if one != digest.hex()]
        set_setting(connection, WANTED, [*wanted, digest.hex()][-_MOST_WANTED:])


def wished(connection: Connection) -> tuple[bytes, ...]:
    """The documents that somebody wanted to see and that are still not here."""
    wanted = [bytes.fromhex(one) for one in get_setting(connection, WANTED) or []]
    here = set(map(bytes, connection.scalars(select(blob.c.sha256).where(blob.c.sha256.in_(wanted)))))
    return tuple(one for one in wanted if one not in here)


@dataclass(slots=True)
class _Fetching:
    """One document that the centre is asked for."""

    desk: Desk
    api: ServerApi
    digest: bytes

    def run(self, told: Told) -> Arriving:
        arriving, strikes = self._begun(), 0
        size = arriving.plan.size
        while (lacking := arriving.missing) is not None:
            told(size - lacking.left, size)
            came, cut = bytearray(), None
            try:
                self.api.get_blob(self.digest, lacking.start, min(lacking.end, lacking.start + MAX_PIECE), came)
            except SyncError as error:
                raise Refused(Problem("document", "document.not_at_centre")) from error
            except Trouble as trouble:
                cut = trouble
            finally:
                arriving.keep(lacking.start, bytes(came))
            after = arriving.missing
            strikes = 0 if after is None or after.left < lacking.left else strikes + 1
            if cut is not None and (cut.code != "line.unreachable" or strikes == _STRIKES):
                raise cut
            if strikes == _STRIKES:
                raise Trouble("sync.document_damaged")
        told(size, size)
        return arriving

    def _begun(self) -> Arriving:
        """What is here of it already, or how the centre cut it."""
        if (begun := Arriving.found(self.desk, self.digest)) is not None:
            return begun
        try:
            plan = self.api.blob_plan(self.digest)
        except SyncError as error:
            raise Refused(Problem("document", "document.not_at_centre")) from error
        return Arriving.begin(self.desk, self.digest, plan)


@dataclass(slots=True)
class Arriving:
    """One document on its way here, by line or by stick; what came of it is in the store, whatever happens."""

    desk: Desk
    digest: bytes
    plan: Plan
    held: set[bytes] = field(default_factory=set)
    tail: Tail | None = None

    @classmethod
    def found(cls, desk: Desk, digest: bytes) -> Arriving | None:
        """One of which something came before."""
        with desk.store.read() as connection:
            row = connection.execute(select(blob_download).where(blob_download.c.sha256 == digest)).one_or_none()
            parts = connection.scalars(select(blob_part.c.chunk).where(blob_part.c.sha256 == digest))
            held = set(map(bytes, parts))
        if row is None:
            return None
        tail = None if row.tail is None else Tail(row.tail_number, bytes(row.tail))
        return cls(desk, digest, Plan(row.size, bytes(row.hashes)), held, tail)

    @classmethod
    def begin(cls, desk: Desk, digest: bytes, plan: Plan) -> Arriving:
        """One that is cut like this; what came of it before is gone on with, if it was cut the same way."""
        begun = cls.found(desk, digest)
        if begun is not None and begun.plan == plan:
            return begun
        now = desk.clock()
        with desk.store.write(new_work=False) as connection:
            old = select(blob_download.c.sha256).where(blob_download.c.touched_at < now - _FORGOTTEN_AFTER)
            for table in (blob_part, blob_download):
                connection.execute(delete(table).where(or_(table.c.sha256.in_(old), table.c.sha256 == digest)))
            connection.execute(
                blob_download.insert().values(sha256=digest, size=plan.size, hashes=plan.hashes, touched_at=now)
            )
        return cls(desk, digest, plan)

    @property
    def missing(self) -> Missing | None:
        """What has to come next; None when all of it is here."""
        return missing(self.plan, self.held, self.tail)

    def keep(self, start: int, came: bytes) -> None:
        """Keep what proves true of the bytes that came, from byte `start` of the document on."""
        if not came:
            return
        found = sort_in(self.plan, self.held, self.tail, start, came)
        self.held |= found.proven.keys()
        self.tail = found.tail
        number, begun = (found.tail.number, found.tail.bytes) if found.tail is not None else (None, None)
        with self.desk.store.write() as connection:
            if found.proven:
                connection.execute(
                    blob_part.insert().prefix_with("OR IGNORE"),
                    [{"sha256": self.digest, "chunk": name, "bytes": part} for name, part in found.proven.items()],
                )
            kept = {"tail_number": number, "tail": begun, "touched_at": self.desk.clock()}
            connection.execute(update(blob_download).where(blob_download.c.sha256 == self.digest).values(**kept))

    def finish(self, media_type: str) -> bytes:
        """Put it together, now that nothing is missing. Trouble `sync.document_damaged` where that is another document
        than its digest says; then it is forgotten."""
        with self.desk.store.read() as connection:
            rows = connection.execute(
                select(blob_part.c.chunk, blob_part.c.bytes).where(blob_part.c.sha256 == self.digest)
            )
            parts = {bytes(row.chunk): bytes(row.bytes) for row in rows}
        content = b"".join(parts[name] for name in self.plan.all_hashes())
        is_true = sha256(content).digest() == self.digest
        with self.desk.store.write(new_work=is_true) as connection:
            here = connection.scalar(select(blob.c.size).where(blob.c.sha256 == self.digest))
            if is_true and here is None:
                connection.execute(
                    blob.insert().values(
                        sha256=self.digest,
                        size=len(content),
                        media_type=media_type,
                        uploaded_at=self.desk.clock(),
                        content=content,
                    )
                )
            for table in (blob_part, blob_download):
                connection.execute(delete(table).where(table.c.sha256 == self.digest))
        if not is_true:
            raise Trouble("sync.document_damaged")
        return content
