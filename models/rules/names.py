"""Names: one full-name field, kept as written, and the forms it is searched and compared in.

From what was written to what is compared: `fold` (small letters, no accents) → `name_words` (no titles, abbreviations
written out) → `spelled_words` (one spelling, run-together names parted) → `name_key` (whatever the order).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from models.rules.problems import Problem

LONGEST_NAME = 120

_APOSTROPHES = re.compile("['`´ʻʼʾʿ‘’]")
_ASCII_FOLD = {
    code: (chr(code).lower() if chr(code).isalnum() else None if chr(code) in "'`" else " ") for code in range(128)
}


def clean_name(text: str) -> str:
    """A name as typed, composed (NFC), with single spaces and one kind of apostrophe. Case stays."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in composed)
    return " ".join(_APOSTROPHES.sub("'", visible).split())


def name_problems(text: str, field: str = "name") -> list[Problem]:
    """`name.empty`, `name.digits`, `name.too_long`. A single word is a full name."""
    name = clean_name(text)
    if not any(character.isalpha() for character in name):
        return [Problem.of(field, "name.empty")]
    problems = []
    if any(character.isdigit() for character in name):
        problems.append(Problem.of(field, "name.digits"))
    if len(name) > LONGEST_NAME:
        problems.append(Problem.of(field, "name.too_long", longest=LONGEST_NAME))
    return problems


def fold(text: str) -> str:
    """The search form: small letters without accents, apostrophes closed up, other marks become spaces."""
    if text.isascii():
        return " ".join(text.translate(_ASCII_FOLD).split())
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    kept = "".join(
        character if character.isalnum() else " " for character in plain if not unicodedata.combining(character)
    )
    return " ".join(kept.split())


def initials(name: str) -> str:
    """The first letter of each word, at most three: `SITI NURHALIZA` → `SN`."""
    return "".join(word[0] for word in fold(name).upper().split())[:3]


# Which words matter


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Before a name. Also where other words follow: `MUH HAJI ALI`.
_TITLES = _set(
    "h hj hja haji hajah hajjah hadji kh ky kyai kiai kiyai drs dra ir dr drg drh prof tn tuan ny nyonya nn sdr sdri "
    "saudara saudari bpk bapak ibu ust ustad ustadz ustaz ustadzah alm almh almarhum almarhumah"
)
_TITLES_ANYWHERE = _set("hj haji hajah hajjah hadji alm almh almarhum almarhumah")

# After a name, as one word (SPD, S.Pd without its point) or in two or three (S.Pd and S.Pd.I are `s pd` and `s pd i`).
_DEGREES = _set(
    "spd spdi spdk se sei sh shi st sth stp str skom sag sos ssos skep skm ssi ss ssn sp spt spsi sip sikom sst sked "
    "sfarm shut skel skeb sak sap sab shum sstp spar stat mpd mpdi mm mba msi mh mhum mkom mkes mt mag msc ma mak map "
    "mikom mkn mpsi amd amdkeb amdkep amak ba bsc lc phd ners ns akt apt dipl"
)
_DEGREES_APART = {
    "s": _set(
        "pd e ei h hi t th tp tr kom ag sos kep km si s sn p pt psi ip ikom st ked farm hut kel keb ak ap ab hum"
    ),
    "m": _set("pd m si h hum kom kes t ag sc a ak ap ikom kn psi"),
    "a": _set("md ma"),
    "b": _set("a sc"),
    "ph": _set("d"),
}

_DEGREES_IN_THREE = {
    *((level, subject, "i") for level in "sm" for subject in ("pd", "kom", "sos")),  # S.Pd.I
    *(("a", "md", subject) for subject in ("keb", "kep", "kom", "ak")),  # A.Md.Keb
}

# "Child of": passports carry it for the Gulf (bin, binti), Malaysian papers for Indians (a/l, a/p, s/o, d/o).
_CHILD_OF = _set("bin binti binte b bt bte bti ibn alias als")
_CHILD_OF_APART = frozenset((("a", "l"), ("a", "p"), ("s", "o"), ("d", "o")))

