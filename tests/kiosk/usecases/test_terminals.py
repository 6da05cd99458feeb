"""A new machine that can work at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from loket_testing.counter import CHEAP, PASSWORD, codes, kinds, open_counter

from kiosk.desk import Desk
from kiosk.store.store import Store
from kiosk.usecases.staff import disable, everybody
from kiosk.usecases.terminals import initialise
from models.rules.problems import Refused, Trouble


def made(folder: Path, **changed: str) -> tuple[Desk, str]:
    given = {"mission_code": "TPE", "series": "TPE3", "login": "rina", "password": PASSWORD} | changed
    return initialise(folder, cost=CHEAP, **given)  # type: ignore[arg-type]


def test_a_new_terminal_has_a_key_a_series_and_its_first_person(tmp_path: Path) -> None:
    desk, code = made(tmp_path / "a", mission_code=" tpe ", series="tpe3", login=" Rina ")
    with desk, desk.read() as work:
        assert (work.mission, work.terminal.series, work.terminal.incarnation) == ("TPE", "TPE3", 1)
        assert (work.terminal.certified, work.terminal.centre_url, work.terminal.claims_key) == (False, None, None)
        assert work.terminal.mark == work.terminal.thumbprint.hex()[:2].upper()
        assert kinds(desk) == ["staff.listed"]
        assert [(one.row.login, one.row.name, one.row.role, one.here) for one in everybody(desk)] == [
            ("rina", "Rina", "admin", True)
        ]
    with Desk.open(tmp_path / "a", None, PASSWORD) as again:
        assert again.operator.login == "rina"
    Store.open_with_recovery(tmp_path / "a", code).close()


def test_the_first_person_is_found_again_by_the_login_however_it_is_written(tmp_path: Path) -> None:
    desk, _code = made(tmp_path / "a", login="RINA")
    with desk, pytest.raises(Refused) as refusal:
        disable(desk, "Rina")
    assert codes(refusal) == ["login.own"]


def test_no_two_terminals_have_a_key_or_an_id_in_common(tmp_path: Path) -> None:
    terminals = []
    for name in ("a", "b"):
        with open_counter(tmp_path / name) as desk, desk.read() as work:
            terminals.append(work.terminal)
    assert terminals[0].id != terminals[1].id
    assert terminals[0].key.public != terminals[1].key.public


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"mission_code": "MARS"}, "mission.unknown"),
        ({"series": "3TPE"}, "series.form"),
        ({"series": "T"}, "series.form"),
        ({"login": ""}, "login.empty"),
        ({"password": "pendek"}, "password.too_short"),
    ],
)
def test_what_cannot_be_a_terminal_is_refused_and_leaves_nothing(
    tmp_path: Path, changed: dict[str, str], expected: str
) -> None:
    with pytest.raises(Refused) as refusal:
        made(tmp_path / "a", **changed)
    assert codes(refusal) == [expected]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_a_counter_keeps_it(tmp_path: Path) -> None:
    made(tmp_path / "a")[0].close()
    before = (tmp_path / "a" / "keys.json").read_bytes()
    with pytest.raises(Trouble) as trouble:
        made(tmp_path / "a", login="budi")
    assert trouble.value.code == "store.exists"
    assert (tmp_path / "a" / "keys.json").read_bytes() == before
