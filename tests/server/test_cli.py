"""`loket-centre`: serving from a new folder, and what officers do beside it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from base64 import b32encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor
from loket_testing.counter import PASSWORD, SITI, open_counter
from loket_testing.journals import Journal
from loket_testing.proofs import run_checker

from kiosk.__main__ import main as counter
from kiosk.sync.enrol import enrol
from kiosk.usecases.workers import register
from models.journal.ids import new_id
from server.__main__ import main
from server.usecases.factors import DEMO_SECRET
from server.usecases.publish import EXAMPLE


def run(folder: Path, *said: str, given: str = "", **environment: str) -> tuple[int, Any, str]:
    """Exit code, what was printed as JSON, what was said to people."""
    done = subprocess.run(
        [sys.executable, "-m", "server", *said, "--data", str(folder)],
        input=given,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"LOKET_CENTRE_DSN": ""} | environment,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


@pytest.fixture(scope="module")
def serving() -> Iterator[tuple[Path, str, subprocess.Popen[str]]]:
    """A centre in a new folder, on a free port, until SIGTERM."""
    with tempfile.TemporaryDirectory(prefix="loket-centre-", ignore_cleanup_errors=True) as parent:
        folder = Path(parent) / "centre"
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "--data", str(folder), "serve", "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"LOKET_CENTRE_DSN": ""},
        )
        assert process.stderr is not None
        said = ""
        while "http://" not in said:
            line = process.stderr.readline()
            assert line, f"the centre did not start: {said}"
            said += line
        yield folder, said, process
        assert (folder / "pg" / "postmaster.pid").exists()
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
        assert (process.returncode, rest) == (0, "")
        # PostgreSQL removes it when it has shut down in good order.
        assert not (folder / "pg" / "postmaster.pid").exists()


@pytest.fixture
def folder(serving) -> Path:
    return serving[0]


def test_a_new_folder_says_where_it_serves_that_it_is_a_demo_and_who_may_enter(serving):
    folder, said, _ = serving

    assert re.search(r"http://127\.0\.0\.1:[0-9]+", said)
    assert said.startswith("Demo: ")
    assert re.search(r"admin, kata sandi \S{16} ", said)
    assert (folder / "centre.keys").stat().st_mode & 0o777 == 0o600


def test_who_tries_the_demonstration_signs_in_with_the_password_it_says_and_the_code_it_shows(serving):
    _, said, _ = serving
    url, password = re.search(r"http://\S+", said), re.search(r"admin, kata sandi (\S+) ", said)
    assert url
    assert password
    with httpx.Client(base_url=url[0], follow_redirects=True) as client:

        def token(text: str) -> str:
            return re.findall(r'name="(?:form|csrf)" value="([^"]+)"', text)[0]

        fields = {"login": "admin", "password": password[1], "form": token(client.get("/masuk").text)}
        asked = client.post("/masuk", data=fields)
        shown = re.search("kode sekarang <strong[^>]*>([0-9]{6})<", asked.text)
        assert shown
        inside = client.post("/masuk/kode", data={"csrf": token(asked.text), "code": shown[1]})
        assert "Admin · Admin" in inside.text
        # The next one is shown, because this one was taken.
        assert shown[1] not in client.get("/akun").text


def test_a_code_is_made_while_it_serves(folder):
    code, printed, said = run(folder, "code", "--mission", "TPE", "--series", "TPE3")

    assert (code, said) == (0, "")
    assert re.fullmatch(r"([0-9A-Z]{4}-){8}[0-9A-Z]{4}", printed["code"])


def test_the_example_in_the_help_can_be_published_and_is_then_counted(folder):
    assert run(folder, "publish", "-", given=EXAMPLE)[:2] == (
        0,
        {"published": {"missions": 1, "rates": 1, "prices": 1, "tariffs": 1, "staff": 1}},
    )

    status, verified = run(folder, "status")[1], run(folder, "verify")[1]

    assert status["streams"] == {"ref": 4, "staff:TPE": 1}
    assert (verified["ok"], verified["entries"], verified["wrong"]) == (True, 5, [])
    assert [(row["version"], row["standing"]) for row in run(folder, "tariffs")[1]["tariffs"]] == [
        (3, "upcoming"),
        (2, "unpublished"),
        (1, "in_force"),
    ]
    helped = subprocess.run(
        [sys.executable, "-m", "server", "publish", "--help"], check=True, capture_output=True, text=True
    )
    assert EXAMPLE in helped.stdout


def test_what_a_pack_charges_is_shown_before_it_is_published(folder):
    code, shown, said = run(folder, "tariffs", "-", given=EXAMPLE)
    (pack,) = shown["tariffs"]

    assert (code, said) == (0, "Belum ada yang diterbitkan.\n")
    assert [(table["for"], table["amounts"][35]["amount_idr"]) for table in pack["tables"]] == [
        ([{"schemes": ["any"], "events": ["new", "re-entry", "late"]}], 531_000),
        ([{"schemes": [None, "p3mi", "g2p", "ukps", "perseorangan"], "events": ["extension"]}], 531_000),
        ([{"schemes": ["g2g"], "events": ["extension"]}], 520_000),
    ]
    alone = json.dumps(json.loads(EXAMPLE)["tariffs"][0] | {"max_months": 3})
    code, shown, _ = run(folder, "tariffs", "-", given=alone)
    assert (code, [problem["field"] for problem in shown["problems"]]) == (
        1,
        [f"tariffs[0].rows[{at}].months" for at in range(3)],
    )
    assert run(folder, "tariffs", "-", given="[]")[0] == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [("{", 2), ('{"rate": []}', 2), ('{"rates": [{"mission": "TPE"}]}', 2), ("[]", 2), ("", 2), ('"\ud800"', 2)],
)
def test_what_is_no_publication_is_used_wrongly(folder, given, code):
    answer = run(folder, "publish", "-", given=given.encode("utf-8", "replace").decode())

    assert answer[:2] == (code, None)
    assert answer[2].startswith("loket-centre: -: ")


def test_problems_are_printed_beside_their_field_with_a_sentence(folder):
    wrong = {"staff": [{"mission": "XXX", "login": "rina", "name": "Rina", "role": "petugas"}]}
    code, printed, _ = run(folder, "publish", "-", given=json.dumps(wrong))

    assert code == 1
    assert [(problem["field"], problem["code"]) for problem in printed["problems"]] == [
        ("staff[0].mission", "mission.unknown")
    ]
    assert printed["problems"][0]["message"].startswith("Perwakilan XXX")


def test_an_officer_is_added_with_the_password_of_the_environment(folder):
    code, printed, _ = run(folder, "officer", "add", "dewi", "--role", "auditor", LOKET_PASSWORD="sembilan belas kuda")

    assert (code, printed["login"], printed["role"]) == (0, "dewi", "auditor")


def test_accounts_are_kept_by_command(folder):
    def account(login: str) -> dict[str, Any]:
        return next(row for row in run(folder, "officer", "list")[1]["officers"] if row["login"] == login)

    code, printed, _ = run(folder, "officer", "add", "tono", "--demo-factor", LOKET_PASSWORD="sembilan belas kuda")
    assert (code, printed["secret"].replace(" ", "")) == (0, b32encode(DEMO_SECRET).decode())
    assert re.fullmatch("[0-9]{6}", printed["code"])
    assert account("tono")["factor"]
    assert run(folder, "officer", "reset-factor", "tono")[0] == 0
    assert not account("tono")["factor"]
    assert run(folder, "officer", "role", "tono", "khusus")[1]["role"] == "khusus"
    assert run(folder, "officer", "role", "tono", "raja")[1]["problems"][0]["code"] == "staff.role_unknown"
    assert run(folder, "officer", "password", "tono", LOKET_PASSWORD="pendek")[1]["problems"][0]["field"] == "password"
    assert run(folder, "officer", "password", "tono", LOKET_PASSWORD="dua puluh kuda")[0] == 0
    assert run(folder, "officer", "close", "tono")[0] == 0
    assert not account("tono")["active"]
    assert run(folder, "officer", "reopen", "tono")[0] == 0
    assert account("tono") == {
        "login": "tono",
        "name": "Tono",
        "role": "khusus",
        "active": True,
        "factor": False,
        "recovery_codes": 0,
        "signed_in_at": None,
        "locked_until": None,
    }
    code, printed, _ = run(folder, "officer", "close", "admin")
    assert (code, printed["problems"][0]["code"]) == (1, "officer.last_admin")
    assert run(folder, "officer", "reset-factor", "siapa")[1]["problems"][0]["code"] == "officer.unknown"


def test_nobody_serves_a_folder_twice(folder):
    code, _, said = run(folder, "serve", "--port", "0")

    assert (code, "sudah berjalan" in said) == (3, True)


def test_a_folder_without_a_centre_and_a_taken_port_are_trouble(tmp_path, serving):
    assert run(tmp_path, "status")[0] == 3
    port = re.search(r":([0-9]+)", serving[1].split("http:")[1])
    assert port
    code, _, said = run(tmp_path, "serve", "--port", port[1])
    assert (code, "tidak dapat dipakai" in said) == (3, True)
    assert not (tmp_path / "pg").exists()


def test_a_certificate_without_its_key_or_that_is_none_is_told_before_anything_starts(tmp_path, capsys):
    (tmp_path / "x.pem").write_text("bukan sertifikat")
    serve = ["--data", str(tmp_path / "centre"), "serve", "--cert", str(tmp_path / "x.pem")]
    assert main(serve) == 2
    assert main([*serve, "--key", str(tmp_path / "x.pem")]) == 3
    assert "tidak dapat dipakai" in capsys.readouterr().err
    assert main(["--data", str(tmp_path / "centre"), "serve", "--proxy", "balai.example"]) == 2
    assert not (tmp_path / "centre").exists()


def test_the_description_of_every_route_is_printed_without_a_centre(capsys):
    assert main(["openapi"]) == 0
    assert "/v1/push" in json.loads(capsys.readouterr().out)["paths"]


def test_a_word_nobody_knows_is_used_wrongly(tmp_path):
    assert run(tmp_path, "dance")[0] == 2
    assert run(tmp_path, "code", "--mission", "TPE")[0] == 2


def test_registrations_are_joined_and_parted_by_command_and_nonsense_is_refused(serving):
    folder, said, _ = serving
    url = re.search(r"http://\S+", said)
    assert url
    workers = registered_twice(folder, url[0])

    assert run(folder, "pair")[0] == 0
    listed = run(folder, "pairs")[1]
    assert (listed["open"], listed["pairs"][0]["strength"]) == (1, "strong")
    assert set(listed["pairs"][0]["workers"]) == set(workers)
    run(folder, "officer", "add", "vera", LOKET_PASSWORD="sembilan belas kuda")
    run(folder, "officer", "add", "adi", "--role", "auditor", LOKET_PASSWORD="sembilan belas kuda")
    code, printed, _ = run(folder, "merge", *workers, "--officer", "adi")
    assert (code, printed["problems"][0]["code"]) == (1, "officer.not_allowed")
    code, printed, _ = run(folder, "merge", *workers, "--officer", "vera", "--remark", "paspor sama")
    assert code == 0
    merge = printed["merge"]
    listed = run(folder, "pairs")[1]
    assert (listed["open"], listed["merges"][0]["merge"], listed["merges"][0]["by"]) == (0, merge, "Vera")
    assert run(folder, "merge", *workers)[1]["problems"][0]["code"] == "merge.same_person"
    assert run(folder, "unmerge", merge)[:2] == (0, {"unmerged": merge})
    assert run(folder, "unmerge", merge)[1]["problems"][0]["code"] == "merge.undone"
    assert run(folder, "distinct", *workers)[0] == 0
    run(folder, "pair")
    assert run(folder, "pairs")[1]["open"] == 0
    assert run(folder, "merge", "apa", "saja")[0] == 2
    assert run(folder, "merge", *workers, "--officer", "siapa")[1]["problems"][0]["code"] == "officer.unknown"
    assert run(folder, "verify")[1]["ok"]


def test_a_counters_numbers_are_proved_by_command(serving, tmp_path):
    folder, said, _ = serving
    url = re.search(r"http://\S+", said)
    assert url
    code = run(folder, "code", "--mission", "TPE", "--series", "TPE8")[1]["code"]
    with httpx.Client(base_url=url[0]) as client:
        visitor = Visitor(client, lambda: datetime.now(UTC), Journal("TPE"), "TPE8")
        visitor.enrol(code)
        visitor.journal.record(payment(new_id(), 1, series="TPE8"))
        visitor.push()
    code, printed, said = run(folder, "proof", "--series", "TPE8", "--year", "2026")
    assert (code, said, [row["number"] for row in printed["numbers"]]) == (0, "", ["TPE8-2026-000001"])
    path = tmp_path / "bukti.json"
    code, answer, _ = run(folder, "proof", "--series", "TPE8", "--out", str(path))
    assert (code, answer["numbers"], answer["entries"], path.stat().st_mode & 0o777) == (0, 1, 1, 0o600)
    root = run(folder, "status")[1]["root_fingerprint"]
    checked = run_checker(path, "--key", root)
    assert (checked.returncode, checked.stdout.split(".")[0]) == (0, "TERBUKTI (verified)")
    assert run(folder, "proof", "--series", "TPE9")[1]["problems"][0]["code"] == "terminal.unknown"
    assert run(folder, "proof")[0] == 2


def registered_twice(folder: Path, url: str) -> list[str]:
    """One person at two missions, the way two counters send them."""
    found = []
    for series, mission in (("HKG1", "HKG"), ("KUL1", "KUL")):
        code = run(folder, "code", "--mission", mission, "--series", series)[1]["code"]
        with httpx.Client(base_url=url) as client:
            visitor = Visitor(client, lambda: datetime.now(UTC), Journal(mission), series)
            visitor.enrol(code)
            worker_id = new_id()
            visitor.journal.record(registration(worker_id, mission=mission))
            visitor.push()
        found.append(str(worker_id))
    return sorted(found)


def test_a_counters_work_goes_by_stick_both_ways_by_command_alone(serving, tmp_path, monkeypatch, capsys):
    folder, said, _ = serving
    url = re.search(r"http://\S+", said)
    assert url
    with open_counter(tmp_path / "loket", series="TPE6") as desk:
        desk.clock = lambda: datetime.now(UTC)
        with httpx.Client() as line:
            enrol(desk, url[0], run(folder, "code", "--mission", "TPE", "--series", "TPE6")[1]["code"], client=line)
        register(desk, SITI)
    monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)
    stick = tmp_path / "stick"
    stick.mkdir()

    def loket(*said: str) -> Any:
        capsys.readouterr()
        assert counter([*said, "--data", str(tmp_path / "loket")]) == 0
        return json.loads(capsys.readouterr().out)

    (up,) = loket("bundle", "export", str(stick), "--paper", str(tmp_path / "up.pdf"))["files"]
    assert (tmp_path / "up.pdf").read_bytes().startswith(b"%PDF")
    for state in ("taken", "known"):
        code, printed, said = run(folder, "bundle", "take", up["file"])
        assert (code, [one["state"] for one in printed["files"]]) == (0, [state]), said
    code, printed, said = run(folder, "bundle", "take", up["file"], "--paper", "LKT-B1.tidak.benar")
    assert (code, bool(printed["problems"])) == (1, True), said
    code, printed, said = run(folder, "bundle", "make", "TPE6", str(stick), "--paper", str(tmp_path / "down.pdf"))
    assert code == 0, said
    assert (tmp_path / "down.pdf").read_bytes().startswith(b"%PDF")
    came = loket("bundle", "import", *(one["file"] for one in printed["files"]))
    assert [one["state"] for one in came["files"]] == ["taken"] * len(printed["files"])
    assert {one["state"] for one in loket("bundle", "list")} == {"taken"}
    status = loket("status")
    assert (status["sync"], status["pending"]) == ("synced", 0)
    listed = run(folder, "bundle", "list", "TPE6")[1]
    assert {(one["direction"], one["state"]) for one in listed} == {("up", "taken"), ("down", "made")}
