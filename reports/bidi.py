"""Right-to-left names inside our left-to-right papers: which stretch of a line is drawn where.

The parts of the Unicode Bidirectional Algorithm (UAX #9) that a single line without explicit embeddings needs:
W1–W7, N0–N2, I1–I2, L1, L2. The paragraph is always left to right: the paper is Indonesian."""

from __future__ import annotations

import unicodedata
from itertools import groupby

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_NEUTRAL = frozenset(("B", "S", "WS", "ON"))


def stretches(text: str) -> list[tuple[str, bool]]:
    """The line cut into stretches of one direction, in the order they are drawn from the left.

    Each stretch keeps its characters in reading order and says whether it reads from the right."""
    if all(unicodedata.bidirectional(character) not in ("R", "AL", "AN") for character in text):
        return [(text, False)] if text else []
    levels = _levels(text)
    order = list(range(len(text)))
    for level in range(max(levels), 0, -1):
        start = 0
        for deep, stretch in groupby([levels[index] >= level for index in order]):
            end = start + len(list(stretch))
            if deep:
                order[start:end] = reversed(order[start:end])
            start = end
    return [
        ("".join(text[index] for index in sorted(group)), level % 2 == 1)
        for level, group in groupby(order, key=levels.__getitem__)
    ]


def mirrored(text: str) -> str:
    """Characters of a right-to-left stretch in drawing order, brackets turned: for a font that does not shape."""
    turned = {**_BRACKETS, **{close: opening for opening, close in _BRACKETS.items()}}
    return "".join(turned.get(character, character) for character in reversed(text))


def _levels(text: str) -> list[int]:
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    _resolve_weak(kinds)
    _resolve_brackets(text, kinds)
    _resolve_neutral(kinds)
    levels = [{"L": 0, "R": 1}.get(kind, 2) for kind in kinds]
    for index in range(len(text) - 1, -1, -1):  # L1: blanks at the end stay at the end
        if unicodedata.bidirectional(text[index]) not in ("WS", "BN"):
            break
        levels[index] = 0
    return levels


def _resolve_weak(kinds: list[str]) -> None:
    before, strong = "L", "L"
    for index, kind in enumerate(kinds):
        if kind in ("NSM", "BN"):  # W1
            kinds[index] = before
        elif kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":  # W2
            kinds[index] = "AN"
        before = kinds[index]
    for index in range(1, len(kinds) - 1):  # W4
        left, kind, right = kinds[index - 1 : index + 2]
        if left == right and ((kind == "CS" and left in ("EN", "AN")) or (kind == "ES" and left == "EN")):
            kinds[index] = left
    start = 0
    for kind, group in groupby(list(kinds)):  # W5
        end = start + len(list(group))
        if kind == "ET" and "EN" in (kinds[start - 1] if start else "", *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
        start = end
    strong = "L"
    for index, kind in enumerate(kinds):  # W3, W6, W7
        if kind in ("ES", "ET", "CS"):
            kinds[index] = "ON"
        elif kind in ("L", "R", "AL"):
            strong = kinds[index] = "L" if kind == "L" else "R"
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"


def _side(kind: str) -> str:
    """Numbers count as right-to-left when neutrals look around (N1)."""
    return "R" if kind in ("R", "EN", "AN") else kind


def _resolve_brackets(text: str, kinds: list[str]) -> None:
    """N0: a pair of brackets takes one direction, so that a name in brackets is not torn."""
    opened: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        if character in _BRACKETS:
            opened.append((_BRACKETS[character], index))
        elif character in _BRACKETS.values():
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == character:
                    pairs.append((opened[depth][1], index))
                    del opened[depth:]
                    break
    for start, end in sorted(pairs):
        inside = {_side(kind) for kind in kinds[start + 1 : end]}
        if "L" in inside:
            kinds[start] = kinds[end] = "L"
        elif "R" in inside:
            before = (side for kind in reversed(kinds[:start]) if (side := _side(kind)) in ("L", "R"))
            kinds[start] = kinds[end] = next(before, "L")


def _resolve_neutral(kinds: list[str]) -> None:
    start = 0
    for neutral, group in groupby(list(kinds), key=_NEUTRAL.__contains__):
        end = start + len(list(group))
        if neutral:
            left = _side(kinds[start - 1]) if start else "L"
            right = _side(kinds[end]) if end < len(kinds) else "L"
            kinds[start:end] = ["R" if left == right == "R" else "L"] * (end - start)
        start = end
