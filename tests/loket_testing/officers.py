"""Officers who sign in at the console, with a password and the code of a phone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from server.store.tables import officer
from server.usecases.centre import Centre
from server.usecases.factors import DRIFT, code_of, lock_away, step_of, take_out
from server.usecases.sessions import give_code, sign_in

PASSWORD = "sembilan belas kuda"
SECRET = b"a phone for tests..."
"""What the phone of an officer knows who was never seen enrolling one."""


def phone_code(centre: Centre, login: str) -> str:
    """What the officer's phone shows: a code that was not taken yet. Three are good at one moment of the clock."""
    with centre.engine.begin() as connection:
        row = connection.execute(select(officer).where(officer.c.login == login)).one()
        if row.factor is None:
            kept = lock_away(centre.keys, row.id, SECRET)
            given = update(officer).where(officer.c.id == row.id)
            connection.execute(given.values(factor=kept, factor_at=centre.now()))
            return code_of(SECRET, step_of(centre.now()) - DRIFT)
    now = step_of(centre.now())
    step = max(now - DRIFT, now - DRIFT if row.last_step is None else row.last_step + 1)
    assert step <= now + DRIFT, "set the clock forward: each code is good once"
    return code_of(take_out(centre.keys, row.id, row.factor), step)


def signed_in(centre: Centre, login: str, password: str = PASSWORD) -> str:
    """The cookie of an officer who is signed in, second factor and all."""
    code = phone_code(centre, login)
    return give_code(centre, sign_in(centre, login, password), code)


def enter(page: Any, centre: Centre, login: str = "dewi", path: str = "", password: str = PASSWORD) -> None:
    """Sign in with a browser, and go to a page."""
    code = phone_code(centre, login)
    page.goto("/masuk")
    page.get_by_label("Nama masuk").fill(login)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_label("Kode").fill(code)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("button", name="Keluar").wait_for()
    if path:
        page.wait_for_load_state("networkidle")
        page.goto(path)
