"""Staff: who is listed, who can sign in, and who may decide about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from loket_testing.counter import CHEAP, PASSWORD, codes, kinds

from kiosk.desk import Desk, Operator
from kiosk.queries.reference import StaffRow
from kiosk.usecases.staff import add, change_password, disable, everybody, reset_password
from models.journal.ids import new_id
from models.journal.staff import StaffListed, StaffName
from models.rules.problems import Refused, Trouble

SECRET = "teh-poci-hangat"


def added(desk: Desk, login: str = "budi", *, name: str = "Budi S.", role: str = "petugas") -> StaffRow:
    return add(desk, login=login, name=name, role=role, password=SECRET, cost=CHEAP)


def acting_as(desk: Desk, row: StaffRow) -> Desk:
    """The same desk with this person at it."""
    return replace(desk, operator=Operator(row.id, row.login, row.name, row.role))


def standing(desk: Desk) -> dict[str, tuple[str, bool, bool]]:
    return {one.row.login: (one.row.role, one.row.active, one.here) for one in everybody(desk)}


@pytest.fixture
def penyelia(desk: Desk) -> Desk:
    return acting_as(desk, added(desk, "dewi", name="Dewi A.", role="penyelia"))


def test_who_is_added_is_listed_and_opens_the_counter(desk: Desk) -> None:
    row = added(desk, " Budi ")
    assert standing(desk) == {"rina": ("admin", True, True), "budi": ("petugas", True, True)}
    assert kinds(desk).count("staff.listed") == 2
    with Desk.open(desk.folder, "budi", SECRET) as opened:
        assert opened.operator == Operator(row.id, "budi", "Budi S.", "petugas")


def test_who_is_disabled_opens_nothing_more_and_stays_on_the_list(desk: Desk) -> None:
    added(desk)
    disable(desk, "BUDI")
    assert standing(desk)["budi"] == ("petugas", False, False)
    with pytest.raises(Trouble) as trouble:
        Desk.open(desk.folder, "budi", SECRET)
    assert trouble.value.code == "store.no_slot"
    before = kinds(desk)
    disable(desk, "budi")
    assert kinds(desk) == before


def test_somebody_new_may_have_the_login_of_somebody_who_left(desk: Desk) -> None:
    first = added(desk)
    disable(desk, "budi")
    second = added(desk, name="Budi Hartono", role="penyelia")
    assert first.id != second.id
    disable(desk, "budi")
    assert [one.row.active for one in everybody(desk) if one.row.login == "budi"] == [False, False]


def test_whom_the_list_knows_keeps_name_and_role_of_the_list(desk: Desk) -> None:
    operator_id = new_id()
    with desk.work() as work:
        person = StaffName(login="budi", name="Budi dari pusat")
        work.record(StaffListed(operator_id=operator_id, mission="TPE", role="penyelia", personal=person))
    before = kinds(desk)
    assert added(desk, role="petugas") == StaffRow(operator_id, "budi", "Budi dari pusat", "penyelia", True)
    assert kinds(desk) == before
    with Desk.open(desk.folder, "budi", SECRET) as opened:
        assert opened.operator.role == "penyelia"


def test_a_power_cut_between_list_and_password_is_mended_by_adding_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "add_person", cut)
        with pytest.raises(KeyboardInterrupt):
            added(desk)
    assert standing(desk)["budi"] == ("petugas", True, False)
    added(desk)
    assert standing(desk)["budi"] == ("petugas", True, True)
    assert kinds(desk).count("staff.listed") == 2


def test_a_power_cut_between_password_and_list_is_mended_by_disabling_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_desk: Desk) -> None:
        raise KeyboardInterrupt

    added(desk)
    with monkeypatch.context() as patched:
        patched.setattr(Desk, "work", cut)
        with pytest.raises(KeyboardInterrupt):
            disable(desk, "budi")
    assert standing(desk)["budi"] == ("petugas", True, False)
    disable(desk, "budi")
    assert standing(desk)["budi"] == ("petugas", False, False)


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        (lambda desk: added(desk, "rina"), "login.taken"),
        (lambda desk: added(desk, ""), "login.empty"),
        (lambda desk: added(desk, "bu di"), "login.character"),
        (lambda desk: added(desk, role="raja"), "staff.role_unknown"),
        (
            lambda desk: add(desk, login="budi", name="B", role="petugas", password="x", cost=CHEAP),
            "password.too_short",
        ),
        (lambda desk: disable(desk, "siapa"), "staff.unknown"),
        (lambda desk: disable(desk, "rina"), "login.own"),
        (lambda desk: reset_password(desk, "siapa", SECRET, cost=CHEAP), "staff.unknown"),
        (lambda desk: change_password(desk, "rina", PASSWORD, "x", cost=CHEAP), "password.too_short"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    desk: Desk, attempt: Callable[[Desk], object], expected: str
) -> None:
    before = kinds(desk), standing(desk)
    with pytest.raises(Refused) as refusal:
        attempt(desk)
    assert codes(refusal) == [expected]
    assert (kinds(desk), standing(desk)) == before


def test_a_petugas_manages_nobody(desk: Desk) -> None:
    budi = acting_as(desk, added(desk))
    for attempt in (
        lambda: added(budi, "eko", name="Eko"),
        lambda: disable(budi, "rina"),
        lambda: reset_password(budi, "rina", SECRET, cost=CHEAP),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert codes(refusal) == ["staff.not_allowed"]


def test_a_penyelia_manages_everybody_but_admins(desk: Desk, penyelia: Desk) -> None:
    added(penyelia)
    reset_password(penyelia, "budi", "kopi-tubruk-1", cost=CHEAP)
    disable(penyelia, "budi")
    with desk.work() as work:
        listed = StaffName(login="agus", name="Agus")
        work.record(StaffListed(operator_id=new_id(), mission="TPE", role="admin", personal=listed))
    before = standing(desk)
    for attempt in (
        lambda: added(penyelia, "eko", name="Eko", role="admin"),
        lambda: added(penyelia, "agus", name="Agus"),
        lambda: disable(penyelia, "rina"),
        lambda: reset_password(penyelia, "rina", SECRET, cost=CHEAP),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert codes(refusal) == ["staff.not_allowed"]
    assert standing(desk) == before


def test_ones_own_password_needs_the_old_one(desk: Desk) -> None:
    with pytest.raises(Trouble) as trouble:
        change_password(desk, "rina", "salah-sekali", SECRET, cost=CHEAP)
    assert trouble.value.code == "store.wrong_password"
    change_password(desk, "Rina", PASSWORD, SECRET, cost=CHEAP)
    with Desk.open(desk.folder, None, SECRET) as opened:
        assert opened.operator.login == "rina"
