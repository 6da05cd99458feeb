"""Histories no honest counter writes: equal stamps, branches of one journal, erased parts. The order never matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loket_testing.bodies import payment
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import func, select

from models.journal.body import Body, pack, unpack
from models.journal.entry import NOTHING, Author, Entry, Unreadable, without_personal, write_entry
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.journal.reference import MissionPublished, TariffPublished
from models.journal.staff import StaffListed, StaffName
from models.journal.workers import Amendment, Heir, Identity, WorkerAmended, WorkerRegistered
from models.ledger.tables import receipt, receipt_tender, staff, worker
from models.posting import post
from models.posting.digest import ledger_digest
from models.posting.revisions import LARGEST_REV, next_rev

TERMINALS = [UUID(int=number << 64) for number in (1, 2, 3)]
WORKER, STAFF, MISSION, TARIFF = (new_id() for _ in range(4))
KEY = SigningKey.new()


def posted(batches: Sequence[Sequence[Entry]]) -> dict[str, tuple[int, str]]:
    with fresh_ledger() as connection:
        for batch in batches:
            post(connection, batch)
        return ledger_digest(connection)


def forged(body: Body, terminal: int, seq: int, rev: int) -> Entry:
    return write_entry(
        body,
        Author(TERMINALS[terminal], 1, TERMINALS[terminal], "Asia/Taipei", None),
        id=new_id(),
        seq=seq,
        rev=rev,
        at=datetime(2026, 11, 22, tzinfo=UTC),
        prev=NOTHING,
        sign=KEY.sign,
    )


phones = st.sampled_from(["0911", "0912", None, "09\x0012"])
days = st.sampled_from(["1991-12-08", "1990-01-01", None])
heirs = st.sampled_from([[], [{"name": "AHMAD", "relation": "spouse"}], [{"relation": "child", "name": "NUR"}]])


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    mission = draw(st.sampled_from(["TPE", "HKG"]))
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2 | 3:
            day = draw(days)
            return WorkerRegistered(
                worker_id=WORKER,
                mission=mission,
                personal=Identity(
                    name=draw(st.sampled_from(["SITI", "NUR"])),
                    phone=draw(phones),
                    birth_date=date.fromisoformat(day) if day else None,
                    heirs=tuple(msgspec.convert(heir, Heir) for heir in draw(heirs)),
                ),
            )
        case 4 | 5 | 6:
            fields = {"phone": phones, "birth_date": days, "heirs": heirs}
            chosen = draw(st.sets(st.sampled_from(sorted(fields))))
            changes: dict[str, Any] = {field: draw(fields[field]) for field in sorted(chosen)}
            return WorkerAmended(worker_id=WORKER, mission=mission, personal=Amendment(changes=changes))
        case 7:
            name = StaffName(login="rina", name=draw(st.sampled_from(["R", "S\0"])))
            return StaffListed(
                operator_id=STAFF, mission=mission, role="petugas", active=draw(st.booleans()), personal=name
            )
        case 8:
            return MissionPublished(mission_id=MISSION, mission=mission, cash_allowed=draw(st.booleans()))
        case _:
            return TariffPublished(tariff_id=TARIFF, pack={"version": draw(st.integers(1, 2))})


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    small = st.integers(1, 3)
    written = [
        forged(draw(bodies()), draw(st.integers(0, 2)), draw(small), draw(small))
        for _ in range(draw(st.integers(2, 8)))
    ]
    return [without_personal(entry) if draw(st.integers(0, 3)) == 0 else entry for entry in written]


@settings(max_examples=400)
@given(st.data())
def test_equal_stamps_branches_and_erased_parts_make_the_same_ledger_in_any_order(data: st.DataObject) -> None:
    written = data.draw(entries())
    shuffled = data.draw(st.permutations(written))
    at = data.draw(st.integers(0, len(written)))
    assert posted([shuffled[:at], shuffled[at:]]) == posted([[entry] for entry in written])


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2026-11-22T00:00:00"])
def test_a_moment_that_no_ledger_could_give_back_makes_a_header_unreadable(at: str) -> None:
    sound = forged(payment(WORKER), 0, 1, 1)
    header: list[Any] = msgspec.msgpack.decode(sound.frame.header)
    header[7] = at
    with pytest.raises(Unreadable) as caught:
        Entry.opened(msgspec.structs.replace(sound.frame, header=msgspec.msgpack.encode(header)), NOTHING)
    assert caught.value.code == "bad_header"


def test_a_header_that_names_another_than_the_body_is_about_makes_the_entry_unreadable() -> None:
    """Else what was erased could be brought back under another's name, and revisions counted for the wrong one."""
    sound = forged(WorkerRegistered(worker_id=WORKER, mission="TPE", personal=Identity(name="SITI")), 0, 1, 1)
    header = pack(msgspec.structs.replace(sound.head, subject=new_id()))
    frame = msgspec.structs.replace(sound.frame, header=header)
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [Entry.opened(frame, NOTHING)])
        assert (verdict.verdict, verdict.code) == ("quarantined", "unreadable")
        assert connection.execute(select(worker)).all() == []


