"""Trust: whose signature counts as the centre's at this counter."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from kiosk.store.tables import own_terminal
from models.sync.enrolment import CentreKeys
from models.sync.signing import Signed


class HeldKeys(msgspec.Struct, frozen=True):
    """The centre's root key, proven once by the enrolment code, and every set of keys it has certified since: the
    newest first. What an older key signed stays true. `certified`: the messages in which the root key said so, for
    whoever has to be shown it; counters enrolled before they were kept get the current one with their next sync."""

    root: bytes
    keys: tuple[CentreKeys, ...]
    certified: tuple[Signed, ...] = ()

    @property
    def current(self) -> CentreKeys:
        return self.keys[0]

    def replaced_by(self, newer: CentreKeys, certified: Signed) -> HeldKeys:
        return HeldKeys(self.root, (newer, *self.keys), (certified, *self.certified))


def held_keys(connection: Connection) -> HeldKeys | None:
    """The centre's keys as `own_terminal.centre_keys` keeps them; None before enrolment."""
    kept = connection.scalar(select(own_terminal.c.centre_keys))
    return None if kept is None else msgspec.json.decode(kept, type=HeldKeys)


def keys_to_keep(keys: HeldKeys) -> bytes:
    """What `held_keys` reads."""
    return msgspec.json.encode(keys)


def centre_signers(connection: Connection) -> list[tuple[UUID, bytes]]:
    """(the centre's id, Ed25519 public key) of every key the centre signs or ever signed with; none before
    enrolment."""
    held = held_keys(connection)
    return [(keys.centre, keys.signing) for keys in held.keys] if held else []
