"""Claims decided at the console: forms worked by keyboard, refused with everything typed still there."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loket_testing.deciding import DAY, ClaimDesk, claim_desk
from loket_testing.officers import PASSWORD, enter, signed_in
from sqlalchemy import update

from models.rules.claim_states import OFFICERS, allowed
from server.console.sessions import COOKIE
from server.store.tables import officer
from server.usecases.officers import hash_password

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def desk(centre, enrolled) -> ClaimDesk:
    desk = claim_desk(centre, enrolled("TPE3"))
    with centre.engine.begin() as connection:
        connection.execute(update(officer).values(password=hash_password(PASSWORD)))
    return desk


@pytest.fixture
def acting(desk, centre_client):
    """Post a form of a claim's page as an officer; the answer, not followed."""
    cookies: dict[str, str] = {}

    def act(login: str, claim_id: Any, act: str, **fields: str) -> Any:
        if login not in cookies:
            cookies[login] = signed_in(desk.centre, login)
        centre_client.cookies.clear()
        centre_client.cookies.set(COOKIE, cookies[login])
        address = f"/klaim/{claim_id}"
        shown = centre_client.get(address).text
        found = re.search(r'name="csrf" value="([^"]+)"', shown)
        before = re.search(r'name="before" value="([^"]+)"', shown)
        sent = {"csrf": found[1] if found else "", "act": act}
        if before:
            sent["before"] = before[1]
        return centre_client.post(address, data=sent | fields, follow_redirects=False)

    return act


def test_every_state_shows_the_forms_that_are_allowed_and_no_others(desk, centre_client):
    words = {"ask": "minta", "approve": "setujui", "reject": "tolak", "pay": "bayar", "return": "retur"}
    words["reopen"] = "buka"
    centre_client.cookies.set(COOKIE, signed_in(desk.centre, "dewi"))
    for state in ("filed", "asked", "approved", "rejected", "paid", "withdrawn"):
        text = centre_client.get(f"/klaim/{desk.brought_to(state)}").text
        shown = {act for act, word in words.items() if f'name="act" value="{word}"' in text}
        assert shown == allowed(state) & OFFICERS, state


def test_who_may_only_look_sees_no_form_and_posts_none(desk, acting, centre_client):
    claim_id = desk.file()
    answer = acting("adi", claim_id, "komentar", comment="x")
    assert answer.status_code == 403
    assert 'value="komentar"' not in centre_client.get(f"/klaim/{claim_id}").text


