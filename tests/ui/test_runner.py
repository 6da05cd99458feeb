"""The runner: order, threads, receivers that are gone; and what a failure is called."""

from __future__ import annotations

import gc
import re
import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from kiosk.steps import Step
from models.rules.problems import Problem, Refused, Trouble
from ui.runner import HAND_OVER, InlineRunner, Latest, Runner, Slices, present, settle


@pytest.fixture
def runner(qapp):
    made = Runner()
    yield made
    assert made.close()


class Screen(QObject):
    def __init__(self):
        super().__init__()
        self.heard = []

    def done(self, result):
        self.heard.append((result, threading.current_thread()))

    def failed(self, error):
        self.heard.append((error, threading.current_thread()))


def test_work_runs_elsewhere_and_its_answer_comes_back_here(runner, qtbot):
    screen = Screen()
    runner.run(threading.current_thread, screen.done, screen.failed)
    qtbot.waitUntil(lambda: screen.heard != [])
    ((worker, here),) = screen.heard
    assert here is threading.main_thread()
    assert worker is not here
    assert runner.busy() == 0


def test_a_failure_comes_back_with_its_cause(runner, qtbot):
    screen = Screen()

    def work():
        try:
            raise OSError("paper jam")
        except OSError as error:
            raise Trouble("printer.jam") from error

    runner.run(work, screen.done, screen.failed)
    qtbot.waitUntil(lambda: screen.heard != [])
    error, here = screen.heard[0]
    assert (error.code, type(error.__cause__), here) == ("printer.jam", OSError, threading.main_thread())


def test_the_store_does_what_was_clicked_in_the_order_it_was_clicked(runner, qtbot):
    order: list[int] = []
    answers: list[object] = []
    gate = threading.Event()

    def first() -> None:
        if gate.wait(5):
            order.append(0)

    runner.run(first, answers.append, answers.append)
    for n in range(1, 20):
        runner.run(lambda n=n: order.append(n), answers.append, answers.append)
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert order == list(range(20))


def test_a_line_that_hangs_does_not_hold_the_store(runner, qtbot):
    gate = threading.Event()
    answers: list[object] = []
    runner.run(lambda: gate.wait(5), answers.append, answers.append, on="line")
    runner.run(lambda: "kuitansi", answers.append, answers.append, on="store")
    qtbot.waitUntil(lambda: answers == ["kuitansi"])
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)


def test_the_answer_for_a_screen_that_is_gone_is_dropped(runner, qtbot):
    screen, gate = Screen(), threading.Event()
    told: list[object] = []
    heard = screen.heard
    runner.run(lambda: gate.wait(5), screen.done, screen.failed)
    runner.run(lambda: "later", heard.append, screen.failed, owner=screen)
    screen.deleteLater()
    QCoreApplication.sendPostedEvents(screen, QEvent.Type.DeferredDelete)
    gate.set()
    runner.run(lambda: None, told.append, told.append)
    qtbot.waitUntil(lambda: told == [None])
    assert heard == []


def test_work_can_tell_how_far_it_is(runner, qtbot):
    screen, told = Screen(), []
    say = runner.teller(lambda done, of: told.append((done, of, threading.current_thread())), owner=screen)
    runner.run(lambda: [say(n, 3) for n in range(3)], screen.done, screen.failed)
    qtbot.waitUntil(lambda: screen.heard != [])
    assert told == [(n, 3, threading.main_thread()) for n in range(3)]


def test_after_closing_nothing_new_is_taken_and_the_store_has_finished(qapp):
    runner, done = Runner(), []
    runner.run(lambda: done.append("stored"), lambda _: None, lambda _: None)
    assert runner.close()
    assert done == ["stored"]
    runner.run(lambda: done.append("too late"), lambda _: None, lambda _: None)
    assert runner.busy() == 1
    assert done == ["stored"]


