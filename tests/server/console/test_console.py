"""The console in a browser: sign in, look, sign out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from loket_testing.bodies import accident, payment, registration
from sqlalchemy import select

from models.journal.ids import new_id
from models.rules.problems import Refused, Trouble
from server.store.tables import officer, session
from server.usecases.officers import add_officer, session_of, sign_in
from server.usecases.publish import MissionPart, Publication, publish

PASSWORD = "sembilan belas kuda"


@pytest.fixture
def dewi(centre):
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


def enter(page) -> None:
    page.goto("/")
    page.get_by_label("Nama masuk").fill("dewi")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


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

    enter(visitor_page)

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


def test_a_wrong_password_says_so_and_keeps_the_name(dewi, visitor_page):
    visitor_page.goto("/masuk")
    visitor_page.get_by_label("Nama masuk").fill("dewi")
    visitor_page.get_by_label("Kata sandi").fill("bukan ini ya")
    visitor_page.keyboard.press("Enter")

    assert visitor_page.get_by_role("alert").inner_text() == "Nama masuk atau kata sandi salah. Ketik kembali."
    assert visitor_page.get_by_label("Nama masuk").input_value() == "dewi"


def test_a_restricted_claim_shows_neither_its_kind_nor_its_person(enrolled, dewi, visitor_page):
    visitor = enrolled()
    siti = new_id()
    visitor.journal.record(registration(siti))
    visitor.journal.record(msgspec.structs.replace(accident(siti, 31), restricted=True, benefit="KHUSUS"))
    visitor.push()

    enter(visitor_page)

    row = visitor_page.locator("#klaim tbody tr").inner_text()
    assert "Klaim khusus" in row
    assert "SITI" not in row


def test_a_counter_that_has_been_silent_for_a_day_is_not_counted_as_heard(enrolled, centre_clock, dewi, visitor_page):
    silent, heard = enrolled(), enrolled("TPE4")
    centre_clock.forward(timedelta(hours=25))
    heard.sync()

    enter(visitor_page)

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

    enter(visitor_page)

    assert "selisih NT$ 7" in visitor_page.locator(".figure").nth(2).inner_text()


# Without a browser: what it must not be able to do


def signed_in(client, centre) -> str:
    cookie = sign_in(centre, "dewi", PASSWORD)
    client.cookies.set("loket_petugas", cookie)
    return cookie


def test_a_form_from_elsewhere_neither_signs_in_nor_out(centre, centre_client, dewi):
    fields = {"login": "dewi", "password": PASSWORD, "form": "guessed"}
    assert centre_client.post("/masuk", data=fields).status_code == 400
    centre_client.get("/masuk")
    assert centre_client.post("/masuk", data=fields).status_code == 400

    cookie = signed_in(centre_client, centre)
    assert centre_client.post("/keluar", data={"csrf": "guessed"}).status_code == 403
    assert session_of(centre, cookie) is not None


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


def test_nobody_sees_the_page_without_a_session(centre, centre_client, centre_clock, dewi):
    assert centre_client.get("/", follow_redirects=False).headers["location"] == "/masuk"
    centre_client.cookies.set("loket_petugas", "guessed")
    assert centre_client.get("/", follow_redirects=False).status_code == 303
    signed_in(centre_client, centre)
    assert centre_client.get("/", follow_redirects=False).status_code == 200
    centre_clock.forward(timedelta(hours=10))
    assert centre_client.get("/", follow_redirects=False).status_code == 303


def test_names_are_shown_as_text_whatever_they_hold(centre, centre_client, enrolled, dewi):
    visitor = enrolled()
    siti = new_id()
    visitor.journal.record(registration(siti, name="<script>alert(1)</script>"))
    visitor.journal.record(payment(siti))
    visitor.push()
    signed_in(centre_client, centre)

    text = centre_client.get("/").text

    assert "&lt;script&gt;" in text
    assert "<script" not in text


def test_five_wrong_passwords_lock_the_name_for_a_while(centre, centre_clock, dewi):
    for _ in range(5):
        with pytest.raises(Trouble) as trouble:
            sign_in(centre, "dewi", "bukan ini ya")
        assert trouble.value.code == "officer.sign_in"
    with pytest.raises(Trouble) as trouble:
        sign_in(centre, "dewi", PASSWORD)
    assert trouble.value.code == "officer.locked"
    centre_clock.forward(timedelta(minutes=2))
    assert sign_in(centre, "dewi", PASSWORD)


def test_passwords_are_kept_as_argon2id_and_cookies_as_digests(centre, dewi):
    cookie = sign_in(centre, "dewi", PASSWORD)

    kept = centre.read(lambda connection: connection.execute(select(officer)).one())
    digests = centre.read(lambda connection: connection.scalars(select(session.c.digest)).all())

    assert kept.password.startswith("$argon2id$")
    assert all(cookie.encode() not in digest for digest in digests)
    assert centre.now() == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("login", "password", "role", "code"),
    [
        ("", PASSWORD, "admin", "login.empty"),
        ("dewi a", PASSWORD, "admin", "login.form"),
        ("budi", "pendek", "admin", "password.too_short"),
        ("budi", PASSWORD, "raja", "staff.role_unknown"),
        ("DEWI", PASSWORD, "admin", "login.taken"),
    ],
)
def test_an_officer_who_cannot_be_is_refused(centre, dewi, login, password, role, code):
    with pytest.raises(Refused) as refusal:
        add_officer(centre, login, password, role=role)

    assert [problem.code for problem in refusal.value.problems] == [code]
