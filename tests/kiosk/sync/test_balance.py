"""The equation at a counter that takes money, syncs, and hears from the centre what it has posted."""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from kiosk.queries.balance import balance, holds_today, whole
from kiosk.store.tables import statement as kept_statement
from models.journal.body import pack, unpack
from models.ledger.tables import receipt, receipt_tender
from models.rules.money import Money
from models.sync.signing import Signed
from models.sync.statement import Statement


def test_a_morning_adds_up_before_and_after_the_centre_has_it(counter, centre, published):
    from server.usecases.balance import balances

    a = counter()
    worker, *_ = a.morning()
    alone = balance(a.desk)
    assert alone.holds
    assert alone.centre is None
    assert [(row.receipts, dict(row.tenders)["bank_slip"]) for row in alone.rows] == [
        (Money.idr(332_500), Money.idr(332_500))
    ]

    a.sync()
    a.pay(worker, months=12, reference="sesudah sinkron")

    known = whole(a.desk)
    assert known.holds
    assert known.centre is not None
    assert (known.centre.unsent, known.centre.differs) == (1, None)
    a.sync()
    later = whole(a.desk).centre
    assert later is not None
    assert later.unsent == 0
    (there,) = centre.read(balances)
    assert there.holds
    assert there.series == "TPE3"
    assert [row.receipts for row in there.rows] == [332_500 + 189_000]


def test_what_the_centre_has_posted_otherwise_is_named(counter):
    a = counter()
    a.morning()
    a.sync()
    with a.desk.store.write() as connection:
        row = connection.execute(kept_statement.select()).one()
        signed = unpack(row.content, Signed)
        said = unpack(signed.message, Statement)
        sums = tuple(
            msgspec.structs.replace(one, amount=one.amount + 100) if one.account == "tender:bank_slip" else one
            for one in said.sums
        )
        other = msgspec.structs.replace(signed, message=pack(msgspec.structs.replace(said, sums=sums)))
        connection.execute(update(kept_statement).values(content=pack(other)))

    found = whole(a.desk)

    assert found.breaks == ()
    assert found.centre is not None
    assert found.centre.differs is not None
    assert found.centre.differs.account == "tender:bank_slip"
    assert found.problem is not None
    assert found.problem.code == "balance.centre"
    assert not found.holds


def test_a_ledger_that_was_touched_is_noticed_the_same_day(counter):
    a = counter()
    a.morning()
    with a.desk.store.write() as connection:
        connection.execute(update(receipt_tender).values(received=receipt_tender.c.received - 1))
    with a.desk.read() as work:
        assert not holds_today(work)
        number = work.connection.scalar(receipt.select().with_only_columns(receipt.c.number))
    found = balance(a.desk)
    assert (found.breaks[0].step, found.breaks[0].where) == ("receipt", number)
    assert found.problem is not None
    assert dict(found.problem.values)["where"] == number
