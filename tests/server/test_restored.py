"""A centre restored from an older backup: what it believes, how it goes on, and what is given back to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import Visitor
from loket_testing.centre_fixtures import emptied
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import select

from models.journal.claims import ClaimDecided
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.reference import RatePublished
from models.journal.workers import BodyErased
from models.posting import post
from models.posting.digest import ledger_digest
from models.sync.messages import Head
from models.sync.protocol import SyncError
from models.sync.restoring import Place
from server.__main__ import main
from server.store.keys import write_keys
from server.store.tables import claim_proposal
from server.store.tables import entry as entries
from server.usecases import doctor
from server.usecases.centre import Centre, epoch_of, incarnation_of
from server.usecases.codes import make_code
from server.usecases.journal import record
from server.usecases.restoring import reopen, reopenings, settle, watch
from server.usecases.revoking import revoke
from server.usecases.status import status
from server.usecases.verify import verify

SHOWN = pytest.mark.expects_log("proves that the database was restored")


def epoch(centre: Centre) -> Any:
    return centre.read(epoch_of)


def whole(centre: Centre) -> None:
    found = verify(centre)
    assert (found.wrong, found.lost) == ([], [])


def diagnosed(centre: Centre) -> dict[str, dict[str, str]]:
    said = doctor.of_database(centre.engine, centre.keys, centre.now, demo=False)
    return {one.code: dict(one.values) for one in said}


def rate(day: int) -> RatePublished:
    return RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 12, day), idr_per_unit=Decimal(500))


def said(centre: Centre, *bodies: Any) -> list[Entry]:
    return centre.write(lambda connection: record(connection, centre, bodies))


def registered(visitor: Visitor, count: int = 1) -> list[Entry]:
    return [visitor.journal.record(registration(new_id())) for _ in range(count)]


# What it believes


@SHOWN
def test_a_counter_enrolled_after_the_backup_is_known_again_by_its_certificate(
    centre, centre_client, centre_clock, back_up
):
    restore = back_up()
    late = Visitor(centre_client, centre_clock, Journal("TPE"), "TPE6")
    certificate = late.enrol(make_code(centre, "TPE", "TPE6")).certificate
    registered(late, 3)
    late.push()
    centre = restore()
    before = epoch(centre)
    with pytest.raises(SyncError, match="unknown_terminal"):
        late.sync()
    stranger = Visitor(centre_client, centre_clock, Journal("TPE"), "TPE6")
    with pytest.raises(SyncError, match="unknown_terminal"):
        stranger.recall(certificate)
    with pytest.raises(SyncError, match="unknown_terminal"):
        late.recall(msgspec.structs.replace(certificate, signature=bytes(64)))
    assert epoch(centre) == before

    assert late.recall(certificate).reopened

    assert epoch(centre) != before
    assert centre.read(incarnation_of) > 1
    # Once is enough, and what it shows is not news any more.
    late.epoch = epoch(centre)
    assert not late.recall(certificate).reopened
    late.push()
    assert late.sync().knows_head
    assert [entry.frame for entry in late.pull("ref")][1] == certificate
    assert len(status(centre)["restored"]) == 1
    whole(centre)


@SHOWN
def test_a_statement_of_what_is_not_here_any_more_is_proof(centre, centre_clock, enrolled, back_up):
    one = enrolled("TPE3")
    certificate = one.pull("ref")[0].frame
    registered(one)
    one.push()
    kept = one.sync().statement
    restore = back_up()
    registered(one)
    one.push()
    lost = one.sync().statement
    centre = restore()
    centre_clock.forward(timedelta(minutes=5))

    assert not one.recall(certificate, kept).reopened
    assert one.recall(certificate, lost).reopened
    # It belongs to a former epoch now.
    assert not one.recall(certificate, lost).reopened
    (found,) = centre.read(lambda connection: reopenings(connection, centre))
    assert (found.former, found.incarnation) == (1, centre.read(incarnation_of))
    assert diagnosed(centre)["centre.restored"]["n"] == "1"
    one.sync()
    assert "centre.restored_fine" in diagnosed(centre)


@SHOWN
def test_who_was_heard_later_than_is_remembered_is_asked_for_the_statement(centre, centre_clock, enrolled, back_up):
    one = enrolled("TPE3")
    certificate = one.pull("ref")[0].frame
    one.sync()
    restore = back_up()
    centre_clock.forward(timedelta(hours=1))
    # Nothing but a question came after the backup; a document may have come with it.
    told = one.sync().statement
    heard = centre_clock()
    assert not one.sync(heard=heard).recall
    restore()

    assert one.sync(heard=heard).recall
    # Asked or not, it does not count as heard until that is settled.
    assert one.sync(heard=heard).recall
    assert one.recall(certificate, told).reopened
    one.epoch = one.sync(heard=heard).epoch
    assert not one.sync(heard=heard).recall


@pytest.mark.expects_log("database was restored")
def test_another_database_is_seen_when_it_is_opened_and_with_a_new_connection(centre, back_up, caplog):
    assert not settle(centre)  # noted for the first time
    assert not settle(centre)
    restored = back_up()()
    first = epoch(restored)
    watch(restored)
    restored.engine.dispose()

    assert epoch(restored) != first

    assert "the database was restored" in caplog.text
    assert not settle(restored)
    assert len(restored.read(lambda connection: reopenings(connection, restored))) == 1
    whole(restored)


@pytest.mark.expects_log("database was restored")
def test_the_command_line_says_where_the_centre_stands_and_is_told_of_a_restore(
    centre, back_up, tmp_path, monkeypatch, capsys
):
    write_keys(tmp_path, centre.keys)

    def run(centre: Centre, *arguments: str) -> tuple[dict[str, Any], str]:
        monkeypatch.setenv("LOKET_CENTRE_DSN", centre.engine.url.render_as_string(hide_password=False))
        assert main(["--data", str(tmp_path), *arguments]) == 0
        told = capsys.readouterr()
        return json.loads(told.out), told.err

    stood, _ = run(centre, "restored")
    assert (stood["reopened"], stood["restored"], stood["incarnation"]) == (False, [], 1)
    told, _ = run(centre, "restored", "--yes")
    assert told["epoch"] != stood["epoch"]
    assert [(one["former"], one["seq"]) for one in told["restored"]] == [(1, 0)]
    # Another database says so by itself, whatever is asked of it first.
    found, said = run(back_up()(), "status")
    assert "dipulihkan dari cadangan" in said
    assert (found["epoch"] != told["epoch"], len(found["restored"])) == (True, 2)


def test_codes_that_nobody_has_spent_end_because_their_series_may_be_given_away(centre, centre_client, centre_clock):
    one = Visitor(centre_client, centre_clock, Journal("TPE"), "TPE3")
    code = make_code(centre, "TPE", "TPE3")
    assert reopen(centre)
    with pytest.raises(SyncError, match="code_expired"):
        one.enrol(code)
    one.enrol(make_code(centre, "TPE", "TPE3"))
    assert one.sync().epoch == epoch(centre)


# What is given back


@SHOWN
def test_restored_twice_from_one_backup_it_chooses_another_journal_and_gets_both_lives_back(centre, enrolled, back_up):
    one = enrolled("TPE3")
    restore = back_up()
    (first,) = said(centre, rate(1))
    centre = restore()
    one.give_back([first])
    (second,) = said(centre, rate(2))
    lives = one.pull("ref")
    centre = restore()

    # Its own entry of a journal that it knows nothing of.
    assert one.give_back([second]).kept == 1
    assert one.give_back(lives).kept == 2

    own = {(entry.head.incarnation, entry.head.seq) for entry in one.pull("ref")}
    assert len({incarnation for incarnation, _ in own}) == 3
    assert {entry.id for entry in lives} <= {entry.id for entry in one.pull("ref")}
    whole(centre)


@SHOWN
def test_who_was_shut_out_after_the_backup_stays_so_whatever_comes_back_first(centre, enrolled, back_up):
    one = enrolled("TPE3")
    restore = back_up()
    thief = enrolled("TPE9")
    centre_said = one.pull("ref")
    revoke(centre, "TPE9", "dicuri")
    told = one.pull("ref")
    shut = told[len(centre_said) :]
    centre = restore()

    one.give_back(shut)
    one.give_back([entry for entry in told if entry not in shut])

    with pytest.raises(SyncError, match="revoked"):
        thief.sync()
    whole(centre)


def test_only_what_the_journals_own_key_signed_is_kept(centre, enrolled):
    one, other = enrolled("TPE3"), enrolled("TPE4")
    before = epoch(centre)
    (true,) = registered(other)
    frame = msgspec.structs.replace(true.frame, signature=bytes(64))
    false = Entry(frame, true.head, true.prev, true.hash)
    stranger = Journal("TPE")
    strange = stranger.record(registration(new_id()))
    forged = Journal("TPE", terminal=centre.id)
    pretended = forged.record(rate(1))

    answer = one.give_back([false, strange, pretended])

    assert (answer.kept, answer.unknown) == (0, 3)
    assert epoch(centre) == before
    assert one.give_back([true]).kept == 1
    assert one.give_back([true]).kept == 0
    whole(centre)


def test_a_journal_with_a_hole_is_asked_for_until_its_counter_fills_it(centre, enrolled):
    one, other = enrolled("TPE3"), enrolled("TPE4")
    written = registered(other, 8)
    other.push(written[:4])
    last = Place(other.journal.terminal, 1, 7, written[6].hash)

    assert one.give_back(written[5:7]).kept == 2

    # Held, but not all that comes before it.
    assert one.give_back(journals=[last]).journals == (Place(other.journal.terminal, 1, 4, written[3].hash),)
    assert not other.sync(head=Head(7, written[6].hash)).knows_head
    with pytest.raises(SyncError, match="gap") as gap:
        other.push(written[7:])
    assert gap.value.facts["head"] == Head(4, written[3].hash)
    found = verify(centre)
    assert (found.wrong, len(found.lost)) == ([], 1)
    assert diagnosed(centre)["centre.hole"] == {"series": "TPE4", "seq": "4"}
    # Its own counter sends everything after the head, of which some is here.
    answer = other.push(written[4:6])
    assert (answer.head, answer.verdicts) == (Head(7, written[6].hash), ())
    assert other.push(written[6:]).head == Head(8, written[7].hash)
    assert one.give_back(journals=[last]).journals == ()
    assert other.sync().knows_head
    whole(centre)


def test_a_branch_of_a_forked_journal_comes_back_beside_the_other(centre, enrolled):
    one, other = enrolled("TPE3"), enrolled("TPE4")
    registered(other, 2)
    copy = replace(other.journal, entries=list(other.journal.entries), revs={})
    registered(other, 2)
    branch = [copy.record(registration(new_id())) for _ in range(2)]
    other.push()

    assert one.give_back(branch).kept == 2

    rows = centre.read(lambda c: c.execute(select(entries.c.seq, entries.c.code).order_by(entries.c.seq)).all())
    assert [(row.seq, row.code) for row in rows if row.code] == [(3, "forked"), (4, "forked")]
    assert other.sync().knows_head
    assert other.sync(head=Head(4, branch[1].hash)).knows_head
    whole(centre)


def test_a_proposal_goes_when_the_decision_comes_back(centre, enrolled, back_up):
    one = enrolled("TPE3")
    worker = one.journal.record(registration(new_id())).head.subject
    filed = one.journal.record(accident(worker))
    one.push()
    with centre.engine.begin() as connection:
        proposal = {"claim_id": filed.id, "officer_id": new_id(), "at": centre.now(), "outcome": "rejected"}
        connection.execute(claim_proposal.insert().values(**proposal, awards=[], reason_code="", seen=[]))
    restore = back_up()
    decided = ClaimDecided(
        claim_id=filed.id,
        mission="TPE",
        business_date=date(2026, 11, 22),
        outcome="rejected",
        reason_code="not_covered",
    )
    (entry,) = said(centre, decided)
    centre = restore()
    reopen(centre)
    assert one.give_back([entry]).kept == 1
    assert centre.read(lambda connection: connection.execute(select(claim_proposal)).all()) == []


def test_who_never_got_the_answer_to_a_code_is_told_the_same_when_the_certificate_has_come_back(
    centre, centre_client, centre_clock, enrolled, back_up
):
    one = enrolled("TPE3")
    code = make_code(centre, "TPE", "TPE6")
    restore = back_up()
    late = Visitor(centre_client, centre_clock, Journal("TPE"), "TPE6")
    certificate = late.enrol(code).certificate
    known = one.pull("ref")
    centre = restore()
    assert reopen(centre)
    with pytest.raises(SyncError, match="code_expired"):
        late.enrol(code)

    one.give_back(known)

    answer = late.enrol(code)
    assert (answer.certificate, answer.epoch) == (certificate, epoch(centre))
    thief = Visitor(centre_client, centre_clock, Journal("TPE"), "TPE6")
    with pytest.raises(SyncError, match="code_expired"):
        thief.enrol(code)
    whole(centre)


# Whatever happened, and whenever


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[tuple[str, int, int]], int, list[int]]:
    """What three counters and the centre do, after which of it the backup is taken, and which counters come to the
    restored centre, in which order; the others are lost."""
    doing = st.sampled_from(["register", "pay", "push", "push", "pull", "pull", "rate", "erase"])
    acts = draw(st.lists(st.tuples(doing, st.integers(0, 2), st.integers(0, 3)), min_size=8, max_size=18))
    living = draw(st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True))
    return acts, draw(st.integers(0, len(acts))), living


@pytest.mark.expects_log
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(life=lives())
def test_after_any_restore_the_centre_has_what_the_backup_had_and_what_anybody_living_has(
    centre, centre_client, enrolled, back_up, life
):
    acts, moment, living = life
    centre_client.app.state.centre = centre
    emptied(centre)
    counters = [enrolled(f"TPE{number}") for number in range(3, 6)]
    workers = [new_id() for _ in range(4)]
    at_centre: dict[Any, Entry] = {one.id: one for one in counters[0].pull("ref")}
    held: list[dict[Any, Entry]] = [{}, {}, {}]
    kept, restore = dict(at_centre), None
    for number, (what, who, whom) in enumerate([*acts, ("end", 0, 0)]):
        one, journal = counters[who], counters[who].journal
        if number == moment:
            kept, restore = dict(at_centre), back_up()
        if what == "register":
            journal.record(registration(workers[whom]))
        elif what == "pay":
            journal.record(payment(workers[whom], number + 1, series=one.series))
        elif what == "push":
            one.push()
            at_centre |= {entry.id: entry for entry in journal.entries}
        elif what == "pull":
            held[who] |= {entry.id: entry for stream in ("ref", "post:TPE") for entry in one.pull(stream)}
        elif what in ("rate", "erase"):
            body = (
                rate(1 + number)
                if what == "rate"
                else BodyErased(worker_id=workers[whom], mission="TPE", reason="request")
            )
            at_centre |= {entry.id: entry for entry in said(centre, body)}
    assert restore is not None
    restored = restore()

    for who in living:
        one = counters[who]
        own_first = sorted(held[who].values(), key=lambda entry: (entry.head.terminal != centre.id, entry.head.seq))
        one.give_back(own_first)
        one.epoch = one.sync().epoch
        one.push()
        assert one.sync().knows_head

    expected = dict(kept)
    for who in living:
        expected |= held[who] | {entry.id: entry for entry in counters[who].journal.entries}
    expected |= {entry.id: entry for entry in counters[living[0]].pull("ref")}
    with fresh_ledger() as memory:
        post(memory, list(expected.values()))
        assert restored.read(ledger_digest) == ledger_digest(memory)
    assert verify(restored).wrong == []
    erased = {entry.head.subject for entry in expected.values() if entry.head.kind == BodyErased.KIND}
    told = select(entries.c.id).where(entries.c.subject.in_(erased), entries.c.personal.is_not(None))
    assert restored.read(lambda connection: connection.execute(told).all()) == []
