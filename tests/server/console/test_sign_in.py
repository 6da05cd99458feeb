"""Signing in at the console: password, phone, recovery codes; in a browser, and by what must not be possible."""

from __future__ import annotations

import os
import re
import threading
from base64 import b32decode
from datetime import timedelta
from pathlib import Path

import pytest
from loket_testing.officers import PASSWORD, enter, phone_code, signed_in
from sqlalchemy import select, text

from models.rules.problems import Refused, Trouble
from reports.qr import read_codes
from server.store.tables import officer, officer_event, officer_recovery, session
from server.usecases import sessions
from server.usecases.factors import DEMO_SECRET, STEP, code_of, step_of
from server.usecases.officers import add_officer, close_account, give_demo_factor, give_password, reset_factor
from server.usecases.sessions import begun, change_password, choose_password, enrol, give_code, session_of, sign_in

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def dewi(centre):
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


def type_password(page, login="dewi", password=PASSWORD) -> None:
    """By the keyboard alone, as the page puts the focus."""
    page.goto("/")
    page.locator("#login:focus").wait_for()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def trouble_of(run) -> str:
    with pytest.raises(Trouble) as trouble:
        run()
    return trouble.value.code


def kept(centre, table) -> list:
    return list(centre.read(lambda connection: connection.execute(select(table)).all()))


def what_happened(centre) -> list[str]:
    query = select(officer_event.c.what).order_by(officer_event.c.id)
    return list(centre.read(lambda connection: connection.scalars(query).all()))


# In a browser


def test_the_first_sign_in_enrols_a_phone_by_its_qr_code_and_shows_recovery_codes_once(centre, dewi, visitor_page):
    type_password(visitor_page)
    visitor_page.get_by_role("heading", name="Daftarkan ponsel Anda").wait_for()
    shot(visitor_page, "sign-in-phone")
    (scanned,) = read_codes(visitor_page.screenshot(full_page=True), "image/png")
    assert scanned.startswith("otpauth://totp/Loket%20PMI%20Pusat:dewi?")
    found = re.search(r"secret=([A-Z2-7]+)", scanned)
    assert found
    typed = visitor_page.locator("#secret").inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", typed)
    assert typed.replace(" ", "") == found[1]
    secret = b32decode(found[1])

    # A wrong one first: the code on the page stays the same.
    visitor_page.keyboard.type("000 000")
    visitor_page.keyboard.press("Enter")
    assert visitor_page.get_by_role("alert").inner_text().startswith("Kodenya salah")
    assert visitor_page.locator("#secret").inner_text() == typed

    half = {cookie["name"]: cookie["value"] for cookie in visitor_page.context.cookies()}["loket_petugas"]
    visitor_page.keyboard.type(code_of(secret, step_of(centre.now())))
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("heading", name="Kode pemulihan dewi").wait_for()
    shot(visitor_page, "recovery-codes")
    codes = visitor_page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    full = {cookie["name"]: cookie["value"] for cookie in visitor_page.context.cookies()}["loket_petugas"]
    assert full != half
    assert session_of(centre, half) is None
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_text("Dewi A. · Verifikator").wait_for()
    assert what_happened(centre) == ["added", "factor_enrolled", "signed_in"]

    visitor_page.get_by_role("button", name="Keluar").click()
    visitor_page.get_by_role("heading", name="Masuk sebagai petugas pusat").wait_for()
    assert kept(centre, session) == []


def test_the_second_sign_in_asks_for_the_code_and_a_recovery_code_takes_its_place(
    centre, centre_clock, dewi, visitor_page
):
    codes = enrolled_codes(centre)
    centre_clock.forward(timedelta(minutes=5))
    type_password(visitor_page)
    visitor_page.get_by_role("heading", name="Kode dari ponsel").wait_for()
    shot(visitor_page, "sign-in-code")
    visitor_page.keyboard.type("123456")
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("alert").wait_for()
    shot(visitor_page, "sign-in-code-wrong")
    # Typed as people type.
    visitor_page.keyboard.type(codes[3].lower().replace("-", " "))
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_text("Dewi A. · Verifikator").click()
    visitor_page.get_by_role("heading", name="Akun Anda").wait_for()
    assert "Kode pemulihan yang masih berlaku\n9" in visitor_page.locator("dl").inner_text()
    shot(visitor_page, "account")


