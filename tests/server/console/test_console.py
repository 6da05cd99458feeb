"""The console's first page, in a browser: what came in."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.officers import PASSWORD, enter, signed_in
from sqlalchemy import select

from models.journal.ids import new_id
from server.store.tables import session
from server.usecases.officers import add_officer
from server.usecases.publish import MissionPart, Publication, publish


@pytest.fixture
def dewi(centre):
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


def figure(page, place: int) -> list[str]:
    """The lines of one of the four figures."""
    return [line for line in page.locator(".figure").nth(place).inner_text().split("\n") if line]


def test_an_officer_signs_in_sees_what_came_in_and_signs_out(centre, enrolled, centre_clock, dewi, visitor_page):
    publish(centre, Publication(missions=(MissionPart("TPE", True, {"TPE3": "Loket 3"}),)))
    visitor = enrolled()
    siti = new_id()
    visitor.journal.record(registration(siti))
    visitor.journal.record(payment(siti, 418))
    visitor.journal.record(accident(siti, 31))
    visitor.push()
    centre_clock.forward(timedelta(hours=2))

    enter(visitor_page, centre, "dewi")

    assert figure(visitor_page, 0) == ["Peserta aktif", "1", "dari 1 peserta terdaftar"]
    assert figure(visitor_page, 1) == ["Klaim menunggu keputusan", "1", "tertua 2 jam"]
    assert figure(visitor_page, 2) == ["Iuran bulan ini", "Rp 332.500", "1 kuitansi, nol selisih"]
    assert figure(visitor_page, 3) == ["Loket", "1 / 1 daring", "0 belum melapor > 24 jam"]
    claim = visitor_page.locator("#klaim tbody tr").inner_text()
    assert claim.startswith("TPE3-K-2026-000031\tSITI NURHALIZA")
    assert "KDEI Taipei" in claim
    payments = visitor_page.locator("#pembayaran tbody tr").inner_text()
    assert payments == "TPE3-2026-000418\tSITI NURHALIZA\tKDEI Taipei\t22 Nov 2026\tNT$ 649\tRp 332.500"
    assert "Loket 3" in visitor_page.locator("#loket tbody tr").inner_text()
    assert visitor_page.get_by_text("Dewi A. · Verifikator").is_visible()

    visitor_page.get_by_role("button", name="Keluar").click()
    visitor_page.get_by_role("heading", name="Masuk sebagai petugas pusat").wait_for()
    visitor_page.goto("/")
    assert visitor_page.url.endswith("/masuk")
    assert centre.read(lambda connection: connection.execute(select(session)).all()) == []


def test_a_restricted_claim_shows_neither_its_kind_nor_its_person(centre, enrolled, dewi, visitor_page):
    visitor = enrolled()
    siti = new_id()
    visitor.journal.record(registration(siti))
    visitor.journal.record(msgspec.structs.replace(accident(siti, 31), restricted=True, benefit="KHUSUS"))
    visitor.push()

    enter(visitor_page, centre, "dewi")

    row = visitor_page.locator("#klaim tbody tr").inner_text()
    assert "Klaim khusus" in row
    assert "SITI" not in row


def test_a_counter_that_has_been_silent_for_a_day_is_not_counted_as_heard(
    centre, enrolled, centre_clock, dewi, visitor_page
):
    silent, heard = enrolled(), enrolled("TPE4")
    centre_clock.forward(timedelta(hours=25))
    heard.sync()

    enter(visitor_page, centre, "dewi")

    assert figure(visitor_page, 3)[1:] == [
        "1 / 2 daring",
        "1 belum melapor > 24 jam",
    ]
    assert visitor_page.locator("#loket tbody tr").first.inner_text().startswith(silent.series)


def test_books_that_do_not_balance_are_said_aloud(centre, enrolled, dewi, visitor_page):
    visitor = enrolled()
    visitor.journal.record(payment(new_id()))
    visitor.push()
    with centre.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account_line SET amount = amount + 7 WHERE account = 'tender:cash'")

    enter(visitor_page, centre, "dewi")

    assert "selisih NT$ 7" in visitor_page.locator(".figure").nth(2).inner_text()


# Without a browser: what it must not be able to do


def test_cookies_and_headers_keep_scripts_frames_and_caches_out(centre_client):
    response = centre_client.get("/masuk")

    cookie = response.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Secure"))
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["cache-control"] == "no-store"
    assert "<script" not in response.text
    assert "style=" not in response.text


def test_names_are_shown_as_text_whatever_they_hold(centre, centre_client, enrolled, dewi):
    visitor = enrolled()
    siti = new_id()
    visitor.journal.record(registration(siti, name="<script>alert(1)</script>"))
    visitor.journal.record(payment(siti))
    visitor.push()
    centre_client.cookies.set("loket_petugas", signed_in(centre, "dewi"))

    text = centre_client.get("/").text

    assert "&lt;script&gt;" in text
    assert "<script" not in text
