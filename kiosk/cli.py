"""`loket …`: what the counter does, for support, bulk work and integration; the same use cases without a screen.

Answers are JSON on standard output, messages for people go to standard error. The exit code says which of four it was.
"""

from __future__ import annotations

import argparse
import codecs
import errno
import getpass
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from kiosk.config import default_data_folder
from models.rules.problems import Problem, Refused, Trouble

if TYPE_CHECKING:
    from datetime import date

    from kiosk.desk import Desk
    from kiosk.steps import Step
    from reports.sheets import Sheet

DONE, REFUSED, USED_WRONGLY, TROUBLE = 0, 1, 2, 3

_SYNC_SECONDS = 50.0
"""Ten seconds less than the command may take: starting and signing in count too."""

_PAPERS = (".pdf", ".png", ".jpg", ".jpeg")

T = TypeVar("T")

_HELP = """\
Loket PMI: registration, contributions and claims of Indonesian migrant workers at a mission's counter.
Without a command it opens the window."""

_EPILOG = """\
Commands that take data read one JSON object from FILE, or from standard input for "-", and print JSON.
Money is in the main unit: 494500 or "12.345". An absent field is the same as null.

exit codes: 0 done · 1 refused by a rule ({"problems":[{"field","code","message"}]}) · 2 used wrongly ·
3 trouble with the world (disk, password, line): the message says what to do

environment: LOKET_PASSWORD the operator's password · LOKET_OPERATOR who signs in · LOKET_DATA the data folder ·
LOKET_NEW_PASSWORD the password to set (staff add, staff password, recover) · LOKET_RECOVERY_CODE (recover)"""

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

_PAYMENT = """\
fields: worker_id*, programme (JKK+JKM|JHT) with months, for JHT also monthly_idr (default: the tariff's minimum),
  or lines [{programme, months, monthly_idr}]; tender (cash|bank_slip|kode_iuran) with currency (default IDR),
  received (default: exactly what is due), reference, or tenders [{tender, currency, received, reference}];
  request_id: the same again with the same content gets the first answer.

answer: {"receipt", "amount_idr", "amount", "currency", "change", "covered_from", "covered_to", "provisional",
  "lines", "warnings", "pdf"}; covered_* are those of the first line, pdf is null where it could not be written"""

_PLACEMENT = """\
fields: country (default: the mission's), scheme (p3mi|g2g|g2p|ukps|perseorangan), event (new|extension|re-entry|late),
  extension_of (a placement's id; with event extension found by the dates), employer,
  employer_kind (company|household|ship), job, agency, p3mi, contract_number, legalisation_number, contract_start,
  contract_end, months (what the contract says), departure, arrival (back in Indonesia).
correct takes the whole contract as it is to be; what stood before stays in the history.

answer: {"placement_id", "worker_id", "warnings": [{field, code, message}]}"""

_SHOW = """\
phase (of today) and the phase of each placement: {"kind": before|during|after|outside|unknown, "first", "last",
  "certain", "evidence": [{what, day}], "missing": [departure|contract_start|contract_end|arrival|earlier], "placement",
  "said"}"""

_CLAIM = """\
fields: worker_id*, kind* (e.g. JKK-CACAT-TOTAL), event_date*, description, documents [{kind, path}] (PDF, JPEG, PNG),
  filed_by (worker|heir|mission; default worker), filer_name, filer_phone. What is missing never refuses a claim.

answer: {"claim", "claim_id", "missing", "warnings", "pdf"}"""

_IMPORT = """\
FILE is CSV (; , tab or |; UTF-8, UTF-16 or Windows-1252) or XLSX. Columns are known by their names in Indonesian and
English; --mapping says which field others are: {"fields": {"Panggilan": "name", "Golongan": null}, "order": "mdy"},
and is remembered for lists with the same columns. Fields are those of register; heirs[0].name to heirs[2].birth_date;
birth_place_date ("MALANG, 12-03-1994"). "order" is dmy or mdy where the dates do not show it.

Each row is one transaction. The same row again, in whatever file, is "already" there, so a run that was stopped or
killed is taken up by the same command. exit 1 when a row was refused.

answer: {"rows", "registered", "already", "refused", "skipped", "dry_run", "columns": {name: field},
  "notes": [{"column", "code", "message"}],
  "problems": [{"row", "column", "value", "field", "code", "message"}], "result"};
  in a dry run "registered" are those who would be"""

_EXPORT = """\
The columns are those that import knows by name. NIK and account numbers are masked; --full shows them, for penyelia and
admin only. Nobody who asked that their data be processed no further is in it: "held_back" counts them.

answer: {"file", "rows", "held_back"}"""


_MRZ = """\
No counter is needed and nothing is kept. Every check digit must be right as it was read.

answer: {"mrz" (the two lines; what `register` takes by that name), "name", "surname", "given", "number", "birth_date",
  "sex", "kind", "expiry", "issuer", "nationality", "personal_number", "warnings"}"""


_LOOKUP = """\
fields: nik, passport_number, old_passports [..], kpj, other_kpjs [..], or name with birth_date; name_on_id_card, sex,
  mother_name, phone and whatsapp help to tell persons apart. The centre keeps who asked.

answer: {"found": [{worker_id, strength (strong|possible), score, reasons [codes], explained, name, birth_date, sex,
  passport_end, nik_end (the last four), mission, registered (year), held}], "more"}; then: loket borrow WORKER_ID"""


_CONSENT = """\
answer: {"worker_id", "consent" (given|withdrawn|null), "restricted", "act_before" (null, or until when a withdrawal
  has to be acted on), "consents", "restrictions"}; with --text {"version", "language", "valid_from", "text"}"""


