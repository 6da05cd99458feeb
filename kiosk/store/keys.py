"""Key slots: who can open the database, kept in `keys.json` beside it.

The database is encrypted with a random 256-bit key that no person knows. Every member of staff has a slot with an
X25519 key pair of its own: the private key is wrapped by argon2id of the password (AES-256-GCM), the database key
is sealed to the public key (HPKE, RFC 9180). So a new database key can be sealed to everybody who stays without
asking anybody's password. The printed recovery code has such a slot too.

While the database is being re-keyed the old and the new key both stand in the file, as two generations; opening
tries both, so that a power cut at any instant costs nothing.

The file holds names and roles in the clear. A digest tells damage from a wrong password; a seal by the database
key (HMAC, one per generation) tells when a slot, a role or a public key was changed by somebody without a key. What
`people` lists before anybody has signed in is not yet checked against the seal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk.store.files import read, replace
from kiosk.store.lockout import MACHINE, Clocks, Lockout
from kiosk.store.locks import held
from kiosk.store.recovery import clean_code, new_code
from models.rules.problems import Problem, Refused, Trouble

if TYPE_CHECKING:
    from cryptography.hazmat.primitives import hpke
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

KEYS_FILE = "keys.json"
KEYS_LOCK = "keys.lock"
FORMAT = 1
PASSWORD_LENGTH = 8
LOGIN_LENGTH = 64


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one guess of a password costs (argon2id). The upper bounds keep a forged file from eating the memory."""

    passes: Annotated[int, Meta(ge=1, le=64)]
    memory_kib: Annotated[int, Meta(ge=8, le=1 << 20)]
    lanes: Annotated[int, Meta(ge=1, le=16)]


STRONG = Cost(passes=3, memory_kib=64 * 1024, lanes=4)
"""RFC 9106's second recommended option; about 0.2 s on a counter's PC."""

STRONG_WORK = STRONG.passes * STRONG.memory_kib

_CODE_COST = Cost(passes=1, memory_kib=8, lanes=1)
# A recovery code is 135 random bits: nobody can guess it, however cheap a guess is.

_Key = Annotated[bytes, Meta(min_length=32, max_length=32)]


class _Wrap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cost: Cost
    salt: Annotated[bytes, Meta(min_length=16, max_length=64)]
    nonce: Annotated[bytes, Meta(min_length=12, max_length=12)]
    secret: bytes


class _Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["password", "recovery"]
    name: str
    operator_id: uuid.UUID | None
    role: str
    created_at: datetime
    public_key: _Key
    wrap: _Wrap
    sealed: dict[int, bytes]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    default: str
    slots: list[_Slot]
    rekey_due: bool = False

    def slot(self, kind: str, name: str) -> _Slot | None:
        return next((slot for slot in self.slots if (slot.kind, slot.name) == (kind, name)), None)

    def put(self, fresh: _Slot) -> None:
        """Give the slot its place: that of its predecessor, or the last one."""
        for at, slot in enumerate(self.slots):
            if (slot.kind, slot.name) == (fresh.kind, fresh.name):
                self.slots[at] = fresh
                return
        self.slots.append(fresh)


class _File(msgspec.Struct):
    format: int
    digest: bytes
    seals: dict[int, bytes]
    body: msgspec.Raw


@dataclass(frozen=True)
class Person:
    """A member of staff who can open the database."""

    login: str
    operator_id: uuid.UUID
    role: str
    created_at: datetime


def people(folder: Path) -> list[Person]:
    """Everybody with a slot, the first made first. Needs no password, so roles are only to be shown, not trusted."""
    return _people(_load(folder)[1])


@dataclass(frozen=True)
class Slots:
    """What the key file says of itself to anybody: how many people it opens for, whether a recovery code is among them,
    whose passwords cost less to guess than `STRONG`, and whether the database still has to get a new key."""

    people: int
    has_recovery: bool
    weak: int
    rekey_due: bool


