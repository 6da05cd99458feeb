"""The index beside the ledger: after whatever history it says what the ledger says, no more and no less."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loket_testing.bodies import payment, registration
from loket_testing.counter import CHEAP, PASSWORD
from loket_testing.journals import Journal
from sqlalchemy import Connection, select
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.desk import Desk, bring_up_to_date, keep
from kiosk.queries.workers import search
from kiosk.store import finding
from kiosk.store.finding import SHIFT
from kiosk.store.store import Store
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.workers import (
    Amendment,
    BodyErased,
    Identity,
    WorkerAmended,
    WorkerMerged,
    WorkerRegistered,
    WorkerUnmerged,
)
from models.ledger.tables import worker, worker_number
from models.posting import post
from models.posting.posting import rebuild
from models.rules.finding import marks


def said_by_the_ledger(connection: Connection) -> dict[UUID, tuple[int, str, frozenset[str]]]:
    """For each person: the second when they were last served, the words of their names, and all marks."""
    everybody = connection.execute(select(worker)).all()
    numbers = connection.execute(select(worker_number)).all()
    found = {}
    for person in (row for row in everybody if row.merged_into is None):
        own = [row for row in everybody if person.id in (row.id, row.merged_into)]
        own.sort(key=lambda row: (row.id != person.id, row.id))
        ids = {row.id for row in own}
        identifiers = [n for row in own for n in (row.nik, row.passport_number, row.kpj, row.pmi_id, *row.other_kpjs)]
        identifiers += [row.value for row in numbers if row.worker_id in ids]
        names, all_marks = marks(
            [name for row in own for name in (row.name, row.name_on_id_card) if name],
            filter(None, identifiers),
            [phone for row in own for phone in (row.phone, row.whatsapp) if phone],
            [row.birth_date for row in own if row.birth_date],
        )
        if all_marks:
            found[person.id] = (
                max(int(row.seen_at.timestamp()) for row in own),
                " ".join(sorted(names)),
                frozenset(all_marks),
            )
    return found


def said_by_the_index(store: Store) -> dict[UUID, tuple[int, str, frozenset[str]]]:
    with store.write() as connection:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.marks_now USING fts5vocab('main', 'search_index', 'instance')"
        )
        found: dict[int, set[str]] = {}
        for mark, doc in connection.exec_driver_sql("SELECT term, doc FROM temp.marks_now"):
            found.setdefault(doc, set()).add(mark)
        docs = connection.exec_driver_sql("SELECT doc, worker_id, names FROM search_doc").all()
        connection.exec_driver_sql("DROP TABLE temp.marks_now")
    assert {row.doc for row in docs} == found.keys()
    return {
        UUID(bytes=row.worker_id): (row.doc >> SHIFT, " ".join(sorted(row.names.split())), frozenset(found[row.doc]))
        for row in docs
    }


def agreed(store: Store) -> None:
    in_index = said_by_the_index(store)
    with store.read() as connection:
        assert in_index == said_by_the_ledger(connection)
        words = connection.exec_driver_sql("SELECT word, backwards, uses FROM search_word").all()
        stale = connection.exec_driver_sql("SELECT count(*) FROM search_stale").scalar_one()
    uses = Counter(word for _served, names, _marks in in_index.values() for word in names.split())
    assert {row.word: row.uses for row in words} == uses
    assert all(row.backwards == row.word[::-1] for row in words)
    assert stale == 0


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        made, _code = Store.create(
            Path(folder) / "loket", login="rina", operator_id=new_id(), role="admin", password="rahasia-123", cost=CHEAP
        )
        with made:
            yield made


NAMES = st.sampled_from(["SITI AMINAH", "SITI", "NUR'AINI", "MOH. RIZKI", "SOEKARNO", "李小龍", "Ç Ñ", ""])
NUMBERS = st.sampled_from([None, "C1234567", "C7654321", "3507105203940003", "21034567891"])
PHONES = st.sampled_from([None, "+886912345678", "+6281234567890", "tidak ada", "021-5512345 ext 3"])
PEOPLE = st.integers(0, 3)
ACTION = st.one_of(
    st.tuples(st.just("register"), PEOPLE, NAMES, NUMBERS, PHONES),
    st.tuples(st.just("amend"), PEOPLE, NAMES, NUMBERS, PHONES),
    st.tuples(st.just("pay"), PEOPLE),
    st.tuples(st.just("merge"), PEOPLE, PEOPLE),
    st.tuples(st.just("unmerge"), st.integers(0, 9)),
    st.tuples(st.just("erase"), PEOPLE),
)


def played(actions: list[tuple[object, ...]]) -> list[Entry]:
    people = [new_id() for _ in range(4)]
    journal = Journal()
    merges: list[tuple[UUID, UUID]] = []
    for action in actions:
        match action:
            case "register", int(who), str(name), number, phone:
                identity = Identity(
                    name=name,
                    passport_number=number,  # type: ignore[arg-type]
                    phone=phone,  # type: ignore[arg-type]
                    birth_date=date(1990, 1 + who, 2),
                    other_kpjs=(str(number),) if number else (),
                )
                journal.record(WorkerRegistered(worker_id=people[who], mission="TPE", personal=identity))
            case "amend", int(who), str(name), number, phone:
                changes = {"name": name, "nik": number, "whatsapp": phone, "name_on_id_card": name or None}
                change = Amendment(changes=changes, was={"passport_number": "B0000001"})  # type: ignore[arg-type]
                journal.record(WorkerAmended(worker_id=people[who], mission="TPE", personal=change))
            case "pay", int(who):
                journal.record(payment(people[who], len(journal.entries) + 1))
            case "merge", int(who), int(other) if who != other:
                body = WorkerMerged(worker_id=people[who], other_id=people[other], mission="TPE")
                merges.append((people[who], journal.record(body).id))
            case "unmerge", int(at) if merges:
                who_id, merge_id = merges[at % len(merges)]
                journal.record(WorkerUnmerged(worker_id=who_id, merge_id=merge_id, mission="TPE"))
            case "erase", int(who):
                journal.record(BodyErased(worker_id=people[who], mission="TPE", reason="request"))
    return journal.entries


@settings(max_examples=60, deadline=None)
@given(actions=st.lists(ACTION, max_size=14), chance=st.randoms(use_true_random=False), again=st.booleans())
def test_the_index_says_what_the_ledger_says(store: Store, actions, chance, again: bool) -> None:
    entries = played(actions)
    chance.shuffle(entries)
    with store.write() as connection:
        rebuild(connection, [])
    agreed(store)
    while entries:
        size = chance.randint(1, len(entries))
        with store.write() as connection:
            post(connection, entries[:size])
        if again:
            agreed(store)
        entries = entries[size:]
    agreed(store)


def test_a_rebuild_makes_the_same_index(store: Store) -> None:
    entries = played([("register", 0, "SITI", "C1", None), ("register", 1, "NUR", "C2", None), ("merge", 0, 1)])
    with store.write() as connection:
        rebuild(connection, [entries])
    before = said_by_the_index(store)
    with store.write() as connection:
        rebuild(connection, [[one] for one in reversed(entries)])
    assert said_by_the_index(store) == before
    agreed(store)


def test_an_index_filled_in_pieces_is_the_one_that_was_made_person_by_person(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All served in one second, some of them joined, some with former numbers; more than two pieces."""
    monkeypatch.setattr(finding, "_FILLED_AT_ONCE", 4)
    monkeypatch.setattr(finding, "_FREE", 0)
    journal = Journal()
    at, people = journal.at, [new_id() for _ in range(23)]
    for person in people:
        journal.at = at
        journal.record(registration(person))
    journal.record(WorkerMerged(worker_id=people[3], other_id=people[11], mission="TPE"))
    change = Amendment(changes={"passport_number": "B0000001"}, was={"passport_number": "C0000001"}, reason="baru")
    journal.record(WorkerAmended(worker_id=people[5], mission="TPE", personal=change))
    with store.write() as connection:
        rebuild(connection, [journal.entries])
    before = said_by_the_index(store)
    told: list[int] = []
    with store.write() as connection:
        _empty(connection)
        finding.fill(connection, told.append)
    assert said_by_the_index(store) == before
    agreed(store)
    store.check()
    assert (told, len(told) > 5) == (sorted(told), True)
    assert (told[0], told[-1]) == (0, len(people))


