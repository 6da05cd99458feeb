"""Passport pages as scanners and telephones give them, made up: how many are read, and whether any is read wrongly."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

from PIL import Image, ImageFilter

from benchmarks.figure import Figure, percentile
from kiosk.devices.pictures import Turn, turned
from kiosk.usecases.mrz import read_page
from models.rules.mrz import make_mrz
from models.rules.problems import Refused
from scripts.passport_page import data_page, grained, jpeg, laid

PAGES = 80
SEED = 3
TODAY = date(2026, 11, 22)
MOST_UNREAD = 5.0
MOST_MS = 3_000
_SURNAMES = (
    *("WULANDARI", "NURHALIZA", "SUKARNO", "HIDAYAT", "SITORUS", "PUTRI", "RAHMAWATI"),
    *("KUSUMA", "WIJAYA", "OKTAVIANI", "QOMARIYAH", "XAVERIUS", "BOEDIONO", "DJOKO"),
)
_GIVEN = (
    *("RATNA", "SITI", "DEWI", "AGUS", "FAJAR", "YULI", "ASTUTI", "HERU"),
    *("BAMBANG", "ZAINAB", "VERONIKA", "JOKO", "OLGA", "BUDI", "IDA", "MUHAMMAD"),
)


def figures() -> list[Figure]:
    chance = random.Random(SEED)
    unread = wrong = unwarned = 0
    taken: list[float] = []
    for _page in range(PAGES):
        lines, picture = _drawn(chance)
        start = time.process_time()
        try:
            page = read_page(picture, "paspor.jpg", TODAY)
        except Refused:
            unread += 1
        else:
            wrong += page.lines != lines
            unwarned += page.lines != lines and not page.warnings
        taken.append((time.process_time() - start) * 1000)
    how = f"{PAGES} pages drawn with seed {SEED}: tilted, grainy, blurred, sideways, 150 to 300 dpi"
    return [
        Figure("passport pages not read", 100 * unread / PAGES, "%", MOST_UNREAD, how),
        Figure("passport pages read wrongly without a word", float(unwarned), "pages", 0, f"{wrong} with a word"),
        Figure(
            "a passport page read, processor time (p95)",
            percentile(taken, 0.95),
            "ms",
            MOST_MS,
            f"p50 {percentile(taken, 0.5):.0f} ms",
        ),
    ]


def _drawn(chance: random.Random) -> tuple[tuple[str, str], bytes]:
    lines = make_mrz(
        surname=chance.choice(_SURNAMES),
        given=" ".join(chance.sample(_GIVEN, chance.randint(0, 2))),
        number=chance.choice("ABCEX") + "".join(chance.choices("0123456789", k=7)),
        birth_date=date(1965, 1, 1) + timedelta(days=chance.randint(0, 14_000)),
        sex=chance.choice("FM"),
        expiry=date(2027, 1, 1) + timedelta(days=chance.randint(0, 3_000)),
        personal_number="".join(chance.choices("0123456789", k=14)) if chance.random() < 0.5 else "",
    )
    dpi = chance.choice((150, 200, 200, 300))
    page = data_page(lines, dpi=dpi).filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.6) * dpi / 200))
    angle, noise = chance.uniform(-3, 3), chance.randint(1, 40)
    match chance.choice(("glass", "table", "whole")):
        case "glass":
            ground = (round(page.width * 1.6), round(page.height * 2.2))
            picture = laid(page, ground, colour=(252, 252, 251), angle=angle, noise=noise // 3)
        case "table":
            picture = laid(page, (round(page.width * 1.4), round(page.height * 1.5)), angle=angle, noise=noise)
        case _:
            picture = grained(page.rotate(angle / 2, Image.Resampling.BICUBIC, fillcolor=(222, 233, 226)), noise)
    turns: tuple[Turn, ...] = (0, 0, 0, 180, 90)
    return lines, jpeg(turned(picture, chance.choice(turns)), chance.randint(45, 92))
