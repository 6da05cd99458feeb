"""The console's page of one counter: whose data is on its machine, and the list for the letters when it is lost."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Refused
from models.sentences import sentence
from reports.sheets import render_csv
from server.console.sessions import centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases.breaches import notice_sheet, on_terminal, people_on
from server.usecases.overview import ZONE
from server.usecases.pairs import mission_name
from server.usecases.revoking import LONGEST_REASON, revoke
from server.usecases.roles import Act, may
from server.usecases.sessions import Session
from server.web.bodies import form
from server.web.pages import HEADERS, page

router = APIRouter()

SHOWN = 200


@router.get("/loket/{terminal}")
async def get_terminal(request: Request, terminal: str) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.SEE_HOLDINGS):
        return not_allowed(Act.SEE_HOLDINGS)
    return await _terminal_page(request, session, terminal)


@router.post("/loket/{terminal}/cabut")
async def post_revocation(request: Request, terminal: str) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicabut")
    if not may(session.officer, Act.REVOKE_COUNTERS):
        return not_allowed(Act.REVOKE_COUNTERS)
    centre, reason = centre_of(request), fields.get("reason", "")
    try:
        await run_in_threadpool(revoke, centre, terminal, reason, session.officer)
    except Refused as refusal:
        return await _terminal_page(request, session, terminal, refusal, reason)
    return to(f"/loket/{terminal}")


async def _terminal_page(
    request: Request, session: Session, terminal: str, refusal: Refused | None = None, reason: str = ""
) -> Response:
    centre = centre_of(request)
    try:
        seen = await run_in_threadpool(on_terminal, centre, terminal)
        people = await run_in_threadpool(people_on, centre, terminal, SHOWN)
    except Refused as gone:
        return page("message.html", 404, title="Tidak ada", said=sentence(gone.problems[0]))
    shown: dict[str, Any] = {
        "seen": seen,
        "people": people,
        "mission": mission_name(seen.mission),
        "zone": ZONE,
        "may_revoke": may(session.officer, Act.REVOKE_COUNTERS),
        "reason": reason,
        "problem": sentence(refusal.problems[0]) if refusal else "",
        "longest_reason": LONGEST_REASON,
    }
    return page("terminal.html", 400 if refusal else 200, **shown, **facts(request, session))


@router.get("/loket/{terminal}/data.csv")
async def get_notice(request: Request, terminal: str) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.SEE_HOLDINGS):
        return not_allowed(Act.SEE_HOLDINGS)
    try:
        seen, sheet = await run_in_threadpool(notice_sheet, centre_of(request), terminal)
    except Refused as refusal:
        return page("message.html", 404, title="Tidak ada", said=sentence(refusal.problems[0]))
    content = await run_in_threadpool(render_csv, sheet)
    named = f'attachment; filename="data-di-loket-{seen.series}.csv"'
    more = {"Cache-Control": "no-store", "Content-Disposition": named}
    return Response(content, media_type="text/csv; charset=utf-8", headers=HEADERS | more)
