"""Two counters, one worker, no line: what they sold twice or cut off is flagged at both and settled by a supervisor."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.counter import CHEAP, PASSWORD, codes

from kiosk.forms.coverage import CoverMove, LineMove
from kiosk.queries.coverage import clashes, paid_days
from kiosk.usecases import staff
from kiosk.usecases.approvals import Approval
from kiosk.usecases.coverage import move
from models.journal.staff import StaffListed, StaffName
from models.rules.problems import Refused

from .conftest import Counter

BUDI = Approval("budi", "penyelia-456")


@pytest.fixture
def two(counter, published) -> tuple[Counter, Counter, str]:
    """Counters A and B, and a worker who has 24 months and is known to both."""
    a, b = counter("TPE3"), counter("TPE4")
    published()
    worker = a.register()
    a.pay(worker, months=24)
    a.sync()
    b.sync()
    return a, b, str(worker)


def standing(counter: Counter, worker: str) -> list[tuple[str, date, date]]:
    lines = paid_days(counter.desk, CoverMove(worker_id=worker).worker()).lines
    return sorted((line.counter, line.stands.covered_from, line.stands.covered_to) for line in lines)


def test_both_extend_both_are_told_and_a_supervisor_lets_the_later_follow_the_earlier(two) -> None:
    a, b, worker = two
    a.pay(worker, months=12, reference="di A")
    b.pay(worker, months=6, reference="di B")
    for one in (a, b, a):
        one.sync()
    for one in (a, b):
        (clash,) = clashes(one.desk)
        assert clash.codes == ("coverage.overlap",)

    staff.add(b.desk, login="budi", name="Budi S.", role="penyelia", password=BUDI.password, cost=CHEAP)
    moved = move(b.desk, CoverMove(worker_id=worker, reason="dua loket sekaligus"), BUDI)

    assert moved.number == "TPE4-2026-000002"
    for one in (b, a):
        one.sync()
    assert standing(a, worker) == standing(b, worker)
    assert [days[1:] for days in standing(a, worker)] == [
        (date(2026, 12, 11), date(2028, 12, 10)),
        (date(2028, 12, 11), date(2029, 12, 10)),
        (date(2029, 12, 11), date(2030, 6, 10)),
    ]
    assert clashes(a.desk) == clashes(b.desk) == []
    assert a.digest() == b.digest()
    printed = paid_days(a.desk, moved.worker_id).lines
    assert [line.printed[0] for line in printed if line.counter == "TPE4"] == [date(2028, 12, 11)]


def test_a_supervisor_who_is_one_no_longer_moves_no_days_alone_though_they_are_still_signed_in(two) -> None:
    a, b, worker = two
    a.pay(worker, months=12, reference="di A")
    b.pay(worker, months=6, reference="di B")
    for one in (a, b, a):
        one.sync()
    was = a.desk.operator
    assert was.role == "admin"
    with a.desk.work() as work:
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
        move(a.desk, CoverMove(worker_id=worker, reason="dua loket sekaligus"))
    assert codes(refusal) == ["required", "required"]


def test_a_clerk_does_not_move_days_alone_and_nothing_falls_on_days_that_are_paid(two) -> None:
    a, _b, worker = two
    staff.add(a.desk, login="budi", name="Budi S.", role="penyelia", password=BUDI.password, cost=CHEAP)
    a.desk.operator = type(a.desk.operator)(a.desk.operator.id, "rina", "Rina W.", "petugas")
    for asked, approval, expected in [
        (CoverMove(worker_id=worker), BUDI, ["required"]),
        (CoverMove(worker_id=worker, reason="x"), None, ["required", "required"]),
        (CoverMove(worker_id=worker, reason="x"), Approval("budi", PASSWORD), ["store.wrong_password"]),
        (CoverMove(worker_id=worker, reason="x"), BUDI, ["cover_move.nothing"]),
        (
            CoverMove(worker_id=worker, reason="x", moves=(LineMove(receipt="TPE9-2026-000001"), LineMove())),
            BUDI,
            ["cover_move.unknown", "required"],
        ),
    ]:
        with pytest.raises(Refused) as refusal:
            move(a.desk, asked, approval)
        assert codes(refusal) == expected
    second = a.pay(worker, months=6, reference="lanjut")
    onto = LineMove(receipt=second, covered_from=date(2027, 1, 1))
    with pytest.raises(Refused) as refusal:
        move(a.desk, CoverMove(worker_id=worker, reason="x", moves=(onto,)), BUDI)
    assert codes(refusal) == ["cover_move.overlaps"]


def test_days_are_moved_to_a_day_of_ones_choice_and_back(two) -> None:
    a, _b, worker = two
    second = a.pay(worker, months=6, reference="lanjut")
    for first, last in [(date(2029, 2, 1), date(2029, 7, 31)), (date(2028, 12, 11), date(2029, 6, 10))]:
        move(a.desk, CoverMove(worker_id=worker, reason="x", moves=(LineMove(receipt=second, covered_from=first),)))
        line = paid_days(a.desk, CoverMove(worker_id=worker).worker()).lines[-1]
        assert (line.stands.covered_from, line.stands.covered_to) == (first, last)
        assert line.moved_by
    assert clashes(a.desk) == []
