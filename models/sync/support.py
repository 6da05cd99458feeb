"""Support: the diagnostic file of a counter, sealed to its centre, with nothing personal in it.

What goes in is chosen, not struck out: codes, counts, versions and days; and of the log the places in our own source
(`models.stories.retold`). A value that does not look like what its name says stays at the counter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
import zstandard

from models.journal.body import pack, unpack
from models.journal.keys import SealingKey, seal
from models.rules.problems import Problem, Refused

ABOUT = b"loket support 1"
"""What the file is sealed for (HPKE's info)."""

MAGIC = b"LOKET-BANTUAN-1\n"
LARGEST = 1 << 20
"""Bytes of the file, and of what is in it once unpacked."""

_WHOLE = r"-?[0-9]{1,15}"
_CODE = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,4}"
_TELLABLE = {
    **dict.fromkeys(
        ("n", "free_mb", "needed_mb", "days", "minutes", "seconds", "ms", "mb", "seq", "serial", "held", "position"),
        re.compile(_WHOLE),
    ),
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "reason": re.compile(_CODE),
    "table": re.compile(_CODE),
    "setting": re.compile(_CODE),
    "schema": re.compile(_WHOLE),
    "program": re.compile(r"(loket-pmi )?[0-9][0-9a-z.+-]{0,20}"),
    "reference": re.compile(r"[A-Z0-9]{4}-[0-9]{2}"),
    "series": re.compile(r"[A-Z]{3}[0-9]{1,3}"),
}


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finding: by which check, how bad, and the values that may be told."""

    check: str
    grade: str
    code: str
    values: dict[str, str] = {}


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a counter tells of itself. `stories`: of its log, the latest last; `errors`: codes of what sync met."""

    at: datetime
    program: str
    system: str
    terminal: UUID | None = None
    incarnation: int = 0
    series: str = ""
    schema: int = 0
    posting: int = 0
    findings: tuple[Told, ...] = ()
    counts: dict[str, int] = {}
    errors: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()


def tellable(values: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of a finding's values that are numbers, days, codes and the like, and look it."""
    return {name: value for name, value in values if (shape := _TELLABLE.get(name)) and shape.fullmatch(value)}


def seal_diagnosis(diagnosis: Diagnosis, key: bytes) -> bytes:
    """The file, for the owner of this X25519 key alone."""
    return MAGIC + seal(zstandard.compress(pack(diagnosis), 19), key, ABOUT)


def open_diagnosis(content: bytes, key: SealingKey) -> Diagnosis:
    """What is in the file. Refused `support.unreadable`: no such file, for another centre, altered, or too large."""
    unreadable = Refused(Problem("file", "support.unreadable"))
    if not content.startswith(MAGIC) or len(content) > LARGEST:
        raise unreadable
    try:
        packed = key.open(content[len(MAGIC) :], ABOUT)
        size = zstandard.frame_content_size(packed)
        if not 0 <= size <= LARGEST:
            raise unreadable
        return unpack(zstandard.ZstdDecompressor().decompress(packed, max_output_size=LARGEST), Diagnosis)
    except (ValueError, zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise unreadable from error
