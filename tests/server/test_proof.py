"""The centre's proof of a counter's numbers: of one that is revoked, forked, re-keyed or gone as well."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.journals import Journal
from loket_testing.proofs import judged
from sqlalchemy import update

from models.journal.ids import new_id
from models.journal.workers import BodyErased
from models.rules.problems import Refused
from server.store.tables import terminal_head
from server.usecases.journal import record
from server.usecases.proof import number_proof

VERIFIED, REFUTED, _ = range(3)


def proved(centre: Any, which: str = "TPE3", *asked: Any, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(number_proof(centre, which, *asked, **more)[0].text)
    return found


@pytest.fixture
def visitor(enrolled: Any) -> Any:
    """A counter that registered somebody, took two payments and told the centre."""
    visitor = enrolled()
    worker = new_id()
    visitor.journal.record(registration(worker))
    visitor.journal.record(payment(worker, 1))
    visitor.journal.record(payment(worker, 2, months=12))
    visitor.push()
    return visitor


def test_a_revoked_counters_numbers_are_proved_down_to_the_root_key(centre: Any, visitor: Any) -> None:
    with centre.engine.begin() as connection:
        connection.execute(
            update(terminal_head)
            .where(terminal_head.c.terminal == visitor.journal.terminal)
            .values(revoked_at=centre.now())
        )
    for which in ("TPE3", " tpe3", str(visitor.journal.terminal)):
        proof = proved(centre, which)
        code, said = judged(proof, sha256(centre.keys.root.public).hexdigest()[:16])
        assert code == VERIFIED, said
        assert [row["serial"] if "serial" in row else row["number"][-1] for row in proof["numbers"]] == ["1", "2"]
    assert "SITI" not in number_proof(centre, "TPE3")[0].text


def test_an_erased_worker_is_no_gap(centre: Any, visitor: Any) -> None:
    worker = visitor.journal.entries[0].head.subject
    before = proved(centre)
    centre.write(
        lambda connection: record(connection, centre, [BodyErased(worker_id=worker, mission="TPE", reason="request")])
    )
    after = proved(centre)
    assert judged(after)[0] == VERIFIED
    assert after["entries"] == before["entries"]


def test_what_a_counter_did_wrong_is_in_its_proof_and_refuted_there(centre: Any, visitor: Any) -> None:
    """The centre refuses nothing; whoever checks finds the number that was given out twice."""
    visitor.journal.record(payment(new_id(), 2))
    visitor.push(visitor.journal.entries[3:])
    code, said = judged(proved(centre))
    assert (code, "yang ditunggu nomor 3, bukan 2" in said) == (REFUTED, True)


def test_an_entry_nobody_can_read_is_in_the_proof_and_refuted_there(centre: Any, visitor: Any) -> None:
    good = visitor.journal.record(registration(new_id()))
    from models.journal.entry import Entry, chain_hash

    frame = msgspec.structs.replace(good.frame, header=b"\xc1")
    chained = chain_hash(frame, good.prev)
    signature = visitor.journal.key.sign(b"loket entry 1 signature" + chained)
    spoilt = Entry(msgspec.structs.replace(frame, signature=signature), good.head, good.prev, chained)
    visitor.push([spoilt])
    code, said = judged(proved(centre))
    assert (code, "catatan 4" in said) == (REFUTED, True)


def test_of_a_forked_journal_each_branch_is_proved_by_itself(centre: Any, visitor: Any) -> None:
    journal = visitor.journal
    worker = journal.entries[0].head.subject
    shared = list(journal.entries)
    one = journal.record(payment(worker, 3, months=6))
    visitor.push(journal.entries[3:])
    journal.entries = shared
    other = journal.record(payment(worker, 3, months=3))
    visitor.push(journal.entries[3:])
    first, _ = number_proof(centre, "TPE3")
    assert {first.head, *first.others} == {one.hash, other.hash}
    second, _ = number_proof(centre, "TPE3", head=first.others[0].hex())
    assert second.others == (first.head,)
    for proof in (first, second):
        code, said = judged(json.loads(proof.text))
        assert code == VERIFIED, said
    stated = [json.loads(proof.text)["centre"]["statement"] is not None for proof in (first, second)]
    assert stated == [True, False]


def test_a_counter_with_a_new_key_has_a_proof_for_each_journal(centre: Any, visitor: Any, enrolled: Any) -> None:
    again = Journal(terminal=visitor.journal.terminal, incarnation=2)
    renewed = enrolled("TPE7", journal=again, after=visitor)
    again.record(payment(new_id(), 1, series="TPE7"))
    renewed.push()
    newest, others = number_proof(centre, str(visitor.journal.terminal))
    assert others == (1,)
    assert json.loads(newest.text)["terminal"]["incarnation"] == 2
    assert number_proof(centre, "TPE3")[1] == (1,)
    old = proved(centre, "TPE3", 1)
    assert (old["terminal"]["series"], len(old["numbers"])) == ("TPE3", 2)
    assert [judged(json.loads(newest.text))[0], judged(old)[0]] == [VERIFIED, VERIFIED]


@pytest.mark.parametrize("which", ["TPE9", "", "bukan seri", "01a213d9-0c2d-7a67-90fe-48a1af126661"])
def test_a_counter_nobody_knows_is_refused(centre: Any, visitor: Any, which: str) -> None:
    with pytest.raises(Refused) as refusal:
        number_proof(centre, which)
    assert [problem.code for problem in refusal.value.problems] == ["terminal.unknown"]


def test_neither_a_key_nor_a_branch_that_never_was_is_made_up(centre: Any, visitor: Any) -> None:
    for asked, code in (((3,), "terminal.unknown"), ((None,), "proof.no_head")):
        with pytest.raises(Refused) as refusal:
            number_proof(centre, "TPE3", *asked, head="ab" * 10 if asked == (None,) else None)
        assert [problem.code for problem in refusal.value.problems] == [code]
