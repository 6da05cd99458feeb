"""Documents: they follow their claims and workers to the centre piece by piece, and come back when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import httpx
from sqlalchemy import select, update

from kiosk.desk import Desk
from kiosk.store.tables import blob
from kiosk.sync.line import BlobState, Deadline, ServerApi, Speaker, line
from kiosk.sync.standing import standing
from models.ledger.tables import claim_document, worker_document
from models.rules.problems import Problem, Refused, Trouble
from models.sync.protocol import MAX_BLOB, SyncError
from models.sync.tokens import Bearer

_PIECE = 256 << 10
"""Bytes in one request: a line of 20 kB/s brings one through before it gives up."""

_STRIKES = 3


def upload(desk: Desk, api: ServerApi, on_progress: Callable[[int, int], None]) -> int:
    """Send the documents the centre does not have, the small ones first; returns how many it has now.

    A document that it does not take stays here and is offered again next time; it keeps no other from going."""
    with desk.store.read() as connection:
        waiting = connection.execute(
            select(blob.c.sha256, blob.c.size).where(blob.c.uploaded_at.is_(None)).order_by(blob.c.size, blob.c.sha256)
        ).all()
    sent = 0
    for row in waiting:
        try:
            _send(desk, api, bytes(row.sha256))
        except SyncError:
            continue
        with desk.store.write(new_work=False) as connection:
            connection.execute(update(blob).where(blob.c.sha256 == row.sha256).values(uploaded_at=desk.clock()))
        sent += 1
        on_progress(sent, len(waiting))
    return sent


def _send(desk: Desk, api: ServerApi, digest: bytes) -> None:
    try:
        state = api.blob_state(digest)
    except SyncError as error:
        if error.code != "blob_unknown":
            raise
        state = BlobState(0, complete=False)
    if state.complete:
        return
    with desk.store.read() as connection:
        content = bytes(connection.execute(select(blob.c.content).where(blob.c.sha256 == digest)).scalar_one())
    strikes = 0
    while not state.complete:
        piece = content[state.offset : state.offset + _PIECE]
        try:
            state = api.put_blob(digest, state.offset, len(content), piece)
        except SyncError as error:
            offset, strikes = error.facts.get("offset"), strikes + 1
            if error.code != "blob_offset" or not isinstance(offset, int) or strikes == _STRIKES:
                raise
            state = BlobState(offset, complete=False)


def fetch(desk: Desk, digest: bytes, *, client: httpx.Client | None = None, deadline: float = 60.0) -> bytes:
    """A document of a claim or worker: from here, or else from the centre, after which it is here too.

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
    with line(client) as http:
        api = ServerApi(http, own.address, desk.clock, Deadline(deadline))
        api.speak_as(
            Speaker(own.terminal.key, Bearer(own.terminal.id, own.terminal.incarnation), own.centre, own.skew_ms)
        )
        content = _received(api, digest)
    if sha256(content).digest() != digest:
        raise Trouble("sync.document_damaged")
    media_type = next((one for one in media_types if one), "application/octet-stream")
    with desk.store.write() as connection:
        if connection.scalar(select(blob.c.size).where(blob.c.sha256 == digest)) is None:
            connection.execute(
                blob.insert().values(
                    sha256=digest,
                    size=len(content),
                    media_type=media_type,
                    uploaded_at=desk.clock(),
                    content=content,
                )
            )
    return content


def _received(api: ServerApi, digest: bytes) -> bytes:
    pieces, have, size = [], 0, 1
    while have < size:
        try:
            piece, size = api.get_blob(digest, have, _PIECE)
        except SyncError as error:
            raise Refused(Problem("document", "document.not_at_centre")) from error
        if size > MAX_BLOB:
            raise Trouble("sync.document_damaged")
        pieces.append(piece)
        have += len(piece)
    return b"".join(pieces)
