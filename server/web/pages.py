"""Pages: templates, the few files they need, and the headers that keep everything else out."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import reports
from models import language
from models.rules.money import Money
from models.sentences import paper_name, stated
from models.sync.protocol import SyncError

HERE = Path(__file__).parent

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # The address of a checked paper holds its token.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_STATIC = {
    "pusat.css": (HERE / "static" / "pusat.css", "text/css; charset=utf-8"),
    **{
        f"{name}.ttf": (Path(reports.__file__).with_name("fonts") / f"{name}.ttf", "font/ttf")
        for name in ("NotoSans-Regular", "NotoSans-Medium", "NotoSans-SemiBold", "NotoSans-Bold")
    },
}

static = APIRouter()


@static.get("/static/{name}")
def get_static(name: str) -> Response:
    if name not in _STATIC:
        raise SyncError("not_found")
    path, kind = _STATIC[name]
    return Response(path.read_bytes(), media_type=kind, headers=HEADERS | {"Cache-Control": "public, max-age=86400"})


def page(template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page nobody keeps a copy of."""
    text = _environment().get_template(template).render(facts)
    return HTMLResponse(text, status, headers=HEADERS | {"Cache-Control": "no-store"})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": language.number,
        "money": language.money,
        "rupiah": language.rupiah,
        "large_rupiah": large_rupiah,
        "day": language.date_short,
        "long_day": language.date_long,
        "english_day": language.date_english,
        "moment": moment,
        "months": lambda n: f"{n} bulan",
        "paper": paper_name,
        "stated": stated,
    }
    environment.globals |= {"ago": ago, "difference": difference}
    return environment


def large_rupiah(amount: int) -> str:
    """`Rp 4,12 M` from a milliard on; in full below, where every rupiah can be read."""
    for scale, name in ((10**12, "T"), (10**9, "M")):
        if abs(amount) >= scale:
            rounded = (Decimal(amount) / scale).quantize(Decimal("0.01"), ROUND_HALF_UP)
            return f"Rp {language.number(rounded)} {name}"
    return language.rupiah(amount)


def moment(at: datetime, zone: str) -> str:
    """`22 Nov 2026 08.47`, in the zone's time."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{language.date_short(local.date())} {language.time_short(local)}"


def ago(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that is full: `2 jam`, `1 hari`."""
    passed = max(now - since, timedelta())
    for unit, name in ((timedelta(days=1), "hari"), (timedelta(hours=1), "jam"), (timedelta(minutes=1), "menit")):
        if passed >= unit:
            return f"{language.number(passed // unit)} {name}"
    return "baru saja"


def difference(amounts: tuple[Money, ...]) -> str:
    """What the books are out by: `nol selisih`, or each currency's amount."""
    return "selisih " + ", ".join(map(language.money, amounts)) if amounts else "nol selisih"
