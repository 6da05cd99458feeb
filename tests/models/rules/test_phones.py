import pytest

from models.rules.phones import normal_phone


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("0912 345 678", "TW", "+886912345678"),
        ("0912-345-678", "tw", "+886912345678"),
        ("+62 812-3456-7890", "TW", "+6281234567890"),
        ("0812 3456 7890", "ID", "+6281234567890"),
        ("012-345 6789", "MY", "+60123456789"),
        ("123", "TW", None),
        ("", "TW", None),
        ("tidak ada", "TW", None),
        ("0912345678", "??", None),
    ],
)
def test_a_number_is_read_as_the_country_writes_it(text: str, country: str, normal: str | None) -> None:
    assert normal_phone(text, country) == normal
