"""Keys are counted: a registration from a swiped passport takes at most sixty beyond free text, and no mouse."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.counter import slip
from loket_testing.papers import photograph
from loket_testing.windows import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.queries import workers as seen
from kiosk.queries.claims import mission_claims
from kiosk.queries.documents import of_claim
from kiosk.queries.home import receipts_on
from kiosk.queries.papers import claim_paper
from kiosk.usecases import contributions
from kiosk.usecases.documents import keep_document
from models.rules.mrz import make_mrz
from ui.screens.document_view import FollowDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

BUDGET = 60
TAB, DOWN, SPACE, F12 = Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_F12
DEWI = "\n".join(
    make_mrz(
        surname="LESTARI",
        given="DEWI AYU",
        number="E7730021",
        birth_date=date(1996, 12, 8),
        sex="F",
        expiry=date(2032, 5, 2),
    )
)


class Counted:
    """A clerk's hands. Everything that is not free text counts: Tab, arrows, Space, the keys that are held, the letters
    that choose from a list, and the digits of dates."""

    def __init__(self, window: Window) -> None:
        self.window, self.keys = window, 0

    def press(self, *keys: Qt.Key) -> None:
        self.keys += len(keys)
        self.window.press(*keys)

    def jump(self, times: int = 1) -> None:
        """Ctrl is held once, the arrow is pressed as often as it takes."""
        self.keys += 1 + times
        for _time in range(times):
            self.window.press(DOWN, ctrl=True)

    def choose(self, letters: str) -> None:
        self.keys += len(letters)
        self.window.type(letters)

    day = choose

    def write(self, free_text: str) -> None:
        self.window.type(free_text)

    def at(self, name: str) -> None:
        """Without a key: the focus has to be there already."""
        editor = self.window.field(name).editor
        focused = self.window.focused
        assert focused is editor or editor.isAncestorOf(focused), f"not at {name}, at {focused.accessibleName()}"


def test_a_whole_registration_from_a_swipe_stays_within_the_keys_it_may_take(window, desk, record_property):
    window.scan(DEWI)
    hands = Counted(window)
    hands.at("nik")
    hands.write("3511044812960004")
    hands.press(TAB, TAB, TAB)
    hands.at("mother_name")
    hands.write("SUMIATI")
    hands.jump(2)
    hands.at("phone")
    hands.write("0912345678")
    hands.jump()
    hands.at("scheme")
    hands.choose("p3")
    hands.press(TAB)
    hands.at("employer_kind")
    hands.choose("r")
    hands.press(TAB)
    hands.write("Chen Mei-ling")
    hands.press(TAB)
    hands.write("Perawat lansia")
    hands.press(TAB, TAB, TAB)
    if window.field("contract_number").editor is window.focused:
        hands.press(TAB)
    hands.at("contract_start")
    hands.day("111226")
    hands.press(TAB)
    hands.at("contract_end")
    hands.day("101228")
    hands.jump()
    assert window.focused is window.page.heirs[0].fields["name"].editor
    hands.write("AHMAD FAUZI")
    hands.press(TAB)
    hands.choose("su")
    hands.press(TAB)
    hands.write("081234567890")
    hands.jump(2)
    assert window.focused is window.page.consent
    hands.press(SPACE)
    hands.press(F12)
    record_property("keys", hands.keys)
    assert window.shell.current() == "pay"
    assert hands.keys <= BUDGET - 10, f"{hands.keys} keys"
    (row,) = seen.search(desk, "E7730021")
    card = seen.card(desk, row.id)
    assert card.placement is not None
    assert card.placement.scheme == "p3mi"
    assert card.placement.employer_kind == "household"
    assert card.placement.contract_end == date(2028, 12, 10)
    assert [heir["relation"] for heir in card.heirs] == ["suami"]
    assert card.identity["phone"] == "+886912345678"
    assert card.consent_at is not None


def test_the_handbook_tells_the_number_that_was_counted(window, desk):
    """What the handbook promises is what the test above counts."""
    from pathlib import Path

    page = Path(__file__).resolve().parents[2] / "docs" / "manual" / "03-mendaftarkan.md"
    assert f"paling banyak {BUDGET} ketukan" in page.read_text()


def test_without_knowing_any_jump_it_still_stays_within_them(window, desk):
    """Tab alone, as on the first day."""
    window.scan(DEWI)
    hands = Counted(window)

    def tab_to(editor) -> None:
        for _step in range(60):
            if window.focused is editor or editor.isAncestorOf(window.focused):
                return
            hands.press(TAB)
        raise AssertionError("Tab never comes there")

    for name, text in (("nik", "3511044812960004"), ("mother_name", "SUMIATI"), ("phone", "0912345678")):
        tab_to(window.field(name).editor)
        hands.write(text)
    tab_to(window.field("scheme").editor)
    hands.choose("p3")
    for name, text in (("employer", "Chen Mei-ling"), ("job", "Perawat lansia")):
        tab_to(window.field(name).editor)
        hands.write(text)
    for name, day in (("contract_start", "111226"), ("contract_end", "101228")):
        tab_to(window.field(name).editor)
        hands.write(day)
    heir = window.page.heirs[0].fields
    tab_to(heir["name"].editor)
    hands.write("AHMAD FAUZI")
    tab_to(heir["relation"].editor)
    hands.choose("su")
    tab_to(window.page.consent)
    hands.press(SPACE, F12)
    assert window.shell.current() == "pay"
    assert hands.keys <= BUDGET, f"{hands.keys} keys"


# Paying


PAYING_BUDGET = 12
SITI_MRZ = "\n".join(
    make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number="C4821907",
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
)


def returning(window, desk, siti) -> Counted:
    """Her contract is paid; she comes again with her passport. The swipe counts as one key."""
    contributions.receive(desk, slip(siti, reference="A-1"))
    hands = Counted(window)
    window.scan(SITI_MRZ)
    hands.keys += 1
    assert window.shell.current() == "worker"
    return hands


def test_a_returning_worker_pays_an_extension_within_twelve_keys_from_the_swipe_to_the_printed_receipt(
    window, desk, siti, published, record_property
):
    published()
    hands = returning(window, desk, siti)
    hands.press(Qt.Key.Key_F6)
    assert window.shell.current() == "pay"
    hands.choose("2")
    hands.press(F12)
    record_property("keys", hands.keys)
    assert hands.keys <= PAYING_BUDGET, f"{hands.keys} keys"
    newest = receipts_on(desk)[0]
    assert (newest.lines[0].months, newest.lines[0].covered_from) == (12, date(2028, 12, 11))
    assert [title for title, _pdf in window.printer.sent] == [newest.number]


def test_with_cash_handed_over_and_change_given_it_stays_within_them(
    window, desk, siti, published, record_property, qtbot
):
    published()
    hands = returning(window, desk, siti)
    hands.press(Qt.Key.Key_F6)
    hands.choose("3t1500")
    qtbot.waitUntil(lambda: window.page.change.text() == "NT$ 851")
    hands.press(F12)
    record_property("keys", hands.keys)
    assert hands.keys <= PAYING_BUDGET, f"{hands.keys} keys"
    newest = receipts_on(desk)[0]
    assert (newest.due.minor, newest.change.minor) == (649, 851)
    assert [title for title, _pdf in window.printer.sent] == [newest.number]


def test_with_a_bank_slip_only_the_words_on_it_are_typed_beyond_them(window, desk, siti, published, record_property):
    published(cash=False)
    hands = returning(window, desk, siti)
    hands.press(Qt.Key.Key_F6)
    hands.choose("3b")
    hands.write("BNI-20261122-0008")
    hands.press(F12)
    record_property("keys", hands.keys)
    assert hands.keys <= PAYING_BUDGET, f"{hands.keys} keys"
    assert len(window.printer.sent) == 1


def test_the_handbook_tells_how_many_keys_a_payment_takes():
    from pathlib import Path

    page = Path(__file__).resolve().parents[2] / "docs" / "manual" / "04-iuran.md"
    assert f"paling banyak {PAYING_BUDGET} ketukan" in page.read_text()


# A claim


CLAIM_BUDGET = 80
F7, F8, ENTER = Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_Return


@pytest.fixture
def scanning(monkeypatch):
    """A scanner with a page for everything a claim asks for."""
    from kiosk.devices import scanner

    pages = scanner.PretendScanner([photograph()] * 12)
    monkeypatch.setattr(scanner, "ScanimageScanner", lambda: pages)
    return pages


def in_front(window, qtbot) -> None:
    """Without a window system nobody makes the window active again when a list or menu over it is gone, and when it is
    the focus is where it was before them."""
    focused = window.shell.focusWidget()
    QApplication.processEvents()
    window.shell.activateWindow()
    qtbot.waitUntil(window.shell.isActiveWindow)
    focused.setFocus()


def test_a_whole_claim_with_every_paper_stays_within_the_keys_it_may_take(
    scanning, window, desk, siti, record_property, qtbot
):
    """An accident: what happened, all seven papers scanned, each marked as original or copy, the slip printed."""
    keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    hands = Counted(window)
    window.counter.open_worker(siti)
    hands.press(F7)
    page = window.page
    assert window.focused is page.kind or page.kind.isAncestorOf(window.focused)
    hands.choose("kec")
    hands.press(TAB)
    in_front(window, qtbot)
    hands.day("031126")
    hands.press(TAB)
    assert page.situation.isAncestorOf(window.focused)
    hands.press(TAB, TAB)
    assert window.focused is page.description
    hands.write("Jatuh dari tangga di tempat kerja.")
    qtbot.waitUntil(lambda: len(page.checklist.requirements()) == 7)
    asked = len(page.checklist.requirements())
    while page.checklist.missing():
        row = page.checklist.missing()[0]
        hands.press(F8)
        if len(row.one_of) > 1:
            hands.press(ENTER)
            in_front(window, qtbot)
        hands.press(Qt.Key.Key_A if row.original == "original" else Qt.Key.Key_S)
    hands.press(F12)
    record_property("keys", hands.keys)
    assert hands.keys <= CLAIM_BUDGET // 2, f"{hands.keys} keys"
    (row,) = mission_claims(desk).rows
    assert (row.benefit, row.event_date, row.missing) == ("JKK-KECELAKAAN", date(2026, 11, 3), ())
    kept = of_claim(desk, row.id)
    assert len(kept) == asked
    assert {one.seen_as for one in kept} == {"original", "copy"}
    assert [title for title, _pdf in window.printer.sent] == [row.number]


def test_papers_that_are_here_already_take_one_key_and_a_day_to_follow_a_few(scanning, window, desk, siti, qtbot):
    kept = keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    hands = Counted(window)
    window.counter.open_worker(siti)
    hands.press(F7)
    hands.choose("kec")
    hands.press(TAB)
    in_front(window, qtbot)
    hands.day("031126")
    page = window.page
    hands.press(TAB)
    qtbot.waitUntil(lambda: len(page.checklist.requirements()) == 7)
    hands.press(TAB, TAB, TAB)
    assert window.focused is page.checklist.row("kartu_peserta")
    hands.press(DOWN)
    assert window.focused is page.checklist.row("paspor")
    hands.press(Qt.Key.Key_D)
    (taken,) = page.checklist.documents()
    assert (taken.kept, taken.requirement) == (kept.id, "paspor")
    hands.press(DOWN, Qt.Key.Key_T)
    dialog = window.shell.findChild(FollowDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    hands.day("08012027")
    hands.press(F12)
    in_front(window, qtbot)
    assert page.checklist.follow_by() == {"surat_keterangan": date(2027, 1, 8)}
    hands.press(F12)
    assert hands.keys <= CLAIM_BUDGET // 2, f"{hands.keys} keys"
    (row,) = mission_claims(desk).rows
    (document,) = of_claim(desk, row.id)
    assert (document.kind, document.size) == ("paspor", kept.size)
    until = {one.name: one.until for one in claim_paper(desk, row.number).missing}
    assert date(2027, 1, 8) in until.values()


def test_the_handbook_tells_how_many_keys_a_claim_takes():
    from pathlib import Path

    page = Path(__file__).resolve().parents[2] / "docs" / "manual" / "05-klaim.md"
    assert f"paling banyak {CLAIM_BUDGET} ketukan" in page.read_text()