class UsedWrongly(Exception):
    """The command line or its JSON is not what the command takes."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise UsedWrongly(f"{message}\n{self.format_usage().strip()}")


class _MixedParser(_Parser):
    """Takes what need not be given also after options: `add WORKER --kind paspor FILE`."""

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._mixing:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


def window_folder(arguments: Sequence[str]) -> Path | None:
    """The data folder if these arguments ask for the window, None if they name a command or an option."""
    rest = list(arguments)
    folder = default_data_folder()
    while rest:
        first = rest.pop(0)
        if first == "--data" and rest:
            folder = Path(rest.pop(0))
        elif first.startswith("--data="):
            folder = Path(first.removeprefix("--data="))
        else:
            return None
    return folder


def main_without_window(arguments: Sequence[str]) -> int:
    """Run one command and say how it went."""
    from models.sentences import trouble_sentence

    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8, whatever the machine's language settings say.
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        options = _parser().parse_args(list(arguments))
        return int(options.run(options) or DONE)
    except SystemExit as asked:  # --help and --version
        return int(asked.code or DONE)
    except UsedWrongly as wrong:
        _say(str(wrong))
        return USED_WRONGLY
    except Refused as refusal:
        alike = getattr(refusal, "candidates", ())
        _answer(
            {"problems": _warnings(refusal.problems)}
            | ({"candidates": [_candidate(one) for one in alike]} if alike else {})
        )
        return REFUSED
    except Trouble as trouble:
        _say(trouble_sentence(trouble))
        return TROUBLE
    except KeyboardInterrupt:
        _say("Dihentikan.")
        return TROUBLE
    except BrokenPipeError:
        # Whoever read the answer has gone; Python is not to complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return TROUBLE
    except OSError as error:
        path = error.filename or "stdout"
        _say(trouble_sentence(Trouble("world.file", path=path, said=error.strerror or str(error))))
        return TROUBLE
    except Exception as error:
        _say_fault(error, _folder_of(arguments))
        return TROUBLE


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="the counter's data folder")
    common.add_argument("--operator", metavar="NAME", help="who signs in (default: the person init made)")
    parser = _Parser(
        prog="loket",
        description=_HELP,
        epilog=_EPILOG,
        parents=[common],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    from importlib.metadata import version

    parser.add_argument("--version", action="version", version=f"loket-pmi {version('loket-pmi')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser, required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int | None], about: str, more: str = ""
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=more,
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    init = command("init", _init, "make a terminal that can work at once; prints the recovery code")
    init.add_argument("--mission", required=True, metavar="CODE", help="the mission, e.g. TPE")
    init.add_argument("--series", required=True, metavar="SERIES", help="this counter's number series, e.g. TPE3")
    init.add_argument("--name", help="the operator's name on paper, e.g. 'Rina W.'")
    init.add_argument("--paper", type=Path, metavar="F.pdf", help="also write the recovery code as a page to be kept")

    recover = command("recover", _recover, "set a new password with the printed recovery code (LOKET_RECOVERY_CODE)")
    recover.add_argument("login", help="whose password")

    enrol = command("enrol", _enrol, "certify this terminal at a centre, with a code the centre gave out")
    enrol.add_argument("--centre", required=True, metavar="URL")
    enrol.add_argument("--code", required=True)

    for name, run, about, more in (
        ("register", _register, "register a worker", _REGISTRATION),
        ("quote", _quote, "what a payment would cost, without recording it", _PAYMENT),
        ("pay", _pay, "take a payment; prints the receipt's number and the PDF's path", _PAYMENT),
        ("claim", _claim, "take a claim in, with its documents", _CLAIM),
    ):
        command(name, run, about, more).add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')

    take = command("import", _import, "register everybody on a placement company's or outreach list", _IMPORT)
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--mapping", metavar="F.json", help="which column is which field, beside what is known")
    take.add_argument("--dry-run", action="store_true", help="say what would happen and record nothing")
    take.add_argument("--result", type=Path, metavar="F.csv|F.xlsx", help="write a line for every row")
    take.add_argument(
        "--sheet", metavar="NAME", help="the sheet of a workbook (default: the first that holds anything)"
    )
    give = command("export", _export, "write workers to a list", _EXPORT)
    give.add_argument("file", type=Path, metavar="F.csv|F.xlsx")
    give.add_argument("--full", action="store_true", help="NIK and account numbers unmasked (penyelia, admin)")
    give.add_argument("--search", metavar="TEXT", help="only those that this finds")

    amend = command("amend", _amend, "correct a worker: the fields that are named", _AMENDMENT)
    amend.add_argument("worker_id")
    amend.add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')
    amend.add_argument("--reason", default="", help="why, for the history")
    candidates = command("candidates", _candidates, "who here may be the same person, and why")
    candidates.add_argument("who", metavar="WORKER|FILE", help='a worker\'s id, or registration JSON; "-" reads it')
    compare = command("compare", _compare, "say of two workers whether they are one person; nothing is joined yet")
    compare.add_argument("worker_id")
    compare.add_argument("other_id")
    word = compare.add_mutually_exclusive_group(required=True)
    word.add_argument("--same", action="store_true")
    word.add_argument("--different", action="store_true")
    merge = command("merge", _merge, "join two workers into one person (penyelia, admin); both keep their papers")
    merge.add_argument("worker_id", help="who goes on")
    merge.add_argument("other_id", help="who is gathered under them")
    unmerge = command("unmerge", _unmerge, "undo a merge (penyelia, admin)")
    unmerge.add_argument("merge_id")
    for joining in (compare, merge, unmerge):
        joining.add_argument("--remark", default="", help="why, for the history")
    told = command("history", _history, "what was changed of a worker, by whom, from what to what, and why")
    told.add_argument("worker_id")
    told.add_argument("--reveal", action="store_true", help="also what somebody changed whose data are restricted")
    search = command("search", _search, "find workers by name, NIK, passport, KPJ, phone or receipt number")
    search.add_argument("text", nargs="+")
    show = command("show", _show, "all the ledger knows of a worker", _SHOW)
    show.add_argument("worker_id")
    show.add_argument(
        "--reveal", action="store_true", help="NIK and account in full, and who it is where the data are restricted"
    )
    consent = command("consent", _consent, "what a worker agreed to; record it, or that it is taken back", _CONSENT)
    consent.add_argument("worker_id")
    consent_act = consent.add_mutually_exclusive_group()
    consent_act.add_argument("--give", action="store_true", help="the worker agrees to the text")
    consent_act.add_argument("--withdraw", action="store_true", help="the worker takes the consent back")
    consent_act.add_argument("--text", action="store_true", help="print the text instead")
    consent.add_argument("--version-of-text", metavar="V", help="default: the version in force today")
    consent.add_argument("--language", default="id", help="id or en (default: id)")
    consent.add_argument("--remark", default="", help="why, in the worker's words")
    own = command("subject-access", _subject_access, "everything known of a worker, for them: «cetak data saya»")
    own.add_argument("worker_id", metavar="WORKER")
    own.add_argument("--out", type=Path, metavar="F.pdf")
    own.add_argument("--json", action="store_true", help="print it as JSON as well")
    restrict = command("restrict", _restrict, "restrict a worker's data at their request, or lift that again")
    restrict.add_argument("worker_id")
    restrict.add_argument("--lift", action="store_true")
    restrict.add_argument("--remark", default="", help="what the worker said (required)")
    receipt = command("receipt", _receipt, "make a receipt or claim slip again from the journal; copies are marked")
    receipt.add_argument("number")
    receipt.add_argument("--out", required=True, type=Path, metavar="F.pdf")
    check = command("check", _check, "whether a paper is genuine: its token, a picture of it, or its PDF")
    check.add_argument("token", metavar="TOKEN|IMAGE|PDF")
    mrz = command("mrz", _mrz, "read the two lines of a passport's page, scanned or photographed", _MRZ)
    mrz.add_argument("file", type=Path, metavar="FILE", help="a picture or PDF of the page")
    command(
        "lookup", _lookup, "ask the centre whether a person is registered at another mission", _LOOKUP
    ).add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')
    borrow = command("borrow", _borrow, "have a worker of another mission here, with all that was recorded of them")
    borrow.add_argument("worker_id")
    sync = command("sync", _sync, "exchange work with the centre")
    sync.add_argument("--centre", metavar="URL", help="another address, for this call only")
    command("verify", _verify, "read the whole journal and ledger again and say what is wrong first")
    command("status", _status, "how this terminal stands")
    held = command("holdings", _holdings, "whose data is on this machine (penyelia, admin)")
    held.add_argument("--csv", type=Path, metavar="F.csv", help="also write the list; restricted people are left out")

    def part_of(group: argparse.ArgumentParser) -> Callable[..., argparse.ArgumentParser]:
        parts = group.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser, required=True)

        def action(
            name: str, run: Callable[[argparse.Namespace], int | None], about: str, more: str = ""
        ) -> argparse.ArgumentParser:
            made = parts.add_parser(
                name,
                help=about,
                description=about,
                epilog=more,
                parents=[common],
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
            made.set_defaults(run=run)
            return made

        return action

    action = part_of(command("placement", _placement_list, "a worker's contracts abroad"))
    listed = action("list", _placement_list, "every version ever written down, the last first")
    listed.add_argument("worker_id")
    listed.add_argument("--reveal", action="store_true", help="also who employs somebody whose data are restricted")
    add = action("add", _placement_add, "record a further contract, or an extension of one", _PLACEMENT)
    add.add_argument("worker_id")
    correct = action("correct", _placement_correct, "put right a contract that was written down wrongly", _PLACEMENT)
    correct.add_argument("placement_id")
    correct.add_argument("--reason", default="", help="why, for the history")
    for parser_of_file in (add, correct):
        parser_of_file.add_argument("file", metavar="FILE", help='JSON; "-" reads standard input')

    action = part_of(command("staff", _staff_list, "who may sign in here"))

    action("list", _staff_list, "everybody on the mission's list")
    add = action("add", _staff_add, "give a person a password at this counter")
    add.add_argument("login")
    add.add_argument("--name", help="as printed on papers")
    add.add_argument("--role", default="petugas", help="petugas, penyelia or admin")
    action("disable", _staff_disable, "take a person off the list").add_argument("login")
    password = action("password", _staff_password, "set a new password: one's own, or (penyelia, admin) another's")
    password.add_argument("login", nargs="?")
    document = command("document", _document_list, "a worker's papers: keep one, list them, get one back")
    papers: Any = document.add_subparsers(dest="action", metavar="ACTION", parser_class=_MixedParser, required=True)

    def paper(name: str, run: Callable[[argparse.Namespace], int | None], about: str) -> argparse.ArgumentParser:
        from models.rules.documents import worker_document_kinds

        kinds = "kinds: " + ", ".join(worker_document_kinds())
        made: argparse.ArgumentParser = papers.add_parser(
            name, help=about, description=about, epilog=kinds, parents=[common]
        )
        made.set_defaults(run=run)
        return made

    keep = paper("add", _document_add, "keep a picture or PDF, or a page from the scanner, with a worker")
    keep.add_argument("worker_id", metavar="WORKER")
    keep.add_argument("file", nargs="?", type=Path, metavar="FILE")
    keep.add_argument("--kind", required=True, help="what paper it is, e.g. paspor")
    keep.add_argument("--scan", action="store_true", help="take the page from the scanner")
    keep.add_argument("--turn", type=int, default=0, choices=(0, 90, 180, 270), help="degrees clockwise")
    paper("list", _document_list, "the papers kept with a worker").add_argument("worker_id", metavar="WORKER")
    fetch = paper("get", _document_get, "write a paper to a file; the centre is asked where it is not here")
    fetch.add_argument("sha256", metavar="SHA", help="as list shows it")
    fetch.add_argument("--out", required=True, type=Path, metavar="F")
    return parser


# --- terminal ---


def _init(options: argparse.Namespace) -> None:
    from kiosk.queries.papers import recovery_paper
    from kiosk.usecases.terminals import initialise
    from reports.recovery import render_recovery

    login = _login(options) or "admin"
    if options.paper:
        _writable(options.paper)
    desk, code = initialise(
        _folder(options),
        mission_code=options.mission,
        series=options.series,
        login=login,
        password=_secret("LOKET_PASSWORD", f"Kata sandi baru untuk {login}: ", twice=True),
        name=options.name,
    )
    with desk, desk.read() as work:
        _answer(
            {
                "terminal": str(work.terminal.id),
                "mission": work.mission,
                "series": work.terminal.series,
                "operator": desk.operator.login,
                "recovery_code": code,
            }
        )
        if options.paper:
            _write_private(options.paper, render_recovery(recovery_paper(work, code)))
    _say("Simpan kode pemulihan di brankas perwakilan: tanpa kode atau kata sandi, data loket ini tidak dapat dibuka.")


def _recover(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import recover

    code = _secret("LOKET_RECOVERY_CODE", "Kode pemulihan: ")
    login = options.login.strip().lower()
    recover(_folder(options), code, login, _new_password(f"Kata sandi baru untuk {login}: "))
    _answer({"login": login, "changed": True})


def _enrol(options: argparse.Namespace) -> None:
    from kiosk.sync.enrol import enrol

    with _desk(options) as desk:
        enrol(desk, options.centre, options.code)
        _answer(_standing(desk))


def _lookup(options: argparse.Namespace) -> None:
    from kiosk.sync.lookup import Sought, look_up
    from models.sentences import explain

    sought = _read(options.file, Sought)
    with _desk(options) as desk:
        answer = look_up(desk, sought)
        _answer(
            {
                "found": [
                    {
                        "worker_id": str(one.worker_id),
                        "strength": one.likeness.strength,
                        "score": one.likeness.score,
                        "reasons": [reason.code for reason in one.likeness.reasons],
                        "explained": explain(one.likeness),
                        "name": one.name,
                        "birth_date": _iso(one.birth_date),
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

    with _desk(options) as desk:
        _answer({"worker_id": str(borrow(desk, worker_id(options.worker_id)))})


def _sync(options: argparse.Namespace) -> int:
    from kiosk.sync.sync import sync
    from models.sentences import trouble_sentence

    with _desk(options) as desk:
        report = sync(desk, centre=options.centre, deadline=_SYNC_SECONDS)
        _answer(
            {
                "pushed": report.pushed,
                "pulled": report.pulled,
                "statement": report.statement_verified and report.covers_head,
                "pending": report.pending,
            }
        )
        if report.trouble is not None:
            _say(trouble_sentence(report.trouble))
            return TROUBLE
        return DONE


def _verify(options: argparse.Namespace) -> int:
    from kiosk.usecases.verify import verify
    from models.sentences import trouble_sentence

    with _desk(options) as desk:
        try:
            found = verify(desk)
        except Trouble as trouble:
            _answer({"ok": False, "code": trouble.code, "message": trouble_sentence(trouble)})
            raise
        _answer(
            {
                "ok": True,
                "own_entries": found.own_entries,
                "pulled_entries": found.pulled_entries,
                "pulled_without_key": found.pulled_without_key,
                "ledger": found.tables,
            }
        )
    return DONE


def _status(options: argparse.Namespace) -> None:
    with _desk(options) as desk:
        _answer(_standing(desk))


def _holdings(options: argparse.Namespace) -> None:
    from kiosk.desk import require_role
    from kiosk.queries.holdings import holdings, people_here
    from reports.sheets import Sheet, render_csv

    with _desk(options) as desk:
        require_role(desk.operator, "penyelia", "admin")
        if options.csv:
            _writable(options.csv)
        seen = holdings(desk)
        if options.csv:
            people = [one for one in people_here(desk, None) if not one.restricted]
            rows = tuple((one.name, one.birth_date, one.passport, one.phone, str(one.worker_id)) for one in people)
            columns = ("Nama", "Tanggal lahir", "Paspor", "Telepon", "ID pekerja")
            _write_private(options.csv, render_csv(Sheet(f"Data di {seen.series}", columns, rows)))
            _say(f"{len(rows)} orang ditulis; {seen.restricted} yang dibatasi tidak ikut.")
    _answer(
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
            "last_synced": _iso(seen.last_synced),
            "csv": str(options.csv) if options.csv else None,
        }
    )


def _standing(desk: Desk) -> dict[str, Any]:
    from kiosk.queries.home import counts, place, sync_state

    here, state = place(desk), sync_state(desk)
    with desk.read() as work:
        terminal = work.terminal
    return {
        "terminal": str(terminal.id),
        "incarnation": terminal.incarnation,
        "mission": here.mission,
        "series": terminal.series,
        "enrolled": terminal.certified,
        "centre": state.centre_url,
        "sync": state.kind,
        "pending": state.waiting,
        "documents_pending": state.documents_waiting,
        "last_synced": state.last_synced.isoformat() if state.last_synced else None,
        "held": state.held,
        "problems": [{"verdict": verdict, "code": code, "entries": n} for verdict, code, n in state.problems],
        "operator": desk.operator.login,
        "data": str(desk.folder),
        **counts(desk),
    }


# --- work ---


def _register(options: argparse.Namespace) -> None:
    from kiosk.forms.registration import Registration
    from kiosk.usecases.workers import register

    form = _read(options.file, Registration)
    with _desk(options) as desk:
        done = register(desk, form)
    _answer({"worker_id": str(done.worker_id), "warnings": _warnings(done.warnings)})


def _placement_list(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.placements import history

    with _desk(options) as desk:
        _answer(
            [
                {
                    **{field: _iso(getattr(one.row, field)) for field in one.row.__slots__},
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

    form = _read(options.file, PlacementForm)
    with _desk(options) as desk:
        _answer(_recorded(record(desk, worker_id(options.worker_id), form)))


def _placement_correct(options: argparse.Namespace) -> None:
    from kiosk.forms.placement import PlacementForm
    from kiosk.usecases.placements import correct

    form = _read(options.file, PlacementForm)
    try:
        placement_id = UUID(options.placement_id)
    except ValueError as error:
        raise Refused(Problem("placement_id", "placement.unknown")) from error
    with _desk(options) as desk:
        _answer(_recorded(correct(desk, placement_id, form, options.reason)))


def _recorded(done: Any) -> dict[str, Any]:
    return {
        "placement_id": str(done.placement_id),
        "worker_id": str(done.worker_id),
        "warnings": _warnings(done.warnings),
    }


def _amend(options: argparse.Namespace) -> None:
    import msgspec

    from kiosk.forms.payment import worker_id
    from kiosk.forms.registration import Registration
    from kiosk.queries.workers import card
    from kiosk.usecases.workers import amend, form_of, settle

    named = _object(options.file)
    given = _as_form(named, Registration)
    who = worker_id(options.worker_id)
    with _desk(options) as desk:
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
    _answer({"worker_id": str(who), "warnings": _warnings(warnings)})


def _candidates(options: argparse.Namespace) -> None:
    from kiosk.forms.registration import Registration
    from kiosk.queries.candidates import like_worker
    from kiosk.usecases.workers import candidates

    who = _uuid(options.who)
    form = Registration() if who is not None else _read(options.who, Registration)
    with _desk(options) as desk:
        found = like_worker(desk, who) if who is not None else candidates(desk, form)
        _answer([_candidate(one) for one in found])


def _candidate(one: Any) -> dict[str, Any]:
    from models.rules.nik import mask_nik
    from models.sentences import explain

    return {
        "worker_id": str(one.id),
        "name": one.worker.name,
        "birth_date": _iso(one.worker.birth_date),
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
    with _desk(options) as desk:
        compare(desk, one, other, same=options.same, remark=options.remark)
    _answer({"worker_id": str(one), "other_id": str(other), "same": options.same})


def _merge(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.workers import card
    from kiosk.usecases.merges import merge

    one, other = worker_id(options.worker_id), worker_id(options.other_id, "other_id")
    with _desk(options) as desk:
        merge_id = merge(desk, one, other, options.remark)
        with desk.read() as work:
            day = work.today
        _answer({"merge_id": str(merge_id), **shown(card(desk, one), day)})


def _unmerge(options: argparse.Namespace) -> None:
    from kiosk.usecases.merges import unmerge

    merge_id = _uuid(options.merge_id)
    if merge_id is None:
        raise Refused(Problem("merge_id", "merge.unknown"))
    with _desk(options) as desk:
        unmerge(desk, merge_id, options.remark)
    _answer({"merge_id": str(merge_id), "undone": True})


def _history(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.history import history

    with _desk(options) as desk:
        found = history(desk, worker_id(options.worker_id), revealed=options.reveal)

    def rows(kind: Sequence[Any]) -> list[dict[str, Any]]:
        return [{field: _iso(getattr(row, field)) for field in row.__slots__} for row in kind]

    _answer(
        {
            "worker_id": str(found.worker_id),
            "registered_at": _iso(found.registered_at),
            "registered_by": found.registered_by,
            "changes": rows(found.changes),
            "merges": rows(found.joinings),
            "compared": rows(found.told),
        }
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _quote(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import quote_payment

    form = _read(options.file, Payment)
    with _desk(options) as desk:
        quoted = quote_payment(desk, form)
    if quoted.short is not None:
        where = "tenders" if form.tenders and len(form.tenders) > 1 else "tenders[0].received"
        raise Refused(form.as_written(Problem.of(where, "tender.short", missing=quoted.short)))
    cover = quoted.quote.lines[0].cover
    _answer(
        {
            "receipt": None,
            "amount_idr": quoted.quote.amount_idr,
            "amount": quoted.due.json(),
            "currency": quoted.due.currency,
            "change": quoted.change.json(),
            "covered_from": cover.covered_from.isoformat(),
            "covered_to": cover.covered_to.isoformat(),
            "provisional": quoted.quote.provisional,
            "lines": [_line(line) for line in quoted.quote.lines],
            "warnings": _warnings(quoted.warnings),
            "pdf": None,
        }
    )


def _pay(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import receive

    form = _read(options.file, Payment)
    with _desk(options) as desk:
        folder = _print_folder(desk)
        received = receive(desk, form)
        _answer(
            {
                "receipt": received.number,
                "amount_idr": received.amount_idr,
                "amount": received.due.json(),
                "currency": received.due.currency,
                "change": received.change.json(),
                "covered_from": received.covered_from.isoformat(),
                "covered_to": received.covered_to.isoformat(),
                "provisional": received.provisional,
                "lines": [_line(line) for line in received.lines],
                "warnings": _warnings(received.warnings),
                "pdf": _issued(desk, received.number, folder),
            }
        )


def _claim(options: argparse.Namespace) -> None:
    from kiosk.forms.claim import ClaimForm
    from kiosk.usecases.claims import file

    form = _read(options.file, ClaimForm)
    with _desk(options) as desk:
        folder = _print_folder(desk)
        filed = file(desk, form, _documents(form.documents or ()))
        _answer(
            {
                "claim": filed.number,
                "claim_id": str(filed.claim_id),
                "missing": [requirement.key for requirement in filed.missing],
                "warnings": _warnings(filed.warnings),
                "pdf": _issued(desk, filed.number, folder),
            }
        )


def _documents(forms: Sequence[Any]) -> list[Any]:
    """Read the files a claim names, all problems at once."""
    from kiosk.devices.pictures import LARGEST_DOCUMENT
    from kiosk.usecases.claims import Document

    problems, found = [], []
    for at, form in enumerate(forms):
        where = f"documents[{at}]"
        problems += [Problem(f"{where}.{field}", "required") for field in ("kind", "path") if not getattr(form, field)]
        if not form.path:
            continue
        path = Path(form.path)
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_DOCUMENT + 1)
        except (OSError, ValueError) as error:  # a name with a NUL in it
            said = getattr(error, "strerror", None) or str(error)
            problems.append(Problem.of(f"{where}.path", "document.not_readable", file=path.name, said=said))
        else:
            found.append(Document(form.kind or "", path.name, content))
    if problems:
        raise Refused(*problems)
    return found


def _import(options: argparse.Namespace) -> int:
    from kiosk.forms.importing import Columns
    from kiosk.steps import finish
    from kiosk.usecases import importing
    from models.sentences import sentence, trouble_sentence

    chosen = _read(options.mapping, Columns) if options.mapping else None
    if options.result:
        _sheet_kind(options.result)
        _writable(options.result)
        if options.result.exists() and options.file.exists() and options.result.samefile(options.file):
            raise UsedWrongly("--result would overwrite FILE")
    stopped: Trouble | KeyboardInterrupt | None = None
    with _desk(options) as desk:
        read = finish(importing.read_file(desk, options.file, options.sheet))
        found, columns = read.found, read.columns.but(chosen) if chosen else read.columns
        seen = importing.look(desk, found, columns)
        if seen.problems:
            raise Refused(*seen.problems)
        if chosen:
            importing.remember(desk, found, columns)
        if options.dry_run:
            outcomes = finish(importing.try_out(desk, found, columns), _progress())
        else:
            run = importing.Import(desk, found, columns)
            try:
                finish(run.steps(), _progress())
            except (Trouble, KeyboardInterrupt) as reason:
                stopped = reason
            outcomes = run.outcomes()
    counts = importing.tally(outcomes)
    if options.result:
        _write_sheet(options.result, importing.result_sheet(found, outcomes))
    _answer(
        {
            "rows": counts.rows,
            "registered": counts.registered,
            "already": counts.already,
            "refused": counts.refused,
            "skipped": counts.skipped,
            "dry_run": options.dry_run,
            "columns": columns.fields,
            "notes": [{"column": one.field, "code": one.code, "message": sentence(one)} for one in seen.notes],
            "problems": [
                {
                    "row": one.row,
                    "column": one.column,
                    "value": one.value,
                    "field": one.problem.field,
                    "code": one.problem.code,
                    "message": one.sentence,
                }
                for one in importing.problems_of(outcomes)
            ],
            "result": str(options.result) if options.result else None,
        }
    )
    if stopped is not None:
        _say(trouble_sentence(stopped) if isinstance(stopped, Trouble) else "Dihentikan.")
        return TROUBLE
    return REFUSED if counts.refused else DONE


def _export(options: argparse.Namespace) -> None:
    from kiosk.steps import finish
    from kiosk.usecases.exporting import export

    kind = _sheet_kind(options.file)
    _writable(options.file)
    with _desk(options) as desk:
        made = finish(export(desk, full=options.full, found_by=options.search, kind=kind), _progress())
    _write_sheet(options.file, made.sheet)
    _answer({"file": str(options.file), "rows": len(made.sheet.rows), "held_back": made.held_back})


def _sheet_kind(path: Path) -> str:
    """How a sheet is written there. Refused `sheet.ending`."""
    from reports.sheets import KINDS

    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Refused(Problem.of("file", "sheet.ending", file=path.name))
    return kind


def _write_sheet(path: Path, sheet: Sheet) -> None:
    from reports.sheets import render_sheet

    _write_private(path, render_sheet(sheet, _sheet_kind(path)))


def _progress() -> Callable[[Step], None]:
    """Says how far it is on standard error, once a second."""
    from time import monotonic

    said_at = monotonic()

    def tell(step: Step) -> None:
        nonlocal said_at
        if (now := monotonic()) - said_at >= 1:
            said_at = now
            _say(f"{step.done}/{step.of}")

    return tell


def _search(options: argparse.Namespace) -> None:
    from kiosk.queries.workers import search
    from models.rules.nik import mask_nik

    with _desk(options) as desk:
        _answer(
            [
                {
                    "worker_id": str(row.id),
                    "name": row.name,
                    "birth_date": _iso(row.birth_date),
                    "passport_number": row.passport_number,
                    "nik": mask_nik(row.nik) if row.nik else None,
                    "employer": row.employer,
                    "registered": row.registered,
                    "restricted": row.restricted,
                    "cover": {"state": row.cover.kind, "covered_to": _iso(row.cover.covered_to)},
                    "matched": row.matched and {"kind": row.matched.kind, "value": row.matched.value},
                }
                for row in search(desk, " ".join(options.text))
            ]
        )


def _show(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.workers import card

    with _desk(options) as desk:
        person = card(desk, worker_id(options.worker_id), revealed=options.reveal)
        with desk.read() as work:
            day = work.today
        _answer(shown(person, day, revealed=options.reveal))


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
        **{field: _iso(value) for field, value in identity.items()},
        "name": card.name,
        "heirs": list(card.heirs),
        "phase": _phase(card.phase_on(day)),
        "placements": [
            {
                **{field: _iso(getattr(placement, field)) for field in placement.__slots__},
                "phase": _phase(phase_on(day, [placement.contract.stay])),
            }
            for placement in card.placements
        ],
        "cover": {
            programme: {"state": state.kind, "covered_to": _iso(state.covered_to)}
            for programme, state in card.states.items()
        },
        "consent_at": _iso(card.consent_at),
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
                "lines": [{field: _iso(getattr(line, field)) for field in line.__slots__} for line in row.lines],
            }
            for row in card.receipts
        ],
        "claims": [
            {
                "claim": row.number,
                "claim_id": str(row.id),
                "kind": row.benefit,
                "name": row.name,
                "event_date": row.event_date.isoformat(),
                "filed_on": row.business_date.isoformat(),
                "filed_by": row.filed_by,
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
        "first": _iso(phase.first),
        "last": _iso(phase.last),
        "certain": phase.certain,
        "evidence": [{"what": one.what, "day": one.day.isoformat()} for one in phase.evidence],
        "missing": list(phase.missing),
        "placement": _iso(phase.placement),
        "said": list(explain_phase(phase)),
    }


# --- personal data ---


def _consent(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.forms.registration import Consent
    from kiosk.queries.privacy import privacy_card
    from kiosk.usecases.privacy import give_consent, withdraw_consent

    text = Consent(version=options.version_of_text, language=options.language)
    with _desk(options) as desk:
        who = worker_id(options.worker_id)
        if options.text:
            with desk.read() as work:
                said = text.checked(work.today)
            _answer(
                {
                    "version": said.version,
                    "language": said.language,
                    "valid_from": said.valid_from.isoformat(),
                    "text": "\n".join(said.paragraphs()),
                }
            )
        elif options.give:
            _answer(_privacy(give_consent(desk, who, text)))
        elif options.withdraw:
            _answer(_privacy(withdraw_consent(desk, who, options.remark)))
        else:
            _answer(_privacy(privacy_card(desk, who)))


def _subject_access(options: argparse.Namespace) -> None:
    import msgspec

    from kiosk.forms.payment import worker_id
    from kiosk.usecases.subject_access import subject_access
    from reports.subject_access import render_subject_access

    if not options.out and not options.json:
        raise UsedWrongly("subject-access: name a file with --out, or ask for --json")
    with _desk(options) as desk:
        if options.out:
            _writable(options.out)
        paper = subject_access(desk, worker_id(options.worker_id))
        if options.out:
            _write_private(options.out, render_subject_access(paper))
    answer: dict[str, Any] = {"worker_id": paper.worker_id, "pdf": str(options.out) if options.out else None}
    if options.json:
        answer |= {
            one.code: [msgspec.to_builtins(fact) for fact in one.facts] or list(one.notes) for one in paper.sections
        }
    _answer(answer)


def _restrict(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.usecases.privacy import lift_restriction, restrict

    act = lift_restriction if options.lift else restrict
    with _desk(options) as desk:
        _answer(_privacy(act(desk, worker_id(options.worker_id), options.remark)))


def _privacy(card: Any) -> dict[str, Any]:
    return {
        "worker_id": str(card.id),
        "consent": card.consent,
        "restricted": card.restricted,
        "act_before": _iso(card.task.due) if card.task else None,
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


# --- papers ---


def _receipt(options: argparse.Namespace) -> None:
    from kiosk.usecases.papers import issue, note

    with _desk(options) as desk:
        _writable(options.out)
        paper = issue(desk, options.number)
        try:
            _write_private(options.out, paper.pdf)
        except OSError:
            note(desk, paper.job, "failed")
            raise
        note(desk, paper.job, "confirmed")
        _answer({"receipt": paper.number, "copy": paper.copy, "pdf": str(options.out)})


def _check(options: argparse.Namespace) -> None:
    from kiosk.usecases.checks import check, tokens_in

    path = _file_meant(options.token)
    with _desk(options) as desk:
        text = options.token
        if path is not None:
            texts = tokens_in(path.read_bytes(), _media_of(path))
            if not texts:
                raise Refused(Problem.of("token", "token.not_found", file=path.name))
            text = texts[0]
        try:
            found = check(desk, text)
        except Refused as refusal:
            _answer({"genuine": False, "problems": _warnings(refusal.problems)})
            return
        facts = found.facts
        answer: dict[str, Any] = {
            "genuine": found.genuine,
            "known_here": found.known_here,
            "counter": found.counter,
            "terminals": found.terminals,
            "terminals_listed": _iso(found.listed_at),
        }
        if found.problem:
            answer["problems"] = _warnings([found.problem])
        if facts:
            answer |= {
                "kind": facts.kind,
                "number": facts.number,
                "date": facts.issued_on.isoformat(),
                "initials": facts.initials,
                "passport_end": facts.passport_end,
                "lines": [
                    {
                        "programme": line.programme,
                        "months": line.months,
                        "covered_from": line.covered_from.isoformat(),
                        "covered_to": line.covered_to.isoformat(),
                    }
                    for line in facts.lines
                ],
                "amount_idr": facts.amount_idr,
                "amount": facts.amount.json() if facts.amount else None,
                "currency": facts.amount.currency if facts.amount else None,
            }
        _answer(answer)


def _file_meant(given: str) -> Path | None:
    """The file, where the text is one's name; None where it is a token."""
    path = Path(given)
    with suppress(OSError):  # a token is too long for a name
        if path.is_file():
            return path
    if path.suffix.lower() in _PAPERS:
        raise Trouble("world.file", path=path, said=os.strerror(errno.ENOENT))
    return None


