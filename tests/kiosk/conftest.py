"""The counter's tests stand at a desk."""

from loket_testing.counter import clock, desk, published, siti

__all__ = ["clock", "desk", "published", "siti"]
