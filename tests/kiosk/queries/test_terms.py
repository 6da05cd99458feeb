"""What the payment screen starts from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI, codes, slip

from kiosk.desk import Desk
from kiosk.queries.terms import payment_terms
from kiosk.usecases import contributions
from kiosk.usecases.workers import register
from models.journal.ids import new_id
from models.rules.problems import Refused


def test_the_terms_are_todays(desk: Desk, siti: UUID, published: Callable[..., None]) -> None:
    published()
    terms = payment_terms(desk, siti)
    assert terms.day == date(2026, 11, 22)
    assert {row.months: row.base for row in terms.rows}[24] == 332_500
    assert (terms.currency, terms.cash_forbidden, terms.currencies) == ("TWD", None, ("TWD", "IDR"))
    assert terms.rate is not None
    assert terms.next_number.endswith("-2026-000001")
    assert terms.worker.name == "SITI NURHALIZA"


def test_without_the_centres_word_there_is_no_rate_and_no_cash(desk: Desk, siti: UUID) -> None:
    terms = payment_terms(desk, siti)
    assert (terms.rate, terms.cash_forbidden) == (None, "tender.cash_not_allowed")


def test_the_contract_suggests_the_months_nobody_has_paid_yet(desk: Desk, siti: UUID) -> None:
    assert payment_terms(desk, siti).suggested_months == 24
    contributions.receive(desk, slip(siti, months=6))
    assert payment_terms(desk, siti).suggested_months == 18
    contributions.receive(desk, slip(siti, months=18, reference="BNI-2"))
    assert payment_terms(desk, siti).suggested_months is None


def test_without_a_contract_nothing_is_suggested(desk: Desk) -> None:
    form = msgspec.structs.replace(SITI, contract_start=None, contract_end=None)
    assert payment_terms(desk, register(desk, form).worker_id).suggested_months is None


def test_nobody_pays_for_a_worker_who_is_unknown(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        payment_terms(desk, new_id())
    assert codes(refusal) == ["worker.unknown"]
