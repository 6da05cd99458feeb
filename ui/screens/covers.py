"""Covers: how a worker and their protection are said in a line, a chip and a span of days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from models.language import _, date_short, month_year
from models.rules.days import Month

if TYPE_CHECKING:
    from kiosk.queries.workers import WorkerCard
    from models.rules.coverage import CoverState


def cover_chip(state: CoverState) -> tuple[str, str]:
    """Kind and words of the chip: («amber», «Berakhir 18 hari lagi»)."""
    until = date_short(state.covered_to) if state.covered_to else ""
    match state.kind:
        case "active":
            return "ok", _("Aktif s.d. {day}").format(day=until)
        case "expiring" if state.days_left == 0:
            return "amber", _("Berakhir hari ini")
        case "expiring":
            return "amber", _("Berakhir {n} hari lagi").format(n=state.days_left)
        case "expired":
            return "red", _("Berakhir {day}").format(day=until)
        case "upcoming":
            return "blue", _("Belum mulai, s.d. {day}").format(day=until)
        case _:
            return "grey", _("Belum ada perlindungan")


def about(person: WorkerCard) -> str:
    """The line below the name: «Paspor C4821907 · Perawat lansia · Chen Mei-ling · kontrak s.d. 10 Des 2026»."""
    if person.hidden:
        return _("Data dibatasi atas permintaan pekerja. Layani seperti biasa; kertasnya memuat inisial saja.")
    placement = person.placement
    passport = person.identity.get("passport_number")
    parts = [_("Paspor {number}").format(number=passport) if passport else ""]
    if placement is not None:
        parts += [placement.job or "", placement.employer or ""]
        if placement.contract_end:
            parts.append(_("kontrak s.d. {day}").format(day=date_short(placement.contract_end)))
    return " · ".join(part for part in parts if part) or _("Belum terdaftar di loket ini")


def span(first: date, last: date) -> str:
    """«11 Des 2026 — 10 Des 2028»."""
    return f"{date_short(first)} — {date_short(last)}"


def covered(programme: str, first: date, last: date) -> str:
    """Days for JKK+JKM, calendar months for JHT: «Des 2026 — Feb 2027»."""
    if programme != "JHT":
        return span(first, last)
    begins, ends = month_year(Month.of(first)), month_year(Month.of(last))
    return begins if begins == ends else f"{begins} — {ends}"
