"""Coverage: what a supervisor moves, and why."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from kiosk.forms.payment import worker_id
from models.rules.problems import Problem, Refused


class LineMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Line `line` (1 is the first) of the receipt with this number covers from this day on."""

    receipt: str | None = None
    line: int = 1
    covered_from: date | None = None


class CoverMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without `moves` everything that clashes goes where it is proposed to go."""

    worker_id: str | None = None
    moves: tuple[LineMove, ...] | None = None
    reason: str | None = None

    def worker(self) -> UUID:
        """Whose days. Refused `required` or `worker.unknown`."""
        return worker_id(self.worker_id)

    def why(self) -> str:
        """Refused `required` on `reason`."""
        if not (self.reason or "").strip():
            raise Refused(Problem("reason", "required"))
        return (self.reason or "").strip()
