"""KPJ: the number of a BPJS Ketenagakerjaan card. One person may hold several, one from each employer before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.rules.problems import Problem

LENGTH = 11
"""Digits on the cards in use. No regulation we have read gives the form, so that other forms only warn."""

_BETWEEN = re.compile(r"[,;/|\n]+|\b(?:dan|and)\b", re.IGNORECASE)
_WRITTEN = re.compile(r"[.\-–]")


def clean_kpj(text: str) -> str:
    """A card number as it is kept: capitals, without spaces, dots and hyphens."""
    return re.sub(r"\s", "", _WRITTEN.sub("", text)).upper()


def kpj_numbers(written: str | Iterable[str] | None) -> tuple[str, ...]:
    """The numbers in a field, in the order written and each once: `"12345678901, 98765432109"`, or a list.

    Commas, semicolons, strokes and new lines part two numbers. A space does where eleven characters stand on
    each side, and otherwise belongs to one number, as in `1234 5678 901`.
    """
    if written is None:
        return ()
    parts = [written] if isinstance(written, str) else list(written)
    numbers = [number for part in parts for piece in _BETWEEN.split(part) for number in _apart(piece)]
    return tuple(dict.fromkeys(number for number in numbers if number))


def _apart(piece: str) -> list[str]:
    groups = [group for written in piece.split() if (group := clean_kpj(written))]
    numbers, current = [], ""
    for group in groups:
        current += group
        if len(current) == LENGTH:
            numbers.append(current)
            current = ""
        elif len(current) > LENGTH:
            # The spaces do not part it into cards: what is written is kept as written.
            return groups if all(len(one) > LENGTH // 2 for one in groups) else ["".join(groups)]
    return [*numbers, current]


def kpjs_written(kpj: str | None, others: Iterable[str] = ()) -> str:
    """One field for all of a person's cards, the one in use first: what `kpj_numbers` reads."""
    return ", ".join(number for number in (kpj, *others) if number)


def kpj_warnings(number: str, field: str = "kpj") -> list[Problem]:
    """`kpj.unusual` unless eleven digits. It is kept all the same."""
    if re.fullmatch(rf"[0-9]{{{LENGTH}}}", number):
        return []
    return [Problem.of(field, "kpj.unusual", number=number, length=LENGTH)]
