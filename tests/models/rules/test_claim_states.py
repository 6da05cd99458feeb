"""States of a claim: all of them and all acts enumerated; from each there is a way to an end and a way on."""

from __future__ import annotations

from typing import get_args

import pytest

from models.rules.claim_states import COUNTERS, FINAL, OFFICERS, Act, ClaimState, Paper, Request, allowed, open_wants

STATES: tuple[ClaimState, ...] = get_args(ClaimState)
LEADS: dict[tuple[ClaimState, Act], ClaimState] = {
    ("filed", "ask"): "asked",
    ("filed", "approve"): "approved",
    ("filed", "reject"): "rejected",
    ("filed", "withdraw"): "withdrawn",
    ("asked", "ask"): "asked",
    ("asked", "approve"): "approved",
    ("asked", "reject"): "rejected",
    ("asked", "withdraw"): "withdrawn",
    ("asked", "attach"): "filed",
    ("approved", "pay"): "paid",
    ("approved", "reopen"): "filed",
    ("approved", "withdraw"): "withdrawn",
    ("rejected", "reopen"): "filed",
    ("paid", "return"): "approved",
    ("withdrawn", "reopen"): "filed",
}
"""Where each act leads; attaching and reporting leave everything else where it is."""


def test_every_act_in_every_state_is_either_allowed_and_leads_somewhere_or_refused() -> None:
    for state in STATES:
        for act in get_args(Act):
            leads = (state, act) in LEADS
            assert leads <= (act in allowed(state)), (state, act)
            assert act in ("attach", "report") or leads == (act in allowed(state)), (state, act)
    assert set(get_args(Act)) == OFFICERS | COUNTERS
    assert not OFFICERS & COUNTERS


@pytest.mark.parametrize("state", STATES)
def test_officers_alone_bring_every_claim_to_an_end(state: ClaimState) -> None:
    """A counter that never comes back, a worker who never brings a paper, and a bank that bounces hold nothing up."""
    reached, fresh = {state}, {state}
    while fresh:
        fresh = {LEADS[one, act] for one in fresh for act in OFFICERS if (one, act) in LEADS} - reached
        reached |= fresh
    assert reached & FINAL


@pytest.mark.parametrize("state", sorted(FINAL))
def test_no_end_is_final_for_whoever_was_wronged(state: ClaimState) -> None:
    assert any((state, act) in LEADS for act in OFFICERS)


def test_what_is_still_wanted_of_a_request() -> None:
    from models.journal.ids import new_id

    old, new = new_id(), new_id()
    request = Request(new_id(), ("rekening", "visum", "ktp"), 3, frozenset([old]), restricted=False)
    papers = [Paper(old, "rekening", "rekening_pmi"), Paper(new, "laporan", "visum")]
    assert open_wants(request, papers) == ("rekening", "ktp")
