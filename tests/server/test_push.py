"""A push: one transaction, nothing refused that a counter has done, nothing taken twice."""

from __future__ import annotations

import threading
from decimal import Decimal

import msgspec
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import Visitor, answered, frames
from loket_testing.journals import Journal
from sqlalchemy import create_engine, func, select, text

from models.journal.body import pack, unpack
from models.journal.claims import DocumentAttached
from models.journal.entry import Entry, Frame, Header, chain_hash
from models.journal.ids import new_id
from models.journal.reference import RatePublished
from models.journal.terminals import TerminalCertified
from models.journal.workers import WorkerCompared, WorkerMerged, WorkerUnmerged
from models.ledger.tables import comparison, ledger, receipt, terminal
from models.posting import post
from models.posting.digest import ledger_digest
from models.sync.messages import Cursor, Head, Judged, PushAnswer, PushRequest, SyncAnswer
from models.sync.protocol import MAX_PUSH, PUSH, SyncError
from models.sync.statement import read_statement
from server.store import tables


def morning(visitor: Visitor, workers: int = 3) -> list[Entry]:
    """Some workers registered, each paying once."""
    recorded = []
    for _ in range(workers):
        worker_id = new_id()
        recorded.append(visitor.journal.record(registration(worker_id, mission=visitor.journal.mission)))
        serial = len(visitor.journal.entries)
        recorded.append(visitor.journal.record(payment(worker_id, serial, mission=visitor.journal.mission)))
    return recorded


def posted_in_memory(entries: list[Entry]) -> dict[str, tuple[int, str]]:
    with create_engine("sqlite://").connect() as connection:
        ledger.create_all(connection)
        post(connection, entries)
        return ledger_digest(connection)


def centre_digest(centre) -> dict[str, tuple[int, str]]:
    return centre.read(ledger_digest)


def everything(centre, *visitors: Visitor) -> list[Entry]:
    """All that was recorded anywhere, the centre's own entries included."""
    own = visitors[0].pull("ref")
    return own + [entry for visitor in visitors for entry in visitor.journal.entries]


def count(centre, table) -> int:
    return centre.read(lambda connection: connection.scalar(select(func.count()).select_from(table)))


def test_what_was_pushed_is_in_the_ledger_and_in_the_signed_statement(centre, enrolled):
    visitor = enrolled()
    morning(visitor)

    answer = visitor.push()

    assert answer.head == answer.accepted == Head(6, visitor.journal.head)
    assert answer.verdicts == ()
    statement = read_statement(visitor.sync().statement, visitor.keys.signing)
    assert (statement.seq, statement.head, statement.count) == (6, visitor.journal.head, 6)
    moved = {(one.account, one.currency): one.amount for one in statement.sums}
    assert moved["contributions:JKK+JKM", "IDR"] == -3 * 332_500
    assert moved["tender:cash", "TWD"] == 3 * 649
    assert centre_digest(centre) == posted_in_memory(everything(centre, visitor))


