from __future__ import annotations

import base64
import dataclasses
from datetime import date, timedelta
from typing import get_args

import cbor2
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.money import Money
from models.rules.problems import Refused
from models.rules.token import (
    Kind,
    ReceiptFacts,
    TokenLine,
    TokenSum,
    make_token,
    peek,
    read_token,
    spelled,
    thumbprint,
    thumbprint_of,
    token_text,
    token_url,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
HOST = "loket.bpjsketenagakerjaan.go.id"

TWO_LINES = ReceiptFacts(
    kind="receipt",
    number="TPE3-2026-000418",
    issued_on=date(2026, 11, 22),
    initials="SN",
    passport_end="1907",
    lines=(
        TokenLine("JKK+JKM", 24, date(2026, 12, 11), date(2028, 12, 10)),
        TokenLine("JHT", 3, date(2026, 12, 1), date(2027, 2, 28)),
    ),
    amount_idr=632_500,
    amount=Money(1235, "TWD", 0),
)
SLIP = ReceiptFacts("claim", "TPE3-K-2026-000031", date(2026, 11, 22), "SN", "1907")
VOID = ReceiptFacts(
    "void",
    "TPE3-2026-000419",
    date(2026, 11, 22),
    "SN",
    "1907",
    amount_idr=632_500,
    amount=Money(1235, "TWD", 0),
    refers="TPE3-2026-000418",
)
REFUND = dataclasses.replace(VOID, kind="refund", number="TPE3-2026-000502", amount_idr=None)
MOVE = dataclasses.replace(TWO_LINES, kind="move", amount_idr=None, amount=None, refers="TPE3-2026-000418")
CARD = dataclasses.replace(
    TWO_LINES, kind="card", amount_idr=None, amount=None, confirmed_on=date(2026, 12, 1), kpj_end="7891"
)
Z = ReceiptFacts(
    "z",
    "TPE3-Z-000031",
    date(2026, 11, 22),
    "",
    "",
    refers="TPE3-Z-000030",
    chain=bytes(range(32)),
    sums=(TokenSum("TWD", 0, 41_235, 41_240), TokenSum("KWD", 3, 12_345, 12_345)),
    receipts=38,
    voids=2,
)
STATEMENT = ReceiptFacts(
    "statement",
    "TPE3-K-2026-000032",
    date(2026, 11, 24),
    "SN",
    "1907",
    about="missing",
    event_on=date(2026, 11, 3),
)
DOSSIER = ReceiptFacts("dossier", "TPE3-K-2026-000031", date(2026, 12, 8), "SN", "1907", chain=bytes(range(100, 132)))
PAPERS = [TWO_LINES, SLIP, VOID, REFUND, MOVE, CARD, Z, STATEMENT, DOSSIER]


def signed(facts: ReceiptFacts, key: Ed25519PrivateKey = KEY) -> bytes:
    return make_token(facts, key.sign, thumbprint(key.public_key().public_bytes_raw()))


def code(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def rebuilt(token: bytes, **parts: object) -> bytes:
    """The token with some part of its envelope replaced, otherwise encoded as ever."""
    names = ("protected", "unprotected", "payload", "signature")
    envelope = dict(zip(names, cbor2.loads(token).value, strict=True)) | parts
    return cbor2.dumps(cbor2.CBORTag(18, list(envelope.values())), canonical=True)


days = st.dates(date(1970, 1, 1), date(2200, 1, 1))
lines = st.builds(
    lambda programme, months, start, length: TokenLine(programme, months, start, start + timedelta(days=length)),
    st.sampled_from(["JKK+JKM", "JHT"]),
    st.integers(1, 60),
    days,
    st.integers(0, 3000),
)
facts_of_a_receipt = st.builds(
    ReceiptFacts,
    kind=st.just("receipt"),
    number=st.from_regex(r"[A-Z]{3}[0-9](\.[0-9A-F]{2})?-20[0-9]{2}-[0-9]{6}", fullmatch=True),
    issued_on=days,
    initials=st.text("ABCXYZÉ陳", min_size=0, max_size=4),
    passport_end=st.text("AC0123456789", max_size=4),
    lines=st.lists(lines, min_size=1, max_size=8).map(tuple),
    amount_idr=st.integers(0, 10**12),
    amount=st.builds(Money, st.integers(0, 10**12), st.sampled_from(["TWD", "KWD", "HKD"]), st.integers(0, 4)),
    copy=st.integers(0, 40),
)


@given(facts_of_a_receipt)
def test_what_was_signed_is_what_is_read_through_the_printed_text(facts):
    token = signed(facts)
    assert read_token(token_text(token_url(token, HOST)), PUBLIC) == facts
    assert peek(token) == facts


def test_a_claim_slip_says_neither_kind_nor_money():
    token = signed(SLIP)
    assert read_token(token, PUBLIC) == SLIP
    assert set(cbor2.loads(cbor2.loads(token).value[2])) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("about", ["death", "missing"])
def test_a_missions_statement_says_what_it_states_and_since_when(about):
    facts = dataclasses.replace(STATEMENT, about=about)
    assert read_token(signed(facts), PUBLIC) == facts
    for lacking in ({"about": ""}, {"event_on": None}):
        with pytest.raises(ValueError, match="not facts of a statement"):
            dataclasses.replace(facts, **lacking)
    for wrong in ({"about": "wedding"}, {"event_on": date(1969, 12, 31)}):
        with pytest.raises(ValueError, match="not facts of a statement"):
            dataclasses.replace(facts, **wrong)


def test_a_dossier_without_the_digest_of_its_manifest_is_none():
    with pytest.raises(ValueError, match="not facts of a dossier: chain"):
        dataclasses.replace(DOSSIER, chain=b"")


@pytest.mark.parametrize("facts", PAPERS, ids=lambda facts: facts.kind)
def test_every_kind_of_paper_is_read_as_it_was_signed(facts):
    assert {facts.kind for facts in PAPERS} == set(get_args(Kind))
    token = signed(facts)
    assert read_token(token_text(token_url(token, HOST)), PUBLIC) == facts
    assert peek(token) == facts


@pytest.mark.parametrize(
    ("bare", "facts"),
    [
        (
            "2KCE3IQBE4CEQVSHLKTVIY2HJSQFQSFKAEAQE4CUKBCTGLJSGAZDMLJQGAYDIMJYAMMVCKYEMJJU4BLEGE4TANYGQKCACGAYDFIT4GIC"
            "3OCAEAYZKE2BQWQHDIAATJVUBAMQJUYJMNKFORAKABMEAUSD5B3ANM2MH23RAFKY6YGMRVP2BWCDYI45PCWDUJEOFFCD5YB3LKT27FGI"
            "OLDWXWMI2YIFT26SBUZ43SBRHZ5VYY36HGFRFCSC4MGQ",
            TWO_LINES,
        ),
        (
            "2KCE3IQBE4CEQVSHLKTVIY2HJSQFQSVLAEAQE4CUKBCTGLJSGAZDMLJQGAYDIMJYAMMVCKYEMJJU4BLEGE4TANYGQKCACGAYDFIT4GIC"
            "3OCAEAYZKE2BQWQHDIAATJVUBAMQJUYJMNKFORAKAAFQGWCALIIVC5FNRUQ4U2TPEDLAE5UCWSD77L7MYORKIEK75WH36IR6RPB5ITUT"
            "J6HBZJQUKGH4ENAC2I4UXDPIDCFV6Z6AP3WCJ2GRG63EUAY",
            dataclasses.replace(TWO_LINES, copy=3),
        ),
        (
            "2KCE3IQBE4CEQVSHLKTVIY2HJSQFQJNFAEBAE4SUKBCTGLKLFUZDAMRWFUYDAMBQGMYQGGKRFMCGEU2OAVSDCOJQG5MEBQOEBBILQ7F6"
            "YXLKO2IWWEGGAPEE5XWRQZ7FLAHMJ7ELK46KD3QYQEEXI6IISRAVOPAJU74DJJDNGYRBH2SD7WCQBM4JHKARFSFZ4EDA",
            SLIP,
        ),
    ],
)
def test_papers_of_the_first_day_are_read_for_ever(bare, facts):
    """Printed before there were other kinds than receipts and claim slips; never made again from today's code."""
    assert read_token(token_text(bare), PUBLIC) == facts


@pytest.mark.parametrize("facts", PAPERS, ids=lambda facts: facts.kind)
def test_every_single_flipped_bit_is_refused(facts):
    token = signed(facts)
    for bit in range(len(token) * 8):
        flipped = bytearray(token)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refused) as refusal:
            read_token(bytes(flipped), PUBLIC)
        assert code(refusal)[0] in {"token.unreadable", "token.forged"}


@pytest.mark.parametrize("facts", PAPERS, ids=lambda facts: facts.kind)
def test_a_token_cut_anywhere_or_lengthened_is_unreadable(facts):
    token = signed(facts)
    damaged = [token[:length] for length in range(len(token))]
    damaged += [token + byte.to_bytes() for byte in range(256)] + [token + token, token + token[-8:]]
    for wrong in damaged:
        with pytest.raises(Refused) as refusal:
            read_token(wrong, PUBLIC)
        assert code(refusal) == ["token.unreadable"]


@pytest.mark.parametrize("facts", [TWO_LINES, Z], ids=lambda facts: facts.kind)
def test_every_single_character_of_the_printed_text_counts(facts):
    """One letter misread, left out or doubled."""
    bare = spelled(signed(facts))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for at, letter in enumerate(bare):
        other = alphabet[(alphabet.index(letter) + 1 + at % 31) % 32]
        for wrong in (bare[:at] + other + bare[at + 1 :], bare[:at] + bare[at + 1 :], bare[:at] + letter + bare[at:]):
            if wrong == bare:
                continue
            with pytest.raises(Refused):
                read_token(token_text(wrong), PUBLIC)


def test_a_token_signed_by_another_key_is_forged_even_under_our_thumbprint():
    strange = signed(TWO_LINES, OTHER)
    with pytest.raises(Refused) as refusal:
        read_token(strange, PUBLIC)
    assert code(refusal) == ["token.forged"]

    borrowed_name = make_token(TWO_LINES, OTHER.sign, thumbprint(PUBLIC))
    assert thumbprint_of(borrowed_name) == thumbprint(PUBLIC)
    with pytest.raises(Refused) as refusal:
        read_token(borrowed_name, PUBLIC)
    assert code(refusal) == ["token.forged"]


def test_a_cose_signature_made_for_another_purpose_is_no_token():
    token = signed(TWO_LINES)
    protected, _, payload, _ = cbor2.loads(token).value
    bare = KEY.sign(cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    with pytest.raises(Refused) as refusal:
        read_token(rebuilt(token, signature=bare), PUBLIC)
    assert code(refusal) == ["token.forged"]


def long_number(payload: bytes) -> bytes:
    """The same map with its first value, 1, written in two bytes."""
    assert payload[1:3] == b"\x01\x01"
    return payload[:2] + b"\x18\x01" + payload[3:]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda token: cbor2.dumps(cbor2.loads(token).value),  # no tag
        lambda token: rebuilt(token, unprotected={1: 1}),
        lambda token: rebuilt(token, unprotected=[]),
        lambda token: rebuilt(token, signature="x" * 64),
        lambda token: rebuilt(token, signature=b"x" * 63),
        lambda token: rebuilt(token, protected=cbor2.dumps({1: -8, 4: "eight by"}, canonical=True)),
        lambda token: rebuilt(token, protected=cbor2.dumps({1: -7, 4: b"eight by"}, canonical=True)),
        lambda token: rebuilt(token, protected=cbor2.dumps({1: -8, 4: b"eight"}, canonical=True)),
        lambda token: rebuilt(token, payload=long_number(cbor2.loads(token).value[2])),
        lambda token: rebuilt(token, payload=cbor2.loads(token).value[2] + b"\x00"),
        lambda token: rebuilt(token, payload=b"\xbf\x01\x01\xff"),
        lambda token: rebuilt(token, payload=cbor2.dumps({1: True})),
        lambda token: rebuilt(token, payload=cbor2.dumps([1, 2, 3])),
    ],
)
def test_any_other_encoding_is_unreadable(wrong):
    with pytest.raises(Refused) as refusal:
        peek(wrong(signed(TWO_LINES)))
    assert code(refusal) == ["token.unreadable"]


