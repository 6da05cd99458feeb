"""Looking a person up at the centre and having them here: two missions, a real centre, a line that can be cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from loket_testing.counter import codes
from sqlalchemy import func, select

from kiosk.cli import main_without_window
from kiosk.queries.workers import card
from kiosk.store.tables import entry as entries
from kiosk.sync.documents import fetch
from kiosk.sync.lookup import Sought, borrow, look_up
from models.journal.ids import new_id
from models.journal.workers import BodyErased, WorkerRestricted
from models.ledger.tables import claim_document
from models.rules.problems import Refused, Trouble
from models.sentences import explain, trouble_sentence
from server.store.tables import inquiry
from server.usecases.journal import record

from .conftest import PHOTOGRAPH, Counter, Wire

SITI = Sought(name="SITI NURHALIZA", birth_date=date(1994, 3, 12), passport_number="C4821907")


@pytest.fixture
def two(counter: Callable[..., Counter]) -> tuple[Counter, Counter]:
    """A counter in Hong Kong and one in Taipei."""
    return counter("HKG1", "HKG"), counter("TPE3", "TPE")


def without_staff(digest: dict[str, Any]) -> dict[str, Any]:
    """Each mission has its own people."""
    return {table: rows for table, rows in digest.items() if table != "staff"}


def entries_at(counter: Counter) -> int:
    with counter.desk.read() as work:
        return work.connection.scalar(select(func.count()).select_from(entries)) or 0


def receipts(counter: Counter, worker_id: Any) -> list[str]:
    return sorted(row.number for row in card(counter.desk, worker_id).receipts)


def test_somebody_known_in_hong_kong_is_found_borrowed_and_paid_for_in_taipei(
    two: tuple[Counter, Counter], centre_digest: Callable[[], Any]
) -> None:
    hkg, tpe = two
    siti = hkg.register()
    first = hkg.pay(siti)
    hkg.claim(siti)
    hkg.sync()

    (found,) = look_up(tpe.desk, SITI, client=tpe.client).found
    assert (found.worker_id, found.name, found.mission, found.mission_name) == (
        siti,
        "SITI NURHALIZA",
        "HKG",
        "KJRI Hong Kong",
    )
    assert (found.passport_end, found.nik_end, found.registered, found.held) == ("1907", "0003", 2026, False)
    assert found.likeness.strength == "strong"
    assert explain(found.likeness).startswith("paspor sama")

    assert borrow(tpe.desk, found.worker_id, client=tpe.client) == siti
    assert receipts(tpe, siti) == [first]
    with tpe.desk.read() as work:
        (digest,) = work.connection.scalars(select(claim_document.c.sha256))
    assert fetch(tpe.desk, bytes(digest), client=tpe.client) == PHOTOGRAPH
    second = tpe.pay(siti, reference="BNI-2")
    tpe.sync()

    hkg.sync()
    assert receipts(hkg, siti) == receipts(tpe, siti) == sorted([first, second])
    tpe.sync()
    assert without_staff(hkg.digest()) == without_staff(tpe.digest()) == without_staff(centre_digest())


def test_borrowing_again_brings_what_is_new_and_nothing_twice(two: tuple[Counter, Counter]) -> None:
    hkg, tpe = two
    siti = hkg.register()
    hkg.sync()
    borrow(tpe.desk, siti, client=tpe.client)
    before = entries_at(tpe)
    borrow(tpe.desk, siti, client=tpe.client)
    assert entries_at(tpe) == before
    hkg.pay(siti)
    hkg.sync()
    borrow(tpe.desk, siti, client=tpe.client)
    assert len(receipts(tpe, siti)) == 1
    (found,) = look_up(tpe.desk, SITI, client=tpe.client).found
    assert found.held


def test_day_and_month_the_wrong_way_round_still_find_the_person(two: tuple[Counter, Counter]) -> None:
    hkg, tpe = two
    siti = hkg.register()
    hkg.sync()
    sought = Sought(name="Siti Noerhaliza", birth_date=date(1994, 12, 3), mother_name="AMINAH", sex="F")
    (found,) = look_up(tpe.desk, sought, client=tpe.client).found
    assert found.worker_id == siti
    assert "tanggal dan bulan lahir tertukar" in explain(found.likeness)


def test_a_stranger_with_the_same_birthday_is_not_shown(two: tuple[Counter, Counter]) -> None:
    hkg, tpe = two
    hkg.register()
    hkg.sync()
    sought = Sought(name="RUBIYATUN", birth_date=date(1994, 3, 12), sex="F")
    assert look_up(tpe.desk, sought, client=tpe.client).found == ()


def test_who_was_erased_or_asked_to_be_left_alone_is_never_shown(centre: Any, two: tuple[Counter, Counter]) -> None:
    hkg, tpe = two
    erased = hkg.register()
    restricted = hkg.register(name="DEWI LESTARI", nik=None, passport_number="C7777777")
    hkg.sync()
    said = [
        BodyErased(worker_id=erased, mission="HKG", reason="request"),
        WorkerRestricted(worker_id=restricted, mission="HKG", restricted=True),
    ]
    centre.write(lambda connection: record(connection, centre, said))
    before = entries_at(tpe)
    assert look_up(tpe.desk, SITI, client=tpe.client).found == ()
    assert look_up(tpe.desk, Sought(passport_number="C7777777"), client=tpe.client).found == ()
    with pytest.raises(Refused) as refusal:
        borrow(tpe.desk, restricted, client=tpe.client)
    assert codes(refusal) == ["worker.unknown_at_centre"]
    assert entries_at(tpe) == before


def test_too_little_to_look_by_is_said_before_anybody_is_asked(two: tuple[Counter, Counter], wire: Wire) -> None:
    _, tpe = two
    wire.mend()
    for sought in (Sought(), Sought(name="SITI"), Sought(birth_date=date(1994, 3, 12)), Sought(phone="+886912345678")):
        with pytest.raises(Refused) as refusal:
            look_up(tpe.desk, sought, client=tpe.client)
        assert codes(refusal) == ["lookup.too_little"]
    assert wire.asked == []


def test_without_a_line_it_says_so_and_the_next_time_it_works(two: tuple[Counter, Counter], wire: Wire) -> None:
    hkg, tpe = two
    siti = hkg.register()
    hkg.pay(siti)
    hkg.sync()
    wire.mend()
    wire.cut_before = 1
    with pytest.raises(Trouble) as trouble:
        look_up(tpe.desk, SITI, client=tpe.client)
    assert "tidak terjangkau" in trouble_sentence(trouble.value)
    # Lent, and the line breaks before the pages come: the next sync brings them.
    wire.mend()
    wire.cut_after = 1
    with pytest.raises(Trouble):
        borrow(tpe.desk, siti, client=tpe.client)
    wire.mend()
    tpe.sync()
    assert len(receipts(tpe, siti)) == 1


def test_before_enrolment_there_is_nobody_to_ask(new_counter: Callable[..., Counter]) -> None:
    with pytest.raises(Trouble) as trouble:
        look_up(new_counter().desk, SITI)
    assert trouble.value.code == "sync.not_enrolled"


def test_a_centre_of_before_there_were_look_ups_is_told_as_such(two: tuple[Counter, Counter], wire: Wire) -> None:
    _, tpe = two
    wire.inner = Older(wire.inner)
    with pytest.raises(Trouble) as trouble:
        look_up(tpe.desk, SITI, client=tpe.client)
    assert trouble.value.code == "line.broken"


class Older(httpx.BaseTransport):
    """The line to a centre that serves no look-ups."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def handle_request(self, request: Any) -> Any:
        if request.url.path.endswith("/lookup"):
            request.url = request.url.copy_with(path="/v1/nothing")
        return self.inner.handle_request(request)


