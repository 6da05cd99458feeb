"""The line: every way it can fail has its own sentence."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from loket_testing.certificates import certificate

from kiosk.devices.clock import HandClock
from kiosk.sync import line as line_module
from kiosk.sync.authority import trust
from kiosk.sync.line import _NAMED, _TO_CHANGE, Deadline, ServerApi, Speaker, centre_address
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.rules.problems import Refused, Trouble
from models.sentences import SENTENCES, trouble_sentence
from models.sync.messages import Cursor, ErrorAnswer, Head, SyncRequest, encode
from models.sync.protocol import CONTENT_TYPE, ERRORS, MAX_MESSAGE, SyncError
from models.sync.signing import Signed
from models.sync.tokens import Bearer, check_token

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
URL = "https://pusat.example"
KEY = SigningKey.new()
CENTRE = new_id()
BEARER = Bearer(new_id(), 1)
OURS = {"content-type": CONTENT_TYPE}


def api_over(answer: Callable[[httpx.Request], httpx.Response], *, clock: HandClock | None = None) -> ServerApi:
    return speaking(httpx.Client(transport=httpx.MockTransport(answer)), URL, clock)


def speaking(client: httpx.Client, url: str, clock: HandClock | None = None) -> ServerApi:
    api = ServerApi(client, url, clock or HandClock(NOW), Deadline(20))
    api.speak_as(Speaker(KEY, BEARER, CENTRE))
    return api


def pull(api: ServerApi) -> Signed:
    return api.pull(Cursor("ref"))


def trouble_of(call: Callable[[], object]) -> Trouble:
    with pytest.raises(Trouble) as trouble:
        call()
    assert trouble.value.code in SENTENCES
    assert "…" not in trouble_sentence(trouble.value)
    return trouble.value


def failing(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("gone"),
        httpx.PoolTimeout("busy"),
    ],
)
def test_a_line_that_is_down_refused_or_slow_is_unreachable(error):
    assert trouble_of(lambda: pull(api_over(failing(error)))).code == "line.unreachable"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<h1>Selamat datang di Wi-Fi bandara</h1>"),
        httpx.Response(200, json={"status": "ok"}),
        httpx.Response(200, headers=OURS, content=b"bukan zstd"),
        httpx.Response(200, headers=OURS, content=b""),
        httpx.Response(302, headers={"location": "http://login.wifi/"}),
        httpx.Response(404, html="tidak ada"),
        httpx.Response(403, html="dilarang"),
        httpx.Response(204),
        httpx.Response(500, headers=OURS, content=b"rusak"),
    ],
    ids=lambda answer: f"{answer.status_code}-{answer.headers.get('content-type')}-{len(answer.content)}",
)
def test_who_does_not_speak_our_language_is_not_our_server(answer):
    assert trouble_of(lambda: pull(api_over(lambda _: answer))).code == "line.not_our_server"


def test_an_answer_that_cannot_be_unpacked_is_not_our_servers():
    answer = httpx.Response(200, headers={"content-encoding": "gzip", **OURS}, content=iter([b"bukan gzip"]))
    assert trouble_of(lambda: pull(api_over(lambda _: answer))).code == "line.not_our_server"


def test_a_portal_is_not_followed_anywhere():
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.host))
        return httpx.Response(302, headers={"location": "https://login.wifi/"})

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        assert trouble_of(lambda: pull(speaking(client, URL))).code == "line.not_our_server"
    assert asked == ["pusat.example"]


def test_an_endless_answer_is_not_read_to_its_end():
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1 << 20
            yield bytes(1 << 20)

    answer = httpx.Response(200, headers=OURS, content=endless())
    assert trouble_of(lambda: pull(api_over(lambda _: answer))).code == "line.not_our_server"
    assert read <= MAX_MESSAGE + (1 << 20)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_proxy_that_is_overrun_says_when_to_come_back(status):
    answer = httpx.Response(status, headers={"retry-after": "30"}, html="overrun")
    trouble = trouble_of(lambda: pull(api_over(lambda _: answer)))
    assert trouble.code == "line.busy"
    assert dict(trouble.values)["seconds"] == "30"
    odd = httpx.Response(status, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, html="overrun")
    assert dict(trouble_of(lambda: pull(api_over(lambda _: odd))).values)["seconds"] == "0"


def error_answer(code: str, at: datetime = NOW, **facts: Any) -> httpx.Response:
    status = ERRORS[code].status if code in ERRORS else 499
    return httpx.Response(status, headers=OURS, content=encode(ErrorAnswer(code, at, **facts)))


def test_a_patient_counter_asks_a_busy_centre_again_when_it_was_told_to(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(line_module, "_sleep", waited.append)
    busy = error_answer("busy")
    busy.headers["retry-after"] = "4"
    overrun = httpx.Response(503, headers={"retry-after": "2"}, html="overrun")
    page = Signed(b"page", b"signature")
    answers = iter([busy, overrun, httpx.Response(200, headers=OURS, content=encode(page))])
    api = api_over(lambda _: next(answers))
    api.begin(Deadline(60, patient=True))
    assert pull(api) == page
    assert 3 <= waited[0] <= 6
    assert 1.5 <= waited[1] <= 3


def test_patience_ends_with_the_time_there_is(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(line_module, "_sleep", waited.append)
    api = api_over(lambda _: error_answer("too_many"))
    api.begin(Deadline(2, patient=True))
    assert trouble_of(lambda: pull(api)).code == "line.too_many"
    assert sum(waited) <= 2


def api_saying(code: str) -> ServerApi:
    return api_over(lambda _: error_answer(code))


def test_every_error_of_the_contract_is_handled_or_has_a_sentence():
    for kind in ERRORS.values():
        handled = kind.answer in ("frame", "history", "document", "base")
        api = api_saying(kind.code)
        if kind.code in _TO_CHANGE:
            with pytest.raises(Refused) as refusal:
                pull(api)
            assert refusal.value.problems[0].code in SENTENCES
        elif handled:
            with pytest.raises(SyncError) as error:
                pull(api)
            assert error.value.code == kind.code
        else:
            assert trouble_of(partial(pull, api)).code == _NAMED[kind.code]


def test_an_error_of_a_newer_centre_is_named_as_it_came():
    trouble = trouble_of(lambda: pull(api_over(lambda _: error_answer("later_invention"))))
    assert trouble.code == "line.broken"
    assert "later_invention" in trouble_sentence(trouble)


def test_the_facts_of_an_error_come_along():
    with pytest.raises(SyncError) as error:
        pull(api_over(lambda _: error_answer("gap", head=Head(7, bytes(32)))))
    assert error.value.facts["head"] == Head(7, bytes(32))


def test_a_wrong_clock_is_put_right_with_the_centres_time_and_asked_once_more():
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"].removeprefix("Bearer "))
        try:
            check_token(tokens[-1], KEY.public, CENTRE, NOW)
        except SyncError as error:
            return error_answer(error.code)
        return httpx.Response(200, headers=OURS, content=encode(Signed(b"a", b"b")))

    api = api_over(answer, clock=HandClock(NOW + timedelta(hours=7)))
    assert pull(api) == Signed(b"a", b"b")
    assert len(tokens) == 2
    assert pull(api) == Signed(b"a", b"b")
    assert len(tokens) == 3


def test_a_clock_the_centre_still_does_not_take_is_named_after_one_retry():
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(1)
        return error_answer("clock")

    assert trouble_of(lambda: pull(api_over(answer))).code == "sync.clock"
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://pusat.example", "https://pusat.example"),
        ("  https://pusat.example:8443/ ", "https://pusat.example:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("HTTPS://PUSAT.EXAMPLE", "https://pusat.example"),
    ],
)
def test_an_address_is_taken_as_it_is_meant(typed, address):
    assert centre_address(typed) == address


@pytest.mark.parametrize(
    "typed", ["http://pusat.example", "http://10.0.0.7:8080", "http://localhost.example", "http://127.0.0.1.nip.io"]
)
def test_plain_http_goes_to_this_machine_only(typed):
    assert trouble_of(lambda: centre_address(typed)).code == "line.insecure"
    with httpx.Client() as client:
        assert trouble_of(lambda: speaking(client, typed)).code == "line.insecure"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "pusat.example",
        "ftp://pusat.example",
        "https://",
        "https://pusat.example/masuk",
        "https://a:b@pusat.example",
        "https://pusat.example?x=1",
        "https://pusat.example#x",
        "https://pusat example",
        "https://pusat.example:99999999",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(Refused) as refusal:
        centre_address(typed)
    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [("centre", "centre.address")]


def test_time_that_is_used_up_begins_nothing_more(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    deadline = Deadline(60)
    assert deadline.wait == 15
    now[0] = 144.9
    deadline.check()
    now[0] = 145.0
    assert trouble_of(deadline.check).code == "line.deadline"
    assert Deadline(8).wait == 2


def test_a_line_that_trickles_is_given_up(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def trickle() -> Iterator[bytes]:
        for _ in range(100):
            now[0] += 1
            yield b"x"

    answer = httpx.Response(200, headers=OURS, content=trickle())
    assert trouble_of(lambda: pull(api_over(lambda _: answer))).code == "line.deadline"
    assert now[0] <= 120


def test_a_line_that_trickles_before_an_answer_has_begun_is_given_up_as_well():
    """Each wait ends in time, and there would be hundreds of them."""
    over = threading.Event()

    def trickle(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 100:
                if over.wait(0.02):
                    return
                connection.sendall(bytes([byte]))

    with socket.create_server(("127.0.0.1", 0)) as server, httpx.Client() as client:
        thread = threading.Thread(target=trickle, args=(server,))
        thread.start()
        api = ServerApi(client, f"http://127.0.0.1:{server.getsockname()[1]}", HandClock(NOW), Deadline(0.6))
        api.speak_as(Speaker(KEY, BEARER, CENTRE))
        begun = time.monotonic()
        try:
            assert trouble_of(lambda: pull(api)).code == "line.deadline"
        finally:
            over.set()
            thread.join()
        assert time.monotonic() - begun < 5


def test_whoever_takes_small_bodies_only_is_told_apart_from_a_stranger():
    """A proxy with a limit of its own answers 413 in HTML: what can be cut is sent in smaller pieces."""
    api = api_over(lambda _: httpx.Response(413, html="<h1>413 Request Entity Too Large</h1>"))
    for call in (lambda: api.push(b"much"), lambda: api.put_blob(bytes(32), 0, 4, b"much")):
        with pytest.raises(SyncError) as error:
            call()
        assert error.value.code == "too_large"
    assert trouble_of(lambda: pull(api)).code == "line.not_our_server"


@pytest.mark.parametrize("code", ["bad_frame", "too_large", "not_found"])
def test_a_question_that_cannot_be_asked_otherwise_is_the_lines_trouble_when_it_is_refused(code):
    api, asked = api_saying(code), SyncRequest(Head(), (), NOW, "loket", None)
    for call in (lambda: api.sync(asked), api.centre):
        trouble = trouble_of(call)
        assert trouble.code == "line.broken"
        assert dict(trouble.values)["named"] == code


# Certificates, on a real TLS connection


@contextmanager
def listening(context: ssl.SSLContext | None) -> Iterator[int]:
    """A server that shakes hands once, answers like a captive portal, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(10)
                    with context.wrap_socket(connection, server_side=True) if context else connection as peer:
                        peer.recv(65536)
                        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi")
            except OSError:
                pass  # the client hangs up when it does not like what it sees

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            thread.join()


