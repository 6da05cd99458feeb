"""When the world or our own code stands in the way, a counter and a person each hear it in their own words."""

from __future__ import annotations

import dataclasses
import socket
import urllib.request

import psycopg
import pytest
from loket_testing.bodies import registration
from loket_testing.centre import Visitor, answered
from loket_testing.centre_fixtures import client_of
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError

from models.journal.ids import new_id
from models.sync.messages import Cursor, ErrorAnswer
from models.sync.protocol import CENTRE, CONTENT_TYPE, PULL, PUSH, SyncError
from server.routes.wire import database_error
from server.store.database import open_database, reachable


@pytest.fixture
def away(centre):
    """The same centre, its database out of reach."""
    engine = open_database("postgresql://nobody@127.0.0.1:1/nothing")
    yield dataclasses.replace(centre, engine=engine)
    engine.dispose()


@pytest.mark.expects_log("the database did not answer")
def test_a_database_that_is_away_asks_the_counter_to_come_back(away, enrolled):
    visitor = enrolled()
    with client_of(away) as client:
        response = client.get(PULL, params={"stream": "ref"}, headers=visitor.headers)

    with pytest.raises(SyncError) as error:
        answered(response, ErrorAnswer)
    assert (error.value.code, error.value.kind.answer) == ("busy", "line")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


@pytest.mark.expects_log("the database did not answer")
@pytest.mark.parametrize(
    "said",
    [
        errors.DiskFull,
        errors.TooManyConnections,
        errors.IoError,
        errors.AdminShutdown,
        errors.ReadOnlySqlTransaction,
        errors.FeatureNotSupported,
    ],
)
def test_a_database_that_is_full_or_a_replica_will_take_the_same_bytes_later(said):
    assert database_error(DBAPIError("INSERT", {}, said())).code == "busy"


@pytest.mark.expects_log("the database did not answer")
def test_a_database_that_goes_away_in_the_middle_puts_no_entry_aside(centre, enrolled, monkeypatch):
    """It tells no state then, as for a value that no column takes: entry after entry was called impossible to post."""
    visitor = enrolled()
    visitor.journal.record(registration(new_id()))
    asked = []

    def gone(*_: object) -> None:
        asked.append(1)
        raise OperationalError("INSERT", {}, psycopg.OperationalError("gone"), connection_invalidated=True)

    with monkeypatch.context() as patched:
        patched.setattr("server.usecases.journal.post", gone)
        with pytest.raises(SyncError) as error:
            visitor.push()
    assert (error.value.code, len(asked)) == ("busy", 1)
    assert visitor.push().verdicts == ()


@pytest.mark.expects_log("the database refused what we asked")
def test_what_we_asked_for_wrongly_is_not_the_databases_trouble():
    assert database_error(DBAPIError("INSERT", {}, errors.UndefinedColumn())).code == "broken"


@pytest.mark.expects_log("the database did not answer")
def test_a_database_that_is_away_is_told_to_an_officer_in_a_sentence(away):
    with client_of(away) as client:
        client.cookies.set("loket_petugas", "anything")
        response = client.get("/")

    assert response.status_code == 503
    assert "sedang tidak menjawab" in response.text


def test_a_database_that_is_away_stops_the_start(away):
    from models.rules.problems import Trouble

    with pytest.raises(Trouble) as trouble:
        reachable(away.engine)
    assert trouble.value.code == "centre.database"


@pytest.mark.parametrize("path", [PUSH, "/masuk"])
def test_a_line_that_is_cut_in_the_middle_of_a_body_is_no_fault_of_ours(centre_url, enrolled, path):
    """Nothing of it is logged: what operators are called for is to be rare."""
    host, _, port = centre_url.removeprefix("http://").partition(":")
    kinds = {PUSH: CONTENT_TYPE, "/masuk": "application/x-www-form-urlencoded"}
    told = {"Host": host, "Content-Type": kinds[path], "Content-Length": "1000", **enrolled().headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    for _ in range(3):
        with socket.create_connection((host, int(port))) as counter:
            counter.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + b"login=")
    with urllib.request.urlopen(f"{centre_url}{CENTRE}") as answer:
        assert answer.status == 200


@pytest.mark.expects_log("fault [0-9a-f]{8} at GET")
def test_our_own_fault_has_a_number_and_tells_no_secrets(centre, enrolled, monkeypatch):
    visitor = enrolled()
    monkeypatch.setattr("server.usecases.pull.stream_ends", lambda *_: 1 / 0)
    monkeypatch.setattr("server.console.sessions.sessions.session_of", lambda *_: 1 / 0)
    with client_of(centre, raise_faults=False) as client:
        with pytest.raises(SyncError, match="broken"):
            Visitor(client, visitor.clock, visitor.journal, keys=visitor.keys).page(Cursor("ref"))
        client.cookies.set("loket_petugas", "anything")
        page = client.get("/")

    assert page.status_code == 500
    assert "Sebutkan nomor" in page.text
    assert "ZeroDivisionError" not in page.text


def test_a_page_nobody_wrote_says_so(centre_client):
    response = centre_client.get("/nothing")

    assert response.status_code == 404
    assert "Halaman tidak ada" in response.text
    assert centre_client.get("/static/../app.py").status_code == 404
    assert centre_client.get("/static/NotoSans-Bold.ttf").headers["content-type"] == "font/ttf"
