"""Audit of what we depend on: `make check` holds the lock against what is known here, `make audit` asks elsewhere.

    audit.py          every requirement pinned and hashed, none that a known advisory names, no licence we may not ship
    audit.py online   asks an advisory service (`uv audit`) about the pinned versions; notes the day if all is well

`scripts/advisories.json` is the list for machines that reach no such service: advisories by package and affected
versions. What `online` reports is added there by whoever decides what to do about it, so that nobody pins it again.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
ADVISORIES = ROOT / "scripts" / "advisories.json"
OLD_DAYS = 90

_ALLOWED = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|BSD|BSD-2-Clause|BSD-3-Clause|0BSD|Apache|PSF|PSFL|PSF-2\.0|MPL-2\.0|ISC|HPND|Unlicense|Zlib|"
    r"Python Software Foundation|Mozilla Public License|LGPL|LGPL-3\.0-only|GNU Lesser)\b"
)
"""Under these we may ship a program that is not under them itself. LGPL: linked dynamically, as Python does."""

_FORBIDDEN = re.compile(r"\b(AGPL|GPL|SSPL|BUSL|Commons Clause|Proprietary|GNU (Affero )?General)", re.IGNORECASE)

LOOKED_UP = {
    "sqlcipher3": "zlib licence, in its source; SQLCipher BSD-3-Clause, SQLite public domain",
    "pyside6-essentials": "LGPL-3.0-only is the one we take of its three; dynamically linked",
    "shiboken6": "LGPL-3.0-only is the one we take of its three; dynamically linked",
}
"""Where the metadata say nothing, or offer a choice: what a person read."""


@dataclass(frozen=True)
class Pin:
    """One requirement of the lock."""

    name: str
    version: str
    hashes: int
    marker: str


def pins(lock: str) -> list[Pin]:
    """Every requirement of a lock, as it stands there; version "" where none is pinned."""
    found = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", "\n" + lock):
        said = block.strip().splitlines()
        if not said or said[0].startswith("#"):
            continue
        requirement = Requirement(said[0].rstrip("\\ "))
        exact = [one.version for one in requirement.specifier if one.operator == "=="]
        version = exact[0] if len(exact) == 1 and len(requirement.specifier) == 1 else ""
        marker = str(requirement.marker or "")
        found.append(Pin(canonicalize_name(requirement.name), version, block.count("--hash=sha256:"), marker))
    return found


def problems(lock: str, wanted: list[str], advisories: list[dict[str, str]]) -> Iterator[str]:
    """What is wrong with the lock."""
    locked = pins(lock)
    for pin in locked:
        if not pin.version:
            yield f"{pin.name} is not pinned to one version"
        if not pin.hashes:
            yield f"{pin.name} has no hash"
        for one in advisories:
            if pin.version and one["package"] == pin.name and pin.version in SpecifierSet(one["affected"]):
                yield f"{pin.name} {pin.version}: {one['id']}, {one['what']} ({one['affected']})"
    missing = {canonicalize_name(Requirement(one).name) for one in wanted} - {pin.name for pin in locked}
    for name in sorted(missing):
        yield f"{name} is asked for and not in the lock: make lock"


def licence(distribution: Distribution) -> str:
    """What a distribution says of its licence, in one line."""
    said = distribution.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    classes = [one.rpartition("::")[2].strip() for one in said.get_all("Classifier") or [] if one.startswith("License")]
    lines = str(said["License"]).strip().splitlines() if "License" in said else []
    return "; ".join([*lines[:1], *classes])


def is_free_to_ship(said: str) -> bool:
    """Whether each part of it, or one of those it leaves us to choose, is allowed."""
    return any(
        _ALLOWED.search(choice) and not _FORBIDDEN.search(re.sub(r"LGPL|GNU Lesser General", "", choice))
        for choice in re.split(r"\bOR\b", said)
    )


def licence_problems(installed: Iterator[Distribution], locked: set[str]) -> Iterator[str]:
    for distribution in installed:
        name = canonicalize_name(distribution.name)
        if name in locked and name not in LOOKED_UP and not is_free_to_ship(said := licence(distribution)):
            yield f"{name}: licence {said or 'unknown'}; leave it, or note in LOOKED_UP what a person read"


def wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]


def check() -> int:
    known = json.loads(ADVISORIES.read_text(encoding="utf-8"))
    lock = LOCK.read_text(encoding="utf-8")
    locked = {pin.name for pin in pins(lock)}
    wrong = [*problems(lock, wanted(), known["advisories"]), *licence_problems(iter(distributions()), locked)]
    for one in wrong:
        print(f"audit: {one}", file=sys.stderr)
    asked = f"asked {known['asked_on']}" if known["asked_on"] else "never asked online: make audit"
    compiled = date.fromisoformat(known["compiled_on"])
    age = (datetime.now(UTC).date() - compiled).days
    old = f"; {age} days old, refresh it" if age > OLD_DAYS else ""
    count = len(known["advisories"])
    print(f"{len(locked)} pinned packages; {count} advisories of {compiled} ({asked}){old}; {len(wrong)} problems")
    return 1 if wrong else 0


def online() -> int:
    """Ask about the pinned versions alone: a project of its own that wants exactly these."""
    with tempfile.TemporaryDirectory() as made:
        exact = [
            f"{pin.name}=={Version(pin.version)}" + (f" ; {Marker(pin.marker)}" if pin.marker else "")
            for pin in pins(LOCK.read_text(encoding="utf-8"))
        ]
        head = '[project]\nname = "pinned"\nversion = "0"\nrequires-python = "==3.11.*"\ndependencies = '
        (Path(made) / "pyproject.toml").write_text(head + json.dumps(exact) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "uv", "audit", "--project", made]
        done = subprocess.run(command, check=False)  # noqa: S603
    if done.returncode:
        print("audit: not answered, or something was found; see above. Nothing was noted.", file=sys.stderr)
        return 1
    known = json.loads(ADVISORIES.read_text(encoding="utf-8"))
    known["asked_on"] = datetime.now(UTC).date().isoformat()
    ADVISORIES.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(online() if sys.argv[1:] == ["online"] else check())
