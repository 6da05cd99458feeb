"""The console's page of tariffs: what is in force, coming and past, and who said so."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from models.rules.tariffs import level
from server.console.sessions import centre_of, facts, session_of, to
from server.usecases.overview import ZONE
from server.usecases.tariffs import packs_at, today
from server.web.pages import page

router = APIRouter()

STANDINGS = {
    "in_force": ("ok", "berlaku"),
    "upcoming": ("wait", "akan berlaku"),
    "past": ("plain", "tidak berlaku lagi"),
    "unpublished": ("plain", "tidak diterbitkan"),
}
EVENTS = {
    "new": "kontrak baru",
    "extension": "perpanjangan",
    "re-entry": "masuk kembali",
    "late": "terlambat mendaftar",
}
SCHEMES = {"p3mi": "P3MI", "g2g": "G to G", "g2p": "G to P", "ukps": "UKPS", "perseorangan": "perseorangan"}
LEVELS = {"law": "peraturan", "press": "pengumuman", "derived": "dihitung", "proposal": "belum ditegaskan"}
ROUNDINGS = {
    "up": "dihitung sebulan",
    "nearest": "dihitung sebulan mulai setengah bulan",
    "down": "tidak dihitung",
}


@router.get("/tarif")
async def get_tariffs(request: Request) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    centre = centre_of(request)
    rows = sorted(await run_in_threadpool(packs_at, centre), key=lambda row: list(STANDINGS).index(row.standing))
    words: dict[str, Any] = {
        "standings": STANDINGS,
        "events": EVENTS,
        "schemes": SCHEMES,
        "levels": LEVELS,
        "roundings": ROUNDINGS,
    }
    shown: dict[str, Any] = {"rows": rows, "day": today(centre), "zone": ZONE, "level": level}
    return page("tariffs.html", **words, **shown, **facts(request, session))
