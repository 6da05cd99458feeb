"""The shell: the window around every screen. Top bar, rail, pages, keys, banners, scans, the lock.

What a page may answer. A page is any QWidget; each of these methods is optional and is called on the drawing thread:

    on_shown(**given)   it came to the front; `given` is what `show_page` was called with
    on_left()           another page came to the front
    on_primary()        F12: press the primary button (`self.primary.click()`, which does nothing while disabled)
    on_search()         F2; without it the search box in the top bar gets the focus
    on_placement() F3 · on_register() F4 · on_pay() F6 · on_claim() F7 · on_print() F8 · on_edit() F9
                        without it the shell sends `asked("register" | "pay" | "claim" | "print" | "edit")`
    on_back() -> bool   Esc: True if it took back something of its own; otherwise the shell goes to the page before
    on_scan(text) -> bool   a reader typed this: True if the page had use for it; otherwise `scanned(text)` is sent
    first_focus() -> QWidget    what gets the focus when it comes to the front
    retranslate()       the language changed; a page without it is made anew when it is next shown

Nothing typed is lost by Esc, by another page or by a lock: pages stay as they are until `drop_page`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.language import _
from ui import theme
from ui.icons import paint_icon
from ui.kit.chips import ChipButton
from ui.kit.fields import settle_typing
from ui.kit.notices import Banner, Toast, announce
from ui.kit.paint import box, key_size, paint_key, words
from ui.kit.wedge import Listener

_KEYS = {
    "F3": "placement",
    "F4": "register",
    "F6": "pay",
    "F7": "claim",
    "F8": "print",
    "F9": "edit",
}


@dataclass
class _Entry:
    name: str
    title: str
    factory: Callable[[], QWidget]
    button: _RailButton | None
    page: QWidget | None = None
    host: QScrollArea | None = None
    stale: bool = False


class Shell(QMainWindow):
    """The window. Build it, `add_page` for each screen, `show_page("home")`, show it; then import what is heavy."""

    searched = Signal(str)
    """The text in the search box, 120 ms after the last key."""
    search_entered = Signal(str)
    """Enter in the search box."""
    scanned = Signal(str)
    """A reader typed this, and the page in front had no use for it. A passport: two lines joined by a line feed."""
    asked = Signal(str)
    """register, pay, claim, print or edit: a key that the page in front does not answer."""
    sync_clicked = Signal()
    till_clicked = Signal()
    operator_clicked = Signal()
    idle = Signal()
    """Nobody touched keyboard or mouse for the minutes of `set_idle_minutes`."""
    page_shown = Signal(str)
    closing = Signal()
    """The window is about to close."""

    def __init__(self, mission: str = "", counter: str = "") -> None:
        super().__init__()
        self.setWindowTitle("Loket PMI")
        self.setMinimumSize(640, 384)
        self.resize(1366, 768)
        self._pages: dict[str, _Entry] = {}
        self._trail: list[str] = []
        self._current = ""
        self._painted = False
        self._shown_banners: list[Banner] = []
        self._before_lock: QWidget | None = None

        self._top = QStackedWidget(self)
        self.setCentralWidget(self._top)
        self._work = work = QWidget()
        self._top.addWidget(work)
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = _Bar(work)
        column.addWidget(self.bar)
        across = QHBoxLayout()
        across.setSpacing(0)
        column.addLayout(across, 1)
        self._rail = _Rail(work)
        across.addWidget(self._rail)
        main = QVBoxLayout()
        main.setSpacing(0)
        across.addLayout(main, 1)
        self._banners = QVBoxLayout()
        self._banners.setContentsMargins(24, 0, 24, 0)
        self._banners.setSpacing(8)
        main.addLayout(self._banners)
        self._stack = QStackedWidget(work)
        main.addWidget(self._stack, 1)

        self.search = self.bar.search
        """The one box that finds anyone; F2."""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(120)
        self._pause.timeout.connect(lambda: self.searched.emit(self.search.text().strip()))
        self.search.textEdited.connect(lambda _text: self._pause.start())
        self.search.returnPressed.connect(self._on_search_entered)
        self.bar.sync.clicked.connect(self.sync_clicked)
        self.bar.till.clicked.connect(self.till_clicked)
        self.bar.operator.clicked.connect(self.operator_clicked)
        self.set_place(mission, counter)

        self._shortcuts = [self._key("F2", self._on_search_key), self._key("F12", self._on_primary_key)]
        for key, asked in _KEYS.items():
            self._shortcuts.append(self._key(key, partial(self._on_asked_key, asked)))
        self._shortcuts.append(self._key("Esc", self.back))

        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._on_idle)
        self._listener: Listener | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            self._listener = Listener(app)
            self._listener.setParent(self)
            self._listener.scanned.connect(self._on_scanned)
            self._listener.touched.connect(self._on_touched)

    # Pages

    def add_page(
        self,
        name: str,
        title: str,
        icon: str,
        factory: Callable[[], QWidget],
        *,
        rail: bool = True,
        bottom: bool = False,
    ) -> None:
        """A screen, made by `factory` when it is first shown. `rail=False` for one that is reached from others only,
        `bottom=True` for Sinkron and Atur. ValueError if the name is taken."""
        if name in self._pages:
            raise ValueError(f"there is a page {name!r} already")
        button = None
        if rail:
            button = self._rail.add(title, icon, bottom=bottom)
            button.clicked.connect(lambda _checked=False: self.show_page(name))
        self._pages[name] = _Entry(name, title, factory, button)

    def show_page(self, name: str, *, rail: str | None = None, **given: Any) -> QWidget:
        """Bring a page to the front and give it `given` (`on_shown(**given)`). KeyError for one never added.

        `rail` names the page whose button is lit, for a page that has none of its own."""
        entry = self._pages[name]
        if self._current and self._current != name:
            self._tell("on_left")
            if name in self._trail:
                del self._trail[self._trail.index(name) :]
            else:
                self._trail.append(self._current)
        if entry.page is None or entry.stale:
            self._make(entry)
        assert entry.page is not None
        assert entry.host is not None
        self._current = name
        self._stack.setCurrentWidget(entry.host)
        self.setWindowTitle(_("{title} – Loket PMI").format(title=entry.title))
        lit = self._pages[rail].button if rail else entry.button
        if lit is not None:
            lit.setChecked(True)
        if not self.locked():
            self._focus(entry.page)
        self._tell("on_shown", **given)
        self.page_shown.emit(name)
        return entry.page

    def page(self, name: str | None = None) -> QWidget | None:
        """A page that has been made, or the one in front."""
        entry = self._pages.get(self._current if name is None else name)
        return entry.page if entry is not None else None

    def current(self) -> str:
        """The name of the page in front."""
        return self._current

    def drop_page(self, name: str) -> None:
        """Forget a page and what is typed in it; it is made anew when next shown."""
        self._pages[name].stale = True

    def set_badge(self, name: str, count: int) -> None:
        """A small number on its button, for what waits to be done; 0 takes it away."""
        button = self._pages[name].button
        if button is not None:
            button.set_badge(count)

    def back(self) -> None:
        """Esc: the page's own `on_back` first, then the page before."""
        if self._tell("on_back"):
            return
        if self._trail:
            self.show_page(self._trail[-1])

    def forget_trail(self) -> None:
        """Esc goes nowhere from here, as after a shift hand-over."""
        self._trail.clear()

    # The top bar

    def set_place(self, mission: str, counter: str) -> None:
        """«KDEI Taipei · Loket 3»."""
        self.bar.set_place(" · ".join(part for part in (mission, counter) if part))

    def set_sync(self, kind: str, text: str) -> None:
        """The chip of the line: ok «Tersinkron 09.41», amber «Luring · 37 menunggu kirim», red «Perlu tindakan»."""
        self.bar.sync.set(kind, text, dot=True)
        self.bar.sync.setVisible(bool(text))

    def set_till(self, text: str | None, kind: str = "grey") -> None:
        """«Kas buka · NT$ 12.450»; None hides it."""
        self.bar.till.set(kind, text or "")
        self.bar.make_room()

    def set_operator(self, text: str | None) -> None:
        """«Rina W. · Petugas»; None hides it."""
        self.bar.operator.set("grey", text or "")
        self.bar.operator.setVisible(bool(text))

    # Messages

    def show_banner(
        self,
        kind: str,
        sentence: str,
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        keep: bool = False,
    ) -> Banner:
        """Trouble in a sentence under the top bar; the same sentence stands there only once."""
        for old in self.banners():
            if old.sentence.text() == sentence:
                old.close_banner()
        banner = Banner(kind, sentence, action, keep=keep, parent=self._work)
        self._banners.setContentsMargins(24, theme.gap, 24, 0)
        banner.closed.connect(lambda: self._on_banner_closed(banner))
        self._banners.addWidget(banner)
        self._shown_banners.append(banner)
        announce(banner)
        return banner

    def banners(self) -> list[Banner]:
        """Those that stand there now, from the top."""
        return list(self._shown_banners)

    def clear_banners(self) -> None:
        """Put all away."""
        for banner in self.banners():
            banner.close_banner()

    def toast(self, sentence: str, kind: str = "ok") -> Toast:
        """What went well, for four seconds."""
        return Toast.show_on(self, sentence, kind)

    def present(self, error: BaseException, action: tuple[str, Callable[[], object]] | None = None) -> None:
        """Show any failure as its banner: amber for trouble, red for a refusal without a field and for a fault."""
        from ui.runner import present

        kind, sentence, _reference = present(error)
        self.show_banner("amber" if kind == "trouble" else "red", sentence, action)

    # The lock

    def set_idle_minutes(self, minutes: float) -> None:
        """After how long `idle` is sent; 0 for never."""
        self._idle.stop()
        if minutes > 0:
            self._idle.start(int(minutes * 60_000))

    def lock(self, screen: QWidget) -> None:
        """Put `screen` (the sign-in) over everything. Pages keep what is typed; keys, scans and rail are off."""
        if self.locked():
            self.unlock()
        for toast in self.findChildren(Toast):
            toast.hide()
        self._before_lock = QApplication.focusWidget()
        self._top.addWidget(screen)
        self._top.setCurrentWidget(screen)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
        screen.setFocus()

    def unlock(self) -> None:
        """Take the sign-in away (it is deleted) and go on where it was."""
        screen = self._top.currentWidget()
        if not self.locked() or screen is None:
            return
        self._top.setCurrentIndex(0)
        self._top.removeWidget(screen)
        screen.deleteLater()
        for shortcut in self._shortcuts:
            shortcut.setEnabled(True)
        before = self._before_lock
        page = self.page()
        if before is not None and _alive(before) and self.isAncestorOf(before):
            before.setFocus()
        elif page is not None:
            self._focus(page)

    def locked(self) -> bool:
        """Whether the sign-in is over everything."""
        return self._top.currentIndex() > 0

    def retranslate(self, titles: dict[str, str]) -> None:
        """The language changed: other words on rail and bar, and on each page that can change them by itself."""
        for name, title in titles.items():
            entry = self._pages[name]
            entry.title = title
            if entry.button is not None:
                entry.button.setText(title)
        self.bar.retranslate()
        for entry in self._pages.values():
            if entry.page is not None:
                retranslate = getattr(entry.page, "retranslate", None)
                if callable(retranslate):
                    retranslate()
                else:
                    entry.stale = True
        if self._current:
            self.show_page(self._current)

    # Inside

    def _make(self, entry: _Entry) -> None:
        old = entry.host
        page = entry.factory()
        host = _Host(page)
        host.setFrameShape(QFrame.Shape.NoFrame)
        host.setWidgetResizable(True)
        host.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        host.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        page.setAccessibleName(page.accessibleName() or entry.title)
        self._stack.addWidget(host)
        entry.page, entry.host, entry.stale = page, host, False
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()

    def _focus(self, page: QWidget) -> None:
        first = getattr(page, "first_focus", None)
        wanted = first() if callable(first) else None
        if wanted is None:
            wanted = _first_in(page)
        (wanted or page).setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, method: str, **given: Any) -> Any:
        answer = getattr(self.page(), method, None)
        return answer(**given) if callable(answer) else None

    def _key(self, key: str, slot: Callable[[], object]) -> QShortcut:
        made = QShortcut(QKeySequence(key), self)
        # A key that is held down must not pay twice.
        made.setAutoRepeat(False)
        made.activated.connect(slot)
        return made

    def _on_search_key(self) -> None:
        page = self.page()
        if page is not None and callable(getattr(page, "on_search", None)):
            self._tell("on_search")
            return
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_primary_key(self) -> None:
        page = self.page()
        if page is not None and page.isEnabled():
            settle_typing()
            self._tell("on_primary")

    def _on_asked_key(self, asked: str) -> None:
        page = self.page()
        if page is not None and callable(getattr(page, f"on_{asked}", None)):
            if page.isEnabled():
                settle_typing()
                self._tell(f"on_{asked}")
        else:
            self.asked.emit(asked)

    def _on_search_entered(self) -> None:
        self._pause.stop()
        self.search_entered.emit(self.search.text().strip())

    def _on_scanned(self, text: str) -> None:
        if self.locked():
            return
        modal = QApplication.activeModalWidget()
        takes = getattr(modal, "on_scan", None) if modal is not None else getattr(self.page(), "on_scan", None)
        if callable(takes) and takes(text):
            return
        if modal is None:
            self.scanned.emit(text)

    def _on_touched(self) -> None:
        if self._idle.isActive():
            self._idle.start()

    def _on_idle(self) -> None:
        self.idle.emit()
        # Not signed in yet, or the lock was refused: ask again after as long.
        if not self.locked():
            self._idle.start()

    def _on_banner_closed(self, banner: Banner) -> None:
        self._banners.removeWidget(banner)
        self._shown_banners.remove(banner)
        if not self._shown_banners:
            self._banners.setContentsMargins(24, 0, 24, 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._listener is not None:
            self._listener.watch(self.windowHandle())
        if not self._painted:
            self._painted = True
            QTimer.singleShot(1_500, self, theme.load_scripts)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)