@pytest.mark.parametrize("change", [{12: "more"}, {1: 3}, {2: "a b"}, {5: "C4821907"}, {6: []}, {10: 9}, {11: 0}])
def test_a_field_from_another_time_is_unreadable(change):
    token = signed(TWO_LINES)
    payload = cbor2.loads(cbor2.loads(token).value[2]) | change
    with pytest.raises(Refused) as refusal:
        peek(rebuilt(token, payload=cbor2.dumps(payload, canonical=True)))
    assert code(refusal) == ["token.unreadable"]


@pytest.mark.parametrize("spoken", [str.upper, str.lower, str.swapcase, lambda text: f"  {text}\r\n"])
def test_an_address_or_a_bare_token_is_read_in_either_case(spoken):
    token = signed(TWO_LINES)
    assert token_text(spoken(token_url(token, HOST))) == token
    assert token_text(spoken(spelled(token))) == token


@pytest.mark.parametrize(
    "wrong",
    [
        lambda bare: "",
        lambda bare: "KUITANSI",
        lambda bare: bare + "=" * (-len(bare) % 8 or 8),
        lambda bare: bare + "A",
        lambda bare: bare[:-1],
        lambda bare: bare[:40] + " " + bare[40:],
        lambda bare: bare.replace("K", "\N{KELVIN SIGN}", 1),
        lambda bare: bare.replace("I", "\N{LATIN SMALL LETTER DOTLESS I}", 1),
        lambda bare: f"HTTPS://{HOST}/K/{bare}/",
        lambda bare: f"HTTPS://{HOST}/X/{bare}",
        lambda bare: f"FTP://{HOST}/K/{bare}",
        lambda bare: bare * 20,
    ],
)
def test_a_text_that_is_not_written_as_we_write_it_is_unreadable(wrong):
    with pytest.raises(Refused) as refusal:
        token_text(wrong(spelled(signed(TWO_LINES))))
    assert code(refusal) == ["token.unreadable"]