def test_half_a_sign_in_waits_at_its_step_and_can_be_given_up(centre, dewi, visitor_page):
    phone_code(centre, "dewi")
    type_password(visitor_page)
    visitor_page.get_by_role("heading", name="Kode dari ponsel").wait_for()
    visitor_page.goto("/tarif")
    visitor_page.get_by_role("heading", name="Kode dari ponsel").wait_for()
    visitor_page.get_by_role("button", name="Mulai dari awal").click()
    visitor_page.get_by_role("heading", name="Masuk sebagai petugas pusat").wait_for()
    assert kept(centre, session) == []


def test_a_wrong_password_says_so_and_keeps_the_name(dewi, visitor_page):
    type_password(visitor_page, password="bukan ini ya")

    assert visitor_page.get_by_role("alert").inner_text() == "Nama masuk atau kata sandi salah. Ketik kembali."
    assert visitor_page.get_by_label("Nama masuk").input_value() == "dewi"


def test_who_was_given_a_password_chooses_another_one_before_any_page_opens(centre, visitor_page):
    add_officer(centre, "dewi", "diberikan-admin", name="Dewi A.", must_change=True)
    code = phone_code(centre, "dewi")
    type_password(visitor_page, password="diberikan-admin")
    visitor_page.get_by_label("Kode").fill(code)
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("heading", name="Pilih kata sandi Anda sendiri").wait_for()
    shot(visitor_page, "sign-in-password")
    visitor_page.goto("/")
    visitor_page.get_by_label("Kata sandi baru").fill("diberikan-admin")
    visitor_page.get_by_label("Sekali lagi").fill("diberikan-admin")
    visitor_page.keyboard.press("Enter")
    assert visitor_page.locator("#new-problem").inner_text().startswith("Kata sandi baru sama")
    visitor_page.get_by_label("Kata sandi baru").fill(PASSWORD)
    visitor_page.get_by_label("Sekali lagi").fill(PASSWORD)
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_text("Dewi A. · Verifikator").wait_for()
    assert sign_in(centre, "dewi", PASSWORD)


def test_one_changes_ones_own_password_and_makes_new_recovery_codes(centre, centre_clock, dewi, visitor_page):
    codes = enrolled_codes(centre)
    elsewhere = signed_in(centre, "dewi")
    centre_clock.forward(timedelta(minutes=5))
    enter(visitor_page, centre, "dewi", "/akun")
    visitor_page.get_by_label("Kata sandi sekarang").fill("bukan ini ya")
    for label in ("Kata sandi baru", "Sekali lagi"):
        visitor_page.get_by_label(label).fill("dua puluh kuda")
    visitor_page.get_by_role("button", name="Ganti kata sandi").click()
    assert visitor_page.locator("#current-problem").inner_text() == "Kata sandi yang sekarang salah. Ketik kembali."
    visitor_page.get_by_label("Kata sandi sekarang").fill(PASSWORD)
    for label in ("Kata sandi baru", "Sekali lagi"):
        visitor_page.get_by_label(label).fill("dua puluh kuda")
    visitor_page.get_by_role("button", name="Ganti kata sandi").click()
    assert "Kata sandi Anda diganti." in visitor_page.get_by_role("status").inner_text()
    assert session_of(centre, elsewhere) is None

    visitor_page.get_by_label("Kode dari ponsel").fill(phone_code(centre, "dewi"))
    visitor_page.get_by_role("button", name="Buat kode baru").click()
    visitor_page.get_by_role("heading", name="Kode pemulihan dewi").wait_for()
    renewed = visitor_page.locator(".codes li").all_inner_texts()
    assert not set(renewed) & set(codes)
    cookie = sign_in(centre, "dewi", "dua puluh kuda")
    assert trouble_of(lambda: give_code(centre, cookie, codes[0])) == "officer.code"
    assert session_of(centre, give_code(centre, cookie, renewed[0]))


