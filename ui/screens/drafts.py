"""Drafts: what is typed for a worker outlives a crash, without any screen asking about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from ui.runner import Runner

if TYPE_CHECKING:
    from kiosk.usecases.drafts import Draft

KEEP_MS = 900
"""How long after the last key what was typed is kept."""


class Keeper(QObject):
    """Keeps one form's content under the worker it is about, and gives it back when that worker comes again.

    `read` gives what is typed now as (subject, content), or None while there is nothing worth keeping; `files` those
    that were added, by names that their contents never change under, where a form has any."""

    def __init__(
        self,
        screen: str,
        read: Callable[[], tuple[str, dict[str, Any]] | None],
        *,
        save: Callable[..., object],
        load: Callable[[str], list[Draft]],
        drop: Callable[[str, str], object],
        runner: Runner,
        failed: Callable[[BaseException], object],
        parent: QObject,
        files: Callable[[], Mapping[str, bytes]] | None = None,
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._screen, self._read, self._runner, self._failed = screen, read, runner, failed
        self._save, self._load, self._drop = save, load, drop
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_MS)
        self._timer.timeout.connect(self.keep)

    def typed(self) -> None:
        """Something changed: keep it when typing stops."""
        self._timer.start()

    def keep(self) -> None:
        """Keep it now, as before a lock."""
        self._timer.stop()
        now = self._read()
        if now is not None:
            subject, content = now
            added = () if self._files is None else (self._files(),)
            self._run(lambda: self._save(self._screen, content, subject, *added))

    def give_back(self, subject: str, fill: Callable[[dict[str, Any]], object]) -> None:
        """Hand `fill` what was kept for this subject, if anything was."""

        def found(drafts: list[Draft]) -> None:
            mine = next((one for one in drafts if one.subject == subject), None)
            if mine is not None:
                fill(mine.content)

        self._runner.run(lambda: self._load(self._screen), found, self._failed, owner=self)

    def drop(self, subject: str) -> None:
        """It was recorded: forget it."""
        self._timer.stop()
        self._run(lambda: self._drop(self._screen, subject))

    def _run(self, work: Callable[[], object]) -> None:
        self._runner.run(work, lambda _done: None, self._failed, owner=self)
