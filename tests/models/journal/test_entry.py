"""The entry: what is signed is what is stored; nothing can be changed, and the personal part can be erased."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.journals import Journal

from models.journal.body import known_kinds, pack, unpack
from models.journal.entry import NOTHING, Entry, Frame, Unreadable, without_personal
from models.journal.ids import new_id
from models.journal.keys import SealingKey, SigningKey, seal
from models.journal.workers import Identity, WorkerRegistered

WORKER = new_id()


def registered(journal: Journal) -> Entry:
    return journal.record(
        WorkerRegistered(
            worker_id=WORKER, mission="TPE", personal=Identity(name="SITI NURHALIZA", phone="+886912345678")
        ),
        sealed=b"sealed",
    )


def test_an_entry_is_read_back_as_it_was_written() -> None:
    journal = Journal()
    entry = registered(journal)
    again = Entry.opened(unpack(pack(entry.frame), Frame), NOTHING)
    assert again == entry
    assert again.signed_by(journal.key.public)
    body = again.body()
    assert isinstance(body, WorkerRegistered)
    assert body.personal is not None
    assert (body.worker_id, body.personal.name) == (WORKER, "SITI NURHALIZA")
    assert (again.head.seq, again.head.rev, again.head.subject) == (1, 1, WORKER)


def test_another_key_did_not_sign_it() -> None:
    assert not registered(Journal()).signed_by(SigningKey.new().public)


def test_each_entry_commits_to_all_before_it() -> None:
    journal = Journal()
    first, second = registered(journal), registered(journal)
    assert first.prev == NOTHING
    assert second.prev == first.hash
    assert (second.head.seq, second.head.rev) == (2, 2)


@given(data=st.data())
def test_a_flipped_bit_in_any_part_is_found(data: st.DataObject) -> None:
    journal = Journal()
    entry = registered(journal)
    part = data.draw(st.sampled_from(["header", "facts", "personal", "sealed", "signature"]))
    content = bytearray(getattr(entry.frame, part))
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    forged = msgspec.structs.replace(entry.frame, **{part: bytes(content)})
    try:
        opened = Entry.opened(forged, NOTHING)
    except Unreadable:
        return
    assert not opened.signed_by(journal.key.public)


def test_facts_hold_nothing_personal() -> None:
    frame = registered(Journal()).frame
    assert b"SITI" not in frame.header + frame.facts
    assert b"886912" not in frame.header + frame.facts
    assert frame.personal is not None
    assert b"SITI" in frame.personal


def test_erasing_the_personal_part_keeps_chain_and_signature() -> None:
    journal = Journal()
    entry = registered(journal)
    erased = without_personal(entry)
    again = Entry.opened(unpack(pack(erased.frame), Frame), NOTHING)
    assert again.erased
    assert again.hash == entry.hash
    assert again.signed_by(journal.key.public)
    body = again.body()
    assert isinstance(body, WorkerRegistered)
    assert body.personal is None


def test_an_erased_number_cannot_be_guessed_back_from_its_digest() -> None:
    """The same words twice leave different digests: the salt is erased with them."""
    digests = {without_personal(registered(Journal())).frame.personal_digest for _ in range(2)}
    assert len(digests) == 2
    assert sha256(pack(Identity(name="SITI NURHALIZA", phone="+886912345678"))).digest() not in digests


def test_every_kind_says_what_it_is_about_and_keeps_personal_fields_out_of_the_facts() -> None:
    for (kind, version), body in known_kinds().items():
        assert (kind, version) == (body.KIND, body.VERSION)
        assert body.SUBJECT == "" or body.SUBJECT in body.__struct_fields__
        assert ("personal" in body.__struct_fields__) == (body.PERSONAL is not None)


def test_a_field_from_a_newer_program_is_ignored() -> None:
    facts = msgspec.msgpack.encode({"worker_id": WORKER.bytes, "mission": "TPE", "invented_later": 7})
    assert WorkerRegistered.read(facts, None) == WorkerRegistered(worker_id=WORKER, mission="TPE")


@pytest.mark.parametrize("header", [b"", b"\xc1", b"\x90", pack((1, 2, 3))])
def test_bytes_that_are_no_entry_say_so(header: bytes) -> None:
    with pytest.raises(Unreadable, match="bad_header"):
        Entry.opened(Frame(header=header, facts=b"", signature=b""), NOTHING)


def test_an_entry_without_the_hash_before_it_cannot_be_placed() -> None:
    with pytest.raises(Unreadable, match="prev_missing"):
        Entry.opened(registered(Journal()).frame)


def test_identifiers_are_version_seven_and_differ() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(one.version, one.variant) for one in ids} == {(7, UUID(int=0x7 << 76 | 0x8 << 60).variant)}


def test_only_the_centre_opens_what_is_sealed_to_it() -> None:
    key = SealingKey.new()
    sealed = seal(b"uraian", key.public, b"account")
    assert key.open(sealed, b"account") == b"uraian"
    for stranger, about in ((SealingKey.new(), b"account"), (key, b"document")):
        with pytest.raises(ValueError, match="not sealed"):
            stranger.open(sealed, about)
