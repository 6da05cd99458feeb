from __future__ import annotations

import pytest

from models.rules.banks import account_warnings, bank_name, bank_names, clean_account, mask_account

SITI = "SITI NURHALIZA"


def warned(**given: str | None) -> list[tuple[str, str]]:
    account: dict[str, str | None] = {
        "bank": "BRI",
        "number": "012301000045507",
        "holder": SITI,
        "owner": "own",
        "worker": SITI,
    }
    return [(problem.field, problem.code) for problem in account_warnings(**(account | given))]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("bri", "BRI"),
        ("Bank BRI", "BRI"),
        ("PT Bank Rakyat Indonesia (Persero) Tbk", "BRI"),
        ("bank mandiri", "Mandiri"),
        ("Bank Syariah Mandiri", "BSI"),
        (" Koperasi   Maju ", "Koperasi Maju"),
        ("CTBC Bank Taipei", "CTBC Bank Taipei"),
    ],
)
def test_a_bank_gets_its_usual_name_and_any_other_stays_as_written(written: str, name: str) -> None:
    assert bank_name(written) == name


def test_every_bank_of_the_list_is_found_by_its_own_name() -> None:
    assert len(set(bank_names())) == len(bank_names()) > 40
    assert [bank_name(name) for name in bank_names()] == list(bank_names())


def test_an_account_is_kept_without_its_marks_and_shown_masked() -> None:
    assert clean_account(" 0123-01-000045-50.7 ") == "012301000045507"
    assert mask_account("012345677712") == "••••••7712"
    assert mask_account("1234") == "••••••34"


def test_a_whole_account_in_the_workers_name_is_taken_without_a_word() -> None:
    assert warned() == []
    assert warned(bank=None, number=None, holder=None, owner=None) == []


@pytest.mark.parametrize("holder", ["SITI NURHALIZAH", "Siti Nur Haliza", "ST. NURHALIZA", "SITI NURHALISA"])
def test_the_same_name_spelled_otherwise_is_the_workers(holder: str) -> None:
    assert warned(holder=holder) == []


def test_the_workers_own_account_in_another_name_is_pointed_out() -> None:
    assert warned(holder="AHMAD FAUZI") == [("bank_holder", "bank.holder_differs")]
    assert warned(holder="AHMAD FAUZI", owner=None) == [("bank_holder", "bank.holder_differs")]
    assert warned(holder="AHMAD FAUZI", owner="heir") == []
    assert warned(owner="heir") == [("bank_owner", "bank.holder_is_worker")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"bank": None}, ("bank_name", "bank.name_missing")),
        ({"number": None}, ("bank_account", "bank.number_missing")),
        ({"holder": None}, ("bank_holder", "bank.holder_missing")),
        ({"number": "1234567"}, ("bank_account", "bank.number_unusual")),
        ({"number": "12345678X"}, ("bank_account", "bank.number_unusual")),
        ({"number": "1" * 19}, ("bank_account", "bank.number_unusual")),
    ],
)
def test_what_is_missing_or_odd_is_pointed_out(given: dict[str, str | None], expected: tuple[str, str]) -> None:
    assert warned(**given) == [expected]