def test_two_branches_of_one_journal_settle_the_same_field_alike_everywhere() -> None:
    branches = [
        forged(WorkerAmended(worker_id=WORKER, mission="TPE", personal=Amendment(changes={"phone": phone})), 0, 1, 1)
        for phone in ("0911", "0912")
    ]
    assert posted([branches]) == posted([branches[::-1]])


def test_a_registration_whose_person_was_erased_leaves_the_fields_to_those_who_gave_them() -> None:
    known = forged(
        WorkerRegistered(worker_id=WORKER, mission="TPE", personal=Identity(name="SITI", phone="1")), 0, 1, 1
    )
    changed = forged(
        WorkerAmended(worker_id=WORKER, mission="TPE", personal=Amendment(changes={"phone": "2"})), 1, 1, 2
    )
    erased = without_personal(
        forged(WorkerRegistered(worker_id=WORKER, mission="HKG", personal=Identity(name="X")), 2, 1, 3)
    )
    with fresh_ledger() as connection:
        post(connection, [known, erased, changed])
        row = connection.execute(select(worker)).one()
    assert (row.name, row.phone, row.mission, row.registered) == ("SITI", "2", "HKG", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ["SITI"]},
        {"birth_date": "yesterday"},
        {"birth_date": "19911208"},
        {"birth_date": []},
        {"heirs": None},
        {"heirs": "AHMAD"},
        {"heirs": [{"nama": "AHMAD"}]},
        {"heirs": [{"name": "AHMAD", "relation": "spouse", "birth_date": "?"}]},
    ],
)
def test_an_amendment_that_no_field_can_hold_is_unreadable_whatever_was_there_before(changes: Any) -> None:
    sound = forged(WorkerAmended(worker_id=WORKER, mission="TPE", personal=Amendment(changes={})), 0, 1, 1)
    frame = msgspec.structs.replace(sound.frame, personal=pack((b"salt", {"changes": changes})))
    with pytest.raises(ValueError, match="cannot be changed to"):
        Amendment(changes=changes)
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [Entry.opened(frame, NOTHING)])
        assert (verdict.verdict, verdict.code) == ("quarantined", "unreadable")


@pytest.mark.parametrize("was", [{"nik": ["1"]}, {"other_kpjs": [{"a": None}]}, {"other_kpjs": "123"}, {"name": ["A"]}])
def test_an_amendment_of_what_no_field_can_have_held_is_unreadable_too(was: Any) -> None:
    sound = forged(WorkerAmended(worker_id=WORKER, mission="TPE", personal=Amendment(changes={})), 0, 1, 1)
    frame = msgspec.structs.replace(sound.frame, personal=pack((b"salt", {"changes": {"phone": "1"}, "was": was})))
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [Entry.opened(frame, NOTHING)])
        assert (verdict.verdict, verdict.code) == ("quarantined", "unreadable")


