"""Second factors: the codes of RFC 6238, and what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from models.journal.ids import new_id
from models.rules.problems import Trouble
from server.store.keys import new_keys
from server.usecases.factors import (
    STEP,
    address,
    code_of,
    grouped,
    lock_away,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_digest,
    step_of,
    take_out,
)

RFC_SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds, code):
    """Appendix B, SHA-1; of its eight digits a phone shows the last six."""
    assert code_of(RFC_SECRET, step_of(datetime.fromtimestamp(seconds, UTC))) == code


def test_a_code_is_good_one_step_to_each_side_of_its_own():
    step = step_of(NOW)
    code = code_of(RFC_SECRET, step)
    good = [
        seconds
        for seconds in range(-3 * STEP, 3 * STEP)
        if matching_step(RFC_SECRET, code, NOW + timedelta(seconds=seconds), None) == step
    ]
    # NOW is the first second of its step.
    assert (good[0], good[-1]) == (-STEP, 2 * STEP - 1)
    assert matching_step(RFC_SECRET, code, NOW, step - 1) == step
    assert matching_step(RFC_SECRET, code, NOW, step) is None


@pytest.mark.parametrize("given", ["", "12345", "1234567", "12345a", "１２３４５６", "١٢٣٤٥٦"])
def test_what_is_no_code_matches_nothing(given):
    assert matching_step(RFC_SECRET, given, NOW, None) is None


def test_an_authenticator_is_told_what_it_needs():
    told = urlsplit(address(RFC_SECRET, "dewi", "Loket PMI Pusat"))
    assert (told.scheme, told.netloc, told.path) == ("otpauth", "totp", "/Loket%20PMI%20Pusat:dewi")
    asked = {name: value[0] for name, value in parse_qs(told.query).items()}
    assert asked == {
        "secret": grouped(RFC_SECRET).replace(" ", ""),
        "issuer": "Loket PMI Pusat",
        "algorithm": "SHA1",
        "digits": "6",
        "period": "30",
    }


def test_a_secret_opens_only_with_the_keys_and_for_the_officer_it_was_locked_away_for():
    keys, dewi, secret = new_keys(NOW), new_id(), new_secret()
    locked = lock_away(keys, dewi, secret)
    assert take_out(keys, dewi, locked) == secret
    assert lock_away(keys, dewi, secret) != locked
    for other_keys, officer_id, bytes_ in (
        (new_keys(NOW), dewi, locked),
        (keys, new_id(), locked),
        (keys, dewi, locked[:-1] + bytes([locked[-1] ^ 1])),
        (keys, dewi, b""),
    ):
        with pytest.raises(Trouble) as trouble:
            take_out(other_keys, officer_id, bytes_)
        assert trouble.value.code == "officer.factor_damaged"


def test_recovery_codes_are_read_however_they_are_typed_and_kept_by_officer_and_key():
    keys, dewi = new_keys(NOW), new_id()
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    (first, *_) = codes
    kept = recovery_digest(keys, dewi, first)
    assert kept is not None
    for typed in (first.lower(), first.replace("-", ""), f" {first.replace('-', ' ')} "):
        assert recovery_digest(keys, dewi, typed) == kept
    assert recovery_digest(keys, new_id(), first) != kept
    assert recovery_digest(new_keys(NOW), dewi, first) != kept
    for nonsense in ("", "123456", first[:-1], first + "2", first[:-1] + "O"):
        assert recovery_digest(keys, dewi, nonsense) is None


def test_keys_for_two_purposes_or_of_two_centres_are_different():
    keys = new_keys(NOW)
    made = {keys.derived("one"), keys.derived("other"), new_keys(NOW).derived("one"), keys.claims.seed}
    assert len(made) == 4
    assert keys.derived("one") == keys.derived("one")
