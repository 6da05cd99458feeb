"""Stories: what the logs of both programs tell of a fault: what broke and where, never what was typed.

What an exception says may quote the value it broke on, and so may what a library writes down. So nothing is struck out
here; only what is known to tell of nobody is let through: the names of files, functions, lines and classes, the code of
a `Trouble`, and the messages that our own loggers write.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from models.rules.problems import Refused, Trouble

OWN = ("loket", "kiosk", "ui", "server", "models", "reports")
"""Loggers whose messages we wrote ourselves, with nothing personal in them."""

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Faceless(logging.Formatter):
    """Tracebacks without what the exceptions say, and other people's messages without their values."""

    def format(self, record: logging.LogRecord) -> str:
        told = record
        if record.name.partition(".")[0] not in OWN:
            told = logging.makeLogRecord(record.__dict__)
            # A message with its values filled in already may say anything; one with gaps is a text of the library's.
            template = record.msg if isinstance(record.msg, str) and record.args else "…"
            told.msg, told.args = f"{record.module}:{record.lineno} {template.splitlines()[0]}", None
        # Another handler may have left its own wording of the traceback on the record; ours stays with us.
        kept, told.exc_text = told.exc_text, None
        stack, told.stack_info = told.stack_info, None
        try:
            return super().format(told)
        finally:
            told.exc_text, told.stack_info = kept, stack

    def formatException(self, error: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:  # type: ignore[override]  # noqa: N802
        return story(error[1])


def story(error: BaseException) -> str:
    """Where an exception came from and what caused it, by file, line, function, class and code."""
    lines: list[str] = []
    seen: set[int] = set()
    told: BaseException | None = error
    while told is not None and id(told) not in seen:
        seen.add(id(told))
        place = "".join(traceback.format_tb(told.__traceback__)).rstrip()
        lines.append(f"{place}\n{type(told).__module__}.{type(told).__qualname__}{_codes(told)}")
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
        if told is not None:
            lines.append("caused by")
    return "\n".join(lines)


def _codes(error: BaseException) -> str:
    if isinstance(error, Trouble):
        return f" {error.code}"
    if isinstance(error, Refused):
        return "".join(f" {problem.code}" for problem in error.problems)
    return ""
