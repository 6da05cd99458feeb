"""The console's pages of claims: the queue, one claim, and its documents page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.journal.claims import RESTRICTED_KIND
from models.rules.claims import FILER_NAMES
from models.rules.days import business_date
from models.rules.phases import PHASE_NAMES
from models.rules.problems import Refused
from models.sentences import explain_phase, sentence
from models.sync.protocol import SyncError
from reports.sheets import KINDS, render_sheet
from server.console.claim_forms import acts_of
from server.console.sessions import centre_of, facts, not_allowed, session_of, to
from server.console.timelines import timeline_of
from server.usecases.claim_access import OPENED
from server.usecases.claim_documents import Content, content_of
from server.usecases.claim_dossier import dossier
from server.usecases.claim_export import queue_sheet
from server.usecases.claim_todo import todo
from server.usecases.claim_views import FLAGS, HAPPENED, ClaimView, claim_with
from server.usecases.claims import COMPLETE, LACKING, MINE, NOBODY, RESTRICTED_NAME, WAITING, Sought, queue
from server.usecases.officers import Officer
from server.usecases.overview import ZONE
from server.usecases.page_images import TURNS, WIDTHS, page_image, pages_of
from server.usecases.roles import Act, may
from server.web.pages import HEADERS, page

router = APIRouter()

T = TypeVar("T")

STATES = {
    "filed": ("wait", "menunggu keputusan"),
    "asked": ("wait", "menunggu dokumen"),
    "approved": ("ok", "disetujui, belum dibayar"),
    "rejected": ("bad", "ditolak"),
    "paid": ("ok", "dibayar"),
    "withdrawn": ("plain", "ditarik"),
}
"""Each state's chip and words."""

GROUPS = {
    "menunggu": "Menunggu keputusan",
    "dokumen": "Menunggu dokumen",
    "bayar": "Menunggu dibayar",
    "dibayar": "Dibayar",
    "ditolak": "Ditolak",
    "ditarik": "Ditarik",
    "semua": "Semua",
}

AGES = (1, 3, 7, 14, 30, 90)

WHY_ALIKE = {
    "same_event": "peristiwa sama atau berdekatan",
    "same_document": "berkas yang sama persis",
    "same_account": "buku rekening yang sama persis",
    "maybe_same_person": "mungkin orang yang sama",
}

COVER_STATES = {
    "confirmed": ("ok", "dikonfirmasi BPJS"),
    "provisional": ("wait", "menunggu konfirmasi"),
    "voided": ("bad", "dibatalkan"),
    "refunded": ("bad", "dikembalikan"),
}
SEEN_AS = {"original": "asli", "copy": "salinan", "": "tidak dicatat"}
WANTED_AS = {"original": "asli", "copy": "salinan", "either": "asli atau salinan"}
PAPER_STATES = {
    "here": ("ok", "ada"),
    "travelling": ("wait", "dalam perjalanan"),
    "lacking": ("wait", "belum ada"),
}


# The queue


@router.get("/klaim")
async def get_queue(request: Request, hal: int = 1, pilih: UUID | None = None) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    centre, sought = centre_of(request), sought_in(request)
    seen = await run_in_threadpool(queue, centre, sought, session.officer, hal)
    # The oldest one is open already. A restricted claim is opened on its own page only, where that is kept.
    ordinary = [row.id for row in seen.rows if row.id is not None and not row.restricted]
    chosen_id = pilih if pilih in ordinary else next(iter(ordinary), None)
    chosen = await run_in_threadpool(claim_with, centre, chosen_id, session.officer) if chosen_id else None
    return page(
        "claims.html",
        seen=seen,
        sought=sought,
        chosen=chosen,
        todo=await run_in_threadpool(todo, centre, session.officer),
        sheet_link=lambda ending: _queue_link(sought, 1).replace("/klaim", f"/antrean-klaim{ending}", 1),
        groups=GROUPS,
        ages=AGES,
        link=lambda **changed: _queue_link(sought, seen.number, **changed),
        **words(request, session.officer),
        **facts(request, session),
    )


