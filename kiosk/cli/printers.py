"""Printers: which this counter prints on, a trial page, and the papers not known to be out."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from kiosk.cli.console import Commands, iso, open_desk, reply
from models.rules.problems import Trouble


def _list(options: argparse.Namespace) -> None:
    from kiosk.devices.printer import SystemPrinter
    from kiosk.usecases.printers import listed, printing

    with open_desk(options) as desk:
        reply(
            {
                "copies": printing(desk).copies,
                "printers": [
                    {"name": one.name, "size": one.size, "chosen": one.chosen, "there": one.there}
                    for one in listed(desk, SystemPrinter())
                ],
            }
        )


def _choose(options: argparse.Namespace) -> None:
    from kiosk.devices.printer import SystemPrinter
    from kiosk.usecases.printers import choose

    with open_desk(options) as desk:
        made = choose(desk, SystemPrinter(), options.printer, size=options.size, copies=options.copies)
        reply({"printer": made.printer, "size": made.size(options.printer.strip()), "copies": made.copies})


def _forget(options: argparse.Namespace) -> None:
    from kiosk.usecases.printers import forget, printing

    with open_desk(options) as desk:
        forget(desk, options.printer.strip())
        reply({"printer": printing(desk).printer})


def _test(options: argparse.Namespace) -> None:
    from kiosk.devices.printer import SystemPrinter
    from kiosk.usecases.printers import try_out

    with open_desk(options) as desk:
        reply({"printer": try_out(desk, SystemPrinter(), options.printer)})


def _waiting(options: argparse.Namespace) -> None:
    from kiosk.devices.printer import SystemPrinter
    from kiosk.usecases.print_jobs import ask, confirm_sent, unconfirmed

    with open_desk(options) as desk:
        with suppress(Trouble):  # a queue that says nothing leaves them as they are
            ask(desk, SystemPrinter())
        confirmed = confirm_sent(desk) if options.all_out else 0
        answer: dict[str, Any] = {
            "papers": [
                {"number": job.number, "state": job.state, "at": iso(job.at), "printer": job.printer}
                for job in unconfirmed(desk)
            ]
        }
        reply(answer | ({"confirmed": confirmed} if options.all_out else {}))


def _print(options: argparse.Namespace) -> None:
    from kiosk.devices.printer import SystemPrinter
    from kiosk.usecases.papers import make, send
    from kiosk.usecases.printers import require_sheets
    from models.sentences import trouble_sentence

    with open_desk(options) as desk:
        if options.copies is not None:
            require_sheets(options.copies)  # before a copy is counted
        paper = make(desk, options.number)
        sent = send(desk, paper, SystemPrinter(), to=options.to, sheets=options.copies)
        answer: dict[str, Any] = {
            "receipt": paper.number,
            "copy": paper.copy,
            "last_copy": sent.last_copy,
            "printer": sent.queue,
            "done": sent.done,
        }
        reply(answer | ({"not_printed": trouble_sentence(sent.trouble)} if sent.trouble else {}))


def declare(commands: Commands) -> None:
    about = "the printers of this counter: list, choose, try out, and what is not known to be out"
    printers = commands.group("printers", _list, about)
    printers.add("list", _list, "the printers there are, and how receipts come out")
    choose = printers.add("choose", _choose, "print receipts and slips on this one from now on")
    choose.add_argument("printer", metavar="NAME|ADDRESS", help="a queue, or tcp://HOST:PORT, or /dev/usb/lp0")
    choose.add_argument("--size", help="a5, a4 (two copies on a page), or 80mm (a thermal printer)")
    choose.add_argument("--copies", type=int, metavar="N", help="sheets an original comes in; all but one are copies")
    forget = printers.add("forget", _forget, "take a printer off this counter's list")
    forget.add_argument("printer", metavar="NAME|ADDRESS")
    test = printers.add("test", _test, "print a trial page")
    test.add_argument("printer", metavar="NAME|ADDRESS", nargs="?")
    waiting = printers.add("waiting", _waiting, "papers not known to be out")
    waiting.add_argument("--all-out", action="store_true", help="somebody looked: all that printers were given is out")
    about = "print a receipt or claim slip: the one that never came out, else a marked copy"
    printing = commands.add("print", _print, about)
    printing.add_argument("number")
    printing.add_argument("--to", metavar="NAME|ADDRESS", help="another printer than the one chosen")
    printing.add_argument("--copies", type=int, metavar="N", help="so many sheets; all but one are copies")
