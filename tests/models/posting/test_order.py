"""The ledger is a function of the set of entries: order, batches and repetitions make no difference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.claims import filing, from_centre, from_counters
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import func, select

from models.journal.body import Body, known_kinds
from models.journal.claims import ClaimFiled, DocumentAttached, DocumentName
from models.journal.consents import ConsentGiven, ConsentWithdrawn
from models.journal.contributions import (
    ContributionReceived,
    Line,
    Payer,
    RateUsed,
    ReceiptReprinted,
    ReceiptVoided,
    Tender,
    VoidDetails,
)
from models.journal.coverage import (
    BalanceStated,
    CoverageMoved,
    Membership,
    MembershipConfirmed,
    Move,
    MoveDetails,
)
from models.journal.deaths import HeirContact, HeirInformed, StatementDetails, StatementIssued
from models.journal.documents import WorkerDocumentKept
from models.journal.entry import Entry, bare
from models.journal.ids import new_id
from models.journal.placements import PlacementDetails, PlacementRecorded
from models.journal.reference import (
    FixedAmount,
    MissionPublished,
    PricePublished,
    RatePublished,
    TariffPublished,
)
from models.journal.refunds import RefundDecided, RefundNote, RefundPaid, RefundPaper, RefundRequested, RefundWish
from models.journal.staff import StaffListed, StaffName
from models.journal.tasks import FlagSettled, TaskNote
from models.journal.terminals import TerminalCertified
from models.journal.tills import (
    CashAmount,
    Counted,
    TenderTotal,
    TillClosed,
    TillHandedOver,
    TillMoved,
    TillOpened,
    TillReason,
)
from models.journal.workers import (
    Amendment,
    BodyErased,
    Heir,
    Identity,
    Remark,
    Value,
    WorkerAmended,
    WorkerBorrowed,
    WorkerCompared,
    WorkerMerged,
    WorkerRegistered,
    WorkerRestricted,
    WorkerUnmerged,
)
from models.ledger.tables import account_line, claim_document, flag, held, receipt_void, worker
from models.posting import post
from models.posting.digest import ledger_digest

WORKERS = [new_id() for _ in range(3)]
STAFF, MISSION, TARIFF, TILL = (new_id() for _ in range(4))


def posted(entries: Sequence[Entry], cuts: Sequence[int] = ()) -> dict[str, tuple[int, str]]:
    """The digest after posting the entries in pieces, leaving out what the ledger has already."""
    with fresh_ledger() as connection:
        seen: set[UUID] = set()
        for start, end in zip([0, *cuts], [*cuts, len(entries)], strict=True):
            batch = [e for e in dict.fromkeys(entries[start:end]) if e.id not in seen]
            seen |= {entry.id for entry in batch}
            post(connection, batch)
        return ledger_digest(connection)


def payment(worker_id: UUID, months: int, local: bool) -> ContributionReceived:
    amount = 13_500 * months
    due, rounding = (-(-amount * 10 // 5124), 0) if local else (amount, 0)
    if local:
        rounding = round(due * Decimal("512.40") - amount)
    return ContributionReceived(
        worker_id=worker_id,
        mission="TPE",
        number=f"TPE3-2026-{months:06}",
        year=2026,
        serial=months,
        business_date=date(2026, 11, 22),
        lines=(
            Line(
                programme="JKK+JKM",
                months=months,
                amount_idr=amount,
                anchor=date(2026, 1, 31),
                anchor_months=months,
                covered_from=date(2026, 1, 31),
                covered_to=date(2026, 12, 30),
                tariff_id=TARIFF,
                tariff_version=1,
            ),
        ),
        amount_idr=amount,
        currency="TWD" if local else "IDR",
        exponent=0,
        due=due,
        tenders=(Tender(kind="cash", currency="TWD" if local else "IDR", exponent=0, received=due + 65, change=60),),
        surplus=5,
        till_id=TILL if months % 2 else None,
        rate=RateUsed(rate_id=TARIFF, valid_from=date(2026, 11, 22), idr_per_unit=Decimal("512.40")) if local else None,
        rounding_idr=rounding,
        flags=("tender.surplus",),
        personal=Payer(name="SITI", token=b"t", passport_number="C4821907"),
    )


def mixed_payment(worker_id: UUID, serial: int, *, worth: int, short: int) -> ContributionReceived:
    """Dollars of two countries for one receipt; with another `worth` than 310 it does not add up."""
    day = date(2026, 11, 22)
    return msgspec.structs.replace(
        payment(worker_id, serial, local=True),
        due=527,
        surplus=0,
        rounding_idr=0,
        amount_idr=13_500 * serial,
        tenders=(
            Tender(kind="cash", currency="USD", exponent=2, received=1_000, worth=worth),
            Tender(kind="bank_slip", currency="TWD", exponent=0, received=217 - short, reference="A1", paid_on=day),
        ),
        short=short,
        approved_by=STAFF,
        approvals=("tender.short",),
    )


def statement(worker_id: UUID, serial: int) -> StatementIssued:
    return StatementIssued(
        worker_id=worker_id,
        mission="TPE",
        number=f"TPE3-K-2026-{serial:06}",
        year=2026,
        serial=serial,
        business_date=date(2026, 11, 22),
        about="missing",
        event_date=date(2026, 11, 3),
        personal=StatementDetails(token=b"s", worker_name="SITI", place="Kaohsiung", signatory="Budi"),
    )


def heir_informed(worker_id: UUID) -> HeirInformed:
    contact = HeirContact(name="AHMAD", relation="spouse", phone="0812", note="akan datang")
    day = date(2026, 11, 23)
    return HeirInformed(
        worker_id=worker_id, mission="TPE", business_date=day, channel="phone", reached=True, personal=contact
    )


def cash(amount: int, currency: str = "TWD") -> tuple[CashAmount, ...]:
    return (CashAmount(currency=currency, exponent=0, amount=amount),)


def counted(amount: int) -> tuple[Counted, ...]:
    return (Counted(currency="TWD", exponent=0, amount=amount, pieces={"100": amount // 100}),)


@st.composite
def till_bodies(draw: st.DrawFn, tills: Sequence[UUID]) -> Body:
    """What happens to a drawer, in no order an honest counter knows."""
    amount, till_id = draw(st.integers(0, 900)), draw(st.sampled_from([TILL, *tills]))
    day = date(2026, 11, 22)
    return draw(
        st.sampled_from(
            [
                TillOpened(
                    mission="TPE",
                    series="TPE3",
                    serial=len(tills) + 1,
                    business_date=day,
                    counts=counted(amount),
                    brought=cash(500),
                    differences=cash(amount - 500),
                    previous=till_id,
                ),
                TillMoved(
                    till_id=till_id,
                    mission="TPE",
                    business_date=day,
                    way=draw(st.sampled_from(["in", "out"])),
                    currency="TWD",
                    exponent=0,
                    amount=amount,
                    personal=TillReason(reason="uang kecil"),
                ),
                TillHandedOver(
                    till_id=till_id,
                    mission="TPE",
                    business_date=day,
                    to=draw(st.sampled_from([STAFF, MISSION])),
                    counts=counted(amount),
                    differences=cash(-5),
                ),
                TillClosed(
                    till_id=till_id,
                    mission="TPE",
                    series="TPE3",
                    serial=1,
                    business_date=day,
                    counts=counted(amount),
                    totals=(
                        TenderTotal(
                            kind="cash", currency="TWD", exponent=0, receipts=1, taken=5, returned=0, expected=amount
                        ),
                    ),
                    differences=cash(-amount),
                    deposited=cash(amount, draw(st.sampled_from(["TWD", "USD"]))),
                    late=("TPE3-2026-000001",),
                    flags=("till.difference",),
                ),
            ]
        )
    )


@st.composite
def later_bodies(draw: st.DrawFn, worker_id: UUID, receipt_id: UUID, refunds: Sequence[UUID], serial: int) -> Body:
    """What befalls a receipt after it was handed out."""
    refund_id = draw(st.sampled_from([receipt_id, *refunds]))
    day, start = date(2026, 11, 24), date(2026, draw(st.integers(1, 12)), 1)
    method = draw(st.sampled_from(["cash", "transfer"]))
    return draw(
        st.sampled_from(
            [
                RefundRequested(
                    worker_id=worker_id,
                    mission="TPE",
                    receipt_id=receipt_id,
                    method=method,
                    business_date=day,
                    personal=RefundWish(reason="batal berangkat", bank_account="123"),
                ),
                RefundDecided(
                    worker_id=worker_id,
                    mission="TPE",
                    refund_id=refund_id,
                    receipt_id=receipt_id,
                    approved=draw(st.booleans()),
                    method=method,
                    business_date=day,
                    personal=RefundNote(note="setuju", transfer_reference="T1"),
                ),
                RefundPaid(
                    worker_id=worker_id,
                    mission="TPE",
                    refund_id=refund_id,
                    receipt_id=receipt_id,
                    number=f"TPE3-2026-{serial:06}",
                    year=2026,
                    serial=serial,
                    business_date=day,
                    till_id=TILL,
                    currency="TWD",
                    exponent=0,
                    amount=527,
                    amount_idr=270_000,
                    personal=RefundPaper(token=b"r"),
                ),
                CoverageMoved(
                    worker_id=worker_id,
                    mission="TPE",
                    moves=(
                        Move(
                            receipt_id=receipt_id,
                            line=0,
                            anchor=start,
                            anchor_months=12,
                            covered_from=start,
                            covered_to=date(2027, start.month, 1),
                        ),
                    ),
                    business_date=day,
                    number=f"TPE3-2026-{serial:06}",
                    year=2026,
                    serial=serial,
                    personal=MoveDetails(reason="dua loket", token=b"m"),
                ),
                MembershipConfirmed(
                    worker_id=worker_id,
                    mission="TPE",
                    receipt_ids=(receipt_id,),
                    confirmed_on=day,
                    personal=Membership(kpj=draw(st.sampled_from(["21034567891", "21034567892"]))),
                ),
                BalanceStated(worker_id=worker_id, mission="TPE", programme="JHT", amount_idr=300_000, as_of=day),
                FlagSettled(
                    worker_id=worker_id,
                    mission="TPE",
                    entry_id=receipt_id,
                    code="tender.surplus",
                    personal=TaskNote(note="ditelepon"),
                ),
            ]
        )
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """What two counters and the centre record, each seeing only some of what the others wrote."""
    counters = [Journal(), Journal()]
    centre = Journal(mission="ZZZ")
    claims: list[UUID] = []
    receipts: list[UUID] = []
    merges: list[UUID] = []
    tills: list[UUID] = []
    refunds: list[UUID] = []
    written: list[Entry] = []
    words = st.sampled_from(["0911", "0912", "0913", None])
    for _ in range(draw(st.integers(1, 14))):
        journal = draw(st.sampled_from(counters))
        for entry in draw(st.lists(st.sampled_from(written), max_size=3)) if written else ():
            journal.see(entry)
        worker_id = draw(st.sampled_from(WORKERS))
        body: Body
        match draw(st.integers(0, 20)):
            case 0:
                body = WorkerRegistered(
                    worker_id=worker_id,
                    mission="TPE",
                    confirmed=("nik.birth_date",),
                    personal=Identity(
                        name=draw(st.sampled_from(["SITI", "NUR"])),
                        phone=draw(words),
                        birth_date=draw(st.sampled_from([date(1991, 12, 8), None])),
                        heirs=(Heir(name="AHMAD", relation="spouse", birth_date=date(1990, 1, 1)),),
                    ),
                )
            case 1:
                fields = draw(st.sets(st.sampled_from(["phone", "email"])))
                numbers = {"passport_number": draw(st.sampled_from(["C1", "C2"]))} if draw(st.booleans()) else {}
                changes: dict[str, Value] = {**{field: draw(words) for field in fields}, **numbers}
                amendment = Amendment(changes=changes, was={field: draw(words) for field in changes}, reason="baru")
                body = WorkerAmended(worker_id=worker_id, mission="TPE", personal=amendment)
            case 2:
                body = PlacementRecorded(
                    worker_id=worker_id, mission="TPE", personal=PlacementDetails(employer="KM Hai Feng 8")
                )
            case 3:
                body = draw(
                    st.sampled_from(
                        [
                            ConsentGiven(worker_id=worker_id, mission="TPE", text_version="1", language="id"),
                            ConsentWithdrawn(worker_id=worker_id, mission="TPE", personal=Remark(remark="surat")),
                            WorkerRestricted(worker_id=worker_id, mission="TPE", restricted=True),
                            WorkerRestricted(
                                worker_id=worker_id, mission="TPE", restricted=False, personal=Remark(remark="surat")
                            ),
                        ]
                    )
                )
            case 4:
                body = payment(worker_id, draw(st.integers(1, 60)), draw(st.booleans()))
            case 5:
                body = filing(worker_id, restricted=draw(st.booleans()))
            case 6 | 18 | 19 if claims:
                journal = draw(st.sampled_from([centre, journal]))
                of = from_centre if journal is centre else from_counters
                body = draw(of(draw(st.sampled_from(claims)), [entry.id for entry in written]))
            case 7 if receipts:
                body = ReceiptReprinted(worker_id=worker_id, mission="TPE", receipt_id=draw(st.sampled_from(receipts)))
            case 8 if receipts:
                body = ReceiptVoided(
                    worker_id=worker_id,
                    mission="TPE",
                    receipt_id=draw(st.sampled_from(receipts)),
                    number=f"TPE3-2026-{len(written):06}",
                    year=2026,
                    serial=len(written),
                    business_date=date(2026, 11, 23),
                    personal=VoidDetails(reason="salah bulan", token=b"v"),
                )
            case 9:
                others = draw(st.sampled_from(WORKERS))
                remark = Remark(remark="orang yang sama")
                body = WorkerMerged(worker_id=worker_id, other_id=others, mission="TPE", personal=remark)
            case 10 if merges:
                merge_id = draw(st.sampled_from(merges))
                body = WorkerUnmerged(worker_id=worker_id, merge_id=merge_id, mission="TPE")
            case 11:
                same = draw(st.booleans())
                body = WorkerCompared(
                    worker_id=worker_id, other_id=draw(st.sampled_from(WORKERS)), mission="TPE", same=same
                )
            case 12:
                body = draw(
                    st.sampled_from(
                        [
                            WorkerBorrowed(worker_id=worker_id, mission="HKG"),
                            WorkerDocumentKept(
                                worker_id=worker_id,
                                mission="TPE",
                                document_kind="paspor",
                                sha256=b"x" * 32,
                                size=3,
                                media_type="image/jpeg",
                                personal=DocumentName(file_name="siti.jpg"),
                            ),
                        ]
                    )
                )
            case 13 if draw(st.integers(0, 2)) == 0:
                journal = centre
                body = BodyErased(worker_id=worker_id, mission="TPE", reason="request")
            case 14:
                body = draw(till_bodies(tills))
            case 15 | 16 if receipts:
                body = draw(later_bodies(worker_id, draw(st.sampled_from(receipts)), refunds, len(written)))
            case 20:
                body = draw(st.sampled_from([statement(worker_id, len(written)), heir_informed(worker_id)]))
            case 17:
                worth, short = draw(st.sampled_from([310, 300])), draw(st.sampled_from([0, 17]))
                body = mixed_payment(worker_id, draw(st.integers(1, 60)), worth=worth, short=short)
            case _:
                journal = draw(st.sampled_from([centre, journal]))
                body = draw(
                    st.sampled_from(
                        [
                            StaffListed(
                                operator_id=STAFF,
                                mission="TPE",
                                role="petugas",
                                personal=StaffName(login="rina", name=str(len(written))),
                            ),
                            MissionPublished(mission_id=MISSION, mission="TPE", cash_allowed=len(written) % 2 == 0),
                            TariffPublished(tariff_id=TARIFF, pack={"version": len(written)}),
                            RatePublished(
                                mission="TPE",
                                currency="TWD",
                                valid_from=date(2026, 11, 22),
                                idr_per_unit=Decimal("512.40"),
                            ),
                            PricePublished(
                                mission="TPE",
                                currency="TWD",
                                valid_from=date(2026, 11, 22),
                                decree="SK 12/2026",
                                rows=(FixedAmount(programme="JKK+JKM", months=24, amount=700),),
                            ),
                            TerminalCertified(
                                terminal_id=journal.terminal,
                                incarnation=1,
                                mission="TPE",
                                series="TPE3",
                                public_key=journal.key.public,
                            ),
                        ]
                    )
                )
        entry = journal.record(body)
        written.append(entry)
        if isinstance(body, ClaimFiled):
            claims.append(entry.id)
        if isinstance(body, ContributionReceived):
            receipts.append(entry.id)
        if isinstance(body, WorkerMerged):
            merges.append(entry.id)
        if isinstance(body, TillOpened):
            tills.append(entry.id)
        if isinstance(body, RefundRequested):
            refunds.append(entry.id)
    return written


@given(st.data())
def test_any_order_any_batches_any_repetition_make_the_same_ledger(data: st.DataObject) -> None:
    entries = data.draw(histories())
    expected = posted(entries)
    shuffled = data.draw(st.permutations(entries + data.draw(st.lists(st.sampled_from(entries), max_size=4))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=5)))
    assert posted(shuffled, cuts) == expected


@given(st.data())
def test_a_part_of_what_happened_makes_the_same_ledger_in_any_order_too(data: st.DataObject) -> None:
    """What lacks its parent is held, and held alike."""
    entries = [entry for entry in data.draw(histories()) if data.draw(st.integers(0, 2))]
    shuffled = data.draw(st.permutations(entries))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=5)))
    assert posted(shuffled, cuts) == posted(entries)


@given(histories())
def test_the_accounts_of_every_receipt_sum_to_zero_in_every_currency(entries: list[Entry]) -> None:
    with fresh_ledger() as connection:
        post(connection, entries)
        sums = connection.execute(
            select(func.sum(account_line.c.amount)).group_by(account_line.c.entry_id, account_line.c.currency)
        ).scalars()
        assert all(total == 0 for total in sums)


@given(histories())
def test_an_erased_worker_is_nowhere_whatever_came_when(entries: list[Entry]) -> None:
    """The ledger is the one that bare entries would have made, so nothing personal can be left in it."""
    erased = {entry.head.subject for entry in entries if entry.head.kind == BodyErased.KIND}
    claims = {entry.id for entry in entries if entry.head.kind == ClaimFiled.KIND and entry.head.subject in erased}
    bared = [bare(entry) if entry.head.subject in erased | claims else entry for entry in entries]
    assert posted(entries) == posted(bared)


def test_what_waits_for_its_parent_is_bared_by_an_erasure_whichever_came_first() -> None:
    journal, centre = Journal(), Journal(mission="ZZZ")
    paid = journal.record(payment(WORKERS[0], 24, local=False))
    voided = journal.record(
        ReceiptVoided(
            worker_id=WORKERS[0],
            mission="TPE",
            receipt_id=paid.id,
            number="TPE3-2026-000009",
            year=2026,
            serial=9,
            business_date=date(2026, 11, 23),
            personal=VoidDetails(reason="SITI salah bulan", token=b"v"),
        )
    )
    erased = centre.record(BodyErased(worker_id=WORKERS[0], mission="TPE", reason="request"))
    assert posted([voided, erased], cuts=[1]) == posted([erased, voided], cuts=[1]) == posted([voided, erased])
    with fresh_ledger() as connection:
        post(connection, [voided])
        post(connection, [erased])
        assert b"SITI" not in connection.execute(select(held.c.frame)).scalar_one()
        post(connection, [paid])
        assert connection.execute(select(receipt_void.c.reason)).scalar_one() is None


def test_every_kind_of_entry_can_be_posted() -> None:
    from models.posting.handlers import handler_of

    for kind in known_kinds().values():
        assert callable(handler_of(kind).post)


def test_money_for_a_worker_nobody_has_registered_yet_is_posted_and_the_registration_fills_the_row() -> None:
    journal = Journal()
    paid = journal.record(payment(WORKERS[0], 24, local=False))
    registered = journal.record(
        WorkerRegistered(worker_id=WORKERS[0], mission="TPE", personal=Identity(name="SITI NURHALIZA"))
    )
    with fresh_ledger() as connection:
        post(connection, [paid])
        assert connection.execute(select(worker.c.registered, worker.c.name)).one() == (False, None)
        post(connection, [registered])
        assert connection.execute(select(worker.c.registered, worker.c.name)).one() == (True, "SITI NURHALIZA")


def test_a_document_waits_for_its_claim_and_is_released_by_it() -> None:
    journal = Journal()
    claim_id = new_id()
    filed = journal.record(
        ClaimFiled(
            worker_id=WORKERS[0],
            mission="TPE",
            number="TPE3-K-2026-000001",
            year=2026,
            serial=1,
            business_date=date(2026, 11, 22),
            benefit="JHT",
            event_date=date(2026, 11, 3),
            filed_by="worker",
        ),
        entry_id=claim_id,
    )
    attached = journal.record(
        DocumentAttached(
            claim_id=claim_id, mission="TPE", document_kind="paspor", sha256=b"x" * 32, size=1, media_type="image/png"
        )
    )
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [attached])
        assert (verdict.verdict, verdict.code) == ("held", "parent_missing")
        assert connection.execute(select(held.c.waits_for)).scalar_one() == claim_id
        post(connection, [filed])
        assert connection.execute(select(held)).all() == []
        assert connection.execute(select(claim_document.c.claim_id)).scalar_one() == claim_id


def test_the_same_field_changed_at_two_counters_unseen_is_settled_and_shown_as_a_conflict() -> None:
    here, there = Journal(), Journal()
    registered = here.record(
        WorkerRegistered(worker_id=WORKERS[0], mission="TPE", personal=Identity(name="SITI", phone="0900"))
    )
    there.see(registered)
    changes = [
        journal.record(WorkerAmended(worker_id=WORKERS[0], mission="TPE", personal=Amendment(changes={"phone": phone})))
        for journal, phone in ((here, "0911"), (there, "0922"))
    ]
    with fresh_ledger() as connection:
        post(connection, [registered, *changes])
        row = connection.execute(select(worker)).one()
    assert {row.phone, row.conflicts["phone"][0][3]} == {"0911", "0922"}


def test_what_the_clerk_overruled_is_flagged() -> None:
    entry = Journal().record(
        WorkerRegistered(
            worker_id=WORKERS[0], mission="TPE", confirmed=("nik.birth_date",), personal=Identity(name="SITI")
        )
    )
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [entry])
        assert (verdict.verdict, verdict.code) == ("flagged", "nik.birth_date")
        assert connection.execute(select(flag.c.code)).scalar_one() == "nik.birth_date"


@pytest.mark.parametrize("kind", ["tomorrow.invented"])
def test_a_kind_from_a_newer_program_is_held_byte_for_byte(kind: str) -> None:
    import msgspec

    from models.journal.body import pack, unpack
    from models.journal.entry import Frame, Header

    entry = Journal().record(WorkerRegistered(worker_id=WORKERS[0], mission="TPE"))
    strange = Entry.opened(
        msgspec.structs.replace(
            entry.frame, header=pack(msgspec.structs.replace(unpack(entry.frame.header, Header), kind=kind))
        ),
        entry.prev,
    )
    with fresh_ledger() as connection:
        (verdict,) = post(connection, [strange])
        assert (verdict.verdict, verdict.code) == ("held", "unknown_kind")
        assert unpack(connection.execute(select(held.c.frame)).scalar_one(), Frame) == strange.frame
