"""Beside the queue: what waits for a second officer or a second look, and the queue as a sheet."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from loket_testing.deciding import ClaimDesk, claim_desk
from loket_testing.officers import PASSWORD, enter, signed_in
from sqlalchemy import update

from server.console.sessions import COOKIE
from server.store.tables import officer
from server.usecases import claim_decisions as decisions
from server.usecases.claim_assignments import assign
from server.usecases.officers import hash_password

SHOTS = os.environ.get("LOKET_SHOTS")


@pytest.fixture
def desk(centre, enrolled) -> ClaimDesk:
    desk = claim_desk(centre, enrolled("TPE3"))
    with centre.engine.begin() as connection:
        connection.execute(update(officer).values(password=hash_password(PASSWORD)))
    return desk


@pytest.fixture
def seen_by(desk, centre_client):
    """A page as an officer sees it."""
    cookies: dict[str, str] = {}

    def get(login: str, address: str):
        if login not in cookies:
            cookies[login] = signed_in(desk.centre, login)
        centre_client.cookies.clear()
        centre_client.cookies.set(COOKIE, cookies[login])
        return centre_client.get(address)

    return get


@pytest.fixture
def waiting(desk) -> dict[str, str]:
    """Four claims by their numbers: proposed, decided with a late paper, and a restricted one of each."""
    proposed, late = desk.file(), desk.brought_to("rejected")
    secret, secret_late = desk.file("JKK-PERKOSAAN", restricted=True), desk.brought_to("rejected", restricted=True)
    decisions.approve(desk.centre, proposed, [("JKK-OBAT-LN", 30_000_000)], by=desk["dewi"])
    decisions.approve(desk.centre, secret, [("JKK-PERKOSAAN", 50_000_000)], by=desk["sari"])
    desk.attach(late)
    desk.attach(late, "visum")
    desk.attach(secret_late)
    ids = {"proposed": proposed, "late": late, "secret": secret, "secret_late": secret_late}
    return {name: desk.row(one).number for name, one in ids.items()}


def test_what_waits_for_officers_stands_beside_the_queue(desk, waiting, seen_by):
    mine, other = (seen_by(login, "/klaim").text for login in ("dewi", "budi"))
    for text in (mine, other):
        assert "Menunggu petugas kedua" in text
        assert "Perlu diperiksa" in text
        assert waiting["late"] in text
        assert "dan 1 lagi" in text
        assert waiting["secret"] not in text
        assert waiting["secret_late"] not in text
    assert "diusulkan Anda" in mine
    assert "diusulkan Dewi S." in other
    named = seen_by("tuti", "/klaim").text
    assert waiting["secret"] in named
    assert waiting["secret_late"] in named


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_filtered_queue_is_a_sheet_and_tells_nothing_of_restricted_claims_to_anybody(desk, waiting, seen_by):
    claim_id = desk.file("JKK-KECELAKAAN")
    assign(desk.centre, claim_id, desk["budi"].id, by=desk["dewi"])
    for login in ("dewi", "sari", "adi"):
        answer = seen_by(login, "/antrean-klaim.csv")
        assert answer.headers["content-disposition"] == 'attachment; filename="antrean-klaim-2026-11-22.csv"'
        rows = rows_of(answer.content)
        assert [row["Jenis"] for row in rows].count("Klaim khusus") == 1
        (hidden,) = [row for row in rows if row["Jenis"] == "Klaim khusus"]
        told = {name: said for name, said in hidden.items() if said}
        assert told == {
            "Perwakilan": "KDEI Taipei",
            "Jenis": "Klaim khusus",
            "Diajukan": "2026-11-22",
            "Umur (hari)": "0",
        }
        assert rows[-1]["Nomor klaim"] == desk.row(claim_id).number
        assert rows[-1]["Pekerja"] == "SITI NURHALIZA"
        assert rows[-1]["Petugas"] == "Budi S."
        assert rows[-1]["Dokumen diminta"] == "7"
    rejected = rows_of(seen_by("sari", "/antrean-klaim.csv?keadaan=ditolak").content)
    assert [row["Keadaan"] for row in rejected] == ["ditolak"], "of the restricted one not even that"
    assert rows_of(seen_by("sari", "/antrean-klaim.csv?cari=siti&keadaan=semua").content) != []
    book = seen_by("dewi", "/antrean-klaim.xlsx?keadaan=semua")
    assert book.content.startswith(b"PK")
    assert seen_by("dewi", "/antrean-klaim.pdf").status_code == 404
    assert seen_by("hadi", "/antrean-klaim.csv").status_code == 403


def test_the_sheet_is_one_link_away_with_the_filters_that_are_set(desk, waiting, visitor_page):
    enter(visitor_page, desk.centre, "dewi", "/klaim?keadaan=semua&jenis=JKK")
    with visitor_page.expect_download() as download:
        visitor_page.get_by_role("link", name="CSV").click()
    rows = rows_of(Path(download.value.path()).read_bytes())
    assert [row["Nomor klaim"] for row in rows] == [waiting["proposed"], waiting["late"]]
    visitor_page.goto("/klaim")
    if SHOTS:
        visitor_page.screenshot(path=Path(SHOTS) / "antrean-tugas.png", full_page=True)
