"""The public page: a phone scans a receipt and reads whether it is genuine."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from loket_testing.bodies import payment, registration

from models.journal.contributions import ReceiptVoided, VoidDetails
from models.journal.coverage import CoverageMoved, Move
from models.journal.deaths import StatementDetails, StatementIssued
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.journal.refunds import RefundPaid
from models.journal.tills import TillClosed, TillOpened
from models.journal.workers import Amendment, WorkerAmended
from models.rules.money import Money
from models.rules.problems import Refused
from models.rules.token import Kind, ReceiptFacts, TokenLine, TokenSum, make_token, spelled, thumbprint, token_url
from server.usecases.checks import check

DAY = date(2026, 11, 22)


def facts(**changed) -> ReceiptFacts:
    said: dict[str, Any] = {
        "kind": "receipt",
        "number": "TPE3-2026-000418",
        "issued_on": DAY,
        "initials": "SN",
        "passport_end": "4567",
        "lines": (TokenLine("JKK+JKM", 24, DAY, date(2028, 11, 21)),),
        "amount_idr": 332_500,
        "amount": Money(649, "TWD", 0),
    }
    return ReceiptFacts(**(said | changed))


def token(key: SigningKey, **changed) -> bytes:
    return make_token(facts(**changed), key.sign, thumbprint(key.public))


@pytest.fixture
def receipt(enrolled):
    """A receipt whose counter has told the centre of it, and its token."""
    visitor = enrolled()
    signed = token(visitor.journal.key)
    siti = new_id()
    visitor.journal.record(registration(siti))
    visitor.journal.record(payment(siti, 418, token=signed))
    visitor.push()
    return visitor, signed


def test_a_scanned_receipt_is_genuine_and_shows_what_to_compare(receipt, visitor_page):
    _, signed = receipt

    visitor_page.goto(token_url(signed, "loket.example").removeprefix("HTTPS://LOKET.EXAMPLE"))

    assert visitor_page.get_by_role("heading", level=1).first.inner_text() == "Kuitansi asli"
    said = visitor_page.locator("dl").inner_text().split("\n")
    for fact in (
        "TPE3-2026-000418",
        "22 November 2026",
        "SN",
        "••••4567",
        "24 bulan",
        "22 Nov 2026 – 21 Nov 2028",
        "Rp 332.500",
        "NT$ 649",
    ):
        assert fact in said
    assert visitor_page.get_by_text("Tercatat di pusat").is_visible()
    for hidden in ("SITI", "NURHALIZA", "C1234567"):
        assert hidden not in visitor_page.content()


def test_a_pasted_token_in_small_letters_is_read_too(receipt, visitor_page):
    _, signed = receipt
    visitor_page.goto("/periksa")
    visitor_page.get_by_label("Isi kode QR").fill(token_url(signed, "loket.example").lower())
    visitor_page.get_by_role("button", name="Periksa").click()

    assert visitor_page.get_by_role("heading", level=1).first.inner_text() == "Kuitansi asli"


def test_an_altered_receipt_is_not_genuine(receipt, visitor_page):
    visitor, _ = receipt
    forged = make_token(facts(amount_idr=3_325_000), SigningKey.new().sign, thumbprint(visitor.journal.key.public))

    visitor_page.goto(f"/K/{spelled(forged)}")

    assert visitor_page.get_by_role("heading", level=1).first.inner_text() == "Tidak asli"
    assert visitor_page.locator("dl").count() == 0


def test_every_flipped_bit_is_refused(receipt, centre):
    """Before anybody is shown anything: not one bit of the code may be another, its name for the key included."""
    _, signed = receipt
    assert check(centre, spelled(signed)).result == "genuine"
    for at in range(len(signed) * 8):
        flipped = bytearray(signed)
        flipped[at // 8] ^= 1 << at % 8
        try:
            found = check(centre, spelled(bytes(flipped)))
        except Refused:
            continue
        assert (found.result, found.facts) == ("forged", None), f"bit {at}"


def test_the_page_needs_no_account_leaves_no_cookie_and_asks_nobody_else(receipt, visitor_page, centre_url):
    _, signed = receipt
    asked, answered = [], {}
    visitor_page.on("request", lambda request: asked.append(request.url))
    visitor_page.on("response", lambda response: answered.update({response.url: response}))

    visitor_page.goto(f"/K/{spelled(signed)}")

    assert visitor_page.get_by_role("heading", level=1).first.inner_text() == "Kuitansi asli"
    answers = list(answered.values())
    assert visitor_page.context.cookies() == []
    assert [url for url in asked if not url.startswith(centre_url)] == []
    assert [answer.url for answer in answers if "set-cookie" in answer.all_headers()] == []
    assert all(answer.request.all_headers().keys().isdisjoint({"cookie", "authorization"}) for answer in answers)
    assert visitor_page.evaluate("localStorage.length + sessionStorage.length") == 0
    (shown,) = [answer for answer in answers if "/K/" in answer.url]
    assert shown.header_value("cache-control") == "no-store"
    assert shown.header_value("referrer-policy") == "no-referrer"


def test_no_kind_of_paper_shows_more_than_the_ends_of_a_persons_numbers(receipt, centre_client):
    """The centre knows the whole name, passport and KPJ; the page only says what stands on the paper."""
    visitor, _ = receipt
    worker = visitor.journal.entries[0].head.subject
    visitor.journal.record(
        WorkerAmended(
            worker_id=worker,
            mission="TPE",
            personal=Amendment(reason="kartu datang", changes={"nik": "3507105203940003", "kpj": "21034567891"}),
        )
    )
    visitor.push(visitor.journal.entries[2:])
    cover = facts().lines
    money: dict[str, Any] = {"amount_idr": 332_500, "amount": Money(649, "TWD", 0)}
    nothing: dict[str, Any] = {"lines": (), "amount_idr": None, "amount": None}
    papers: list[dict[str, Any]] = [
        {},
        {"kind": "claim", "number": "TPE3-K-2026-000031", **nothing},
        {"kind": "void", "number": "TPE3-2026-000419", "refers": "TPE3-2026-000418", **nothing, **money},
        {"kind": "refund", "number": "TPE3-2026-000420", "refers": "TPE3-2026-000418", **nothing, **money},
        {"kind": "move", "number": "TPE3-2026-000421", "refers": "TPE3-2026-000418", **nothing, "lines": cover},
        {"kind": "card", "kpj_end": "7891", "confirmed_on": DAY, **nothing, "lines": cover},
        {"kind": "z", "number": "TPE3-Z-000031", "initials": "", "passport_end": "", **nothing},
        {"kind": "statement", "number": "TPE3-K-2026-000032", "about": "death", "event_on": DAY, **nothing},
        {"kind": "dossier", "number": "TPE3-K-2026-000031", "chain": bytes(32), **nothing},
    ]
    assert {paper.get("kind", "receipt") for paper in papers} == set(get_args(Kind))
    for paper in papers:
        answer = centre_client.get(f"/K/{spelled(token(visitor.journal.key, **paper))}")
        assert answer.status_code == 200
        assert ("Status klaim" if paper.get("kind") == "claim" else "asli") in answer.text
        for secret in ("SITI", "NURHALIZA", "C1234567", "3507105203940003", "21034567891", str(worker)):
            assert secret not in answer.text


def test_a_voided_receipt_is_genuine_and_no_proof_of_a_payment_any_more(receipt, visitor_page):
    visitor, signed = receipt
    paid = visitor.journal.entries[1]
    visitor.journal.record(
        ReceiptVoided(
            worker_id=paid.head.subject,
            mission="TPE",
            receipt_id=paid.id,
            number="TPE3-2026-000419",
            year=2026,
            serial=419,
            business_date=DAY,
            personal=VoidDetails(reason="Siti salah bayar"),
        )
    )
    visitor.push(visitor.journal.entries[2:])

    visitor_page.goto(f"/K/{spelled(signed)}")

    assert visitor_page.get_by_role("heading", level=1).first.inner_text() == "Kuitansi asli, tetapi sudah dibatalkan"
    assert visitor_page.get_by_text("TPE3-2026-000419").is_visible()
    assert "22 November 2026" in visitor_page.locator("section.bad").inner_text()
    assert "Siti" not in visitor_page.content()


def test_a_receipt_whose_days_were_moved_names_the_paper_that_replaces_it(receipt, centre_client):
    visitor, signed = receipt
    paid = visitor.journal.entries[1]
    move = Move(
        receipt_id=paid.id, line=0, anchor=DAY, anchor_months=24, covered_from=DAY, covered_to=date(2028, 12, 21)
    )
    visitor.journal.record(
        CoverageMoved(
            worker_id=paid.head.subject,
            mission="TPE",
            moves=(move,),
            number="TPE3-2026-000419",
            year=2026,
            serial=419,
            business_date=DAY,
        )
    )
    visitor.push(visitor.journal.entries[2:])
    text = centre_client.get(f"/K/{spelled(signed)}").text
    assert "Kuitansi asli" in text
    assert "sudah dipindahkan pada 22 November 2026" in text
    assert "TPE3-2026-000419" in text


def test_a_receipt_of_a_terminal_nobody_knows_is_neither(receipt, centre_client):
    text = centre_client.get(f"/K/{spelled(token(SigningKey.new()))}").text

    assert "Loket tidak dikenal" in text
    assert "belum terbukti" in text


def test_a_receipt_the_centre_has_not_received_yet_is_genuine_all_the_same(receipt, centre_client):
    visitor, _ = receipt
    text = centre_client.get(f"/K/{spelled(token(visitor.journal.key, number='TPE3-2026-000999'))}").text

    assert "Kuitansi asli" in text
    assert "Belum diterima pusat" in text


def test_a_receipt_whose_amount_is_not_the_journals_is_not_said_to_be_held(receipt, centre_client):
    visitor, _ = receipt
    text = centre_client.get(f"/K/{spelled(token(visitor.journal.key, amount=Money(1649, 'TWD', 0)))}").text

    assert "Belum diterima pusat" in text


def test_a_copy_is_the_same_receipt(receipt, centre_client):
    visitor, _ = receipt
    text = centre_client.get(f"/k/{spelled(token(visitor.journal.key, copy=2)).lower()}").text

    assert "salinan 2" in text
    assert "Tercatat di pusat" in text


def test_a_void_names_the_receipt_it_takes_back_and_is_held_once_the_centre_has_it(receipt, centre_client):
    visitor, _ = receipt
    said: dict[str, Any] = {"kind": "void", "number": "TPE3-2026-000419", "lines": (), "refers": "TPE3-2026-000418"}
    signed = token(visitor.journal.key, **said)
    assert "Belum diterima pusat" in centre_client.get(f"/K/{spelled(signed)}").text

    siti = new_id()
    visitor.journal.record(registration(siti))
    paid = visitor.journal.record(payment(siti, 418))
    visitor.journal.record(
        ReceiptVoided(
            worker_id=siti,
            mission="TPE",
            receipt_id=paid.id,
            number="TPE3-2026-000419",
            year=2026,
            serial=419,
            business_date=DAY,
            personal=VoidDetails(reason="salah nama", token=signed),
        )
    )
    visitor.push()

    text = centre_client.get(f"/K/{spelled(signed)}").text
    assert "Kuitansi pembatalan asli" in text
    assert "Tercatat di pusat" in text
    assert "TPE3-2026-000418" in text
    assert "<dt>Dibatalkan</dt>" in text
    other = token(visitor.journal.key, **(said | {"refers": "TPE3-2026-000417"}))
    assert "Belum diterima pusat" in centre_client.get(f"/K/{spelled(other)}").text


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (
            {"kind": "refund", "refers": "TPE3-2026-000418", "lines": (), "amount_idr": None},
            ("Bukti pengembalian asli", "Untuk kuitansi", "TPE3-2026-000418", "Dikembalikan", "NT$ 649"),
        ),
        (
            {"kind": "move", "refers": "TPE3-2026-000418", "amount_idr": None, "amount": None},
            ("Bukti penggantian masa perlindungan asli", "TPE3-2026-000418", "22 Nov 2026 – 21 Nov 2028"),
        ),
        (
            {"kind": "card", "amount_idr": None, "amount": None, "kpj_end": "7891", "confirmed_on": date(2026, 12, 1)},
            ("Surat keterangan kepesertaan asli", "•••••••7891", "Dikonfirmasi BPJS Ketenagakerjaan 1 Desember 2026"),
        ),
        (
            {"kind": "card", "amount_idr": None, "amount": None},
            ("Sementara, menunggu konfirmasi BPJS Ketenagakerjaan",),
        ),
        (
            {
                "kind": "z",
                "number": "TPE3-Z-000031",
                "initials": "",
                "passport_end": "",
                "lines": (),
                "amount_idr": None,
                "amount": None,
                "refers": "TPE3-Z-000030",
                "chain": bytes(32),
                "sums": (TokenSum("TWD", 0, 41_235, 41_240),),
                "receipts": 38,
                "voids": 2,
            },
            ("Laporan Z asli", "TPE3-Z-000030", "38 dan 2", "NT$ 41.235 dihitung", "NT$ 41.240 menurut catatan"),
        ),
        (
            {
                "kind": "statement",
                "number": "TPE3-K-2026-000032",
                "lines": (),
                "amount_idr": None,
                "amount": None,
                "about": "missing",
                "event_on": date(2026, 11, 3),
            },
            ("Surat keterangan perwakilan asli", "TPE3-K-2026-000032", "Pekerja hilang", "sejak 3 November 2026"),
        ),
        (
            {
                "kind": "dossier",
                "number": "TPE3-K-2026-000031",
                "lines": (),
                "amount_idr": None,
                "amount": None,
                "chain": bytes(range(32)),
            },
            ("Berkas klaim asli", "TPE3-K-2026-000031", "00010203 04050607"),
        ),
    ],
)
def test_every_other_paper_says_what_it_is_and_what_to_compare(receipt, centre_client, said, seen):
    visitor, _ = receipt
    text = centre_client.get(f"/K/{spelled(token(visitor.journal.key, **said))}").text

    for words in seen:
        assert words in text
    # Of a card or a dossier no copy is kept: its maker's signature proves it.
    assert ("Belum diterima pusat" in text) == (said["kind"] not in ("card", "dossier"))
    assert ("Inisial nama" in text) == (said["kind"] != "z")


def test_a_missions_statement_is_held_once_the_centre_has_what_it_states(receipt, centre_client):
    visitor, _ = receipt
    siti = new_id()
    said: dict[str, Any] = {"kind": "statement", "number": "TPE3-K-2026-000032", "lines": (), "amount_idr": None}
    said |= {"amount": None, "about": "missing", "event_on": date(2026, 11, 3)}
    signed = token(visitor.journal.key, **said)
    dead = token(visitor.journal.key, **(said | {"about": "death"}))
    earlier = token(visitor.journal.key, **(said | {"event_on": date(2026, 11, 2)}))
    assert "Belum diterima pusat" in centre_client.get(f"/K/{spelled(signed)}").text
    visitor.journal.record(registration(siti))
    visitor.journal.record(
        StatementIssued(
            worker_id=siti,
            mission="TPE",
            number="TPE3-K-2026-000032",
            year=2026,
            serial=32,
            business_date=DAY,
            about="missing",
            event_date=date(2026, 11, 3),
            personal=StatementDetails(token=signed, worker_name="SITI NURHALIZA"),
        )
    )
    visitor.push()
    assert "Tercatat di pusat" in centre_client.get(f"/K/{spelled(signed)}").text
    for other in (dead, earlier):
        assert "Belum diterima pusat" in centre_client.get(f"/K/{spelled(other)}").text


def test_refunds_moves_and_z_reports_are_held_once_the_centre_has_what_they_say(receipt, centre_client):
    visitor, _ = receipt
    key = visitor.journal.key
    siti, till_id = new_id(), new_id()
    visitor.journal.record(registration(siti))
    paid = visitor.journal.record(payment(siti, 418))
    about: dict[str, Any] = {"refers": "TPE3-2026-000418", "amount_idr": None}
    refund = token(key, kind="refund", number="TPE3-2026-000419", lines=(), **about)
    move = token(key, kind="move", number="TPE3-2026-000420", amount=None, **about)
    nobody: dict[str, Any] = {"initials": "", "passport_end": "", "lines": (), "amount_idr": None, "amount": None}
    z = token(key, kind="z", number="TPE3-Z-000001", receipts=1, voids=0, **nobody)
    wrong_z = token(key, kind="z", number="TPE3-Z-000001", receipts=2, voids=0, **nobody)
    wrong_refund = token(
        key, kind="refund", number="TPE3-2026-000419", lines=(), **(about | {"amount": Money(650, "TWD", 0)})
    )
    papers = [refund, move, z, wrong_z, wrong_refund]

    def held() -> list[bool]:
        return ["Tercatat di pusat" in centre_client.get(f"/K/{spelled(one)}").text for one in papers]

    assert held() == [False] * 5
    numbered: dict[str, Any] = {"worker_id": siti, "mission": "TPE", "year": 2026, "business_date": DAY}
    visitor.journal.record(
        TillOpened(mission="TPE", series="TPE3", serial=1, business_date=DAY, counts=()), entry_id=till_id
    )
    visitor.journal.record(
        RefundPaid(
            refund_id=new_id(),
            receipt_id=paid.id,
            number="TPE3-2026-000419",
            serial=419,
            till_id=till_id,
            currency="TWD",
            exponent=0,
            amount=649,
            amount_idr=332_500,
            **numbered,
        )
    )
    moved = Move(
        receipt_id=paid.id, line=0, anchor=DAY, anchor_months=24, covered_from=DAY, covered_to=date(2028, 11, 21)
    )
    visitor.journal.record(CoverageMoved(moves=(moved,), number="TPE3-2026-000420", serial=420, **numbered))
    visitor.journal.record(
        TillClosed(
            till_id=till_id,
            mission="TPE",
            series="TPE3",
            serial=1,
            business_date=DAY,
            counts=(),
            totals=(),
            receipts=1,
        )
    )
    visitor.push()
    assert held() == [True, True, True, False, False]


@pytest.mark.parametrize("text", ["A", "not a token", "%00", "A" * 3000, "<script>alert(1)</script>"])
def test_what_is_no_token_says_so(centre_client, text):
    for response in (centre_client.get(f"/K/{text}"), centre_client.get("/periksa", params={"kode": text})):
        assert response.status_code in (400, 404)
        assert "<script" not in response.text
