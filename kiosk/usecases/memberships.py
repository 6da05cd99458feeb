"""Memberships: the certificate and the statement of contributions as a worker takes them home, as of today."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from kiosk.desk import Desk
from kiosk.queries.memberships import membership_paper, statement_paper
from reports.contribution_statement import render_contribution_statement
from reports.membership_card import render_membership_card, render_membership_letter

Kind = Literal["letter", "card", "statement"]
"""The certificate as a letter of A5 or a card of A6; all contributions with the balance that BPJS stated."""


def paper_of(desk: Desk, worker_id: UUID, kind: Kind) -> bytes:
    """The PDF. Nothing is recorded, and no number of the series is taken: it says what is so already.

    Refused `worker.unknown`, `worker.erased`; for a certificate `membership.nothing` where nothing covers the person
    today or later."""
    if kind == "statement":
        return render_contribution_statement(statement_paper(desk, worker_id))
    render = render_membership_card if kind == "card" else render_membership_letter
    return render(membership_paper(desk, worker_id))
