"""What was flagged is closed with a note: by whom it may be, once, and what of it goes by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, carry, codes, kinds, open_counter, slip

from kiosk.queries import home, lists, workers
from kiosk.queries.tasks import Task, tasks
from kiosk.usecases import contributions
from kiosk.usecases.approvals import Approval
from kiosk.usecases.privacy import withdraw_consent
from kiosk.usecases.tasks import settle
from models.journal.staff import StaffListed, StaffName
from models.rules.problems import Refused
from models.rules.tasks import closes


@pytest.fixture
def reused(desk, siti, published) -> Task:
    """A slip's number that was used twice: about money."""
    published()
    contributions.receive(desk, slip(siti, reference="BNI-1"))
    contributions.receive(desk, slip(siti, 6, reference="BNI-1"))
    (task,) = tasks(desk)
    assert (task.code, task.closes, task.name) == ("slip.reused", "supervisor", "SITI NURHALIZA")
    return task


def as_clerk(desk) -> None:
    desk.operator = replace(desk.operator, role="petugas")


def test_a_closed_flag_leaves_lists_counts_and_the_workers_page_and_stays_in_the_history(desk, siti, reused):
    assert home.today(desk).to_review == 1
    done = settle(desk, reused.entry_id, reused.code, " dua iuran dalam satu setoran ")
    assert tasks(desk) == []
    assert home.today(desk).to_review == 0
    assert lists.flagged(desk) == []
    card = workers.card(desk, siti)
    assert card.flags == ()
    assert [(one.code, one.operator, one.note) for one in card.settled] == [
        ("slip.reused", "Rina W.", "dua iuran dalam satu setoran")
    ]
    assert card.settled[0].id == done.id


def test_a_clerk_closes_what_is_about_money_with_a_supervisor_only(desk, reused):
    add_supervisor(desk)
    as_clerk(desk)
    for second, expected in (
        (None, ["required", "required"]),
        (Approval("budi", "bukan-ini"), ["store.wrong_password"]),
        (Approval("rina", SECOND_PASSWORD), ["store.wrong_password"]),
    ):
        with pytest.raises(Refused) as refusal:
            settle(desk, reused.entry_id, reused.code, "dicocokkan", second)
        assert codes(refusal) == expected
    assert "flag.settled" not in kinds(desk)
    done = settle(desk, reused.entry_id, reused.code, "dicocokkan", Approval("budi", SECOND_PASSWORD))
    assert done.note == "dicocokkan (disetujui Budi S.)"


def test_whoever_supervises_no_longer_closes_no_money_alone(desk, siti, reused):
    was = desk.operator
    with desk.work() as work:
        work.record(
            StaffListed(
                operator_id=was.id,
                mission=work.mission,
                role="petugas",
                active=True,
                personal=StaffName(login=was.login, name=was.name),
            )
        )
    with pytest.raises(Refused) as refusal:
        settle(desk, reused.entry_id, reused.code, "dicocokkan")
    assert codes(refusal) == ["required", "required"]


def test_a_flag_is_closed_once_and_with_a_note(desk, siti, reused):
    for entry_id, code, note, expected in (
        (reused.entry_id, reused.code, " ", "required"),
        (siti, reused.code, "x", "task.unknown"),
        (reused.entry_id, "tender.surplus", "x", "task.unknown"),
    ):
        with pytest.raises(Refused) as refusal:
            settle(desk, entry_id, code, note)
        assert codes(refusal) == [expected]
    settle(desk, reused.entry_id, reused.code, "dicocokkan")
    with pytest.raises(Refused) as refusal:
        settle(desk, reused.entry_id, reused.code, "dicocokkan lagi")
    assert codes(refusal) == ["task.already"]
    assert kinds(desk).count("flag.settled") == 1


def test_clashing_days_and_a_withdrawn_consent_are_not_closed_by_hand(desk, siti, tmp_path):
    contributions.receive(desk, slip(siti))
    there = open_counter(tmp_path / "there", series="TPE4")
    carry(desk, there)
    contributions.receive(desk, slip(siti, 6, reference="di sini"))
    contributions.receive(there, slip(siti, 6, reference="di sana"))
    carry(there, desk)
    there.close()
    (task,) = tasks(desk)
    assert (task.code, task.closes) == ("coverage.overlap", "moving")
    with pytest.raises(Refused) as refusal:
        settle(desk, task.entry_id, task.code, "biarkan")
    assert codes(refusal) == ["task.moving"]
    withdraw_consent(desk, siti, "diminta")
    assert [one.code for one in tasks(desk)] == ["coverage.overlap"]
    assert tasks(desk)[0].name.startswith("S. N.")


def test_what_is_closed_at_one_counter_is_closed_at_the_other(desk, siti, reused, tmp_path):
    there = open_counter(tmp_path / "there", series="TPE4")
    carry(desk, there)
    assert [one.code for one in tasks(there)] == ["slip.reused"]
    settle(desk, reused.entry_id, reused.code, "dicocokkan")
    carry(desk, there)
    assert tasks(there) == []
    assert workers.card(there, siti).settled[0].note == "dicocokkan"
    there.close()


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("worker.candidate", "anyone"),
        ("nik.sex", "anyone"),
        ("claim.deadline", "anyone"),
        ("receipt.voided_again", "supervisor"),
        ("refund.not_owed", "supervisor"),
        ("money.unbalanced", "supervisor"),
        ("till.difference", "supervisor"),
        ("tender.short", "supervisor"),
        ("coverage.gap", "moving"),
        ("consent.withdrawn", "acting"),
    ],
)
def test_who_or_what_closes_a_flag(code: str, how: str) -> None:
    assert closes(code) == how