def _media_of(path: Path) -> str:
    from kiosk.devices.pictures import media_type

    with path.open("rb") as file:
        return media_type(file.read(16)) or "application/octet-stream"


def _mrz(options: argparse.Namespace) -> None:
    from datetime import UTC

    from kiosk.devices.clock import system_clock
    from kiosk.usecases.mrz import read_page

    page = read_page(_content_of(options.file), options.file.name, system_clock().astimezone(UTC).date())
    said = page.passport
    _answer(
        {
            "mrz": list(page.lines),
            "name": said.name,
            "surname": said.surname,
            "given": said.given,
            "number": said.number,
            "birth_date": _iso(said.birth_date),
            "sex": said.sex,
            "kind": said.kind,
            "expiry": said.expiry.isoformat(),
            "issuer": said.issuer,
            "nationality": said.nationality,
            "personal_number": said.personal_number,
            "warnings": _warnings(page.warnings),
        }
    )


def _document_add(options: argparse.Namespace) -> None:
    from kiosk.devices.scanner import ScanimageScanner
    from kiosk.forms.payment import worker_id
    from kiosk.usecases.documents import keep_document
    from models.rules.documents import worker_document_kind

    if options.scan == (options.file is not None):
        raise UsedWrongly("either FILE or --scan")
    kind = worker_document_kind(options.kind)
    with _desk(options) as desk:
        name = f"{kind}.jpg" if options.scan else options.file.name
        content = ScanimageScanner().scan() if options.scan else _content_of(options.file)
        kept = keep_document(desk, worker_id(options.worker_id), kind, content, name, turn=options.turn)
    _answer(
        {
            "document_id": str(kept.id),
            "sha256": kept.sha256.hex(),
            "size": kept.size,
            "media_type": kept.media_type,
            "warnings": _warnings(kept.warnings),
        }
    )


