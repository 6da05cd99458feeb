"""Screens: one per file; each shows and asks, and does not decide."""
