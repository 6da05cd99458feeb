"""What earlier versions left behind still opens, is sent, and is understood (`recording.py` wrote it)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import pytest
import zstandard
from loket_testing.counter import PASSWORD
from sqlalchemy import Engine, insert, select, text, update

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.queries.home import sync_state
from kiosk.store.keys import KEYS_FILE
from kiosk.store.store import DATABASE_FILE
from kiosk.store.tables import entry as entries
from kiosk.store.tables import own_terminal
from kiosk.sync.sync import sync
from kiosk.usecases.verify import verify
from models.journal.body import unpack
from models.journal.entry import Entry
from models.journal.keys import SigningKey
from models.ledger.tables import receipt
from models.sync.enrolment import EnrolRequest, keys_of, read_answer, read_request, secret_digest
from models.sync.messages import PAGE, Cursor, Page, PushAnswer, PushRequest, SyncAnswer, SyncRequest, decode
from models.sync.protocol import CENTRE, CONTENT_TYPE, ENROL, PULL, PUSH, SYNC
from models.sync.signing import Signed, opened
from models.sync.statement import read_statement
from models.sync.tokens import Bearer, make_token

from . import protocol_1
from .conftest import URL
from .recording import DATABASE, MESSAGES, RECORDED, TOLD

T = TypeVar("T")

FOLDERS = sorted(RECORDED.glob("schema_*"))
CENTRE_AT = {"schema_7": "0008"}
"""The newest migration of the centre's database when each was recorded."""


@dataclass
class Left:
    """What one version left behind."""

    folder: Path
    told: dict[str, Any]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.told["at"])

    def message(self, name: str, into: type[T]) -> T:
        return decode(self.body(name), into)

    def body(self, name: str) -> bytes:
        return (self.folder / MESSAGES / name).read_bytes()


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def left(request: pytest.FixtureRequest) -> Left:
    return Left(request.param, json.loads((request.param / TOLD).read_text()))


@pytest.fixture
def counter_then(left: Left, tmp_path: Path) -> Iterator[Desk]:
    """The counter's store under today's program."""
    folder = tmp_path / "loket"
    folder.mkdir(mode=0o700)
    for name in (DATABASE_FILE, KEYS_FILE):
        shutil.copy(left.folder / name, folder / name)
        (folder / name).chmod(0o600)
    with Desk.open(folder, "rina", PASSWORD, clock=HandClock(left.at)) as desk:
        yield desk


@pytest.fixture
def opened_centre(left: Left, centre_clock: Any, tmp_path: Path) -> Callable[[Engine], Any]:
    """Opens a centre with the keys of then."""
    from server.store.keys import FILE, read_keys
    from server.usecases.centre import open_centre

    shutil.copy(left.folder / FILE, tmp_path / FILE)
    (tmp_path / FILE).chmod(0o600)
    keys = read_keys(tmp_path)
    assert keys is not None
    centre_clock.at = left.at
    return lambda engine: open_centre(engine, keys, centre_clock, public_host="loket.example")


