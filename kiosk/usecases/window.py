"""The window: one per data folder, and who signed in at it last. Light: it is needed before the database is."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.store.files import read, replace
from kiosk.store.locks import WindowLock

LAST_LOGIN_FILE = "window.json"


def take(folder: Path) -> WindowLock | None:
    """Be the one window of this data folder; None where there is no folder yet, so that the window can say so.

    Trouble: `window.already_open` (gap `holder`), `store.read_only` and what else a disk can do."""
    return WindowLock(folder) if folder.is_dir() else None


def is_prepared(folder: Path) -> bool:
    """Whether `loket init` was run here. Imports the store."""
    from kiosk.store.store import DATABASE_FILE

    return (folder / DATABASE_FILE).exists()


def last_login(folder: Path) -> str:
    """Who signed in here last; empty when nobody did, or the note cannot be read: it is a convenience, no more."""
    try:
        noted = json.loads(read(folder / LAST_LOGIN_FILE) or b"{}")
        return str(noted.get("login", ""))
    except (ValueError, AttributeError):
        return ""


def remember_login(folder: Path, login: str) -> None:
    """Note who signed in."""
    replace(folder / LAST_LOGIN_FILE, json.dumps({"login": login}).encode())
