"""Bases: a new counter has what its mission knows in one piece, whatever is cut, and loses nothing of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from loket_testing.counter import PASSWORD
from sqlalchemy import delete, func, select, text

from kiosk.desk import Desk, bring_up_to_date, get_setting, needs_base, set_setting
from kiosk.queries.finding import find
from kiosk.queries.history import history
from kiosk.store import base as store
from kiosk.store.store import BESIDE_FILE, Store
from kiosk.store.tables import base_entry, base_part, cursor
from kiosk.store.tables import entry as entries
from kiosk.sync import base as taking
from kiosk.usecases.verify import verify
from models.journal.keys import SigningKey
from models.ledger.tables import worker
from models.posting import POSTING_VERSION
from models.rules.problems import Trouble
from models.sync.messages import BASE, Base, decode, encode
from models.sync.protocol import SNAPSHOT
from models.sync.signing import Signed, opened
from models.sync.signing import signed as sign
from server.usecases import base as bases
from server.usecases.erasing import erase


@pytest.fixture
def old(counter, published):
    """A counter whose work the centre has: two people who registered, and between them one who paid and claimed too."""
    published()
    made = counter("TPE3")
    first = made.register(name="SITI KE A", nik=None, passport_number="C4000000")
    second, _, _ = made.morning(1)
    third = made.register(name="SITI KE C", nik=None, passport_number="C4000002")
    made.people = [first, second, third]
    made.sync()
    return made


@pytest.fixture
def new(old, counter, monkeypatch):
    """Another counter of the mission, for which a base is worth taking from the first entry on."""
    made = counter("TPE4")
    monkeypatch.setattr(taking, "FAR", 5)
    return made


def bytes_here(desk: Desk) -> int:
    """Entries of others of which the bytes are here."""
    with desk.read() as work:
        query = select(func.count()).select_from(entries).where(entries.c.terminal != work.terminal.id)
        return work.connection.scalar(query) or 0


def parts_asked(wire: Any) -> list[str]:
    return [asked for asked in wire.asked if f"{SNAPSHOT}/" in asked]


def test_a_new_counter_has_what_the_others_know_without_reading_an_entry(old, new):
    report = new.sync()
    old.sync()
    assert (report.base, report.pulled, report.covers_head) == (True, 0, True)
    assert bytes_here(new.desk) == 0
    assert new.digest() == old.digest()
    verified = verify(new.desk)
    with new.desk.read() as work:
        assert verified.base_entries == work.connection.scalar(select(func.count()).select_from(base_entry)) > 9


def test_how_far_it_is_is_told_from_the_first_byte_to_the_last_person(old, new):
    steps: list[tuple[str, int, int]] = []
    assert new.sync(progress=lambda step: steps.append((step.part, step.done, step.total))).base
    for part in ("base", "loading"):
        told = [done / total for named, done, total in steps if named == part]
        assert told == sorted(told), part
        assert told[0] == 0, part
        assert told[-1] == 1, part


def test_a_base_much_longer_than_what_is_lacking_is_left_alone(old, new):
    for number in range(3, 11):
        old.morning(number)
    old.sync()
    new.sync()
    held = base_of(new.desk)
    for number in range(11, 13):
        old.morning(number)
    old.sync()
    report = new.sync()
    assert taking.FAR < report.pulled < held.entries / 4
    assert not report.base
    assert base_of(new.desk) == held


def test_it_finds_people_and_says_who_registered_them(old, new):
    new.sync()
    with new.desk.read() as work:
        (hit, *_) = find(work.connection, "siti ke b", 10)
    assert hit.worker_id == old.people[1]
    told = history(new.desk, old.people[1])
    assert (told.registered_by, told.registered_where) == ("Rina W.", "TPE3")
    assert told == history(old.desk, old.people[1])


def test_what_is_recorded_before_and_while_it_is_loaded_is_kept_and_sent(old, new, monkeypatch):
    before = new.register(name="AMINAH BINTI SALEH", nik=None, passport_number="B7654321")
    build, meanwhile = taking._build, []

    def and_somebody_registers(desk, beside, base, tell):
        build(desk, beside, base, tell)
        meanwhile.append(new.register(name="BUDI HARTONO", nik=None, passport_number="B1111111"))

    monkeypatch.setattr(taking, "_build", and_somebody_registers)
    assert new.sync().base
    monkeypatch.undo()
    new.sync()
    old.sync()
    assert new.digest() == old.digest()
    with old.desk.read() as work:
        assert {before, *meanwhile} <= set(work.connection.scalars(select(worker.c.id)))
    verify(new.desk)


def test_wherever_the_line_is_cut_it_goes_on_from_there(old, new, counter, wire):
    new.sync()
    parts = len(base_of(new.desk).parts)
    other = counter("TPE5")
    fetched: list[str] = []
    for _ in range(parts):
        wire.mend()
        wire.cut_after = 4
        with pytest.raises(Trouble, match=r"line\.unreachable"):
            other.sync()
        assert everybody(other.desk) == set()
        fetched += parts_asked(wire)
    wire.mend()
    new = other
    assert new.sync().base
    old.sync()
    assert new.digest() == old.digest()
    # What was cut in its answer is asked for again; nothing else is.
    assert (len(fetched), len(set(fetched))) == (parts * 2 - 2, parts)
    assert verify(new.desk).base_entries


def test_half_a_part_is_kept_and_only_the_rest_is_fetched(old, new, wire):
    new.sync()  # the base is made
    (part, *_) = base_of(new.desk).parts
    with new.desk.store.write() as connection:
        standing = store.given(connection, "standing")
        assert standing is not None
        store.put(connection, "coming", standing.signed, new.desk.clock())
        content = connection.scalar(select(base_part.c.content).where(base_part.c.digest == part.digest))
        connection.execute(delete(base_part).where(base_part.c.digest == part.digest))
        store.keep_tail(connection, part.digest, content[:100])
    ranges = []
    wire.tamper = lambda request, body: ranges.append(request.headers.get("range"))
    restart_from_the_base(new.desk)
    assert new.sync().base
    assert f"bytes=100-{part.size - 1}" in ranges
    assert verify(new.desk).base_entries


def base_of(desk: Desk, state: Any = "standing") -> Base:
    with desk.read() as work:
        found = store.given(work.connection, state)
    assert found is not None
    return found.base


def restart_from_the_base(desk: Desk) -> None:
    """As if a program of other rules had written the ledger."""
    with desk.store.write() as connection:
        set_setting(connection, "posting_version", POSTING_VERSION - 1)


def test_a_forged_part_is_thrown_away_and_everything_else_goes_on(old, new, wire):
    def forge(request, body):
        return body[:-1] + bytes([body[-1] ^ 1]) if f"{SNAPSHOT}/" in request.url.path else None

    wire.tamper = forge
    report = new.sync()
    wire.mend()
    assert (report.base, report.base_trouble.code, report.statement_verified) == (False, "sync.base_damaged", True)
    old.sync()
    assert new.digest() == old.digest()
    with new.desk.read() as work:
        assert work.connection.scalar(select(func.count()).select_from(base_part)) == 0


@pytest.mark.parametrize("of_the_centre", [False, True], ids=["another key", "another mission"])
def test_a_base_that_is_not_ours_is_not_taken(old, new, wire, centre, of_the_centre):
    def another(request, body):
        if request.url.path != SNAPSHOT:
            return None
        signed = decode(body, Signed)
        base = opened(signed, BASE, centre.keys.signing.public, Base)
        changed = msgspec.structs.replace(base, mission="HKG")
        key = centre.keys.signing if of_the_centre else SigningKey.new()
        return encode(sign(changed if of_the_centre else base, BASE, key))

    wire.tamper = another
    with pytest.raises(Trouble) as trouble:
        new.sync()
    assert trouble.value.code == "sync.untrue"
    assert bytes_here(new.desk) == 0
    assert old.people[0] not in everybody(new.desk)


def everybody(desk: Desk) -> set[Any]:
    with desk.read() as work:
        return set(work.connection.scalars(select(worker.c.id)))


def test_a_base_older_than_what_is_here_is_left_alone(old, new, centre):
    new.sync()
    held = base_of(new.desk)
    old.morning(7)
    old.sync()
    new.sync()
    assert base_of(new.desk) == held
    restart_from_the_base(new.desk)
    with new.desk.store.write() as connection:
        ahead = [type(one)(one.stream, one.position + 1, one.chain) for one in held.cursors]
        later = sign(type(held)(**{**as_fields(held), "cursors": tuple(ahead)}), BASE, centre.keys.signing)
        store.put(connection, "standing", later, new.desk.clock())
    assert new.sync().base is False


def as_fields(base: Base) -> dict[str, Any]:
    return msgspec.structs.asdict(base)


def test_entries_that_the_base_rests_on_are_known_when_they_are_read_again(old, new):
    new.sync()
    before = new.digest()
    with new.desk.store.write() as connection:
        connection.execute(delete(cursor))
    taking.FAR = 1_000
    report = new.sync()
    assert (report.pulled, report.base) == (0, False)
    assert new.digest() == before


def test_a_newer_program_goes_on_with_what_stands_and_fetches_a_new_base(old, new, centre):
    new.sync()
    restart_from_the_base(new.desk)
    before = new.digest()
    bring_up_to_date(new.desk.store)
    assert new.digest() == before
    with pytest.raises(Trouble) as trouble:
        verify(new.desk)
    assert trouble.value.code == "verify.needs_base"
    mine = new.register(name="AMINAH BINTI SALEH", nik=None, passport_number="B7654321")
    taking.FAR = 1_000
    assert new.sync().base
    with new.desk.read() as work:
        assert get_setting(work.connection, "posting_version") == POSTING_VERSION
        assert not needs_base(work.connection)
    assert mine in everybody(new.desk)
    verify(new.desk)
    old.sync()
    assert new.digest() == old.digest()


def test_while_another_program_has_the_database_open_it_is_put_off(old, new):
    with Store.open(new.desk.folder, "rina", PASSWORD):
        report = new.sync()
    assert (report.base, report.base_trouble.code) == (False, "store.busy")
    assert not list(new.desk.folder.glob(BESIDE_FILE + "*"))
    old.sync()
    assert new.digest() == old.digest()


# Erasing


@pytest.fixture
def gone(old, centre) -> Callable[[], Any]:
    """Erases the second of the three people by an order, and returns who it was."""

    def do():
        done = erase(centre, old.people[1], "request", order="Perintah 7/2026")
        assert done.done
        return old.people[1]

    return do


def told_of(desk: Desk, what: bytes) -> bool:
    """Whether anything that is kept of bases tells of somebody."""
    import zstandard

    with desk.read() as work:
        contents = list(work.connection.scalars(select(base_part.c.content)))
    return any(
        what in zstandard.ZstdDecompressor().decompress(content, max_output_size=1 << 26) for content in contents
    )


def test_who_was_erased_before_the_base_was_made_is_in_none(old, new, centre, gone):
    bases.make(centre, "TPE")
    gone()
    assert b"SITI KE B" not in on_disk(centre)
    new.sync()
    assert not told_of(new.desk, b"SITI KE B")
    assert told_of(new.desk, b"SITI KE C")
    old.sync()
    assert new.digest() == old.digest()
    verify(new.desk)


def on_disk(centre: Any) -> bytes:
    """All that the centre keeps for new terminals."""
    import zstandard

    found = b""
    for path in centre.bases.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            part = content[:4] == b"\x28\xb5\x2f\xfd"
            found += zstandard.ZstdDecompressor().decompress(content, max_output_size=1 << 26) if part else content
    return found


def test_who_is_erased_while_it_is_fetched_is_not_in_what_is_taken(old, new, wire, gone):
    erased: list[Any] = []

    def in_the_middle(request, body):
        if f"{SNAPSHOT}/" in request.url.path and not erased:
            erased.append(gone())

    wire.tamper = in_the_middle
    assert new.sync().base
    assert not told_of(new.desk, b"SITI KE B")
    old.sync()
    assert new.digest() == old.digest()
    verify(new.desk)


def test_who_is_erased_afterwards_leaves_what_was_kept(old, new, gone):
    new.sync()
    assert told_of(new.desk, b"SITI KE B")
    gone()
    new.sync()
    assert not told_of(new.desk, b"SITI KE B")
    assert told_of(new.desk, b"SITI KE C")
    old.sync()
    assert new.digest() == old.digest()
    verified = verify(new.desk)
    assert verified.base_altered > 0
    # What comes late of them does not come back either.
    old.pay(old.people[0])
    old.sync()
    new.sync()
    assert new.digest() == old.digest()


def test_what_this_counter_had_of_somebody_erased_goes_with_the_base(old, counter, gone, monkeypatch, centre):
    gone()
    monkeypatch.setattr(taking, "FAR", 1)
    monkeypatch.setattr(taking, "needs_base", lambda connection: True)
    assert old.sync().base
    with old.desk.read() as work:
        query = select(entries.c.personal).where(entries.c.subject == old.people[1], entries.c.personal.is_not(None))
        assert work.connection.execute(query).all() == []
    verify(old.desk)


def test_a_row_changed_by_hand_is_noticed(old, new):
    new.sync()
    with new.desk.store.write() as connection:
        connection.execute(text("UPDATE receipt SET amount_idr = amount_idr + 1"))
    with pytest.raises(Trouble) as trouble:
        verify(new.desk)
    assert trouble.value.code == "verify.ledger"


def test_a_base_changed_by_hand_is_noticed(old, new):
    new.sync()
    with new.desk.store.write() as connection:
        connection.execute(base_part.update().values(content=b"x" + base_part.c.content))
    with pytest.raises(Trouble) as trouble:
        verify(new.desk)
    assert trouble.value.code == "verify.base"
