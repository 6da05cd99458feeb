"""What we depend on is pinned, hashed, free to ship, and no version of it is one that is known to be broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from scripts.audit import ADVISORIES, LOCK, check, is_free_to_ship, pins, problems, wanted

HASH = "    --hash=sha256:" + "0" * 64
KNOWN = [{"package": "jinja2", "affected": "<3.1.6", "id": "CVE-2025-27516", "what": "x"}]


def test_this_tree_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    assert capsys.readouterr().out.endswith("; 0 problems\n")


def test_every_requirement_of_the_lock_is_read() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    assert len(pins(lock)) == sum(1 for line in lock.splitlines() if "==" in line and not line.startswith((" ", "#")))
    assert all(pin.version and pin.hashes for pin in pins(lock))
    assert not list(problems(lock, wanted(), []))


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        (f"jinja2>=3 \\\n{HASH}", "jinja2 is not pinned to one version"),
        ("jinja2==3.1.6", "jinja2 has no hash"),
        (f"Jinja2==3.1.5 \\\n{HASH}", "jinja2 3.1.5: CVE-2025-27516, x (<3.1.6)"),
        (f"other==1 \\\n{HASH}", "jinja2 is asked for and not in the lock: make lock"),
    ],
)
def test_what_is_wrong_with_a_lock_is_named(lock: str, said: str) -> None:
    assert list(problems(lock, ["jinja2>=3"], KNOWN)) == [said]


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("LGPL; GNU Lesser General Public License v2 or later (LGPLv2+)", True),
        ("BSD license (see license.txt for details)", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licences_are_told_apart(licence: str, free: bool) -> None:
    assert is_free_to_ship(licence) is free


def test_the_list_of_advisories_is_one_that_can_be_asked() -> None:
    known = json.loads(ADVISORIES.read_text(encoding="utf-8"))
    assert set(known) == {"compiled_on", "asked_on", "advisories"}
    for one in known["advisories"]:
        assert str(SpecifierSet(one["affected"]))
        assert one["id"].startswith(("CVE-", "GHSA-", "PYSEC-"))
    assert "://" not in ADVISORIES.read_text(encoding="utf-8") + Path(check.__code__.co_filename).read_text(
        encoding="utf-8"
    )