# Cards and passports shorten what everybody is called. The first kind anywhere, the second only before another word.
_SHORT = {
    **dict.fromkeys(("moh", "muh", "mohd", "muhd", "mhd", "mhmd", "moch", "much", "mokh", "mukh"), "muhamad"),
    **dict.fromkeys(("abd", "abdl"), "abdul"),
    "ach": "ahmad",
    "akh": "ahmad",
    "wyn": "wayan",
    "nym": "nyoman",
    "gst": "gusti",
}
_SHORT_FIRST = {**dict.fromkeys(("m", "md", "mh", "mch"), "muhamad"), **dict.fromkeys(("st", "sit"), "siti")}

# Balinese names begin with an article, I for men and Ni for women, which papers give and leave out; their birth-order
# names are shortened after it.
_BALINESE_SHORT = {"md": "made", "kt": "ketut", "pt": "putu", "gd": "gede", "km": "komang", "kd": "kadek"}
_BALINESE = _set("made wayan nyoman ketut putu gede gusti komang kadek nengah luh dewa ngurah") | frozenset(
    _BALINESE_SHORT
)

# A name without any of these is all name: most are.
_TO_LOOK_AT = (_TITLES | _TITLES_ANYWHERE | _DEGREES | _CHILD_OF | _set("i ni k pd kom sos md keb kep ak")).union(
    _SHORT, _SHORT_FIRST, *_DEGREES_APART.values(), *_CHILD_OF_APART
)


