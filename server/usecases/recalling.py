"""Recalling: a counter shows by the centre's own word what the centre has forgotten."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import Connection, select

from models.journal.entry import Entry
from models.journal.terminals import TerminalCertified
from models.sync.protocol import OLDEST_PUSH, SyncError
from models.sync.restoring import RecallAnswer, RecallRequest, read_recall
from models.sync.signing import Signed, Untrue
from models.sync.statement import Statement, read_statement
from server.store.tables import terminal_head
from server.usecases.centre import Centre, epoch_of
from server.usecases.restoring import forgotten, own_journals, reopen
from server.usecases.returning import is_forgotten, take_effect, take_own

_log = logging.getLogger(__name__)


def recall(centre: Centre, message: Signed) -> RecallAnswer:
    """Believe what we signed ourselves: a terminal we do not know any more is known again, and where it proves that
    we were restored, we go on in a new journal first.

    SyncError `bad_frame`, `protocol_too_old`; `unknown_terminal` for a certificate that is none of ours."""
    journals = centre.read(lambda connection: own_journals(connection, centre))
    keys = {centre.keys.signing.public, *(row.public_key for row in journals.values())}
    try:
        request, entry, body = read_recall(message, centre.id, keys)
        statement = _statement(request, keys, centre.id, body)
    except Untrue as error:
        raise SyncError("bad_frame" if error.code == "bad_message" else "unknown_terminal") from error
    if request.protocol < OLDEST_PUSH:
        raise SyncError("protocol_too_old", minimum=OLDEST_PUSH)
    epoch = centre.read(lambda connection: _proven(connection, centre, entry, body, statement))
    reopened = epoch is not None and reopen(centre, epoch)
    if reopened:
        _log.warning("terminal %s proves that the database was restored: a new journal is begun", body.terminal_id)
    take_own(centre, [entry])
    centre.write(lambda connection: take_effect(connection, entry, body))
    return RecallAnswer(centre.read(epoch_of), reopened)


def _statement(request: RecallRequest, keys: set[bytes], centre: UUID, body: TerminalCertified) -> Statement | None:
    if request.statement is None:
        return None
    for key in keys:
        try:
            found = read_statement(request.statement, key)
        except Untrue:
            continue
        about = (found.centre, found.terminal, found.incarnation)
        return found if about == (centre, body.terminal_id, body.incarnation) else None
    raise Untrue("bad_signature")


def _proven(
    connection: Connection, centre: Centre, entry: Entry, body: TerminalCertified, statement: Statement | None
) -> UUID | None:
    """The epoch in which we must not go on; None where nothing was forgotten, or it is known already."""
    if is_forgotten(connection, centre, entry):
        return epoch_of(connection)
    head = connection.execute(
        select(terminal_head).where(
            terminal_head.c.terminal == body.terminal_id, terminal_head.c.incarnation == body.incarnation
        )
    ).one_or_none()
    known = statement is not None and head is not None and forgotten(connection, statement, head)
    return epoch_of(connection) if known else None
