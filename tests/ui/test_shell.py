"""The shell: pages, keys, scans, banners, the lock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from models.rules.problems import Trouble
from ui import theme
from ui.kit import Choice, Field, LineField, Page
from ui.kit.wedge import GAP_MS
from ui.shell import Shell

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINE_1 = "P<IDNNURHALIZA<<SITI<<<<<<<<<<<<<<<<<<<<<<<<"
LINE_2 = "C4821907<4IDN9403125F3102142<<<<<<<<<<<<<<04"


class Noted(Page):
    """A page that answers everything and keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []
        self.line = LineField()
        self.column().addWidget(Field("Nama", self.line))
        self.takes_back = False
        self.takes_scans = False

    def on_shown(self, **given):
        self.told.append(("shown", given))

    def on_left(self):
        self.told.append("left")

    def on_primary(self):
        self.told.append("primary")

    def on_pay(self):
        self.told.append("pay")

    def on_back(self):
        self.told.append("back")
        return self.takes_back

    def on_scan(self, text):
        self.told.append(("scan", text))
        return self.takes_scans


class Plain(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit(self)


@pytest.fixture
def shell(qtbot, qapp):
    theme.apply(qapp)
    made = Shell("KDEI Taipei", "Loket 3")
    qtbot.addWidget(made)
    made.add_page("home", "Beranda", "home", Plain)
    made.add_page("pay", "Bayar", "pay", Noted)
    made.add_page("worker", "Pekerja", "people", Plain, rail=False)
    made.show_page("home")
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def typed(shell, text, *, start=1_000, every=5, enter=True):
    """Sends keys to the window as the system does, `every` milliseconds apart by their own timestamps."""
    at = start
    window = shell.windowHandle()
    for sign in text:
        key = Qt.Key.Key_Return if sign == "\n" else Qt.Key(ord(sign.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "\r" if sign == "\n" else sign)
            event.setTimestamp(at)
            QCoreApplication.sendEvent(window, event)
        at += every
    if enter:
        return typed(shell, "\n", start=at, every=every, enter=False)
    return at


# Pages


def test_a_page_is_made_when_it_is_first_shown_and_only_once(shell):
    assert shell.page("pay") is None
    page = shell.show_page("pay", worker=7)
    assert shell.show_page("pay") is page
    assert page.told == [("shown", {"worker": 7}), ("shown", {})]


def test_what_is_typed_stays_when_another_page_comes_to_the_front(shell):
    page = shell.show_page("pay")
    page.line.setText("SITI")
    shell.show_page("home")
    assert page.told[-1] == "left"
    assert shell.show_page("pay").line.text() == "SITI"


def test_a_dropped_page_is_made_anew(shell):
    page = shell.show_page("pay")
    page.line.setText("SITI")
    shell.drop_page("pay")
    shell.show_page("home")
    assert shell.show_page("pay").line.text() == ""


def test_the_first_control_has_the_focus(shell):
    page = shell.show_page("pay")
    assert page.line.hasFocus()


def test_a_name_can_be_used_once(shell):
    with pytest.raises(ValueError, match="home"):
        shell.add_page("home", "Lagi", "home", Plain)


def test_the_title_says_where_one_is_and_the_rail_shows_it(shell):
    shell.show_page("worker", rail="pay")
    assert shell.windowTitle() == "Pekerja – Loket PMI"
    assert shell._pages["pay"].button.isChecked()


# Keys


@pytest.mark.parametrize(("key", "told"), [(Qt.Key.Key_F12, "primary"), (Qt.Key.Key_F6, "pay")])
def test_a_key_goes_to_the_page_in_front(shell, qtbot, key, told):
    page = shell.show_page("pay")
    qtbot.keyClick(shell, key)
    assert page.told[-1] == told


def test_a_page_that_is_at_work_hears_no_f12(shell, qtbot):
    page = shell.show_page("pay")
    page.setEnabled(False)
    qtbot.keyClick(shell, Qt.Key.Key_F12)
    assert "primary" not in page.told


def test_f12_held_down_pays_once(shell):
    assert all(not shortcut.autoRepeat() for shortcut in shell._shortcuts)
    assert len(shell._shortcuts) == 9


def test_what_is_being_typed_is_read_before_f12_acts(shell, qtbot):
    class Asking(Noted):
        def __init__(self):
            super().__init__()
            self.choice = Choice([("P", "Perempuan")])
            self.column().addWidget(self.choice)

        def on_primary(self):
            self.told.append(self.choice.value())

    shell.add_page("ask", "Tanya", "info", Asking)
    page = shell.show_page("ask")
    page.choice.setFocus()
    page.choice.lineEdit().setText("per")
    qtbot.keyClick(shell, Qt.Key.Key_F12)
    assert page.told[-1] == "P"


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (Qt.Key.Key_F4, "register"),
        (Qt.Key.Key_F6, "pay"),
        (Qt.Key.Key_F7, "claim"),
        (Qt.Key.Key_F8, "print"),
        (Qt.Key.Key_F9, "edit"),
    ],
)
def test_a_key_that_the_page_does_not_answer_is_asked_of_the_program(shell, qtbot, key, asked):
    with qtbot.waitSignal(shell.asked) as heard:
        qtbot.keyClick(shell, key)
    assert heard.args == [asked]


