"""Every door of the console: which role gets in where, and that nobody does before the second factor.

The routes are read from the program itself: a new page without a line in the table fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from loket_testing.officers import PASSWORD, phone_code, signed_in

from models.journal.ids import new_id
from server.console.frame import GROUPS
from server.usecases.officers import add_officer
from server.usecases.roles import ROLES
from server.usecases.sessions import Begun, Session, Stage, begun, give_code, session_of, sign_in

ALL = (200, 200, 200, 200)
SIGN_IN = {
    # What is signed in already goes on to the first page; a step of a sign-in that was not begun, to its beginning.
    "GET /masuk": (303, 303, 303, 303),
    "POST /masuk": (400, 400, 400, 400),
    "GET /masuk/kode": (303, 303, 303, 303),
    "POST /masuk/kode": (403, 403, 403, 403),
    "GET /masuk/ponsel": (303, 303, 303, 303),
    "POST /masuk/ponsel": (303, 303, 303, 303),
    "GET /masuk/sandi": (303, 303, 303, 303),
    "POST /masuk/sandi": (303, 303, 303, 303),
    "POST /keluar": (303, 303, 303, 303),
}
PAGES = {
    # With an id that nobody has and a form that says nothing: 404 or 400 is for who may, 403 for who may not.
    #                                     verifikator, khusus, auditor, admin
    "GET /": ALL,
    "GET /akun": ALL,
    "POST /akun/sandi": (400, 400, 400, 400),
    "POST /akun/kode": (400, 400, 400, 400),
    "GET /petugas": (403, 403, 200, 200),
    "POST /petugas": (403, 403, 403, 400),
    "GET /petugas/{officer_id}": (403, 403, 404, 404),
    "POST /petugas/{officer_id}": (403, 403, 403, 404),
    "GET /loket/{terminal}": (403, 403, 404, 404),
    "GET /loket/{terminal}/data.csv": (403, 403, 404, 404),
    "POST /loket/{terminal}/cabut": (403, 403, 403, 404),
    "GET /flashdisk": (403, 403, 403, 200),
    "POST /flashdisk/ambil": (403, 403, 403, 400),
    "POST /flashdisk/buat": (403, 403, 403, 400),
    "GET /flashdisk/{terminal}/{incarnation}/{number}.pdf": (403, 403, 403, 404),
    "GET /tarif": ALL,
    "GET /klaim": ALL,
    "GET /antrean-klaim{ending}": (404, 404, 404, 403),
    "GET /klaim/{claim_id}": (404, 404, 404, 404),
    "POST /klaim/{claim_id}": (404, 404, 403, 403),
    "GET /klaim/{claim_id}/berkas.pdf": (404, 404, 404, 404),
    "GET /klaim/{claim_id}/dokumen/{document_id}": (404, 404, 404, 404),
    "GET /klaim/{claim_id}/dokumen/{document_id}/halaman": (404, 404, 404, 404),
    "GET /klaim/{claim_id}/dokumen/{document_id}/asli": (404, 404, 404, 404),
    "GET /pengaturan": (403, 403, 403, 200),
    "POST /pengaturan": (403, 403, 403, 400),
    "GET /jejak": (403, 403, 200, 403),
    "GET /jejak.csv": (403, 403, 200, 403),
    "GET /pasangan": ALL,
    "GET /pasangan/{one}/{other}": (404, 404, 404, 404),
    "POST /pasangan/{one}/{other}": (404, 404, 403, 404),
    "GET /penggabungan": ALL,
    "POST /penggabungan/{merge_id}": (400, 400, 403, 400),
    "GET /pengembalian": ALL,
    "GET /pengembalian/{refund_id}": (404, 404, 404, 404),
    "POST /pengembalian/{refund_id}": (404, 404, 403, 404),
    "GET /konfirmasi": ALL,
    "POST /konfirmasi": (400, 400, 403, 400),
    "POST /konfirmasi/saldo": (400, 400, 403, 400),
    "POST /konfirmasi/berkas": (400, 400, 403, 400),
}
DOORS = SIGN_IN | PAGES
FILES = {"POST /konfirmasi/berkas", "POST /flashdisk/ambil"}
"""Forms that carry a file."""


def doors(router) -> Iterator[tuple[str, str]]:
    """Each route of the program, with the module that answers; routers are included without a prefix."""
    for route in router.routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from doors(included)
            continue
        for method in sorted(route.methods):
            yield f"{method} {route.path}", route.endpoint.__module__


def knock(client, door: str, csrf: str):
    """Ask for a page, or send its form with nothing in it but the session's own token."""
    method, path = door.split()
    path = re.sub(r"\{\w+\}", lambda _: str(new_id()), path)
    if method == "GET":
        return client.get(path, follow_redirects=False)
    if door in FILES:
        files = {"file": ("kosong.csv", b"", "text/csv")}
        return client.post(path, data={"csrf": csrf}, files=files, follow_redirects=False)
    return client.post(path, data={"csrf": csrf}, follow_redirects=False)


