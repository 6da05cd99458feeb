"""Claims: taken in with their documents."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.cli.console import Commands, in_words, open_desk, read_form, reply
from kiosk.cli.papers import issued_pdf, print_folder
from models.rules.problems import Problem, Refused

_CLAIM = """\
fields: worker_id*, kind* (e.g. JKK-CACAT-TOTAL), event_date*, description, documents [{kind, path}] (PDF, JPEG, PNG),
  filed_by (worker|heir|mission; default worker), filer_name, filer_phone. What is missing never refuses a claim.

answer: {"claim", "claim_id", "missing", "warnings", "pdf"}"""


def _claim(options: argparse.Namespace) -> None:
    from kiosk.forms.claim import ClaimForm
    from kiosk.usecases.claims import file

    form = read_form(options.file, ClaimForm)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        filed = file(desk, form, _documents(form.documents or ()))
        reply(
            {
                "claim": filed.number,
                "claim_id": str(filed.claim_id),
                "missing": [requirement.key for requirement in filed.missing],
                "warnings": in_words(filed.warnings),
                "pdf": issued_pdf(desk, filed.number, folder),
            }
        )


def _documents(forms: Sequence[Any]) -> list[Any]:
    """Read the files a claim names, all problems at once."""
    from kiosk.devices.pictures import LARGEST_DOCUMENT
    from kiosk.usecases.claims import Document

    problems, found = [], []
    for at, form in enumerate(forms):
        where = f"documents[{at}]"
        problems += [Problem(f"{where}.{field}", "required") for field in ("kind", "path") if not getattr(form, field)]
        if not form.path:
            continue
        path = Path(form.path)
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_DOCUMENT + 1)
        except (OSError, ValueError) as error:  # a name with a NUL in it
            said = getattr(error, "strerror", None) or str(error)
            problems.append(Problem.of(f"{where}.path", "document.not_readable", file=path.name, said=said))
        else:
            found.append(Document(form.kind or "", path.name, content))
    if problems:
        raise Refused(*problems)
    return found


def declare(commands: Commands) -> None:
    commands.add_reading("claim", _claim, "take a claim in, with its documents", _CLAIM)
