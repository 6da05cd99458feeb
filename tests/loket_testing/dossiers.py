"""Dossiers and what others put into them: photographs however they lie, PDFs with stamps, forms and locks."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageChops, ImageDraw, ImageOps
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, NameObject
from reportlab.pdfgen.canvas import Canvas

from models.rules.token import ReceiptFacts, make_token, thumbprint, token_url
from reports.dossier import DossierDocument, DossierPaper, manifest_digest

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HOST = "loket.bpjsketenagakerjaan.go.id"
TAIPEI_TIME = ZoneInfo("Asia/Taipei")


def signed(facts: ReceiptFacts) -> str:
    return token_url(make_token(facts, KEY.sign, thumbprint(KEY.public_key().public_bytes_raw())), HOST)


def signed_dossier(paper: DossierPaper) -> DossierPaper:
    facts = ReceiptFacts("dossier", paper.number, paper.made_at.date(), "SN", "1907", chain=manifest_digest(paper))
    return replace(paper, token_url=signed(facts))


def dossier_document(number: int, content: bytes | None, media_type: str, **more: Any) -> DossierDocument:
    said: dict[str, Any] = {
        "id": f"0194a000-0000-7000-8000-{number:012}",
        "name": f"Dokumen ke-{number}",
        "requirement": "",
        "seen_as": "copy",
        "attached_at": datetime(2026, 11, 22, 10, number % 60, tzinfo=TAIPEI_TIME),
        "where": "TPE3",
        "file_name": f"berkas-{number}",
        "media_type": media_type,
        "size": len(content or b"tidak di sini"),
        "sha256": hashlib.sha256(content or b"tidak di sini").digest(),
        "content": content,
    }
    return DossierDocument(**(said | more))


def photograph(wide: int = 900, high: int = 1200, *, kind: str = "JPEG", mode: str = "RGB", turn: int = 1) -> bytes:
    """A page on a table, darker at its upper left corner; `turn` is EXIF's word for how it lies."""
    picture = Image.new("RGB", (wide, high), "#c9c2b4")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((wide * 0.1, high * 0.1, wide * 0.9, high * 0.9), fill="white")
    for row in range(8):
        pen.line((wide * 0.15, high * (0.2 + row * 0.08), wide * 0.8, high * (0.2 + row * 0.08)), "#333333", 6)
    pen.rectangle((wide * 0.12, high * 0.12, wide * 0.3, high * 0.18), fill="#0b6e4f")
    exif = Image.Exif()
    exif[0x0112] = turn
    out = io.BytesIO()
    more = {"exif": exif} if turn != 1 else {}
    picture.convert(mode).save(out, kind, **more)
    return out.getvalue()


def page_with_marks() -> Image.Image:
    picture = Image.new("RGB", (600, 900), "white")
    picture.paste("#0b6e4f", (30, 30, 200, 120))
    picture.paste("#b3261e", (30, 780, 570, 860))
    return picture


def saved(picture: Image.Image, kind: str, turn: int = 1) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = turn
    picture.save(out, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def lying(upright: Image.Image, turn: int) -> Image.Image:
    """The picture as a camera stores it that says it lies like this."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    stored = upright if undo is None else upright.transpose(undo)
    exif = stored.getexif()
    exif[0x0112] = turn
    assert ImageChops.difference(ImageOps.exif_transpose(stored), upright).getbbox() is None
    return stored


def drawn_pdf(
    size: tuple[float, float] = (300, 400), pages: int = 1, *, turn: int = 0, crop: tuple[float, ...] = ()
) -> bytes:
    """A word at the foot, a block in the upper left corner of each page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for number in range(pages):
        canvas.setFillColorRGB(0, 0.4, 0.3)
        canvas.rect(20, size[1] - 80, 100, 60, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(40, 40, f"Halaman {number + 1} milik rumah sakit")
        canvas.setPageRotation(turn)
        if crop:
            canvas.setCropBox(crop)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def annotated() -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(drawn_pdf())))
    stamp = FreeText(text="LUNAS", rect=(60, 150, 240, 230), font_size="30pt", background_color="ff0000")
    writer.add_annotation(0, stamp)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def filled_in() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 400))
    canvas.acroForm.textfield(name="nama", value="SITI", x=40, y=180, width=220, height=60, fillColor=None)
    canvas.acroForm.checkbox(name="ya", checked=True, x=40, y=100, size=40)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(drawn_pdf())))
    writer.encrypt(user, "bank", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(pdf: bytes, change: Callable[[pypdf.PdfWriter], None]) -> bytes:
    """A file as somebody else writes it who changed something."""
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paint_over(page: int, operators: bytes) -> Callable[[pypdf.PdfWriter], None]:
    """Something is painted over a page, which counts from 0."""

    def change(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(writer.pages[page].get_contents().get_data() + b"\n" + operators)  # type: ignore[union-attr]
        writer.pages[page][NameObject("/Contents")] = writer._add_object(stream)

    return change