@pytest.fixture
def engine(new_database: Callable[[], str]) -> Iterator[Engine]:
    from server.store.database import open_database

    engine = open_database(new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def client_for() -> Iterator[Callable[[Any], httpx.Client]]:
    from loket_testing.centre_fixtures import client_of

    made: list[Any] = []

    def make(centre: Any) -> httpx.Client:
        made.append(client_of(centre).__enter__())
        return httpx.Client(transport=made[-1]._transport, base_url=URL)

    yield make
    for one in made:
        one.__exit__(None, None, None)


def brought_up_to_date(engine: Engine, left: Left) -> None:
    """The centre's database as it was, migrated."""
    from alembic import command
    from alembic.config import Config

    from server.store.database import MIGRATIONS, migrate

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        config.attributes["connection"] = connection
        command.upgrade(config, CENTRE_AT[left.folder.name])
        driver: Any = connection.connection.driver_connection
        copied = zstandard.ZstdDecompressor().decompress((left.folder / DATABASE).read_bytes())
        for part in copied.split(b"\\.\n"):
            if not part:
                continue
            table, _, rows = part.partition(b"\n")
            if table.startswith(b'"alembic_version"'):
                continue
            with driver.cursor().copy(f"COPY {table.decode()} FROM STDIN") as copy:
                copy.write(rows)
    migrate(engine)


def test_a_counter_of_an_earlier_version_opens_sends_what_it_had_not_sent_and_is_whole(
    left: Left, counter_then: Desk, engine: Engine, opened_centre: Any, client_for: Any
) -> None:
    from server.usecases.journal import bring_up_to_date
    from server.usecases.verify import verify as verify_centre

    with counter_then.read() as work:
        own = select(entries.c.hash).where(entries.c.terminal == work.terminal.id).order_by(entries.c.seq)
        kept = [bytes(one).hex() for one in work.connection.scalars(own)]
        columns = select(receipt.c.number, receipt.c.currency, receipt.c.due, receipt.c.amount_idr)
        receipts = [list(row) for row in work.connection.execute(columns.order_by(receipt.c.number))]
        acked = work.connection.execute(select(own_terminal.c.acked_seq)).scalar_one()
    assert (kept, receipts) == (left.told["own"], left.told["receipts"])
    assert acked < len(kept)
    found = verify(counter_then)
    assert found.own_entries + found.pulled_entries == left.told["entries"]
    assert found.pulled_without_key == 0
    brought_up_to_date(engine, left)
    centre = opened_centre(engine)
    bring_up_to_date(centre)

    report = sync(counter_then, client=client_for(centre))

    assert report.pushed == len(kept) - acked
    assert report.covers_head
    assert (report.pending, report.documents_pending) == (0, 0)
    assert sync_state(counter_then).kind == "synced"
    assert verify_centre(centre).wrong == []
    verify(counter_then)


def test_what_was_said_then_is_read_now(left: Left) -> None:
    info = left.message("01-get-centre.answer", protocol_1.CentreInfo)
    request = read_request(left.message("02-post-enrol.request", Signed))
    keys = keys_of(Signed(info.keys.message, info.keys.signature), info.root)
    answer = read_answer(left.message("02-post-enrol.answer", Signed), keys, request)
    assert answer.streams == ("ref", "staff:TPE", "post:TPE")
    asked = left.message("03-post-sync.request", SyncRequest)
    pushed = left.message("04-post-push.request", PushRequest)
    assert asked.head == pushed.final
    prev = pushed.base.hash
    for frame in pushed.frames:
        prev = Entry.opened(frame, prev).hash
    assert prev == pushed.final.hash
    assert left.message("04-post-push.answer", PushAnswer).accepted == pushed.final
    said = left.message("05-post-sync.answer", SyncAnswer)
    statement = read_statement(said.statement, keys.signing)
    assert (statement.seq, statement.head) == (pushed.final.seq, pushed.final.hash)
    page = opened(left.message("08-get-pull.answer", Signed), PAGE, keys.signing, Page)
    assert page.until in said.streams


def test_an_outbox_of_then_is_taken_by_the_centre_of_now_and_its_answers_are_understood(
    left: Left, engine: Engine, opened_centre: Any, client_for: Any
) -> None:
    from server.store.tables import centre as centre_row
    from server.store.tables import enrolment_code
    from server.usecases.centre import open_centre

    request: EnrolRequest = read_request(left.message("02-post-enrol.request", Signed))
    pushed = left.message("04-post-push.request", PushRequest)
    before = opened_centre(engine)
    with engine.begin() as connection:
        connection.execute(update(centre_row).values(epoch=pushed.epoch))
        connection.execute(
            insert(enrolment_code).values(
                digest=secret_digest(request.secret),
                mission=request.mission,
                series=request.series,
                made_at=left.at,
                expires_at=left.at.replace(hour=23),
            )
        )
    centre = open_centre(engine, before.keys, before.now, public_host=before.public_host)
    http = client_for(centre)

    def said(answer: httpx.Response, into: type[T]) -> T:
        assert answer.headers["content-type"] == CONTENT_TYPE
        return decode(answer.content, into)

    def post(path: str, name: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return http.post(path, content=left.body(name), headers={"Content-Type": CONTENT_TYPE, **(headers or {})})

    info = said(http.get(CENTRE), protocol_1.CentreInfo)
    keys = unpack(info.keys.message, protocol_1.CentreKeys)
    granted = said(post(ENROL, "02-post-enrol.request"), protocol_1.Signed)
    answer = unpack(granted.message, protocol_1.EnrolAnswer)
    assert (answer.terminal, answer.series, answer.epoch) == (request.terminal, "TPE3", pushed.epoch)
    assert keys.centre == answer.centre

    bearer = _bearer(left, request, keys.centre)
    judged = said(post(PUSH, "04-post-push.request", bearer), protocol_1.PushAnswer)
    assert (judged.accepted.seq, judged.accepted.hash) == (pushed.final.seq, pushed.final.hash)
    assert judged.verdicts == left.message("04-post-push.answer", protocol_1.PushAnswer).verdicts != ()
    stands = said(post(SYNC, "05-post-sync.request", bearer), protocol_1.SyncAnswer)
    assert stands.knows_head
    statement = unpack(stands.statement.message, protocol_1.Statement)
    assert (statement.seq, statement.count) == (pushed.final.seq, pushed.final.seq)
    assert sum(one.amount for one in statement.sums) == 0
    assert {cursor.stream for cursor in stands.streams} == set(answer.streams)
    asked = {"stream": "post:TPE", "after": "0", "chain": Cursor("").chain.hex(), "protocol": "1", "stubs": "false"}
    page = unpack(said(http.get(PULL, params=asked, headers=bearer), protocol_1.Signed).message, protocol_1.Page)
    assert page.last == len(page.entries) > 0
    assert all(pulled.frame is not None for pulled in page.entries)
    refused = said(post(PUSH, "04-post-push.request", {"Authorization": "Bearer x"}), protocol_1.ErrorAnswer)
    assert refused.code == "bad_token"


def _bearer(left: Left, request: EnrolRequest, centre: UUID) -> dict[str, str]:
    key = SigningKey(bytes.fromhex(left.told["key"]))
    token = make_token(key, Bearer(request.terminal, request.incarnation), centre, left.at)
    return {"Authorization": f"Bearer {token}"}
