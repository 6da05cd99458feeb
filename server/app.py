"""The centre as a web program: everything built by hand, in order."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import server.console.accesses
import server.console.bundles
import server.console.claim_acts
import server.console.claims
import server.console.memberships
import server.console.officers
import server.console.pages
import server.console.pairs
import server.console.refunds
import server.console.settings
import server.console.sign_in
import server.console.tariffs
import server.console.terminals
import server.public.pages
import server.routes.base
import server.routes.documents
import server.routes.sync
from models.sync.protocol import SyncError
from server.console.sessions import NotAllowed, not_allowed
from server.doors import DOORS, NOWHERE
from server.routes.wire import DATABASE_ERRORS, database_error, refusal
from server.usecases.centre import Centre
from server.web.buckets import Buckets
from server.web.gate import Gate, Gatekeeper, door_name
from server.web.pages import page, static
from server.web.turns import Turns

_PASSWORDS_AT_ONCE = 3

_log = logging.getLogger(__name__)


def create_app(centre: Centre, buckets: Buckets | None = None) -> FastAPI:
    """The web program of an open centre; it holds no state of its own but how often somebody came lately."""
    # No page shows it to strangers: server/openapi.py tells it to whoever has the command line.
    app = FastAPI(title="Loket PMI", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.centre = centre
    app.state.gate = gate = Gate(DOORS, NOWHERE, Buckets() if buckets is None else buckets)
    app.add_middleware(Gatekeeper, gate=gate, say=_said)
    app.state.document_turns = {}
    app.state.turns = Turns()
    app.state.passwords = asyncio.Semaphore(_PASSWORDS_AT_ONCE)
    app.add_exception_handler(SyncError, _on_sync_error)
    app.add_exception_handler(NotAllowed, _on_not_allowed)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_fault)
    for error in DATABASE_ERRORS:
        app.add_exception_handler(error, _on_database_error)
    app.include_router(server.routes.documents.router)
    app.include_router(server.routes.base.router)
    app.include_router(server.routes.sync.router)
    app.include_router(server.console.sign_in.router)
    app.include_router(server.console.pages.router)
    app.include_router(server.console.officers.router)
    app.include_router(server.console.claims.router)
    app.include_router(server.console.claim_acts.router)
    app.include_router(server.console.accesses.router)
    app.include_router(server.console.pairs.router)
    app.include_router(server.console.tariffs.router)
    app.include_router(server.console.refunds.router)
    app.include_router(server.console.memberships.router)
    app.include_router(server.console.settings.router)
    app.include_router(server.console.terminals.router)
    app.include_router(server.console.bundles.router)
    app.include_router(server.public.pages.router)
    app.include_router(static)
    if undeclared := set(routes(app.router)) ^ set(DOORS):
        raise RuntimeError(f"server/doors.py and the routes disagree about {', '.join(sorted(undeclared))}")
    return app


def routes(router: Any) -> Iterator[str]:
    """`GET /klaim`: method and path of each route, those of included routers too."""
    for route in router.routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from routes(included)
        else:
            yield from (f"{method} {route.path}" for method in sorted(route.methods))


# Trouble, said to a counter in the words of the contract and to a person in a sentence.


async def _on_sync_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SyncError)
    return _said(request, error)


def _said(request: Request, error: SyncError) -> Response:
    if _from_counter(request):
        return refusal(request, error)
    title, said = _SAID.get(error.code, ("Tidak dapat dibaca", "Isi kembali formulirnya."))
    seconds = error.facts.get("seconds")
    answer = page("message.html", error.kind.status, title=title, said=said.format(seconds=seconds))
    if seconds is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


_SAID = {
    "not_found": ("Halaman tidak ada", "Periksa kembali alamatnya."),
    "too_many": ("Terlalu sering", "Tunggu {seconds} detik, lalu muat ulang."),
    "too_large": ("Terlalu besar", "Kirim lebih sedikit sekaligus, atau periksa kembali alamatnya."),
    "too_slow": ("Terlalu lambat", "Kiriman ini tidak sampai pada waktunya. Coba lagi."),
}


async def _on_not_allowed(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    return not_allowed(error.act)


async def _on_malformed(request: Request, _: Exception) -> Response:
    return await _on_sync_error(request, SyncError("bad_frame"))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _on_sync_error(request, SyncError("not_found" if error.status_code in (404, 405) else "bad_frame"))


async def _on_database_error(request: Request, error: Exception) -> Response:
    answer = database_error(error)
    if answer.code == "bad_frame" or _from_counter(request):
        return _said(request, answer)
    said = "Basis data pusat sedang tidak menjawab. Tunggu sebentar, lalu muat ulang."
    return page("message.html", answer.kind.status, title="Pusat sedang sibuk", said=said)


async def _on_fault(request: Request, error: Exception) -> Response:
    reference = uuid.uuid4().hex[:8]
    # Not the address itself: it may hold a paper's token, a search, or a line that somebody would like in the log.
    _log.error("fault %s at %s", reference, door_name(request), exc_info=error)
    if _from_counter(request):
        return refusal(request, SyncError("broken"))
    said = f"Ini kesalahan kami. Sebutkan nomor {reference} kepada pengelola pusat."
    return page("message.html", 500, title="Terjadi kesalahan", said=said)


def _from_counter(request: Request) -> bool:
    return request.url.path.startswith("/v1/")
