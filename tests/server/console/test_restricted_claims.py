"""Restricted claims at the console: who opens them, what everybody else reads of them, and what is kept of both."""

from __future__ import annotations

import html
import logging
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from loket_testing.claim_desk import SECRETS, Desk, picture
from loket_testing.officers import PASSWORD, enter, signed_in
from sqlalchemy import select

from models.journal.claims import ClaimDecided, ClaimNote, ClaimReopened, DocumentsRequested
from models.journal.sealed import SealedDecision, SealedNote, SealedRequest, seal_part
from server.store.tables import claim_access
from server.usecases.journal import record
from server.usecases.officers import add_officer
from server.usecases.roles import ROLES

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""

NUMBER = "TPE3-K-2026-000040"
SPOKEN = ("Tanyakan rumah sakitnya", "12.345.678", "Alasan tertutup")
"""What the centre itself said of it under seal."""


@pytest.fixture
def desk(centre, enrolled, centre_clock):
    """Siti's ordinary claim, and Rahma's restricted one with a sealed picture."""
    desk = Desk(centre, enrolled("TPE3"))
    siti = desk.worker()
    desk.claim("siti", siti, 31)
    desk.attach("siti", "paspor", picture("PASPOR SITI"))
    desk.restricted("rahma", desk.worker("RAHMA WULANDARI", paid_on=None), 40)
    desk.attach_sealed("rahma", "keterangan_medis", picture("VISUM RAHASIA"))
    desk.push()
    centre_clock.forward(timedelta(hours=3))
    for role in ROLES:
        add_officer(centre, role, PASSWORD, role=role, name=role.capitalize())
    return desk


def client_as(centre, client, role):
    client.cookies.set("loket_petugas", signed_in(centre, role))
    return client


def addresses(desk) -> list[str]:
    """Every page that has to do with the restricted claim, whoever guesses its address."""
    here = f"/klaim/{desk.claims['rahma']}"
    document = f"{here}/dokumen/{desk.documents['rahma']['keterangan_medis']}"
    return [here, document, f"{document}/halaman", f"{document}/asli", f"{here}/berkas.pdf"]


def kept(centre) -> list:
    query = select(claim_access.c.what, claim_access.c.document_id, claim_access.c.claim_id).order_by(claim_access.c.id)
    return list(centre.read(lambda connection: connection.execute(query).all()))


def walked(client, start: list[str]) -> dict[str, str]:
    """Every page and file that links lead to from these, by its address; the pages' words."""
    found: dict[str, str] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith("/static"):
            continue
        answer = client.get(path)
        found[path] = answer.text if "image" not in answer.headers["content-type"] else ""
        if "text/html" in answer.headers["content-type"]:
            links = [html.unescape(link) for link in re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)]
            # The same page under another filter or zoom says nothing else: those that might are where it starts.
            waiting += [link for link in links if "?" not in link]
    return found


def test_whatever_is_walked_through_by_whomever_nothing_of_its_contents_is_read_but_by_khusus(
    centre, centre_client, desk, caplog
):
    caplog.set_level(logging.DEBUG)
    filters = ["cari=000040", "cari=rahma", "jenis=KHUSUS", "petugas=kosong", "dokumen=lengkap", "keadaan=dokumen"]
    queues = [f"/klaim?{one}" for one in filters]
    exports = ["/antrean-klaim.csv", "/antrean-klaim.csv?cari=rahma", "/antrean-klaim.csv?jenis=KHUSUS&keadaan=semua"]
    start = ["/", "/klaim", "/jejak", "/jejak.csv", *queues, *exports]
    for role in ("verifikator", "auditor", "admin"):
        client = client_as(centre, centre_client, role)
        pages = walked(client, [*start, *addresses(desk)])
        assert f"/klaim/{desk.claims['siti']}" in pages
        for path, text in pages.items():
            assert [secret for secret in (*SECRETS, *SPOKEN) if secret in text] == [], (role, path)
            # Only the access log names it, for who watches over it; no list, and nowhere whom it is about.
            assert (NUMBER in text) == (role == "auditor" and path.startswith("/jejak")), (role, path)
            assert "RAHMA" not in text or path.startswith("/loket"), (role, path)
        assert "Klaim khusus" in pages["/klaim"]
        assert "KDEI Taipei" in pages["/klaim"]
    client = client_as(centre, centre_client, "khusus")
    pages = walked(client, [*start, *addresses(desk)])
    assert all(secret in pages[addresses(desk)[0]] for secret in SECRETS[:3])
    logged = "\n".join(f"{entry.getMessage()} {entry.exc_text or ''}" for entry in caplog.records)
    assert [secret for secret in (*SECRETS, "RAHMA", NUMBER) if secret in logged] == []


def test_the_queue_and_the_overview_say_that_it_is_one_where_and_how_old_and_nothing_else(centre, centre_client, desk):
    client = client_as(centre, centre_client, "verifikator")
    for path in ("/klaim", "/klaim?jenis=KHUSUS", "/klaim?keadaan=semua", "/klaim?perwakilan=TPE"):
        row = re.search(r'<tr class="hidden-claim">.*?</tr>', client.get(path).text, re.DOTALL)
        assert row is not None
        assert re.sub(r"<[^>]+>", " ", row[0]).split() == [
            "KDEI",
            "Taipei",
            "—",
            "Klaim",
            "khusus",
            "—",
            "3",
            "jam",
            "—",
        ]
    # No filter tells more of it: whom, what, how it stands, whose it is.
    for query in ("cari=rahma", "cari=000040", "dokumen=kurang", "petugas=kosong", "keadaan=bayar", "jenis=JKK"):
        assert "hidden-claim" not in client.get(f"/klaim?{query}").text
    assert NUMBER not in client.get("/").text
    khusus = client_as(centre, centre_client, "khusus")
    assert NUMBER in khusus.get("/klaim?cari=rahma").text
    assert kept(centre) == []


