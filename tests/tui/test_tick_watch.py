import asyncio

from aicall_cli.tui.tick_watch import TICKS, TickWatch
from tests.tui.calls import LOUD, QUIET, SILENCE, FakeSession


async def test_it_wakes_after_some_ticks_with_the_loudest_level() -> None:
    session = FakeSession()
    watch = TickWatch(session)
    async with asyncio.TaskGroup() as tasks:
        look = tasks.create_task(watch.wait())
        for pcm in [QUIET, LOUD, *[SILENCE] * (TICKS - 3)]:
            session.tick(pcm)
            await asyncio.sleep(0)
        assert not look.done()
        session.tick(SILENCE)
    loudest = look.result()
    assert loudest == (254, 0)
    for _ in range(TICKS):
        session.tick(SILENCE)
    assert await watch.wait() == (0, 0)


async def test_it_wakes_without_ticks_after_a_while() -> None:
    assert await TickWatch(FakeSession()).wait() == (0, 0)


async def test_the_agents_side_is_watched_but_wakes_nobody() -> None:
    session = FakeSession()
    watch = TickWatch(session)
    for _ in range(TICKS):
        session.hear(LOUD)
    before = asyncio.get_running_loop().time()
    assert await watch.wait() == (0, 254)
    assert asyncio.get_running_loop().time() > before
    assert await watch.wait() == (0, 0)
