"""Set-up: the machine's libraries, the environment in `.venv`, and the packages pinned in requirements.lock.

Runs on the machine's own Python, so it uses the standard library only. Exit 0 done · 1 an installer failed ·
3 something is missing that a person must install.
"""
# ruff: noqa: S603 - every command below is written here

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.browser import find_browser  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "set-up"
LOCK = ROOT / "requirements.lock"

# Debian's package for each library that Qt opens, by the name Debian 12 knows it under: later releases call
# some of them …t64 and still answer to the old name.
LIBRARIES = {
    # without a screen
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libbrotlidec.so.1": "libbrotli1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    # on a screen; Qt blames libxcb-cursor0 whichever of these is missing
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    # printing
    "libcups.so.2": "libcups2",
}
# What Playwright's driver, a Node of its own, opens; only the tests of the web pages need it.
DRIVER_LIBRARIES = {"libatomic.so.1": "libatomic1"}
PROGRAMS = {"lp": "cups-client"}
ZONES = Path("/usr/share/zoneinfo/Asia/Taipei")
TRIES = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="make setup", description=__doc__)
    parser.add_argument("--for-tests", action="store_true", help="a browser for the tests of the web pages too")
    wanted = parser.parse_args()

    install_missing(missing_packages())
    if wanted.for_tests:
        install_browser()
    if STAMP.is_file() and STAMP.read_text() == state():
        return 0
    make_environment()
    install_packages()
    STAMP.write_text(state())
    say(f"Ready: {PYTHON.relative_to(ROOT)}.")
    return 0


def state() -> str:
    """What the environment was made of. Any difference makes set-up do its work again."""
    digest = hashlib.sha256()
    for file in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(file.read_bytes())
    return f"{ROOT}\n{digest.hexdigest()}\n"


# The machine


def missing_packages() -> list[str]:
    """Debian's names of what this machine lacks. It is asked for the libraries themselves, because the same
    library has different package names in different releases."""
    if sys.platform != "linux":
        return []
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    missing += [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not ZONES.exists():
        missing.append("tzdata")
    if not PYTHON.exists() and not importlib.util.find_spec("ensurepip"):
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_missing(packages: Sequence[str]) -> None:
    if not packages:
        return
    by_hand = "apt-get install --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        give_up(f"This machine lacks what Debian calls: {', '.join(packages)}. Install it, then try again.")
    as_root = root_prefix()
    if as_root is None:
        give_up(f"Some system packages are missing. Run this line, then try again:\n  sudo {by_hand}")
    say(f"Installing system packages: {' '.join(packages)}")
    if not apt_install(as_root, packages):
        give_up(f"The system packages could not be installed. The line to run is:\n  {by_hand}", code=1)
    if still := missing_packages():
        give_up(f"apt-get is done, and yet these are missing: {', '.join(still)}.", code=1)


def install_browser() -> None:
    """Chromium, where it is a package, and the library that its driver needs. Ubuntu's is a snap, which cannot see a
    test's temporary folder: there the tests that need a browser skip and say so, unless LOKET_CHROMIUM names another
    one."""
    wanted = [package for library, package in DRIVER_LIBRARIES.items() if not loads(library)]
    if not (find_browser() or "LOKET_CHROMIUM" in os.environ or "ubuntu" in release()):
        wanted.append("chromium")
    if not wanted or not shutil.which("apt-get"):
        return
    by_hand = f"apt-get install {' '.join(wanted)}"
    as_root = root_prefix()
    if as_root is None:
        say(f"Tests of the web pages will be skipped for want of: {' '.join(wanted)} (sudo {by_hand}).")
        return
    say(f"Installing for the tests of the web pages: {' '.join(wanted)}")
    if not apt_install(as_root, wanted):
        give_up(f"These could not be installed. The line to run is:\n  {by_hand}", code=1)


def release() -> str:
    """The distribution and those it resembles: "debian", "ubuntu debian"."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    return f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}".replace('"', "")


def root_prefix() -> list[str] | None:
    """What to put before a command so that it runs as root, or None where that needs a person."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0:
        return sudo
    return None


def apt_install(as_root: Sequence[str], packages: Sequence[str]) -> bool:
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    return attempt([*apt, "update"]) and attempt([*apt, "install", "-y", "--no-install-recommends", *packages])


# The environment


def make_environment() -> None:
    """A fresh `.venv`, unless the one here still runs."""
    if runs([str(PYTHON), "-m", "pip", "--version"]):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    say(f"Making .venv with Python {sys.version.split()[0]}.")
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def install_packages() -> None:
    """Exactly what requirements.lock pins, then the project itself. pip's own settings (index, certificates,
    proxies) stay the machine's."""
    say("Installing the packages of requirements.lock; the first time takes a minute or two.")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if not attempt([*pip, "--require-hashes", "--only-binary=:all:", "--requirement", str(LOCK)], times=TRIES):
        give_up("The packages could not be installed: see pip's message above.", code=1)
    editable = [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)]
    if not attempt(editable):
        give_up("The project could not be installed into .venv: see pip's message above.", code=1)


# Small things


def runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def attempt(command: Sequence[str], *, times: int = 1) -> bool:
    """Run a command, again after a pause when it fails: lines drop. Its output goes where ours goes."""
    for pause in pauses(times):
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0:
            return True
        if pause:
            say(f"That failed; trying again in {pause} seconds: {shlex.join(command[:6])} …")
            time.sleep(pause)
    return False


def pauses(times: int) -> Iterable[int]:
    """Seconds to wait after each of so many tries; none after the last."""
    return (*(5 * 4**n for n in range(times - 1)), 0)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def give_up(text: str, *, code: int = 3) -> NoReturn:
    say(text)
    sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())
