"""The bundled fonts: which there are, and where they lie.

Nothing heavy is imported: the window paints with these before it loads reportlab."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Face = Literal["regular", "medium", "semibold", "bold", "italic"]

LATIN: dict[Face, str] = {
    "regular": "NotoSans-Regular",
    "medium": "NotoSans-Medium",
    "semibold": "NotoSans-SemiBold",
    "bold": "NotoSans-Bold",
    "italic": "NotoSans-Italic",
}
FONTS = (
    *LATIN.values(),
    "NotoSansArabic-Regular",
    "NotoSansArabic-Bold",
    "NotoSansThai-Regular",
    "NotoSansThai-Bold",
    "NotoSansKhmer-Regular",
    "NotoSansKhmer-Bold",
    "NotoSansMyanmar-Regular",
    "NotoSansMyanmar-Bold",
    "NotoSansTC-Regular",
    "NotoSansSC-Regular",
    "NotoSansKR-Regular",
)

_FOLDER = Path(__file__).with_name("fonts")


def font_path(name: str) -> Path:
    """The file of one of `FONTS`. KeyError for any other name."""
    if name not in FONTS:
        raise KeyError(name)
    return _FOLDER / f"{name}.ttf"
