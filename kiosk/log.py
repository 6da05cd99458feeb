"""The log: the story of what went wrong by our own fault, found again by a reference number."""

from __future__ import annotations

import logging
import secrets
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_FILE = "loket.log"
_MOST_BYTES = 1_000_000
_SIGNS = "ACDEFHJKLMNPRTUVWXY3479"

log = logging.getLogger("loket")


def to_file(folder: Path) -> None:
    """Write warnings and faults to the data folder, if it is there; readable by its owner alone."""
    if not folder.is_dir():
        return
    path = folder / LOG_FILE
    try:
        path.touch(mode=0o600)
        handler = RotatingFileHandler(path, maxBytes=_MOST_BYTES, backupCount=3, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    log.addHandler(handler)


def new_reference() -> str:
    """Short enough to say over a telephone, without signs that sound or look alike: `K7F4-93`."""
    head = "".join(secrets.choice(_SIGNS) for _ in range(4))
    return f"{head}-{secrets.randbelow(90) + 10}"


def fault(error: BaseException) -> str:
    """Keep the whole story of a fault of ours; returns the number to ask for it by."""
    reference = new_reference()
    log.error("%s: %s", reference, type(error).__name__, exc_info=error)
    return reference
