"""Claims: taken in with their documents, and the documents added or taken back later."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, as_uuid, in_words, open_desk, read_form, reply
from kiosk.cli.papers import issued_pdf, print_folder
from models.rules.problems import Problem, Refused, refuse_if

if TYPE_CHECKING:
    from kiosk.usecases.claims import Attached

_DOCUMENTS = """\
documents [{kind*, path (PDF, JPEG, PNG) or kept (id of the worker's own paper), requirement (key of the paper it is
  for; the one that asks for the kind if left out), seen_as (original|copy: what the clerk held), replaces (id of the
  claim's document in whose place it comes)}]"""

_CLAIM = f"""\
fields: worker_id*, kind* (JKK-KECELAKAAN, or a benefit such as JKK-CACAT-TOTAL), event_date*, situation (of JHT age_56,
  total_disability, death or other; of JKM on_leave; the first that this person may file if left out), description,
  filed_by (worker|heir|mission; default worker), filer_name, filer_phone,
  follow_by {{requirement: day until which it may follow}},
  {_DOCUMENTS}.
  What is missing never refuses a claim.

answer: {{"claim", "claim_id", "missing", "follow_by", "documents" (ids), "warnings", "pdf"}}"""

_ATTACH = f"""\
fields: claim* (number or id; of any mission, as long as the claim is here),
  {_DOCUMENTS}*.

answer: {{"claim", "claim_id", "documents" (ids; none for one that was there already), "missing"}}"""

_DETACH = """\
fields: document* (id), reason*. The document is kept, and counts no more.

answer: {"claim", "claim_id", "missing"}"""


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
                "follow_by": {key: day.isoformat() for key, day in filed.follow_by},
                "documents": [str(one) for one in filed.documents],
                "warnings": in_words(filed.warnings),
                "pdf": issued_pdf(desk, filed.number, folder),
            }
        )


def _attach(options: argparse.Namespace) -> None:
    from kiosk.forms.claim import AttachForm
    from kiosk.usecases.claims import attach, find_claim

    form = read_form(options.file, AttachForm)
    required(form, "claim", "documents")
    with open_desk(options) as desk:
        done = attach(desk, find_claim(desk, form.claim or ""), _documents(form.documents or ()))
        reply(_stands(done) | {"documents": [str(one) for one in done.documents]})


def _detach(options: argparse.Namespace) -> None:
    from kiosk.forms.claim import DetachForm
    from kiosk.usecases.claims import detach

    form = read_form(options.file, DetachForm)
    required(form, "document")
    document_id = as_uuid(form.document or "")
    if document_id is None:
        raise Refused(Problem("document", "document.unknown"))
    with open_desk(options) as desk:
        reply(_stands(detach(desk, document_id, form.reason or "")))


def _stands(done: Attached) -> dict[str, Any]:
    return {
        "claim": done.number,
        "claim_id": str(done.claim_id),
        "missing": [requirement.key for requirement in done.missing],
    }


def required(form: object, *fields: str) -> None:
    """Refused `required` for each of these that is empty."""
    refuse_if([Problem(field, "required") for field in fields if not getattr(form, field)])


def _documents(forms: Sequence[Any]) -> list[Any]:
    """Read the files a claim names, all problems at once."""
    from kiosk.devices.pictures import LARGEST_DOCUMENT
    from kiosk.usecases.claims import Document

    problems, found = [], []
    for at, form in enumerate(forms):
        where = f"documents[{at}]"
        if not form.kind:
            problems.append(Problem(f"{where}.kind", "required"))
        document = Document(form.kind or "", "", requirement=form.requirement or "", seen_as=form.seen_as or "")
        if form.replaces:
            document = replace(document, replaces=as_uuid(form.replaces))
            if document.replaces is None:
                problems.append(Problem(f"{where}.replaces", "document.unknown"))
        if form.kept:
            kept = as_uuid(form.kept)
            if kept is None:
                problems.append(Problem(f"{where}.kept", "document.not_of_worker"))
            else:
                found.append(replace(document, file_name=form.kind or "", kept=kept))
            continue
        if not form.path:
            problems.append(Problem(f"{where}.path", "required"))
            continue
        path = Path(form.path)
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_DOCUMENT + 1)
        except (OSError, ValueError) as error:  # a name with a NUL in it
            why = getattr(error, "strerror", None) or str(error)
            problems.append(Problem.of(f"{where}.path", "document.not_readable", file=path.name, said=why))
        else:
            found.append(replace(document, file_name=path.name, content=content))
    if problems:
        raise Refused(*problems)
    return found


def declare(commands: Commands) -> None:
    commands.add_reading("claim", _claim, "take a claim in, with its documents", _CLAIM)
    commands.add_reading("attach", _attach, "add documents to a claim, of this mission or another", _ATTACH)
    commands.add_reading("detach", _detach, "take back a document that was added to a claim by mistake", _DETACH)
