"""`loket …`: what the counter does, for support, bulk work and integration; the same use cases without a screen.

Answers are JSON on standard output, messages for people go to standard error. The exit code says which of four it was.
One module a subject declares its commands (`declare`) and runs them; what they share is in `console`.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.cli.console import (
    DONE,
    REFUSED,
    TROUBLE,
    USED_WRONGLY,
    Commands,
    Parser,
    UsedWrongly,
    folder_named,
    in_words,
    reply,
    say,
    say_fault,
)
from kiosk.cli.persons import candidate_of
from kiosk.config import default_data_folder
from models.rules.problems import Refused, Trouble

_HELP = """\
Loket PMI: registration, contributions and claims of Indonesian migrant workers at a mission's counter.
Without a command it opens the window."""


_EPILOG = """\
Commands that take data read one JSON object from FILE, or from standard input for "-", and print JSON.
Money is in the main unit: 494500 or "12.345". An absent field is the same as null.

exit codes: 0 done · 1 refused by a rule ({"problems":[{"field","code","message"}]}) · 2 used wrongly ·
3 trouble with the world (disk, password, line): the message says what to do

environment: LOKET_PASSWORD the operator's password · LOKET_OPERATOR who signs in · LOKET_DATA the data folder ·
LOKET_NEW_PASSWORD the password to set (staff add, staff password, recover) · LOKET_RECOVERY_CODE (recover) ·
LOKET_SECOND_PASSWORD of the second person who agrees · LOKET_RECEIVER_PASSWORD (till hand-over)"""


def window_folder(arguments: Sequence[str]) -> Path | None:
    """The data folder if these arguments ask for the window, None if they name a command or an option."""
    rest = list(arguments)
    folder = default_data_folder()
    while rest:
        first = rest.pop(0)
        if first == "--data" and rest:
            folder = Path(rest.pop(0))
        elif first.startswith("--data="):
            folder = Path(first.removeprefix("--data="))
        else:
            return None
    return folder


def main_without_window(arguments: Sequence[str]) -> int:
    """Run one command and say how it went."""
    from models.sentences import trouble_sentence

    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8, whatever the machine's language settings say.
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        options = parser().parse_args(list(arguments))
        return int(options.run(options) or DONE)
    except SystemExit as asked:  # --help and --version
        return int(asked.code or DONE)
    except UsedWrongly as wrong:
        say(str(wrong))
        return USED_WRONGLY
    except Refused as refusal:
        alike = getattr(refusal, "candidates", ())
        reply(
            {"problems": in_words(refusal.problems)}
            | ({"candidates": [candidate_of(one) for one in alike]} if alike else {})
        )
        return REFUSED
    except Trouble as trouble:
        say(trouble_sentence(trouble))
        return TROUBLE
    except KeyboardInterrupt:
        say("Dihentikan.")
        return TROUBLE
    except BrokenPipeError:
        # Whoever read the answer has gone; Python is not to complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return TROUBLE
    except OSError as error:
        path = error.filename or "stdout"
        say(trouble_sentence(Trouble("world.file", path=path, said=error.strerror or str(error))))
        return TROUBLE
    except Exception as error:
        say_fault(error, folder_named(arguments))
        return TROUBLE


def parser() -> argparse.ArgumentParser:
    """Everything `loket` takes."""
    from importlib.metadata import version

    # Not before they are needed: the window is opened through this module as well.
    from kiosk.cli import (
        backups,
        balance,
        books,
        bundles,
        claim_answers,
        claim_papers,
        claims,
        contributions,
        coverage,
        deaths,
        doctor,
        documents,
        lists,
        papers,
        persons,
        placements,
        printers,
        privacy,
        proof,
        staff,
        tariffs,
        tasks,
        terminals,
        tills,
        voids,
        workers,
    )

    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="the counter's data folder")
    common.add_argument("--operator", metavar="NAME", help="who signs in (default: the person init made)")
    loket = Parser(
        prog="loket",
        description=_HELP,
        epilog=_EPILOG,
        parents=[common],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    loket.add_argument("--version", action="version", version=f"loket-pmi {version('loket-pmi')}")
    commands = Commands(loket, common, dest="command", metavar="COMMAND", parser_class=Parser)
    for subject in (
        terminals,
        backups,
        bundles,
        workers,
        persons,
        placements,
        contributions,
        tills,
        tariffs,
        balance,
        coverage,
        claims,
        claim_answers,
        deaths,
        claim_papers,
        papers,
        printers,
        voids,
        documents,
        lists,
        tasks,
        books,
        privacy,
        staff,
        proof,
        doctor,
    ):
        subject.declare(commands)
    return loket
