"""A centre at a real address, and a browser that visits it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def chromium(browser: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Debian's Chromium, as root and without a screen.
        launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visitor_page(chromium: Any, centre_url: str) -> Iterator[Any]:
    """A page in a fresh profile; a refused style, a broken file or a script error fails the test."""
    context = chromium.new_context(base_url=centre_url, viewport={"width": 1366, "height": 768}, locale="id-ID")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)

    def on_failed(request: Any) -> None:
        # A visit that turns into a download ends so, and the page stays.
        if not (request.is_navigation_request() and request.failure == "net::ERR_ABORTED"):
            said.append(f"{request.url} {request.failure}")

    page.on("requestfailed", on_failed)
    yield page
    context.close()
    # The status of a page that says no is told there too; it is what such a test is about.
    assert [text for text in said if "the server responded with a status of 4" not in text] == []
