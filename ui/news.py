"""News: what one screen tells the others, so that none of them has to know who shows the same thing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

WORKERS: Final = "workers"
CONTRIBUTIONS: Final = "contributions"
CLAIMS: Final = "claims"
TILL: Final = "till"
PAPERS: Final = "papers"
SYNC: Final = "sync"
RATES: Final = "rates"
STAFF: Final = "staff"
LANGUAGE: Final = "language"


class News(QObject):
    """`changed(topic)` is sent on the drawing thread after something was recorded or pulled. Listeners read again
    what they show; the topic carries no data, so that nobody shows what is already old."""

    changed = Signal(str)

    def tell(self, *topics: str) -> None:
        """Send each topic once, in this order."""
        for topic in dict.fromkeys(topics):
            self.changed.emit(topic)


news: Final = News()
"""The one that all screens share."""
