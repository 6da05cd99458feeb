"""Sync between real counters and a real centre."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta

import httpx
import msgspec
import pytest
from loket_testing.counter import CHEAP, PASSWORD, kinds, open_till
from sqlalchemy import func, select, update

from kiosk.desk import Desk, get_setting
from kiosk.devices.clock import HandClock
from kiosk.queries.home import sync_state
from kiosk.queries.trust import centre_signers, held_keys
from kiosk.queries.workers import card, search
from kiosk.store.tables import blob, cursor, own_terminal
from kiosk.store.tables import entry as entries
from kiosk.store.tables import statement as kept_statement
from kiosk.store.tables import verdict as verdicts
from kiosk.sync import pull as pulling
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import sync
from kiosk.usecases import staff as staffing
from kiosk.usecases.contributions import receive
from kiosk.usecases.verify import verify
from models.journal.body import pack, unpack
from models.journal.entry import Frame
from models.journal.keys import SigningKey
from models.journal.staff import StaffListed, StaffName
from models.posting.digest import ledger_digest
from models.rules.problems import Trouble
from models.sentences import SENTENCES
from models.sync.messages import ErrorAnswer, Head, Page, PushAnswer, PushRequest, SyncAnswer, decode, encode
from models.sync.protocol import CONTENT_TYPE, ERRORS, PULL
from models.sync.signing import Signed
from models.sync.statement import Statement, Sum, read_statement, sign_statement

from .conftest import TWO_O_CLOCK, URL, Counter, cash


def trouble_of(call) -> str:
    with pytest.raises(Trouble) as trouble:
        call()
    assert trouble.value.code in SENTENCES
    return trouble.value.code


def at_centre(centre, table) -> int:
    return centre.read(lambda connection: connection.scalar(select(func.count()).select_from(table)))


def whole(centre, counter: Counter, centre_digest) -> None:
    """The counter is whole, and holds what the centre holds."""
    from server.store.tables import entry

    verify(counter.desk)
    assert counter.digest() == centre_digest()
    with counter.desk.read() as work:
        mine = entry.c.terminal == work.terminal.id
        held = centre.read(lambda connection: connection.scalar(select(func.count()).select_from(entry).where(mine)))
    assert held == counter.own_entries()


def test_what_a_did_offline_reaches_b_and_all_three_ledgers_are_equal(
    centre, counter, new_counter, code, published, centre_digest
):
    a, b = new_counter("TPE3"), counter("TPE4")
    worker, receipt_number, claim_number = a.morning()
    assert receipt_number.startswith("TPE3.")
    enrol(a.desk, URL, code("TPE3"), client=a.client)
    second_receipt = a.pay(worker, months=12, reference="BNI-12")
    assert second_receipt.startswith("TPE3-")
    recorded = a.own_entries()

    report = a.sync()

    assert (report.pushed, report.pending, report.documents_sent) == (recorded, 0, 1)
    assert report.statement_verified
    assert report.covers_head
    assert report.trouble is None
    published()
    assert b.sync().pulled > recorded
    (found,) = search(b.desk, receipt_number)
    assert found.id == worker
    seen = card(b.desk, worker)
    assert {one.number for one in seen.receipts} == {receipt_number, second_receipt}
    assert [one.number for one in seen.claims] == [claim_number]
    a.sync()
    assert a.digest() == b.digest() == centre_digest()
    assert sync_state(a.desk).kind == sync_state(b.desk).kind == "synced"
    assert verify(b.desk).pulled_without_key == 0
    open_till(b.desk)
    assert receive(b.desk, cash(worker, 700)).number == "TPE4-2026-000001"


def test_a_sync_with_nothing_to_do_is_one_call_and_changes_nothing(counter, wire, published):
    a = counter()
    published()
    a.morning()
    first = a.sync()
    with a.desk.read() as work:
        before = work.connection.execute(select(cursor)).all(), a.digest(), a.own_entries()
    wire.mend()

    again = a.sync()

    assert wire.asked == ["POST /v1/sync"]
    assert (again.pushed, again.pulled, again.documents_sent, again.pending) == (0, 0, 0, 0)
    assert again.statement_verified
    assert again.covers_head
    assert first.calls > again.calls == 1
    with a.desk.read() as work:
        assert (work.connection.execute(select(cursor)).all(), a.digest(), a.own_entries()) == before


def test_a_payment_made_while_it_syncs_is_sent_as_well(counter):
    a = counter()
    worker, *_ = a.morning()
    paid: list[str] = []

    def pay_once(progress) -> None:
        if progress.part == "push" and not paid:
            paid.append(a.pay(worker, months=6, reference="di tengah"))

    report = a.sync(progress=pay_once)

    assert paid
    assert report.pushed == a.own_entries()
    assert report.covers_head


def test_a_payment_made_after_the_statement_was_asked_for_still_waits(counter):
    a = counter()
    worker, *_ = a.morning()
    a.sync()
    asked_twice: list[str] = []

    def pay_late(progress) -> None:
        if progress.part == "pull" and not asked_twice:
            asked_twice.append(a.pay(worker, months=6, reference="terlambat"))

    a.pay(worker, months=12, reference="awal")
    report = a.sync(progress=pay_late)

    assert asked_twice
    assert report.statement_verified
    assert (report.covers_head, report.pending) == (False, 1)
    assert sync_state(a.desk).kind == "waiting"
    assert a.sync().covers_head


def test_many_entries_travel_in_pieces_as_large_as_the_centre_takes_them(
    counter, wire, monkeypatch, centre, centre_digest
):
    monkeypatch.setattr("server.usecases.sync.MAX_PUSH", 7)
    monkeypatch.setattr(pulling, "MOST", 4)
    a, b = counter("TPE3"), counter("TPE4")
    for number in range(6):
        a.morning(number)
    wire.mend()
    report = a.sync()
    assert wire.asked.count("POST /v1/push") == -(-a.own_entries() // 7)
    assert report.covers_head
    b.sync()
    a.sync()
    whole(centre, a, centre_digest)
    whole(centre, b, centre_digest)


def breaks(counter: Counter) -> bool:
    """Whether the sync was cut off; then it was named, and is shown."""
    try:
        counter.sync()
    except Trouble as trouble:
        named = trouble.code
    else:
        return False
    assert named == "line.unreachable"
    assert sync_state(counter.desk).last_error == SENTENCES[named].format(host="loket.example")
    return True


def test_a_line_that_breaks_at_any_call_loses_nothing_and_doubles_nothing(centre, counter, wire, centre_digest):
    a, b = counter("TPE3"), counter("TPE4")
    broken = number = 0
    for cut in ("cut_before", "cut_after"):
        call = 1
        while True:
            a.morning(number)
            b.morning(number + 100)
            number += 1
            wire.mend()
            setattr(wire, cut, call)
            stopped, reached = breaks(a), len(wire.asked) >= call
            wire.mend()
            if not reached:
                break
            broken += 1
            # Only what happens to entries stops a sync: documents try again.
            assert stopped or sync_state(a.desk).documents_waiting == 0
            report = a.sync()
            assert report.covers_head
            assert (report.pending, report.documents_pending) == (0, 0)
            assert sync_state(a.desk).last_error is None
            # B's work goes up between the rounds, so that every round of A has something to pull.
            b.sync()
            call += 1
        a.sync()
        b.sync()
        a.sync()
        whole(centre, a, centre_digest)
        whole(centre, b, centre_digest)
    assert broken >= 12


def test_a_counter_that_dies_after_any_commit_goes_on_where_it_was(centre, counter, centre_digest):
    a, b = counter("TPE3"), counter("TPE4")
    b.morning(50)
    b.sync()

    class PowerCutError(Exception):
        pass

    deaths = 0
    for death in range(1, 40):
        a.morning(death)
        steps = 0

        def die(_, death=death) -> None:
            nonlocal steps
            steps += 1
            if steps == death:
                raise PowerCutError

        try:
            a.sync(progress=die)
        except PowerCutError:
            deaths += 1
        else:
            break
    assert deaths >= 4
    assert a.sync().covers_head
    b.sync()
    whole(centre, a, centre_digest)
    whole(centre, b, centre_digest)


def test_the_chip_is_not_green_between_push_and_statement(counter, wire):
    a = counter()
    a.morning()
    a.sync()
    assert sync_state(a.desk).kind == "synced"
    a.morning(1)
    wire.mend()
    wire.cut_before = 3  # sync, push, and then the statement is asked for
    assert trouble_of(a.sync) == "line.unreachable"
    assert sync_state(a.desk).waiting == 0
    assert sync_state(a.desk).kind == "waiting"


def flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def test_a_page_with_one_byte_altered_is_refused_and_nothing_of_it_is_posted(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.morning()
    a.sync()
    b.sync()
    a.morning(1)
    a.sync()
    before = b.digest()
    lengths: list[int] = []

    def alter(at: int):
        def tamper(request: httpx.Request, body: bytes) -> bytes | None:
            if request.url.path != PULL:
                return None
            signed = decode(body, Signed)
            lengths.append(len(signed.message))
            if at >= len(signed.message):
                return encode(Signed(signed.message, flipped(signed.signature, at % 64)))
            return encode(Signed(flipped(signed.message, at), signed.signature))

        return tamper

    wire.tamper = alter(0)
    assert trouble_of(b.sync) == "sync.untrue"
    for at in [*range(1, lengths[0], lengths[0] // 12), lengths[0] + 5]:
        wire.tamper = alter(at)
        assert trouble_of(b.sync) == "sync.untrue"
        assert b.digest() == before
    wire.tamper = lambda request, body: body[: len(body) // 2] if request.url.path == PULL else None
    assert trouble_of(b.sync) == "line.not_our_server"
    assert b.digest() == before
    wire.mend()
    b.sync()
    assert b.digest() == a.digest()


def repaged(centre, change):
    """A centre with a defect: it signs a page that does not continue."""
    from models.sync.messages import PAGE
    from models.sync.signing import signed

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path != PULL:
            return None
        page = unpack(decode(body, Signed).message, Page)
        if not page.entries:
            return None
        return encode(signed(change(page), PAGE, centre.keys.signing))

    return tamper


def test_a_page_with_a_hole_a_wrong_chain_or_another_beginning_is_refused(centre, counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.morning()
    a.sync()
    before = b.digest()
    replace = msgspec.structs.replace
    for change in (
        lambda page: replace(page, entries=page.entries[1:]),
        lambda page: replace(page, entries=page.entries[:-1]),
        lambda page: replace(page, entries=()),
        lambda page: replace(page, until=replace(page.until, chain=bytes(32))),
        lambda page: replace(page, after=replace(page.after, position=7)),
        lambda page: replace(page, entries=page.entries[::-1]) if len(page.entries) > 1 else replace(page, entries=()),
    ):
        wire.tamper = repaged(centre, change)
        assert trouble_of(b.sync) == "sync.page_untrue"
        assert b.digest() == before
    wire.mend()
    b.sync()
    a.sync()
    assert b.digest() == a.digest()


def restated(centre, change, key=None):
    """A centre that says something else about us."""

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path != "/v1/sync":
            return None
        answer = decode(body, SyncAnswer)
        statement = change(read_statement(answer.statement, centre.keys.signing.public))
        return encode(msgspec.structs.replace(answer, statement=sign_statement(statement, key or centre.keys.signing)))

    return tamper


def more_money(statement: Statement) -> Statement:
    first, *others = statement.sums
    more = Sum(first.account, first.currency, first.exponent, first.amount + 1)
    return msgspec.structs.replace(statement, sums=(more, *others))


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        (more_money, "sync.statement_differs"),
        (lambda said: msgspec.structs.replace(said, sums=said.sums[1:]), "sync.statement_differs"),
        (lambda said: msgspec.structs.replace(said, count=said.count + 1), "sync.statement_differs"),
        (lambda said: msgspec.structs.replace(said, head=bytes(32)), "sync.forked"),
        (lambda said: msgspec.structs.replace(said, seq=said.seq + 1), "sync.forked"),
        (lambda said: msgspec.structs.replace(said, seq=said.seq - 1), "sync.forked"),
    ],
)
def test_a_statement_that_is_not_so_is_not_shown_as_synced(centre, counter, wire, lie, named):
    a = counter()
    a.morning()
    a.sync()
    assert sync_state(a.desk).kind == "synced"
    wire.tamper = restated(centre, lie)

    report = a.sync()

    assert (report.statement_verified, report.covers_head) == (False, False)
    assert report.trouble is not None
    assert report.trouble.code == named
    shown = sync_state(a.desk)
    assert shown.kind != "synced"
    assert shown.statement is None
    assert shown.last_error == SENTENCES[named]
    wire.mend()
    assert a.sync().statement_verified
    assert sync_state(a.desk).kind == "synced"


@pytest.mark.parametrize("field", ["centre", "terminal", "incarnation", "epoch", "key"])
def test_nothing_is_sent_to_who_cannot_prove_to_be_our_centre(centre, counter, wire, field):
    a = counter()
    a.morning()
    wire.mend()
    if field == "key":
        wire.tamper = restated(centre, lambda said: said, SigningKey.new())
    else:
        other = 2 if field == "incarnation" else centre.id if field == "terminal" else a.desk.operator.id
        wire.tamper = restated(centre, lambda said: msgspec.structs.replace(said, **{field: other}))

    assert trouble_of(a.sync) == "sync.untrue"

    assert "POST /v1/push" not in wire.asked
    assert sync_state(a.desk).kind == "waiting"


def test_the_statement_is_kept_with_its_signature_and_shown_in_plain_words(centre, counter):
    a = counter()
    a.morning()
    a.sync()
    with a.desk.read() as work:
        content = work.connection.scalar(select(kept_statement.c.content))
        shown = get_setting(work.connection, "statement_shown")
    said = read_statement(unpack(content, Signed), centre.keys.signing.public)
    assert (shown["seq"], shown["count"], shown["at"]) == (a.own_entries(), said.count, said.at.isoformat())
    assert {"account": "contributions:JKK+JKM", "currency": "IDR", "exponent": 0, "amount": -332_500} in shown["sums"]


def test_a_captive_portal_is_named_and_costs_nothing(counter):
    a = counter()
    a.morning()
    portal = httpx.MockTransport(lambda _: httpx.Response(200, html="<h1>Silakan masuk ke Wi-Fi</h1>"))
    with httpx.Client(transport=portal) as client:
        assert trouble_of(lambda: sync(a.desk, client=client)) == "line.not_our_server"
    assert a.sync().covers_head


def test_a_terminal_the_centre_revoked_or_never_knew_is_told_so(centre, counter):
    from server.store.tables import terminal_head

    a, b = counter("TPE3"), counter("TPE4")
    a.morning()

    def of(desk: Desk):
        with desk.read() as work:
            return terminal_head.c.terminal == work.terminal.id

    centre.write(lambda c: c.execute(update(terminal_head).where(of(a.desk)).values(revoked_at=centre.now())))
    centre.write(lambda c: c.execute(terminal_head.delete().where(of(b.desk))))
    # Nor is it believed what it shows: this centre never said so.
    with b.desk.store.write() as connection:
        certificate = unpack(connection.execute(select(own_terminal.c.certificate)).scalar_one(), Frame)
        false = pack(msgspec.structs.replace(certificate, signature=bytes(64)))
        connection.execute(update(own_terminal).values(certificate=false))

    assert trouble_of(a.sync) == "sync.revoked"
    assert trouble_of(b.sync) == "sync.unknown_terminal"
    assert sync_state(a.desk).last_error == SENTENCES["sync.revoked"]
    assert kinds(a.desk)[-1] == "document.attached"


def test_before_enrolment_there_is_nobody_to_sync_with(new_counter):
    assert trouble_of(new_counter().sync) == "sync.not_enrolled"


@pytest.mark.parametrize("wrong_by", [timedelta(hours=7), timedelta(days=-300)])
def test_a_clock_that_is_wrong_stops_nothing_and_is_measured(counter, wire, wrong_by):
    a = counter(at=TWO_O_CLOCK + wrong_by)
    a.morning()
    wire.mend()

    report = a.sync()

    assert wire.asked[:2] == ["POST /v1/sync", "POST /v1/sync"]
    assert wire.asked[2] == "POST /v1/push"
    assert report.covers_head
    assert report.skew_ms == wrong_by / timedelta(milliseconds=1)
    with a.desk.read() as work:
        assert work.skew_ms == report.skew_ms
    wire.mend()
    a.sync()
    assert wire.asked == ["POST /v1/sync"]


def test_who_was_taken_off_the_list_at_another_counter_opens_nothing_here(counter):
    a, b = counter("TPE3"), counter("TPE4")
    staffing.add(a.desk, login="budi", name="Budi S.", role="petugas", password=PASSWORD, cost=CHEAP)
    a.sync()
    b.sync()
    staffing.add(b.desk, login="budi", name="Budi S.", role="petugas", password=PASSWORD, cost=CHEAP)
    with Desk.open(b.desk.folder, "budi", PASSWORD, clock=HandClock(TWO_O_CLOCK)) as budi:
        worker = Counter(budi, b.client).register()
    before = b.own_entries()
    staffing.disable(a.desk, "budi")
    a.sync()

    b.sync()

    assert [person.login for person in b.desk.store.people()] == ["rina"]
    assert b.own_entries() == before
    assert card(b.desk, worker).name == "SITI NURHALIZA"
    assert trouble_of(lambda: Desk.open(b.desk.folder, "budi", PASSWORD)) == "store.no_slot"


def test_who_is_signed_in_keeps_the_slot_until_somebody_else_is(centre, counter, published):
    a = counter()
    published(
        StaffListed(
            operator_id=a.desk.operator.id,
            mission="TPE",
            role="admin",
            active=False,
            personal=StaffName(login="rina", name="Rina W."),
        ),
        StaffListed(
            operator_id=a.desk.operator.id,
            mission="TPE",
            role="admin",
            active=False,
            personal=StaffName(login="rina", name="Rina W."),
        ),
    )
    a.sync()
    assert [person.login for person in a.desk.store.people()] == ["rina"]
    assert a.sync().covers_head


def test_a_counter_of_another_mission_gets_nothing_of_this_one(counter):
    a, other = counter("TPE3"), counter("HKG1", "HKG")
    a.morning()
    a.sync()
    other.sync()
    with other.desk.read() as work:
        theirs = set(work.connection.scalars(select(entries.c.kind)))
    assert theirs == {"staff.listed", "terminal.certified"}
    assert search(other.desk, "SITI") == []


def copied(counter: Counter, to) -> Counter:
    """The counter's disk, cloned while nobody works at it."""
    folder, clock, client = counter.desk.folder, counter.desk.clock, counter.client
    counter.desk.close()
    shutil.copytree(folder, to)
    counter.desk = Desk.open(folder, "rina", PASSWORD, clock=clock)
    return Counter(Desk.open(to, "rina", PASSWORD, clock=clock), client)


