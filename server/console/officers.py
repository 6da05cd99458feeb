"""The console's pages of officers: the accounts, for admins and auditors; and one's own, for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.problems import Refused, Trouble
from models.sentences import sentence, trouble_sentence
from server.console.sessions import COOKIE, centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases import officers, sessions
from server.usecases.events import Event, What
from server.usecases.officers import LONGEST_LOGIN, SHORTEST_PASSWORD
from server.usecases.overview import ZONE
from server.usecases.roles import ROLE_NAMES, Act, may
from server.usecases.sessions import Session
from server.web.bodies import form
from server.web.pages import page

router = APIRouter()

LONGEST_NAME = 80

_DONE = {
    "peran": "Perannya diubah.",
    "tutup": "Akun ditutup. Tidak ada lagi yang masuk dengan akun ini.",
    "buka": "Akun dibuka kembali.",
    "faktor": "Faktor kedua disetel ulang. Pada saat masuk berikutnya petugas ini mendaftarkan ponsel baru.",
    "sandi": "Kata sandi Anda diganti. Sesi Anda di tempat lain sudah berakhir.",
}
"""What was just done, by the word that the address carries."""

_EVENTS = {
    What.ADDED: "akun dibuat",
    What.ROLE: "peran diubah",
    What.CLOSED: "akun ditutup",
    What.OPENED: "akun dibuka kembali",
    What.PASSWORD_GIVEN: "kata sandi baru diberikan",
    What.PASSWORD_CHOSEN: "kata sandi dipilih sendiri",
    What.FACTOR_ENROLLED: "ponsel didaftarkan",
    What.FACTOR_RESET: "faktor kedua disetel ulang",
    What.CODES_RENEWED: "kode pemulihan baru dibuat",
    What.CODE_USED: "kode pemulihan dipakai",
    What.SIGNED_IN: "masuk",
    What.LOCKED: "terkunci sementara",
}
_BY_HIMSELF = {
    What.PASSWORD_CHOSEN,
    What.FACTOR_ENROLLED,
    What.CODES_RENEWED,
    What.CODE_USED,
    What.SIGNED_IN,
    What.LOCKED,
}


# The accounts


@router.get("/petugas")
async def get_officers(request: Request) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.SEE_OFFICERS):
        return not_allowed(Act.SEE_OFFICERS)
    return await _officers_page(request, session)


@router.post("/petugas")
async def post_officer(request: Request) -> Response:
    """A new account with a password that is shown this once."""
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.CHANGE_OFFICERS):
        return not_allowed(Act.CHANGE_OFFICERS)
    centre, password, name = centre_of(request), officers.given_password(), fields.get("name", "")[:LONGEST_NAME]
    login, role = fields.get("login", ""), fields.get("role", "")
    try:
        added = await run_in_threadpool(
            lambda: officers.add_officer(
                centre, login, password, role=role, name=name, by=session.officer, must_change=True
            )
        )
    except Refused as refusal:
        return await _officers_page(request, session, fields, refusal)
    return _given_page(request, session, added.login, password)


@router.get("/petugas/{officer_id}")
async def get_officer(request: Request, officer_id: UUID, hasil: str = "") -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.SEE_OFFICERS):
        return not_allowed(Act.SEE_OFFICERS)
    return await _officer_page(request, session, officer_id, done=_DONE.get(hasil, ""))


@router.post("/petugas/{officer_id}")
async def post_account(request: Request, officer_id: UUID) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.CHANGE_OFFICERS):
        return not_allowed(Act.CHANGE_OFFICERS)
    centre, by, role = centre_of(request), session.officer, fields.get("role", "")
    password = officers.given_password()
    doing = {
        "peran": lambda: officers.change_role(centre, officer_id, role, by=by),
        "tutup": lambda: officers.close_account(centre, officer_id, by=by),
        "buka": lambda: officers.reopen_account(centre, officer_id, by=by),
        "faktor": lambda: officers.reset_factor(centre, officer_id, by=by),
        "sandi": lambda: officers.give_password(centre, officer_id, password, by=by),
    }.get(fields.get("what", ""))
    if doing is None:
        return await _officer_page(request, session, officer_id)
    try:
        await run_in_threadpool(doing)
    except Refused as refusal:
        return await _officer_page(request, session, officer_id, refusal=refusal)
    if fields["what"] == "sandi":
        row, _ = await run_in_threadpool(officers.officer_with, centre, officer_id)
        return _given_page(request, session, row.login, password)
    return to(f"/petugas/{officer_id}?hasil={fields['what']}")


async def _officers_page(
    request: Request, session: Session, fields: dict[str, str] | None = None, refusal: Refused | None = None
) -> Response:
    centre = centre_of(request)
    rows = await run_in_threadpool(officers.officers, centre)
    return page(
        "officers.html",
        400 if refusal else 200,
        rows=rows,
        now=centre.now(),
        typed=fields or {},
        problems=_by_field(refusal),
        longest_login=LONGEST_LOGIN,
        longest_name=LONGEST_NAME,
        **_said(request, session),
    )


async def _officer_page(
    request: Request, session: Session, officer_id: UUID, *, done: str = "", refusal: Refused | None = None
) -> Response:
    centre = centre_of(request)
    try:
        seen, events = await run_in_threadpool(officers.officer_with, centre, officer_id)
    except Refused:
        said = "Akun petugas ini tidak ada. Periksa daftarnya."
        return page("message.html", 404, title="Tidak ada", said=said, back="/petugas")
    return page(
        "officer.html",
        400 if refusal else 200,
        seen=seen,
        events=events,
        now=centre.now(),
        done=done,
        problem=" ".join(sentence(one) for one in refusal.problems) if refusal else "",
        own=seen.id == session.officer.id,
        event_said=_event_said,
        **_said(request, session),
    )


def _given_page(request: Request, session: Session, login: str, password: str) -> Response:
    return page("given_password.html", login=login, password=password, **facts(request, session))


def _event_said(event: Event) -> tuple[str, str]:
    """What happened, and who did it."""
    what = What(event.what) if event.what in set(What) else None
    said = _EVENTS[what] if what is not None else event.what
    if what is What.ROLE:
        before, _, after = event.detail.partition(" ")
        said = f"{said}: {ROLE_NAMES.get(before, before)} → {ROLE_NAMES.get(after, after)}"
    if what is What.ADDED:
        said = f"{said}: {ROLE_NAMES.get(event.detail, event.detail)}"
    by = event.by or ("" if what in _BY_HIMSELF else "baris perintah pusat")
    return said, by


def _said(request: Request, session: Session) -> dict[str, Any]:
    may_change = may(session.officer, Act.CHANGE_OFFICERS)
    return {"roles": ROLE_NAMES, "zone": ZONE, "may": may_change, **facts(request, session)}


# One's own


@router.get("/akun")
async def get_account(request: Request, hasil: str = "") -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    return await _account_page(request, session, done=_DONE.get(hasil, ""))


@router.post("/akun/sandi")
async def post_password(request: Request) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat diganti")
    current, new, again = (fields.get(name, "") for name in ("current", "new", "again"))
    cookie, centre = request.cookies[COOKIE], centre_of(request)
    try:
        await run_in_threadpool(sessions.change_password, centre, cookie, current, new, again)
    except Refused as refusal:
        return await _account_page(request, session, problems=_by_field(refusal))
    except Trouble as trouble:
        return await _account_page(request, session, problems={"current": trouble_sentence(trouble)})
    return to("/akun?hasil=sandi")


@router.post("/akun/kode")
async def post_codes(request: Request) -> Response:
    """New recovery codes, shown this once."""
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dibuat")
    cookie, centre = request.cookies[COOKIE], centre_of(request)
    try:
        codes = await run_in_threadpool(sessions.renew_codes, centre, cookie, fields.get("code", ""))
    except Trouble as trouble:
        return await _account_page(request, session, problems={"code": trouble_sentence(trouble)})
    return page("recovery_codes.html", codes=codes, login=session.officer.login, onward="/akun")


async def _account_page(
    request: Request, session: Session, *, done: str = "", problems: dict[str, str] | None = None
) -> Response:
    centre = centre_of(request)
    seen = await run_in_threadpool(sessions.own_account, centre, session.officer)
    demo_code = await run_in_threadpool(sessions.demo_code, centre, session.officer)
    return page(
        "account.html",
        400 if problems else 200,
        seen=seen,
        zone=ZONE,
        done=done,
        problems=problems or {},
        shortest=SHORTEST_PASSWORD,
        demo_code=demo_code,
        **facts(request, session),
    )


def _by_field(refusal: Refused | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in refusal.problems if refusal else ():
        found[problem.field] = " ".join(filter(None, (found.get(problem.field), sentence(problem))))
    return found
