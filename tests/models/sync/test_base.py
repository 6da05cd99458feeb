"""Parts of bases: rows come out as they went in, and a part tells nothing of whom it was rid of."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.journal.ids import new_id
from models.ledger.base import base_entry
from models.ledger.contributions import receipt_tender
from models.ledger.workers import amendment
from models.sync.base import cut, laid, load, read_part, rows_of, without
from models.sync.messages import BasePart

TENDERS = laid(receipt_tender)
NOT_NUL = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
VALUES = st.one_of(st.none(), NOT_NUL, st.integers(-(1 << 63), (1 << 63) - 1), st.binary(max_size=4))


REST = len(TENDERS.columns) - 1


@settings(max_examples=30)
@given(st.lists(st.lists(VALUES, min_size=REST, max_size=REST), min_size=1, max_size=5))
def test_whatever_stands_in_a_row_comes_out_again(made):
    rows = [(b"key", *row) for row in made]
    ((part, packed),) = cut(TENDERS, rows)
    with sqlite3.connect(":memory:") as database:
        columns = ", ".join(f'"{name}"' for name in TENDERS.columns)
        database.execute(f"CREATE TABLE receipt_tender ({columns})")
        load(database.executemany, TENDERS, read_part(part, packed))
        loaded = list(database.execute("SELECT * FROM receipt_tender"))
    database.close()
    assert loaded == rows


def people(count: int) -> list[tuple]:
    ids = sorted(new_id().bytes for _ in range(count))
    return [
        (new_id().bytes, one, b"t" * 16, 1, 1, "placement.recorded", 7, "Asia/Taipei", b"o" * 16, "k") for one in ids
    ]


def test_somebody_more_leaves_most_parts_as_they_were():
    rows = people(40_000)
    before = [part for part, _ in cut(laid(base_entry), rows)]
    after = [part for part, _ in cut(laid(base_entry), [*rows[:100], *people(1), *rows[100:]])]
    assert len(before) > 2
    assert [part.digest for part in before[1:]] == [part.digest for part in after[1:]]
    assert all(one.last < other.first for one, other in pairwise(before))


def test_somebody_is_taken_out_and_the_others_stay():
    rows = people(3)
    ((part, packed),) = cut(laid(base_entry), rows)
    bared = without(part, packed, {rows[1][1]})
    assert bared is not None
    assert read_part(part, bared)[-1] == ["k", None, "k"]
    assert without(part, packed, {new_id().bytes}) is None


def test_a_part_that_is_left_with_nothing_can_still_be_read():
    row = (b"e" * 16, "name", b"w" * 16, '"A"', '"B"', "salah", 7, b"o" * 16, b"t" * 16, 1, 2)
    ((part, packed),) = cut(laid(amendment), [row])
    bared = without(part, packed, {b"w" * 16})
    assert bared is not None
    assert rows_of(read_part(part, bared, altered=True)) == 0
    assert without(part, bared, {b"w" * 16}) is None


@pytest.mark.parametrize("packed", [b"", b"\x28\xb5\x2f\xfd", b"nothing of ours"])
def test_what_is_no_part_is_refused(packed):
    with pytest.raises(ValueError, match="part"):
        read_part(BasePart(b"", 0, "worker", 1), packed)