def test_it_goes_by_command_as_well(
    two: tuple[Counter, Counter], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hkg, tpe = two
    siti = hkg.register()
    hkg.pay(siti)
    hkg.sync()
    monkeypatch.setattr("kiosk.cli.persons.open_desk", lambda _: nullcontext(tpe.desk))
    monkeypatch.setattr("kiosk.sync.lookup.line", lambda _desk, _client: nullcontext(tpe.client))
    asked = tmp_path / "siti.json"
    asked.write_text('{"passport_number": "C4821907", "name": "SITI NURHALIZA", "birth_date": "1994-03-12"}')

    assert main_without_window(["lookup", str(asked)]) == 0
    answer = json.loads(capsys.readouterr().out)
    (found,) = answer["found"]
    assert {key: found[key] for key in ("worker_id", "strength", "mission", "passport_end", "held")} == {
        "worker_id": str(siti),
        "strength": "strong",
        "mission": "HKG",
        "passport_end": "1907",
        "held": False,
    }
    assert "C4821907" not in json.dumps(answer)
    assert main_without_window(["borrow", found["worker_id"]]) == 0
    assert json.loads(capsys.readouterr().out) == {"worker_id": str(siti)}
    assert len(receipts(tpe, siti)) == 1
    asked.write_text("{}")
    assert main_without_window(["lookup", str(asked)]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "lookup.too_little"
    assert main_without_window(["borrow", "siapa"]) == 1


def test_the_centre_keeps_who_asked_for_whom_and_no_numbers(centre: Any, two: tuple[Counter, Counter]) -> None:
    hkg, tpe = two
    siti = hkg.register()
    hkg.sync()
    look_up(tpe.desk, SITI, client=tpe.client)
    look_up(tpe.desk, Sought(nik="3507105203940009"), client=tpe.client)
    borrow(tpe.desk, siti, client=tpe.client)
    with pytest.raises(Refused):
        borrow(tpe.desk, new_id(), client=tpe.client)
    rows = centre.read(lambda connection: connection.execute(select(inquiry).order_by(inquiry.c.id)).all())
    assert [(row.kind, row.asked, row.found) for row in rows] == [
        ("lookup", ["name", "birth_date", "passports"], [siti.hex]),
        ("lookup", ["niks"], []),
        ("borrow", ["worker_id"], [siti.hex]),
        ("borrow", ["worker_id"], []),
    ]
    assert {(row.operator_id, row.mission) for row in rows} == {(tpe.desk.operator.id, "TPE")}
    assert "4821907" not in json.dumps([[row.asked, row.found] for row in rows])
