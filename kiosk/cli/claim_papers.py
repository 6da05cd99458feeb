"""Claim papers: letters about a claim, its dossier, and what a dossier proves."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.console import Commands, UsedWrongly, open_desk, reply, require_writable, write_private
from kiosk.cli.papers import print_folder
from models.rules.problems import Trouble

if TYPE_CHECKING:
    from kiosk.desk import Desk


def _letter(options: argparse.Namespace) -> None:
    from kiosk.usecases.claim_papers import letter

    with open_desk(options) as desk:
        place = _place(desk, options.out)
        pdf = letter(desk, options.number, options.kind)
        path = place(f"{_file_name(options.number)}-{options.kind}.pdf")
        write_private(path, pdf)
    reply({"claim": options.number, "letter": options.kind, "pdf": str(path.absolute())})


def _dossier(options: argparse.Namespace) -> None:
    from kiosk.usecases.claim_papers import dossier

    if (options.number is None) == (options.verify is None):
        raise UsedWrongly("name a claim, or a file with --verify")
    if options.verify is not None:
        _verify(options)
        return
    with open_desk(options) as desk:
        place = _place(desk, options.out)
        made = dossier(desk, options.number)
        path = place(f"{made.number}-berkas.pdf")
        write_private(path, made.pdf)
    documents = [{"name": name, "state": state} for name, state in made.documents]
    reply({"claim": made.number, "documents": documents, "pdf": str(path.absolute())})


def _verify(options: argparse.Namespace) -> None:
    from kiosk.usecases.claim_papers import verify

    try:
        content = options.verify.read_bytes()
    except OSError as error:
        raise Trouble("world.file", path=options.verify, said=error.strerror or str(error)) from error
    with open_desk(options) as desk:
        found = verify(desk, content)
    signer = found.signer
    reply(
        {
            "genuine": found.genuine,
            "intact": found.file.intact,
            "signed": found.file.signed,
            "counter": signer.counter if signer else None,
            "claim": found.file.claim,
            "made_at": found.file.made_at,
            "cover": [{"title": title, "facts": dict(facts)} for title, facts in found.file.cover],
            "documents": [
                {"name": one.name, "state": one.state, "verdict": one.verdict, "pages": list(one.pages)}
                for one in found.file.documents
            ],
            "missing": list(found.file.missing),
        }
    )


def _place(desk: Desk, out: Path | None) -> Callable[[str], Path]:
    """Where a file of this name goes: what was asked for, or the print folder. Trouble where that cannot be written."""
    if out is not None:
        require_writable(out)
        return lambda _name: out
    folder = print_folder(desk)
    return lambda name: folder / name


def _file_name(number: str) -> str:
    """A claim's number or id as part of a file's name, whatever was typed."""
    return "".join(letter for letter in number.strip() if letter.isalnum() or letter in "-.")[:64]


def declare(commands: Commands) -> None:
    letter = commands.add("letter", _letter, "a letter about a claim, in Indonesian and English")
    letter.add_argument("number", metavar="CLAIM")
    letter.add_argument("--kind", required=True, choices=("acknowledgement", "request", "decision"))
    letter.add_argument("--out", type=Path, metavar="F.pdf", help="the print folder if left out")
    dossier = commands.add("dossier", _dossier, "everything about a claim in one PDF that proves its own pages")
    dossier.add_argument("number", metavar="CLAIM", nargs="?")
    dossier.add_argument("--out", type=Path, metavar="F.pdf", help="the print folder if left out")
    dossier.add_argument("--verify", type=Path, metavar="F.pdf", help="prove a dossier instead of making one")