# Posting makes the key of a name, and the index its marks: it is parted once.
@lru_cache(maxsize=4_000)
def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name that tell one person from another: titles, degrees and bin/binti left out (the
    father's name stays), what is shortened written out: `Hj. St. Aminah binti Ali, S.Pd` → siti, aminah, ali.

    A lone initial stays as it is, and so does a name of nothing but titles: `HAJI` is somebody's name, too. For whole
    names: who is still typing `SITI MA…` does not mean a Master of Arts.
    """
    words = fold(text).split()
    if len(words) < 2:
        return tuple(words)
    if len(words) > 2 and all(len(word) == 1 and word.isascii() for word in words):
        return ("".join(words),)  # M U N A H, as old cards space a short name
    if _TO_LOOK_AT.isdisjoint(words):
        return tuple(words)
    at = 0
    while at < len(words) - 1 and (words[at] in _TITLES or words[at : at + 2] == ["k", "h"]):
        at += 1
    words = words[at:]
    while length := _degree_length(words):
        del words[-length:]
    if len(words) > 1 and words[0] in ("i", "ni") and words[1] in _BALINESE:
        words = [_BALINESE_SHORT.get(word, word) for word in words[1:]]
    kept: list[str] = []
    last = len(words) - 1
    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif (word in _TITLES_ANYWHERE and last) or (0 < at < last and word in _CHILD_OF):
            continue
        elif 0 < at < last - 1 and (word, words[at + 1]) in _CHILD_OF_APART:
            skip = True
        elif at == 0 and at < last and word in _SHORT_FIRST:
            kept.append(_SHORT_FIRST[word])
        else:
            kept.append(_SHORT.get(word, word) if last else word)
    return tuple(kept or words)


def _degree_length(words: list[str]) -> int:
    """How many words at the end are an academic degree; 0 for none. A name is left before it."""
    if len(words) > 1 and words[-1] in _DEGREES:
        return 1
    if len(words) > 2 and words[-1] in _DEGREES_APART.get(words[-2], ()):
        return 2
    if len(words) > 3 and (*words[-3:],) in _DEGREES_IN_THREE:
        return 3
    return 0


# One spelling

# Each line: what it unites, with names from cards. Order matters: digraphs before single letters.
_OLD = re.compile("oe|dj|tj|sj|^nj")
"""Marks of the spelling before 1972 (Ejaan Yang Disempurnakan): only beside them is a bare j the y of today."""
_KHAIR = re.compile("^(?:k|c)?h[ao][ei]r")  # Khairul, Khoirul, Chaerul, Choerul, Hairul
_J_AS_Y = re.compile("^j(?=oh|os|uli|unu|usu|ahy|ahj|akub|acob|akob)|(?<=h)j(?=[au])|(?<=[dh]a)j(?=at)")
# Johanes, Josep, Julianto, Junus, Jusuf beside Yohanes, Yosep, Yulianto, Yunus, Yusuf; Wahju, Jahja, Hidajat
_CHR = re.compile("^ch?r(?=i)")  # Christina, Cristina, Kristina
_CH_AS_C = re.compile("^ch(?=and|int|ind|ik|el|en|er|arl)")  # Chandra, Chintya, Chelsea, Charles: no kh
_DIGRAPHS = (
    ("ch", "h"),  # Achmad, Rachmat
    ("kh", "h"),  # Akhmad, Khotimah beside Hotimah
    ("ck", "k"),  # Ricky
    ("ph", "f"),
    ("dh", "d"),  # Ramadhan, Wardhani
    ("th", "t"),  # Fathimah, Thoriq
    ("sh", "s"),  # Shinta, Sholeh
    ("bh", "b"),  # Bhakti
    ("gh", "g"),  # Ghufron
    ("dz", "z"),  # Dzikri
    ("ts", "s"),  # Utsman
    ("v", "f"),  # Novi
    ("q", "k"),  # Taufiq, Iqbal
    ("x", "ks"),
    ("oo", "u"),  # Noor
    ("ie", "i"),  # Srie, Arief
    ("ae", "ai"),  # Nuraeni, Saeful
    ("ei", "ai"),  # Husein
)
_SY = re.compile("sy(?=[aeiou])")  # Syarif, Sjarif, Sarif; but Desy is Desi
_Y_FINAL = re.compile("(?<=[a-z]{3})ey$|(?<=[^aeiou])y$")  # Sherley, Sherly, Rizky
_Y_BEFORE_CONSONANT = re.compile("y(?=[^aeiou]|$)")  # Husayn, Nuraynl, Yanty
_EI = re.compile("e(?=i[^aeiou])")  # Reyhan (reihan), Raihan
_Y_BEFORE_VOWEL = re.compile("(?:(?<=[^aeiou])y|iy)(?=[aeiou])")  # Surya, Suria; Mariyam, Maryam, Mariam
_W_GLIDE = re.compile("(?<=u)w(?=[aeiou])")  # Suwardi, Suardi
_W_AS_U = re.compile("(?<=a)w(?=[^aeiou]|$)")  # Nawfal, Naufal
_DOUBLED = re.compile("([a-z])\\1+")  # Muhammad, Sitti, Annisa
_ROHM = re.compile("ro(?=hm|him)")  # Rohman, Rohmat, Rohim beside Rahman, Rahmat, Rahim
_Z_BEFORE_VOWEL = re.compile("z(?=[aeiou])")  # Zaenal, Jaenal; Fauzi, Fauji; Aziz, Ajis
_Z_ELSE = re.compile("z|j(?=[^aeiou])")  # Rizki, Riski, Rijki; Najwa, Nazwa
_FINAL_H = re.compile("ah$")  # Aisyah, Aisya; Fatimah, Fatima
_WHOLE = (
    (re.compile("^m[uo]h[ae]ma[dt]$|^m[uo]hamed$"), "muhamad"),
    (re.compile("^ahma[dt]$|^ahmed$"), "ahmad"),  # Achmad, Akhmat
    (re.compile("^rahma[dt]$"), "rahmat"),
    (re.compile("^h[uo]s(?:ai|e|i)n$"), "husain"),  # Husein, Husen, Husin, Hosen
    (re.compile("^s[ao]l[ei]h"), "saleh"),  # Sholeh, Solihin, Salihin
    (re.compile("^sule(?=man$)|^sole(?=man$)"), "sulai"),  # Sulaeman, Suleman, Soleman
    (re.compile("^r[ao]mad[ao]n"), "ramadan"),  # Romadhon, Ramadhan
    (re.compile("ulo(?:h|$)"), "ula"),  # Abdulloh, Abdullah
    (re.compile("^must[ou]pa$"), "mustapa"),  # Mustofa, Mustafa
    (re.compile("^ustman$|^osman$"), "usman"),
    (re.compile("^omar$"), "umar"),
    (re.compile("^nor$"), "nur"),  # Nor Aini (Kalimantan, Malaysia)
    (re.compile("^abdu[srdn]$"), "abdul"),  # Abdus Salam, Abdur Rahman
    (re.compile("tutik$"), "tuti"),  # Astutik, Astuti (East Java)
)
_ANY_WHOLE = re.compile("|".join(written.pattern for written, _one in _WHOLE))


def spelled(word: str) -> str:
    """The one spelling of a folded word that its variants share: `soekarno`, `sukarno`; `sjarif`, `syarif`, `sarif`.

    A form to compare, not to show. Words that are no variants stay apart (`dwi`, `dewi`), and words in other
    scripts stay as they are. Rows are found again by it: who changes a rule has the ledger posted anew.
    """
    return _spelled(word) if word.isascii() and word.isalpha() else word


@lru_cache(maxsize=20_000)
def _spelled(word: str) -> str:
    if len(word) < 3:
        return word
    word = _KHAIR.sub("hair", word)
    word = _J_AS_Y.sub("y", word)
    if _OLD.search(word):
        word = word.replace("dj", "J").replace("tj", "c").replace("nj", "ny", word.startswith("nj"))
        word = word.replace("j", "y").replace("J", "j").replace("oe", "u")
    word = _CHR.sub("kr", word)
    word = _CH_AS_C.sub("c", word)
    for written, meant in _DIGRAPHS:
        if written in word:
            word = word.replace(written, meant)
    if "y" in word:
        word = _SY.sub("s", word)
        word = _Y_FINAL.sub("i", word)
        word = _Y_BEFORE_CONSONANT.sub("i", word)
        word = _Y_BEFORE_VOWEL.sub("i", word)
        word = _EI.sub("a", word)
    if "w" in word:
        word = _W_AS_U.sub("u", _W_GLIDE.sub("", word))
    word = _DOUBLED.sub(r"\1", word)
    if "z" in word or "j" in word:
        word = _Z_ELSE.sub("s", _Z_BEFORE_VOWEL.sub("j", word))
    word = _FINAL_H.sub("a", _ROHM.sub("ra", word))
    word = word.replace("f", "p")  # Fauzi, Pauzi; Yusuf, Yusup
    if word.endswith("b"):
        word = f"{word[:-1]}p"  # Habib, Habip
    elif word.endswith("c"):
        word = f"{word[:-1]}k"  # Eric, Erik
    if _ANY_WHOLE.search(word):
        for variants, one in _WHOLE:
            word = variants.sub(one, word)
    return word


# Names that are written in one word or in two: Nurhayati, Nur Hayati; Abdurrahman, Abdul Rahman; Wulansari, Wulan Sari.
_RUN_TOGETHER = re.compile(
    "^(?:(n(?:u|oe|oo?)roel|n(?:u|oe|oo?)rul|n(?:u|oe|oo?)r|srie?|sitt?i)([a-z]{4,})"
    "|(abd(?:u|oe))(?:l|(?=([rsndtz])\\4))([a-z]{4,})"
    "|([a-z]{4,})(sari|ningsih|ningrum|ningtyas)|([a-z]{3,})(wati))$"
)


def spelled_words(text: str) -> tuple[str, ...]:
    """The words of a name in one spelling and in their order, what is run together parted: `NURHAYATI` and
    `Noer Hajati` → nur, hayati; `Abdurrohman` → abdul, rahman."""
    return tuple(part for word in name_words(text) for part in _spelled_parts(word))


@lru_cache(maxsize=20_000)
def _spelled_parts(word: str) -> tuple[str, ...]:
    if not (word.isascii() and (found := _RUN_TOGETHER.match(word))):
        return (spelled(word),)
    before, after, abdul, _twin, servant_of, stem, ending, short_stem, wati = found.groups()
    if before:
        return (spelled(before), *_spelled_parts(after))
    if abdul:
        return ("abdul", *_spelled_parts(servant_of))
    return (*_spelled_parts(stem or short_stem), ending or wati)


def name_key(text: str) -> str:
    """The words of a name in one spelling, in the order of the alphabet: equal for one name however it is
    written. `M. Rizky Syaifoel`, `Syaiful Rizki Mohammad` → `muhamad riski saipul`. Empty for no name."""
    return " ".join(sorted(spelled_words(text)))
