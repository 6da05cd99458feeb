"""Consent texts: dated, in several languages, every version readable for ever, every purpose with its legal basis."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from models.rules.consents import (
    act_before,
    consent_text,
    language_name,
    languages,
    version_in_force,
    versions,
)
from models.rules.data import document
from models.rules.privacy import mask_account, shown_name, shown_number
from models.rules.problems import Refused


def test_the_version_in_force_is_told_by_the_day() -> None:
    assert version_in_force(date(2026, 11, 15)) == "1"
    assert version_in_force(date(2026, 11, 16)) == "2"
    assert version_in_force(date(2040, 1, 1)) == versions()[-1]
    assert version_in_force(date(1999, 1, 1)) == versions()[0]


@pytest.mark.parametrize("version", versions())
def test_every_version_can_be_read_in_indonesian_and_english(version: str) -> None:
    assert {"id", "en"} <= set(languages(version))
    for language in languages(version):
        said = consent_text(version, language)
        assert len(said.text) > 100
        assert said.agreed
        assert said.purposes
        assert len(said.paragraphs()) == 1 + len(said.purposes)
        assert language_name(language) != language


def test_every_purpose_names_its_basis_in_the_law() -> None:
    bases = document("consents.json")["bases"]
    assert {one["article"][-1] for one in bases.values()} == set("abcdef")
    for version in versions():
        for purpose in consent_text(version).purposes:
            assert purpose.article.startswith("Pasal 20 ayat (2) huruf ")
            assert purpose.basis in bases


def test_the_text_in_force_says_that_it_can_be_taken_back_at_the_counter_and_how_soon_it_counts() -> None:
    said = consent_text(versions()[-1], "id").text
    assert "tarik kapan saja di loket" in said
    assert "3 × 24 jam" in said
    assert "withdraw my consent at any time at any mission's counter" in consent_text(versions()[-1], "en").text


def test_what_was_agreed_to_in_the_first_version_still_reads_as_it_did() -> None:
    assert consent_text("1").text.startswith("Pekerja telah membaca, atau dibacakan, dan menyetujui pemrosesan")
    assert consent_text("1").text.endswith("disampaikan tertulis kepada perwakilan.")


def test_a_version_or_language_that_does_not_exist_is_refused() -> None:
    for asked, code in ((("9", "id"), "consent.version_unknown"), (("2", "tlh"), "consent.language_unknown")):
        with pytest.raises(Refused) as refusal:
            consent_text(*asked)
        assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_withdrawal_is_acted_on_within_three_times_twenty_four_hours() -> None:
    assert act_before(datetime(2026, 11, 23, 2, 12, tzinfo=UTC)) == datetime(2026, 11, 26, 2, 12, tzinfo=UTC)


def test_of_somebody_restricted_initials_and_the_last_four_of_the_passport_are_left() -> None:
    assert shown_name("SITI NURHALIZA", restricted=True) == "S. N."
    assert shown_name("SUKARNO", restricted=True) == "S."
    assert shown_name("SITI NURHALIZA", restricted=False) == "SITI NURHALIZA"
    assert shown_name(None, restricted=True) == shown_name("", restricted=False) == "—"
    assert shown_number("C4821907", restricted=True) == "••••1907"
    assert shown_number("C4821907", restricted=False) == "C4821907"
    assert shown_number(None, restricted=True) == ""
    assert mask_account("012345677712") == "••••••7712"
    assert mask_account("123") == "•••"
