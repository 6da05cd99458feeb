"""Retention: evidence stays as long as a claim may come, and goes when nothing keeps it."""

from __future__ import annotations

from datetime import date

import pytest

from models.rules import retention
from models.rules.retention import erasing_problems, kept_until, retention_on

TODAY = date(2026, 11, 22)


def test_nothing_is_ever_kept_shorter_than_a_claim_may_come() -> None:
    for year in (2000, 2022, 2026, 2050):
        assert retention_on(date(year, 1, 1)).claim_years >= 5


def test_a_table_that_would_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"rules": [{"valid_from": "2022-10-17", "claim_years": 4, "idle_years": 5, "basis": ""}]}
    monkeypatch.setattr(retention, "document", lambda _name: table)
    with pytest.raises(ValueError, match="time for claims"):
        retention_on(TODAY)


def test_five_years_are_counted_from_the_last_cover_or_claim() -> None:
    covers = [date(2026, 12, 10), date(2024, 3, 1)]
    assert kept_until(covers, None, "request", TODAY) == date(2031, 12, 10)
    assert kept_until([date(2024, 2, 29)], None, "request", TODAY) == date(2029, 2, 28)


def test_without_cover_or_claim_a_request_is_free_and_retention_waits_for_the_last_visit() -> None:
    assert kept_until([], date(2026, 1, 5), "request", TODAY) is None
    assert kept_until([], date(2026, 1, 5), "retention", TODAY) == date(2031, 1, 5)


def test_until_the_last_day_it_is_refused_unless_a_court_says_otherwise() -> None:
    assert [one.code for one in erasing_problems(TODAY, TODAY, order="")] == ["erasing.kept_until"]
    assert erasing_problems(date(2026, 11, 21), TODAY, order="") == []
    assert erasing_problems(None, TODAY, order="") == []
    assert erasing_problems(date(2031, 1, 1), TODAY, order="PN Jakarta Pusat 12/2026") == []
    assert erasing_problems(date(2031, 1, 1), TODAY, order="  ") != []
