"""Verify: whatever was changed behind the program's back is found, and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from loket_testing.counter import slip
from loket_testing.journals import Journal
from sqlalchemy import Row, update

from kiosk.desk import Desk, keep, kept
from kiosk.forms.claim import ClaimForm
from kiosk.store.tables import entry as entries
from kiosk.usecases.claims import file
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import issue
from kiosk.usecases.verify import verify
from models.journal.entry import without_personal
from models.journal.terminals import TerminalCertified
from models.ledger.tables import ledger, receipt, worker
from models.posting import post
from models.rules.problems import Trouble


@pytest.fixture
def worked(desk: Desk, siti: UUID) -> Desk:
    """A desk at which Siti was registered, paid, got a copy and filed a claim: seven entries."""
    number = receive(desk, slip(siti)).number
    issue(desk, number)
    issue(desk, number)
    file(desk, ClaimForm(worker_id=str(siti), kind="JKK-ALAT", event_date=date(2026, 11, 20)))
    return desk


def change(desk: Desk, *statements: Any) -> None:
    with desk.store.write() as connection:
        for statement in statements:
            connection.execute(statement)


def found(desk: Desk) -> tuple[str, dict[str, str]]:
    with pytest.raises(Trouble) as trouble:
        verify(desk)
    return trouble.value.code, dict(trouble.value.values)


def pull(desk: Desk, *journals: Journal) -> None:
    with desk.work() as work:
        for journal in journals:
            keep(work.connection, journal.entries)
            post(work.connection, journal.entries)


def test_a_healthy_counter_is_counted(worked: Desk) -> None:
    verified = verify(worked)
    assert (verified.own_entries, verified.pulled_entries, verified.pulled_without_key) == (7, 0, 0)
    assert set(verified.tables) == set(ledger.tables)
    assert {table: verified.tables[table] for table in ("worker", "receipt", "receipt_reprint", "claim")} == {
        "worker": 1,
        "receipt": 1,
        "receipt_reprint": 1,
        "claim": 1,
    }


def test_a_ledger_row_that_no_entry_made_is_found(worked: Desk) -> None:
    change(worked, update(worker).values(name="SITI PALSU"))
    assert found(worked) == ("verify.ledger", {"table": "worker"})


def test_a_receipt_taken_out_of_the_ledger_is_found(worked: Desk) -> None:
    change(worked, receipt.delete())
    assert found(worked) == ("verify.ledger", {"table": "receipt"})


def of(seq: int) -> Any:
    return update(entries).where(entries.c.seq == seq)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (lambda: of(5).values(facts=b"\x80"), "verify.chain"),
        (lambda: of(5).values(personal=b"\x80"), "verify.chain"),
        (lambda: of(5).values(header=b"\x80"), "verify.unreadable"),
        (lambda: of(5).values(prev=bytes(32)), "verify.chain"),
        (lambda: of(5).values(hash=bytes(32)), "verify.chain"),
        (lambda: of(5).values(kind="claim.filed"), "verify.chain"),
        (lambda: of(5).values(signature=bytes(64)), "verify.signature"),
        (lambda: entries.delete().where(entries.c.seq == 5), "verify.gap"),
        (lambda: of(5).values(seq=50), "verify.gap"),
    ],
)
def test_whatever_is_changed_of_an_own_entry_is_found_at_its_place(
    worked: Desk, statement: Callable[[], Any], code: str
) -> None:
    change(worked, statement())
    assert found(worked) == (code, {"seq": "5"})


def test_entries_rewritten_from_one_on_are_found_by_the_first_signature(worked: Desk) -> None:
    """Somebody who re-chains everything after a change lacks the key that signed it."""
    with worked.read() as work:
        rows = work.connection.execute(entries.select().order_by(entries.c.seq)).all()
    prev, statements = kept(rows[3]).hash, []
    for row in rows[4:]:
        facts = b"\x80" if row.seq == 5 else row.facts
        altered = cast("Row[Any]", SimpleNamespace(**(dict(row._mapping) | {"prev": prev, "facts": facts})))
        prev = kept(altered).hash
        statements.append(of(row.seq).values(prev=altered.prev, facts=altered.facts, hash=prev))
    change(worked, *statements)
    assert found(worked) == ("verify.signature", {"seq": "5"})


def test_an_erased_person_leaves_a_chain_that_still_holds(worked: Desk) -> None:
    with worked.read() as work:
        entry = without_personal(kept(work.connection.execute(entries.select().where(entries.c.seq == 2)).one()))
    change(worked, of(2).values(personal=None, personal_digest=entry.frame.personal_digest))
    assert found(worked) == ("verify.ledger", {"table": "worker"})


def test_pulled_entries_are_counted_and_those_of_unknown_counters_apart(worked: Desk) -> None:
    other, stranger, centre = Journal(), Journal(), Journal()
    for journal in (other, stranger):
        journal.record(_certificate(journal))
    centre.record(_certificate(other))
    pull(worked, other, stranger, centre)
    verified = verify(worked)
    # `other` and `stranger` certify themselves; nobody vouches for `centre`.
    assert (verified.own_entries, verified.pulled_entries, verified.pulled_without_key) == (7, 3, 1)


def test_a_pulled_entry_that_its_counter_did_not_sign_is_found(worked: Desk) -> None:
    other = Journal()
    other.record(_certificate(other))
    pull(worked, other)
    mine = entries.c.terminal == other.terminal
    change(worked, update(entries).where(mine).values(signature=bytes(64)))
    assert found(worked) == ("verify.signature", {"seq": "1"})


def test_a_pulled_entry_whose_bytes_were_spoiled_is_found(worked: Desk) -> None:
    other = Journal()
    other.record(_certificate(other))
    pull(worked, other)
    mine = entries.c.terminal == other.terminal
    change(worked, update(entries).where(mine).values(facts=b"\xc1"))
    assert found(worked) == ("verify.chain", {"seq": "1"})
    change(worked, update(entries).where(mine).values(header=b"\xc1"))
    assert found(worked) == ("verify.unreadable", {"seq": "1"})


def _certificate(journal: Journal) -> TerminalCertified:
    return TerminalCertified(
        terminal_id=journal.terminal,
        incarnation=journal.incarnation,
        mission="TPE",
        series="TPE9",
        public_key=journal.key.public,
    )
