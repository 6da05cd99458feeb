"""The console's page of settings: what an administrator changes, and who changed it before."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.language import parse_money
from models.rules.problems import Refused
from models.sentences import sentence
from server.console.sessions import centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases.overview import ZONE
from server.usecases.roles import Act, may
from server.usecases.sessions import Session
from server.usecases.settings import four_eyes, set_four_eyes
from server.web.bodies import form
from server.web.pages import page

router = APIRouter()


@router.get("/pengaturan")
async def get_settings(request: Request, hasil: str = "") -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.CHANGE_SETTINGS):
        return not_allowed(Act.CHANGE_SETTINGS)
    return await _page(request, session, done=hasil == "simpan")


@router.post("/pengaturan")
async def post_settings(request: Request) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat disimpan")
    if not may(session.officer, Act.CHANGE_SETTINGS):
        return not_allowed(Act.CHANGE_SETTINGS)
    written = fields.get("limit", "")
    try:
        limit = parse_money(written, "IDR", "limit").minor
        await run_in_threadpool(lambda: set_four_eyes(centre_of(request), limit, by=session.officer))
    except Refused as refusal:
        return await _page(request, session, written, sentence(refusal.problems[0]))
    return to("/pengaturan?hasil=simpan")


async def _page(
    request: Request, session: Session, written: str | None = None, problem: str = "", *, done: bool = False
) -> Response:
    found = await run_in_threadpool(four_eyes, centre_of(request))
    return page(
        "settings.html",
        400 if problem else 200,
        limit=found,
        written=written,
        problem=problem,
        done=done,
        zone=ZONE,
        **facts(request, session),
    )