def test_f2_goes_to_the_search_box_and_what_is_typed_there_is_told(shell, qtbot):
    qtbot.keyClick(shell, Qt.Key.Key_F2)
    assert shell.search.hasFocus()
    with qtbot.waitSignal(shell.searched) as heard:
        qtbot.keyClicks(shell.search, "siti ")
    assert heard.args == ["siti"]
    with qtbot.waitSignal(shell.search_entered):
        qtbot.keyClick(shell.search, Qt.Key.Key_Return)


def test_esc_goes_back_the_way_one_came(shell, qtbot):
    shell.show_page("worker")
    shell.show_page("pay")
    for expected in ("worker", "home", "home"):
        qtbot.keyClick(shell, Qt.Key.Key_Escape)
        assert shell.current() == expected


def test_esc_takes_back_what_the_page_has_open_first(shell, qtbot):
    page = shell.show_page("pay")
    page.takes_back = True
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert shell.current() == "pay"
    page.takes_back = False
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert shell.current() == "home"


# Scans


def test_a_scan_never_lands_in_the_field_that_has_the_focus(shell, qtbot):
    page = shell.show_page("pay")
    page.takes_scans = True
    typed(shell, "HTTPS://PMI/K/ABC234")
    assert page.told[-1] == ("scan", "HTTPS://PMI/K/ABC234")
    assert page.line.text() == ""


def test_a_scan_the_page_has_no_use_for_is_told_to_the_program(shell, qtbot):
    page = shell.show_page("pay")
    with qtbot.waitSignal(shell.scanned) as heard:
        typed(shell, "C4821907")
    assert heard.args == ["C4821907"]
    assert page.line.text() == ""


def test_a_password_typed_fast_is_no_scan(shell, qtbot):
    page = shell.show_page("pay")
    page.line.setEchoMode(QLineEdit.EchoMode.Password)
    heard: list[str] = []
    shell.scanned.connect(heard.append)
    typed(shell, "LOKET-DEMO", every=10)
    assert page.line.text() == "LOKET-DEMO"
    assert heard == []


def test_a_passport_is_one_scan_of_two_lines(shell, qtbot):
    heard: list[str] = []
    shell.scanned.connect(heard.append)
    typed(shell, f"{LINE_1}\n{LINE_2}")
    assert heard == [f"{LINE_1}\n{LINE_2}"]


def test_a_passport_without_any_enter_is_a_scan_too(shell, qtbot):
    with qtbot.waitSignal(shell.scanned) as heard:
        typed(shell, LINE_1 + LINE_2, enter=False)
    assert heard.args == [f"{LINE_1}\n{LINE_2}"]


def test_a_passport_whose_second_line_has_no_enter_is_a_scan_too(shell, qtbot):
    with qtbot.waitSignal(shell.scanned) as heard:
        typed(shell, f"{LINE_1}\n{LINE_2}", enter=False)
    assert heard.args == [f"{LINE_1}\n{LINE_2}"]


def test_what_a_hand_types_lands_in_the_field_in_order(shell, qtbot):
    page = shell.show_page("pay")
    heard: list[str] = []
    shell.scanned.connect(heard.append)
    typed(shell, "SITI NUR", every=GAP_MS + 60)
    qtbot.waitUntil(lambda: page.line.text() == "SITI NUR")
    assert heard == []


