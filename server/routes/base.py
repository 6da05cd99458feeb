"""Routes of bases: `GET` asks what a new terminal is given, and with `Range` for the parts of it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathPart
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from models.sync.messages import encode
from models.sync.protocol import CONTENT_TYPE, SNAPSHOT, SyncError
from server.routes.wire import asker, centre_of, refusal
from server.usecases import base
from server.usecases.streams import streams_for
from server.usecases.terminals import Caller

router = APIRouter()

_RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{1,12})?")


@router.get(SNAPSHOT)
async def get_snapshot(
    request: Request, who: Caller = Depends(asker), streams: str = Query("", max_length=200)
) -> Response:
    centre = centre_of(request)
    if streams and not set(streams.split(",")) <= set(streams_for(who.mission)):
        raise SyncError("stream_unknown")
    # Made while nobody waits for it, and ready for the next who asks.
    make = BackgroundTask(base.make_quietly, centre, who.mission)
    try:
        given = await run_in_threadpool(base.offer, centre, who)
    except SyncError as error:
        answer = refusal(request, error)
        answer.background = make
        return answer
    return Response(encode(given.signed), media_type=CONTENT_TYPE, background=make if given.behind else None)


@router.get(SNAPSHOT + "/{sha256}")
async def get_part(
    request: Request, sha256: str = PathPart(pattern="^[0-9a-f]{64}$"), who: Caller = Depends(asker)
) -> Response:
    asked = _RANGE.fullmatch(request.headers.get("range", "bytes=0-"))
    if asked is None:
        raise SyncError("bad_frame")
    part = await run_in_threadpool(base.part, centre_of(request), who, bytes.fromhex(sha256))
    start, end = int(asked[1]), min(int(asked[2]) + 1 if asked[2] else len(part), len(part))
    if start >= end:
        raise SyncError("bad_frame")
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(part)}"}
    return Response(part[start:end], 206, headers, media_type="application/octet-stream")