def test_from_asking_to_paying_by_forms(desk, acting):
    claim_id = desk.file("JKK-KECELAKAAN")
    asked = acting("dewi", claim_id, "minta", **{"want.rekening": "1", "other.1": "visum"}, note="Yang asli.")
    assert asked.headers["location"] == f"/klaim/{claim_id}?hasil=minta#keputusan"
    assert desk.state(claim_id) == "asked"
    awards = {"award.JKK-OBAT-LN": "12.000.000", "award.JKK-ALAT": " 500000 ", "award.JKK-GIGI": ""}
    assert "hasil=setujui" in acting("dewi", claim_id, "setujui", **awards).headers["location"]
    assert "hasil=retur" not in acting("dewi", claim_id, "retur", note="x").text
    paid = {"amount": "Rp 12.500.000", "reference": "TRF-7", "paid_on": DAY.isoformat()}
    assert "hasil=bayar" in acting("budi", claim_id, "bayar", **paid).headers["location"]
    assert "hasil=retur" in acting("budi", claim_id, "retur", note="Rekening ditutup.").headers["location"]
    assert "hasil=buka" in acting("budi", claim_id, "buka", note="Salah jumlah.").headers["location"]
    assert "hasil=usul" in acting("budi", claim_id, "tolak", reason="not_covered").headers["location"]
    shown = acting("dewi", claim_id, "tolak", reason="not_covered")
    assert shown.status_code == 400
    assert "menunggu petugas kedua" in shown.text
    mark = re.search(r'name="proposal" value="([^"]+)"', shown.text)
    assert mark is not None
    assert "hasil=sepakat" in acting("dewi", claim_id, "sepakat", proposal=mark[1]).headers["location"]
    assert desk.state(claim_id) == "rejected"


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("minta", {"note": "Tolong."}, "Wajib diisi."),
        ("minta", {"want.paspor": "1", "by_day": "2026-13-40", "note": "Tolong."}, "Tanggal ini tidak ada"),
        ("setujui", {"award.JKK-OBAT-LN": "12,5 juta", "note": "Tolong."}, "Tulis jumlah uang"),
        ("setujui", {"award.JKK-OBAT-LN": "90000000"}, "Tulis alasannya dalam catatan"),
        ("tolak", {"reason": "duplicate", "duplicate_of": "TPE9-K-1", "note": "Tolong."}, "tidak ada di pusat"),
        ("tolak", {"reason": "", "note": "Tolong."}, "Wajib diisi."),
    ],
)
def test_what_is_refused_is_said_beside_the_field_and_nothing_typed_is_lost(desk, acting, act, fields, said):
    claim_id = desk.file()
    answer = acting("dewi", claim_id, act, **fields)
    assert answer.status_code == 400
    assert said in answer.text
    for name, typed in fields.items():
        if name.startswith("want."):
            assert re.search(rf'name="{name}" value="1" checked', answer.text)
        elif name == "note":
            assert f">{typed}</textarea>" in answer.text
        elif name == "reason":
            assert typed == "" or f'value="{typed}" selected' in answer.text
        else:
            assert f'name="{name}"' in answer.text
            assert f'value="{typed}"' in answer.text
    assert desk.state(claim_id) == "filed"


def test_what_came_meanwhile_is_said_and_the_next_try_is_based_on_it(desk, acting, centre_client):
    claim_id = desk.file()
    old = desk.before(claim_id).written()
    desk.attach(claim_id)
    fields = {"award.JKK-OBAT-LN": "1000000", "note": "Biaya rawat."}
    answer = acting("dewi", claim_id, "setujui", before=old, **fields)
    assert answer.status_code == 400
    assert "berubah sejak Anda membukanya" in answer.text
    assert "Sementara itu datang 1 dokumen" in answer.text
    assert ">Biaya rawat.</textarea>" in answer.text
    fresh = re.search(r'name="before" value="([^"]+)"', answer.text)
    assert fresh is not None
    assert "hasil=setujui" in acting("dewi", claim_id, "setujui", before=fresh[1], **fields).headers["location"]


def test_a_restricted_claim_is_worked_on_by_its_role_only(desk, acting):
    claim_id = desk.file("JKK-PERKOSAAN", restricted=True)
    answer = acting("dewi", claim_id, "setujui", **{"award.JKK-PERKOSAAN": "50000000"})
    assert answer.status_code in (403, 404)
    assert "PERKOSAAN" not in answer.text.upper().replace("/KLAIM", "")
    assert (
        "hasil=usul" in acting("sari", claim_id, "setujui", **{"award.JKK-PERKOSAAN": "50000000"}).headers["location"]
    )
    assert desk.state(claim_id) == "filed"


def test_comments_assignment_and_tasks_by_forms(desk, acting, centre_client):
    claim_id = desk.brought_to("rejected")
    late = desk.attach(claim_id)
    assert acting("dewi", claim_id, "komentar", comment=" ").status_code == 400
    assert acting("dewi", claim_id, "komentar", comment="<b>Tunggu</b>").headers["location"].endswith("#komentar")
    assert acting("dewi", claim_id, "tugas", assignee=str(desk["adi"].id)).status_code == 400
    assert acting("dewi", claim_id, "tugas", assignee="", mine="1").status_code == 303
    taken = acting("budi", claim_id, "tugas", assignee=str(desk["budi"].id), instead_of="")
    assert "sudah dipegang Dewi S." in taken.text
    settle = {"entry": str(late), "code": "claim.late_document"}
    assert acting("dewi", claim_id, "tinjau", **settle, note="").status_code == 400
    assert acting("dewi", claim_id, "tinjau", **settle, note="Sudah dibaca.").status_code == 303
    assert acting("dewi", claim_id, "entah").status_code == 400
    text = centre_client.get(f"/klaim/{claim_id}").text
    assert "&lt;b&gt;Tunggu&lt;/b&gt;" in text
    assert "Dewi S. (saya)" in text
    assert "Sudah diperiksa" not in text


