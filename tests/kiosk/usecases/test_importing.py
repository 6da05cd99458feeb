"""Importing lists: tried out without recording anything, registered once and only once, whatever comes between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from loket_testing.counter import PASSWORD, SITI, clock, codes, desk, kinds, siti
from sqlalchemy import func, select

from kiosk.desk import Desk, Operator
from kiosk.devices.clock import HandClock
from kiosk.devices.sheets import read_sheet
from kiosk.forms.importing import Columns
from kiosk.steps import Step, finish
from kiosk.usecases import importing
from kiosk.usecases.importing import Import, ListRead, problems_of, read_list, remember, tally, try_out
from kiosk.usecases.workers import register
from models.journal.ids import new_id
from models.ledger.tables import worker
from models.rules.problems import Refused, Trouble
from reports.sheets import Sheet, render_csv, render_sheet

__all__ = ["clock", "desk", "siti"]

NAMES = ("No", "Nama Lengkap", "NIK", "No. Paspor", "L/P", "Tgl Lahir", "Ibu Kandung")
ROWS = (
    ("1", "DEWI LESTARI", "3511044812960004", "E7730021", "P", "08/12/1996", "SRI"),
    ("2", "BUDI SANTOSO", None, "C1000001", "L", "13/01/1990", "TUTI"),
    ("3", "SUKARNO", None, None, "L", "06/06/1990", None),
)


def content(*rows: tuple[Any, ...], names: tuple[str, ...] = NAMES) -> bytes:
    return render_csv(Sheet("Daftar", names, rows))


def read(desk: Desk, *rows: tuple[Any, ...], names: tuple[str, ...] = NAMES) -> ListRead:
    return finish(read_list(desk, content(*rows, names=names), "daftar.csv"))


def run(desk: Desk, given: ListRead) -> list[importing.Outcome]:
    return finish(Import(desk, given.found, given.columns).steps())


def tried(desk: Desk, given: ListRead) -> list[importing.Outcome]:
    return finish(try_out(desk, given.found, given.columns))


def statuses(outcomes: list[importing.Outcome]) -> list[str]:
    return [one.status for one in outcomes]


def people(desk: Desk) -> int:
    with desk.read() as work:
        return int(work.connection.scalar(select(func.count()).select_from(worker)) or 0)


def test_a_list_is_registered_row_by_row_in_its_order(desk: Desk) -> None:
    outcomes = run(desk, read(desk, *ROWS))
    assert statuses(outcomes) == ["registered"] * 3
    with desk.read() as work:
        found = work.connection.execute(select(worker.c.id, worker.c.name).order_by(worker.c.id)).all()
    assert [(row.id, row.name) for row in found] == [
        (one.worker_id, row[1]) for one, row in zip(outcomes, ROWS, strict=True)
    ]
    assert kinds(desk).count("worker.registered") == 3


def test_a_dry_run_says_what_would_happen_and_records_nothing(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    taken = ("4", "NUR AISYAH", SITI.nik, None, "P", "12/03/1994", None)
    wrong = ("5", "TANPA TANGGAL 7", "123", "C1000009", "X", "31/02/1990", None)
    outcomes = tried(desk, read(desk, *ROWS, taken, wrong))
    assert kinds(desk) == before
    assert statuses(outcomes) == ["registered"] * 3 + ["refused"] * 2
    assert [(one.row, one.column, one.value, one.problem.code) for one in problems_of(outcomes)] == [
        (5, "NIK", SITI.nik, "worker.candidate"),
        (6, "L/P", "X", "choice.unknown"),
        (6, "Tgl Lahir", "31/02/1990", "import.date"),
        (6, "Nama Lengkap", "TANPA TANGGAL 7", "name.digits"),
        (6, "NIK", "123", "nik.sixteen_digits"),
    ]
    assert all(one.sentence for one in problems_of(outcomes))
    assert run(desk, read(desk, *ROWS, taken, wrong))[4].problems == outcomes[4].problems


def test_the_same_list_again_registers_nobody_twice(desk: Desk) -> None:
    first = run(desk, read(desk, *ROWS))
    again = run(desk, read(desk, *ROWS))
    assert statuses(again) == ["already"] * 3
    assert [one.worker_id for one in again] == [one.worker_id for one in first]
    assert statuses(tried(desk, read(desk, *ROWS))) == ["already"] * 3
    assert people(desk) == 3


def test_a_mended_list_with_new_rows_and_other_columns_registers_only_what_is_new(desk: Desk) -> None:
    """SUKARNO has neither NIK nor passport: only the row itself tells that he is registered."""
    first = run(desk, read(desk, ROWS[0], ROWS[2]))
    mended = (("1", *ROWS[1][1:]), ("2", *ROWS[0][1:]), ("3", *ROWS[2][1:]))
    turned = tuple(tuple(reversed(row)) for row in mended)
    again = run(desk, read(desk, *turned, names=tuple(reversed(NAMES))))
    assert statuses(again) == ["registered", "already", "already"]
    assert [one.worker_id for one in again[1:]] == [one.worker_id for one in first]


def test_somebody_known_here_with_this_number_name_and_birth_date_is_there_already(desk: Desk, siti: UUID) -> None:
    same = ("1", "Siti Nurhaliza", SITI.nik, None, "P", "12/03/1994", None)
    other = ("2", "SITI NURHALIZAH", None, SITI.passport_number, "P", "12/03/1994", None)
    outcomes = run(desk, read(desk, same, other))
    assert statuses(outcomes) == ["already", "refused"]
    assert outcomes[0].worker_id == siti


def test_two_rows_of_one_person_are_not_both_registered(desk: Desk) -> None:
    rows = (
        ROWS[0],
        ("2", "DEWI L.", ROWS[0][2], "C2000001", "P", "08/12/1996", None),
        ("3", "DEWI LA", None, "e 7730021", "P", "09/12/1996", None),
        ("4", "Dewi  Lestari", None, "C2000002", "P", "08/12/1996", None),
        ("5", *ROWS[0][1:]),
    )
    outcomes = run(desk, read(desk, *rows))
    assert statuses(outcomes) == ["registered", "refused", "refused", "refused", "skipped"]
    assert [(one.column, one.problem.code, dict(one.problem.values)["row"]) for one in problems_of(outcomes)] == [
        ("NIK", "import.same_person", "2"),
        ("No. Paspor", "import.same_person", "2"),
        ("Nama Lengkap", "import.same_person", "2"),
        ("", "import.same_row", "2"),
    ]


def test_a_run_that_is_stopped_goes_on_where_it_was(desk: Desk) -> None:
    given = read(desk, *ROWS)
    begun = Import(desk, given.found, given.columns)
    steps = begun.steps()
    assert next(steps) == Step(1, 3)
    steps.close()
    assert statuses(begun.outcomes()) == ["registered", "skipped", "skipped"]
    assert statuses(run(desk, given)) == ["already", "registered", "registered"]


def test_a_crash_between_the_registration_and_its_note_leaves_neither(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = read(desk, ROWS[2])

    def crash(*_given: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(importing, "_note", crash)
        with pytest.raises(OSError, match="power cut"):
            run(desk, given)
    assert people(desk) == 0
    assert statuses(run(desk, given)) == ["registered"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.desk import Desk
from kiosk.steps import finish
from kiosk.usecases.importing import Import, read_list

with Desk.open(Path(sys.argv[1]), "rina", sys.argv[3]) as desk:
    given = finish(read_list(desk, Path(sys.argv[2]).read_bytes(), "daftar.csv"))
    for step in Import(desk, given.found, given.columns).steps():
        if step.done == 4:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_program_killed_in_the_middle_of_a_list_has_registered_each_row_at_most_once(
    desk: Desk, tmp_path: Path
) -> None:
    rows = [(str(at), f"SUKARNO {chr(65 + at) * 3}", None, None, "L", f"13/06/{1980 + at}", None) for at in range(8)]
    file = tmp_path / "daftar.csv"
    file.write_bytes(content(*rows))
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(desk.folder), str(file), PASSWORD],
        cwd=Path(__file__).parents[3],
        env=os.environ,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert people(desk) == 4
    again = run(desk, finish(read_list(desk, file.read_bytes(), "daftar.csv")))
    assert statuses(again) == ["already"] * 4 + ["registered"] * 4
    assert people(desk) == 8


def test_a_run_stops_when_somebody_else_takes_the_counter_over(desk: Desk) -> None:
    given = read(desk, *ROWS)
    begun = Import(desk, given.found, given.columns)
    steps = begun.steps()
    next(steps)
    desk.operator = replace(desk.operator, id=new_id(), login="dewi")
    with pytest.raises(Trouble, match=r"import\.handed_over"):
        next(steps)
    assert people(desk) == 1


def test_a_choice_of_columns_is_remembered_for_lists_with_these_columns(desk: Desk) -> None:
    names = ("Panggilan", "Kelamin", "Lahir", "Golongan")
    given = read(desk, ("SITI", "P", "12/03/1994", "O"), names=names)
    assert (given.columns.fields["Panggilan"], given.remembered) == (None, False)
    with pytest.raises(Refused) as refusal:
        run(desk, given)
    assert codes(refusal) == ["import.unmapped"]
    remember(desk, given.found, Columns(fields={**given.columns.fields, "Panggilan": "name"}, order="mdy"))
    again = read(desk, ("NUR", "P", "12/03/1994", "A"), names=names)
    assert (again.columns.fields["Panggilan"], again.columns.order, again.remembered) == ("name", "mdy", True)
    assert statuses(run(desk, again)) == ["registered"]
    assert not read(desk, *ROWS).remembered


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_the_result_has_one_line_for_every_row(desk: Desk, kind: str) -> None:
    register(desk, replace_name("BUDI SANTOSO", "C1000001"))
    given = read(desk, *ROWS, ("4", "=SUM(A1)", None, "C3", "P", "01/01/1990", None), ("Jumlah: 4", *[None] * 6))
    begun = Import(desk, given.found, given.columns)
    finish(begun.steps())
    sheet = importing.result_sheet(given.found, begun.outcomes())
    back = finish(read_sheet(render_sheet(sheet, kind), "hasil"))
    assert back.rows[0].cells == ("Baris impor", *NAMES, "Hasil impor", "Keterangan impor", "ID pekerja")
    lines = [row.cells for row in back.rows[1:]]
    assert [str(line[0]) for line in lines] == ["2", "3", "4", "5", "6"]
    assert [line[8] for line in lines] == ["terdaftar", "ditolak", "terdaftar", "ditolak", "dilewati"]
    assert lines[0][10] == str(begun.outcomes()[0].worker_id)
    assert lines[1][9] == f"No. Paspor: {begun.outcomes()[1].problems[0].sentence}"
    assert lines[3][2] == "=SUM(A1)"
    assert tally(begun.outcomes()) == importing.Tally(rows=5, registered=2, already=0, refused=2, skipped=1)


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_the_result_can_be_mended_and_imported_again(desk: Desk, kind: str) -> None:
    wrong = ("2", "BUDI SANTOSO", None, "C1000001", "L", "31/02/1990", "TUTI")
    given = read(desk, ROWS[0], wrong, ROWS[2])
    sheet = importing.result_sheet(given.found, run(desk, given))
    mended = tuple(tuple("13/01/1990" if cell == "31/02/1990" else cell for cell in row) for row in sheet.rows)
    again = finish(read_list(desk, render_sheet(replace(sheet, rows=mended), kind), f"hasil{kind}"))
    outcomes = run(desk, again)
    assert statuses(outcomes) == ["already", "registered", "already"]
    assert importing.result_sheet(again.found, outcomes).columns == sheet.columns


def replace_name(name: str, passport: str) -> Any:
    import msgspec

    return msgspec.structs.replace(SITI, name=name, nik=None, passport_number=passport)


def test_nothing_of_a_list_is_left_in_temporary_files(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("a temporary file was asked for")

    for name in ("mkstemp", "TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    given = read(desk, *ROWS)
    made = render_sheet(importing.result_sheet(given.found, run(desk, given)), ".xlsx")
    assert finish(read_list(desk, made, "hasil.xlsx")).found.rows


def test_another_operator_has_the_same_memory_of_columns(desk: Desk, clock: HandClock) -> None:
    given = read(desk, *ROWS)
    remember(desk, given.found, given.columns)
    desk.operator = Operator(new_id(), "dewi", "Dewi", "petugas")
    assert read(desk, *ROWS).remembered
