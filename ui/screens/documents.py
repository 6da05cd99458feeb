"""Documents: what a claim asks for, what is there already, and the ways to add a page, a file or what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, date_short, ngettext, number
from models.rules.claims import document_kind, document_kinds, document_name, party_name
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui import theme
from ui.kit import QuietButton, announce, empty, label
from ui.kit.chips import Mark
from ui.kit.facts import _Line
from ui.runner import Runner, present

if TYPE_CHECKING:
    from kiosk.queries.documents import DocumentRow, OfferedRow
    from kiosk.usecases.claims import Document
    from models.rules.claims import Requirement

    There: TypeAlias = "Added | DocumentRow"

COMPACT_BELOW = 620
"""Pixels of width below which a row's buttons stand under its words, and only where somebody stands."""

OTHER_KEY = "other"
"""The row for papers that nobody asked for."""
OTHER_KIND = "dokumen_lain"

_PASSPORTS = ("paspor", "paspor_cap_masuk")


def size_words(size: int) -> str:
    """«412 KB», «1,2 MB»."""
    if size < 1_000_000:
        return _("{n} KB").format(n=number(max(1, round(size / 1000))))
    tenths = round(size / 100_000)
    return _("{n} MB").format(n=f"{number(tenths // 10)},{tenths % 10}")


def read_file(path: Path) -> bytes:
    """A file's bytes, one more than may be kept at most. Refused `file.unreadable`; runs on a lane."""
    from kiosk.devices.pictures import LARGEST_DOCUMENT

    try:
        with path.open("rb") as file:
            return file.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise Refused(Problem("document", "file.unreadable")) from error


