"""Enrolment: a terminal shows a code and its key, and is certified in the centre's journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from models.journal.body import pack, unpack
from models.journal.entry import NOTHING, Entry, Frame, frame_of
from models.journal.terminals import TerminalCertified
from models.sync.enrolment import (
    EnrolAnswer,
    EnrolRequest,
    Handover,
    read_handovers,
    read_request,
    secret_digest,
    sign_answer,
)
from models.sync.messages import MOST_FORMER
from models.sync.protocol import OLDEST_PUSH, SyncError
from models.sync.signing import Signed, Untrue
from server.store.tables import enrolment_code, terminal_head
from server.store.tables import entry as entries
from server.usecases.centre import Centre, epoch_of, incarnation_of
from server.usecases.codes import series_taken
from server.usecases.journal import lock_own_head, record
from server.usecases.streams import body_of, streams_for


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
    if len(request.sealing) not in (0, 32) or len(request.former) > MOST_FORMER:
        raise SyncError("bad_frame")
    try:
        former = read_handovers(request)
    except Untrue as error:
        raise SyncError("bad_signature" if error.code == "bad_signature" else "bad_frame") from error
    if any(not 0 < one.incarnation < 1 << 31 or "\0" in one.series or len(one.series) > 16 for one in former):
        raise SyncError("bad_frame")
    return centre.write(lambda connection: _enrol(connection, centre, request, former))


def _enrol(connection: Connection, centre: Centre, request: EnrolRequest, former: Sequence[Handover]) -> Signed:
    digest = secret_digest(request.secret)
    code = connection.execute(
        select(enrolment_code).where(enrolment_code.c.digest == digest).with_for_update()
    ).one_or_none()
    if (code is None or code.used_by is None) and (again := _certified_before(connection, centre, request)) is not None:
        return again
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
    _refuse_taken(connection, centre, request, former)
    answer = sign_answer(_certify(connection, centre, request, former), centre.keys.signing)
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


def _certified_before(connection: Connection, centre: Centre, request: EnrolRequest) -> Signed | None:
    """A centre that was restored has forgotten which codes were spent after the backup, but may have got back whom it
    certified for them: the same key is told the same."""
    if incarnation_of(connection) == 1:
        return None
    head = connection.execute(
        select(terminal_head).where(
            terminal_head.c.terminal == request.terminal, terminal_head.c.incarnation == request.incarnation
        )
    ).one_or_none()
    if head is None or (head.public_key, head.mission, head.series) != (
        request.public_key,
        request.mission,
        request.series,
    ):
        return None
    certificates = connection.execute(
        select(entries).where(
            entries.c.terminal == centre.id,
            entries.c.kind == TerminalCertified.KIND,
            entries.c.subject == request.terminal,
        )
    )
    for row in certificates:
        frame = frame_of(row, with_prev=True)
        body = body_of(Entry.opened(frame))
        if isinstance(body, TerminalCertified) and body.public_key == request.public_key:
            return sign_answer(_answer(connection, centre, request, frame, centre.now()), centre.keys.signing)
    return None


def _refuse_taken(connection: Connection, centre: Centre, request: EnrolRequest, former: Sequence[Handover]) -> None:
    """SyncError `terminal_taken` where this terminal cannot go on as this journal: it is there already, it is another
    mission's, or whoever asks does not hold the key of the journal before it.

    Who is gone on after is shut out, so nobody may say it of another's journal. A revoked journal may be gone on after:
    a stolen machine's backup on a new one. Who has only the stolen machine has no code."""
    query = select(terminal_head).where(terminal_head.c.terminal == request.terminal)
    rows = {row.incarnation: row for row in connection.execute(query)}
    if request.terminal == centre.id or request.incarnation in rows:
        raise SyncError("terminal_taken")
    if any(row.mission != request.mission for row in rows.values()) or (rows and not former):
        raise SyncError("terminal_taken")
    known = [(rows[one.incarnation], one) for one in former if one.incarnation in rows]
    if any((row.public_key, row.continues) != (one.public_key, one.continues) for row, one in known):
        raise SyncError("terminal_taken")
    if rows and not known:
        raise SyncError("terminal_taken")


def _certify(connection: Connection, centre: Centre, request: EnrolRequest, former: Sequence[Handover]) -> EnrolAnswer:
    known = set(
        connection.scalars(select(terminal_head.c.incarnation).where(terminal_head.c.terminal == request.terminal))
    )
    # Journals that ended before any centre knew of them: their papers are to be believed as well.
    journals = [
        (one.incarnation, one.series, one.public_key, one.continues, b"")
        for one in former
        if one.incarnation not in known
    ]
    journals.append((request.incarnation, request.series, request.public_key, request.continues, request.sealing))
    (*_, entry) = record(
        connection,
        centre,
        [
            TerminalCertified(
                terminal_id=request.terminal,
                incarnation=incarnation,
                mission=request.mission,
                series=series,
                public_key=public_key,
                continues=continues,
            )
            for incarnation, series, public_key, continues, _ in journals
        ],
    )
    at = centre.now()
    connection.execute(
        insert(terminal_head),
        [
            {
                "terminal": request.terminal,
                "incarnation": incarnation,
                "mission": request.mission,
                "series": series,
                "public_key": public_key,
                "seq": 0,
                "hash": NOTHING,
                "entries": 0,
                "safe_seq": 0,
                "enrolled_at": at,
                "last_seen": at,
                "program": request.program[:64],
                "continues": continues,
                "sealing_key": sealing or None,
            }
            for incarnation, series, public_key, continues, sealing in journals
        ],
    )
    return _answer(connection, centre, request, msgspec.structs.replace(entry.frame, prev=entry.prev), at)


def _answer(
    connection: Connection, centre: Centre, request: EnrolRequest, certificate: Frame, at: datetime
) -> EnrolAnswer:
    return EnrolAnswer(
        centre=centre.id,
        root=centre.keys.root.public,
        keys=centre.keys.certified(),
        terminal=request.terminal,
        incarnation=request.incarnation,
        mission=request.mission,
        series=request.series,
        certificate=certificate,
        streams=streams_for(request.mission),
        epoch=epoch_of(connection),
        at=at,
        public_host=centre.public_host,
    )
