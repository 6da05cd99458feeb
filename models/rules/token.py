"""The paper's token: the few facts of a receipt, a slip or a report, signed by the terminal, in a QR code."""

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

Kind = Literal["receipt", "claim", "void", "refund", "move", "card", "z", "statement", "dossier"]

_KINDS: dict[Kind, int] = {
    "receipt": 1,
    "claim": 2,
    "void": 3,
    "refund": 4,
    "move": 5,
    "card": 6,
    "z": 7,
    "statement": 8,
    "dossier": 9,
}
"""Numbers only grow: a token signed years ago is read for ever."""
About = Literal["", "death", "missing"]
_ABOUT: dict[About, int] = {"death": 1, "missing": 2}
"""What a mission states of a worker in a letter of its own."""
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
_KPJ_END = re.compile(r"[0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class TokenLine:
    """Months of one programme, and the days they cover, both ends included."""

    programme: str
    months: int
    covered_from: date
    covered_to: date


@dataclass(frozen=True, slots=True)
class TokenSum:
    """Cash of one currency at a till's close, in its smallest unit: what was counted, and what was expected."""

    currency: str
    exponent: int
    counted: int
    expected: int

    @property
    def counted_money(self) -> Money:
        return Money(self.counted, self.currency, self.exponent)

    @property
    def expected_money(self) -> Money:
        return Money(self.expected, self.currency, self.exponent)


_WHO = frozenset({"initials", "passport_end"})
_NEEDS: dict[Kind, frozenset[str]] = {
    "receipt": frozenset({"lines", "amount_idr", "amount"}),
    "claim": frozenset(),
    "void": frozenset({"refers", "amount_idr", "amount"}),
    "refund": frozenset({"refers", "amount"}),
    "move": frozenset({"refers", "lines"}),
    "card": frozenset({"lines"}),
    "z": frozenset(),
    "statement": frozenset({"about", "event_on"}),
    "dossier": frozenset({"chain"}),
}
_MAY: dict[Kind, frozenset[str]] = {
    "receipt": _WHO,
    "claim": _WHO,
    "void": _WHO,
    "refund": _WHO | {"amount_idr"},
    "move": _WHO,
    "card": _WHO | {"refers", "confirmed_on", "kpj_end"},
    "z": frozenset({"refers", "chain", "sums", "receipts", "voids"}),
    "statement": _WHO,
    "dossier": _WHO,
}
_UNSAID: dict[str, object] = {
    "initials": "",
    "passport_end": "",
    "lines": (),
    "amount_idr": None,
    "amount": None,
    "refers": "",
    "confirmed_on": None,
    "kpj_end": "",
    "chain": b"",
    "sums": (),
    "receipts": 0,
    "voids": 0,
    "about": "",
    "event_on": None,
}
"""What stands where a paper has nothing to say; kind, number, day and copy are every paper's."""


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What the paper proves; which facts a kind of paper has is said in `_NEEDS` and `_MAY`.

    `initials` and `passport_end` (the last four characters, empty when there is none) let a reader compare
    the token with the person in front of them without telling a finder of the paper who that is.
    `copy` is 0 on the original and n on «SALINAN n».

    `refers` is the number of the paper that this one is about: the receipt that a void or refund takes back, the one
    whose days a move replaces, the last one a card rests on, the Z-report before this one. `confirmed_on` is the day
    the insurer confirmed what a card says (None: provisional), `kpj_end` the last four digits of the KPJ. A Z-report
    says `sums`, how many `receipts` and `voids` it counts, and as `chain` the hash of the close before it.

    A mission's statement says `about` what it is, and since when as `event_on`. A claim's dossier says as `chain` the
    SHA-256 of its manifest, which in turn names every document by its own."""

    kind: Kind
    number: str
    issued_on: date
    initials: str
    passport_end: str
    lines: tuple[TokenLine, ...] = ()
    amount_idr: int | None = None
    amount: Money | None = None
    copy: int = 0
    refers: str = ""
    confirmed_on: date | None = None
    kpj_end: str = ""
    chain: bytes = b""
    sums: tuple[TokenSum, ...] = ()
    receipts: int = 0
    voids: int = 0
    about: About = ""
    event_on: date | None = None

    def __post_init__(self) -> None:
        """ValueError for facts no paper may carry, a whole name or passport number above all."""
        wrong = [
            name
            for name, right in (
                ("kind", self.kind in _KINDS),
                ("number", _NUMBER.fullmatch(self.number)),
                ("issued_on", self.issued_on >= _EPOCH),
                ("initials", len(self.initials) <= 4 and self.initials.isprintable()),
                ("passport_end", _PASSPORT_END.fullmatch(self.passport_end)),
                ("lines", all(map(_line_is_sound, self.lines))),
                ("amount_idr", self.amount_idr is None or self.amount_idr >= 0),
                ("amount", self.amount is None or _amount_is_sound(self.amount)),
                ("copy", self.copy >= 0),
                ("refers", not self.refers or _NUMBER.fullmatch(self.refers)),
                ("confirmed_on", self.confirmed_on is None or self.confirmed_on >= _EPOCH),
                ("kpj_end", _KPJ_END.fullmatch(self.kpj_end)),
                ("chain", len(self.chain) in (0, 32)),
                ("sums", all(map(_sum_is_sound, self.sums))),
                ("receipts", self.receipts >= 0),
                ("voids", self.voids >= 0),
                ("about", not self.about or self.about in _ABOUT),
                ("event_on", self.event_on is None or self.event_on >= _EPOCH),
            )
            if not right
        ]
        wrong = wrong or self._misplaced()
        if wrong:
            raise ValueError(f"not facts of a {self.kind}: {', '.join(wrong)}")

    def _misplaced(self) -> list[str]:
        """What this kind of paper lacks, or has no place for."""
        said = {name for name, nothing in _UNSAID.items() if getattr(self, name) != nothing}
        needs = _NEEDS[self.kind]
        return sorted((needs - said) | (said - needs - _MAY[self.kind]))


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
    if facts.lines:
        numbered[6] = [
            [
                _PROGRAMMES[line.programme],
                line.months,
                (line.covered_from - _EPOCH).days,
                (line.covered_to - line.covered_from).days + 1,
            ]
            for line in facts.lines
        ]
    if facts.amount_idr is not None:
        numbered[7] = facts.amount_idr
    if facts.amount is not None:
        numbered |= {8: facts.amount.minor, 9: facts.amount.currency, 10: facts.amount.exponent}
    if facts.copy:
        numbered[11] = facts.copy
    if facts.refers:
        numbered[12] = facts.refers
    if facts.confirmed_on is not None:
        numbered[13] = (facts.confirmed_on - _EPOCH).days
    if facts.kpj_end:
        numbered[14] = facts.kpj_end
    if facts.chain:
        numbered[15] = facts.chain
    if facts.sums:
        numbered[16] = [[one.currency, one.exponent, one.counted, one.expected] for one in facts.sums]
    if facts.receipts or facts.voids:
        numbered[17] = [facts.receipts, facts.voids]
    if facts.about and facts.event_on is not None:
        numbered[18] = [_ABOUT[facts.about], (facts.event_on - _EPOCH).days]
    return cbor2.dumps(numbered, canonical=True)


def _facts(numbered: dict[int, object]) -> ReceiptFacts:
    kinds = {code: kind for kind, code in _KINDS.items()}
    amount = None
    if 8 in numbered:
        amount = Money(_int(numbered[8]), _str(numbered[9]), _int(numbered[10]))
    receipts, voids = map(_int, _list(numbered.get(17, [0, 0])))
    about, event_on = _event(numbered.get(18))
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
        refers=_str(numbered.get(12, "")),
        confirmed_on=_day(numbered[13]) if 13 in numbered else None,
        kpj_end=_str(numbered.get(14, "")),
        chain=_bytes(numbered.get(15, b"")),
        sums=tuple(map(_sum, _list(numbered.get(16, [])))),
        receipts=receipts,
        voids=voids,
        about=about,
        event_on=event_on,
    )


def _event(written: object) -> tuple[About, date | None]:
    if written is None:
        return "", None
    about, day = map(_int, _list(written))
    return {code: name for name, code in _ABOUT.items()}[about], _day(day)


def _sum(written: object) -> TokenSum:
    currency, exponent, counted, expected = _list(written)
    return TokenSum(_str(currency), _int(exponent), _int(counted), _int(expected))


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


def _sum_is_sound(one: TokenSum) -> bool:
    return one.counted >= 0 and 0 <= one.exponent <= 4 and bool(_CURRENCY.fullmatch(one.currency))
