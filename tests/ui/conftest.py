"""What the tests of the window stand on: a real desk, the real window, and a printer that only pretends."""

from loket_testing.counter import clock, desk, published, siti
from loket_testing.windows import closed_window, window

__all__ = ["clock", "closed_window", "desk", "published", "siti", "window"]
