"""Voids: taking a receipt back at its counter; elsewhere and later its money is asked of the centre."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, ask_second_password, iso, open_desk, reply
from kiosk.cli.papers import issued_pdf, print_folder

if TYPE_CHECKING:
    from kiosk.queries.refunds import RefundRow
    from kiosk.usecases.approvals import Approval
    from models.rules.voids import HandBack

_SECOND = """\
a second person agrees: --second names a supervisor, whose password comes from LOKET_SECOND_PASSWORD or is asked for in
the terminal."""

_VOID = f"""\
{_SECOND}

answer: {{"void", "receipt", "amount_idr", "amount", "currency", "hand_back" [{{"currency", "amount"}}] (what goes over
  the counter; a negative amount comes back from the worker), "kept" [{{"tender", "currency", "amount", "reference"}}]
  (what stays at the bank), "approved_by", "pdf"}}"""


def _void(options: argparse.Namespace) -> None:
    from kiosk.forms.void import VoidForm
    from kiosk.usecases.voids import void

    form = VoidForm(receipt=options.receipt, reason=options.reason, request_id=options.request_id)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        done = void(desk, form, _second(options))
        reply(
            {
                "void": done.number,
                "receipt": done.receipt_number,
                "amount_idr": done.amount_idr,
                "amount": done.due.json(),
                "currency": done.due.currency,
                **_back(done.back),
                "approved_by": done.approved_by,
                "pdf": issued_pdf(desk, done.number, folder),
            }
        )


def _request(options: argparse.Namespace) -> None:
    from kiosk.forms.refund import RefundForm
    from kiosk.usecases.refunds import request_refund

    form = RefundForm(
        receipt=options.receipt,
        reason=options.reason,
        method=options.method,
        bank_name=options.bank_name,
        bank_account=options.bank_account,
        bank_holder=options.bank_holder,
        request_id=options.request_id,
    )
    with open_desk(options) as desk:
        asked = request_refund(desk, form)
        reply(
            {
                "refund": str(asked.refund_id),
                "receipt": asked.receipt_number,
                "method": asked.method,
                "amount": asked.amount.json(),
                "currency": asked.amount.currency,
            }
        )


def _list(options: argparse.Namespace) -> None:
    from kiosk.queries.refunds import refunds_at

    with open_desk(options) as desk:
        reply([refund_of(one) for one in refunds_at(desk)])


def _pay(options: argparse.Namespace) -> None:
    from kiosk.forms.refund import RefundPayment
    from kiosk.usecases.refunds import pay_refund

    form = RefundPayment(refund=options.refund, request_id=options.request_id)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        paid = pay_refund(desk, form, _second(options))
        reply(
            {
                "refund": str(paid.refund_id),
                "number": paid.number,
                "receipt": paid.receipt_number,
                "amount": paid.amount.json(),
                "currency": paid.amount.currency,
                "approved_by": paid.approved_by,
                "pdf": issued_pdf(desk, paid.number, folder),
            }
        )


def _second(options: argparse.Namespace) -> Approval:
    from kiosk.usecases.approvals import Approval

    return Approval(options.second, ask_second_password())


def _back(back: HandBack) -> dict[str, Any]:
    return {
        "hand_back": [{"currency": one.currency, "amount": one.json()} for one in back.cash],
        "kept": [
            {
                "tender": one.kind,
                "currency": one.received.currency,
                "amount": (one.received - one.change).json(),
                "reference": one.reference,
            }
            for one in back.kept
        ],
    }


def refund_of(one: RefundRow) -> dict[str, Any]:
    return {
        "refund": str(one.id),
        "receipt": one.receipt_number,
        "worker_id": str(one.worker_id),
        "worker": one.worker_name,
        "asked_on": iso(one.asked_on),
        "asked_by": one.operator,
        "method": one.method,
        "reason": one.reason,
        "amount": one.amount.json(),
        "currency": one.amount.currency,
        "state": one.state,
        "decided_on": iso(one.decided_on),
        "note": one.note,
        "transfer_reference": one.transfer_reference,
        "number": one.number or None,
        "paid_on": iso(one.paid_on),
    }


def declare(commands: Commands) -> None:
    void = commands.add("void", _void, "take back a receipt of this counter, within its session", _VOID)
    void.add_argument("receipt", metavar="NUMBER", help="the receipt's number or id")
    void.add_argument("--reason", required=True)
    _with_second(void)
    refund = commands.group("refund", _list, "money that goes back through the centre")
    refund.add("list", _list, "what the mission has asked for, and what became of it")
    about = "ask the centre for the money of a receipt, whichever counter issued it"
    ask = refund.add("request", _request, about)
    ask.add_argument("receipt", metavar="NUMBER", help="the receipt's number or id")
    ask.add_argument("--reason", required=True)
    ask.add_argument("--method", required=True, help="cash, at a counter of this mission, or transfer, by the centre")
    for name, about in (("name", "the bank"), ("account", "the account's number"), ("holder", "whose account it is")):
        ask.add_argument(f"--bank-{name}", metavar=name.upper(), help=f"{about}, for a transfer")
    ask.add_argument("--request-id", metavar="ID", help="the same again with the same content gets the first answer")
    pay = refund.add("pay", _pay, "hand out the cash of an approved refund from an open till", _SECOND)
    pay.add_argument("refund", metavar="REFUND", help="its id, or the receipt's number")
    _with_second(pay)


def _with_second(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--second", required=True, metavar="LOGIN", help="who agrees")
    parser.add_argument("--request-id", metavar="ID", help="the same again with the same content gets the first answer")
