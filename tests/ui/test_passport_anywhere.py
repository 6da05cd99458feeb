"""A swipe is enough: on whatever page, a passport opens its holder or a filled form."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from loket_testing.counter import SITI

from kiosk.usecases.merges import merge
from kiosk.usecases.workers import amend, register
from models.rules.mrz import make_mrz

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def passport(number="C4821907", given="SITI", surname="NURHALIZA", born=date(1994, 3, 12)):
    return "\n".join(
        make_mrz(surname=surname, given=given, number=number, birth_date=born, sex="F", expiry=date(2031, 2, 14))
    )


@pytest.mark.parametrize(
    "page", ["home", "workers", "receipts", "claims", "check", "sync", "staff", "import", "register"]
)
def test_from_every_page_a_known_passport_opens_its_holder(window, siti, page):
    window.counter.show(page)
    window.scan(passport())
    assert window.shell.current() == "worker"
    assert window.page.worker_id == siti


@pytest.mark.parametrize("page", ["pay", "claim", "amend", "documents", "worker"])
def test_and_from_every_page_about_somebody_else(window, desk, siti, page):
    form = msgspec.structs.replace(
        SITI, name="SUKARNO", nik=None, sex="M", passport_number="D5510392", birth_date=date(1990, 6, 5),
        mother_name="IDA AYU", phone=None,
    )  # fmt: skip
    other = register(desk, form).worker_id
    go = {
        "pay": window.counter.pay,
        "claim": window.counter.claim,
        "amend": window.counter.amend,
        "documents": window.counter.open_documents,
        "worker": window.counter.open_worker,
    }
    go[page](other)
    assert window.shell.current() == page
    window.scan(passport())
    assert window.shell.current() == "worker"
    assert window.page.worker_id == siti


def test_an_unknown_passport_fills_a_form(window):
    window.scan(passport("E7730021", "DEWI AYU", "LESTARI"))
    assert window.shell.current() == "register"
    assert window.field("name").editor.text() == "DEWI AYU LESTARI"


def test_an_old_passport_opens_its_holder_and_says_that_it_is_old(window, desk, siti):
    amend(desk, siti, msgspec.structs.replace(SITI, passport_number="E7730021"), "paspor baru")
    window.scan(passport())
    assert window.page.worker_id == siti
    from ui.kit import Toast

    said = [toast.accessibleName() for toast in window.shell.findChildren(Toast)]
    assert any("paspor lama SITI NURHALIZA" in one and "E7730021" in one for one in said)


def test_the_passport_of_a_merged_registration_opens_the_person(window, desk, siti):
    again = msgspec.structs.replace(SITI, passport_number="E7730021", nik=None, not_same_as=(siti,))
    merge(desk, siti, register(desk, again).worker_id)
    window.scan(passport("E7730021"))
    assert window.page.worker_id == siti


def test_another_birthday_under_the_same_number_is_said_aloud(window, siti):
    window.scan(passport(born=date(1990, 1, 2)))
    assert window.page.worker_id == siti
    (said,) = window.said()
    assert "2 Jan 1990" in said
    assert "12 Mar 1994" in said


def test_a_new_passport_of_the_person_being_corrected_goes_into_the_form(window, siti):
    window.counter.amend(siti)
    window.scan(passport("E7730021"))
    assert window.shell.current() == "amend"
    assert window.field("passport_number").editor.text() == "E7730021"


def test_a_dialog_in_front_keeps_the_swipe_from_going_behind_it(window, siti):
    from ui.kit import confirm

    dialog = confirm(window.shell, "Batalkan?", "Isian dibuang.", yes="Buang", on_yes=lambda: None)
    window.scan(passport())
    assert window.shell.current() == "home"
    dialog.reject()
    window.scan(passport())
    assert window.shell.current() == "worker"
