"""Probe: where on the way to the centre a line breaks, step by step: name, port, certificate, our centre, our key."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from datetime import UTC, datetime

import httpx

from kiosk.desk import Desk
from kiosk.sync.authority import line, pinned, trust
from kiosk.sync.line import PROGRAM, Deadline, ServerApi, Speaker
from kiosk.sync.standing import standing
from models.diagnoses import Finding, fine, note, troubled, wrong
from models.rules.problems import Refused, Trouble
from models.sync.messages import SyncRequest
from models.sync.protocol import SyncError
from models.sync.tokens import Bearer

SOON = 21
"""Days before a certificate's end from which it is said."""
PATIENCE = 5.0
"""Seconds for one step."""


def probe(desk: Desk, *, client: httpx.Client | None = None, deadline: float = 15.0) -> list[Finding]:
    """What a line to the centre comes to. Changes nothing at either end but when the centre last heard of us."""
    try:
        own = standing(desk)
    except Trouble:
        return []  # not enrolled: there is no centre to reach
    address = httpx.URL(own.address)
    if client is None and (broken := _on_the_way(desk, address)):
        return broken
    try:
        with line(desk, client) as http:
            api = ServerApi(http, own.address, desk.clock, Deadline(deadline))
            began = time.monotonic()
            api.centre()
            api.speak_as(
                Speaker(own.terminal.key, Bearer(own.terminal.id, own.terminal.incarnation), own.centre, own.skew_ms)
            )
            api.sync(SyncRequest(own.head, own.cursors, desk.clock(), PROGRAM, own.epoch))
            took = round((time.monotonic() - began) * 1000)
    except Trouble as trouble:
        return [troubled("line", trouble)]
    except (SyncError, Refused):
        return [troubled("line", Trouble("line.broken", host=address.host))]
    found = [fine("line", "line.fine", host=address.host, ms=took)]
    if client is None and address.scheme == "https":
        found += _certificate(desk, address)
    return found


def _on_the_way(desk: Desk, address: httpx.URL) -> list[Finding]:
    """The first step that fails before anything is said."""
    try:
        places = socket.getaddrinfo(address.host, _port(address), type=socket.SOCK_STREAM)
    except OSError:
        return [wrong("line", "line.no_name", host=address.host)]
    for family, kind, protocol, _name, place in places:
        with suppress(OSError), socket.socket(family, kind, protocol) as tried:
            tried.settimeout(PATIENCE)
            tried.connect(place)
            return []
    return [wrong("line", "line.no_port", host=address.host)]


def _certificate(desk: Desk, address: httpx.URL) -> list[Finding]:
    """How long the centre's certificate is good for."""
    try:
        with (
            socket.create_connection((address.host, _port(address)), PATIENCE) as plain,
            trust(pinned(desk)).wrap_socket(plain, server_hostname=address.host) as secure,
        ):
            ends = (secure.getpeercert() or {}).get("notAfter")
    except OSError:
        return []
    if not isinstance(ends, str):
        return []
    day = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC).date()
    days = (day - desk.clock().date()).days
    if days <= SOON:
        return [note("certificate", "line.expiring", host=address.host, day=day, days=days)]
    return [fine("certificate", "line.secure", host=address.host, day=day)]


def _port(address: httpx.URL) -> int:
    return address.port or (443 if address.scheme == "https" else 80)