def test_a_form_of_another_site_does_nothing(desk, acting):
    claim_id = desk.file()
    assert acting("dewi", claim_id, "tolak", reason="not_covered", csrf="x").status_code == 403
    assert desk.state(claim_id) == "filed"


# In a browser


def test_an_officer_decides_with_the_keyboard(desk, visitor_page):
    claim_id = desk.file("JKK-KECELAKAAN")
    desk.attach(claim_id)
    desk.report(claim_id, benefits=("JKK-CACAT-SEBAGIAN",))
    enter(visitor_page, desk.centre, "dewi", f"/klaim/{claim_id}")
    shot(visitor_page, "klaim-keputusan")
    visitor_page.get_by_text("Setujui", exact=True).first.focus()
    visitor_page.keyboard.press("Enter")
    first = visitor_page.get_by_label("Santunan cacat sebagian")
    visitor_page.keyboard.press("Tab")
    assert first.evaluate("one => one === document.activeElement")
    visitor_page.keyboard.type("30.000.000")
    shot(visitor_page, "klaim-setujui")
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("status").wait_for()
    assert "menunggu petugas kedua" in visitor_page.locator("#keputusan").inner_text()
    shot(visitor_page, "klaim-usulan-sendiri")
    visitor_page.get_by_role("button", name="Keluar").click()
    desk.centre.now.forward(timedelta(minutes=2))
    enter(visitor_page, desk.centre, "budi", f"/klaim/{claim_id}")
    shot(visitor_page, "klaim-usulan")
    visitor_page.get_by_text("Tolak", exact=True)
    visitor_page.get_by_role("button", name="Sepakat, putuskan").focus()
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("status").wait_for()
    assert desk.state(claim_id) == "approved"
    visitor_page.get_by_text("Catat pembayaran").click()
    visitor_page.get_by_label("Jumlah yang dibayar").fill("30.000")
    visitor_page.get_by_label("Nomor referensi bank").fill("TRF-8812")
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("alert").wait_for()
    assert "Yang disetujui Rp 30.000.000" in visitor_page.get_by_role("alert").inner_text()
    assert visitor_page.get_by_label("Nomor referensi bank").input_value() == "TRF-8812"
    shot(visitor_page, "klaim-bayar-ditolak")
    visitor_page.get_by_label("Jumlah yang dibayar").fill("30.000.000")
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("status").wait_for()
    assert desk.state(claim_id) == "paid"
    shot(visitor_page, "klaim-dibayar")


def test_an_officer_asks_for_papers_and_the_page_shows_what_came_late(desk, visitor_page):
    claim_id = desk.file("JKK-KECELAKAAN")
    enter(visitor_page, desk.centre, "dewi", f"/klaim/{claim_id}")
    visitor_page.get_by_text("Minta dokumen").first.click()
    visitor_page.locator("input[type=checkbox]").first.check()
    visitor_page.get_by_label("Pesan").fill("Mohon dibawa yang asli.")
    shot(visitor_page, "klaim-minta")
    visitor_page.get_by_role("button", name="Minta dokumen").click()
    visitor_page.get_by_role("status").wait_for()
    assert desk.state(claim_id) == "asked"
    desk.reject(claim_id)
    desk.attach(claim_id)
    visitor_page.reload()
    shot(visitor_page, "klaim-tugas")
    assert "Dokumen datang sesudah keputusan" in visitor_page.locator("#keputusan").inner_text()
