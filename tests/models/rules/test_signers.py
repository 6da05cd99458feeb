"""A token that gives its signer another name."""

from __future__ import annotations

from datetime import date

import pytest

from models.journal.keys import SigningKey
from models.rules.problems import Refused
from models.rules.signers import signed_under_another_name
from models.rules.token import ReceiptFacts, make_token, thumbprint

KEY, OTHER = SigningKey.new(), SigningKey.new()
SLIP = ReceiptFacts("claim", "TPE3-K-2026-000031", date(2026, 11, 22), "SN", "1907")


def renamed(token: bytes, *bits: int) -> bytes:
    """The token with bits of the eight bytes flipped that name its signer."""
    at = token.index(thumbprint(KEY.public))
    flipped = bytearray(token)
    for bit in bits:
        flipped[at + bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


def test_every_flipped_bit_of_the_name_is_seen_through() -> None:
    token = make_token(SLIP, KEY.sign, thumbprint(KEY.public))
    for bit in range(64):
        assert signed_under_another_name(renamed(token, bit), [OTHER.public, KEY.public])
    assert signed_under_another_name(renamed(token, *range(16)), [KEY.public])


def test_what_another_key_signed_is_only_unknown() -> None:
    token = make_token(SLIP, OTHER.sign, thumbprint(OTHER.public))
    assert not signed_under_another_name(token, [KEY.public])
    assert not signed_under_another_name(token, [])
    # Somebody else's signature under a name that is nearly ours.
    near = renamed(make_token(SLIP, OTHER.sign, thumbprint(KEY.public)), 3)
    assert not signed_under_another_name(near, [KEY.public, OTHER.public])


def test_a_token_under_its_own_name_has_no_other() -> None:
    assert not signed_under_another_name(make_token(SLIP, KEY.sign, thumbprint(KEY.public)), [KEY.public])


def test_what_is_no_token_has_no_name() -> None:
    with pytest.raises(Refused) as refusal:
        signed_under_another_name(b"bukan", [KEY.public])
    assert [problem.code for problem in refusal.value.problems] == ["token.unreadable"]