def test_the_inline_runner_does_it_on_the_spot(qapp):
    runner = InlineRunner()
    heard: list[object] = []
    runner.run(lambda: 3, heard.append, heard.append)
    runner.run(lambda: 1 // 0, heard.append, lambda error: heard.append(type(error)))
    runner.teller(lambda *values: heard.append(values))(1, 2)
    assert heard == [3, ZeroDivisionError, (1, 2)]
    runner.close()
    runner.run(lambda: 4, heard.append, heard.append)
    assert heard == [3, ZeroDivisionError, (1, 2)]


def test_a_refusal_says_what_to_change_each_thing_once():
    problem = Problem.of("nik", "nik.sixteen_digits")
    shown = present(Refused(problem, problem))
    assert shown.kind == "refused"
    assert shown.reference is None
    assert shown.sentence.count("NIK") == present(Refused(problem)).sentence.count("NIK")


@pytest.mark.expects_log("ZeroDivisionError")
def test_a_fault_of_ours_has_a_number_and_the_log_has_the_story(caplog):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        shown = present(error)
    assert shown.kind == "fault"
    assert shown.reference is not None
    assert re.fullmatch(r"[A-Z0-9]{4}-\d\d", shown.reference)
    assert shown.reference in shown.sentence
    assert shown.reference in caplog.text
    assert "Traceback" in caplog.text
    assert "ZeroDivisionError" not in shown.sentence


def test_only_the_newest_question_is_answered(runner, qtbot):
    screen = Screen()
    latest = Latest(runner, screen)
    gate = threading.Event()
    heard: list[object] = []
    latest.ask(lambda: "old" if gate.wait(10) else "never", heard.append, heard.append)
    latest.ask(lambda: "new", heard.append, heard.append)
    gate.set()
    qtbot.waitUntil(lambda: runner.busy() == 0)
    assert heard == ["new"]
    latest.ask(lambda: "late", heard.append, heard.append)
    latest.forget()
    qtbot.waitUntil(lambda: runner.busy() == 0)
    assert heard == ["new"]


# Long work in slices


def counting(to, seen=None):
    for at in range(1, to + 1):
        if seen is not None:
            seen.append(threading.current_thread())
        yield Step(at, to)
    return f"{to} done"


def test_a_long_work_is_told_about_and_ends_with_its_result(runner, qtbot, monkeypatch):
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)
    screen = Screen()
    threads: list[threading.Thread] = []
    steps: list[Step] = []
    slices = Slices(runner, screen)
    slices.stepped.connect(steps.append)
    slices.begin(lambda: counting(3, threads), screen.done, screen.failed)
    qtbot.waitUntil(lambda: screen.heard != [])
    assert screen.heard == [("3 done", threading.main_thread())]
    assert steps == [Step(1, 3), Step(2, 3), Step(3, 3)]
    assert threading.main_thread() not in threads
    assert not slices.busy()


def test_a_click_in_between_is_done_before_the_long_work_ends(runner, qtbot, monkeypatch):
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)
    screen = Screen()
    order: list[str] = []
    slices = Slices(runner, screen)

    def click(step):
        if step.done == 2:
            runner.run(lambda: order.append("click"), lambda _none: None, screen.failed)

    slices.stepped.connect(click)
    slices.begin(lambda: counting(50), lambda _result: order.append("end"), screen.failed)
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["click", "end"]


def test_a_long_work_that_is_stopped_does_no_further_step(runner, qtbot, monkeypatch):
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)
    screen = Screen()
    seen: list[threading.Thread] = []
    slices = Slices(runner, screen)
    slices.stepped.connect(lambda step: slices.stop() if step.done == 2 else None)
    with qtbot.waitSignal(slices.stopped):
        slices.begin(lambda: counting(50, seen), screen.done, screen.failed)
    assert len(seen) == 2
    assert screen.heard == []
    slices.begin(lambda: counting(1), screen.done, screen.failed)
    qtbot.waitUntil(lambda: screen.heard != [])


def test_a_long_work_that_fails_says_so_and_another_may_begin(runner, qtbot):
    screen = Screen()
    slices = Slices(runner, screen)

    def broken():
        yield Step(1)
        raise Trouble("world.file")

    slices.begin(broken, screen.done, screen.failed)
    with pytest.raises(ValueError, match="one work at a time"):
        slices.begin(broken, screen.done, screen.failed)
    qtbot.waitUntil(lambda: screen.heard != [])
    assert screen.heard[0][0].code == "world.file"
    assert not slices.busy()


def test_work_that_computes_lets_a_click_go_on_soon(runner):
    assert sys.getswitchinterval() == pytest.approx(HAND_OVER)
    assert HAND_OVER <= 0.001


def test_what_the_program_itself_consists_of_is_not_looked_through_for_garbage():
    settle()
    try:
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
