"""Documents: what a claim asks for, what is there already, and the way to add a file or a scanned page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, number
from models.rules.claims import document_name
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui import theme
from ui.kit import QuietButton, empty, label
from ui.kit.chips import Mark
from ui.kit.facts import _Line
from ui.runner import Runner, present

if TYPE_CHECKING:
    from kiosk.queries.documents import DocumentRow
    from kiosk.usecases.claims import Document
    from models.rules.claims import Requirement


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
    """Which picture or PDF; `fileSelected` says its name."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.setNameFilter(_("Dokumen (*.pdf *.jpg *.jpeg *.png)"))


def read_document(kind: str, path: Path) -> Document:
    """A file from the disk, examined. Refused `document.*`, `file.unreadable`; runs on a lane."""
    from kiosk.usecases.claims import Document, document_problems

    document = Document(kind, path.name, read_file(path))
    if problems := document_problems(document):
        raise Refused(*problems)
    return document


def tidied(document: Document) -> Tidied:
    """A document as it will be kept, and what a clerk should look at before. Refused `document.*`; runs on a lane."""
    from kiosk.devices.pictures import prepare
    from kiosk.usecases.claims import Document

    ready = prepare(document.content, document.file_name, field="documents")
    return Tidied(Document(document.kind, document.file_name, ready.content), ready.warnings)


class Tidied(NamedTuple):
    """A document made fit to be kept, and what is wrong with it."""

    document: Document
    warnings: tuple[Problem, ...]


