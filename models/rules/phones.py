"""Phones: the international form of a number as it is written at a counter."""

from __future__ import annotations


def normal_phone(text: str, country_iso2: str) -> str | None:
    """A number in E.164 form (`+886912345678`), read as of `country_iso2` unless it begins with +.

    None where no country numbers its lines like that; the counter then keeps what was written.
    """
    # phonenumbers costs 16 to 48 ms: loaded with the first number, not with the program.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country_iso2.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
