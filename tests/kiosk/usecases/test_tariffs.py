"""Which tariff a payment is charged by: that of the day the money was paid, as the centre published it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI, codes, publish_tariffs, slip
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.forms.payment import Payment, TenderForm
from kiosk.queries.terms import payment_terms
from kiosk.usecases.contributions import quote_payment, receive
from kiosk.usecases.workers import register
from models.ledger.tables import receipt_line
from models.rules.problems import Refused
from models.rules.tariffs import TariffPack, TariffRow, shipped_packs

TODAY = date(2026, 11, 22)
SHIPPED = shipped_packs()[0]
SINCE_YESTERDAY = replace(
    SHIPPED,
    version=7,
    valid_from=date(2026, 11, 21),
    rows=(TariffRow(6, 120_000, 15_000), TariffRow(24, 350_000, 15_000)),
)


def charged(desk: Desk) -> list[tuple[int, UUID, int]]:
    with desk.read() as work:
        rows = work.connection.execute(
            select(receipt_line.c.amount_idr, receipt_line.c.tariff_id, receipt_line.c.tariff_version)
        )
        return [(row.amount_idr, row.tariff_id, row.tariff_version) for row in rows]


def test_a_slip_is_charged_by_the_tariff_of_its_day(desk: Desk, siti: UUID) -> None:
    publish_tariffs(desk, SINCE_YESTERDAY.to_json())
    today = quote_payment(desk, slip(siti))
    assert (today.quote.amount_idr, today.warnings) == (350_000, ())
    before = slip(siti, paid_on=date(2026, 11, 20))
    quoted = quote_payment(desk, before)
    assert quoted.quote.amount_idr == 332_500
    (warning,) = quoted.warnings
    assert (warning.code, dict(warning.values)) == ("tariff.of_slip_day", {"day": "2026-11-20", "version": "1"})
    basis = dict(quoted.quote.lines[0].explained[-2].values)
    assert (basis["day"], basis["version"]) == ("2026-11-20", "1")

    receive(desk, before)
    assert charged(desk) == [(332_500, SHIPPED.id, 1)]


def test_of_several_slips_the_last_one_counts(desk: Desk, siti: UUID) -> None:
    publish_tariffs(desk, SINCE_YESTERDAY.to_json())

    def paid(*days: date | None) -> int:
        tenders = [
            TenderForm(tender="bank_slip", reference=f"BNI-{at}", paid_on=day, received=None if at else 1000)
            for at, day in enumerate(days)
        ]
        form = Payment(worker_id=str(siti), programme="JKK+JKM", months=24, tenders=tuple(tenders))
        return quote_payment(desk, form).quote.amount_idr

    assert paid(date(2026, 11, 19), date(2026, 11, 20)) == 332_500
    assert paid(date(2026, 11, 20), date(2026, 11, 21)) == 350_000
    assert paid(None, date(2026, 11, 20)) == 332_500
    assert paid(None, None) == 350_000


def test_a_slip_from_before_the_first_tariff_is_refused(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Refused) as refusal:
        quote_payment(desk, slip(siti, paid_on=date(2023, 2, 21)))
    assert codes(refusal) == ["tariff.none"]


def test_the_scheme_and_event_of_the_placement_choose_the_row(desk: Desk) -> None:
    rows = (
        *SHIPPED.rows,
        TariffRow(6, 90_000, 10_000, scheme="g2g"),
        TariffRow(6, 80_000, 10_000, scheme="g2g", event="extension"),
    )
    publish_tariffs(desk, replace(SHIPPED, version=2, rows=rows).to_json())
    dewi = msgspec.structs.replace(
        SITI, scheme="g2g", name="DEWI LESTARI", passport_number="C1234567", nik=None, birth_date=date(1990, 1, 2)
    )
    people = {form.scheme: register(desk, form).worker_id for form in (SITI, dewi)}
    assert quote_payment(desk, slip(people["p3mi"], 6)).quote.amount_idr == 108_000
    assert quote_payment(desk, slip(people["g2g"], 7)).quote.amount_idr == 100_000
    assert [(row.months, row.base) for row in payment_terms(desk, people["g2g"]).rows] == [(6, 90_000)]


def test_a_flat_pack_that_an_older_centre_published_is_charged_by(desk: Desk, siti: UUID) -> None:
    flat = {
        "id": str(SHIPPED.id),
        "version": 2,
        "published": True,
        "valid_from": "2026-01-01",
        "valid_to": None,
        "legal_basis": "Permenaker",
        "confidence": "law",
        "packages": [[6, 100_000], [24, 300_000]],
        "per_month": 10_000,
        "extension": "package",
        "min_package": 6,
        "max_months": 60,
        "cap_at_next_package": True,
        "jht_min": 50_000,
        "jht_max": 600_000,
        "jht_step": 1,
        "before_departure": 37_500,
        "row_confidence": {},
    }
    publish_tariffs(desk, flat)
    assert quote_payment(desk, slip(siti, 12)).quote.amount_idr == 160_000
    assert receive(desk, slip(siti, 24)).amount_idr == 300_000
    assert charged(desk) == [(300_000, SHIPPED.id, 2)]


@pytest.mark.parametrize(("rounding", "months"), [("up", 25), ("nearest", 24), ("down", 24)])
def test_days_beyond_whole_months_are_suggested_as_the_tariff_says(desk: Desk, rounding: str, months: int) -> None:
    document = replace(SHIPPED, version=2).to_json()
    document["policies"]["month_rounding"] = rounding
    publish_tariffs(desk, document)
    worker = register(desk, msgspec.structs.replace(SITI, contract_end=date(2028, 12, 20))).worker_id
    assert payment_terms(desk, worker).suggested_months == months
    assert quote_payment(desk, slip(worker, months)).warnings == ()


def test_a_pack_of_a_newer_centre_that_cannot_be_read_stops_nothing_before_its_day(desk: Desk, siti: UUID) -> None:
    unknown = {**SHIPPED.to_json(), "version": 9, "valid_from": "2027-01-01", "rows": "in another form"}
    publish_tariffs(desk, unknown)
    assert quote_payment(desk, slip(siti)).quote.amount_idr == 332_500
    publish_tariffs(desk, {**unknown, "version": 10, "valid_from": "2026-11-22"})
    with pytest.raises(Refused) as refusal:
        quote_payment(desk, slip(siti))
    assert codes(refusal) == ["tariff.unreadable"]


def test_the_pack_in_force_is_the_published_one_of_the_same_version(desk: Desk, siti: UUID) -> None:
    withdrawn = replace(SHIPPED, published=False)
    publish_tariffs(desk, withdrawn.to_json())
    with pytest.raises(Refused) as refusal:
        payment_terms(desk, siti)
    assert codes(refusal) == ["tariff.none"]
    other: TariffPack = replace(shipped_packs()[1], published=True)
    publish_tariffs(desk, other.to_json())
    assert payment_terms(desk, siti).pack.version == 2
