"""The receipt check: where the QR code leads, and a form for whoever would rather paste. A claim's slip leads to where
the claim stands."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Refused
from models.sentences import sentence
from server.public.claim_words import claim_words
from server.usecases.checks import Checked, check
from server.web.pages import page

router = APIRouter()

_LONGEST = 4096


@router.get("/K/{token}")
@router.get("/k/{token}")
async def get_scanned(request: Request, token: str) -> Response:
    return await _checked(request, token)


@router.get("/periksa")
async def get_form(request: Request, kode: str = Query("", max_length=_LONGEST)) -> Response:
    if not kode.strip():
        return page("check.html", checked=None, problem="", text="")
    return await _checked(request, kode)


async def _checked(request: Request, text: str) -> Response:
    """The answer says in words what it found; a reader may not see colours."""
    try:
        checked = await run_in_threadpool(check, request.app.state.centre, text[:_LONGEST])
    except Refused as refusal:
        return page("check.html", 400, checked=None, problem=sentence(refusal.problems[0]), text="")
    if checked.facts is not None and checked.facts.kind == "claim":
        return _claim_page(checked, request.app.state.centre.now().date())
    return page("check.html", checked=checked, problem="", text="")


def _claim_page(checked: Checked, today: date) -> Response:
    """Whoever finds a slip learns where the claim stands, and nothing of whose it is or what it is about."""
    assert checked.facts is not None
    shown = page(
        "claim_status.html",
        genuine=checked.result == "genuine",
        stands=checked.claim,
        said=claim_words(checked.claim, today),
        number=checked.facts.number,
    )
    shown.headers["X-Robots-Tag"] = "noindex, nofollow"
    return shown
