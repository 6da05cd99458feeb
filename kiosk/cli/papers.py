"""Papers: made again, and held up to the light."""

from __future__ import annotations

import argparse
import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, in_words, iso, open_desk, reply, require_writable, say, say_fault, write_private
from models.rules.problems import Problem, Refused, Trouble

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from models.rules.token import ReceiptFacts

_PAPERS = (".pdf", ".png", ".jpg", ".jpeg")


def _receipt(options: argparse.Namespace) -> None:
    from kiosk.usecases.papers import make
    from kiosk.usecases.print_jobs import note

    with open_desk(options) as desk:
        require_writable(options.out)
        paper = make(desk, options.number)
        try:
            write_private(options.out, paper.pdf)
        except OSError:
            note(desk, paper.job, "failed")
            raise
        note(desk, paper.job, "confirmed")
        reply({"receipt": paper.number, "copy": paper.copy, "pdf": str(options.out)})


def _check(options: argparse.Namespace) -> None:
    from kiosk.usecases.checks import check, tokens_in

    path = file_meant(options.token)
    with open_desk(options) as desk:
        text = options.token
        if path is not None:
            texts = tokens_in(path.read_bytes(), media_of(path))
            if not texts:
                raise Refused(Problem.of("token", "token.not_found", file=path.name))
            text = texts[0]
        try:
            found = check(desk, text)
        except Refused as refusal:
            reply({"genuine": False, "problems": in_words(refusal.problems)})
            return
        facts = found.facts
        answer: dict[str, Any] = {
            "genuine": found.genuine,
            "known_here": found.known_here,
            "counter": found.counter,
            "terminals": found.terminals,
            "terminals_listed": iso(found.listed_at),
            "became": {
                "what": found.became.what,
                "number": found.became.number,
                "date": found.became.on.isoformat(),
            }
            if found.became
            else None,
        }
        if found.problem:
            answer["problems"] = in_words([found.problem])
        if facts:
            answer |= {
                "kind": facts.kind,
                "number": facts.number,
                "date": facts.issued_on.isoformat(),
                "initials": facts.initials,
                "passport_end": facts.passport_end,
                "lines": [
                    {
                        "programme": line.programme,
                        "months": line.months,
                        "covered_from": line.covered_from.isoformat(),
                        "covered_to": line.covered_to.isoformat(),
                    }
                    for line in facts.lines
                ],
                "amount_idr": facts.amount_idr,
                "amount": facts.amount.json() if facts.amount else None,
                "currency": facts.amount.currency if facts.amount else None,
            }
            answer |= _further(facts)
        reply(answer)


def _further(facts: ReceiptFacts) -> dict[str, Any]:
    """What only some kinds of paper say: the receipt they are about, the day of confirmation, what a mission
    states, a till's cash."""
    said: dict[str, Any] = {"copy": facts.copy} if facts.copy else {}
    if facts.refers:
        said["refers"] = facts.refers
    if facts.kind == "card":
        said["confirmed_on"] = iso(facts.confirmed_on)
        said["kpj_end"] = facts.kpj_end
    if facts.kind == "statement":
        said |= {"about": facts.about, "event_date": iso(facts.event_on)}
    if facts.kind == "dossier":
        said["manifest_sha256"] = facts.chain.hex()
    if facts.kind == "z":
        said |= {
            "chain": facts.chain.hex(),
            "receipts": facts.receipts,
            "voids": facts.voids,
            "cash": [
                {
                    "currency": one.currency,
                    "counted": one.counted_money.json(),
                    "expected": one.expected_money.json(),
                }
                for one in facts.sums
            ],
        }
    return said


def file_meant(given: str) -> Path | None:
    """The file, where the text is one's name; None where it is a token."""
    path = Path(given)
    with suppress(OSError):  # a token is too long for a name
        if path.is_file():
            return path
    if path.suffix.lower() in _PAPERS:
        raise Trouble("world.file", path=path, said=os.strerror(errno.ENOENT))
    return None


def media_of(path: Path) -> str:
    from kiosk.devices.pictures import media_type

    with path.open("rb") as file:
        return media_type(file.read(16)) or "application/octet-stream"


def issued_pdf(desk: Desk, number: str, folder: Path) -> str | None:
    """Write the paper to the print folder; None where that fails. The work is recorded by now, so nothing that
    happens to its paper may keep the number from whoever asked."""
    from kiosk.usecases.papers import issue_once
    from kiosk.usecases.print_jobs import note
    from models.sentences import trouble_sentence

    job = None
    try:
        paper = issue_once(desk, number)
        job = paper.job
        path = folder / f"{paper.number}{f'-salinan-{paper.copy}' if paper.copy else ''}.pdf"
        write_private(path, paper.pdf)
        note(desk, job, "confirmed")
        return str(path.absolute())
    except OSError as error:
        said = error.strerror or str(error)
    except Trouble as trouble:
        said = trouble_sentence(trouble)
    except Exception as error:
        say_fault(error, desk.folder)
        said = type(error).__name__
    say(trouble_sentence(Trouble("paper.not_written", number=number, said=said)))
    if job is not None:
        with suppress(Trouble):
            note(desk, job, "failed")
    return None


def print_folder(desk: Desk) -> Path:
    """Where the command line leaves papers: nobody else can read it, and nothing stays there over a day.
    Checked before anything is recorded."""
    from kiosk.usecases.papers import print_folder

    return print_folder(desk.folder)


def declare(commands: Commands) -> None:
    about = "make a receipt or claim slip again from the journal; copies are marked"
    receipt = commands.add("receipt", _receipt, about)
    receipt.add_argument("number")
    receipt.add_argument("--out", required=True, type=Path, metavar="F.pdf")
    check = commands.add("check", _check, "whether a paper is genuine: its token, a picture of it, or its PDF")
    check.add_argument("token", metavar="TOKEN|IMAGE|PDF")
