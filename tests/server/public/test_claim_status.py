"""The public page of a claim's slip: where it stands, in two languages, and nothing of whose it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest
from loket_testing.bodies import registration
from loket_testing.claims import attached, filing

from models.journal.claims import (
    Award,
    ClaimDecided,
    ClaimNote,
    ClaimPaid,
    ClaimReopened,
    ClaimWithdrawn,
    DocumentsRequested,
)
from models.journal.ids import new_id
from models.rules.claim_states import ClaimState
from models.rules.token import ReceiptFacts, make_token, spelled, thumbprint
from server.public.claim_words import claim_words
from server.usecases.claim_status import ClaimStatus
from server.usecases.journal import record

NUMBER = "TPE3-K-2026-000001"
DAY = date(2026, 11, 22)
SECRETS = (
    "SITI",
    "NURHALIZA",
    "Inisial",
    ">SN<",
    "4567",
    "C1234567",
    "JKK",
    "OBAT",
    "12.000.000",
    "Rp",
    "Surat dokter",
)


class Slip:
    """A claim whose counter has told the centre of it, and what officers say to it."""

    def __init__(self, visitor: Any, centre: Any, *, restricted: bool = False) -> None:
        self.visitor, self.centre = visitor, centre
        siti = new_id()
        visitor.journal.record(registration(siti))
        self.filed = visitor.journal.record(filing(siti, restricted=restricted))
        self.claim_id: UUID = self.filed.id
        key = visitor.journal.key
        facts = ReceiptFacts(kind="claim", number=NUMBER, issued_on=DAY, initials="SN", passport_end="4567")
        self.path = f"/K/{spelled(make_token(facts, key.sign, thumbprint(key.public)))}"
        self.sent = 0

    def push(self) -> None:
        self.visitor.push(self.visitor.journal.entries[self.sent :])
        self.sent = len(self.visitor.journal.entries)

    def counter_says(self, body: Any) -> UUID:
        entry = self.visitor.journal.record(body)
        self.push()
        return entry.id

    def says(self, body: Any) -> UUID:
        return self.centre.write(lambda connection: record(connection, self.centre, [body]))[0].id

    def asks(self, *wanted: str, papers: int = 1, by_day: date | None = date(2026, 12, 5)) -> UUID:
        asked = DocumentsRequested(
            claim_id=self.claim_id, mission="TPE", business_date=DAY, papers=papers, wanted=wanted, by_day=by_day
        )
        return self.says(asked)

    def decides(self, outcome: Any = "approved") -> UUID:
        return self.says(
            ClaimDecided(
                claim_id=self.claim_id,
                mission="TPE",
                business_date=DAY,
                outcome=outcome,
                awards=(Award("JKK-OBAT-LN", 12_000_000),) if outcome == "approved" else (),
                personal=ClaimNote(note="Surat dokter SITI"),
            )
        )

    def pays(self, decision: UUID) -> UUID:
        return self.says(
            ClaimPaid(claim_id=self.claim_id, mission="TPE", decision_id=decision, paid_on=DAY, amount_idr=12_000_000)
        )


@pytest.fixture
def slip(enrolled: Callable[..., Any], centre: Any) -> Slip:
    return Slip(enrolled(), centre)


@pytest.mark.parametrize("restricted", [False, True])
def test_a_slip_shows_each_state_in_both_languages_and_nothing_else(
    enrolled: Callable[..., Any], centre: Any, centre_client: Any, restricted: bool
) -> None:
    slip = Slip(enrolled(), centre, restricted=restricted)

    def read(*seen: str) -> None:
        answer = centre_client.get(slip.path)
        assert answer.status_code == 200
        for words in seen:
            assert words in answer.text
        for secret in SECRETS:
            assert secret not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]

    read("Belum sampai di pusat", "Not yet at the centre", "menyimpannya")
    slip.push()
    read("Sedang diperiksa pusat", "The centre is looking at it", "sejak 22 November 2026", "since 22 November 2026")
    slip.asks(*(() if restricted else ("rekening",)), papers=2)
    read("Menunggu dokumen", "dokumen ke loket mana pun sampai 5 Desember 2026", "until 5 December 2026")
    decision = slip.decides("rejected")
    read("Ditolak", "Rejected", "alasannya di loket")
    slip.says(ClaimReopened(claim_id=slip.claim_id, mission="TPE", undone_id=decision))
    decision = slip.decides()
    read("Disetujui", "Approved")
    slip.pays(decision)
    read("Sudah dibayar", "Paid")


def test_a_withdrawn_claim_says_how_to_go_on(slip: Slip, centre_client: Any) -> None:
    slip.push()
    slip.counter_says(ClaimWithdrawn(claim_id=slip.claim_id, mission="TPE", business_date=DAY, withdrawn_by="worker"))
    text = centre_client.get(slip.path).text
    assert "Ditarik oleh pengajunya" in text
    assert "datangi loket mana pun" in text


def test_of_a_restricted_claim_as_many_are_to_be_brought_as_were_asked_for_and_have_not_come(
    enrolled: Callable[..., Any], centre: Any, centre_client: Any
) -> None:
    slip = Slip(enrolled(), centre, restricted=True)
    slip.push()
    slip.asks(papers=2)
    assert "Bawa 2 dokumen" in centre_client.get(slip.path).text
    slip.counter_says(attached(slip.claim_id, "KHUSUS"))
    assert "Bawa 1 dokumen" in centre_client.get(slip.path).text
    slip.counter_says(attached(slip.claim_id, "KHUSUS"))
    assert "Sedang diperiksa pusat" in centre_client.get(slip.path).text


def test_a_number_alone_shows_nothing(slip: Slip, centre_client: Any) -> None:
    """Only who holds the paper has its signed code."""
    slip.push()
    assert centre_client.get(f"/K/{NUMBER}").status_code == 400


def test_another_counters_claim_of_the_same_number_is_not_shown(
    slip: Slip, enrolled: Callable[..., Any], centre: Any, centre_client: Any
) -> None:
    slip.push()
    other = Slip(enrolled("TPE4"), centre)
    assert "Belum sampai di pusat" in centre_client.get(other.path).text


def test_on_a_phone_everything_is_seen_without_scrolling_sideways(slip: Slip, visitor_page: Any, tmp_path: Any) -> None:
    slip.push()
    slip.asks("rekening")
    visitor_page.set_viewport_size({"width": 390, "height": 844})
    visitor_page.goto(slip.path)
    assert visitor_page.get_by_role("heading", level=1).inner_text() == "Menunggu dokumen"
    assert visitor_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert visitor_page.locator("meta[name=robots]").get_attribute("content") == "noindex, nofollow"
    assert visitor_page.context.cookies() == []
    assert visitor_page.locator("[lang=en]").count() >= 4


@pytest.mark.parametrize("state", get_args(ClaimState))
@pytest.mark.parametrize("to_bring", [0, 1, 3, None])
@pytest.mark.parametrize("until", [None, date(2026, 11, 1), date(2026, 12, 5)])
def test_every_state_says_what_to_do_next(state: ClaimState, to_bring: int | None, until: date | None) -> None:
    said = claim_words(ClaimStatus(state, DAY, to_bring, until), DAY)
    assert said.title
    assert said.title_en
    assert len(said.next) == len(said.next_en) >= 1
    if to_bring:
        assert str(to_bring) in said.next[0]
        assert f"{to_bring} document{'s' if to_bring > 1 else ''} to" in said.next_en[0]
        assert (until is not None and "batasnya" in said.next[0]) == (until is not None and until < DAY)