def over_tls(folder: Path, begins: timedelta, ends: timedelta, *, trusted: bool = True, host: str = "localhost") -> str:
    now = datetime.now(UTC)
    made = certificate(folder, host, begins=now + begins, ends=now + ends)
    chain, secret = made.chain, made.key
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, secret)
    trusting = trust(chain.read_text() if trusted else "")
    with listening(server) as port, httpx.Client(verify=trusting) as client:
        return trouble_of(lambda: pull(speaking(client, f"https://localhost:{port}"))).code


DAY = timedelta(days=1)


def test_a_certificate_that_is_not_valid_yet_means_the_clock_is_behind(tmp_path):
    assert over_tls(tmp_path, DAY, 3 * DAY) == "line.clock"


def test_a_certificate_that_has_expired_is_named(tmp_path):
    assert over_tls(tmp_path, -3 * DAY, -DAY) == "line.certificate"


def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path):
    assert over_tls(tmp_path, -DAY, DAY, trusted=False) == "line.untrusted"


def test_a_certificate_of_another_host_is_named(tmp_path):
    assert over_tls(tmp_path, -DAY, DAY, host="lain.example") == "line.other_name"


def test_a_good_certificate_proves_the_host_and_not_the_centre(tmp_path):
    assert over_tls(tmp_path, -DAY, DAY) == "line.not_our_server"


def test_a_server_that_offers_old_tls_only_is_named(tmp_path):
    made = certificate(tmp_path, "localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.chain, made.key)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        server.minimum_version = server.maximum_version = ssl.TLSVersion.TLSv1_1
    server.set_ciphers("ALL:@SECLEVEL=0")
    with listening(server) as port, httpx.Client(verify=trust(made.chain.read_text())) as client:
        assert trouble_of(lambda: pull(speaking(client, f"https://localhost:{port}"))).code == "line.old_tls"


def test_a_server_without_tls_is_not_our_server():
    with listening(None) as port, httpx.Client() as client:
        assert trouble_of(lambda: pull(speaking(client, f"https://localhost:{port}"))).code == "line.not_our_server"


def test_nobody_listening_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with httpx.Client() as client:
        assert trouble_of(lambda: pull(speaking(client, f"http://127.0.0.1:{port}"))).code == "line.unreachable"
