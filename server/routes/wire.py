"""The wire: bodies read within their limits, answers and errors in the words of the contract."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import msgspec
from fastapi import Request, Response
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool

from models.sync.messages import decode, encode, error_answer
from models.sync.protocol import CONTENT_TYPE, MAX_BODY, SyncError
from server.usecases.centre import Centre
from server.usecases.terminals import Caller, caller
from server.web.bodies import limited_body
from server.web.gate import shown
from server.web.turns import Turns

T = TypeVar("T")

_RETRY_AFTER = {429: 60, 503: 5}
"""Seconds, by the status of the answer, where nobody knows better."""

_PASSING = {None, "40001", "40P01", "25006", "0A000"}
"""What a database says that will take the same bytes later: another writer came between; and of a replica that it takes
no writes, or cannot begin one (which is the only thing we ask for that it does not support)."""
_PASSING_CLASSES = ("53", "57", "58")
"""Too little memory, disk or connections; somebody stops it; the system below it fails (PostgreSQL, appendix A)."""

_log = logging.getLogger(__name__)


async def message(request: Request, into: type[T]) -> T:
    """The message in the body. SyncError `bad_frame`, `too_large`."""
    if request.headers.get("content-type") != CONTENT_TYPE:
        raise SyncError("bad_frame")
    return decode(await limited_body(request, MAX_BODY), into)


def token_of(request: Request) -> str:
    """The token that came with the request; nothing of it is proven. SyncError `bad_token` without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or len(token) > 1024:
        raise SyncError("bad_token")
    return token


async def asker(request: Request) -> Caller:
    """The terminal whose token came with the request."""
    who = await run_in_threadpool(caller, centre_of(request), token_of(request))
    shown(request, (who.terminal, who.incarnation))
    return who


def centre_of(request: Request) -> Centre:
    centre: Centre = request.app.state.centre
    return centre


def answer(body: msgspec.Struct) -> Response:
    return Response(encode(body), media_type=CONTENT_TYPE)


async def answered(request: Request, work: Callable[[], msgspec.Struct]) -> Response:
    """What `work` returns, found in a thread of its own when it is its turn. SyncError `busy`."""
    turns: Turns = request.app.state.turns
    async with turns.turn():
        return answer(await run_in_threadpool(work))


def refusal(request: Request, error: SyncError) -> Response:
    """An error of the contract as its answer; HEAD has no body, so the code stands in a header too."""
    headers = {"Loket-Error": error.code}
    if error.kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if (seconds := error.facts.get("seconds", _RETRY_AFTER.get(error.kind.status))) is not None:
        headers["Retry-After"] = str(seconds)
    body = encode(error_answer(error, centre_of(request).now()))
    return Response(body, error.kind.status, headers, media_type=CONTENT_TYPE)


def database_error(error: Exception) -> SyncError:
    """What a database's error means to a counter: `busy`, where it is away or overrun and the same bytes will do
    later, `broken`, where we asked it for something it refuses, or `bad_frame`, where what came holds what no database
    can (a NUL in a text): the same bytes will not do later either."""
    if isinstance(error, DataError) and getattr(error.orig, "sqlstate", None) is None:
        _log.info("what came cannot be asked of the database")
        return SyncError("bad_frame")
    if isinstance(error, DBAPIError) and not error.connection_invalidated:
        state = getattr(error.orig, "sqlstate", None)
        if state not in _PASSING and not str(state).startswith(_PASSING_CLASSES):
            _log.error("the database refused what we asked", exc_info=error)
            return SyncError("broken")
    _log.warning("the database did not answer: %s", type(error).__name__)
    return SyncError("busy")


DATABASE_ERRORS: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout)
