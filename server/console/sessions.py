"""Sessions of the console: who is signed in, and whether a form is one of our own."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from server.console.frame import navigation
from server.usecases import sessions
from server.usecases.centre import Centre
from server.usecases.roles import ROLE_NAMES, Act, allowed_roles, may
from server.usecases.sessions import Session
from server.web.gate import door_of, shown
from server.web.pages import HEADERS, page

COOKIE = "loket_petugas"


class NotAllowed(Exception):
    """Somebody is signed in whose role does not open this door."""

    def __init__(self, act: Act) -> None:
        super().__init__(act)
        self.act = act


async def session_of(request: Request) -> Session | None:
    """Who is signed in with the cookie of this request, second factor and all. NotAllowed where the page is not for
    that role."""
    cookie = request.cookies.get(COOKIE)
    found = await run_in_threadpool(sessions.session_of, centre_of(request), cookie) if cookie else None
    if found is not None:
        shown(request, found.officer.id)
        act = door_of(request).act
        if act is not None and not may(found.officer, Act(act)):
            raise NotAllowed(Act(act))
    return found


def facts(request: Request, session: Session) -> dict[str, Any]:
    """What the frame of every page of the console shows."""
    officer = session.officer
    return {
        "officer": officer,
        "role": ROLE_NAMES.get(officer.role, officer.role),
        "csrf": session.csrf,
        "demo": centre_of(request).demo,
        "navigation": navigation(request.url.path, officer),
    }


def not_ours(title: str) -> Response:
    """The answer to a form that another site sent, or that is older than the session."""
    return page("message.html", 403, title=title, said="Buka kembali halaman pusat, lalu coba lagi.")


def not_allowed(act: Act) -> Response:
    """The answer to an officer whose role does not allow it."""
    said = f"Peran Anda tidak berwenang untuk ini. Yang boleh: {allowed_roles(act)}."
    return page("message.html", 403, title="Tidak boleh", said=said)


def same(expected: str | None, given: str | None) -> bool:
    return bool(expected) and given is not None and compare_digest(str(expected).encode(), given.encode())


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )


def to(path: str) -> Response:
    return RedirectResponse(path, 303, headers=HEADERS | {"Cache-Control": "no-store"})


def centre_of(request: Request) -> Centre:
    centre: Centre = request.app.state.centre
    return centre
