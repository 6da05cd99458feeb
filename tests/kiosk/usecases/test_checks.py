"""Checks: genuine, forged, or signed by a counter nobody here knows."""

from __future__ import annotations

import base64
import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import segno
from loket_testing.counter import codes, slip
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk, keep
from kiosk.queries.trust import HeldKeys, keys_to_keep
from kiosk.store.tables import own_terminal, statement
from kiosk.usecases.checks import check, tokens_in
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import issue, preview
from models.journal.contributions import ReceiptVoided
from models.journal.coverage import CoverageMoved, Move
from models.journal.deaths import StatementDetails, StatementIssued
from models.journal.keys import SigningKey
from models.journal.refunds import RefundDecided, RefundRequested
from models.journal.terminals import TerminalCertified
from models.ledger.tables import receipt
from models.posting import post
from models.posting.fates import Fate
from models.rules.problems import Refused
from models.rules.token import ReceiptFacts, TokenLine, make_token, spelled, thumbprint, token_url
from models.sync.enrolment import CentreKeys


@pytest.fixture
def number(desk: Desk, siti: UUID) -> str:
    return receive(desk, slip(siti)).number


@pytest.fixture
def token(desk: Desk, number: str) -> bytes:
    with desk.read() as work:
        return bytes(work.connection.scalars(select(receipt.c.token).where(receipt.c.number == number)).one())


def signed_by(key: Journal, number: str = "TPE4-K-2026-000001") -> bytes:
    facts = ReceiptFacts("claim", number, date(2026, 11, 20), "SN", "1907")
    return make_token(facts, key.key.sign, thumbprint(key.key.public))


def test_our_own_paper_is_genuine_and_known(desk: Desk, number: str, token: bytes) -> None:
    for text in (spelled(token), token_url(token, "loket.example"), f"  {spelled(token).lower()} "):
        found = check(desk, text)
        assert (found.genuine, found.known_here, found.counter, found.problem) == (True, True, "TPE3", None)
        assert found.facts is not None
        assert (found.facts.number, found.facts.initials, found.facts.passport_end) == (number, "SN", "1907")


def test_a_dossier_by_the_centre_is_known_at_every_enrolled_counter_also_under_an_earlier_key(desk: Desk) -> None:
    root, earlier, now = SigningKey.new(), SigningKey.new(), SigningKey.new()
    keys = [
        CentreKeys(UUID(int=1), serial, key.public, bytes(32), datetime(2026, 11, serial, tzinfo=UTC))
        for serial, key in ((2, now), (1, earlier))
    ]
    facts = ReceiptFacts("dossier", "TPE3-K-2026-000031", date(2026, 11, 20), "SN", "1907", chain=bytes(range(32)))
    said = [spelled(make_token(facts, key.sign, thumbprint(key.public))) for key in (now, earlier, SigningKey.new())]
    assert [check(desk, text).genuine for text in said] == [None, None, None]
    with desk.work() as work:
        work.connection.execute(own_terminal.update().values(centre_keys=keys_to_keep(HeldKeys(root.public, (*keys,)))))
    assert [(one.genuine, one.counter) for one in (check(desk, text) for text in said)] == [
        (True, "Pusat"),
        (True, "Pusat"),
        (None, None),
    ]
    # Nobody else signs in its name, and it gives no other paper out.
    forged = check(desk, spelled(make_token(facts, earlier.sign, thumbprint(now.public))))
    assert (forged.genuine, forged.problem and forged.problem.code) == (False, "token.forged")
    claim = ReceiptFacts("claim", "TPE3-K-2026-000031", date(2026, 11, 20), "SN", "1907")
    assert check(desk, spelled(make_token(claim, now.sign, thumbprint(now.public)))).genuine is None


def test_a_paper_we_signed_but_have_no_record_of_is_genuine_and_not_known(desk: Desk) -> None:
    with desk.read() as work:
        own = work.terminal
    facts = ReceiptFacts("claim", "TPE3-K-2026-000009", date(2026, 11, 20), "SN", "1907")
    found = check(desk, spelled(make_token(facts, own.key.sign, own.thumbprint)))
    assert (found.genuine, found.known_here) == (True, False)


