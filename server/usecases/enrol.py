"""Enrolment: a terminal shows a code and its key, and is certified in the centre's journal."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from models.journal.body import pack, unpack
from models.journal.entry import NOTHING
from models.journal.terminals import TerminalCertified
from models.sync.enrolment import EnrolAnswer, EnrolRequest, read_request, secret_digest, sign_answer
from models.sync.protocol import OLDEST_PUSH, SyncError
from models.sync.signing import Signed, Untrue
from server.store.tables import enrolment_code, terminal_head
from server.usecases.centre import Centre, epoch_of
from server.usecases.codes import series_taken
from server.usecases.journal import lock_own_head, record
from server.usecases.streams import streams_for


def enrol(centre: Centre, message: Signed) -> Signed:
    """Certify a terminal and answer with what it needs. The same key asking with the same code is told the same.

    SyncError `bad_signature`, `code_unknown`, `code_expired`, `code_used`, `code_elsewhere` (made for another
    mission or series; it stays good), `series_taken`, `terminal_taken`, `protocol_too_old`."""
    try:
        request = read_request(message)
    except Untrue as error:
        raise SyncError("bad_signature" if error.code == "bad_signature" else "bad_frame") from error
    if request.protocol < OLDEST_PUSH:
        raise SyncError("protocol_too_old", minimum=OLDEST_PUSH)
    if request.centre != centre.id:
        raise SyncError("code_unknown")
    if not 0 < request.incarnation < 1 << 31:
        raise SyncError("bad_frame")
    return centre.write(lambda connection: _enrol(connection, centre, request))


def _enrol(connection: Connection, centre: Centre, request: EnrolRequest) -> Signed:
    digest = secret_digest(request.secret)
    code = connection.execute(
        select(enrolment_code).where(enrolment_code.c.digest == digest).with_for_update()
    ).one_or_none()
    if code is None:
        raise SyncError("code_unknown")
    if (code.mission, code.series) != (request.mission, request.series):
        raise SyncError("code_elsewhere")
    if code.used_by is not None:
        return _answered_before(code, request)
    if centre.now() >= code.expires_at:
        raise SyncError("code_expired")
    # One at a time: two codes of one series may be shown at once, and only one counter may hand out its numbers.
    lock_own_head(connection, centre)
    if series_taken(connection, request.series):
        raise SyncError("series_taken")
    if request.terminal == centre.id or _is_taken(connection, request):
        raise SyncError("terminal_taken")
    answer = sign_answer(_certify(connection, centre, request), centre.keys.signing)
    connection.execute(
        update(enrolment_code)
        .where(enrolment_code.c.digest == digest)
        .values(used_by=request.terminal, used_key=request.public_key, answer=pack(answer))
    )
    return answer


def _answered_before(code: Row[Any], request: EnrolRequest) -> Signed:
    if (code.used_by, code.used_key) != (request.terminal, request.public_key):
        raise SyncError("code_used")
    return unpack(code.answer, Signed)


def _is_taken(connection: Connection, request: EnrolRequest) -> bool:
    """Whether this terminal cannot go on as this incarnation: it is there already, or another mission's. The newest
    incarnation shuts the ones before it out, so a code for one mission must not reach the counters of another."""
    query = select(terminal_head.c.incarnation, terminal_head.c.mission).where(
        terminal_head.c.terminal == request.terminal
    )
    return any(
        row.incarnation >= request.incarnation or row.mission != request.mission for row in connection.execute(query)
    )


def _certify(connection: Connection, centre: Centre, request: EnrolRequest) -> EnrolAnswer:
    certificate = TerminalCertified(
        terminal_id=request.terminal,
        incarnation=request.incarnation,
        mission=request.mission,
        series=request.series,
        public_key=request.public_key,
    )
    (entry,) = record(connection, centre, [certificate])
    at = centre.now()
    connection.execute(
        insert(terminal_head).values(
            terminal=request.terminal,
            incarnation=request.incarnation,
            mission=request.mission,
            series=request.series,
            public_key=request.public_key,
            seq=0,
            hash=NOTHING,
            entries=0,
            safe_seq=0,
            enrolled_at=at,
            last_seen=at,
            program=request.program[:64],
        )
    )
    return EnrolAnswer(
        centre=centre.id,
        root=centre.keys.root.public,
        keys=centre.keys.certified(),
        terminal=request.terminal,
        incarnation=request.incarnation,
        mission=request.mission,
        series=request.series,
        certificate=msgspec.structs.replace(entry.frame, prev=entry.prev),
        streams=streams_for(request.mission),
        epoch=epoch_of(connection),
        at=at,
        public_host=centre.public_host,
    )
