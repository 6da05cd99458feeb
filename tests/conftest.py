"""What every test stands on: no screen, a clock zone like no mission's, repeatable examples, and a quiet log."""

from __future__ import annotations

import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scripts.browser import NO_BROWSER, find_browser

# A test needs no screen; `QT_QPA_PLATFORM=xcb make test` shows the windows all the same.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Half an hour beside the hours, with summer time, eleven hours from Taipei: what takes the machine's zone
# for the mission's comes out wrong.
os.environ["TZ"] = "America/St_Johns"
time.tzset()
# What programs remember of this user is none of a test's business, and a test's none of the user's.
_state = tempfile.TemporaryDirectory(prefix="loket-state-")
os.environ["XDG_STATE_HOME"] = _state.name

# The same examples in every run, so that a failure seen anywhere is seen everywhere. To look for new ones:
# HYPOTHESIS_PROFILE=explore make test
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore",
    deadline=None,
    max_examples=2_000,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "expects_log(*patterns): the test's subject logs warnings or errors: at least one, and each of them "
        "holds one of the patterns (regular expressions) where any are given.",
    )


class Warnings(logging.Handler):
    """Keeps what was logged at WARNING or above, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that logs a warning nobody expected, and one that promised a warning and logged none."""
    heard = Warnings()
    root = logging.getLogger()
    root.addHandler(heard)
    try:
        yield
    finally:
        root.removeHandler(heard)
    marker = request.node.get_closest_marker("expects_log")
    said = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in heard.records]
    if marker is None:
        if said:
            pytest.fail("Logged without being expected:\n" + "\n".join(said), pytrace=False)
        return
    if not said:
        pytest.fail("A warning was expected in the log, and there was none.", pytrace=False)
    strange = [line for line in said if marker.args and not any(re.search(p, line) for p in marker.args)]
    if strange:
        pytest.fail("Logged beside what was expected:\n" + "\n".join(strange), pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Path:
    """Chromium's path. Skips where there is none that can read a temporary folder (Ubuntu's snap cannot)."""
    found = find_browser()
    if found is None:
        pytest.skip(NO_BROWSER)
    return found


# A real centre on a real PostgreSQL: loket_testing/centre_fixtures.py

pytest_plugins = ["loket_testing.centre_fixtures"]
