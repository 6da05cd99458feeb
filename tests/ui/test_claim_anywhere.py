"""A claim is found at any counter: by the number on its slip, or by scanning it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from loket_testing.bodies import accident, registration
from loket_testing.counter import bring
from loket_testing.journals import Journal
from loket_testing.windows import Window
from PySide6.QtCore import Qt

from kiosk.desk import Desk
from kiosk.forms.claim import ClaimForm
from kiosk.queries.claims import claim_row
from kiosk.queries.documents import of_claim
from kiosk.queries.papers import claim_paper
from kiosk.usecases import claims
from models.journal.ids import new_id

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def filed(desk: Desk, siti: UUID) -> claims.Filed:
    from datetime import date

    return claims.file(desk, ClaimForm(worker_id=str(siti), kind="JKK-KECELAKAAN", event_date=date(2026, 11, 3)))


def seek(window: Window, text: str) -> None:
    window.press(Qt.Key.Key_F2)
    window.type(text)
    window.press(Qt.Key.Key_Return)


def test_the_number_on_the_slip_opens_the_claim(window: Window, filed: claims.Filed) -> None:
    seek(window, filed.number.lower())
    assert window.shell.current() == "claims"
    assert window.page._claim.id == filed.claim_id


def test_scanning_the_slip_opens_the_claim_and_says_that_it_is_genuine(
    window: Window, desk: Desk, filed: claims.Filed
) -> None:
    window.scan(claim_paper(desk, filed.number).token_url)
    assert window.shell.current() == "claims"
    assert window.page._claim.id == filed.claim_id


@pytest.mark.parametrize(
    ("number", "said"),
    [("HKG1-K-2026-000001", "KJRI Hong Kong"), ("TPE4-K-2026-000001", "Sinkronkan dahulu")],
)
def test_a_claim_that_is_not_here_says_where_it_is_and_what_to_do(window: Window, number: str, said: str) -> None:
    seek(window, number)
    assert [sentence for sentence in window.said() if said in sentence and number in sentence]


def test_a_paper_is_added_to_another_mission_s_claim_of_a_borrowed_worker(
    window: Window, desk: Desk, tmp_path: Any
) -> None:
    from loket_testing.papers import PDF

    hkg, worker = Journal(mission="HKG"), new_id()
    hkg.record(registration(worker, mission="HKG"))
    claim = hkg.record(accident(worker, mission="HKG", series="HKG1"))
    bring(desk, hkg.entries)
    seek(window, claim_row(desk, claim.id).number)
    page = window.page
    assert page._claim.id == claim.id
    file = tmp_path / "paspor.pdf"
    file.write_bytes(PDF)
    row = next(one for one in page.checklist.missing() if "paspor" in one.one_of)
    page.checklist.add_files(row.key, "paspor", [file])
    window.press(Qt.Key.Key_F12)
    (kept,) = of_claim(desk, claim.id)
    assert (kept.file_name, kept.requirement) == ("paspor.pdf", row.key)
    assert page._claim.id == claim.id
