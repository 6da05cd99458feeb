"""Where this counter keeps its data, and what holds before anybody says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

PUBLIC_HOST = "loket-pmi.example"
"""The host in the QR code of papers printed before the centre has said what its public page is called."""


def authority_file() -> Path | None:
    """`LOKET_CA`: the file of certificates that an enrolment pins where none is named."""
    chosen = os.environ.get("LOKET_CA")
    return Path(chosen) if chosen else None


def default_data_folder() -> Path:
    """`LOKET_DATA`, or the place the desktop keeps programs' data in."""
    if chosen := os.environ.get("LOKET_DATA"):
        return Path(chosen)
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "loket-pmi"
