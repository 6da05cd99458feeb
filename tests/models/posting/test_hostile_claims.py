"""Claims that nobody honest would tell of: whatever is named, forked, erased or held, the set of entries decides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from loket_testing.claims import DAY, attached, filing, from_centre, from_counters
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, select

from models.journal.body import Body, pack, unpack
from models.journal.claims import (
    ClaimDecided,
    ClaimNote,
    ClaimWithdrawn,
    DocumentWithdrawn,
)
from models.journal.deaths import HeirContact, HeirInformed, StatementDetails, StatementIssued
from models.journal.entry import Entry, Frame, Header
from models.journal.ids import new_id
from models.journal.tasks import FlagSettled, TaskNote
from models.journal.workers import BodyErased, WorkerMerged, WorkerRestricted, WorkerUnmerged
from models.ledger.tables import flag, held
from models.posting import post
from models.posting.digest import ledger_digest, ledger_rows
from models.posting.posting import rebuild

WORKERS = [new_id() for _ in range(2)]
SECRET = "rahasia"


def posted(entries: Sequence[Entry], cuts: Sequence[int] = ()) -> dict[str, tuple[int, str]]:
    with fresh_ledger() as connection:
        post_in_pieces(connection, entries, cuts)
        return ledger_digest(connection)


def post_in_pieces(connection: Connection, entries: Sequence[Entry], cuts: Sequence[int]) -> None:
    seen: set[UUID] = set()
    for start, end in zip([0, *cuts], [*cuts, len(entries)], strict=True):
        batch = [one for one in dict.fromkeys(entries[start:end]) if one.id not in seen]
        seen |= {one.id for one in batch}
        post(connection, batch)


def decided(claim_id: UUID, *seen: UUID) -> ClaimDecided:
    return ClaimDecided(claim_id=claim_id, mission="TPE", business_date=DAY, outcome="rejected", seen=seen)


def of_a_later_program(entry: Entry) -> Entry:
    """The same words under a kind that this program does not know."""
    head = msgspec.structs.replace(unpack(entry.frame.header, Header), kind="claim.dreamt_of", id=new_id())
    return Entry.opened(msgspec.structs.replace(entry.frame, header=pack(head)), entry.prev)


def test_what_one_claim_takes_back_of_another_changes_nothing_there_in_one_batch_or_in_two() -> None:
    counter, centre = Journal(), Journal(mission="ZZZ")
    one, other = (counter.record(filing(WORKERS[0], serial=serial)) for serial in (1, 2))
    passport = counter.record(attached(other.id))
    foreign = counter.record(DocumentWithdrawn(claim_id=one.id, mission="TPE", document_id=passport.id))
    decision = centre.record(decided(other.id))
    entries = [one, other, passport, foreign, decision]
    assert posted(entries) == posted(entries, cuts=[4])
    with fresh_ledger() as connection:
        post(connection, entries)
        late = select(flag.c.entry_id).where(flag.c.code == "claim.late_document")
        assert list(connection.scalars(late)) == [passport.id]


def test_what_waits_to_be_understood_tells_nothing_of_a_claim_of_somebody_who_was_erased() -> None:
    counter = Journal()
    filed = counter.record(filing(WORKERS[0]))
    noted = counter.record(
        ClaimWithdrawn(
            claim_id=filed.id, mission="TPE", business_date=DAY, withdrawn_by="worker", personal=ClaimNote(note=SECRET)
        ),
        sealed=SECRET.encode(),
    )
    strange = of_a_later_program(noted)
    erased = counter.record(BodyErased(worker_id=WORKERS[0], mission="TPE", reason="retention", order=""))
    for order in permutations([filed, strange, erased]):
        for cuts in ([], [1], [2], [1, 2]):
            with fresh_ledger() as connection:
                post_in_pieces(connection, order, cuts)
                frame = unpack(connection.scalars(select(held.c.frame)).one(), Frame)
            assert (frame.personal, frame.sealed) == (None, None)


def telling(body: Body, secret: str) -> Body:
    """The body with something personal, and a character PostgreSQL refuses, in every text of its personal part."""
    personal = getattr(body, "personal", None)
    if personal is None:
        return body
    texts = {name: f"{secret}\0" for name, value in msgspec.structs.asdict(personal).items() if isinstance(value, str)}
    return msgspec.structs.replace(body, personal=msgspec.structs.replace(personal, **texts))


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Claims of two people, one of them never filed; a counter whose disk was cloned, another one, two incarnations of
    the centre. Whatever names another entry may name any; some of it is said in words of a later program."""
    counter, clone, another = Journal(), Journal(), Journal()
    clone.terminal, clone.key = counter.terminal, counter.key
    centres = [Journal(mission="ZZZ"), Journal(mission="ZZZ", incarnation=2)]
    centres[1].terminal = centres[0].terminal
    written: list[Entry] = []
    claims: dict[UUID, int] = {new_id(): 2}
    for serial in range(1, 4):
        whose = draw(st.integers(0, 1))
        body = telling(filing(WORKERS[whose], restricted=draw(st.booleans()), serial=serial), f"{SECRET}{whose}")
        written.append(draw(st.sampled_from([counter, another])).record(body, sealed=f"{SECRET}{whose}".encode()))
        claims[written[-1].id] = whose
    for _ in range(draw(st.integers(1, 16))):
        journal = draw(st.sampled_from([counter, clone, another, *centres]))
        for seen in draw(st.lists(st.sampled_from(written), max_size=2)):
            journal.see(seen)
        named = [one.id for one in written]
        if draw(st.integers(0, 3)):
            of = draw(st.sampled_from(sorted(claims)))
            body = draw((from_centre if journal in centres else from_counters)(of, named))
            whose = claims[of]
        else:
            whose = draw(st.integers(0, 1))
            body = draw(about(WORKERS[whose], WORKERS[1 - whose], named))
        sealed = draw(st.sampled_from([None, f"{SECRET}{whose}".encode()]))
        written.append(journal.record(telling(body, f"{SECRET}{whose}"), sealed=sealed))
        if not draw(st.integers(0, 5)):
            written.append(of_a_later_program(written[-1]))
    return written