def test_bytes_are_stored_as_they_were_sent(centre, enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    sent = morning(visitor)
    visitor.push()

    came_back = other.pull("post:TPE")

    assert [entry.frame for entry in came_back] == [
        msgspec.structs.replace(entry.frame, prev=entry.prev) for entry in sent
    ]
    assert [entry.hash for entry in came_back] == [entry.hash for entry in sent]


def test_the_same_push_again_changes_nothing_and_gets_the_same_answer(centre, enrolled):
    visitor = enrolled()
    visitor.journal.record(registration(new_id()))
    visitor.journal.record(msgspec.structs.replace(payment(new_id()), flags=("receipt.sounds_odd",)))
    request = visitor.push_request(visitor.journal.entries)

    first, digest = visitor.send(request), centre_digest(centre)
    second = visitor.send(request)

    assert first == second
    assert [(one.seq, one.verdict, one.code) for one in first.verdicts] == [(2, "flagged", "receipt.sounds_odd")]
    assert centre_digest(centre) == digest
    assert count(centre, tables.stream_position) == 3


def test_pieces_that_overlap_are_joined(centre, enrolled):
    visitor = enrolled()
    entries = morning(visitor)

    visitor.push(entries[:3])
    visitor.push(entries[1:5])
    answer = visitor.push(entries[2:])

    assert answer.head == Head(6, visitor.journal.head)
    assert centre_digest(centre) == posted_in_memory(everything(centre, visitor))


def test_a_gap_is_answered_with_our_head(enrolled):
    visitor = enrolled()
    entries = morning(visitor)
    visitor.push(entries[:2])

    with pytest.raises(SyncError) as error:
        visitor.push(entries[4:])

    assert error.value.code == "gap"
    assert error.value.facts["head"] == Head(2, entries[1].hash)


def test_another_history_than_ours_is_called_a_fork(enrolled):
    visitor = enrolled()
    entries = morning(visitor)
    visitor.push(entries)
    visitor.journal.entries = entries[:2]
    clone = [visitor.journal.record(registration(new_id())) for _ in range(2)]

    with pytest.raises(SyncError) as error:
        visitor.push(clone[1:])

    assert error.value.code == "fork"
    assert error.value.facts["head"] == Head(6, entries[-1].hash)


def test_a_cloned_disk_loses_no_receipt_of_either_branch(centre, enrolled):
    visitor = enrolled()
    entries = morning(visitor)
    visitor.push(entries)
    visitor.journal.entries = entries[:2]
    branch = [visitor.journal.record(payment(new_id(), 77)), visitor.journal.record(payment(new_id(), 78))]

    answer = visitor.push(entries[:2] + branch)

    assert answer.head == Head(6, entries[-1].hash)
    assert answer.accepted == Head(4, branch[-1].hash)
    assert [(one.seq, one.verdict, one.code) for one in answer.verdicts] == [
        (3, "flagged", "forked"),
        (4, "flagged", "forked"),
    ]
    assert count(centre, receipt) == 5
    more = visitor.journal.record(payment(new_id(), 79))
    assert visitor.push([more]).accepted == Head(5, more.hash)
    assert visitor.sync(head=Head(5, more.hash)).knows_head
    assert centre_digest(centre) == posted_in_memory([*visitor.pull("ref"), *entries, *branch, more])


def test_a_broken_chain_or_a_false_head_is_refused_whole(centre, enrolled):
    visitor = enrolled()
    entries = morning(visitor)
    altered = list(frames(entries))
    altered[2] = msgspec.structs.replace(altered[2], facts=altered[2].facts + b"\0")
    final = Head(6, visitor.journal.head)
    with pytest.raises(SyncError, match="bad_chain"):
        visitor.send(PushRequest(Head(), tuple(altered), final))

    unsigned = [*frames(entries)[:-1], msgspec.structs.replace(frames(entries)[-1], signature=bytes(64))]
    with pytest.raises(SyncError, match="bad_signature"):
        visitor.send(PushRequest(Head(), tuple(unsigned), final))

    with pytest.raises(SyncError, match="bad_seq"):
        visitor.send(PushRequest(Head(1, entries[0].prev), frames(entries), Head(7, visitor.journal.head)))
    assert count(centre, receipt) == 0


def test_entries_of_another_terminal_are_not_taken_in_its_name(enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    morning(other)
    visitor.journal.entries = other.journal.entries

    with pytest.raises(SyncError, match="wrong_name"):
        visitor.push()


def test_the_same_id_with_other_bytes_is_kept_but_not_posted(centre, enrolled):
    visitor = enrolled()
    worker_id, reused = new_id(), new_id()
    visitor.journal.record(registration(worker_id))
    visitor.journal.record(payment(worker_id, 1), entry_id=reused)
    visitor.journal.record(payment(worker_id, 2, amount_idr=189_000), entry_id=reused)
    visitor.journal.record(payment(worker_id, 3))

    answer = visitor.push()

    assert answer.verdicts == (Judged(3, "quarantined", "id_reused", reused),)
    assert answer.head == Head(4, visitor.journal.head)
    assert count(centre, receipt) == 2
    assert count(centre, tables.entry) == 5
    again = visitor.push(visitor.journal.entries[2:])
    assert again.verdicts == answer.verdicts


@pytest.mark.expects_log("cannot be posted")
def test_a_bad_entry_never_blocks_the_next(centre, enrolled):
    """A number that no column takes, a text longer than its column, and a body that is none at all."""
    visitor = enrolled()
    worker_id = new_id()
    visitor.journal.record(registration(worker_id))
    visitor.journal.record(msgspec.structs.replace(payment(worker_id, 1), due=1 << 63))
    visitor.journal.record(registration(new_id(), mission="TAIPEI"))
    unreadable = visitor.journal.record(payment(worker_id, 2))
    garbled = _resigned(visitor.journal, unreadable, facts=b"\xc1")
    visitor.journal.entries[-1] = garbled
    good = visitor.journal.record(payment(worker_id, 3))

    answer = visitor.push()

    assert [(one.seq, one.verdict, one.code) for one in answer.verdicts] == [
        (2, "quarantined", "cannot_post"),
        (3, "quarantined", "cannot_post"),
        (4, "quarantined", "unreadable"),
    ]
    assert centre.read(lambda connection: connection.scalars(select(receipt.c.id)).all()) == [good.id]
    assert count(centre, tables.entry) == 6


@pytest.mark.expects_log("cannot be posted")
def test_of_ten_thousand_entries_one_is_poison_and_the_others_arrive(centre, enrolled):
    """Piece by piece, as a counter sends them."""
    visitor = enrolled()
    one, other = new_id(), new_id()
    for number in range(10_000):
        body = WorkerCompared(worker_id=one, other_id=other, mission="TPE", same=False)
        visitor.journal.record(registration(one, mission="TAIPEI") if number == 4_711 else body)
    entries = visitor.journal.entries

    answers = [visitor.push(entries[at : at + MAX_PUSH]) for at in range(0, len(entries), MAX_PUSH)]

    said = [(one.seq, one.verdict, one.code) for answer in answers for one in answer.verdicts]
    assert [one for one in said if one[1] == "quarantined"] == [(4_712, "quarantined", "cannot_post")]
    assert answers[-1].head == Head(10_000, visitor.journal.head)
    assert count(centre, comparison) == 9_999
    assert count(centre, tables.entry) == 10_001


def test_a_header_of_a_later_program_keeps_its_place_in_the_chain(centre, enrolled):
    visitor = enrolled()
    visitor.journal.record(registration(new_id()))
    later = visitor.journal.record(payment(new_id(), 1))
    header = msgspec.structs.replace(later.head, format=2)
    visitor.journal.entries[-1] = _resigned(visitor.journal, later, header=pack(header))
    visitor.journal.record(payment(new_id(), 2))

    answer = visitor.push()

    assert [(one.seq, one.verdict, one.code) for one in answer.verdicts] == [(2, "quarantined", "unknown_format")]
    assert answer.head == Head(3, visitor.journal.head)
    assert visitor.push().verdicts == answer.verdicts


def test_a_document_waits_for_its_claim_and_is_then_no_longer_held(centre, enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    claim = other.journal.record(accident(new_id()))
    document = DocumentAttached(
        claim_id=claim.id, mission="TPE", document_kind="paspor", sha256=bytes(32), size=1, media_type="image/png"
    )
    visitor.journal.record(document)

    held = visitor.push()
    other.push()
    again = visitor.push()

    assert [(one.verdict, one.code) for one in held.verdicts] == [("held", "parent_missing")]
    assert again.verdicts == ()


def test_a_counter_cannot_publish_rates_or_certify_terminals(centre, enrolled):
    visitor = enrolled()
    rate = RatePublished(mission="TPE", currency="TWD", valid_from=visitor.journal.at.date(), idr_per_unit=Decimal(1))
    visitor.journal.record(rate)
    visitor.journal.record(
        TerminalCertified(terminal_id=new_id(), incarnation=1, mission="TPE", series="TPE8", public_key=bytes(32))
    )

    answer = visitor.push()

    assert [(one.verdict, one.code) for one in answer.verdicts] == [("quarantined", "not_yours")] * 2
    assert count(centre, terminal) == 1
    assert len(visitor.pull("ref")) == 1


def test_unknown_kinds_are_held_and_passed_on(enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    entry = visitor.journal.record(registration(new_id()))
    header = msgspec.structs.replace(entry.head, kind="worker.praised")
    visitor.journal.entries[-1] = _resigned(visitor.journal, entry, header=pack(header))

    answer = visitor.push()

    assert [(one.verdict, one.code) for one in answer.verdicts] == [("held", "unknown_kind")]
    assert [got.head.kind for got in other.pull("post:TPE")] == ["worker.praised"]


def test_two_counters_pushing_at_once_leave_no_hole_in_the_stream(centre, enrolled):
    visitors = [enrolled(f"TPE{number}") for number in range(1, 5)]
    worker_id = new_id()
    for visitor in visitors:
        for serial in range(1, 21):
            visitor.journal.record(payment(worker_id, serial))
    failures: list[BaseException] = []

    def run(visitor: Visitor) -> None:
        try:
            for start in range(0, 20, 5):
                visitor.push(visitor.journal.entries[start : start + 5])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    positions = centre.read(
        lambda connection: connection.scalars(
            select(tables.stream_position.c.position)
            .where(tables.stream_position.c.stream == "post:TPE")
            .order_by(tables.stream_position.c.position)
        ).all()
    )
    assert positions == list(range(1, 81))
    assert centre_digest(centre) == posted_in_memory(everything(centre, *visitors))


def test_an_undoing_that_is_pushed_while_a_merge_is_being_taken_in_takes_nobody_out_of_it(
    centre, enrolled, monkeypatch
):
    merging, undoing = enrolled(), enrolled("HKG1", mission="HKG")
    siti, again, third, nobody = (new_id() for _ in range(4))
    first = undoing.journal.record(WorkerMerged(worker_id=siti, other_id=again, mission="HKG"))
    undoing.push()
    # It names somebody else than the merge did, so that no row of those whom it concerns makes it wait.
    undoing.journal.record(WorkerUnmerged(worker_id=nobody, merge_id=first.id, mission="HKG"))
    merging.journal.record(WorkerMerged(worker_id=third, other_id=again, mission="TPE"))
    thread = threading.Thread(target=undoing.push, args=(undoing.journal.entries[1:],))

    def meanwhile(*_: object, **__: object) -> None:
        thread.start()
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        while thread.is_alive():
            with centre.engine.connect() as connection:
                if connection.scalar(waiting):
                    return

    monkeypatch.setattr("server.usecases.push.lend_merged", meanwhile)
    merging.push()
    thread.join()

    assert centre_digest(centre) == posted_in_memory(everything(centre, merging, undoing))


def test_a_push_that_is_too_long_is_refused_before_anything_is_kept(centre, enrolled):
    visitor = enrolled()
    entry = visitor.journal.record(registration(new_id()))
    request = PushRequest(Head(), frames([entry]) * (MAX_PUSH + 1), Head(1, entry.hash))

    with pytest.raises(SyncError, match="too_large"):
        visitor.send(request)
    with pytest.raises(SyncError, match="too_large"):
        answered(visitor.client.post(PUSH, content=bytes((1 << 20) + 1), headers=visitor.headers | _type()), PushAnswer)


def test_a_centre_of_before_says_nothing_of_how_much_it_takes_and_gets_what_it_always_took(enrolled):
    answer = enrolled().sync()
    assert answer.most == MAX_PUSH
    said = msgspec.msgpack.decode(pack(answer))
    del said["most"]
    assert unpack(pack(said), SyncAnswer).most == 500


def test_a_centre_of_another_epoch_is_told_so(enrolled):
    visitor = enrolled()
    entry = visitor.journal.record(registration(new_id()))
    request = msgspec.structs.replace(visitor.push_request([entry]), epoch=new_id())

    with pytest.raises(SyncError) as error:
        visitor.send(request)

    assert error.value.code == "epoch_changed"
    assert error.value.facts["epoch"] == visitor.epoch


def test_an_own_page_comes_as_stubs_that_carry_the_chain_on(enrolled):
    visitor = enrolled()
    entries = morning(visitor)
    visitor.push()

    page = visitor.page(Cursor("post:TPE"))

    assert [pulled.frame for pulled in page.entries] == [None] * 6
    assert [(pulled.id, pulled.hash) for pulled in page.entries] == [(entry.id, entry.hash) for entry in entries]
    assert [entry.id for entry in visitor.pull("post:TPE", stubs=False)] == [entry.id for entry in entries]


def _type() -> dict[str, str]:
    from models.sync.protocol import CONTENT_TYPE

    return {"Content-Type": CONTENT_TYPE}


def _resigned(journal: Journal, entry: Entry, **parts: bytes) -> Entry:
    """The entry with other parts, chained and signed again as a faulty program would."""
    frame: Frame = msgspec.structs.replace(entry.frame, **parts)
    hashed = chain_hash(frame, entry.prev)
    frame = msgspec.structs.replace(frame, signature=journal.key.sign(b"loket entry 1 signature" + hashed))
    head = unpack(frame.header, Header)
    return Entry(frame, head, entry.prev, hashed)