def test_every_flipped_bit_is_refused(desk: Desk, token: bytes) -> None:
    """In the name of the key as well: that is no unknown counter, it is our paper, changed."""
    for at in range(len(token) * 8):
        flipped = bytearray(token)
        flipped[at // 8] ^= 1 << at % 8
        text = base64.b32encode(flipped).decode().rstrip("=")
        try:
            found = check(desk, text)
        except Refused:
            continue
        assert (found.genuine, found.facts, found.known_here) == (False, None, False), f"bit {at}"
        assert found.problem is not None
        assert found.problem.code == "token.forged"


def test_a_receipt_that_was_voided_since_is_genuine_and_says_so(
    desk: Desk, siti: UUID, number: str, token: bytes
) -> None:
    assert check(desk, spelled(token)).became is None
    with desk.work() as work:
        row = work.connection.execute(select(receipt).where(receipt.c.number == number)).one()
        void = work.next_number()
        work.record(
            ReceiptVoided(
                worker_id=siti,
                mission="TPE",
                receipt_id=row.id,
                number=str(void),
                year=void.year,
                serial=void.serial,
                business_date=work.today,
            )
        )
    found = check(desk, spelled(token))
    assert (found.genuine, found.became) == (True, Fate("void", str(void), date(2026, 11, 22)))
    assert found.facts is not None
    # Of a forged one nothing is said: it is not that receipt.
    assert check(desk, spelled(token[:-1] + bytes([token[-1] ^ 1]))).became is None


def test_a_receipt_that_was_refunded_or_whose_days_were_moved_says_so(
    desk: Desk, siti: UUID, number: str, token: bytes
) -> None:
    with desk.read() as work:
        row = work.connection.execute(select(receipt).where(receipt.c.number == number)).one()
        own = work.terminal
    move = Move(
        receipt_id=row.id,
        line=0,
        anchor=date(2027, 1, 11),
        anchor_months=24,
        covered_from=date(2027, 1, 11),
        covered_to=date(2029, 1, 10),
    )
    with desk.work() as work:
        moved = work.next_number()
        said: dict[str, Any] = {
            "number": str(moved),
            "year": moved.year,
            "serial": moved.serial,
            "business_date": work.today,
        }
        work.record(CoverageMoved(worker_id=siti, mission="TPE", moves=(move,), **said))
    assert check(desk, spelled(token)).became == Fate("move", str(moved), date(2026, 11, 22))
    line = TokenLine("JKK+JKM", 24, date(2027, 1, 11), date(2029, 1, 10))
    card = ReceiptFacts("card", number, date(2026, 11, 22), "SN", "1907", lines=(line,), refers=number)
    text = spelled(make_token(card, own.key.sign, own.thumbprint))
    assert check(desk, text).became is None  # made after the move, it says the days as they are

    centre = Journal()
    wish = centre.record(
        RefundRequested(
            worker_id=siti, mission="TPE", receipt_id=row.id, method="transfer", business_date=date(2026, 11, 23)
        )
    )
    centre.record(
        RefundDecided(
            worker_id=siti,
            mission="TPE",
            refund_id=wish.id,
            receipt_id=row.id,
            approved=True,
            method="transfer",
            business_date=date(2026, 11, 24),
        )
    )
    with desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)
    for paper in (spelled(token), text):
        assert check(desk, paper).became == Fate("refund", None, date(2026, 11, 24))


def test_a_statement_of_the_mission_is_known_where_it_was_issued(desk: Desk, siti: UUID) -> None:
    facts = ReceiptFacts(
        "statement", "TPE3-K-2026-000032", date(2026, 11, 22), "SN", "4567", about="death", event_on=date(2026, 11, 3)
    )
    with desk.read() as work:
        signed = make_token(facts, work.terminal.key.sign, work.terminal.thumbprint)
    assert check(desk, spelled(signed)).known_here is False
    with desk.work() as work:
        work.record(
            StatementIssued(
                worker_id=siti,
                mission="TPE",
                number=facts.number,
                year=2026,
                serial=32,
                business_date=work.today,
                about="death",
                event_date=date(2026, 11, 3),
                personal=StatementDetails(token=signed, worker_name="SITI NURHALIZA"),
            )
        )
    found = check(desk, spelled(signed))
    assert (found.genuine, found.known_here, found.facts) == (True, True, facts)


def test_another_counters_paper_is_unknown_until_the_centre_has_listed_its_key(desk: Desk) -> None:
    other = Journal()
    text = spelled(signed_by(other))
    found = check(desk, text)
    assert (found.genuine, found.counter, found.terminals, found.listed_at) == (None, None, 0, None)
    assert found.facts is not None
    centre = Journal()
    centre.record(
        TerminalCertified(
            terminal_id=other.terminal, incarnation=1, mission="TPE", series="TPE4", public_key=other.key.public
        )
    )
    listed_at = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    with desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)
        work.connection.execute(statement.insert().values(one=1, content=b"", at=listed_at))
    found = check(desk, text)
    assert (found.genuine, found.counter, found.terminals, found.listed_at) == (True, "TPE4", 1, listed_at)
    assert not found.known_here


def test_somebody_who_takes_our_name_is_found_out(desk: Desk) -> None:
    liar = Journal()
    with desk.read() as work:
        ours = work.terminal.thumbprint
    facts = ReceiptFacts("claim", "TPE3-K-2026-000009", date(2026, 11, 20), "SN", "1907")
    found = check(desk, spelled(make_token(facts, liar.key.sign, ours)))
    assert (found.genuine, found.facts) == (False, None)
    assert found.problem is not None
    assert found.problem.code == "token.forged"


@pytest.mark.parametrize("text", ["", "HALO", "https://bukan.example/k/AAAA", "é", "A" * 4000])
def test_what_is_no_token_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(desk, text)
    assert codes(refusal) == ["token.unreadable"]


def test_a_token_is_read_from_papers_originals_and_copies_alike(desk: Desk, number: str, token: bytes) -> None:
    url = token_url(token, "loket-pmi.example")
    assert tokens_in(preview(desk, number), "application/pdf") == [url]
    issue(desk, number)
    copy = issue(desk, number)
    assert (copy.copy, tokens_in(copy.pdf, "application/pdf")) == (1, [url])


def test_other_peoples_codes_on_a_page_are_passed_over() -> None:
    out = io.BytesIO()
    segno.make("https://bukan.example/menu").save(out, kind="png", scale=4)
    assert tokens_in(out.getvalue(), "image/png") == []


def test_a_page_without_a_code_has_no_token() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(300, 300)
    out = io.BytesIO()
    document.save(out)
    assert tokens_in(out.getvalue(), "application/pdf") == []
