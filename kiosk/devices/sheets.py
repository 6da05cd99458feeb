"""Sheets: CSV and XLSX files that others made, read as rows of plain values, however they were saved."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeAlias

from kiosk.steps import Step, Steps
from models.rules.problems import Problem, Refused

if TYPE_CHECKING:
    from openpyxl import Workbook

Value: TypeAlias = str | int | float | date | None

LARGEST = 20 * 1024 * 1024
"""Bytes of a file: twenty thousand people with forty columns take a quarter of it."""
LARGEST_UNPACKED = 160 * 1024 * 1024
"""Bytes that an XLSX may unpack to; the zip's own directory says how many before anything is unpacked, and Python
reads no more than it says."""
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_PARTS = 2_000
_A_PIECE = 200
"""Rows between two steps."""

_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_SEPARATORS = ";,\t|"
_SAID_TO_BE_TEXT = re.compile(r"^'(?=$|[\d']|\s*[=+\-@＝＋－＠])")
"""The apostrophe before what a spreadsheet would take for a number or a formula (reports.sheets.harmless)."""
_FORMULA_ERRORS = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"]
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as the spreadsheet counts it, from 1. What stands right of its last value is left out."""

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One sheet of a file: its rows that hold anything. `sheets` names all that could have been read."""

    name: str
    sheets: tuple[str, ...]
    rows: tuple[Row, ...]


class FormulaError(str):
    """What stands in a cell whose formula failed (`#N/A`), or was never calculated (`#FORMULA`)."""


def read_sheet(content: bytes, name: str, wanted: str | None = None) -> Steps[SheetRead]:
    """The sheet `wanted` of a file, or its first visible one that holds anything.

    Refused on "file": `sheet.empty`, `sheet.too_large`, `sheet.too_many_rows`, `sheet.old_or_locked`, `sheet.kind`,
    `sheet.damaged`, `sheet.quotes`, and on "sheet" `sheet.unknown`. `name` is the file's, for the sentence."""
    if not content:
        raise Refused(Problem.of("file", "sheet.empty", file=name))
    if len(content) > LARGEST:
        raise Refused(Problem.of("file", "sheet.too_large", file=name, most=LARGEST // 1024**2))
    if content.startswith(_OLD_OFFICE):
        raise Refused(Problem.of("file", "sheet.old_or_locked", file=name))
    if content.startswith(b"PK"):
        found = yield from _read_xlsx(content, name, wanted)
    else:
        if wanted is not None:
            raise Refused(Problem.of("sheet", "sheet.unknown", sheet=wanted, sheets=name))
        found = yield from _read_csv(content, name)
    if not found.rows:
        raise Refused(Problem.of("file", "sheet.empty", file=name))
    return found


# CSV


def _read_csv(content: bytes, name: str) -> Steps[SheetRead]:
    text = _decoded(content, name)
    separator, text = _separator(text)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number % _A_PIECE == 0:
                yield Step(number)
            _keep(rows, Row(number, _trimmed(_from_csv(cell) for cell in cells)), name)
    except csv.Error as error:
        raise Refused(Problem.of("file", "sheet.quotes", file=name, row=number + 1)) from error
    return SheetRead(name, (name,), tuple(rows))


def _decoded(content: bytes, name: str) -> str:
    """The text, by its byte order mark or by what it cannot otherwise be. Every byte means something in Windows-1252,
    which is what is left when it is no UTF-8."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    named = next((encoding for mark, encoding in marks if content.startswith(mark)), None)
    start = content[:4_096]
    if named is None and start.count(0) > len(start) // 8:
        named = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    if named is not None:
        text = _strictly(content, named, name)
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if any(sign < " " and sign not in "\t\n\r\f\v\x1a" for sign in text[:2_048]):
        raise Refused(Problem.of("file", "sheet.kind", file=name))
    return text


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(Problem.of("file", "sheet.damaged", file=name)) from error


def _separator(text: str) -> tuple[str, str]:
    """What parts the columns, and the text without a first line that only says so (`sep=;`)."""
    first, _newline, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        return first[4], rest
    start = text[:20_000]
    if len(text) > len(start):
        start = start.rpartition("\n")[0] or start

    def fitness(separator: str) -> tuple[int, int]:
        """How many rows have the most usual number of columns, for what really parts anything."""
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in reader if any(cell.strip() for cell in row)]
        except csv.Error:
            return (0, 0)
        wide = [width for width in widths if width > 1]
        usual = max(set(wide), key=wide.count, default=0)
        return (wide.count(usual), usual) if usual else (0, 0)

    best = max(_SEPARATORS, key=fitness)
    return (best if fitness(best) > (0, 0) else ";"), text


def _from_csv(cell: str) -> Value:
    text = cell.replace("\x00", "").strip().removeprefix("\ufeff")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]  # the other way of saying so
    return _text(text)


def _text(text: str) -> Value:
    text = _SAID_TO_BE_TEXT.sub("", text).strip()
    return FormulaError(text) if text in _FORMULA_ERRORS else text or None


# XLSX


def _read_xlsx(content: bytes, name: str, wanted: str | None) -> Steps[SheetRead]:
    _check_zip(content, name)
    book = _opened(content, name, values=True)
    pages = book.worksheets
    names = tuple(page.title for page in pages)
    if wanted is not None and wanted not in names:
        raise Refused(Problem.of("sheet", "sheet.unknown", sheet=wanted, sheets=", ".join(names)))
    chosen = [page for page in pages if page.title == wanted] if wanted is not None else _visible_first(pages)
    for page in chosen:
        rows: list[Row] = []
        steps = _cells(page, name)
        for number, cells in steps:
            if number % _A_PIECE == 0:
                yield Step(number)
            _keep(rows, Row(number, _trimmed(_from_xlsx(cell.value) for cell in cells)), name)
        if rows:
            if _has_formulas(content, page):
                rows = yield from _uncalculated_named(content, name, page.title, rows)
            return SheetRead(page.title, names, tuple(rows))
    return SheetRead(names[0] if names else name, names, ())


def _check_zip(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused(Problem.of("file", "sheet.damaged", file=name)) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Refused(Problem.of("file", "sheet.too_large", file=name, most=LARGEST // 1024**2))
    if not any(part.filename.startswith("xl/") for part in parts):
        raise Refused(Problem.of("file", "sheet.kind", file=name))


def _opened(content: bytes, name: str, *, values: bool) -> Workbook:
    """The workbook, its cells as values or as formulas. A stranger's file may be broken in any way at all."""
    import warnings

    # openpyxl costs 200 ms of imports: paid with the first sheet, not with the program.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts it does not keep, such as drop-down lists, are nothing to us
            return load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    except Exception as error:
        raise Refused(Problem.of("file", "sheet.damaged", file=name)) from error


def _visible_first(pages: list[Any]) -> list[Any]:
    return sorted(pages, key=lambda page: page.sheet_state != "visible")


def _cells(page: Any, name: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Each row with its number. What the sheet says of its own size is not believed."""
    import warnings

    page.reset_dimensions()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a day that is none
            yield from enumerate(page.iter_rows(max_col=MOST_COLUMNS), 1)
    except Exception as error:
        raise Refused(Problem.of("file", "sheet.damaged", file=name)) from error


def _has_formulas(content: bytes, page: Any) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(page._worksheet_path.lstrip("/")) as part:
        before = b""
        while piece := part.read(1024 * 1024):
            if b"<f>" in before + piece or b"<f " in before + piece:
                return True
            before = piece[-2:]
    return False


def _uncalculated_named(content: bytes, name: str, title: str, rows: list[Row]) -> Steps[list[Row]]:
    """The rows with `#FORMULA` where a formula stands whose value no spreadsheet has calculated yet."""
    page = next(page for page in _opened(content, name, values=False).worksheets if page.title == title)
    missing: dict[int, set[int]] = {}
    for number, cells in _cells(page, name):
        if number % _A_PIECE == 0:
            yield Step(number)
        found = {column for column, cell in enumerate(cells) if cell.data_type == "f"}
        if found:
            missing[number] = found
    named = []
    for row in rows:
        cells_now = list(row.cells)
        for column in missing.get(row.number, ()):
            cells_now += [None] * (column + 1 - len(cells_now))
            if cells_now[column] is None:
                cells_now[column] = FormulaError("#FORMULA")
        named.append(Row(row.number, tuple(cells_now)))
    return named


def _from_xlsx(value: Any) -> Value:
    if value is None or isinstance(value, bool):
        return None if value is None else "ya" if value else "tidak"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, time):
        return value.isoformat()
    return _text(str(value).replace("\x00", "").strip())


# Both


def _trimmed(cells: Iterator[Value]) -> tuple[Value, ...]:
    kept = list(cells)[:MOST_COLUMNS]
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)


def _keep(rows: list[Row], row: Row, name: str) -> None:
    if not row.cells:
        return
    if len(rows) > MOST_ROWS:
        raise Refused(Problem.of("file", "sheet.too_many_rows", file=name, most=MOST_ROWS))
    rows.append(row)
