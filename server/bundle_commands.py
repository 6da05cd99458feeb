"""`loket-centre bundle …`: what counters send on sticks is taken in, and what goes back to them is made."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.rules.problems import Problem, Refused, Trouble
from models.sentences import sentence

if TYPE_CHECKING:
    from server.usecases.centre import Centre
    from server.usecases.incoming import Taken
    from server.usecases.officers import Officer

DONE, REFUSED = 0, 1


@dataclass(frozen=True, slots=True)
class Tools:
    """What a command works with: the centre of a folder, who acts, and how data, words and files are given out."""

    attached: Callable[[argparse.Namespace], AbstractContextManager[Centre]]
    officer: Callable[[Centre, argparse.Namespace], Officer | None]
    show: Callable[[Any], None]
    write: Callable[[Path, bytes], None]


Run = Callable[[Tools, argparse.Namespace], int]


def add_bundles(commands: Any, everywhere: argparse.ArgumentParser, tools: Tools) -> None:
    """Enter the commands below `bundle`."""
    about = "What counters without a line send on USB sticks, and what goes back to them."
    group = commands.add_parser("bundle", help=about, description=about, parents=[everywhere])
    actions = group.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, run: Run, said: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=said, description=said, parents=[everywhere])
        added.set_defaults(run=partial(run, tools))
        return added

    take = action("take", _take, "Take in what counters put on sticks, in any order; the same again changes nothing.")
    take.add_argument("files", metavar="FILE", type=Path, nargs="+")
    take.add_argument(
        "--confirmed",
        action="store_true",
        help="also from a counter that is revoked or has a newer key: somebody looked at where the stick comes from",
    )
    take.add_argument("--paper", default="", metavar="TEXT", help="what the manifest's QR code says; it has to fit")
    take.add_argument("--officer", metavar="NAME", help="who takes it in (admin)")
    make = action("make", _make, "Put what a counter does not have yet onto a stick, sealed to it.")
    make.add_argument("counter", metavar="COUNTER", help="its series such as TPE3, or its id")
    make.add_argument("folder", metavar="DIR", type=Path, help="where the stick is")
    make.add_argument("--size", type=int, metavar="MB", help="a file's largest size; several files if it takes them")
    make.add_argument("--without-documents", action="store_true", help="only entries, verdicts and reference data")
    make.add_argument("--paper", type=Path, metavar="FILE", help="write the manifest that goes with it, as PDF")
    make.add_argument("--officer", metavar="NAME", help="who makes it (admin)")
    listing = action("list", _list, "Which files came and went, the newest first, and what still waits.")
    listing.add_argument("counter", metavar="COUNTER", nargs="?", help="of one counter only")


def _take(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.incoming import take

    taken: list[dict[str, Any]] = []
    problems: list[Problem] = []
    with tools.attached(given) as centre:
        by = tools.officer(centre, given)
        for path in sorted(given.files, key=lambda path: path.name):
            try:
                with path.open("rb") as file:
                    one = take(centre, file, name=path.name, by=by, confirmed=given.confirmed, paper=given.paper)
            except Refused as refusal:
                problems += refusal.problems
                continue
            except OSError as error:
                raise Trouble("world.file", path=path, said=error.strerror or str(error)) from error
            taken.append({"file": str(path)} | _said(one))
    said = [{"field": one.field, "code": one.code, "message": sentence(one)} for one in problems]
    tools.show({"files": taken} | ({"problems": said} if said else {}))
    return REFUSED if problems else DONE


def _said(one: Taken) -> dict[str, Any]:
    said: dict[str, Any] = {
        "state": one.state,
        "series": one.series,
        "number": one.number,
        "part": one.part,
        "parts": one.parts,
        "entries": one.entries,
        "documents": one.documents,
        "flagged": one.flagged,
        "quarantined": one.quarantined,
        "sha256": one.digest.hex(),
    }
    if one.state == "held":
        said |= {"missing": list(one.missing), "bring_again": one.again}
    if one.troubles:
        said["troubles"] = list(one.troubles)
    return said


def _make(tools: Tools, given: argparse.Namespace) -> int:
    from models.sync.bundles import LARGEST
    from reports.bundle_manifest import render_bundle_manifest
    from server.usecases.bundle_papers import manifests
    from server.usecases.outgoing import make

    size = LARGEST if given.size is None else given.size * 1_000_000
    with tools.attached(given) as centre:
        by = tools.officer(centre, given)
        made = make(centre, given.counter, given.folder, size=size, with_documents=not given.without_documents, by=by)
        if given.paper is not None:
            for place, paper in enumerate(manifests(centre, made, by.name if by is not None else "Pusat")):
                path = given.paper if not place else given.paper.with_stem(f"{given.paper.stem}-{place + 1}")
                tools.write(path, render_bundle_manifest(paper))
    tools.show(
        {
            "files": [
                {
                    "file": str(one.placed.path),
                    "number": one.head.number,
                    "part": one.head.part,
                    "parts": one.head.parts,
                    "entries": one.entries,
                    "documents": one.documents,
                    "verdicts": one.verdicts,
                    "size": one.placed.size,
                    "sha256": one.placed.digest.hex(),
                }
                for one in made
            ]
        }
    )
    print("Bawa berkasnya ke loket itu; yang belum diambilnya ikut lagi di berkas berikutnya.", file=sys.stderr)
    return DONE


def _list(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.breaches import find_terminal
    from server.usecases.bundle_papers import carried

    with tools.attached(given) as centre:
        terminal = None
        if given.counter:
            terminal = centre.read(lambda connection: find_terminal(connection, given.counter)).terminal
        rows = carried(centre, terminal)
    tools.show(
        [
            {
                "series": row.series,
                "direction": row.direction,
                "number": row.number,
                "state": row.state,
                "at": row.at.isoformat(),
                "entries": row.entries,
                "documents": row.documents,
                "sha256": row.digest.hex(),
            }
            for row in rows
        ]
    )
    return DONE
