"""The console's page of sticks: what counters without a line send is taken in, and what goes back to them is made."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from python_multipart.exceptions import MultipartParseError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import FileResponse

from models.rules.problems import Problem, Refused, Trouble
from models.sentences import sentence, trouble_sentence
from models.sync.protocol import SyncError
from reports.bundle_manifest import render_bundle_manifest
from server.console.sessions import centre_of, facts, not_allowed, not_ours, same, session_of, to
from server.usecases.bundle_papers import carried, counters, manifest
from server.usecases.incoming import Taken, take
from server.usecases.outgoing import make
from server.usecases.overview import ZONE
from server.usecases.roles import Act, may
from server.usecases.sessions import Session
from server.web.bodies import form
from server.web.pages import HEADERS, page

router = APIRouter()

LONGEST_BUNDLE = 512 << 20
"""Bytes of a file that a browser may bring; larger ones are taken by command, on the machine itself."""
_LONGEST_MADE = 1_000_000_000
_CONFIRMABLE = frozenset({"bundle.counter_revoked", "bundle.counter_continued"})


@router.get("/flashdisk")
async def get_bundles(request: Request) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.CARRY_BUNDLES):
        return not_allowed(Act.CARRY_BUNDLES)
    return await _page(request, session)


@router.post("/flashdisk/ambil")
async def post_bundle(request: Request) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.CARRY_BUNDLES):
        return not_allowed(Act.CARRY_BUNDLES)
    sent = await _uploaded(request)
    try:
        csrf, paper, file = sent.get("csrf"), sent.get("paper"), sent.get("file")
        if not same(session.csrf, csrf if isinstance(csrf, str) else ""):
            return not_ours("Tidak dapat diambil")
        if not isinstance(file, UploadFile) or not file.filename:
            return await _page(request, session, problems=(Problem("file", "required"),))
        centre, content, name = centre_of(request), file.file, file.filename[:100]

        def work() -> Taken:
            return take(
                centre,
                content,
                name=name,
                by=session.officer,
                confirmed=sent.get("confirmed") == "on",
                paper=paper if isinstance(paper, str) else "",
            )

        try:
            taken = await run_in_threadpool(work)
        except Refused as refusal:
            return await _page(request, session, problems=refusal.problems)
    finally:
        await sent.close()
    return await _page(request, session, taken=taken)


@router.post("/flashdisk/buat")
async def post_making(request: Request) -> Response:
    fields, session = await form(request), await session_of(request)
    if session is None:
        return to("/masuk")
    if not same(session.csrf, fields.get("csrf")):
        return not_ours("Tidak dapat dibuat")
    if not may(session.officer, Act.CARRY_BUNDLES):
        return not_allowed(Act.CARRY_BUNDLES)
    centre = centre_of(request)
    folder = Path(tempfile.mkdtemp(prefix="loket-bundle-"))

    def work() -> Path:
        made = make(
            centre,
            fields.get("terminal", ""),
            folder,
            size=_LONGEST_MADE,
            most=1,
            with_documents=fields.get("documents") == "on",
            by=session.officer,
        )
        return made[0].placed.path

    try:
        path = await run_in_threadpool(work)
    except Refused as refusal:
        shutil.rmtree(folder, ignore_errors=True)
        problem = refusal.problems[0]
        if problem.code == "bundle.too_many_files":
            problem = Problem("size", "bundle.by_command")
        return await _page(request, session, problems=(problem,))
    except Trouble as trouble:
        shutil.rmtree(folder, ignore_errors=True)
        return page("message.html", 503, title="Tidak dapat dibuat", said=trouble_sentence(trouble))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    more = HEADERS | {"Cache-Control": "no-store"}
    return FileResponse(path, filename=path.name, media_type="application/octet-stream", headers=more, background=gone)


@router.get("/flashdisk/{terminal}/{incarnation}/{number}.pdf")
async def get_manifest(request: Request, terminal: str, incarnation: str, number: str) -> Response:
    session = await session_of(request)
    if session is None:
        return to("/masuk")
    if not may(session.officer, Act.CARRY_BUNDLES):
        return not_allowed(Act.CARRY_BUNDLES)
    try:
        named_by = UUID(terminal), int(incarnation[:9]), [int(number[:9])]
        paper = await run_in_threadpool(manifest, centre_of(request), *named_by, session.officer.name)
    except (Refused, ValueError):
        said = sentence(Problem("number", "bundle.unknown"))
        return page("message.html", 404, title="Tidak ada", said=said)
    content = await run_in_threadpool(render_bundle_manifest, paper)
    named = f'attachment; filename="daftar-bawaan-{paper.series}-{number}.pdf"'
    more = {"Cache-Control": "no-store", "Content-Disposition": named}
    return Response(content, media_type="application/pdf", headers=HEADERS | more)


async def _uploaded(request: Request) -> FormData:
    """The form's fields and the file, which may lie on the disk meanwhile: it is sealed. SyncError `bad_frame` for
    another kind of body, `too_large`."""
    if request.headers.get("content-type", "").partition(";")[0] != "multipart/form-data":
        raise SyncError("bad_frame")

    async def pieces() -> AsyncIterator[bytes]:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > LONGEST_BUNDLE:
                raise SyncError("too_large")
            yield piece

    try:
        return await MultiPartParser(request.headers, pieces(), max_files=1, max_fields=6).parse()  # type: ignore[arg-type]
    except (MultiPartException, MultipartParseError) as error:
        raise SyncError("bad_frame") from error


async def _page(
    request: Request, session: Session, *, taken: Taken | None = None, problems: tuple[Problem, ...] = ()
) -> Response:
    centre = centre_of(request)
    shown: dict[str, Any] = {
        "rows": await run_in_threadpool(carried, centre),
        "counters": await run_in_threadpool(counters, centre),
        "taken": taken,
        "said": [sentence(one) for one in problems],
        "confirmable": any(one.code in _CONFIRMABLE for one in problems),
        "states": STATES,
        "zone": ZONE,
    }
    return page("bundles.html", 400 if problems else 200, **shown, **facts(request, session))


STATES = {
    "taken": ("ok", "diambil"),
    "known": ("ok", "sudah pernah diambil"),
    "held": ("wait", "menunggu yang sebelumnya"),
    "partly": ("wait", "sebagian"),
    "made": ("wait", "di jalan"),
}
"""How a file fares: the chip's colour and its word."""
