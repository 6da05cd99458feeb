"""Lists: many workers in at once, and out."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.console import (
    DONE,
    REFUSED,
    TROUBLE,
    Commands,
    UsedWrongly,
    open_desk,
    read_form,
    reply,
    require_writable,
    say,
    write_private,
)
from models.rules.problems import Problem, Refused, Trouble

if TYPE_CHECKING:
    from kiosk.steps import Step
    from reports.sheets import Sheet

_IMPORT = """\
FILE is CSV (; , tab or |; UTF-8, UTF-16 or Windows-1252) or XLSX. Columns are known by their names in Indonesian and
English; --mapping says which field others are: {"fields": {"Panggilan": "name", "Golongan": null}, "order": "mdy"},
and is remembered for lists with the same columns. Fields are those of register; heirs[0].name to heirs[2].birth_date;
birth_place_date ("MALANG, 12-03-1994"). "order" is dmy or mdy where the dates do not show it.

Each row is one transaction. The same row again, in whatever file, is "already" there, so a run that was stopped or
killed is taken up by the same command. exit 1 when a row was refused.

answer: {"rows", "registered", "already", "refused", "skipped", "dry_run", "columns": {name: field},
  "notes": [{"column", "code", "message"}],
  "problems": [{"row", "column", "value", "field", "code", "message"}], "result"};
  in a dry run "registered" are those who would be"""


_EXPORT = """\
The columns are those that import knows by name. NIK and account numbers are masked; --full shows them, for penyelia and
admin only. Nobody who asked that their data be processed no further is in it: "held_back" counts them.

answer: {"file", "rows", "held_back"}"""


def _import(options: argparse.Namespace) -> int:
    from kiosk.forms.importing import Columns
    from kiosk.steps import finish
    from kiosk.usecases import importing
    from models.sentences import sentence, trouble_sentence

    chosen = read_form(options.mapping, Columns) if options.mapping else None
    if options.result:
        _sheet_kind(options.result)
        require_writable(options.result)
        if options.result.exists() and options.file.exists() and options.result.samefile(options.file):
            raise UsedWrongly("--result would overwrite FILE")
    stopped: Trouble | KeyboardInterrupt | None = None
    with open_desk(options) as desk:
        read = finish(importing.read_file(desk, options.file, options.sheet))
        found, columns = read.found, read.columns.but(chosen) if chosen else read.columns
        seen = importing.look(desk, found, columns)
        if seen.problems:
            raise Refused(*seen.problems)
        if chosen:
            importing.remember(desk, found, columns)
        if options.dry_run:
            outcomes = finish(importing.try_out(desk, found, columns), show_progress())
        else:
            run = importing.Import(desk, found, columns)
            try:
                finish(run.steps(), show_progress())
            except (Trouble, KeyboardInterrupt) as reason:
                stopped = reason
            outcomes = run.outcomes()
    counts = importing.tally(outcomes)
    if options.result:
        _write_sheet(options.result, importing.result_sheet(found, outcomes))
    reply(
        {
            "rows": counts.rows,
            "registered": counts.registered,
            "already": counts.already,
            "refused": counts.refused,
            "skipped": counts.skipped,
            "dry_run": options.dry_run,
            "columns": columns.fields,
            "notes": [{"column": one.field, "code": one.code, "message": sentence(one)} for one in seen.notes],
            "problems": [
                {
                    "row": one.row,
                    "column": one.column,
                    "value": one.value,
                    "field": one.problem.field,
                    "code": one.problem.code,
                    "message": one.sentence,
                }
                for one in importing.problems_of(outcomes)
            ],
            "result": str(options.result) if options.result else None,
        }
    )
    if stopped is not None:
        say(trouble_sentence(stopped) if isinstance(stopped, Trouble) else "Dihentikan.")
        return TROUBLE
    return REFUSED if counts.refused else DONE


def _export(options: argparse.Namespace) -> None:
    from kiosk.steps import finish
    from kiosk.usecases.exporting import export

    kind = _sheet_kind(options.file)
    require_writable(options.file)
    with open_desk(options) as desk:
        made = finish(export(desk, full=options.full, found_by=options.search, kind=kind), show_progress())
    _write_sheet(options.file, made.sheet)
    reply({"file": str(options.file), "rows": len(made.sheet.rows), "held_back": made.held_back})


def _sheet_kind(path: Path) -> str:
    """How a sheet is written there. Refused `sheet.ending`."""
    from reports.sheets import KINDS

    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Refused(Problem.of("file", "sheet.ending", file=path.name))
    return kind


def _write_sheet(path: Path, sheet: Sheet) -> None:
    from reports.sheets import render_sheet

    write_private(path, render_sheet(sheet, _sheet_kind(path)))


def show_progress() -> Callable[[Step], None]:
    """Says how far it is on standard error, once a second."""
    from time import monotonic

    said_at = monotonic()

    def tell(step: Step) -> None:
        nonlocal said_at
        if (now := monotonic()) - said_at >= 1:
            said_at = now
            say(f"{step.done}/{step.of}")

    return tell


def declare(commands: Commands) -> None:
    take = commands.add("import", _import, "register everybody on a placement company's or outreach list", _IMPORT)
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--mapping", metavar="F.json", help="which column is which field, beside what is known")
    take.add_argument("--dry-run", action="store_true", help="say what would happen and record nothing")
    take.add_argument("--result", type=Path, metavar="F.csv|F.xlsx", help="write a line for every row")
    take.add_argument(
        "--sheet", metavar="NAME", help="the sheet of a workbook (default: the first that holds anything)"
    )
    give = commands.add("export", _export, "write workers to a list", _EXPORT)
    give.add_argument("file", type=Path, metavar="F.csv|F.xlsx")
    give.add_argument("--full", action="store_true", help="NIK and account numbers unmasked (penyelia, admin)")
    give.add_argument("--search", metavar="TEXT", help="only those that this finds")
