"""The questions: NIKs and MRZs by family, seeded, so that an answer recorded once belongs to them for ever.

Run as a module (from `tests/`), it prints them for `record.mjs`.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import date, timedelta

from models.rules.mrz import CHECKED, check_digit, composite_of, make_mrz
from models.rules.nik import regencies

TODAY = date(2026, 11, 22)

SURNAMES = ["NURHALIZA", "SUKARNO", "WIJAYA KUSUMA", "SITI", "HASAN", "AL RASYID", "LESTARI"]
GIVEN = ["SITI", "ACHMAD", "NUR AISYAH", "MUHAMMAD RIZKI", "", "DEWI SRI RAHAYU", "I MADE"]


def put(line: str, column: int, characters: str) -> str:
    return line[: column - 1] + characters + line[column - 1 + len(characters) :]


def sealed(lower: str) -> str:
    for _name, part, at in CHECKED:
        lower = put(lower, at + 1, check_digit(lower[part]))
    return put(lower, 44, check_digit(composite_of(lower)))


def passport(**other: object) -> tuple[str, str]:
    facts = {
        "surname": "NURHALIZA",
        "given": "SITI",
        "number": "C4821907",
        "birth_date": date(1993, 3, 15),
        "sex": "F",
        "expiry": date(2031, 5, 1),
    }
    return make_mrz(**{**facts, **other})  # type: ignore[arg-type]


def mrz_families() -> dict[str, list[tuple[str, str]]]:
    """Every MRZ that is asked about, under what is special about it."""
    chance = random.Random(9303)
    valid = [
        passport(
            surname=chance.choice(SURNAMES),
            given=chance.choice(GIVEN),
            number=f"{chance.choice('ABCEX')}{chance.randrange(10**7):07}",
            birth_date=date(1951, 1, 1) + timedelta(chance.randrange(21_000)),
            sex=chance.choice("FM"),
            expiry=date(2020, 1, 1) + timedelta(chance.randrange(5_000)),
            personal_number=chance.choice(["", f"{chance.randrange(10**14):014}", f"{chance.randrange(10**9):09}"]),
            nationality="IDN",
        )
        for _ in range(40)
    ]
    wrong = []
    for upper, lower in valid:
        column = chance.choice([*range(2, 10), *range(14, 20), *range(22, 28), 44])
        digit = lower[column - 1]
        other = chance.choice([d for d in "0123456789" if d != digit])
        wrong.append((upper, put(lower, column, other)))
    upper, lower = passport()
    filled, sealed_lower = passport(personal_number="35071055039300")
    return {
        "an Indonesian passport": valid,
        "one wrong digit": wrong,
        "the standard's specimen": [
            ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
        ],
        "a single name": [passport(surname="SUKARNO", given="")],
        "a single name printed as a given name": [("P<IDN<<SUKARNO".ljust(44, "<"), lower)],
        "three fillers between names": [("P<IDNNUR<<<SITI".ljust(44, "<"), lower)],
        "two fillers between given names": [("P<IDNNUR<<SITI<<AISYAH".ljust(44, "<"), lower)],
        "no name at all": [("P<IDN".ljust(44, "<"), lower)],
        "names that fill the line": [("P<IDN" + "A" * 19 + "<<" + "B" * 18, lower)],
        "sex left open": [passport(sex=None)],
        "sex X": [(upper, put(lower, 21, "X"))],
        "sex K": [(upper, put(lower, 21, "K"))],
        "a German": [passport(issuer="D", nationality="D")],
        "a British national overseas": [passport(issuer="GBN", nationality="GBN")],
        "a refugee's travel document": [passport(issuer="DNK", nationality="XXB")],
        "a country nobody lists": [passport(issuer="XYZ", nationality="XYZ")],
        "a digit in the country": [(put(upper, 3, "1DN"), lower)],
        "a digit in the name": [(put(upper, 17, "1"), lower)],
        "day of birth unknown": [passport(birth_date="9303<<")],
        "date of birth unknown": [passport(birth_date="<<<<<<")],
        "half a day of birth": [passport(birth_date="93031<")],
        "born in month 13": [passport(birth_date="931332")],
        "born on 29 February 1993": [passport(birth_date="930229")],
        "born on 29 February 2000": [passport(birth_date="000229")],
        "born tomorrow": [passport(birth_date=TODAY + timedelta(1))],
        "valid until 30 February": [(upper, sealed(put(lower, 22, "310230")))],
        "valid until fillers": [(upper, sealed(put(lower, 22, "<<<<<<")))],
        "expired years ago": [passport(expiry=date(2004, 2, 29))],
        "an empty personal number with digit 0": [(upper, lower)],
        "an empty personal number with its digit left open": [(upper, put(lower, 43, "<"))],
        "an empty personal number with digit 5": [
            (upper, put(put(lower, 43, "5"), 44, check_digit(composite_of(put(lower, 43, "5")))))
        ],
        "a personal number with its digit left open": [
            (filled, put(put(sealed_lower, 43, "<"), 44, check_digit(composite_of(put(sealed_lower, 43, "<")))))
        ],
        "a diplomat's PD": [passport(subtype="D")],
        "an emergency passport PE": [passport(subtype="E")],
        "a filler inside the number": [(upper, sealed(put(lower, 1, "XA<12<345")))],
        "a filler inside the personal number": [(upper, sealed(put(lower, 29, "ZE<184<226<<<<")))],
        "O for 0 in the number": [(upper, put(lower, 7, "O"))],
        "O for 0 in the date of birth": [(upper, put(lower, 16, "O"))],
        "A for 0, which counts the same, in the date of birth": [(upper, put(lower, 16, "A"))],
        "G for 6, which counts the same, in the number": [
            (upper, put(passport(number="C4826907")[1], 5, "G"))
        ],
        "I for 1 as check digit": [(upper, put(lower, 10, "I"))],
        "small letters": [(upper.lower(), lower.lower())],
        "blanks around": [(f" {upper} ", lower)],
        "a line of 43": [(upper, lower[:-1])],
        "a line of 45": [(upper + "<", lower)],
        "a visa": [("V" + upper[1:], lower)],
    }  # fmt: skip


def nik(born: str = "150393", region: str = "350710", serial: str = "0001") -> str:
    return f"{region}{born}{serial}"


def nik_families() -> dict[str, list[str]]:
    """Every NIK that is asked about, under what is special about it."""
    chance = random.Random(2006)
    today = [code for code in sorted(regencies()) if code[:2] not in ("91", "92", "64")]
    people = []
    for _ in range(150):
        born = date(1951, 1, 1) + timedelta(chance.randrange(21_000))
        day = born.day + chance.choice([0, 40])
        region = f"{chance.choice(today)}01"
        people.append(nik(f"{day:02}{born:%m%y}", region, f"{chance.randrange(1, 10_000):04}"))
    return {
        "somebody of working age from anywhere": people,
        "a man": [nik()],
        "a woman, day of birth with 40 more": [nik("550393")],
        "a woman born on the 31st": [nik("710193")],
        "born in 2003": [nik("150303")],
        "born in 2009": [nik("150309")],
        "born in 1951": [nik("150351")],
        "born on 29 February 2000": [nik("290200")],
        "a woman born on 29 February 2004": [nik("690204")],
        "born on 29 February 1993, which never was": [nik("290293")],
        "born on 31 April": [nik("310493")],
        "day 00": [nik("000393")],
        "day 32": [nik("320393")],
        "day 40, a woman's day nought": [nik("400393")],
        "day 72, a woman's day 32": [nik("720393")],
        "day 81": [nik("810393")],
        "month 00": [nik("150093")],
        "month 13": [nik("151393")],
        "serial 0000": [nik(serial="0000")],
        "serial 9999": [nik(serial="9999")],
        "fifteen digits": [nik()[:15]],
        "seventeen digits": [nik() + "1"],
        "a letter O for 0": [nik().replace("0", "O", 1)],
        "digits of another script": ["٣" + nik()[1:]],
        "groups with spaces": ["350710 150393 0001"],
        "groups with dots and hyphens": ["35.07.10-150393-0001"],
        "Kalimantan Utara (65)": [nik(region="650301")],
        "Papua Selatan (93)": [nik(region="930101")],
        "Papua Tengah (94)": [nik(region="940401")],
        "Papua Pegunungan (95)": [nik(region="950101")],
        "Papua Barat Daya (96)": [nik(region="960101")],
        "Nunukan's code before Kalimantan Utara was split off (6405)": [nik(region="640501")],
        "Merauke's code before Papua was split (9101)": [nik(region="910101")],
        "Timor Timur (54)": [nik(region="540101")],
        "a regency nobody lists (3560)": [nik(region="356001")],
        "a district nobody lists (350799)": [nik(region="350799")],
        "a province nobody lists (99)": [nik(region="990101")],
    }


if __name__ == "__main__":
    json.dump({"mrz": mrz_families(), "nik": nik_families()}, sys.stdout)
