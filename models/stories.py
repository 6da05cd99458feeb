"""Stories: what the logs of both programs tell of a fault: what broke and where, never what was typed.

What an exception says may quote the value it broke on, and so may what a library writes down. So nothing is struck out
here; only what is known to tell of nobody is let through: the names of files, functions, lines and classes, the code of
a `Trouble`, and the messages that our own loggers write.
"""

from __future__ import annotations

import functools
import logging
import re
import sys
import traceback
from collections.abc import Container
from pathlib import Path
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


# For somebody elsewhere

_HEAD = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) (.*)")
_FAULT = re.compile(r"([A-Z0-9]{4}-[0-9]{2}): ([A-Za-z]+)")
_PLACE = re.compile(r'  File "([^"]+)", line (\d+), in (\S+)')
_CLASS = re.compile(r"((?:[A-Za-z_]\w*\.)+)([A-Za-z_]\w*)((?: \S+)*)")
_KIND = re.compile(r"([A-Z][A-Za-z]*)?(Error|Exception|Exit|Interrupt|Warning|Trouble|Refused|Untrue|Unreadable|Tag)")
_HERE = Path(__file__).resolve().parent.parent


def retold(log: str, codes: Container[str], *, most: int = 400) -> list[str]:
    """The last lines of a log (`most` of them) as they may leave the machine: when, which of our loggers, reference
    numbers, classes of exceptions, codes out of `codes`, and places in source files that are really there. Whatever
    else a line says is left out, whoever wrote it."""
    told: list[str] = []
    for line in log.splitlines():
        said = _retold(line, codes)
        if said is not None and said != (told[-1] if told else None):
            told.append(said)
    return told[-most:]


def _retold(line: str, codes: Container[str]) -> str | None:
    if line == "caused by":
        return line
    if head := _HEAD.fullmatch(line):
        at, level, logger, message = head.groups()
        fault = _FAULT.fullmatch(message)
        what = f" {fault[1]}: {fault[2]}" if fault and _KIND.fullmatch(fault[2]) else ""
        return f"{at} {level} {_module(logger) or '…'}{what}"
    if place := _PLACE.fullmatch(line):
        path, number, function = place.groups()
        return f"  {_source(path, function)}:{number}"
    if named := _CLASS.fullmatch(line):
        module, kind, said = named[1].rstrip("."), named[2], named[3].split()
        if (known := _module(module)) and _KIND.fullmatch(kind):
            return " ".join([f"{known}.{kind}", *(code for code in said if code in codes)])
    return None


def _module(name: str) -> str:
    """A module of ours by its whole name, another package's by the first word of it; "" for what is none: names of
    people are none."""
    root, *rest = name.split(".")
    if not all(part.isidentifier() for part in rest):
        return ""
    if root in OWN:
        place = _HERE.joinpath(root, *rest)
        return name if not rest or place.with_suffix(".py").exists() or place.is_dir() else root
    return root if root in sys.stdlib_module_names or root in _packages() else ""


@functools.cache
def _packages() -> frozenset[str]:
    from importlib.metadata import packages_distributions

    return frozenset(packages_distributions())


def _source(path: str, function: str) -> str:
    for root in OWN:
        _before, found, rest = path.rpartition(f"/{root}/")
        if found and re.fullmatch(r"[\w/]+\.py", rest) and (source := _HERE / root / rest).is_file():
            text = source.read_text(encoding="utf-8")
            known = re.fullmatch(r"\w+", function) and re.search(rf"\bdef {function}\b", text)
            return f"{root}/{rest} {function if known else '…'}"
    package = path.rpartition("/site-packages/")[2].partition("/")[0]
    return package if package in _packages() else "…"
