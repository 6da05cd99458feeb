"""Likeness: how far two records speak of one person, with the reasons a clerk can check.

Weighing follows Fellegi and Sunter (1969). Each thing that both records know moves the odds by so many bits,
log2(m / u): m is how often it looks so in two records of one person, u how often in two records of different people
at one mission. Weights are whole tenths of a bit, so that every counter and the centre come to the same sum; they
add up from a start of `_AT_FIRST`. What depends on something already counted counts only for what it adds: a NIK
contains the birth date, brothers and sisters share a mother and often a phone.

m and u are estimates, not law. Names are weighed by how many people bear each word (`data/common_names.csv`: word
counts over 970,000 Indonesian names, see docs/decisions/0007; SITI and MUHAMMAD say little). The civil registry's
own count (Dukcapil, 2024) is of the same size: 254,922 of 140 million women are called NURHAYATI. The rest was set
on made-up people (`make bench ARGS=duplicates`), which shows what the numbers do, not that they are true.

Some things no sum may decide; they are rules (`_may_be_strong`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import product
from math import log2
from typing import Any, Literal

from models.rules import data
from models.rules.names import name_key, name_words, spelled, spelled_words
from models.rules.nik import clean_nik
from models.rules.passports import clean_passport
from models.rules.phones import phone_key

Strength = Literal["strong", "possible", "none"]

STRONG_SCORE = 80
POSSIBLE_SCORE = 20

_AT_FIRST = -200
"""Of a million records, one is this person's other record."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of one record; whatever is not known is empty. Identifiers are kept as `person` cleans them."""

    name: str = ""
    name_on_id_card: str = ""
    birth_date: date | None = None
    sex: str | None = None
    mother_name: str = ""
    niks: frozenset[str] = frozenset()
    passports: frozenset[str] = frozenset()
    old_passports: frozenset[str] = frozenset()
    kpjs: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


def person(
    *,
    name: str | None = None,
    name_on_id_card: str | None = None,
    birth_date: date | None = None,
    sex: str | None = None,
    mother_name: str | None = None,
    niks: Iterable[str | None] = (),
    passports: Iterable[str | None] = (),
    old_passports: Iterable[str | None] = (),
    kpjs: Iterable[str | None] = (),
    phones: Iterable[str | None] = (),
) -> Person:
    """A person from what was written: spaces, dots, case and calling codes do not matter, and what is too short to
    be an identifier is left out."""
    return Person(
        name=name or "",
        name_on_id_card=name_on_id_card or "",
        birth_date=birth_date,
        sex=sex or None,
        mother_name=mother_name or "",
        niks=frozenset(nik for text in niks if text and len(nik := clean_nik(text)) == 16),
        passports=frozenset(number for text in passports if text and len(number := clean_passport(text)) >= 4),
        old_passports=frozenset(number for text in old_passports if text and len(number := clean_passport(text)) >= 4),
        kpjs=frozenset(number for text in kpjs if text and len(number := clean_nik(text)) >= 6),
        phones=frozenset(key for text in phones if text and (key := phone_key(text))),
    )


def person_of(records: Sequence[Any], former: Mapping[str, Collection[str]]) -> Person:
    """The person of several registrations, the one that goes on first. What only one can be true of is told by the
    first that says anything; every number counts, `former` ones (by `nik`, `passport`, `kpj`) too. A record has the
    fields of an identity (models.journal.workers)."""

    def first(field: str) -> Any:
        return next((value for record in records if (value := getattr(record, field))), None)

    def each(*fields: str) -> list[str]:
        return [value for record in records for field in fields if (value := getattr(record, field))]

    passports = each("passport_number")
    return person(
        name=first("name"),
        name_on_id_card=first("name_on_id_card"),
        birth_date=first("birth_date"),
        sex=first("sex"),
        mother_name=first("mother_name"),
        niks=[*each("nik"), *former.get("nik", ())],
        passports=passports[:1],
        old_passports=[*passports[1:], *(set(former.get("passport", ())) - set(passports[:1]))],
        kpjs=[*each("kpj"), *(card for record in records for card in record.other_kpjs), *former.get("kpj", ())],
        phones=each("phone", "whatsapp"),
    )


