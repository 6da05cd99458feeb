"""Trust: what the centre says counts once its key has signed it, and the root key stands behind a change of keys."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import update

from kiosk.desk import Desk, set_setting
from kiosk.queries.trust import HeldKeys, keys_to_keep
from kiosk.store.support import keep_support_key
from kiosk.store.tables import own_terminal
from kiosk.sync.line import ServerApi
from models.rules.problems import Trouble
from models.sync.enrolment import keys_of
from models.sync.messages import PAGE, Page
from models.sync.signing import Signed, Untrue, opened

T = TypeVar("T")


class Trust:
    """The centre's keys during one sync."""

    def __init__(self, desk: Desk, api: ServerApi, keys: HeldKeys) -> None:
        self._desk, self._api, self._keys = desk, api, keys

    def proven(self, read: Callable[[bytes], T]) -> T:
        """What `read` makes of a message with the centre's signing key. Where that key did not sign it, the centre
        is asked once for newer keys. Trouble `sync.untrue`."""
        try:
            return read(self._keys.current.signing)
        except Untrue as error:
            if error.code != "bad_signature" or not self._renewed():
                raise Trouble("sync.untrue", host=self._api.host) from error
        try:
            return read(self._keys.current.signing)
        except Untrue as error:
            raise Trouble("sync.untrue", host=self._api.host) from error

    def page(self, signed: Signed) -> Page:
        return self.proven(lambda key: opened(signed, PAGE, key, Page))

    @property
    def is_complete(self) -> bool:
        """Whether the root key's word on the centre's keys is kept here."""
        return bool(self._keys.certified)

    def complete(self) -> None:
        """Ask for the root key's word on the centre's keys where an older version of this program did not keep it.
        Nothing else depends on it: what fails is tried again with the next sync. So is the note of the key that a file
        for support is sealed to."""
        with suppress(Trouble):
            keep_support_key(self._desk.folder, self._keys.current.claims)
        if self._keys.certified:
            return
        try:
            info = self._api.centre()
            if keys_of(info.keys, self._keys.root) != self._keys.current:
                return
        except (Untrue, Trouble):
            return
        self._keep(HeldKeys(self._keys.root, self._keys.keys, (info.keys,)))

    def _renewed(self) -> bool:
        """Take over newer keys that the root key we trust has certified."""
        info, held = self._api.centre(), self._keys.current
        try:
            newer = keys_of(info.keys, self._keys.root)
        except Untrue as error:
            raise Trouble("sync.untrue", host=self._api.host) from error
        if newer.centre != held.centre or newer.serial <= held.serial:
            return False
        self._keep(self._keys.replaced_by(newer, info.keys))
        return True

    def _keep(self, keys: HeldKeys) -> None:
        self._keys = keys
        with self._desk.store.write(new_work=False) as connection:
            connection.execute(update(own_terminal).values(centre_keys=keys_to_keep(keys)))
            set_setting(connection, "claims_key", keys.current.claims.hex())
