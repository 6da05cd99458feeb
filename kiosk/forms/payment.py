"""Payment: what is paid for, and how, as it is asked for at the counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import msgspec

from models.rules.contributions import LineAsked
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.rules.tenders import TenderAsked


class LineForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Months of one programme; for JHT rupiah a month (20000 or "20000")."""

    programme: str | None = None
    months: int | None = None
    monthly_idr: int | str | None = None


class TenderForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way of paying; `received` in the main unit of the currency (494500 or "12.345"), without one that of the
    payment. `paid_on` is the day on the slip, `document_id` its picture among the worker's documents."""

    tender: str | None = None
    currency: str | None = None
    received: int | str | None = None
    reference: str | None = None
    paid_on: date | None = None
    document_id: str | None = None


class ApprovalForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The second person who lets pass what one may not alone, and why. The password is never part of a form."""

    login: str | None = None
    reason: str | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A payment: one line and one tender written flat, or lists of them. `currency` is what it is charged in: where
    nothing is said, that of the first tender, else rupiah."""

    worker_id: str | None = None
    programme: str | None = None
    months: int | None = None
    monthly_idr: int | str | None = None
    lines: tuple[LineForm, ...] | None = None
    tender: str | None = None
    currency: str | None = None
    received: int | str | None = None
    reference: str | None = None
    paid_on: date | None = None
    document_id: str | None = None
    tenders: tuple[TenderForm, ...] | None = None
    approval: ApprovalForm | None = None
    request_id: str | None = None

    def worker(self) -> UUID:
        """Whom it is for. Refused `required` or `worker.unknown`."""
        return worker_id(self.worker_id)

    def lines_asked(self) -> list[LineAsked]:
        """What is paid for. Refused `required` on what is missing, `lines.both` for both ways of writing at once,
        and what `Money.parse` finds."""
        flat = LineForm(programme=self.programme, months=self.months, monthly_idr=self.monthly_idr)
        if self.lines is not None and flat != LineForm():
            raise Refused(Problem("lines", "lines.both"))
        problems: list[Problem] = []
        asked = []
        for at, line in enumerate([flat] if self.lines is None else self.lines):
            where = "" if self.lines is None else f"lines[{at}]."
            problems += [
                Problem(f"{where}{field}", "required")
                for field in ("programme", "months")
                if getattr(line, field) in (None, "")
            ]
            monthly = None
            if line.monthly_idr is not None:
                try:
                    monthly = Money.parse(line.monthly_idr, "IDR", f"{where}monthly_idr").minor
                except Refused as refusal:
                    problems += refusal.problems
            asked.append(LineAsked(_programme(line.programme), line.months or 0, monthly))
        if problems:
            raise Refused(*problems)
        return asked

    def event_date(self, business_date: date) -> date:
        """The day the money was paid, which the tariff is chosen by: the latest on the slips, or the business date."""
        paid = [tender.paid_on for tender in self._tenders() if tender.paid_on is not None]
        return max(paid, default=business_date)

    def currency_asked(self) -> str:
        """The currency the payment is charged in."""
        named = [tender.currency for tender in self._tenders() if tender.currency]
        return (self.currency or (named[0] if named else "IDR")).strip().upper()

    def tenders_asked(self, currency: str) -> list[TenderAsked]:
        """How it is paid, where it is charged in `currency`. Refused: `required`, `tenders.both`,
        `currency.unknown`, `document.unknown` and what `Money.parse` finds."""
        problems: list[Problem] = []
        asked = []
        for at, tender in enumerate(self._tenders()):
            where = "" if self.tenders is None else f"tenders[{at}]."
            if not tender.tender:
                problems.append(Problem(f"{where}tender", "required"))
                continue
            code = (tender.currency or currency).strip().upper()
            received = document_id = None
            try:
                if tender.received is not None:
                    received = Money.parse(tender.received, code, f"{where}received")
                else:
                    Money.of(0, code)
                document_id = _document(tender.document_id, f"{where}document_id")
            except Refused as refusal:
                problems += [
                    replace(problem, field=f"{where}currency") if problem.field == "currency" else problem
                    for problem in refusal.problems
                ]
            asked.append(
                TenderAsked(
                    tender.tender.strip().lower(), code, received, tender.reference, tender.paid_on, document_id
                )
            )
        if problems:
            raise Refused(*problems)
        return asked

    def _tenders(self) -> tuple[TenderForm, ...]:
        flat = TenderForm(
            tender=self.tender,
            received=self.received,
            reference=self.reference,
            paid_on=self.paid_on,
            document_id=self.document_id,
        )
        if self.tenders is None:
            return (flat,)
        if flat != TenderForm():
            raise Refused(Problem("tenders", "tenders.both"))
        return self.tenders

    def as_written(self, problem: Problem) -> Problem:
        """A problem of the rules, at the field where this form has it: `months` and `tender`, where one line and one
        tender were written flat, for `lines[0].months` and `tenders[0].kind`."""
        name = problem.field
        if name.startswith("tenders"):
            name = name.removesuffix("kind") + "tender" if name.endswith(".kind") else name
            if self.tenders is None:
                name = name.removeprefix("tenders[0].")
                name = "received" if name == "tenders" else name
        elif self.lines is None:
            name = name.removeprefix("lines[0].")
        return replace(problem, field=name)

    def content(self) -> bytes:
        """What a repeated request must agree with, whoever approved it the first time."""
        asked = msgspec.structs.replace(self, request_id=None, approval=None)
        return msgspec.json.encode(asked, order="deterministic")


def worker_id(text: str | None, field: str = "worker_id") -> UUID:
    """A worker's id as written. Refused `required` or `worker.unknown`."""
    if not text:
        raise Refused(Problem(field, "required"))
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise Refused(Problem(field, "worker.unknown")) from error


def _programme(text: str | None) -> str:
    written = (text or "").strip().upper().replace(" ", "")
    return "JKK+JKM" if written in ("JKM+JKK", "JKK+JKM") else written


def _document(text: str | None, field: str) -> UUID | None:
    if not text or not text.strip():
        return None
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise Refused(Problem(field, "document.unknown")) from error