def _document_list(options: argparse.Namespace) -> None:
    from kiosk.forms.payment import worker_id
    from kiosk.queries.documents import of_worker

    with _desk(options) as desk:
        _answer(
            [
                {
                    "document_id": str(row.id),
                    "kind": row.kind,
                    "name": row.name,
                    "file_name": row.file_name,
                    "sha256": row.sha256.hex(),
                    "size": row.size,
                    "media_type": row.media_type,
                    "kept_at": row.kept_at.isoformat(),
                    "operator": row.operator,
                    "mission": row.mission,
                    "here": row.here,
                    "at_centre": row.at_centre,
                }
                for row in of_worker(desk, worker_id(options.worker_id))
            ]
        )


def _document_get(options: argparse.Namespace) -> None:
    from kiosk.queries.documents import known
    from kiosk.sync.documents import fetch

    try:
        digest = bytes.fromhex(options.sha256)
    except ValueError as error:
        raise UsedWrongly("SHA is 64 hexadecimal digits") from error
    with _desk(options) as desk:
        found = known(desk, digest)
        _writable(options.out)
        content = fetch(desk, digest)
        _write_private(options.out, content)
    _answer({"sha256": digest.hex(), "media_type": found, "size": len(content), "file": str(options.out)})


def _content_of(path: Path) -> bytes:
    """A document's bytes, one more than the largest at most. OSError."""
    from kiosk.devices.pictures import LARGEST_DOCUMENT

    with path.open("rb") as file:
        return file.read(LARGEST_DOCUMENT + 1)


