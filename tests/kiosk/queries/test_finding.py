"""Finding anyone: by which signs, in which order, and that the index says what the ledger says."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from loket_testing.bodies import payment
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk, keep
from kiosk.queries.finding import Match
from kiosk.queries.workers import WorkerRow, search
from models.journal.contributions import ReceiptVoided
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.workers import (
    Amendment,
    BodyErased,
    Identity,
    WorkerAmended,
    WorkerMerged,
    WorkerRegistered,
    WorkerRestricted,
    WorkerUnmerged,
)
from models.ledger.tables import receipt
from models.posting import post


@pytest.fixture
def there() -> Journal:
    """Another counter of the mission: what it recorded arrives here."""
    return Journal()


def arrive(desk: Desk, *entries: Entry) -> None:
    with desk.store.write() as connection:
        keep(connection, entries)
        post(connection, entries)


def known(desk: Desk, there: Journal, **identity: object) -> UUID:
    worker_id = new_id()
    body = WorkerRegistered(worker_id=worker_id, mission="TPE", personal=Identity(**identity))  # type: ignore[arg-type]
    arrive(desk, there.record(body))
    return worker_id


def amended(there: Journal, worker_id: UUID, was: dict[str, str], **changes: str) -> Entry:
    change = Amendment(changes=dict(changes), was=dict(was), reason="baru")
    return there.record(WorkerAmended(worker_id=worker_id, mission="TPE", personal=change))


def names(desk: Desk, typed: str) -> list[str]:
    return [row.name for row in search(desk, typed)]


def only(desk: Desk, typed: str) -> WorkerRow:
    (row,) = search(desk, typed)
    return row


# By which signs


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("MUHAMMAD RIZKI", "MOHAMAD"),
        ("MUHAMMAD RIZKI", "moh rizky"),
        ("MUHAMMAD RIZKI", "M. Rizki"),
        ("MUHAMMAD RIZKI", "rizki muhammad"),
        ("M. SYAIFUL ANWAR", "saeful anwar"),
        ("M. SYAIFUL ANWAR", "muhammad syaiful"),
        ("NURAINI", "NURAENI"),
        ("NUR'AINI", "nur aini"),
        ("SUKARNO", "Soekarno"),
        ("SUKARNO", "soek"),
        ("SOEKARNO", "sukarno"),
        ("NURHAYATI", "nur hayati"),
        ("NUR HAYATI", "nurhayati"),
        ("SITI AMINAH", "Hj. Siti Aminah, S.Pd"),
        ("HJ. ST. AMINAH BINTI ALI", "siti aminah ali"),
        ("JOSÉ DJAMIN", "jose jamin"),
        ("李小龍", "李小"),
    ],
)
def test_a_name_is_found_in_any_spelling_and_order(desk: Desk, there: Journal, written: str, typed: str) -> None:
    wanted = known(desk, there, name=written)
    known(desk, there, name="KARTINI PUSPITA")
    assert [row.id for row in search(desk, typed)] == [wanted]


@pytest.mark.parametrize(
    "typed",
    [
        "C4821907",
        "c 4821907",
        "C482",
        "3507105203940003",
        "3507 1052 0394 0003",
        "35.0710",
        "21034567891",
        "2103-4567-891",
        "55566677788",
        "PMI-2024-0017",
        "pmi-2024",
        "0912345678",
        "0912 345 678",
        "0912-345",
        "+886 912 345 678",
        "+8869",
        "00886912345678",
        "886912345678",
        "12345678",
        "0812 3456 7890",
        "+62 812",
        "٠٩١٢ ٣٤٥ ٦٧٨",
    ],
)
def test_any_identifier_finds_its_holder_whole_or_begun(desk: Desk, there: Journal, typed: str) -> None:
    wanted = known(
        desk,
        there,
        name="SITI NURHALIZA",
        passport_number="C4821907",
        nik="3507105203940003",
        kpj="21034567891",
        other_kpjs=("55566677788",),
        pmi_id="PMI-2024-0017",
        phone="+886912345678",
        whatsapp="+6281234567890",
    )
    known(desk, there, name="KARTINI", passport_number="X1111111", nik="1111111111111111", phone="+85255555555")
    assert [row.id for row in search(desk, typed)] == [wanted]


@pytest.mark.parametrize(
    "typed",
    [
        "08-12-1991",
        "8/12/1991",
        "8.12.1991",
        "1991-12-08",
        "8 des 1991",
        "8 Desember 1991",
        "08121991",
        "8 des",
        "08-12",
    ],
)
def test_a_birthday_finds_and_narrows(desk: Desk, there: Journal, typed: str) -> None:
    wanted = known(desk, there, name="SITI AMINAH", birth_date=date(1991, 12, 8))
    known(desk, there, name="SITI AMINAH", birth_date=date(1990, 8, 11))
    assert [row.id for row in search(desk, typed)] == [wanted]
    assert [row.id for row in search(desk, f"siti {typed}")] == [wanted]
    assert [row.id for row in search(desk, f"{typed} aminah si")] == [wanted]
    assert names(desk, f"kartini {typed}") == []


def test_the_beginning_of_a_rarer_spelling_finds_all_spellings(desk: Desk, there: Journal) -> None:
    known(desk, there, name="MUHAMMAD RIZKI")
    known(desk, there, name="MOHAMAD ARIF")
    assert names(desk, "moham") == ["MOHAMAD ARIF", "MUHAMMAD RIZKI"]


def test_a_year_narrows_a_name(desk: Desk, there: Journal) -> None:
    wanted = known(desk, there, name="SITI AMINAH", birth_date=date(1991, 12, 8))
    known(desk, there, name="SITI AMINAH", birth_date=date(1990, 8, 11))
    assert [row.id for row in search(desk, "siti 1991")] == [wanted]


def test_day_and_month_the_other_way_round_are_offered_when_nobody_was_born_then(desk: Desk, there: Journal) -> None:
    wanted = known(desk, there, name="SITI AMINAH", birth_date=date(1991, 12, 8))
    row = only(desk, "siti 12-08-1991")
    assert (row.id, row.matched) == (wanted, Match("near"))


def test_the_number_on_a_receipt_or_on_its_void_finds_who_paid(desk: Desk, siti: UUID, there: Journal) -> None:
    arrive(desk, there.record(payment(siti, serial=7)))
    with desk.read() as work:
        paid = work.connection.scalars(select(receipt.c.id)).one()
    voided = ReceiptVoided(
        receipt_id=paid,
        worker_id=siti,
        mission="TPE",
        number="TPE3-2026-000008",
        year=2026,
        serial=8,
        business_date=date(2026, 11, 22),
    )
    arrive(desk, there.record(voided))
    assert only(desk, "TPE3-2026-000007").id == siti
    assert only(desk, "tpe3-2026-000008 ").id == siti
    assert names(desk, "TPE3-2026-000009") == []


# Slips of the finger


@pytest.mark.parametrize(
    "typed", ["NURHLIZA", "nurhalizza", "nurhalisa siti", "NRUHALIZA", "nuthaliza", "nurhlaiz", "norhal", "nurgal"]
)
def test_one_slip_in_a_name_still_finds_it(desk: Desk, there: Journal, typed: str) -> None:
    wanted = known(desk, there, name="SITI NURHALIZA")
    assert only(desk, typed).id == wanted


def test_who_is_only_like_what_was_typed_is_marked_so(desk: Desk, there: Journal) -> None:
    known(desk, there, name="SITI NURHALIZA")
    assert only(desk, "siti nurhal").matched is None
    assert only(desk, "siti nuthaliza").matched == Match("near")


def test_short_words_and_two_slips_find_nobody(desk: Desk, there: Journal) -> None:
    known(desk, there, name="ADI SUHARTO")
    assert names(desk, "ade") == []
    assert names(desk, "suhxrxo") == []


@pytest.mark.parametrize(
    "typed",
    [
        "3507105203940008",
        "3507105203490003",
        "C4821970",
        "X4821907",
        "C4821807",
        "0912345687",
        "+886 912 345 679",
        "812345678",
    ],
)
def test_one_wrong_or_two_swapped_digits_are_seen_through(desk: Desk, there: Journal, typed: str) -> None:
    wanted = known(desk, there, name="SITI", passport_number="C4821907", nik="3507105203940003", phone="+886912345678")
    known(desk, there, name="KARTINI", passport_number="B1111111", nik="1111111111111111", phone="+886955555555")
    row = only(desk, typed)
    assert (row.id, row.matched) == (wanted, Match("near"))


def test_a_slip_is_only_offered_when_nothing_better_is_there(desk: Desk, there: Journal) -> None:
    known(desk, there, name="SITI NURAINI", nik="3507105203940003")
    right = known(desk, there, name="SITI NURLINI", nik="3507105203940004")
    assert [row.id for row in search(desk, "nurlini")] == [right]
    assert [row.id for row in search(desk, "3507105203940004")] == [right]


def test_an_old_passport_with_a_wrong_digit_finds_its_holder(desk: Desk, there: Journal) -> None:
    wanted = known(desk, there, name="SITI", passport_number="C4821907")
    arrive(desk, amended(there, wanted, {"passport_number": "C4821907"}, passport_number="E7654321"))
    assert only(desk, "C4821908").id == wanted


# In which order


def test_the_order_a_clerk_expects(desk: Desk, there: Journal) -> None:
    """Exact identifier, its beginning; whole names, their beginnings and spellings; the one served last first."""
    known(desk, there, name="A", passport_number="C482190")
    known(desk, there, name="B", passport_number="C4821907")
    known(desk, there, name="C", passport_number="C4821908")
    assert names(desk, "C482190") == ["A", "C", "B"]
    known(desk, there, name="NUR AISYAH")
    known(desk, there, name="NOER")
    known(desk, there, name="NURJANAH")
    known(desk, there, name="AYU NUR")
    known(desk, there, name="NURAINI")
    assert names(desk, "nur") == ["AYU NUR", "NUR AISYAH", "NURAINI", "NURJANAH", "NOER"]


def test_who_was_served_last_comes_first(desk: Desk, there: Journal) -> None:
    first = known(desk, there, name="SITI AMINAH")
    second = known(desk, there, name="SITI AMINAH")
    assert [row.id for row in search(desk, "siti")] == [second, first]
    arrive(desk, there.record(payment(first)))
    assert [row.id for row in search(desk, "siti")] == [first, second]


def test_people_served_in_one_second_come_by_name(desk: Desk, there: Journal) -> None:
    entries = []
    for name in ("SITI C", "SITI A", "SITI B"):
        entries.append(there.record(WorkerRegistered(worker_id=new_id(), mission="TPE", personal=Identity(name=name))))
        there.at -= timedelta(seconds=1)
    arrive(desk, *entries)
    assert names(desk, "siti") == ["SITI A", "SITI B", "SITI C"]


def test_the_whole_list_is_never_longer_than_asked(desk: Desk, there: Journal) -> None:
    for at in range(7):
        known(desk, there, name=f"SITI {'ABCDEFG'[at]}")
    assert [row.name[-1] for row in search(desk, "siti", most=3)] == ["G", "F", "E"]


# What it shows


def test_why_somebody_was_found_is_said_where_the_line_does_not_show_it(desk: Desk, there: Journal) -> None:
    wanted = known(
        desk,
        there,
        name="SITI NURHALIZA",
        name_on_id_card="SITI NURHALISAH JAMILAH",
        passport_number="C1234567",
        nik="3507105203940003",
        kpj="21034567891",
        phone="+886912345678",
    )
    was = {"passport_number": "C1234567", "nik": "3507105203940003"}
    arrive(desk, amended(there, wanted, was, passport_number="E7654321", nik="3507105203940011"))
    typed = ("C1234567", "3507105203940003", "0912", "210345", "jamilah", "E765", "siti")
    said = {text: only(desk, text).matched for text in typed}
    assert said == {
        "C1234567": Match("passport_before", "C1234567"),
        "3507105203940003": Match("nik_before", "350710••••••0003"),
        "0912": Match("phone", "+886912345678"),
        "210345": Match("kpj", "21034567891"),
        "jamilah": Match("name_on_id_card", "SITI NURHALISAH JAMILAH"),
        "E765": None,
        "siti": None,
    }


def test_nothing_is_told_of_people_whose_data_rest(desk: Desk, there: Journal) -> None:
    wanted = known(desk, there, name="SITI", phone="+886912345678")
    assert only(desk, "0912345678").matched == Match("phone", "+886912345678")
    arrive(desk, there.record(WorkerRestricted(worker_id=wanted, mission="TPE", restricted=True)))
    assert [row.matched for row in search(desk, "0912345678")] == [None]


# Persons


def test_every_registration_of_a_person_finds_the_one_that_goes_on_once(desk: Desk, there: Journal) -> None:
    old = known(desk, there, name="SITI NURHALISAH", passport_number="C1234567")
    now = known(desk, there, name="SITI NURHALIZA", passport_number="E7654321")
    merge = there.record(WorkerMerged(worker_id=now, other_id=old, mission="TPE"))
    arrive(desk, merge)
    assert [row.id for row in search(desk, "siti")] == [now]
    row = only(desk, "C1234567")
    assert (row.id, row.matched) == (now, Match("passport_before", "C1234567"))
    assert only(desk, "nurhalisah C1234567").id == now
    arrive(desk, there.record(WorkerUnmerged(worker_id=now, merge_id=merge.id, mission="TPE")))
    assert {row.id for row in search(desk, "siti")} == {old, now}
    assert only(desk, "C1234567").id == old


def test_an_erased_person_leaves_no_word_behind(desk: Desk, there: Journal) -> None:
    wanted = known(desk, there, name="ROKAYAH SARTIKA", passport_number="C1234567")
    arrive(desk, there.record(BodyErased(worker_id=wanted, mission="TPE", reason="request")))
    assert names(desk, "rokayah") == names(desk, "C1234567") == names(desk, "rokaya") == []
    with desk.read() as work:
        assert work.connection.exec_driver_sql("SELECT word FROM search_word").scalars().all() == []
        assert work.connection.exec_driver_sql("SELECT count(*) FROM search_doc").scalar_one() == 0
