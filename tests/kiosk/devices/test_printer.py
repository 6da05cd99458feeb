"""Printers: CUPS behind `lp`, thermal printers by their address, and the pretend one that stands in for them; all keep
the same promises."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loket_testing.strip_printers import StripPrinter

from kiosk.devices import ipp
from kiosk.devices import printer as printers
from kiosk.devices.printer import AddressPrinter, LpPrinter, PretendPrinter, Printer, SystemPrinter, require_address
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
            self._program(
                "lp",
                f'printf "%s\\n" "$@" >{self.folder}/arguments; cat >{self.folder}/pdf; '
                'echo "request id is $2-7 (0 file(s))"',
            )

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


@pytest.fixture(params=["pretend", "lp", "system"])
def printer(request: pytest.FixtureRequest, cups: Cups) -> Callable[..., Printer]:
    def stands(queues: list[str], *, broken: bool = False) -> Printer:
        if request.param == "pretend":
            return PretendPrinter(queues=queues, broken=broken)
        cups.stands(queues, broken=broken)
        return LpPrinter() if request.param == "lp" else SystemPrinter()

    return stands


def test_a_paper_goes_to_the_queue_that_is_named_or_the_first(printer: Callable[..., Printer]) -> None:
    there = printer(["Arsip", "Loket"])
    assert there.names() == ["Arsip", "Loket"]
    assert there.send(PDF, "TPE3-2026-000001").queue == "Arsip"
    assert there.send(PDF, "TPE3-2026-000001", to="Loket").queue == "Loket"


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


def test_commands_go_to_the_queue_untouched_and_the_job_has_a_name_to_ask_by(printer: Callable[..., Printer]) -> None:
    there = printer(["Struk"])
    spooled = there.send(b"\x1b@", "TPE3-2026-000001", raw=True)
    assert (spooled.queue, spooled.done) == ("Struk", False)
    assert spooled.request is not None
    assert spooled.request.startswith("Struk-")


def test_lp_is_told_that_commands_are_no_document(cups: Cups) -> None:
    cups.stands(["Struk"])
    LpPrinter().send(b"\x1b@", "TPE3-2026-000001", raw=True)
    assert cups.arguments[-3:] == ["-o", "raw", "-"]


# A real CUPS, with queues whose backends we wrote


class RealCups:
    """A scheduler of its own in a folder of its own, with one queue that prints into a file, one whose backend breaks,
    and one that never comes to an end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "sock"
        programs = folder / "programs"
        for part in ("filter", "daemon", "notifier", "cgi-bin", "monitor", "driver"):
            (programs / part).parent.mkdir(exist_ok=True)
            if (Path("/usr/lib/cups") / part).exists():
                (programs / part).symlink_to(Path("/usr/lib/cups") / part)
        (programs / "backend").mkdir(parents=True)
        self._backend(programs, "baik", f'cat "$6" >{folder}/out/$1')
        self._backend(programs, "rusak", "exit 1")
        self._backend(programs, "macet", "exec tail -f /dev/null")
        for made in ("spool", "spool/tmp", "cache", "state", "log", "root", "out"):
            (folder / made).mkdir(parents=True, exist_ok=True)
            (folder / made).chmod(0o777)
        (folder / "cupsd.conf").write_text(
            f"Listen {self.socket}\nBrowsing Off\nWebInterface No\nDefaultAuthType None\nPreserveJobHistory Yes\n"
            "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            "<Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n</Policy>\n"
        )
        (folder / "files.conf").write_text(
            f"ServerRoot {folder}/root\nServerBin {programs}\nRequestRoot {folder}/spool\nTempDir {folder}/spool/tmp\n"
            f"CacheDir {folder}/cache\nStateDir {folder}/state\nAccessLog {folder}/log/access\n"
            f"ErrorLog {folder}/log/error\nPageLog {folder}/log/page\nSystemGroup root\n"
        )
        self.scheduler = subprocess.Popen(
            ["cupsd", "-f", "-c", folder / "cupsd.conf", "-s", folder / "files.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stand(self) -> None:
        while not self.socket.is_socket():
            assert self.scheduler.poll() is None, (self.folder / "log" / "error").read_text()
        for queue in ("baik", "rusak", "macet"):
            subprocess.run(
                ["lpadmin", "-p", queue, "-E", "-v", f"{queue}://x", "-o", "printer-error-policy=abort-job"],
                check=True,
                capture_output=True,
            )

    def stop(self) -> None:
        self.scheduler.terminate()
        self.scheduler.wait(10)

    def _backend(self, programs: Path, name: str, script: str) -> None:
        (programs / "backend" / name).write_text(f"#!/bin/sh\n[ $# = 0 ] && exit 0\n{script}\n")
        (programs / "backend" / name).chmod(0o700)


@pytest.fixture
def real_cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealCups]:
    if shutil.which("cupsd") is None or os.geteuid() != 0:
        pytest.skip("needs CUPS's scheduler, and to be root to start one")
    cups = RealCups(tmp_path)
    monkeypatch.setenv("CUPS_SERVER", str(cups.socket))
    try:
        cups.stand()
        yield cups
    finally:
        cups.stop()


def test_a_real_cups_says_what_came_out_what_broke_off_and_what_it_still_has(real_cups: RealCups) -> None:
    there = SystemPrinter()
    assert sorted(there.names()) == ["baik", "macet", "rusak"]
    sent = {queue: there.send(b"\x1b@halo", queue, to=queue, raw=True).request for queue in there.names()}
    good, bad, stuck = sent["baik"], sent["rusak"], sent["macet"]
    assert good
    assert bad
    assert stuck
    fates: dict[str, str] = {}
    while len(fates) < 2:
        fates |= there.fates([good, bad, stuck, "baik-999", "rusak-1", "macet-1"])
    assert fates[good] == "done"
    assert fates[bad] == "failed"
    assert stuck not in fates
    [out] = (real_cups.folder / "out").iterdir()
    assert out.read_bytes() == b"\x1b@halo"


def test_a_cups_that_is_not_there_is_trouble_and_not_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for server in (str(tmp_path / "sock"), "localhost:1"):
        monkeypatch.setenv("CUPS_SERVER", server)
        with pytest.raises(Trouble) as trouble:
            LpPrinter().fates(["Loket-1"])
        assert trouble.value.code == "printer.failed"


@pytest.mark.parametrize("broken", [b"", b"\x02\x00", b"\x02\x00\x05\x00\x00\x00\x00\x01\x03", bytes(9), bytes(40)])
def test_an_answer_that_is_none_is_not_understood_as_one(broken: bytes) -> None:
    with pytest.raises((LookupError, ValueError)):
        ipp._fate(broken, "Loket")


# Thermal printers by their address


@pytest.fixture
def strip_printer() -> Iterator[StripPrinter]:
    with StripPrinter() as there:
        yield there


def test_a_printer_on_the_network_takes_the_commands_and_says_when_it_is_done(strip_printer: StripPrinter) -> None:
    spooled = SystemPrinter().send(b"\x1b@halo\n", "TPE3-2026-000001", to=strip_printer.address, copies=2, raw=True)
    assert (spooled.queue, spooled.done, spooled.request) == (strip_printer.address, True, None)
    assert strip_printer.printed == b"\x1b@halo\n" * 2


def test_a_printer_that_never_answers_prints_all_the_same_and_nothing_is_claimed(
    strip_printer: StripPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printers, "ASKING", 0.05)
    strip_printer.mute = True
    spooled = AddressPrinter().send(b"\x1b@halo\n", "TPE3-2026-000001", to=strip_printer.address, raw=True)
    assert not spooled.done
    strip_printer.finished.wait(5)
    assert strip_printer.printed == b"\x1b@halo\n"


@pytest.mark.parametrize(
    ("status", "code"), [(0x32, "printer.no_paper"), (0x16, "printer.open"), (0x52, "printer.jammed")]
)
def test_a_printer_that_cannot_print_says_why_and_gets_nothing(
    strip_printer: StripPrinter, status: int, code: str
) -> None:
    strip_printer.status = status
    with pytest.raises(Trouble) as trouble:
        AddressPrinter().send(b"\x1b@halo\n", "TPE3-2026-000001", to=strip_printer.address, raw=True)
    assert trouble.value.code == code
    assert strip_printer.printed == b""


def test_a_document_is_never_poured_onto_a_roll(strip_printer: StripPrinter) -> None:
    with pytest.raises(Trouble) as trouble:
        SystemPrinter().send(PDF, "TPE3-2026-000001", to=strip_printer.address)
    assert trouble.value.code == "printer.roll_only"
    assert strip_printer.printed == b""


def test_a_printer_at_a_device_of_this_machine_is_written_to() -> None:
    other, device = pty.openpty()
    tty.setraw(device)
    try:
        os.write(other, b"\x12")  # the answer to «how are you», there before it is asked
        os.write(other, b"\x00")
        spooled = SystemPrinter().send(b"\x1b@halo\n", "judul", to=os.ttyname(device), raw=True)
        assert spooled.done
        expected = b"\x10\x04\x02\x1b@halo\n\x1dr\x01"
        received = b""
        # What was written in three goes may be read in as many.
        while len(received) < len(expected):
            received += os.read(other, 100)
        assert received == expected
    finally:
        os.close(device)
        os.close(other)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("tcp://127.0.0.1:1", "printer.unreachable"),
        ("/dev/tidak-ada", "printer.unreachable"),
        ("tcp://", "printer.address"),
        ("http://127.0.0.1:9100", "printer.address"),
        ("tcp://127.0.0.1:999999", "printer.address"),
    ],
)
def test_an_address_where_no_printer_can_be_is_told_apart_from_one_that_is_off(address: str, code: str) -> None:
    with pytest.raises(Trouble) as trouble:
        AddressPrinter().send(b"\x1b@", "judul", to=address, raw=True)
    assert trouble.value.code == code


def test_a_file_is_no_printer_and_keeps_no_receipt(tmp_path: Path) -> None:
    file = tmp_path / "struk"
    file.write_bytes(b"")
    with pytest.raises(Trouble) as trouble:
        AddressPrinter().send(b"\x1b@", "judul", to=str(file), raw=True)
    assert trouble.value.code == "printer.address"
    assert file.read_bytes() == b""
    with pytest.raises(Trouble):
        require_address(str(file))


def test_a_printer_that_stops_taking_bytes_is_given_up(
    strip_printer: StripPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printers, "PATIENCE", 0.2)
    monkeypatch.setattr(printers, "ASKING", 0.05)
    strip_printer.deaf = True
    with pytest.raises(Trouble) as trouble:
        AddressPrinter().send(bytes(40_000_000), "judul", to=strip_printer.address, raw=True)
    assert trouble.value.code == "printer.unreachable"
