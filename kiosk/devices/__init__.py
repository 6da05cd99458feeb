"""Printer, scanner and clock, each a small Protocol with a fake beside it; and what is read in pictures."""
