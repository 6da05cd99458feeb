"""The command line: the real program, from its arguments and its JSON to its answer, its exit code and its disk."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pypdfium2
import pytest
from loket_testing.certificates import certificate
from loket_testing.counter import CHEAP, MORNING, PASSWORD
from loket_testing.dossiers import drawn_pdf
from loket_testing.escpos import printed
from loket_testing.journals import Journal
from loket_testing.papers import photograph
from loket_testing.pdfs import words as spoken_words
from loket_testing.proofs import run_checker
from loket_testing.strip_printers import StripPrinter
from pypdf import PdfReader, PdfWriter
from sqlalchemy import update
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.__main__ import main
from kiosk.desk import Desk, keep
from kiosk.devices.scanner import PretendScanner
from kiosk.log import log
from kiosk.store.tables import entry as entries
from kiosk.usecases.staff import add
from kiosk.usecases.terminals import initialise
from kiosk.usecases.workers import register_in
from models.journal.keys import SigningKey
from models.journal.reference import MissionPublished, RatePublished
from models.journal.staff import StaffListed, StaffName
from models.journal.tills import TillOpened
from models.ledger.tables import receipt
from models.posting import post
from models.rules.claims import benefits, checklist
from models.rules.mrz import make_mrz
from models.rules.problems import Trouble
from models.rules.token import ReceiptFacts, TokenLine, TokenSum, make_token, spelled, thumbprint
from models.sync.enrolment import Code
from scripts.passport_page import data_page, jpeg, laid

NAME, NIK, PASSPORT = "SITI NURHALIZA", "3507105203940003", "C4821907"
SITI: dict[str, Any] = {
    "name": NAME,
    "passport_number": PASSPORT,
    "passport_expiry": "2031-02-14",
    "nik": NIK,
    "birth_place": "Malang",
    "birth_date": "1994-03-12",
    "sex": "F",
    "mother_name": "AMINAH",
    "phone": "+886 912 345 678",
    "country": "TW",
    "employer": "Chen Mei-ling",
    "job": "Perawat lansia",
    "contract_start": "2026-12-11",
    "contract_end": "2028-12-10",
    "scheme": "p3mi",
    "event": "new",
    "heirs": [{"name": "AHMAD FAUZI", "relation": "suami"}],
    "consent": True,
}
DONE, REFUSED, USED_WRONGLY, TROUBLE = range(4)
JPEG = photograph()


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Field and code of every problem; each has a sentence beside them."""
        assert self.code == REFUSED, (self.code, self.out, self.err)
        problems = self.json["problems"]
        # Who may be the same person stands beside the problem that says so, and nowhere else.
        alike = any(problem["code"] == "worker.candidate" for problem in problems)
        assert set(self.json) == ({"problems", "candidates"} if alike else {"problems"})
        assert all(set(problem) == {"field", "code", "message"} and problem["message"] for problem in problems)
        return [(problem["field"], problem["code"]) for problem in problems]

    @property
    def warnings(self) -> set[str]:
        assert self.code == DONE, (self.code, self.out, self.err)
        return {warning["code"] for warning in self.json["warnings"]}


