"""Deaths and missing persons: the mission's letter, and the heirs who have to be told."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, iso, open_desk, read_form, reply
from kiosk.cli.papers import issued_pdf, print_folder

if TYPE_CHECKING:
    from kiosk.queries.deaths import ContactRow, DeathRow

_STATE = """\
fields: worker_id*, about* (death|missing), event_date*, place*, source* (what the mission knows it from), signatory*,
  signatory_title, circumstances, letter_number (of the mission's own register), claim (number or id: the letter is
  attached to it), request_id.

answer: {"statement", "about", "claim", "pdf"}"""

_TELL = """\
fields: worker_id*, name*, channel* (phone|whatsapp|letter|visit|other), reached (true when it came through), relation,
  phone, note.

answer: {"worker_id", "to_tell" [names nobody has reached yet]}"""


def _state(options: argparse.Namespace) -> None:
    from kiosk.forms.death import StatementForm
    from kiosk.usecases.deaths import issue_statement

    form = read_form(options.file, StatementForm)
    with open_desk(options) as desk:
        folder = print_folder(desk)
        done = issue_statement(desk, form)
        pdf = issued_pdf(desk, done.number, folder)
        reply({"statement": done.number, "about": done.about, "claim": done.claim or None, "pdf": pdf})


def _tell(options: argparse.Namespace) -> None:
    from kiosk.forms.death import ContactForm
    from kiosk.forms.payment import worker_id
    from kiosk.queries.deaths import heirs_of
    from kiosk.usecases.deaths import tell_heir

    form = read_form(options.file, ContactForm)
    with open_desk(options) as desk:
        tell_heir(desk, form)
        left = [one.name for one in heirs_of(desk, worker_id(form.worker_id)) if not one.told]
        reply({"worker_id": form.worker_id, "to_tell": left})


def _list(options: argparse.Namespace) -> None:
    from kiosk.queries.deaths import deaths

    with open_desk(options) as desk:
        reply([death_json(one) for one in deaths(desk)])


def death_json(one: DeathRow) -> dict[str, Any]:
    return {
        "worker_id": str(one.worker_id),
        "name": one.name,
        "about": one.about,
        "since": iso(one.since),
        "claims": list(one.claims),
        "statements": [letter.number for letter in one.statements],
        "heirs": [
            {
                "name": heir.name,
                "relation": heir.relation,
                "phone": heir.phone,
                "told": heir.told,
                "contacts": [_contact(contact) for contact in heir.contacts],
            }
            for heir in one.heirs
        ],
        "others": [_contact(contact) for contact in one.others],
    }


def _contact(one: ContactRow) -> dict[str, Any]:
    return {
        "on": iso(one.business_date),
        "name": one.name,
        "channel": one.channel,
        "reached": one.reached,
        "by": one.operator,
        "note": one.note,
    }


def declare(commands: Commands) -> None:
    about = "state a death or a disappearance in the mission's own letter, for the heirs' claim"
    commands.add_reading("state-death", _state, about, _STATE)
    commands.add_reading("tell-heir", _tell, "note that an heir was told, or that it was tried", _TELL)
    commands.add("deaths", _list, "deaths and missing persons, and the heirs who are still to be told")
