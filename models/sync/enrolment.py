"""Enrolment: the code an officer reads out, and the two messages that make a terminal known to a centre.

The code holds 80 bits of the root key's fingerprint beside its 80-bit secret: a counter asks who the centre is
(`GET /v1/centre`), checks that against the code, and only then gives the secret away.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from models.journal.body import unpack
from models.journal.entry import Entry, Frame, Unreadable
from models.journal.keys import SigningKey
from models.journal.terminals import TerminalCertified
from models.rules.problems import Problem, Refused
from models.sync.protocol import PROTOCOL
from models.sync.signing import Signed, Untrue, opened, signed

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_ALIKE = str.maketrans("OIL", "011")
_IGNORED = str.maketrans("", "", "- \t\n\r·–—")
_HALF = 10
_CHECK = 4


@dataclass(frozen=True, slots=True)
class Code:
    """One use, 24 hours, for one series of one mission."""

    fingerprint: bytes
    secret: bytes

    @classmethod
    def new(cls, root: bytes) -> Code:
        return cls(fingerprint(root), secrets.token_bytes(_HALF))

    def __str__(self) -> str:
        """Nine groups of four; the last is a check over the others."""
        spelled = _spell(self.fingerprint + self.secret)
        return "-".join(spelled[start : start + 4] for start in range(0, len(spelled), 4))


def fingerprint(root: bytes) -> bytes:
    """The first 80 bits of SHA-256 over the centre's raw Ed25519 root key."""
    return sha256(root).digest()[:_HALF]


def secret_digest(secret: bytes) -> bytes:
    """What the centre keeps in place of a secret. 80 random bits need no slow hash."""
    return sha256(b"loket enrolment secret" + secret).digest()


def read_code(text: str, field: str = "code") -> Code:
    """The code as it was typed: in either case, O for 0, I or L for 1, with or without its dashes.

    Refused on `field`: `code.length` (gap `letters`), `code.letter` (gap `letter`), `code.check`."""
    letters = text.upper().translate(_IGNORED).translate(_ALIKE)
    strange = next((letter for letter in letters if letter not in _ALPHABET), None)
    if strange is not None:
        raise Refused(Problem.of(field, "code.letter", letter=strange))
    if len(letters) != 2 * _HALF * 8 // 5 + _CHECK:
        raise Refused(Problem.of(field, "code.length", letters=len(letters)))
    number = 0
    for letter in letters[:-_CHECK]:
        number = number << 5 | _ALPHABET.index(letter)
    both = number.to_bytes(2 * _HALF)
    if _spell(both) != letters:
        raise Refused(Problem.of(field, "code.check"))
    return Code(both[:_HALF], both[_HALF:])


def _spell(both: bytes) -> str:
    check = int.from_bytes(sha256(b"loket enrolment code" + both).digest()) >> (256 - 5 * _CHECK)
    number = int.from_bytes(both) << (5 * _CHECK) | check
    letters = 2 * _HALF * 8 // 5 + _CHECK
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(letters)))


# Who the centre is


class CentreKeys(msgspec.Struct, frozen=True):
    """The keys in use, certified by the root key: `signing` (Ed25519) signs the centre's own journal, pages and
    statements; `claims` (X25519) is what restricted narratives are sealed to. A higher `serial` replaces a lower."""

    centre: UUID
    serial: int
    signing: bytes
    claims: bytes
    since: datetime


class CentreInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What anybody may know (`GET /v1/centre`)."""

    root: bytes
    keys: Signed
    at: datetime
    oldest_push: int = 1
    oldest_pull: int = 1
    protocol: int = PROTOCOL
    demo: bool = False
    public_host: str = ""
    """The host in the QR codes: where the public looks papers up. Empty: the centre does not say."""


def certify_keys(keys: CentreKeys, root: SigningKey) -> Signed:
    return signed(keys, "keys", root)


def trusted_keys(info: CentreInfo, expected: bytes) -> CentreKeys:
    """The centre's keys, proven by the root key whose fingerprint stands in the code. Untrue `false_centre`."""
    if fingerprint(info.root) != expected:
        raise Untrue("false_centre")
    return keys_of(info.keys, info.root)


def keys_of(keys: Signed, root: bytes) -> CentreKeys:
    """The centre's keys, proven by a root key that is already trusted. Untrue `false_centre`."""
    try:
        return opened(keys, "keys", root, CentreKeys)
    except Untrue as error:
        raise Untrue("false_centre") from error


