import re
from zoneinfo import ZoneInfo

import pytest

from models.rules.missions import mission, missions
from models.rules.money import currency
from models.rules.problems import Refused


def test_the_trade_office_in_taipei() -> None:
    taipei = mission("TPE")
    assert (taipei.name, taipei.country, taipei.country_name) == ("KDEI Taipei", "TW", "Taiwan")
    assert (taipei.currency, currency(taipei.currency).exponent, taipei.zone) == ("TWD", 0, "Asia/Taipei")
    assert taipei.title == "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI"


@pytest.mark.parametrize(
    ("code", "name", "title"),
    [
        ("KUL", "KBRI Kuala Lumpur", "KEDUTAAN BESAR REPUBLIK INDONESIA, KUALA LUMPUR"),
        ("HKG", "KJRI Hong Kong", "KONSULAT JENDERAL REPUBLIK INDONESIA, HONG KONG"),
        ("TWU", "KRI Tawau", "KONSULAT REPUBLIK INDONESIA, TAWAU"),
        ("JED", "KJRI Jeddah", "KONSULAT JENDERAL REPUBLIK INDONESIA, JEDDAH"),
        ("RUH", "KBRI Riyadh", "KEDUTAAN BESAR REPUBLIK INDONESIA, RIYADH"),
    ],
)
def test_each_kind_of_mission_has_its_formal_name(code: str, name: str, title: str) -> None:
    assert (mission(code).name, mission(code).title) == (name, title)


def test_codes_are_three_letters_and_nobody_shares_one() -> None:
    codes = [mission.code for mission in missions()]
    assert len(set(codes)) == len(codes) == 131
    assert all(re.fullmatch("[A-Z]{3}", code) for code in codes)
    assert {"TPE", "HKG", "KUL", "JED", "RUH", "SIN", "SEL", "TYO"} <= set(codes)


def test_every_mission_has_a_real_zone_and_a_currency_of_our_table() -> None:
    for one in missions():
        assert ZoneInfo(one.zone).key == one.zone
        assert currency(one.currency).code == one.currency


def test_a_mission_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        mission("tpe")
    assert [problem.code for problem in refusal.value.problems] == ["mission.unknown"]
