"""The console: how commands are declared, what they read and how they answer. Data is JSON, messages are for people."""

from __future__ import annotations

import argparse
import codecs
import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from kiosk.config import default_data_folder
from models.rules.problems import Problem, Refused, Trouble

if TYPE_CHECKING:
    from kiosk.desk import Desk


DONE, REFUSED, USED_WRONGLY, TROUBLE = 0, 1, 2, 3


T = TypeVar("T")


class UsedWrongly(Exception):
    """The command line or its JSON is not what the command takes."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise UsedWrongly(f"{message}\n{self.format_usage().strip()}")


class MixedParser(Parser):
    """Takes what need not be given also after options: `add WORKER --kind paspor FILE`."""

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._mixing:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


def open_desk(options: argparse.Namespace, password: str | None = None) -> Desk:
    from kiosk.desk import Desk
    from kiosk.usecases.papers import sweep

    desk = Desk.open(data_folder(options), login_of(options), ask_password() if password is None else password)
    with suppress(OSError):  # whoever wants to write there is told
        sweep(desk.folder)
    return desk


def data_folder(options: argparse.Namespace) -> Path:
    return getattr(options, "data", None) or default_data_folder()


def folder_named(arguments: Sequence[str]) -> Path:
    """The data folder, however the command line came to grief."""
    for at, argument in enumerate(arguments):
        if argument.startswith("--data="):
            return Path(argument.removeprefix("--data="))
        if argument == "--data" and at + 1 < len(arguments):
            return Path(arguments[at + 1])
    return default_data_folder()


def login_of(options: argparse.Namespace) -> str | None:
    return getattr(options, "operator", None) or os.environ.get("LOKET_OPERATOR") or None


def ask_password(prompt: str = "Kata sandi: ") -> str:
    return ask_secret("LOKET_PASSWORD", prompt)


def ask_second_password() -> str:
    """The password of the second person: never part of any JSON."""
    return ask_secret("LOKET_SECOND_PASSWORD", "Kata sandi penyelia: ")


def ask_new_password(prompt: str) -> str:
    return ask_secret("LOKET_NEW_PASSWORD", prompt, twice=True)


def ask_secret(variable: str, prompt: str, *, twice: bool = False) -> str:
    """From the environment, or asked for at the terminal: standard input may be the JSON."""
    if (given := os.environ.get(variable)) is not None:
        return given
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        raise UsedWrongly(f"no password: set {variable}, or run in a terminal to be asked") from error
    try:
        typed = getpass.getpass(prompt)
        if twice and getpass.getpass("Sekali lagi: ") != typed:
            raise UsedWrongly("the two passwords differ; nothing was changed")
    except EOFError as error:
        raise UsedWrongly("no password was typed") from error
    return typed


def read_form(file: str, form: type[T]) -> T:
    """The JSON object in a file as this form. Refused and UsedWrongly like `as_form`."""
    return as_form(read_object(file), form)


def read_object(file: str) -> dict[str, Any]:
    """The JSON object in a file; UsedWrongly for anything else."""
    import msgspec

    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsedWrongly(f"{file}: {error.strerror}") from error
    # Decimals stay as they are written: 12.345 is money, and no binary fraction is.
    decoder = msgspec.json.Decoder(float_hook=str)
    try:
        given = decoder.decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsedWrongly(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsedWrongly("expected one JSON object")
    return given


def as_form(given: dict[str, Any], form: type[T]) -> T:
    """The JSON object as this form. An impossible date or amount is a rule's problem; the rest is wrong use."""
    import msgspec

    try:
        return msgspec.convert(given, form)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at ")
        field = where.strip("`").removeprefix("$").lstrip(".").replace("[...]", "[]")
        if said.startswith("Invalid RFC3339"):
            raise Refused(Problem(field, "date.impossible")) from error
        if field.rpartition(".")[2] in ("received", "monthly_idr"):
            raise Refused(Problem(field, "money.not_a_number")) from error
        raise UsedWrongly(f"{field}: {said}" if field else said) from error


def in_words(problems: Sequence[Problem]) -> list[dict[str, str]]:
    from models.sentences import sentence

    return [{"field": problem.field, "code": problem.code, "message": sentence(problem)} for problem in problems]


def iso(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def reply(value: Any) -> None:
    # Flushed here, so that a full disk behind `> file` is told and not lost at the program's end.
    print(json.dumps(value, ensure_ascii=False), flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr)


def say_fault(error: Exception, folder: Path) -> None:
    from kiosk.log import fault, keep_log

    keep_log(folder)
    say(
        "Ada kesalahan pada program. Data yang sudah tersimpan aman. "
        f"Hubungi bantuan dengan nomor {fault(error)}; ceritanya ada di loket.log."
    )


def require_writable(path: Path) -> None:
    if not os.access(path.parent, os.W_OK) or path.is_dir():
        raise Trouble("world.file", path=path, said="tidak dapat ditulis")


def write_private(path: Path, content: bytes) -> None:
    """Readable by nobody else; half a paper is taken away again. OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if not path.is_file():
            file.write(content)  # a pipe, or /dev/stdout
            return
        try:
            os.fchmod(descriptor, 0o600)
            file.write(content)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise


Run = Callable[[argparse.Namespace], "int | None"]


class Commands:
    """Where a subject enters its commands: `commands.add("pay", _pay, "take a payment")`."""

    def __init__(self, parser: argparse.ArgumentParser, common: argparse.ArgumentParser, **named: Any) -> None:
        self._common = common
        self._parts: Any = parser.add_subparsers(**({"metavar": "ACTION", "dest": "action"} | named), required=True)

    def add(self, name: str, run: Run, about: str, more: str = "") -> argparse.ArgumentParser:
        """A command; `more` stands below its options in its help."""
        made: argparse.ArgumentParser = self._parts.add_parser(
            name,
            help=about,
            description=about,
            epilog=more,
            parents=[self._common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    def add_reading(self, name: str, run: Run, about: str, more: str = "") -> argparse.ArgumentParser:
        """A command that reads one JSON object."""
        made = self.add(name, run, about, more)
        made.add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')
        return made

    def group(self, name: str, run: Run, about: str, *, parser: type[Parser] = Parser) -> Commands:
        """A command with actions of its own; `run` is its own name's."""
        return Commands(self.add(name, run, about), self._common, parser_class=parser)
