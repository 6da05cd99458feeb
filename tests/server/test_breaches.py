"""Erasing by an officer, and whose data is on a lost counter: refusals, reach, and what the centre can know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import Visitor
from sqlalchemy import func, select

from models.journal.ids import new_id
from models.journal.workers import BodyErased, Identity, WorkerMerged, WorkerRegistered, WorkerRestricted
from models.ledger.tables import worker
from models.rules.problems import Refused
from models.sync.messages import Cursor
from server.store import tables
from server.usecases.breaches import notice_sheet, on_terminal, people_on
from server.usecases.centre import Centre
from server.usecases.erasing import erase, still_holding
from server.usecases.officers import add_officer
from server.usecases.verify import verify

Enrolled = Callable[..., Visitor]


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def personal_parts(centre: Centre) -> int:
    query = select(func.count()).where(tables.entry.c.personal.is_not(None))
    return centre.read(lambda connection: connection.scalar(query) or 0)


def fetch(visitor: Visitor, mission: str = "TPE") -> Cursor:
    """Pull the mission's stream to its end, and say so with the next sync."""
    page = visitor.page(Cursor(f"post:{mission}"))
    visitor.sync([page.until])
    return page.until


def test_erasing_is_refused_while_a_claim_may_still_come(centre: Centre, enrolled: Enrolled) -> None:
    visitor, siti = enrolled(), new_id()
    visitor.journal.record(registration(siti))
    visitor.journal.record(payment(siti))
    visitor.push()
    with pytest.raises(Refused) as refusal:
        erase(centre, siti, "request")
    assert codes(refusal) == ["erasing.kept_until"]
    # The cover ends on 21 November 2028.
    assert dict(refusal.value.problems[0].values)["day"] == "2033-11-21"
    assert personal_parts(centre) == 2
    done = erase(centre, siti, "request", order="PN Jakarta Pusat 12/2026")
    assert (done.done, done.entries, done.receipts) == (True, 2, 1)
    assert personal_parts(centre) == 0


