"""Chunks: whatever is cut, repeated or damaged on the way, a document comes together, and only of proven pieces."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sync.chunks import CHUNK, Missing, Plan, Tail, missing, plan_of, sort_in

DOCUMENT = random.Random(5).randbytes(3 * CHUNK + 1000)
PLAN = plan_of(DOCUMENT)
WHOLE = {PLAN.hash(number) for number in range(PLAN.count)}


def test_a_document_has_as_many_hashes_as_chunks() -> None:
    assert (PLAN.count, PLAN.size) == (4, len(DOCUMENT))
    assert [PLAN.length(number) for number in range(4)] == [CHUNK, CHUNK, CHUNK, 1000]
    for size, hashes in ((0, b""), (1, b""), (CHUNK + 1, bytes(32)), (1, bytes(33))):
        with pytest.raises(ValueError, match="not a plan"):
            Plan(size, hashes)


def test_what_is_missing_is_named_from_its_first_byte_to_the_next_that_is_here() -> None:
    names = PLAN.all_hashes()
    assert missing(PLAN, set(), None) == Missing(0, len(DOCUMENT), len(DOCUMENT))
    assert missing(PLAN, {names[0], names[2]}, None) == Missing(CHUNK, 2 * CHUNK, CHUNK + 1000)
    assert missing(PLAN, {names[0], names[2]}, Tail(1, DOCUMENT[CHUNK : CHUNK + 7])) == Missing(
        CHUNK + 7, 2 * CHUNK, CHUNK + 993
    )
    # What was begun further on is not sent again from its beginning.
    assert missing(PLAN, set(), Tail(2, bytes(9))) == Missing(0, 2 * CHUNK, len(DOCUMENT) - 9)
    assert missing(PLAN, WHOLE, None) is None


def test_a_damaged_chunk_costs_that_chunk_only() -> None:
    damaged = bytearray(DOCUMENT)
    damaged[CHUNK + 20] ^= 1
    came = sort_in(PLAN, set(), None, 0, bytes(damaged))
    assert WHOLE - came.proven.keys() == {PLAN.hash(1)}
    assert missing(PLAN, came.proven.keys(), came.tail) == Missing(CHUNK, 2 * CHUNK, CHUNK)


def test_a_damaged_beginning_is_not_kept_once_it_is_found_out() -> None:
    begun = sort_in(PLAN, set(), None, 0, b"\0" * 500)
    assert begun.tail == Tail(0, b"\0" * 500)
    rest = sort_in(PLAN, set(), begun.tail, 500, DOCUMENT[500:CHUNK])
    assert (rest.proven, rest.tail) == ({}, None)


def test_bytes_that_continue_nothing_are_dropped() -> None:
    came = sort_in(PLAN, set(), Tail(0, DOCUMENT[:10]), 30, DOCUMENT[30 : CHUNK + 40])
    assert (came.proven, came.tail) == ({}, Tail(1, DOCUMENT[CHUNK : CHUNK + 40]))
    assert sort_in(PLAN, set(), None, len(DOCUMENT) + 5, b"beyond").proven == {}


@given(st.data())
def test_whatever_comes_in_whatever_pieces_the_document_comes_together(data: st.DataObject) -> None:
    held: dict[bytes, bytes] = {}
    tail: Tail | None = None
    for _ in range(data.draw(st.integers(0, 12))):
        start = data.draw(st.integers(0, len(DOCUMENT) - 1))
        piece = bytearray(DOCUMENT[start : start + data.draw(st.integers(1, 2 * CHUNK))])
        if data.draw(st.booleans()):
            piece[data.draw(st.integers(0, len(piece) - 1))] ^= 0x55
        came = sort_in(PLAN, held, tail, start, bytes(piece))
        held |= came.proven
        tail = came.tail
        assert tail is None or 0 < len(tail.bytes) < PLAN.length(tail.number)
    rounds = 0
    while (lacking := missing(PLAN, held, tail)) is not None:
        came = sort_in(PLAN, held, tail, lacking.start, DOCUMENT[lacking.start : lacking.end])
        held |= came.proven
        tail = came.tail
        rounds += 1
        assert rounds < 12
    assert b"".join(held[name] for name in PLAN.all_hashes()) == DOCUMENT