def _issued(desk: Desk, number: str, folder: Path) -> str | None:
    """Write the paper to the print folder; None where that fails. The work is recorded by now, so nothing that
    happens to its paper may keep the number from whoever asked."""
    from kiosk.usecases.papers import issue_once, note
    from models.sentences import trouble_sentence

    job = None
    try:
        paper = issue_once(desk, number)
        job = paper.job
        path = folder / f"{paper.number}{f'-salinan-{paper.copy}' if paper.copy else ''}.pdf"
        _write_private(path, paper.pdf)
        note(desk, job, "confirmed")
        return str(path.absolute())
    except OSError as error:
        said = error.strerror or str(error)
    except Trouble as trouble:
        said = trouble_sentence(trouble)
    except Exception as error:
        _say_fault(error, desk.folder)
        said = type(error).__name__
    _say(trouble_sentence(Trouble("paper.not_written", number=number, said=said)))
    if job is not None:
        with suppress(Trouble):
            note(desk, job, "failed")
    return None


def _print_folder(desk: Desk) -> Path:
    """Where the command line leaves papers: nobody else can read it, and nothing stays there over a day.
    Checked before anything is recorded."""
    from kiosk.usecases.papers import print_folder

    return print_folder(desk.folder)


def _writable(path: Path) -> None:
    if not os.access(path.parent, os.W_OK) or path.is_dir():
        raise Trouble("world.file", path=path, said="tidak dapat ditulis")