def meeting_points(someone: Person) -> frozenset[tuple[str, str]]:
    """What a register is searched by for records to compare, as (kind, key): two records with a point in common are
    worth comparing, others are not. Kinds: `nik`, `passport` (former ones, too), `kpj`, `phone`, `name` (name key)
    and `birth` (ISO date, as it is and with day and month swapped)."""
    points = {
        *(("nik", nik) for nik in someone.niks),
        *(("passport", number) for number in someone.passports | someone.old_passports),
        *(("kpj", kpj) for kpj in someone.kpjs),
        *(("phone", key) for key in someone.phones),
        *(("name", key) for name in (someone.name, someone.name_on_id_card) if (key := name_key(name))),
    }
    if born := someone.birth_date:
        points.add(("birth", born.isoformat()))
        if born.day <= 12:
            points.add(("birth", born.replace(day=born.month, month=born.day).isoformat()))
    return frozenset(points)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was compared: its code (`models.sentences` says it in words) and its weight in tenths of a bit;
    above zero it speaks for one person, below against."""

    code: str
    weight: int

    @property
    def against(self) -> bool:
        return self.weight < 0


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` from 0 to 100: at 50 one person is as likely as two, and every five points double the odds, as far as
    no rule stands against it. Reasons stand in the order of their weight, those that speak for it first."""

    score: int
    strength: Strength
    reasons: tuple[Reason, ...]

    def codes(self) -> frozenset[str]:
        return frozenset(reason.code for reason in self.reasons)


