"""Routes of documents: `HEAD` asks how much is here, `PUT` brings the next piece, `GET` hands one out."""

from __future__ import annotations

import re

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as PathPart
from starlette.concurrency import run_in_threadpool

from models.sync.protocol import BLOBS, MAX_CHUNK, SyncError
from server.routes.wire import asker, centre_of
from server.usecases import documents
from server.usecases.documents import Arrived
from server.usecases.terminals import Caller
from server.web.bodies import limited_body

router = APIRouter()

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")
_RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{1,12})?")


def digest_of(sha256: str = PathPart(pattern="^[0-9a-f]{64}$")) -> bytes:
    return bytes.fromhex(sha256)


@router.head(BLOBS + "/{sha256}")
async def head_blob(request: Request, digest: bytes = Depends(digest_of), _: Caller = Depends(asker)) -> Response:
    state = await run_in_threadpool(documents.arrived, centre_of(request), digest)
    return Response(status_code=200 if state.complete else 202, headers=_offset(state))


@router.put(BLOBS + "/{sha256}")
async def put_blob(request: Request, digest: bytes = Depends(digest_of), who: Caller = Depends(asker)) -> Response:
    place = _CONTENT_RANGE.fullmatch(request.headers.get("content-range", ""))
    if place is None:
        raise SyncError("bad_frame")
    start, last, size = map(int, place.groups())
    piece = await limited_body(request, MAX_CHUNK)
    if len(piece) != last + 1 - start:
        raise SyncError("bad_frame")
    state = await run_in_threadpool(documents.receive, centre_of(request), who, digest, start, size, piece)
    return Response(status_code=201 if state.complete else 202, headers=_offset(state))


@router.get(BLOBS + "/{sha256}")
async def get_blob(request: Request, digest: bytes = Depends(digest_of), who: Caller = Depends(asker)) -> Response:
    asked = _RANGE.fullmatch(request.headers.get("range", "bytes=0-"))
    if asked is None:
        raise SyncError("bad_frame")
    start, end = int(asked[1]), int(asked[2]) + 1 if asked[2] else 1 << 40
    piece, size = await run_in_threadpool(documents.hand_out, centre_of(request), who, digest, start, end)
    headers = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}"}
    return Response(piece, 206, headers, media_type="application/octet-stream")


def _offset(state: Arrived) -> dict[str, str]:
    return {"Loket-Offset": str(state.offset), "Loket-Size": str(state.size)}