def sought_in(request: Request) -> Sought:
    """What the address asks for; what it cannot be is not asked for."""
    asked = request.query_params
    age = asked.get("umur", "")
    return Sought(
        text=asked.get("cari", "").strip(),
        state=asked.get("keadaan", WAITING) if asked.get("keadaan", WAITING) in GROUPS else WAITING,
        mission=asked.get("perwakilan", ""),
        kind=asked.get("jenis", ""),
        papers=asked.get("dokumen", "") if asked.get("dokumen") in (COMPLETE, LACKING) else "",
        officer=asked.get("petugas", ""),
        age=int(age) if age.isdecimal() and len(age) < 6 else 0,
    )


def _queue_link(sought: Sought, number: int, **changed: Any) -> str:
    """The address of this queue with something changed; another filter begins on its first page."""
    chosen, number = changed.pop("pilih", None), changed.pop("hal", number if not changed else 1)
    sought = replace(sought, **changed)
    query = {
        "keadaan": sought.state if sought.state != WAITING else "",
        "cari": sought.text,
        "perwakilan": sought.mission,
        "jenis": sought.kind,
        "dokumen": sought.papers,
        "petugas": sought.officer,
        "umur": sought.age or "",
        "hal": number if number > 1 else "",
        "pilih": chosen or "",
    }
    told = urlencode({name: value for name, value in query.items() if value})
    return f"/klaim?{told}" if told else "/klaim"


@router.get("/antrean-klaim{ending}")
async def get_queue_sheet(request: Request, ending: str) -> Response:
    """The queue as it is filtered, for a spreadsheet."""
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.EXPORT_CLAIMS):
        return not_allowed(Act.EXPORT_CLAIMS)
    if ending not in KINDS:
        raise SyncError("not_found")
    centre, sought = centre_of(request), sought_in(request)
    content = await run_in_threadpool(lambda: render_sheet(queue_sheet(centre, sought, session.officer), ending))
    name = f"antrean-klaim-{business_date(centre.now(), ZONE).isoformat()}{ending}"
    kind = "text/csv; charset=utf-8" if ending == ".csv" else _WORKBOOK
    more = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=HEADERS | more)


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# One claim


@router.get("/klaim/{claim_id}")
async def get_claim(request: Request, claim_id: UUID) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    centre = centre_of(request)
    acts = await acts_of(request, session, claim_id)
    try:
        seen = await run_in_threadpool(claim_with, centre, claim_id, session.officer)
    except Refused as refusal:
        return refused(refusal)
    return claim_page(request, session, seen, acts=acts)


@router.get("/klaim/{claim_id}/berkas.pdf")
async def get_dossier(request: Request, claim_id: UUID) -> Response:
    """Everything about it in one file, made anew each time."""
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    try:
        made = await run_in_threadpool(dossier, centre_of(request), claim_id, session.officer)
    except Refused as refusal:
        return refused(refusal)
    more = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
    return Response(made.pdf, media_type="application/pdf", headers=_FILE_HEADERS | more)


def claim_page(request: Request, session: Any, seen: ClaimView, status: int = 200, **more: Any) -> Response:
    """The claim's own page; `more` is for the forms beside it."""
    known = {"seen": seen, **words(request, session.officer), **facts(request, session)}
    return page("claim.html", status, **known | more)


def refused(refusal: Refused) -> Response:
    """The answer where a claim or document is not shown, with the sentence that says why."""
    code = refusal.problems[0].code
    title = _REFUSED.get(code, "Dokumen")
    status = 403 if code in ("claim.restricted", "officer.not_allowed") else 404
    return page("message.html", status, title=title, said=sentence(refusal.problems[0]), back="/klaim")


_REFUSED = {
    "claim.restricted": RESTRICTED_NAME,
    "claim.not_at_centre": "Klaim ini tidak ada",
    "officer.not_allowed": "Tidak boleh",
    "claim.person_erased": "Berkas lengkap",
}


