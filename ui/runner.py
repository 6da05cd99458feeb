"""The runner: carries work off the drawing thread and its answer back; and what a failure is called on the screen."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal, Slot
from shiboken6 import isValid

from kiosk.log import fault
from models.language import _
from models.rules.problems import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.steps import Step, Steps

SLICE_SECONDS = 0.04
"""How long a slice of a long work keeps the store lane: a click in between waits no longer than one notices."""

HAND_OVER = 0.0005
"""Seconds after which a thread that computes lets another one go on. A click asks SQLite some hundred short questions;
after each it would wait so long for a pull that computes beside it (Python's own: 5 ms)."""

T = TypeVar("T")
Lane = Literal["store", "line", "paper"]
log = logging.getLogger("loket.ui")


def settle() -> None:
    """What was loaded until now stays, and is not looked through for garbage any more: that stopped everything for a
    tenth of a second, every few seconds of a pull."""
    gc.collect()
    gc.freeze()


class _Work(QRunnable):
    def __init__(self, work: Callable[[], object], answer: Callable[[object, BaseException | None], None]) -> None:
        super().__init__()
        self._work, self._answer = work, answer

    def run(self) -> None:
        try:
            result = self._work()
        except BaseException as error:
            self._answer(None, error)
        else:
            self._answer(result, None)


class Runner(QObject):
    """Three lanes of one thread each: *store* does what was clicked in the order it was clicked, *line* the network,
    *paper* the printers: one that does not answer keeps nobody from the next payment.

    `run(work, done, failed)`: `work` takes nothing and touches no widget; `done(result)` or `failed(error)` comes on
    the drawing thread. If the receiver (the object whose method `done` is, or `owner` for a lambda) was deleted in
    the meantime, the answer is dropped: the work itself was done all the same."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(HAND_OVER)
        self._lanes: dict[str, QThreadPool] = {}
        for name in ("store", "line", "paper"):
            pool = QThreadPool(self)
            pool.setMaxThreadCount(1)
            # A lane's thread stays: SQLAlchemy's connections and httpx's sockets live longer than a minute's pause.
            pool.setExpiryTimeout(-1)
            pool.setObjectName(name)
            self._lanes[name] = pool
        self._waiting = 0
        self._closed = False
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
        *,
        on: Lane = "store",
        owner: QObject | None = None,
    ) -> None:
        """Do `work` on a lane. Call it from the drawing thread. After `close` it does nothing."""
        if self._closed:
            return
        receiver = owner or _receiver(done) or _receiver(failed)
        self._waiting += 1

        def answer(result: object, error: BaseException | None) -> None:
            self._answered.emit((result, error, done, failed, receiver))

        self._lanes[on].start(_Work(work, answer))

    def teller(self, told: Callable[..., object], *, owner: QObject | None = None) -> Callable[..., None]:
        """A function that work may call from its lane to report how far it is; `told` gets it on the drawing
        thread: `say = runner.teller(self._on_progress)`, then in the work `say(3, 100)`."""
        receiver = owner or _receiver(told)

        def tell(*values: object) -> None:
            self._answered.emit((values, None, lambda args: told(*args), None, receiver))

        return tell

    def busy(self) -> int:
        """How many answers are still to come."""
        return self._waiting

    def close(self, milliseconds: int = 10_000) -> bool:
        """Take nothing new, forget what has not begun, wait for what has. False if that took longer.

        What was clicked last is never forgotten on the *store* lane: it is waited for. A paper that was not begun is
        listed as not printed."""
        self._closed = True
        self._lanes["line"].clear()
        self._lanes["paper"].clear()
        finished = [lane.waitForDone(milliseconds) for lane in self._lanes.values()]
        return all(finished)

    @Slot(object)
    def _on_answered(self, answer: tuple[Any, BaseException | None, Any, Any, QObject | None]) -> None:
        result, error, done, failed, receiver = answer
        if failed is not None:
            self._waiting -= 1
        if receiver is not None and not isValid(receiver):
            if error is not None and not isinstance(error, Refused | Trouble):
                log.error("work failed after its screen was closed", exc_info=error)
            return
        if error is not None:
            failed(error)
        else:
            done(result)


class InlineRunner(Runner):
    """For tests: does everything at once, on the spot, on the thread it is called on."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
        *,
        on: Lane = "store",
        owner: QObject | None = None,
    ) -> None:
        """Do it now. After `close` it does nothing, as the other."""
        if self._closed:
            return
        try:
            result = work()
        except Exception as error:
            failed(error)
        else:
            done(result)

    def teller(self, told: Callable[..., object], *, owner: QObject | None = None) -> Callable[..., None]:
        """Tells at once."""

        def tell(*values: object) -> None:
            told(*values)

        return tell


