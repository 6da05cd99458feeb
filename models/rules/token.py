"""The paper's token: the few facts of a receipt or claim slip, signed by the terminal, in a QR code."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NoReturn

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.rules.money import Money
from models.rules.problems import Problem, Refused

Kind = Literal["receipt", "claim"]

_KINDS: dict[Kind, int] = {"receipt": 1, "claim": 2}
_PROGRAMMES = {"JKK+JKM": 1, "JHT": 2}

_COSE_SIGN1 = 18  # RFC 9052 §4.2
_ALG, _KID, _EDDSA = 1, 4, -8  # RFC 9052 §3.1, RFC 9053 §2.2
_CONTEXT = b"loket-pmi/token/1"
_EPOCH = date(1970, 1, 1)
_LONGEST = 1024  # bytes; a QR code holds far less, and nobody's decoder should be fed more

_TEXT = re.compile(r"(?:HTTPS?://[A-Z0-9.:\[\]-]+/K/)?([A-Z2-7]+)")
_NUMBER = re.compile(r"[A-Z0-9.-]{1,32}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PASSPORT_END = re.compile(r"[A-Z0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class TokenLine:
    """Months of one programme, and the days they cover, both ends included."""

    programme: str
    months: int
    covered_from: date
    covered_to: date


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What the paper proves. A claim slip has neither lines nor amounts.

    `initials` and `passport_end` (the last four characters, empty when there is none) let a reader compare
    the token with the person in front of them without telling a finder of the paper who that is.
    `copy` is 0 on the original and n on «SALINAN n»."""

    kind: Kind
    number: str
    issued_on: date
    initials: str
    passport_end: str
    lines: tuple[TokenLine, ...] = ()
    amount_idr: int | None = None
    amount: Money | None = None
    copy: int = 0

    def __post_init__(self) -> None:
        """ValueError for facts no paper may carry, a whole name or passport number above all."""
        paid = self.kind == "receipt"
        wrong = [
            name
            for name, right in (
                ("kind", self.kind in _KINDS),
                ("number", _NUMBER.fullmatch(self.number)),
                ("issued_on", self.issued_on >= _EPOCH),
                ("initials", len(self.initials) <= 4 and self.initials.isprintable()),
                ("passport_end", _PASSPORT_END.fullmatch(self.passport_end)),
                ("lines", bool(self.lines) == paid and all(map(_line_is_sound, self.lines))),
                ("amount_idr", (self.amount_idr is not None and self.amount_idr >= 0) == paid),
                ("amount", (self.amount is not None) == paid),
                ("amount", self.amount is None or _amount_is_sound(self.amount)),
                ("copy", self.copy >= 0),
            )
            if not right
        ]
        if wrong:
            raise ValueError(f"not facts of a {self.kind}: {', '.join(wrong)}")


def thumbprint(public_key: bytes) -> bytes:
    """The first eight bytes of SHA-256 over a raw Ed25519 public key: how a token names its signer."""
    return hashlib.sha256(public_key).digest()[:8]


def make_token(facts: ReceiptFacts, sign: Callable[[bytes], bytes], thumbprint: bytes) -> bytes:
    """The signed token of `facts`. `sign` is the terminal's Ed25519 over the bytes it is given."""
    protected, payload = _protected(thumbprint), _payload(facts)
    return _envelope(protected, payload, sign(_to_be_signed(protected, payload)))


def spelled(token: bytes) -> str:
    """The bare token: base32 in capitals, no padding."""
    return base64.b32encode(token).decode("ascii").rstrip("=")


def token_url(token: bytes, host: str) -> str:
    """The text of the QR code. In capitals throughout, so that the code stays in alphanumeric mode."""
    return f"HTTPS://{host.upper()}/K/{spelled(token)}"


def token_text(text: str) -> bytes:
    """The token in a scanned or typed text: a URL or the bare token, in either case.

    Refused `token.unreadable` on field "token" for anything that `spelled` would not write exactly so."""
    found = _TEXT.fullmatch(text.strip().upper()) if text.isascii() else None
    if not found:
        _unreadable()
    bare = found.group(1)
    try:
        token = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except binascii.Error as error:
        _unreadable(error)
    if spelled(token) != bare:
        _unreadable()
    _open(token)
    return token


def thumbprint_of(token: bytes) -> bytes:
    """Which key claims to have signed. Refused `token.unreadable`."""
    return _open(token).thumbprint


def peek(token: bytes) -> ReceiptFacts:
    """The facts as written, unverified: for a reader who does not know the signing terminal.

    Refused `token.unreadable`."""
    return _open(token).facts


