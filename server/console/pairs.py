"""The console's pages of people registered twice: the list, two side by side, and what was merged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Refused
from models.sentences import explain, reason, sentence
from server.console.sessions import centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases import merging, pairs
from server.usecases.merging import LONGEST_REMARK
from server.usecases.roles import Act, may
from server.usecases.sessions import Session
from server.web.bodies import form
from server.web.pages import page

router = APIRouter()

_DONE = {
    "satu": "Digabung menjadi satu orang. Kekeliruan dapat dibatalkan di Penggabungan.",
    "dua": "Dicatat: dua orang yang berbeda.",
    "pisah": "Penggabungan dibatalkan: keduanya terpisah lagi.",
}
"""What was just done, by the word that the address carries."""


@router.get("/pasangan")
async def get_pairs(request: Request, hasil: str = "") -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    found = await run_in_threadpool(pairs.open_pairs, centre_of(request))
    return page("pairs.html", found=found, done=_DONE.get(hasil, ""), explain=explain, **facts(request, session))


@router.get("/pasangan/{one}/{other}")
async def get_pair(request: Request, one: UUID, other: UUID) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    return await _pair_page(request, session, one, other)


@router.post("/pasangan/{one}/{other}")
async def post_pair(request: Request, one: UUID, other: UUID) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.MERGE):
        return not_allowed(Act.MERGE)
    centre, remark = centre_of(request), fields.get("remark", "")
    goes_on, gathered = (other, one) if fields.get("keep") == str(other) else (one, other)
    try:
        if fields.get("decision") == "same":
            await run_in_threadpool(lambda: merging.merge(centre, goes_on, gathered, remark=remark, by=session.officer))
            return to("/pasangan?hasil=satu")
        if fields.get("decision") == "distinct":
            await run_in_threadpool(lambda: merging.tell_apart(centre, one, other, remark=remark, by=session.officer))
            return to("/pasangan?hasil=dua")
    except Refused as refusal:
        return await _pair_page(request, session, one, other, refusal, fields)
    return await _pair_page(request, session, one, other, None, fields)


@router.get("/penggabungan")
async def get_merges(request: Request, hasil: str = "") -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    return await _merges_page(request, session, done=_DONE.get(hasil, ""))


@router.post("/penggabungan/{merge_id}")
async def post_unmerge(request: Request, merge_id: UUID) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.MERGE):
        return not_allowed(Act.MERGE)
    centre, remark = centre_of(request), fields.get("remark", "")
    try:
        await run_in_threadpool(lambda: merging.unmerge(centre, merge_id, remark=remark, by=session.officer))
    except Refused as refusal:
        return await _merges_page(request, session, problem=_said(refusal))
    return to("/penggabungan?hasil=pisah")


async def _pair_page(
    request: Request,
    session: Session,
    one: UUID,
    other: UUID,
    refusal: Refused | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    """The two, with what was typed and why it was not done."""
    typed = fields or {}
    try:
        seen = await run_in_threadpool(pairs.two, centre_of(request), one, other)
    except Refused as gone:
        return page(
            "message.html", 404, title="Pasangan ini tidak ada lagi", said=_said(refusal or gone), back="/pasangan"
        )
    shown: dict[str, Any] = {
        "seen": seen,
        "keep": typed.get("keep") or str(seen.goes_on),
        "remark": typed.get("remark", ""),
        "problem": _said(refusal) if refusal else "",
        "may": may(session.officer, Act.MERGE),
        "longest": LONGEST_REMARK,
        "reason": reason,
    }
    return page("pair.html", 400 if refusal else 200, **shown, **facts(request, session))


async def _merges_page(request: Request, session: Session, *, done: str = "", problem: str = "") -> Response:
    rows = await run_in_threadpool(pairs.merges, centre_of(request))
    return page(
        "merges.html",
        400 if problem else 200,
        rows=rows,
        zone=pairs.ZONE,
        done=done,
        problem=problem,
        may=may(session.officer, Act.MERGE),
        **facts(request, session),
    )


def _said(refusal: Refused) -> str:
    return " ".join(sentence(problem) for problem in refusal.problems)