def test_spare_bits_at_the_end_of_the_text_must_be_zero():
    facts = next(
        facts
        for length in range(1, 6)
        if len(signed(facts := dataclasses.replace(TWO_LINES, number="TPE3-2026-" + "0" * length))) % 5
    )
    bare = spelled(signed(facts))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    other = bare[:-1] + alphabet[alphabet.index(bare[-1]) + 1]
    assert base64.b32decode(other + "=" * (-len(other) % 8)) == signed(facts)
    with pytest.raises(Refused) as refusal:
        token_text(other)
    assert code(refusal) == ["token.unreadable"]


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_noise_is_unreadable_and_nothing_worse(noise):
    head = signed(SLIP)[:16]
    payload = rebuilt(signed(SLIP), payload=noise)
    for wrong in (noise, head + noise, payload):
        with pytest.raises(Refused) as refusal:
            peek(wrong)
        assert code(refusal) == ["token.unreadable"]


@given(st.text(max_size=80))
def test_any_text_is_a_token_or_refused(text):
    with pytest.raises(Refused):
        token_text(text)


def test_two_lines_fit_a_qr_code_of_version_11_at_level_m():
    code = segno.make(token_url(signed(TWO_LINES), HOST), error="m", boost_error=False, micro=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 11


def test_no_name_no_nik_and_no_passport_number_is_inside():
    name, nik, passport = "SITI NURHALIZA", "3507105112980003", "C4821907"
    token = signed(TWO_LINES)
    texts = token + cbor2.loads(token).value[2]
    for secret in (*name.split(), nik, nik[:6], passport, passport[:4]):
        assert secret.encode() not in texts
    assert 3507105112980003 not in cbor2.loads(cbor2.loads(token).value[2]).values()


@pytest.mark.parametrize(
    "wrong",
    [
        {"passport_end": "C4821907"},
        {"initials": "SITI NURHALIZA"},
        {"number": "TPE3 418"},
        {"amount": None},
        {"amount_idr": None},
        {"amount_idr": -1},
        {"lines": ()},
        {"kind": "claim"},
        {"lines": (TokenLine("JKK+JKM", 0, date(2026, 1, 1), date(2026, 1, 2)),)},
        {"lines": (TokenLine("JP", 1, date(2026, 1, 1), date(2026, 1, 2)),)},
        {"lines": (TokenLine("JHT", 1, date(2026, 1, 2), date(2026, 1, 1)),)},
    ],
)
def test_facts_that_no_paper_may_carry_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="not facts of a"):
        dataclasses.replace(TWO_LINES, **wrong)