def read_token(token: bytes, public_key: bytes) -> ReceiptFacts:
    """The facts, proven to be signed by the holder of `public_key` (raw Ed25519, 32 bytes).

    Refused `token.unreadable`, or `token.forged` when the key did not sign these facts."""
    opened = _open(token)
    if opened.thumbprint != thumbprint(public_key):
        raise Refused(Problem.of("token", "token.forged"))
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(opened.signature, opened.to_be_signed)
    except InvalidSignature as error:
        raise Refused(Problem.of("token", "token.forged")) from error
    return opened.facts


@dataclass(frozen=True, slots=True)
class _Opened:
    thumbprint: bytes
    facts: ReceiptFacts
    signature: bytes
    to_be_signed: bytes


def _open(token: bytes) -> _Opened:
    """Take a token apart, write it again from what was understood, refuse it unless the bytes are the same."""
    if len(token) > _LONGEST:
        _unreadable()
    try:
        envelope = cbor2.loads(token, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False)
        protected, _, payload, signature = envelope.value
        kid = _bytes(cbor2.loads(protected, max_depth=2)[_KID])
        facts = _facts(cbor2.loads(payload, max_depth=4))
        again = _envelope(_protected(kid), _payload(facts), _bytes(signature))
    except (cbor2.CBORError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        _unreadable(error)
    if again != token or len(signature) != 64:
        _unreadable()
    return _Opened(kid, facts, signature, _to_be_signed(protected, payload))


def _unreadable(cause: Exception | None = None) -> NoReturn:
    raise Refused(Problem.of("token", "token.unreadable")) from cause


def _protected(kid: bytes) -> bytes:
    if len(kid) != 8:
        raise ValueError("a thumbprint has eight bytes")
    return cbor2.dumps({_ALG: _EDDSA, _KID: kid}, canonical=True)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """RFC 9052 §4.4, Sig_structure."""
    return cbor2.dumps(["Signature1", protected, _CONTEXT, payload], canonical=True)


def _envelope(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1, [protected, {}, payload, signature]), canonical=True)


def _payload(facts: ReceiptFacts) -> bytes:
    numbered: dict[int, object] = {
        1: _KINDS[facts.kind],
        2: facts.number,
        3: (facts.issued_on - _EPOCH).days,
        4: facts.initials,
        5: facts.passport_end,
    }
    if facts.amount is not None:
        numbered |= {
            6: [
                [
                    _PROGRAMMES[line.programme],
                    line.months,
                    (line.covered_from - _EPOCH).days,
                    (line.covered_to - line.covered_from).days + 1,
                ]
                for line in facts.lines
            ],
            7: facts.amount_idr,
            8: facts.amount.minor,
            9: facts.amount.currency,
            10: facts.amount.exponent,
        }
    if facts.copy:
        numbered[11] = facts.copy
    return cbor2.dumps(numbered, canonical=True)


def _facts(numbered: dict[int, object]) -> ReceiptFacts:
    kinds = {code: kind for kind, code in _KINDS.items()}
    amount = None
    if 8 in numbered:
        amount = Money(_int(numbered[8]), _str(numbered[9]), _int(numbered[10]))
    return ReceiptFacts(
        kind=kinds[_int(numbered[1])],
        number=_str(numbered[2]),
        issued_on=_day(numbered[3]),
        initials=_str(numbered[4]),
        passport_end=_str(numbered[5]),
        lines=tuple(map(_line, _list(numbered.get(6, [])))),
        amount_idr=_int(numbered[7]) if 7 in numbered else None,
        amount=amount,
        copy=_int(numbered.get(11, 0)),
    )


def _line(written: object) -> TokenLine:
    programmes = {code: programme for programme, code in _PROGRAMMES.items()}
    programme, months, start, days = map(_int, _list(written))
    first = _day(start)
    return TokenLine(programmes[programme], months, first, first + timedelta(days=days - 1))


def _day(days: object) -> date:
    return _EPOCH + timedelta(days=_int(days))


def _int(value: object) -> int:
    if type(value) is not int:  # True would pass for 1
        raise TypeError("an integer was expected")
    return value


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("bytes were expected")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return value


def _line_is_sound(line: TokenLine) -> bool:
    return line.programme in _PROGRAMMES and line.months >= 1 and _EPOCH <= line.covered_from <= line.covered_to


def _amount_is_sound(amount: Money) -> bool:
    return amount.minor >= 0 and 0 <= amount.exponent <= 4 and bool(_CURRENCY.fullmatch(amount.currency))