def slots(folder: Path) -> Slots:
    """Needs no password. Trouble `store.missing`, `store.keys_damaged`, `store.newer`."""
    _file, body = _load(folder)
    staff = [slot for slot in body.slots if slot.kind == "password"]
    weak = sum(1 for slot in staff if slot.wrap.cost.passes * slot.wrap.cost.memory_kib < STRONG_WORK)
    return Slots(len(staff), body.slot("recovery", "") is not None, weak, body.rekey_due)


def default_login(folder: Path) -> str:
    """The login that is meant when none is given: the one `create` made, as long as it exists."""
    return _load(folder)[1].default


def create(
    folder: Path,
    *,
    login: str,
    operator_id: uuid.UUID,
    role: str,
    password: str,
    cost: Cost = STRONG,
    now: datetime | None = None,
) -> tuple[Keyring, str]:
    """Write a new `keys.json` with a fresh database key; returns the open keyring and the recovery code.

    Refused with `login.*` or `password.too_short`. The caller makes sure that no key file stands there.
    """
    name, at = clean_login(login), now or datetime.now(UTC)
    keys = {1: secrets.token_bytes(32)}
    code = new_code()
    slot, private = _new_slot("password", name, operator_id, role, at, check_password(password), cost, keys)
    spare, _ = _new_slot("recovery", "", None, "", at, clean_code(code).encode(), _CODE_COST, keys)
    with held(folder / KEYS_LOCK):
        _save(folder, _Body(name, [slot, spare]), keys)
    Lockout(folder).forget()
    return Keyring(folder, slot, private, keys, MACHINE), code


def unlock(folder: Path, login: str | None, password: str, *, clocks: Clocks = MACHINE) -> Keyring:
    """Open the slot of `login` (None: the default one) with its password.

    Trouble: `store.missing`, `store.keys_damaged`, `store.newer`, `store.no_slot`, `store.wrong_password`,
    `store.locked_out` (gap `seconds`).
    """
    file, body = _load(folder)
    name = body.default if login is None else _folded(login)
    if (slot := body.slot("password", name)) is None:
        raise Trouble("store.no_slot", login=name)
    private = _unlock_slot(folder, slot, password, clocks)
    return Keyring(folder, slot, private, _open_sealed(slot, private, file), clocks)


def unlock_with_recovery(folder: Path, code: str) -> Keyring:
    """Open the database with the printed recovery code; there is nobody signed in then.

    Refused with `recovery_code.*` when it was mistyped; Trouble `store.wrong_recovery_code` when it is another's.
    """
    secret = clean_code(code).encode()
    file, body = _load(folder)
    if (slot := body.slot("recovery", "")) is None:
        raise Trouble("store.keys_damaged")
    private = _unwrap(slot, secret)
    if private is None:
        raise Trouble("store.wrong_recovery_code")
    return Keyring(folder, slot, private, _open_sealed(slot, private, file), MACHINE)