@dataclass
class Program:
    """`loket` run in this process, on a data folder of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, given: Any = None, data: bool = True) -> Answer:
        """`given` is the JSON on standard input, as text, bytes, or what becomes JSON."""
        if given is not None:
            text = given if isinstance(given, str | bytes) else json.dumps(given)
            content = text if isinstance(text, bytes) else text.encode()
            self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        self.capsys.readouterr()
        code = main([*arguments, *(["--data", str(self.folder)] if data else [])])
        return Answer(code, *self.capsys.readouterr())

    def siti(self, **fields: Any) -> str:
        return str(self("register", "-", given=SITI | fields).json["worker_id"])

    def pay(self, worker: str, command: str = "pay", **fields: Any) -> Answer:
        form = {"worker_id": worker, "programme": "JKK+JKM", "months": 24, "tender": "bank_slip", "reference": "BNI-7"}
        return self(command, "-", given={key: value for key, value in (form | fields).items() if value != "leave out"})

    def claim(self, worker: str, **fields: Any) -> Answer:
        form = {"worker_id": worker, "kind": "JKK-CACAT-SEBAGIAN", "event_date": "2026-11-20", "filed_by": "worker"}
        return self("claim", "-", given=form | fields)

    def open(self) -> Desk:
        return Desk.open(self.folder, None, PASSWORD)

    def recorded(self) -> int:
        entered = self("status").json["entries"]
        assert isinstance(entered, int)
        return entered


def counter_at(mission: str, folder: Path) -> Path:
    """A data folder as `init` leaves it, with a password that costs nothing to check."""
    desk, _code = initialise(
        folder, mission_code=mission, series=f"{mission}3", login="rina", password=PASSWORD, name="Rina W.", cost=CHEAP
    )
    desk.close()
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return counter_at("TPE", tmp_path_factory.mktemp("prepared") / "loket")


@pytest.fixture
def loket(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    """Counter TPE3 in Taipei, whose clock stands at 09.47 on 22 November 2026."""
    for variable in ("LOKET_OPERATOR", "LOKET_DATA", "LOKET_NEW_PASSWORD"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)
    monkeypatch.setattr("kiosk.devices.clock.datetime", SimpleNamespace(now=lambda _zone: MORNING))
    shutil.copytree(prepared, tmp_path / "loket")
    return Program(tmp_path / "loket", monkeypatch, capsys)


def publish(folder: Path, mission: str, currency: str, rate: str | None, *, cash: bool = True) -> None:
    """What the centre would have published: whether cash is taken, and a rate."""
    centre = Journal(mission=mission)
    at = uuid5(NAMESPACE_URL, f"loket:mission:{mission}")
    centre.record(MissionPublished(mission_id=at, mission=mission, cash_allowed=cash))
    if rate:
        day = date(2026, 11, 1)
        centre.record(
            RatePublished(mission=mission, currency=currency, valid_from=day, idr_per_unit=Decimal(rate), step=1)
        )
    with Desk.open(folder, None, PASSWORD) as desk, desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)
        opened = TillOpened(mission=mission, series=work.terminal.series, serial=1, business_date=work.today, counts=())
        if cash:
            work.record(opened)


# The program itself


COMMANDS = [
    *(
        ["init"],
        ["base"],
        ["enrol"],
        ["ca"],
        ["continue"],
        ["restore"],
        ["bundle"],
        ["bundle", "export"],
        ["bundle", "import"],
        ["bundle", "list"],
        ["clock"],
        ["register"],
        ["import"],
        ["export"],
        ["quote"],
        ["pay"],
        ["claim"],
        ["claims"],
        ["claim-status"],
        ["claim-told"],
        ["report"],
        ["withdraw"],
        ["state-death"],
        ["tell-heir"],
        ["deaths"],
        ["attach"],
        ["detach"],
        ["search"],
        ["show"],
        ["receipt"],
        ["check"],
    ),
    *(["cash-book"], ["receipts"], ["expiring"]),
    *(["consent"], ["restrict"], ["subject-access"], ["holdings"]),
    *(["sync"], ["verify"], ["balance"], ["proof"], ["status"], ["doctor"], ["staff"], []),
    *(["cover"], ["cover", "list"], ["cover", "show"], ["cover", "move"], ["membership"], ["statement"]),
    *(["backup"], ["backup", "make"], ["backup", "choose"], ["backup", "list"]),
    *(["tasks"], ["tasks", "list"], ["tasks", "held"], ["tasks", "settle"]),
    *(["ca", action] for action in ("show", "pin", "forget")),
    *(["staff", action] for action in ("list", "add", "disable", "password")),
    ["void"],
    *(["refund", action] for action in ("list", "request", "pay")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(loket: Program, command: list[str]) -> None:
    answer = loket(*command, "--help", data=False)
    assert (answer.code, answer.err) == (DONE, "")
    assert answer.out.startswith("usage: loket")
    assert "--data" in answer.out
    assert "--operator" in answer.out


def test_help_lists_every_command_and_says_what_the_exit_codes_mean(loket: Program) -> None:
    said = loket("--help", data=False).out
    assert all(re.search(rf"\n    {command[0]}\s", said) for command in COMMANDS if command)
    assert "exit codes" in said
    assert "LOKET_PASSWORD" in said
    assert "LOKET_OPERATOR" in said


@pytest.mark.parametrize("command", ["register", "quote", "pay", "claim", "attach", "detach", "report", "withdraw"])
def test_the_help_of_a_command_that_takes_json_names_its_fields(loket: Program, command: str) -> None:
    said = loket(command, "--help", data=False).out
    assert "fields:" in said
    assert "answer:" in said


def test_the_version_is_the_packages(loket: Program) -> None:
    answer = loket("--version", data=False)
    assert (answer.code, answer.out.split()[0]) == (DONE, "loket-pmi")


@pytest.mark.parametrize(
    "arguments",
    [["fly"], ["pay"], ["show"], ["staff"], ["receipt", "TPE3-2026-000001"], ["status", "--nonsense"], ["--data"]],
    ids=" ".join,
)
def test_a_command_line_that_makes_no_sense_is_used_wrongly(loket: Program, arguments: list[str]) -> None:
    answer = loket(*arguments, data=False)
    assert (answer.code, answer.out) == (USED_WRONGLY, "")
    assert "usage: loket" in answer.err


def test_the_data_folder_may_stand_before_or_after_the_command_or_in_the_environment(loket: Program) -> None:
    after = loket("status")
    before = loket("--data", str(loket.folder), "status", data=False)
    between = loket("staff", "--data", str(loket.folder), "list", data=False)
    loket.monkeypatch.setenv("LOKET_DATA", str(loket.folder))
    assert before.json == after.json == loket("status", data=False).json
    assert between.json == loket("staff", "list", data=False).json


def test_the_operator_is_the_one_init_made_unless_another_is_named(loket: Program) -> None:
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "teh-poci-hangat")
    assert loket("staff", "add", "budi", "--name", "Budi S.").code == DONE
    assert loket("status").json["operator"] == "rina"
    loket.monkeypatch.setenv("LOKET_PASSWORD", "teh-poci-hangat")
    assert loket("status", "--operator", "budi").json["operator"] == "budi"
    assert loket("--operator", "budi", "status").json["operator"] == "budi"
    loket.monkeypatch.setenv("LOKET_OPERATOR", "budi")
    assert loket("status").json["operator"] == "budi"
    loket.monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)
    assert loket("status", "--operator", "rina").json["operator"] == "rina"


def test_a_window_without_a_screen_says_what_to_do_instead(loket: Program) -> None:
    loket.monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    loket.monkeypatch.delenv("DISPLAY", raising=False)
    answer = loket()
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert "loket --help" in answer.err
    assert "Traceback" not in answer.err


# init


def test_init_makes_a_terminal_that_can_work_at_once(loket: Program, tmp_path: Path) -> None:
    fresh = Program(tmp_path / "baru", loket.monkeypatch, loket.capsys)
    made = fresh("init", "--mission", "tpe", "--series", "tpe7", "--operator", "Rina", "--name", "Rina W.")
    assert made.code == DONE
    assert set(made.json) == {"terminal", "mission", "series", "operator", "recovery_code"}
    assert (made.json["mission"], made.json["series"], made.json["operator"]) == ("TPE", "TPE7", "rina")
    assert len(made.json["recovery_code"].replace("-", "")) == 28
    assert "brankas" in made.err
    number = fresh.pay(fresh.siti()).json["receipt"]
    with fresh.open() as desk, desk.read() as work:
        assert number == f"TPE7.{work.terminal.thumbprint.hex()[:2].upper()}-2026-000001"
    again = fresh("init", "--mission", "TPE", "--series", "TPE7")
    assert (again.code, again.out) == (TROUBLE, "")
    assert "sudah berisi data" in again.err


@pytest.mark.parametrize(
    ("mission", "series", "password", "expected"),
    [
        ("MARS", "TPE3", PASSWORD, "mission.unknown"),
        ("TPE", "3", PASSWORD, "series.form"),
        ("TPE", "TPE3", "pendek", "password.too_short"),
    ],
)
def test_init_refuses_what_cannot_be_a_terminal_and_leaves_nothing(
    loket: Program, tmp_path: Path, mission: str, series: str, password: str, expected: str
) -> None:
    loket.monkeypatch.setenv("LOKET_PASSWORD", password)
    fresh = Program(tmp_path / "baru", loket.monkeypatch, loket.capsys)
    refused = fresh("init", "--mission", mission, "--series", series)
    assert [code for _field, code in refused.problems] == [expected]
    assert not (tmp_path / "baru").exists()


# register


def test_a_registration_answers_with_the_workers_id_and_what_deserves_a_second_look(loket: Program) -> None:
    answer = loket("register", "-", given=SITI)
    assert (answer.code, answer.err) == (DONE, "")
    assert answer.json == {"worker_id": answer.json["worker_id"], "warnings": []}


def test_an_absent_field_is_the_same_as_null(loket: Program) -> None:
    least = {"name": NAME, "birth_date": "1994-03-12", "sex": "F"}
    null = {field: None for field in (*SITI, "mrz", "email", "bank_name", "confirmed") if field not in least}
    absent = loket("register", "-", given=least)
    spelt_out = loket("register", "-", given=least | null | {"not_same_as": [absent.json["worker_id"]]})
    assert (
        absent.warnings
        == spelt_out.warnings
        == {
            "nik.missing",
            "passport.missing",
            "consent.missing",
            "mother_name.missing",
            "contract.dates_missing",
        }
    )


def test_a_form_in_a_file_is_read_too_with_the_mark_windows_puts_before_it(loket: Program, tmp_path: Path) -> None:
    (tmp_path / "siti.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(SITI).encode())
    assert loket("register", str(tmp_path / "siti.json")).code == DONE


def test_the_passports_two_lines_stand_in_place_of_what_they_say(loket: Program) -> None:
    lines = make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number=PASSPORT,
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
    said = ("name", "passport_number", "passport_expiry", "birth_date", "sex")
    rest = {field: value for field, value in SITI.items() if field not in said}
    worker = loket("register", "-", given=rest | {"mrz": lines}).json["worker_id"]
    shown = loket("show", worker).json
    assert [shown[field] for field in said] == ["SITI NURHALIZA", PASSPORT, "2031-02-14", "1994-03-12", "F"]


def test_what_is_typed_beside_the_passports_lines_may_be_written_small(loket: Program) -> None:
    lines = make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number=PASSPORT,
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
    given = SITI | {"mrz": lines, "sex": "f", "passport_number": "c 4821907", "name": ""}
    assert loket("register", "-", given=given).code == DONE


def test_a_failed_check_digit_is_refused_and_nothing_else_is_complained_of(loket: Program) -> None:
    upper, lower = make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number=PASSPORT,
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
    spoiled = lower[:9] + str((int(lower[9]) + 1) % 10) + lower[10:]
    refused = loket("register", "-", given={"mrz": [upper, spoiled], "consent": True})
    assert refused.problems == [("mrz", "mrz.check_digit.number")]
    assert loket("register", "-", given={"mrz": [upper]}).problems == [("mrz", "mrz.two_lines")]


def test_a_nik_that_contradicts_the_birth_date_is_refused_until_confirmed_then_flagged(loket: Program) -> None:
    contradicting = SITI | {"nik": "3507105303940003"}
    assert loket("register", "-", given=contradicting).problems == [("birth_date", "nik.birth_date")]
    done = loket("register", "-", given=contradicting | {"confirmed": ["nik.birth_date"]})
    assert done.warnings == {"nik.birth_date"}
    assert loket("show", done.json["worker_id"]).json["flags"] == ["nik.birth_date"]


def test_a_nik_that_contradicts_the_sex_is_refused(loket: Program) -> None:
    assert loket("register", "-", given=SITI | {"sex": "M"}).problems == [("sex", "nik.sex")]


def test_somebody_elses_nik_is_refused_with_their_name(loket: Program) -> None:
    loket.siti()
    refused = loket("register", "-", given=SITI | {"name": "SITI NURAINI", "passport_number": None})
    assert refused.problems == [("nik", "worker.candidate")]
    assert NAME in refused.json["problems"][0]["message"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"birth_date": "1994-02-30"}, ("birth_date", "date.impossible")),
        ({"contract_end": "besok"}, ("contract_end", "date.impossible")),
        ({"birth_date": "2026-11-23"}, ("birth_date", "birth_date.impossible")),
        ({"contract_end": "2026-12-11"}, ("contract_end", "contract.ends_before_start")),
        ({"passport_expiry": "2999-01-01"}, ("passport_expiry", "date.too_far")),
        ({"nik": "35071052039400"}, ("nik", "nik.sixteen_digits")),
        ({"sex": "X"}, ("sex", "choice.unknown")),
        ({"scheme": "liar"}, ("scheme", "choice.unknown")),
        ({"event": "liar"}, ("event", "choice.unknown")),
        ({"heirs": [{"name": "A", "relation": "teman akrab"}]}, ("heirs[0].relation", "heir.relation_unknown")),
        ({"heirs": [{"relation": "suami"}]}, ("heirs[0].name", "required")),
        ({"name": None}, ("name", "required")),
        ({"birth_date": None, "nik": None}, ("birth_date", "required")),
    ],
)
def test_a_wrong_registration_is_refused_at_its_field(
    loket: Program, fields: dict[str, Any], expected: tuple[str, str]
) -> None:
    before = loket.recorded()
    assert expected in loket("register", "-", given=SITI | fields).problems
    assert loket.recorded() == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"name": ', "not JSON"),
        ("", "not JSON"),
        (b'{"name": "\xff"}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "one JSON object"),
        ({"nama": "SITI"}, "nama"),
        ({"birthdate": "1994-03-12"}, "birthdate"),
        ({"heirs": [{"nama": "A"}]}, "nama"),
        ({"name": 12}, "name"),
        ({"birth_date": 19940312}, "birth_date"),
        ({"consent": "ya"}, "consent"),
    ],
    ids=str,
)
def test_json_that_is_not_the_form_is_used_wrongly(loket: Program, given: Any, said: str) -> None:
    answer = loket("register", "-", given=given)
    assert (answer.code, answer.out) == (USED_WRONGLY, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_form_file_that_is_not_there_is_used_wrongly(loket: Program, tmp_path: Path) -> None:
    answer = loket("pay", str(tmp_path / "tidak-ada.json"))
    assert (answer.code, answer.out) == (USED_WRONGLY, "")
    assert "tidak-ada.json" in answer.err


# search and show


@pytest.mark.parametrize("typed", [["nurhaliza"], ["siti", "nurh"], [NIK], [PASSPORT], ["0912345678"]], ids=" ".join)
def test_a_search_gives_a_list(loket: Program, typed: list[str]) -> None:
    worker = loket.siti()
    (row,) = loket("search", *typed).json
    assert row == {
        "worker_id": worker,
        "name": NAME,
        "birth_date": "1994-03-12",
        "passport_number": PASSPORT,
        "nik": "350710••••••0003",
        "employer": "Chen Mei-ling",
        "registered": True,
        "restricted": False,
        "cover": {"state": "none", "covered_to": None},
        "matched": {"kind": "phone", "value": "+886912345678"} if typed == ["0912345678"] else None,
    }


def test_a_receipts_number_finds_whose_it_is_and_nobody_is_an_empty_list(loket: Program) -> None:
    worker = loket.siti()
    number = loket.pay(worker).json["receipt"]
    assert [row["worker_id"] for row in loket("search", number).json] == [worker]
    assert loket("search", "budi").json == []


def test_show_tells_all_the_ledger_knows_receipts_and_claims_included(loket: Program) -> None:
    worker = loket.siti()
    paid, filed = loket.pay(worker).json, loket.claim(worker).json
    shown = loket("show", worker, "--reveal").json
    assert (shown["worker_id"], shown["registered"], shown["nik"]) == (worker, True, NIK)
    assert [heir["name"] for heir in shown["heirs"]] == ["AHMAD FAUZI"]
    assert [placement["contract_end"] for placement in shown["placements"]] == ["2028-12-10"]
    assert shown["cover"]["JKK+JKM"] == {"state": "upcoming", "covered_to": "2028-12-10"}
    (receipt_row,) = shown["receipts"]
    assert (receipt_row["receipt"], receipt_row["amount_idr"], receipt_row["operator"]) == (
        paid["receipt"],
        332_500,
        "Rina W.",
    )
    assert [line["covered_to"] for line in receipt_row["lines"]] == ["2028-12-10"]
    (claim_row,) = shown["claims"]
    assert (claim_row["claim"], claim_row["kind"], claim_row["missing"]) == (
        filed["claim"],
        "JKK-CACAT-SEBAGIAN",
        filed["missing"],
    )


def test_a_claim_is_reported_told_of_withdrawn_and_listed_by_command(loket: Program, tmp_path: Path) -> None:
    filed = loket.claim(loket.siti(), kind="JKK-KECELAKAAN").json
    number = filed["claim"]
    assert loket("claims").json == []
    (row,) = loket("claims", "--which", "waiting").json
    assert (row["claim"], row["state"], row["action"], row["to_bring"]) == (number, "filed", None, row["of"])
    form = {"claim": number, "outcome": "healed", "outcome_date": "2026-11-21", "benefits": ["JKK-PHK-KK"]}
    reported = loket("report", "-", given=form).json
    assert "surat_phk" in reported["missing"]
    assert loket("report", "-", given=form | {"outcome": "lost"}).problems == [("outcome", "claim.outcome_unknown")]
    assert loket("claim-told", number, "--how", "phone").problems == [("claim", "claim.nothing_to_tell")]
    withdrawn = loket("withdraw", "-", given={"claim": number, "withdrawn_by": "worker", "reason": "pulang"}).json
    assert (withdrawn["claim"], withdrawn["decision"]) == (number, None)
    stands = loket("claim-status", number).json
    assert (stands["state"], stands["stage"], stands["report"]["outcome"]) == ("withdrawn", 2, "healed")
    assert [event["what"] for event in stands["events"]] == ["filed", "reported", "withdrawn"]
    assert loket("claims", "--out", str(tmp_path / "klaim.csv")).json["rows"] == 0
    assert (tmp_path / "klaim.csv").read_bytes()


@pytest.mark.parametrize("worker", ["bukan-id", "01a20296-c96c-7783-83ce-42faac8e13b0"])
def test_nobody_can_be_shown(loket: Program, worker: str) -> None:
    assert loket("show", worker).problems == [("worker_id", "worker.unknown")]


# import and export

LIST = (
    "DAFTAR CPMI PT MAJU;;;;;\r\n"
    "No;Panggilan;No. Paspor;L/P;Tgl Lahir;Golongan darah\r\n"
    "1;DEWI LESTARI;E7730021;P;08/12/1996;O\r\n"
    "2;SUKARNO;D5510392;L;05/06/1990;A\r\n"
    "3;BUDI;C1;X;31/02/1990;B\r\n"
)
MAPPING = {"fields": {"Panggilan": "name"}}


@dataclass
class Files:
    """A list and what is said of its columns, as files."""

    folder: Path

    def __call__(self, name: str, content: Any) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else json.dumps(content).encode())
        return str(path)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_a_list_is_tried_out_and_then_imported_with_a_line_for_every_row(loket: Program, files: Files) -> None:
    given, mapping = files("daftar.csv", LIST), files("kolom.json", MAPPING)
    result = str(files.folder / "hasil.csv")
    before = loket.recorded()
    tried = loket("import", given, "--mapping", mapping, "--dry-run")
    assert (tried.code, tried.json["dry_run"], loket.recorded()) == (REFUSED, True, before)
    # What was said of the columns is remembered from the dry run.
    done = loket("import", given, "--result", result)
    assert done.code == REFUSED
    counts = ("rows", "registered", "already", "refused", "skipped")
    assert [done.json[name] for name in counts] == [tried.json[name] for name in counts] == [3, 2, 0, 1, 0]
    assert done.json["problems"] == tried.json["problems"]
    assert [(one["row"], one["column"], one["value"], one["field"], one["code"]) for one in done.json["problems"]] == [
        (5, "L/P", "X", "sex", "choice.unknown"),
        (5, "Tgl Lahir", "31/02/1990", "birth_date", "import.date"),
        (5, "No. Paspor", "C1", "passport_number", "passport.characters"),
    ]
    assert done.json["columns"]["Golongan darah"] is None
    lines = Path(result).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 4
    assert [line.split(";")[7] for line in lines] == ["Hasil impor", "terdaftar", "terdaftar", "ditolak"]
    assert Path(result).stat().st_mode & 0o777 == 0o600
    again = loket("import", given)
    assert [again.json[name] for name in counts] == [3, 0, 2, 1, 0]
    assert [row["name"] for row in loket("search", "dewi").json] == ["DEWI LESTARI"]


def test_columns_that_leave_a_question_are_asked_for_before_anything_is_recorded(loket: Program, files: Files) -> None:
    before = loket.recorded()
    assert loket("import", files("daftar.csv", LIST)).problems == [("name", "import.unmapped")]
    twice = files("kolom.json", {"fields": {"Panggilan": "name", "Golongan darah": "bloed"}})
    assert loket("import", files("daftar.csv", LIST), "--mapping", twice).problems == [
        ("Golongan darah", "import.target_unknown")
    ]
    assert loket.recorded() == before


def test_dates_that_could_be_read_both_ways_are_pointed_out(loket: Program, files: Files) -> None:
    answer = loket("import", files("a.csv", "Nama;L/P;Tgl Lahir\nDEWI;P;03/05/1990\n"), "--dry-run")
    assert [(note["column"], note["code"]) for note in answer.json["notes"]] == [("Tgl Lahir", "import.dates_assumed")]


def test_an_import_that_is_interrupted_says_what_it_did_and_goes_on_next_time(
    loket: Program, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, mapping = files("daftar.csv", LIST), files("kolom.json", MAPPING)
    calls = []

    def interrupted(*rest: Any) -> Any:
        calls.append(rest)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return register_in(*rest)

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.usecases.importing.register_in", interrupted)
        stopped = loket("import", given, "--mapping", mapping)
    assert (stopped.code, stopped.err.strip()) == (TROUBLE, "Dihentikan.")
    assert (stopped.json["registered"], stopped.json["skipped"]) == (1, 2)
    again = loket("import", given)
    assert (again.json["already"], again.json["registered"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["tidak-ada.csv"], TROUBLE, "tidak-ada.csv"),
        (["daftar.csv", "--result", "hasil.ods"], REFUSED, "hasil.ods"),
        (["daftar.csv", "--result", "daftar.csv"], USED_WRONGLY, "--result"),
        (["daftar.csv", "--sheet", "Data"], REFUSED, "Data"),
        (["daftar.csv", "--mapping", "tidak-ada.json"], USED_WRONGLY, "tidak-ada.json"),
        (["daftar.csv", "--mapping", "kolom.json"], USED_WRONGLY, "colums"),
        (["gambar.csv"], REFUSED, "gambar.csv"),
    ],
)
def test_an_import_used_wrongly_records_nothing_and_says_why(
    loket: Program, files: Files, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    files("daftar.csv", LIST)
    files("kolom.json", {"colums": {}})
    files("gambar.csv", "\x89PNG\r\n\x1a\n\x01\x02")
    monkeypatch.chdir(files.folder)
    before = loket.recorded()
    answer = loket("import", *arguments)
    assert answer.code == code
    assert said in answer.out + answer.err
    assert loket.recorded() == before


def test_workers_go_out_as_a_list_masked_unless_asked_for_in_full(loket: Program, files: Files) -> None:
    loket.siti()
    loket.siti(name="NUR AISYAH", nik=None, passport_number="C7000001")
    out = files.folder / "pekerja.csv"
    assert loket("export", str(out)).json == {"file": str(out), "rows": 2, "held_back": 0}
    masked = out.read_text(encoding="utf-8-sig")
    assert NIK not in masked
    assert "350710••••••0003" in masked
    assert loket("export", str(out), "--full", "--search", "siti").json["rows"] == 1
    assert NIK in out.read_text(encoding="utf-8-sig")
    assert out.stat().st_mode & 0o777 == 0o600
    assert loket("export", str(files.folder / "pekerja.ods")).problems == [("file", "sheet.ending")]
    assert loket("export", str(out), "--search", "zubaidah").problems == [("search", "export.nobody")]
    again = loket("import", str(out))
    assert (again.code, again.json["already"]) == (DONE, 1)


# books


def test_the_books_of_a_day_are_told_as_json(loket: Program) -> None:
    number = loket.pay(loket.siti()).json["receipt"]
    listed = loket("receipts").json
    assert (listed["from"], listed["to"]) == ("2026-11-22", "2026-11-22")
    (row,) = listed["receipts"]
    assert (row["number"], row["worker"], row["amount_idr"], row["taken_back_by"]) == (number, NAME, 332_500, None)
    assert row["tenders"] == [{"kind": "bank_slip", "reference": "BNI-7", "amount": 332_500, "currency": "IDR"}]
    book = loket("cash-book", "--day", "2026-11-20", "--to", "2026-11-30").json
    (account,) = book["accounts"]
    assert account == {
        "account": "tender:bank_slip",
        "currency": "IDR",
        "opening": None,
        "in": 332_500,
        "out": 0,
        "closing": 332_500,
    }
    assert [(one["account"], one["total"]) for one in book["sums"]] == [
        ("tender:bank_slip", 332_500),
        ("contributions:JKK+JKM", 332_500),
    ]
    assert loket("receipts", "--from", "2026-11-23").json["receipts"] == []


def test_a_book_is_written_as_its_ending_or_the_format_says_and_nobody_else_reads_it(
    loket: Program, tmp_path: Path
) -> None:
    loket.pay(loket.siti())
    for name, begins, asked in (
        ("buku.pdf", b"%PDF", ()),
        ("buku.xlsx", b"PK", ()),
        ("buku.csv", b"\xef\xbb\xbf", ()),
        ("buku", b"%PDF", ("--format", "pdf")),
    ):
        out = tmp_path / name
        assert loket("cash-book", "--out", str(out), *asked).json == {"file": str(out), "rows": 1}
        assert out.read_bytes().startswith(begins)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert loket("receipts", "--all", "--out", str(out), *asked).json["rows"] == 1


def test_whom_to_call_is_a_list_too(loket: Program, tmp_path: Path) -> None:
    ending = loket.siti(contract_start="2026-01-05", contract_end="2027-01-04", confirmed=["contract.past"])
    loket.pay(ending, months=12)
    called = loket("expiring").json
    assert (called["day"], called["days"], called["held_back"]) == ("2026-11-22", 60, 0)
    (row,) = called["workers"]
    assert (row["name"], row["covered_to"], row["days_left"], row["passport_end"]) == (
        NAME,
        "2027-01-04",
        43,
        "••••1907",
    )
    assert loket("expiring", "--days", "42").json["workers"] == []
    out = tmp_path / "hubungi.xlsx"
    assert loket("restrict", ending, "--remark", "meminta sendiri").code == DONE
    assert loket("expiring", "--out", str(out)).json == {"file": str(out), "rows": 0, "held_back": 1}


def test_what_no_book_can_be_made_of_is_refused(loket: Program, tmp_path: Path) -> None:
    assert loket("receipts", "--from", "2026-02-30").problems == [("from", "date.impossible")]
    days = ("--day", "2026-11-22", "--to", "2026-11-21")
    assert loket("cash-book", *days).problems == [("to", "period.ends_first")]
    assert loket("expiring", "--days", "-1").problems == [("days", "expiring.days")]
    assert loket("cash-book", "--out", str(tmp_path / "buku.docx")).problems == [("file", "book.kind")]
    assert loket("cash-book", "--to", "2026-11-21").code == USED_WRONGLY
    assert loket("cash-book", "--format", "pdf").code == USED_WRONGLY
    assert loket("cash-book", "--out", "/nowhere/at/all.pdf").code == TROUBLE


# pay and quote


def test_a_payment_answers_with_its_receipt_and_leaves_a_paper_nobody_else_reads(loket: Program) -> None:
    answer = loket.pay(loket.siti())
    paid = answer.json
    with loket.open() as desk, desk.read() as work:
        mark = work.terminal.mark
    assert {key: value for key, value in paid.items() if key not in ("lines", "pdf")} == {
        "receipt": f"TPE3.{mark}-2026-000001",
        "amount_idr": 332_500,
        "amount": 332_500,
        "currency": "IDR",
        "outcome": "exact",
        "change": 0,
        "surplus": 0,
        "short": 0,
        "tenders": [
            {
                "tender": "bank_slip",
                "currency": "IDR",
                "received": 332_500,
                "change": 0,
                "worth": 332_500,
                "reference": "BNI-7",
                "paid_on": None,
                "document_id": None,
            }
        ],
        "covered_from": "2026-12-11",
        "covered_to": "2028-12-10",
        "provisional": True,
        "approved_by": None,
        "warnings": [],
    }
    paper = Path(paid["pdf"])
    assert paper == loket.folder / "print" / f"{paid['receipt']}.pdf"
    assert paper.read_bytes().startswith(b"%PDF-")
    assert (paper.stat().st_mode & 0o777, paper.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()
    assert paid["receipt"] in text
    assert NAME in text


def test_a_quote_says_the_same_and_records_nothing(loket: Program) -> None:
    worker = loket.siti()
    before = loket.recorded()
    quoted = loket.pay(worker, "quote")
    assert loket.recorded() == before
    assert not (loket.folder / "print").exists()
    answer = quoted.json
    for line in answer["lines"]:
        assert line.pop("explained")
    assert answer == loket.pay(worker).json | {"receipt": None, "pdf": None}


def test_a_quote_explains_itself_line_by_line(loket: Program) -> None:
    lines = [{"programme": "JKK+JKM", "months": 36}, {"programme": "JHT", "months": 2}]
    form = {"worker_id": loket.siti(), "lines": lines, "tender": "bank_slip", "reference": "A", "paid_on": "2024-01-15"}
    protection, savings = loket("quote", "-", given=form).json["lines"]
    assert [(step["code"], step["amount_idr"]) for step in protection["explained"]] == [
        ("package", 332_500),
        ("beyond", 162_000),
        ("basis", None),
        ("confidence.law", None),
    ]
    assert protection["explained"][1] == {
        "code": "beyond",
        "amount_idr": 162_000,
        "n": 12,
        "each": 13_500,
        "message": "12 bulan lagi × Rp 13.500",
    }
    assert (protection["explained"][2]["version"], protection["explained"][2]["day"]) == (1, "2024-01-15")
    assert sum(step["amount_idr"] or 0 for step in savings["explained"]) == savings["amount_idr"]


def test_the_tariffs_and_what_they_charge_are_listed(loket: Program) -> None:
    listed = loket("tariffs").json
    assert [(row["standing"], row["version"]) for row in listed["tariffs"]] == [("unpublished", 2), ("in_force", 1)]
    assert listed["tariffs"][1]["rows"][2]["base"] == 332_500
    assert "amounts" not in listed
    priced = loket("tariffs", "--months", "23-36", "--day", "2024-01-15").json
    assert {row["months"]: row["amount_idr"] for row in priced["amounts"]}[36] == 494_500
    assert priced["amounts"][0]["explained"][1]["message"] == "11 bulan lagi × Rp 13.500"
    assert (priced["day"], priced["version"], len(priced["amounts"])) == ("2024-01-15", 1, 14)
    extended = loket("tariffs", "--months", "3", "--event", "extension", "--scheme", "g2g").json
    assert [step["code"] for step in extended["amounts"][0]["explained"]] == [
        "least",
        "package",
        "basis",
        "confidence.proposal",
    ]


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["--day", "2023-02-21", "--months", "6"], 1, "tariff.none"),
        (["--months", "61"], 1, "months.too_many"),
        (["--months", "0"], 2, ""),
        (["--months", "9-3"], 2, ""),
        (["--months", "six"], 2, ""),
        (["--day", "yesterday"], 2, ""),
        (["--event", "renewal"], 2, ""),
    ],
)
def test_no_tariff_is_listed_for_what_cannot_be(loket: Program, options: list[str], code: int, problem: str) -> None:
    answer = loket("tariffs", *options)
    assert answer.code == code
    if problem:
        assert [one for _field, one in answer.problems] == [problem]


def test_quote_and_pay_refuse_alike(loket: Program) -> None:
    worker = loket.siti()
    for wrong in ({"months": 0}, {"received": 5}, {"tender": "cash"}, {"currency": "TWD"}, {"received": "1.5"}):
        assert loket.pay(worker, "quote", **wrong).json == loket.pay(worker, **wrong).json
    tenders: dict[str, Any] = {"tenders": [{"tender": "bank_slip", "received": 5}], "tender": None, "reference": None}
    assert loket.pay(worker, "quote", **tenders).problems == [("tenders[0].received", "slip.short")]
    assert loket.pay(worker, **tenders).json == loket.pay(worker, "quote", **tenders).json


def test_several_lines_and_tenders_make_one_receipt(loket: Program) -> None:
    lines = [{"programme": "JKK+JKM", "months": 24}, {"programme": "JHT", "months": 3, "monthly_idr": "100000"}]
    tenders = [
        {"tender": "bank_slip", "received": 600_000, "reference": "A"},
        {"tender": "kode_iuran", "reference": "B"},
    ]
    form = {"worker_id": loket.siti(), "lines": lines, "tenders": tenders}
    paid = loket("pay", "-", given=form).json
    assert (paid["amount_idr"], [line["amount_idr"] for line in paid["lines"]]) == (632_500, [332_500, 300_000])
    assert [(line["covered_from"], line["covered_to"]) for line in paid["lines"]] == [
        ("2026-12-11", "2028-12-10"),
        ("2026-12-01", "2027-02-28"),
    ]


def test_jht_costs_the_tariffs_least_where_nothing_is_said(loket: Program) -> None:
    paid = loket.pay(loket.siti(), programme="JHT", months=2).json
    assert paid["lines"][0]["monthly_idr"] * 2 == paid["amount_idr"] > 0


def test_local_money_by_the_missions_rate_and_cash_with_change(loket: Program) -> None:
    worker = loket.siti()
    refused = loket.pay(worker, tender="cash", reference=None)
    assert refused.problems == [("tender", "tender.cash_not_allowed")]
    assert loket.pay(worker, currency="TWD").problems == [("currency", "rate.missing")]
    publish(loket.folder, "TPE", "TWD", "512.40")
    paid = loket.pay(worker, tender="cash", currency="TWD", received=1000, reference=None).json
    assert (paid["amount_idr"], paid["amount"], paid["currency"], paid["change"]) == (332_500, 649, "TWD", 351)


def test_a_supervisor_lets_a_short_slip_pass_with_a_password_that_no_json_holds(loket: Program) -> None:
    worker = loket.siti()
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "penyelia-456")
    assert loket("staff", "add", "budi", "--name", "Budi S.", "--role", "penyelia").code == DONE
    approval = {"login": "budi", "reason": "sisanya dibawa besok"}
    assert loket.pay(worker, received=320_000).problems == [("received", "slip.short")]
    assert loket.pay(worker, received=320_000, approval=approval).code == USED_WRONGLY
    loket.monkeypatch.setenv("LOKET_SECOND_PASSWORD", "salah-sama-sekali")
    assert loket.pay(worker, received=320_000, approval=approval).problems == [
        ("approval.password", "store.wrong_password")
    ]
    loket.monkeypatch.setenv("LOKET_SECOND_PASSWORD", "penyelia-456")
    refused = loket.pay(worker, received=320_000, approval=approval | {"password": "penyelia-456"})
    assert refused.code == USED_WRONGLY
    paid = loket.pay(worker, received=320_000, approval=approval).json
    assert (paid["outcome"], paid["short"], paid["approved_by"]) == ("short", 12_500, "Budi S.")


def test_several_currencies_pay_one_receipt_and_the_answer_says_what_each_was_worth(loket: Program) -> None:
    publish(loket.folder, "TPE", "TWD", "512.40")
    tenders = [
        {"tender": "bank_slip", "currency": "IDR", "received": 100_000, "reference": "A", "paid_on": "2026-11-20"},
        {"tender": "cash", "received": 500},
    ]
    paid = loket.pay(loket.siti(), tender=None, reference=None, currency="TWD", tenders=tenders).json
    assert (paid["amount"], paid["change"], paid["outcome"]) == (649, 46, "change")
    assert [(one["currency"], one["received"], one["worth"], one["paid_on"]) for one in paid["tenders"]] == [
        ("IDR", 100_000, 195, "2026-11-20"),
        ("TWD", 500, 454, None),
    ]


def test_a_currency_with_three_decimals_is_written_with_all_of_them(loket: Program, tmp_path: Path) -> None:
    kuwait = Program(counter_at("KWI", tmp_path / "kwi"), loket.monkeypatch, loket.capsys)
    publish(kuwait.folder, "KWI", "KWD", "53214.75")
    worker = kuwait.siti(country="KW", phone=None)
    exact = kuwait.pay(worker, "quote", currency="KWD").json
    assert exact["amount"] == "6.249"
    for received in ("7.5", 7.5, "7.500"):
        quoted = kuwait.pay(worker, "quote", tender="cash", currency="KWD", received=received, reference=None).json
        assert (quoted["amount"], quoted["change"]) == ("6.249", "1.251")
    assert kuwait.pay(worker, currency="KWD", received="6.2491").problems == [("received", "money.too_fine")]
    assert kuwait.pay(worker, currency="KWD", received=6.248).problems == [("received", "slip.short")]
    assert kuwait.pay(worker, currency="KWD", received=7).json["change"] == "0.000"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"received": -5}, ("received", "money.negative")),
        ({"received": "332500.5"}, ("received", "money.too_fine")),
        ({"received": 332500.5}, ("received", "money.too_fine")),
        ({"received": "banyak"}, ("received", "money.not_a_number")),
        ({"received": True}, ("received", "money.not_a_number")),
        ({"received": 10**40}, ("received", "money.not_a_number")),
        ({"received": 100}, ("received", "slip.short")),
        ({"months": 0}, ("months", "months.at_least_one")),
        ({"months": 2**70}, ("months", "months.too_many")),
        ({"months": None}, ("months", "required")),
        ({"programme": "JHT", "monthly_idr": 1}, ("monthly_idr", "jht.monthly_range")),
        ({"programme": "JHT", "monthly_idr": -1}, ("monthly_idr", "money.negative")),
        ({"programme": "JHT", "monthly_idr": 20_000.5}, ("monthly_idr", "money.too_fine")),
        ({"monthly_idr": 20_000}, ("monthly_idr", "jht.only")),
        ({"programme": "BPJS"}, ("programme", "programme.unknown")),
        ({"tender": "emas"}, ("tender", "tender.unknown")),
        ({"currency": "XXX"}, ("currency", "currency.unknown")),
        ({"lines": []}, ("lines", "lines.both")),
        ({"programme": None, "months": None, "lines": []}, ("lines", "lines.empty")),
        (
            {"programme": None, "months": None, "lines": [{"programme": "JHT", "months": 0}]},
            ("lines[0].months", "months.at_least_one"),
        ),
        ({"tender": None, "reference": None, "tenders": [{"tender": "emas"}]}, ("tenders[0].tender", "tender.unknown")),
    ],
    ids=str,
)
def test_a_wrong_payment_is_refused_at_the_field_as_it_was_written(
    loket: Program, fields: dict[str, Any], expected: tuple[str, str]
) -> None:
    worker = loket.siti()
    before = loket.recorded()
    assert loket.pay(worker, **fields).problems == [expected]
    assert loket.recorded() == before


def test_a_payment_for_nobody_is_refused(loket: Program) -> None:
    assert loket.pay(str(uuid4())).problems == [("worker_id", "worker.unknown")]


def test_the_same_request_gets_the_first_answer_and_another_content_is_refused(loket: Program) -> None:
    worker = loket.siti()
    first = loket.pay(worker, request_id="r-1")
    Path(first.json["pdf"]).unlink()
    again = loket.pay(worker, request_id="r-1", received=None)
    assert again.json == first.json
    assert Path(first.json["pdf"]).exists()
    assert loket.pay(worker, request_id="r-1", months=12).problems == [("request_id", "request.other_content")]
    assert loket("status").json["receipts"] == 1
    assert "salinan" not in again.json["pdf"]


def test_a_slip_reference_used_before_warns_and_never_refuses(loket: Program) -> None:
    worker = loket.siti()
    first, second = loket.pay(worker), loket.pay(worker, months=12)
    assert (first.warnings, "slip.reused" in second.warnings) == (set(), True)
    (reused,) = [warning for warning in second.json["warnings"] if warning["code"] == "slip.reused"]
    assert reused["field"] == "reference"
    assert first.json["receipt"] in reused["message"]


def test_a_slip_without_its_reference_is_taken_with_a_warning(loket: Program) -> None:
    assert loket.pay(loket.siti(), reference=None).warnings == {"tender.reference_missing"}


# claim


def test_a_claim_is_taken_in_with_what_is_there_and_says_what_is_missing(loket: Program, tmp_path: Path) -> None:
    worker = loket.siti()
    bare = loket.claim(worker)
    assert bare.code == DONE
    assert set(bare.json) == {"claim", "claim_id", "missing", "follow_by", "documents", "warnings", "pdf"}
    assert Path(bare.json["pdf"]).stat().st_mode & 0o777 == 0o600
    with loket.open() as desk, desk.read() as work:
        assert bare.json["claim"] == f"TPE3.{work.terminal.mark}-K-2026-000001"
    first, *rest = checklist("JKK-CACAT-SEBAGIAN")
    (tmp_path / "foto.jpg").write_bytes(JPEG)
    with_one = loket.claim(worker, documents=[{"kind": first.one_of[0], "path": str(tmp_path / "foto.jpg")}])
    assert bare.json["missing"] == [first.key, *(requirement.key for requirement in rest)]
    assert with_one.json["missing"] == [requirement.key for requirement in rest]
    assert loket("status").json["documents_pending"] == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "JKK-B-TRANSPORT"}, "claim.never_covered"),
        ({"kind": "JKK-RUGI-PULANG"}, "claim.phase"),
        ({"event_date": "2015-01-01"}, "claim.deadline"),
        ({"event_date": "1990-01-01"}, "claim.deadline"),
    ],
)
def test_phase_cover_and_deadline_never_refuse_a_claim(loket: Program, fields: dict[str, str], expected: str) -> None:
    assert (
        expected in loket.claim(loket.siti(contract_start="2020-01-01", contract_end="2027-01-01"), **fields).warnings
    )


def test_contracts_are_added_put_right_and_listed_with_who_and_why(loket: Program) -> None:
    worker = loket.siti(contract_start="2026-12-11", contract_end="2028-12-10", contract_number="TW-0091")
    (first,) = loket("show", worker).json["placements"]
    more = {"event": "extension", "contract_start": "2028-12-11", "months": 24}
    added = loket("placement", "add", worker, "-", given=more)
    assert (added.code, added.json["worker_id"], added.warnings) == (DONE, worker, set())
    right = {"contract_start": "2026-12-11", "contract_end": "2028-12-10", "months": 36, "event": "new"}
    put_right = loket("placement", "correct", first["id"], "-", "--reason", "salah hitung", given=right)
    assert put_right.warnings == {"contract.months_differ"}
    listed = loket("placement", "list", worker).json
    assert [(one["stands"], one["reason"], one["operator"]) for one in listed] == [
        (True, "salah hitung", "Rina W."),
        (True, "", "Rina W."),
        (False, "", "Rina W."),
    ]
    assert listed[2]["stands_for_it"] == listed[0]["id"] == put_right.json["placement_id"]


def test_show_says_the_phase_of_today_and_what_it_rests_on(loket: Program) -> None:
    worker = loket.siti(contract_start="2024-12-11", contract_end="2026-12-10", departure="2024-12-02")
    phase = loket("show", worker).json["phase"]
    assert (phase["kind"], phase["first"], phase["last"], phase["certain"]) == (
        "during",
        "2024-12-02",
        "2027-01-10",
        True,
    )
    assert [one["what"] for one in phase["evidence"]] == ["departure", "contract_start", "contract_end"]
    bare = loket("show", loket.siti(name="SUKARNO", nik=None, passport_number="D5510392")).json
    assert "departure" in bare["phase"]["missing"]
    assert "tanggal berangkat belum diisi" in bare["phase"]["said"]
    assert [one["phase"]["kind"] for one in bare["placements"]] == [bare["phase"]["kind"]]


@pytest.mark.parametrize(
    ("arguments", "given", "code", "problem"),
    [
        (("correct", "bukan-id"), {}, REFUSED, "placement.unknown"),
        (("correct", str(UUID(int=5))), {}, REFUSED, "placement.unknown"),
        (("add", str(UUID(int=5))), {}, REFUSED, "worker.unknown"),
        (("add", str(UUID(int=5))), {"contract_start": "2026-02-30"}, REFUSED, "date.impossible"),
        (("add", str(UUID(int=5))), {"mulai": "2026-02-03"}, USED_WRONGLY, ""),
    ],
)
def test_a_contract_that_cannot_be_recorded_says_why(
    loket: Program, arguments: tuple[str, str], given: dict[str, str], code: int, problem: str
) -> None:
    answer = loket("placement", *arguments, "-", given=given)
    assert answer.code == code
    if problem:
        assert [one["code"] for one in answer.json["problems"]] == [problem]


def test_a_claim_outside_the_days_that_are_paid_is_taken(loket: Program) -> None:
    worker = loket.siti()
    loket.pay(worker)
    assert "claim.not_covered" in loket.claim(worker).warnings


def test_every_kind_of_benefit_can_be_claimed_without_any_document(loket: Program) -> None:
    worker = loket.siti()
    for benefit in benefits():
        filed_by = "heir" if benefit.death else "worker"
        answer = loket.claim(worker, kind=benefit.code, filed_by=filed_by)
        assert answer.code == DONE, (benefit.code, answer.out)
        assert answer.json["missing"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "JKK-MATI"}, [("filed_by", "claim.death_by_worker")]),
        ({"kind": "JKK-MATI", "filed_by": None}, [("filed_by", "claim.death_by_worker")]),
        ({"kind": "JKK-TAPIR"}, [("kind", "claim.kind_unknown")]),
        ({"kind": None}, [("kind", "required")]),
        ({"event_date": "2026-11-23"}, [("event_date", "claim.event_in_future")]),
        ({"event_date": "2026-02-30"}, [("event_date", "date.impossible")]),
        ({"filed_by": "tetangga"}, [("filed_by", "claim.filed_by_unknown")]),
        (
            {"documents": [{"kind": "paspor", "path": "/tidak/ada.pdf"}]},
            [("documents[0].path", "document.not_readable")],
        ),
        ({"documents": [{"kind": "paspor", "path": "/"}]}, [("documents[0].path", "document.not_readable")]),
        ({"documents": [{"kind": "paspor", "path": "a\0b"}]}, [("documents[0].path", "document.not_readable")]),
        ({"documents": [{"kind": "paspor"}]}, [("documents[0].path", "required")]),
        (
            {"documents": [{"kind": "tapir", "path": __file__}]},
            [
                ("documents[0].kind", "document.kind_unknown"),
                ("documents[0].path", "document.type"),
            ],
        ),
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused_and_nothing_is_recorded(
    loket: Program, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    worker = loket.siti()
    before = loket.recorded()
    assert loket.claim(worker, **fields).problems == expected
    assert loket.recorded() == before


def test_documents_follow_by_the_claim_s_number_and_are_taken_back_by_their_own_id(
    loket: Program, tmp_path: Path
) -> None:
    (tmp_path / "foto.jpg").write_bytes(JPEG)
    worker = loket.siti()
    kept = loket("document", "add", worker, str(tmp_path / "foto.jpg"), "--kind", "paspor").json["document_id"]
    case = {"kind": "JKK-OBAT-LN", "situation": "above_insurance", "follow_by": {"paspor": "2027-01-08"}}
    filed = loket.claim(worker, **case).json
    assert filed["follow_by"]["paspor"] == "2027-01-08"
    assert "surat_penggantian" in filed["missing"]
    letter = {"kind": "surat_keterangan_pemberi_kerja", "path": str(tmp_path / "foto.jpg"), "seen_as": "original"}
    documents = [letter, {"kind": "paspor", "kept": kept}]
    added = loket("attach", "-", given={"claim": filed["claim"].lower(), "documents": documents}).json
    assert len(added["documents"]) == 2
    assert set(filed["missing"]) - set(added["missing"]) == {"surat_keterangan", "paspor"}
    taken = {"document": added["documents"][1], "reason": "Paspor orang lain"}
    assert "paspor" in loket("detach", "-", given=taken).json["missing"]
    assert loket("detach", "-", given=taken).problems == [("document", "document.detached")]


@pytest.mark.parametrize(
    ("command", "given", "expected"),
    [
        ("attach", {}, [("claim", "required"), ("documents", "required")]),
        (
            "attach",
            {"claim": "kambing", "documents": [{"kind": "paspor", "path": "a"}]},
            [("claim", "receipt_number.form")],
        ),
        ("detach", {}, [("document", "required")]),
        ("detach", {"document": "kambing"}, [("document", "document.unknown")]),
    ],
    ids=str,
)
def test_documents_of_nothing_are_refused(
    loket: Program, command: str, given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert loket(command, "-", given=given).problems == expected


def test_a_death_is_taken_from_heirs_and_from_the_mission(loket: Program) -> None:
    worker = loket.siti()
    assert loket.claim(worker, kind="JKK-MATI", filed_by="heir").code == DONE
    assert loket.claim(worker, kind="JKK-MATI", filed_by="mission").code == DONE


# receipt


def test_a_receipt_made_again_is_a_marked_and_counted_copy(loket: Program, tmp_path: Path) -> None:
    number = loket.pay(loket.siti()).json["receipt"]
    for copy in (1, 2):
        out = tmp_path / f"{copy}.pdf"
        answer = loket("receipt", number.lower(), "--out", str(out))
        assert answer.json == {"receipt": number, "copy": copy, "pdf": str(out)}
        assert f"SALINAN {copy}" in pypdfium2.PdfDocument(out)[0].get_textpage().get_text_range()
        assert out.stat().st_mode & 0o777 == 0o600


def test_a_claim_slip_is_made_again_too(loket: Program, tmp_path: Path) -> None:
    number = loket.claim(loket.siti()).json["claim"]
    assert loket("receipt", number, "--out", str(tmp_path / "slip.pdf")).json["copy"] == 1


def test_a_letter_about_a_claim_is_made_and_one_that_has_nothing_to_say_is_refused(
    loket: Program, tmp_path: Path
) -> None:
    number = loket.claim(loket.siti()).json["claim"]
    answer = loket("letter", number, "--kind", "acknowledgement").json
    assert (answer["claim"], answer["letter"]) == (number, "acknowledgement")
    made = Path(answer["pdf"])
    assert made.parent == loket.folder / "print"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    said = spoken_words(made.read_bytes())
    assert number in said
    assert "Acknowledgement of a claim" in said
    elsewhere = tmp_path / "surat.pdf"
    assert loket("letter", number, "--kind", "acknowledgement", "--out", str(elsewhere)).json["pdf"] == str(elsewhere)
    assert loket("letter", number, "--kind", "decision").problems == [("claim", "letter.not_decided")]
    assert loket("letter", number, "--kind", "request").problems == [("claim", "letter.not_asked")]
    assert loket("letter", number, "--kind", "surat").code == USED_WRONGLY
    nowhere = loket("letter", number, "--kind", "acknowledgement", "--out", str(tmp_path / "tidak" / "ada.pdf"))
    assert (nowhere.code, nowhere.out) == (TROUBLE, "")


def test_a_dossier_is_made_and_proven_and_what_was_changed_in_it_is_named(loket: Program, tmp_path: Path) -> None:
    number = loket.claim(loket.siti()).json["claim"]
    (tmp_path / "scan.pdf").write_bytes(drawn_pdf(pages=2))
    document = {"kind": "laporan_polisi", "path": str(tmp_path / "scan.pdf")}
    assert loket("attach", "-", given={"claim": number, "documents": [document]}).code == DONE
    made = loket("dossier", number).json
    assert made["claim"] == number
    assert {"name": "Laporan polisi", "state": "shown"} in made["documents"]
    path = Path(made["pdf"])
    assert path.name == f"{number}-berkas.pdf"
    proven = loket("dossier", "--verify", str(path)).json
    assert (proven["genuine"], proven["intact"], proven["signed"], proven["claim"]) == (True, True, True, number)
    assert {one["verdict"] for one in proven["documents"]} == {"agrees"}
    assert proven["cover"][0]["title"] == "Klaim"
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.remove_page(len(writer.pages) - 1)
    with (tmp_path / "kurang.pdf").open("wb") as file:
        writer.write(file)
    changed = loket("dossier", "--verify", str(tmp_path / "kurang.pdf")).json
    assert (changed["genuine"], changed["intact"], changed["signed"]) == (False, False, True)
    assert "page_differs" in {one["verdict"] for one in changed["documents"]}


def test_what_is_no_dossier_or_no_question_is_said(loket: Program, tmp_path: Path) -> None:
    loket.siti()
    (tmp_path / "bukan.pdf").write_bytes(drawn_pdf())
    assert loket("dossier", "--verify", str(tmp_path / "bukan.pdf")).problems == [("file", "dossier.unreadable")]
    missing = loket("dossier", "--verify", str(tmp_path / "tidak-ada.pdf"))
    assert (missing.code, missing.out) == (TROUBLE, "")
    assert loket("dossier").code == USED_WRONGLY
    assert loket("dossier", "TPE3-K-2026-000001", "--verify", str(tmp_path / "bukan.pdf")).code == USED_WRONGLY
    assert loket("dossier", "TPE3-K-2026-000099").problems == [("claim", "claim.not_synced")]


def test_a_number_that_is_unknown_or_none_is_refused(loket: Program, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "f.pdf")]
    assert loket("receipt", "TPE3-2026-000418", *out).problems == [("receipt", "receipt.unknown")]
    assert loket("receipt", "TPE3-K-2026-000418", *out).problems == [("receipt", "receipt.unknown")]
    assert loket("receipt", "kuitansi", *out).problems == [("receipt", "receipt_number.form")]
    assert not (tmp_path / "f.pdf").exists()


def test_a_copy_that_cannot_be_written_is_not_counted(loket: Program, tmp_path: Path) -> None:
    number = loket.pay(loket.siti()).json["receipt"]
    before = loket.recorded()
    for out in (tmp_path / "tidak" / "ada.pdf", tmp_path):
        answer = loket("receipt", number, "--out", str(out))
        assert (answer.code, answer.out) == (TROUBLE, "")
        assert str(out) in answer.err
    assert loket.recorded() == before


# check


@pytest.fixture
def token(loket: Program) -> str:
    """The bare token of a receipt made here."""
    number = loket.pay(loket.siti()).json["receipt"]
    with loket.open() as desk, desk.read() as work:
        kept = work.connection.execute(receipt.select().where(receipt.c.number == number)).one().token
    return spelled(kept)


def test_a_token_as_text_url_picture_or_pdf_is_genuine_and_says_what_was_signed(
    loket: Program, token: str, tmp_path: Path
) -> None:
    (paper,) = (loket.folder / "print").iterdir()
    page = pypdfium2.PdfDocument(paper)[0]
    picture = tmp_path / "kuitansi tanpa akhiran"
    page.render(scale=2).to_pil().save(picture, "PNG")
    photo = tmp_path / "kuitansi.jpg"
    page.render(scale=2).to_pil().convert("RGB").save(photo, "JPEG", quality=60)
    expected = {
        "genuine": True,
        "known_here": True,
        "counter": "TPE3",
        "terminals": 0,
        "terminals_listed": None,
        "became": None,
        "kind": "receipt",
        "number": paper.stem,
        "date": "2026-11-22",
        "initials": "SN",
        "passport_end": "1907",
        "lines": [{"programme": "JKK+JKM", "months": 24, "covered_from": "2026-12-11", "covered_to": "2028-12-10"}],
        "amount_idr": 332_500,
        "amount": 332_500,
        "currency": "IDR",
    }
    url = f"https://loket-pmi.example/k/{token.lower()}"
    for given in (token, url, str(picture), str(photo), str(paper)):
        answer = loket("check", given)
        assert (answer.code, answer.json) == (DONE, expected), given


def test_a_paper_is_checked_however_long_the_name_of_its_folder(loket: Program, token: str, tmp_path: Path) -> None:
    (paper,) = (loket.folder / "print").iterdir()
    deep = tmp_path.joinpath(*["arsip kuitansi yang lama sekali"] * 12)
    deep.mkdir(parents=True)
    shutil.copy(paper, deep / "k.pdf")
    assert loket("check", str(deep / "k.pdf")).json["genuine"] is True


@pytest.mark.parametrize("at", [60, 120, -10])
def test_a_token_with_one_letter_changed_is_not_genuine(loket: Program, token: str, at: int) -> None:
    other = "A" if token[at] != "A" else "B"
    changed = token[:at] + other + token[at:][1:]
    answer = loket("check", changed)
    assert (answer.code, answer.json["genuine"]) == (DONE, False)
    assert answer.json["problems"][0]["message"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            ReceiptFacts(
                "z",
                "TPE9-Z-000031",
                date(2026, 11, 22),
                "",
                "",
                refers="TPE9-Z-000030",
                chain=bytes(32),
                sums=(TokenSum("KWD", 3, 12_345, -5),),
                receipts=38,
                voids=2,
            ),
            {
                "kind": "z",
                "refers": "TPE9-Z-000030",
                "chain": "00" * 32,
                "receipts": 38,
                "voids": 2,
                "cash": [{"currency": "KWD", "counted": "12.345", "expected": "-0.005"}],
            },
        ),
        (
            ReceiptFacts(
                "card",
                "TPE9-2026-000418",
                date(2026, 11, 22),
                "SN",
                "1907",
                lines=(TokenLine("JHT", 3, date(2026, 12, 1), date(2027, 2, 28)),),
                confirmed_on=date(2026, 12, 1),
                kpj_end="7891",
            ),
            {"kind": "card", "confirmed_on": "2026-12-01", "kpj_end": "7891", "amount": None},
        ),
        (
            ReceiptFacts(
                "statement",
                "TPE9-K-2026-000032",
                date(2026, 11, 24),
                "SN",
                "1907",
                about="missing",
                event_on=date(2026, 11, 3),
            ),
            {"kind": "statement", "about": "missing", "event_date": "2026-11-03"},
        ),
        (
            ReceiptFacts("dossier", "TPE9-K-2026-000031", date(2026, 11, 24), "SN", "1907", chain=bytes(range(32))),
            {"kind": "dossier", "manifest_sha256": bytes(range(32)).hex()},
        ),
    ],
)
def test_other_papers_say_what_they_are(loket: Program, facts: ReceiptFacts, said: dict[str, object]) -> None:
    key = SigningKey.new()
    answer = loket("check", spelled(make_token(facts, key.sign, thumbprint(key.public)))).json
    assert answer["genuine"] is None
    assert {name: answer[name] for name in said} == said


@pytest.mark.parametrize("garbage", ["HALO", "https://bukan.example/k/AAAA", "", "é"])
def test_what_is_no_token_is_not_genuine(loket: Program, garbage: str) -> None:
    answer = loket("check", garbage)
    assert (answer.code, answer.json["genuine"]) == (DONE, False)
    assert [problem["code"] for problem in answer.json["problems"]] == ["token.unreadable"]


def test_of_an_unknown_counter_nobody_can_say(loket: Program) -> None:
    key = SigningKey.new()
    facts = ReceiptFacts("claim", "HKG1-K-2026-000001", date(2026, 11, 20), "SN", "1907")
    stranger = spelled(make_token(facts, key.sign, thumbprint(key.public)))
    answer = loket("check", stranger)
    assert answer.code == DONE
    assert (answer.json["genuine"], answer.json["known_here"], answer.json["number"]) == (
        None,
        False,
        "HKG1-K-2026-000001",
    )


def test_a_file_without_a_code_is_refused_and_one_that_is_not_there_is_trouble(loket: Program, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (300, 300), 255).save(tmp_path / "kosong.png")
    (tmp_path / "rusak.pdf").write_bytes(b"%PDF-1.4 rusak")
    assert loket("check", str(tmp_path / "kosong.png")).problems == [("token", "token.not_found")]
    assert loket("check", str(tmp_path / "rusak.pdf")).problems == [("file", "file.unreadable")]
    missing = loket("check", str(tmp_path / "tidak-ada.pdf"))
    assert (missing.code, missing.out) == (TROUBLE, "")


# verify and status


def test_a_healthy_counter_is_verified_with_counts(loket: Program) -> None:
    worker = loket.siti()
    loket.pay(worker)
    loket.claim(worker)
    found = loket("verify")
    assert found.code == DONE
    assert (found.json["ok"], found.json["own_entries"], found.json["ledger"]["receipt"]) == (True, 6, 1)
    assert (found.json["pulled_entries"], found.json["pulled_without_key"]) == (0, 0)


def test_the_balance_of_a_day_adds_up_line_by_line(loket: Program) -> None:
    loket.pay(loket.siti())
    found = loket("balance")
    assert (found.code, found.json["holds"], found.json["breaks"], found.json["centre"]) == (DONE, True, [], None)
    (row,) = found.json["rows"]
    assert (row["papers"], row["currency"]) == (1, "IDR")
    assert row["receipts"] - row["voids"] - row["refunds"] == sum(row["tenders"].values()) == 332_500
    assert loket("balance", "--all").json["rows"] == found.json["rows"]


def test_a_balance_that_does_not_hold_names_the_line(loket: Program) -> None:
    paid = loket.pay(loket.siti()).json["receipt"]
    with loket.open() as desk, desk.store.write() as connection:
        connection.execute(update(receipt).values(due=1))
    found = loket("balance")
    assert (found.code, found.json["holds"]) == (REFUSED, False)
    assert [(one["step"], one["where"], one["should_be"], one["is"]) for one in found.json["breaks"]] == [
        ("receipt", paid, 1, 332_500)
    ]
    assert paid in found.json["sentence"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [(["--day", "2026-11-23", "--to", "2026-11-22"], REFUSED), (["--all", "--day", "2026-11-22"], USED_WRONGLY)],
)
def test_a_balance_is_asked_for_days_that_make_sense(loket: Program, asked: list[str], code: int) -> None:
    assert loket("balance", *asked).code == code


def tampered(loket: Program, statement: Any) -> Answer:
    """`verify` after somebody who has the key changed one thing in the database."""
    with loket.open() as desk, desk.store.write() as connection:
        connection.execute(statement)
    return loket("verify")


def test_a_changed_amount_in_the_ledger_is_found(loket: Program) -> None:
    loket.pay(loket.siti())
    found = tampered(loket, update(receipt).values(amount_idr=1))
    assert (found.code, found.json["ok"], found.json["code"]) == (TROUBLE, False, "verify.ledger")
    assert "receipt" in found.json["message"]
    assert found.json["message"] in found.err


def test_changed_facts_of_an_entry_are_found_with_their_place(loket: Program) -> None:
    loket.pay(loket.siti())
    with loket.open() as desk, desk.read() as work:
        facts = work.connection.execute(entries.select().where(entries.c.seq == 5)).one().facts
    changed = facts.replace(b"amount_idr", b"amount_idx")
    assert changed != facts
    found = tampered(loket, update(entries).where(entries.c.seq == 5).values(facts=changed))
    assert (found.code, found.json["code"]) == (TROUBLE, "verify.chain")
    assert "5" in found.json["message"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: update(entries).where(entries.c.seq == 3).values(personal=b"\x92\x00\xc0"), "verify.chain"),
        (lambda: update(entries).where(entries.c.seq == 3).values(signature=bytes(64)), "verify.signature"),
        (lambda: update(entries).where(entries.c.seq == 3).values(header=b"\xc1"), "verify.unreadable"),
        (lambda: update(entries).where(entries.c.seq == 3).values(kind="staff.listed"), "verify.chain"),
        (lambda: entries.delete().where(entries.c.seq == 3), "verify.gap"),
        (receipt.delete, "verify.ledger"),
    ],
)
def test_whatever_is_changed_in_journal_or_ledger_is_found(
    loket: Program, change: Callable[[], Any], code: str
) -> None:
    loket.pay(loket.siti())
    found = tampered(loket, change())
    assert (found.code, found.json["ok"], found.json["code"]) == (TROUBLE, False, code)


def test_a_pulled_entry_whose_bytes_were_changed_is_found(loket: Program) -> None:
    publish(loket.folder, "TPE", "TWD", "512.40")
    assert loket("verify").json["pulled_without_key"] == 2
    found = tampered(loket, update(entries).where(entries.c.kind == "rate.published").values(facts=b"\x80"))
    assert (found.code, found.json["code"]) == (TROUBLE, "verify.chain")


def test_flipped_bytes_of_the_file_are_noticed(loket: Program) -> None:
    loket.pay(loket.siti())
    database = loket.folder / "loket.db"
    content = bytearray(database.read_bytes())
    for at in range(4096 * 20 + 99, len(content), 4096):
        content[at] ^= 1
    database.write_bytes(content)
    found = loket("verify")
    assert found.code == TROUBLE
    assert "rusak atau telah diubah" in found.err
    assert "Traceback" not in found.err


# Proving


def test_a_proof_is_printed_or_written_and_checked_by_a_script_that_shares_nothing_with_us(
    loket: Program, tmp_path: Path
) -> None:
    worker = loket.siti()
    loket.pay(worker)
    loket.pay(worker, months=12)
    printed = loket("proof", "--year", "2026")
    assert (printed.code, printed.err) == (DONE, "")
    assert [row["amount_idr"] for row in printed.json["numbers"]] == [332_500, 189_000]
    path = tmp_path / "bukti.json"
    written = loket("proof", "--year", "2026", "--out", str(path))
    assert path.read_text() == printed.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert written.json == {
        "proof": str(path),
        "numbers": 2,
        "entries": len(printed.json["entries"]),
        "head": printed.json["head"]["hash"],
        "other_heads": [],
    }
    done = run_checker(path, "--key", printed.json["terminal"]["fingerprint"])
    assert (done.returncode, done.stdout.split(".")[0]) == (0, "TERBUKTI (verified)")


def test_a_proof_that_cannot_be_made_says_why(loket: Program, tmp_path: Path) -> None:
    assert loket("proof", "--head", "abcdef").problems == [("head", "proof.no_head")]
    assert loket("proof", "--year", "kini").code == USED_WRONGLY
    assert loket("proof", "--out", str(tmp_path)).code == TROUBLE


def test_status_says_how_the_terminal_stands(loket: Program) -> None:
    loket.pay(loket.siti())
    status = loket("status").json
    assert {key: status[key] for key in ("mission", "series", "enrolled", "centre", "sync", "pending", "held")} == {
        "mission": "TPE",
        "series": "TPE3",
        "enrolled": False,
        "centre": None,
        "sync": "alone",
        "pending": 5,
        "held": 0,
    }
    assert (status["workers"], status["receipts"], status["claims"], status["entries"]) == (1, 1, 0, 5)
    assert (status["operator"], status["data"]) == ("rina", str(loket.folder))


# enrol and sync, as far as they go without a centre


def test_a_code_that_was_mistyped_is_refused_before_anybody_is_called(loket: Program) -> None:
    refused = loket("enrol", "--centre", "http://127.0.0.1:9", "--code", "ABC")
    assert refused.problems == [("code", "code.length")]


def test_a_centre_that_does_not_answer_is_trouble_and_changes_nothing(loket: Program) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        before = loket("status").json
        answer = loket("enrol", "--centre", address, "--code", str(Code.new(SigningKey.new().public)))
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert answer.err.strip()
    assert "Traceback" not in answer.err
    assert loket("status").json == before


def test_an_authority_is_pinned_shown_and_forgotten(loket: Program, tmp_path: Path) -> None:
    ours = certificate(tmp_path / "ca", "CA Kementerian")
    assert loket("ca", "show").json == {"pinned": []}
    refused = loket("ca", "pin", str(ours.key))
    assert refused.problems == [("ca", "ca.private_key")]
    (pinned,) = loket("ca", "pin", str(ours.chain)).json["pinned"]
    assert pinned["name"] == "CA Kementerian"
    assert loket("ca", "show").json == {"pinned": [pinned]}
    assert loket("ca", "forget").json == {"pinned": []}


def test_a_counter_that_is_not_enrolled_says_so_and_keeps_its_work(loket: Program) -> None:
    loket.siti()
    answer = loket("sync")
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert "terdaftar" in answer.err
    assert loket("status").json["pending"] == 4


def test_a_sync_after_which_somebody_has_to_look_answers_and_is_no_success(loket: Program) -> None:
    asked: dict[str, Any] = {}

    def forked(_desk: Desk, **how: Any) -> SimpleNamespace:
        asked.update(how)
        counts = {"pushed": 3, "pulled": 4, "pending": 0, "documents_pending": 0, "returned": 0}
        return SimpleNamespace(
            **counts,
            statement_verified=False,
            covers_head=False,
            centre_restored=False,
            base=False,
            base_trouble=None,
            trouble=Trouble("sync.statement_differs"),
        )

    loket.monkeypatch.setattr("kiosk.sync.sync.sync", forked)
    answer = loket("sync", "--centre", "https://pusat.example")
    assert answer.code == TROUBLE
    assert {key: answer.json[key] for key in ("pushed", "pulled", "statement", "pending")} == {
        "pushed": 3,
        "pulled": 4,
        "statement": False,
        "pending": 0,
    }
    assert answer.err.strip()
    assert asked["centre"] == "https://pusat.example"
    assert asked["deadline"] < 60


# staff


def test_somebody_added_can_sign_in_until_disabled(loket: Program) -> None:
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "teh-poci-hangat")
    added = loket("staff", "add", "Budi", "--name", "Budi Santoso")
    assert {key: added.json[key] for key in ("login", "name", "role")} == {
        "login": "budi",
        "name": "Budi Santoso",
        "role": "petugas",
    }
    listed = {row["login"]: row for row in loket("staff", "list").json}
    assert listed["budi"] == {"login": "budi", "name": "Budi Santoso", "role": "petugas", "active": True, "here": True}
    loket.monkeypatch.setenv("LOKET_PASSWORD", "teh-poci-hangat")
    number = loket("register", "-", "--operator", "budi", given=SITI)
    assert number.code == DONE
    loket.monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)
    assert loket("staff", "disable", "BUDI").json == {"login": "budi", "active": False, "rekeyed": True}
    listed = {row["login"]: row for row in loket("staff", "list").json}
    assert (listed["budi"]["active"], listed["budi"]["here"]) == (False, False)
    loket.monkeypatch.setenv("LOKET_PASSWORD", "teh-poci-hangat")
    shut_out = loket("status", "--operator", "budi")
    assert (shut_out.code, shut_out.out) == (TROUBLE, "")
    loket.monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)
    assert loket("verify").json["ledger"]["worker"] == 1


def test_one_who_was_taken_off_the_list_elsewhere_is_told_so(loket: Program) -> None:
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "teh-poci-hangat")
    operator_id = loket("staff", "add", "budi").json["operator_id"]
    with loket.open() as desk, desk.work() as work:
        work.record(
            StaffListed(
                operator_id=UUID(operator_id),
                mission="TPE",
                role="petugas",
                active=False,
                personal=StaffName(login="budi", name="Budi"),
            )
        )
    loket.monkeypatch.setenv("LOKET_PASSWORD", "teh-poci-hangat")
    answer = loket("status", "--operator", "budi")
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert "dinonaktifkan" in answer.err


def test_a_new_password_of_ones_own_and_of_somebody_else(loket: Program) -> None:
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "teh-poci-hangat")
    loket("staff", "add", "budi")
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "kopi-tubruk-1")
    assert loket("staff", "password", "budi").json == {"login": "budi", "changed": True}
    assert loket("staff", "password").json == {"login": "rina", "changed": True}
    assert loket("status").code == TROUBLE
    loket.monkeypatch.setenv("LOKET_PASSWORD", "kopi-tubruk-1")
    assert loket("status").code == loket("status", "--operator", "budi").code == DONE
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "pendek")
    assert loket("staff", "password").problems == [("password", "password.too_short")]


def test_a_petugas_manages_nobody(loket: Program) -> None:
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "teh-poci-hangat")
    loket("staff", "add", "budi")
    loket.monkeypatch.setenv("LOKET_PASSWORD", "teh-poci-hangat")
    for command in (["add", "dewi"], ["disable", "rina"], ["password", "rina"]):
        assert loket("staff", *command, "--operator", "budi").problems == [("operator", "staff.not_allowed")]
    assert loket("staff", "list", "--operator", "budi").code == DONE


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["disable", "rina"], ("login", "login.own")),
        (["disable", "siapa"], ("login", "staff.unknown")),
        (["password", "siapa"], ("login", "staff.unknown")),
        (["add", "rina"], ("login", "login.taken")),
        (["add", "budi", "--role", "raja"], ("role", "staff.role_unknown")),
        (["add", "bu di"], ("login", "login.character")),
    ],
    ids=str,
)
def test_staff_commands_that_cannot_be_are_refused(
    loket: Program, command: list[str], expected: tuple[str, str]
) -> None:
    loket.monkeypatch.setenv("LOKET_NEW_PASSWORD", "teh-poci-hangat")
    before = loket.recorded()
    assert loket("staff", *command).problems == [expected]
    assert loket.recorded() == before


# Trouble


def test_a_wrong_password_has_its_own_sentence(loket: Program) -> None:
    loket.monkeypatch.setenv("LOKET_PASSWORD", "salah-sekali")
    answer = loket("status")
    assert (answer.code, answer.out, answer.err) == (TROUBLE, "", "Kata sandi rina salah. Ketik kembali.\n")


def test_a_folder_without_a_counter_a_damaged_key_file_and_a_damaged_database_have_theirs(loket: Program) -> None:
    sentences = []
    nowhere = Program(loket.folder / "tidak-ada", loket.monkeypatch, loket.capsys)
    sentences.append(nowhere("status"))
    kept = (loket.folder / "keys.json").read_bytes()
    (loket.folder / "keys.json").write_bytes(kept[:200])
    sentences.append(loket("status"))
    (loket.folder / "keys.json").write_bytes(kept)
    (loket.folder / "loket.db").write_bytes(b"x" * 8192)
    sentences.append(loket("status"))
    assert [(one.code, one.out) for one in sentences] == [(TROUBLE, "")] * 3
    assert [one.err.split()[:3] for one in sentences] == [
        ["Belum", "ada", "data"],
        ["Berkas", "kunci", "loket"],
        ["Basis", "data", str(loket.folder / "loket.db")],
    ]


def test_somebody_without_a_slot_is_told_whom_to_ask(loket: Program) -> None:
    answer = loket("status", "--operator", "budi")
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert "budi" in answer.err
    assert "admin" in answer.err


def test_without_a_password_and_a_terminal_the_program_says_what_to_set(prepared: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "LOKET_PASSWORD"}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "status", "--data", str(prepared)],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # no terminal to ask at
        check=False,
    )
    assert (done.returncode, done.stdout) == (USED_WRONGLY, "")
    assert "LOKET_PASSWORD" in done.stderr


def test_a_print_folder_that_cannot_be_written_is_noticed_before_anything_is_recorded(loket: Program) -> None:
    worker = loket.siti()
    (loket.folder / "print").write_text("a file in its place")
    before = loket.recorded()
    for answer in (loket.pay(worker), loket.claim(worker)):
        assert (answer.code, answer.out) == (TROUBLE, "")
        assert str(loket.folder / "print") in answer.err
        assert "belum ada yang dicatat" in answer.err
    assert loket.recorded() == before


def test_a_paper_that_cannot_be_written_costs_the_paper_and_not_the_payment(loket: Program) -> None:
    worker = loket.siti()
    with loket.open() as desk, desk.read() as work:
        number = str(work.next_number())
    (loket.folder / "print" / f"{number}.pdf").mkdir(parents=True)
    paid = loket.pay(worker, request_id="r-1")
    assert (paid.code, paid.json["receipt"], paid.json["pdf"]) == (DONE, number, None)
    assert number in paid.err
    assert "loket receipt" in paid.err
    (loket.folder / "print" / f"{number}.pdf").rmdir()
    again = loket.pay(worker, request_id="r-1").json
    assert again == paid.json | {"pdf": str(loket.folder / "print" / f"{number}.pdf")}


def test_a_disk_that_is_nearly_full_takes_no_new_work_and_loses_none(loket: Program) -> None:
    worker = loket.siti()
    before = loket.recorded()
    real = os.statvfs

    def nearly_full(path: Any) -> Any:
        there = real(path)
        return SimpleNamespace(f_bavail=1000, f_frsize=there.f_frsize)

    loket.monkeypatch.setattr(os, "statvfs", nearly_full)
    answer = loket.pay(worker)
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert "Ruang diska" in answer.err
    assert loket.pay(worker, "quote").code == DONE
    assert loket.recorded() == before


def test_a_disk_that_becomes_full_after_the_payment_still_gives_its_number_and_paper(loket: Program) -> None:
    worker = loket.siti()
    real, asked = os.statvfs, []

    def full_from_the_second_time_on(path: Any) -> Any:
        asked.append(path)
        return real(path) if len(asked) == 1 else SimpleNamespace(f_bavail=0, f_frsize=4096)

    loket.monkeypatch.setattr(os, "statvfs", full_from_the_second_time_on)
    paid = loket.pay(worker)
    assert paid.code == DONE
    assert Path(paid.json["pdf"]).read_bytes().startswith(b"%PDF-")
    # A further copy would be new work, and waits.
    assert loket("print", paid.json["receipt"]).code == TROUBLE
    loket.monkeypatch.setattr(os, "statvfs", real)
    assert loket("status").json["receipts"] == 1


def test_a_file_that_may_not_grow_ends_in_a_sentence_and_nothing_is_lost(loket: Program) -> None:
    worker = loket.siti()
    before = loket.recorded()
    form = {"worker_id": worker, "programme": "JKK+JKM", "months": 24, "tender": "bank_slip"}

    def no_file_grows() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "pay", "-", "--data", str(loket.folder)],
        input=json.dumps(form),
        capture_output=True,
        text=True,
        preexec_fn=no_file_grows,
        check=False,
    )
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert "iska" in done.stderr
    assert "Traceback" not in done.stderr
    assert loket.recorded() == before
    assert loket("verify").json["ok"] is True


@pytest.mark.expects_log("RuntimeError")
def test_a_fault_of_ours_is_a_sentence_with_a_number_and_a_story_in_the_log(loket: Program) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    loket.monkeypatch.setattr("kiosk.queries.workers.search", broken)
    try:
        answer = loket("search", "siti")
    finally:
        for handler in list(log.handlers):
            log.removeHandler(handler)
            handler.close()
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert "Traceback" not in answer.err
    (reference,) = re.findall(r"\b[A-Z0-9]{4}-[0-9]{2}\b", answer.err)
    story = loket.folder / "loket.log"
    assert f"{reference}: RuntimeError" in story.read_text()
    assert "a bug" in story.read_text()
    assert story.stat().st_mode & 0o777 == 0o600


# Several at once, and what stays behind


# --- papers of a worker, and passport pages ---


def test_a_worker_s_papers_are_kept_listed_and_given_back(loket: Program, tmp_path: Path) -> None:
    worker = loket.siti()
    photo = tmp_path / "foto ktp.jpg"
    photo.write_bytes(JPEG)
    kept = loket("document", "add", worker, "--kind", "ktp", str(photo)).json
    assert (kept["media_type"], kept["warnings"]) == ("image/jpeg", [])
    (row,) = loket("document", "list", worker).json
    assert (row["kind"], row["name"], row["file_name"], row["operator"]) == ("ktp", "KTP", "foto ktp.jpg", "Rina W.")
    assert (row["sha256"], row["size"], row["here"], row["at_centre"]) == (kept["sha256"], kept["size"], True, False)
    out = tmp_path / "kembali.jpg"
    said = loket("document", "get", kept["sha256"], "--out", str(out)).json
    assert said == {"sha256": kept["sha256"], "media_type": "image/jpeg", "size": kept["size"], "file": str(out)}
    assert sha256(out.read_bytes()).hexdigest() == kept["sha256"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert loket("status").json["documents_pending"] == 1


def test_a_paper_may_come_from_the_scanner(loket: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = loket.siti()
    scanner = PretendScanner([JPEG])
    monkeypatch.setattr("kiosk.devices.scanner.ScanimageScanner", lambda: scanner)
    assert loket("document", "add", worker, "--kind", "paspor", "--scan", "--turn", "180").code == DONE
    assert loket("document", "list", worker).json[0]["file_name"] == "paspor.jpg"
    assert loket("document", "add", worker, "--kind", "paspor", "--scan").code == TROUBLE


def test_papers_that_cannot_be_kept_are_refused_in_the_usual_way(loket: Program, tmp_path: Path) -> None:
    worker = loket.siti()
    photo = tmp_path / "a.jpg"
    photo.write_bytes(JPEG[:600])
    assert loket("document", "add", worker, "--kind", "ktp", str(photo)).problems == [("document", "document.damaged")]
    assert loket("document", "add", worker, "--kind", "tapir", str(photo)).problems == [
        ("kind", "document.kind_unknown")
    ]
    assert loket("document", "add", worker, "--kind", "ktp").code == USED_WRONGLY
    assert loket("document", "add", worker, "--kind", "ktp", str(tmp_path / "tidak ada.jpg")).code == TROUBLE
    assert loket("document", "get", "00" * 32, "--out", str(tmp_path / "b")).problems == [
        ("document", "document.unknown")
    ]
    assert loket("document", "get", "abc", "--out", str(tmp_path / "b")).code == USED_WRONGLY
    assert not (tmp_path / "b").exists()


def test_a_passport_s_page_registers_somebody(loket: Program, tmp_path: Path) -> None:
    lines = make_mrz(
        surname="RAHAYU", given="DEWI", number="C1234567", birth_date=date(1996, 5, 1), sex="F", expiry=date(2032, 1, 9)
    )
    page = tmp_path / "paspor.jpg"
    page.write_bytes(jpeg(laid(data_page(lines, "DEWI RAHAYU", dpi=200), (1654, 1400), angle=1.5, noise=20)))
    said = loket("mrz", str(page), data=False).json
    assert (said["mrz"], said["name"], said["number"]) == (list(lines), "DEWI RAHAYU", "C1234567")
    assert (said["birth_date"], said["sex"], said["expiry"]) == ("1996-05-01", "F", "2032-01-09")
    assert (said["kind"], said["nationality"], said["warnings"]) == ("paspor", "IDN", [])
    assert loket("register", "-", given={"mrz": said["mrz"], "consent": True}).code == DONE
    assert loket("search", "rahayu").json[0]["passport_number"] == "C1234567"
    page.write_bytes(JPEG)
    assert loket("mrz", str(page), data=False).problems == [("mrz", "mrz.not_found")]
    assert loket("mrz", str(tmp_path / "tidak ada.jpg"), data=False).code == TROUBLE


def run(folder: Path, *arguments: str, given: Any = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments, "--data", str(folder)],
        input=None if given is None else json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_programs_that_pay_at_once_get_two_numbers(loket: Program) -> None:
    worker = loket.siti()
    form = {"worker_id": worker, "programme": "JKK+JKM", "months": 6, "tender": "bank_slip"}
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda n: run(loket.folder, "pay", "-", given=form | {"reference": str(n)}), range(2)))
    assert [one.returncode for one in done] == [DONE] * 2, [one.stderr for one in done]
    numbers = sorted(json.loads(one.stdout)["receipt"][-6:] for one in done)
    assert numbers == ["000001", "000002"]
    spans = sorted((json.loads(one.stdout)["covered_from"], json.loads(one.stdout)["covered_to"]) for one in done)
    assert len(set(spans)) == 2
    assert json.loads(run(loket.folder, "verify").stdout)["ledger"]["receipt"] == 2


def test_the_same_request_from_two_programs_is_paid_and_printed_once(loket: Program) -> None:
    form = {"worker_id": loket.siti(), "programme": "JKK+JKM", "months": 6, "tender": "bank_slip", "request_id": "r"}
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: run(loket.folder, "pay", "-", given=form), range(2)))
    assert [one.returncode for one in done] == [DONE, DONE]
    assert done[0].stdout == done[1].stdout
    verified = json.loads(run(loket.folder, "verify").stdout)["ledger"]
    assert (verified["receipt"], verified["receipt_reprint"]) == (1, 0)


def test_the_installed_program_answers_in_utf_8_whatever_the_language_of_the_machine(loket: Program) -> None:
    loket.siti()
    program = Path(sys.executable).with_name("loket")
    done = subprocess.run(
        [program, "--data", str(loket.folder), "search", "siti"],
        env=os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (DONE, b"")
    assert json.loads(done.stdout.decode("utf-8"))[0]["nik"] == "350710••••••0003"


def test_an_answer_that_cannot_be_delivered_is_not_a_success(loket: Program) -> None:
    command = [sys.executable, "-m", "kiosk", "--data", str(loket.folder), "status"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == TROUBLE
    assert "stdout" in done.stderr
    assert "Traceback" not in done.stderr


def test_after_a_morning_no_file_outside_the_print_folder_tells_who_came(loket: Program, tmp_path: Path) -> None:
    loket.monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    loket.monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    worker = loket.siti()
    number = loket.pay(worker).json["receipt"]
    loket.claim(worker, description=f"{NAME} jatuh dari tangga")
    loket("search", "nurhaliza")
    loket("show", worker)
    loket("check", str(loket.folder / "print" / f"{number}.pdf"))
    loket("receipt", number, "--out", os.devnull)
    loket("verify")
    loket("register", "-", given=SITI)
    lying = [path for root in (loket.folder, tmp_path / "temp") for path in root.rglob("*") if path.is_file()]
    assert loket.folder / "loket.db" in lying
    for path in lying:
        if path.parent == loket.folder / "print":
            assert path.stat().st_mode & 0o777 == 0o600
            continue
        content = path.read_bytes()
        for secret in (NAME, NIK, PASSPORT, "NURHALIZA", "Chen Mei-ling"):
            assert secret.encode() not in content, path


def test_papers_do_not_stay_in_the_print_folder_over_a_day(loket: Program) -> None:
    paper = Path(loket.pay(loket.siti()).json["pdf"])
    assert loket("status").code == DONE
    assert paper.exists()
    yesterday = paper.stat().st_mtime - 24 * 3600 - 60
    os.utime(paper, (yesterday, yesterday))
    assert loket("status").code == DONE
    assert not paper.exists()


def test_the_database_cannot_be_read_without_its_key(loket: Program) -> None:
    loket.siti()
    connection = sqlcipher.connect(str(loket.folder / "loket.db"))
    with pytest.raises(sqlcipher.DatabaseError):
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()


# The recovery code


def test_the_printed_code_gives_a_forgotten_person_a_new_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, page = tmp_path / "loket", tmp_path / "kode.pdf"
    monkeypatch.setenv("LOKET_PASSWORD", "lupa-sekali")
    init = ["init", "--data", str(folder), "--mission", "TPE", "--series", "TPE3", "--operator", "rina"]
    assert main([*init, "--paper", str(page)]) == 0
    code = json.loads(capsys.readouterr().out)["recovery_code"]
    words = "".join(one.extract_text() for one in PdfReader(page).pages)
    assert all(group in words for group in code.split("-"))
    assert page.stat().st_mode & 0o777 == 0o600

    monkeypatch.setenv("LOKET_NEW_PASSWORD", "ingat-lagi-1")
    monkeypatch.setenv("LOKET_RECOVERY_CODE", code.lower())
    assert main(["recover", "rina", "--data", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out) == {"login": "rina", "changed": True}
    assert main(["status", "--data", str(folder)]) == 3, "the old password opens nothing any more"
    monkeypatch.setenv("LOKET_PASSWORD", "ingat-lagi-1")
    assert main(["status", "--data", str(folder)]) == 0
    capsys.readouterr()

    assert main(["recover", "budi", "--data", str(folder)]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "staff.unknown"
    monkeypatch.setenv("LOKET_RECOVERY_CODE", code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert main(["recover", "rina", "--data", str(folder)]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "recovery_code.mistyped"


# --- personal data ---


def test_consent_is_read_taken_back_and_given_again(loket: Program) -> None:
    worker = loket.siti()
    assert loket("consent", worker).json["consent"] == "given"
    text = loket("consent", worker, "--text", "--language", "en").json
    assert "I may withdraw my consent" in text["text"]
    taken = loket("consent", worker, "--withdraw", "--remark", "meminta sendiri").json
    assert (taken["consent"], taken["restricted"]) == ("withdrawn", True)
    assert taken["act_before"] is not None
    assert taken["consents"][0]["remark"] == "meminta sendiri"
    assert loket("search", "nurhaliza").json[0]["name"] == "S. N. · Data dibatasi"
    given = loket("consent", worker, "--give").json
    assert (given["consent"], given["restricted"], given["act_before"]) == ("given", False, None)
    again = loket("consent", worker, "--give")
    assert (again.code, again.problems) == (1, [("consent", "consent.already_given")])
    unknown = loket("consent", worker, "--give", "--version-of-text", "99")
    assert unknown.problems == [("consent", "consent.version_unknown")]


def test_a_restricted_worker_is_shown_only_with_reveal(loket: Program) -> None:
    worker = loket.siti()
    assert loket("restrict", worker).problems == [("remark", "restriction.remark_missing")]
    assert loket("restrict", worker, "--remark", "meminta sendiri").json["restricted"]
    hidden = loket("show", worker)
    assert NAME not in hidden.out
    assert PASSPORT not in hidden.out
    assert loket("show", worker, "--reveal").json["name"] == NAME
    assert not loket("restrict", worker, "--lift", "--remark", "datang sendiri").json["restricted"]
    shown = loket("show", worker).json
    assert shown["name"] == NAME
    assert shown["nik"] == "350710••••••0003"


def test_a_worker_gets_their_own_copy_as_a_pdf_and_as_json(loket: Program, tmp_path: Path) -> None:
    worker, out = loket.siti(), tmp_path / "siti.pdf"
    done = loket("subject-access", worker, "--out", str(out), "--json").json
    assert out.read_bytes().startswith(b"%PDF")
    assert out.stat().st_mode & 0o777 == 0o600
    assert {"label": "Nama", "value": NAME} in done["identity"]
    assert done["consents"]
    assert loket("subject-access", worker).code == 2


def test_whose_data_is_on_this_machine(loket: Program, tmp_path: Path) -> None:
    loket.siti()
    limited = loket.siti(name="DEWI", nik=None, passport_number="C5555555", phone=None)
    loket("restrict", limited, "--remark", "meminta sendiri")
    out = tmp_path / "orang.csv"
    seen = loket("holdings", "--csv", str(out)).json
    assert (seen["people"], seen["restricted"], seen["unsent"]) == (2, 1, seen["own_entries"])
    written = out.read_text(encoding="utf-8-sig")
    assert NAME in written
    assert "••••1907" in written
    assert "DEWI" not in written
    assert PASSPORT not in written


# --- printers ---


def test_a_printer_is_chosen_tried_out_and_printed_on_and_what_is_not_out_is_listed(loket: Program) -> None:
    loket.monkeypatch.setenv("PATH", "")  # no CUPS here
    worker = loket.siti()
    with StripPrinter() as there:
        assert loket("printers", "list").json == {"copies": 1, "printers": []}
        chosen = loket("printers", "choose", there.address, "--copies", "2")
        assert chosen.json == {"printer": there.address, "size": "80mm", "copies": 2}
        assert loket("printers", "test").json == {"printer": there.address}
        assert "Pencetak" in "".join(printed(there.printed).lines)
        there.printed = b""
        number = loket.pay(worker).json["receipt"]
        answer = loket("print", number).json
        assert answer == {"receipt": number, "copy": 1, "last_copy": 1, "printer": there.address, "done": True}
        assert printed(there.printed).reversed_lines == ["SALINAN 1"]
        there.status = 0x32
        refused = loket("print", number)
        assert refused.code == TROUBLE
        assert "habis" in refused.err
        waiting = loket("printers", "waiting").json["papers"]
        assert [(one["number"], one["state"]) for one in waiting] == [(number, "failed")]
        there.status, there.mute = 0x12, True
        assert loket("print", number).json["copy"] == 2
        assert loket("printers", "waiting", "--all-out").json == {"papers": [], "confirmed": 1}
        assert loket("printers", "forget", there.address).json == {"printer": None}
    assert loket("print", number).code == TROUBLE


@pytest.mark.parametrize("arguments", [["choose", "Lantai-9"], ["choose", "tcp://x:1", "--copies", "0"]])
def test_a_printer_that_cannot_be_is_refused(loket: Program, arguments: list[str]) -> None:
    loket.monkeypatch.setenv("PATH", "")
    assert loket("printers", *arguments).code == REFUSED


def test_a_hundred_sheets_are_refused_before_a_copy_is_counted(loket: Program) -> None:
    number = loket.pay(loket.siti()).json["receipt"]
    before = loket.recorded()
    assert loket("print", number, "--copies", "100").problems == [("copies", "printer.copies")]
    assert loket.recorded() == before


# Voids and refunds


@pytest.fixture
def supervised(loket: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Rina's counter, where Budi supervises and has typed his password."""
    with loket.open() as desk:
        add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
    monkeypatch.setenv("LOKET_SECOND_PASSWORD", "penyelia-456")
    return loket


