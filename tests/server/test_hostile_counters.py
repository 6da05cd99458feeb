"""What an enrolled counter gone wrong, or a stranger, can send: it reaches nobody else's data and stops nobody."""

from __future__ import annotations

import logging
import random
import string
import threading
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import zstandard
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor, answered
from loket_testing.claims import DAY, filing
from loket_testing.journals import Journal
from sqlalchemy import select, text

from models.journal.body import pack
from models.journal.claims import (
    Award,
    ClaimDecided,
    ClaimPaid,
    ClaimReopened,
    DocumentsRequested,
    PaymentReturned,
)
from models.journal.entry import Entry, Header, chain_hash
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.journal.reference import RatePublished
from models.journal.staff import StaffListed, StaffName
from models.journal.tills import TillClosed, TillOpened
from models.journal.workers import Amendment, Identity, WorkerAmended, WorkerRegistered
from models.ledger.claims import claim, claim_decision, claim_payment, claim_request, claim_undoing
from models.ledger.tables import flag, receipt, receipt_tender, staff, till, worker
from models.rules.money import Money
from models.rules.problems import Trouble
from models.rules.tariffs import shipped_packs
from models.rules.token import ReceiptFacts, TokenLine, make_token, spelled, thumbprint
from models.sync.messages import ErrorAnswer, Head, PushAnswer, PushRequest
from models.sync.protocol import CONTENT_TYPE, ENROL, SyncError
from server.store.tables import entry as entries
from server.usecases.codes import make_code
from server.usecases.journal import lock_own_head
from server.usecases.officers import add_officer
from server.usecases.publish import Publication, StaffPart, publish
from server.usecases.sessions import sign_in

DEEP = b"\x91" * 100_000 + b"\xc0"


def verdicts(answer: PushAnswer) -> list[tuple[int, str, str]]:
    return [(one.seq, one.verdict, one.code) for one in answer.verdicts]


def resigned(journal: Any, entry: Entry, **parts: Any) -> Entry:
    """The last entry of a journal with other bytes, chained and signed by its terminal."""
    from models.journal.entry import _SIGNATURE

    frame = msgspec.structs.replace(entry.frame, **parts)
    opened = Entry.opened(frame, entry.prev)
    frame = msgspec.structs.replace(frame, signature=journal.key.sign(_SIGNATURE + opened.hash))
    changed = Entry.opened(frame, entry.prev)
    journal.entries[-1] = changed
    return changed


def header_of(entry: Entry, **changes: Any) -> bytes:
    head: Header = msgspec.structs.replace(entry.head, **changes)
    return pack(head)


def test_no_revision_makes_later_money_for_the_same_worker_unreadable(centre, enrolled):
    hostile, honest = enrolled(), enrolled("TPE4")
    siti = new_id()
    honest.journal.record(registration(siti))
    honest.push()
    hostile.journal.revs[siti] = (1 << 31) - 2
    hostile.journal.record(WorkerAmended(worker_id=siti, mission="TPE", personal=Amendment(changes={"phone": "1"})))
    hostile.push()

    from models.posting.revisions import next_rev

    paid = payment(siti)
    honest.journal.revs[siti] = centre.read(lambda connection: next_rev(connection, paid, new_id())) - 1
    honest.journal.record(paid)

    assert verdicts(honest.push()) == []
    assert centre.read(lambda connection: connection.scalar(select(receipt.c.number))) == paid.number


def test_a_counter_lists_staff_of_its_own_mission_only(centre, enrolled):
    publish(centre, Publication(staff=(StaffPart("HKG", "sari", "Sari", "admin"),)))
    sari = centre.read(lambda connection: connection.scalar(select(staff.c.id)))
    visitor, hong_kong = enrolled(), enrolled("HKG1", mission="HKG")
    for operator, mission in ((new_id(), "HKG"), (sari, "HKG"), (sari, "TPE"), (new_id(), "TPE")):
        visitor.journal.record(
            StaffListed(
                operator_id=operator,
                mission=mission,
                role="admin",
                active=False,
                personal=StaffName(login="x", name="X"),
            )
        )

    assert verdicts(visitor.push()) == [(seq, "quarantined", "not_yours") for seq in (1, 2, 3)]
    assert [entry.head.subject for entry in hong_kong.pull("staff:HKG")] == [sari]
    assert centre.read(
        lambda connection: connection.execute(select(staff.c.mission, staff.c.active).where(staff.c.id == sari)).one()
    ) == ("HKG", True)