def test_the_demonstration_shows_its_code_and_no_other_centre_takes_its_secret(centre, dewi, new_centre, visitor_page):
    from dataclasses import replace

    with pytest.raises(Refused) as refusal:
        give_demo_factor(centre, dewi.id)
    assert refusal.value.problems[0].code == "officer.demo_only"
    demo = replace(centre, demo=True)
    give_demo_factor(demo, dewi.id)
    assert sessions.demo_code(demo, dewi) == code_of(DEMO_SECRET, step_of(centre.now()))
    assert sessions.demo_code(centre, dewi) == ""
    type_password(visitor_page)
    visitor_page.get_by_role("heading", name="Kode dari ponsel").wait_for()
    assert "Peragaan" not in visitor_page.locator("main").inner_text()


# Without a browser: what must not be possible


def enrolled_codes(centre) -> tuple[str, ...]:
    """Dewi enrols a phone; her recovery codes."""
    cookie = sign_in(centre, "dewi", PASSWORD)
    secret = b32decode(sessions.enrolment(centre, cookie).typed.replace(" ", ""))
    return enrol(centre, cookie, code_of(secret, step_of(centre.now())))[1]


def test_a_code_is_taken_one_step_early_or_late_and_never_twice(centre, centre_clock, dewi):
    phone_code(centre, "dewi")
    secret, now = b"a phone for tests...", step_of(centre.now())
    cookie = sign_in(centre, "dewi", PASSWORD)
    for wrong in (code_of(secret, now - 2), code_of(secret, now + 2), "", "12345", "abcdef"):
        assert trouble_of(lambda given=wrong: give_code(centre, cookie, given)) == "officer.code"
    centre_clock.forward(timedelta(minutes=2))
    now = step_of(centre.now())
    opened = give_code(centre, sign_in(centre, "dewi", PASSWORD), f" {code_of(secret, now - 1)} ")
    assert session_of(centre, opened)
    again = sign_in(centre, "dewi", PASSWORD)
    assert trouble_of(lambda: give_code(centre, again, code_of(secret, now - 1))) == "officer.code"
    assert give_code(centre, again, code_of(secret, now + 1))
    # Those before the last one are past, though their time is not.
    third = sign_in(centre, "dewi", PASSWORD)
    assert trouble_of(lambda: give_code(centre, third, code_of(secret, now))) == "officer.code"
    centre_clock.forward(timedelta(seconds=2 * STEP))
    assert give_code(centre, third, code_of(secret, now + 2))


def test_one_code_sent_from_two_places_at_once_opens_one_session(centre, dewi):
    code = phone_code(centre, "dewi")
    cookies = [sign_in(centre, "dewi", PASSWORD) for _ in range(2)]
    opened: list[str] = []
    refused: list[str] = []

    def send(cookie: str) -> None:
        try:
            opened.append(give_code(centre, cookie, code))
        except Trouble as trouble:
            refused.append(trouble.code)

    threads = [threading.Thread(target=send, args=(cookie,)) for cookie in cookies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(opened), refused) == (1, ["officer.code"])


