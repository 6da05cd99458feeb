"""Consents: which text a worker agrees to, in which language, for which purposes; and by when a withdrawal is acted on.

Every version that was ever in force stays readable: what somebody agreed to in 2026 can be read in 2031.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from models.rules.data import document
from models.rules.problems import Problem, Refused

ACTED_ON_WITHIN = timedelta(hours=72)
"""3 x 24 hours after a withdrawal or a restriction is asked for (UU PDP 27/2022, Art. 40 and 41); the same for the
notice of a breach (Art. 46)."""

LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}
"""How a language is called by those who read it. A text in another one is data, and a line here."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What data are used for. `basis` is a code, `article` its place in UU PDP, `words` what it is called."""

    code: str
    name: str
    basis: str
    basis_words: str
    article: str


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of the text in one language. `agreed` are the words beside the tick."""

    version: str
    valid_from: date
    language: str
    text: str
    agreed: str
    purposes: tuple[Purpose, ...]

    def paragraphs(self) -> tuple[str, ...]:
        """The whole text as it is read out: the statement, then one line for each purpose with its legal basis."""
        return self.text, *(f"{one.name} ({one.basis_words}, {one.article})" for one in self.purposes)


def versions() -> tuple[str, ...]:
    """Every version, the oldest first."""
    return tuple(str(one["version"]) for one in sorted(_versions(), key=lambda one: str(one["valid_from"])))


def version_in_force(day: date) -> str:
    """The version to be read on this day; before all, the oldest."""
    begun = [one for one in _versions() if date.fromisoformat(one["valid_from"]) <= day]
    ordered = sorted(begun or _versions()[:1], key=lambda one: str(one["valid_from"]))
    return str(ordered[-1]["version"])


def languages(version: str) -> tuple[str, ...]:
    """The languages in which this version can be read. Refused `consent.version_unknown`."""
    return tuple(_version(version)["texts"])


def language_name(code: str) -> str:
    """What the readers of a language call it."""
    return LANGUAGE_NAMES.get(code, code)


@cache
def consent_text(version: str, language: str = "id") -> ConsentText:
    """The text of a version. Refused `consent.version_unknown`, `consent.language_unknown`."""
    found = _version(version)
    if language not in found["texts"]:
        known = ", ".join(found["texts"])
        raise Refused(
            Problem.of("consent", "consent.language_unknown", language=language, version=version, known=known)
        )
    said = found["texts"][language]
    return ConsentText(
        version=version,
        valid_from=date.fromisoformat(found["valid_from"]),
        language=language,
        text=said["text"],
        agreed=said["agreed"],
        purposes=tuple(_purpose(one, language) for one in found["purposes"]),
    )


def act_before(withdrawn_at: datetime) -> datetime:
    """Until when a withdrawal has to be acted on."""
    return withdrawn_at + ACTED_ON_WITHIN


def _purpose(said: Mapping[str, str], language: str) -> Purpose:
    basis = document("consents.json")["bases"][said["basis"]]
    return Purpose(said["code"], said[language], said["basis"], basis[language], basis["article"])


def _version(version: str) -> Mapping[str, Any]:
    for one in _versions():
        if one["version"] == version:
            return one
    raise Refused(Problem.of("consent", "consent.version_unknown", version=version, known=", ".join(versions())))


def _versions() -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = document("consents.json")["versions"]
    return found