def test_what_only_the_centre_may_say_is_not_smuggled_in_as_a_version_nobody_reads_yet(centre, enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    rate = visitor.journal.record(
        RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 11, 22), idr_per_unit=Decimal(1))
    )
    resigned(visitor.journal, rate, header=header_of(rate, version=2))

    assert verdicts(visitor.push()) == [(1, "quarantined", "not_yours")]
    assert other.pull("post:TPE") == []


def test_a_counter_answers_no_claim_neither_its_own_nor_in_a_version_nobody_reads_yet(centre, enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    filed = visitor.journal.record(filing(new_id()))
    about: dict[str, Any] = {"claim_id": filed.id, "mission": "TPE"}
    decided = ClaimDecided(**about, business_date=DAY, outcome="approved", awards=(Award("JKK-OBAT-LN", 50_000_000),))
    forged: list[Any] = [
        DocumentsRequested(**about, business_date=DAY, papers=1, wanted=("visum",)),
        decided,
        ClaimPaid(**about, decision_id=new_id(), paid_on=DAY, amount_idr=50_000_000),
        PaymentReturned(**about, payment_id=new_id()),
        ClaimReopened(**about, undone_id=new_id()),
    ]
    for body in forged:
        visitor.journal.record(body)
    later = visitor.journal.record(decided)
    resigned(visitor.journal, later, header=header_of(later, version=2))

    assert verdicts(visitor.push())[1:] == [(seq, "quarantined", "not_yours") for seq in range(2, 8)]
    assert [entry.head.kind for entry in other.pull("post:TPE")] == ["claim.filed"]
    with centre.engine.connect() as connection:
        assert connection.scalar(select(claim.c.state)) == "filed"
        for table in (claim_request, claim_decision, claim_payment, claim_undoing):
            assert connection.execute(select(table)).all() == []


def test_an_amendment_no_field_can_hold_is_kept_aside_and_stops_nobody(centre, enrolled):
    visitor = enrolled()
    siti = new_id()
    visitor.journal.record(registration(siti))
    amended = visitor.journal.record(
        WorkerAmended(worker_id=siti, mission="TPE", personal=Amendment(changes={"phone": "1"}))
    )
    resigned(visitor.journal, amended, personal=pack((b"salt", {"changes": {"name": [{"a": "b"}]}})))
    paid = visitor.journal.record(payment(siti))

    assert verdicts(visitor.push()) == [(2, "quarantined", "unreadable")]
    assert centre.read(lambda connection: connection.scalar(select(worker.c.name))) == "SITI NURHALIZA"
    assert centre.read(lambda connection: connection.scalar(select(receipt.c.id))) == paid.id


@pytest.mark.parametrize("part", ["facts", "header", "personal"])
def test_what_is_nested_without_end_keeps_its_place_and_stops_nobody(enrolled, part):
    visitor = enrolled()
    siti = new_id()
    first = visitor.journal.record(registration(siti))
    deep = {
        "facts": b"\x81\xa1x" + DEEP,
        "header": b"\xdc\x00\x0e" + first.frame.header[1:] + DEEP,
        "personal": b"\x92\xc4\x00\x81\xa1x" + DEEP,
    }[part]
    if part == "header":
        # It can be read by nobody, so it is chained and signed by hand.
        from models.journal.entry import _SIGNATURE, chain_hash

        frame = msgspec.structs.replace(first.frame, header=deep)
        chained = chain_hash(frame, first.prev)
        frame = msgspec.structs.replace(frame, signature=visitor.journal.key.sign(_SIGNATURE + chained))
        visitor.journal.entries[-1] = Entry(frame, first.head, first.prev, chained)
    else:
        resigned(visitor.journal, first, **{part: deep})
    visitor.journal.record(payment(siti))

    assert [(seq, verdict) for seq, verdict, _ in verdicts(visitor.push())] == [(1, "quarantined")]


def test_a_stranger_who_nests_without_end_is_told_that_it_cannot_be_read(centre_client):
    body = zstandard.ZstdCompressor().compress(b"\x93\xc4\x00\xc4\x00" + DEEP)
    response = centre_client.post(ENROL, content=body, headers={"Content-Type": CONTENT_TYPE})

    with pytest.raises(SyncError) as error:
        answered(response, ErrorAnswer)
    assert error.value.code == "bad_frame"


def test_money_whose_slip_number_holds_a_nul_is_posted(centre, enrolled):
    visitor = enrolled()
    paid = payment(new_id())
    tender = msgspec.structs.replace(paid.tenders[0], kind="bank_slip", reference="BNI\x0042")
    visitor.journal.record(msgspec.structs.replace(paid, tenders=(tender,)))

    assert verdicts(visitor.push()) == []
    assert centre.read(lambda connection: connection.scalar(select(receipt_tender.c.reference))) == "BNI�42"


@pytest.mark.expects_log("cannot be posted")
def test_a_number_too_long_to_be_looked_up_by_is_kept_aside_and_stops_nobody(centre, enrolled):
    visitor = enrolled()
    endless = "".join(random.Random(3).choices(string.ascii_uppercase + string.digits, k=20_000))
    siti = new_id()
    visitor.journal.record(
        WorkerRegistered(worker_id=siti, mission="TPE", personal=Identity(name="SITI", passport_number=endless))
    )
    paid = visitor.journal.record(payment(siti))

    assert verdicts(visitor.push()) == [(1, "quarantined", "cannot_post")]
    assert centre.read(lambda connection: connection.scalar(select(receipt.c.id))) == paid.id


def test_a_hostile_moment_takes_nobody_from_the_counters(centre, enrolled):
    hostile, honest = enrolled(), enrolled("TPE4")
    siti = new_id()
    registered = hostile.journal.record(registration(siti))
    header = msgspec.msgpack.decode(registered.frame.header)
    header[7] = "9999-12-31T23:59:59-12:00"
    frame = msgspec.structs.replace(registered.frame, header=msgspec.msgpack.encode(header))
    hashed = chain_hash(frame, registered.prev)
    signature = hostile.journal.key.sign(b"loket entry 1 signature" + hashed)
    frame = msgspec.structs.replace(frame, signature=signature)
    answer = hostile.send(PushRequest(Head(), (frame,), Head(1, hashed), hostile.epoch))
    paid = honest.journal.record(payment(siti))

    assert verdicts(answer) == [(1, "quarantined", "bad_header")]
    assert verdicts(honest.push()) == []
    assert centre.read(lambda connection: connection.scalar(select(receipt.c.id))) == paid.id


@pytest.mark.expects_log("cannot be posted")
def test_what_cannot_be_posted_names_nobody_in_the_log(centre, enrolled, caplog):
    visitor = enrolled()
    body = registration(new_id())
    assert body.personal is not None
    visitor.journal.record(
        msgspec.structs.replace(body, personal=msgspec.structs.replace(body.personal, nik="3507100812910003999"))
    )
    with caplog.at_level(logging.DEBUG):
        assert verdicts(visitor.push()) == [(1, "quarantined", "cannot_post")]

    assert "22001" in caplog.text
    for personal in ("SITI", "C1234567", "350710"):
        assert personal not in caplog.text


def test_errors_of_the_database_do_not_spell_out_what_was_written(centre):
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as error, centre.engine.connect() as connection:
        connection.execute(text("SELECT CAST(:name AS varchar) / 1"), {"name": "SITI"})
    assert "SITI" not in str(error.value)


def test_a_password_guessed_at_for_days_still_locks_the_name(centre, centre_clock):
    add_officer(centre, "dewi", "sembilan belas kuda")
    from sqlalchemy import update

    from server.store.tables import officer

    centre.write(lambda connection: connection.execute(update(officer).values(failures=60)))
    with pytest.raises(Trouble) as first:
        sign_in(centre, "dewi", "bukan ini ya")
    with pytest.raises(Trouble) as second:
        sign_in(centre, "dewi", "sembilan belas kuda")
    assert (first.value.code, second.value.code) == ("officer.sign_in", "officer.locked")
    centre_clock.forward(timedelta(hours=1))
    assert sign_in(centre, "dewi", "sembilan belas kuda")


def test_a_login_nobody_can_have_is_a_wrong_pair_like_any_other(centre):
    with pytest.raises(Trouble) as trouble:
        sign_in(centre, "de\0wi", "bukan ini ya")
    assert trouble.value.code == "officer.sign_in"


def test_a_paper_in_a_currency_nobody_knows_is_shown_as_it_says(centre_client):
    stranger = SigningKey.new()
    facts = ReceiptFacts(
        "receipt",
        "TPE9-2026-000001",
        date(2026, 11, 22),
        "SN",
        "4567",
        (TokenLine("JHT", 1, date(2026, 11, 1), date(2026, 11, 30)),),
        50_000,
        Money(1234, "XXX", 2),
    )
    response = centre_client.get(f"/K/{spelled(make_token(facts, stranger.sign, thumbprint(stranger.public)))}")

    assert response.status_code == 200
    assert "XXX 12,34" in response.text


def test_a_later_version_of_a_tariff_leaves_the_one_before_it_in_force_until_its_day(centre, enrolled):
    from models.ledger.tables import tariff
    from models.rules.tariffs import TariffPack, pack_on

    shipped = shipped_packs()[0].to_json()
    second = shipped | {"version": 2, "valid_from": "2027-01-01", "max_months": 58}
    third = shipped | {"version": 3, "valid_from": "2028-01-01", "max_months": 57}
    for pack_ in (second, third, third | {"max_months": 56}):
        publish(centre, Publication(tariffs=(pack_,)))

    packs = [TariffPack.from_json(one) for one in centre.read(lambda c: c.scalars(select(tariff.c.pack)).all())]
    assert [pack_on(packs, day).max_months for day in (date(2027, 6, 1), date(2028, 6, 1))] == [58, 56]
    assert centre.read(lambda c: len(c.scalars(select(entries.c.seq)).all())) == 3


def test_two_codes_of_one_series_shown_at_once_make_one_counter(centre, centre_client, centre_clock):
    codes = [make_code(centre, "TPE", "TPE7") for _ in range(2)]
    visitors = [Visitor(centre_client, centre_clock, Journal("TPE"), "TPE7") for _ in codes]
    said: list[str] = []

    def show(visitor: Visitor, code: str) -> None:
        try:
            visitor.enrol(code)
            said.append("enrolled")
        except SyncError as error:
            said.append(error.code)

    threads = [threading.Thread(target=show, args=pair) for pair in zip(visitors, codes, strict=True)]
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with centre.engine.begin() as busy:
        # Both come as far as they can before either may write.
        lock_own_head(busy, centre)
        for thread in threads:
            thread.start()
        with centre.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
            deadline = time.monotonic() + 20
            while watcher.scalar(waiting) < 2 and time.monotonic() < deadline:
                pass
    for thread in threads:
        thread.join(20)

    assert sorted(said) == ["enrolled", "series_taken"]


def test_a_code_of_one_mission_shuts_no_counter_of_another_out(centre, centre_client, centre_clock, enrolled):
    taipei = enrolled()
    journal = Journal("HKG", terminal=taipei.journal.terminal, incarnation=2)
    stranger = Visitor(centre_client, centre_clock, journal, "HKG1")

    with pytest.raises(SyncError) as error:
        stranger.enrol(make_code(centre, "HKG", "HKG1"))

    assert error.value.code == "terminal_taken"
    taipei.journal.record(registration(new_id()))
    assert verdicts(taipei.push()) == []


def test_flags_that_posting_finds_by_itself_and_the_drawer_of_another_stop_no_push(centre, enrolled):
    hostile, honest = enrolled(), enrolled("TPE4")
    day = date(2026, 11, 22)
    session = honest.journal.record(
        TillOpened(mission="TPE", series="TPE4", serial=1, business_date=day, counts=(), brought=())
    )
    honest.push()
    paid = payment(new_id())
    hostile.journal.record(
        msgspec.structs.replace(
            paid, due=paid.due + 1, flags=("money.unbalanced", "coverage.overlap", "receipt.voided_again")
        )
    )
    hostile.journal.record(
        TillClosed(till_id=session.id, mission="TPE", series="TPE4", serial=1, business_date=day, counts=(), totals=())
    )
    hostile.push()
    closed = honest.journal.record(
        TillClosed(till_id=session.id, mission="TPE", series="TPE4", serial=1, business_date=day, counts=(), totals=())
    )

    assert verdicts(honest.push()) == []
    assert centre.read(lambda connection: connection.scalar(select(till.c.closed_id))) == closed.id
    raised = centre.read(lambda connection: connection.scalars(select(flag.c.code).order_by(flag.c.code)).all())
    assert raised == ["money.unbalanced", "till.foreign"]
    assert [entry.head.kind for entry in honest.pull("post:TPE")] == ["contribution.received", "till.closed"]
