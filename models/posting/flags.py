"""Flags that posting raises by itself: what it finds in the money and the days, whatever a body says."""

from __future__ import annotations

from collections.abc import Iterable

from models.posting.writing import storable_text
from models.rules.claim_states import DECIDED_AGAIN, LATE_DOCUMENT, WITHDRAWN_LATE

UNBALANCED = "money.unbalanced"
OVERLAP, GAP = "coverage.overlap", "coverage.gap"
VOID_AGAIN, NOT_OWED = "receipt.voided_again", "refund.not_owed"
FOREIGN_TILL = "till.foreign"

_FOUND = frozenset((UNBALANCED, OVERLAP, GAP, VOID_AGAIN, NOT_OWED, FOREIGN_TILL))
_FOUND |= {DECIDED_AGAIN, LATE_DOCUMENT, WITHDRAWN_LATE}


def said(codes: Iterable[str]) -> list[str]:
    """The flags of a body, each once. One that posting finds by itself is none of a body's to raise: it would be there
    twice, or come and go with what arrives later."""
    return [code for code in dict.fromkeys(map(storable_text, codes)) if code not in _FOUND]
