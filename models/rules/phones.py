"""Phones: the international form of a number as it is written at a counter, and when two are the same number."""

from __future__ import annotations

import re
from functools import lru_cache

KEY_DIGITS = 8
FEWEST_KEY_DIGITS = 6

# ITU-T E.164: a country's calling code has one digit (1 and 7), two, or three; no code begins another.
_CALLING_CODE = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")
_EXTENSION = re.compile(r"\s*(?:#|;?\s*ext|\bpes|\bx)\W*\w*\W*\d*\W*$", re.IGNORECASE)
_PLAIN = re.compile(r"\+?[0-9]+")
"""As numbers are kept that were understood."""
_NO_DIGITS = re.compile("[^0-9]+")
_TWO_NUMBERS = re.compile(r"[/,;|\n]|\b(?:atau|or|dan)\b", re.IGNORECASE)


def normal_phone(text: str, country_iso2: str) -> str | None:
    """A number in E.164 form (`+886912345678`), read as of `country_iso2` unless it begins with + or 00.

    What no line of that country has is read as an Indonesian mobile (`0812 …`, `62812 …`), which workers give
    wherever they are, or as written with its calling code and no +. None where it is none of these; the counter
    then keeps what was written.
    """
    # phonenumbers costs 16 to 48 ms: loaded with the first number, not with the program.
    import phonenumbers

    def valid(written: str, country: str | None) -> phonenumbers.PhoneNumber | None:
        try:
            number = phonenumbers.parse(written, country)
        except phonenumbers.NumberParseException:
            return None
        return number if phonenumbers.is_valid_number(number) else None

    country, digits = country_iso2.upper(), _digits(text)
    number = valid(text, country)
    if number is None and digits.startswith("00"):
        number = valid("+" + digits[2:], None)
    if number is None and not text.strip().startswith("+"):
        home = valid(text, "ID")
        if home is not None and phonenumbers.number_type(home) == phonenumbers.PhoneNumberType.MOBILE:
            number = home
        elif digits.startswith(str(phonenumbers.country_code_for_region(country) or "?")):
            number = valid("+" + digits, None)
    if number is None:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_key(text: str) -> str:
    """What two writings of one number have in common: its last eight significant digits, whatever stands before.

    `+62 812-3456-7890`, `0812 3456 7890` and `6281234567890` share `34567890`; a number of seven digits
    (Brunei) loses its calling code where + or 00 announces one. Of two numbers in one field the first counts;
    an extension never does. Empty where fewer than six digits are left: too few to tell people apart.
    The key is kept in the ledger's index, so a change here needs a new posting version.
    """
    return key_of(without_calling_code(text))


def key_of(digits: str) -> str:
    """`phone_key`, from the number `without_calling_code`."""
    return digits[-KEY_DIGITS:] if len(digits) >= FEWEST_KEY_DIGITS else ""


# Of one number posting makes the key, and the index the marks: it is read once.
@lru_cache(maxsize=4_000)
def without_calling_code(text: str) -> str:
    """The digits of a number from the first significant one, as it is dialled inside its country but for the 0:
    `+62 812-3456-7890` and `0812 3456 7890` are both `81234567890`. A calling code that neither + nor 00 announces
    stays."""
    if _PLAIN.fullmatch(text):
        written, digits = text, text.lstrip("+")
    else:
        first = _TWO_NUMBERS.split(text, maxsplit=1)[0]
        # 021/5512345 is one number: what stands before the stroke is too short to be another.
        written = first if len(_digits(first)) >= FEWEST_KEY_DIGITS else text
        if len(_digits(before := _EXTENSION.sub("", written))) >= FEWEST_KEY_DIGITS:
            written = before
        digits = _digits(written)
    if written.lstrip(" (").startswith(("+", "\uff0b")):
        digits = _national(digits)
    elif digits.startswith("00"):
        digits = _national(digits.lstrip("0"))
    return digits.lstrip("0")


def _digits(text: str) -> str:
    """The digits in ASCII, those of other scripts included: phones in Arab states are set to ٠١٢٣."""
    if text.isascii():
        return _NO_DIGITS.sub("", text)
    return "".join(str(int(character)) for character in text if character.isdecimal())


def _national(digits: str) -> str:
    code = _CALLING_CODE.match(digits)
    return digits[code.end() :] if code else digits