class Keyring:
    """The database keys of one unlocked slot, and what may be done with `keys.json` while one has them.

    Every change reads the file anew under a lock, checks its seal, and replaces it whole.
    """

    def __init__(
        self,
        folder: Path,
        slot: _Slot,
        private: X25519PrivateKey,
        keys: dict[int, bytes],
        clocks: Clocks,
    ) -> None:
        self._folder = folder
        self._slot = slot
        self._private = private
        self._keys = keys
        self._clocks = clocks

    def __repr__(self) -> str:
        return f"<Keyring of {self._slot.name or self._slot.kind}>"

    @property
    def person(self) -> Person | None:
        """Who signed in; None if it was the recovery code."""
        return _person(self._slot)

    @property
    def candidates(self) -> list[tuple[int, bytes]]:
        """Generation and database key, newest first. More than one only while a re-keying is unfinished."""
        return sorted(self._keys.items(), reverse=True)

    @property
    def rekey_due(self) -> bool:
        """Whether somebody lost a slot, and the database still has the key that this person could have kept."""
        return _load(self._folder)[1].rekey_due

    def people(self) -> list[Person]:
        """Everybody with a slot, checked against the seal."""
        file, body = _load(self._folder)
        self._check(file, body)
        return _people(body)

    def recognise(self, login: str, password: str) -> Person:
        """Who this is, by password: the second person of an approval, or the next clerk at an open window.

        Trouble as in `unlock`; wrong passwords count towards the lock-out.
        """
        file, body = _load(self._folder)
        self._check(file, body)
        if (slot := body.slot("password", _folded(login))) is None:
            raise Trouble("store.no_slot", login=_folded(login))
        _unlock_slot(self._folder, slot, password, self._clocks)
        person = _person(slot)
        assert person is not None
        return person

    def add(
        self,
        *,
        login: str,
        operator_id: uuid.UUID,
        role: str,
        password: str,
        cost: Cost = STRONG,
        now: datetime | None = None,
    ) -> Person:
        """A slot for a new member of staff, who types the password. Refused: `login.*`, `password.too_short`."""
        name = clean_login(login)
        secret = check_password(password)
        slot, _ = _new_slot("password", name, operator_id, role, now or datetime.now(UTC), secret, cost, self._keys)
        with self._change() as body:
            if body.slot("password", name):
                raise Refused(Problem.of("login", "login.taken", login=name))
            body.put(self._sealed_again(slot))
        return Person(name, operator_id, role, slot.created_at)

    def change_password(self, login: str, old: str, new: str, *, cost: Cost = STRONG) -> None:
        """A new password for somebody who knows the old one. Trouble as in `unlock`."""
        secret = check_password(new)
        self.recognise(login, old)
        self._renew(login, secret, cost)

    def reset_password(self, login: str, new: str, *, cost: Cost = STRONG) -> None:
        """A new password without the old one: after the recovery code, or by who may. Trouble `store.no_slot`."""
        self._renew(login, check_password(new), cost)

    def _renew(self, login: str, secret: bytes, cost: Cost) -> None:
        name = _folded(login)
        with self._change() as body:
            if (old := body.slot("password", name)) is None:
                raise Trouble("store.no_slot", login=name)
            # A new key pair, because the old private key may stand in an older copy of this file.
            slot, private = _new_slot(
                old.kind, name, old.operator_id, old.role, old.created_at, secret, cost, self._keys
            )
            body.put(slot)
        if self._slot.kind == "password" and self._slot.name == name:
            self._slot, self._private = slot, private
        Lockout(self._folder, self._clocks).right(name)

    def drop(self, login: str) -> None:
        """Take somebody else's slot away and note that the database is to get a new key.

        Refused: `login.own`, `login.last`; Trouble `store.no_slot`.
        """
        name = _folded(login)
        if self._slot.kind == "password" and self._slot.name == name:
            raise Refused(Problem.of("login", "login.own", login=name))
        with self._change() as body:
            if (slot := body.slot("password", name)) is None:
                raise Trouble("store.no_slot", login=name)
            body.slots.remove(slot)
            left = _people(body)
            if not left:
                raise Refused(Problem.of("login", "login.last", login=name))
            if body.default == name:
                body.default = left[0].login
            body.rekey_due = True

    def new_recovery_code(self, *, now: datetime | None = None) -> str:
        """A fresh recovery code; the one printed before opens nothing from now on."""
        code = new_code()
        with self._change() as body:
            slot, private = _new_slot(
                "recovery",
                "",
                None,
                "",
                now or datetime.now(UTC),
                clean_code(code).encode(),
                _CODE_COST,
                self._keys,
            )
            body.put(slot)
            body.rekey_due = True
        if self._slot.kind == "recovery":
            self._slot, self._private = slot, private
        return code

    def begin_rekey(self, active: int) -> tuple[int, bytes]:
        """Put a fresh key beside the `active` generation, sealed to every slot; any other one is forgotten.

        Call it alone on the database, knowing that it opens with `active`.
        """
        with self._change() as body:
            fresh = max(self._keys) + 1
            self._keys = {active: self._keys[active], fresh: secrets.token_bytes(32)}
            body.slots = [self._sealed_again(slot) for slot in body.slots]
            body.rekey_due = True
        return fresh, self._keys[fresh]

    def end_rekey(self, active: int) -> None:
        """Forget every generation but the one with which the database opens now."""
        with self._change() as body:
            self._keys = {active: self._keys[active]}
            body.slots = [self._sealed_again(slot) for slot in body.slots]
            body.rekey_due = False

    def refresh(self) -> None:
        """Read the keys again: another process may have re-keyed while this one held no lock on the database."""
        file, body = _load(self._folder)
        self._check(file, body)

    def _sealed_again(self, slot: _Slot) -> _Slot:
        sealed = {generation: _seal(slot, generation, key) for generation, key in self._keys.items()}
        return msgspec.structs.replace(slot, sealed=sealed)

    @contextmanager
    def _change(self) -> Iterator[_Body]:
        keys = self._keys
        try:
            with held(self._folder / KEYS_LOCK):
                file, body = _load(self._folder)
                self._check(file, body)
                keys = self._keys
                yield body
                _save(self._folder, body, self._keys)
        except BaseException:
            self._keys = keys
            raise

    def _check(self, file: _File, body: _Body) -> None:
        slot = body.slot(self._slot.kind, self._slot.name)
        if slot is None:
            raise Trouble("store.no_slot", login=self._slot.name)
        if set(file.seals) == set(self._keys):
            _verify(file, self._keys)
        elif slot.public_key == self._slot.public_key:
            self._keys = _open_sealed(slot, self._private, file)
        else:
            raise Trouble("store.no_slot", login=self._slot.name)


