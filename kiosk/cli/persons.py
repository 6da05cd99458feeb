"""Persons: who may be the same one, what a clerk says of it, what was changed, and who is known elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from kiosk.cli.console import Commands, as_uuid, iso, open_desk, read_form, reply
from kiosk.cli.workers import shown
from models.rules.problems import Problem, Refused

_LOOKUP = """\
fields: nik, passport_number, old_passports [..], kpj, other_kpjs [..], or name with birth_date; name_on_id_card, sex,
  mother_name, phone and whatsapp help to tell persons apart. The centre keeps who asked.

answer: {"found": [{worker_id, strength (strong|possible), score, reasons [codes], explained, name, birth_date, sex,
  passport_end, nik_end (the last four), mission, registered (year), held}], "more"}; then: loket borrow WORKER_ID"""


def _candidates(options: argparse.Namespace) -> None:
    from kiosk.forms.registration import Registration
    from kiosk.queries.candidates import like_worker
    from kiosk.usecases.workers import candidates

    who = as_uuid(options.who)
    form = Registration() if who is not None else read_form(options.who, Registration)
    with open_desk(options) as desk:
        found = like_worker(desk, who) if who is not None else candidates(desk, form)
        reply([candidate_of(one) for one in found])


def candidate_of(one: Any) -> dict[str, Any]:
    from models.rules.nik import mask_nik
    from models.sentences import explain

    return {
        "worker_id": str(one.id),
        "name": one.worker.name,
        "birth_date": iso(one.worker.birth_date),
        "passport_number": one.worker.passport_number,
        "nik": mask_nik(one.worker.nik) if one.worker.nik else None,
        "mission": one.mission,
        "score": one.likeness.score,
        "strength": one.likeness.strength,
        "reasons": [reason.code for reason in one.likeness.reasons],
        "why": explain(one.likeness),
    }


def _compare(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.usecases.merges import compare

    one, other = worker_id(options.worker_id), worker_id(options.other_id, "other_id")
    with open_desk(options) as desk:
        compare(desk, one, other, same=options.same, remark=options.remark)
    reply({"worker_id": str(one), "other_id": str(other), "same": options.same})


def _merge(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.workers import card
    from kiosk.usecases.merges import merge

    one, other = worker_id(options.worker_id), worker_id(options.other_id, "other_id")
    with open_desk(options) as desk:
        merge_id = merge(desk, one, other, options.remark)
        with desk.read() as work:
            day = work.today
        reply({"merge_id": str(merge_id), **shown(card(desk, one), day)})


def _unmerge(options: argparse.Namespace) -> None:
    from kiosk.usecases.merges import unmerge

    merge_id = as_uuid(options.merge_id)
    if merge_id is None:
        raise Refused(Problem("merge_id", "merge.unknown"))
    with open_desk(options) as desk:
        unmerge(desk, merge_id, options.remark)
    reply({"merge_id": str(merge_id), "undone": True})


def _history(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.history import history

    with open_desk(options) as desk:
        found = history(desk, worker_id(options.worker_id), revealed=options.reveal)

    def rows(kind: Sequence[Any]) -> list[dict[str, Any]]:
        return [{field: iso(getattr(row, field)) for field in row.__slots__} for row in kind]

    reply(
        {
            "worker_id": str(found.worker_id),
            "registered_at": iso(found.registered_at),
            "registered_by": found.registered_by,
            "changes": rows(found.changes),
            "merges": rows(found.joinings),
            "compared": rows(found.told),
        }
    )


def _lookup(options: argparse.Namespace) -> None:
    from kiosk.sync.lookup import Sought, look_up
    from models.sentences import explain

    sought = read_form(options.file, Sought)
    with open_desk(options) as desk:
        answer = look_up(desk, sought)
        reply(
            {
                "found": [
                    {
                        "worker_id": str(one.worker_id),
                        "strength": one.likeness.strength,
                        "score": one.likeness.score,
                        "reasons": [reason.code for reason in one.likeness.reasons],
                        "explained": explain(one.likeness),
                        "name": one.name,
                        "birth_date": iso(one.birth_date),
                        "sex": one.sex,
                        "passport_end": one.passport_end,
                        "nik_end": one.nik_end,
                        "mission": one.mission,
                        "registered": one.registered,
                        "held": one.held,
                    }
                    for one in answer.found
                ],
                "more": answer.more,
            }
        )


def _borrow(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.sync.lookup import borrow

    with open_desk(options) as desk:
        reply({"worker_id": str(borrow(desk, worker_id(options.worker_id)))})


def declare(commands: Commands) -> None:
    candidates = commands.add("candidates", _candidates, "who here may be the same person, and why")
    candidates.add_argument("who", metavar="WORKER|FILE", help='a worker\'s id, or registration JSON; "-" reads it')
    compare = commands.add("compare", _compare, "say of two workers whether they are one person; nothing is joined yet")
    compare.add_argument("worker_id")
    compare.add_argument("other_id")
    word = compare.add_mutually_exclusive_group(required=True)
    word.add_argument("--same", action="store_true")
    word.add_argument("--different", action="store_true")
    merge = commands.add("merge", _merge, "join two workers into one person (penyelia, admin); both keep their papers")
    merge.add_argument("worker_id", help="who goes on")
    merge.add_argument("other_id", help="who is gathered under them")
    unmerge = commands.add("unmerge", _unmerge, "undo a merge (penyelia, admin)")
    unmerge.add_argument("merge_id")
    for joining in (compare, merge, unmerge):
        joining.add_argument("--remark", default="", help="why, for the history")
    told = commands.add("history", _history, "what was changed of a worker, by whom, from what to what, and why")
    told.add_argument("worker_id")
    told.add_argument("--reveal", action="store_true", help="also what somebody changed whose data are restricted")
    about = "ask the centre whether a person is registered at another mission"
    commands.add_reading("lookup", _lookup, about, _LOOKUP)
    about = "have a worker of another mission here, with all that was recorded of them"
    commands.add("borrow", _borrow, about).add_argument("worker_id")
