"""Papers for tests: small files that a viewer really opens, because what it could not open is not kept."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def pdf(filling: bytes = b"") -> bytes:
    """One empty page, and `filling` that no viewer shows."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(filling), filling),
    ]
    content, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + trailer


def photograph(words: str = "SURAT") -> bytes:
    """A JPEG of a sheet with a word on it."""
    sheet = Image.new("RGB", (900, 1200), "white")
    draw = ImageDraw.Draw(sheet)
    for line in range(20):
        draw.text((90, 90 + 50 * line), f"{words} {line} " * 6, fill="black", font_size=24)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


PDF = pdf(b"surat")