class _Bar(QWidget):
    """Brand, place, search box, chips."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.height_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 1)
        row.setSpacing(0)
        brand = QLabel("Loket PMI", self)
        brand.setStyleSheet(f"color: {theme.brand_dark}; font-size: 18px; font-weight: 600;")
        self._place = QLabel(self)
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setStyleSheet(f"color: {theme.secondary}; font-size: 13px;")
        self.search = _SearchBox(self)
        self.sync = ChipButton("grey", "", parent=self)
        self.till = ChipButton("grey", "", parent=self)
        self.operator = ChipButton("grey", "", parent=self)
        row.addWidget(brand)
        row.addSpacing(9)
        row.addWidget(self._place)
        row.addSpacing(18)
        row.addWidget(self.search, 12)
        row.addStretch(5)
        for chip in (self.sync, self.till, self.operator):
            row.addSpacing(16)
            row.addWidget(chip)
            chip.hide()

    def set_place(self, text: str) -> None:
        self._place.setText(text)
        self.make_room()

    def retranslate(self) -> None:
        self.search.retranslate()

    def make_room(self) -> None:
        """On a narrow window the place goes first, then the till: the line and the operator are always in view."""
        self._place.setVisible(bool(self._place.text()) and self.width() >= 1000)
        self.till.setVisible(bool(self.till.text()) and self.width() >= 800)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(theme.card))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour(theme.line))


class _SearchBox(QLineEdit):
    """The search box of the top bar, with a glass at the left and its key at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumWidth(150)
        self.setMaximumWidth(380)
        self.setStyleSheet(
            f"QLineEdit {{ background: {theme.quiet}; min-height: 38px; padding: 0 40px 0 32px; font-size: 15px; }}"
            f"QLineEdit:focus {{ background: {theme.card}; }}"
        )
        self.retranslate()

    def retranslate(self) -> None:
        self.setPlaceholderText(_("Cari pekerja, atau pindai paspor / QR"))
        self.setAccessibleName(_("Cari pekerja (F2)"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_icon(painter, QRectF(11, self.height() / 2 - 8, 16, 16), "search", theme.secondary)
        cap = key_size("F2")
        place = QRectF(self.width() - cap.width() - 14, (self.height() - cap.height()) / 2, cap.width(), cap.height())
        paint_key(painter, place, "F2")


class _Host(QScrollArea):
    """Lets a page scroll where the screen is small, and tells it how much room it has."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._page = page
        self.setWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        set_room = getattr(self._page, "set_room", None)
        if callable(set_room):
            set_room(event.size().width())
        super().resizeEvent(event)


class _Rail(QWidget):
    """The buttons at the left; scrolls without a bar when the screen is low."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.width_rail)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(area)
        holder = QWidget()
        holder.setObjectName("clear")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(8, 12, 7, 12)
        self._column.setSpacing(4)
        self._upper = QVBoxLayout()
        self._upper.setSpacing(4)
        self._lower = QVBoxLayout()
        self._lower.setSpacing(4)
        self._column.addLayout(self._upper)
        self._column.addStretch(1)
        self._column.addLayout(self._lower)
        area.setWidget(holder)
        self._area, self._holder = area, holder

    def add(self, title: str, icon: str, *, bottom: bool) -> _RailButton:
        button = _RailButton(title, icon, self._holder)
        (self._lower if bottom else self._upper).addWidget(button)
        button.focused.connect(lambda: self._area.ensureWidgetVisible(button, 0, 8))
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(theme.card))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme.colour(theme.line))


