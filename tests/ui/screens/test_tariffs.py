"""«Tarif iuran»: what is in force, what is coming, and all that each says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from loket_testing.counter import publish_tariffs
from loket_testing.hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kiosk.desk import Desk
from kiosk.queries.tariffs import tariff_list
from models.rules.tariffs import TariffRow, shipped_packs
from ui.news import RATES, news
from ui.runner import InlineRunner
from ui.screens.tariffs import TariffsPage

SHIPPED = shipped_packs()[0]


def shown(page: TariffsPage) -> list[str]:
    """What stands in the rows of the tariff one stands on."""
    return [label.text() for label in page.rows.findChildren(QLabel) if label.text() and not label.isHidden()]


def test_the_tariff_in_force_stands_first_and_arrows_lead_to_what_is_coming(
    desk: Desk, hands: Callable[..., Hands]
) -> None:
    page = TariffsPage(tariffs=lambda: tariff_list(desk), runner=InlineRunner())
    at = hands(page)
    at.shell.show_page("page")
    at.until(lambda: len(page.table.rows()) == 2)
    assert [(row.pack.version, row.standing) for row in page.table.rows()] == [(1, "in_force"), (2, "unpublished")]
    assert page.one.heading.text() == "Tarif versi 1"
    assert {"24 bulan", "Rp 332.500", "+ Rp 13.500/bln · Menurut bunyi peraturan"} <= set(shown(page))
    assert "Kurang dari 6 bulan dibayar sebagai paket 6 bulan." in page.policies.text()

    rows = (*SHIPPED.rows, TariffRow(0, 0, 11_000, scheme="g2g", event="late", confidence="press"))
    coming = replace(SHIPPED, version=3, valid_from=date(2027, 1, 1), rows=rows, cap_at_next_package=True)
    publish_tariffs(desk, coming.to_json())
    news.tell(RATES)
    at.until(lambda: len(page.table.rows()) == 3)
    assert page.table.current().pack.version == 1
    page.table.setFocus()
    at.press(Qt.Key.Key_Down)
    at.until(lambda: page.one.heading.text() == "Tarif versi 3")
    at.until(lambda: "Rp 11.000" in shown(page))
    assert "Antarpemerintah (G to G), Terlambat mendaftar · Menurut pengumuman, bukan bunyi peraturan" in shown(page)
    assert page.policies.text().startswith("Tidak pernah lebih dari paket berikutnya.")
    assert not at.failures
