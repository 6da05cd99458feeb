"""Money no honest counter records: it is posted or kept aside, in any order alike, and harms nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, select

from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.refunds import RefundDecided, RefundPaid, RefundRequested
from models.ledger.tables import flag, receipt
from models.posting import post
from models.posting.digest import ledger_digest
from models.posting.flags import NOT_OWED, UNBALANCED

SITI = new_id()


def posted(batches: Sequence[Sequence[Entry]]) -> dict[str, tuple[int, str]]:
    with fresh_ledger() as connection:
        for batch in batches:
            post(connection, batch)
        return ledger_digest(connection)


def test_what_posting_finds_by_itself_is_said_by_no_body(connection: Connection) -> None:
    """Else one flag would be raised twice, or come and go with the order of what arrives."""
    journal = Journal()
    claimed = ("money.unbalanced", "coverage.overlap", "receipt.voided_again", "refund.not_owed", "tender.surplus")
    honest = payment(SITI)
    journal.record(msgspec.structs.replace(honest, due=honest.due + 1, flags=claimed))
    journal.record(msgspec.structs.replace(registration(SITI), confirmed=("coverage.gap", "worker.candidate")))
    first, second = journal.entries

    post(connection, [first])
    post(connection, [second])

    raised = {(row.entry_id, row.code) for row in connection.execute(select(flag))}
    assert raised == {(first.id, UNBALANCED), (first.id, "tender.surplus"), (second.id, "worker.candidate")}
    assert posted([[first, second]]) == posted([[second], [first]]) == posted([[first], [second]])


def forever(body: Any, **changes: Any) -> Any:
    line = msgspec.structs.replace(body.lines[0], **changes)
    return msgspec.structs.replace(body, lines=(line,))


def test_cover_to_the_end_of_all_days_lets_later_payments_of_the_same_worker_be_posted(connection: Connection) -> None:
    hostile, honest = Journal(), Journal()
    endless = hostile.record(forever(payment(SITI), covered_from=date.min, covered_to=date.max))
    extended = honest.record(forever(payment(SITI, 2), anchor=date(2026, 1, 1)))

    post(connection, [endless])
    post(connection, [extended])

    assert connection.scalars(select(receipt.c.id).order_by(receipt.c.id)).all() == sorted([endless.id, extended.id])
    assert posted([[endless, extended]]) == posted([[extended], [endless]])


@pytest.mark.parametrize(
    ("method", "changes", "flagged"),
    [
        ("cash", {}, False),
        ("cash", {"amount": 6_490}, True),
        ("cash", {"currency": "USD"}, True),
        ("cash", {"exponent": 2}, True),
        ("transfer", {}, True),
    ],
)
def test_cash_that_was_not_owed_like_this_leaves_the_drawer_and_is_flagged(
    connection: Connection, method: str, changes: dict[str, Any], flagged: bool
) -> None:
    counter, centre, day = Journal(), Journal(mission="ZZZ"), date(2026, 11, 24)
    paid = counter.record(payment(SITI))
    about: dict[str, Any] = {"worker_id": SITI, "mission": "TPE", "receipt_id": paid.id, "business_date": day}
    asked = counter.record(RefundRequested(**about, method=method))
    decided = centre.record(RefundDecided(**about, refund_id=asked.id, approved=True, method=method))
    given: dict[str, Any] = {"currency": "TWD", "exponent": 0, "amount": 649} | changes
    handed = counter.record(
        RefundPaid(
            **about,
            refund_id=asked.id,
            number="TPE3-2026-000002",
            year=2026,
            serial=2,
            till_id=None,
            amount_idr=332_500,
            **given,
        )
    )
    everything = [paid, asked, decided, handed]

    for entry in reversed(everything):
        post(connection, [entry])

    raised = connection.execute(select(flag.c.entry_id, flag.c.code)).all()
    assert raised == ([(handed.id, NOT_OWED)] if flagged else [])
    assert posted([everything]) == posted([[entry] for entry in reversed(everything)])


@pytest.fixture
def connection() -> Iterator[Connection]:
    with fresh_ledger() as connection:
        yield connection


@pytest.mark.parametrize("exponent", [-1, 9, 2_000_000_000])
def test_an_exponent_that_no_currency_has_makes_an_entry_unreadable(connection: Connection, exponent: int) -> None:
    """Else writing the amount out would fill a screen, a paper or the memory with noughts."""
    (verdict,) = post(connection, [Journal().record(msgspec.structs.replace(payment(SITI), exponent=exponent))])
    assert (verdict.verdict, verdict.code) == ("quarantined", "unreadable")


@pytest.mark.parametrize("rate", ["NaN", "Infinity", "-1", "0", "1E+999999", "1E-999999"])
def test_a_rate_that_is_none_makes_an_entry_unreadable(connection: Connection, rate: str) -> None:
    honest = payment(SITI)
    assert honest.rate is not None
    sound = Journal().record(honest)
    facts = msgspec.msgpack.decode(sound.frame.facts)
    facts["rate"]["idr_per_unit"] = rate
    frame = msgspec.structs.replace(sound.frame, facts=msgspec.msgpack.encode(facts))
    (verdict,) = post(connection, [Entry.opened(frame, sound.prev)])
    assert (verdict.verdict, verdict.code) == ("quarantined", "unreadable")
    assert Decimal(rate) is not None