@st.composite
def about(draw: st.DrawFn, worker_id: UUID, other_id: UUID, named: Sequence[UUID]) -> Body:
    """What is recorded of a person rather than of a claim."""
    one = draw(st.sampled_from(list(named)))
    return draw(
        st.sampled_from(
            [
                BodyErased(worker_id=worker_id, mission="TPE", reason="retention"),
                WorkerMerged(worker_id=worker_id, other_id=other_id, mission="TPE"),
                WorkerUnmerged(worker_id=worker_id, merge_id=one, mission="TPE"),
                WorkerRestricted(worker_id=worker_id, mission="TPE", restricted=True),
                StatementIssued(
                    worker_id=worker_id,
                    mission="TPE",
                    number="TPE3-K-2026-000009",
                    year=2026,
                    serial=9,
                    business_date=DAY,
                    about="missing",
                    event_date=DAY,
                    claim_id=one,
                    personal=StatementDetails(token=b"t", worker_name="SITI", place="laut", source="kapten"),
                ),
                HeirInformed(
                    worker_id=worker_id,
                    mission="TPE",
                    business_date=DAY,
                    channel="phone",
                    reached=False,
                    personal=HeirContact(name="AYAH", phone="+62811", note="tidak diangkat"),
                ),
                FlagSettled(
                    entry_id=one,
                    code="claim.late_document",
                    worker_id=worker_id,
                    mission="TPE",
                    personal=TaskNote(note="sudah dilihat"),
                ),
            ]
        )
    )


@settings(max_examples=30)
@given(st.data())
def test_forks_two_centres_erasures_and_what_is_not_understood_make_one_ledger_in_whatever_order(
    data: st.DataObject,
) -> None:
    entries = data.draw(histories())
    expected = posted(entries)
    shuffled = data.draw(st.permutations(entries + data.draw(st.lists(st.sampled_from(entries), max_size=3))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=5)))
    with fresh_ledger() as connection:
        post_in_pieces(connection, shuffled, cuts)
        assert ledger_digest(connection) == expected
        rebuild(connection, [entries[::-1]])
        assert ledger_digest(connection) == expected
        erased = {WORKERS.index(one.head.subject) for one in entries if one.head.kind == BodyErased.KIND}
        assert [whose for whose in erased if told_of(connection, whose)] == []


def told_of(connection: Connection, whose: int) -> list[str]:
    """The tables that tell of a person whose name was given."""
    secret = f"{SECRET}{whose}".encode()
    known = {SECRET.encode().hex() + f"{whose}".encode().hex(), secret.decode(), secret.hex()}
    return [
        name
        for name in ledger_digest(connection)
        if any(one.encode() in row for row in ledger_rows(connection, name) for one in known)
    ]