# The two messages


class Handover(msgspec.Struct, frozen=True):
    """The owner of a journal's key says which journal of the same terminal goes on after it."""

    centre: UUID
    terminal: UUID
    incarnation: int
    series: str
    """As the numbers of its papers have it: with the two characters of its key where no centre ever certified it."""
    public_key: bytes
    continues: int
    """The incarnation that this journal itself went on after; 0: none."""
    next_incarnation: int
    next_key: bytes


class EnrolRequest(msgspec.Struct, frozen=True):
    """What the terminal asks. Mission and series are said again, so that a code for another counter is not spent.
    A journal that goes on after others names the one before it in `continues` and brings their `former` handovers, the
    oldest first. `sealing` is the X25519 key to which the centre may seal what only this terminal is to read."""

    secret: bytes
    centre: UUID
    terminal: UUID
    incarnation: int
    public_key: bytes
    mission: str
    series: str
    program: str
    protocol: int = PROTOCOL
    continues: int = 0
    former: tuple[Signed, ...] = ()
    sealing: bytes = b""


class EnrolAnswer(msgspec.Struct, frozen=True):
    """What the centre grants. `certificate` is the centre's own `terminal.certified` entry, with its `prev`."""

    centre: UUID
    root: bytes
    keys: Signed
    terminal: UUID
    incarnation: int
    mission: str
    series: str
    certificate: Frame
    streams: tuple[str, ...]
    epoch: UUID
    at: datetime
    public_host: str = ""


def sign_request(request: EnrolRequest, key: SigningKey) -> Signed:
    return signed(request, "enrol", key)


def read_request(message: Signed) -> EnrolRequest:
    """The request, proven to come from the owner of the key it names. Untrue."""
    try:
        request = unpack(message.message, EnrolRequest)
    except msgspec.MsgspecError as error:
        raise Untrue("bad_message") from error
    return opened(message, "enrol", request.public_key, EnrolRequest)


def sign_handover(handover: Handover, key: SigningKey) -> Signed:
    return signed(handover, "handover", key)


def read_handovers(request: EnrolRequest) -> tuple[Handover, ...]:
    """The journals before this one, each proven by its own key to be followed by the next, and the last of them by the
    one that asks. Untrue."""
    found = []
    for message in request.former:
        try:
            named = unpack(message.message, Handover)
        except msgspec.MsgspecError as error:
            raise Untrue("bad_message") from error
        found.append(opened(message, "handover", named.public_key, Handover))
    asking = (request.incarnation, request.public_key, request.continues)
    followers = [(one.incarnation, one.public_key, one.continues) for one in found[1:]] + [asking]
    if bool(found) != (request.continues != 0):
        raise Untrue("other_terminal")
    for one, follower in zip(found, followers, strict=False):
        if (one.next_incarnation, one.next_key, one.incarnation) != follower:
            raise Untrue("other_terminal")
        if (one.centre, one.terminal) != (request.centre, request.terminal):
            raise Untrue("other_terminal")
    return tuple(found)


def sign_answer(answer: EnrolAnswer, key: SigningKey) -> Signed:
    return signed(answer, "enrolled", key)


def read_answer(message: Signed, keys: CentreKeys, request: EnrolRequest) -> EnrolAnswer:
    """The answer, proven to come from this centre and to be about this terminal, certificate included. Untrue."""
    answer = opened(message, "enrolled", keys.signing, EnrolAnswer)
    asked = (request.centre, request.terminal, request.incarnation, request.mission, request.series)
    if (answer.centre, answer.terminal, answer.incarnation, answer.mission, answer.series) != asked:
        raise Untrue("other_terminal")
    certificate = certified(answer.certificate, keys)
    if (certificate.terminal_id, certificate.incarnation) != (request.terminal, request.incarnation) or (
        certificate.public_key,
        certificate.mission,
        certificate.series,
    ) != (request.public_key, request.mission, request.series):
        raise Untrue("other_terminal")
    return answer


def certified(certificate: Frame, keys: CentreKeys) -> TerminalCertified:
    """What the centre certifies about a terminal. Untrue."""
    try:
        entry = Entry.opened(certificate)
        body = entry.body()
    except Unreadable as error:
        raise Untrue("bad_message") from error
    if (
        entry.head.terminal != keys.centre
        or not entry.signed_by(keys.signing)
        or not isinstance(body, TerminalCertified)
    ):
        raise Untrue("bad_signature")
    return body
