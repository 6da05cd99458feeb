"""Checks: genuine, forged, or signed by a counter nobody here knows."""

from __future__ import annotations

import base64
import io
from datetime import UTC, date, datetime
from uuid import UUID

import pypdfium2
import pytest
import segno
from loket_testing.counter import codes, slip
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk, keep
from kiosk.store.tables import statement
from kiosk.usecases.checks import check, tokens_in
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import issue, preview
from models.journal.terminals import TerminalCertified
from models.ledger.tables import receipt
from models.posting import post
from models.rules.problems import Refused
from models.rules.token import ReceiptFacts, make_token, spelled, thumbprint, token_url


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


def test_a_paper_we_signed_but_have_no_record_of_is_genuine_and_not_known(desk: Desk) -> None:
    with desk.read() as work:
        own = work.terminal
    facts = ReceiptFacts("claim", "TPE3-K-2026-000009", date(2026, 11, 20), "SN", "1907")
    found = check(desk, spelled(make_token(facts, own.key.sign, own.thumbprint)))
    assert (found.genuine, found.known_here) == (True, False)


def test_every_flipped_bit_is_noticed(desk: Desk, token: bytes) -> None:
    for at in range(0, len(token) * 8, 7):
        flipped = bytearray(token)
        flipped[at // 8] ^= 1 << at % 8
        text = base64.b32encode(flipped).decode().rstrip("=")
        try:
            found = check(desk, text)
        except Refused:
            continue
        # A flipped bit of the thumbprint names another counter, which nobody here knows.
        assert found.genuine is not True
        assert not found.known_here


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