def test_keys_rolled_together_by_a_quick_hand_are_typing(shell, qtbot):
    page = shell.show_page("pay")
    end = typed(shell, "TH", every=10, enter=False)
    typed(shell, "E", start=end + 120)
    qtbot.waitUntil(lambda: page.line.text() == "THE")


def test_a_quick_hand_that_presses_enter_after_three_letters_is_no_scanner(shell, qtbot):
    page = shell.show_page("pay")
    entered = []
    page.line.returnPressed.connect(lambda: entered.append(page.line.text()))
    typed(shell, "ABC", every=10)
    assert entered == ["ABC"]


def test_a_key_that_is_no_sign_gives_back_what_was_held(shell):
    page = shell.show_page("pay")
    end = typed(shell, "AB", every=5, enter=False)
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier, "\b")
    event.setTimestamp(end)
    QCoreApplication.sendEvent(shell.windowHandle(), event)
    assert page.line.text() == "A"


def test_space_pressed_by_hand_presses_a_button_and_lets_it_go(shell, qtbot):
    from ui.kit import SecondaryButton

    page = shell.show_page("pay")
    button = SecondaryButton("Batal")
    page.column().addWidget(button)
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        typed(shell, " ", enter=False)
    assert not button.isDown()


# Messages


def test_trouble_is_an_amber_banner_with_something_to_do(shell, qtbot):
    done = []
    shell.present(Trouble("printer.none"), ("Coba lagi", lambda: done.append(1)))
    (banner,) = shell.banners()
    assert banner.kind() == "amber"
    qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert done == [1]


def test_the_same_sentence_stands_there_once_and_can_be_put_away(shell):
    shell.show_banner("amber", "Printer tidak menjawab.")
    shell.show_banner("amber", "Printer tidak menjawab.")
    shell.show_banner("red", "Disk penuh.")
    assert [banner.sentence.text() for banner in shell.banners()] == ["Printer tidak menjawab.", "Disk penuh."]
    shell.clear_banners()
    assert shell.banners() == []


def test_the_chips_say_the_state_and_hide_when_there_is_none(shell):
    shell.set_sync("amber", "Luring · 37 menunggu kirim")
    shell.set_till("Kas buka · NT$ 12.450")
    assert shell.bar.sync.accessibleName() == "Luring · 37 menunggu kirim"
    assert shell.bar.till.isVisible()
    shell.set_till(None)
    assert not shell.bar.till.isVisible()


# The lock


class SignIn(QWidget):
    def __init__(self):
        super().__init__()
        layout = QVBoxLayout(self)
        self.password = QLineEdit()
        layout.addWidget(self.password)
        self.setFocusProxy(self.password)


def test_a_lock_keeps_what_is_typed_and_closes_every_way_in(shell, qtbot):
    page = shell.show_page("pay")
    page.line.setText("SITI")
    heard: list[str] = []
    shell.scanned.connect(heard.append)
    sign_in = SignIn()
    shell.lock(sign_in)
    assert shell.locked()
    assert not page.isVisible()
    assert sign_in.password.hasFocus()
    qtbot.keyClick(shell, Qt.Key.Key_F12)
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    typed(shell, "C4821907")
    assert heard == []
    assert page.told == [("shown", {})]
    shell.unlock()
    assert page.isVisible()
    assert page.line.text() == "SITI"
    assert page.line.hasFocus()
    qtbot.keyClick(shell, Qt.Key.Key_F12)
    assert page.told[-1] == "primary"


def test_idleness_is_told_and_a_key_puts_it_off(shell, qtbot):
    shell.set_idle_minutes(5)
    before = shell._idle.remainingTime()
    assert before > 299_000
    shell._idle.start(60_000)
    shell._idle.setInterval(300_000)
    typed(shell, "a", enter=False)
    assert shell._idle.remainingTime() > 290_000
    with qtbot.waitSignal(shell.idle):
        shell.set_idle_minutes(0.0005)
    shell.set_idle_minutes(0)
    assert not shell._idle.isActive()


def test_other_words_reach_the_rail_and_pages_without_them_are_made_anew(shell):
    page = shell.show_page("pay")
    shell.retranslate({"home": "Home", "pay": "Pay"})
    assert shell._pages["pay"].button.accessibleName() == "Pay"
    assert shell.page("pay") is not page
