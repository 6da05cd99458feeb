"""The log: the story of what went wrong by our own fault, found again by a reference number."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from models.stories import LINE, Faceless

LOG_FILE = "loket.log"
_MOST_BYTES = 1_000_000
_OLDER_ONES = 2
_SIGNS = "ACDEFHJKLMNPRTUVWXY3479"

log = logging.getLogger("loket")


def fault(error: BaseException) -> str:
    """Keep the whole story of a fault of ours; returns the number to ask for it by."""
    reference = new_reference()
    log.error("%s: %s", reference, type(error).__name__, exc_info=error)
    return reference


def new_reference() -> str:
    """Short enough to say over a telephone, without signs that sound or look alike: `K7F4-93`."""
    head = "".join(secrets.choice(_SIGNS) for _place in range(4))
    return f"{head}-{secrets.randbelow(90) + 10}"


def keep_log(folder: Path) -> logging.Handler:
    """Write the log beside the data (1 MB, two older ones kept, nobody else may read it), or to standard error where
    there is no folder. It says what broke and where; never who stood at the counter."""
    from logging.handlers import RotatingFileHandler

    handler: logging.Handler
    try:
        path = folder / LOG_FILE
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        handler = RotatingFileHandler(path, maxBytes=_MOST_BYTES, backupCount=_OLDER_ONES, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(Faceless(LINE))
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level > logging.INFO or root.level == logging.NOTSET:
        root.setLevel(logging.INFO)
    return handler
