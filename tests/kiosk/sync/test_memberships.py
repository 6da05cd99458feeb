"""What BPJS confirmed and stated reaches the counters as the centre's word; until then everything is provisional."""

from __future__ import annotations

import json
from datetime import date

import pytest
from loket_testing.counter import codes
from sqlalchemy import select

from models.ledger.tables import balance, membership, membership_receipt, worker
from models.rules.problems import Refused
from server.usecases.memberships import Confirmation, Statement, confirm, confirmed_file, state, waiting


@pytest.fixture
def paid(counter, published):
    """A counter that has taken two payments of one worker, known to the centre."""
    a = counter()
    published()
    who = a.register()
    numbers = [a.pay(who, months=24), a.pay(who, months=12, reference="lanjut")]
    a.sync()
    return a, who, numbers


def test_what_was_confirmed_stands_at_the_counter_with_its_card_number(paid, centre, centre_digest):
    a, who, numbers = paid
    assert [row.number for row in centre.read(waiting)] == numbers
    found = confirm(centre, [Confirmation(one, kpj="2103 4567 891") for one in numbers])
    assert (found.receipts, found.workers, found.already, found.warnings) == (2, 1, 0, ())
    assert centre.read(waiting) == []

    a.sync()

    with a.desk.read() as work:
        assert work.connection.scalar(select(worker.c.kpj).where(worker.c.id == who)) == "21034567891"
        assert work.connection.execute(select(membership.c.confirmed_on)).scalars().all() == [date(2026, 11, 22)]
        assert len(work.connection.execute(select(membership_receipt)).all()) == 2
    assert a.digest() == centre_digest()


def test_the_same_file_again_says_nothing_new(paid, centre):
    _a, _who, numbers = paid
    told = confirmed_file(f"receipt;kpj;confirmed_on\n{numbers[0]};21034567891;2026-11-20\n".encode())
    assert confirm(centre, told.confirmations).receipts == 1
    assert confirm(centre, told.confirmations).already == 1
    other = confirm(centre, [Confirmation(numbers[0], kpj="2103456789X")])
    assert (other.receipts, [one.code for one in other.warnings]) == (1, ["kpj.unusual"])


def test_a_balance_is_stated_by_card_or_by_worker_and_carries_its_date(paid, centre):
    a, who, numbers = paid
    confirm(centre, [Confirmation(numbers[0], kpj="21034567891")])
    lines = "kpj,amount_idr,as_of\n21034567891,1250000,2026-10-31\n"
    assert state(centre, confirmed_file(lines.encode()).balances) == 1
    assert state(centre, [Statement(1_300_000, date(2026, 11, 20), worker_id=who)]) == 1
    a.sync()
    with a.desk.read() as work:
        rows = work.connection.execute(select(balance.c.amount_idr, balance.c.as_of).order_by(balance.c.as_of)).all()
    assert [tuple(row) for row in rows] == [(1_250_000, date(2026, 10, 31)), (1_300_000, date(2026, 11, 20))]


def test_a_file_with_one_wrong_line_is_kept_in_no_part(paid, centre):
    _a, who, numbers = paid
    with pytest.raises(Refused) as refusal:
        confirm(
            centre,
            [
                Confirmation(numbers[0]),
                Confirmation("TPE3-2026-000099"),
                Confirmation("nomor"),
                Confirmation(numbers[1], confirmed_on=date(2026, 11, 23)),
            ],
        )
    assert codes(refusal) == ["receipt.not_at_centre", "receipt_number.form", "confirmed.future"]
    assert [problem.field for problem in refusal.value.problems] == [
        "confirmations[1].receipt",
        "confirmations[2].receipt",
        "confirmations[3].confirmed_on",
    ]
    assert len(centre.read(waiting)) == 2
    with pytest.raises(Refused) as refusal:
        state(
            centre,
            [
                Statement(-1, date(2026, 11, 1), worker_id=who),
                Statement(5, date(2027, 1, 1), kpj="0"),
                Statement(5, date(2026, 1, 1)),
                Statement(5, date(2026, 1, 1), worker_id=who, programme="JKP"),
            ],
        )
    assert codes(refusal) == ["money.negative", "stated.future", "worker.unknown", "required", "programme.unknown"]


@pytest.mark.parametrize(
    "content", [b"{", b'{"confirmations": [{"kpj": "1"}]}', b"receipt\n\xff", b"", b"nama\nSiti\n"]
)
def test_a_file_of_another_make_is_named(content):
    with pytest.raises(ValueError, match=r".+"):
        confirmed_file(content)


def test_json_and_csv_say_the_same():
    row = {"receipt": "TPE3-2026-000001", "kpj": "21034567891", "confirmed_on": "2026-11-20"}
    as_json = json.dumps({"confirmations": [row]}).encode()
    as_csv = ("\ufeff" + ",".join(row) + "\r\n" + ",".join(row.values()) + "\r\n").encode()
    assert confirmed_file(as_json) == confirmed_file(as_csv)
