"""The recovery code: 135 random bits and a check character, printed once and kept in the mission's safe.

Crockford's base32 (no I, L, O, U) in seven groups of four. The last character is a weighted sum over GF(32), so
one wrong character and any two exchanged ones are noticed before the code is tried.
"""

from __future__ import annotations

import secrets

from models.rules.problems import Problem, Refused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_CHARACTERS = 27
GROUP = 4
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "–": None, "\t": None})


def new_code() -> str:
    """A fresh code, as it is printed: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`."""
    data = "".join(secrets.choice(ALPHABET) for _ in range(DATA_CHARACTERS))
    code = data + ALPHABET[_check(data)]
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def clean_code(typed: str) -> str:
    """The code without its dashes, however it was typed: small letters, O for 0, I or L for 1.

    Refused with `recovery_code.length`, `recovery_code.character` or `recovery_code.mistyped`.
    """
    code = typed.strip().upper().translate(_LOOKS_LIKE)
    if len(code) != DATA_CHARACTERS + 1:
        raise Refused(
            Problem.of("recovery_code", "recovery_code.length", length=len(code), expected=DATA_CHARACTERS + 1)
        )
    if strange := next((character for character in code if character not in ALPHABET), None):
        raise Refused(Problem.of("recovery_code", "recovery_code.character", character=strange))
    if ALPHABET[_check(code[:-1])] != code[-1]:
        raise Refused(Problem("recovery_code", "recovery_code.mistyped"))
    return code


def _check(data: str) -> int:
    total = 0
    for character in data:
        total = _double(total) ^ ALPHABET.index(character)
    return _double(total)


def _double(value: int) -> int:
    """Times x in GF(32) = GF(2)[x] / (x⁵ + x² + 1), in which x generates every element but zero."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value
