"""Printers: CUPS behind `lp`, and the pretend one that stands in for it; both keep the same promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices import printer as printers
from kiosk.devices.printer import LpPrinter, PretendPrinter, Printer
from models.rules.problems import Trouble

PDF = b"%PDF-1.7 kuitansi"


class Cups:
    """Programs called `lp` and `lpstat` that answer as CUPS does, and remember what they were given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stands(self, queues: list[str], *, default: str = "", broken: bool = False) -> None:
        listed = "\\n".join(queues) + ("\\n" if queues else "")
        said = f"system default destination: {default}" if default else "no system default destination"
        self._program("lpstat", f'case "$1" in -e) printf "{listed}";; -d) echo "{said}";; esac')
        if broken:
            self._program("lp", "cat >/dev/null; echo 'lp: The printer is gone.' >&2; exit 1")
        else:
            self._program("lp", f'printf "%s\\n" "$@" >{self.folder}/arguments; cat >{self.folder}/pdf')

    def _program(self, name: str, script: str) -> None:
        (self.folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.folder / name).chmod(0o755)

    @property
    def arguments(self) -> list[str]:
        return (self.folder / "arguments").read_text().splitlines()


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cups:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return Cups(tmp_path)


@pytest.fixture(params=["pretend", "lp"])
def printer(request: pytest.FixtureRequest, cups: Cups) -> Callable[..., Printer]:
    def stands(queues: list[str], *, broken: bool = False) -> Printer:
        if request.param == "pretend":
            return PretendPrinter(queues=queues, broken=broken)
        cups.stands(queues, broken=broken)
        return LpPrinter()

    return stands


def test_a_paper_goes_to_the_queue_that_is_named_or_the_first(printer: Callable[..., Printer]) -> None:
    there = printer(["Arsip", "Loket"])
    assert there.names() == ["Arsip", "Loket"]
    assert there.send(PDF, "TPE3-2026-000001") == "Arsip"
    assert there.send(PDF, "TPE3-2026-000001", to="Loket") == "Loket"


def test_without_a_queue_there_is_nothing_to_print_on(printer: Callable[..., Printer]) -> None:
    there = printer([])
    assert there.names() == []
    with pytest.raises(Trouble) as trouble:
        there.send(PDF, "TPE3-2026-000001")
    assert trouble.value.code == "printer.none"


def test_a_printer_that_is_gone_says_so(printer: Callable[..., Printer]) -> None:
    with pytest.raises(Trouble) as trouble:
        printer(["Loket"], broken=True).send(PDF, "TPE3-2026-000001")
    assert trouble.value.code == "printer.failed"
    assert "gone" in dict(trouble.value.values)["said"]


def test_the_default_queue_comes_first(cups: Cups) -> None:
    cups.stands(["Arsip", "Loket"], default="Loket")
    assert LpPrinter().names() == ["Loket", "Arsip"]


def test_lp_gets_the_pdf_itself_and_no_file_of_ours(cups: Cups) -> None:
    cups.stands(["Loket"])
    LpPrinter().send(PDF, "TPE3-2026-000001", copies=2)
    assert (cups.folder / "pdf").read_bytes() == PDF
    assert cups.arguments == ["-d", "Loket", "-n", "2", "-t", "TPE3-2026-000001", "-o", "fit-to-page", "-"]


def test_a_machine_without_cups_has_no_printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert LpPrinter().names() == []


def test_a_queue_that_does_not_answer_is_given_up(cups: Cups, monkeypatch: pytest.MonkeyPatch) -> None:
    cups.stands(["Loket"])
    cups._program("lp", "exec tail -f /dev/null")
    monkeypatch.setattr(printers, "PATIENCE", 0.5)
    with pytest.raises(Trouble) as trouble:
        LpPrinter().send(PDF, "TPE3-2026-000001")
    assert trouble.value.code == "printer.failed"


def test_the_pretend_printer_remembers_every_sheet() -> None:
    printer = PretendPrinter()
    printer.send(PDF, "TPE3-2026-000001", copies=2)
    assert printer.sent == [("TPE3-2026-000001", PDF)] * 2