def test_a_counter_restored_from_an_old_copy_is_told_before_it_hands_out_a_number_twice(counter, tmp_path):
    a = counter()
    worker, *_ = a.morning()
    a.sync()
    old = copied(a, tmp_path / "old")
    a.pay(worker, months=6, reference="sesudah salinan")
    a.sync()
    with old.desk:
        assert trouble_of(old.sync) == "sync.own_entries_missing"
        assert sync_state(old.desk).kind != "synced"
        assert sync_state(old.desk).last_error == SENTENCES["sync.own_entries_missing"]


def test_both_branches_of_a_cloned_counter_reach_the_centre(centre, counter, tmp_path):
    from server.store.tables import entry

    a = counter()
    worker, *_ = a.morning()
    a.sync()
    clone = copied(a, tmp_path / "clone")
    a.pay(worker, months=6, reference="asli")
    a.sync()
    with clone.desk:
        clone.pay(worker, months=12, reference="salinan")
        before = at_centre(centre, entry)
        assert trouble_of(clone.sync) == "sync.own_entries_missing"
        assert at_centre(centre, entry) == before + 1
        assert sync_state(clone.desk).waiting == 0
        with clone.desk.read() as work:
            said = work.connection.execute(select(verdicts)).all()
        assert {(one.verdict, one.code) for one in said} >= {("flagged", "forked")}
        assert trouble_of(clone.sync) == "sync.own_entries_missing"
        assert at_centre(centre, entry) == before + 1


