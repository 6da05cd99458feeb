"""Requests: one that comes again, because its answer was lost on the way, is answered again and done once."""

from __future__ import annotations

from hashlib import sha256
from typing import TypeVar

import msgspec
from sqlalchemy import select

from kiosk.desk import Work
from kiosk.store.tables import request
from models.rules.problems import Problem, Refused

T = TypeVar("T")


def first_answer(work: Work, request_id: str | None, content: bytes, into: type[T]) -> T | None:
    """What was answered when this request came first; None for one that is new, or has no id. Refused on "request_id":
    `request.other_content`."""
    if not request_id:
        return None
    row = work.connection.execute(select(request).where(request.c.request_id == request_id)).first()
    if row is None:
        return None
    if bytes(row.digest) != sha256(content).digest():
        raise Refused(Problem("request_id", "request.other_content"))
    return msgspec.json.decode(row.answer, type=into)


def keep_answer(work: Work, request_id: str | None, content: bytes, answer: object) -> None:
    """Keep the answer for ever, in the transaction that did the work."""
    if request_id:
        work.connection.execute(
            request.insert().values(
                request_id=request_id,
                digest=sha256(content).digest(),
                answer=msgspec.json.encode(answer).decode(),
                at=work.now,
            )
        )