class Latest:
    """Questions asked anew while somebody types or looks on: only the newest one's answer is heard."""

    def __init__(self, runner: Runner, owner: QObject) -> None:
        self._runner, self._owner = runner, owner
        self._asked = 0

    def ask(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Ask on the store lane; what was asked before is forgotten."""
        self.forget()
        asked = self._asked
        self._runner.run(
            work,
            lambda answer: done(answer) if asked == self._asked else None,
            lambda error: failed(error) if asked == self._asked else None,
            owner=self._owner,
        )

    def forget(self) -> None:
        """Hear no answer to what was asked so far."""
        self._asked += 1


class Slices(QObject):
    """Work too long for one turn of the store lane, done in slices: what is clicked meanwhile is done between two.

    `begin(work, done, failed)`: `work` gives the steps (kiosk.steps), on the lane; `stepped(step)` as they go on. After
    `stop` it comes to `stopped`, after the step it is in; what that step recorded stands."""

    stepped = Signal(object)
    stopped = Signal()

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._stop = Event()
        self._steps: Steps[Any] | None = None
        self._work: Callable[[], Steps[Any]] | None = None

    def begin(
        self, work: Callable[[], Steps[T]], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Begin; ValueError while another work goes on."""
        if self._work is not None:
            raise ValueError("one work at a time")
        self._work, self._steps = work, None
        self._done, self._failed = done, failed
        self._stop.clear()
        self._go_on()

    def stop(self) -> None:
        """Do no further step."""
        self._stop.set()

    def busy(self) -> bool:
        """Whether a work goes on."""
        return self._work is not None

    def _go_on(self) -> None:
        self._runner.run(self._slice, self._on_slice, self._on_failed, owner=self)

    def _slice(self) -> Step | _End | None:
        """On the lane: the last step of this slice, the end with its result, or None where it was stopped."""
        assert self._work is not None
        if self._steps is None:
            self._steps = self._work()
        until = monotonic() + SLICE_SECONDS
        while not self._stop.is_set():
            try:
                step = next(self._steps)
            except StopIteration as end:
                return _End(end.value)
            if monotonic() >= until:
                return step
        self._steps.close()
        return None

    def _on_slice(self, reached: Step | _End | None) -> None:
        if isinstance(reached, _End):
            self._work = self._steps = None
            self._done(reached.result)
        elif reached is None:
            self._work = self._steps = None
            self.stopped.emit()
        else:
            self.stepped.emit(reached)
            # By way of the event loop, so that what was clicked gets in line first.
            QTimer.singleShot(0, self, self._go_on)

    def _on_failed(self, error: BaseException) -> None:
        self._work = self._steps = None
        self._failed(error)


class _End(NamedTuple):
    result: Any


def _receiver(slot: Callable[..., object]) -> QObject | None:
    owner = getattr(slot, "__self__", None)
    return owner if isinstance(owner, QObject) else None


class Presented(NamedTuple):
    """A failure as the screen shows it: `refused` beside the field, `trouble` in a banner, `fault` (ours) in a
    sentence with its `reference`, under which the log has the whole story."""

    kind: Literal["refused", "trouble", "fault"]
    sentence: str
    reference: str | None = None


def present(error: BaseException) -> Presented:
    """Which of the three names a failure has, and its sentence. What nobody foresaw is logged with its traceback."""
    from models.sentences import sentence, trouble_sentence

    if isinstance(error, Refused):
        return Presented("refused", " ".join(dict.fromkeys(sentence(one) for one in error.problems)))
    if isinstance(error, Trouble):
        return Presented("trouble", trouble_sentence(error))
    reference = fault(error)
    said = _("Ada kesalahan pada program. Data yang sudah tersimpan aman. Hubungi bantuan dengan nomor {reference}.")
    return Presented("fault", said.format(reference=reference), reference)