def words(request: Request, officer: Officer) -> dict[str, Any]:
    """What the pages of claims say, and for whom."""
    return {
        "zone": ZONE,
        "now": centre_of(request).now(),
        "states": STATES,
        "flag_words": FLAGS,
        "happened": HAPPENED,
        "why_alike": WHY_ALIKE,
        "cover_states": COVER_STATES,
        "seen_as": SEEN_AS,
        "wanted_as": WANTED_AS,
        "paper_states": PAPER_STATES,
        "filers": FILER_NAMES,
        "phase_names": PHASE_NAMES,
        "explain_phase": explain_phase,
        "timeline_of": timeline_of,
        "opened": OPENED,
        "restricted_name": RESTRICTED_NAME,
        "restricted_kind": RESTRICTED_KIND,
        "mine": MINE,
        "nobody": NOBODY,
        "may_decide": may(officer, Act.DECIDE_CLAIMS),
        "may_open": may(officer, Act.OPEN_RESTRICTED),
        "may_export": may(officer, Act.EXPORT_CLAIMS),
    }


# Documents


@router.get("/klaim/{claim_id}/dokumen/{document_id}")
async def get_document(
    request: Request, claim_id: UUID, document_id: UUID, hal: int = 1, besar: int = 0, putar: int = 0
) -> Response:
    """A page of a document, with the ways to the others, closer, and turned."""
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    centre = centre_of(request)
    try:
        found = await run_in_threadpool(content_of, centre, claim_id, document_id, session.officer, "document")
    except Refused as refusal:
        return refused(refusal)
    problem, pages = "", 0
    try:
        pages = await run_in_threadpool(pages_of, found.content)
    except Refused as refusal:
        problem = sentence(refusal.problems[0])
    number, zoom = min(max(hal, 1), max(pages, 1)), min(max(besar, 0), len(WIDTHS) - 1)
    turn = putar if putar in TURNS else 0
    here = f"/klaim/{claim_id}/dokumen/{document_id}"

    def link(**changed: int) -> str:
        query = {"hal": number, "besar": zoom, "putar": turn} | changed
        told = urlencode({name: value for name, value in query.items() if value != (1 if name == "hal" else 0)})
        return f"{here}?{told}" if told else here

    return page(
        "claim_document.html",
        claim_id=claim_id,
        found=found,
        problem=problem,
        pages=pages,
        page_number=number,
        zoom=zoom,
        zooms=len(WIDTHS),
        width=WIDTHS[zoom],
        turn=turn,
        link=link,
        image=f"{here}/halaman?hal={number}&besar={zoom}&putar={turn}",
        **words(request, session.officer),
        **facts(request, session),
    )


@router.get("/klaim/{claim_id}/dokumen/{document_id}/halaman")
async def get_document_page(
    request: Request, claim_id: UUID, document_id: UUID, hal: int = 1, besar: int = 0, putar: int = 0
) -> Response:
    """One page as a picture."""

    def draw(found: Content) -> Response:
        width = WIDTHS[min(max(besar, 0), len(WIDTHS) - 1)]
        drawn = page_image(found.content, hal, width=width, turn=putar if putar in TURNS else 0)
        return Response(drawn.image, media_type="image/jpeg", headers=_FILE_HEADERS)

    return await _opened(request, claim_id, document_id, "image", draw)


@router.get("/klaim/{claim_id}/dokumen/{document_id}/asli")
async def get_original(request: Request, claim_id: UUID, document_id: UUID) -> Response:
    """The document as the counter sent it, to be kept and never to be run in the browser."""

    def hand_over(found: Content) -> Response:
        named = found.document.file_name or f"{found.document.kind}-{str(document_id)[:8]}"
        safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ") else "_" for sign in named)[:100]
        disposition = f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(named[:100], safe='')}"
        more = {"Content-Disposition": disposition}
        return Response(found.content, media_type="application/octet-stream", headers=_FILE_HEADERS | more)

    return await _opened(request, claim_id, document_id, "download", hand_over)


_FILE_HEADERS = HEADERS | {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


async def _opened(
    request: Request, claim_id: UUID, document_id: UUID, what: str, answer: Callable[[Content], Response]
) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    centre, who = centre_of(request), session.officer
    try:
        return await run_in_threadpool(lambda: answer(content_of(centre, claim_id, document_id, who, what)))
    except Refused as refusal:
        return refused(refusal)
