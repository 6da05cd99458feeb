"""A counter's proof of its own numbers, held up to the independent checker."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from loket_testing.counter import SECOND_PASSWORD, SITI, add_supervisor, codes, slip
from loket_testing.journals import Journal
from loket_testing.proofs import judged
from sqlalchemy import select, update

from kiosk.desk import Desk, all_entries, keep
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.forms.payment import ApprovalForm, TenderForm
from kiosk.queries.proof import number_proof
from kiosk.store.tables import entry as entries
from kiosk.usecases.claims import file
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import issue
from models.journal.contributions import ReceiptVoided, VoidDetails
from models.journal.reference import FixedAmount, PricePublished, RatePublished
from models.journal.workers import BodyErased
from models.ledger.tables import receipt
from models.posting import post
from models.posting.posting import rebuild
from models.rules.problems import Refused

VERIFIED, REFUTED, _ = range(3)


def proved(desk: Desk, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(number_proof(desk, **asked).text)
    return found


def void(desk: Desk, number: str) -> None:
    with desk.work() as work:
        row = work.connection.execute(select(receipt).where(receipt.c.number == number)).one()
        own = work.next_number()
        work.record(
            ReceiptVoided(
                worker_id=row.worker_id,
                mission=work.mission,
                receipt_id=row.id,
                number=str(own),
                year=own.year,
                serial=own.serial,
                business_date=work.today,
                amount_idr=row.amount_idr,
                currency=row.currency,
                exponent=row.exponent,
                due=row.due,
                personal=VoidDetails(reason="salah nama"),
            )
        )


@pytest.fixture
def worked(desk: Desk, siti: UUID, published: Any) -> Desk:
    """Three receipts, one in cash, one of them voided; a copy and a claim between them."""
    published()
    receive(desk, slip(siti))
    wrong = receive(desk, slip(siti, 3, programme="JHT", tender="cash", reference=None, currency="TWD"))
    issue(desk, wrong.number)
    file(desk, ClaimForm(worker_id=str(siti), kind="JKK-ALAT", event_date=date(2026, 11, 20)))
    void(desk, wrong.number)
    receive(desk, slip(siti, 3, programme="JHT"))
    return desk


def test_the_numbers_of_a_worked_day_are_proved(worked: Desk) -> None:
    proof = proved(worked)
    code, said = judged(proof)
    assert code == VERIFIED, said
    assert [(row["kind"], row["currency"], row["amount_idr"] > 0) for row in proof["numbers"]] == [
        ("contribution.received", "IDR", True),
        ("contribution.received", "TWD", True),
        ("receipt.voided", "TWD", False),
        ("contribution.received", "IDR", True),
    ]
    assert proof["numbers"][2]["reverses"] == proof["numbers"][1]["number"]
    assert proof["totals"]["2026"]["due"]["TWD"] == 0


def test_whatever_a_counter_takes_in_adds_up_to_whoever_checks_it(desk: Desk, siti: UUID, published: Any) -> None:
    """Three currencies, several at once, by rate and by decree, short, exact, with change and with too much: whatever
    the counter records, the checker comes to the same."""
    published()
    add_supervisor(desk)
    centre = Journal(mission="TPE")
    day = date(2026, 11, 1)
    centre.record(RatePublished(mission="TPE", currency="USD", valid_from=day, idr_per_unit=Decimal("16250")))
    fixed = FixedAmount(programme="JKK+JKM", months=6, amount=260)
    centre.record(PricePublished(mission="TPE", currency="TWD", valid_from=day, decree="SK-12/2026", rows=(fixed,)))
    with desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)
    chance = random.Random(418)  # the same payments in every run
    taken, outcomes = 0, set()
    for turn in range(60):
        tenders = tuple(
            TenderForm(
                tender=chance.choice(["cash", "bank_slip", "kode_iuran"]),
                currency=chance.choice(["TWD", "IDR", "USD"]),
                received=chance.choice([None, chance.randint(1, 900), chance.randint(100_000, 900_000)]),
                reference=f"R-{turn}",
            )
            for _ in range(chance.randint(1, 3))
        )
        form = slip(
            siti,
            chance.choice([1, 6, 6, 13]),
            currency=chance.choice(["TWD", "IDR"]),
            tender=None,
            reference=None,
            tenders=tenders,
            approval=ApprovalForm(login="budi", reason="sudah ditelepon"),
        )
        try:
            received = receive(desk, form, second_password=SECOND_PASSWORD)
        except Refused:
            continue
        taken += 1
        outcomes.add(received.outcome)
        if turn % 5 == 0:
            void(desk, received.number)
    proof = proved(desk)
    code, said = judged(proof)
    assert code == VERIFIED, said
    totals = proof["totals"]["2026"]
    assert (taken, totals["receipts"], totals["voids"] > 2) == (taken, taken, True)
    assert taken > 20
    assert outcomes == {"short", "exact", "change", "surplus"}
    assert {"IDR", "TWD", "USD"} <= {unit for kept in totals["tenders"].values() for unit in kept}


def test_a_counter_that_has_not_taken_a_number_yet_says_so(desk: Desk) -> None:
    proof = proved(desk)
    assert judged(proof)[0] == VERIFIED
    assert (proof["numbers"], proof["terminal"]["series"]) == ([], None)


def test_nobody_can_be_found_by_it(worked: Desk) -> None:
    text = number_proof(worked).text.encode().upper()
    secrets = [*str(SITI.name).split(), SITI.passport_number, SITI.nik, "AMINAH", "AHMAD", "CHEN", "RINA", "SALAH NAMA"]
    for secret in (*secrets, str(SITI.phone)[-6:], "MALANG", "JKK-ALAT"):
        assert str(secret).encode() not in text
        assert str(secret).encode().hex().upper().encode() not in text
        assert str(secret).lower().encode().hex().upper().encode() not in text


def test_who_is_erased_and_what_was_pulled_change_nothing(worked: Desk, siti: UUID) -> None:
    before = proved(worked)
    centre = Journal()
    centre.record(BodyErased(worker_id=siti, mission="TPE", reason="request"))
    with worked.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)
    after = proved(worked)
    assert after == before
    assert judged(after)[0] == VERIFIED


def test_the_list_is_of_the_year_that_was_asked_for(worked: Desk, siti: UUID, clock: HandClock) -> None:
    clock.now += timedelta(days=60)
    receive(worked, slip(siti, 3, programme="JHT"))
    this, last, both = proved(worked, year=2027), proved(worked, year=2026), proved(worked)
    assert [len(one["numbers"]) for one in (this, last, both)] == [1, 4, 5]
    assert [judged(one)[0] for one in (this, last, both)] == [VERIFIED] * 3
    assert this["entries"] == last["entries"] == both["entries"]


def test_a_journal_that_was_tampered_with_gives_a_proof_that_is_refuted(worked: Desk) -> None:
    with worked.store.write() as connection:
        kind = entries.c.kind == "contribution.received"
        (first, *_) = connection.execute(select(entries).where(kind).order_by(entries.c.seq)).all()
        facts = bytes(first.facts).replace(b"000001", b"000009")
        connection.execute(update(entries).where(entries.c.id == first.id).values(facts=facts))
    code, said = judged(proved(worked))
    assert (code, f"catatan {first.seq}:" in said) == (REFUTED, True)


def test_of_a_forked_journal_each_branch_is_its_own_proof(worked: Desk, siti: UUID) -> None:
    """A machine restored from yesterday's copy went on from there; the other branch came back by the centre."""
    with worked.read() as work:
        own = work.terminal
        rows = work.connection.execute(select(entries).where(entries.c.terminal == own.id).order_by(entries.c.seq))
        kept = {row.seq: row for row in rows.all()}
    longest = max(kept)
    with worked.store.write() as connection:
        # The last two entries are forgotten, another recorded in their place, and then they are back.
        lost = [dict(kept[seq]._mapping) for seq in (longest - 1, longest)]
        connection.execute(entries.delete().where(entries.c.id.in_([row["id"] for row in lost])))
        rebuild(connection, all_entries(connection))
    void(worked, proved(worked)["numbers"][0]["number"])
    with worked.store.write() as connection:
        connection.execute(entries.insert(), lost)
    found = number_proof(worked)
    assert found.head == kept[longest].hash
    (other,) = found.others
    second = number_proof(worked, head=other.hex()[:16])
    assert (second.head, second.others) == (other, (found.head,))
    assert [judged(json.loads(one.text))[0] for one in (found, second)] == [VERIFIED, VERIFIED]
    assert [one.entries for one in (found, second)] == [longest, longest - 1]


def test_a_head_that_is_none_is_refused(worked: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        number_proof(worked, head="ab" * 8)
    assert codes(refusal) == ["proof.no_head"]
