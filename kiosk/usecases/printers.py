"""Printers of this counter: which there are, where receipts and slips come out, how large, and how many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from kiosk.desk import Desk, get_setting, set_setting
from kiosk.devices.printer import Printer, is_address, require_address
from kiosk.queries.reference import counter_name
from models.rules.problems import Problem, Refused, Trouble
from reports.paper import Form, Words, render, render_pair
from reports.thermal import render_thermal
from reports.trial import CODE, trial_form

Size = Literal["a5", "a4", "80mm"]
"""A5 pages; A4 pages with the worker's and the mission's copy to cut apart; a roll of 80 mm."""
SIZES: tuple[Size, ...] = get_args(Size)

RENDERED: dict[Size, Callable[[Form], bytes]] = {"a5": render, "a4": render_pair, "80mm": render_thermal}

MOST_COPIES = 5
"""Sheets of one print command. More is a slip of the finger."""

_SETTING = "printing"


class Printing(msgspec.Struct, frozen=True, omit_defaults=True):
    """How this counter prints receipts and slips. `sizes` says what a printer is fed with, A5 where it says nothing;
    a thermal printer stands there by its queue's name or its address."""

    printer: str | None = None
    """The queue or address chosen; None for the system's own choice."""
    copies: int = 1
    """Sheets that come out when a paper is first printed: the original, and copies marked so."""
    sizes: dict[str, Size] = {}

    def size(self, printer: str) -> Size:
        return self.sizes.get(printer, "a5")


@dataclass(frozen=True, slots=True)
class PrinterRow:
    """A printer that can be chosen. `there`: the system knows the queue; of an address nobody knows before printing."""

    name: str
    size: Size
    chosen: bool
    there: bool = True


def printing(desk: Desk) -> Printing:
    """What was chosen at this counter."""
    with desk.read() as work:
        kept = get_setting(work.connection, _SETTING)
        # Before sizes could be chosen, the printer's name was kept alone.
        return msgspec.convert(kept, Printing) if kept else Printing(get_setting(work.connection, "printer"))


def listed(desk: Desk, printer: Printer) -> list[PrinterRow]:
    """The printers there are, the one that papers go to first; one that was chosen and is gone comes last.
    Trouble `printer.failed`."""
    chosen = printing(desk)
    names = printer.names()
    addresses = [name for name in chosen.sizes if is_address(name) and name not in names]
    used = _used(chosen, names)
    there = sorted([*names, *addresses], key=lambda name: name != used)
    rows = [PrinterRow(name, chosen.size(name), name == used) for name in there]
    if chosen.printer and chosen.printer not in there:
        rows.append(PrinterRow(chosen.printer, chosen.size(chosen.printer), chosen=False, there=False))
    return rows


def printer_for(desk: Desk, printer: Printer, to: str | None = None) -> tuple[str, Size]:
    """Where a receipt goes now, and how large it is there. Trouble `printer.none`, `printer.failed`."""
    chosen = printing(desk)
    name = to or _used(chosen, [] if chosen.printer and is_address(chosen.printer) else printer.names())
    if name is None:
        raise Trouble("printer.none")
    return name, chosen.size(name)


def page_printer(desk: Desk, printer: Printer) -> str | None:
    """Where papers go that need a whole page: the printer chosen, or the first that is no thermal one; None: any."""
    chosen = printing(desk)
    names = [name for name in printer.names() if chosen.size(name) != "80mm"]
    return chosen.printer if chosen.printer in names else next(iter(names), None)


def require_sheets(count: int) -> None:
    """Refused `printer.copies` unless so many can be asked for at once."""
    if not 1 <= count <= MOST_COPIES:
        raise Refused(Problem.of("copies", "printer.copies", most=MOST_COPIES))


def choose(desk: Desk, printer: Printer, name: str, *, size: str | None = None, copies: int | None = None) -> Printing:
    """Print receipts on this one from now on; `size` and `copies` stay as they are where none is given.

    Refused `printer.size`, `printer.copies`, `printer.unknown`. Trouble `printer.address`, `printer.failed`."""
    name = name.strip()
    problems = []
    if size is not None and size not in SIZES:
        problems.append(Problem.of("size", "printer.size", size=size, sizes=", ".join(SIZES)))
    if copies is not None and not 1 <= copies <= MOST_COPIES:
        problems.append(Problem.of("copies", "printer.copies", most=MOST_COPIES))
    if is_address(name):
        require_address(name)
    elif name not in (names := printer.names()):
        problems.append(Problem.of("printer", "printer.unknown", name=name, names=", ".join(names) or "–"))
    if problems:
        raise Refused(*problems)
    before = printing(desk)
    fed = before.size(name) if size is None else msgspec.convert(size, Size)
    # An address is never anything but a roll: nothing there understands a PDF.
    sizes = before.sizes | {name: "80mm" if is_address(name) else fed}
    made = Printing(name, before.copies if copies is None else copies, sizes)
    _keep(desk, made)
    return made


def forget(desk: Desk, name: str) -> None:
    """Take a printer off this counter's list; a queue stays with the system."""
    before = printing(desk)
    sizes = {one: size for one, size in before.sizes.items() if one != name}
    _keep(desk, Printing(None if before.printer == name else before.printer, before.copies, sizes))


def try_out(desk: Desk, printer: Printer, to: str | None = None) -> str:
    """Print a trial page, as large as receipts are there; the printer's name. Trouble `printer.*`."""
    name, size = printer_for(desk, printer, to)
    with desk.read() as work:
        place, series = work.terminal.mission, work.terminal.series
        counter = counter_name(work.connection, place.code, series)
        at = work.now.astimezone(ZoneInfo(place.zone))
    form = trial_form(Words(place.title, place.title_en), counter, name, at)
    printer.send(RENDERED[size](form), CODE, to=name, raw=size == "80mm")
    return name


def _used(chosen: Printing, names: list[str]) -> str | None:
    if chosen.printer and (chosen.printer in names or is_address(chosen.printer)):
        return chosen.printer
    return next(iter(names), None)


def _keep(desk: Desk, made: Printing) -> None:
    with desk.store.write(new_work=False) as connection:
        set_setting(connection, _SETTING, msgspec.to_builtins(made))
