"""`loket till …`: a day of the drawer by command, JSON in and out, and no password in any of it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loket_testing.counter import PASSWORD, SITI, open_counter
from loket_testing.pdfs import words
from loket_testing.tills import publish, staffed

from kiosk.__main__ import main
from kiosk.usecases.workers import register

Till = Callable[..., Any]


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Till:
    """`till("open", …)` runs the command and gives (exit code, answer)."""
    desk = open_counter(tmp_path / "loket")
    publish(desk, limits={"TWD": 50})
    staffed(desk)
    worker = register(desk, SITI).worker_id
    desk.close()
    for name in ("LOKET_OPERATOR", "LOKET_DATA", "LOKET_SECOND_PASSWORD", "LOKET_RECEIVER_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)

    def run(*command: str, given: Any = None) -> Any:
        if given is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(given).encode())))
            command = (*command, "-")
        capsys.readouterr()
        whole = command if command[0] == "pay" else ("till", *command)
        code = main([*whole, "--data", str(tmp_path / "loket")])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else said.err

    run.worker = str(worker)  # type: ignore[attr-defined]
    return run


def codes(answer: Any) -> list[tuple[str, str]]:
    code, said = answer
    assert code == 1, answer
    return [(problem["field"], problem["code"]) for problem in said["problems"]]


def test_a_day_of_the_drawer(till: Till, tmp_path: Path) -> None:
    assert till("status")[1]["open"] is False
    code, opened = till("open", given={"counts": [{"currency": "TWD", "pieces": {"1000": 1, "500": 2}}]})
    assert (code, opened["sums"]) == (0, [{"currency": "TWD", "counted": 2000, "expected": 2000, "difference": 0}])
    paid = till(
        "pay",
        given={"worker_id": till.worker, "programme": "JHT", "months": 1, "tender": "cash", "currency": "TWD"},  # type: ignore[attr-defined]
    )
    assert paid[0] == 0, paid
    due = paid[1]["amount"]
    assert till("in", given={"amount": "100", "reason": "receh"})[1]["left"] == 2100 + due
    assert till("out", given={"amount": 40, "reason": "materai"})[1] == {
        "amount": 40,
        "currency": "TWD",
        "left": 2060 + due,
        "flags": [],
    }
    status = till("status")[1]
    assert (status["open"], status["holder"], status["cash"]) == (True, "Rina W.", {"TWD": 2060 + due})

    count = {"counts": [{"currency": "TWD", "amount": 2060 + due}], "deposited": {"TWD": 60 + due}}
    code, closed = till("close", given=count)
    assert (code, closed["flags"], closed["number"]) == (0, [], opened["number"])
    (cash,) = closed["report"]["cash"]
    assert (cash["taken"], cash["put_in"], cash["taken_out"], cash["left"]) == (due, 100, 40, 2000)
    assert "LAPORAN Z" in words(Path(closed["pdf"]).read_bytes())
    again = till("report", opened["number"], "--pdf", str(tmp_path / "z.pdf"))[1]
    assert again["copy"] == 1
    assert {key: again[key] for key in closed["report"]} == closed["report"]
    assert "SALINAN 1" in words((tmp_path / "z.pdf").read_bytes())
    assert till("report")[1]["number"] == opened["number"]


def test_the_second_person_is_named_in_the_json_and_their_password_is_not(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till("open", given={"counts": [{"currency": "TWD", "amount": 1000}]})
    short = {"counts": [{"currency": "TWD", "amount": 900}], "reason": "belum diketahui"}
    assert codes(till("close", given=short)) == [("approval", "till.second_person")]
    monkeypatch.setenv("LOKET_SECOND_PASSWORD", "salah-sekali")
    assert codes(till("close", given=short | {"second": "budi"})) == [("approval.password", "store.wrong_password")]
    monkeypatch.setenv("LOKET_SECOND_PASSWORD", "penyelia-456")
    assert codes(
        till("close", given={"counts": [{"currency": "TWD", "amount": 950}], "reason": "x", "second": "budi"})
    ) == [("counts", "till.recount")]
    other = {"counts": [{"currency": "TWD", "amount": 1000}], "second": "budi", "recount": True}
    code, closed = till("close", given=other)
    assert (code, closed["flags"], closed["report"]["approved_by"]) == (0, [], "Budi S.")


def test_the_receiver_types_their_own_password(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till("open", given={"counts": [{"currency": "TWD", "amount": 1000}]})
    monkeypatch.setenv("LOKET_RECEIVER_PASSWORD", "petugas-789")
    code, handed = till("hand-over", given={"to": "sari", "counts": [{"currency": "TWD", "amount": 1000}]})
    assert (code, handed["holder"]) == (0, "Sari D.")
    assert codes(till("in", given={"amount": 5, "reason": "receh"})) == [("till", "till.not_holder")]


def test_what_makes_no_sense_is_said_at_its_place(till: Till) -> None:
    assert codes(till("open", given={"counts": []})) == [("counts", "required")]
    assert codes(till("open", given={"counts": [{"currency": "XXX", "amount": 1}]})) == [
        ("counts[0].currency", "currency.unknown")
    ]
    assert codes(till("close", given={"counts": [{"currency": "TWD", "amount": 1}]})) == [("till", "till.none_open")]
    assert codes(till("report", "TPE3-Z-000009")) == [("till", "till.unknown")]
    assert till("open", given={"counts": 5})[0] == 2
