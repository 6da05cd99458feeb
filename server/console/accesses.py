"""The console's access log: who opened which restricted claim, for the auditor."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from reports.sheets import render_csv
from server.console.sessions import centre_of, facts, not_allowed, session_of, to
from server.usecases.claim_access import OPENED, ZONE, Asked, access_sheet, accesses
from server.usecases.roles import Act, may
from server.web.pages import HEADERS, page

router = APIRouter()


@router.get("/jejak")
async def get_accesses(request: Request, hal: int = 1) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.SEE_ACCESS):
        return not_allowed(Act.SEE_ACCESS)
    asked = _asked(request)
    seen = await run_in_threadpool(accesses, centre_of(request), asked, hal)

    def link(path: str = "/jejak", number: int = 1) -> str:
        told = urlencode({name: value for name, value in _query(asked, number).items() if value})
        return f"{path}?{told}" if told else path

    shown: dict[str, Any] = {"seen": seen, "asked": asked, "opened": OPENED, "zone": ZONE, "link": link}
    return page("accesses.html", **shown, **facts(request, session))


@router.get("/jejak.csv")
async def get_access_sheet(request: Request) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.SEE_ACCESS):
        return not_allowed(Act.SEE_ACCESS)
    sheet = await run_in_threadpool(access_sheet, centre_of(request), _asked(request))
    content = await run_in_threadpool(render_csv, sheet)
    more = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="jejak-akses.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=HEADERS | more)


def _asked(request: Request) -> Asked:
    """What the address asks for; what it cannot be is not asked for."""
    told = request.query_params
    what = told.get("perbuatan", "")
    return Asked(
        officer=_id(told.get("petugas", "")),
        what=what if what in OPENED else "",
        number=told.get("klaim", "").strip()[:60],
        since=_day(told.get("dari", "")),
        until=_day(told.get("sampai", "")),
    )


def _query(asked: Asked, number: int) -> dict[str, str]:
    return {
        "petugas": str(asked.officer or ""),
        "perbuatan": asked.what,
        "klaim": asked.number,
        "dari": asked.since.isoformat() if asked.since else "",
        "sampai": asked.until.isoformat() if asked.until else "",
        "hal": str(number) if number > 1 else "",
    }


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
