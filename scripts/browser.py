"""The browser that draws the web pages for tests and pictures: which one, and whether it will do."""
# ruff: noqa: S603 - asks a program for its version

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
NO_BROWSER = (
    "no Chromium here, or its driver lacks a library: apt-get install chromium libatomic1 on Debian; Ubuntu's "
    "Chromium is a snap, which cannot see a test's temporary folder, so name another one in LOKET_CHROMIUM"
)


def find_browser() -> Path | None:
    """A Chromium that runs and may read any folder, or None. LOKET_CHROMIUM goes before what is installed."""
    if not _driver_runs():
        return None
    named = os.environ.get("LOKET_CHROMIUM")
    for name in (named,) if named else NAMES:
        path = shutil.which(name)
        if path and not is_snap(Path(path)) and answers(path):
            return Path(path)
    return None


def is_snap(path: Path) -> bool:
    """A snap, or the script that Ubuntu installs in place of a browser to fetch one."""
    if "/snap/" in str(path.resolve()) or path.resolve().name == "snap":
        return True
    with path.open("rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"/snap/bin/" in head


def answers(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _driver_runs() -> bool:
    """Whether Playwright's own Node finds its libraries; without them there is nobody to drive a browser."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True