def clean_login(login: str) -> str:
    """The login as it is kept: no spaces around, small letters.

    Refused: `login.empty`, `login.character`, `login.long`.
    """
    name = _folded(login)
    if not name:
        raise Refused(Problem("login", "login.empty"))
    if len(name) > LOGIN_LENGTH:
        raise Refused(Problem.of("login", "login.long", longest=LOGIN_LENGTH))
    if any(character.isspace() or not character.isprintable() for character in name):
        raise Refused(Problem("login", "login.character"))
    return name


def _folded(login: str) -> str:
    return unicodedata.normalize("NFC", login.strip()).casefold()


def check_password(password: str) -> bytes:
    """The password as it is hashed. Refused: `password.too_short` (fewer than 8 characters)."""
    if len(password) < PASSWORD_LENGTH:
        raise Refused(Problem.of("password", "password.too_short", shortest=PASSWORD_LENGTH))
    return _password_bytes(password)


def _password_bytes(password: str) -> bytes:
    # Two keyboards may send é as one character or as two: the same password to who types it.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _people(body: _Body) -> list[Person]:
    return [person for slot in body.slots if (person := _person(slot))]


def _person(slot: _Slot) -> Person | None:
    if slot.kind != "password" or slot.operator_id is None:
        return None
    return Person(slot.name, slot.operator_id, slot.role, slot.created_at)


# --- the file ---