@pytest.mark.parametrize(
    "body",
    [
        WorkerRegistered(
            worker_id=WORKER, mission="TPE", personal=Identity(name="S", other_kpjs=("1\0", "1\ufffd", "1\0"))
        ),
        WorkerRegistered(worker_id=WORKER, mission="TPE", confirmed=("a\0", "a\ufffd", "a\0")),
    ],
)
def test_what_differs_only_by_a_character_no_database_keeps_is_posted_once(body: Body) -> None:
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [forged(body, 0, 1, 1)])
        assert verdict.verdict in ("ok", "flagged")
        assert connection.scalar(select(func.count()).select_from(worker)) == 1


def test_what_is_nested_without_end_is_unreadable_and_breaks_nothing() -> None:
    deep = b"\x91" * 100_000 + b"\xc0"
    sound = forged(TariffPublished(tariff_id=TARIFF, pack={}), 0, 1, 1)
    with pytest.raises(msgspec.DecodeError):
        unpack(b"\x82\xa4pack\xc0\xa1x" + deep, TariffPublished)
    entry = Entry.opened(msgspec.structs.replace(sound.frame, facts=b"\x81\xa1x" + deep), NOTHING)
    with pytest.raises(Unreadable):
        entry.body()
    # The header's further places are those of later versions; they are skipped, however deep.
    header = b"\xdc\x00\x0e" + sound.frame.header[1:] + deep
    with pytest.raises(Unreadable):
        Entry.opened(msgspec.structs.replace(sound.frame, header=header), NOTHING)


def test_nothing_can_be_shifted_from_one_digest_to_the_other() -> None:
    whole = forged(WorkerRegistered(worker_id=WORKER, mission="TPE", personal=Identity(name="SITI")), 0, 1, 1)
    erased = without_personal(whole).frame
    assert erased.personal_digest is not None
    shifted = msgspec.structs.replace(
        erased, personal_digest=erased.personal_digest[:1], sealed_digest=erased.personal_digest[1:] + NOTHING
    )
    with pytest.raises(Unreadable) as caught:
        Entry.opened(shifted, NOTHING)
    assert caught.value.code == "bad_digest"


def test_a_revision_driven_to_the_end_leaves_the_next_one_readable() -> None:
    driven = forged(
        WorkerAmended(worker_id=WORKER, mission="TPE", personal=Amendment(changes={"phone": "1"})), 0, 1, LARGEST_REV
    )
    with fresh_ledger() as connection:
        post(connection, [driven])
        assert next_rev(connection, payment(WORKER), new_id()) == LARGEST_REV


def test_a_slip_number_read_with_a_nul_is_posted_alike_on_every_database() -> None:
    paid = payment(WORKER)
    tender = msgspec.structs.replace(paid.tenders[0], reference="BNI\x0042")
    entry = Journal().record(msgspec.structs.replace(paid, tenders=(tender,)))
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [entry])
        assert verdict.verdict == "ok"
        assert connection.scalar(select(receipt.c.id)) == entry.id
        assert connection.scalar(select(receipt_tender.c.reference)) == "BNI�42"


def test_a_member_of_staff_listed_on_two_branches_is_the_same_everywhere() -> None:
    branches = [
        forged(
            StaffListed(operator_id=STAFF, mission="TPE", role=role, personal=StaffName(login="r", name="R")), 0, 1, 1
        )
        for role in ("petugas", "admin")
    ]
    assert posted([branches]) == posted([branches[::-1]])
    with fresh_ledger() as connection:
        post(connection, branches)
        assert connection.scalar(select(staff.c.role)) == "petugas"


@pytest.mark.parametrize("dismissed_at", [0, 2])
def test_who_is_taken_off_the_list_stays_off_whoever_listed_them_unheard(dismissed_at: int) -> None:
    entries = [
        forged(
            StaffListed(
                operator_id=STAFF,
                mission="TPE",
                role="petugas",
                active=terminal != dismissed_at,
                personal=StaffName(login="rina", name="Rina"),
            ),
            terminal,
            1,
            2,
        )
        for terminal in (0, 2)
    ]
    assert posted([entries]) == posted([entries[::-1]])
    with fresh_ledger() as connection:
        post(connection, entries)
        assert connection.scalar(select(staff.c.active)) is False
