"""The console's page of tariffs, in a browser: what is in force and coming, with who published it and when."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from loket_testing.officers import PASSWORD, enter

from models.rules.tariffs import TariffRow, shipped_packs
from server.usecases.officers import add_officer
from server.usecases.publish import Publication, publish

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""
SHIPPED = shipped_packs()[0]


@pytest.fixture
def dewi(centre):
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


def test_an_officer_sees_the_tariff_in_force_the_one_coming_and_who_published_it(centre, dewi, visitor_page):
    rows = (*SHIPPED.rows, TariffRow(6, 95_000, 12_000, scheme="g2g", event="extension", confidence="press: edaran"))
    coming = replace(SHIPPED, version=3, valid_from=date(2027, 1, 1), rows=rows, cap_at_next_package=True)
    publish(centre, Publication(tariffs=(coming.to_json(),)), dewi.id)

    visitor_page.goto("/tarif")
    assert visitor_page.url.endswith("/masuk")
    enter(visitor_page, centre)
    visitor_page.get_by_role("link", name="Tarif").click()
    visitor_page.get_by_role("heading", name="Tarif iuran").wait_for()

    cards = visitor_page.locator("section.tariff")
    assert [cards.nth(at).locator("h2").inner_text() for at in range(cards.count())] == [
        "Versi 1 berlaku",
        "Versi 3 akan berlaku",
        "Versi 2 tidak diterbitkan",
    ]
    in_force, upcoming = cards.nth(0), cards.nth(1)
    assert "sejak 1 Jan 2027 · diterbitkan 22 Nov 2026" in upcoming.inner_text()
    assert "oleh Dewi A." in upcoming.inner_text()
    assert upcoming.locator("tbody tr").last.inner_text() == (
        "G to G, perpanjangan\t6 bulan\tRp 95.000\tRp 12.000\tpengumuman"
    )
    assert "Tidak melebihi paket berikutnya. Kurang dari 6 bulan" in upcoming.inner_text()
    assert "bawaan program" in in_force.inner_text()
    assert in_force.locator("tbody tr").nth(2).inner_text() == "semua\t24 bulan\tRp 332.500\tRp 13.500\tperaturan"
    assert "sebelum berangkat (tidak dijual di loket)" in in_force.inner_text()
    if SHOTS:
        visitor_page.screenshot(path=str(Path(SHOTS) / "tarif.png"), full_page=True)
