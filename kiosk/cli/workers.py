"""Workers: registered, corrected, found and shown."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from kiosk.cli.console import Commands, as_form, in_words, iso, open_desk, read_form, read_object, reply
from models.rules.problems import Problem, Refused

_REGISTRATION = """\
fields: name*, birth_date*, sex* (F|M), nik, passport_number, passport_expiry, passport_issued, passport_kind
  (paspor|splp), birth_place, mother_name, phone, whatsapp, email, home_address, abroad_address, country (TW),
  employer, employer_kind (company|household|ship), job, agency, p3mi, scheme (p3mi|g2g|g2p|ukps|perseorangan),
  event (new|extension|re-entry|late), contract_start, contract_end, months, contract_number, departure, arrival
  (back in Indonesia), heirs [{name, relation, phone, birth_date, scholar}], bank_name, bank_account, bank_holder,
  bank_owner (own|heir|payer), consent (true) and others.
mrz: the passport's two lines as a list, in place of name, passport_number, passport_expiry, birth_date and sex.
confirmed: ["nik.birth_date", "nik.sex"] records a NIK that contradicts them, with a flag. Dates: 2026-11-22.
not_same_as: [worker_id] says of somebody who looks like the same person that they are not.

answer: {"worker_id", "warnings": [{field, code, message}]}; where somebody here is very likely the same person, exit 1
  with the code worker.candidate and "candidates": [{worker_id, name, birth_date, passport_number, nik, mission, score,
  strength, reasons, why}]"""


_AMENDMENT = """\
fields: those of `loket register`; what is not named stays as it is, null empties a field. Where several counters gave a
  field different values, naming one of them settles it.

