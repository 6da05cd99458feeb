import pytest

from models.rules.countries import countries, country_name
from models.rules.missions import missions
from models.rules.problems import Refused


def test_countries_have_indonesian_names() -> None:
    assert country_name("TW") == "Taiwan"
    assert country_name("SA") == "Arab Saudi"
    assert list(countries().values()) == sorted(countries().values())


def test_every_mission_stands_in_a_country_and_unions_are_none() -> None:
    assert {mission.country for mission in missions()} <= set(countries())
    assert not {"EU", "UN", "ZZ"} & set(countries())


def test_a_country_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        country_name("tw")
    assert [problem.code for problem in refusal.value.problems] == ["country.unknown"]
