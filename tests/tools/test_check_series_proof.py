"""The independent checker: it accepts every true proof, and refutes one in which anything at all was changed."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.proofs import DAY, PretendCounter, checker, judged, link, run_checker

from models.journal.body import pack
from models.journal.contributions import ContributionReceived, PriceUsed, RateUsed, Tender
from models.journal.entry import chain_hash, without_personal
from models.journal.ids import new_id
from models.journal.keys import SigningKey, signed_by
from models.rules.money import Money, Rate
from models.rules.prices import FixedPrice, Price, due_in
from models.rules.problems import Refused
from models.rules.tenders import TenderAsked, settle
from models.sync.proof import prove

VERIFIED, REFUTED, UNREADABLE = range(3)


@pytest.fixture(scope="module")
def counter() -> PretendCounter:
    """Two workers and three receipts in three currencies, one of them voided, one with its days moved; and money given
    back for a receipt of another counter."""
    counter = PretendCounter()
    siti, aminah = counter.register(), counter.register("AMINAH BINTI SALEH")
    first = counter.pay(siti)
    wrong = counter.pay(aminah, cash_in="TWD")
    counter.void(wrong)
    counter.register("DEWI")
    counter.pay(aminah, cash_in="KWD")
    counter.move(first)
    counter.refund(None)
    return counter


@pytest.fixture
def proof(counter: PretendCounter) -> dict[str, Any]:
    return counter.proof()


def test_a_true_proof_is_verified_and_says_what_was_proved(proof: dict[str, Any]) -> None:
    code, said = judged(proof)
    assert (code, said.split(",")[0]) == (VERIFIED, "Loket TPE3")
    assert "9 catatan" in said
    assert "2026: 6 nomor" in said
    assert proof["terminal"]["fingerprint"] in said
    assert proof["centre"]["fingerprint"] in said


def test_numbers_and_totals_can_be_read_by_anyone(proof: dict[str, Any]) -> None:
    assert [(row["number"][-6:], row["currency"], row["amount"], row["amount_idr"]) for row in proof["numbers"]] == [
        ("000001", "IDR", 482_500, 482_500),
        ("000002", "TWD", 942, 482_500),
        ("000003", "TWD", -942, -482_500),
        ("000004", "KWD", "8.970", 482_500),
        ("000005", None, None, 0),
        ("000006", "TWD", -650, -332_500),
    ]
    assert [row["reverses"] for row in proof["numbers"]] == [None, None, "TPE3-2026-000002", None, None, None]
    assert proof["totals"] == {
        "2026": {
            "receipts": 3,
            "voids": 1,
            "refunds": 1,
            "moves": 1,
            "amount_idr": 632_500,
            "due": {"IDR": 482_500, "KWD": "8.970", "TWD": -650},
            "tenders": {"bank_slip": {"IDR": 482_500}, "cash": {"KWD": "8.970", "TWD": -650}},
        }
    }


def test_nobody_is_named_in_it(counter: PretendCounter) -> None:
    text = json.dumps(counter.proof()).encode()
    for secret in (b"SITI", b"AMINAH", b"DEWI", b"C4821907", b"C1234567", b"salah nama", b"tumpang tindih"):
        assert secret not in text
        assert secret.hex().encode() not in text


def test_a_person_who_was_erased_leaves_the_proof_as_it_was(counter: PretendCounter, proof: dict[str, Any]) -> None:
    erased = counter.proof([without_personal(entry) for entry in counter.journal.entries])
    assert erased["entries"] == proof["entries"]
    assert judged(erased)[0] == VERIFIED


def test_a_counter_that_is_not_enrolled_proves_its_numbers_with_its_own_key_alone() -> None:
    counter = PretendCounter()
    mark = checker().sha256(counter.journal.key.public).hexdigest()[:2].upper()
    counter.pay(number=f"TPE3.{mark}-2026-000001")
    counter.pay(number=f"TPE3.{mark}-2026-000002")
    code, said = judged(counter.proof(enrolled=False))
    assert (code, "belum disertifikatkan pusat" in said) == (VERIFIED, True)
    counter.pay()
    assert judged(counter.proof())[0] == VERIFIED
    counter.pay(number=f"TPE3.{mark}-2026-000004")
    assert judged(counter.proof())[0] == REFUTED  # the mark does not come back


def test_a_counter_without_a_number_or_without_an_entry_has_a_proof_too() -> None:
    counter = PretendCounter()
    assert judged(counter.proof(enrolled=False))[0] == VERIFIED
    assert judged(counter.proof())[0] == VERIFIED
    counter.register()
    for enrolled in (True, False):
        assert judged(counter.proof(enrolled=enrolled))[0] == VERIFIED


def test_each_year_has_a_series_of_its_own_and_can_be_listed_alone() -> None:
    counter = PretendCounter(year=2025)
    old = counter.pay()
    counter.day = counter.day.replace(year=2026)
    counter.pay()
    counter.void(old)
    both, one = counter.proof(), counter.proof(year=2026)
    assert judged(both)[0] == judged(one)[0] == VERIFIED
    assert list(both["totals"]) == ["2025", "2026"]
    assert [row["number"] for row in one["numbers"]] == ["TPE3-2026-000001", "TPE3-2026-000002"]
    assert one["totals"]["2026"]["amount_idr"] == 0
    none = counter.proof(year=2027)
    assert (none["numbers"], judged(none)[0]) == ([], VERIFIED)


# Whatever is changed


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict) and value:
        for name in value:
            yield from leaves(value[name], (*path, name))
    elif isinstance(value, list) and value:
        for at in range(len(value)):
            yield from leaves(value[at], (*path, at))
    else:
        yield path


def changed(proof: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(proof)
    at = copied
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return copied


def at(proof: dict[str, Any], path: tuple[Any, ...]) -> Any:
    for name in path:
        proof = proof[name]
    return proof


def others(value: Any) -> list[Any]:
    """What could stand there instead."""
    if isinstance(value, str):
        flipped = [value[:place] + ("1" if value[place] != "1" else "2") + value[place + 1 :] for place in (0, -1)]
        middle = len(value) // 2
        flipped = [one[: len(value)] for one in flipped]
        return [*flipped, value[:middle] + ("a" if value[middle] != "a" else "b") + value[middle + 1 :], value[:-2], ""]
    if isinstance(value, int):
        return [value + 1, -value - 1, float(value), str(value), value == 1, None]
    return ["x", 1, [1], {"x": 1}]


def test_no_field_can_be_changed(proof: dict[str, Any]) -> None:
    paths = list(leaves(proof))
    assert len(paths) > 100
    passed = [
        (path, other)
        for path in paths
        for other in others(at(proof, path))
        if judged(changed(proof, path, other))[0] == VERIFIED
    ]
    assert passed == []


def test_a_changed_row_of_the_list_is_named(proof: dict[str, Any]) -> None:
    assert judged(changed(proof, ("numbers", 1, "amount"), 943)) == (
        REFUTED,
        "TPE3-2026-000002 dalam daftar nomor tidak sama dengan isi catatannya",
    )
    assert judged(proof | {"numbers": proof["numbers"][:-1]})[0] == REFUTED


def test_no_field_can_be_left_out_or_added(proof: dict[str, Any]) -> None:
    passed = []
    for path in leaves(proof):
        for depth in range(1, len(path) + 1):
            copied = copy.deepcopy(proof)
            holder = at(copied, path[: depth - 1])
            del holder[path[depth - 1]]
            more = copy.deepcopy(proof)
            place = at(more, path[: depth - 1])
            if isinstance(place, dict):
                place["more"] = 1
            else:
                place.append(place[0])
            passed += [(path[:depth], what) for what, one in (("-", copied), ("+", more)) if judged(one)[0] == VERIFIED]
    # Nobody can tell that the centre's statement was never there; what it says cannot be changed.
    assert passed == []
    assert judged(changed(proof, ("centre", "statement"), None))[0] == VERIFIED


def test_entries_cannot_be_dropped_doubled_or_swapped(proof: dict[str, Any]) -> None:
    entries = proof["entries"]
    for place, one in enumerate(entries):
        rest = entries[:place] + entries[place + 1 :]
        for other in (rest, [*entries[:place], one, *entries[place:]], [one, *rest], [*rest, one]):
            if other != entries:
                assert judged(proof | {"entries": other})[0] == REFUTED


def test_a_shorter_journal_with_lists_to_match_is_refuted_by_what_the_centre_holds(counter: PretendCounter) -> None:
    entries = counter.journal.entries
    said = counter.vouched()
    for length in range(len(entries)):
        short = json.loads(prove(counter.whose(), [link(one) for one in entries[:length]], vouched=said).text)
        code, sentence = judged(short)
        assert (code, "ada yang dihilangkan" in sentence) == (REFUTED, True)


def test_a_cut_file_is_no_proof(proof: dict[str, Any]) -> None:
    content = json.dumps(proof).encode()
    for length in (*range(0, len(content), 97), len(content) - 1):
        assert judged(content[:length])[0] == UNREADABLE


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"1", b"null", b"\xff", b"[" * 100_000, b'{"format": NaN}', b'{"a": 1, "a": 2}', b"{}"]
)
def test_what_is_no_proof_is_said_to_be_none(content: bytes) -> None:
    assert judged(content)[0] == UNREADABLE


def test_a_field_written_twice_is_not_read_in_one_of_two_ways(proof: dict[str, Any]) -> None:
    text = json.dumps(proof)
    assert judged(text.replace('{"format"', '{"year": 2026, "format"', 1).encode())[0] == UNREADABLE


def test_a_year_of_5000_entries_is_checked_in_seconds_and_one_changed_byte_is_found_at_its_place() -> None:
    counter = PretendCounter()
    for turn in range(1250):
        worker = counter.register()
        receipt = counter.pay(worker, cash_in=("", "TWD", "KWD")[turn % 3])
        if turn % 2:
            counter.void(receipt)
        else:
            counter.register()
        counter.register()
    proof = counter.proof()
    assert len(proof["entries"]) == 5000
    began = time.process_time()
    code, said = judged(proof)
    assert (code, "1875 nomor" in said) == (VERIFIED, True)
    assert time.process_time() - began < 20
    header = proof["entries"][4321]["header"]
    spoilt = changed(proof, ("entries", 4321, "header"), header[:-2] + ("00" if header[-2:] != "00" else "01"))
    code, said = judged(spoilt)
    assert (code, "catatan 4322:" in said) == (REFUTED, True)


# Who does not have the key


def forged(counter: PretendCounter, key: SigningKey, **facts: Any) -> list[Any]:
    """The journal with the facts of its first receipt changed, every entry chained anew and signed with `key`."""
    prev, entries = bytes(32), []
    for entry in counter.journal.entries:
        frame = entry.frame
        if entry.head.kind == "contribution.received" and facts:
            told = msgspec.msgpack.decode(frame.facts)
            frame = msgspec.structs.replace(frame, facts=pack(told | facts))
            facts = {}
        chained = chain_hash(frame, prev)
        frame = msgspec.structs.replace(frame, signature=key.sign(b"loket entry 1 signature" + chained))
        entries.append(type(entry)(frame, entry.head, prev, chained))
        prev = chained
    return entries


def test_a_journal_rewritten_with_another_key_is_refuted(counter: PretendCounter) -> None:
    liar = SigningKey.new()
    for facts in ({}, {"amount_idr": 1}, {"number": "TPE3-2026-000009"}):
        proof = counter.proof(forged(counter, liar, **facts))
        assert judged(proof)[0] == REFUTED
        own = {"public_key": liar.public.hex(), "fingerprint": checker().sha256(liar.public).hexdigest()}
        assert judged(proof | {"terminal": proof["terminal"] | own})[0] == REFUTED


def test_a_proof_made_up_from_nothing_holds_together_and_is_refuted_by_the_pinned_key(counter: PretendCounter) -> None:
    liar = PretendCounter()
    liar.pay()
    made_up = liar.proof()
    assert "Kunci belum dicocokkan" in judged(made_up)[1]
    for key in (counter.journal.key.public, counter.root.public):
        wanted = checker().sha256(key).hexdigest()
        assert judged(made_up, wanted)[0] == REFUTED
        for written in (wanted, wanted[:16].upper(), " ".join((wanted[:4], wanted[4:8], wanted[8:12], wanted[12:20]))):
            assert judged(counter.proof(), written)[0] == VERIFIED


@pytest.mark.parametrize("wrong", ["", "abcd", "f" * 15, "g" * 16, "rahasia"])
def test_a_fingerprint_too_short_to_mean_anything_is_not_taken(proof: dict[str, Any], wrong: str) -> None:
    assert judged(proof, wrong)[0] == UNREADABLE


def test_another_centre_does_not_vouch_for_it(counter: PretendCounter) -> None:
    other = PretendCounter()
    other.journal = counter.journal
    proof, theirs = counter.proof(), other.proof()
    assert judged(theirs, checker().sha256(counter.root.public).hexdigest())[0] == REFUTED
    for name in ("root", "keys", "certificate", "statement"):
        mixed = proof["centre"] | {name: theirs["centre"][name]}
        assert judged(proof | {"centre": mixed})[0] == REFUTED


# Who does: a counter that signs what is wrong


def spoiled(counter: PretendCounter) -> tuple[int, str]:
    return judged(counter.proof())


@pytest.mark.parametrize(
    "wrong",
    [
        {"serial": 3, "number": "TPE3-2026-000003"},
        {"serial": 1, "number": "TPE3-2026-000001"},
        {"number": "TPE3-2026-000003"},
        {"number": "TPE4-2026-000002"},
        {"number": "TPE3.AA-2026-000002"},
        {"number": "TPE3-2026-2"},
        {"year": 2025},
        {"mission": "HKG"},
        {"amount_idr": 482_501},
        {"amount_idr": -482_500},
        {"due": 1},
        {"surplus": 1},
        {"rounding_idr": 1},
        {"tenders": ()},
        {"lines": ()},
        {"currency": "TWD"},
        {"exponent": 2},
    ],
    ids=str,
)
def test_a_receipt_that_does_not_fit_is_refuted_though_its_counter_signed_it(wrong: dict[str, Any]) -> None:
    counter = PretendCounter()
    counter.pay()
    counter.pay(**wrong)
    code, said = spoiled(counter)
    assert (code, "catatan 2" in said or "000002" in said or wrong.get("number", "-") in said) == (REFUTED, True)


@pytest.mark.parametrize("wrong", [{"due": 943}, {"rounding_idr": 180}, {"rate": None}, {"amount_idr": 482_499}])
def test_local_money_that_is_not_worth_its_rupiah_is_refuted(wrong: dict[str, Any]) -> None:
    counter = PretendCounter()
    counter.pay(cash_in="TWD", **wrong)
    assert spoiled(counter)[0] == REFUTED


def test_a_receipt_is_taken_back_once_and_only_where_it_is() -> None:
    counter = PretendCounter()
    receipt = counter.pay()
    counter.void(receipt)
    assert spoiled(counter)[0] == VERIFIED
    counter.void(receipt)
    code, said = spoiled(counter)
    assert (code, "sudah diambil kembali" in said) == (REFUTED, True)

    other, elsewhere = PretendCounter(), PretendCounter()
    other.void(elsewhere.pay())
    code, said = spoiled(other)
    assert (code, "tidak ada dalam seri ini" in said) == (REFUTED, True)


def test_a_refund_gives_back_what_its_receipt_took_in_and_not_after_a_void() -> None:
    counter = PretendCounter()
    counter.refund(counter.pay(cash_in="TWD"))
    assert spoiled(counter)[0] == VERIFIED
    for wrong in ({"amount": 943}, {"currency": "IDR"}, {"amount": -942}):
        other = PretendCounter()
        other.refund(other.pay(cash_in="TWD"), **wrong)
        assert spoiled(other)[0] == REFUTED
    counter = PretendCounter()
    receipt = counter.pay()
    counter.void(receipt)
    counter.refund(receipt)
    assert spoiled(counter)[0] == REFUTED


@pytest.mark.parametrize("wrong", [{"due": 1}, {"amount_idr": 1}, {"currency": "HKD"}, {"exponent": 2}], ids=str)
def test_a_void_that_says_another_amount_is_refuted(wrong: dict[str, Any]) -> None:
    counter = PretendCounter()
    counter.void(counter.pay(cash_in="TWD"), **wrong)
    code, said = spoiled(counter)
    assert (code, "jumlah lain" in said) == (REFUTED, True)


def test_days_that_were_moved_without_a_paper_take_no_number() -> None:
    counter = PretendCounter()
    receipt = counter.pay()
    counter.serials[2026] -= 1
    counter.move(receipt, number=None, year=None, serial=None)
    counter.serials[2026] = 1
    counter.pay()
    assert spoiled(counter)[0] == VERIFIED


RATE = RateUsed(rate_id=new_id(), valid_from=DAY, idr_per_unit=Decimal("512.40"))
DOLLARS = RateUsed(rate_id=new_id(), valid_from=DAY, idr_per_unit=Decimal("16300"))


def paid_with(*tenders: Tender, **said: Any) -> tuple[int, str]:
    """942 NT$ for 482,500 rupiah at 512.40, paid like this."""
    counter = PretendCounter()
    counter.pay(cash_in="TWD", **({"tenders": tenders} | said))
    return spoiled(counter)


def taken(currency: str, received: int, change: int = 0, exponent: int = 0, **said: Any) -> Tender:
    return Tender(kind="cash", currency=currency, exponent=exponent, received=received, change=change, **said)


@pytest.mark.parametrize(
    ("tenders", "said"),
    [
        ((taken("TWD", 942),), {}),
        ((taken("TWD", 1000, 58, worth=942),), {}),
        ((taken("TWD", 500), taken("TWD", 442)), {}),
        ((taken("TWD", 940),), {"short": 2}),
        ((taken("TWD", 950),), {"surplus": 8}),
        # 20.00 US$ are 326,000 rupiah: 636 NT$, and what is over is given back in NT$.
        ((taken("USD", 2000, exponent=2, rate=DOLLARS, worth=636), taken("TWD", 306)), {}),
        ((taken("USD", 3000, exponent=2, rate=DOLLARS, worth=954), taken("TWD", 0, 12, worth=-12)), {}),
        ((taken("IDR", 482_681, rate=RATE, worth=942),), {}),
    ],
)
def test_every_way_of_paying_that_adds_up_is_verified(tenders: tuple[Tender, ...], said: dict[str, Any]) -> None:
    code, sentence = paid_with(*tenders, **said)
    assert code == VERIFIED, sentence


@pytest.mark.parametrize(
    ("tenders", "said"),
    [
        ((taken("TWD", 941),), {}),
        ((taken("TWD", 1000, 57),), {}),
        ((taken("TWD", 900, worth=942),), {}),
        ((taken("TWD", 940),), {"short": 1}),
        ((taken("TWD", 950),), {"surplus": 7}),
        ((taken("TWD", 942),), {"short": -1, "surplus": -1}),
        ((taken("USD", 2962, exponent=2),), {}),
        ((taken("USD", 2000, exponent=2, worth=942),), {}),
        ((taken("USD", 2000, exponent=2, rate=DOLLARS, worth=942),), {}),
        ((taken("IDR", 482_680, rate=RATE, worth=942),), {}),
        ((taken("TWD", -942),), {}),
    ],
)
def test_a_way_of_paying_that_does_not_add_up_is_refuted(tenders: tuple[Tender, ...], said: dict[str, Any]) -> None:
    assert paid_with(*tenders, **said)[0] == REFUTED


def fixed(first: int | None, second: int | None, due: int, rounding: int, rate: RateUsed | None) -> tuple[int, str]:
    """332,500 and 150,000 rupiah, as a decree fixes them in NT$ or a rate turns them."""
    counter = PretendCounter()
    body = counter.pay(cash_in="TWD").body()
    assert isinstance(body, ContributionReceived)
    counter = PretendCounter()
    lines = tuple(
        msgspec.structs.replace(line, fixed=amount) for line, amount in zip(body.lines, (first, second), strict=True)
    )
    price = PriceUsed(price_id=new_id(), valid_from=DAY, decree="SK KDEI 12/2026")
    counter.pay(
        cash_in="TWD", lines=lines, due=due, rounding_idr=rounding, rate=rate, price=price, tenders=(taken("TWD", due),)
    )
    return spoiled(counter)


def test_what_a_decree_fixes_is_due_as_it_says_and_the_rest_at_the_rate() -> None:
    assert fixed(650, 300, 950, 0, None)[0] == VERIFIED
    assert fixed(650, 300, 950, 0, RATE)[0] == VERIFIED
    # 150,000 / 512.40 = 292.74, rounded up to 293: 150,133.2 rupiah.
    assert fixed(650, None, 943, 133, RATE)[0] == VERIFIED
    wrong = [
        (650, 300, 949, 0, None),
        (650, 300, 950, 1, None),
        (650, None, 943, 133, None),
        (650, None, 944, 133, RATE),
        (650, None, 943, 132, RATE),
        (-650, 1600, 950, 0, None),
    ]
    assert [one for one in wrong if fixed(*one)[0] != REFUTED] == []


rates = st.fixed_dictionaries(
    {
        code: st.builds(
            lambda code, each, step, rounding: Rate(
                new_id(), "TPE", code, DAY, Decimal(each).scaleb(-2), step, rounding=rounding
            ),
            st.just(code),
            st.integers(1, 9_000_000),
            st.sampled_from([1, 5, 50]),
            st.sampled_from(["up", "nearest", "down"]),
        )
        for code in ("TWD", "USD", "KWD")
    }
)
asked = st.lists(
    st.tuples(
        st.sampled_from(["cash", "bank_slip", "kode_iuran"]),
        st.sampled_from(["IDR", "TWD", "USD", "KWD"]),
        st.none() | st.integers(1, 2_000_000),
    ),
    min_size=1,
    max_size=4,
)


@given(rates, asked, st.sampled_from(["IDR", "TWD", "KWD"]), st.lists(st.none() | st.integers(1, 9000), max_size=2))
def test_whatever_the_rules_settle_adds_up_to_the_checker_too(
    rates: dict[str, Rate], asked: list[tuple[str, str, int | None]], code: str, decreed: list[int | None]
) -> None:
    counter = PretendCounter()
    plain = counter.pay().body()
    assert isinstance(plain, ContributionReceived)
    rows = tuple(
        FixedPrice(line.programme, "any", line.months, amount)
        for line, amount in zip(plain.lines, decreed, strict=False)
        if amount is not None
    )
    price = Price(new_id(), "TPE", code, DAY, "SK 12/2026", rows) if rows else None
    due = due_in(code, plain.lines, event="new", price=price, rate=rates.get(code), day=DAY)
    tenders = [TenderAsked(kind, unit, None if minor is None else Money.of(minor, unit)) for kind, unit, minor in asked]
    try:
        settled = settle(due.amount, tenders, rates=rates, today=DAY)
    except Refused:
        return

    def used(rate: Rate | None) -> RateUsed | None:
        return None if rate is None else RateUsed(rate_id=rate.id, valid_from=DAY, idr_per_unit=rate.idr_per_unit)

    counter = PretendCounter()
    counter.pay(
        currency=due.amount.currency,
        exponent=due.amount.exponent,
        due=due.amount.minor,
        lines=tuple(
            msgspec.structs.replace(line, fixed=amount) for line, amount in zip(plain.lines, due.fixed, strict=True)
        ),
        rate=used(due.rate),
        rounding_idr=due.rounding_idr,
        surplus=settled.surplus.minor,
        short=settled.short.minor,
        tenders=tuple(
            Tender(
                kind=one.kind,
                currency=one.received.currency,
                exponent=one.received.exponent,
                received=one.received.minor,
                change=one.change.minor,
                rate=used(one.rate),
                worth=one.worth.minor if one.rate else None,
            )
            for one in settled.tenders
        ),
    )
    code_of, said = spoiled(counter)
    assert code_of == VERIFIED, said


def test_a_number_cannot_be_hidden_among_what_takes_none(proof: dict[str, Any]) -> None:
    place = next(place for place, one in enumerate(proof["entries"]) if "facts" in one)
    hidden = {name: part for name, part in proof["entries"][place].items() if name != "facts"}
    code, said = judged(changed(proof, ("entries", place), hidden))
    assert (code, "disembunyikan" in said) == (REFUTED, True)


def test_facts_of_another_entry_cannot_be_shown(proof: dict[str, Any]) -> None:
    places = [place for place, one in enumerate(proof["entries"]) if "facts" in one]
    swapped = changed(proof, ("entries", places[0], "facts"), proof["entries"][places[1]]["facts"])
    assert judged(swapped)[0] == REFUTED


def test_a_kind_from_a_later_time_is_not_guessed_at(proof: dict[str, Any], counter: PretendCounter) -> None:
    place = next(place for place, one in enumerate(proof["entries"]) if "facts" not in one)
    shown = counter.journal.entries[place].frame.facts.hex()
    later = copy.deepcopy(proof)
    later["entries"][place]["facts"] = shown
    code, said = judged(later)
    assert (code, "pemeriksa yang lebih baru" in said) == (UNREADABLE, True)


# What it stands on


def test_it_runs_where_nothing_is_installed(tmp_path: Path, proof: dict[str, Any]) -> None:
    path = tmp_path / "bukti.json"
    path.write_text(json.dumps(proof))
    done = run_checker(path, "--key", proof["terminal"]["fingerprint"][:16])
    assert (done.returncode, done.stdout.split(".")[0], done.stderr) == (VERIFIED, "TERBUKTI (verified)", "")
    path.write_text(json.dumps(changed(proof, ("numbers", 0, "amount_idr"), 1)))
    done = run_checker(path)
    assert (done.returncode, done.stdout.split(":")[0], done.stderr) == (REFUTED, "TERBANTAH (refuted)", "")
    path.write_text("{")
    done = run_checker(path)
    assert (done.returncode, done.stdout, done.stderr.split(":")[0]) == (UNREADABLE, "", "TIDAK TERBACA (unreadable)")
    done = run_checker(tmp_path / "tidak-ada.json")
    assert (done.returncode, done.stdout) == (UNREADABLE, "")


@given(st.binary(max_size=200), st.integers(0, 1))
def test_its_own_signature_check_agrees_with_the_library(message: bytes, other: int) -> None:
    key = SigningKey.new()
    signature = bytearray(key.sign(message))
    slow = checker().verified_slowly
    assert slow(key.public, message, bytes(signature))
    assert not slow(key.public, message + b"x", bytes(signature))
    assert not slow(SigningKey.new().public, message, bytes(signature))
    signature[len(message) % 64] ^= 1 << other
    assert slow(key.public, message, bytes(signature)) == signed_by(key.public, message, bytes(signature)) is False


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32), b"\xff" * 32, bytes(33)])
def test_no_key_at_all_signs_nothing(key: bytes) -> None:
    assert not checker().verified_slowly(key, b"", bytes(64)) or key == bytes(32)
    assert not checker().verified_slowly(SigningKey.new().public, b"", b"")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary(),
        lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(), inner, max_size=20),
        max_leaves=40,
    )
)
def test_it_reads_what_entries_are_written_in(value: Any) -> None:
    assert checker().unpack(pack(value)) == value


@given(st.binary(max_size=60))
def test_noise_is_no_value_and_nothing_worse(noise: bytes) -> None:
    try:
        checker().unpack(noise)
    except (ValueError, IndexError, TypeError, checker().struct.error):
        pass