def test_void_takes_a_receipt_back_once_with_a_second_person(supervised: Program) -> None:
    number = supervised.pay(supervised.siti()).json["receipt"]
    command = ("void", number, "--reason", "salah orang", "--second", "budi")
    done = supervised(*command, "--request-id", "v-1")
    assert done.code == DONE, done
    assert done.json == {
        "void": number[:-1] + "2",
        "receipt": number,
        "amount_idr": 332_500,
        "amount": 332_500,
        "currency": "IDR",
        "hand_back": [],
        "kept": [{"tender": "bank_slip", "currency": "IDR", "amount": 332_500, "reference": "BNI-7"}],
        "approved_by": "Budi S.",
        "pdf": done.json["pdf"],
    }
    assert number in "".join(page.extract_text() for page in PdfReader(done.json["pdf"]).pages)
    assert supervised(*command, "--request-id", "v-1").json == done.json
    assert supervised(*command).problems == [("receipt", "void.done")]


def test_void_needs_somebody_else(supervised: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    number = supervised.pay(supervised.siti()).json["receipt"]
    monkeypatch.setenv("LOKET_SECOND_PASSWORD", PASSWORD)
    alone = supervised("void", number, "--reason", "salah", "--second", "rina")
    assert alone.problems == [("approval.login", "approval.same_person")]
    monkeypatch.delenv("LOKET_SECOND_PASSWORD")
    asked = supervised("void", number, "--reason", "salah", "--second", "budi")
    assert asked.code == USED_WRONGLY
    assert "LOKET_SECOND_PASSWORD" in asked.err


def test_refund_is_asked_for_listed_and_not_paid_before_the_centre_said_yes(supervised: Program) -> None:
    worker = supervised.siti()
    number = supervised.pay(worker).json["receipt"]
    wish = ("--reason", "tidak jadi berangkat", "--method", "transfer")
    account = ("--bank-name", "BRI", "--bank-account", "0123456789", "--bank-holder", "SITI NURHALIZA")
    assert [code for _, code in supervised("refund", "request", number, *wish).problems] == ["required"] * 3
    asked = supervised("refund", "request", number, *wish, *account)
    assert asked.json == {
        "refund": asked.json["refund"],
        "receipt": number,
        "method": "transfer",
        "amount": 332_500,
        "currency": "IDR",
    }
    (listed,) = supervised("refund", "list").json
    assert (listed["refund"], listed["state"], listed["worker_id"]) == (asked.json["refund"], "waiting", worker)
    paid = supervised("refund", "pay", number, "--second", "budi")
    assert paid.problems == [("refund", "refund.waiting")]


# What stands of a worker's days


def text_of(paper: Path) -> str:
    """What a paper says, on one line."""
    return " ".join(" ".join(one.extract_text() for one in PdfReader(paper).pages).split())


def test_a_worker_takes_a_certificate_and_a_statement_home(loket: Program, tmp_path: Path) -> None:
    worker = loket.siti()
    nothing = loket("membership", worker, "--out", str(tmp_path / "surat.pdf"))
    assert nothing.problems == [("worker_id", "membership.nothing")]
    paid = loket.pay(worker).json["receipt"]
    letter, card, statement = (tmp_path / name for name in ("surat.pdf", "kartu.pdf", "rekap.pdf"))

    made = loket("membership", worker, "--out", str(letter))
    assert (made.json["receipt"], made.json["confirmed_on"]) == (paid, None)
    loket("membership", worker, "--card", "--out", str(card))
    assert loket("statement", worker, "--out", str(statement)).json["amount_idr"] == 332_500

    for paper, said in [(letter, "SEMENTARA"), (card, "SEMENTARA"), (statement, "Belum dinyatakan oleh BPJS")]:
        assert said in text_of(paper)
        assert "SITI NURHALIZA" in text_of(paper)
    for paper in (letter, card):
        checked = loket("check", str(paper))
        assert (checked.json["genuine"], checked.json["kind"]) == (True, "card")


def test_days_are_moved_with_a_paper_that_says_from_where(loket: Program) -> None:
    worker = loket.siti()
    loket.pay(worker)
    second = loket.pay(worker, months=6, reference="BNI-8").json["receipt"]
    shown = loket("cover", "show", worker).json
    assert [line["stands"] for line in shown["lines"]] == [line["printed"] for line in shown["lines"]]
    assert loket("cover", "list").json == []
    begin = {"receipt": second, "covered_from": "2029-03-01"}
    moved = loket("cover", "move", "-", given={"worker_id": worker, "reason": "kontrak mundur", "moves": [begin]})
    assert [(one["receipt"], one["covered_from"], one["covered_to"]) for one in moved.json["lines"]] == [
        (second, "2029-03-01", "2029-08-31")
    ]
    said = text_of(Path(moved.json["pdf"]))
    for words in ("11 Des 2028 – 10 Jun 2029", "1 Mar 2029 – 31 Agu 2029", "kontrak mundur"):
        assert words in said
    assert loket("check", moved.json["pdf"]).json["kind"] == "move"
    line = loket("cover", "show", worker).json["lines"][1]
    assert (line["printed"][0], line["stands"][0], line["moved_by"]) == (
        "2028-12-11",
        "2029-03-01",
        moved.json["move"],
    )


def test_what_was_flagged_is_listed_and_closed_with_a_note(loket: Program) -> None:
    flagged = loket("register", "-", given=SITI | {"nik": "3507105303940003", "confirmed": ["nik.birth_date"]})
    (task,) = loket("tasks", "list").json
    assert (task["code"], task["worker_id"], task["closes"]) == ("nik.birth_date", flagged.json["worker_id"], "anyone")
    assert task["name"] == "SITI NURHALIZA"
    settle = ("tasks", "settle", task["entry"], task["code"], "--note")
    assert loket(*settle, " ").problems == [("note", "required")]
    assert loket("tasks", "settle", "bukan-id", task["code"], "--note", "x").problems == [("task", "task.unknown")]
    done = loket(*settle, "dicocokkan dengan KTP").json
    assert (done["note"], done["code"], done["operator"]) == ("dicocokkan dengan KTP", task["code"], "Rina W.")
    assert loket(*settle, "lagi").problems == [("task", "task.already")]
    assert loket("tasks", "list").json == []
    assert loket("show", flagged.json["worker_id"]).json["flags"] == []
