"""The console's page of BPJS, in a browser: what waits, one confirmation, a balance, and a whole file."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from loket_testing.bodies import payment, registration
from loket_testing.officers import PASSWORD, enter, signed_in

from models.journal.ids import new_id
from models.ledger.tables import balance, membership
from server.usecases.memberships import waiting
from server.usecases.officers import add_officer

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the page."""
CARD = "21034567891"


@pytest.fixture
def paid(centre, enrolled, centre_clock):
    """Three receipts of counter TPE3 for one worker, two days old."""
    add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")
    visitor, worker = enrolled("TPE3"), new_id()
    visitor.journal.record(registration(worker))
    for serial in (1, 2, 3):
        visitor.journal.record(payment(worker, serial))
    visitor.push()
    centre_clock.forward(timedelta(days=2))
    return [f"TPE3-2026-{serial:06}" for serial in (1, 2, 3)]


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def still(centre) -> list[str]:
    return [one.number for one in centre.read(waiting)]


def rows_of(centre, table) -> list:
    return centre.read(lambda connection: connection.execute(table.select()).all())


def test_an_officer_sees_what_waits_and_confirms_one_with_its_card(centre, paid, visitor_page):
    enter(visitor_page, centre, "dewi", "/konfirmasi")
    mission = visitor_page.locator("tbody tr").first.inner_text()
    assert "KDEI Taipei" in mission
    assert "3" in mission
    assert "2 hari" in mission
    shot(visitor_page, "memberships")
    visitor_page.get_by_label("Nomor kuitansi").fill("TPE3-2026-009999")
    visitor_page.get_by_label("Nomor KPJ (bila").fill(CARD)
    visitor_page.get_by_role("button", name="Konfirmasi", exact=True).click()
    assert "TPE3-2026-009999" in visitor_page.locator("#receipt-problem").inner_text()
    assert visitor_page.get_by_label("Nomor KPJ (bila").input_value() == CARD
    visitor_page.get_by_label("Nomor kuitansi").fill(paid[0])
    visitor_page.get_by_label("Nomor kuitansi").press("Enter")
    assert "1 kuitansi dari 1 peserta dikonfirmasi." in visitor_page.get_by_role("status").inner_text()
    assert still(centre) == paid[1:]
    visitor_page.get_by_label("Nomor KPJ", exact=True).fill(CARD)
    visitor_page.get_by_label("Saldo (Rp)").fill("Rp dua juta")
    visitor_page.get_by_label("Per tanggal").fill("2026-10-31")
    visitor_page.get_by_role("button", name="Catat saldo").click()
    assert "angka" in visitor_page.locator("#amount_idr-problem").inner_text()
    visitor_page.get_by_label("Saldo (Rp)").fill("2.418.300")
    visitor_page.get_by_role("button", name="Catat saldo").click()
    assert "1 saldo dicatat." in visitor_page.get_by_role("status").inner_text()
    ((_row),) = rows_of(centre, balance)
    assert (_row.amount_idr, _row.as_of.isoformat()) == (2_418_300, "2026-10-31")


def test_a_file_is_taken_whole_or_not_at_all_and_says_which_row_is_wrong(centre, paid, visitor_page, tmp_path):
    enter(visitor_page, centre, "dewi", "/konfirmasi")
    file = tmp_path / "bpjs.csv"
    file.write_text(
        f"receipt;kpj;confirmed_on\n{paid[0]};{CARD};2026-11-20\nTPE3-2026-000777;;\n{paid[1]};;2026-11-20\n"
    )
    visitor_page.get_by_label("CSV atau JSON").set_input_files(file)
    visitor_page.get_by_role("button", name="Kirim berkas").click()
    visitor_page.get_by_role("heading", name="Berkas belum dicatat").wait_for()
    first = visitor_page.locator("tbody tr").first.inner_text()
    assert "2" in first
    assert "TPE3-2026-000777" in first
    shot(visitor_page, "memberships-file")
    assert still(centre) == paid
    assert rows_of(centre, membership) == []
    file.write_text(
        json.dumps(
            {
                "confirmations": [{"receipt": one, "kpj": CARD, "confirmed_on": "2026-11-20"} for one in paid],
                "balances": [{"kpj": CARD, "amount_idr": 600_000, "as_of": "2026-10-31"}],
            }
        )
    )
    visitor_page.get_by_label("CSV atau JSON").set_input_files(file)
    visitor_page.get_by_role("button", name="Kirim berkas").click()
    said = visitor_page.get_by_role("status").inner_text()
    assert "3 kuitansi dari 1 peserta dikonfirmasi." in said
    assert "1 saldo dicatat." in said
    assert still(centre) == []
    assert visitor_page.get_by_text("Semua kuitansi sudah dikonfirmasi.").is_visible()


@pytest.fixture
def officer(centre, centre_client, paid):
    centre_client.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    seen = centre_client.get("/konfirmasi")
    return seen.text.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Pilih berkasnya."),
        (b"nama,umur\nSiti,32\n", "tidak terbaca"),
        (b"\xff\xfe\x00", "tidak terbaca"),
        (b'{"confirmations": [{"receipt": 7}]}', "tidak terbaca"),
        (b"receipt,kpj\n", "Tidak ada satu baris pun"),
        (b"x" * (2 << 20), "lebih dari 2 MB"),
    ],
)
def test_a_file_that_is_none_says_so(centre, centre_client, paid, officer, content: bytes, said: str):
    answer = centre_client.post("/konfirmasi/berkas", data={"csrf": officer}, files={"file": ("a.csv", content)})
    assert answer.status_code == 400
    assert said in answer.text
    assert still(centre) == paid


def test_who_only_looks_confirms_nothing_and_a_form_of_elsewhere_is_turned_away(centre, centre_client, paid, officer):
    for path, fields, files in (
        ("/konfirmasi", {"receipt": paid[0]}, None),
        ("/konfirmasi/saldo", {"balance_kpj": CARD}, None),
        ("/konfirmasi/berkas", {"csrf": "x"}, {"file": ("a.csv", f"receipt\n{paid[0]}\n".encode())}),
    ):
        assert centre_client.post(path, data={"csrf": "bukan", **fields}, files=files).status_code == 403
    add_officer(centre, "rudi", PASSWORD, role="auditor", name="Rudi")
    centre_client.cookies.set("loket_petugas", signed_in(centre, "rudi"))
    seen = centre_client.get("/konfirmasi")
    assert "Yang mencatat adalah verifikator atau admin." in seen.text
    assert "Kirim berkas" not in seen.text
    assert still(centre) == paid
