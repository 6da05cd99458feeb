"""Whose a scanned passport is: by the one in use, an old one, or that of a registration merged since."""

from __future__ import annotations

from uuid import UUID

import msgspec
from loket_testing.counter import SITI

from kiosk.desk import Desk
from kiosk.queries.passports import holders
from kiosk.usecases.merges import merge
from kiosk.usecases.workers import amend, register


def test_the_passport_in_use_names_its_holder(desk: Desk, siti: UUID) -> None:
    (found,) = holders(desk, "C4821907")
    assert (found.worker_id, found.name, found.current) == (siti, "SITI NURHALIZA", True)
    assert holders(desk, "C4821908") == []


def test_an_old_passport_names_the_holder_and_the_one_in_use(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, msgspec.structs.replace(SITI, passport_number="E7730021"), "paspor baru")
    (found,) = holders(desk, "C4821907")
    assert (found.worker_id, found.passport_number, found.current) == (siti, "E7730021", False)


def test_the_passport_of_a_merged_registration_names_who_goes_on(desk: Desk, siti: UUID) -> None:
    again = msgspec.structs.replace(SITI, passport_number="E7730021", nik=None, not_same_as=(siti,))
    other = register(desk, again).worker_id
    assert [one.worker_id for one in holders(desk, "E7730021")] == [other]
    merge(desk, siti, other)
    (found,) = holders(desk, "E7730021")
    assert (found.worker_id, found.current) == (siti, False)


def test_a_number_given_up_by_one_and_used_by_another_names_its_user_first(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, msgspec.structs.replace(SITI, passport_number="E7730021"), "salah ketik")
    sukarno = msgspec.structs.replace(
        SITI, name="SUKARNO", nik=None, sex="M", passport_number="C4821907", mother_name="IDA AYU", not_same_as=(siti,)
    )
    other = register(desk, sukarno).worker_id
    assert [(one.worker_id, one.current) for one in holders(desk, "C4821907")] == [(other, True), (siti, False)]
