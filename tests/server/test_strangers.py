"""Strangers at the doors: whatever they show, every one stays shut; and what has no end is not unpacked."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.officers import PASSWORD, signed_in

from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.sync.messages import ErrorAnswer, decode
from models.sync.protocol import CONTENT_TYPE, ENROL, MAX_BODY, PULL, STILL, SYNC, SyncError
from models.sync.still import written
from models.sync.tokens import Bearer, make_token
from server.doors import DOORS
from server.usecases.officers import add_officer
from server.usecases.revoking import revoke
from server.usecases.roles import ROLES
from server.web.gate import Who

COUNTER_DOORS = [name for name, door in DOORS.items() if door.who is Who.TERMINAL]


def knock(client: Any, door: str, token: str | None) -> Any:
    method, path = door.split()
    headers = {"Content-Type": CONTENT_TYPE}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if method == "PUT":
        headers["Content-Range"] = "bytes 0-0/1"
    query = {PULL: {"stream": "ref"}, STILL: {"mark": written(bytes(16)), "t0": 0, "h": 0}}.get(path)
    return client.request(method, path.replace("{sha256}", "ab" * 32), params=query, headers=headers)


def spelled(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def forged(claims: dict[str, Any], algorithm: str, key: bytes) -> str:
    """A token that says itself how it is to be believed."""
    text = f"{spelled({'alg': algorithm, 'typ': 'JWT'})}.{spelled(claims)}"
    made = b"" if algorithm.lower() == "none" else hmac.digest(key, text.encode(), sha256)
    return f"{text}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def test_no_door_of_a_counter_opens_to_a_token_that_is_none_or_somebody_elses(centre, enrolled, centre_clock):
    counter, other = enrolled(), enrolled("HKG1", mission="HKG")
    terminal, key, now = counter.journal.terminal, counter.journal.key, centre_clock()
    ours, public = Bearer(terminal, 1), counter.journal.key.public
    good = make_token(key, ours, centre.id, now)
    claims = jwt.decode(good, options={"verify_signature": False})
    header, said, signature = good.split(".")
    old = make_token(key, ours, centre.id, now - timedelta(minutes=5))
    long = jwt.encode(claims | {"exp": claims["iat"] + 86400}, _private(key), algorithm="EdDSA")
    tokens: dict[str, tuple[str | None, str]] = {
        "none at all": (None, "bad_token"),
        "empty": ("", "bad_token"),
        "a word": ("rahasia", "bad_token"),
        "endless": ("a" * 5000, "bad_token"),
        "algorithm none": (forged(claims, "none", b""), "bad_token"),
        "algorithm nOnE": (forged(claims, "nOnE", b""), "bad_token"),
        "hmac with the public key": (forged(claims, "HS256", public), "bad_token"),
        "without its signature": (f"{header}.{said}.", "bad_token"),
        "of another counter's key": (make_token(other.journal.key, ours, centre.id, now), "bad_token"),
        "of another key": (make_token(SigningKey.new(), ours, centre.id, now), "bad_token"),
        "for another centre": (make_token(key, ours, new_id(), now), "bad_token"),
        "good for a day": (long, "bad_token"),
        "changed": (f"{header}.{spelled(claims | {'iat': claims['iat'] + 1})}.{signature}", "bad_token"),
        "of nobody": (make_token(key, Bearer(new_id(), 1), centre.id, now), "unknown_terminal"),
        "of a key not made yet": (make_token(key, Bearer(terminal, 2), centre.id, now), "unknown_terminal"),
        "expired": (old, "clock"),
        "from tomorrow": (make_token(key, ours, centre.id, now + timedelta(days=1)), "clock"),
    }
    for door in COUNTER_DOORS:
        for name, (token, code) in tokens.items():
            answer = knock(counter.client, door, token)
            assert (door, name, answer.headers["loket-error"]) == (door, name, code)
            assert answer.status_code == 401
        # With its own token it is past the door: what is said then is about what was asked.
        assert knock(counter.client, door, good).status_code not in (401, 403), door


def test_every_door_shuts_behind_a_key_that_was_revoked_at_once(centre, enrolled, centre_clock):
    counter = enrolled()
    token = make_token(counter.journal.key, Bearer(counter.journal.terminal, 1), centre.id, centre_clock())
    revoke(centre, "TPE3", "dicuri")
    for door in COUNTER_DOORS:
        answer = knock(counter.client, door, token)
        assert (door, answer.status_code, answer.headers["loket-error"]) == (door, 403, "revoked")


def test_a_counter_reads_no_stream_that_is_not_its_own(enrolled):
    from models.sync.messages import Cursor

    counter, other = enrolled(), enrolled("HKG1", mission="HKG")
    theirs = ("post:HKG", "staff:HKG", f"dev:{other.journal.terminal}", "post:", "post:%", "' OR 1=1 --", "../ref")
    for stream in theirs:
        with pytest.raises(SyncError, match="stream_unknown"):
            counter.page(Cursor(stream))


def _private(key: SigningKey) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key.seed)


# What unpacks to more than there is


def bomb(unpacked: int) -> bytes:
    """A zstd frame of zeroes: four bytes for each 128 KiB."""
    block = 128 << 10
    header = b"\x28\xb5\x2f\xfd" + bytes([0, (17 - 10) << 3])
    blocks = [(0b010 | block << 3).to_bytes(3, "little") + b"\0"] * (unpacked // block)
    return header + b"".join(blocks) + (0b011 | 1 << 3).to_bytes(3, "little") + b"\0"


def test_a_megabyte_that_unpacks_to_thirty_gigabytes_is_refused_before_it_does(centre_client, enrolled):
    counter = enrolled()
    body = bomb(30 << 30)
    assert len(body) < MAX_BODY
    assert sha256(bytes(1 << 20)).digest()  # whatever is loaded late is there
    doors = [(ENROL, {}), (SYNC, counter.headers)]
    tracemalloc.start()
    began = time.process_time()
    try:
        for path, headers in doors:
            answer = centre_client.post(path, content=body, headers={"Content-Type": CONTENT_TYPE, **headers})
            assert (answer.status_code, decode(answer.content, ErrorAnswer).code) == (413, "too_large")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 80 << 20
    assert time.process_time() - began < 5


def test_a_window_larger_than_any_message_is_not_made_room_for(centre_client):
    huge = b"\x28\xb5\x2f\xfd" + bytes([0, (31 - 10) << 3]) + (0b001).to_bytes(3, "little")
    answer = centre_client.post(ENROL, content=huge, headers={"Content-Type": CONTENT_TYPE})
    assert (answer.status_code, decode(answer.content, ErrorAnswer).code) == (400, "bad_frame")


# What is written where something else was asked for

HOSTILE = (
    "' OR 1=1; DROP TABLE claim; --\r\nSet-Cookie: loket_petugas=x",
    '"><script>alert(1)</script>{{191*7}}${191*7}',
    "../../../../etc/passwd\0\xff",
    "9" * 400,
)


def parameters(router: Any) -> Iterator[tuple[str, set[str]]]:
    """Each route with the names of its query."""
    for route in router.routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from parameters(included)
        else:
            names = {one.alias for one in route.dependant.query_params}
            yield from ((f"{method} {route.path}", names) for method in route.methods)


def field_names() -> list[str]:
    """Every field of every form."""
    from server.web.pages import HERE

    pages = "".join(page.read_text() for page in sorted((HERE / "templates").glob("*.html")))
    return sorted(set(re.findall(r'name="(\w+)"', pages)) - {"csrf", "form"})


@pytest.fixture
def hostile_counter(enrolled: Any) -> Any:
    """A counter whose people are called whatever it likes."""
    visitor, somebody = enrolled(), new_id()
    visitor.journal.record(registration(somebody, name=HOSTILE[1]))
    visitor.journal.record(payment(somebody))
    visitor.journal.record(accident(somebody))
    visitor.push()
    return visitor


@pytest.mark.parametrize("role", ["khusus", "admin"])
def test_nothing_written_into_an_address_or_a_form_is_run_by_us_or_by_a_browser(
    centre, centre_client, hostile_counter, role
):
    from urllib.parse import quote

    from server.usecases.sessions import session_of

    add_officer(centre, "dewi", PASSWORD, role=role)
    cookie = signed_in(centre, "dewi")
    centre_client.cookies.set("loket_petugas", cookie)
    inside = session_of(centre, cookie)
    assert inside is not None
    queries, fields = dict(parameters(centre_client.app.router)), field_names()
    assert {"reason", "note", "login"} <= set(fields)

    def look(door: str, answer: Any) -> None:
        assert answer.status_code < 500, door
        assert "set-cookie" not in answer.headers or "=x" not in answer.headers["set-cookie"], door
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<script" not in answer.text, door
            assert "1337" not in answer.text, door
            assert "root:" not in answer.text, door

    for door, behind in DOORS.items():
        method, path = door.split()
        if role == "admin" and (behind.act is None or behind.act in ROLES["khusus"]):
            continue  # walked as the other one
        if "/v1/" in path or path == "/keluar" or (method == "POST" and path.startswith("/masuk")):
            continue
        for word in HOSTILE:
            spelled_out = quote(word, safe="", encoding="latin-1")
            filled = "".join(spelled_out if part.startswith("{") else part for part in re.split(r"(\{\w+\})", path))
            if method == "GET":
                if filled != path or word == HOSTILE[0]:
                    look(door, centre_client.get(filled, follow_redirects=False))
                if queries[door]:
                    asked = dict.fromkeys(queries[door], word)
                    look(door, centre_client.get(path, params=asked, follow_redirects=False))
                continue
            for start in range(0, len(fields), 18):
                sent = dict.fromkeys(fields[start : start + 18], word.encode("ascii", "replace").decode())
                body = sent | {"csrf": inside.csrf}
                look(door, centre_client.post(filled, data=body, follow_redirects=False))
    # And whatever of it was kept is text on every page that shows it.
    for path in ("/", "/klaim", "/pasangan", "/konfirmasi", "/petugas", "/pengaturan", "/penggabungan", "/jejak"):
        look(path, centre_client.get(path))