def test_every_opening_and_every_refusal_is_kept_before_anything_is_shown(centre, centre_client, desk):
    client = client_as(centre, centre_client, "auditor")
    answers = [client.get(path) for path in addresses(desk)]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert all("Yang dapat membukanya hanya Verifikator klaim khusus." in answer.text for answer in answers)
    assert [row.what for row in kept(centre)] == ["refused"] * 5

    client = client_as(centre, centre_client, "khusus")
    answers = [client.get(path) for path in addresses(desk)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert answers[3].content == picture("VISUM RAHASIA")
    document = desk.documents["rahma"]["keterangan_medis"]
    assert [tuple(row) for row in kept(centre)[5:]] == [
        ("page", None, desk.claims["rahma"]),
        ("document", document, desk.claims["rahma"]),
        ("image", document, desk.claims["rahma"]),
        ("download", document, desk.claims["rahma"]),
        ("dossier", None, desk.claims["rahma"]),
    ]
    assert "Ditolak: tidak berwenang" in answers[0].text
    # An ordinary claim is nobody's secret among officers.
    client.get(f"/klaim/{desk.claims['siti']}")
    assert len(kept(centre)) == 10


@pytest.mark.expects_log("the database refused what we asked")
def test_where_the_opening_cannot_be_kept_nothing_is_shown(centre, centre_client, desk):
    client = client_as(centre, centre_client, "khusus")
    with centre.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE claim_access RENAME TO claim_access_gone")
    for path in addresses(desk):
        answer = client.get(path)
        assert answer.status_code >= 500
        assert [secret for secret in SECRETS if secret in answer.text] == []


def test_who_may_open_it_reads_what_was_said_under_seal_and_who_looked_before(centre, centre_client, desk):
    key, claim_id, day = centre.keys.claims.public, desk.claims["rahma"], centre.now().date()
    asked = DocumentsRequested(claim_id=claim_id, mission="TPE", business_date=day, papers=1)
    decided = ClaimDecided(claim_id=claim_id, mission="TPE", business_date=day, outcome="approved")
    parts = [
        (asked, SealedRequest(wanted=("laporan",), note=SPOKEN[0])),
        (decided, SealedDecision(awards=(("JKK-PERKOSAAN", 12_345_678),))),
    ]
    for body, part in parts:
        entries = centre.write(lambda c, body=body, part=part: record(c, centre, [body], sealed=seal_part(part, key)))
    reopened = ClaimReopened(claim_id=claim_id, mission="TPE", undone_id=entries[0].id, personal=ClaimNote(note="—"))
    note = seal_part(SealedNote(note=SPOKEN[2]), key)
    centre.write(lambda connection: record(connection, centre, [reopened], sealed=note))

    client = client_as(centre, centre_client, "khusus")
    client.get(addresses(desk)[0])
    text = client.get(addresses(desk)[0]).text
    assert all(said in text for said in SPOKEN)
    assert text.count("Membuka klaim") == 2
    assert "31 Oktober 2026" in text
    assert "Visum" in text
    for role in ("verifikator", "auditor", "admin"):
        answer = client_as(centre, centre_client, role).get(addresses(desk)[0])
        assert [said for said in SPOKEN if said in answer.text] == []


def test_the_auditor_filters_the_log_and_takes_it_along(centre, centre_client, desk, centre_clock):
    client = client_as(centre, centre_client, "khusus")
    for path in addresses(desk):
        client.get(path)
    centre_clock.forward(timedelta(days=2))
    client_as(centre, centre_client, "verifikator").get(addresses(desk)[0])

    client = client_as(centre, centre_client, "auditor")
    text = client.get("/jejak").text
    assert text.count(NUMBER) == 6
    assert text.index("Ditolak: tidak berwenang</span>") < text.index("Mengunduh dokumen</td>")
    for query, found in {
        "perbuatan=refused": 1,
        "perbuatan=dossier": 1,
        "perbuatan=apa": 6,
        "klaim=000040": 6,
        "klaim=000031": 0,
        "dari=2026-11-23": 1,
        "sampai=2026-11-22": 5,
        "sampai=9999-12-31": 6,
        "dari=kemarin": 6,
        "petugas=bukan-id": 6,
        "hal=7": 6,
    }.items():
        assert (query, client.get(f"/jejak?{query}").text.count(NUMBER)) == (query, found)
    sheet = client.get("/jejak.csv?perbuatan=refused")
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Waktu (WIB);Petugas;Peran;Perbuatan;Klaim;Perwakilan;ID dokumen"
    assert lines[1:] == [f"2026-11-24 12:00:00;Verifikator;Verifikator;Ditolak: tidak berwenang;{NUMBER};KDEI Taipei;"]
    assert "attachment" in sheet.headers["content-disposition"]


def test_officers_see_it_in_a_browser(centre, desk, visitor_page):
    enter(visitor_page, centre, "khusus", addresses(desk)[1])
    image = visitor_page.get_by_role("img", name="halaman 1")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    visitor_page.goto(addresses(desk)[0])
    visitor_page.get_by_role("heading", name="Siapa yang membuka").wait_for()
    if SHOTS:
        visitor_page.screenshot(path=Path(SHOTS) / "restricted.png", full_page=True)
