"""Bodies of requests, read within their limits."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from models.sync.protocol import SyncError

LONGEST_FORM = 16 << 10
"""Bytes of an HTML form."""


async def limited_body(request: Request, limit: int) -> bytes:
    """The body; SyncError `too_large` as soon as it is longer than it may be, announced or not."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise SyncError("too_large")
    pieces, size = [], 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > limit:
                raise SyncError("too_large")
            pieces.append(piece)
    except ClientDisconnect as error:
        # The line was cut: nobody reads the answer, and it is no fault of ours that would need a number.
        raise SyncError("bad_frame") from error
    return b"".join(pieces)


async def form(request: Request, *, most: int = 20) -> dict[str, str]:
    """The fields of an HTML form, so many at most; the last of a name counts. SyncError `bad_frame` for another kind of
    body."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        raise SyncError("bad_frame")
    body = await limited_body(request, LONGEST_FORM)
    try:
        fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict"))
    except ValueError as error:
        raise SyncError("bad_frame") from error
    if any("\0" in value for value in fields.values()):
        raise SyncError("bad_frame")
    return fields