def csrf_of(inside: Session | Begun | None) -> str:
    assert inside is not None
    return inside.csrf


@pytest.fixture(params=ROLES)
def role(request, centre) -> str:
    add_officer(centre, "dewi", PASSWORD, role=request.param)
    return request.param


def test_every_door_of_the_console_stands_in_the_table_and_the_others_are_no_pages(centre_client):
    found = dict(doors(centre_client.app))
    assert {door for door, module in found.items() if module.startswith("server.console.")} == set(DOORS)
    elsewhere = {module for module in found.values() if not module.startswith("server.console.")}
    routes = {"server.routes.base", "server.routes.documents", "server.routes.sync"}
    assert elsewhere == {"server.public.pages", "server.web.pages"} | routes


def test_each_role_gets_in_where_the_table_says(centre, centre_client, role):
    cookie = signed_in(centre, "dewi")
    centre_client.cookies.set("loket_petugas", cookie)
    csrf = csrf_of(session_of(centre, cookie))
    place = list(ROLES).index(role)
    # Who signs out is out.
    in_order = sorted(DOORS, key=lambda door: door == "POST /keluar")
    statuses = {door: knock(centre_client, door, csrf).status_code for door in in_order}
    assert statuses == {door: by_role[place] for door, by_role in DOORS.items()}
    assert session_of(centre, cookie) is None


@pytest.mark.parametrize("stage", [Stage.CODE, Stage.ENROL, Stage.PASSWORD])
def test_no_page_opens_before_the_second_factor_and_ones_own_password(centre, centre_client, role, stage):
    half = half_way(centre, role, stage)
    centre_client.cookies.set("loket_petugas", half)
    csrf = csrf_of(begun(centre, half))
    for door in PAGES:
        answer = knock(centre_client, door, csrf)
        assert (door, answer.status_code, answer.headers["location"]) == (door, 303, "/masuk")
    steps = {"/masuk/kode": Stage.CODE, "/masuk/ponsel": Stage.ENROL, "/masuk/sandi": Stage.PASSWORD}
    for path, its_stage in steps.items():
        assert centre_client.get(path, follow_redirects=False).status_code == (200 if its_stage == stage else 303)


def test_no_page_opens_without_a_session_or_with_a_guessed_one(centre_client):
    for cookie in (None, "guessed"):
        if cookie:
            centre_client.cookies.set("loket_petugas", cookie)
        for door in PAGES:
            answer = knock(centre_client, door, "guessed")
            assert (door, answer.status_code, answer.headers["location"]) == (door, 303, "/masuk")


def test_a_form_without_the_sessions_token_changes_nothing(centre, centre_client, role):
    centre_client.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    for door in PAGES:
        if door.startswith("POST"):
            assert (door, knock(centre_client, door, "guessed").status_code) == (door, 403)


def test_the_header_leads_each_role_only_where_it_gets_in(centre, centre_client, role):
    centre_client.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    shown: set[str] = {"/"}
    seen: set[str] = set()
    while missing := shown - seen:
        path = missing.pop()
        seen.add(path)
        answer = centre_client.get(path)
        assert (path, answer.status_code) == (path, 200)
        for nav in re.findall(r"<nav.*?</nav>", answer.text, flags=re.DOTALL):
            shown |= set(re.findall(r'href="([^"]+)"', nav))
    everything = {link.path for group in GROUPS for link in group.links}
    closed = {"auditor": {"/pengaturan", "/flashdisk"}, "admin": {"/jejak"}}
    assert everything - seen == closed.get(role, {"/petugas", "/jejak", "/pengaturan", "/flashdisk"})


def half_way(centre, role: str, stage: Stage) -> str:
    """The cookie of a sign-in that has come as far as this."""
    if stage is Stage.ENROL:
        return sign_in(centre, "dewi", PASSWORD)
    if stage is Stage.CODE:
        phone_code(centre, "dewi")
        return sign_in(centre, "dewi", PASSWORD)
    add_officer(centre, "budi", PASSWORD, role=role, must_change=True)
    code = phone_code(centre, "budi")
    return give_code(centre, sign_in(centre, "budi", PASSWORD), code)
