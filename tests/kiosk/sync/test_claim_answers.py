"""What officers say to a claim reaches its counters by sync; what counters do meanwhile reaches the officers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from loket_testing.papers import pdf
from sqlalchemy import select

from kiosk.forms.claim import ClaimForm
from kiosk.queries.claims import answers, mission_claims, story
from kiosk.queries.home import sync_state
from kiosk.usecases.claim_answers import tell
from kiosk.usecases.claims import Document, attach, file
from models.journal.ids import new_id
from models.ledger.tables import claim, claim_decision, claim_payment, claim_request
from server.store.tables import officer
from server.usecases import claim_decisions as decisions
from server.usecases.officers import Officer


@pytest.fixture
def officers(centre):
    made = [
        Officer(new_id(), login, login.capitalize(), role)
        for login, role in (("dewi", "verifikator"), ("sari", "khusus"), ("tuti", "khusus"))
    ]
    rows = [{"id": one.id, "login": one.login, "name": one.name, "role": one.role} for one in made]
    centre.write(
        lambda connection: connection.execute(officer.insert().values(password="-", active=True, failures=0), rows)
    )
    return {one.login: one for one in made}


def standing(counter):
    """The one claim as this counter has it."""
    with counter.desk.read() as work:
        return work.connection.execute(select(claim)).one()


def said(counter, table):
    with counter.desk.read() as work:
        return work.connection.execute(select(table)).all()


def test_the_answer_comes_back_to_every_counter_of_the_mission(counter, centre, centre_digest, officers):
    taipei, other = counter("TPE3"), counter("TPE4")
    taipei.claim(taipei.register())
    taipei.sync()
    claim_id = standing(taipei).id
    until = date(2026, 11, 22) + timedelta(days=14)
    decisions.ask(centre, claim_id, ["rekening"], by=officers["dewi"], by_day=until, note="Halaman pertama.")
    taipei.sync()
    assert standing(taipei).state == "asked"
    (asked,) = said(taipei, claim_request)
    assert (asked.wanted, asked.by_day, asked.note) == (["rekening"], until, "Halaman pertama.")

    attach(taipei.desk, claim_id, [Document("rekening_pmi", "buku.pdf", pdf(b"buku"), requirement="rekening")])
    assert standing(taipei).state == "filed", "known here before the centre hears of it"
    taipei.sync()
    decisions.approve(centre, claim_id, [("JKK-KACAMATA", 900_000)], note="Disetujui.", by=officers["dewi"])
    decisions.pay(
        centre, claim_id, amount_idr=900_000, reference="TRF-1", paid_on=date(2026, 11, 22), by=officers["dewi"]
    )
    other.sync()
    for one in (taipei, other):
        one.sync()
        assert standing(one).state == "paid"
        (decided,), (payment,) = said(one, claim_decision), said(one, claim_payment)
        assert (decided.awards, decided.amount_idr, decided.note) == (
            [["JKK-KACAMATA", 900_000]],
            900_000,
            "Disetujui.",
        )
        assert (payment.amount_idr, payment.reference) == (900_000, "TRF-1")
    assert taipei.digest() == other.digest() == centre_digest()


def test_a_paper_scanned_while_the_centre_decides_comes_too_late_and_is_a_task(
    counter, centre, centre_digest, officers
):
    taipei = counter()
    taipei.claim(taipei.register())
    taipei.sync()
    claim_id = standing(taipei).id
    attach(taipei.desk, claim_id, [Document("rekening_pmi", "buku.pdf", pdf(b"buku"))])
    decisions.reject(centre, claim_id, "incomplete", note="Rekening tidak ada.", by=officers["dewi"])
    taipei.sync()
    assert standing(taipei).state == "rejected"
    (task,) = centre.read(decisions.tasks)[claim_id]
    assert task.code == "claim.late_document"
    decisions.reopen(centre, claim_id, "Rekeningnya ternyata ada.", by=officers["dewi"])
    taipei.sync()
    assert standing(taipei).state == "filed"
    assert centre.read(decisions.tasks) == {}
    assert taipei.digest() == centre_digest()


def test_of_a_restricted_claim_the_counter_hears_that_it_was_decided_and_nothing_more(
    counter, centre, centre_digest, officers
):
    taipei = counter()
    worker = taipei.register()
    form = ClaimForm(
        worker_id=str(worker),
        kind="JKK-PERKOSAAN",
        event_date=date(2025, 10, 10),
        description="Tidak untuk siapa pun di sini.",
        filed_by="worker",
    )
    file(taipei.desk, form, [])
    taipei.sync()
    claim_id = standing(taipei).id
    decisions.ask(centre, claim_id, ["visum"], by=officers["sari"], note="Visum asli.")
    taipei.sync()
    (asked,) = said(taipei, claim_request)
    assert (asked.wanted, asked.papers, asked.note) == ([], 1, None)
    decisions.approve(centre, claim_id, [("JKK-PERKOSAAN", 50_000_000)], by=officers["sari"])
    decisions.agree(centre, claim_id, by=officers["tuti"])
    taipei.sync()
    (decided,) = said(taipei, claim_decision)
    assert (decided.outcome, decided.awards, decided.amount_idr, decided.note) == ("approved", [], 0, None)
    assert decided.proposed_by == officers["sari"].id
    assert standing(taipei).state == "approved"
    assert taipei.digest() == centre_digest()


def test_what_the_centre_asks_for_and_decides_is_to_be_acted_on_at_every_counter_until_somebody_was_told(
    counter, centre, officers
):
    taipei, other = counter("TPE3"), counter("TPE4")
    taipei.claim(taipei.register())
    taipei.sync()
    other.sync()
    claim_id, number = standing(taipei).id, standing(taipei).number
    decisions.ask(centre, claim_id, ["rekening"], by=officers["dewi"], by_day=date(2026, 12, 6), note="Kabur.")
    before = answers(other.desk)
    other.sync()
    (row,) = mission_claims(other.desk, "action").rows
    assert (row.action, row.to_bring, row.until) == ("asked", 1, date(2026, 12, 6))
    assert (before, set(answers(other.desk)), sync_state(other.desk).claims_to_act) == ({}, {claim_id}, 1)

    decisions.reject(centre, claim_id, "not_covered", note="Di luar masa.", by=officers["dewi"])
    for one in (taipei, other):
        one.sync()
        assert [row.action for row in mission_claims(one.desk, "action").rows] == ["rejected"]
    tell(taipei.desk, number, "phone", "dengan pekerjanya")
    taipei.sync()
    other.sync()
    assert mission_claims(other.desk, "action").rows == ()
    assert [event.what for event in story(other.desk, claim_id).events][-3:] == ["asked", "rejected", "told"]
