"""Documents: the papers of a worker that may be kept apart from any claim."""

from __future__ import annotations

from functools import cache

from models.rules import data
from models.rules.problems import Problem, Refused


@cache
def worker_document_kinds() -> dict[str, str]:
    """Each kind's code and what the counter calls it, in the order in which they are offered."""
    return {row["code"]: row["name"] for row in data.rows("worker_documents.csv")}


def worker_document_kind(kind: str, field: str = "kind") -> str:
    """The kind as it is recorded. Refused: `document.kind_unknown`."""
    code = kind.strip().lower()
    if code not in worker_document_kinds():
        raise Refused(Problem.of(field, "document.kind_unknown", kind=kind[:80]))
    return code


def worker_document_name(kind: str) -> str:
    """What the counter calls a kind; a newer program's kind by its code."""
    return worker_document_kinds().get(kind, kind)
