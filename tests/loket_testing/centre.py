"""A pretend counter that speaks to a centre: every message real, nothing of kiosk/ involved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from models.journal.entry import Entry, Frame
from models.sync import protocol
from models.sync.enrolment import (
    CentreInfo,
    CentreKeys,
    EnrolAnswer,
    EnrolRequest,
    Handover,
    read_answer,
    read_code,
    sign_handover,
    sign_request,
    trusted_keys,
)
from models.sync.messages import (
    PAGE,
    Cursor,
    ErrorAnswer,
    Head,
    Page,
    PushAnswer,
    PushRequest,
    SyncAnswer,
    SyncRequest,
    decode,
    encode,
    error_of,
)
from models.sync.restoring import Place, RecallAnswer, RecallRequest, ReturnAnswer, ReturnRequest, sign_recall
from models.sync.signing import Signed, opened
from models.sync.tokens import Bearer, make_token

from .journals import Journal

T = TypeVar("T")


class HandClock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Visitor:
    """A counter with a journal, seen from the centre. `client` is a Starlette TestClient or an httpx.Client."""

    client: Any
    clock: Callable[[], datetime]
    journal: Journal = field(default_factory=Journal)
    series: str = "TPE3"
    keys: CentreKeys | None = None
    epoch: Any = None
    after: Visitor | None = None
    """The same terminal with the journal before this one."""

    def enrol(self, code: str) -> EnrolAnswer:
        info = answered(self.client.get(protocol.CENTRE), CentreInfo)
        self.keys = trusted_keys(info, read_code(code).fingerprint)
        request = self.enrol_request(code)
        message = answered(self.post(protocol.ENROL, sign_request(request, self.journal.key)), Signed)
        answer = read_answer(message, self.keys, request)
        self.epoch = answer.epoch
        return answer

    def enrol_request(self, code: str) -> EnrolRequest:
        assert self.keys is not None
        return EnrolRequest(
            secret=read_code(code).secret,
            centre=self.keys.centre,
            terminal=self.journal.terminal,
            incarnation=self.journal.incarnation,
            public_key=self.journal.key.public,
            mission=self.journal.mission,
            series=self.series,
            program="loket 0.1 test",
            continues=self.after.journal.incarnation if self.after else 0,
            former=tuple(self._handovers()),
        )

    def _handovers(self) -> list[Signed]:
        if self.after is None:
            return []
        assert self.keys is not None
        before = self.after.journal
        handover = Handover(
            centre=self.keys.centre,
            terminal=before.terminal,
            incarnation=before.incarnation,
            series=self.after.series,
            public_key=before.key.public,
            continues=self.after.after.journal.incarnation if self.after.after else 0,
            next_incarnation=self.journal.incarnation,
            next_key=self.journal.key.public,
        )
        self.after.keys = self.after.keys or self.keys
        return [*self.after._handovers(), sign_handover(handover, before.key)]

    @property
    def headers(self) -> dict[str, str]:
        assert self.keys is not None
        bearer = Bearer(self.journal.terminal, self.journal.incarnation)
        return {"Authorization": f"Bearer {make_token(self.journal.key, bearer, self.keys.centre, self.clock())}"}

    def post(self, path: str, message: msgspec.Struct, headers: dict[str, str] | None = None) -> Any:
        fixed = {"Content-Type": protocol.CONTENT_TYPE, **(headers or {})}
        return self.client.post(path, content=encode(message), headers=fixed)

    def push_request(self, entries: Sequence[Entry], base: Head | None = None) -> PushRequest:
        before = Head(entries[0].head.seq - 1, entries[0].prev) if entries else Head()
        final = Head(entries[-1].head.seq, entries[-1].hash) if entries else base or before
        return PushRequest(base=base or before, frames=frames(entries), final=final, epoch=self.epoch)

    def push(self, entries: Sequence[Entry] | None = None) -> PushAnswer:
        entries = self.journal.entries if entries is None else entries
        return self.send(self.push_request(entries))

    def send(self, request: PushRequest) -> PushAnswer:
        return answered(self.post(protocol.PUSH, request, self.headers), PushAnswer)

    def sync(
        self, cursors: Sequence[Cursor] = (), head: Head | None = None, *, heard: datetime | None = None
    ) -> SyncAnswer:
        held = head or Head(len(self.journal.entries), self.journal.head)
        request = SyncRequest(held, tuple(cursors), self.clock(), "loket 0.1 test", self.epoch, heard=heard)
        return answered(self.post(protocol.SYNC, request, self.headers), SyncAnswer)

    def recall(self, certificate: Frame, statement: Signed | None = None) -> RecallAnswer:
        shown = sign_recall(RecallRequest(certificate, statement), self.journal.key)
        return answered(self.post(protocol.RECALL, shown), RecallAnswer)

    def give_back(self, entries: Sequence[Entry] = (), journals: Sequence[Place] = ()) -> ReturnAnswer:
        brought = tuple(msgspec.structs.replace(entry.frame, prev=entry.prev) for entry in entries)
        return answered(self.post(protocol.RETURN, ReturnRequest(tuple(journals), brought), self.headers), ReturnAnswer)

    def page(self, cursor: Cursor, **asked: Any) -> Page:
        query = {"stream": cursor.stream, "after": cursor.position, "chain": cursor.chain.hex(), **asked}
        response = self.client.get(protocol.PULL, params=query, headers=self.headers)
        assert self.keys is not None
        return opened(answered(response, Signed), PAGE, self.keys.signing, Page)

    def pull(self, stream: str, **asked: Any) -> list[Entry]:
        """Every entry of a stream that is not a stub."""
        cursor, entries = Cursor(stream), []
        while True:
            page = self.page(cursor, **asked)
            entries += [Entry.opened(pulled.frame) for pulled in page.entries if pulled.frame is not None]
            cursor = page.until
            if cursor.position >= page.last:
                return entries


def frames(entries: Sequence[Entry]) -> tuple[Frame, ...]:
    """As they are pushed."""
    return tuple(msgspec.structs.replace(entry.frame, prev=None) for entry in entries)


def answered(response: Any, into: type[T]) -> T:
    """The message of an answer; the error of the contract it carries is raised."""
    assert response.headers["content-type"] == protocol.CONTENT_TYPE, response.text
    if response.status_code // 100 != 2:
        raise error_of(decode(response.content, ErrorAnswer))
    return decode(response.content, into)
