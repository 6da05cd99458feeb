"""Explained: how the price of a payment comes about, in small letters below its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language import _, rupiah

if TYPE_CHECKING:
    from models.rules.contributions import Quote, QuotedLine


def steps_of(line: QuotedLine) -> str:
    """The steps of one line, one below the other: what adds to the price, where it is more than the line itself says,
    and how sure it is, where it is not the regulation's own text."""
    from models.sentences import explain_step

    adding = [step for step in line.explained if step.code != "basis" and not step.code.startswith("confidence.")]
    said = []
    for step in adding if len(adding) > 1 else []:
        words = explain_step(step)
        if step.amount_idr is not None:
            words = _("{step}: {amount}").format(step=words, amount=rupiah(step.amount_idr))
        said.append(words)
    said += [
        explain_step(step)
        for step in line.explained
        if step.code.startswith("confidence.") and step.code != "confidence.law"
    ]
    return "\n".join(said)


def basis_of(quote: Quote) -> str:
    """The tariff that all lines rest on, said once."""
    from models.sentences import explain_step

    said = (explain_step(step) for line in quote.lines for step in line.explained if step.code == "basis")
    return "\n".join(dict.fromkeys(said))
