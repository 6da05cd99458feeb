"""The console: sign-in, and one page of what came in."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Trouble
from models.sentences import trouble_sentence
from server.console.sessions import COOKIE, centre_of, facts, not_ours, same, session_of, set_cookie, to
from server.usecases import officers
from server.usecases.officers import SESSION_LIFE
from server.usecases.overview import ZONE, overview
from server.usecases.pairs import count_open
from server.usecases.refunds import count_waiting
from server.usecases.roles import Act, may
from server.web.bodies import form
from server.web.pages import page

router = APIRouter()

_FORM = "loket_formulir"


@router.get("/")
async def get_overview(request: Request) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    seen = await run_in_threadpool(overview, centre_of(request))
    pairs = await run_in_threadpool(count_open, centre_of(request))
    refunds = await run_in_threadpool(count_waiting, centre_of(request))
    may_look = may(session.officer, Act.SEE_HOLDINGS)
    waiting = {"pairs": pairs, "refunds": refunds}
    return page("overview.html", seen=seen, zone=ZONE, may_look=may_look, **waiting, **facts(request, session))


@router.get("/masuk")
async def get_sign_in(request: Request) -> Response:
    return _sign_in_page(request)


@router.post("/masuk")
async def post_sign_in(request: Request) -> Response:
    """A form that another site sent does not carry the value of our own cookie."""
    fields = await form(request)
    login = fields.get("login", "")
    if not same(request.cookies.get(_FORM), fields.get("form")):
        return _sign_in_page(request, "Halaman ini sudah lama terbuka. Isi kembali.", login, 400)
    try:
        cookie = await run_in_threadpool(officers.sign_in, centre_of(request), login, fields.get("password", ""))
    except Trouble as trouble:
        return _sign_in_page(request, trouble_sentence(trouble), login, 403)
    response = to("/")
    set_cookie(request, response, COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    response.delete_cookie(_FORM)
    return response


@router.post("/keluar")
async def post_sign_out(request: Request) -> Response:
    fields = await form(request)
    session = await session_of(request)
    if session is not None:
        if not same(session.csrf, fields.get("csrf")):
            return not_ours("Tidak dapat keluar")
        await run_in_threadpool(officers.sign_out, centre_of(request), request.cookies[COOKIE])
    response = to("/masuk")
    response.delete_cookie(COOKIE)
    return response


def _sign_in_page(request: Request, problem: str = "", login: str = "", status: int = 200) -> Response:
    token = secrets.token_urlsafe(32)
    response = page("sign_in.html", status, problem=problem, login=login, form=token, demo=centre_of(request).demo)
    set_cookie(request, response, _FORM, token, 3600)
    return response
