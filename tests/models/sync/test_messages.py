"""Messages: what is written is read, and what is not a message does no harm."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import jwt
import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.bodies import registration
from loket_testing.journals import Journal

from models.journal.body import pack
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.sync.chain import START, step, steps
from models.sync.messages import Cursor, ErrorAnswer, Head, PushRequest, decode, encode, error_answer, error_of
from models.sync.protocol import ERRORS, SyncError
from models.sync.signing import Untrue, opened, signed
from models.sync.tokens import Bearer, check_token, claimed_by, make_token

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_an_entry_keeps_its_bytes_on_the_way() -> None:
    entry = Journal().record(registration(new_id()))
    request = PushRequest(Head(), (entry.frame,), Head(1, entry.hash))

    arrived = decode(encode(request), PushRequest)

    assert arrived == request
    assert pack(arrived.frames[0]) == pack(entry.frame)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(64 << 20))
    assert len(bomb) < 10_000
    with pytest.raises(SyncError, match="too_large"):
        decode(bomb, PushRequest, limit=1 << 20)


@given(st.binary(max_size=200))
def test_garbage_is_a_bad_frame(body: bytes) -> None:
    with pytest.raises(SyncError, match="bad_frame"):
        decode(body, PushRequest)
    with pytest.raises(SyncError, match="bad_frame"):
        decode(zstandard.ZstdCompressor().compress(body), PushRequest)


def test_no_turned_bit_is_read_as_another_message() -> None:
    entry = Journal().record(registration(new_id()))
    request = PushRequest(Head(), (entry.frame,), Head(1, entry.hash))
    body = encode(request)
    for at in range(8 * len(body)):
        turned = bytearray(body)
        turned[at // 8] ^= 1 << at % 8
        with suppress(SyncError):
            # Some bits of the frame's head say nothing about what is in it.
            assert decode(bytes(turned), PushRequest) == request, at


def test_fields_of_a_later_program_are_ignored() -> None:
    later = msgspec.msgpack.encode({"base": [0, bytes(32), "new"], "frames": [], "final": [0, bytes(32)], "mood": 1})
    assert decode(zstandard.ZstdCompressor().compress(later), PushRequest) == PushRequest(Head(), (), Head())


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_arrives_as_it_was_raised(code: str) -> None:
    error = SyncError(code, head=Head(7, bytes(32)), minimum=2)
    again = error_of(decode(encode(error_answer(error, NOW)), ErrorAnswer))
    assert (again.code, again.kind) == (code, error.kind)
    assert again.facts == error.facts | {"at": NOW}


def test_a_code_of_a_later_centre_is_taken_for_trouble_on_the_line() -> None:
    assert error_of(ErrorAnswer("moon_phase", NOW)).kind.answer == "line"


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True))
def test_the_chain_tells_every_order_apart(hashes: list[bytes]) -> None:
    walked = steps(START, hashes)
    assert walked[-1] == step(walked[-2], hashes[-1])
    swapped = [hashes[1], hashes[0], *hashes[2:]]
    assert steps(START, swapped)[-1] != walked[-1]
    assert steps(START, hashes[:-1])[-1] != walked[-1]


def test_what_was_signed_for_one_purpose_is_worth_nothing_for_another() -> None:
    key = SigningKey.new()
    message = signed(Cursor("ref", 1), "page", key)
    assert opened(message, "page", key.public, Cursor) == Cursor("ref", 1)
    with pytest.raises(Untrue, match="bad_signature"):
        opened(message, "statement", key.public, Cursor)
    with pytest.raises(Untrue, match="bad_message"):
        opened(message, "page", key.public, ErrorAnswer)


# Tokens

KEY, BEARER, CENTRE = SigningKey.new(), Bearer(new_id(), 3), new_id()


def test_a_token_names_its_terminal_and_lives_a_minute() -> None:
    token = make_token(KEY, BEARER, CENTRE, NOW)
    assert claimed_by(token) == BEARER
    for late in (-30, 0, 60, 90):
        check_token(token, KEY.public, CENTRE, NOW + timedelta(seconds=late))
    for late in (-31, 91):
        with pytest.raises(SyncError) as error:
            check_token(token, KEY.public, CENTRE, NOW + timedelta(seconds=late))
        assert (error.value.code, error.value.facts["at"]) == ("clock", NOW + timedelta(seconds=late))


def test_a_token_that_grants_itself_a_year_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    issued = int(NOW.timestamp())
    claims = {
        "iss": BEARER.terminal.hex,
        "aud": CENTRE.hex,
        "inc": 3,
        "iat": issued,
        "exp": issued + 365 * 86_400,
    }
    token = jwt.encode(claims, Ed25519PrivateKey.from_private_bytes(KEY.seed), algorithm="EdDSA")
    with pytest.raises(SyncError, match="bad_token"):
        check_token(token, KEY.public, CENTRE, NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_of_another_make_is_refused(algorithm: str) -> None:
    claims = {"iss": BEARER.terminal.hex, "aud": CENTRE.hex, "inc": 3, "iat": 0, "exp": 60}
    token = jwt.encode(claims, "" if algorithm == "none" else "x" * 32, algorithm=algorithm)
    assert claimed_by(token) == BEARER
    with pytest.raises(SyncError, match="bad_token"):
        check_token(token, KEY.public, CENTRE, NOW)


@pytest.mark.parametrize("text", ["", "a.b.c", "é", make_token(KEY, BEARER, CENTRE, NOW)[:-40].split(".")[0]])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(SyncError, match="bad_token"):
        claimed_by(text)