def _load(folder: Path) -> tuple[_File, _Body]:
    content = read(folder / KEYS_FILE)
    if content is None:
        raise Trouble("store.missing", path=folder)
    try:
        file = msgspec.json.decode(content, type=_File)
        if file.format > FORMAT:
            raise Trouble("store.newer", path=folder / KEYS_FILE)
        if hashlib.sha256(file.body).digest() != file.digest:
            raise Trouble("store.keys_damaged", path=folder / KEYS_FILE)
        return file, msgspec.json.decode(file.body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Trouble("store.keys_damaged", path=folder / KEYS_FILE) from error


def _save(folder: Path, body: _Body, keys: dict[int, bytes]) -> None:
    raw = msgspec.json.encode(body)
    seals = {generation: _mac(key, raw) for generation, key in keys.items()}
    file = _File(FORMAT, hashlib.sha256(raw).digest(), seals, msgspec.Raw(raw))
    replace(folder / KEYS_FILE, msgspec.json.encode(file))


def _mac(database_key: bytes, raw: bytes) -> bytes:
    sealing_key = hmac.digest(database_key, b"loket-pmi/keys.json/seal/1", "sha256")
    return hmac.digest(sealing_key, raw, "sha256")


def _verify(file: _File, keys: dict[int, bytes]) -> None:
    for generation, key in keys.items():
        if not hmac.compare_digest(file.seals.get(generation, b""), _mac(key, bytes(file.body))):
            raise Trouble("store.keys_damaged")


# --- one slot ---


def _new_slot(
    kind: Literal["password", "recovery"],
    name: str,
    operator_id: uuid.UUID | None,
    role: str,
    created_at: datetime,
    secret: bytes,
    cost: Cost,
    keys: dict[int, bytes],
) -> tuple[_Slot, X25519PrivateKey]:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    private = X25519PrivateKey.generate()
    public_key = private.public_key().public_bytes_raw()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapped = AESGCM(_stretched(secret, salt, cost)).encrypt(
        nonce, private.private_bytes_raw(), _binding(kind, name, public_key)
    )
    wrap = _Wrap(cost, salt, nonce, wrapped)
    slot = _Slot(kind, name, operator_id, role, created_at, public_key, wrap, {})
    sealed = {generation: _seal(slot, generation, key) for generation, key in keys.items()}
    return msgspec.structs.replace(slot, sealed=sealed), private


def _unlock_slot(folder: Path, slot: _Slot, password: str, clocks: Clocks) -> X25519PrivateKey:
    lockout = Lockout(folder, clocks)
    lockout.begin(slot.name)
    private = _unwrap(slot, _password_bytes(password))
    if private is None:
        raise Trouble("store.wrong_password", login=slot.name)
    lockout.right(slot.name)
    return private


def _unwrap(slot: _Slot, secret: bytes) -> X25519PrivateKey | None:
    """The slot's private key, or None if this is not the secret that wraps it."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    wrap = slot.wrap
    try:
        private = AESGCM(_stretched(secret, wrap.salt, wrap.cost)).decrypt(
            wrap.nonce, wrap.secret, _binding(slot.kind, slot.name, slot.public_key)
        )
    except InvalidTag:
        return None
    return X25519PrivateKey.from_private_bytes(private)


def _stretched(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, 32, Type.ID)
    except HashingError as error:
        raise Trouble("store.keys_damaged") from error


def _binding(kind: str, name: str, public_key: bytes) -> bytes:
    return msgspec.json.encode(["loket-pmi/keys.json/1", kind, name, public_key])


def _suite() -> hpke.Suite:
    from cryptography.hazmat.primitives import hpke

    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def _seal(slot: _Slot, generation: int, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    public: X25519PublicKey = X25519PublicKey.from_public_bytes(slot.public_key)
    return _suite().encrypt(key, public, info=_seal_info(slot, generation))


def _open_sealed(slot: _Slot, private: X25519PrivateKey, file: _File) -> dict[int, bytes]:
    """Every generation of the database key in this slot, checked against the file's seals."""
    from cryptography.exceptions import InvalidTag

    suite = _suite()
    try:
        keys = {
            generation: suite.decrypt(sealed, private, info=_seal_info(slot, generation))
            for generation, sealed in slot.sealed.items()
        }
    except (InvalidTag, ValueError) as error:
        raise Trouble("store.keys_damaged") from error
    if not keys or set(keys) != set(file.seals) or any(len(key) != 32 for key in keys.values()):
        raise Trouble("store.keys_damaged")
    _verify(file, keys)
    return keys


def _seal_info(slot: _Slot, generation: int) -> bytes:
    return msgspec.json.encode(["loket-pmi/database-key/1", slot.kind, slot.name, generation])
