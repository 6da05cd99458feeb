"""Importing: a placement company's or outreach list, tried out first, then registered row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from kiosk.desk import Desk, Work, get_setting, set_setting
from kiosk.devices.sheets import LARGEST, Row, read_sheet
from kiosk.forms.importing import (
    RESULT_COLUMNS,
    Columns,
    Listed,
    RowReader,
    cell_text,
    columns_problems,
    fingerprint,
    listed,
    preview,
    suggest,
)
from kiosk.forms.registration import Registration
from kiosk.queries.candidates import CANDIDATE
from kiosk.queries.persons import goes_on_as
from kiosk.steps import Step, Steps
from kiosk.store.tables import request
from kiosk.usecases.workers import check, register_in
from models.ledger.tables import worker
from models.rules.missions import Mission
from models.rules.names import fold
from models.rules.nik import clean_nik
from models.rules.passports import clean_passport
from models.rules.problems import Problem, Refused, Trouble
from models.sentences import sentence
from reports.sheets import Sheet

Status = Literal["registered", "already", "refused", "skipped"]

STATUSES: dict[Status, str] = {
    "registered": "terdaftar",
    "already": "sudah ada",
    "refused": "ditolak",
    "skipped": "dilewati",
}
"""What the result file says of a row, in the words of the counter."""


@dataclass(frozen=True, slots=True)
class ListRead:
    """A file's list, and which column is which field as far as that is known. `remembered`: as somebody here chose it
    for a list with these columns."""

    file: str
    sheet: str
    sheets: tuple[str, ...]
    found: Listed
    columns: Columns
    remembered: bool


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong in a row: in which column, what stands there, and the problem itself."""

    row: int
    column: str
    value: str
    problem: Problem

    @property
    def sentence(self) -> str:
        return sentence(self.problem)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became, or would become, of a row. In a dry run `registered` is what would be registered."""

    row: Row
    status: Status
    worker_id: UUID | None = None
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows came to what."""

    rows: int
    registered: int
    already: int
    refused: int
    skipped: int


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """The counts of these rows."""
    counts = {status: sum(one.status == status for one in outcomes) for status in STATUSES}
    return Tally(rows=len(outcomes), **counts)


def problems_of(outcomes: Sequence[Outcome]) -> list[RowProblem]:
    """Everything that is wrong, row by row."""
    return [problem for one in outcomes for problem in one.problems]


# Reading, and what is remembered


def read_file(desk: Desk, path: Path, sheet: str | None = None) -> Steps[ListRead]:
    """The list in a file. Trouble `world.file`; Refused as `read_list`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Trouble("world.file", path=path, said=error.strerror or error) from error
    return (yield from read_list(desk, content, path.name, sheet))


def read_list(desk: Desk, content: bytes, file: str, sheet: str | None = None) -> Steps[ListRead]:
    """The list in a file's bytes. Refused as `read_sheet` and `listed` say."""
    read = yield from read_sheet(content, file, sheet)
    found = listed(read.rows)
    with desk.read() as work:
        kept = get_setting(work.connection, _setting(found))
    before = msgspec.convert(kept, Columns) if kept is not None else None
    return ListRead(file, read.name, read.sheets, found, suggest(found.labels, before), before is not None)


def remember(desk: Desk, found: Listed, columns: Columns) -> None:
    """Offer this choice of columns again for the next list that has them."""
    with desk.store.write(new_work=False) as connection:
        set_setting(connection, _setting(found), msgspec.to_builtins(columns))


def _setting(found: Listed) -> str:
    return f"import:{fingerprint(found.labels)}"


