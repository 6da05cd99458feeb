"""Bundles: what goes to the centre on a stick, and what comes from it so."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import DONE, TROUBLE, Commands, in_words, open_desk, reply, require_writable, say, write_private

if TYPE_CHECKING:
    from kiosk.steps import Step
    from kiosk.sync.incoming import Came

_EXPORT = """\
answer: {"files": [{"file", "number", "part", "parts", "entries", "documents", "size", "sha256"}], "left", "kept_back"}
The files are signed, and sealed to the centre. What they carry stays pending until the centre says that it has it.
Without room for all of them, the rest is planned: run the same command with the next stick."""


def _export(options: argparse.Namespace) -> int:
    from kiosk.queries.bundle_papers import manifests
    from kiosk.steps import finish
    from kiosk.sync.outgoing import export
    from models.sentences import trouble_sentence
    from models.sync.bundles import LARGEST
    from reports.bundle_manifest import render_bundle_manifest

    if options.paper:
        require_writable(options.paper)
    size = LARGEST if options.size is None else options.size * 1_000_000
    with open_desk(options) as desk:
        exported = finish(export(desk, options.folder, size=size, everything=options.all), _tell())
        reply(
            {
                "files": [
                    {
                        "file": str(one.path),
                        "number": one.number,
                        "part": one.note.part,
                        "parts": one.note.parts,
                        "entries": one.note.entries,
                        "documents": one.note.documents,
                        "size": one.size,
                        "sha256": one.digest.hex(),
                    }
                    for one in exported.files
                ],
                "left": exported.left,
                "kept_back": exported.kept_back,
            }
        )
        if options.paper:
            papers = manifests(desk, [one.number for one in exported.files])
            for place, paper in enumerate(papers):
                path = options.paper if not place else options.paper.with_stem(f"{options.paper.stem}-{place + 1}")
                write_private(path, render_bundle_manifest(paper))
    if exported.trouble is not None:
        say(trouble_sentence(exported.trouble))
        return TROUBLE
    return DONE


def _import(options: argparse.Namespace) -> int:
    from kiosk.steps import finish
    from kiosk.sync.incoming import take
    from models.sentences import trouble_sentence

    with open_desk(options) as desk:
        came = finish(take(desk, options.files), _tell())
    reply({"files": [_came(one) for one in came]})
    troubles = {trouble_sentence(one.trouble) for one in came if one.trouble is not None}
    for sentence in sorted(troubles):
        say(sentence)
    return TROUBLE if troubles else DONE


def _came(one: Came) -> dict[str, Any]:
    said: dict[str, Any] = {
        "file": str(one.path),
        "state": one.state,
        "number": one.number,
        "part": one.part,
        "parts": one.parts,
        "entries": one.entries,
        "documents": one.documents,
    }
    if one.state == "held":
        said |= {"missing": list(one.missing), "bring_again": one.again}
    if one.problem is not None:
        said["problem"] = in_words([one.problem])[0]
    return said


def _list(options: argparse.Namespace) -> None:
    from kiosk.queries.bundles import bundles

    with open_desk(options) as desk:
        reply(
            [
                {
                    "direction": row.direction,
                    "number": row.number,
                    "part": row.part,
                    "parts": row.parts,
                    "state": row.state,
                    "at": row.at.isoformat(),
                    "entries": row.entries,
                    "documents": row.documents,
                    "size": row.size,
                    "sha256": row.digest.hex(),
                }
                for row in bundles(desk)
            ]
        )


def _tell() -> Any:
    """Progress for people who watch; a script's standard error stays quiet."""
    if not sys.stderr.isatty():
        return lambda _step: None
    shown = -1

    def tell(step: Step) -> None:
        nonlocal shown
        percent = 100 * step.done // step.of if step.of else 0
        if percent != shown:
            shown = percent
            print(f"\r{percent:3} %", end="\n" if percent == 100 else "", file=sys.stderr, flush=True)

    return tell


def declare(commands: Commands) -> None:
    bundle = commands.group("bundle", _list, "carry work to the centre and back on USB sticks")
    export = bundle.add("export", _export, "put what the centre does not have onto a stick", _EXPORT)
    export.add_argument("folder", metavar="DIR", type=Path, help="where the stick is")
    export.add_argument("--size", type=int, metavar="MB", help="a file's largest size; several files if it takes them")
    export.add_argument(
        "--all", action="store_true", help="from the first entry on, and documents that other sticks carry as well"
    )
    export.add_argument("--paper", type=Path, metavar="FILE", help="write the manifest that goes with it, as PDF")
    taking = bundle.add("import", _import, "take what the centre put on a stick, in any order")
    taking.add_argument("files", metavar="FILE", type=Path, nargs="+")
    bundle.add("list", _list, "which sticks went and came, and which are still under way")
