"""Routes of enrolment and sync, and of looking up and borrowing persons."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from models.sync import protocol
from models.sync.messages import BorrowRequest, Cursor, LookupRequest, PushAnswer, PushRequest, SyncRequest
from models.sync.protocol import MAX_ENTRIES, SyncError
from models.sync.restoring import ReturnRequest
from models.sync.signing import Signed
from models.sync.still import moment, read_mark
from server.routes.wire import answer, answered, asker, centre_of, message, token_of
from server.usecases.borrowing import borrow
from server.usecases.enrol import enrol
from server.usecases.incoming import has_waiting, release
from server.usecases.lookup import look_up
from server.usecases.pull import pull
from server.usecases.push import push
from server.usecases.recalling import recall
from server.usecases.returning import give_back
from server.usecases.still import still
from server.usecases.sync import skew_between, sync
from server.usecases.terminals import Caller, heard
from server.web.gate import shown

router = APIRouter()


@router.get(protocol.CENTRE)
async def get_centre(request: Request) -> Response:
    return answer(centre_of(request).info())


@router.post(protocol.ENROL)
async def post_enrol(request: Request) -> Response:
    centre, asked = centre_of(request), await message(request, Signed)
    return await answered(request, lambda: enrol(centre, asked))


@router.post(protocol.SYNC)
async def post_sync(request: Request, who: Caller = Depends(asker)) -> Response:
    centre = centre_of(request)
    arrived = centre.now()
    asked = await message(request, SyncRequest)
    return await answered(request, lambda: sync(centre, who, asked, arrived))


@router.get(protocol.STILL)
async def get_still(
    request: Request,
    mark: str = Query(max_length=32),
    t0: int = Query(ge=0, lt=1 << 55),
    heard_at: int = Query(ge=0, lt=1 << 55, alias="h"),
) -> Response:
    """One hop to a thread, one round trip to the database; what is noted is noted when the answer has gone out."""
    centre, asked, at, before = centre_of(request), read_mark(mark), moment(t0), moment(heard_at)
    if asked is None or at is None or before is None:
        raise SyncError("bad_frame")
    arrived = centre.now()
    said, who, head = await run_in_threadpool(still, centre, token_of(request), asked, at, before, arrived)
    shown(request, (who.terminal, who.incarnation))
    skew = skew_between(at, arrived)
    noted = BackgroundTask(heard, centre, who, head, arrived, head.program or "", skew, durable=False)
    return Response(status_code=204, headers={"Loket-Still": said}, background=noted)


@router.post(protocol.PUSH)
async def post_push(request: Request, who: Caller = Depends(asker)) -> Response:
    centre, asked = centre_of(request), await message(request, PushRequest)

    def pushed() -> PushAnswer:
        answer = push(centre, who, asked)
        if has_waiting(centre, who.terminal):
            release(centre, who.terminal)
        return answer

    return await answered(request, pushed)


@router.post(protocol.RECALL)
async def post_recall(request: Request) -> Response:
    # By no token: of who is not known any more, the certificate they show has the key.
    centre, evidence = centre_of(request), await message(request, Signed)
    return await answered(request, lambda: recall(centre, evidence))


@router.post(protocol.RETURN)
async def post_return(request: Request, who: Caller = Depends(asker)) -> Response:
    centre, asked = centre_of(request), await message(request, ReturnRequest)
    return await answered(request, lambda: give_back(centre, who, asked))


@router.get(protocol.PULL)
async def get_pull(
    request: Request,
    who: Caller = Depends(asker),
    stream: str = Query(max_length=64),
    after: int = Query(0, ge=0, lt=1 << 62),
    chain: str = Query("0" * 64, pattern="^[0-9a-f]{64}$"),
    limit: int = Query(MAX_ENTRIES, ge=1),
    stubs: bool = Query(True),
    spoken: int = Query(protocol.PROTOCOL, alias="protocol"),
) -> Response:
    centre, cursor = centre_of(request), Cursor(stream, after, bytes.fromhex(chain))
    return await answered(request, lambda: pull(centre, who, cursor, limit, stubs=stubs, protocol=spoken))


@router.post(protocol.LOOKUP)
async def post_lookup(request: Request, who: Caller = Depends(asker)) -> Response:
    centre, asked = centre_of(request), await message(request, LookupRequest)
    return await answered(request, lambda: look_up(centre, who, asked))


@router.post(protocol.BORROW)
async def post_borrow(request: Request, who: Caller = Depends(asker)) -> Response:
    centre, asked = centre_of(request), await message(request, BorrowRequest)
    return await answered(request, lambda: borrow(centre, who, asked.worker_id, asked.operator))


@router.api_route("/v1/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "DELETE"], include_in_schema=False)
async def nothing_here(path: str) -> Response:
    raise SyncError("not_found")
