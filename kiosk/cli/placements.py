"""Placements: contracts recorded, extended and put right."""

from __future__ import annotations

import argparse
from typing import Any
from uuid import UUID

from kiosk.cli.console import Commands, in_words, iso, open_desk, read_form, reply
from models.rules.problems import Problem, Refused

_PLACEMENT = """\
fields: country (default: the mission's), scheme (p3mi|g2g|g2p|ukps|perseorangan), event (new|extension|re-entry|late),
  extension_of (a placement's id; with event extension found by the dates), employer,
  employer_kind (company|household|ship), job, agency, p3mi, contract_number, legalisation_number, contract_start,
  contract_end, months (what the contract says), departure, arrival (back in Indonesia).
correct takes the whole contract as it is to be; what stood before stays in the history.

answer: {"placement_id", "worker_id", "warnings": [{field, code, message}]}"""


def _placement_list(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.placements import history

    with open_desk(options) as desk:
        reply(
            [
                {
                    **{field: iso(getattr(one.row, field)) for field in one.row.__slots__},
                    "stands": one.stands,
                    "stands_for_it": str(one.stands_for_it),
                    "operator": one.operator,
                    "reason": one.reason,
                }
                for one in history(desk, worker_id(options.worker_id), revealed=options.reveal)
            ]
        )


def _placement_add(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.forms.placement import PlacementForm
    from kiosk.usecases.placements import record

    form = read_form(options.file, PlacementForm)
    with open_desk(options) as desk:
        reply(_recorded(record(desk, worker_id(options.worker_id), form)))


def _placement_correct(options: argparse.Namespace) -> None:
    from kiosk.forms.placement import PlacementForm
    from kiosk.usecases.placements import correct

    form = read_form(options.file, PlacementForm)
    try:
        placement_id = UUID(options.placement_id)
    except ValueError as error:
        raise Refused(Problem("placement_id", "placement.unknown")) from error
    with open_desk(options) as desk:
        reply(_recorded(correct(desk, placement_id, form, options.reason)))


def _recorded(done: Any) -> dict[str, Any]:
    return {
        "placement_id": str(done.placement_id),
        "worker_id": str(done.worker_id),
        "warnings": in_words(done.warnings),
    }


def declare(commands: Commands) -> None:
    placement = commands.group("placement", _placement_list, "a worker's contracts abroad")
    listed = placement.add("list", _placement_list, "every version ever written down, the last first")
    listed.add_argument("worker_id")
    listed.add_argument("--reveal", action="store_true", help="also who employs somebody whose data are restricted")
    add = placement.add("add", _placement_add, "record a further contract, or an extension of one", _PLACEMENT)
    add.add_argument("worker_id")
    about = "put right a contract that was written down wrongly"
    correct = placement.add("correct", _placement_correct, about, _PLACEMENT)
    correct.add_argument("placement_id")
    correct.add_argument("--reason", default="", help="why, for the history")
    for reading in (add, correct):
        reading.add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')
