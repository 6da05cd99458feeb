"""Documents: a worker's papers kept and given back, and a passport's page read."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.cli.console import (
    Commands,
    MixedParser,
    UsedWrongly,
    in_words,
    iso,
    open_desk,
    reply,
    require_writable,
    write_private,
)

_MRZ = """\
No counter is needed and nothing is kept. Every check digit must be right as it was read.

answer: {"mrz" (the two lines; what `register` takes by that name), "name", "surname", "given", "number", "birth_date",
  "sex", "kind", "expiry", "issuer", "nationality", "personal_number", "warnings"}"""


def _mrz(options: argparse.Namespace) -> None:
    from datetime import UTC

    from kiosk.devices.clock import system_clock
    from kiosk.usecases.mrz import read_page

    page = read_page(content_of(options.file), options.file.name, system_clock().astimezone(UTC).date())
    said = page.passport
    reply(
        {
            "mrz": list(page.lines),
            "name": said.name,
            "surname": said.surname,
            "given": said.given,
            "number": said.number,
            "birth_date": iso(said.birth_date),
            "sex": said.sex,
            "kind": said.kind,
            "expiry": said.expiry.isoformat(),
            "issuer": said.issuer,
            "nationality": said.nationality,
            "personal_number": said.personal_number,
            "warnings": in_words(page.warnings),
        }
    )


def _document_add(options: argparse.Namespace) -> None:
    from kiosk.devices.scanner import ScanimageScanner
    from kiosk.forms.payment import worker_id
    from kiosk.usecases.documents import keep_document
    from models.rules.documents import worker_document_kind

    if options.scan == (options.file is not None):
        raise UsedWrongly("either FILE or --scan")
    kind = worker_document_kind(options.kind)
    with open_desk(options) as desk:
        name = f"{kind}.jpg" if options.scan else options.file.name
        content = ScanimageScanner().scan() if options.scan else content_of(options.file)
        kept = keep_document(desk, worker_id(options.worker_id), kind, content, name, turn=options.turn)
    reply(
        {
            "document_id": str(kept.id),
            "sha256": kept.sha256.hex(),
            "size": kept.size,
            "media_type": kept.media_type,
            "warnings": in_words(kept.warnings),
        }
    )


def _document_list(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.documents import of_worker

    with open_desk(options) as desk:
        reply(
            [
                {
                    "document_id": str(row.id),
                    "kind": row.kind,
                    "name": row.name,
                    "file_name": row.file_name,
                    "sha256": row.sha256.hex(),
                    "size": row.size,
                    "media_type": row.media_type,
                    "kept_at": row.kept_at.isoformat(),
                    "operator": row.operator,
                    "mission": row.mission,
                    "here": row.here,
                    "at_centre": row.at_centre,
                }
                for row in of_worker(desk, worker_id(options.worker_id))
            ]
        )


def _document_get(options: argparse.Namespace) -> None:
    from kiosk.queries.documents import known
    from kiosk.sync.documents import fetch

    try:
        digest = bytes.fromhex(options.sha256)
    except ValueError as error:
        raise UsedWrongly("SHA is 64 hexadecimal digits") from error
    with open_desk(options) as desk:
        found = known(desk, digest)
        require_writable(options.out)
        content = fetch(desk, digest)
        write_private(options.out, content)
    reply({"sha256": digest.hex(), "media_type": found, "size": len(content), "file": str(options.out)})


def content_of(path: Path) -> bytes:
    """A document's bytes, one more than the largest at most. OSError."""
    from kiosk.devices.pictures import LARGEST_DOCUMENT

    with path.open("rb") as file:
        return file.read(LARGEST_DOCUMENT + 1)


def declare(commands: Commands) -> None:
    from models.rules.documents import worker_document_kinds

    mrz = commands.add("mrz", _mrz, "read the two lines of a passport's page, scanned or photographed", _MRZ)
    mrz.add_argument("file", type=Path, metavar="FILE", help="a picture or PDF of the page")
    about = "a worker's papers: keep one, list them, get one back"
    document = commands.group("document", _document_list, about, parser=MixedParser)
    kinds = "kinds: " + ", ".join(worker_document_kinds())
    keep = document.add("add", _document_add, "keep a picture or PDF, or a page from the scanner, with a worker", kinds)
    keep.add_argument("worker_id", metavar="WORKER")
    keep.add_argument("file", nargs="?", type=Path, metavar="FILE")
    keep.add_argument("--kind", required=True, help="what paper it is, e.g. paspor")
    keep.add_argument("--scan", action="store_true", help="take the page from the scanner")
    keep.add_argument("--turn", type=int, default=0, choices=(0, 90, 180, 270), help="degrees clockwise")
    listed = document.add("list", _document_list, "the papers kept with a worker", kinds)
    listed.add_argument("worker_id", metavar="WORKER")
    fetch = document.add("get", _document_get, "write a paper to a file; the centre is asked where it is not here")
    fetch.add_argument("sha256", metavar="SHA", help="as list shows it")
    fetch.add_argument("--out", required=True, type=Path, metavar="F")
