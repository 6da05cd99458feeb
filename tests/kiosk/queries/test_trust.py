"""Whose signature counts as the centre's."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.queries.trust import HeldKeys, centre_signers, held_keys, keys_to_keep
from kiosk.store.tables import own_terminal
from models.journal.ids import new_id
from models.journal.keys import SealingKey, SigningKey
from models.sync.enrolment import CentreKeys, certify_keys

CENTRE = new_id()


def keys(serial: int) -> CentreKeys:
    since = datetime(2026, 11, serial, tzinfo=UTC)
    return CentreKeys(CENTRE, serial, SigningKey.new().public, SealingKey.new().public, since)


def test_before_enrolment_nobody_signs_for_the_centre(desk):
    with desk.read() as work:
        assert held_keys(work.connection) is None
        assert centre_signers(work.connection) == []


def test_what_an_older_key_signed_stays_true(desk):
    first, second = keys(1), keys(2)
    root = SigningKey.new()
    held = HeldKeys(root.public, (first,)).replaced_by(second, certify_keys(second, root))
    assert held.current == second
    with desk.store.write() as connection:
        connection.execute(own_terminal.update().values(centre_keys=keys_to_keep(held)))
    with desk.read() as work:
        assert held_keys(work.connection) == held
        assert centre_signers(work.connection) == [(CENTRE, second.signing), (CENTRE, first.signing)]
