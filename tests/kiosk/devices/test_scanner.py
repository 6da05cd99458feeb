"""The scanner, with a `scanimage` that is a script of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.devices.scanner import PretendScanner, ScanimageScanner
from models.rules.problems import Trouble

JPEG = "\\377\\330\\377page"


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "scanimage"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_a_page_comes_through_the_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, f"printf '{JPEG}'")
    assert ScanimageScanner().present()
    assert ScanimageScanner().scan() == b"\xff\xd8\xffpage"


def test_a_scanner_that_refuses_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "echo 'no SANE devices found' >&2; exit 7")
    with pytest.raises(Trouble) as trouble:
        ScanimageScanner().scan()
    assert (trouble.value.code, trouble.value.values) == ("scanner.failed", (("said", "no SANE devices found"),))


def test_an_empty_page_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "true")
    with pytest.raises(Trouble):
        ScanimageScanner().scan()


def test_without_the_program_scanning_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not ScanimageScanner().present()
    with pytest.raises(Trouble) as trouble:
        ScanimageScanner().scan()
    assert trouble.value.code == "scanner.none"


def test_the_pretend_scanner_gives_what_it_was_loaded_with() -> None:
    scanner = PretendScanner([b"one"])
    assert scanner.scan() == b"one"
    with pytest.raises(Trouble):
        scanner.scan()
