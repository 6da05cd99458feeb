"""Exporting: who is in the list, what is masked in it, who may see all of it, and that it imports again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from loket_testing import bodies
from loket_testing.counter import SITI, clock, codes, desk, open_counter, siti
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk, keep
from kiosk.queries.workers import card
from kiosk.steps import Step, finish
from kiosk.usecases import exporting
from kiosk.usecases.exporting import blank, export
from kiosk.usecases.importing import Import, read_list, tally
from kiosk.usecases.workers import amend, register
from models.journal.ids import new_id
from models.journal.workers import WorkerMerged, WorkerRestricted
from models.ledger.tables import worker
from models.posting import post
from models.rules.problems import Refused
from reports.sheets import KINDS, render_sheet

__all__ = ["clock", "desk", "siti"]


def another(desk: Desk, name: str, passport: str, employer: str = "Formosa", not_same_as: UUID | None = None) -> UUID:
    apart = (not_same_as,) if not_same_as else None
    other = {"name": name, "nik": None, "passport_number": passport, "employer": employer, "not_same_as": apart}
    return register(desk, msgspec.structs.replace(SITI, **other)).worker_id


def lines(made: exporting.Exported) -> list[dict[str, object]]:
    return [dict(zip(made.sheet.columns, row, strict=True)) for row in made.sheet.rows]


def test_numbers_are_masked_unless_asked_for_in_full(desk: Desk, siti: UUID) -> None:
    (masked,) = lines(finish(export(desk)))
    assert (masked["NIK"], masked["No. paspor"]) == ("350710••••••0003", "C4821907")
    (full,) = lines(finish(export(desk, full=True)))
    assert (full["NIK"], full["Jenis kelamin"]) == (SITI.nik, "P")


def test_every_card_of_a_person_is_in_the_list(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, msgspec.structs.replace(SITI, kpj=("98076543210", "12034567890")))
    (row,) = lines(finish(export(desk)))
    assert row["No. KPJ"] == "98076543210, 12034567890"


def test_full_numbers_are_for_penyelia_and_admin(desk: Desk, siti: UUID) -> None:
    for role, may in (("petugas", False), ("penyelia", True), ("admin", True)):
        desk.operator = replace(desk.operator, role=role)
        assert finish(export(desk)).sheet.rows
        if may:
            assert finish(export(desk, full=True)).sheet.rows
        else:
            with pytest.raises(Refused) as refusal:
                finish(export(desk, full=True))
            assert codes(refusal) == ["staff.not_allowed"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_export_imports_at_another_counter_without_a_question(
    desk: Desk, siti: UUID, tmp_path: Path, kind: str
) -> None:
    another(desk, "'AISYAH", "C7000001", "=1+1")
    content = render_sheet(finish(export(desk, full=True)).sheet, kind)
    with open_counter(tmp_path / "lain", series="TPE4") as other:
        given = finish(read_list(other, content, f"ekspor{kind}"))
        outcomes = finish(Import(other, given.found, given.columns).steps())
        assert tally(outcomes).registered == 2
        with other.read() as work:
            ids = {row.name: row.id for row in work.connection.execute(select(worker.c.name, worker.c.id))}
        there, here = card(other, ids["SITI NURHALIZA"]), card(desk, siti)
        assert (there.identity, there.heirs) == (here.identity, here.heirs)
        assert [replace(one, id=siti) for one in there.placements] == [replace(one, id=siti) for one in here.placements]
        assert there.consent_at is not None
        placed = card(other, ids["'AISYAH"]).placement
        assert placed is not None
        assert placed.employer == "=1+1"


def test_an_export_imported_where_it_came_from_finds_everybody_there_already(desk: Desk, siti: UUID) -> None:
    given = finish(read_list(desk, render_sheet(finish(export(desk, full=True)).sheet, ".xlsx"), "ekspor.xlsx"))
    (outcome,) = finish(Import(desk, given.found, given.columns).steps())
    assert (outcome.status, outcome.worker_id) == ("already", siti)


def test_only_those_a_search_finds_or_who_were_chosen_are_in_it(desk: Desk, siti: UUID) -> None:
    nur = another(desk, "NUR AISYAH", "C7000001")
    assert [row["Nama lengkap"] for row in lines(finish(export(desk)))] == ["NUR AISYAH", "SITI NURHALIZA"]
    assert [row["Nama lengkap"] for row in lines(finish(export(desk, found_by="siti")))] == ["SITI NURHALIZA"]
    assert [row["ID pekerja"] for row in lines(finish(export(desk, ids=[siti, nur, siti])))] == [str(siti), str(nur)]
    with pytest.raises(Refused) as refusal:
        finish(export(desk, found_by="zubaidah"))
    assert codes(refusal) == ["export.nobody"]


def test_who_has_only_paid_and_is_not_registered_here_is_in_no_list(desk: Desk, siti: UUID) -> None:
    stranger = Journal(mission="TPE")
    stranger.record(bodies.payment(new_id()))
    with desk.work() as work:
        keep(work.connection, stranger.entries)
        post(work.connection, stranger.entries)
    assert len(lines(finish(export(desk)))) == 1


def test_who_asked_that_nothing_more_be_done_with_their_data_is_left_out_and_counted(desk: Desk, siti: UUID) -> None:
    another(desk, "NUR AISYAH", "C7000001")
    with desk.work() as work:
        work.record(WorkerRestricted(worker_id=siti, mission="TPE", restricted=True))
    made = finish(export(desk))
    assert [row["Nama lengkap"] for row in lines(made)] == ["NUR AISYAH"]
    assert made.held_back == 1
    with pytest.raises(Refused) as refusal:
        finish(export(desk, ids=[siti]))
    assert codes(refusal) == ["export.nobody"]


def test_two_registrations_of_one_person_are_one_line(desk: Desk, siti: UUID) -> None:
    other = another(desk, "SITI NURHALIZAH", "C7000001", not_same_as=siti)
    with desk.work() as work:
        work.record(WorkerMerged(worker_id=siti, other_id=other, mission="TPE"))
    assert [row["ID pekerja"] for row in lines(finish(export(desk)))] == [str(siti)]
    assert [row["ID pekerja"] for row in lines(finish(export(desk, ids=[other, siti])))] == [str(siti)]


def test_a_long_export_is_told_about_and_can_be_left(desk: Desk, siti: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    another(desk, "NUR AISYAH", "C7000001")
    monkeypatch.setattr(exporting, "_A_PIECE", 1)
    steps = export(desk)
    assert next(steps) == Step(1, 2)
    steps.close()


def test_more_people_than_a_workbook_holds_in_memory_go_into_a_csv(
    desk: Desk, siti: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_IN_WORKBOOK", 0)
    with pytest.raises(Refused) as refusal:
        finish(export(desk, kind=".xlsx"))
    assert codes(refusal) == ["export.too_many"]
    assert finish(export(desk, kind=".csv")).sheet.rows


def test_a_blank_list_has_every_column_that_an_import_knows(desk: Desk) -> None:
    sheet = blank()
    assert (len(sheet.columns), sheet.rows) == (len(set(sheet.columns)), ())
    filled = replace(sheet, rows=(tuple("X" for _column in sheet.columns),))
    given = finish(read_list(desk, render_sheet(filled, ".xlsx"), "contoh.xlsx"))
    assert None not in given.columns.fields.values()
