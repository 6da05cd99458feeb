"""The console: sign-in, and one page of what came in."""

from __future__ import annotations

import secrets
from hmac import compare_digest

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Trouble
from models.sentences import trouble_sentence
from server.usecases import officers
from server.usecases.centre import Centre
from server.usecases.officers import SESSION_LIFE, Session
from server.usecases.overview import ZONE, overview
from server.web.bodies import form
from server.web.pages import HEADERS, page

router = APIRouter()

_SESSION, _FORM = "loket_petugas", "loket_formulir"
_ROLES = {"verifikator": "Verifikator", "auditor": "Auditor", "admin": "Admin"}


@router.get("/")
async def get_overview(request: Request) -> Response:
    session = await _session(request)
    if session is None:
        return _to("/masuk")
    seen = await run_in_threadpool(overview, _centre(request))
    officer = session.officer
    return page(
        "overview.html",
        seen=seen,
        zone=ZONE,
        officer=officer,
        role=_ROLES.get(officer.role, officer.role),
        csrf=session.csrf,
        demo=_centre(request).demo,
    )


@router.get("/masuk")
async def get_sign_in(request: Request) -> Response:
    return _sign_in_page(request)


@router.post("/masuk")
async def post_sign_in(request: Request) -> Response:
    """A form that another site sent does not carry the value of our own cookie."""
    fields = await form(request)
    login = fields.get("login", "")
    if not _same(request.cookies.get(_FORM), fields.get("form")):
        return _sign_in_page(request, "Halaman ini sudah lama terbuka. Isi kembali.", login, 400)
    try:
        cookie = await run_in_threadpool(officers.sign_in, _centre(request), login, fields.get("password", ""))
    except Trouble as trouble:
        return _sign_in_page(request, trouble_sentence(trouble), login, 403)
    response = _to("/")
    _set_cookie(request, response, _SESSION, cookie, int(SESSION_LIFE.total_seconds()))
    response.delete_cookie(_FORM)
    return response


@router.post("/keluar")
async def post_sign_out(request: Request) -> Response:
    fields = await form(request)
    session = await _session(request)
    if session is not None:
        if not _same(session.csrf, fields.get("csrf")):
            return page(
                "message.html", 403, title="Tidak dapat keluar", said="Buka kembali halaman pusat, lalu coba lagi."
            )
        await run_in_threadpool(officers.sign_out, _centre(request), request.cookies[_SESSION])
    response = _to("/masuk")
    response.delete_cookie(_SESSION)
    return response


def _sign_in_page(request: Request, problem: str = "", login: str = "", status: int = 200) -> Response:
    token = secrets.token_urlsafe(32)
    response = page("sign_in.html", status, problem=problem, login=login, form=token, demo=_centre(request).demo)
    _set_cookie(request, response, _FORM, token, 3600)
    return response


async def _session(request: Request) -> Session | None:
    cookie = request.cookies.get(_SESSION)
    return await run_in_threadpool(officers.session_of, _centre(request), cookie) if cookie else None


def _set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )


def _same(expected: str | None, given: str | None) -> bool:
    return bool(expected) and given is not None and compare_digest(str(expected).encode(), given.encode())


def _to(path: str) -> Response:
    return RedirectResponse(path, 303, headers=HEADERS | {"Cache-Control": "no-store"})


def _centre(request: Request) -> Centre:
    centre: Centre = request.app.state.centre
    return centre
