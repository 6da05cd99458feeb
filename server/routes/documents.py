"""Routes of documents: `HEAD` asks what is missing, `POST` announces one, `PUT` brings bytes of it, `GET` hands out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as PathPart
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from models.sync.messages import BlobPlan
from models.sync.protocol import BLOBS, CHUNKS, MAX_PIECE, SyncError
from models.sync.tokens import claimed_by
from server.routes.wire import answered, asker, centre_of, message, token_of
from server.usecases import documents
from server.usecases.documents import Arrived
from server.usecases.terminals import Caller

router = APIRouter()

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")
_RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{1,12})?")

_SILENCE = 12.0
"""Seconds without a byte after which what came is kept. Less than a counter waits before it asks again."""
_GRACE = 0.5
"""Seconds without a byte when the same terminal is back already."""


async def digest_of(sha256: str = PathPart(pattern="^[0-9a-f]{64}$")) -> bytes:
    return bytes.fromhex(sha256)


@router.head(BLOBS + "/{sha256}")
async def head_blob(request: Request, digest: bytes = Depends(digest_of)) -> Response:
    async with _turn(request, digest) as who:
        return _said(await run_in_threadpool(documents.arrived, centre_of(request), who, digest))


@router.post(BLOBS + "/{sha256}")
async def post_blob(request: Request, digest: bytes = Depends(digest_of)) -> Response:
    async with _turn(request, digest) as who:
        announced = await message(request, BlobPlan)
        return _said(await run_in_threadpool(documents.announce, centre_of(request), who, digest, announced))


@router.put(BLOBS + "/{sha256}")
async def put_blob(request: Request, digest: bytes = Depends(digest_of)) -> Response:
    place = _CONTENT_RANGE.fullmatch(request.headers.get("content-range", ""))
    if place is None:
        raise SyncError("bad_frame")
    start, last, size = map(int, place.groups())
    announced = last + 1 - start
    if not 0 < announced <= MAX_PIECE:
        raise SyncError("too_large" if announced > 0 else "bad_frame")
    async with _Reading(request, announced) as reading, _turn(request, digest, reading) as who:
        piece = await reading.body()
        if len(piece) > announced:
            raise SyncError("bad_frame")
        return _said(await run_in_threadpool(documents.receive, centre_of(request), who, digest, start, size, piece))


@router.get(BLOBS + "/{sha256}")
async def get_blob(request: Request, digest: bytes = Depends(digest_of), who: Caller = Depends(asker)) -> Response:
    asked = _RANGE.fullmatch(request.headers.get("range", "bytes=0-"))
    if asked is None:
        raise SyncError("bad_frame")
    start, end = int(asked[1]), int(asked[2]) + 1 if asked[2] else 1 << 40
    piece, size = await run_in_threadpool(documents.hand_out, centre_of(request), who, digest, start, end)
    headers = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}"}
    return Response(piece, 206, headers, media_type="application/octet-stream")


@router.get(BLOBS + "/{sha256}" + CHUNKS)
async def get_chunks(request: Request, digest: bytes = Depends(digest_of), who: Caller = Depends(asker)) -> Response:
    return await answered(request, lambda: documents.hand_out_plan(centre_of(request), who, digest))


class _Reading:
    """The body of a request: all of it, or as much as came before the line was cut or fell silent.

    It is read into memory from the first moment on, while everything else goes on beside it: what lies unread when a
    line is cut is lost."""

    def __init__(self, request: Request, most: int) -> None:
        self._request, self._most = request, most
        self._patience = _SILENCE
        self._limit = asyncio.timeout(_SILENCE)
        self._task = asyncio.create_task(self._read())

    async def __aenter__(self) -> _Reading:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def body(self) -> bytes:
        """More than `most` bytes: it came too long."""
        return await self._task

    def hurry(self) -> None:
        """Only what lies here already is still read."""
        self._patience = _GRACE
        if not self._task.done():
            self._limit.reschedule(asyncio.get_running_loop().time() + _GRACE)

    async def _read(self) -> bytes:
        pieces, size = [], 0
        with suppress(ClientDisconnect, TimeoutError, SyncError):
            async with self._limit:
                async for piece in self._request.stream():
                    self._limit.reschedule(asyncio.get_running_loop().time() + self._patience)
                    pieces.append(piece)
                    size += len(piece)
                    if size > self._most:
                        break
        return b"".join(pieces)


class _Turn:
    """A request about a document that is not answered yet."""

    def __init__(self, reading: _Reading | None) -> None:
        self.reading, self.over = reading, asyncio.Event()


@asynccontextmanager
async def _turn(request: Request, digest: bytes, reading: _Reading | None = None) -> AsyncIterator[Caller]:
    """Who asks, when it is their turn: what the same terminal's older requests about a document brought, whose line may
    be dead without our knowing, is counted before a newer one is answered.

    Whose turn it is has to be noted before anything is proven; a stranger who claims to be that terminal is gone as
    soon as that is found out. A courtesy within this process: where several serve, a terminal may have to send a few
    chunks again."""
    turns: dict[tuple[UUID, bytes], list[_Turn]] = request.app.state.document_turns
    key = (claimed_by(token_of(request)).terminal, digest)
    queue = turns.setdefault(key, [])
    before, turn = list(queue), _Turn(reading)
    queue.append(turn)
    try:
        who = await asker(request)
        for other in before:
            if other.reading is not None:
                other.reading.hurry()
            await other.over.wait()
        yield who
    finally:
        turn.over.set()
        queue.remove(turn)
        if not queue:
            del turns[key]


def _said(state: Arrived) -> Response:
    """200 where all of it is here; 202, and what should come next, where not."""
    headers = {"Loket-Size": str(state.size)}
    if state.missing is not None:
        headers["Loket-Missing"] = f"{state.missing.start}-{state.missing.end - 1}"
        headers["Loket-Left"] = str(state.missing.left)
    return Response(status_code=202 if state.missing is not None else 200, headers=headers)
