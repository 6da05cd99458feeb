"""Privacy: consent, restriction, what a person may have of their own data, and whose data is here."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kiosk.cli.console import Commands, UsedWrongly, iso, open_desk, reply, require_writable, say, write_private

_CONSENT = """\
answer: {"worker_id", "consent" (given|withdrawn|null), "restricted", "act_before" (null, or until when a withdrawal
  has to be acted on), "consents", "restrictions"}; with --text {"version", "language", "valid_from", "text"}"""


def _consent(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.forms.registration import Consent
    from kiosk.queries.privacy import privacy_card
    from kiosk.usecases.privacy import give_consent, withdraw_consent

    text = Consent(version=options.version_of_text, language=options.language)
    with open_desk(options) as desk:
        who = worker_id(options.worker_id)
        if options.text:
            with desk.read() as work:
                said = text.checked(work.today)
            reply(
                {
                    "version": said.version,
                    "language": said.language,
                    "valid_from": said.valid_from.isoformat(),
                    "text": "\n".join(said.paragraphs()),
                }
            )
        elif options.give:
            reply(_privacy(give_consent(desk, who, text)))
        elif options.withdraw:
            reply(_privacy(withdraw_consent(desk, who, options.remark)))
        else:
            reply(_privacy(privacy_card(desk, who)))


def _subject_access(options: argparse.Namespace) -> None:
    import msgspec

    from kiosk.forms.payment import worker_id
    from kiosk.usecases.subject_access import subject_access
    from reports.subject_access import render_subject_access

    if not options.out and not options.json:
        raise UsedWrongly("subject-access: name a file with --out, or ask for --json")
    with open_desk(options) as desk:
        if options.out:
            require_writable(options.out)
        paper = subject_access(desk, worker_id(options.worker_id))
        if options.out:
            write_private(options.out, render_subject_access(paper))
    answer: dict[str, Any] = {"worker_id": paper.worker_id, "pdf": str(options.out) if options.out else None}
    if options.json:
        answer |= {
            one.code: [msgspec.to_builtins(fact) for fact in one.facts] or list(one.notes) for one in paper.sections
        }
    reply(answer)


def _restrict(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.usecases.privacy import lift_restriction, restrict

    act = lift_restriction if options.lift else restrict
    with open_desk(options) as desk:
        reply(_privacy(act(desk, worker_id(options.worker_id), options.remark)))


def _holdings(options: argparse.Namespace) -> None:
    from kiosk.steps import finish
    from kiosk.usecases.holdings import list_people, look
    from reports.sheets import render_csv

    with open_desk(options) as desk:
        seen, _first = look(desk, 0)
        if options.csv:
            require_writable(options.csv)
            listed = finish(list_people(desk))
            write_private(options.csv, render_csv(listed.sheet))
            say(f"{len(listed.sheet.rows)} orang ditulis; {listed.held_back} yang dibatasi tidak ikut.")
    reply(
        {
            "terminal": str(seen.terminal),
            "series": seen.series,
            "mission": seen.mission,
            "people": seen.people,
            "restricted": seen.restricted,
            "erased": seen.erased,
            "receipts": seen.receipts,
            "claims": seen.claims,
            "documents": seen.documents,
            "own_entries": seen.own_entries,
            "unsent": seen.unsent,
            "streams": dict(seen.streams),
            "last_synced": iso(seen.last_synced),
            "csv": str(options.csv) if options.csv else None,
        }
    )


def _privacy(card: Any) -> dict[str, Any]:
    return {
        "worker_id": str(card.id),
        "consent": card.consent,
        "restricted": card.restricted,
        "act_before": iso(card.task.due) if card.task else None,
        "consents": [
            {
                "at": one.at.isoformat(),
                "withdrawn": one.withdrawn,
                "version": one.version or None,
                "language": one.language or None,
                "operator": one.operator,
                "mission": one.mission,
                "remark": one.remark,
            }
            for one in card.consents
        ],
        "restrictions": [
            {
                "at": one.at.isoformat(),
                "restricted": one.restricted,
                "operator": one.operator,
                "mission": one.mission,
                "remark": one.remark,
            }
            for one in card.restrictions
        ],
    }


def declare(commands: Commands) -> None:
    about = "what a worker agreed to; record it, or that it is taken back"
    consent = commands.add("consent", _consent, about, _CONSENT)
    consent.add_argument("worker_id")
    act = consent.add_mutually_exclusive_group()
    act.add_argument("--give", action="store_true", help="the worker agrees to the text")
    act.add_argument("--withdraw", action="store_true", help="the worker takes the consent back")
    act.add_argument("--text", action="store_true", help="print the text instead")
    consent.add_argument("--version-of-text", metavar="V", help="default: the version in force today")
    consent.add_argument("--language", default="id", help="id or en (default: id)")
    consent.add_argument("--remark", default="", help="why, in the worker's words")
    about = "restrict a worker's data at their request, or lift that again"
    restrict = commands.add("restrict", _restrict, about)
    restrict.add_argument("worker_id")
    restrict.add_argument("--lift", action="store_true")
    restrict.add_argument("--remark", default="", help="what the worker said (required)")
    about = "everything known of a worker, for them: «cetak data saya»"
    own = commands.add("subject-access", _subject_access, about)
    own.add_argument("worker_id", metavar="WORKER")
    own.add_argument("--out", type=Path, metavar="F.pdf")
    own.add_argument("--json", action="store_true", help="print it as JSON as well")
    held = commands.add("holdings", _holdings, "whose data is on this machine (penyelia, admin)")
    held.add_argument("--csv", type=Path, metavar="F.csv", help="also write the list; restricted people are left out")