def test_wrong_passwords_and_wrong_codes_count_together_and_a_right_password_forgets_none(centre, centre_clock, dewi):
    code = phone_code(centre, "dewi")
    for _ in range(2):
        assert trouble_of(lambda: sign_in(centre, "dewi", "bukan ini ya")) == "officer.sign_in"
    cookie = sign_in(centre, "dewi", PASSWORD)
    for _ in range(3):
        assert trouble_of(lambda: give_code(centre, cookie, "000000")) == "officer.code"
    assert trouble_of(lambda: give_code(centre, cookie, code)) == "officer.locked"
    assert trouble_of(lambda: sign_in(centre, "dewi", PASSWORD)) == "officer.locked"
    centre_clock.forward(timedelta(minutes=2))
    # One more wrong one, and the pause is longer.
    assert trouble_of(lambda: give_code(centre, cookie, "000000")) == "officer.code"
    centre_clock.forward(timedelta(minutes=1))
    assert trouble_of(lambda: give_code(centre, cookie, "000000")) == "officer.locked"
    centre_clock.forward(timedelta(minutes=1, seconds=1))
    assert session_of(centre, give_code(centre, cookie, phone_code(centre, "dewi")))
    assert [row.failures for row in kept(centre, officer)] == [0]
    assert what_happened(centre) == ["added", "locked", "locked", "signed_in"]


def test_recovery_codes_are_good_once_and_only_for_their_officer(centre, dewi):
    add_officer(centre, "budi", PASSWORD)
    codes = enrolled_codes(centre)
    phone_code(centre, "budi")
    assert trouble_of(lambda: give_code(centre, sign_in(centre, "budi", PASSWORD), codes[0])) == "officer.code"
    assert give_code(centre, sign_in(centre, "dewi", PASSWORD), codes[0])
    assert trouble_of(lambda: give_code(centre, sign_in(centre, "dewi", PASSWORD), codes[0])) == "officer.code"


def test_the_database_alone_tells_neither_secret_nor_code_nor_cookie_nor_password(centre, dewi):
    cookie = sign_in(centre, "dewi", PASSWORD)
    typed = sessions.enrolment(centre, cookie).typed.replace(" ", "")
    secret = b32decode(typed)
    pending = kept(centre, session)[0].pending
    opened, codes = enrol(centre, cookie, code_of(secret, step_of(centre.now())))
    everything = b"".join(
        repr(row).encode() + b"".join(value for value in row if isinstance(value, bytes))
        for table in (officer, officer_recovery, officer_event, session)
        for row in kept(centre, table)
    )
    assert len(kept(centre, officer_recovery)) == 10
    for told in (secret, typed.encode(), opened.encode(), cookie.encode(), PASSWORD.encode()):
        assert told not in everything
        assert told not in pending
    assert not [code for code in codes if code.encode() in everything or code.replace("-", "").encode() in everything]
    assert kept(centre, officer)[0].password.startswith("$argon2id$")


def test_a_secret_put_into_another_officers_row_opens_nothing(centre, dewi):
    add_officer(centre, "budi", PASSWORD)
    code = phone_code(centre, "dewi")
    phone_code(centre, "budi")
    with centre.engine.begin() as connection:
        connection.execute(
            text("UPDATE officer SET factor = (SELECT factor FROM officer WHERE login = 'dewi') WHERE login = 'budi'")
        )
    cookie = sign_in(centre, "budi", PASSWORD)
    assert trouble_of(lambda: give_code(centre, cookie, code)) == "officer.factor_damaged"


def test_a_session_ends_when_nothing_is_done_for_half_an_hour_and_after_ten_hours_at_any_rate(
    centre, centre_clock, dewi
):
    cookie = signed_in(centre, "dewi")
    for _ in range(20):
        centre_clock.forward(timedelta(minutes=29))
        assert session_of(centre, cookie) is not None
    centre_clock.forward(timedelta(minutes=21))
    assert session_of(centre, cookie) is None
    cookie = signed_in(centre, "dewi")
    centre_clock.forward(timedelta(minutes=30))
    assert session_of(centre, cookie) is None


def test_a_sign_in_that_was_begun_is_given_up_after_ten_minutes(centre, centre_clock, dewi):
    cookie, code = sign_in(centre, "dewi", PASSWORD), phone_code(centre, "dewi")
    assert begun(centre, cookie)
    centre_clock.forward(timedelta(minutes=10))
    assert begun(centre, cookie) is None
    assert trouble_of(lambda: give_code(centre, cookie, code)) == "officer.too_late"


