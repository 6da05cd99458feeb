"""A thousand receipts, rendered, scanned as a bad scanner does, and read back: the code of every one is found."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pypdfium2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageChops, ImageFilter

from benchmarks.figure import Figure, percentile
from models.language import date_short, rate, rupiah
from models.rules.days import covered_to
from models.rules.money import Money, currencies
from models.rules.problems import Refused
from models.rules.token import ReceiptFacts, TokenLine, make_token, read_token, thumbprint, token_text, token_url
from reports.paper import Words
from reports.qr import read_codes
from reports.receipt import PaidLine, PaidTender, ReceiptPaper, render_receipt, render_receipt_pair

COUNT = 1_000
SEED = 418
DOTS_PER_INCH = 150
MOST_DEGREES = 5.0
MOST_MS = 80

HOST = "loket.bpjsketenagakerjaan.go.id"
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_PUBLIC = _KEY.public_key().public_bytes_raw()
_SERIES = ("TPE", "HKG", "JED", "KCH")
_SHEETS = {False: render_receipt, True: render_receipt_pair}

_NAMES = (
    ("SITI", "NURHALIZA", "BUDI", "SANTOSO", "RATU", "AYU", "O'BRIEN", "ABDURRAHMAN", "WIJAYAKUSUMA", "SASTRODIPURO"),
    ("Nguyễn", "Thị", "Đào", "Željko", "Çelik", "Ångström", "Ñandú"),
    ("محمد", "عبد الله", "فاطمة", "الزهراء", "سعيد", "يوسف"),
    ("สมชาย", "ใจดี", "ปุ๊กกี้", "น้ำฝน", "กี่"),
    ("陳美麗", "謝佩玲", "黃志明", "歐陽"),
    ("刘美丽", "张伟", "陈军", "吴晓丽"),
    ("김민수", "이영희", "박서준"),
    ("ကျော်ဇင်", "ဒေါ်ခင်", "အောင်", "မြန်မာ"),
    ("សុខ", "ចាន់ធី", "ស្រីពៅ", "ខ្មែរ"),
)


@dataclass(frozen=True, slots=True)
class Scan:
    """A receipt as it came out of the scanner, and the token that must be found on it."""

    paper: ReceiptPaper
    facts: ReceiptFacts
    picture: bytes
    rendered_ms: float


def scans(count: int, seed: int = SEED) -> Iterator[Scan]:
    """Random receipts, each scanned at 150 dots an inch: turned, blurred, grainy, speckled and saved as a JPEG. Every
    tenth is an A4 sheet with two copies."""
    dice = random.Random(seed)
    for _ in range(count):
        paper, facts = receipt(dice)
        start = time.thread_time()  # nothing is waited for; what others do on the machine is not the paper's
        pdf = _SHEETS[dice.random() < 0.1](paper)
        rendered = (time.thread_time() - start) * 1000
        yield Scan(paper, facts, scanned(pdf, dice), rendered)


def is_read(scan: Scan) -> bool:
    """Whether the code, and nothing else, is found, and its signature and facts hold."""
    try:
        (text,) = set(read_codes(scan.picture, "image/jpeg"))
        return text == scan.paper.token_url and read_token(token_text(text), _PUBLIC) == scan.facts
    except (Refused, ValueError):
        return False


def receipt(dice: random.Random) -> tuple[ReceiptPaper, ReceiptFacts]:
    """A receipt that a counter might hand out: one to six lines, any currency, names of one or two scripts."""
    words = [dice.choice(dice.choice(_NAMES)) for _ in range(dice.randint(1, 2))]
    name = " ".join([*words, *(dice.choice(_NAMES[0]) for _ in range(dice.randint(0, 4)))])
    day = date(2026, 1, 1) + timedelta(days=dice.randrange(2_000))
    number = (
        f"{dice.choice(('TPE', 'HKG', 'JED', 'KCH'))}{dice.randint(1, 99)}-{day.year}-{dice.randint(1, 999_999):06}"
    )
    currency = dice.choice(sorted(currencies()))
    exponent = currencies()[currency].exponent
    due = Money(dice.randint(1, 10 ** dice.randint(2, 9)), currency, exponent)
    token_lines, lines = [], []
    for _ in range(dice.randint(1, 6)):
        programme, months = dice.choice((("JKK+JKM", dice.randint(1, 60)), ("JHT", dice.randint(1, 24))))
        start = day + timedelta(days=dice.randrange(90))
        token_lines.append(TokenLine(programme, months, start, covered_to(start, months)))
        span = f"{date_short(start)} – {date_short(token_lines[-1].covered_to)}"
        amount = Money.idr(dice.randrange(13_500, 14_400_000, 500))
        lines.append(PaidLine(Words(f"Iuran {programme} {months} bulan, {span}", f"{months} months"), amount))
    total = sum(line.amount.minor for line in lines)
    passport = f"C{dice.randrange(10**7):07}"
    facts = ReceiptFacts(
        "receipt", number, day, "".join(word[0] for word in words), passport[-4:], tuple(token_lines), total, due
    )
    slip = f"BNI-{dice.randrange(10**9)}" if dice.random() < 0.3 else ""
    worth = Decimal(dice.randint(100, 10**7)) / 100
    token = make_token(facts, _KEY.sign, thumbprint(_PUBLIC))
    paper = ReceiptPaper(
        mission=Words("KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI", "Indonesian Economic and Trade Office to Taipei"),
        counter=f"Loket {dice.randint(1, 12)}",
        number=number,
        issued_at=datetime(day.year, day.month, day.day, dice.randint(8, 16), dice.randrange(60), tzinfo=UTC),
        utc_offset="UTC+8",
        operator=dice.choice(_NAMES[0]).title(),
        worker=name,
        kpj=f"{dice.randrange(10**11):011}",
        passport=passport,
        lines=tuple(lines),
        total_idr=total,
        rate="" if currency == "IDR" else f"{rate(currency, worth)} ({date_short(day)})",
        due=due,
        tenders=(PaidTender("bank_slip" if slip else "cash", due, slip),),
        change=None,
        surplus=None,
        thumbprint=thumbprint(_PUBLIC),
        token_url=token_url(token, HOST),
        copy=dice.choice((0, 0, 0, 1, 12)),
        voided=Words(f"Dibatalkan; {rupiah(total)} dikembalikan.") if dice.random() < 0.1 else None,
    )
    return paper, facts


def scanned(pdf: bytes, dice: random.Random) -> bytes:
    """The first page as a JPEG from a scanner that has seen better days."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil()
    finally:
        document.close()
    turn = dice.uniform(-MOST_DEGREES, MOST_DEGREES)
    picture = picture.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(dice.uniform(0.0, 0.7)))
    grain = Image.effect_noise(picture.size, dice.uniform(5.0, 40.0))
    picture = ImageChops.add(picture, grain, scale=1, offset=-128)
    dots = picture.load()
    assert dots is not None
    for _ in range(picture.width * picture.height // 500):
        dots[dice.randrange(picture.width), dice.randrange(picture.height)] = dice.choice((0, 255))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=dice.randint(60, 90))
    return out.getvalue()


def figures() -> list[Figure]:
    """Not one receipt may be unreadable, and none may take longer than a payment has."""
    lost, rendered = [], []
    for scan in scans(COUNT):
        rendered.append(scan.rendered_ms)
        if not is_read(scan):
            lost.append(scan.paper.number)
    return [
        Figure(
            f"codes not read of {COUNT:,} receipts at {DOTS_PER_INCH} dots an inch",
            len(lost),
            "",
            0,
            f"{COUNT - len(lost):,} read" + (f"; not {', '.join(lost[:5])}" if lost else ""),
        ),
        Figure(
            "processor time to render a receipt of any script and currency (p95)",
            percentile(rendered, 0.95),
            "ms",
            MOST_MS,
            f"p50 {percentile(rendered, 0.5):.1f} ms, longest {max(rendered):.0f} ms (the first in a script)",
        ),
    ]