class Checklist(QScrollArea):
    """One row for each paper a claim asks for: a sign, its name, what is attached, and what can be done.

    What is added here is held in memory until the claim is filed or the documents are attached. Rows that are still
    open never stop anybody: they say that the paper may follow."""

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, runner: Runner, *, scan: Callable[[], bytes] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._scan = runner, scan
        self._requirements: tuple[Requirement, ...] = ()
        self._kept: tuple[DocumentRow, ...] = ()
        self._fresh: list[tuple[str, Document]] = []
        self._problems: dict[str, str] = {}
        self._doubts: dict[str, str] = {}
        self._buttons: dict[str, QuietButton] = {}
        self._scanning = ""
        self._dialog: QFileDialog | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
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

    def set_requirements(self, requirements: Sequence[Requirement], kept: Sequence[DocumentRow] = ()) -> None:
        """Another list; files already added stay where the new list asks for their kind too."""
        wanted = {requirement.key: requirement for requirement in requirements}
        self._fresh = [
            (key, document)
            for old, document in self._fresh
            if (key := self._home(document.kind, old, wanted)) is not None
        ]
        self._requirements, self._kept, self._problems = tuple(requirements), tuple(kept), {}
        self._show()

    def requirements(self) -> tuple[Requirement, ...]:
        """What is asked for."""
        return self._requirements

    def clear(self) -> None:
        """Nothing asked for, nothing added."""
        self._fresh = []
        self.set_requirements(())

    def documents(self) -> tuple[Document, ...]:
        """What was added here."""
        return tuple(document for _key, document in self._fresh)

    def count(self) -> tuple[int, int]:
        """How many papers are there, of how many."""
        there = sum(1 for requirement in self._requirements if self._is_there(requirement))
        return there, len(self._requirements)

    def missing(self) -> tuple[Requirement, ...]:
        """Papers still to come."""
        return tuple(requirement for requirement in self._requirements if not self._is_there(requirement))

    def add_next(self) -> None:
        """F8: the next open paper, from the scanner if there is one, else from a file."""
        open_ones = self.missing()
        if not open_ones:
            return
        if self._scan is not None:
            self._choose_kind(open_ones[0], self._begin_scan)
        else:
            self._choose_kind(open_ones[0], self._begin_file)

    def add_file(self, requirement: Requirement, kind: str, path: Path) -> None:
        """Read a file and put it beside its paper; what is wrong with it is said there."""
        self._runner.run(
            lambda: tidied(read_document(kind, path)),
            partial(self._on_read, requirement.key),
            partial(self._on_not_read, requirement.key),
            owner=self,
        )

    # Rows

    def _show(self) -> None:
        empty(self._column)
        self._buttons = {}
        following = next(iter(self.missing()), None)
        for requirement in self._requirements:
            self._column.addWidget(self._row(requirement, chosen=requirement is following))
        self.changed.emit()

    def _row(self, requirement: Requirement, *, chosen: bool) -> QWidget:
        key = requirement.key
        kept = [row for row in self._kept if row.kind in requirement.one_of or key == SEALED_KEY]
        fresh = [document for at, document in self._fresh if at == key]
        there = bool(kept or fresh)
        line = _Line(self.widget())
        line.chosen = chosen
        across = QHBoxLayout(line)
        across.setContentsMargins(10, 8, 10, 9)
        across.setSpacing(16)
        across.addWidget(Mark("ok" if there else "amber", _("ada") if there else _("belum ada"), parent=line))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(label(requirement.name, "strong", wrap=True, parent=line))
        files = [_file_words(row.file_name, row.size) for row in kept]
        files += [_file_words(document.file_name, len(document.content)) for document in fresh]
        problem = self._problems.get(key)
        said = problem or "; ".join(files) or (_("Memindai…") if self._scanning == key else _("boleh menyusul"))
        texts.addWidget(label(said, "problem" if problem else "note", wrap=True, parent=line))
        doubt = self._doubts.get(key, "") if fresh and not problem else ""
        if doubt:
            amber = label(doubt, "note", wrap=True, parent=line)
            amber.setStyleSheet(f"color: {theme.kinds['amber'][0]};")
            texts.addWidget(amber)
            said = f"{said}. {doubt}"
        across.addLayout(texts, 1)
        line.setAccessibleName(f"{requirement.name}. {said}")
        for button in self._actions(requirement, line, there=there, fresh=bool(fresh), chosen=chosen):
            across.addWidget(button)
        return line

    def _actions(
        self, requirement: Requirement, line: QWidget, *, there: bool, fresh: bool, chosen: bool
    ) -> list[QuietButton]:
        made: list[QuietButton] = []
        if self._scan is not None and not there:
            scan = QuietButton(_("Pindai"), "F8" if chosen else "", boxed=True, parent=line)
            scan.setAccessibleName(_("Pindai {name}").format(name=requirement.name))
            scan.clicked.connect(lambda: self._choose_kind(requirement, self._begin_scan))
            scan.setEnabled(not self._scanning)
            made.append(scan)
        words = _("Ganti…") if fresh else _("Tambah…") if there else _("Berkas…")
        key = "F8" if chosen and self._scan is None else ""
        file = QuietButton(words, key, boxed=not there, parent=line)
        file.setAccessibleName(f"{words} {requirement.name}")
        file.clicked.connect(lambda: self._choose_kind(requirement, self._begin_file))
        self._buttons[requirement.key] = file
        made.append(file)
        if fresh:
            said = _("Lepaskan {name}").format(name=requirement.name)
            drop = QuietButton("", icon="trash", tooltip=said, parent=line)
            drop.clicked.connect(lambda: self._drop(requirement.key))
            made.append(drop)
        return made

    def _is_there(self, requirement: Requirement) -> bool:
        kept = any(row.kind in requirement.one_of for row in self._kept)
        return kept or any(key == requirement.key for key, _document in self._fresh)

    @staticmethod
    def _home(kind: str, old: str, wanted: dict[str, Requirement]) -> str | None:
        if old in wanted and kind in wanted[old].one_of:
            return old
        return next((key for key, one in wanted.items() if kind in one.one_of), None)

    # Adding

    def _choose_kind(self, requirement: Requirement, go: Callable[[Requirement, str], object]) -> None:
        """One paper of several kinds that would do: which one it is; then `go`."""
        if len(requirement.one_of) == 1:
            go(requirement, requirement.one_of[0])
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(requirement.name)
        for kind in requirement.one_of:
            menu.addAction(document_name(kind)).triggered.connect(partial(go, requirement, kind))
        if (first := menu.actions()[0]) is not None:
            menu.setActiveAction(first)
        button = self._buttons.get(requirement.key)
        anchor: QWidget = button if button is not None else self
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))

    def _begin_file(self, requirement: Requirement, kind: str, *_checked: bool) -> None:
        dialog = FileAsked(self, document_name(kind))
        dialog.fileSelected.connect(lambda name: self.add_file(requirement, kind, Path(name)))
        self._dialog = dialog
        dialog.open()

    def _begin_scan(self, requirement: Requirement, kind: str, *_checked: bool) -> None:
        scan = self._scan
        if scan is None or self._scanning:
            return
        self._scanning = requirement.key
        self._problems.pop(requirement.key, None)
        self._show()
        name = f"{kind}.jpg"

        def work() -> Tidied:
            from kiosk.usecases.claims import Document

            return tidied(Document(kind, name, scan()))

        # A page takes longer than a click may wait for the store: the scanner has the other lane.
        self._runner.run(
            work,
            partial(self._on_read, requirement.key),
            partial(self._on_not_read, requirement.key),
            on="line",
            owner=self,
        )

    def _on_read(self, key: str, found: Tidied) -> None:
        self._scanning = ""
        self._problems.pop(key, None)
        self._doubts[key] = " ".join(sentence(problem) for problem in found.warnings)
        if key in {requirement.key for requirement in self._requirements}:
            self._fresh = [(at, one) for at, one in self._fresh if at != key] + [(key, found.document)]
        self._show()

    def _on_not_read(self, key: str, error: BaseException) -> None:
        self._scanning = ""
        self._problems[key] = present(error).sentence
        self._show()

    def _drop(self, key: str) -> None:
        self._fresh = [(at, document) for at, document in self._fresh if at != key]
        self._show()
        if key in self._buttons:
            self._buttons[key].setFocus()


SEALED_KEY = "sealed"
"""The one row of a restricted claim: whatever is added there is sealed, its kind with it."""


def sealed_requirement() -> Requirement:
    """What a restricted claim asks for, as far as this counter may say."""
    from models.rules.claims import Requirement

    return Requirement(SEALED_KEY, ("identitas_peserta",), "", "", _("Dokumen klaim khusus (disegel untuk pusat)"))


def _file_words(name: str, size: int) -> str:
    return f"{name} · {size_words(size)}" if name else size_words(size)
