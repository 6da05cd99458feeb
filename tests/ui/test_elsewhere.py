"""Somebody registered at another mission: found while the form is filled in, and fetched when the clerk says so."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx
import msgspec
import pytest
from loket_testing.counter import SITI, open_counter, slip
from loket_testing.windows import Window, enter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.devices.clock import HandClock
from kiosk.devices.printer import PretendPrinter
from kiosk.queries import workers as seen
from kiosk.queries.home import sync_state
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import sync
from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import register
from models.rules.mrz import make_mrz
from server.usecases.codes import make_code
from ui import theme
from ui.counter import Counter
from ui.runner import InlineRunner
from ui.shell import Shell

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PASSPORT = "\n".join(
    make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number="C4821907",
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
)


class Line(httpx.BaseTransport):
    """The line to the centre, which counts what is looked up and can be cut."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.cut, self.looked_up = inner, False, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.looked_up += request.url.path.endswith("lookup")
        if self.cut:
            raise httpx.ConnectError("no line")
        return self.inner.handle_request(request)


@pytest.fixture
def line(centre_client):
    return Line(centre_client._transport)


@pytest.fixture
def hong_kong(tmp_path, centre, line):
    """Siti, registered and paid for at the consulate in Hong Kong."""
    desk = open_counter(tmp_path / "HKG1", series="HKG1", mission="HKG", clock=HandClock(AT))
    with httpx.Client(transport=line) as client:
        enrol(desk, "https://loket.example", make_code(centre, "HKG", "HKG1"), client=client)
        siti = register(desk, msgspec.structs.replace(SITI, country="HK", phone="+852 5123 4567")).worker_id
        receive(desk, slip(siti))
        sync(desk, client=client)
    yield siti
    desk.close()


@pytest.fixture
def taipei(qtbot, qapp, tmp_path, centre, line, hong_kong):
    """The window in Taipei, certified by the same centre."""
    theme.apply(qapp)
    desk = open_counter(tmp_path / "TPE3", clock=HandClock(AT))
    with httpx.Client(transport=line) as client:
        enrol(desk, "https://loket.example", make_code(centre, "TPE", "TPE3"), client=client)
        sync(desk, client=client)
        assert sync_state(desk).kind != "alone"
        desk.close()
        shell, printer = Shell(), PretendPrinter()
        qtbot.addWidget(shell)
        counter = Counter(
            shell, InlineRunner(shell), tmp_path / "TPE3", clock=HandClock(AT), printer=printer, client=client
        )
        counter.ask_who()
        shell.show()
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow)
        window = Window(shell, counter, printer)
        enter(window)
        line.looked_up = 0
        yield window
        counter.close()


def ask_now(window: Window) -> None:
    """The pause before the question is over."""
    window.page._elsewhere.now()


def words_on(widget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_a_swipe_finds_her_at_the_other_mission_with_her_numbers_masked(taipei, line):
    taipei.scan(PASSPORT)
    ask_now(taipei)
    said = words_on(taipei.page.known)
    assert "SITI NURHALIZA" in said
    assert "KJRI Hong Kong" in said
    assert "C4821907" not in said
    assert "1907" in said
    assert line.looked_up == 1


def test_this_is_her_fetches_her_with_her_receipts_and_what_was_typed(taipei, hong_kong):
    taipei.scan(PASSPORT)
    taipei.go("phone")
    taipei.type("0912345678")
    taipei.page._pause.timeout.emit()
    ask_now(taipei)
    taipei.press(Qt.Key.Key_K, ctrl=True)
    taipei.press(Qt.Key.Key_Return)
    assert taipei.shell.current() == "amend"
    assert taipei.field("phone").editor.text() == "0912345678"
    card = seen.card(taipei.counter.desk, hong_kong)
    assert card.name == "SITI NURHALIZA"
    assert len(card.receipts) == 1
    taipei.press(Qt.Key.Key_F12)
    assert seen.card(taipei.counter.desk, hong_kong).identity["phone"] == "+886912345678"


def test_not_her_is_kept_with_the_registration_and_not_asked_again(taipei, hong_kong, line):
    taipei.scan(PASSPORT)
    ask_now(taipei)
    taipei.page.known.buttons[1].click()
    assert taipei.page.known.isHidden()
    assert taipei.page.registration().not_same_as == (hong_kong,)
    taipei.page._ask()
    ask_now(taipei)
    assert taipei.page.known.isHidden()
    assert line.looked_up == 1


def test_the_same_person_is_asked_for_once_and_another_again(taipei, line):
    taipei.scan(PASSPORT)
    ask_now(taipei)
    taipei.go("phone")
    taipei.type("0912345678")
    taipei.page._pause.timeout.emit()
    ask_now(taipei)
    assert line.looked_up == 1
    taipei.go("nik")
    taipei.type("3507105203940003")
    taipei.page._pause.timeout.emit()
    ask_now(taipei)
    assert line.looked_up == 2


def test_too_little_is_not_worth_a_question(taipei, line):
    taipei.press(Qt.Key.Key_F4)
    taipei.type("SITI NURHALIZA")
    taipei.page._pause.timeout.emit()
    ask_now(taipei)
    assert line.looked_up == 0
    taipei.go("birth_date")
    taipei.type("12031994")
    taipei.press(Qt.Key.Key_Tab)
    taipei.page._pause.timeout.emit()
    ask_now(taipei)
    assert line.looked_up == 1
    assert "KJRI Hong Kong" in words_on(taipei.page.known)


def test_the_question_goes_out_by_itself_when_typing_stops(taipei, line, qtbot):
    taipei.scan(PASSPORT)
    qtbot.waitUntil(lambda: line.looked_up == 1)
    assert "KJRI Hong Kong" in words_on(taipei.page.known)


def test_without_a_line_nobody_is_told_and_the_form_goes_on(taipei, line):
    line.cut = True
    taipei.scan(PASSPORT)
    ask_now(taipei)
    assert taipei.said() == []
    assert taipei.page.known.isHidden()
    assert taipei.field("name").editor.text() == "SITI NURHALIZA"


def test_a_line_that_breaks_while_she_is_fetched_loses_nothing(taipei, line):
    taipei.scan(PASSPORT)
    ask_now(taipei)
    line.cut = True
    taipei.page.known.first().click()
    assert taipei.shell.current() == "register"
    assert taipei.field("passport_number").editor.text() == "C4821907"
    assert taipei.page.known.isEnabled()
    assert len(taipei.said()) == 1


def test_a_counter_no_centre_knows_asks_nobody(window):
    window.scan(PASSPORT)
    ask_now(window)
    assert window.said() == []
    assert window.page.known.isHidden()
