"""The gate: what every request passes before any page or message is looked at, and what every answer carries away.

How long an address, a body and its sending may be, and how often somebody may come. Whoever has shown who they are, a
counter by its token and an officer by the session, is counted by that and never by address: behind one address may
stand the four hundred counters of a country. By address are counted the requests of everybody else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.sync.protocol import SyncError
from server.web.buckets import Buckets, Known, Rate
from server.web.pages import HEADERS

_PAGES = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
# For a year browsers that came by https once come by it alone.
_PAGES_BY_HTTPS = {b"strict-transport-security": b"max-age=31536000"}

_DOOR, _SHOWN = "loket.door", "loket.shown"


class Who(Enum):
    """Who gets in."""

    ANYBODY = "anybody"
    SIGNING_IN = "signing in"
    """Who shows a password, a phone's code or an enrolment code: what was refused counts by address."""
    TERMINAL = "terminal"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Door:
    """What stands before one route."""

    who: Who
    rate: Rate
    """Of one counter or officer, once it is known which; of an address, where anybody gets in."""
    strangers: Rate | None = None
    """Of an address whose requests have shown nobody; None where anybody gets in."""
    body: int = 0
    """Bytes of a request's body as it travels, at most."""
    seconds: float = 30
    """In which all of it has to come."""
    address: int = 4 << 10
    """Bytes of path and query together, at most."""
    act: str | None = None
    """What an officer's role has to allow; None: nothing more than being one."""


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    door: Door


class Gate:
    """The doors, and who came through them lately."""

    def __init__(self, doors: Mapping[str, Door], nowhere: Door, buckets: Buckets) -> None:
        self._buckets, self._known = buckets, Known()
        self._nowhere = _Found("", nowhere)
        self._exact: dict[str, _Found] = {}
        self._shaped: list[tuple[re.Pattern[str], _Found]] = []
        for name, door in doors.items():
            found = _Found(name, door)
            if "{" in name:
                self._shaped.append((_pattern(name), found))
            else:
                self._exact[name] = found

    def found(self, request: Request) -> _Found:
        """The door this request stands before."""
        asked = f"{request.method} {request.scope['path']}"
        if (exact := self._exact.get(asked)) is not None:
            return exact
        return next((found for pattern, found in self._shaped if pattern.fullmatch(asked)), self._nowhere)

    # How often

    def come(self, request: Request, found: _Found) -> None:
        """Whether whoever asks may ask at all. SyncError `too_many`."""
        door, address = found.door, address_of(request)
        if door.who in (Who.ANYBODY, Who.SIGNING_IN):
            self._take((found.name, address), door.rate)
        if door.strangers is None:
            return
        wait = self._buckets.wait(_stranger(door, address), door.strangers)
        # Others behind the same address need not wait for what one of them did.
        if wait and (address, _credential(request)) not in self._known:
            raise SyncError("too_many", seconds=wait)

    def shown(self, request: Request, who: Hashable) -> None:
        """It was shown who asks. SyncError `too_many`."""
        found: _Found = request.scope[_DOOR]
        if request.scope.get(_SHOWN) == who:
            return
        request.scope[_SHOWN] = who
        self._known.add((address_of(request), _credential(request)))
        if found.door.who in (Who.TERMINAL, Who.OFFICER):
            self._take((found.door.rate, who), found.door.rate)

    def count_stranger(self, request: Request, found: _Found, status: int) -> None:
        """An answer goes to somebody who has shown nothing."""
        door = found.door
        if door.strangers is None or _SHOWN in request.scope:
            return
        if door.who is not Who.SIGNING_IN or status in (400, 401, 403):
            self._buckets.take(_stranger(door, address_of(request)), door.strangers)

    def _take(self, key: Hashable, rate: Rate) -> None:
        if wait := self._buckets.take(key, rate):
            raise SyncError("too_many", seconds=wait)


