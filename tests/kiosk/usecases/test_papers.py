"""Papers: one original, counted copies, and nothing forgotten that did not come out of a printer."""

from __future__ import annotations

import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.counter import codes, kinds, slip
from loket_testing.escpos import printed
from loket_testing.journals import Journal
from loket_testing.strip_printers import StripPrinter

from kiosk.desk import Desk, keep
from kiosk.devices.printer import PretendPrinter, Spooled, SystemPrinter
from kiosk.forms.claim import ClaimForm
from kiosk.usecases.claims import file
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import again, issue, issue_once, make, preview, print_folder, send, sweep
from kiosk.usecases.print_jobs import ask, confirm_sent, note, unconfirmed
from kiosk.usecases.printers import choose
from models.journal.ids import new_id
from models.posting import post
from models.rules.money import Money
from models.rules.problems import Refused, Trouble
from models.rules.token import ReceiptFacts, TokenLine, make_token, thumbprint
from reports.qr import read_codes


@pytest.fixture
def number(desk: Desk, siti: UUID) -> str:
    """A receipt issued here."""
    return receive(desk, slip(siti)).number


@pytest.fixture
def slip_number(desk: Desk, siti: UUID) -> str:
    """A claim taken in here."""
    return file(desk, ClaimForm(worker_id=str(siti), kind="JKK-ALAT", event_date=date(2026, 11, 20))).number


@pytest.fixture
def from_tpe4(desk: Desk) -> tuple[str, str]:
    """The numbers of a receipt and a claim slip that another counter of the mission issued, pulled here."""
    other, worker = Journal(), new_id()
    facts: dict[str, Any] = {
        "number": "TPE4-2026-000001",
        "issued_on": date(2026, 11, 22),
        "initials": "SN",
        "passport_end": "4567",
    }
    line = TokenLine("JKK+JKM", 24, date(2026, 11, 22), date(2028, 11, 21))
    paid = ReceiptFacts("receipt", **facts, lines=(line,), amount_idr=332_500, amount=Money.of(649, "TWD"))
    filed = ReceiptFacts("claim", **(facts | {"number": "TPE4-K-2026-000001"}))
    tokens = [make_token(one, other.key.sign, thumbprint(other.key.public)) for one in (paid, filed)]
    other.record(registration(worker))
    other.record(payment(worker, series="TPE4", token=tokens[0]))
    claim = accident(worker, series="TPE4")
    other.record(_with_token(claim, tokens[1]))
    with desk.work() as work:
        keep(work.connection, other.entries)
        post(work.connection, other.entries)
    return "TPE4-2026-000001", "TPE4-K-2026-000001"


def _with_token(claim, token: bytes):
    from msgspec.structs import replace

    return replace(claim, benefit="JKK-ALAT", personal=replace(claim.personal, token=token))


