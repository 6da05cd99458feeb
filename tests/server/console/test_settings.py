"""The console's page of settings: only administrators change them, and what was changed stays to be seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from loket_testing.officers import PASSWORD, enter, signed_in

from server.console.sessions import COOKIE
from server.usecases.officers import add_officer
from server.usecases.settings import four_eyes, set_four_eyes

SHOTS = os.environ.get("LOKET_SHOTS")


@pytest.fixture
def hadi(centre):
    return add_officer(centre, "hadi", PASSWORD, role="admin", name="Hadi K.")


def test_an_admin_changes_the_limit_and_sees_who_changed_it_before(centre, hadi, visitor_page):
    set_four_eyes(centre, 20_000_000)
    enter(visitor_page, centre, "hadi", "/pengaturan")
    field = visitor_page.get_by_label("Klaim di atas jumlah ini")
    assert field.input_value() == "Rp 20.000.000"
    field.fill("lima juta")
    visitor_page.get_by_role("button", name="Simpan").click()
    visitor_page.get_by_role("alert").wait_for()
    assert field.input_value() == "lima juta"
    assert four_eyes(centre).idr == 20_000_000
    field.fill("5.000.000")
    field.press("Enter")
    visitor_page.get_by_role("status").wait_for()
    assert four_eyes(centre).idr == 5_000_000
    rows = visitor_page.locator("tbody tr")
    assert [rows.nth(at).inner_text().split("\t")[1:] for at in range(2)] == [
        ["Hadi K.", "Rp 20.000.000", "Rp 5.000.000"],
        ["baris perintah pusat", "Rp 25.000.000", "Rp 20.000.000"],
    ]
    if SHOTS:
        visitor_page.screenshot(path=str(Path(SHOTS) / "pengaturan.png"), full_page=True)


def test_nobody_else_sees_or_changes_it(centre, centre_client):
    add_officer(centre, "dewi", PASSWORD, role="verifikator")
    assert centre_client.get("/pengaturan", follow_redirects=False).headers["location"] == "/masuk"
    centre_client.cookies.set(COOKIE, signed_in(centre, "dewi"))
    answer = centre_client.get("/pengaturan")
    assert (answer.status_code, "Yang boleh: Admin." in answer.text) == (403, True)
    sent = centre_client.post("/pengaturan", data={"limit": "1"})
    assert sent.status_code == 403
    assert four_eyes(centre).idr == 25_000_000
    assert "Pengaturan" not in centre_client.get("/").text
