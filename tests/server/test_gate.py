"""The gate: every route is declared, and says how much it takes, how often, and from whom."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.centre_fixtures import client_of, served
from loket_testing.loops import run
from loket_testing.officers import PASSWORD, signed_in

from models.journal.ids import new_id
from models.sync.messages import ErrorAnswer, decode
from models.sync.protocol import CONTENT_TYPE, SYNC
from server import doors as declared
from server.app import create_app, routes
from server.doors import DOORS, NOWHERE
from server.usecases.centre import Centre
from server.usecases.officers import add_officer
from server.usecases.roles import Act
from server.web import serving
from server.web.buckets import Buckets, Known, Rate
from server.web.gate import Who, address_of

SHA = "ab" * 32


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def app(centre: Centre, seconds: Seconds) -> Any:
    return create_app(centre, Buckets(clock=seconds))


@pytest.fixture
def visitor_from(app: Any) -> Iterator[Callable[[str], Any]]:
    """Browsers at other addresses, at one centre."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    opened: list[Any] = []

    def make(address: str) -> Any:
        opened.append(TestClient(app, base_url="https://loket.example", client=(address, 1)).__enter__())
        return opened[-1]

    yield make
    for one in opened:
        one.__exit__()


def ask(client: Any, door: str, **more: Any) -> Any:
    method, path = door.split()
    path = path.replace("{sha256}", SHA).replace("{ending}", ".csv")
    path = re.sub(r"\{\w+(:path)?\}", lambda _: str(new_id()), path)
    return client.request(method, path + more.pop("query", ""), follow_redirects=False, **more)


def asked(app: Any, path: str, receive: Any, kind: str) -> list[Any]:
    """What the program says to a body that comes as `receive` lets it."""
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"content-type", kind.encode())],
        "scheme": "https",
        "client": ("203.0.113.7", 1),
        "server": ("loket.example", 443),
        "http_version": "1.1",
    }
    run(app(scope, receive, send))
    return said


# Declared


def test_the_program_does_not_start_with_a_route_nobody_declared(centre, monkeypatch):
    for change in ({"GET /rahasia": NOWHERE}, {}):
        monkeypatch.setattr("server.app.DOORS", {k: v for k, v in DOORS.items() if k != "GET /tarif"} | change)
        with pytest.raises(RuntimeError, match=r"GET /tarif|GET /rahasia"):
            create_app(centre)


def test_every_route_says_who_gets_in_and_how_often_and_only_what_carries_something_takes_any(app):
    assert set(routes(app.router)) == set(DOORS)
    for name, door in DOORS.items():
        method, path = name.split()
        assert door.rate.burst > 0, name
        assert door.strangers is not None or door.who is Who.ANYBODY, name
        assert (door.body > 0) == (method in ("POST", "PUT") or door is NOWHERE), name
        # A stick that an officer brings is large and slow, and read onto the disk after the officer was seen.
        large = name == "POST /flashdisk/ambil" and door.act == Act.CARRY_BUNDLES
        assert door.body <= (512 << 20 if large else 4 << 20), name
        assert door.seconds <= (1800 if large else 120), name
        assert (door.who is Who.TERMINAL) <= path.startswith("/v1/"), name
        assert door.act is None or (door.who is Who.OFFICER and Act(door.act)), name
    assert [name for name, door in DOORS.items() if path.startswith("/v1/") and door.who is Who.OFFICER] == []
    open_to_all = {name for name, door in DOORS.items() if door.who is Who.ANYBODY and "/v1/" not in name}
    assert open_to_all == {"GET /K/{token}", "GET /k/{token}", "GET /periksa", "GET /static/{name}"}


# How much


def test_no_route_reads_more_than_it_says_announced_or_not(centre_client):
    for name, door in DOORS.items():
        answer = ask(centre_client, name, headers={"Content-Length": str(door.body + 1)}, content=b"")
        assert (name, answer.status_code) == (name, 413)
        if answer.headers["content-type"] == CONTENT_TYPE and not name.startswith("HEAD"):
            assert decode(answer.content, ErrorAnswer).code == "too_large"
        assert (name, ask(centre_client, name, query="?x=" + "a" * door.address).status_code) == (name, 413)


def test_a_body_without_an_announced_length_is_read_no_further_than_it_may_be_long(centre):
    for name, kind in (("/v1/enrol", CONTENT_TYPE), ("/masuk", "application/x-www-form-urlencoded")):
        read = 0

        async def endless() -> Any:
            nonlocal read
            read += 65_536
            return {"type": "http.request", "body": bytes(65_536), "more_body": True}

        assert asked(create_app(centre), name, endless, kind)[0]["status"] == 413
        assert read <= DOORS[f"POST {name}"].body + 65_536


