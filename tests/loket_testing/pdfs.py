"""PDFs read back as a screen reader does: along the structure tree, with the texts that are said in place of glyphs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
import pypdfium2
from pypdf.generic import ArrayObject, ByteStringObject, ContentStream, TextStringObject

_SHOWN = {b"Tj", b"TJ", b"'", b'"'}
_PAINTED = {b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Do", b"sh"} | _SHOWN


@dataclass(frozen=True)
class Said:
    """One element that says something: its tags from the document inward, its language, its words or what stands for
    its picture."""

    path: tuple[str, ...]
    language: str
    text: str
    alt: str = ""

    @property
    def tag(self) -> str:
        return self.path[-1]


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def spoken(pdf: bytes) -> list[Said]:
    """What is said, in the order it is said."""
    reader = opened(pdf)
    root: Any = reader.root_object
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    marks = [texts_by_mark(page) for page in reader.pages]
    tree = root["/StructTreeRoot"]["/K"][0].get_object()
    return list(_walk(tree, (), str(root["/Lang"]), pages, marks))


def words(pdf: bytes) -> str:
    """Everything that is said, on one line."""
    return " ".join(" ".join(said.text for said in spoken(pdf)).replace("\xa0", " ").split())


def lowest(pdf: bytes) -> float:
    """How far above its page's lower edge the lowest letter of all pages stands, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            found += [text.get_charbox(at)[1] for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()]
            text.close()
        return min(found)
    finally:
        document.close()


def texts_by_mark(page: pypdf.PageObject) -> dict[int, str]:
    """The words of each marked stretch of a page, by its number."""
    texts: dict[int, str] = {}
    for kind, mark, text in _walk_page(page):
        if mark is not None:
            texts.setdefault(mark, "")
            if kind == "text":
                texts[mark] += text
    return texts


def unmarked(page: pypdf.PageObject) -> list[str]:
    """What is painted on a page and neither belongs to an element nor is said to be furniture."""
    return [text for kind, _mark, text in _walk_page(page) if kind == "stray"]


def _walk(
    element: Any, path: tuple[str, ...], language: str, pages: dict[int, int], marks: list[dict[int, str]]
) -> Iterator[Said]:
    path = (*path, str(element["/S"]).removeprefix("/"))
    language = str(element.get("/Lang", language))
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, ArrayObject) else [kids]
    texts = []
    for kid in kids:
        if isinstance(kid, int):
            texts.append(marks[pages[element.raw_get("/Pg").idnum]][int(kid)])
    if texts:
        yield Said(path, language, "".join(texts).strip(), str(element.get("/Alt", "")))
    for kid in kids:
        if not isinstance(kid, int):
            yield from _walk(kid.get_object(), path, language, pages, marks)


def _walk_page(page: pypdf.PageObject) -> Iterator[tuple[str, int | None, str]]:
    """Each text and each painting: kind (text, paint, stray), the mark it belongs to, the letters."""
    contents = page.get_contents()
    assert contents is not None
    letters = {name: _letters(font.get_object()) for name, font in _fonts(page).items()}
    stack: list[tuple[int | None, str | None, bool]] = []  # mark, what is said in place of it, furniture
    font = ""
    for operands, operator in ContentStream(contents, page.pdf).operations:
        if operator in (b"BDC", b"BMC"):
            tag = str(operands[0])
            given = operands[1] if operator == b"BDC" else {}
            spoken_instead = given.get("/ActualText")
            stack.append((given.get("/MCID"), _text(spoken_instead), tag == "/Artifact"))
            if given.get("/MCID") is not None:
                yield "mark", int(given["/MCID"]), ""
            if spoken_instead is not None:
                yield "text", _mark(stack), " " + _text(spoken_instead)  # type: ignore[operator]
        elif operator == b"EMC":
            stack.pop()
        elif operator == b"Tf":
            font = str(operands[0])
        elif operator in _PAINTED:
            mark = _mark(stack)
            text = _shown(operands, letters[font]) if operator in _SHOWN else ""
            if mark is None and not any(furniture for *_, furniture in stack):
                yield "stray", None, text or operator.decode()
            elif operator not in _SHOWN:
                yield "paint", mark, ""
            elif not any(instead is not None for _, instead, _ in stack):
                yield "text", mark, " " + text


def _mark(stack: list[tuple[int | None, str | None, bool]]) -> int | None:
    return next((int(mark) for mark, _, _ in reversed(stack) if mark is not None), None)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, ByteStringObject):
        return bytes(value).decode("utf-16")
    return str(value)


def _fonts(page: Any) -> dict[str, Any]:
    return dict(page["/Resources"]["/Font"].get_object())


def _letters(font: Any) -> dict[int, str]:
    """From a font's codes to letters, as its ToUnicode map says."""
    cmap = font["/ToUnicode"].get_object().get_data().decode("ascii")
    return {
        int(code, 16): bytes.fromhex(letter).decode("utf-16-be")
        for code, letter in re.findall(r"<([0-9A-F]{2})> <([0-9A-F]{4,})>", cmap)
    }


def _shown(operands: list[Any], letters: dict[int, str]) -> str:
    parts = operands[0] if isinstance(operands[0], ArrayObject) else [operands[-1]]
    found = []
    for part in parts:
        if isinstance(part, TextStringObject):
            found += [letters.get(code, "?") for code in part.original_bytes]
        elif isinstance(part, ByteStringObject):
            found += [letters.get(code, "?") for code in part]
    return "".join(found)
