"""`make faults` in short: each fault once or a few times, on one mission with two counters, and everything is there in
the end. The seed is fixed; other chances are tried by `make faults`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from benchmarks.faults.case import Case, run_case
from benchmarks.faults.judge import Wrong, judge
from benchmarks.faults.place import Mission, Place
from benchmarks.faults.suite import CASES
from kiosk.store.tables import entry as entries
from models.ledger.tables import receipt
from server.store.tables import entry as held

SEED = "1"
SHORT = [case for case in CASES if case.few]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with Place(writes_through=False) as place:
        yield place


@pytest.fixture(scope="module")
def mission(place: Place) -> Iterator[Mission]:
    with place.mission(2) as mission:
        yield mission


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.name)
def test_nothing_is_lost_and_nothing_counts_twice(place: Place, mission: Mission, case: Case) -> None:
    outcome = run_case(case, place, SEED, case.few, shared=mission, whole_every=1 if case.alone else 0)
    if outcome.outcome == "skipped":
        pytest.skip(outcome.reason)
    assert outcome.wrong == ()
    assert outcome.tried == case.few
    assert json.loads(json.dumps(outcome.as_json()))["outcome"] == "held"


def test_after_all_of_them_every_chain_is_whole_and_the_ledgers_are_equal(mission: Mission) -> None:
    judge(mission)


def test_the_judge_misses_what_is_missing_and_sees_what_is_there_twice(mission: Mission) -> None:
    one, _other = mission.counters
    judge(mission, whole=False)
    with one.desk.store.write() as connection:
        last = connection.scalar(select(func.max(receipt.c.serial)))
        connection.execute(delete(receipt).where(receipt.c.serial == last))
        mine = connection.execute(select(entries.c.id, entries.c.hash).where(entries.c.seq == 2)).first()
    assert mine is not None
    with mission.centre().engine.begin() as connection:
        connection.execute(delete(held).where(held.c.hash == mine.hash))
    one.memory.payments["ditagih lagi"] = "TPE3-2026-999999"
    with pytest.raises(Wrong) as found:
        judge(mission)
    said = " · ".join(found.value.findings)
    assert "a payment that was asked for once has 0 receipts" in said
    assert "entry 2 is 0 times at the centre" in said
    assert "verify says verify.ledger" in said
    assert "ledger table receipt" in said


def test_the_page_about_faults_lists_every_case() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
    assert [case.name for case in CASES if f"| {case.name} | {case.said} | {case.times} |" not in page] == []
