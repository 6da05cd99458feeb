"""Privacy at the counter: consent taken back and given again, restriction, and the task with its deadline."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from loket_testing.bodies import registration
from loket_testing.counter import codes, kinds
from loket_testing.journals import Journal

from kiosk.desk import Desk, keep
from kiosk.devices.clock import HandClock
from kiosk.forms.registration import Consent
from kiosk.queries.home import today
from kiosk.queries.lists import flagged
from kiosk.queries.privacy import privacy_card
from kiosk.queries.workers import card, search
from kiosk.usecases.privacy import give_consent, lift_restriction, restrict, withdraw_consent
from kiosk.usecases.verify import verify
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.workers import BodyErased, WorkerMerged
from models.posting import post
from models.rules.problems import Refused


def pulled(desk: Desk, *fresh: Entry) -> None:
    with desk.store.write() as connection:
        keep(connection, fresh)
        post(connection, fresh)


def open_task(desk: Desk, worker_id: UUID) -> bool:
    """As the worker's page, the list and the home screen say it: all three alike."""
    said = {
        card(desk, worker_id).task is not None,
        privacy_card(desk, worker_id).task is not None,
        any(one.task is not None for one in flagged(desk)),
        today(desk).to_review > 0,
    }
    assert len(said) == 1
    return said.pop()


def test_taking_consent_back_restricts_and_opens_a_task_of_three_days(desk: Desk, siti: UUID, clock: HandClock) -> None:
    shown = withdraw_consent(desk, siti, "meminta sendiri di loket")
    assert kinds(desk)[-1] == "consent.withdrawn"
    assert (shown.consent, shown.restricted, shown.asked) == ("withdrawn", True, False)
    assert shown.task is not None
    assert shown.task.due - shown.task.withdrawn_at == timedelta(hours=72)
    assert shown.task.withdrawn_at == clock()
    assert [(one.withdrawn, one.remark) for one in shown.consents] == [(True, "meminta sendiri di loket"), (False, "")]
    (listed,) = flagged(desk)
    assert listed.task is not None
    # Taipei's clock, eight hours ahead of UTC.
    assert listed.task.due.utcoffset() == timedelta(hours=8)
    assert listed.worker.name == "S. N. · Data dibatasi"
    assert open_task(desk, siti)
    verify(desk)


def test_consent_given_again_frees_the_data_and_closes_the_task(desk: Desk, siti: UUID, clock: HandClock) -> None:
    withdraw_consent(desk, siti)
    clock.forward(hours=1)
    shown = give_consent(desk, siti, Consent(language="en"))
    assert (shown.consent, shown.restricted, shown.task) == ("given", False, None)
    assert (shown.consents[0].version, shown.consents[0].language) == ("2", "en")
    assert search(desk, "siti")[0].name == "SITI NURHALIZA"
    assert not open_task(desk, siti)


def test_the_task_closes_when_somebody_records_that_processing_was_stopped(desk: Desk, siti: UUID) -> None:
    withdraw_consent(desk, siti)
    shown = restrict(desk, siti, "nomor dikeluarkan dari daftar pengingat; pusat diberi tahu")
    assert (shown.restricted, shown.task) == (True, None)
    assert not open_task(desk, siti)
    assert shown.restrictions[0].remark.startswith("nomor dikeluarkan")


def test_a_restriction_from_before_the_withdrawal_does_not_close_its_task(desk: Desk, siti: UUID) -> None:
    restrict(desk, siti, "meminta sendiri")
    withdraw_consent(desk, siti)
    assert open_task(desk, siti)
    restrict(desk, siti, "sudah ditindaklanjuti")
    assert not open_task(desk, siti)


def test_a_second_withdrawal_opens_a_second_task(desk: Desk, siti: UUID, clock: HandClock) -> None:
    withdraw_consent(desk, siti)
    give_consent(desk, siti)
    clock.forward(days=9)
    assert withdraw_consent(desk, siti).task is not None
    task = card(desk, siti).task
    assert task is not None
    assert task.withdrawn_at == clock()


def test_erasing_closes_the_task(desk: Desk, siti: UUID) -> None:
    withdraw_consent(desk, siti)
    pulled(desk, Journal(mission="ZZZ").record(BodyErased(worker_id=siti, mission="TPE", reason="request")))
    assert not open_task(desk, siti)


def test_a_person_is_restricted_and_freed_at_their_word(desk: Desk, siti: UUID) -> None:
    assert restrict(desk, siti, "meminta sendiri").restricted
    assert not open_task(desk, siti)
    assert not lift_restriction(desk, siti, "datang sendiri, paspor ditunjukkan").restricted
    assert kinds(desk)[-2:] == ["worker.restricted", "worker.restricted"]


def test_what_makes_no_sense_is_refused_in_a_sentence(desk: Desk, siti: UUID) -> None:
    def refused(act, *given: object) -> list[str]:
        before = kinds(desk)
        with pytest.raises(Refused) as refusal:
            act(desk, siti, *given)
        assert kinds(desk) == before
        return codes(refusal)

    assert refused(lift_restriction, "ya") == ["restriction.none"]
    assert refused(restrict, "  ") == ["restriction.remark_missing"]
    assert refused(give_consent) == ["consent.already_given"]
    restrict(desk, siti, "meminta sendiri")
    assert refused(restrict, "lagi") == ["restriction.already"]
    assert refused(lift_restriction, "") == ["restriction.remark_missing"]
    withdraw_consent(desk, siti)
    assert refused(withdraw_consent) == ["consent.already_withdrawn"]
    assert refused(lift_restriction, "ya") == ["restriction.consent_withdrawn"]
    assert refused(give_consent, Consent(version="77")) == ["consent.version_unknown"]


def test_somebody_who_never_consented_has_nothing_to_take_back(desk: Desk) -> None:
    stranger = new_id()
    pulled(desk, Journal().record(registration(stranger)))
    with pytest.raises(Refused) as refusal:
        withdraw_consent(desk, stranger)
    assert codes(refusal) == ["consent.not_given"]
    assert give_consent(desk, stranger).consent == "given"


def test_a_newer_text_may_be_agreed_to_on_top_of_the_old_one(desk: Desk, siti: UUID, clock: HandClock) -> None:
    stranger = new_id()
    pulled(desk, Journal().record(registration(stranger)))
    give_consent(desk, stranger, Consent(version="1"))
    clock.forward(minutes=1)
    assert [one.version for one in give_consent(desk, stranger).consents] == ["2", "1"]


def test_one_restricted_registration_restricts_the_merged_person(desk: Desk, siti: UUID) -> None:
    there, twin = Journal(), new_id()
    pulled(desk, there.record(registration(twin)))
    restrict(desk, twin, "meminta sendiri")
    pulled(desk, there.record(WorkerMerged(worker_id=siti, other_id=twin, mission="TPE")))
    assert card(desk, siti).restricted
    assert card(desk, twin).id == siti
    assert search(desk, "nurhaliza")[0].name == "S. N. · Data dibatasi"
    assert not lift_restriction(desk, twin, "datang sendiri").restricted
    assert search(desk, "nurhaliza")[0].name == "SITI NURHALIZA"
