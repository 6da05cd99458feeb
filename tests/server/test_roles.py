"""Roles: who may do what at the centre, and that nobody may more than was meant."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from models.rules.problems import Refused
from models.sentences import sentence
from server.usecases.roles import ROLE_NAMES, ROLES, Act, may, permit


@dataclass
class Somebody:
    role: str


def who_may(act: Act) -> set[str]:
    return {role for role in ROLES if may(Somebody(role), act)}


def test_only_one_role_opens_restricted_claims_and_it_cannot_make_accounts():
    assert who_may(Act.OPEN_RESTRICTED) == {"khusus"}
    assert not who_may(Act.OPEN_RESTRICTED) & who_may(Act.CHANGE_OFFICERS)


def test_claims_are_decided_by_verifiers_and_watched_by_auditors():
    assert who_may(Act.DECIDE_CLAIMS) == {"verifikator", "khusus"}
    assert who_may(Act.SEE_ACCESS) == {"auditor"}
    assert who_may(Act.CHANGE_OFFICERS) == who_may(Act.CHANGE_SETTINGS) == who_may(Act.ERASE) == {"admin"}


def test_an_auditor_changes_nothing():
    looks = {Act.EXPORT_CLAIMS, Act.SEE_ACCESS, Act.SEE_HOLDINGS, Act.SEE_OFFICERS}
    assert {act for act in Act if may(Somebody("auditor"), act)} == looks


def test_a_role_nobody_knows_may_nothing_and_every_role_has_a_name():
    assert not any(may(Somebody("raja"), act) for act in Act)
    assert list(ROLE_NAMES) == list(ROLES)


def test_who_may_not_is_told_who_may_and_the_command_line_may():
    with pytest.raises(Refused) as refusal:
        permit(Somebody("auditor"), Act.MERGE)
    (problem,) = refusal.value.problems
    said = sentence(problem)
    assert said == "Peran petugas ini tidak berwenang. Yang boleh: Verifikator, Verifikator klaim khusus, Admin."
    permit(None, Act.MERGE)
