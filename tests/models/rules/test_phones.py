import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.missions import Mission, missions
from models.rules.phones import normal_phone, phone_key


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("0912 345 678", "TW", "+886912345678"),
        ("0912-345-678", "tw", "+886912345678"),
        ("+62 812-3456-7890", "TW", "+6281234567890"),
        ("0812 3456 7890", "ID", "+6281234567890"),
        ("012-345 6789", "MY", "+60123456789"),
        ("0812 3456 7890", "TW", "+6281234567890"),
        ("62 812 3456 7890", "TW", "+6281234567890"),
        ("62 812 3456 7890", "ID", "+6281234567890"),
        ("0062 812 3456 7890", "TW", "+6281234567890"),
        ("00886 912 345 678", "SA", "+886912345678"),
        ("886912345678", "TW", "+886912345678"),
        ("60123456789", "MY", "+60123456789"),
        ("02-8752 6170", "TW", "+886287526170"),
        ("0812 3456 78", "HK", "+62812345678"),
        ("+62 812", "TW", None),
        ("+1 0812 3456 7890", "TW", None),
        ("123", "TW", None),
        ("", "TW", None),
        ("tidak ada", "TW", None),
        ("0912345678", "??", None),
    ],
)
def test_a_number_is_read_as_the_country_writes_it(text: str, country: str, normal: str | None) -> None:
    assert normal_phone(text, country) == normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+62 812-3456-7890", "0812 3456 7890"),
        ("6281234567890", "0812.3456.7890"),
        ("0062 812 3456 7890", "(0812) 3456-7890"),
        ("+62 (0)812 3456 7890", "081234567890"),
        ("+886 912 345 678", "0912-345-678"),
        ("+852 6123 4567", "61234567"),
        ("+673 712 3456", "7123456"),
        ("00673 7123456", "712-3456"),
        ("+966 51 234 5678", "\u0660\u0665\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"),
        ("021-5512345 ext. 12", "+62 21 5512345"),
        ("021-5512345 pes 7", "0215512345"),
        ("08123456789 / 0856 1111 2222", "+628123456789"),
        ("021/5512345", "+62215512345"),
        ("0812 3456 789 (WA)", "+628123456789"),
    ],
)
def test_one_number_written_in_two_ways_has_one_key(one: str, other: str) -> None:
    assert phone_key(one) == phone_key(other) != ""


def test_a_key_has_eight_digits_at_most_and_six_at_least() -> None:
    assert phone_key("+62 812-3456-7890") == "34567890"
    assert phone_key("+673 712 3456") == "7123456"
    assert phone_key("0123456") == "123456"
    assert phone_key("012345") == phone_key("12345") == phone_key("") == phone_key("tidak ada") == ""


def test_neighbours_have_keys_of_their_own() -> None:
    assert phone_key("0812 3456 7890") != phone_key("0812 3456 7891")


@pytest.mark.parametrize("mission", missions(), ids=lambda mission: mission.code)
def test_every_mission_country_writes_a_number_at_home_and_abroad_with_one_key(mission: Mission) -> None:
    example = phonenumbers.example_number_for_type(mission.country, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    forms = phonenumbers.PhoneNumberFormat
    written = [phonenumbers.format_number(example, form) for form in (forms.E164, forms.INTERNATIONAL, forms.NATIONAL)]
    assert len({phone_key(text) for text in written}) == 1, written
    assert normal_phone(written[2], mission.country) == written[0]


@given(st.text(max_size=40))
def test_whatever_is_typed_has_a_key_or_none(text: str) -> None:
    key = phone_key(text)
    assert key == "" or (6 <= len(key) <= 8 and key.isascii() and key.isdigit())
