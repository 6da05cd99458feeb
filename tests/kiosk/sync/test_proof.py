"""The proof of an enrolled counter: what the centre vouches for is in it, and the centre can give the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from loket_testing.proofs import judged

from kiosk.queries.proof import number_proof
from kiosk.queries.trust import HeldKeys, held_keys, keys_to_keep
from kiosk.store.tables import own_terminal
from server.usecases.proof import number_proof as number_proof_of

VERIFIED, REFUTED, _ = range(3)


def proved(counter: Any, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(number_proof(counter.desk, **asked).text)
    return found


@pytest.fixture
def centre_root(centre: Any) -> str:
    from hashlib import sha256

    return sha256(centre.keys.root.public).hexdigest()


@pytest.fixture
def known(counter: Any) -> Any:
    """A counter that the centre has certified."""
    return counter()


def test_an_enrolled_counter_is_proved_down_to_the_centres_root_key(known: Any, centre_root: str) -> None:
    known.morning()
    known.sync()
    known.morning(1)  # and something the centre does not know yet
    proof = proved(known)
    code, said = judged(proof, centre_root[:20])
    assert code == VERIFIED, said
    assert proof["centre"]["statement"] is not None
    assert [row["number"] for row in proof["numbers"]] == ["TPE3-2026-000001", "TPE3-2026-000002"]


def test_a_counter_restored_from_an_old_copy_cannot_leave_out_what_the_centre_holds(known: Any) -> None:
    known.morning()
    known.sync()
    proof = proved(known)
    last = proof["entries"][-1]
    short = proof | {
        "entries": proof["entries"][:-1],
        "head": {"seq": len(proof["entries"]) - 1, "hash": last["prev"]},
    }
    code, said = judged(short)
    assert (code, "ada yang dihilangkan" in said) == (REFUTED, True)
    assert judged(short | {"centre": proof["centre"] | {"statement": None}})[0] == VERIFIED


def test_numbers_taken_before_the_enrolment_are_in_the_same_series(
    new_counter: Any, code: Any, centre_root: str
) -> None:
    counter = new_counter()
    worker = counter.register()
    before = counter.pay(worker)
    counter_enrolled(counter, code())
    after = counter.pay(worker, months=3, programme="JHT", reference="BNI-8")
    proof = proved(counter)
    assert [row["number"] for row in proof["numbers"]] == [before, after]
    assert ("." in before, "." in after) == (True, False)
    assert judged(proof, centre_root)[0] == VERIFIED


def test_a_counter_enrolled_by_an_older_program_gets_the_missing_link_with_its_next_sync(known: Any) -> None:
    known.morning()
    known.sync()
    with known.desk.store.write() as connection:
        held = held_keys(connection)
        assert held is not None
        old = HeldKeys(held.root, held.keys)
        connection.execute(own_terminal.update().values(centre_keys=keys_to_keep(old)))
    proof = proved(known)
    assert (judged(proof)[0], proof["centre"]) == (VERIFIED, None)
    known.sync()
    assert proved(known)["centre"] is not None
    assert judged(proved(known))[0] == VERIFIED


def test_the_centre_gives_the_same_proof_as_the_counter(known: Any, centre: Any, centre_root: str) -> None:
    known.morning()
    known.morning(1)
    known.sync()
    found, others = number_proof_of(centre, "tpe3 ")
    theirs, ours = json.loads(found.text), proved(known)
    assert others == ()
    assert judged(theirs, centre_root)[0] == VERIFIED
    assert {**theirs, "centre": None} == {**ours, "centre": None}
    for name in ("root", "keys", "certificate"):
        assert theirs["centre"][name] == ours["centre"][name]


def counter_enrolled(counter: Any, code: str) -> None:
    from kiosk.sync.enrol import enrol

    enrol(counter.desk, "https://loket.example", code, client=counter.client)
