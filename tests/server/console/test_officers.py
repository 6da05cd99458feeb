"""The console's pages of officers, in a browser: an admin adds, changes and closes accounts; an auditor looks."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from loket_testing.officers import PASSWORD, enter, phone_code, signed_in

from models.journal.ids import new_id
from models.rules.problems import Refused
from server.usecases.officers import (
    Officer,
    add_officer,
    change_role,
    close_account,
    find_officer,
    give_password,
    officer_with,
    officers,
    reopen_account,
    reset_factor,
)
from server.usecases.sessions import begun, session_of, sign_in

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def admin(centre) -> Officer:
    return add_officer(centre, "hadi", PASSWORD, role="admin", name="Hadi K.")


@pytest.fixture
def dewi(centre) -> Officer:
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


def codes(run) -> list[str]:
    with pytest.raises(Refused) as refusal:
        run()
    return [problem.code for problem in refusal.value.problems]


def rows_of(page) -> list[list[str]]:
    """The cells of each row of the first table, without the link at the end."""
    return [row.split("\t")[:5] for row in page.locator("tbody tr").all_inner_texts()]


def test_an_admin_adds_an_officer_by_keyboard_and_hands_over_a_password_that_is_shown_once(
    centre, admin, dewi, visitor_page
):
    phone_code(centre, "dewi")
    enter(visitor_page, centre, "hadi")
    visitor_page.get_by_role("navigation").get_by_role("link", name="Pengawasan").click()
    assert rows_of(visitor_page) == [
        ["dewi", "Dewi A.", "Verifikator", "ponsel terdaftar 0 kode pemulihan", "belum pernah"],
        ["hadi", "Hadi K.", "Admin", "ponsel terdaftar 0 kode pemulihan", "baru saja"],
    ]
    shot(visitor_page, "officers")
    visitor_page.get_by_label("Nama masuk").fill("dewi")
    visitor_page.keyboard.press("Tab")
    visitor_page.keyboard.type("Sari M.")
    visitor_page.keyboard.press("Tab")
    visitor_page.keyboard.type("Verifikator k")
    visitor_page.keyboard.press("Tab")
    visitor_page.keyboard.press("Enter")
    assert visitor_page.locator("#login-problem").inner_text() == "Nama masuk dewi sudah dipakai. Pilih nama lain."
    assert visitor_page.get_by_label("Nama lengkap").input_value() == "Sari M."
    shot(visitor_page, "officers-refused")
    visitor_page.get_by_label("Nama masuk").fill("sari")
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("heading", name="Kata sandi untuk sari").wait_for()
    shot(visitor_page, "given-password")
    password = visitor_page.locator("#given").inner_text()
    assert re.fullmatch(r"[2-9a-z]{12}", password)
    visitor_page.keyboard.press("Enter")
    visitor_page.get_by_role("heading", name="Petugas pusat").wait_for()
    assert ["sari", "Sari M.", "Verifikator klaim khusus", "belum terdaftar", "belum pernah"] in rows_of(visitor_page)
    assert password not in visitor_page.content()
    assert begun(centre, sign_in(centre, "sari", password))


def test_an_admin_changes_a_role_resets_a_phone_and_closes_an_account(centre, centre_clock, admin, dewi, visitor_page):
    cookie = signed_in(centre, "dewi")
    centre_clock.forward(timedelta(minutes=10))
    enter(visitor_page, centre, "hadi", f"/petugas/{dewi.id}")
    visitor_page.get_by_label("Peran").select_option("Auditor")
    visitor_page.get_by_role("button", name="Ubah peran").click()
    assert visitor_page.get_by_role("status").inner_text() == "Perannya diubah."
    inside = session_of(centre, cookie)
    assert inside is not None
    assert inside.officer.role == "auditor"
    visitor_page.get_by_role("button", name="Setel ulang faktor kedua").click()
    assert "mendaftarkan ponsel baru" in visitor_page.get_by_role("status").inner_text()
    assert session_of(centre, cookie) is None
    visitor_page.get_by_role("button", name="Tutup akun").click()
    assert "Akun ditutup." in visitor_page.get_by_role("status").inner_text()
    shot(visitor_page, "officer")
    assert codes(lambda: find_officer(centre, "dewi")) == ["officer.unknown"]
    visitor_page.get_by_role("button", name="Buka kembali akun").click()
    visitor_page.get_by_role("button", name="Beri kata sandi baru").click()
    password = visitor_page.locator("#given").inner_text()
    assert begun(centre, sign_in(centre, "dewi", password))
    visitor_page.goto(f"/petugas/{dewi.id}")
    told = [row.split("\t")[1:] for row in visitor_page.locator("tbody tr").all_inner_texts()]
    assert told == [
        ["kata sandi baru diberikan", "Hadi K."],
        ["akun dibuka kembali", "Hadi K."],
        ["akun ditutup", "Hadi K."],
        ["faktor kedua disetel ulang", "Hadi K."],
        ["peran diubah: Verifikator → Auditor", "Hadi K."],
        ["masuk", "Dewi A."],
        ["akun dibuat: Verifikator", "baris perintah pusat"],
    ]


def test_an_auditor_sees_the_accounts_and_changes_none(centre, admin, dewi, visitor_page):
    add_officer(centre, "adi", PASSWORD, role="auditor", name="Adi S.")
    enter(visitor_page, centre, "adi", "/petugas")
    assert visitor_page.get_by_role("button", name="Tambah").count() == 0
    visitor_page.get_by_role("link", name="Lihat Dewi A.").click()
    visitor_page.get_by_role("heading", name="Dewi A.").wait_for()
    assert visitor_page.get_by_role("button").all_inner_texts() == ["Keluar"]
    assert "akun dibuat: Verifikator" in visitor_page.locator("main").inner_text()
    shot(visitor_page, "officer-auditor")


def test_the_skip_link_is_the_first_stop_and_leads_past_the_header(centre, admin, visitor_page):
    enter(visitor_page, centre, "hadi", "/tarif")
    visitor_page.keyboard.press("Tab")
    skip = visitor_page.get_by_role("link", name="Langsung ke isi")
    skip.wait_for()
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    shot(visitor_page, "skip")
    visitor_page.keyboard.press("Enter")
    visitor_page.locator("main:focus").wait_for()


def test_the_header_of_the_role_with_the_most_pages_is_one_line_at_1366(centre, admin, visitor_page):
    enter(visitor_page, centre, "hadi", "/petugas")
    tops = visitor_page.locator("header > nav:first-of-type a, header .who, header button").evaluate_all(
        "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(set(tops)) == 1
    assert visitor_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Without a browser


def test_the_last_admin_stays_one_and_nobody_changes_the_own_account(centre, admin, dewi):
    for run in (
        lambda: change_role(centre, admin.id, "auditor"),
        lambda: close_account(centre, admin.id),
    ):
        assert codes(run) == ["officer.last_admin"]
    for run in (
        lambda: change_role(centre, admin.id, "khusus", by=admin),
        lambda: close_account(centre, admin.id, by=admin),
        lambda: reset_factor(centre, admin.id, by=admin),
        lambda: give_password(centre, admin.id, "dua puluh kuda", by=admin),
    ):
        assert codes(run) == ["officer.oneself"]
    other = add_officer(centre, "lina", PASSWORD, role="admin")
    close_account(centre, admin.id, by=other)
    assert codes(lambda: change_role(centre, other.id, "auditor")) == ["officer.last_admin"]
    reopen_account(centre, admin.id, by=other)
    change_role(centre, other.id, "auditor", by=admin)
    assert [(row.login, row.role) for row in officers(centre)] == [
        ("dewi", "verifikator"),
        ("hadi", "admin"),
        ("lina", "auditor"),
    ]


@pytest.mark.parametrize("role", ["verifikator", "khusus", "auditor"])
def test_only_an_admin_changes_accounts(centre, dewi, role):
    by = add_officer(centre, "budi", PASSWORD, role=role)
    for run in (
        lambda: add_officer(centre, "lina", PASSWORD, by=by),
        lambda: change_role(centre, dewi.id, "admin", by=by),
        lambda: close_account(centre, dewi.id, by=by),
        lambda: reopen_account(centre, dewi.id, by=by),
        lambda: reset_factor(centre, dewi.id, by=by),
        lambda: give_password(centre, dewi.id, "dua puluh kuda", by=by),
    ):
        assert codes(run) == ["officer.not_allowed"]


def test_what_changes_nothing_is_not_told(centre, admin, dewi):
    change_role(centre, dewi.id, "verifikator", by=admin)
    reopen_account(centre, dewi.id, by=admin)
    assert [event.what for event in officer_with(centre, dewi.id)[1]] == ["added"]
    assert codes(lambda: officer_with(centre, new_id())) == ["officer.unknown"]


@pytest.mark.parametrize(
    ("login", "password", "role", "code"),
    [
        ("", PASSWORD, "admin", "login.empty"),
        ("dewi a", PASSWORD, "admin", "login.form"),
        ("x" * 41, PASSWORD, "admin", "login.form"),
        ("budi", "pendek", "admin", "password.too_short"),
        ("budi", PASSWORD, "raja", "staff.role_unknown"),
        ("DEWI", PASSWORD, "admin", "login.taken"),
    ],
)
def test_an_officer_who_cannot_be_is_refused(centre, dewi, login, password, role, code):
    assert codes(lambda: add_officer(centre, login, password, role=role)) == [code]
