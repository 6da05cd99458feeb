import asyncio

import pytest

from models.sync.protocol import SyncError
from server.web.turns import COME_BACK, Turns


def test_who_would_wait_too_long_is_told_to_come_back_and_the_others_have_their_turn():
    async def hold(turns: Turns, free: asyncio.Event) -> str:
        try:
            async with turns.turn():
                await free.wait()
        except SyncError as error:
            return f"{error.code} {error.facts['seconds']}"
        return "done"

    async def morning() -> list[str]:
        turns, free = Turns(at_once=2, longest=0.05), asyncio.Event()
        first = [asyncio.create_task(hold(turns, free)) for _ in range(2)]
        late = [asyncio.create_task(hold(turns, free)) for _ in range(3)]
        said = await asyncio.gather(*late)
        free.set()
        return [*await asyncio.gather(*first), *said, await hold(turns, free)]

    assert asyncio.run(morning()) == ["done"] * 2 + [f"busy {COME_BACK}"] * 3 + ["done"]


@pytest.mark.parametrize("loops", [2])
def test_each_event_loop_has_turns_of_its_own(loops):
    turns = Turns(at_once=1)

    async def once() -> None:
        async with turns.turn():
            pass

    for _ in range(loops):
        asyncio.run(once())