def test_a_centre_restored_from_a_backup_is_given_again_what_it_lost(centre, counter, wire, new_database, centre_clock):
    """The backup is taken before A's second morning; a copy of the database stands for it."""
    from loket_testing.centre_fixtures import client_of
    from sqlalchemy import create_engine, text

    from models.journal.ids import new_id
    from server.store.database import open_database
    from server.store.tables import centre as centre_row
    from server.usecases.centre import open_centre

    a = counter()
    a.morning()
    a.sync()
    name, backup = centre.engine.url.database, f"{centre.engine.url.database}_backup"
    admin = create_engine(centre.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    centre.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {backup} TEMPLATE {name} STRATEGY file_copy"))
    a.morning(1)
    a.sync()
    engine = open_database(centre.engine.url.set(database=backup).render_as_string(hide_password=False))
    try:
        with engine.begin() as connection:
            connection.execute(update(centre_row).values(epoch=new_id()))
        restored = open_centre(engine, centre.keys, centre_clock, public_host="loket.example")
        with client_of(restored) as restored_client:
            wire.inner = restored_client._transport
            report = a.sync()
            assert report.covers_head
            assert report.pushed > 0
            assert report.documents_pending == 0
            whole(restored, a, lambda: restored.read(ledger_digest))
            wire.mend()
            assert a.sync().calls == 1
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {backup} WITH (FORCE)"))
        admin.dispose()


def test_new_keys_of_the_centre_are_taken_over_when_the_root_key_vouches_for_them(centre, counter, wire):
    import dataclasses

    from loket_testing.centre_fixtures import client_of

    from models.journal.keys import SealingKey

    a = counter()
    a.sync()
    renewed = dataclasses.replace(centre.keys, serial=2, signing=SigningKey.new(), claims=SealingKey.new())
    with client_of(dataclasses.replace(centre, keys=renewed)) as client:
        wire.inner = client._transport
        a.morning()
        assert a.sync().covers_head
    with a.desk.read() as work:
        assert work.terminal.claims_key == renewed.claims.public
        held = held_keys(work.connection)
        assert held is not None
        assert held.current.serial == 2
        assert centre_signers(work.connection) == [
            (centre.id, renewed.signing.public),
            (centre.id, centre.keys.signing.public),
        ]
    foreign = dataclasses.replace(centre.keys, serial=3, root=SigningKey.new(), signing=SigningKey.new())
    with client_of(dataclasses.replace(centre, keys=foreign)) as client:
        wire.inner = client._transport
        assert trouble_of(a.sync) == "sync.untrue"


def test_frames_the_centre_cannot_read_are_halved_three_times_and_then_a_person_is_asked(counter, wire):
    a = counter()
    for number in range(4):
        a.morning(number)
    sizes: list[int] = []

    class Refusing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path != "/v1/push":
                return wire.handle_request(request)
            sizes.append(len(decode(request.read(), PushRequest).frames))
            return httpx.Response(
                422,
                headers={"content-type": CONTENT_TYPE},
                content=encode(ErrorAnswer("bad_seq", TWO_O_CLOCK)),
            )

    with httpx.Client(transport=Refusing()) as client:
        assert trouble_of(lambda: sync(a.desk, client=client)) == "sync.frames_refused"
    total = a.own_entries()
    assert sizes == [total, total // 2, total // 4]
    assert sync_state(a.desk).waiting == total
    assert a.sync().covers_head


def answering_once(wire, path: str, error: ErrorAnswer) -> httpx.Client:
    """A line on which the centre says no to the first request of this path."""
    said: list[int] = []

    class Once(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path != path or said:
                return wire.handle_request(request)
            said.append(1)
            wire.asked.append(f"no to {path}")
            status = ERRORS[error.code].status
            return httpx.Response(status, headers={"content-type": CONTENT_TYPE}, content=encode(error))

    return httpx.Client(transport=Once())


@pytest.mark.parametrize(
    "error",
    [
        ErrorAnswer("gap", TWO_O_CLOCK, head=Head(0, bytes(32))),
        ErrorAnswer("gap", TWO_O_CLOCK, head=Head(2, b"x" * 32)),
        ErrorAnswer("fork", TWO_O_CLOCK, head=Head(2, b"x" * 32)),
        ErrorAnswer("epoch_changed", TWO_O_CLOCK),
    ],
    ids=lambda error: f"{error.code} {error.head.seq if error.head else ''}",
)
def test_a_push_that_does_not_fit_what_the_centre_has_goes_back_and_sends_it_again(
    centre, counter, wire, centre_digest, error
):
    a = counter()
    a.morning()
    a.sync()
    a.morning(1)
    wire.mend()
    with answering_once(wire, "/v1/push", error) as client:
        report = sync(a.desk, client=client)
    assert "no to /v1/push" in wire.asked
    assert report.covers_head
    whole(centre, a, centre_digest)


def test_a_stream_that_is_another_one_now_is_read_again_from_its_beginning(centre, counter, wire, centre_digest):
    a, b = counter("TPE3"), counter("TPE4")
    a.morning()
    a.sync()
    b.sync()
    a.morning(1)
    a.sync()
    before = dict(sync_state(b.desk).streams)
    wire.mend()
    with answering_once(wire, PULL, ErrorAnswer("stream_changed", TWO_O_CLOCK)) as client:
        report = sync(b.desk, client=client)
    assert "no to /v1/pull" in wire.asked
    after = dict(sync_state(b.desk).streams)
    assert report.pulled == after["post:TPE"] - before["post:TPE"] == 6
    assert report.covers_head
    whole(centre, b, centre_digest)


def test_a_stream_we_are_no_longer_given_is_forgotten_and_what_it_brought_stays(centre, counter, centre_digest):
    a = counter()
    a.morning()
    a.sync()
    with a.desk.store.write() as connection:
        connection.execute(cursor.insert().values(stream="post:HKG", position=3, chain=bytes(32)))
    assert a.sync().covers_head
    with a.desk.read() as work:
        assert "post:HKG" not in set(work.connection.scalars(select(cursor.c.stream)))
    whole(centre, a, centre_digest)


def test_a_program_too_old_to_read_still_sends_and_is_told_to_be_renewed(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    b.morning(1)
    b.sync()
    a.morning()

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path != "/v1/sync":
            return None
        return encode(msgspec.structs.replace(decode(body, SyncAnswer), oldest_pull=99))

    wire.mend()
    wire.tamper = tamper
    assert trouble_of(a.sync) == "sync.pull_too_old"
    shown = sync_state(a.desk)
    assert (shown.waiting, shown.documents_waiting, shown.kind) == (0, 0, "synced")
    assert shown.last_error == SENTENCES["sync.pull_too_old"]
    assert "GET /v1/pull" not in wire.asked


def test_a_program_too_old_to_send_is_told_so(counter, wire):
    a = counter()
    with answering_once(wire, "/v1/sync", ErrorAnswer("protocol_too_old", TWO_O_CLOCK, minimum=9)) as client:
        assert trouble_of(lambda: sync(a.desk, client=client)) == "sync.push_too_old"


def test_a_centre_that_accepts_another_head_than_was_sent_is_not_believed(counter, wire):
    a = counter()
    a.morning()

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path != "/v1/push":
            return None
        answer = decode(body, PushAnswer)
        return encode(msgspec.structs.replace(answer, accepted=msgspec.structs.replace(answer.head, seq=999)))

    wire.tamper = tamper
    assert trouble_of(a.sync) == "sync.frames_refused"
    assert sync_state(a.desk).kind == "waiting"


def test_time_that_runs_out_is_named_and_the_rest_follows(counter, monkeypatch):
    a = counter()
    a.morning()
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def slow(progress) -> None:
        now[0] += 50

    assert trouble_of(lambda: a.sync(progress=slow)) == "line.deadline"
    assert sync_state(a.desk).waiting == 0
    assert a.sync().covers_head


def test_another_address_counts_for_one_call_only(counter, wire):
    a = counter()
    hosts: list[str] = []
    wire.tamper = lambda request, _: hosts.append(request.url.host)
    a.sync(centre="https://10.8.0.1:8443/")
    a.sync()
    assert set(hosts[:-1]) == {"10.8.0.1"}
    assert hosts[-1] == "loket.example"
    assert trouble_of(lambda: a.sync(centre="http://loket.example")) == "line.insecure"


def test_two_syncs_of_one_counter_at_once_keep_everything_once(centre, counter, centre_digest):
    """The window and the command line: the second runs through while the first is in the middle of a page."""
    a, b = counter("TPE3"), counter("TPE4")
    a.morning()
    a.sync()
    ran: list[int] = []

    def meanwhile(progress) -> None:
        if progress.part == "pull" and not ran:
            ran.append(1)
            with Desk.open(b.desk.folder, "rina", PASSWORD, clock=b.desk.clock) as cli:
                sync(cli, client=b.client)

    assert b.sync(progress=meanwhile).statement_verified
    assert ran
    whole(centre, b, centre_digest)


def test_what_the_centre_flags_is_reported_and_kept(counter):
    a = counter()
    worker = a.register()
    a.pay(worker, months=6, reference="BNI-SAMA")
    a.pay(worker, months=6, reference="BNI-SAMA")
    report = a.sync()
    with a.desk.read() as work:
        stored = {row.entry: (row.verdict, row.code) for row in work.connection.execute(select(verdicts))}
    assert ("flagged", "slip.reused") in stored.values()
    assert stored == {one.entry_id: (one.verdict, one.code) for one in report.verdicts}
    assert report.statement_verified


def test_what_was_held_is_asked_for_until_it_is_released(centre, counter, wire):
    """The verdict of yesterday is that the centre holds a document back; today it has let it go."""
    a = counter()
    a.morning()
    a.sync()
    with a.desk.read() as work:
        document = work.connection.execute(select(entries).where(entries.c.kind == "document.attached")).one()
    with a.desk.store.write() as connection:
        connection.execute(
            verdicts.insert().values(entry=document.id, verdict="held", code="parent_missing", at=TWO_O_CLOCK)
        )
    assert sync_state(a.desk).kind == "action"
    wire.mend()
    a.sync()
    assert wire.asked == ["POST /v1/sync", "POST /v1/push"]
    assert sync_state(a.desk).kind == "synced"
    wire.mend()
    a.sync()
    assert wire.asked == ["GET /v1/still"]


def test_documents_that_are_there_already_are_not_sent_again(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    b.claim(b.register(nik=None, passport_number="C1111111"))
    assert a.sync().documents_sent == 1
    wire.mend()
    assert b.sync().documents_sent == 1
    assert not any(asked.startswith("PUT") for asked in wire.asked)
    with b.desk.read() as work:
        assert work.connection.scalar(select(func.count()).where(blob.c.uploaded_at.is_(None))) == 0
