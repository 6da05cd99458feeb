"""The console's acts on a claim: each form of its page comes here, and a refused one goes back with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.language import parse_money
from models.rules.problems import Problem, Refused
from server.console.claim_forms import OTHERS, acts_of
from server.console.claims import claim_page, refused
from server.console.sessions import centre_of, not_allowed, not_ours, same, session_of, to
from server.usecases import claim_decisions as decisions
from server.usecases.centre import Centre
from server.usecases.claim_assignments import assign
from server.usecases.claim_cases import Before
from server.usecases.claim_comments import comment
from server.usecases.claim_views import claim_with
from server.usecases.officers import Officer
from server.usecases.roles import Act, may
from server.web.bodies import form

router = APIRouter()

MOST_FIELDS = 120
"""A checklist and every benefit, with room for both to grow."""

Fields = Mapping[str, str]


@router.post("/klaim/{claim_id}")
async def post_act(request: Request, claim_id: UUID) -> Response:
    fields, session = await form(request, most=MOST_FIELDS), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.DECIDE_CLAIMS):
        return not_allowed(Act.DECIDE_CLAIMS)
    centre, by = centre_of(request), session.officer
    try:
        act = _ACTS.get(fields.get("act", ""), _unknown)
        done = await run_in_threadpool(act, centre, claim_id, fields, by)
    except Refused as refusal:
        acts = await acts_of(request, session, claim_id, fields, refusal.problems)
        try:
            seen = await run_in_threadpool(claim_with, centre, claim_id, by)
        except Refused as unseen:
            return refused(unseen)
        return claim_page(request, session, seen, 400, acts=acts)
    return to(f"/klaim/{claim_id}?hasil={done}{_PLACES.get(done, '#keputusan')}")


_PLACES = {"komentar": "#komentar", "tugas": "#tugas"}
"""Where on the page it was done."""


def _unknown(_centre: Centre, _claim_id: UUID, _fields: Fields, _by: Officer) -> str:
    raise Refused(Problem("claim", "claim.act_unknown"))


def _ask(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    wanted = [name.removeprefix("want.") for name in fields if name.startswith("want.")]
    wanted += [fields.get(f"other.{n}", "") for n in range(1, OTHERS + 1)]
    by_day = _day(fields, "by_day")
    decisions.ask(centre, claim_id, wanted, by=by, by_day=by_day, note=fields.get("note", ""), before=_before(fields))
    return "minta"


def _approve(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    awards = _amounts(
        (name.removeprefix("award."), written) for name, written in fields.items() if name.startswith("award.")
    )
    said = decisions.approve(centre, claim_id, awards, by=by, note=fields.get("note", ""), before=_before(fields))
    return "usul" if said.proposed else "setujui"


def _amounts(written: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """What was typed, in whole rupiah; every amount that cannot be read is said at once."""
    awards: list[tuple[str, int]] = []
    problems: list[Problem] = []
    for code, text in written:
        if not text.strip():
            continue
        try:
            awards.append((code, parse_money(text, "IDR", f"awards.{code}").minor))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(*problems)
    return awards


def _reject(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    said = decisions.reject(
        centre,
        claim_id,
        fields.get("reason", ""),
        by=by,
        duplicate_of=fields.get("duplicate_of", ""),
        note=fields.get("note", ""),
        before=_before(fields),
    )
    return "usul" if said.proposed else "tolak"


def _agree(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    decisions.agree(centre, claim_id, by=by, proposal=fields.get("proposal", ""), before=_before(fields))
    return "sepakat"


def _send_back(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    decisions.send_back(centre, claim_id, fields.get("note", ""), by=by, proposal=fields.get("proposal", ""))
    return "kembalikan"


def _discard(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    decisions.discard(centre, claim_id, by=by, proposal=fields.get("proposal", ""))
    return "hapus"


def _pay(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    written = fields.get("amount", "")
    if not written.strip():
        raise Refused(Problem("amount", "required"))
    paid_on = _day(fields, "paid_on")
    if paid_on is None:
        raise Refused(Problem("paid_on", "required"))
    decisions.pay(
        centre,
        claim_id,
        amount_idr=parse_money(written, "IDR").minor,
        reference=fields.get("reference", ""),
        paid_on=paid_on,
        by=by,
        before=_before(fields),
    )
    return "bayar"


def _returned(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    decisions.payment_returned(centre, claim_id, fields.get("note", ""), by=by, before=_before(fields))
    return "retur"


def _reopen(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    decisions.reopen(centre, claim_id, fields.get("note", ""), by=by, before=_before(fields))
    return "buka"


def _settle(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    entry = _id(fields.get("entry", ""))
    if entry is None:
        raise Refused(Problem("task", "task.unknown"))
    decisions.settle(centre, claim_id, entry, fields.get("code", ""), fields.get("note", ""), by=by)
    return "tinjau"


def _comment(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    comment(centre, claim_id, fields.get("comment", ""), by=by)
    return "komentar"


def _assign(centre: Centre, claim_id: UUID, fields: Fields, by: Officer) -> str:
    written = fields.get("assignee", "")
    chosen = by.id if "mine" in fields else _id(written)
    if written and chosen is None:
        raise Refused(Problem("assignee", "claim.assignee"))
    assign(centre, claim_id, chosen, by=by, instead_of=_id(fields.get("instead_of", "")))
    return "tugas"


_ACTS: Mapping[str, Callable[[Centre, UUID, Fields, Officer], str]] = {
    "minta": _ask,
    "setujui": _approve,
    "tolak": _reject,
    "sepakat": _agree,
    "kembalikan": _send_back,
    "hapus": _discard,
    "bayar": _pay,
    "retur": _returned,
    "buka": _reopen,
    "tinjau": _settle,
    "komentar": _comment,
    "tugas": _assign,
}
"""Each form, by the word it carries; each answers with the word for what was done."""


def _before(fields: Fields) -> Before:
    return Before.read(fields.get("before", ""))


def _day(fields: Fields, field: str) -> date | None:
    """Refused on the field: `date.impossible`."""
    if not (written := fields.get(field, "").strip()):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refused(Problem(field, "date.impossible")) from error


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
