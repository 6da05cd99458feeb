"""Claim answers: where a claim stands after it was filed, who is to be told, and what may still be said of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kiosk.cli.books import add_out
from kiosk.cli.console import (
    Commands,
    in_words,
    iso,
    open_desk,
    read_form,
    reply,
    require_writable,
    write_private,
)

if TYPE_CHECKING:
    from kiosk.queries.claims import ClaimRow

_LIST = """\
The most pressing first in "action": asked (the centre asked for papers that have not come), follow (a paper that may
follow is due within a week, or late), approved, rejected, paid (decided, and nobody was told). Of a restricted claim
only the number of papers is known; "to_bring" is null where not even that.

answer: [{"claim", "claim_id", "worker_id", "worker", "kind", "state", "since", "stage", "action", "there", "of",
  "to_bring", "wanted": [{"key", "name", "until", "asked"}], "until", "told",
  "call": [{"name", "phone", "whatsapp"}]}]"""

_STATUS = """\
answer: as a line of "loket claims", and {"event_date", "filed_on", "filed_by", "decision": {"outcome", "on",
  "awards": [{"benefit", "amount_idr"}], "amount_idr", "reason", "note", "duplicate_of", "paid_on", "reference"},
  "report": {"outcome", "on", "benefits"}, "can": [...], "events": [{"at", "what", "by", "papers", "count", "on",
  "until", "amount_idr", "note", "undone"}]}"""

_REPORT = """\
fields: claim* (number or id), outcome* (healed|disabled|died), outcome_date*, benefits* (codes; none of a restricted
  claim), description, filed_by (worker|heir|mission; default worker, of a death heir), filer_name, filer_phone. A later
  report counts instead of an earlier one. Of a restricted claim everything is sealed.

answer: {"claim", "claim_id", "report", "missing", "warnings"}"""

_WITHDRAW = """\
fields: claim* (number or id), withdrawn_by* (worker|heir|mission), reason* (of a restricted claim it may be left out,
  and is sealed). "decision" is the decision that was known here.

answer: {"claim", "claim_id", "withdrawal", "withdrawn_by", "decision"}"""


def _claims(options: argparse.Namespace) -> None:
    from kiosk.queries.claims import mission_claims

    if options.out:
        _list_out(options)
        return
    with open_desk(options) as desk:
        found = mission_claims(desk, options.which)
    reply([_line(row) for row in found.rows])


def _list_out(options: argparse.Namespace) -> None:
    from kiosk.cli.books import kind_of
    from kiosk.steps import finish
    from kiosk.usecases.books import claim_list_as, taken

    kind = kind_of(options)
    require_writable(options.out)
    with open_desk(options) as desk:
        book = finish(claim_list_as(desk, kind))
        write_private(options.out, book.content)
        taken(desk, book, "saved")
    reply({"file": str(options.out), "rows": book.rows, "held_back": book.held_back})


def _line(row: ClaimRow) -> dict[str, Any]:
    return {
        "claim": row.number,
        "claim_id": str(row.id),
        "worker_id": str(row.worker_id),
        "worker": row.worker_name,
        "kind": row.name or None,
        "state": row.state,
        "since": iso(row.state_at),
        "stage": row.stage,
        "action": row.action or None,
        "there": row.there,
        "of": row.required,
        "to_bring": row.to_bring,
        "wanted": [
            {"key": one.key, "name": one.name, "until": iso(one.until), "asked": one.asked} for one in row.wanted
        ],
        "until": iso(row.until),
        "told": iso(row.told_at),
        "call": [
            {"name": one.name, "phone": one.phone or None, "whatsapp": one.whatsapp or None} for one in row.callees
        ],
    }


def _status(options: argparse.Namespace) -> None:
    from kiosk.queries.claims import claim_named, story_in

    with open_desk(options) as desk, desk.read() as work:
        found = story_in(work, claim_named(work, options.claim))
    row, decision, report = found.row, found.decision, found.report
    said: dict[str, Any] = {
        "event_date": None if row.restricted or row.erased else iso(row.event_date),
        "filed_on": iso(row.business_date),
        "filed_by": row.filed_by,
        "decision": decision
        and {
            "outcome": "approved" if decision.approved else "rejected",
            "on": iso(decision.on),
            "awards": [{"benefit": one.name, "amount_idr": one.amount_idr} for one in decision.awards],
            "amount_idr": None if row.restricted else decision.amount_idr,
            "reason": decision.reason_code or None,
            "note": decision.note or None,
            "duplicate_of": decision.duplicate_of or None,
            "paid_on": iso(decision.paid_on),
            "reference": decision.reference or None,
        },
        "report": report
        and {
            "outcome": report.outcome or None,
            "on": iso(report.outcome_date),
            "benefits": list(report.benefits),
        },
        "can": sorted(found.can),
        "events": [
            {
                "at": iso(one.at),
                "what": one.what,
                "by": one.by or None,
                "papers": list(one.papers),
                "count": one.count,
                "on": iso(one.on),
                "until": iso(one.until),
                "amount_idr": one.amount_idr or None,
                "note": one.note or None,
                "undone": one.undone,
            }
            for one in found.events
        ],
    }
    reply(_line(row) | said)


def _report(options: argparse.Namespace) -> None:
    from kiosk.forms.claim_report import ReportForm
    from kiosk.usecases.claim_reports import report

    form = read_form(options.file, ReportForm)
    with open_desk(options) as desk:
        done = report(desk, form)
    reply(
        {
            "claim": done.number,
            "claim_id": str(done.claim_id),
            "report": str(done.report_id),
            "missing": [requirement.key for requirement in done.missing],
            "warnings": in_words(done.warnings),
        }
    )


def _withdraw(options: argparse.Namespace) -> None:
    from kiosk.forms.claim_withdrawal import WithdrawalForm
    from kiosk.usecases.claim_withdrawals import withdraw

    form = read_form(options.file, WithdrawalForm)
    with open_desk(options) as desk:
        done = withdraw(desk, form)
    reply(
        {
            "claim": done.number,
            "claim_id": str(done.claim_id),
            "withdrawal": str(done.withdrawal_id),
            "withdrawn_by": done.withdrawn_by,
            "decision": iso(done.decision_id),
        }
    )


def _told(options: argparse.Namespace) -> None:
    from kiosk.usecases.claim_answers import tell

    with open_desk(options) as desk:
        done = tell(desk, options.claim, options.how, options.note)
    reply({"answer": str(done.entry_id), "operator": done.operator, "at": iso(done.at), "note": done.note})


def declare(commands: Commands) -> None:
    listed = commands.add("claims", _claims, "the mission's claims, and which of them need somebody to act", _LIST)
    listed.add_argument(
        "--which", choices=("action", "waiting", "decided", "all"), default="action", help="default: action"
    )
    add_out(listed)
    status = commands.add("claim-status", _status, "where a claim stands, and all that befell it", _STATUS)
    status.add_argument("claim", metavar="NUMBER|ID")
    commands.add_reading("report", _report, "the second report of an accident: how it ended", _REPORT)
    commands.add_reading("withdraw", _withdraw, "a claim is not pursued any more", _WITHDRAW)
    told = commands.add("claim-told", _told, "whoever filed a claim was told what the centre said")
    told.add_argument("claim", metavar="NUMBER|ID")
    told.add_argument("--how", required=True, choices=("visit", "phone", "whatsapp", "letter", "other"))
    told.add_argument("--note", default="", help="with whom; of a restricted claim it is not kept")
