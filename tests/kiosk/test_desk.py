"""The desk: one action is one transaction, numbered, chained, signed and posted; or nothing at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from loket_testing.counter import MORNING, PASSWORD, SITI, codes, kinds, open_counter, slip
from loket_testing.journals import Journal
from sqlalchemy import select, update

from kiosk.desk import (
    LARGEST_ENTRY,
    Desk,
    Operator,
    all_entries,
    bring_up_to_date,
    get_setting,
    head,
    keep,
    kept,
    require_role,
    set_setting,
)
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.queries.workers import card
from kiosk.store.tables import entry as entries
from kiosk.usecases.claims import file
from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import register
from models.journal.consents import ConsentGiven
from models.journal.entry import NOTHING, Entry
from models.journal.staff import StaffListed, StaffName
from models.ledger.tables import receipt, worker
from models.posting import POSTING_VERSION
from models.rules.problems import Refused, Trouble
from models.sync.messages import Head, PushRequest, encode
from models.sync.protocol import MAX_BODY


def journal(desk: Desk) -> Iterator[Entry]:
    with desk.read() as work:
        for row in work.connection.execute(select(entries).order_by(entries.c.seq)):
            yield kept(row)


def consent(siti: UUID) -> ConsentGiven:
    return ConsentGiven(worker_id=siti, mission="TPE", text_version="1", language="id")


def test_entries_are_numbered_chained_and_signed_by_this_terminal(desk: Desk, siti: UUID) -> None:
    with desk.read() as work:
        own = work.terminal
    prev = NOTHING
    for at, entry in enumerate(journal(desk), start=1):
        assert (entry.head.seq, entry.prev, entry.head.terminal) == (at, prev, own.id)
        assert (entry.head.operator, entry.head.zone, entry.head.at) == (desk.operator.id, "Asia/Taipei", MORNING)
        assert entry.signed_by(own.key.public)
        prev = entry.hash
    with desk.read() as work:
        assert head(work.connection, own) == (at, prev)


def test_an_action_that_fails_half_way_leaves_nothing(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)

    def half() -> None:
        with desk.work() as work:
            work.record(consent(siti))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half()
    assert kinds(desk) == before
    with desk.work() as work:
        assert work.record(consent(siti)).head.seq == len(before) + 1


def test_what_one_action_recorded_it_can_see_and_nobody_else_until_it_is_done(desk: Desk, siti: UUID) -> None:
    with desk.work() as work:
        entry = work.record(consent(siti))
        assert work.recorded == [entry]
        with desk.read() as meanwhile:
            assert head(meanwhile.connection, meanwhile.terminal)[0] == entry.head.seq - 1
        assert head(work.connection, work.terminal)[0] == entry.head.seq


def test_nothing_can_be_recorded_while_only_asking(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    with pytest.raises(Exception, match="readonly"), desk.read() as work:
        work.record(consent(siti))
    assert kinds(desk) == before


def test_several_hands_make_one_chain(desk: Desk, siti: UUID) -> None:
    def one(_: int) -> None:
        with desk.work() as work:
            work.record(consent(siti))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(12)))
    assert [entry.head.seq for entry in journal(desk)] == list(range(1, len(kinds(desk)) + 1))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_the_business_date_is_the_missions_not_the_machines(
    desk: Desk, clock: HandClock, at: datetime, day: date
) -> None:
    clock.now = at
    with desk.read() as work:
        assert work.today == day


def test_signing_in_finds_the_person_by_the_list_of_staff(tmp_path: Path) -> None:
    open_counter(tmp_path / "a").close()
    with Desk.open(tmp_path / "a", "RINA", PASSWORD) as desk:
        assert (desk.operator.login, desk.operator.name, desk.operator.role) == ("rina", "Rina W.", "admin")
        with desk.work() as work:
            work.record(
                StaffListed(
                    operator_id=desk.operator.id,
                    mission="TPE",
                    role="admin",
                    active=False,
                    personal=StaffName(login="rina", name="Rina W."),
                )
            )
    with pytest.raises(Trouble) as trouble:
        Desk.open(tmp_path / "a", None, PASSWORD)
    assert trouble.value.code == "staff.disabled"


@pytest.mark.parametrize(
    ("login", "password", "code"),
    [("rina", "salah-sekali", "store.wrong_password"), ("budi", PASSWORD, "store.no_slot")],
)
def test_who_cannot_sign_in_leaves_the_counter_to_others(tmp_path: Path, login: str, password: str, code: str) -> None:
    open_counter(tmp_path / "a").close()
    with pytest.raises(Trouble) as trouble:
        Desk.open(tmp_path / "a", login, password)
    assert trouble.value.code == code
    Desk.open(tmp_path / "a", None, PASSWORD).close()


def test_a_ledger_posted_by_an_older_program_is_posted_anew(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    with desk.store.write() as connection:
        connection.execute(update(worker).values(name="RUSAK"))
        connection.execute(receipt.delete())
        set_setting(connection, "posting_version", POSTING_VERSION - 1)
    bring_up_to_date(desk.store)
    shown = card(desk, siti)
    assert (shown.name, [row.number for row in shown.receipts]) == (SITI.name, [number])
    with desk.read() as work:
        assert get_setting(work.connection, "posting_version") == POSTING_VERSION


def test_a_ledger_posted_by_a_newer_program_is_left_alone(desk: Desk) -> None:
    with desk.store.write() as connection:
        set_setting(connection, "posting_version", POSTING_VERSION + 1)
    with pytest.raises(Trouble) as trouble:
        bring_up_to_date(desk.store)
    assert trouble.value.code == "store.newer"


def test_entries_are_kept_byte_for_byte_with_their_place_in_the_stream(desk: Desk) -> None:
    other = Journal()
    pulled = other.record(consent(uuid4()))
    with desk.work() as work:
        keep(work.connection, [pulled], {pulled.id: 41})
        keep(work.connection, [])
    with desk.read() as work:
        row = work.connection.execute(select(entries).where(entries.c.id == pulled.id)).one()
    assert (kept(row), row.position) == (pulled, 41)


def test_settings_are_kept_and_replaced(desk: Desk) -> None:
    with desk.work() as work:
        assert get_setting(work.connection, "ada") is None
        set_setting(work.connection, "ada", {"a": [1, None]})
        set_setting(work.connection, "ada", "lain")
    with desk.read() as work:
        assert get_setting(work.connection, "ada") == "lain"


def test_only_who_has_the_role_may(desk: Desk) -> None:
    budi = Operator(uuid4(), "budi", "Budi", "petugas")
    require_role(budi, "petugas", "admin")
    with pytest.raises(Refused) as refusal:
        require_role(budi, "penyelia", "admin")
    assert codes(refusal) == ["staff.not_allowed"]


def test_numbers_go_on_after_signing_in_again(tmp_path: Path) -> None:
    with open_counter(tmp_path / "a") as desk:
        first = receive(desk, slip(register(desk, SITI).worker_id)).number
    with Desk.open(tmp_path / "a", None, PASSWORD, clock=HandClock(MORNING)) as desk, desk.read() as work:
        assert str(work.next_number()) == first[:-6] + "000002"
        assert str(work.next_number(is_claim=True)).endswith("-K-2026-000001")


def test_what_would_not_fit_into_one_message_is_refused_and_keeps_nothing_from_being_sent(
    desk: Desk, siti: UUID
) -> None:

    # Letters by chance, which compression makes hardly smaller.
    told = os.urandom(LARGEST_ENTRY // 2).hex()
    form = ClaimForm(worker_id=str(siti), kind="JHT", event_date=date(2026, 11, 3), filed_by="worker")
    with pytest.raises(Refused) as refusal:
        file(desk, msgspec.structs.replace(form, description=told))
    assert [problem.code for problem in refusal.value.problems] == ["entry.too_large"]

    file(desk, msgspec.structs.replace(form, description=told[:-2000]))
    with desk.read() as work:
        frames = [entry.frame for batch in all_entries(work.connection) for entry in batch]
    largest = max(frames, key=lambda frame: len(frame.personal or b""))
    assert 200_000 < len(encode(PushRequest(base=Head(), frames=(largest,), final=Head()))) <= MAX_BODY