answer: {"worker_id", "warnings"}"""


_SHOW = """\
phase (of today) and the phase of each placement: {"kind": before|during|after|outside|unknown, "first", "last",
  "certain", "evidence": [{what, day}], "missing": [departure|contract_start|contract_end|arrival|earlier], "placement",
  "said"}"""


def _register(options: argparse.Namespace) -> None:
    from kiosk.forms.registration import Registration
    from kiosk.usecases.workers import register

    form = read_form(options.file, Registration)
    with open_desk(options) as desk:
        done = register(desk, form)
    reply({"worker_id": str(done.worker_id), "warnings": in_words(done.warnings)})


def _amend(options: argparse.Namespace) -> None:
    import msgspec

    from kiosk.forms.payment import worker_id
    from kiosk.forms.registration import Registration
    from kiosk.queries.workers import card
    from kiosk.usecases.workers import amend, form_of, settle

    named = read_object(options.file)
    given = as_form(named, Registration)
    who = worker_id(options.worker_id)
    with open_desk(options) as desk:
        form = msgspec.structs.replace(form_of(desk, who), **{field: getattr(given, field) for field in named})
        disputed = card(desk, who).conflicts.keys() & named.keys()
        warnings: tuple[Problem, ...] = ()
        try:
            warnings = amend(desk, who, form, options.reason).warnings
        except Refused as refusal:
            if not disputed or [problem.code for problem in refusal.problems] != ["worker.unchanged"]:
                raise
        # What stood already is named once more where it was disputed: it was right.
        for field in sorted(disputed & card(desk, who).conflicts.keys()):
            settle(desk, who, field, named[field], options.reason)
    reply({"worker_id": str(who), "warnings": in_words(warnings)})


def _search(options: argparse.Namespace) -> None:
    from kiosk.queries.workers import search
    from models.rules.nik import mask_nik

    with open_desk(options) as desk:
        reply(
            [
                {
                    "worker_id": str(row.id),
                    "name": row.name,
                    "birth_date": iso(row.birth_date),
                    "passport_number": row.passport_number,
                    "nik": mask_nik(row.nik) if row.nik else None,
                    "employer": row.employer,
                    "registered": row.registered,
                    "restricted": row.restricted,
                    "cover": {"state": row.cover.kind, "covered_to": iso(row.cover.covered_to)},
                    "matched": row.matched and {"kind": row.matched.kind, "value": row.matched.value},
                }
                for row in search(desk, " ".join(options.text))
            ]
        )


def _show(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.workers import card

    with open_desk(options) as desk:
        person = card(desk, worker_id(options.worker_id), revealed=options.reveal)
        with desk.read() as work:
            day = work.today
        reply(shown(person, day, revealed=options.reveal))


def shown(card: Any, day: date, *, revealed: bool = True) -> dict[str, Any]:
    """A worker's card as JSON, on a day; unless `revealed`, NIK and account are masked."""
    from models.rules.nik import mask_nik
    from models.rules.phases import phase_on
    from models.rules.privacy import mask_account

    identity = dict(card.identity)
    if not revealed:
        identity["nik"] = mask_nik(identity["nik"]) if identity["nik"] else None
        identity["bank_account"] = mask_account(identity["bank_account"]) if identity["bank_account"] else None
    return {
        "worker_id": str(card.id),
        "registered": card.registered,
        "restricted": card.restricted,
        **{field: iso(value) for field, value in identity.items()},
        "name": card.name,
        "heirs": list(card.heirs),
        "phase": _phase(card.phase_on(day)),
        "placements": [
            {
                **{field: iso(getattr(placement, field)) for field in placement.__slots__},
                "phase": _phase(phase_on(day, [placement.contract.stay])),
            }
            for placement in card.placements
        ],
        "cover": {
            programme: {"state": state.kind, "covered_to": iso(state.covered_to)}
            for programme, state in card.states.items()
        },
        "consent_at": iso(card.consent_at),
        "receipts": [
            {
                "receipt": row.number,
                "date": row.business_date.isoformat(),
                "amount_idr": row.amount_idr,
                "amount": row.due.json(),
                "currency": row.due.currency,
                "change": row.change.json(),
                "tenders": list(row.tenders),
                "operator": row.operator,
                "lines": [{field: iso(getattr(line, field)) for field in line.__slots__} for line in row.lines],
            }
            for row in card.receipts
        ],
        "claims": [
            {
                "claim": row.number,
                "claim_id": str(row.id),
                "kind": row.benefit,
                "name": row.name,
                # When a restricted claim's event was and who filed it is sealed.
                "event_date": None if row.restricted else row.event_date.isoformat(),
                "filed_on": row.business_date.isoformat(),
                "filed_by": None if row.restricted else row.filed_by,
                "attached": row.attached,
                "missing": list(row.missing),
            }
            for row in card.claims
        ],
        "flags": list(card.flags),
        "conflicts": card.conflicts,
    }


def _phase(phase: Any) -> dict[str, Any]:
    from models.sentences import explain_phase

    return {
        "kind": phase.kind,
        "first": iso(phase.first),
        "last": iso(phase.last),
        "certain": phase.certain,
        "evidence": [{"what": one.what, "day": one.day.isoformat()} for one in phase.evidence],
        "missing": list(phase.missing),
        "placement": iso(phase.placement),
        "said": list(explain_phase(phase)),
    }


def declare(commands: Commands) -> None:
    commands.add_reading("register", _register, "register a worker", _REGISTRATION)
    amend = commands.add("amend", _amend, "correct a worker: the fields that are named", _AMENDMENT)
    amend.add_argument("worker_id")
    amend.add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')
    amend.add_argument("--reason", default="", help="why, for the history")
    search = commands.add("search", _search, "find workers by name, NIK, passport, KPJ, phone or receipt number")
    search.add_argument("text", nargs="+")
    show = commands.add("show", _show, "all the ledger knows of a worker", _SHOW)
    show.add_argument("worker_id")
    show.add_argument(
        "--reveal", action="store_true", help="NIK and account in full, and who it is where the data are restricted"
    )
