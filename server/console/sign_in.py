"""Signing in at the console: the password, the phone's code or a new phone, and a password of one's own."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Refused, Trouble
from models.sentences import sentence, trouble_sentence
from reports.qr import QUIET, bars
from server.console.sessions import COOKIE, centre_of, not_ours, same, session_of, set_cookie, to
from server.usecases import sessions
from server.usecases.officers import SHORTEST_PASSWORD
from server.usecases.sessions import SESSION_LIFE, Begun, Stage
from server.web.bodies import form
from server.web.pages import page

router = APIRouter()

_FORM = "loket_formulir"
_STEPS = {Stage.CODE: "/masuk/kode", Stage.ENROL: "/masuk/ponsel", Stage.PASSWORD: "/masuk/sandi"}
_TOO_LATE = "officer.too_late"


@router.get("/masuk")
async def get_sign_in(request: Request) -> Response:
    """The form, or the step that is next in a sign-in that was begun."""
    if await session_of(request) is not None:
        return to("/")
    begun = await _begun(request)
    return _sign_in_page(request) if begun is None else to(_STEPS[begun.stage])


@router.post("/masuk")
async def post_sign_in(request: Request) -> Response:
    """A form that another site sent does not carry the value of our own cookie."""
    fields = await form(request)
    login = fields.get("login", "")
    if not same(request.cookies.get(_FORM), fields.get("form")):
        return _sign_in_page(request, "Halaman ini sudah lama terbuka. Isi kembali.", login, 400)
    try:
        # Passwords are slow to check, and anybody may send some: few at a time, so that counters find a thread free.
        async with request.app.state.passwords:
            cookie = await run_in_threadpool(sessions.sign_in, centre_of(request), login, fields.get("password", ""))
    except Trouble as trouble:
        return _sign_in_page(request, trouble_sentence(trouble), login, 403)
    response = _going_on(request, to("/masuk"), cookie)
    response.delete_cookie(_FORM)
    return response


@router.get("/masuk/kode")
async def get_code(request: Request) -> Response:
    begun = await _begun(request, Stage.CODE)
    return to("/masuk") if begun is None else await _code_page(request, begun)


@router.post("/masuk/kode")
async def post_code(request: Request) -> Response:
    fields, begun = await form(request), await _begun(request, Stage.CODE)
    if begun is None:
        return _sign_in_page(request, trouble_sentence(Trouble(_TOO_LATE)), status=403)
    if not same(begun.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat masuk")
    cookie, code = request.cookies[COOKIE], fields.get("code", "")
    try:
        cookie = await run_in_threadpool(sessions.give_code, centre_of(request), cookie, code)
    except Trouble as trouble:
        if trouble.code == _TOO_LATE:
            return _sign_in_page(request, trouble_sentence(trouble), status=403)
        return await _code_page(request, begun, trouble_sentence(trouble), 403)
    return _going_on(request, to("/masuk"), cookie)


@router.get("/masuk/ponsel")
async def get_phone(request: Request) -> Response:
    begun = await _begun(request, Stage.ENROL)
    return to("/masuk") if begun is None else await _phone_page(request, begun)


@router.post("/masuk/ponsel")
async def post_phone(request: Request) -> Response:
    """The new phone's first code; the answer shows the recovery codes, this once."""
    fields, begun = await form(request), await _begun(request, Stage.ENROL)
    if begun is None:
        return to("/masuk")
    if not same(begun.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat masuk")
    cookie, code = request.cookies[COOKIE], fields.get("code", "")
    try:
        cookie, codes = await run_in_threadpool(sessions.enrol, centre_of(request), cookie, code)
    except Trouble as trouble:
        if trouble.code == _TOO_LATE:
            return _sign_in_page(request, trouble_sentence(trouble), status=403)
        return await _phone_page(request, begun, trouble_sentence(trouble), 403)
    shown = page("recovery_codes.html", codes=codes, login=begun.officer.login, onward="/masuk")
    return _going_on(request, shown, cookie)


@router.get("/masuk/sandi")
async def get_own_password(request: Request) -> Response:
    begun = await _begun(request, Stage.PASSWORD)
    return to("/masuk") if begun is None else _password_page(begun)


@router.post("/masuk/sandi")
async def post_own_password(request: Request) -> Response:
    fields, begun = await form(request), await _begun(request, Stage.PASSWORD)
    if begun is None:
        return to("/masuk")
    if not same(begun.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat masuk")
    new, again = fields.get("new", ""), fields.get("again", "")
    cookie, centre = request.cookies[COOKIE], centre_of(request)
    try:
        cookie = await run_in_threadpool(sessions.choose_password, centre, cookie, new, again)
    except Trouble as trouble:
        return _sign_in_page(request, trouble_sentence(trouble), status=403)
    except Refused as refusal:
        return _password_page(begun, {problem.field: sentence(problem) for problem in refusal.problems}, 400)
    return _going_on(request, to("/"), cookie)


@router.post("/keluar")
async def post_sign_out(request: Request) -> Response:
    """Also out of a sign-in that was only begun."""
    fields = await form(request)
    inside = await session_of(request) or await _begun(request)
    if inside is not None:
        if not same(inside.csrf, fields.get("csrf")):
            return not_ours("Tidak dapat keluar")
        await run_in_threadpool(sessions.sign_out, centre_of(request), request.cookies[COOKIE])
    response = to("/masuk")
    response.delete_cookie(COOKIE)
    return response


async def _begun(request: Request, stage: Stage | None = None) -> Begun | None:
    """The sign-in that was begun, if it is at this stage."""
    cookie = request.cookies.get(COOKIE)
    found = await run_in_threadpool(sessions.begun, centre_of(request), cookie) if cookie else None
    return found if found is not None and stage in (None, found.stage) else None


def _going_on(request: Request, response: Response, cookie: str) -> Response:
    set_cookie(request, response, COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return response


def _sign_in_page(request: Request, problem: str = "", login: str = "", status: int = 200) -> Response:
    token = secrets.token_urlsafe(32)
    response = page("sign_in.html", status, problem=problem, login=login, form=token, demo=centre_of(request).demo)
    set_cookie(request, response, _FORM, token, 3600)
    return response


async def _code_page(request: Request, begun: Begun, problem: str = "", status: int = 200) -> Response:
    code = await run_in_threadpool(sessions.demo_code, centre_of(request), begun.officer)
    return page("sign_in_code.html", status, problem=problem, demo_code=code, **_step(begun))


async def _phone_page(request: Request, begun: Begun, problem: str = "", status: int = 200) -> Response:
    try:
        found = await run_in_threadpool(sessions.enrolment, centre_of(request), request.cookies[COOKIE])
    except Trouble as trouble:
        return _sign_in_page(request, trouble_sentence(trouble), status=403)
    side, dark = bars(found.address)
    shown: dict[str, Any] = {"typed": found.typed, "address": found.address}
    drawn: dict[str, Any] = {"side": side, "quiet": QUIET, "dark": dark}
    return page("sign_in_phone.html", status, problem=problem, **shown, **drawn, **_step(begun))


def _password_page(begun: Begun, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    return page("sign_in_password.html", status, problems=problems or {}, shortest=SHORTEST_PASSWORD, **_step(begun))


def _step(begun: Begun) -> dict[str, Any]:
    return {"officer": begun.officer, "csrf": begun.csrf}