def test_a_disk_that_fills_in_the_middle_of_it_ends_it_and_nothing_has_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_FILLED_AT_ONCE", 4)
    journal = Journal()
    for _ in range(23):
        journal.record(registration(new_id()))
    with store.write() as connection:
        rebuild(connection, [journal.entries])
    before = said_by_the_index(store)

    def fill_up() -> None:
        with store.write() as connection:
            connection.exec_driver_sql("CREATE TABLE heap (content BLOB)")
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            _empty(connection)
            finding.fill(connection)

    monkeypatch.setattr(finding, "_PUT_ALL", ("INSERT INTO heap SELECT zeroblob(100000) FROM json_each(?)",))
    with pytest.raises(sqlcipher.OperationalError, match="full"):
        fill_up()
    monkeypatch.undo()
    store.engine.dispose()
    assert said_by_the_index(store) == before
    agreed(store)


def _empty(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM search_index WHERE rowid IN (SELECT doc FROM search_doc)")
    for table in ("search_doc", "search_word", "search_stale"):
        connection.exec_driver_sql(f"DELETE FROM {table}")


def test_what_is_rolled_back_leaves_the_index_alone(store: Store) -> None:
    with store.write() as connection:
        rebuild(connection, [played([("register", 0, "SITI", "C1", None)])])
    before = said_by_the_index(store)

    def cut_off() -> None:
        with store.write() as connection:
            post(connection, played([("register", 0, "NUR", "C2", None)]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    assert said_by_the_index(store) == before


def test_what_another_program_writes_into_the_index_does_not_look_damaged_from_here(desk: Desk) -> None:
    journal = Journal()

    def serve(store: Store, times: int) -> None:
        for _ in range(times):
            with store.write() as connection:
                post(connection, [journal.record(registration(new_id()))])

    serve(desk.store, 12)
    search(desk, "siti")
    with Store.open(desk.folder, "rina", PASSWORD) as other:
        serve(other, 40)
    desk.store.check()


def test_many_who_were_served_in_one_second_have_a_place_each(store: Store) -> None:
    journal = Journal()
    at = journal.at
    entries = []
    for n in range(50):
        # Ids that end alike would have one place.
        person = UUID(bytes=new_id().bytes[:12] + (n % 2).to_bytes(4))
        journal.at = at
        entries.append(journal.record(registration(person)))
    with store.write() as connection:
        rebuild(connection, [entries[:20], entries[20:]])
    agreed(store)


def test_a_database_from_before_the_index_is_filled_when_it_is_opened(desk: Desk, siti: UUID) -> None:
    """As the migration leaves it: the index empty, and everybody noted."""
    driver = desk.store.engine.raw_connection()
    for statement in (
        "DELETE FROM search_index",
        "DELETE FROM search_doc",
        "DELETE FROM search_word",
        "INSERT INTO search_stale SELECT id FROM worker",
    ):
        driver.cursor().execute(statement)
    driver.commit()
    driver.close()
    bring_up_to_date(desk.store)
    agreed(desk.store)


def test_pulled_entries_are_found_at_once(desk: Desk) -> None:
    there = Journal()
    with desk.store.write() as connection:
        fresh = [there.record(registration(new_id())) for _ in range(3)]
        keep(connection, fresh)
        post(connection, fresh)
    agreed(desk.store)
