"""A real desk and the real window, for what is found after something broke."""

from loket_testing.counter import clock, desk, published, siti
from loket_testing.windows import closed_window, window

__all__ = ["clock", "closed_window", "desk", "published", "siti", "window"]
