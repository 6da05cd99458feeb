"""Posting: the one function that carries entries into the ledger, the same at the counter and at the centre."""

from models.posting.posting import POSTING_VERSION, Verdict, post

__all__ = ["POSTING_VERSION", "Verdict", "post"]