def test_who_asks_and_nobody_are_refused(centre: Centre, enrolled: Enrolled) -> None:
    visitor, siti = enrolled(), new_id()
    visitor.journal.record(registration(siti))
    visitor.push()
    clerk = add_officer(centre, "dewi", "sembilan belas kuda", role="verifikator")
    for act, code in (
        (lambda: erase(centre, new_id(), "request"), "worker.unknown"),
        (lambda: erase(centre, siti, "whim"), "erasing.reason"),
        (lambda: erase(centre, siti, "retention"), "erasing.kept_until"),
        (lambda: erase(centre, siti, "request", by=clerk), "officer.not_allowed"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert codes(refusal) == [code]
    assert personal_parts(centre) == 1


def test_a_trial_says_what_would_go_and_touches_nothing(centre: Centre, enrolled: Enrolled) -> None:
    visitor, siti = enrolled(), new_id()
    visitor.journal.record(registration(siti))
    visitor.push()
    seen = erase(centre, siti, "request", really=False)
    assert (seen.done, seen.entries, seen.missions) == (False, 1, ("TPE",))
    assert personal_parts(centre) == 1


def test_all_registrations_of_the_person_go_at_once_and_the_centre_stays_whole(
    centre: Centre, enrolled: Enrolled
) -> None:
    here, there = enrolled("TPE3"), enrolled("TPE4")
    first, second = new_id(), new_id()
    here.journal.record(registration(first))
    there.journal.record(registration(second, name="SITI NUR HALIZA"))
    here.journal.record(WorkerMerged(worker_id=first, other_id=second, mission="TPE"))
    here.push()
    there.push()
    done = erase(centre, second, "request")
    assert set(done.registrations) == {first, second}
    with centre.engine.connect() as connection:
        assert connection.execute(select(worker.c.erased, worker.c.name)).all() == [(True, None)] * 2
    assert personal_parts(centre) == 0
    assert verify(centre).wrong == []
    with pytest.raises(Refused) as refusal:
        erase(centre, first, "request")
    assert codes(refusal) == ["erasing.done"]


def test_it_reaches_the_mission_that_only_took_a_payment(centre: Centre, enrolled: Enrolled) -> None:
    home, elsewhere = enrolled("TPE3"), enrolled("HKG1", mission="HKG")
    siti = new_id()
    home.journal.record(registration(siti))
    home.push()
    elsewhere.journal.record(payment(siti, mission="HKG", series="HKG1"))
    elsewhere.push()
    done = erase(centre, siti, "request", order="perintah")
    assert set(done.missions) == {"TPE", "HKG"}
    for visitor, mission in ((home, "TPE"), (elsewhere, "HKG")):
        kinds = [one.head.kind for one in visitor.pull(f"post:{mission}")]
        assert BodyErased.KIND in kinds


def test_the_answer_names_the_counters_that_have_not_fetched_it(centre: Centre, enrolled: Enrolled) -> None:
    here, offline = enrolled("TPE3"), enrolled("TPE4")
    siti = new_id()
    here.journal.record(registration(siti))
    here.push()
    for visitor in (here, offline):
        fetch(visitor)
    done = erase(centre, siti, "request")
    assert [one.series for one in done.still_holding] == ["TPE3", "TPE4"]
    fetch(here)
    assert [one.series for one in still_holding(centre, siti)] == ["TPE4"]
    fetch(offline)
    assert still_holding(centre, siti) == []


def test_on_a_counter_is_what_it_was_sent_and_what_it_sent(centre: Centre, enrolled: Enrolled) -> None:
    here, lost = enrolled("TPE3"), enrolled("TPE4")
    pulled, own, later = new_id(), new_id(), new_id()
    here.journal.record(registration(pulled, name="AYU"))
    here.push()
    lost.page(Cursor("post:TPE"))
    lost.journal.record(registration(own, name="BUDI"))
    lost.push()
    here.journal.record(registration(later, name="CITRA"))
    here.push()
    seen = on_terminal(centre, "tpe4")
    assert seen.people == 2
    assert [one.name for one in people_on(centre, str(lost.journal.terminal))] == ["AYU", "BUDI"]
    # Sent, though the counter has not said yet that it came through.
    (stream,) = [one for one in seen.given if one.stream == "post:TPE"]
    assert (stream.given, stream.held, stream.last) == (1, 0, 3)
    assert seen.own_seq == 1
    with pytest.raises(Refused) as refusal:
        on_terminal(centre, "XYZ9")
    assert codes(refusal) == ["terminal.unknown"]


def test_a_person_known_only_by_a_claim_or_under_another_registration_is_counted_once(
    centre: Centre, enrolled: Enrolled
) -> None:
    lost = enrolled("TPE4")
    first, second = new_id(), new_id()
    lost.journal.record(registration(first))
    lost.journal.record(registration(second))
    lost.journal.record(accident(second))
    lost.journal.record(WorkerMerged(worker_id=first, other_id=second, mission="TPE"))
    lost.push()
    assert on_terminal(centre, "TPE4").people == 1


def test_who_was_erased_meanwhile_is_still_on_the_counter_that_did_not_sync(centre: Centre, enrolled: Enrolled) -> None:
    here, lost = enrolled("TPE3"), enrolled("TPE4")
    siti = new_id()
    here.journal.record(registration(siti))
    here.push()
    fetch(lost)
    erase(centre, siti, "request")
    seen = on_terminal(centre, "TPE4")
    assert (seen.people, seen.erased) == (0, 1)
    fetch(lost)
    assert on_terminal(centre, "TPE4").erased == 0


def test_the_list_for_the_letters_has_the_restricted_too_and_says_so(centre: Centre, enrolled: Enrolled) -> None:
    lost, siti = enrolled("TPE4"), new_id()
    identity = Identity(name="SITI NURHALIZA", passport_number="C4821907", phone="+886912345678")
    lost.journal.record(WorkerRegistered(worker_id=siti, mission="TPE", personal=identity))
    lost.journal.record(WorkerRestricted(worker_id=siti, mission="TPE", restricted=True))
    lost.push()
    seen, sheet = notice_sheet(centre, "TPE4")
    assert (seen.people, seen.restricted) == (1, 1)
    (row,) = sheet.rows
    assert row[:4] == ("SITI NURHALIZA", None, "••••1907", "+886912345678")
    assert row[6] == "ya"
    assert people_on(centre, "TPE4")[0].listed == "S. N."


def test_the_notes_follow_a_counter_and_never_go_back(centre: Centre, enrolled: Enrolled, centre_clock) -> None:
    here = enrolled("TPE3")
    for _again in range(3):
        here.journal.record(registration(new_id()))
    here.push()
    until = fetch(here)
    centre_clock.forward(timedelta(minutes=1))
    here.sync([Cursor("post:TPE")])
    (stream,) = [one for one in on_terminal(centre, "TPE3").given if one.stream == "post:TPE"]
    assert (stream.given, stream.held) == (until.position, until.position)
