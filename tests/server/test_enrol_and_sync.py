"""Enrolment, who may ask, the one-call sync, and what is pulled."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor, answered
from loket_testing.journals import Journal
from sqlalchemy import select

from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.rules.problems import Refused
from models.sync import protocol
from models.sync.enrolment import CentreInfo, read_code, sign_request, trusted_keys
from models.sync.messages import Cursor, Head, encode
from models.sync.protocol import SyncError
from models.sync.signing import Signed, Untrue
from models.sync.statement import read_statement
from models.sync.tokens import Bearer, make_token
from server.store.tables import terminal_head
from server.usecases.codes import make_code
from server.usecases.publish import Publication, RatePart, StaffPart, publish
from server.usecases.revoking import revoke
from server.usecases.status import status
from server.usecases.verify import verify


@pytest.fixture
def visitor(centre_client, centre_clock):
    return Visitor(centre_client, centre_clock, Journal("TPE"), "TPE3")


# Enrolment


def test_a_terminal_is_certified_and_told_what_it_needs(centre, visitor):
    answer = visitor.enrol(make_code(centre, "TPE", "TPE3"))

    assert answer.streams == ("ref", "staff:TPE", "post:TPE")
    assert answer.public_host == "loket.example"
    (certificate,) = visitor.pull("ref")
    assert certificate.frame == answer.certificate
    assert certificate.signed_by(visitor.keys.signing)


def test_the_same_key_again_gets_the_same_answer(centre, visitor):
    code = make_code(centre, "TPE", "TPE3")

    assert visitor.enrol(code) == visitor.enrol(code)
    assert len(visitor.pull("ref")) == 1


def test_another_key_cannot_use_a_code_a_second_time(centre, centre_client, centre_clock, visitor):
    code = make_code(centre, "TPE", "TPE3")
    visitor.enrol(code)

    with pytest.raises(SyncError, match="code_used"):
        Visitor(centre_client, centre_clock, Journal("TPE"), "TPE3").enrol(code)


def test_a_code_for_another_counter_is_refused_and_not_spent(centre, centre_client, centre_clock, visitor):
    code = make_code(centre, "TPE", "TPE3")

    with pytest.raises(SyncError, match="code_elsewhere"):
        Visitor(centre_client, centre_clock, Journal("HKG"), "HKG1").enrol(code)
    with pytest.raises(SyncError, match="code_elsewhere"):
        Visitor(centre_client, centre_clock, Journal("TPE"), "TPE4").enrol(code)
    assert visitor.enrol(code).series == "TPE3"


def test_a_code_lives_a_day(centre, centre_clock, visitor):
    code = make_code(centre, "TPE", "TPE3")
    centre_clock.forward(timedelta(hours=24))

    with pytest.raises(SyncError, match="code_expired"):
        visitor.enrol(code)


def test_a_false_centre_is_found_out_before_the_secret_is_told(centre, new_centre, centre_client):
    code = read_code(make_code(new_centre(), "TPE", "TPE3"))
    info = answered(centre_client.get(protocol.CENTRE), CentreInfo)

    with pytest.raises(Untrue, match="false_centre"):
        trusted_keys(info, code.fingerprint)
    with pytest.raises(Untrue, match="false_centre"):
        trusted_keys(msgspec.structs.replace(info, root=SigningKey.new().public), code.fingerprint)


def test_a_request_signed_by_another_key_is_refused(centre, visitor):
    code = make_code(centre, "TPE", "TPE3")
    visitor.keys = centre.keys.public
    forged = sign_request(visitor.enrol_request(code), SigningKey.new())

    with pytest.raises(SyncError, match="bad_signature"):
        answered(visitor.post(protocol.ENROL, forged), Signed)


def test_two_machines_never_get_one_series(centre, centre_client, centre_clock, visitor):
    first, second = make_code(centre, "TPE", "TPE3"), make_code(centre, "TPE", "TPE3")
    visitor.enrol(first)

    with pytest.raises(SyncError, match="series_taken"):
        Visitor(centre_client, centre_clock, Journal("TPE"), "TPE3").enrol(second)
    with pytest.raises(Refused) as refusal:
        make_code(centre, "TPE", "TPE3")
    assert [problem.code for problem in refusal.value.problems] == ["series.taken"]


def test_a_re_keyed_machine_continues_as_its_next_incarnation(centre, centre_client, centre_clock, visitor):
    visitor.enrol(make_code(centre, "TPE", "TPE3"))
    again = Visitor(centre_client, centre_clock, Journal("TPE", visitor.journal.terminal, 2), "TPE5", after=visitor)
    again.enrol(make_code(centre, "TPE", "TPE5"))
    again.journal.record(registration(new_id()))

    assert again.push().head.seq == 1
    with pytest.raises(SyncError, match="old_incarnation"):
        visitor.sync()


# Who may ask


def test_nobody_asks_without_a_token(centre_client, enrolled):
    visitor = enrolled()
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Basic eA=="},
    ):
        response = centre_client.get(protocol.PULL, params={"stream": "ref"}, headers=headers)
        with pytest.raises(SyncError, match="bad_token"):
            answered(response, Signed)
    assert visitor.sync()


def test_a_token_for_another_centre_or_by_another_key_opens_nothing(centre, enrolled, centre_clock):
    visitor = enrolled()
    bearer = Bearer(visitor.journal.terminal, 1)
    others = (
        make_token(visitor.journal.key, bearer, new_id(), centre_clock()),
        make_token(SigningKey.new(), bearer, centre.id, centre_clock()),
    )
    for token in others:
        response = visitor.client.get(
            protocol.PULL, params={"stream": "ref"}, headers={"Authorization": f"Bearer {token}"}
        )
        with pytest.raises(SyncError, match="bad_token"):
            answered(response, Signed)


def test_an_unknown_terminal_is_told_so(centre, visitor):
    visitor.keys = centre.keys.public

    with pytest.raises(SyncError, match="unknown_terminal"):
        visitor.sync()


def test_a_revoked_terminal_is_told_so(centre, enrolled, centre_clock):
    visitor = enrolled()
    (done,) = revoke(centre, "tpe3", "Laptop hilang di Hualien")
    assert (done.terminal, done.incarnation, done.fresh) == (visitor.journal.terminal, 1, True)

    with pytest.raises(SyncError, match="revoked"):
        visitor.push([])


def test_a_wrong_clock_is_told_the_time(enrolled, centre_clock):
    visitor = enrolled()
    here = centre_clock()
    visitor.clock = lambda: here - timedelta(minutes=10)

    with pytest.raises(SyncError) as error:
        visitor.sync()

    assert (error.value.code, error.value.facts["at"]) == ("clock", here)


def test_a_counter_within_half_a_minute_is_not_bothered(enrolled, centre_clock):
    visitor = enrolled()
    here = centre_clock()
    visitor.clock = lambda: here + timedelta(seconds=29)

    assert visitor.sync().head == Head()


def test_errors_speak_the_contract_also_where_nothing_is(centre_client):
    for response in (
        centre_client.get("/v1/nothing"),
        centre_client.post(protocol.ENROL, content=b"{}", headers={"Content-Type": "application/json"}),
        centre_client.post(protocol.ENROL, content=b"garbage", headers={"Content-Type": protocol.CONTENT_TYPE}),
        centre_client.get(protocol.PUSH),
    ):
        with pytest.raises(SyncError) as error:
            answered(response, Signed)
        assert error.value.code in ("not_found", "bad_frame")


# Sync


def test_nothing_changed_is_one_small_call(enrolled):
    visitor = enrolled()
    cursors = [visitor.page(Cursor(name)).until for name in ("ref", "staff:TPE", "post:TPE")]

    answer = visitor.sync(cursors)

    assert (answer.streams, answer.changed, answer.knows_head) == ((), (), True)
    assert answer.head == Head()


def test_a_sync_names_the_streams_that_moved_and_those_it_cannot_find(centre, enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    other.journal.record(registration(new_id()))
    other.push()

    answer = visitor.sync([Cursor("ref", 1, bytes(32)), Cursor("post:HKG", 0)])

    assert {cursor.stream: cursor.position for cursor in answer.streams} == {"ref": 2, "post:TPE": 1}
    assert answer.changed == ("ref",)
    assert answer.gone == ("post:HKG",)
    with pytest.raises(SyncError, match="stream_changed"):
        visitor.page(Cursor("ref", 1, bytes(32)))
    with pytest.raises(SyncError, match="stream_changed"):
        visitor.page(Cursor("ref", 99, bytes(32)))


def test_a_head_we_do_not_hold_is_said_to_be_unknown(enrolled):
    visitor = enrolled()
    visitor.journal.record(registration(new_id()))

    answer = visitor.sync()

    assert (answer.head, answer.knows_head) == (Head(), False)


def test_a_statement_altered_on_the_way_is_not_believed(enrolled):
    visitor = enrolled()
    visitor.journal.record(payment(new_id()))
    visitor.push()
    signed = visitor.sync().statement
    altered = bytearray(signed.message)
    altered[-1] ^= 1

    with pytest.raises(Untrue, match="bad_signature"):
        read_statement(Signed(bytes(altered), signed.signature), visitor.keys.signing)


def test_the_centre_notes_when_a_terminal_spoke_and_by_how_much_its_clock_was_out(centre, enrolled, centre_clock):
    visitor = enrolled()
    here = centre_clock.at = centre_clock.at + timedelta(hours=1)
    visitor.clock = lambda: here + timedelta(seconds=5)

    visitor.sync()

    row = centre.read(
        lambda connection: connection.execute(
            select(terminal_head).where(terminal_head.c.terminal == visitor.journal.terminal)
        ).one()
    )
    assert (row.last_seen, row.skew_ms, row.program) == (here, 5000, "loket 0.1 test")


def test_an_old_counter_may_push_but_is_told_to_update(enrolled, monkeypatch):
    visitor = enrolled()
    monkeypatch.setattr("server.usecases.pull.OLDEST_PULL", 2)

    with pytest.raises(SyncError) as error:
        visitor.page(Cursor("ref"), protocol=1)

    assert (error.value.code, error.value.facts["minimum"]) == ("pull_too_old", 2)
    visitor.journal.record(registration(new_id()))
    assert visitor.push().head.seq == 1


# What is published


def test_rates_and_staff_reach_the_counters_of_their_mission_only(centre, enrolled):
    taipei, hongkong = enrolled(), enrolled("HKG1", mission="HKG")
    publish(
        centre,
        Publication(
            rates=(RatePart("TPE", "TWD", taipei.journal.at.date(), "512.40", "1"),),
            staff=(StaffPart("TPE", "rina", "Rina W.", "petugas"),),
        ),
    )

    assert [entry.head.kind for entry in taipei.pull("ref")] == ["terminal.certified"] * 2 + ["rate.published"]
    assert [entry.body().personal.login for entry in taipei.pull("staff:TPE")] == ["rina"]
    assert len(hongkong.pull("ref")) == 3
    with pytest.raises(SyncError, match="stream_unknown"):
        hongkong.pull("staff:TPE")


def test_a_person_listed_again_is_the_same_person_with_the_next_revision(centre, enrolled):
    visitor = enrolled()
    for role in ("petugas", "penyelia"):
        publish(centre, Publication(staff=(StaffPart("TPE", "rina", "Rina W.", role),)))

    first, second = visitor.pull("staff:TPE")

    assert first.head.subject == second.head.subject
    assert (first.head.rev, second.head.rev) == (1, 2)


def test_nothing_is_published_where_one_part_is_wrong(centre, enrolled):
    visitor = enrolled()
    wrong = Publication(
        rates=(
            RatePart("TPE", "TWD", visitor.journal.at.date(), "512.40", "1"),
            RatePart("TPE", "XXX", visitor.journal.at.date(), "512.40", "1"),
        )
    )

    with pytest.raises(Refused) as refusal:
        publish(centre, wrong)

    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [
        ("rates[1].currency", "currency.unknown")
    ]
    assert len(visitor.pull("ref")) == 1


# What the keeper of the machine sees


def test_status_and_verify_agree_with_what_was_done(centre, enrolled):
    visitor = enrolled()
    worker_id = new_id()
    visitor.journal.record(registration(worker_id))
    visitor.journal.record(payment(worker_id))
    visitor.push()

    seen, found = status(centre), verify(centre)

    assert (seen["workers"], seen["receipts"], seen["entries"]) == (1, 1, 3)
    assert [terminal["series"] for terminal in seen["terminals"]] == ["TPE3"]
    assert (found.wrong, found.entries, found.receipts, found.terminals) == ([], 3, 1, 1)
    assert found.sums["TPE3"] == {"receipts": 1, "amount_idr": 332_500, "due": {"TWD": 649}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE entry SET facts = facts || '\\x00' WHERE kind = 'contribution.received'", "bytes are not those"),
        ("UPDATE receipt SET due = due + 1", "ledger table receipt"),
        ("DELETE FROM entry WHERE kind = 'contribution.received'", "were received"),
        ("DELETE FROM stream_position WHERE stream = 'post:TPE' AND position = 1", "position 1 is missing"),
        ("UPDATE entry SET signature = '\\x00' WHERE kind = 'worker.registered'", "not signed"),
    ],
)
def test_verify_finds_what_was_tampered_with(centre, enrolled, change, said):
    visitor = enrolled()
    visitor.journal.record(registration(new_id()))
    visitor.journal.record(payment(new_id()))
    visitor.push()
    with centre.engine.begin() as connection:
        connection.exec_driver_sql(change)

    assert any(said in wrong for wrong in verify(centre).wrong)


def test_a_last_sync_answer_is_a_few_hundred_bytes(enrolled):
    visitor = enrolled()
    cursors = [visitor.page(Cursor(name)).until for name in ("ref", "staff:TPE", "post:TPE")]

    assert len(encode(visitor.sync(cursors))) < 512
