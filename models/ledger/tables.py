"""Every ledger table, gathered: importing this module completes the metadata."""

from models.ledger.claims import claim, claim_document
from models.ledger.contributions import (
    account_line,
    receipt,
    receipt_line,
    receipt_reprint,
    receipt_tender,
    receipt_void,
)
from models.ledger.documents import worker_document
from models.ledger.flags import flag, held
from models.ledger.placements import consent, placement
from models.ledger.reference import mission_setting, rate, staff, tariff, terminal
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
    "borrowing",
    "claim",
    "claim_document",
    "comparison",
    "consent",
    "flag",
    "held",
    "ledger",
    "mission_setting",
    "placement",
    "rate",
    "receipt",
    "receipt_line",
    "receipt_reprint",
    "receipt_tender",
    "receipt_void",
    "restriction",
    "staff",
    "tariff",
    "terminal",
    "worker",
    "worker_document",
    "worker_merge",
    "worker_number",
]
