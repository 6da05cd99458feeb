"""Publishing tariffs: what an officer sees before, what is refused and where, and who said so when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.ledger.tables import tariff
from models.rules.problems import Refused
from models.rules.tariff_documents import as_prices
from models.rules.tariffs import TariffPack, shipped_packs
from server.store.tables import entry as entries
from server.usecases.officers import add_officer
from server.usecases.publish import Publication, publish
from server.usecases.tariffs import packs_at, preview

SHIPPED, PER_MONTH = shipped_packs()
NEXT_YEAR = replace(SHIPPED, version=2, valid_from=date(2027, 1, 1), cap_at_next_package=True)


def recorded(centre) -> int:
    return centre.read(lambda c: len(c.scalars(select(entries.c.seq)).all()))


def refusals(call, *given) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        call(*given)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def test_before_the_centre_says_anything_the_shipped_packs_stand(centre):
    listed = packs_at(centre)
    assert [(row.pack, row.standing, row.published_at, row.by) for row in listed] == [
        (PER_MONTH, "unpublished", None, ""),
        (SHIPPED, "in_force", None, ""),
    ]


def test_a_published_pack_is_coming_with_who_said_so_and_when(centre, centre_clock):
    dewi = add_officer(centre, "dewi", "sembilan belas kuda", role="admin", name="Dewi A.")
    publish(centre, Publication(tariffs=(NEXT_YEAR.to_json(),)), dewi.id)
    said_at = centre.now()
    coming, _unpublished, now = packs_at(centre)
    assert (coming.pack, coming.standing, coming.by, coming.published_at) == (
        NEXT_YEAR,
        "upcoming",
        "Dewi A.",
        said_at,
    )
    assert (now.pack, now.standing) == (SHIPPED, "in_force")
    centre_clock.forward(timedelta(days=60))
    assert [row.standing for row in packs_at(centre)] == ["in_force", "unpublished", "past"]


def test_a_preview_has_every_number_of_months_with_what_is_charged_now_and_records_nothing(centre):
    before = recorded(centre)
    (shown,) = preview(centre, [NEXT_YEAR.to_json()])
    assert recorded(centre) == before
    assert shown.instead_of == SHIPPED
    general, extension = as_prices(shown.tables)
    assert general["for"] == [{"schemes": ["any"], "events": ["new", "re-entry", "late"]}]
    assert extension["for"] == [{"schemes": ["any"], "events": ["extension"]}]
    assert [row["months"] for row in general["amounts"]] == list(range(1, 61))
    assert general["amounts"][22] == {
        "months": 23,
        "amount_idr": 332_500,
        "package": 24,
        "further": 0,
        "capped": True,
        "before_idr": 337_500,
    }
    assert general["amounts"][35] == {
        "months": 36,
        "amount_idr": 494_500,
        "package": 24,
        "further": 12,
        "capped": False,
        "before_idr": 494_500,
    }


def test_a_preview_keeps_apart_whom_only_the_tariff_until_then_charges_apart(centre):
    publish(centre, Publication(tariffs=(replace(PER_MONTH, published=True).to_json(),)))
    general = tuple(row for row in SHIPPED.rows if row.event is None)
    (shown,) = preview(centre, [replace(NEXT_YEAR, rows=general, cap_at_next_package=False).to_json()])
    assert shown.instead_of == replace(PER_MONTH, published=True)
    tables = as_prices(shown.tables)
    assert [(table["amounts"][35]["before_idr"], table["amounts"][35]["amount_idr"]) for table in tables] == [
        (494_500, 494_500),
        (486_000, 494_500),
    ]


def test_every_wrong_part_of_every_pack_is_named_and_nothing_is_published(centre):
    document = NEXT_YEAR.to_json()
    rows = document["rows"]
    first = document | {"rows": [{**rows[0], "base": "108000"}, *rows[1:], {**rows[1], "event": "renewal"}]}
    second = document | {"version": 3, "rows": [*rows, rows[0]]}
    third = document | {"version": 4, "policies": {"cap_at_next_pakage": True, "min_package": 6}}
    wrong = [
        ("tariffs[0].rows[0].base", "tariff.number"),
        ("tariffs[0].rows[7].event", "tariff.choice"),
        ("tariffs[1].rows[7]", "tariff.rows_ambiguous"),
        ("tariffs[2].policies.cap_at_next_pakage", "tariff.part_unknown"),
    ]
    before = recorded(centre)
    assert refusals(publish, centre, Publication(tariffs=(first, second, third))) == wrong
    assert refusals(preview, centre, [first, second, third]) == wrong
    assert recorded(centre) == before


def test_what_receipts_name_is_not_changed_under_its_own_version(centre, centre_clock):
    cheaper = SHIPPED.to_json() | {"max_months": 48}
    assert refusals(publish, centre, Publication(tariffs=(cheaper,))) == [
        ("tariffs[0].version", "tariff.version_taken")
    ]
    publish(centre, Publication(tariffs=(NEXT_YEAR.to_json(),)))
    corrected = NEXT_YEAR.to_json() | {"max_months": 48}
    publish(centre, Publication(tariffs=(corrected,)))
    centre_clock.forward(timedelta(days=60))
    assert refusals(publish, centre, Publication(tariffs=(NEXT_YEAR.to_json(),))) == [
        ("tariffs[0].version", "tariff.version_taken")
    ]
    assert refusals(preview, centre, [NEXT_YEAR.to_json()]) == [("tariffs[0].version", "tariff.version_taken")]


def test_a_pack_is_ended_or_withdrawn_under_its_own_version(centre):
    publish(centre, Publication(tariffs=(SHIPPED.to_json() | {"valid_to": "2026-12-31"},)))
    assert [row.pack.valid_to for row in packs_at(centre) if row.standing == "in_force"] == [date(2026, 12, 31)]
    publish(centre, Publication(tariffs=(SHIPPED.to_json() | {"published": False},)))
    assert {row.standing for row in packs_at(centre)} == {"unpublished"}


def test_a_flat_pack_is_published_as_rows(centre):
    flat = {
        "id": str(SHIPPED.id),
        "version": 5,
        "valid_from": "2027-01-01",
        "legal_basis": "Permenaker",
        "packages": [[6, 108000], [12, 189000]],
        "per_month": 13500,
        "min_package": 6,
        "max_months": 60,
        "jht_min": 50000,
        "jht_max": 600000,
    }
    publish(centre, Publication(tariffs=(flat,)))
    (kept,) = centre.read(lambda c: c.scalars(select(tariff.c.pack)).all())
    assert [row["months"] for row in kept["rows"]] == [6, 12]
    assert TariffPack.from_json(kept) == TariffPack.from_json(flat)
