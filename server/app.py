"""The centre as a web program: everything built by hand, in order."""

from __future__ import annotations

import logging
import uuid

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import server.console.accesses
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
import server.routes.documents
import server.routes.sync
from models.sync.protocol import SyncError
from server.routes.wire import DATABASE_ERRORS, database_error, refusal
from server.usecases.centre import Centre
from server.web.pages import page, static

_log = logging.getLogger(__name__)


def create_app(centre: Centre) -> FastAPI:
    """The web program of an open centre; it holds no state of its own."""
    # The contract is docs/decisions/0003, in binary messages: an OpenAPI page would describe none of it.
    app = FastAPI(title="Loket PMI", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.centre = centre
    app.state.document_turns = {}
    app.add_exception_handler(SyncError, _on_sync_error)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_fault)
    for error in DATABASE_ERRORS:
        app.add_exception_handler(error, _on_database_error)
    app.include_router(server.routes.documents.router)
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
    app.include_router(server.public.pages.router)
    app.include_router(static)
    return app


# Trouble, said to a counter in the words of the contract and to a person in a sentence.


async def _on_sync_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SyncError)
    if _from_counter(request):
        return refusal(request, error)
    if error.code == "not_found":
        return page("message.html", 404, title="Halaman tidak ada", said="Periksa kembali alamatnya.")
    return page("message.html", error.kind.status, title="Tidak dapat dibaca", said="Isi kembali formulirnya.")


async def _on_malformed(request: Request, _: Exception) -> Response:
    return await _on_sync_error(request, SyncError("bad_frame"))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _on_sync_error(request, SyncError("not_found" if error.status_code in (404, 405) else "bad_frame"))


async def _on_database_error(request: Request, error: Exception) -> Response:
    answer = database_error(error)
    if _from_counter(request):
        return refusal(request, answer)
    said = "Basis data pusat sedang tidak menjawab. Tunggu sebentar, lalu muat ulang."
    return page("message.html", answer.kind.status, title="Pusat sedang sibuk", said=said)


async def _on_fault(request: Request, error: Exception) -> Response:
    reference = uuid.uuid4().hex[:8]
    _log.error("fault %s at %s %s", reference, request.method, request.url.path, exc_info=error)
    if _from_counter(request):
        return refusal(request, SyncError("broken"))
    said = f"Ini kesalahan kami. Sebutkan nomor {reference} kepada pengelola pusat."
    return page("message.html", 500, title="Terjadi kesalahan", said=said)


def _from_counter(request: Request) -> bool:
    return request.url.path.startswith("/v1/")
