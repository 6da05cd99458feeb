"""The tests of the screens work with a clerk's hands."""

from loket_testing.hands import hands

__all__ = ["hands"]
