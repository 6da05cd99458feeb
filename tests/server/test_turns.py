import asyncio

from loket_testing.loops import run

from models.sync.protocol import SyncError
from server.web.turns import Turns


async def hold(turns: Turns, free: asyncio.Event) -> str:
    try:
        async with turns.turn():
            await free.wait()
    except SyncError as error:
        return f"{error.code} {error.facts['seconds']}"
    return "done"


def test_who_would_wait_too_long_is_told_when_to_come_back_and_the_others_have_their_turn():
    async def morning() -> list[str]:
        turns, free = Turns(at_once=2, longest=0.02), asyncio.Event()
        first = [asyncio.create_task(hold(turns, free)) for _ in range(2)]
        late = [asyncio.create_task(hold(turns, free)) for _ in range(3)]
        said = await asyncio.gather(*late)
        free.set()
        return [*await asyncio.gather(*first), *said, await hold(turns, free)]

    assert run(morning()) == ["done"] * 2 + ["busy 1"] * 3 + ["done"]


def test_a_long_queue_is_refused_at_once_with_the_time_it_takes():
    async def morning() -> list[str]:
        turns, free = Turns(at_once=1, longest=5.0), asyncio.Event()
        waiting = [asyncio.create_task(hold(turns, free)) for _ in range(53)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        said = await hold(turns, free)
        free.set()
        return [said, *await asyncio.gather(*waiting)]

    said, *others = run(morning())
    assert said == "busy 6"
    assert others == ["done"] * 52 + ["busy 6"]


def test_each_event_loop_has_turns_of_its_own():
    turns = Turns(at_once=1)

    async def once() -> None:
        async with turns.turn():
            pass

    for _ in range(2):
        run(once())
