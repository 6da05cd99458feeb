"""Printer, reader and camera; each a small Protocol with a fake beside it."""
