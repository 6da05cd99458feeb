"""Receipt numbers: gap-free per terminal's series and year, and readable over a telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.rules.problems import Problem, Refused

_SERIES = r"[A-Z][A-Z0-9]{1,9}"
_MARK = r"[0-9A-Z]{2}"
_NUMBER = re.compile(rf"({_SERIES})(?:\.({_MARK}))?(-K)?-([0-9]{{4}})-([0-9]{{6,12}})")


@dataclass(frozen=True, slots=True, order=True)
class ReceiptNumber:
    """`TPE3-2026-000418`; a claim slip `TPE3-K-2026-000031`; before enrolment `TPE3.7F-2026-000001`, with two
    characters of the terminal's key in `mark`, so that two machines that call themselves TPE3 never clash."""

    series: str
    mark: str | None
    claim: bool
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not is_series(self.series):
            raise ValueError(f"series {self.series!r}")
        if self.mark is not None and not re.fullmatch(_MARK, self.mark):
            raise ValueError(f"mark {self.mark!r}")
        if not (2000 <= self.year <= 9999 and self.serial >= 1):
            raise ValueError(f"year {self.year}, serial {self.serial}")

    def __str__(self) -> str:
        mark = f".{self.mark}" if self.mark else ""
        return f"{self.series}{mark}{'-K' if self.claim else ''}-{self.year}-{self.serial:06}"


def is_series(text: str) -> bool:
    """Whether a text can be a terminal's series: a letter, then letters and digits, 2 to 10 in all."""
    return re.fullmatch(_SERIES, text) is not None


def parse_number(text: str, field: str = "receipt") -> ReceiptNumber:
    """The number a person typed or read out; spaces around it and small letters do not matter.

    Refused: `receipt_number.form`.
    """
    written = text.strip().upper()
    match = _NUMBER.fullmatch(written)
    if match is not None and int(match[4]) >= 2000 and int(match[5]) >= 1:
        number = ReceiptNumber(match[1], match[2], match[3] is not None, int(match[4]), int(match[5]))
        if str(number) == written:
            return number
    raise Refused(Problem.of(field, "receipt_number.form", number=text.strip()[:40]))
