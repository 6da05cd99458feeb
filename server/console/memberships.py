"""The console's page of BPJS: which receipts wait for its word, and what it confirmed and stated, one by one or as a
file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from fastapi import APIRouter, Request, Response
from python_multipart.exceptions import MultipartParseError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from models.language import date_short, rupiah
from models.rules.days import business_date
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from models.sync.protocol import SyncError
from server.console.sessions import centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases import memberships
from server.usecases.memberships import ZONE, Confirmation, Statement, Told, Waiting
from server.usecases.pairs import mission_name
from server.usecases.roles import Act, may
from server.usecases.sessions import Session
from server.web.bodies import form, limited_body
from server.web.pages import page

router = APIRouter()

LONGEST_FILE = 2 << 20
"""Bytes of a file of the insurer: some 30,000 rows."""
SHOWN = 200
"""Receipts that the page lists; the oldest come first, and the rest with the next look."""


@dataclass(frozen=True, slots=True)
class MissionWaits:
    """How many receipts of a mission wait, and since when the oldest does."""

    mission: str
    receipts: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of the file that was sent, as it was understood, and what is wrong with it."""

    number: int
    about: str
    said: str
    problem: str


@router.get("/konfirmasi")
async def get_memberships(
    request: Request, kuitansi: int = 0, peserta: int = 0, sudah: int = 0, saldo: int = 0
) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    return await _shown(request, session, done=_done(kuitansi, peserta, sudah, saldo))


@router.post("/konfirmasi")
async def post_confirmation(request: Request) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.CONFIRM):
        return not_allowed(Act.CONFIRM)
    try:
        one = Confirmation(
            receipt=fields.get("receipt", "").strip(),
            kpj=fields.get("kpj", "").strip() or None,
            confirmed_on=_day(fields.get("confirmed_on", ""), "confirmed_on"),
        )
        kept = await run_in_threadpool(lambda: memberships.confirm(centre_of(request), [one], by=session.officer))
    except Refused as refusal:
        return await _shown(request, session, fields=fields, problems=_by_field(refusal))
    return to(f"/konfirmasi?kuitansi={kept.receipts}&peserta={kept.workers}&sudah={kept.already}")


@router.post("/konfirmasi/saldo")
async def post_balance(request: Request) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.CONFIRM):
        return not_allowed(Act.CONFIRM)
    try:
        as_of = _day(fields.get("as_of", ""), "as_of")
        amount = _rupiah(fields.get("amount_idr", ""))
        missing = [
            Problem(name, "required")
            for name, value in (("balance_kpj", fields.get("balance_kpj")), ("amount_idr", amount), ("as_of", as_of))
            if value in (None, "")
        ]
        if missing or amount is None or as_of is None:
            raise Refused(*missing)
        one = Statement(amount_idr=amount, as_of=as_of, kpj=fields.get("balance_kpj", "").strip())
        await run_in_threadpool(lambda: memberships.state(centre_of(request), [one], by=session.officer))
    except Refused as refusal:
        found = _by_field(refusal)
        if "kpj" in found:
            found["balance_kpj"] = found.pop("kpj")
        return await _shown(request, session, fields=fields, problems=found)
    return to("/konfirmasi?saldo=1")


@router.post("/konfirmasi/berkas")
async def post_file(request: Request) -> Response:
    """The whole file, or nothing of it: a row that is wrong stands in the answer with what to change."""
    try:
        csrf, content = await _uploaded(request)
    except SyncError as error:
        if error.code != "too_large":
            raise
        session = await session_of(request)
        if session is None:
            return to("/masuk")
        return await _shown(
            request, session, problems={"file": "Berkasnya lebih dari 2 MB. Bagi menjadi beberapa berkas."}
        )
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, csrf):
        return not_ours("Tidak dapat dicatat")
    if not may(session.officer, Act.CONFIRM):
        return not_allowed(Act.CONFIRM)
    centre = centre_of(request)
    try:
        told = memberships.confirmed_file(content)
    except (ValueError, msgspec.MsgspecError) as error:
        said = "Pilih berkasnya." if not content else f"Berkas ini tidak terbaca: {error}"
        return await _shown(request, session, problems={"file": said})
    if not told.confirmations and not told.balances:
        return await _shown(request, session, problems={"file": "Tidak ada satu baris pun di dalam berkas ini."})

    try:
        kept, stated = await run_in_threadpool(lambda: memberships.take(centre, told, by=session.officer))
    except Refused as refusal:
        return await _shown(request, session, rows=_rows(told, refusal), problems=_of_file(refusal))
    return to(f"/konfirmasi?kuitansi={kept.receipts}&peserta={kept.workers}&sudah={kept.already}&saldo={stated}")