def test_a_body_that_does_not_come_is_not_waited_for(centre, monkeypatch):
    from dataclasses import replace

    door = replace(DOORS[f"POST {SYNC}"], who=Who.ANYBODY, strangers=None, seconds=0.02)
    monkeypatch.setitem(declared.DOORS, "POST /v1/enrol", door)
    came = iter([{"type": "http.request", "body": b"a", "more_body": True}])

    async def receive() -> Any:
        return next(came, None) or await asyncio.Event().wait()

    said = asked(create_app(centre), "/v1/enrol", receive, CONTENT_TYPE)
    assert said[0]["status"] == 408
    assert decode(said[1]["body"], ErrorAnswer).code == "too_slow"


def test_whoever_connects_and_says_nothing_or_never_ends_is_hung_up_on(centre, monkeypatch):
    monkeypatch.setattr(serving, "HEADERS_WITHIN", 0.1)
    whole = b"GET /static/pusat.css HTTP/1.1\r\nHost: a\r\n\r\n"
    with served(centre) as port:
        for said in (b"", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", whole + b"GET / HT"):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
                line.sendall(said)
                heard = b"".join(iter(partial(line.recv, 65536), b""))
            assert heard.startswith(b"HTTP/1.1 200") == said.startswith(whole)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * serving.LONGEST_HEADERS)
            assert line.recv(65536).startswith(b"HTTP/1.1 400")


# How often


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60), st.integers(1, 5), st.integers(1, 120))
def test_nobody_gets_more_than_the_burst_and_what_grew_again_since(steps, burst, a_minute):
    clock, rate = Seconds(), Rate(burst, a_minute)
    buckets, began = Buckets(clock=clock), clock.now
    taken: dict[int, int] = {}
    for who, pause in steps:
        clock.now += pause
        wait = buckets.take(who, rate)
        if wait == 0:
            taken[who] = taken.get(who, 0) + 1
            assert taken[who] <= burst + (clock.now - began) * a_minute / 60 + 1e-6
        else:
            clock.now += wait
            assert buckets.take(who, rate) == 0
            taken[who] = taken.get(who, 0) + 1


def test_a_million_addresses_take_no_more_memory_than_was_meant_for_them():
    buckets, known = Buckets(most=100), Known(most=100)
    for number in range(1000):
        buckets.take(number, Rate(1, 1))
        known.add(number)
    assert (len(buckets), 899 in known, 900 in known) == (100, False, True)
    assert buckets.take(999, Rate(1, 1)) == 60


def test_who_guesses_passwords_waits_whatever_names_are_tried_and_nobody_else_does(visitor_from, seconds, centre):
    add_officer(centre, "dewi", PASSWORD)
    guesser, other = visitor_from("203.0.113.7"), visitor_from("203.0.113.8")

    def guess(client: Any, number: int) -> Any:
        token = re.search(r'name="form" value="([^"]+)"', client.get("/masuk").text)
        assert token
        fields = {"form": token[1], "login": f"nama{number}", "password": "bukan ini ya"}
        return client.post("/masuk", data=fields, follow_redirects=False)

    most = DOORS["POST /masuk"].strangers
    assert most is not None
    for number in range(most.burst):
        assert guess(guesser, number).status_code == 403
    waits = guesser.get("/masuk")
    assert (waits.status_code, waits.headers["retry-after"]) == (429, "6")
    assert "Tunggu 6 detik" in waits.text
    assert guess(other, 0).status_code == 403
    seconds.now += 6
    assert guess(guesser, 0).status_code == 403


def test_an_officer_who_is_signed_in_is_counted_by_name_and_not_by_what_others_at_the_address_did(
    visitor_from, centre, seconds
):
    add_officer(centre, "dewi", PASSWORD)
    dewi, stranger = visitor_from("203.0.113.7"), visitor_from("203.0.113.7")
    dewi.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    assert dewi.get("/").status_code == 200
    most = DOORS["GET /"].strangers
    assert most is not None
    for _ in range(most.burst):
        assert stranger.get("/tarif", follow_redirects=False).status_code == 303
    assert stranger.get("/tarif").status_code == 429
    assert dewi.get("/tarif").status_code == 200


def test_four_hundred_counters_behind_one_address_are_not_held_up_by_one_that_has_no_key(
    visitor_from, enrolled, seconds
):
    counter, thief = enrolled(), visitor_from("198.51.100.1")
    counter.client = visitor_from("198.51.100.1")
    counter.sync()
    door = DOORS[f"POST {SYNC}"]
    assert door.strangers is not None
    for _ in range(door.strangers.burst):
        thief.post(SYNC)
    refused = thief.post(SYNC)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert decode(refused.content, ErrorAnswer).seconds == 1
    counter.sync()


