"""Contributions: what a payment would cost, and taking it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, ask_second_password, in_words, iso, open_desk, read_form, reply
from kiosk.cli.papers import issued_pdf, print_folder
from models.rules.problems import Problem, Refused

if TYPE_CHECKING:
    from models.rules.tariffs import Step
    from models.rules.tenders import SettledTender

_PAYMENT = """\
fields: worker_id*, programme (JKK+JKM|JHT) with months, for JHT also monthly_idr (default: the tariff's minimum),
  or lines [{programme, months, monthly_idr}]; currency it is charged in (default: that of the first tender, else IDR);
  tender (cash|bank_slip|kode_iuran) with received (default: exactly what is due), reference, paid_on (the day on the
  slip, which the tariff is chosen by), document_id (its picture: `document add --kind bukti_bayar` answers it),
  or tenders [{tender, currency, received, reference, paid_on, document_id}], in one or several currencies: each counts
  by the mission's rate of the day, rounded down;
  approval {login, reason}: a second person lets an expired rate or price, or a slip that brought too little, pass;
  their password comes from LOKET_SECOND_PASSWORD or is asked for in the terminal;
  request_id: the same again with the same content gets the first answer.
cash needs a mission that takes it and a till that is open and yours; slips and codes need neither.

answer: {"receipt", "amount_idr", "amount", "currency", "outcome" (short|exact|change|surplus), "change", "surplus",
  "short", "tenders", "covered_from", "covered_to", "provisional", "lines", "approved_by", "warnings", "pdf"};
  covered_* are those of the first line, pdf is null where it could not be written;
  in a quote each line has "explained": [{"code", "amount_idr", ...}], steps whose amounts add up to the line's"""


def _quote(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import quote_payment

    form = read_form(options.file, Payment)
    with open_desk(options) as desk:
        quoted = quote_payment(desk, form)
    settlement = quoted.settlement
    if settlement is None:
        where = "tenders" if form.tenders and len(form.tenders) > 1 else "tenders[0].received"
        raise Refused(form.as_written(Problem.of(where, "tender.short", missing=quoted.short)))
    if quoted.needs and form.approval is None:
        raise Refused(*quoted.needs)
    cover = quoted.quote.lines[0].cover
    reply(
        {
            "receipt": None,
            "amount_idr": quoted.quote.amount_idr,
            "amount": quoted.due.json(),
            "currency": quoted.due.currency,
            "outcome": settlement.outcome,
            "change": settlement.change.json(),
            "surplus": settlement.surplus.json(),
            "short": settlement.short.json(),
            "tenders": [tender_of(tender) for tender in settlement.tenders],
            "covered_from": cover.covered_from.isoformat(),
            "covered_to": cover.covered_to.isoformat(),
            "provisional": quoted.quote.provisional,
            "lines": [line_of(line) | {"explained": explained(line.explained)} for line in quoted.quote.lines],
            "approved_by": None,
            "warnings": in_words([*quoted.warnings, *quoted.needs]),
            "pdf": None,
        }
    )


def _pay(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import receive

    form = read_form(options.file, Payment)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        received = receive(desk, form, second_password=ask_second_password() if form.approval else None)
        nothing = received.due - received.due
        reply(
            {
                "receipt": received.number,
                "amount_idr": received.amount_idr,
                "amount": received.due.json(),
                "currency": received.due.currency,
                "outcome": received.outcome,
                "change": received.change.json(),
                "surplus": (received.surplus or nothing).json(),
                "short": (received.short or nothing).json(),
                "tenders": [tender_of(tender) for tender in received.tenders],
                "covered_from": received.covered_from.isoformat(),
                "covered_to": received.covered_to.isoformat(),
                "provisional": received.provisional,
                "lines": [line_of(line) for line in received.lines],
                "approved_by": received.approved_by,
                "warnings": in_words(received.warnings),
                "pdf": issued_pdf(desk, received.number, folder),
            }
        )


def tender_of(tender: SettledTender) -> dict[str, Any]:
    return {
        "tender": tender.kind,
        "currency": tender.received.currency,
        "received": tender.received.json(),
        "change": tender.change.json(),
        "worth": tender.worth.json(),
        "reference": tender.reference,
        "paid_on": iso(tender.paid_on),
        "document_id": iso(tender.document_id),
    }


def line_of(line: Any) -> dict[str, Any]:
    return {
        "programme": line.programme,
        "months": line.months,
        "monthly_idr": line.monthly_idr,
        "amount_idr": line.amount_idr,
        "covered_from": line.cover.covered_from.isoformat(),
        "covered_to": line.cover.covered_to.isoformat(),
        "provisional": line.provisional,
    }


def explained(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """How a price comes about, step by step: codes, numbers and a sentence."""
    from models.sentences import explain_step

    return [
        {
            "code": step.code,
            "amount_idr": step.amount_idr,
            **{name: int(value) if value.isdecimal() else value for name, value in step.values},
            "message": explain_step(step),
        }
        for step in steps
    ]


def declare(commands: Commands) -> None:
    commands.add_reading("quote", _quote, "what a payment would cost, without recording it", _PAYMENT)
    commands.add_reading("pay", _pay, "take a payment; prints the receipt's number and the PDF's path", _PAYMENT)
