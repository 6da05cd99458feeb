"""The documents hold: what they link to is there, and every command, key and word on the screen they name is real."""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from loket_testing.counter import MORNING, clock, desk, published, siti
from loket_testing.windows import Window, closed_window, window
from PIL import Image
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QRadioButton

import kiosk.cli
import server.__main__
from kiosk.__main__ import main
from models.rules.claims import shipped
from ui.kit import SecondaryButton
from ui.screens.documents import ROW_KEYS

# Fixtures are found by their names here.
__all__ = ["clock", "closed_window", "desk", "published", "siti", "window"]

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
PICTURES = MANUAL / "images"
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
HANDBOOK = sorted(MANUAL.glob("*.md"))
PARSERS = {"loket": kiosk.cli.parser(), "loket-centre": server.__main__._parser()}
EVERYWHERE = {"Enter", "Tab", "↑", "↓"}
"""Keys that Qt's own controls answer."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(pages: list[Path]) -> Any:
    return pytest.mark.parametrize("page", pages, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """Where a link into this page may point."""
    titles = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# Links and pictures


@named(PAGES)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text_of(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _sign, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            missing.append(target)
    assert missing == []


def test_the_handbook_s_contents_list_every_page_once_and_in_order() -> None:
    listed = re.findall(r"^\d+\. \[.+\]\((.+)\)$", text_of(MANUAL / "README.md"), flags=re.MULTILINE)
    assert listed == [page.name for page in HANDBOOK if page.name not in ("README.md", "00-tombol.md")]


def test_every_picture_is_shown_somewhere_with_words_for_those_who_do_not_see_it() -> None:
    shown = {
        (page.parent / target).resolve(): words
        for page in PAGES
        for words, target in re.findall(r"!\[([^\]]*)\]\((.+?\.png)\)", text_of(page))
    }
    assert sorted(shown) == sorted(PICTURES.glob("*.png"))
    assert [path.name for path, words in shown.items() if len(words) < 8] == []


def test_pictures_are_whole_screens_and_small() -> None:
    odd = []
    for path in sorted(PICTURES.iterdir()):
        with Image.open(path) as picture:
            if (picture.format, picture.size) != ("PNG", (1366, 768)) or path.stat().st_size >= 120_000:
                odd.append(path.name)
    assert odd == []


@named(HANDBOOK)
def test_a_page_of_the_handbook_fits_one_page(page: Path) -> None:
    assert len(text_of(page).splitlines()) <= 48


# Commands


def code(page: Path) -> Iterator[str]:
    """Each line of code, in blocks and in sentences; the comment behind a command is no part of it."""
    text = text_of(page)
    for block in re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def commands(page: Path) -> list[str]:
    """`loket …` and `loket-centre …` in this page, without what stands before a pipe or behind a `#`."""
    found = []
    for line in code(page):
        last = re.split(r"\s#\s", line.removeprefix("$ "))[0].split(" | ")[-1].strip()
        if last.split(" ")[0] in PARSERS:
            found.append(last)
    return found


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def unknown_in(command: str) -> list[str]:
    """Words of a command line that its program does not know: a subcommand, an option."""
    program, *words = shlex.split(command)
    parser = PARSERS[program]
    while words and subparsers(parser) and not words[0].startswith("-"):
        if words[0] not in subparsers(parser):
            return [words[0]]
        parser = subparsers(parser)[words.pop(0)]
    known = {option for action in parser._actions for option in action.option_strings}
    return [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]


@named([page for page in PAGES if "decisions" not in page.parts])
def test_every_command_a_page_names_exists_with_its_options(page: Path) -> None:
    assert {command: unknown for command in commands(page) if (unknown := unknown_in(command))} == {}


def test_a_command_nobody_wrote_would_be_noticed() -> None:
    assert unknown_in("loket bayar -") == ["bayar"]
    assert unknown_in("loket sync --center URL") == ["--center"]
    assert unknown_in("loket staff add budi --rank admin") == ["--rank"]


def test_the_readme_and_the_operations_page_name_every_command() -> None:
    said = {tuple(shlex.split(one)) for page in ("README.md", "docs/operations.md") for one in commands(ROOT / page)}
    for program, parser in PARSERS.items():
        named_here = {words[1] for words in said if words[0] == program and len(words) > 1}
        assert subparsers(parser).keys() - named_here == set()


def test_every_make_target_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    said = {
        name for page in PAGES for line in code(page) for name in re.findall(r"^make ([a-z]+)", line.removeprefix("$ "))
    }
    assert {"run", "test", "bench"} <= said
    assert said - targets == set()


def test_every_file_of_the_project_that_the_readme_names_exists() -> None:
    named_here = {
        word
        for word in re.findall(r"`([\w./-]+/[\w./-]*)`", text_of(ROOT / "README.md"))
        if not word.startswith(("build", "/"))
    }
    assert "tests/models/posting/test_order.py" in named_here
    assert [word for word in sorted(named_here) if not (ROOT / word).exists()] == []


def test_the_session_in_the_readme_still_answers_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command of the session is run; ids, keys and the folder are this run's, everything else is compared."""
    monkeypatch.setenv("LOKET_DATA", str(tmp_path / "coba"))
    monkeypatch.setenv("LOKET_PASSWORD", "rahasia-123")
    monkeypatch.delenv("LOKET_OPERATOR", raising=False)
    monkeypatch.setattr("kiosk.devices.clock.datetime", SimpleNamespace(now=lambda _zone: MORNING))
    block = re.search(r"```console\n(.*?)```", text_of(ROOT / "README.md"), flags=re.DOTALL)
    assert block is not None
    lines = block[1].splitlines()
    here = {"/tmp/coba": str(tmp_path / "coba")}

    def as_here(text: str) -> str:
        for there, now in here.items():
            text = text.replace(there, now)
        return text

    asked = [(lines[at], lines[at + 1]) for at in range(0, len(lines), 2)]
    assert len(asked) >= 5
    for command, written in asked:
        assert command.startswith("$ ")
        given, _pipe, run = as_here(command[2:]).rpartition(" | ")
        if given:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(shlex.split(given)[1].encode())))
        main(shlex.split(run)[1:])
        answer = json.loads(capsys.readouterr().out)
        for name in ("terminal", "recovery_code", "worker_id", "receipt"):
            said = json.loads(written).get(name)
            if isinstance(said, str) and said not in here.values():
                here.setdefault(said, answer[name])
        assert answer == json.loads(as_here(written)), command


