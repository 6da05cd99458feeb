"""The console's first page: what came in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from server.console.sessions import centre_of, facts, session_of, to
from server.usecases.overview import ZONE, overview
from server.usecases.pairs import count_open
from server.usecases.refunds import count_waiting
from server.usecases.roles import Act, may
from server.web.pages import page

router = APIRouter()


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
