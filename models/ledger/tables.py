"""Every ledger table, gathered: importing this module completes the metadata."""

from models.ledger.claims import (
    claim,
    claim_decision,
    claim_document,
    claim_payment,
    claim_report,
    claim_request,
    claim_undoing,
    claim_withdrawal,
    document_withdrawal,
)
from models.ledger.contributions import (
    account_line,
    receipt,
    receipt_line,
    receipt_reprint,
    receipt_tender,
    receipt_void,
)
from models.ledger.coverage import balance, coverage_move, membership, membership_receipt, moved_line
from models.ledger.deaths import heir_contact, mission_statement
from models.ledger.documents import worker_document
from models.ledger.flags import flag, flag_settled, held
from models.ledger.placements import consent, placement
from models.ledger.reference import (
    journal_continuation,
    mission_setting,
    price,
    rate,
    staff,
    tariff,
    terminal,
    terminal_revocation,
)
from models.ledger.refunds import refund, refund_decision, refund_payment
from models.ledger.tills import till, till_count, till_handover, till_move, till_total
from models.ledger.types import ledger
from models.ledger.workers import (
    amendment,
    borrowing,
    comparison,
    restriction,
    worker,
    worker_merge,
    worker_number,
)

__all__ = [
    "account_line",
    "amendment",
    "balance",
    "borrowing",
    "claim",
    "claim_decision",
    "claim_document",
    "claim_payment",
    "claim_report",
    "claim_request",
    "claim_undoing",
    "claim_withdrawal",
    "comparison",
    "consent",
    "coverage_move",
    "document_withdrawal",
    "flag",
    "flag_settled",
    "heir_contact",
    "held",
    "journal_continuation",
    "ledger",
    "membership",
    "membership_receipt",
    "mission_setting",
    "mission_statement",
    "moved_line",
    "placement",
    "price",
    "rate",
    "receipt",
    "receipt_line",
    "receipt_reprint",
    "receipt_tender",
    "receipt_void",
    "refund",
    "refund_decision",
    "refund_payment",
    "restriction",
    "staff",
    "tariff",
    "terminal",
    "terminal_revocation",
    "till",
    "till_count",
    "till_handover",
    "till_move",
    "till_total",
    "worker",
    "worker_document",
    "worker_merge",
    "worker_number",
]