def text(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_the_first_paper_is_the_original_and_every_other_a_counted_copy(desk: Desk, number: str) -> None:
    papers = [issue(desk, number) for _ in range(3)]
    assert [paper.copy for paper in papers] == [0, 1, 2]
    assert re.search(r"SALINAN \d", text(papers[0].pdf)) is None
    assert [f"SALINAN {paper.copy}" in text(paper.pdf) for paper in papers[1:]] == [True, True]
    assert kinds(desk)[-2:] == ["receipt.reprinted", "receipt.reprinted"]


def test_slips_of_claims_are_marked_as_copies_too_without_an_entry(desk: Desk, slip_number: str) -> None:
    before = kinds(desk)
    assert [issue(desk, slip_number).copy for _ in range(3)] == [0, 1, 2]
    assert kinds(desk) == before


def test_what_another_counter_issued_is_a_copy_from_the_first_time_on(desk: Desk, from_tpe4: tuple[str, str]) -> None:
    for number in from_tpe4:
        papers = [issue(desk, number), issue(desk, number)]
        assert [paper.copy for paper in papers] == [1, 2]
        assert "SALINAN 1" in text(papers[0].pdf)
        assert issue_once(desk, number).copy == 1


def test_several_who_print_the_same_receipt_at_once_get_one_original(desk: Desk, number: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        copies = sorted(paper.copy for paper in pool.map(lambda _: issue(desk, number), range(4)))
    assert copies == [0, 1, 2, 3]


def test_the_paper_of_an_answer_is_the_same_however_often_it_is_asked_for(desk: Desk, number: str) -> None:
    first = issue_once(desk, number)
    second = issue_once(desk, f" {number.lower()} ")
    assert (second.job, second.copy, second.number) == (first.job, 0, number)
    assert kinds(desk)[-1] == "contribution.received"
    assert issue(desk, number).copy == 1


def test_what_never_came_out_is_listed_and_printed_again_as_what_it_was(desk: Desk, number: str) -> None:
    original, copy = issue(desk, number), issue(desk, number)
    waiting = unconfirmed(desk)
    assert [(job.id, job.state) for job in waiting] == [(original.job, "rendered"), (copy.job, "rendered")]
    assert [again(desk, job).copy for job in waiting] == [0, 1]
    assert text(again(desk, waiting[1]).pdf) == text(copy.pdf)
    note(desk, original.job, "confirmed")
    note(desk, copy.job, "spooled", "Loket-7")
    assert [(job.id, job.state, job.printer) for job in unconfirmed(desk)] == [(copy.job, "spooled", "Loket")]


def test_a_copy_of_another_counters_paper_never_becomes_an_original(desk: Desk, from_tpe4: tuple[str, str]) -> None:
    for number in from_tpe4:
        issue(desk, number)
    assert [again(desk, job).copy for job in unconfirmed(desk)] == [1, 1]


def test_a_printer_that_is_gone_leaves_the_paper_listed_and_one_that_is_back_takes_it(desk: Desk, number: str) -> None:
    paper, printer = issue(desk, number), PretendPrinter(broken=True)
    with pytest.raises(Trouble) as trouble:
        send(desk, paper, printer)
    assert trouble.value.code == "printer.failed"
    assert [job.state for job in unconfirmed(desk)] == ["failed"]
    printer.broken = False
    assert send(desk, paper, printer).queue == "Loket"
    assert printer.sent == [(number, paper.pdf)]
    assert [(job.state, job.printer) for job in unconfirmed(desk)] == [("spooled", "Loket")]


def test_what_a_queue_says_it_printed_is_confirmed_and_what_it_broke_off_is_listed(desk: Desk, number: str) -> None:
    paper, printer = issue(desk, number), PretendPrinter()
    send(desk, paper, printer)
    assert ask(desk, printer) == 0
    printer.fate = "failed"
    assert ask(desk, printer) == 1
    assert [job.state for job in unconfirmed(desk)] == ["failed"]
    printer.fate = "done"
    assert ask(desk, printer) == 0
    original = make(desk, number)
    assert original.copy == 0
    send(desk, original, printer)
    assert ask(desk, printer) == 1
    assert unconfirmed(desk) == []


def test_whoever_looked_may_say_that_all_is_out_and_what_never_was_sent_stays_listed(
    desk: Desk, number: str, slip_number: str
) -> None:
    send(desk, issue(desk, number), PretendPrinter())
    issue(desk, slip_number)
    assert confirm_sent(desk) == 1
    assert [job.number for job in unconfirmed(desk)] == [slip_number]


def test_one_print_command_gives_one_original_and_counted_copies(desk: Desk, number: str) -> None:
    printer = PretendPrinter(queues=["Loket", "Arsip"])
    sent = send(desk, issue(desk, number), printer, to="Arsip", sheets=3)
    assert (sent.queue, sent.last_copy, sent.trouble) == ("Arsip", 2, None)
    marks = [re.findall(r"SALINAN \d", text(pdf)) for _number, pdf in printer.sent]
    assert marks == [[], ["SALINAN 1"], ["SALINAN 2"]]
    assert kinds(desk).count("receipt.reprinted") == 2
    assert [job.printer for job in unconfirmed(desk)] == ["Arsip"] * 3


def test_a_copy_that_stays_behind_is_listed_and_does_not_take_the_original_back(desk: Desk, number: str) -> None:
    class Empties(PretendPrinter):
        def send(self, *given: Any, **named: Any) -> Spooled:
            self.broken = bool(self.sent)
            return super().send(*given, **named)

    sent = send(desk, issue(desk, number), Empties(), sheets=3)
    assert sent.trouble is not None
    assert sent.trouble.code == "printer.failed"
    assert [job.state for job in unconfirmed(desk)] == ["spooled", "failed"]
    assert make(desk, number).copy == 1


@pytest.mark.parametrize("sheets", [0, -1, 6])
def test_nobody_prints_a_hundred_by_a_slip_of_the_finger(desk: Desk, number: str, sheets: int) -> None:
    paper, printer = issue(desk, number), PretendPrinter()
    with pytest.raises(Refused) as refusal:
        send(desk, paper, printer, sheets=sheets)
    assert codes(refusal) == ["printer.copies"]
    assert printer.sent == []


def test_on_a_thermal_printer_the_same_receipt_comes_as_a_strip_with_the_same_code(desk: Desk, number: str) -> None:
    printer = PretendPrinter(queues=["Struk", "Loket"])
    choose(desk, printer, "Struk", size="80mm", copies=2)
    paper = issue(desk, number)
    send(desk, paper, printer)
    assert [content for _number, content in printer.sent] == printer.raw
    original, copy = (printed(content) for content in printer.raw)
    assert original.reversed_lines == []
    assert copy.reversed_lines == ["SALINAN 1"]
    file = io.BytesIO()
    original.picture.save(file, "PNG")
    assert read_codes(file.getvalue(), "image/png") == read_codes(paper.pdf, "application/pdf")
    send(desk, paper, printer, to="Loket", sheets=1)
    assert printer.sent[-1] == (number, paper.pdf)


def test_a_claim_slip_comes_as_a_strip_too(desk: Desk, slip_number: str) -> None:
    printer = PretendPrinter(queues=["Struk"])
    choose(desk, printer, "Struk", size="80mm")
    send(desk, issue(desk, slip_number), printer)
    assert any(slip_number in line for line in printed(printer.raw[0]).lines)


def test_a_printer_that_says_so_itself_confirms_at_once(desk: Desk, number: str) -> None:
    with StripPrinter() as there:
        choose(desk, SystemPrinter(), there.address)
        sent = send(desk, issue(desk, number), SystemPrinter())
        assert (sent.queue, sent.done) == (there.address, True)
        assert any(number in line for line in printed(there.printed).lines)
    assert unconfirmed(desk) == []


def test_a_preview_counts_nothing(desk: Desk, number: str, slip_number: str) -> None:
    before = kinds(desk)
    assert preview(desk, number).startswith(b"%PDF-")
    assert preview(desk, slip_number).startswith(b"%PDF-")
    assert [job.state for job in unconfirmed(desk)] == ["committed", "committed"]
    assert kinds(desk) == before


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("TPE3-2026-000999", "receipt.unknown"),
        ("TPE3-K-2026-000999", "receipt.unknown"),
        ("tidak", "receipt_number.form"),
    ],
)
def test_papers_that_do_not_exist_are_refused_and_leave_no_job(desk: Desk, wrong: str, code: str) -> None:
    for asked in (issue, issue_once, make, preview):
        with pytest.raises(Refused) as refusal:
            asked(desk, wrong)
        assert codes(refusal) == [code]
    assert unconfirmed(desk) == []


