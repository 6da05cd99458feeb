"""Sheets: a table as CSV or XLSX bytes, that a spreadsheet opens without losing a digit or running a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from models.rules.money import Money

Value: TypeAlias = str | int | date | Money | None

KINDS = (".csv", ".xlsx")
"""What a sheet can be written as, by the file's ending."""

_STARTS_FORMULA = re.compile(r"^(?:\s*[=+\-@＝＋－＠]|[\t\r'])")
"""What a spreadsheet begins to reckon with (OWASP, CSV Injection), and the apostrophe that says it should not."""
_LOSES_DIGITS = re.compile(r"0\d+|\d{12,}")
"""Texts that a spreadsheet takes for numbers: zeros in front are dropped, from twelve digits on the end is rounded."""

_A_PIECE = 200
_LONGEST_CELL = 32_767
"""Characters that a workbook's cell holds."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a heading for every column. `title` names the sheet in a workbook."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def render_sheet(sheet: Sheet, kind: str) -> bytes:
    """The sheet as a file's bytes, `kind` one of `KINDS`. ValueError for another."""
    if kind == ".csv":
        return render_csv(sheet)
    if kind == ".xlsx":
        return render_xlsx(sheet)
    raise ValueError(f"no sheet is written as {kind!r}")


def render_csv(sheet: Sheet) -> bytes:
    """Semicolons and a byte order mark, as a spreadsheet set to Indonesian expects; days as 2026-12-11, money in the
    main unit with a comma before decimals and nothing between thousands."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(one) for one in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_in_csv(one) for one in row])
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whoever typed it: an apostrophe says that it is a text.
    Reading a sheet takes the apostrophe away again."""
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def _in_csv(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Money):
        return f"{value.main:f}".replace(".", ",")
    return f"'{value}" if _LOSES_DIGITS.fullmatch(value) else harmless(value)


def render_xlsx(*sheets: Sheet) -> bytes:
    """Texts are texts, whatever they begin with, days are days and money is a number with its currency's decimals; one
    page a sheet. Made in memory: nothing is left on the disk."""
    writing = write_xlsx(*sheets)
    while True:
        try:
            next(writing)
        except StopIteration as end:
            content: bytes = end.value
            return content


def write_xlsx(*sheets: Sheet) -> Generator[int, None, bytes]:
    """The same in pieces: yields how many rows are written. The last piece, which packs them, is the longest."""
    # xlsxwriter costs 40 ms of imports: paid with the first sheet, not with the program.
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    written = 0
    with xlsxwriter.Workbook(out, options) as book:
        looks = _Looks(book)
        for sheet in sheets:
            page = book.add_worksheet(_SIGNS.sub(" ", sheet.title)[:31])
            _write_head(page, sheet, looks)
            for at, row in enumerate(sheet.rows, 1):
                _write_row(page, at, row, looks)
                written += 1
                if written % _A_PIECE == 0:
                    yield written
    return out.getvalue()


_SIGNS = re.compile(r"[\[\]:*?/\\']")
"""What the name of a workbook's page may not hold."""


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self._money: dict[int, Any] = {}

    def money(self, exponent: int) -> Any:
        """`#,##0` and as many decimals as the currency has."""
        if exponent not in self._money:
            decimals = f".{'0' * exponent}" if exponent else ""
            self._money[exponent] = self._book.add_format({"num_format": f"#,##0{decimals}"})
        return self._money[exponent]


def _write_head(page: Any, sheet: Sheet, looks: _Looks) -> None:
    page.freeze_panes(1, 0)
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, looks.head)
        cells = (row[column] for row in sheet.rows[:200])
        widest = max([len(name) // 2 + 4, *(_width(one) for one in cells)])
        page.set_column(column, column, min(60, widest + 2))
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _write_row(page: Any, at: int, row: tuple[Value, ...], looks: _Looks) -> None:
    for column, value in enumerate(row):
        if isinstance(value, date):
            page.write_datetime(at, column, value, looks.day)
        elif isinstance(value, int):
            page.write_number(at, column, value)
        elif isinstance(value, Money):
            page.write_number(at, column, value.main, looks.money(value.exponent))
        elif value:
            page.write_string(at, column, value[:_LONGEST_CELL], looks.text)


def _width(value: Value) -> int:
    if isinstance(value, date):
        return 12
    return len(str(value.main)) + 3 if isinstance(value, Money) else len(str(value or ""))