def _write_private(path: Path, content: bytes) -> None:
    """Readable by nobody else; half a paper is taken away again. OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if not path.is_file():
            file.write(content)  # a pipe, or /dev/stdout
            return
        try:
            os.fchmod(descriptor, 0o600)
            file.write(content)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise


# --- staff ---


def _staff_list(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import everybody

    with _desk(options) as desk:
        _answer(
            [
                {
                    "login": person.row.login,
                    "name": person.row.name,
                    "role": person.row.role,
                    "active": person.row.active,
                    "here": person.here,
                }
                for person in everybody(desk)
            ]
        )


def _staff_add(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import add

    with _desk(options) as desk:
        added = add(
            desk,
            login=options.login,
            name=options.name or options.login.capitalize(),
            role=options.role,
            password=_new_password(f"Kata sandi baru untuk {options.login}: "),
        )
        _answer({"login": added.login, "name": added.name, "role": added.role, "operator_id": str(added.id)})


def _staff_disable(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import disable

    with _desk(options) as desk:
        rekeyed = disable(desk, options.login)
        _answer({"login": options.login.strip().lower(), "active": False, "rekeyed": rekeyed})


def _staff_password(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import change_password, reset_password

    old = _password()
    with _desk(options, old) as desk:
        own = desk.store.person.login if desk.store.person else desk.operator.login
        login = (options.login or own).strip().lower()
        new = _new_password(f"Kata sandi baru untuk {login}: ")
        if login == own:
            change_password(desk, login, old, new)
        else:
            reset_password(desk, login, new)
        _answer({"login": login, "changed": True})


# --- reading and answering ---


def _desk(options: argparse.Namespace, password: str | None = None) -> Desk:
    from kiosk.desk import Desk
    from kiosk.usecases.papers import sweep

    desk = Desk.open(_folder(options), _login(options), _password() if password is None else password)
    with suppress(OSError):  # whoever wants to write there is told
        sweep(desk.folder)
    return desk


def _folder(options: argparse.Namespace) -> Path:
    return getattr(options, "data", None) or default_data_folder()


def _folder_of(arguments: Sequence[str]) -> Path:
    """The data folder, however the command line came to grief."""
    for at, argument in enumerate(arguments):
        if argument.startswith("--data="):
            return Path(argument.removeprefix("--data="))
        if argument == "--data" and at + 1 < len(arguments):
            return Path(arguments[at + 1])
    return default_data_folder()


def _login(options: argparse.Namespace) -> str | None:
    return getattr(options, "operator", None) or os.environ.get("LOKET_OPERATOR") or None


def _password(prompt: str = "Kata sandi: ") -> str:
    return _secret("LOKET_PASSWORD", prompt)


def _new_password(prompt: str) -> str:
    return _secret("LOKET_NEW_PASSWORD", prompt, twice=True)


def _secret(variable: str, prompt: str, *, twice: bool = False) -> str:
    """From the environment, or asked for at the terminal: standard input may be the JSON."""
    if (given := os.environ.get(variable)) is not None:
        return given
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        raise UsedWrongly(f"no password: set {variable}, or run in a terminal to be asked") from error
    try:
        typed = getpass.getpass(prompt)
        if twice and getpass.getpass("Sekali lagi: ") != typed:
            raise UsedWrongly("the two passwords differ; nothing was changed")
    except EOFError as error:
        raise UsedWrongly("no password was typed") from error
    return typed


def _read(file: str, form: type[T]) -> T:
    """The JSON object in a file as this form. Refused and UsedWrongly like `_as_form`."""
    return _as_form(_object(file), form)


def _object(file: str) -> dict[str, Any]:
    """The JSON object in a file; UsedWrongly for anything else."""
    import msgspec

    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsedWrongly(f"{file}: {error.strerror}") from error
    # Decimals stay as they are written: 12.345 is money, and no binary fraction is.
    decoder = msgspec.json.Decoder(float_hook=str)
    try:
        given = decoder.decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsedWrongly(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsedWrongly("expected one JSON object")
    return given


def _as_form(given: dict[str, Any], form: type[T]) -> T:
    """The JSON object as this form. An impossible date or amount is a rule's problem; the rest is wrong use."""
    import msgspec

    try:
        return msgspec.convert(given, form)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at ")
        field = where.strip("`").removeprefix("$").lstrip(".").replace("[...]", "[]")
        if said.startswith("Invalid RFC3339"):
            raise Refused(Problem(field, "date.impossible")) from error
        if field.rpartition(".")[2] in ("received", "monthly_idr"):
            raise Refused(Problem(field, "money.not_a_number")) from error
        raise UsedWrongly(f"{field}: {said}" if field else said) from error


def _line(line: Any) -> dict[str, Any]:
    return {
        "programme": line.programme,
        "months": line.months,
        "monthly_idr": line.monthly_idr,
        "amount_idr": line.amount_idr,
        "covered_from": line.cover.covered_from.isoformat(),
        "covered_to": line.cover.covered_to.isoformat(),
        "provisional": line.provisional,
    }


def _warnings(problems: Sequence[Problem]) -> list[dict[str, str]]:
    from models.sentences import sentence

    return [{"field": problem.field, "code": problem.code, "message": sentence(problem)} for problem in problems]


def _iso(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _answer(value: Any) -> None:
    # Flushed here, so that a full disk behind `> file` is told and not lost at the program's end.
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _say_fault(error: Exception, folder: Path) -> None:
    from kiosk.log import fault, keep_log

    keep_log(folder)
    _say(
        "Ada kesalahan pada program. Data yang sudah tersimpan aman. "
        f"Hubungi bantuan dengan nomor {fault(error)}; ceritanya ada di loket.log."
    )