def likeness(a: Person, b: Person) -> Likeness:
    """How far `a` and `b` are one person; the same whichever comes first."""
    reasons = [
        reason
        for reason in (
            *_birth(a.birth_date, b.birth_date),
            *_nik(a, b),
            *_passport(a, b),
            *_kpj(a, b),
            *_name(a, b),
            *_mother(a.mother_name, b.mother_name),
            *_phone(a, b),
            *_sex(a.sex, b.sex),
        )
        if reason
    ]
    codes = frozenset(reason.code for reason in reasons)
    if not any(reason.weight > 0 for reason in reasons):
        return Likeness(0, "none", _ordered(reasons))
    weight = _AT_FIRST + sum(reason.weight for reason in reasons)
    score = max(0, min(100, 50 + weight // 2))
    if codes & _NUMBERS:
        # A number of one's own is never nothing: either the same person or a number to correct.
        score = max(score, 50)
        if codes & _OWN_NUMBERS and not _is_somebody_else(codes):
            score = max(score, STRONG_SCORE + 10)
    elif codes & _LEADS and not any(reason.against for reason in reasons):
        score = max(score, POSSIBLE_SCORE)
    if not _may_be_strong(codes):
        score = min(score, STRONG_SCORE - 1)
    strength: Strength = "strong" if score >= STRONG_SCORE else "possible" if score >= POSSIBLE_SCORE else "none"
    return Likeness(score, strength, _ordered(reasons))


_OWN_NUMBERS = frozenset({"nik.same", "passport.same", "passport.old"})
_NUMBERS = _OWN_NUMBERS | {"kpj.same"}
_LEADS = frozenset({"phone.same", "nik.one_digit", "nik.serial_digit", "passport.one_digit"})
_WHO_DIFFERS = frozenset({"name.differs", "birth.differs"})
_MORE_DIFFERS = frozenset({"sex.differs", "mother.differs", "nik.differs"})
_SAME_NAME = frozenset({"name.same", "name.spelling"})
_NAME_AGREES = _SAME_NAME | {"name.alike", "name.part"}
_ONE_THING_MORE = frozenset({"mother.same", "mother.alike", "phone.same"})


def _may_be_strong(codes: frozenset[str]) -> bool:
    """What the sum may not overrule, because two people in one family are alike in everything else."""
    if codes & _OWN_NUMBERS:
        return not _is_somebody_else(codes)
    if "kpj.same" in codes:
        return "name.differs" not in codes or "birth.differs" not in codes
    if not codes & _NAME_AGREES or "birth.differs" in codes:
        # A phone, a mother and even a birthday are shared by twins; a phone and a name by a widow and her daughter.
        return False
    if "sex.differs" in codes:
        return False
    # Twins are given names that are alike, and their NIKs follow each other; of another NIK, only the very name and
    # one thing more are stronger.
    if "nik.differs" in codes:
        return bool(codes & _SAME_NAME and codes & _ONE_THING_MORE)
    if "nik.serial_digit" in codes:
        return bool(codes & _SAME_NAME) and ("mother.differs" not in codes or "phone.same" in codes)
    # A name that is only nearly the same needs a mother who is not another.
    return bool(codes & _SAME_NAME) or "mother.differs" not in codes


def _is_somebody_else(codes: frozenset[str]) -> bool:
    """Another name, another birth date, and another sex, mother or NIK: the number they share is a typing error."""
    return codes >= _WHO_DIFFERS and bool(codes & _MORE_DIFFERS)


def _ordered(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Sex is too little to be told where it agrees."""
    told = [reason for reason in reasons if reason.code != "sex.same"]
    return tuple(sorted(told, key=lambda reason: (reason.against, -abs(reason.weight), reason.code)))


# Numbers


def _nik(a: Person, b: Person) -> Iterable[Reason]:
    if not (a.niks and b.niks):
        return
    if a.niks & b.niks:
        # u: somebody else's card was copied, one in sixteen million pairs.
        yield Reason("nik.same", 240)
        return
    born = _birth_code(a.birth_date, b.birth_date)
    slips = [
        (one, other)
        for one, other in product(a.niks, b.niks)
        # A slip in one field does not repeat itself in the other: where the birth dates differ, too, it is none.
        if _one_slip(one, other) and (born in (None, "birth.same") or one[6:12] == other[6:12])
    ]
    # Serials are given in the order of registration, so neighbours born on one day differ in the last digits only:
    # that much is chance. m .01 of the pairs, u one district in 1,500.
    if any(one[:12] != other[:12] for one, other in slips):
        # The birth date in the NIK is not counted again where it already agrees.
        yield Reason("nik.one_digit", 50 if born == "birth.same" else 140)
    elif slips:
        yield Reason("nik.serial_digit", 40 if born == "birth.same" else 130)
    else:
        # m .05: a wrong card was read, or a NIK of before the single electronic one (2011) was kept.
        yield Reason("nik.differs", -43)


def _passport(a: Person, b: Person) -> Iterable[Reason]:
    if a.passports & b.passports:
        yield Reason("passport.same", 240)
    elif (a.passports | a.old_passports) & (b.passports | b.old_passports):
        yield Reason("passport.old", 220)
    elif any(_one_slip(*pair) for pair in product(a.passports, b.passports)):
        # Workers of one agency stand in one queue: their passports have neighbouring numbers.
        yield Reason("passport.one_digit", 50)
    # Another number says nothing: a passport is replaced every five or ten years.


def _kpj(a: Person, b: Person) -> Iterable[Reason]:
    # Another KPJ says nothing either: everybody gets a new one with a new employer.
    if a.kpjs & b.kpjs:
        yield Reason("kpj.same", 250)


def _phone(a: Person, b: Person) -> Iterable[Reason]:
    # Shared in families and dormitories, and an agency gives its own number for hundreds.
    if a.phones & b.phones:
        yield Reason("phone.same", 80)


def _one_slip(one: str, other: str) -> bool:
    """One character another, or two neighbours in the wrong order."""
    if len(one) != len(other) or one == other:
        return False
    wrong = [at for at in range(len(one)) if one[at] != other[at]]
    return len(wrong) == 1 or (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and one[wrong[0]] == other[wrong[1]]
        and one[wrong[1]] == other[wrong[0]]
    )


# Birth and sex

_BIRTH_WEIGHT = {
    "birth.same": 130,  # m .9; 25 years of workers have 9,000 birthdays
    "birth.swapped": 75,  # m .02: 04-03 typed for 03-04
    "birth.one_digit": 38,  # m .03; twenty dates lie one slip away
    "birth.other_year": 29,  # m .02, u 1 in 365: papers made older to be allowed abroad
    "birth.differs": -50,  # m .03
}
# Who did not know the day was registered on the first of January or July, or the last of December: ten times as many.
_GUESSED_DAYS = frozenset({(1, 1), (1, 7), (31, 12)})
_GUESSED_LESS = 33


@lru_cache(maxsize=4_096)
def _birth_code(one: date | None, other: date | None) -> str | None:
    if one is None or other is None:
        return None
    if one == other:
        return "birth.same"
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return "birth.swapped"
    if _one_slip(f"{one:%d%m}{one.year:04}", f"{other:%d%m}{other.year:04}"):
        return "birth.one_digit"
    if (one.day, one.month) == (other.day, other.month):
        return "birth.other_year"
    return "birth.differs"


def _birth(one: date | None, other: date | None) -> Iterable[Reason]:
    if (code := _birth_code(one, other)) is None or one is None or other is None:
        return
    weight = _BIRTH_WEIGHT[code]
    guessed = any((born.day, born.month) in _GUESSED_DAYS for born in (one, other))
    if guessed and code in ("birth.same", "birth.swapped", "birth.other_year"):
        weight -= _GUESSED_LESS
    # A guessed day in another year says nothing at all.
    if weight:
        yield Reason(code if weight > 0 else "birth.differs", weight)


def _sex(one: str | None, other: str | None) -> Iterable[Reason]:
    if one and other:
        yield Reason("sex.same", 5) if one == other else Reason("sex.differs", -60)


# Names

_RAREST = 130
"""A word outside the table is borne by one person in 7,700."""
_CROWDED = 7
"""Workers at one mission come from few regencies: a word is commoner among them than in all of Indonesia."""
_ALIKE_COSTS = 50  # m .06; half a dozen words are as near
_EXTRA_COSTS = 20  # m .25: a word left out, or a father's or husband's name added
_EXTRA_COMMON_COSTS = 7  # MUHAMMAD, SITI and NUR are left out more easily
_OTHER_COSTS = 80  # m .004: another word in its place
_NOT_QUITE_COSTS = 40  # a slip, or the name of a brother or sister
_COMMON_WEIGHT = 80
_NAME_WEIGHT = (-70, 220)
_MOTHER_WEIGHT = (-30, 90)
# Jaro-Winkler similarity in hundredths.
_INITIAL = 1
_NOT_QUITE_FROM = 80
_ALIKE_FROM = 90
_ALIKE_FROM_SHORT = 93
"""Of words up to five letters: RINA and RINI, ANISA and ANITA are two names."""

# The closer first.
_NAME_CODES = ("same", "spelling", "alike", "part", "shares", "differs")


def _name(a: Person, b: Person) -> Iterable[Reason]:
    ones = [name for name in dict.fromkeys((a.name, a.name_on_id_card)) if name]
    others = [name for name in dict.fromkeys((b.name, b.name_on_id_card)) if name]
    found = [match for pair in product(ones, others) if (match := _names(*pair))]
    if not found:
        return
    closest = min(found, key=lambda match: _NAME_CODES.index(match[0]))[0]
    weight = max(_NAME_WEIGHT[0], min(_NAME_WEIGHT[1], max(match[1] for match in found)))
    if closest == "shares":
        # Some words in common and some against each other: one thing or the other, by what weighs more.
        closest = "shares" if weight > 0 else "differs"
    elif closest != "differs":
        # However common the name, that it agrees does not speak against one person.
        weight = max(weight, 5)
    yield Reason(f"name.{closest}", min(weight, -10) if closest == "differs" else weight)


def _mother(one: str, other: str) -> Iterable[Reason]:
    # The maiden name, the name after the children, the name on the family card: mothers are written in many ways.
    if not (match := _names(one, other)):
        return
    closest, weight = match
    weight = max(_MOTHER_WEIGHT[0], min(_MOTHER_WEIGHT[1], weight))
    if closest in ("same", "spelling"):
        yield Reason("mother.same", max(weight, 5))
    elif closest in ("alike", "part") and weight > 0:
        yield Reason("mother.alike", weight)
    elif closest in ("shares", "differs") and weight < 0:
        yield Reason("mother.differs", weight)


@lru_cache(maxsize=4_096)
def _words(name: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    words = spelled_words(name)
    return tuple(sorted(words)), tuple(sorted(name_words(name))), "".join(words)


def _names(one: str, other: str) -> tuple[str, int] | None:
    """(one of `_NAME_CODES`, weight) for two written names; None where one is empty."""
    (ours, our_written, our_run), (theirs, their_written, their_run) = sorted((_words(one), _words(other)))
    if not (ours and theirs):
        return None
    if our_written == their_written:
        return "same", sum(map(_rarity, ours))
    if ours == theirs or our_run == their_run:
        return "spelling", min(sum(map(_rarity, ours)), sum(map(_rarity, theirs)))
    left, right = list(ours), list(theirs)
    weight = 0
    for word in ours:
        if word in right:
            left.remove(word)
            right.remove(word)
            weight += _rarity(word)
    exact = weight > 0
    near = sorted(
        (-score, first, second) for first, second in product(left, right) if (score := _nearness(first, second))
    )
    against = 0
    for score, first, second in near:
        if first in left and second in right:
            left.remove(first)
            right.remove(second)
            if score == -_INITIAL:
                weight += 5
            elif -score < _enough(first, second):
                against += 1
                weight -= _NOT_QUITE_COSTS
            else:
                weight += max(10, min(_rarity(first), _rarity(second)) - _ALIKE_COSTS)
    others = min(len(left), len(right))
    # The commonest are those that were left out; the others stand against each other.
    longer = sorted(left if len(left) > len(right) else right, key=_rarity)
    extra = longer[: abs(len(left) - len(right))]
    weight -= others * _OTHER_COSTS
    weight -= sum(_EXTRA_COMMON_COSTS if _rarity(word) < _COMMON_WEIGHT else _EXTRA_COSTS for word in extra)
    if against or others:
        return ("shares" if exact else "differs"), weight
    return ("part" if extra else "alike"), weight


def _nearness(one: str, other: str) -> int:
    """0 for two words; `_INITIAL` for an initial and its word; from `_NOT_QUITE_FROM` up to 100 for words that look
    alike, of which `_enough` says from where on they may be one."""
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[0] == other[0] else 0
    # rapidfuzz costs 34 ms: loaded with the first two names that are not the same.
    from rapidfuzz.distance import JaroWinkler

    return round(100 * JaroWinkler.similarity(one, other, score_cutoff=_NOT_QUITE_FROM / 100))


def _enough(one: str, other: str) -> int:
    return _ALIKE_FROM_SHORT if min(len(one), len(other)) <= 5 else _ALIKE_FROM


@lru_cache(maxsize=20_000)
def _rarity(word: str) -> int:
    """How much it says that two people both bear this spelled word."""
    if len(word) == 1:
        return 15 if word.isascii() else _RAREST // 2
    return max(5, _shares().get(word, _RAREST) - _CROWDED)


@cache
def _shares() -> dict[str, int]:
    people: dict[str, int] = {}
    for row in data.rows("common_names.csv"):
        word = spelled(row["word"])
        people[word] = people.get(word, 0) + int(row["per_100000"])
    return {word: min(_RAREST, round(-10 * log2(count / 100_000))) for word, count in people.items()}
