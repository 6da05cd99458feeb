"""Whoever vouches for the centre: an authority that is pinned, and a centre that serves TLS itself."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from loket_testing.centre_fixtures import served, served_program
from loket_testing.certificates import DAY, Pair, certificate

from kiosk.sync.authority import LARGEST, authorities, checked, line, pin, pinned, read_file, trust, unpin
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import sync
from models.rules.problems import Refused, Trouble
from models.sentences import SENTENCES, trouble_sentence
from server.web.serving import Certificate

NOW = datetime.now(UTC)


@pytest.fixture
def ours(tmp_path: Path) -> Pair:
    return certificate(tmp_path, "CA Kementerian")


@pytest.fixture
def host(tmp_path: Path, ours: Pair) -> Pair:
    return certificate(tmp_path, "localhost", by=ours)


@pytest.fixture
def over_tls(centre: Any, host: Pair) -> AbstractContextManager[int]:
    return served(centre, certificate=Certificate(host.chain, host.key))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises((Refused, Trouble)) as said:
        call()
    error = said.value
    if isinstance(error, Trouble):
        assert "…" not in trouble_sentence(error)
        return error.code
    assert isinstance(error, Refused)
    (problem,) = error.problems
    assert (problem.field, problem.code in SENTENCES) == ("ca", True)
    return problem.code


def test_a_counter_enrols_at_a_ministrys_own_authority_and_from_then_on_trusts_nobody_else(
    centre, over_tls, new_counter, code, ours, tmp_path
):
    desk, given = new_counter().desk, code()
    with over_tls as port:
        address = f"https://localhost:{port}"
        assert code_of(lambda: enrol(desk, address, given)) == "line.untrusted"
        enrol(desk, address, given, authority=ours.chain.read_bytes())
        report = sync(desk)
        desk.let_go()
    assert report.statement_verified
    assert [one.name for one in authorities(pinned(desk))] == ["CA Kementerian"]

    other = certificate(tmp_path / "lain", "CA Lain")
    false = certificate(tmp_path / "lain", "localhost", by=other)
    with served(centre, certificate=Certificate(false.chain, false.key)) as port, pytest.raises(Trouble) as trouble:
        sync(desk, centre=f"https://localhost:{port}")
    assert trouble.value.code == "line.not_pinned"
    assert "CA Kementerian" in trouble_sentence(trouble.value)


def test_an_authority_is_replaced_while_both_are_pinned(centre, counter, ours, tmp_path):
    desk = counter().desk
    new = certificate(tmp_path / "baru", "CA Baru")
    names = pin(desk, ours.chain.read_bytes() + new.chain.read_bytes())
    assert [one.name for one in names] == ["CA Kementerian", "CA Baru"]
    for authority in (ours, new):
        host = certificate(tmp_path / authority.chain.stem, "localhost", by=authority)
        with served(centre, certificate=Certificate(host.chain, host.key)) as port:
            assert sync(desk, centre=f"https://localhost:{port}").statement_verified
            desk.let_go()
    unpin(desk)
    assert pinned(desk) == ""


def test_a_clerk_does_not_choose_whom_the_counter_trusts(counter, ours):
    desk = counter().desk
    desk.operator = replace(desk.operator, role="petugas")
    for change in (lambda: pin(desk, ours.chain.read_bytes()), lambda: unpin(desk)):
        with pytest.raises(Refused) as refusal:
            change()
        assert [one.code for one in refusal.value.problems] == ["staff.not_allowed"]


def test_a_file_that_vouches_for_nothing_is_refused_with_the_reason(tmp_path, ours, host):
    old = certificate(tmp_path / "lama", "CA Lama", begins=NOW - 3 * DAY, ends=NOW - DAY)
    files = {
        b"": "ca.none",
        b"bukan sertifikat": "ca.none",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n": "ca.none",
        bytes(LARGEST + 1): "ca.none",
        host.chain.read_bytes(): "ca.not_authority",
        ours.chain.read_bytes() + ours.key.read_bytes(): "ca.private_key",
        old.chain.read_bytes(): "ca.expired",
    }
    assert {content: code_of(partial(checked, content, NOW)) for content in files} == files
    assert [one.name for one in authorities(checked(old.chain.read_bytes() + ours.chain.read_bytes(), NOW))] == [
        "CA Kementerian"
    ]


def test_a_certificate_as_windows_writes_it_is_read_too(ours):
    from cryptography.hazmat.primitives.serialization import Encoding

    assert authorities(checked(ours.certificate.public_bytes(Encoding.DER), NOW))[0].name == "CA Kementerian"


def test_a_file_that_is_not_there_is_said_beside_its_field(tmp_path):
    assert code_of(lambda: read_file(tmp_path / "tidak-ada.pem")) == "file.unreadable"


def test_a_client_that_was_given_is_not_closed_and_ones_own_is_kept_for_the_next_time(counter):
    desk = counter().desk
    with httpx.Client() as given:
        with line(desk, given) as same:
            assert same is given
        assert not given.is_closed
    with line(desk, None) as own:
        assert not own.is_closed
    with line(desk, None) as again:
        assert again is own
    desk.let_go()
    assert own.is_closed


@pytest.mark.expects_log("cannot be used yet")
def test_a_renewed_certificate_is_taken_while_it_serves_and_half_a_pair_is_not(centre, host, ours, tmp_path):
    held = Certificate(host.chain, host.key)

    def shown(port: int) -> bytes:
        trusting = httpx.Client(verify=trust(ours.chain.read_text()))
        with trusting as client, client.stream("GET", f"https://localhost:{port}/v1/centre") as answer:
            return answer.extensions["network_stream"].get_extra_info("ssl_object").getpeercert(True)

    with served(centre, certificate=held) as port:
        before = shown(port)
        assert not held.renew()
        newer = certificate(tmp_path / "baru", "localhost", by=ours)
        host.chain.write_bytes(newer.chain.read_bytes())
        os.utime(host.chain, ns=(1, 1))
        assert not held.renew()
        assert shown(port) == before
        host.key.write_bytes(newer.key.read_bytes())
        assert held.renew()
        assert shown(port) != before


def test_a_certificate_that_cannot_be_used_is_said_before_anything_is_served(host, ours, tmp_path):
    for chain, key in ((tmp_path / "tidak-ada", host.key), (host.chain, ours.key), (host.key, host.chain)):
        with pytest.raises(Trouble) as trouble:
            Certificate(chain, key)
        assert trouble.value.code == "centre.certificate"
        assert "…" not in trouble_sentence(trouble.value)


def test_a_centre_that_ends_does_not_wait_for_the_lines_that_counters_keep_open(centre, host, ours, caplog):
    with httpx.Client(verify=ssl.create_default_context(cafile=str(ours.chain))) as line:
        with served(centre, certificate=Certificate(host.chain, host.key)) as port:
            assert line.get(f"https://localhost:{port}/v1/centre").status_code == 200
        # Before, uvicorn gave up on it after ten seconds, and said so as an error.
        assert [record.message for record in caplog.records if record.name.startswith("uvicorn")] == []
        with pytest.raises(httpx.ConnectError):
            line.get(f"https://localhost:{port}/v1/centre")


def test_and_what_is_still_on_its_way_over_a_slow_line_arrives_whole(host, ours):
    size, said_all = 12_000_000, threading.Event()

    async def program(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        await send({"type": "http.response.body", "body": bytes(size)})
        said_all.set()

    came: list[int] = []
    trusted = ssl.create_default_context(cafile=str(ours.chain))
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with served_program(program, certificate=Certificate(host.chain, host.key)) as port:
            plain.connect(("127.0.0.1", port))
            line = trusted.wrap_socket(plain, server_hostname="localhost")
            line.settimeout(20)
            line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert said_all.wait(10)

            def read() -> None:
                with line:
                    came.extend(len(piece) for piece in iter(partial(line.recv, 1 << 20), b""))

            reader = threading.Thread(target=read)
            ending = threading.Timer(0, reader.start)
            ending.start()
        reader.join(20)
    assert sum(came) > size
