"""The drill: a counter's machine is gone with work that nobody else has, and another one goes on from its backup."""

from __future__ import annotations

import pytest
from loket_testing.counter import PASSWORD
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.sync.enrol import enrol
from kiosk.usecases.backups import back_up, choose, restore
from kiosk.usecases.continuing import continue_journal
from kiosk.usecases.verify import verify
from models.ledger.tables import receipt
from models.rules.problems import Trouble
from server.usecases import verify as centre_verify
from server.usecases.revoking import revoke

from .conftest import URL, Counter


def test_a_lost_counter_is_restored_revoked_and_goes_on_with_all_that_anybody_still_has(
    counter, code, centre, centre_digest, tmp_path
):
    lost = counter()
    disk = tmp_path / "flashdisk"
    disk.mkdir()
    choose(lost.desk, disk)
    _, first, _ = lost.morning(1)
    lost.sync()
    made = back_up(lost.desk)
    _, sent, _ = lost.morning(2)
    lost.sync()
    _, only_on_paper, _ = lost.morning(3)
    revoke(centre, "TPE3", "Dicuri di jalan")
    with pytest.raises(Trouble, match=r"sync\.revoked"):
        lost.sync()

    restore(made.folder, tmp_path / "new")
    with Desk.open(tmp_path / "new", "rina", PASSWORD, clock=lost.desk.clock) as desk:
        again = Counter(desk, lost.client)
        continue_journal(desk, "TPE5")
        _, fresh, _ = again.morning(4)
        enrol(desk, URL, code("TPE5"), client=again.client)
        again.sync()
        assert again.sync().covers_head
        with desk.read() as work:
            numbers = set(work.connection.scalars(select(receipt.c.number)))
        # What was sent after the backup came back from the centre; what never left the stolen machine is on paper only,
        # and its number is nobody else's.
        assert numbers == {first, sent, fresh}
        assert only_on_paper not in numbers
        assert again.digest() == centre_digest()
        verify(desk)
    centre_verify.verify(centre)
