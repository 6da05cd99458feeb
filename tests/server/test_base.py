"""Bases at the centre: what a mission's streams make, given to that mission, and gone when somebody is erased."""

from __future__ import annotations

import fcntl
import os
from typing import Any

import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import answered
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import select, update

from models.journal.ids import new_id
from models.ledger.base import base_entry
from models.ledger.tables import ledger
from models.posting import post
from models.posting.digest import ledger_digest
from models.sync.base import is_sound, laid, load, read_part
from models.sync.messages import BASE, Base
from models.sync.protocol import SNAPSHOT, SyncError
from models.sync.signing import Signed, opened
from server.store import tables
from server.usecases import base as bases


@pytest.fixture
def two_missions(enrolled):
    """A worker of Taipei who was paid for twice, a claim of somebody whom nobody registered, one of Hong Kong."""
    taipei, hongkong = enrolled("TPE3"), enrolled("HKG1", mission="HKG")
    siti, unknown, elsewhere = new_id(), new_id(), new_id()
    for body in (payment(siti, 1), registration(siti), payment(siti, 2), accident(unknown)):
        taipei.journal.record(body)
    hongkong.journal.record(registration(elsewhere, mission="HKG", name="DEWI LESTARI"))
    taipei.push()
    hongkong.push()
    return taipei, hongkong


def asked(visitor) -> Base:
    response = visitor.client.get(SNAPSHOT, headers=visitor.headers)
    return opened(answered(response, Signed), BASE, visitor.keys.signing, Base)


def fetched(visitor, digest: bytes, span: str = "bytes=0-"):
    headers = {**visitor.headers, "Range": span}
    return visitor.client.get(f"{SNAPSHOT}/{digest.hex()}", headers=headers)


def test_it_is_what_posting_the_missions_streams_makes_row_for_row(two_missions):
    taipei, _ = two_missions
    base = asked(taipei)
    assert is_sound(base)
    read = [entry for cursor in base.cursors for entry in taipei.pull(cursor.stream, stubs="false")]
    with fresh_ledger() as posted, fresh_ledger() as loaded:
        post(posted, read)
        base_entry.metadata.create_all(loaded)
        for part in base.parts:
            table = base_entry if part.table == base_entry.name else ledger.tables[part.table]
            driver: Any = loaded.connection.driver_connection
            load(driver.executemany, laid(table), read_part(part, fetched(taipei, part.digest).content))
        assert ledger_digest(loaded) == ledger_digest(posted)
        assert set(loaded.scalars(select(base_entry.c.id))) == {entry.id for entry in read}
        loaded.rollback()


def test_what_comes_later_is_added_and_most_parts_stay(two_missions, centre):
    taipei, _ = two_missions
    before = asked(taipei)
    taipei.push([taipei.journal.record(registration(new_id(), name="AMINAH"))])
    assert asked(taipei) == before  # near enough
    after = bases.make(centre, "TPE")
    assert after is not None
    assert after.entries == before.entries + 1
    assert len({part.digest for part in before.parts} & {part.digest for part in after.parts}) >= 5
    # Who is half way through the one before may finish it.
    assert all(fetched(taipei, part.digest).status_code == 206 for part in before.parts)


def test_a_terminal_gets_only_what_its_own_mission_has(two_missions):
    taipei, hongkong = two_missions
    base = asked(taipei)
    assert {part.digest for part in base.parts}.isdisjoint(
        part.digest for part in asked(hongkong).parts if part.table == "worker"
    )
    theirs = next(part for part in base.parts if part.table == "worker")
    response = fetched(hongkong, theirs.digest)
    assert (response.status_code, response.headers["loket-error"]) == (404, "base_none")
    response = hongkong.client.get(SNAPSHOT, params={"streams": "post:TPE"}, headers=hongkong.headers)
    assert response.headers["loket-error"] == "stream_unknown"
    assert hongkong.client.get(SNAPSHOT).headers["loket-error"] == "bad_token"


def test_bytes_are_given_from_where_they_are_asked_for(two_missions):
    taipei, _ = two_missions
    part = asked(taipei).parts[0]
    rest = fetched(taipei, part.digest, "bytes=10-")
    assert rest.headers["content-range"] == f"bytes 10-{part.size - 1}/{part.size}"
    assert fetched(taipei, part.digest).content[10:] == rest.content
    assert fetched(taipei, part.digest, f"bytes={part.size}-").headers["loket-error"] == "bad_frame"


def test_what_it_was_given_counts_as_held_by_a_lost_counter(two_missions, centre):
    taipei, _ = two_missions
    base = asked(taipei)
    with centre.engine.connect() as connection:
        rows = connection.execute(
            select(tables.terminal_stream).where(tables.terminal_stream.c.terminal == taipei.journal.terminal)
        )
        given = {row.stream: row.given for row in rows}
    assert given == {cursor.stream: cursor.position for cursor in base.cursors if cursor.position}


def test_one_at_a_time_makes_it_and_the_others_read_on_meanwhile(two_missions, centre):
    taipei, _ = two_missions
    folder = centre.bases / "TPE"
    folder.mkdir(parents=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert bases.make(centre, "TPE") is None
        with pytest.raises(SyncError, match="base_none"):
            asked(taipei)
    finally:
        os.close(descriptor)
    assert asked(taipei).entries > 4


def test_a_large_mission_has_it_made_while_nobody_waits(two_missions, monkeypatch):
    taipei, _ = two_missions
    monkeypatch.setattr(bases, "AT_ONCE", 2)
    with pytest.raises(SyncError, match="base_none"):
        asked(taipei)
    assert asked(taipei).entries > 4


@pytest.mark.parametrize("change", ["rules", "past", "epoch"])
def test_one_of_other_rules_or_of_another_past_is_not_given_any_more(two_missions, centre, monkeypatch, change):
    taipei, _ = two_missions
    before = asked(taipei)
    if change == "rules":
        monkeypatch.setattr(bases, "POSTING_VERSION", before.posting_version + 1)
    with centre.engine.begin() as connection:
        if change == "past":
            change_to = update(tables.stream_position).where(tables.stream_position.c.stream == "post:TPE")
            connection.execute(change_to.values(chain=bytes(32)))
            connection.execute(update(tables.stream).values(chain=bytes(32)))
        if change == "epoch":
            connection.execute(update(tables.centre).values(epoch=new_id()))
    assert bases.standing(centre, "TPE") is None
    assert not list((centre.bases / "TPE").glob("?" * 64))
    after = asked(taipei)
    assert after.entries == before.entries
    assert (after.posting_version, after.epoch, after.cursors) != (
        before.posting_version,
        before.epoch,
        before.cursors,
    )


@pytest.mark.expects_log("no base could be made of TPE")
def test_what_goes_wrong_in_the_making_is_in_the_log_and_tried_again(two_missions, centre, monkeypatch):
    monkeypatch.setattr(bases, "_cut", lambda *_: 1 // 0)
    bases.make_quietly(centre, "TPE")
    monkeypatch.undo()
    assert bases.make(centre, "TPE") is not None