class _RailButton(QPushButton):
    focused = Signal()

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._icon, self._badge = icon, 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)

    def set_badge(self, count: int) -> None:
        self._badge = count
        self.setAccessibleDescription(_("{n} menunggu").format(n=count) if count else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(72, 62)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        on = self.isChecked()
        if on or self.underMouse() or self.hasFocus():
            ground = theme.brand_tint if on else theme.page
            box(painter, rect, 10, fill=ground, border=theme.brand if self.hasFocus() else None)
        letters = theme.brand_dark if on else theme.secondary
        paint_icon(painter, QRectF(rect.center().x() - 11, 10, 22, 22), self._icon, letters)
        words(
            painter,
            QRectF(1, 34, rect.width() - 2, 20),
            self.text(),
            colour=letters,
            font=theme.font(theme.size_small, bold=True),
            align=Qt.AlignmentFlag.AlignHCenter,
        )
        if self._badge:
            text = str(self._badge) if self._badge < 100 else "99+"
            wide = 12.0 + 6 * len(text)
            place = QRectF(min(rect.center().x() + 5, rect.right() - wide), 5, wide, 17)
            box(painter, place, 8.5, fill=theme.amber_stroke, border=theme.card)
            words(
                painter,
                place,
                text,
                colour=theme.card,
                font=theme.font(10, bold=True),
                align=Qt.AlignmentFlag.AlignHCenter,
                elide=False,
            )

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            # Walk without switching pages: an exclusive group of Qt would open every page passed on the way.
            (self.focusNextChild if event.key() == Qt.Key.Key_Down else self.focusPreviousChild)()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focused.emit()
        super().focusInEvent(event)


def _first_in(page: QWidget) -> QWidget | None:
    """The first control in the order of the Tab key."""
    at = page.nextInFocusChain()
    while at is not None and at is not page:
        if (
            page.isAncestorOf(at)
            and at.focusPolicy() & Qt.FocusPolicy.TabFocus
            and at.isEnabled()
            and at.isVisibleTo(page)
            and at.focusProxy() is None
        ):
            return at
        at = at.nextInFocusChain()
    return None


def _alive(thing: QObject) -> bool:
    from shiboken6 import isValid

    return isValid(thing)