class FileAsked(QFileDialog):
    """Which picture or PDF; `fileSelected` says its name, or `filesSelected` theirs where there may be `several`."""

    def __init__(self, parent: QWidget, title: str, *, several: bool = False) -> None:
        super().__init__(parent, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFileMode(QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile)
        self.setNameFilter(_("Dokumen (*.pdf *.jpg *.jpeg *.png)"))


@dataclass(frozen=True)
class Added:
    """A paper that was added and is not attached yet. `key` is the row it was added to, `how` where it came from: scan,
    file or data; `digest` names its content, `size` in bytes, `doubt` is what a clerk should look at."""

    key: str
    document: Document
    how: str
    digest: str
    size: int
    media_type: str
    doubt: str = ""


def tidied(key: str, how: str, document: Document) -> Added:
    """A document as it will be kept, and what a clerk should look at before. Refused `document.*`; runs on a lane."""
    from kiosk.devices.pictures import prepare
    from kiosk.usecases.claims import document_problems

    if problems := document_problems(document):
        raise Refused(*problems)
    ready = prepare(document.content, document.file_name, field="documents")
    return Added(
        key=key,
        document=replace(document, content=ready.content),
        how=how,
        digest=sha256(ready.content).hexdigest(),
        size=len(ready.content),
        media_type=ready.media_type,
        doubt=" ".join(sentence(problem) for problem in ready.warnings),
    )


def turned(added: Added, turn: int) -> Added:
    """The same picture turned clockwise by so many degrees; runs on a lane."""
    from kiosk.devices.pictures import prepare

    ready = prepare(added.document.content, added.document.file_name, turn=turn, field="documents")  # type: ignore[arg-type]
    return replace(
        added,
        document=replace(added.document, content=ready.content),
        digest=sha256(ready.content).hexdigest(),
        size=len(ready.content),
        doubt=" ".join(sentence(problem) for problem in ready.warnings),
    )


class Checklist(QScrollArea):
    """One row for each paper a claim asks for, and one for papers it does not: a sign, its name, what is there, and
    what can be done. Rows that are still open never stop anybody: they say until when the paper may follow.

    What is added here is held in memory until the claim is filed or the documents are attached; nothing of it is lost
    when another list is asked for. The whole list is one stop of Tab and a second one for the buttons of the row one
    stands on. F8 (`add_next`) fills the row one stands on or the next open one; on a row O takes files, D what is kept
    already, A and S say that the clerk held the original or a copy, L looks, G takes another in its place, Del lets
    go, T sets the day until which it may follow. Files can be dropped on a row."""

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        runner: Runner,
        *,
        scan: Callable[[], bytes] | None = None,
        read: Callable[[bytes], bytes] | None = None,
        card: Callable[[], bytes] | None = None,
        passport_doubt: Callable[[bytes, str], str] | None = None,
        detach: Callable[[UUID, str], object] | None = None,
        detached: Callable[[], object] | None = None,
        today: Callable[[], date] | None = None,
        after: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`read` gives the content of a kept document by its hash, `card` makes the membership card, `passport_doubt`
        says what is odd about a passport's page (on the line's lane). With `detach` an attached document can be taken
        back; `detached` hears of it. With `today` each open row says until when it may follow.
        `after` is what stands before it in the order of Tab."""
        super().__init__(parent)
        self._runner, self._scan, self._read, self._card = runner, scan, read, card
        self._passport_doubt, self._detach, self._detached, self._today = passport_doubt, detach, detached, today
        self._after = after
        self._requirements: tuple[Requirement, ...] = ()
        self._kept: tuple[DocumentRow, ...] = ()
        self._offers: dict[str, OfferedRow] = {}
        self._added: list[Added] = []
        self._follow: dict[str, date] = {}
        self._problems: dict[str, str] = {}
        self._rows: dict[str, _PaperRow] = {}
        self._current = ""
        self._scanning = ""
        self._wait = 0
        self._dialog: QFileDialog | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        holder = self._holder = QWidget()
        holder.setObjectName("clear")
        outer = QVBoxLayout(holder)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        outer.addLayout(self._column)
        outer.addStretch(1)
        self.setWidget(holder)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What is asked for and what is there

    def set_requirements(self, requirements: Sequence[Requirement], kept: Sequence[DocumentRow] = ()) -> None:
        """Another list; what was added stays, with the paper of the new list that asks for its kind, or beside it."""
        same = [one.key for one in requirements] == [one.key for one in self._requirements]
        self._requirements, self._kept = tuple(requirements), tuple(kept)
        self._problems = {}
        if not same or not self._rows:
            self._build()
        self._show()

    def set_offers(self, offers: Sequence[OfferedRow]) -> None:
        """What is kept already and can be taken for one of the papers."""
        self._offers = {one.requirement: one for one in offers}
        self._show()

    def requirements(self) -> tuple[Requirement, ...]:
        """What is asked for."""
        return self._requirements

    def clear(self) -> None:
        """Nothing asked for, nothing added, nothing remembered of either."""
        self._added, self._follow, self._offers, self._current = [], {}, {}, ""
        # What was being read for a list that is gone comes too late.
        self._wait += 1
        self._scanning = ""
        self._requirements, self._kept, self._problems = (), (), {}
        self._build()
        self._show()

    def documents(self) -> tuple[Document, ...]:
        """What was added here, each with the paper it is for."""
        return tuple(
            replace(one.document, requirement="" if (key := self._home(one)) in (OTHER_KEY, SEALED_KEY) else key)
            for one in self._added
        )

    def added(self) -> tuple[Added, ...]:
        """The same as it stands on the rows, to be kept with a draft."""
        return tuple(self._added)

    def restore(self, added: Sequence[Added], follow: Mapping[str, date]) -> None:
        """What a draft kept."""
        self._added, self._follow = list(added), dict(follow)
        if not self._rows and self._added:
            self._build()
        self._show()

    def follow_by(self) -> dict[str, date]:
        """The days the clerk set, of papers that are still to come."""
        missing = {one.key for one in self.missing()}
        return {key: day for key, day in self._follow.items() if key in missing}

    def follow_days(self) -> dict[str, date]:
        """All days the clerk set."""
        return dict(self._follow)

    def count(self) -> tuple[int, int]:
        """How many papers are there, of how many."""
        there = sum(1 for requirement in self._requirements if self._is_there(requirement.key))
        return there, len(self._requirements)

    def missing(self) -> tuple[Requirement, ...]:
        """Papers still to come."""
        return tuple(requirement for requirement in self._requirements if not self._is_there(requirement.key))

    def current(self) -> str:
        """The key of the row one stands on."""
        return self._current

    def row(self, key: str) -> QWidget:
        """The row of a paper."""
        return self._rows[key]

    def first_focus(self) -> QWidget:
        """The row one stands on; the list itself while it is empty."""
        return self._rows.get(self._current, self)

    # What the page asks

    def add_next(self) -> None:
        """F8: the row one stands on if it is open, else the next open one: from the scanner if there is one, else from
        files."""
        key = self._next_open()
        if not key:
            return
        self.stand_on(key)
        self._rows[key].setFocus(Qt.FocusReason.OtherFocusReason)
        self._choose_kind(key, self._begin_scan if self._scan is not None else self._begin_files)

    def add_file(self, requirement: Requirement, kind: str, path: Path) -> None:
        """Read a file and put it beside its paper; what is wrong with it is said there."""
        self.add_files(requirement.key, kind, [path])

    def add_files(self, key: str, kind: str, paths: Sequence[Path], replaces: There | None = None) -> None:
        """Read files and put them beside a paper; each that cannot be used is said there, the others are taken."""
        for path in paths:

            def work(path: Path = path) -> Added:
                from kiosk.usecases.claims import Document

                return tidied(key, "file", Document(kind, path.name, read_file(path)))

            self._run(key, work, replaces)
            replaces = None

    def stand_on(self, key: str) -> None:
        """Stand on a row."""
        if key in self._rows:
            self._current = key
            self._show_rows()
            self.ensureWidgetVisible(self._rows[key], 0, 12)

    # Rows

    def _build(self) -> None:
        """The rows, in the order of the list; what shows on them follows."""
        had_focus = self._holder.isAncestorOf(self.window().focusWidget() or self)
        empty(self._column)
        self._rows = {}
        for one in self._requirements:
            self._rows[one.key] = _PaperRow(self, one.key, one.name)
        if (self._requirements and self._requirements[0].key != SEALED_KEY) or self._added:
            self._rows[OTHER_KEY] = _PaperRow(self, OTHER_KEY, _("Dokumen lain"))
        if self._current not in self._rows:
            self._current = next(iter(one.key for one in self.missing()), next(iter(self._rows), ""))
        before = self._after
        for row in self._rows.values():
            self._column.addWidget(row, 0, Qt.AlignmentFlag.AlignTop)
            # A layout shows what it is given only at the next turn of the loop: too late to take the focus now.
            row.show()
            for widget in row.stops():
                # Made anew for each list, they would stand last in the order of Tab.
                if before is not None:
                    QWidget.setTabOrder(before, widget)
                before = widget
        self._set_compact()
        if had_focus and self._current:
            self._rows[self._current].setFocus()

    def _show(self) -> None:
        if (
            self._rows
            and OTHER_KEY not in self._rows
            and self._added
            and any(self._home(one) == OTHER_KEY for one in self._added)
        ):
            self._build()
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        following = self._next_open()
        asked = {one.key: one for one in self._requirements}
        for key, row in self._rows.items():
            kept, added = self._kept_at(key), self._added_at(key)
            there = bool(kept or added)
            is_open = not there and key != OTHER_KEY
            requirement = asked.get(key)
            offer = self._offers.get(key) if is_open else None
            said = [_kept_words(one) for one in kept] + [_added_words(one) for one in added]
            if not there:
                said = [self._waiting_words(key, requirement, offer)]
            doubt = " ".join(dict.fromkeys(one.doubt for one in added if one.doubt))
            copies = requirement is not None and requirement.original == "original"
            if copies and added and all(one.document.seen_as == "copy" for one in added) and not kept:
                doubt = f"{doubt} {_('Aslinya masih diminta.')}".strip()
            row.show_state(
                _RowState(
                    current=key == self._current,
                    following=key == following,
                    there=there,
                    lines=tuple(said),
                    problem=self._problems.get(key, ""),
                    doubt=doubt,
                    has_scanner=self._scan is not None,
                    busy=bool(self._scanning),
                    offer=offer is not None,
                    dated=is_open and self._today is not None and key != SEALED_KEY,
                    viewable=any(self._viewable(one) for one in self._there_at(key)),
                    replaceable=bool(added) or (bool(kept) and not any(one.sealed for one in kept)),
                    removable=bool(added) or (bool(kept) and self._detach is not None),
                    seen_as=_seen(kept, added),
                    markable=bool(added),
                    is_other=key == OTHER_KEY,
                )
            )

    def _waiting_words(self, key: str, requirement: Requirement | None, offer: OfferedRow | None) -> str:
        if self._scanning == key:
            return _("Memindai…")
        if key == OTHER_KEY:
            return _("yang tidak ada di daftar ini")
        if requirement is None or key == SEALED_KEY:
            return _("boleh menyusul")
        parts = []
        if offer is not None:
            parts.append(_("sudah ada di data pekerja"))
        elif requirement.party:
            parts.append(_("dari {party}").format(party=party_name(requirement.party)))
        if requirement.original in ("original", "copy"):
            parts.append({"original": _("asli"), "copy": _("salinan")}[requirement.original])
        day = self._follow.get(key) or (requirement.follow_by(self._today()) if self._today is not None else None)
        parts.append(
            _("boleh menyusul sampai {day}").format(day=date_short(day)) if day is not None else _("boleh menyusul")
        )
        return " · ".join(parts)

    def _kept_at(self, key: str) -> list[DocumentRow]:
        return [row for row in self._kept if self._kept_home(row) == key and not self._is_replaced(row)]

    def _kept_home(self, row: DocumentRow) -> str:
        wanted = {one.key: one for one in self._requirements}
        if SEALED_KEY in wanted:
            return SEALED_KEY
        if row.requirement in wanted:
            return row.requirement
        return next((key for key, one in wanted.items() if row.kind in one.one_of), OTHER_KEY)

    def _is_replaced(self, row: DocumentRow) -> bool:
        return any(one.document.replaces == row.id for one in self._added)

    def _added_at(self, key: str) -> list[Added]:
        return [one for one in self._added if self._home(one) == key]

    def _there_at(self, key: str) -> list[There]:
        return [*self._kept_at(key), *self._added_at(key)]

    def _home(self, one: Added) -> str:
        """The row it stands on now: the one it was added to, else the first that asks for its kind."""
        wanted = {requirement.key: requirement for requirement in self._requirements}
        if one.key in wanted or one.key == OTHER_KEY:
            return one.key
        if SEALED_KEY in wanted:
            return SEALED_KEY
        return next((key for key, asked in wanted.items() if one.document.kind in asked.one_of), OTHER_KEY)

    def _is_there(self, key: str) -> bool:
        return bool(self._kept_at(key) or self._added_at(key))

    def _next_open(self) -> str:
        """Where F8 goes: the row one stands on if it is open, else the next open one below it, else the first."""
        keys = [one.key for one in self._requirements]
        still = {one.key for one in self.missing()}
        if self._current == OTHER_KEY:
            return OTHER_KEY
        if SEALED_KEY in keys:
            return SEALED_KEY
        start = keys.index(self._current) if self._current in keys else 0
        return next((key for key in keys[start:] + keys[:start] if key in still), "")

    def _viewable(self, one: There) -> bool:
        if isinstance(one, Added):
            return bool(one.document.content) or self._read is not None
        return not one.sealed and self._read is not None

    # What a key or button of a row does

    def act(self, key: str, what: str) -> None:
        """What was asked for on a row: scan, file, data, look, swap, drop, original, copy, date, up, down, first,
        last."""
        if what in ("up", "down", "first", "last"):
            self._walk(what)
            return
        self.stand_on(key)
        state = self._rows[key].state
        if what == "scan" and self._scan is not None:
            self._choose_kind(key, self._begin_scan)
        elif what == "file":
            self._choose_kind(key, self._begin_files)
        elif what == "data" and state.offer:
            self._take_offer(key)
        elif what == "look" and state.viewable:
            self._look(key)
        elif what == "swap" and state.replaceable:
            self._swap(key)
        elif what == "drop" and state.removable:
            self._drop(key)
        elif what in ("original", "copy") and state.markable:
            self._mark(key, what)
        elif what == "date" and state.dated:
            self._ask_day(key)

    def _walk(self, way: str) -> None:
        keys = list(self._rows)
        at = keys.index(self._current) if self._current in keys else 0
        to = {"up": max(0, at - 1), "down": min(len(keys) - 1, at + 1), "first": 0, "last": len(keys) - 1}[way]
        self.stand_on(keys[to])
        self._rows[keys[to]].setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark(self, key: str, seen_as: str) -> None:
        """Said again it is unsaid."""
        at_row = self._added_at(key)
        said = "" if all(one.document.seen_as == seen_as for one in at_row) else seen_as
        self._added = [
            replace(one, document=replace(one.document, seen_as=said)) if one in at_row else one for one in self._added
        ]
        self._show()

    def _take_offer(self, key: str) -> None:
        offer = self._offers[key]
        card = self._card

        def work() -> Added:
            from kiosk.usecases.claims import Document

            if offer.document_id is None:
                assert card is not None, "a card is offered where it can be made"
                return tidied(key, "data", Document(offer.kind, offer.file_name, card()))
            return Added(
                key=key,
                document=Document(offer.kind, offer.file_name, kept=offer.document_id),
                how="data",
                digest=offer.sha256.hex(),
                size=offer.size,
                media_type=offer.media_type,
            )

        self._run(key, work, None)

    def _look(self, key: str) -> None:
        from ui.screens.document_view import LookDialog, Seen

        shown = [one for one in self._there_at(key) if self._viewable(one)]
        LookDialog(
            self.window(),
            self._name_of(key),
            [
                Seen(
                    words=_added_words(one) if isinstance(one, Added) else _kept_words(one),
                    media_type=one.media_type,
                    read=partial(self._content_of, one),
                    doubt=one.doubt if isinstance(one, Added) else "",
                    turn=partial(self._turn, one.digest) if isinstance(one, Added) and one.document.content else None,
                )
                for one in shown
            ],
            runner=self._runner,
        ).open()

    def _content_of(self, one: There) -> bytes:
        """On a lane."""
        if isinstance(one, Added):
            if one.document.content:
                return one.document.content
            digest = bytes.fromhex(one.digest)
        else:
            digest = one.sha256
        assert self._read is not None, "only what can be read is offered to be looked at"
        return self._read(digest)

    def _turn(self, digest: str, turn: int, then: Callable[[bytes, str], object]) -> None:
        """Turn an added picture; `then` gets the picture as it is now, and what is odd about it."""
        one = next((one for one in self._added if one.digest == digest), None)
        if one is None:
            return

        def done(fresh: Added) -> None:
            self._added = [fresh if now == one else now for now in self._added]
            self._show()
            then(fresh.document.content, fresh.doubt)

        self._runner.run(lambda: turned(one, turn), done, self.failed.emit, owner=self)

    def _swap(self, key: str) -> None:
        """Another in place of the last one of this row."""
        last = self._there_at(key)[-1]
        go = self._begin_scan if self._scan is not None else self._begin_files
        self._choose_kind(key, partial(go, replaces=last))

    def _drop(self, key: str) -> None:
        added = self._added_at(key)
        if added:
            self._added.remove(added[-1])
            self._show()
            self._rows[key].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        from ui.screens.document_view import DetachDialog

        kept, detach = self._kept_at(key)[-1], self._detach
        assert detach is not None, "only what can be taken back is offered to be"
        dialog = DetachDialog(
            self.window(),
            self._name_of(key),
            _kept_words(kept),
            detach=lambda reason: detach(kept.id, reason),
            runner=self._runner,
        )
        dialog.accepted.connect(lambda: self._detached() if self._detached is not None else None)
        dialog.open()

    def _ask_day(self, key: str) -> None:
        from ui.screens.document_view import FollowDialog

        asked = next(one for one in self._requirements if one.key == key)
        assert self._today is not None, "days are shown where today is known"
        day = self._follow.get(key) or asked.follow_by(self._today())
        dialog = FollowDialog(self.window(), asked.name, day, self._today())
        dialog.chosen.connect(partial(self._on_day, key))
        dialog.open()

    def _on_day(self, key: str, day: object) -> None:
        assert isinstance(day, date)
        self._follow[key] = day
        self._show()
        self._rows[key].setFocus(Qt.FocusReason.OtherFocusReason)

    # Adding

    def _name_of(self, key: str) -> str:
        return next((one.name for one in self._requirements if one.key == key), _("Dokumen lain"))

    def _kinds_of(self, key: str) -> tuple[str, ...]:
        return next((one.one_of for one in self._requirements if one.key == key), ())

    def _choose_kind(self, key: str, go: Callable[..., object]) -> None:
        """One paper of several kinds that would do: which one it is, by its digit or the arrows; then `go`. Of a paper
        nobody asked for it is asked among all."""
        if key == OTHER_KEY:
            from ui.screens.document_view import KindDialog

            listed = sorted(
                {document_name(kind): document_kind(kind) for kind in document_kinds()}.items(),
                key=lambda pair: (pair[1] != OTHER_KIND, pair[0]),
            )
            dialog = KindDialog(self.window(), [(kind, name) for name, kind in listed], OTHER_KIND)
            dialog.chosen.connect(lambda kind: go(key, str(kind)))
            dialog.open()
            return
        kinds = self._kinds_of(key)
        if len(kinds) == 1:
            go(key, kinds[0])
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self._name_of(key))
        for at, kind in enumerate(kinds, start=1):
            said = document_name(kind)
            menu.addAction(f"&{at} {said}" if at < 10 else said).triggered.connect(
                lambda _checked=False, chosen=kind: go(key, chosen)
            )
        if (first := menu.actions()[0]) is not None:
            menu.setActiveAction(first)
        row = self._rows[key]
        menu.popup(row.mapToGlobal(QPoint(60, row.height())))

    def _begin_files(self, key: str, kind: str, replaces: There | None = None) -> None:
        dialog = FileAsked(self, document_name(kind), several=replaces is None)
        dialog.filesSelected.connect(lambda names: self.add_files(key, kind, [Path(name) for name in names], replaces))
        self._dialog = dialog
        dialog.open()

    def _begin_scan(self, key: str, kind: str, replaces: There | None = None) -> None:
        scan = self._scan
        if scan is None or self._scanning:
            return
        self._scanning = key
        self._problems.pop(key, None)
        self._show_rows()

        def work() -> Added:
            from kiosk.usecases.claims import Document

            return tidied(key, "scan", Document(kind, f"{kind}.jpg", scan()))

        # A page takes longer than a click may wait for the store: the scanner has the other lane.
        self._run(key, work, replaces, on_line=True)

    def _run(self, key: str, work: Callable[[], Added], replaces: There | None, *, on_line: bool = False) -> None:
        asked = self._wait
        self._runner.run(
            work,
            lambda found: self._on_read(asked, found, replaces),
            lambda error: self._on_not_read(asked, key, error),
            on="line" if on_line else "store",
            owner=self,
        )

    def _on_read(self, asked: int, found: Added, replaces: There | None) -> None:
        if asked != self._wait:
            return
        self._scanning = ""
        self._problems.pop(found.key, None)
        if isinstance(replaces, Added):
            found = replace(found, document=replace(found.document, seen_as=replaces.document.seen_as))
            self._added = [found if one == replaces else one for one in self._added]
        else:
            if replaces is not None:
                found = replace(found, document=replace(found.document, replaces=replaces.id))
            # The same page twice for one paper is one page.
            if not any(one.digest == found.digest and one.key == found.key for one in self._added):
                self._added.append(found)
        if found.key in self._rows:
            self._current = found.key
        self._show()
        self._look_at_passport(asked, found)
        if found.doubt:
            announce(self._rows[self._home(found)])

    def _look_at_passport(self, asked: int, found: Added) -> None:
        doubt = self._passport_doubt
        if doubt is None or found.document.kind not in _PASSPORTS or not found.document.content:
            return

        def done(said: str) -> None:
            if asked != self._wait or not said:
                return
            self._added = [
                replace(one, doubt=f"{one.doubt} {said}".strip()) if one.document is found.document else one
                for one in self._added
            ]
            self._show()

        self._runner.run(
            lambda: doubt(found.document.content, found.document.file_name),
            done,
            self.failed.emit,
            on="line",
            owner=self,
        )

    def _on_not_read(self, asked: int, key: str, error: BaseException) -> None:
        if asked != self._wait:
            return
        self._scanning = ""
        self._problems[key] = present(error).sentence
        self._show()
        if key in self._rows:
            announce(self._rows[key])

    # Files that are dropped; the width

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._rows and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped(event)
        at = self._holder.mapFrom(self, event.position().toPoint())
        key = next((key for key, row in self._rows.items() if row.geometry().contains(at)), self._next_open())
        if not paths or not key:
            return
        event.acceptProposedAction()
        self.stand_on(key)
        self._choose_kind(key, lambda row, kind: self.add_files(row, kind, paths))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_compact()

    def _set_compact(self) -> None:
        for row in self._rows.values():
            row.set_compact(self.viewport().width() < COMPACT_BELOW)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)


@dataclass(frozen=True)
class _RowState:
    current: bool = False
    following: bool = False
    there: bool = False
    lines: tuple[str, ...] = ()
    problem: str = ""
    doubt: str = ""
    has_scanner: bool = False
    busy: bool = False
    offer: bool = False
    dated: bool = False
    viewable: bool = False
    replaceable: bool = False
    removable: bool = False
    seen_as: str = ""
    markable: bool = False
    is_other: bool = False


ROW_KEYS = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
    Qt.Key.Key_P: "scan",
    Qt.Key.Key_O: "file",
    Qt.Key.Key_D: "data",
    Qt.Key.Key_L: "look",
    Qt.Key.Key_G: "swap",
    Qt.Key.Key_Delete: "drop",
    Qt.Key.Key_A: "original",
    Qt.Key.Key_S: "copy",
    Qt.Key.Key_T: "date",
}
"""What a key does on a row of the checklist."""


class _PaperRow(_Line):
    """A paper of the list. It keeps its widgets as long as the list asks for it, so that the focus never jumps."""

    def __init__(self, checklist: Checklist, key: str, name: str) -> None:
        super().__init__(checklist.widget())
        self._checklist, self.key, self._name = checklist, key, name
        self.state = _RowState()
        self._compact: bool | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        across = QHBoxLayout(self)
        across.setContentsMargins(10, 8, 10, 9)
        across.setSpacing(16)
        self._mark = Mark("amber", _("belum ada"), parent=self)
        across.addWidget(self._mark)
        self._texts = QVBoxLayout()
        self._texts.setSpacing(1)
        self._said = label("", "note", wrap=True, parent=self)
        self._problem = label("", "problem", wrap=True, parent=self)
        self._doubt = label("", "note", wrap=True, parent=self)
        self._doubt.setStyleSheet(f"color: {theme.kinds['amber'][0]};")
        self._texts.addWidget(label(name, "strong", wrap=True, parent=self))
        for one in (self._said, self._problem, self._doubt):
            self._texts.addWidget(one)
        across.addLayout(self._texts, 1)
        self._holder = QWidget(self)
        self._holder.setObjectName("clear")
        buttons = QHBoxLayout(self._holder)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(4)
        self._buttons: dict[str, QuietButton] = {}
        for what, words, icon, boxed in (
            ("data", _("Dari data"), "", True),
            ("scan", _("Pindai"), "", True),
            ("file", _("Berkas…"), "", True),
            ("date", "", "calendar", True),
            ("original", _("Asli"), "", True),
            ("copy", _("Salinan"), "", True),
            ("look", _("Lihat"), "", False),
            ("swap", _("Ganti"), "", False),
            ("drop", "", "trash", False),
        ):
            button = QuietButton(words, icon=icon, boxed=boxed, parent=self._holder)
            button.clicked.connect(lambda _checked=False, act=what: self._checklist.act(self.key, act))
            buttons.addWidget(button)
            self._buttons[what] = button
        across.addWidget(self._holder)
        self._across = across

    def stops(self) -> list[QWidget]:
        """The row and its buttons in the order of Tab."""
        return [self, *self._buttons.values()]

    def button(self, what: str) -> QuietButton:
        """One of its buttons."""
        return self._buttons[what]

    def set_compact(self, compact: bool) -> None:
        """The buttons under the words, and only on the row one stands on."""
        if compact == self._compact:
            return
        self._compact = compact
        self._across.removeWidget(self._holder)
        self._texts.removeWidget(self._holder)
        if compact:
            self._texts.addWidget(self._holder, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self._across.addWidget(self._holder)
        self.show_state(self.state)

    def show_state(self, state: _RowState) -> None:
        """Show how it stands."""
        self.state = state
        self.chosen = state.current
        grey = state.is_other and not state.there
        self._mark.set(
            "ok" if state.there else "grey" if grey else "amber", _("ada") if state.there else _("belum ada")
        )
        self._said.setText("\n".join(state.lines))
        self._said.setVisible(bool(state.lines))
        self._problem.setText(state.problem)
        self._problem.setVisible(bool(state.problem))
        self._doubt.setText(state.doubt)
        self._doubt.setVisible(bool(state.doubt))
        spoken = (self._name, *state.lines, state.problem, state.doubt)
        self.setAccessibleName(". ".join(part for part in spoken if part))
        self._show_buttons(state)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if state.current else Qt.FocusPolicy.ClickFocus)
        self._fit()
        self.update()

    def _show_buttons(self, state: _RowState) -> None:
        adding = not state.there or state.is_other
        reached = state.current or not self._compact
        shown = {
            "data": state.offer and reached,
            "scan": state.has_scanner and adding and reached,
            "file": adding and reached,
            "date": state.dated and state.current,
            "original": state.markable and state.current,
            "copy": state.markable and state.current,
            "look": state.viewable and reached,
            "swap": state.replaceable and reached and not state.is_other,
            "drop": state.removable and state.current,
        }
        f8 = "F8" if state.following else ""
        keys = {
            "data": "D",
            "scan": f8 or "P",
            "file": "O" if state.has_scanner else f8 or "O",
            "date": "T",
            "original": "A",
            "copy": "S",
            "look": "L",
            "swap": "G",
            "drop": "Del",
        }
        said = {
            "data": _("Ambil {name} dari data pekerja"),
            "scan": _("Pindai {name}"),
            "file": _("Berkas… {name}"),
            "date": _("Tanggal menyusul {name}"),
            "original": _("Yang dilihat asli: {name}"),
            "copy": _("Yang dilihat salinan: {name}"),
            "look": _("Lihat {name}"),
            "swap": _("Ganti {name}"),
            "drop": _("Lepaskan {name}"),
        }
        for what, button in self._buttons.items():
            if not shown[what] and button.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            # Too many key caps side by side say nothing: only where one stands, and where F8 goes.
            hint = keys[what] if state.current or keys[what] == "F8" else ""
            button.set_key("" if what in ("drop", "date") else hint)
            name = said[what].format(name=self._name)
            button.setAccessibleName(f"{name} ({keys[what]})")
            button.setToolTip(name)
            button.setVisible(shown[what])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if state.current else Qt.FocusPolicy.NoFocus)
            if what in ("original", "copy"):
                button.set_pressed(state.seen_as == what)
        self._buttons["scan"].setEnabled(not state.busy)
        self._holder.setVisible(any(shown.values()))

    def _fit(self) -> None:
        """As high as its words are at its width, now that they have changed."""
        layout, inner = self.layout(), self._holder.layout()
        if layout is not None and inner is not None and self.width() > 0:
            # What a hidden button took stays reckoned with until the inner layout hears of it.
            inner.invalidate()
            self._holder.updateGeometry()
            self._texts.invalidate()
            layout.invalidate()
            layout.activate()
            if layout.hasHeightForWidth():
                self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.state.current:
            self._checklist.stand_on(self.key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._checklist.stand_on(self.key)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._checklist.act(self.key, "look" if self.state.there else "file")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if not event.modifiers() & held and self.hasFocus():
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                add = "scan" if self.state.has_scanner else "file"
                self._checklist.act(self.key, "look" if self.state.there else add)
                return
            if key in ROW_KEYS:
                self._checklist.act(self.key, ROW_KEYS[key])
                return
        super().keyPressEvent(event)


SEALED_KEY = "sealed"
"""The one row of a restricted claim: whatever is added there is sealed, its kind with it."""


def sealed_requirement() -> Requirement:
    """What a restricted claim asks for, as far as this counter may say."""
    from models.rules.claims import Requirement

    return Requirement(SEALED_KEY, (OTHER_KIND,), "", "", _("Dokumen klaim khusus (disegel untuk pusat)"))


def _seen(kept: Sequence[DocumentRow], added: Sequence[Added]) -> str:
    """What the clerk held, where it is the same of all."""
    said = {one.document.seen_as for one in added} or {one.seen_as for one in kept}
    return said.pop() if len(said) == 1 else ""


def _seen_words(seen_as: str) -> str:
    return {"original": _("asli"), "copy": _("salinan")}.get(seen_as, "")


def _kept_words(one: DocumentRow) -> str:
    return " · ".join(part for part in (one.file_name, size_words(one.size), _seen_words(one.seen_as)) if part)


def _added_words(one: Added) -> str:
    name = {"scan": _("dipindai"), "data": _("dari data pekerja")}.get(one.how, one.document.file_name)
    seen = _seen_words(one.document.seen_as)
    replaced = _("pengganti") if one.document.replaces is not None else ""
    return " · ".join(part for part in (name, size_words(one.size) if one.size else "", seen, replaced) if part)


def _dropped(event: QDropEvent) -> list[Path]:
    """The files that are dropped, if all of it is files."""
    urls: list[Any] = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls] if urls and all(url.isLocalFile() for url in urls) else []


def counted(n: int) -> str:
    """«3 dokumen»."""
    return ngettext("{n} dokumen", "{n} dokumen", n).format(n=n)
