"""Page images: a document's pages drawn on the server, so that a browser is handed pictures and nothing that acts.

What counters attached was made by strangers. So it is drawn in a process of its own, with little memory and a few
seconds, which is given the bytes and nothing else: a file that breaks a decoder breaks that process.
"""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import msgspec

from models.rules.problems import Problem, Refused

WIDTHS = (900, 1350, 1800, 2700)
"""Widths of a page in pixels: the first fits beside the list of documents, each further one is closer."""
TURNS = (0, 90, 180, 270)
MOST_PAGES = 500
MOST_PIXELS = 80_000_000
"""Of a picture as it was made: a phone's largest photograph has half of that."""

_SECONDS = 20
_MEMORY = 1 << 30
_HIGHEST = 6_000


class Drawn(msgspec.Struct, frozen=True):
    """A page as a JPEG, and how many pages there are. `image` is empty where none was asked for."""

    pages: int
    image: bytes = b""


class _Asked(msgspec.Struct, frozen=True):
    content: bytes
    page: int
    width: int
    turn: int


class _Answer(msgspec.Struct, frozen=True):
    drawn: Drawn | None = None
    problem: str = ""


def pages_of(content: bytes) -> int:
    """How many pages a document has. Refused `document.encrypted`, `document.broken`, `document.no_pages`,
    `document.too_heavy`."""
    return _elsewhere(_Asked(content, 0, 0, 0)).pages


def page_image(content: bytes, page: int, *, width: int = WIDTHS[0], turn: int = 0) -> Drawn:
    """A page, the first is 1, turned clockwise. Refused like `pages_of`, and `document.page_unknown`."""
    return _elsewhere(_Asked(content, max(page, 1), width, turn))


def _elsewhere(asked: _Asked) -> Drawn:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the document goes in as bytes
            [sys.executable, "-I", "-m", __name__],
            input=msgspec.msgpack.encode(asked),
            capture_output=True,
            timeout=_SECONDS + 5,
            env={},
            check=True,
        )
        answer = msgspec.msgpack.decode(done.stdout, type=_Answer)
    except (subprocess.SubprocessError, msgspec.MsgspecError) as error:
        raise Refused(Problem("document", "document.too_heavy")) from error
    if answer.drawn is None:
        gaps = {"page": asked.page} if answer.problem == "document.page_unknown" else {}
        raise Refused(Problem.of("document", answer.problem, **gaps))
    return answer.drawn


# In the other process


class _No(Exception):
    """It cannot be drawn; the code says why."""


def _draw(asked: _Asked) -> Drawn:
    if asked.content.startswith(b"%PDF-") or b"%PDF-" in asked.content[:1024]:
        return _pdf(asked)
    return _picture(asked)


def _pdf(asked: _Asked) -> Drawn:
    import pypdfium2
    import pypdfium2.raw

    try:
        document = pypdfium2.PdfDocument(asked.content)
    except pypdfium2.PdfiumError as error:
        locked = (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise _No("document.encrypted" if error.err_code in locked else "document.broken") from error
    pages = len(document)
    if not pages:
        raise _No("document.broken")
    if pages > MOST_PAGES:
        raise _No("document.too_heavy")
    if not asked.page:
        return Drawn(pages)
    if asked.page > pages:
        raise _No("document.page_unknown")
    try:
        page = document[asked.page - 1]
        wide, high = page.get_size()
        if asked.turn in (90, 270):
            wide, high = high, wide
        scale = min(asked.width / max(wide, 1), _HIGHEST / max(high, 1))
        picture = page.render(scale=scale, rotation=asked.turn, may_draw_forms=False).to_pil()
    except pypdfium2.PdfiumError as error:
        raise _No("document.broken") from error
    return Drawn(pages, _jpeg(picture))


def _picture(asked: _Asked) -> Drawn:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses from twice that on
    try:
        with Image.open(io.BytesIO(asked.content), formats=("JPEG", "PNG")) as opened:
            if not asked.page:
                return Drawn(1)
            if asked.page > 1:
                raise _No("document.page_unknown")
            if opened.width * opened.height > MOST_PIXELS:
                raise _No("document.too_heavy")
            # A photograph says in which way its camera was held.
            upright = ImageOps.exif_transpose(opened)
            picture = upright.convert("RGBA")
    except UnidentifiedImageError as error:
        raise _No("document.no_pages") from error
    except Image.DecompressionBombError as error:
        raise _No("document.too_heavy") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _No("document.broken") from error
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    turned = paper.rotate(-asked.turn, expand=True)
    scale = min(asked.width / turned.width, _HIGHEST / turned.height)
    size = (max(1, round(turned.width * scale)), max(1, round(turned.height * scale)))
    return Drawn(1, _jpeg(turned.resize(size, Image.Resampling.LANCZOS)))


def _jpeg(picture: Any) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85, subsampling=0)
    return out.getvalue()


def _main() -> None:
    import resource
    import warnings

    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Asked)
    try:
        answer = _Answer(_draw(asked))
    except _No as no:
        answer = _Answer(problem=str(no))
    except MemoryError:
        answer = _Answer(problem="document.too_heavy")
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    _main()
