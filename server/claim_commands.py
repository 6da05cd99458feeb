"""`loket-centre claims …`: what officers say to claims, without the pages."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from models.rules.problems import Problem
from models.sentences import sentence

if TYPE_CHECKING:
    from server.usecases.centre import Centre
    from server.usecases.claim_cases import Before, Case
    from server.usecases.claim_decisions import Decided
    from server.usecases.claim_proposals import Proposal
    from server.usecases.officers import Officer

DONE = 0


@dataclass(frozen=True, slots=True)
class Tools:
    """What a command works with: the centre of a folder, and how data, words and files are given out."""

    attached: Callable[[argparse.Namespace], AbstractContextManager[Centre]]
    show: Callable[[Any], None]
    write: Callable[[Path, bytes], None]


Run = Callable[[Tools, argparse.Namespace], int]


def add_claims(commands: Any, everywhere: argparse.ArgumentParser, tools: Tools) -> None:
    """Enter the commands below `claims`."""
    about = "Claims: what officers say to them; every counter of the mission hears of it with its next sync."
    group = commands.add_parser("claims", help=about, description=about, parents=[everywhere])
    actions = group.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, run: Run, said: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=said, description=said, parents=[everywhere])
        added.set_defaults(run=partial(run, tools))
        return added

    def about_claim(name: str, run: Run, said: str) -> argparse.ArgumentParser:
        added = action(name, run, said)
        added.add_argument("claim", metavar="CLAIM", help="its number, such as TPE3-K-2026-000017, or its id")
        added.add_argument("--officer", metavar="NAME", required=True, help="who does it")
        return added

    def act(name: str, run: Run, said: str) -> argparse.ArgumentParser:
        added = about_claim(name, run, said)
        added.add_argument(
            "--before", metavar="TEXT", help="what «show» gave: refused when anything has come or changed since"
        )
        return added

    about_claim("show", _show, "How a claim stands, what may be asked for and granted, and what waits.")
    dossier = about_claim("dossier", _dossier, "Everything about it in one PDF that proves its own pages.")
    dossier.add_argument("--out", type=Path, metavar="FILE", required=True, help="readable by nobody else")
    dossier.add_argument(
        "--public-host",
        default=os.environ.get("LOKET_PUBLIC_HOST", ""),
        help="the host in the QR code on its cover, where the public page is (LOKET_PUBLIC_HOST)",
    )
    ask = act("ask", _ask, "Ask for papers, by keys of its checklist or kinds of documents.")
    ask.add_argument("--want", metavar="PAPER", action="append", required=True, help="may be given several times")
    ask.add_argument("--by-day", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD")
    ask.add_argument("--note", default="", metavar="TEXT", help="read by the worker")
    approve = act("approve", _approve, "Grant benefits; above the limit a second officer has to agree.")
    approve.add_argument(
        "--award", metavar="BENEFIT=RUPIAH", action="append", required=True, help="may be given several times"
    )
    approve.add_argument("--note", default="", metavar="TEXT", help="read by the worker; needed above a ceiling")
    reject = act("reject", _reject, "Reject it, for a reason that «reasons» lists.")
    reject.add_argument("--reason", metavar="CODE", required=True)
    reject.add_argument("--duplicate-of", default="", metavar="CLAIM", help="the claim that stands for this one")
    reject.add_argument("--note", default="", metavar="TEXT", help="read by the worker")
    act("agree", _agree, "Agree to what another officer proposed: it is decided.")
    send_back = about_claim("send-back", _send_back, "Do not agree to what another officer proposed.")
    send_back.add_argument("--note", required=True, metavar="TEXT", help="why; stands among the comments")
    about_claim("discard", _discard, "Take back one's own proposal, or clear away one that is void.")
    pay = act("paid", _paid, "Say that what was granted has been paid.")
    pay.add_argument("--amount", metavar="RUPIAH", required=True, help="all of what was granted")
    pay.add_argument("--reference", metavar="TEXT", required=True, help="the bank's")
    pay.add_argument("--day", type=date.fromisoformat, metavar="DAY", required=True, help="YYYY-MM-DD")
    returned = act("returned", _returned, "The payment came back: it waits to be paid again.")
    returned.add_argument("--note", required=True, metavar="TEXT")
    reopen = act("reopen", _reopen, "Take back a decision that is not paid, or let a withdrawn claim go on.")
    reopen.add_argument("--note", required=True, metavar="TEXT")
    settle = about_claim("settle", _settle, "Say that what «show» lists as a task was looked at.")
    settle.add_argument("--entry", metavar="ENTRY", type=UUID, required=True)
    settle.add_argument("--code", required=True)
    settle.add_argument("--note", required=True, metavar="TEXT")
    comment = about_claim("comment", _comment, "Say something to the other officers; no counter hears of it.")
    comment.add_argument("--text", required=True)
    assign = about_claim("assign", _assign, "Give a claim to an officer, or to nobody.")
    to = assign.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", metavar="NAME")
    to.add_argument("--nobody", action="store_true")
    action("reasons", _reasons, "Why a claim may be rejected.")
    limit = action("limit", _limit, "Above how many rupiah an approval takes two officers; with N, change it.")
    limit.add_argument("limit", metavar="N", nargs="?", help="whole rupiah; 0: always two")
    limit.add_argument("--officer", metavar="NAME", help="who changes it (admin)")


# Looking


def _show(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_access import open_claim
    from server.usecases.claim_assignments import assignees
    from server.usecases.claim_cases import case_of, find_claim
    from server.usecases.claim_comments import comments
    from server.usecases.claim_decisions import tasks
    from server.usecases.claim_proposals import proposal_of
    from server.usecases.officers import find_officer

    with tools.attached(given) as centre:
        claim_id, by = find_claim(centre, given.claim), find_officer(centre, given.officer)
        open_claim(centre, claim_id, by)

        def look(connection: Any) -> dict[str, Any]:
            case = case_of(connection, centre, claim_id)
            holder = assignees(connection, [claim_id]).get(claim_id)
            return _case(case) | {
                "assigned_to": holder.login if holder else None,
                "proposal": _proposal(proposal_of(connection, centre, case)),
                "tasks": [
                    {"entry": str(one.entry_id), "code": one.code, "at": one.at.isoformat()}
                    for one in tasks(connection, [claim_id]).get(claim_id, ())
                ],
                "comments": [
                    {"officer": one.officer, "at": one.at.isoformat(), "text": one.text}
                    for one in comments(connection, centre, claim_id, by=by)
                ],
            }

        tools.show(centre.read(look))
    return DONE


def _case(case: Case) -> dict[str, Any]:
    decision = case.decision
    return {
        "claim": str(case.id),
        "number": case.number,
        "state": case.state,
        "before": case.before.written(),
        "restricted": case.restricted,
        "kind": case.kind_code or None,
        "name": case.kind.name if case.kind else None,
        "event_date": case.event_date.isoformat(),
        "documents": len(case.documents),
        "papers": [{"key": one.key, "name": one.name} for one in case.checklist],
        "benefits": [
            {
                "benefit": one.code,
                "name": one.name,
                "ceiling": one.ceiling,
                "confidence": one.benefit.confidence if one.benefit else None,
            }
            for one in case.choices.values()
        ],
        "decision": {
            "outcome": decision.outcome,
            "on": decision.business_date.isoformat(),
            "granted": None if case.granted is None else _awards(case.granted),
            "reason": decision.reason_code or None,
        }
        if decision is not None
        else None,
    }


def _proposal(there: Proposal | None) -> dict[str, Any] | None:
    if there is None:
        return None
    return {
        "officer": there.officer,
        "at": there.at.isoformat(),
        "void": there.void,
        "outcome": there.verdict.outcome,
        "awards": _awards(there.verdict.awards),
        "reason": there.verdict.reason_code or None,
        "note": there.verdict.note or None,
    }


def _awards(awards: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"benefit": code, "amount_idr": amount} for code, amount in awards]


def _dossier(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_cases import find_claim
    from server.usecases.claim_dossier import dossier
    from server.usecases.officers import find_officer

    with tools.attached(given) as centre:
        made = dossier(centre, find_claim(centre, given.claim), find_officer(centre, given.officer))
    tools.write(given.out, made.pdf)
    documents = [{"name": name, "state": state} for name, state in made.documents]
    tools.show({"number": made.number, "documents": documents, "pdf": str(given.out.absolute())})
    return DONE


def _reasons(tools: Tools, given: argparse.Namespace) -> int:
    from models.rules.rejections import reasons

    tools.show(
        [
            {
                "reason": one.code,
                "name": one.name,
                "needs_note": one.needs_note,
                "needs_duplicate": one.needs_duplicate,
            }
            for one in reasons()
        ]
    )
    return DONE


# Acting


def _ask(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import ask

    def do(centre: Centre, claim_id: UUID, by: Officer, before: Before | None) -> dict[str, Any]:
        return _entry(ask(centre, claim_id, given.want, by=by, by_day=given.by_day, note=given.note, before=before))

    return _acted(tools, given, do)


def _approve(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import approve

    awards = [_award(one) for one in given.award]
    return _acted(
        tools,
        given,
        lambda centre, claim_id, by, before: _decided(
            approve(centre, claim_id, awards, by=by, note=given.note, before=before)
        ),
    )


def _award(written: str) -> tuple[str, int]:
    from models.language import parse_money

    code, _equals, amount = written.partition("=")
    code = code.strip().upper()
    return code, parse_money(amount, "IDR", f"awards.{code}").minor


def _reject(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import reject

    more = {"duplicate_of": given.duplicate_of, "note": given.note}
    return _acted(
        tools,
        given,
        lambda centre, claim_id, by, before: _decided(
            reject(centre, claim_id, given.reason, by=by, before=before, **more)
        ),
    )


def _agree(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import agree

    return _acted(
        tools, given, lambda centre, claim_id, by, before: _entry(agree(centre, claim_id, by=by, before=before))
    )


def _send_back(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import send_back

    def do(centre: Centre, claim_id: UUID, by: Officer, _: Before | None) -> dict[str, Any]:
        send_back(centre, claim_id, given.note, by=by)
        return {"sent_back": True}

    return _acted(tools, given, do)


def _discard(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import discard

    def do(centre: Centre, claim_id: UUID, by: Officer, _: Before | None) -> dict[str, Any]:
        discard(centre, claim_id, by=by)
        return {"discarded": True}

    return _acted(tools, given, do)


def _paid(tools: Tools, given: argparse.Namespace) -> int:
    from models.language import parse_money
    from server.usecases.claim_decisions import pay

    amount = parse_money(given.amount, "IDR").minor
    paid = {"amount_idr": amount, "reference": given.reference, "paid_on": given.day}
    return _acted(
        tools, given, lambda centre, claim_id, by, before: _entry(pay(centre, claim_id, **paid, by=by, before=before))
    )


def _returned(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import payment_returned

    return _acted(
        tools,
        given,
        lambda centre, claim_id, by, before: _entry(
            payment_returned(centre, claim_id, given.note, by=by, before=before)
        ),
    )


def _reopen(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import reopen

    return _acted(
        tools,
        given,
        lambda centre, claim_id, by, before: _entry(reopen(centre, claim_id, given.note, by=by, before=before)),
    )


def _settle(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_decisions import settle

    return _acted(
        tools,
        given,
        lambda centre, claim_id, by, _: _entry(settle(centre, claim_id, given.entry, given.code, given.note, by=by)),
    )


def _comment(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_comments import comment

    return _acted(
        tools,
        given,
        lambda centre, claim_id, by, _: {"comment": str(comment(centre, claim_id, given.text, by=by))},
    )


def _assign(tools: Tools, given: argparse.Namespace) -> int:
    from server.usecases.claim_assignments import assign
    from server.usecases.officers import find_officer

    def do(centre: Centre, claim_id: UUID, by: Officer, _: Before | None) -> dict[str, Any]:
        to = None if given.nobody else find_officer(centre, given.to)
        assign(centre, claim_id, to.id if to else None, by=by)
        return {"assigned_to": to.login if to else None}

    return _acted(tools, given, do)


Doing = Callable[["Centre", UUID, "Officer", "Before | None"], dict[str, Any]]


def _acted(tools: Tools, given: argparse.Namespace, do: Doing) -> int:
    """Do it, and say how the claim stands now."""
    from server.usecases.claim_cases import Before, case_of, find_claim
    from server.usecases.officers import find_officer

    written = getattr(given, "before", None)
    before = None if written is None else Before.read(written)
    with tools.attached(given) as centre:
        claim_id, by = find_claim(centre, given.claim), find_officer(centre, given.officer)
        said = do(centre, claim_id, by, before)
        case = centre.read(lambda connection: case_of(connection, centre, claim_id))
    tools.show({"claim": str(claim_id), "number": case.number, "state": case.state} | said)
    return DONE


def _entry(entry: UUID) -> dict[str, Any]:
    return {"entry": str(entry)}


def _decided(said: Decided) -> dict[str, Any]:
    return {
        "proposed": said.proposed,
        "entry": str(said.entry) if said.entry else None,
        "warnings": [_problem(one) for one in said.warnings],
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "code": problem.code, "message": sentence(problem)}


# Settings


def _limit(tools: Tools, given: argparse.Namespace) -> int:
    from models.language import parse_money
    from server.usecases.officers import find_officer
    from server.usecases.settings import four_eyes, set_four_eyes

    with tools.attached(given) as centre:
        if given.limit is not None:
            by = find_officer(centre, given.officer) if given.officer else None
            set_four_eyes(centre, parse_money(given.limit, "IDR", "limit").minor, by=by)
        found = four_eyes(centre)
    tools.show(
        {
            "limit_idr": found.idr,
            "changes": [
                {"at": one.at.isoformat(), "by": one.by or None, "was_idr": one.was_idr, "limit_idr": one.idr}
                for one in found.changes
            ],
        }
    )
    return DONE
