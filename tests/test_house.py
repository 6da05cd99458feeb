"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "reports", "kiosk", "ui", "server")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def modules(*folders: str) -> list[Path]:
    """Our modules in these folders (`models/rules`), data and migrations included."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls, as far as it can be read: `QFileDialog.getOpenFileName`."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}: {ast.unparse(node)[:80]}"


def project_files() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def lines_of_project() -> Iterator[tuple[str, str]]:
    """Each line of each text file, with its place."""
    for path in project_files():
        raw = path.read_bytes()
        if b"\0" in raw:
            continue
        for number, line in enumerate(raw.decode("utf-8", errors="replace").splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


# What the house is made of


@pytest.mark.parametrize("package", PACKAGES)
def test_each_root_package_is_ours(package: str) -> None:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin == str(ROOT / package / "__init__.py")


def test_tests_are_no_package_that_could_hide_ours() -> None:
    assert not (ROOT / "tests" / "__init__.py").exists()
    assert not [name for name in PACKAGES if (ROOT / "tests" / name / "__init__.py").exists()]


def test_each_folder_of_modules_is_a_package_that_the_import_contracts_see() -> None:
    """But for migrations: Alembic reads their folder by itself, and nobody imports them."""
    folders = {path.parent for path in modules(*PACKAGES) if "migrations" not in path.parts}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_each_part_of_the_two_programs_and_of_the_models_has_its_place_in_the_layers() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    layers = [layer for contract in contracts if contract["type"] == "layers" for layer in contract["layers"]]
    placed = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    parts = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
        for path in modules("kiosk", "server", "models")
        if any(not isinstance(statement, ast.Expr) for statement in tree(path).body)
    }
    assert {part.removesuffix(".__init__") for part in parts} - placed - {"kiosk", "server", "models"} == set()


def test_each_module_says_first_what_it_is_about() -> None:
    silent = [path for path in modules(*PACKAGES) if (module := tree(path)).body and not ast.get_docstring(module)]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_tools_share_no_line_with_what_they_check() -> None:
    """Whoever checks us runs them by themselves: the standard library, and a signature library where there is one."""
    tools = modules("tools")
    imported = {
        name.partition(".")[0]
        for path in tools
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or "."] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert tools
    assert imported - sys.stdlib_module_names == {"cryptography"}
    assert not (ROOT / "tools" / "__init__.py").exists()


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
    assert [place for place, line in lines_of_project() if later.search(line)] == []


def test_nothing_names_a_package_registry_or_a_folder_outside() -> None:
    hosts = ("pypi.", "pythonhosted.", "npmjs.", "registry.npm", "debian.org/debian", "archive.ubuntu.")
    outside = re.compile(r"(?<![\w.])/work" r"/|\.\./sha" r"red\b|" + "|".join(re.escape(host) for host in hosts))
    ours = f"{Path(__file__).relative_to(ROOT)}:"
    named = [f"{place}: {line.strip()[:100]}" for place, line in lines_of_project() if outside.search(line)]
    assert [line for line in named if not line.startswith(ours)] == []


# What is installed


def pinned() -> dict[str, Version]:
    pins = re.findall(r"^([A-Za-z0-9_.\-]+)==(\S+)", LOCK, flags=re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def asked_for() -> list[Requirement]:
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in (*lines, *PYPROJECT["build-system"]["requires"])]


@pytest.mark.parametrize("requirement", asked_for(), ids=str)
def test_the_lock_pins_a_version_that_the_project_asks_for(requirement: Requirement) -> None:
    version = pinned().get(canonicalize_name(requirement.name))
    assert version is not None, "run: make lock"
    assert requirement.specifier.contains(version), f"{version} is pinned: run make lock"


def test_each_pin_has_its_hash_and_no_address() -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pinned())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK


def test_no_library_is_used_that_was_ruled_out_for_its_licence() -> None:
    ruled_out = {"mrz", "nuitka", "pyside6", "pyside6-addons", "pyqt6"}
    assert ruled_out & pinned().keys() == set()


# What the code may not do


def test_no_screen_starts_a_second_event_loop_inside_the_first() -> None:
    """`open()` and a signal, never `exec()`, nor the static functions that call it."""
    loops = re.compile(
        r"(^|\.)exec_?$|^QEventLoop$|(^|\.)processEvents$"
        r"|^QMessageBox\.(question|information|warning|critical|about)$"
        r"|^QInputDialog\.get\w+$|^QFileDialog\.get\w+$|^QColorDialog\.get\w+$|^QFontDialog\.get\w+$"
    )
    found = [
        where(path, node)
        for path in modules("ui", "kiosk")
        for node in ast.walk(tree(path))
        if loops.search(called(node)) and not (path == ROOT / "ui" / "app.py" and called(node).endswith("app.exec"))
    ]
    assert found == []


def test_money_and_days_never_become_floating_point() -> None:
    def floats(node: ast.AST) -> bool:
        match node:
            case ast.Constant(value=float()) | ast.Name(id="float" | "Float" | "Numeric" | "Double"):
                return True
        return False

    places = ("models/rules", "models/journal", "models/ledger", "models/posting")
    assert [where(path, n) for path in modules(*places) for n in ast.walk(tree(path)) if floats(n)] == []


def test_rules_and_posting_have_no_clock_of_their_own() -> None:
    clocks = re.compile(r"(^|\.)(now|utcnow|today|time_ns|monotonic|localtime)$|^time\.time$")
    places = ("models/rules", "models/posting", "reports")
    assert [where(path, n) for path in modules(*places) for n in ast.walk(tree(path)) if clocks.search(called(n))] == []


def test_no_test_waits_for_time_to_pass() -> None:
    sleeps = re.compile(r"(^|\.)(sleep|qWait|qSleep|msleep)$|^(qtbot|bot)\.wait$")
    tests = modules("tests")
    assert [where(path, n) for path in tests for n in ast.walk(tree(path)) if sleeps.search(called(n))] == []
