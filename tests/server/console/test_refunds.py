"""The console's pages of refunds, in a browser: look, approve, transfer, refuse."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from loket_testing.bodies import payment, registration
from loket_testing.officers import PASSWORD, enter, signed_in

from models.journal.ids import new_id
from models.journal.reference import MissionPublished
from models.journal.refunds import RefundRequested, RefundWish
from server.usecases.journal import record
from server.usecases.officers import add_officer
from server.usecases.publish import mission_id
from server.usecases.refunds import refund_with

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


@pytest.fixture
def asked(centre, enrolled, centre_clock):
    """Two requests of counter TPE3: the first for cash, the second for a transfer to Siti's account."""
    add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")
    cash = MissionPublished(mission_id=mission_id("TPE"), mission="TPE", cash_allowed=True, counters={})
    centre.write(lambda connection: record(connection, centre, [cash]))
    visitor, worker = enrolled("TPE3"), new_id()
    visitor.journal.record(registration(worker))
    receipts = [visitor.journal.record(payment(worker, serial)).id for serial in (1, 2)]
    ids = []
    for receipt_id, method, wish in (
        (receipts[0], "cash", RefundWish(reason="Kontrak batal, tidak jadi berangkat")),
        (
            receipts[1],
            "transfer",
            RefundWish(
                reason="Dibayar dua kali",
                bank_name="BRI",
                bank_account="012345678901",
                bank_holder="SITI NURHALIZA",
            ),
        ),
    ):
        body = RefundRequested(
            worker_id=worker,
            mission="TPE",
            receipt_id=receipt_id,
            method=method,
            business_date=date(2026, 11, 22),
            personal=wish,
        )
        ids.append(visitor.journal.record(body).id)
    visitor.push()
    centre_clock.forward(timedelta(hours=3))
    return ids


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_an_officer_sees_what_waits_and_approves_it_by_keyboard(centre, asked, visitor_page):
    enter(visitor_page, centre, "dewi", "/")
    assert visitor_page.get_by_text("2 pengembalian iuran menunggu keputusan.").is_visible()
    visitor_page.get_by_role("navigation").get_by_role("link", name="Pembayaran").click()
    rows = visitor_page.locator("tbody tr")
    assert rows.count() == 2
    first = rows.first.inner_text()
    assert "TPE3-2026-000001\nKDEI Taipei" in first
    assert "Kontrak batal" in first
    assert "NT$ 649" in first
    assert "••••••8901" not in first
    shot(visitor_page, "refunds")

    # The first one is in focus already: the keyboard is enough.
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("heading", name="Pengembalian TPE3-2026-000001").wait_for()
    assert visitor_page.get_by_label("Setujui, tunai di loket").is_checked()
    shot(visitor_page, "refund")
    visitor_page.get_by_role("button", name="Simpan keputusan").click()
    assert "Disetujui tunai" in visitor_page.get_by_role("status").inner_text()
    assert refund_with(centre, asked[0]).state == "approved"
    assert "disetujui, belum dibayar" in visitor_page.locator("tbody tr").nth(1).inner_text()


def test_a_transfer_needs_its_number_and_what_was_typed_stays(centre, asked, visitor_page):
    enter(visitor_page, centre, "dewi", f"/pengembalian/{asked[1]}")
    assert visitor_page.get_by_text("012345678901").is_visible()
    assert visitor_page.get_by_label("Setujui, sudah ditransfer").is_checked()
    visitor_page.get_by_label("Catatan").fill("sudah dicek ke bank")
    visitor_page.get_by_role("button", name="Simpan keputusan").click()
    assert visitor_page.locator("#reference-problem").inner_text() == "Wajib diisi."
    assert visitor_page.get_by_label("Catatan").input_value() == "sudah dicek ke bank"
    shot(visitor_page, "refund-refused")
    visitor_page.get_by_label("Nomor transfer").fill("TRF-77")
    visitor_page.get_by_role("button", name="Simpan keputusan").click()
    assert "Disetujui lewat transfer" in visitor_page.get_by_role("status").inner_text()
    row = refund_with(centre, asked[1])
    assert (row.state, row.transfer_reference, row.note) == ("paid", "TRF-77", "sudah dicek ke bank")
    visitor_page.goto(f"/pengembalian/{asked[1]}")
    assert visitor_page.get_by_role("button", name="Simpan keputusan").count() == 0
    shot(visitor_page, "refund-paid")


def test_who_refuses_must_say_why(centre, asked, visitor_page):
    enter(visitor_page, centre, "dewi", f"/pengembalian/{asked[0]}")
    visitor_page.get_by_role("radio", name="Tolak").check()
    visitor_page.get_by_role("button", name="Simpan keputusan").click()
    assert visitor_page.locator("#note-problem").inner_text() == "Wajib diisi."
    visitor_page.get_by_label("Catatan").fill("Polis sudah berjalan.")
    visitor_page.get_by_role("button", name="Simpan keputusan").click()
    visitor_page.get_by_role("status").wait_for()
    assert (refund_with(centre, asked[0]).state, refund_with(centre, asked[0]).note) == (
        "refused",
        "Polis sudah berjalan.",
    )


def test_an_auditor_only_looks_and_a_form_of_elsewhere_is_turned_away(centre, centre_client, asked):
    add_officer(centre, "rudi", PASSWORD, role="auditor", name="Rudi")
    centre_client.cookies.set("loket_petugas", signed_in(centre, "rudi"))
    seen = centre_client.get(f"/pengembalian/{asked[0]}")
    assert seen.status_code == 200
    assert "Yang memutuskan adalah verifikator atau admin." in seen.text
    assert "Simpan keputusan" not in seen.text
    assert centre_client.post(f"/pengembalian/{asked[0]}", data={"decision": "cash"}).status_code == 403
    assert centre_client.get(f"/pengembalian/{new_id()}").status_code == 404
    assert refund_with(centre, asked[0]).state == "waiting"


def test_nobody_looks_without_signing_in(centre_client, asked):
    for path in ("/pengembalian", f"/pengembalian/{asked[0]}"):
        answer = centre_client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
