"""The console's page of one counter, in a browser: whose data is on its machine, and the list for the letters."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.officers import PASSWORD, enter, signed_in

from models.journal.consents import ConsentWithdrawn
from models.journal.ids import new_id
from models.journal.workers import WorkerRestricted
from models.sync.messages import Cursor
from server.usecases.breaches import on_terminal, people_on
from server.usecases.erasing import erase
from server.usecases.merging import merge
from server.usecases.officers import add_officer
from server.usecases.pairing import pair_all

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


@pytest.fixture
def adi(centre):
    return add_officer(centre, "adi", PASSWORD, role="auditor", name="Adi S.")


@pytest.fixture
def lost(enrolled, centre_clock):
    """A counter with three people on it: Siti has paid and claims, Dewi asked to be left alone."""
    visitor = enrolled()
    siti, dewi, ratna = new_id(), new_id(), new_id()
    visitor.journal.record(registration(siti))
    visitor.journal.record(registration(dewi, name="DEWI LESTARI"))
    visitor.journal.record(registration(ratna, name="RATNA WULANDARI"))
    visitor.journal.record(payment(siti))
    visitor.journal.record(accident(siti))
    visitor.journal.record(WorkerRestricted(worker_id=dewi, mission="TPE", restricted=True))
    visitor.push()
    visitor.sync([visitor.page(Cursor("post:TPE")).until])
    centre_clock.forward(timedelta(hours=3))
    return siti, dewi, ratna


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_from_the_overview_to_the_people_of_a_counter_and_the_list_for_their_letters(centre, lost, adi, visitor_page):
    erase(centre, lost[2], "request")
    enter(visitor_page, centre, "adi", "/")
    visitor_page.locator("#loket").get_by_role("link", name="TPE3").click()
    visitor_page.get_by_role("heading", name="Data siapa di loket TPE3?").wait_for()
    shot(visitor_page, "terminal")
    said = visitor_page.locator("main").inner_text()
    assert "KDEI Taipei · 2 orang, 1 di antaranya dibatasi." in said
    assert "1 orang yang sudah dihapus di pusat masih tersimpan di loket ini." in said
    assert "dalam 72 jam" in said
    streams = visitor_page.locator("section").nth(0).locator("tbody tr").all_inner_texts()
    # Who was erased since is one entry that the counter has not fetched.
    assert [row.split("\t")[:4] for row in streams] == [["post:TPE", "6", "6", "7"]]
    people = visitor_page.locator("section").nth(1).locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in people] == ["D. L. dibatasi", "SITI NURHALIZA"]
    assert people[0].split("\t")[1:] == ["—", "—", "—"]
    assert "DEWI" not in said
    assert "RATNA" not in said

    with visitor_page.expect_download() as waiting:
        visitor_page.get_by_role("link", name="Unduh daftar untuk surat (CSV)").click()
    assert waiting.value.suggested_filename == "data-di-loket-TPE3.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    # She has to be told as well.
    assert "DEWI LESTARI" in text
    assert text.splitlines()[0].startswith("Nama;Tanggal lahir;Paspor;Telepon")
    assert "RATNA" not in text


def test_a_counter_nobody_knows_is_said_in_a_sentence(centre, lost, adi, visitor_page):
    enter(visitor_page, centre, "adi", "/loket/KUL7")
    assert "Loket KUL7 tidak dikenal." in visitor_page.locator("main").inner_text()


def test_of_a_person_joined_from_two_one_word_hides_both_everywhere(centre, enrolled, adi, visitor_page):
    here, there = enrolled("TPE3"), enrolled("HKG1", mission="HKG")
    kept, other = new_id(), new_id()
    here.journal.record(registration(kept))
    here.journal.record(payment(kept))
    here.journal.record(accident(kept))
    here.push()
    there.journal.record(registration(other, mission="HKG", name="SITI NOERHALIZA"))
    there.journal.record(payment(other, 1, mission="HKG", series="HKG1"))
    there.push()
    merge(centre, kept, other)
    # The word is said of the registration that was gathered under the other one.
    there.journal.record(WorkerRestricted(worker_id=other, mission="HKG", restricted=True))
    there.push(there.journal.entries[2:])

    enter(visitor_page, centre, "adi", "/")
    for place in ("#klaim", "#pembayaran"):
        rows = visitor_page.locator(f"{place} tbody tr").all_inner_texts()
        assert rows
        assert all("\tS. N.\t" in row for row in rows)
    visitor_page.goto("/penggabungan")
    said = visitor_page.locator("main").inner_text()
    assert "S. N." in said
    assert "HALIZA" not in said
    shot(visitor_page, "merges-restricted")
    seen = on_terminal(centre, "TPE3")
    assert (seen.people, seen.restricted) == (1, 1)
    assert [one.listed for one in people_on(centre, "TPE3")] == ["S. N."]


def test_a_pair_with_somebody_who_took_consent_back_shows_no_more_than_is_needed(
    centre, enrolled, adi, visitor_page, two_of_siti
):
    one, other, visitor = two_of_siti
    visitor.journal.record(ConsentWithdrawn(worker_id=other, mission="TPE"))
    visitor.push(visitor.journal.entries[2:])
    pair_all(centre)
    enter(visitor_page, centre, "adi", "/pasangan")
    (row,) = visitor_page.locator("tbody tr").all_inner_texts()
    assert "S. N." in row
    assert "NOERHALIZA" not in row
    visitor_page.goto(f"/pasangan/{one}/{other}")
    shot(visitor_page, "pair-restricted")
    said = visitor_page.locator("main").inner_text()
    assert "SITI NURHALIZA" in said
    assert "dibatasi" in said
    assert [text for text in ("NOERHALIZA", "C4821908", "3507105203940003", "Malang") if text in said] == ["Malang"]
    # What differs is still marked, by what is known and not by what is shown.
    marked = visitor_page.locator(".differs th").all_inner_texts()
    assert [text.split("\n")[0] for text in marked] == ["Nama", "Nomor paspor"]


@pytest.fixture
def two_of_siti(enrolled):
    visitor = enrolled()
    one, other = sorted((new_id(), new_id()))
    for worker_id, given in (
        (one, {"passport_number": "B1112223", "birth_place": "Malang"}),
        (other, {"name": "SITI NOERHALIZA", "passport_number": "C4821908", "birth_place": "Malang"}),
    ):
        body = registration(worker_id)
        assert body.personal is not None
        personal = msgspec.structs.replace(
            body.personal, **given, mother_name="AMINAH", nik="3507105203940003" if worker_id == other else None
        )
        visitor.journal.record(msgspec.structs.replace(body, personal=personal))
    visitor.push()
    return one, other, visitor


# Without a browser: what it must not be able to do


def test_only_who_answers_for_a_breach_looks(centre, centre_client, lost):
    paths = ("/loket/TPE3", "/loket/TPE3/data.csv")
    for path in paths:
        assert centre_client.get(path, follow_redirects=False).headers["location"] == "/masuk"
    add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")
    centre_client.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    for path in paths:
        answer = centre_client.get(path)
        assert answer.status_code == 403
        assert "NURHALIZA" not in answer.text
    # What is not for them is not offered either.
    assert 'href="/loket/TPE3"' not in centre_client.get("/").text


def test_names_are_text_whatever_they_hold_on_the_page_and_no_formula_in_the_list(centre, centre_client, enrolled, adi):
    visitor = enrolled()
    visitor.journal.record(registration(new_id(), name="=<script>alert(1)</script>"))
    visitor.push()
    centre_client.cookies.set("loket_petugas", signed_in(centre, "adi"))
    page, file = centre_client.get("/loket/TPE3"), centre_client.get("/loket/TPE3/data.csv")
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "\n'=<script>" in file.text
    assert file.headers["cache-control"] == "no-store"
