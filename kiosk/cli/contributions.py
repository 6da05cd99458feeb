"""Contributions: what a payment would cost, and taking it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, in_words, open_desk, read_form, reply
from kiosk.cli.papers import issued_pdf, print_folder
from models.rules.problems import Problem, Refused

if TYPE_CHECKING:
    from models.rules.tariffs import Step

_PAYMENT = """\
fields: worker_id*, programme (JKK+JKM|JHT) with months, for JHT also monthly_idr (default: the tariff's minimum),
  or lines [{programme, months, monthly_idr}]; tender (cash|bank_slip|kode_iuran) with currency (default IDR),
  received (default: exactly what is due), reference, paid_on (the day on the slip, which the tariff is chosen by),
  or tenders [{tender, currency, received, reference, paid_on}];
  request_id: the same again with the same content gets the first answer.

answer: {"receipt", "amount_idr", "amount", "currency", "change", "covered_from", "covered_to", "provisional",
  "lines", "warnings", "pdf"}; covered_* are those of the first line, pdf is null where it could not be written;
  in a quote each line has "explained": [{"code", "amount_idr", ...}], steps whose amounts add up to the line's"""


def _quote(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import quote_payment

    form = read_form(options.file, Payment)
    with open_desk(options) as desk:
        quoted = quote_payment(desk, form)
    if quoted.short is not None:
        where = "tenders" if form.tenders and len(form.tenders) > 1 else "tenders[0].received"
        raise Refused(form.as_written(Problem.of(where, "tender.short", missing=quoted.short)))
    cover = quoted.quote.lines[0].cover
    reply(
        {
            "receipt": None,
            "amount_idr": quoted.quote.amount_idr,
            "amount": quoted.due.json(),
            "currency": quoted.due.currency,
            "change": quoted.change.json(),
            "covered_from": cover.covered_from.isoformat(),
            "covered_to": cover.covered_to.isoformat(),
            "provisional": quoted.quote.provisional,
            "lines": [line_of(line) | {"explained": explained(line.explained)} for line in quoted.quote.lines],
            "warnings": in_words(quoted.warnings),
            "pdf": None,
        }
    )


def _pay(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import receive

    form = read_form(options.file, Payment)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        received = receive(desk, form)
        reply(
            {
                "receipt": received.number,
                "amount_idr": received.amount_idr,
                "amount": received.due.json(),
                "currency": received.due.currency,
                "change": received.change.json(),
                "covered_from": received.covered_from.isoformat(),
                "covered_to": received.covered_to.isoformat(),
                "provisional": received.provisional,
                "lines": [line_of(line) for line in received.lines],
                "warnings": in_words(received.warnings),
                "pdf": issued_pdf(desk, received.number, folder),
            }
        )


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
