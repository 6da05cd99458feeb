"""One person, one record: look-alikes are named with their reasons, told apart or joined, and it is all remembered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI, codes, kinds, slip

from kiosk.desk import Desk, Operator
from kiosk.forms.registration import Registration
from kiosk.queries.candidates import like_worker
from kiosk.queries.history import history
from kiosk.queries.workers import card, search
from kiosk.usecases import contributions
from kiosk.usecases.merges import compare, merge, unmerge
from kiosk.usecases.verify import verify
from kiosk.usecases.workers import Alike, amend, candidates, form_of, register
from models.journal.ids import new_id
from models.rules.problems import Refused


def but(**fields: object) -> Registration:
    return msgspec.structs.replace(SITI, **fields)


AGAIN = but(name="SITTI NURHALISA", nik=None, passport_number="E7730021", phone=None)
"""The same woman years later: another passport, spelled otherwise, and no identity card with her."""


def second(desk: Desk, siti: UUID) -> UUID:
    """A second registration of the same woman, by a clerk who did not know her."""
    return register(desk, msgspec.structs.replace(AGAIN, not_same_as=(siti,))).worker_id


def test_a_second_registration_of_the_same_woman_is_refused_with_her_and_the_reasons(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Alike) as refusal:
        register(desk, AGAIN)
    assert codes(refusal) == ["worker.candidate"]
    (found,) = refusal.value.candidates
    assert found.id == siti
    assert {"birth.same", "mother.same"} <= found.likeness.codes()
    assert kinds(desk).count("worker.registered") == 1


def test_the_old_passport_still_tells(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, but(passport_number="E7730021"), "paspor baru")
    (found,) = candidates(desk, Registration(passport_number="C4821907"))
    assert found.id == siti
    assert "passport.old" in found.likeness.codes()


def test_a_shared_phone_alone_makes_nobody_the_same(desk: Desk, siti: UUID) -> None:
    husband = Registration(name="BAMBANG SUTEJO", birth_date=date(1990, 6, 13), sex="M", phone=SITI.phone, consent=True)
    assert register(desk, husband).worker_id != siti


def test_a_form_that_has_hardly_begun_names_whom_it_can(desk: Desk, siti: UUID) -> None:
    assert candidates(desk, Registration()) == []
    assert candidates(desk, Registration(name="BAMBANG")) == []
    (found,) = candidates(desk, Registration(birth_date=date(1994, 12, 3), name="NURHALIZA SITI"))
    assert found.id == siti
    assert "birth.swapped" in found.likeness.codes()


def test_who_was_told_apart_is_recorded_flagged_and_not_named_again(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    assert card(desk, other).flags == ("worker.candidate",)
    assert like_worker(desk, other) == []
    assert like_worker(desk, siti) == []
    assert [told.same for told in history(desk, other).told] == [False]


def test_the_later_word_counts(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    compare(desk, other, siti, same=True, remark="ibu dan suaminya sama")
    assert [one.id for one in like_worker(desk, other)] == [siti]


def test_the_later_word_counts_from_whichever_of_the_two_it_is_said(desk: Desk, siti: UUID) -> None:
    again = second(desk, siti)
    for phone in ("0911000001", "0911000002", "0911000003"):
        amend(desk, siti, msgspec.structs.replace(form_of(desk, siti), phone=phone, not_same_as=(again,)))
    compare(desk, siti, again, same=False)
    assert like_worker(desk, siti) == []
    compare(desk, again, siti, same=True)
    assert [one.id for one in like_worker(desk, siti)] == [again]
    compare(desk, siti, again, same=False)
    assert like_worker(desk, again) == []


def test_amending_into_somebody_else_is_refused_until_they_are_told_apart(desk: Desk, siti: UUID) -> None:
    dewi = register(
        desk,
        Registration(name="DEWI AYU", birth_date=date(1996, 12, 8), sex="F", nik="3511044812960004", consent=True),
    ).worker_id
    form = msgspec.structs.replace(form_of(desk, dewi), nik=None, passport_number="C4821907")
    with pytest.raises(Alike):
        amend(desk, dewi, form)
    amend(desk, dewi, msgspec.structs.replace(form, not_same_as=(siti,)))
    assert like_worker(desk, dewi) == []


def test_joined_they_are_one_person_with_both_receipts_and_every_number(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    first = contributions.receive(desk, slip(siti)).number
    later = contributions.receive(desk, slip(other, reference="BRI 2")).number
    merge(desk, siti, other, "suami menunjukkan kedua paspor")
    joined = card(desk, other)
    assert joined.id == siti
    assert {row.number for row in joined.receipts} == {first, later}
    assert [row.passport_number for row in joined.others] == ["E7730021"]
    assert [row.id for row in search(desk, "E7730021")] == [siti]
    assert [row.id for row in search(desk, "nurhali")] == [siti]
    verify(desk)


def test_what_is_done_for_the_gathered_one_is_done_for_the_person(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    merge(desk, siti, other)
    paid = contributions.receive(desk, slip(other))
    assert paid.worker_id == siti
    assert card(desk, siti).receipts[0].number == paid.number


def test_cover_joins_what_both_had_paid(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    before = contributions.receive(desk, slip(siti))
    merge(desk, other, siti)
    after = contributions.quote_payment(desk, slip(other, reference="BRI 3"))
    assert after.quote.lines[0].cover.covered_from > before.covered_to


def test_an_undone_merge_gives_each_their_own_again(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    first = contributions.receive(desk, slip(siti)).number
    merge_id = merge(desk, other, siti)
    unmerge(desk, merge_id, "orang lain")
    assert [row.number for row in card(desk, siti).receipts] == [first]
    assert card(desk, other).receipts == ()
    (undone,) = history(desk, siti).joinings
    assert undone.undone_at is not None
    assert undone.undone_by == "Rina W."
    with pytest.raises(Refused) as refusal:
        unmerge(desk, merge_id)
    assert codes(refusal) == ["merge.undone"]


def test_nobody_is_joined_with_themselves_or_with_nobody(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    merge(desk, siti, other)
    for one, two, code in ((siti, siti, "merge.same_person"), (other, siti, "merge.same_person")):
        with pytest.raises(Refused) as refusal:
            merge(desk, one, two)
        assert codes(refusal) == [code]
    with pytest.raises(Refused) as refusal:
        merge(desk, siti, new_id())
    assert codes(refusal) == ["worker.unknown"]
    with pytest.raises(Refused) as refusal:
        unmerge(desk, new_id())
    assert codes(refusal) == ["merge.unknown"]


def test_joining_is_a_supervisors_and_saying_so_anybodys(desk: Desk, siti: UUID) -> None:
    other = second(desk, siti)
    desk.operator = Operator(desk.operator.id, "dwi", "Dwi", "petugas")
    with pytest.raises(Refused) as refusal:
        merge(desk, siti, other)
    assert codes(refusal) == ["staff.not_allowed"]
    compare(desk, siti, other, same=True)


def test_the_history_says_who_changed_what_from_what_and_why(desk: Desk, siti: UUID) -> None:
    amend(desk, siti, but(phone="+886 922 000 111"), "nomor baru")
    amend(desk, siti, but(phone="+886 933 000 222", email="siti@contoh.id"), "ganti lagi")
    found = history(desk, siti)
    assert [(one.field, one.was, one.value, one.reason, one.stands) for one in found.changes] == [
        ("phone", "+886922000111", "+886933000222", "ganti lagi", True),
        ("email", None, "siti@contoh.id", "ganti lagi", True),
        ("phone", "+886912345678", "+886922000111", "nomor baru", False),
    ]
    assert {one.operator for one in found.changes} == {"Rina W."}
    assert found.registered_by == "Rina W."
