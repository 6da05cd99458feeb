"""Drafts: what was typed survives, belongs to whoever typed it, and goes when it is recorded."""

from __future__ import annotations

import pytest
from loket_testing.counter import CHEAP, PASSWORD, clock, desk

from kiosk.desk import Desk
from kiosk.usecases import drafts, staff

__all__ = ["clock", "desk"]


def test_a_draft_is_read_again_as_it_was_kept(desk, clock):
    drafts.save(desk, "register", {"fields": {"name": "SITI"}, "heirs": [{"name": "AHMAD"}]}, "one")
    (draft,) = drafts.load(desk, "register")
    assert draft.content == {"fields": {"name": "SITI"}, "heirs": [{"name": "AHMAD"}]}
    assert (draft.screen, draft.subject, draft.updated_at) == ("register", "one", clock.now)


def test_keeping_it_again_replaces_it_and_the_newest_comes_first(desk, clock):
    first = drafts.save(desk, "register", {"n": 1}, "one")
    drafts.save(desk, "register", {"n": 2}, "two")
    clock.forward(minutes=1)
    assert drafts.save(desk, "register", {"n": 3}, "one") == first
    assert [(draft.subject, draft.content["n"]) for draft in drafts.load(desk, "register")] == [("one", 3), ("two", 2)]


def test_drafts_without_a_subject_and_of_other_screens_are_kept_apart(desk):
    drafts.save(desk, "claim", {"n": 1})
    drafts.save(desk, "claim", {"n": 2})
    drafts.save(desk, "register", {"n": 3})
    assert [draft.content["n"] for draft in drafts.load(desk, "claim")] == [2]
    drafts.drop(desk, "claim")
    assert drafts.load(desk, "claim") == []
    assert len(drafts.load(desk, "register")) == 1


def test_what_was_dropped_is_gone_and_dropping_nothing_is_no_trouble(desk):
    drafts.save(desk, "register", {"n": 1}, "one")
    drafts.drop(desk, "register", "one")
    drafts.drop(desk, "register", "one")
    assert drafts.load(desk, "register") == []


def test_nobody_sees_what_another_person_typed(desk):
    drafts.save(desk, "register", {"n": 1}, "one")
    staff.add(desk, login="budi", name="Budi S.", role="petugas", password=PASSWORD, cost=CHEAP)
    with Desk.open(desk.folder, "budi", PASSWORD) as other:
        assert drafts.load(other, "register") == []


def test_a_draft_survives_the_program(desk):
    drafts.save(desk, "register", {"n": 1}, "one")
    with Desk.open(desk.folder, "rina", PASSWORD) as again:
        assert drafts.load(again, "register")[0].content == {"n": 1}


def test_what_is_far_longer_than_a_form_is_not_kept(desk):
    with pytest.raises(ValueError, match="a draft of"):
        drafts.save(desk, "register", {"text": "x" * drafts.LONGEST})
    assert drafts.load(desk, "register") == []