class Gatekeeper:
    """Stands before the program. `say` turns an error of the contract into an answer."""

    def __init__(self, app: ASGIApp, gate: Gate, say: Callable[[Request, SyncError], Response]) -> None:
        self._app, self._gate, self._say = app, gate, say

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        found = scope[_DOOR] = self._gate.found(request)
        passing = _Passing(self._gate, request, found, send)
        try:
            passing.enter()
        except SyncError as error:
            await self._say(request, error)(scope, receive, passing.send)
            return
        await self._app(scope, passing.receive, passing.send)


class _Passing:
    """One request on its way through."""

    def __init__(self, gate: Gate, request: Request, found: _Found, send: Send) -> None:
        self._gate, self._request, self._found, self._send = gate, request, found, send
        self._size, self._over = 0, False
        self._ends = asyncio.get_running_loop().time() + found.door.seconds

    def enter(self) -> None:
        """SyncError `too_large`, `bad_frame`, `too_many`."""
        scope, door = self._request.scope, self._found.door
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > door.address:
            raise SyncError("too_large")
        # Nobody's name, number or search holds a NUL, and no database takes one.
        if b"\0" in scope["path"].encode() or b"%00" in scope["query_string"]:
            raise SyncError("bad_frame")
        announced = self._request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > door.body:
            raise SyncError("too_large")
        self._gate.come(self._request, self._found)

    async def receive(self) -> Message:
        """What comes next of the body. SyncError `too_large`, `too_slow`."""
        try:
            # Once all of it is here, only the other side's going is waited for.
            async with asyncio.timeout_at(None if self._over else self._ends):
                message = await self._request.receive()
        except TimeoutError as error:
            raise SyncError("too_slow") from error
        self._size += len(message.get("body", b""))
        if self._size > self._found.door.body:
            raise SyncError("too_large")
        self._over = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._gate.count_stranger(self._request, self._found, message["status"])
            scope = self._request.scope
            if not scope["path"].startswith("/v1/"):
                held = {name for name, _ in message["headers"]}
                more = _PAGES | _PAGES_BY_HTTPS if scope["scheme"] == "https" else _PAGES
                headers = [(name, value) for name, value in more.items() if name not in held]
                message["headers"] = [*message["headers"], *headers]
        await self._send(message)


def shown(request: Request, who: Hashable) -> None:
    """Tell the gate who asks, as soon as it is proven: from now on that is what is counted. SyncError `too_many`."""
    gate: Gate = request.app.state.gate
    gate.shown(request, who)


def door_of(request: Request) -> Door:
    """What this request came through."""
    found: _Found = request.scope[_DOOR]
    return found.door


def door_name(request: Request) -> str:
    """`GET /klaim/{claim_id}`: what was asked for without anything of whom it is about; empty for what is nowhere."""
    found: _Found = request.scope[_DOOR]
    return found.name


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, since one machine has as many addresses as it likes."""
    host = request.client.host if request.client else ""
    try:
        read = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or IPv6Address(int(read) >> 64 << 64))
    return str(read)


def _stranger(door: Door, address: str) -> Hashable:
    """Strangers are counted together at all doors of a kind: who guesses does not get more by guessing elsewhere."""
    return (door.who, door.strangers, address)


def _credential(request: Request) -> bytes:
    """What a request shows, as far as it is the same with the next one: a cookie, or whom a token says it is from."""
    from models.sync.tokens import claimed_by

    token = request.headers.get("authorization", "").partition(" ")[2]
    if token and len(token) <= 1024:
        try:
            return claimed_by(token).terminal.bytes
        except SyncError:
            return b""
    return sha256(request.headers.get("cookie", "").encode()).digest()


def _pattern(name: str) -> re.Pattern[str]:
    """`GET /a/{b}` and `GET /a/{b:path}`, as routes are written."""
    pattern = ""
    for part in re.split(r"(\{\w+(?::path)?\})", name):
        gap = ".*" if part.endswith(":path}") else "[^/]+"
        pattern += gap if part.startswith("{") else re.escape(part)
    return re.compile(pattern, re.DOTALL)
