"""Approvals: a second person agrees at this counter, with their own password and without a line."""

from __future__ import annotations

import pytest
from loket_testing.counter import CHEAP, PASSWORD, codes

from kiosk.desk import Desk
from kiosk.usecases.approvals import Approval, approve
from kiosk.usecases.staff import add
from models.rules.problems import Refused, Trouble


@pytest.fixture
def supervised(desk: Desk) -> Desk:
    """Rina's counter, where Budi supervises and Sari serves."""
    add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
    add(desk, login="sari", name="Sari D.", role="petugas", password="petugas-789", cost=CHEAP)
    return desk


def test_a_supervisor_agrees_and_is_named(supervised: Desk) -> None:
    agreed = approve(supervised, Approval("budi", "penyelia-456", " kurs lama disepakati "))
    assert (agreed.name, agreed.reason) == ("Budi S.", "kurs lama disepakati")
    budi = next(person for person in supervised.store.people() if person.login == "budi")
    assert agreed.operator_id == budi.operator_id


@pytest.mark.parametrize(
    ("login", "password", "reason", "expected"),
    [
        ("rina", PASSWORD, "ya", ["approval.same_person"]),
        ("sari", "petugas-789", "ya", ["approval.not_allowed"]),
        ("budi", "salah-sama-sekali", "ya", ["store.wrong_password"]),
        ("siapa", "penyelia-456", "ya", ["store.no_slot"]),
        ("", "", " ", ["required", "required", "required"]),
    ],
)
def test_nobody_else_can_agree(supervised: Desk, login: str, password: str, reason: str, expected: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        approve(supervised, Approval(login, password, reason))
    assert codes(refusal) == expected


def test_guessing_a_supervisors_password_is_braked(supervised: Desk) -> None:
    def guess() -> str:
        try:
            approve(supervised, Approval("budi", "tebakan-saja", "ya"))
        except (Refused, Trouble) as said:
            return said.code if isinstance(said, Trouble) else said.problems[0].code
        return "agreed"

    said = [guess() for _ in range(20)]
    assert said[0] == "store.wrong_password"
    assert said[-1] == "store.locked_out"


def test_a_password_stands_in_no_text_of_an_approval() -> None:
    assert "rahasia" not in repr(Approval("budi", "rahasia-sekali", "ya"))