async def _shown(
    request: Request,
    session: Session,
    *,
    done: str = "",
    fields: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    rows: list[FileRow] | None = None,
) -> Response:
    """The page, with what was typed and what is wrong with it."""
    centre = centre_of(request)
    waits = await run_in_threadpool(
        lambda: centre.read(lambda connection: memberships.waiting(connection, most=10_000))
    )
    return page(
        "memberships.html",
        400 if problems or rows else 200,
        waits=waits[:SHOWN],
        hidden=max(0, len(waits) - SHOWN),
        missions=_missions(waits),
        mission_name=mission_name,
        now=centre.now(),
        today=business_date(centre.now(), ZONE).isoformat(),
        zone=ZONE,
        done=done,
        typed=fields or {},
        problems=problems or {},
        rows=rows or [],
        may=may(session.officer, Act.CONFIRM),
        **facts(request, session),
    )


def _missions(waits: list[Waiting]) -> list[MissionWaits]:
    """Each mission's, the one that has waited longest first."""
    found: dict[str, list[Waiting]] = {}
    for one in waits:
        found.setdefault(one.mission, []).append(one)
    each = [MissionWaits(mission, len(of_it), min(one.issued_at for one in of_it)) for mission, of_it in found.items()]
    return sorted(each, key=lambda one: (one.oldest, one.mission))


def _done(receipts: int, workers: int, already: int, balances: int) -> str:
    said = []
    if receipts:
        said.append(f"{receipts} kuitansi dari {workers} peserta dikonfirmasi.")
    if already:
        said.append(f"{already} kuitansi sudah dikonfirmasi sebelumnya.")
    if balances:
        said.append(f"{balances} saldo dicatat.")
    return " ".join([*said, "Loket membacanya setelah sinkron berikutnya."]) if said else ""


def _by_field(refusal: Refused) -> dict[str, str]:
    """What is wrong, by the last part of the field: `confirmations[0].receipt` → `receipt`."""
    found: dict[str, str] = {}
    for problem in refusal.problems:
        name = problem.field.rpartition(".")[2]
        found[name] = " ".join(filter(None, (found.get(name), sentence(problem))))
    return found


def _of_file(refusal: Refused) -> dict[str, str]:
    apart = [problem for problem in refusal.problems if _place(problem) is None]
    said = "Belum ada yang dicatat. Perbaiki baris yang bertanda, lalu kirim lagi berkasnya."
    return {"file": " ".join([*(sentence(problem) for problem in apart), said])}


def _place(problem: Problem) -> tuple[str, int] | None:
    """(`confirmations`, 3) for `confirmations[3].receipt`."""
    group, found, rest = problem.field.partition("[")
    return (group, int(rest.partition("]")[0])) if found else None


def _rows(told: Told, refusal: Refused) -> list[FileRow]:
    """Every row of the file as it was understood, those with a problem first."""
    wrong: dict[tuple[str, int], list[str]] = {}
    for problem in refusal.problems:
        if (place := _place(problem)) is not None:
            wrong.setdefault(place, []).append(sentence(problem))
    rows = []
    for at, one in enumerate(told.confirmations):
        card, day = f"KPJ {one.kpj}" if one.kpj else "", date_short(one.confirmed_on) if one.confirmed_on else ""
        said = " · ".join(part for part in (card, day) if part)
        rows.append(FileRow(at + 1, one.receipt, said, " ".join(wrong.get(("confirmations", at), ()))))
    for at, state in enumerate(told.balances):
        about = f"KPJ {state.kpj}" if state.kpj else str(state.worker_id or "—")
        said = f"{state.programme} {rupiah(state.amount_idr)} per {date_short(state.as_of)}"
        rows.append(FileRow(at + 1, about, said, " ".join(wrong.get(("balances", at), ()))))
    return sorted(rows, key=lambda row: not row.problem)[:SHOWN]


def _day(text: str, field: str) -> date | None:
    """A date as browsers send it. Refused `date.impossible`."""
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise Refused(Problem(field, "date.impossible")) from error


def _rupiah(text: str) -> int | None:
    """Whole rupiah, with or without the points of thousands. Refused `money.typed`."""
    digits = text.strip().removeprefix("Rp").replace(".", "").replace(" ", "")
    if not digits:
        return None
    if not digits.isdecimal() or not digits.isascii():
        raise Refused(Problem("amount_idr", "money.typed"))
    return int(digits)


class _InMemory(MultiPartParser):
    """Nothing of it on the disk: it names people's card numbers."""

    spool_max_size = LONGEST_FILE + 1


async def _uploaded(request: Request) -> tuple[str, bytes]:
    """The form's token and the file. SyncError `bad_frame` for another kind of body, `too_large`."""
    if request.headers.get("content-type", "").partition(";")[0] != "multipart/form-data":
        raise SyncError("bad_frame")
    body = await limited_body(request, LONGEST_FILE)

    async def pieces() -> AsyncIterator[bytes]:
        yield body
        yield b""

    try:
        sent = await _InMemory(request.headers, pieces(), max_files=1, max_fields=4).parse()  # type: ignore[arg-type]
    except (MultiPartException, MultipartParseError) as error:
        raise SyncError("bad_frame") from error
    try:
        file, csrf = sent.get("file"), sent.get("csrf")
        content = await file.read() if isinstance(file, UploadFile) else b""
    finally:
        await sent.close()
    return (csrf if isinstance(csrf, str) else ""), content