def test_no_step_is_taken_before_its_turn(centre, dewi):
    cookie = sign_in(centre, "dewi", PASSWORD)
    for run in (
        lambda: give_code(centre, cookie, "000000"),
        lambda: enrol(centre, cookie, "000000"),
        lambda: choose_password(centre, cookie, "dua puluh kuda", "dua puluh kuda"),
        lambda: change_password(centre, cookie, PASSWORD, "dua puluh kuda", "dua puluh kuda"),
        lambda: sessions.renew_codes(centre, cookie, "000000"),
    ):
        assert trouble_of(run) == "officer.too_late"
    code = phone_code(centre, "dewi")
    opened = give_code(centre, sign_in(centre, "dewi", PASSWORD), code)
    assert trouble_of(lambda: sessions.enrolment(centre, opened)) == "officer.too_late"
    assert begun(centre, opened) is None


def test_two_browsers_that_enrol_at_once_leave_one_phone(centre, dewi):
    one, other = sign_in(centre, "dewi", PASSWORD), sign_in(centre, "dewi", PASSWORD)
    secrets = [b32decode(sessions.enrolment(centre, cookie).typed.replace(" ", "")) for cookie in (one, other)]
    assert secrets[0] != secrets[1]
    enrol(centre, one, code_of(secrets[0], step_of(centre.now())))
    late = code_of(secrets[1], step_of(centre.now()))
    assert trouble_of(lambda: enrol(centre, other, late)) == "officer.too_late"


@pytest.mark.parametrize("ends", [reset_factor, close_account, lambda c, o: give_password(c, o, "dua puluh kuda")])
def test_whoever_is_signed_in_is_out_when_an_admin_takes_the_account_back(centre, dewi, ends):
    cookie, half = signed_in(centre, "dewi"), sign_in(centre, "dewi", PASSWORD)
    ends(centre, dewi.id)
    assert (session_of(centre, cookie), begun(centre, half)) == (None, None)


def test_after_a_reset_the_old_phone_and_the_old_recovery_codes_are_worth_nothing(centre, dewi):
    codes = enrolled_codes(centre)
    reset_factor(centre, dewi.id)
    cookie = sign_in(centre, "dewi", PASSWORD)
    found = begun(centre, cookie)
    assert found is not None
    assert found.stage == "enrol"
    assert trouble_of(lambda: give_code(centre, cookie, codes[0])) == "officer.too_late"
    assert kept(centre, officer_recovery) == []


def test_five_wrong_passwords_lock_the_name_for_a_while(centre, centre_clock, dewi):
    for _ in range(5):
        assert trouble_of(lambda: sign_in(centre, "dewi", "bukan ini ya")) == "officer.sign_in"
    assert trouble_of(lambda: sign_in(centre, "dewi", PASSWORD)) == "officer.locked"
    centre_clock.forward(timedelta(minutes=2))
    assert sign_in(centre, "dewi", PASSWORD)


def test_a_form_from_elsewhere_neither_signs_in_nor_out(centre, centre_client, dewi):
    fields = {"login": "dewi", "password": PASSWORD, "form": "guessed"}
    assert centre_client.post("/masuk", data=fields).status_code == 400
    centre_client.get("/masuk")
    assert centre_client.post("/masuk", data=fields).status_code == 400

    cookie = sign_in(centre, "dewi", PASSWORD)
    centre_client.cookies.set("loket_petugas", cookie)
    assert centre_client.post("/masuk/ponsel", data={"csrf": "guessed", "code": "000000"}).status_code == 403
    assert begun(centre, cookie)
    cookie = signed_in(centre, "dewi")
    centre_client.cookies.set("loket_petugas", cookie)
    assert centre_client.post("/keluar", data={"csrf": "guessed"}).status_code == 403
    assert session_of(centre, cookie) is not None
