"""Void: which receipt is taken back, and why."""

from __future__ import annotations

import msgspec

from models.rules.problems import Problem, Refused, refuse_if
from models.rules.voids import reason_problems


class VoidForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`receipt` is its number or its id. The second person is never part of a form."""

    receipt: str | None = None
    reason: str | None = None
    request_id: str | None = None

    def named(self) -> str:
        """The receipt as it was written. Refused `required`."""
        return required(self.receipt, "receipt")

    def why(self) -> str:
        """The reason. Refused `required`, `reason.too_long`."""
        said = (self.reason or "").strip()
        refuse_if(reason_problems(said))
        return said

    def content(self) -> bytes:
        """What a repeated request must agree with."""
        return msgspec.json.encode(msgspec.structs.replace(self, request_id=None), order="deterministic")


def required(text: str | None, field: str) -> str:
    """What was written, without the spaces around it. Refused `required`."""
    said = (text or "").strip()
    if not said:
        raise Refused(Problem(field, "required"))
    return said