# The dry run


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first rows would be registered as, by field; what is missing before anything can begin; and what to look
    at in a whole column, by its name."""

    rows: tuple[Mapping[str, str], ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


_PREVIEWED = 3
_NOTES = {"assumed": "import.dates_assumed", "mixed": "import.dates_mixed"}


def look(desk: Desk, found: Listed, columns: Columns) -> Preview:
    """What this choice of columns makes of the list: the problems of `columns_problems`, and as notes
    `import.dates_assumed` and `import.dates_mixed`."""
    with desk.read() as work:
        reader = RowReader(found, columns, work.terminal.mission, work.today)
    return Preview(
        tuple(preview(reader.form, row) for row in found.rows[:_PREVIEWED]),
        tuple(columns_problems(columns, found.labels)),
        tuple(
            Problem(columns.column_of(target), _NOTES[shown.evidence])
            for target, shown in reader.orders.items()
            if shown.evidence in _NOTES
        ),
    )


def try_out(desk: Desk, found: Listed, columns: Columns) -> Steps[list[Outcome]]:
    """What `Import` would do with every row; nothing is recorded. Refused as `columns_problems` says."""
    rows = _Rows(desk, found, columns)
    outcomes = []
    for at, row in enumerate(found.rows, 1):
        outcomes.append(_outcome(rows, row, lambda form, key: _tried(desk, form, key)))
        yield Step(at, len(found.rows))
    return outcomes


def _tried(desk: Desk, form: Registration, key: str) -> tuple[Status, UUID | None, tuple[Problem, ...]]:
    with desk.read() as work:
        if (first := _answered(work.connection, key)) is not None:
            return "already", first, ()
    return "registered", None, check(desk, form).warnings


# The real one


class Import:
    """One run over a list: `steps()` registers row by row, each in a transaction of its own, and may be left at any
    time; `outcomes()` says what became of every row, those not come to included.

    Running it again passes over what is registered: a row's own digest is kept in the very transaction that
    registers it, so that neither a crash nor a second window can register it twice."""

    def __init__(self, desk: Desk, found: Listed, columns: Columns) -> None:
        self._desk, self._found = desk, found
        self._rows = _Rows(desk, found, columns)
        self._operator = desk.operator.id
        self._done: list[Outcome] = []

    def steps(self) -> Steps[list[Outcome]]:
        """Register the rows that are left. Trouble `import.handed_over` when somebody else has signed in meanwhile,
        for whom nobody may register."""
        for row in self._found.rows[len(self._done) :]:
            if self._desk.operator.id != self._operator:
                raise Trouble("import.handed_over")
            self._done.append(_outcome(self._rows, row, self._registered))
            yield Step(len(self._done), len(self._found.rows))
        return self.outcomes()

    def outcomes(self) -> list[Outcome]:
        """What became of every row, in their order."""
        left = self._found.rows[len(self._done) :]
        return [*self._done, *(Outcome(row, "skipped") for row in left)]

    def _registered(self, form: Registration, key: str) -> tuple[Status, UUID | None, tuple[Problem, ...]]:
        with self._desk.work() as work:
            if (first := _answered(work.connection, key)) is not None:
                return "already", first, ()
            done = register_in(work, form)
            _note(work, key, done.worker_id)
        return "registered", done.worker_id, done.warnings


def _answered(connection: Connection, key: str) -> UUID | None:
    """Whom this row was registered as before."""
    answer = connection.scalar(select(request.c.answer).where(request.c.request_id == key))
    if answer is None:
        return None
    first = msgspec.json.decode(answer, type=_Answer).worker_id
    return goes_on_as(connection, [first]).get(first, first)


def _note(work: Work, key: str, worker_id: UUID) -> None:
    """Keep that this row is registered, within the transaction that registers it."""
    digest = bytes.fromhex(key.removeprefix(_PREFIX))
    answer = msgspec.json.encode(_Answer(worker_id=worker_id)).decode()
    work.connection.execute(request.insert().values(request_id=key, digest=digest, answer=answer, at=work.now))


_PREFIX = "import:"


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    worker_id: UUID


# One row


class _Rows:
    """The rows of a list as forms, and which of them say the same of somebody as an earlier one."""

    def __init__(self, desk: Desk, found: Listed, columns: Columns) -> None:
        if problems := columns_problems(columns, found.labels):
            raise Refused(*problems)
        with desk.read() as work:
            mission, today = work.terminal.mission, work.today
        self.desk, self.columns = desk, columns
        self.reader = RowReader(found, columns, mission, today)
        self.mission: Mission = mission
        self.today: date = today
        self._first: dict[tuple[str, ...], int] = {}

    def twin(self, row: Row, form: Registration) -> Problem | None:
        """`import.same_row` or `import.same_person`, if an earlier row has this content, NIK, passport, or name and
        birth date. Asks once for each row, in their order."""
        named = fold(form.name or "")
        born = form.birth_date.isoformat() if form.birth_date else ""
        says = [
            ("row", self.reader.key(row).hex()),
            ("nik", clean_nik(form.nik or "")),
            ("passport_number", clean_passport(form.passport_number or "")),
            ("name", named, born),
        ]
        found = None
        for said in says:
            if not all(said):
                continue
            first = self._first.setdefault(said, row.number)
            if first != row.number and found is None:
                same = said[0] == "row"
                found = Problem.of(
                    "form" if same else said[0], "import.same_row" if same else "import.same_person", row=first
                )
        return found


def _outcome(
    rows: _Rows, row: Row, act: Callable[[Registration, str], tuple[Status, UUID | None, tuple[Problem, ...]]]
) -> Outcome:
    if rows.reader.unreadable(row):
        return Outcome(row, "skipped", problems=(_placed(rows, row, Problem("form", "import.no_person")),))
    form, unread = rows.reader.form(row)
    if twin := rows.twin(row, form):
        status: Status = "skipped" if twin.code == "import.same_row" else "refused"
        return Outcome(row, status, problems=(_placed(rows, row, twin),))
    if unread:
        # What cannot be read is missing from the form, and need not be asked for beside that.
        fields = {problem.field for problem in unread}
        also = [one for one in _wrong_in(rows, form) if one.field not in fields]
        return Outcome(row, "refused", problems=tuple(_placed(rows, row, one) for one in (*unread, *also)))
    key = _PREFIX + rows.reader.key(row).hex()
    try:
        status, worker_id, warnings = act(form, key)
    except Refused as refusal:
        holder = _same_person(rows.desk, form) if {one.code for one in refusal.problems} == {CANDIDATE} else None
        if holder is not None:
            return Outcome(row, "already", holder)
        return Outcome(row, "refused", problems=tuple(_placed(rows, row, one) for one in refusal.problems))
    return Outcome(row, status, worker_id, warnings=tuple(_placed(rows, row, one) for one in warnings))


def _wrong_in(rows: _Rows, form: Registration) -> tuple[Problem, ...]:
    try:
        form.checked(rows.mission, rows.today, UUID(int=0))
    except Refused as refusal:
        return refusal.problems
    return ()


def _placed(rows: _Rows, row: Row, problem: Problem) -> RowProblem:
    return RowProblem(row.number, rows.columns.column_of(problem.field), rows.reader.shown(problem.field, row), problem)


def _same_person(desk: Desk, form: Registration) -> UUID | None:
    """Who holds this NIK or passport and has this name and birth date: the person, not somebody like them."""
    numbers = {"nik": clean_nik(form.nik or ""), "passport_number": clean_passport(form.passport_number or "")}
    with desk.read() as work:
        for field, number in numbers.items():
            if not number:
                continue
            query = select(worker.c.id, worker.c.name, worker.c.birth_date).where(worker.c[field] == number)
            for found in work.connection.execute(query):
                if fold(found.name or "") == fold(form.name or "") and found.birth_date == form.birth_date:
                    return goes_on_as(work.connection, [found.id])[found.id]
    return None


# The result


def result_sheet(found: Listed, outcomes: Sequence[Outcome]) -> Sheet:
    """One line for every row: what it held, what became of it, who it is, and what to change."""
    first, *last = RESULT_COLUMNS
    # What stands there from the last time, where the result itself was imported, is not said twice.
    used = [column for column, label in enumerate(found.labels) if label and label not in RESULT_COLUMNS]
    return Sheet(
        "Hasil impor",
        (first, *(found.labels[column] for column in used), *last),
        tuple(
            (
                one.row.number,
                *(_kept(one.row, column) for column in used),
                STATUSES[one.status],
                " ".join(_said(one)),
                str(one.worker_id) if one.worker_id else None,
            )
            for one in outcomes
        ),
    )


def _kept(row: Row, column: int) -> str | date | None:
    value = row.cells[column] if column < len(row.cells) else None
    return value if isinstance(value, date) else cell_text(value) or None


def _said(outcome: Outcome) -> Iterator[str]:
    for one in outcome.problems:
        yield f"{one.column}: {one.sentence}" if one.column else one.sentence
    if outcome.status == "skipped" and not outcome.problems:
        yield sentence(Problem("form", "import.not_reached"))
