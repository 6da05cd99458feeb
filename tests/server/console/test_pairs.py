"""The console's pages of people registered twice, in a browser: look, decide, undo."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.officers import PASSWORD, enter, signed_in
from sqlalchemy import select

from models.journal.ids import new_id
from models.journal.workers import Remark, WorkerCompared
from models.ledger.tables import worker, worker_merge
from server.usecases.merging import merge
from server.usecases.officers import add_officer
from server.usecases.pairing import pair_all
from server.usecases.pairs import merges, open_pairs

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


def siti(worker_id, mission, **identity):
    body = registration(worker_id, mission=mission)
    assert body.personal is not None
    given = {"birth_date": date(1994, 3, 12), "birth_place": "Malang", "sex": "F", "mother_name": "AMINAH"} | identity
    return msgspec.structs.replace(body, personal=msgspec.structs.replace(body.personal, **given))


@pytest.fixture
def dewi(centre):
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


@pytest.fixture
def twice(centre, enrolled, centre_clock, dewi):
    """Siti in Hong Kong with two receipts and a claim, and in Taipei with one; and two who only might be one."""
    hkg, tpe = enrolled("HKG1", mission="HKG"), enrolled("TPE3")
    there, here = sorted((new_id(), new_id()))
    hkg.journal.record(siti(there, "HKG", passport_number="B1112223", nik="3507105203940003", phone="+85291234567"))
    hkg.journal.record(payment(there, 1, mission="HKG", series="HKG1"))
    hkg.journal.record(payment(there, 2, mission="HKG", series="HKG1", months=6, amount_idr=108_000))
    hkg.journal.record(accident(there, 1, mission="HKG", series="HKG1"))
    hkg.push()
    again = {"name": "SITI NOERHALIZA", "passport_number": "C4821907", "nik": "3507105203940003"}
    tpe.journal.record(siti(here, "TPE", phone="+886912345678", **again))
    tpe.journal.record(payment(here, 1))
    for name, mission, visitor in (("NUR AINI", "HKG", hkg), ("NURAINI", "TPE", tpe)):
        visitor.journal.record(
            siti(new_id(), mission, name=name, birth_date=date(1990, 7, 9), mother_name=None, passport_number=None)
        )
    hkg.push()
    tpe.push()
    pair_all(centre)
    centre_clock.forward(timedelta(hours=3))
    return there, here


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def merged_into(centre, one):
    return centre.read(lambda connection: connection.scalar(select(worker.c.merged_into).where(worker.c.id == one)))


def test_two_who_are_one_are_seen_side_by_side_and_joined_and_parted_again(centre, twice, visitor_page):
    there, here = twice
    enter(visitor_page, centre, "dewi", "/")
    assert visitor_page.get_by_text("2 pasangan pendaftaran mungkin satu orang.").is_visible()
    shot(visitor_page, "overview")
    visitor_page.get_by_role("navigation").get_by_role("link", name="Peserta").click()
    rows = visitor_page.locator("tbody tr")
    assert rows.count() == 2
    assert "SITI NURHALIZA\nSITI NOERHALIZA" in rows.first.inner_text()
    assert "KJRI Hong Kong\nKDEI Taipei" in rows.first.inner_text()
    assert "NIK sama" in rows.first.inner_text()
    assert "3 jam" in rows.first.inner_text()
    shot(visitor_page, "pairs")

    # The first one is in focus already: the keyboard is enough.
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("heading", name="Satu orang atau dua?").wait_for()
    shot(visitor_page, "pair")
    marked = visitor_page.locator(".differs th").all_inner_texts()
    assert [text.split("\n")[0] for text in marked] == ["Nama", "Nomor paspor", "Telepon"]
    sides = visitor_page.locator(".columns .card")
    assert "HKG1-2026-000001" in sides.nth(0).inner_text()
    assert "HKG1-K-2026-000001" in sides.nth(0).inner_text()
    assert "TPE3-2026-000001" in sides.nth(1).inner_text()
    assert visitor_page.get_by_label("SITI NURHALIZA KJRI Hong Kong").is_checked()
    visitor_page.get_by_label("Catatan").fill("paspor lama dilihat")
    visitor_page.get_by_role("button", name="Satu orang yang sama").click()

    assert "Digabung menjadi satu orang" in visitor_page.get_by_role("status").inner_text()
    assert visitor_page.locator("tbody tr").count() == 1
    assert (merged_into(centre, there), merged_into(centre, here)) == (None, there)

    visitor_page.get_by_role("navigation").get_by_role("link", name="Penggabungan").click()
    row = visitor_page.locator("tbody tr")
    assert "Dewi A.\nPusat" in row.inner_text()
    assert "paspor lama dilihat" in row.inner_text()
    shot(visitor_page, "merges")
    visitor_page.get_by_label("Alasan membatalkan").fill("ternyata kakaknya")
    visitor_page.get_by_role("button", name="Pisahkan").click()
    assert "terpisah lagi" in visitor_page.get_by_role("status").inner_text()
    undone = visitor_page.locator("tbody tr").inner_text()
    assert "dibatalkan" in undone
    assert "ternyata kakaknya" in undone
    shot(visitor_page, "undone")
    assert merged_into(centre, here) is None
    pair_all(centre)
    visitor_page.goto(f"/pasangan/{there}/{here}")
    assert visitor_page.get_by_text("pernah digabung, lalu dibatalkan").is_visible()


def test_the_other_one_may_be_chosen_to_go_on(centre, twice, visitor_page):
    there, here = twice
    enter(visitor_page, centre, "dewi", f"/pasangan/{there}/{here}")
    visitor_page.get_by_label("SITI NOERHALIZA KDEI Taipei").check()
    visitor_page.get_by_role("button", name="Satu orang yang sama").click()
    visitor_page.get_by_role("status").wait_for()
    assert merged_into(centre, there) == here


def test_two_who_are_two_leave_the_list_and_stay_off_it(centre, twice, visitor_page):
    there, here = twice
    enter(visitor_page, centre, "dewi", f"/pasangan/{there}/{here}")
    visitor_page.get_by_role("button", name="Bukan").click()
    assert "dua orang yang berbeda" in visitor_page.get_by_role("status").inner_text()
    assert visitor_page.locator("tbody tr").count() == 1
    pair_all(centre)
    visitor_page.reload()
    assert visitor_page.locator("tbody tr").count() == 1


def test_what_a_clerk_said_is_shown_with_their_remark(centre, twice, enrolled, dewi, visitor_page):
    there, here = twice
    kul = enrolled("KUL1", mission="KUL")
    kul.journal.record(
        WorkerCompared(
            worker_id=here, other_id=there, mission="KUL", same=True, personal=Remark(remark="orangnya sendiri bilang")
        )
    )
    kul.push()
    pair_all(centre)
    enter(visitor_page, centre, "dewi", "/pasangan")
    assert "kata petugas: satu orang" in visitor_page.locator("tbody tr").first.inner_text()
    visitor_page.goto(f"/pasangan/{there}/{here}")
    said = "Petugas KBRI Kuala Lumpur (3 jam lalu): satu orang yang sama — «orangnya sendiri bilang»"
    assert visitor_page.locator(".word").inner_text() == said
    shot(visitor_page, "word")


def test_an_empty_list_says_so(centre, dewi, visitor_page):
    enter(visitor_page, centre, "dewi", "/pasangan")
    assert visitor_page.get_by_text("Tidak ada pasangan yang menunggu.").is_visible()
    visitor_page.goto("/penggabungan")
    assert visitor_page.get_by_text("Belum ada pendaftaran yang digabungkan.").is_visible()


# Without a browser: what it must not be able to do


def as_officer(client, centre, login="dewi") -> str:
    client.cookies.set("loket_petugas", signed_in(centre, login))
    text = client.get("/pasangan").text
    return text.split('name="csrf" value="')[1].split('"')[0]


def test_a_form_from_elsewhere_neither_joins_nor_parts(centre, centre_client, twice):
    there, here = twice
    merge_id = merge(centre, there, here)
    as_officer(centre_client, centre)
    for path in (f"/pasangan/{there}/{here}", f"/penggabungan/{merge_id}"):
        for csrf in ({}, {"csrf": "guessed"}):
            assert centre_client.post(path, data={"decision": "same", **csrf}).status_code == 403
    assert merges(centre)[0].undone_at is None
    assert centre.read(lambda connection: len(connection.execute(select(worker_merge)).all())) == 1


def test_nobody_sees_or_decides_without_a_session(centre_client, twice):
    there, here = twice
    for path in ("/pasangan", f"/pasangan/{there}/{here}", "/penggabungan"):
        assert centre_client.get(path, follow_redirects=False).headers["location"] == "/masuk"
    answer = centre_client.post(f"/pasangan/{there}/{here}", data={"decision": "same"}, follow_redirects=False)
    assert answer.headers["location"] == "/masuk"


def test_an_auditor_looks_and_decides_nothing(centre, centre_client, twice):
    there, here = twice
    add_officer(centre, "adi", PASSWORD, role="auditor", name="Adi")
    csrf = as_officer(centre_client, centre, "adi")
    seen = centre_client.get(f"/pasangan/{there}/{here}")
    assert "Yang memutuskan adalah verifikator atau admin." in seen.text
    assert "Satu orang yang sama" not in seen.text
    answer = centre_client.post(f"/pasangan/{there}/{here}", data={"csrf": csrf, "decision": "same"})
    assert answer.status_code == 403
    assert "Peran Anda tidak berwenang" in answer.text
    assert merges(centre) == ()


def test_what_somebody_else_decided_meanwhile_is_said(centre, centre_client, twice):
    there, here = twice
    csrf = as_officer(centre_client, centre)
    merge_id = merge(centre, there, here)
    answer = centre_client.post(f"/pasangan/{there}/{here}", data={"csrf": csrf, "decision": "same"})
    assert answer.status_code == 404
    assert "Keduanya sudah satu orang." in answer.text
    for _ in range(2):
        last = centre_client.post(f"/penggabungan/{merge_id}", data={"csrf": csrf})
    assert last.status_code == 400
    assert "sudah dibatalkan" in last.text


def test_a_remark_that_is_too_long_is_not_lost(centre, centre_client, twice):
    there, here = twice
    csrf = as_officer(centre_client, centre)
    typed = "kakak adik " * 60
    answer = centre_client.post(
        f"/pasangan/{there}/{here}", data={"csrf": csrf, "decision": "same", "remark": typed, "keep": str(here)}
    )
    assert answer.status_code == 400
    assert typed.strip() in answer.text
    assert f'value="{here}" checked' in answer.text


def test_names_are_text_whatever_they_hold(centre, centre_client, enrolled, dewi):
    visitor = enrolled()
    for _ in range(2):
        visitor.journal.record(siti(new_id(), "TPE", name="<script>alert(1)</script>", passport_number="C1111111"))
    visitor.push()
    pair_all(centre)
    as_officer(centre_client, centre)
    row = open_pairs(centre).rows[0]
    for path in ("/pasangan", f"/pasangan/{row.first_id}/{row.second_id}"):
        text = centre_client.get(path).text
        assert "&lt;script&gt;" in text
        assert "<script" not in text
        assert "style=" not in text


def test_an_address_that_is_none_is_not_found(centre, centre_client, twice):
    there, _ = twice
    as_officer(centre_client, centre)
    assert centre_client.get(f"/pasangan/{there}/{new_id()}").status_code == 404
    assert centre_client.get(f"/pasangan/{there}/apa").status_code == 400