# Keys


def keys_of(window: Window) -> set[str]:
    """Every key the window answers: the shell's, each page's, and those of the tiles to choose from."""
    found = {shortcut.key().toString() for shortcut in window.shell.findChildren(QShortcut)}
    found |= {pick.option.key for pick in window.shell.findChildren(QRadioButton) if hasattr(pick, "option")}
    # Letters work on pages whose fields take digits only.
    found |= {button.key() for button in window.shell.findChildren(SecondaryButton) if len(button.key()) == 1}
    # Those of a checklist's row work where a row has the focus.
    found |= {QKeySequence(key).toString() for key in ROW_KEYS}
    # On paper an arrow is drawn.
    drawn = {key.replace("Down", "↓").replace("Up", "↑") for key in found}
    return drawn - {""}


def test_every_key_in_the_handbook_is_one_the_window_knows(window: Window, siti: UUID) -> None:
    for name in window.counter._page_names:
        window.shell.show_page(name)
    window.counter.pay(siti)
    known = keys_of(window)
    said = {key for page in HANDBOOK for key in re.findall(r"<kbd>(.+?)</kbd>", text_of(page))}
    assert {"F2", "F4", "F6", "F7", "F8", "F9", "F12", "Esc", "Ctrl+L", "Ctrl+S"} <= said
    assert said - known - EVERYWHERE == set()


# Words on the screen


def words_of_the_program() -> list[re.Pattern[str]]:
    """Every sentence of window, sentences and rules; a gap stands for anything."""
    found = set()
    sources = [*(ROOT / "ui").rglob("*.py"), ROOT / "models" / "sentences.py"]
    for path in sources:
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value.partition("\t")[0])
    chosen = [kind for held in shipped().editions for kind in held.kinds()]
    found |= {name for kind in chosen for name in (kind.neutral_name, *(one.name for one in kind.situations))}
    patterns = []
    for text in found:
        parts = re.split(r"\{[^{}]*\}", text)
        if not any(re.search(r"\w", part) for part in parts):
            continue  # nothing but gaps: anything would match
        patterns.append(re.compile(".+?".join(re.escape(part) for part in parts)))
    return patterns


@named(HANDBOOK)
def test_every_word_the_handbook_quotes_stands_on_the_screen(page: Path) -> None:
    known = words_of_the_program()
    quoted = {" ".join(words.split()) for words in re.findall(r"«(.+?)»", text_of(page), flags=re.DOTALL)} - {"…"}
    assert [words for words in sorted(quoted) if not any(one.fullmatch(words) for one in known)] == []


def test_a_word_that_is_not_on_the_screen_would_be_noticed() -> None:
    known = words_of_the_program()
    assert any(one.fullmatch("Tersinkron 09.47") for one in known)
    assert not any(one.fullmatch("Bayar sekarang juga") for one in known)
