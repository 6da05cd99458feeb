"""The Z-report on paper: printed when a till is closed, again with a mark, and the same for ever."""

from __future__ import annotations

from uuid import UUID

import pytest
from loket_testing.counter import codes, slip
from loket_testing.pdfs import words
from loket_testing.tills import BUDI, at_the_desk, closing, count, opening, pay_cash, publish, staffed

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.till import HandOver, MoveCash
from kiosk.usecases import papers, print_jobs, tills
from kiosk.usecases.checks import check, tokens_in
from kiosk.usecases.contributions import receive
from models.rules.problems import Refused


@pytest.fixture
def closed(desk: Desk, siti: UUID, clock: HandClock) -> str:
    """The number of a day's report with a little of everything."""
    publish(desk, limits={"TWD": 50})
    staffed(desk)
    receive(desk, slip(siti))
    tills.start(desk, opening(count(pieces={"1000": 1, "100": 10})))
    due = pay_cash(desk, siti)
    tills.move(desk, "out", MoveCash(amount=40, reason="materai"))
    tills.hand_over(desk, HandOver(counts=(count(1960 + due.minor),)), "budi", "penyelia-456")
    there = 1960 + due.minor - 100
    form = closing(count(there), deposited={"TWD": there - 1000}, reason="belum diketahui", alone=True)
    return tills.close(at_the_desk(desk, "budi"), form).number


def test_a_closed_till_owes_its_report_until_it_is_out(desk: Desk, closed: str) -> None:
    assert [job.state for job in print_jobs.unconfirmed(desk) if job.number == closed] == ["committed"]
    paper = papers.make(desk, closed)
    assert (paper.number, paper.copy, paper.is_report) == (closed, 0, True)
    print_jobs.note(desk, paper.job, "confirmed")
    assert closed not in [job.number for job in print_jobs.unconfirmed(desk)]


def test_the_report_says_what_happened(desk: Desk, closed: str) -> None:
    said = words(papers.preview(desk, closed))
    for expected in (
        f"No. {closed}",
        "-NT$ 100 uang kurang",
        "belum diketahui",
        "Selisih dicatat tanpa orang kedua.",
        "keluar NT$ 40 materai",
        "Saat dibuka NT$ 2.000 ditambahkan sebagai modal.",
        "Kuitansi",
        "Laporan pertama kas ini",
        "Budi S.",
        "TWD saat dibuka NT$ 1.000 1 NT$ 1.000 NT$ 100 10 NT$ 1.000 Jumlah TWD saat dibuka NT$ 2.000",
    ):
        assert expected in said


def test_further_prints_are_marked_and_say_the_same(desk: Desk, closed: str) -> None:
    first = papers.issue(desk, closed)
    again = papers.issue(desk, closed.lower())
    assert (first.copy, again.copy) == (0, 1)
    assert "SALINAN 1" in words(again.pdf)
    assert papers.issue_once(desk, closed).pdf == first.pdf


def test_its_code_is_genuine_and_says_the_chain(desk: Desk, closed: str) -> None:
    (text,) = tokens_in(papers.preview(desk, closed), "application/pdf")
    found = check(desk, text)
    assert found.genuine
    assert found.facts is not None
    assert (found.facts.kind, found.facts.number) == ("z", closed)


def test_an_open_till_and_a_stranger_have_no_report(desk: Desk, closed: str) -> None:
    with pytest.raises(Refused) as refusal:
        papers.issue(desk, "TPE9-Z-000001")
    assert codes(refusal) == ["till.unknown"]
    opened = tills.start(desk, opening(count(1000)), BUDI)
    with pytest.raises(Refused) as refusal:
        papers.preview(desk, opened.number)
    assert codes(refusal) == ["till.unknown"]