def test_the_print_folder_keeps_papers_for_a_day_and_is_for_one_pair_of_eyes(tmp_path: Path) -> None:
    place = print_folder(tmp_path)
    assert place.stat().st_mode & 0o777 == 0o700
    (place / "lama.pdf").write_bytes(b"%PDF-")
    (place / "baru.pdf").write_bytes(b"%PDF-")
    (place / "folder").mkdir()
    os.utime(place / "lama.pdf", (0, 0))
    print_folder(tmp_path)
    assert sorted(path.name for path in place.iterdir()) == ["baru.pdf", "folder"]
    sweep(tmp_path, empty=True)
    assert [path.name for path in place.iterdir()] == ["folder"]


def test_sweeping_where_there_is_nothing_does_nothing(tmp_path: Path) -> None:
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_print_folder_that_is_no_folder_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "print").write_text("")
    with pytest.raises(Trouble) as trouble:
        print_folder(tmp_path)
    assert trouble.value.code == "paper.folder"


def test_on_a4_come_the_worker_s_and_the_mission_s_copy_of_the_same_original(desk: Desk, number: str) -> None:
    printer = PretendPrinter(queues=["Loket"])
    choose(desk, printer, "Loket", size="a4")
    paper = issue(desk, number)
    send(desk, paper, printer)
    [(_number, pdf)] = printer.sent
    said = text(pdf)
    assert "Lembar pekerja" in said
    assert "Lembar arsip" in said
    assert said.count(f"No. {number}") == 2
    assert re.search(r"SALINAN \d", said) is None


def test_the_paper_is_owed_from_the_moment_the_work_is_recorded(desk: Desk, number: str, slip_number: str) -> None:
    assert [(job.number, job.state) for job in unconfirmed(desk)] == [
        (number, "committed"),
        (slip_number, "committed"),
    ]
    first = issue(desk, number)
    assert (first.copy, [job.state for job in unconfirmed(desk)]) == (0, ["rendered", "committed"])
    assert issue(desk, number).copy == 1


def test_work_that_was_refused_owes_no_paper(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Refused):
        receive(desk, slip(siti, months=0))
    assert unconfirmed(desk) == []


def test_a_paper_that_cannot_be_set_stays_owed_and_is_counted_by_nobody(
    desk: Desk, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object) -> bytes:
        raise RuntimeError("no fonts")

    before = kinds(desk)
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.usecases.papers.render", breaks)
        for _twice in range(2):
            with pytest.raises(RuntimeError):
                issue(desk, number)
    assert [job.state for job in unconfirmed(desk)] == ["committed"]
    assert kinds(desk) == before
    assert issue(desk, number).copy == 0
