"""The console's pages of refunds: what counters ask back for workers, and the officer's answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Refused
from models.sentences import sentence
from server.console.sessions import centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases import refunds
from server.usecases.overview import ZONE
from server.usecases.pairs import mission_name
from server.usecases.refunds import LONGEST_NOTE, LONGEST_REFERENCE, SHOWN
from server.usecases.roles import Act, may
from server.usecases.sessions import Session
from server.web.bodies import form
from server.web.pages import page

router = APIRouter()

_DONE = {
    "tunai": "Disetujui tunai. Loket membayarkannya setelah sinkron berikutnya.",
    "transfer": "Disetujui lewat transfer dan dicatat sudah dibayar.",
    "tolak": "Ditolak. Catatan Anda terbaca di loket setelah sinkron berikutnya.",
}
"""What was just done, by the word that the address carries."""

STATES = {
    "waiting": ("wait", "menunggu keputusan"),
    "approved": ("wait", "disetujui, belum dibayar"),
    "refused": ("bad", "ditolak"),
    "paid": ("ok", "sudah dibayar"),
    "overtaken": ("plain", "gugur"),
}
METHODS = {"cash": "Tunai di loket", "transfer": "Transfer"}
TENDERS = {"cash": "Tunai", "bank_slip": "Slip bank", "kode_iuran": "Kode iuran"}


@router.get("/pengembalian")
async def get_refunds(request: Request, hasil: str = "") -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    centre = centre_of(request)
    rows = await run_in_threadpool(lambda: refunds.refunds(centre, most=SHOWN))
    return page("refunds.html", rows=rows, now=centre.now(), done=_DONE.get(hasil, ""), **_said(request, session))


@router.get("/pengembalian/{refund_id}")
async def get_refund(request: Request, refund_id: UUID) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    return await _refund_page(request, session, refund_id)


@router.post("/pengembalian/{refund_id}")
async def post_refund(request: Request, refund_id: UUID) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.DECIDE_REFUNDS):
        return not_allowed(Act.DECIDE_REFUNDS)
    centre, decision = centre_of(request), fields.get("decision", "")
    if decision not in ("cash", "transfer", "refuse"):
        return await _refund_page(request, session, refund_id, None, fields)
    try:
        await run_in_threadpool(
            lambda: refunds.decide(
                centre,
                refund_id,
                approved=decision != "refuse",
                method="" if decision == "refuse" else decision,
                transfer_reference=fields.get("transfer_reference", ""),
                note=fields.get("note", ""),
                by=session.officer,
            )
        )
    except Refused as refusal:
        return await _refund_page(request, session, refund_id, refusal, fields)
    done = {"cash": "tunai", "transfer": "transfer", "refuse": "tolak"}[decision]
    return to(f"/pengembalian?hasil={done}")


async def _refund_page(
    request: Request,
    session: Session,
    refund_id: UUID,
    refusal: Refused | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    """The request with its receipt, with what was typed and why it was not done."""
    typed = fields or {}
    centre = centre_of(request)
    try:
        seen = await run_in_threadpool(refunds.refund_with, centre, refund_id)
    except Refused as gone:
        said = sentence(gone.problems[0])
        return page("message.html", 404, title="Tidak ada pengembalian ini", said=said, back="/pengembalian")
    problems: dict[str, str] = {}
    for problem in refusal.problems if refusal else ():
        field = problem.field if problem.field in ("note", "transfer_reference") else ""
        problems[field] = " ".join(filter(None, (problems.get(field), sentence(problem))))
    return page(
        "refund.html",
        400 if refusal else 200,
        seen=seen,
        now=centre.now(),
        decision=typed.get("decision") or seen.method,
        reference=typed.get("transfer_reference", ""),
        note=typed.get("note", ""),
        problems=problems,
        longest_note=LONGEST_NOTE,
        longest_reference=LONGEST_REFERENCE,
        **_said(request, session),
    )


def _said(request: Request, session: Session) -> dict[str, Any]:
    return {
        "states": STATES,
        "methods": METHODS,
        "tenders": TENDERS,
        "mission_name": mission_name,
        "zone": ZONE,
        "may": may(session.officer, Act.DECIDE_REFUNDS),
        **facts(request, session),
    }