def without(facts, *names):
    nothing = {"refers": "", "lines": (), "amount": None, "amount_idr": None}
    return dataclasses.replace(facts, **{name: nothing[name] for name in names})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: without(VOID, "refers"),
        lambda: without(VOID, "amount_idr"),
        lambda: without(REFUND, "amount"),
        lambda: without(REFUND, "refers"),
        lambda: without(MOVE, "lines"),
        lambda: without(MOVE, "refers"),
        lambda: without(CARD, "lines"),
        lambda: dataclasses.replace(VOID, lines=TWO_LINES.lines),
        lambda: dataclasses.replace(TWO_LINES, refers="TPE3-2026-000001"),
        lambda: dataclasses.replace(SLIP, refers="TPE3-2026-000001"),
        lambda: dataclasses.replace(MOVE, amount=Money(1, "TWD", 0)),
        lambda: dataclasses.replace(CARD, kpj_end="21034567891"),
        lambda: dataclasses.replace(CARD, chain=bytes(32)),
        lambda: dataclasses.replace(TWO_LINES, confirmed_on=date(2026, 12, 1)),
        lambda: dataclasses.replace(Z, initials="SN"),
        lambda: dataclasses.replace(Z, passport_end="1907"),
        lambda: dataclasses.replace(Z, chain=bytes(31)),
        lambda: dataclasses.replace(Z, receipts=-1),
        lambda: dataclasses.replace(Z, sums=(TokenSum("TWD", 0, -1, 0),)),
        lambda: dataclasses.replace(Z, sums=(TokenSum("NT$", 0, 1, 0),)),
        lambda: dataclasses.replace(VOID, refers="kuitansi Siti"),
    ],
)
def test_a_paper_says_what_its_kind_says_and_nothing_else(wrong):
    with pytest.raises(ValueError, match="not facts of a"):
        wrong()


@pytest.mark.parametrize("facts", PAPERS, ids=lambda facts: facts.kind)
def test_every_kind_fits_a_code_that_is_read_from_150_dots_an_inch(facts):
    """Version 12-M in 41 mm gives a module of 0.56 mm, more than three dots."""
    code = segno.make(token_url(signed(facts), HOST), error="m", boost_error=False, micro=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 12


def test_the_same_facts_make_the_same_token():
    assert signed(TWO_LINES) == signed(dataclasses.replace(TWO_LINES))
    assert len({signed(dataclasses.replace(TWO_LINES, copy=copy)) for copy in range(5)}) == 5
