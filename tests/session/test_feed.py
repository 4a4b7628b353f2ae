import asyncio
import gc
import weakref

import pytest

from aicall_cli.engine.enums import Party
from aicall_cli.engine.events import DataChannelOpened, Event, VoiceVolumeChanged, WarningRaised
from aicall_cli.session.feed import MOMENT_LIMIT, QUEUE_LIMIT, Feed, Listener, Stamped


def event(number: int) -> Event:
    return WarningRaised(str(number))


async def everything(listener: Listener) -> list[Stamped]:
    return [stamped async for stamped in listener]


async def test_every_listener_gets_every_event_in_order() -> None:
    feed = Feed()
    listeners = [feed.listen(), feed.listen()]
    for number in range(3):
        feed.publish(number / 10, event(number))
    feed.close()
    for listener in listeners:
        assert await everything(listener) == [Stamped(n / 10, event(n)) for n in range(3)]


async def test_a_listener_sees_what_comes_after_it() -> None:
    feed = Feed()
    feed.publish(0.0, event(0))
    listener = feed.listen()
    feed.publish(0.1, event(1))
    feed.close()
    assert await everything(listener) == [Stamped(0.1, event(1))]


async def test_a_listener_sees_the_kind_that_it_is_for() -> None:
    feed = Feed()
    listener = feed.listen(DataChannelOpened)
    before = feed.closed
    for told in (event(0), DataChannelOpened(), event(1)):
        feed.publish(0.1, told)
    feed.close()
    assert (before, feed.closed) == (False, True)
    assert await everything(listener) == [Stamped(0.1, DataChannelOpened())]


async def test_a_slow_listener_gets_nothing_that_is_of_the_moment() -> None:
    feed = Feed()
    listener = feed.listen()
    for volume in range(2 * MOMENT_LIMIT):
        feed.publish(0.1, VoiceVolumeChanged(Party.AGENT, volume))
    feed.publish(0.2, event(1))
    feed.close()
    read = await everything(listener)
    assert len(read) == MOMENT_LIMIT + 1
    assert read[-1].event == event(1)


async def test_a_listener_waits_for_the_next_event() -> None:
    feed = Feed()
    listener = feed.listen()
    asyncio.get_running_loop().call_later(5, feed.publish, 5.0, event(1))
    assert (await anext(listener)).event == event(1)
    asyncio.get_running_loop().call_later(5, feed.close)
    assert await everything(listener) == []


async def test_a_closed_feed_ends_every_listener_however_often_it_is_closed() -> None:
    feed = Feed()
    early = feed.listen()
    feed.close()
    feed.close()
    assert await everything(early) == await everything(feed.listen()) == []


async def test_a_cancelled_reader_misses_nothing() -> None:
    feed = Feed()
    listener = feed.listen()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await anext(listener)
    feed.publish(0.0, event(1))
    feed.publish(0.0, event(2))
    feed.close()
    assert [stamped.event for stamped in await everything(listener)] == [event(1), event(2)]


@pytest.mark.parametrize(
    "bursts",
    [[QUEUE_LIMIT], [QUEUE_LIMIT + 1], [3 * QUEUE_LIMIT, 0, 5], [QUEUE_LIMIT + 7, QUEUE_LIMIT + 9]],
)
async def test_a_slow_listener_loses_the_oldest_and_is_told_how_many(bursts: list[int]) -> None:
    feed = Feed()
    listener = feed.listen()
    published = 0
    expected: list[Event] = []
    got: list[Event] = []
    for burst in bursts:
        for _ in range(burst):
            feed.publish(0.0, event(published))
            published += 1
        kept = min(burst, QUEUE_LIMIT)
        if burst > kept:
            expected.append(WarningRaised(f"{burst - kept} events were read too late and lost"))
        expected += [event(number) for number in range(published - kept, published)]
        while len(got) < len(expected):
            got.append((await anext(listener)).event)
    feed.close()
    assert got == expected
    assert await everything(listener) == []


async def test_a_listener_that_nobody_holds_is_forgotten() -> None:
    feed = Feed()
    abandoned = weakref.ref(feed.listen())
    held = feed.listen()
    gc.collect()
    assert abandoned() is None
    feed.publish(0.0, event(1))
    feed.close()
    assert await everything(held) == [Stamped(0.0, event(1))]
