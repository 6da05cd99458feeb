"""Countries: ISO 3166 two-letter codes and their Indonesian names."""

from __future__ import annotations

import re
from functools import cache

from models.rules.names import fold
from models.rules.problems import Problem, Refused

# What CLDR lists beside ISO 3166: unions, pseudo-locales, and codes merely reserved for islands and enclaves.
_NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


@cache
def countries() -> dict[str, str]:
    """Every country's Indonesian name by code, in the order of the names."""
    # Babel's locale data costs 25 ms: read with the first list, not with the program.
    from babel import Locale

    names = {
        code: name
        for code, name in Locale("id").territories.items()
        if re.fullmatch(r"[A-Z]{2}", code) and code not in _NOT_COUNTRIES
    }
    return dict(sorted(names.items(), key=lambda item: item[1]))


def country_name(iso2: str, field: str = "country") -> str:
    """The Indonesian name of a country. Refused: `country.unknown`."""
    name = countries().get(iso2)
    if name is None:
        raise Refused(Problem.of(field, "country.unknown", country=iso2[:20]))
    return name


def country_code(text: str, field: str = "country") -> str:
    """The code a person meant: `TW`, `tw` or `Taiwan`. Refused: `country.unknown`."""
    written = text.strip()
    if written.upper() in countries():
        return written.upper()
    for code, name in countries().items():
        if fold(name) == fold(written):
            return code
    raise Refused(Problem.of(field, "country.unknown", country=written[:20]))
