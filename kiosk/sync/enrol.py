"""Enrolment: a code from the centre makes this terminal known to it, and what was recorded before can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import httpx
from sqlalchemy import select, update

from kiosk.desk import Desk, Terminal, former_journals, require_role, set_setting
from kiosk.queries.trust import HeldKeys, held_keys, keys_to_keep
from kiosk.store.support import keep_support_key
from kiosk.store.tables import cursor, own_terminal
from kiosk.sync.authority import PINNED, checked, line
from kiosk.sync.line import PROGRAM, Deadline, ServerApi, centre_address
from models.journal.body import pack
from models.rules.problems import Problem, Refused, Trouble
from models.sync.chain import START
from models.sync.enrolment import (
    CentreInfo,
    CentreKeys,
    EnrolAnswer,
    EnrolRequest,
    Handover,
    keys_of,
    read_answer,
    read_code,
    sign_handover,
    sign_request,
    trusted_keys,
)
from models.sync.messages import MOST_FORMER
from models.sync.protocol import PROTOCOL, SyncError
from models.sync.signing import Signed, Untrue


@dataclass(frozen=True, slots=True)
class Enrolled:
    """By whom this terminal is certified now. `demo`: the centre says of itself that it is for practice."""

    centre_url: str
    centre_id: UUID
    streams: tuple[str, ...]
    demo: bool


def enrol(
    desk: Desk,
    centre_url: str,
    code: str,
    *,
    authority: bytes | None = None,
    client: httpx.Client | None = None,
    deadline: float = 60.0,
) -> Enrolled:
    """Show the code to the centre and keep its certificate; the same key and code again get the same answer.

    The centre has to prove the key whose fingerprint stands in the code before the code's secret leaves this
    machine. `authority`: a file of the certificates that alone vouch for the centre's address from now on. Refused:
    `staff.not_allowed` (penyelia and admin may), `code.*`, `ca.*`, `centre.address`, `enrol.other_centre`,
    `series.taken_at_centre`; Trouble `enrol.false_centre`, `enrol.answer_untrue`,
    `line.*`, `sync.*`. Then nothing was kept."""
    require_role(desk.operator, "penyelia", "admin")
    read = read_code(code)
    address = centre_address(centre_url)
    pem = None if authority is None else checked(authority, desk.clock())
    with desk.read() as work:
        own = work.terminal
        before = former_journals(work.connection, own)
        centre_id = work.connection.execute(select(own_terminal.c.centre_id)).scalar_one()
    with line(desk, client, pem) as http:
        api = ServerApi(http, address, desk.clock, Deadline(deadline))
        info = api.centre()
        try:
            keys = trusted_keys(info, read.fingerprint)
        except Untrue as error:
            raise Trouble("enrol.false_centre", host=api.host) from error
        if centre_id not in (None, keys.centre):
            raise Refused(Problem("centre", "enrol.other_centre"))
        if info.oldest_push > PROTOCOL:
            raise Trouble("sync.push_too_old", host=api.host)
        request = EnrolRequest(
            secret=read.secret,
            centre=keys.centre,
            terminal=own.id,
            incarnation=own.incarnation,
            public_key=own.key.public,
            mission=own.mission.code,
            series=own.series,
            program=PROGRAM,
            continues=own.continues,
            former=_handovers(before, own, keys.centre),
            sealing=own.sealing.public,
        )
        try:
            signed = api.enrol(sign_request(request, own.key))
        except SyncError as error:
            raise Trouble("line.broken", host=api.host, named=error.code) from error
        try:
            answer = read_answer(signed, keys, request)
            if answer.root != info.root or keys_of(answer.keys, info.root).centre != keys.centre:
                raise Untrue("false_centre")
        except Untrue as error:
            raise Trouble("enrol.answer_untrue", host=api.host) from error
    _keep(desk, address, api.host, info, keys, answer, pem)
    with suppress(Trouble):  # asked again with every sync
        keep_support_key(desk.folder, keys.claims)
    return Enrolled(address, keys.centre, answer.streams, info.demo)


def _handovers(before: Sequence[Terminal], own: Terminal, centre: UUID) -> tuple[Signed, ...]:
    """Each journal before this one says, by its own key, which goes on after it; the oldest first."""
    followers = [own, *before][:MOST_FORMER]
    return tuple(
        reversed(
            [
                sign_handover(
                    Handover(
                        centre=centre,
                        terminal=own.id,
                        incarnation=one.incarnation,
                        series=".".join(filter(None, (one.series, one.mark))),
                        public_key=one.key.public,
                        continues=one.continues,
                        next_incarnation=follower.incarnation,
                        next_key=follower.key.public,
                    ),
                    one.key,
                )
                for one, follower in zip(before, followers, strict=False)
            ]
        )
    )


def _keep(
    desk: Desk, address: str, host: str, info: CentreInfo, keys: CentreKeys, answer: EnrolAnswer, pem: str | None
) -> None:
    with desk.store.write() as connection:
        held = held_keys(connection)
        if held is None or held.root != info.root:
            held = HeldKeys(info.root, (keys,), (info.keys,))
        elif held.current.serial < keys.serial:
            held = held.replaced_by(keys, info.keys)
        connection.execute(
            update(own_terminal).values(
                centre_url=address,
                centre_id=keys.centre,
                centre_keys=keys_to_keep(held),
                certificate=pack(answer.certificate),
                epoch=str(answer.epoch),
            )
        )
        set_setting(connection, "claims_key", keys.claims.hex())
        if pem is not None:
            set_setting(connection, PINNED, pem)
        set_setting(connection, "public_host", answer.public_host or host)
        known = set(connection.scalars(select(cursor.c.stream)))
        fresh = [{"stream": name, "position": 0, "chain": START} for name in answer.streams if name not in known]
        if fresh:
            connection.execute(cursor.insert(), fresh)