def test_one_counter_does_not_ask_without_end(app, visitor_from, enrolled, seconds, monkeypatch):
    from dataclasses import replace

    from models.sync.protocol import SyncError

    counter = enrolled()
    counter.client = visitor_from("198.51.100.1")
    gate = app.state.gate
    found = gate._exact[f"POST {SYNC}"]
    monkeypatch.setitem(gate._exact, f"POST {SYNC}", type(found)(found.name, replace(found.door, rate=Rate(2, 30))))
    counter.sync()
    counter.sync()
    with pytest.raises(SyncError, match="too_many") as error:
        counter.sync()
    assert error.value.facts["seconds"] == 2
    seconds.now += 2
    counter.sync()


# Where from


def test_only_the_proxy_that_was_named_is_believed_who_asks(app):
    asked: list[str] = []

    async def spy(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            from fastapi import Request

            asked.append(f"{scope['scheme']} {address_of(Request(scope))}")
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    said = {"X-Forwarded-For": "192.0.2.66, 203.0.113.7", "X-Forwarded-Proto": "https"}
    for proxies, peer in ((["10.0.0.2"], "10.0.0.2"), (["10.0.0.2"], "10.0.0.3"), ([], "127.0.0.1")):
        config = serving.server(spy, proxies=proxies).config
        config.load()
        TestClient(config.loaded_app, base_url="http://a", client=(peer, 1)).get("/", headers=said)
    # What the visitor wrote before the proxy is never taken for the proxy's word.
    assert asked == ["https 203.0.113.7", "http 10.0.0.3", "http 127.0.0.1"]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
    ],
)
def test_whoever_has_a_network_of_ipv6_is_one_address(host, address):
    from fastapi import Request

    assert address_of(Request({"type": "http", "client": (host, 1), "headers": []})) == address


def test_passwords_are_checked_few_at_a_time_so_that_counters_find_a_thread(app, visitor_from, monkeypatch):
    from server.usecases import sessions

    at_once, most = 0, 0
    gathered, lock = threading.Barrier(3), threading.Lock()

    def slow(*_: Any) -> str:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        gathered.wait(10)
        with lock:
            at_once -= 1
        return "cookie"

    monkeypatch.setattr(sessions, "sign_in", slow)
    client = visitor_from("203.0.113.7")
    token = re.search(r'name="form" value="([^"]+)"', client.get("/masuk").text)
    assert token
    fields = {"form": token[1], "login": "a", "password": "b"}
    # Each sends what it had when the page came: whoever is let in first takes the form's cookie away.
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}

    def try_it() -> None:
        client.post("/masuk", data=fields, headers=cookie, follow_redirects=False)

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 3


@pytest.mark.expects_log(r"fault [0-9a-f]{8} at GET /K/\{token\}")
def test_no_stranger_writes_a_line_into_the_log_and_no_paper_s_code_stands_there(centre, monkeypatch, caplog):
    def broken(*_: Any) -> Any:
        raise RuntimeError("ours")

    monkeypatch.setattr("server.public.pages.check", broken)
    with client_of(centre, raise_faults=False) as client:
        assert client.get("/K/KODE%0aERROR%20palsu").status_code == 500
    # What the asking side of this test says of its own request is not the centre's log.
    said = "\n".join(caplog.handler.format(record) for record in caplog.records if record.name != "httpx")
    assert "fault" in said
    assert "ERROR palsu" not in said
    assert "KODE" not in said


# What every page carries


def test_every_page_of_every_route_forbids_scripts_frames_and_guessing(centre_client):
    for name in DOORS:
        if "/v1/" in name:
            continue
        answer = ask(centre_client, name)
        headers = answer.headers
        assert "default-src 'none'" in headers["content-security-policy"], name
        assert "script-src" not in headers["content-security-policy"], name
        assert "frame-ancestors 'none'" in headers["content-security-policy"], name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert headers["strict-transport-security"].startswith("max-age="), name
        for cookie in headers.get_list("set-cookie"):
            kept = {part.strip().lower() for part in cookie.split(";")}
            assert {"httponly", "samesite=strict"} <= kept or "max-age=0" in kept, (name, cookie)
            assert "secure" in kept or "max-age=0" in kept, (name, cookie)


def test_no_page_has_a_script_or_a_style_inside_it():
    from server.web.pages import HERE

    for template in (HERE / "templates").glob("*.html"):
        text = template.read_text()
        assert re.findall(r"<script|<style|\son\w+=|style=|javascript:|\|\s*safe|srcdoc", text) == [], template.name
