"""Nothing that was typed, kept or is secret reaches a log, standard error or an exception's words: the main jobs of
both programs, done well and badly, with every logger at its most talkative."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from loket_testing.centre_fixtures import client_of
from loket_testing.counter import CHEAP, PASSWORD, SITI, add_supervisor, slip
from loket_testing.officers import PASSWORD as OFFICERS_PASSWORD
from loket_testing.officers import SECRET as PHONE
from loket_testing.officers import phone_code, signed_in
from sqlalchemy import insert, select, text
from sqlalchemy.exc import SQLAlchemyError

import kiosk.usecases.contributions
from kiosk.__main__ import main
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.store.store import Store
from kiosk.store.tables import own_terminal
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import sync
from kiosk.usecases import claims, contributions
from kiosk.usecases.staff import recover
from kiosk.usecases.terminals import initialise
from kiosk.usecases.workers import register
from models.journal.keys import SigningKey
from models.ledger.tables import worker
from models.rules.problems import Refused, Trouble
from models.stories import LINE, Faceless
from server.__main__ import main as centre_main
from server.console.sessions import COOKIE
from server.usecases.codes import make_code
from server.usecases.officers import add_officer

STORY = "Diancam pisau dapur oleh majikan"
WRONG = "kata-sandi-yang-salah-42"


class Everything(logging.StreamHandler[io.StringIO]):
    """Every record of every logger, as our logs would write it."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(Faceless(LINE))
        self.setLevel(logging.DEBUG)

    @property
    def said(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def heard() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


class Words:
    """What exceptions say: they end in other people's logs."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def of(self, *kinds: type[Exception]) -> Any:
        words = self

        class Caught:
            def __enter__(self) -> None:
                return None

            def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
                assert isinstance(error, kinds), f"expected {kinds}, not {error!r}"
                told: BaseException | None = error
                while told is not None:
                    words.said.append(f"{type(told).__name__} {told} {told.args!r}")
                    told = told.__cause__
                return True

        return Caught()


def leaks(secrets: dict[str, str | bytes], *texts: str) -> list[str]:
    told = "\n".join(texts)
    found = []
    for name, secret in secrets.items():
        shapes = [secret.hex(), repr(secret)[2:-1]] if isinstance(secret, bytes) else [secret]
        found += [name for shape in shapes if shape in told]
    return found


PERSON: dict[str, str | bytes] = {
    "name": "NURHALIZA",
    "nik": "3507105203940003",
    "passport": "C4821907",
    "mother": "AMINAH",
    "heir": "AHMAD FAUZI",
    "phone": "912 345 678",
    "employer": "Chen Mei-ling",
    "slip": "BNI-20261122-0007",
    "story": STORY,
    "password": PASSWORD,
    "wrong password": WRONG,
}


@pytest.mark.expects_log
def test_a_day_at_the_counter_with_everything_going_wrong_tells_a_log_nothing(
    tmp_path: Path,
    heard: Everything,
    centre: Any,
    centre_client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    words, folder = Words(), tmp_path / "loket"
    desk, recovery = initialise(
        folder,
        mission_code="TPE",
        series="TPE3",
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        clock=HandClock(centre.now()),
        cost=CHEAP,
    )
    code = str(make_code(centre, "TPE", "TPE3"))
    other_code = str(make_code(centre, "TPE", "TPE4"))
    with desk:
        with words.of(Refused):
            enrol(desk, "https://loket.example", other_code, client=centre_client)
        enrol(desk, "https://loket.example", code, client=centre_client)
        add_supervisor(desk)
        siti = register(desk, SITI).worker_id
        with words.of(Refused):
            register(desk, SITI)
        contributions.receive(desk, slip(siti))
        form = ClaimForm(
            worker_id=str(siti),
            kind="JKK-PERKOSAAN",
            event_date=date(2026, 11, 20),
            filed_by="worker",
            description=STORY,
        )
        claims.file(desk, form)
        sync(desk, client=centre_client)
        for answer in (_html, _cut):
            with words.of(Trouble), httpx.Client(transport=httpx.MockTransport(answer)) as line:
                sync(desk, client=line)
        with words.of(Trouble):
            desk.store.recognise("budi", WRONG)
        with words.of(SQLAlchemyError), desk.store.write() as connection:
            row = connection.execute(select(worker)).mappings().first()
            assert row is not None
            connection.execute(insert(worker).values(**row))
        with desk.read() as work:
            key = work.terminal.key.seed
            assert work.connection.scalar(select(own_terminal.c.private_key)) == key
    for password in (WRONG, PASSWORD + "x"):
        with words.of(Trouble):
            Store.open(folder, "rina", password)
    with words.of(Trouble, Refused):
        recover(folder, recovery[:-1] + "0" if not recovery.endswith("0") else recovery[:-1] + "1", "rina", WRONG)

    # A fault of ours, with all of it in local variables, in the window's and in the command line's way.
    def broken(form: Any, *_: Any, **__: Any) -> None:
        name, nik, secret = SITI.name, SITI.nik, PASSWORD
        raise ValueError(f"{name} {nik} {secret} {form!r}")

    monkeypatch.setattr(kiosk.usecases.contributions, "receive", broken)
    monkeypatch.setenv("LOKET_PASSWORD", PASSWORD)
    payment = tmp_path / "payment.json"
    payment.write_text(json.dumps({"worker_id": str(siti), "programme": "JKK+JKM", "months": 24}))
    try:
        assert main(["pay", str(payment), "--data", str(folder)]) == 3
    finally:
        for handler in [one for one in logging.getLogger().handlers if getattr(one, "baseFilename", "")]:
            logging.getLogger().removeHandler(handler)
            handler.close()
    out = capfd.readouterr()
    log = (folder / "loket.log").read_text()
    assert "ValueError" in log
    assert "loket" in heard.said
    secrets = PERSON | {"recovery code": recovery, "code": code, "key": key}
    assert leaks(secrets, heard.said, log, out.err, *words.said) == []


def _html(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, html="<p>SITI NURHALIZA 3507105203940003</p>")


def _cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("broken off", request=request)


@pytest.mark.expects_log
def test_a_day_at_the_centre_with_everything_going_wrong_tells_a_log_nothing(
    heard: Everything, centre: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = Words()
    add_officer(centre, "dewi", OFFICERS_PASSWORD, role="admin", name="Dewi Anggraini")
    code = phone_code(centre, "dewi")
    said = ""
    with client_of(centre, raise_faults=False) as client:
        origin = {"Origin": "https://loket.example"}
        for password in (WRONG, OFFICERS_PASSWORD):
            client.post("/masuk", data={"login": "dewi", "password": password}, headers=origin)
        cookie = signed_in(centre, "dewi")
        client.cookies.set(COOKIE, cookie)
        client.get("/", params={"q": "SITI NURHALIZA"})
        client.post(
            "/v1/push", content=b"SITI NURHALIZA", headers={"Authorization": "Bearer SITI.NURHALIZA.3507105203940003"}
        )

        # The database quotes the row it complains of, and a fault quotes what it was about.
        def clash(*_: object, **__: object) -> None:
            with centre.engine.begin() as connection:
                connection.execute(text("CREATE TABLE clash (nik text UNIQUE CHECK (nik <> 'C4821907'))"))
                for nik in ("3507105203940003", "C4821907"):
                    connection.execute(text("INSERT INTO clash VALUES (:nik), (:nik)"), {"nik": nik})

        def fault(*_: object, **__: object) -> None:
            secret, name = PHONE, "SITI NURHALIZA"
            raise RuntimeError(f"{name} {secret!r} {cookie}")

        for broken in (clash, fault):
            monkeypatch.setattr(centre.__class__, "info", broken)
            answer = client.get("/v1/centre")
            assert answer.status_code >= 500
            said += answer.text
    with words.of(Refused, Trouble):
        signed_in(centre, "dewi", WRONG)
    out = capfd.readouterr()
    assert "RuntimeError" in heard.said
    keys = {"root": centre.keys.root.seed, "signing": centre.keys.signing.seed, "claims": centre.keys.claims.seed}
    secrets = (
        PERSON
        | keys
        | {
            "officer": "Anggraini",
            "officer's password": OFFICERS_PASSWORD,
            "phone": PHONE,
            "code": f" {code}",
            "cookie": cookie,
        }
    )
    assert leaks(secrets, heard.said, out.err, said, *words.said) == []


def test_a_command_of_the_centre_that_breaks_says_where_and_not_about_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "SITI NURHALIZA"

    def broken(*_: object) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr("server.store.keys.read_keys", broken)
    assert centre_main(["status", "--data", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert "builtins.RuntimeError" in said
    assert "NURHALIZA" not in said


def test_another_library_s_message_loses_its_values_and_keeps_its_text() -> None:
    formatter = Faceless("%(levelname)s %(message)s")

    def line(name: str, message: str, *values: object) -> str:
        return formatter.format(logging.LogRecord(name, logging.WARNING, "/x/y.py", 7, message, values, None))

    assert line("httpx", "HTTP Request: %s", "SITI") == "WARNING y:7 HTTP Request: %s"
    assert line("pypdf", "bad object SITI") == "WARNING y:7 …"
    assert line("loket", "%d rows", 3) == "WARNING 3 rows"


def test_a_secret_in_a_log_would_be_noticed() -> None:
    key = SigningKey.new().seed
    assert leaks({"key": key, "nik": "3578014107900001"}, key.hex(), "x") == ["key"]
    assert leaks({"key": key}, repr(key)) == ["key"]
