"""Names: one full-name field, kept as written, and the form it is searched in."""

from __future__ import annotations

import re
import unicodedata

from models.rules.problems import Problem

LONGEST_NAME = 120

_APOSTROPHES = re.compile("['`´ʻʼʾʿ‘’]")


def clean_name(text: str) -> str:
    """A name as typed, composed (NFC), with single spaces and one kind of apostrophe. Case stays."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in composed)
    return " ".join(_APOSTROPHES.sub("'", visible).split())


def name_problems(text: str, field: str = "name") -> list[Problem]:
    """`name.empty`, `name.digits`, `name.too_long`. A single word is a full name."""
    name = clean_name(text)
    if not any(character.isalpha() for character in name):
        return [Problem.of(field, "name.empty")]
    problems = []
    if any(character.isdigit() for character in name):
        problems.append(Problem.of(field, "name.digits"))
    if len(name) > LONGEST_NAME:
        problems.append(Problem.of(field, "name.too_long", longest=LONGEST_NAME))
    return problems


def fold(text: str) -> str:
    """The search form: small letters without accents, apostrophes closed up, other marks become spaces."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    kept = "".join(
        character if character.isalnum() else " " for character in plain if not unicodedata.combining(character)
    )
    return " ".join(kept.split())


def initials(name: str) -> str:
    """The first letter of each word, at most three: `SITI NURHALIZA` → `SN`."""
    return "".join(word[0] for word in fold(name).upper().split())[:3]
