"""How what was pushed ends: taken, drained, or discarded."""

import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import PUSH_RATES, AudioFormat
from aicall_cli.capture.external_stream import Completion
from aicall_cli.capture.push_result import PushResult
from tests.capture.streams import constant, open_stream

OK, FULL = PushResult.OK, PushResult.BUFFER_FULL


class Completions:
    """Remembers which writes were completed, and with what."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    def named(self, name: str) -> Completion:
        return lambda written: self.calls.append((name, written))

    async def settled(self) -> list[tuple[str, int]]:
        await asyncio.sleep(0)
        return self.calls


async def test_clear_discards_and_begins_anew() -> None:
    stream = open_stream(AudioFormat(16_000, 1))
    stream.push(constant(1_000, 40, stream.format))
    stream.clear()
    assert stream.queued_ms == 0
    assert stream.statistics.discarded_samples == 1_920
    assert stream.pull(960).tolist() == []
    stream.push(constant(7, 20, stream.format))
    assert np.count_nonzero(stream.pull(960) > 100) == 0


async def test_drain_waits_for_the_last_sample() -> None:
    stream = open_stream(AudioFormat(8_000, 2))
    for _ in range(3):
        stream.push(constant(1, 20, stream.format))
    drain = asyncio.ensure_future(stream.drain())
    for _ in range(3):
        await asyncio.sleep(0)
        assert not drain.done()
        assert len(stream.pull(960)) == 960
    await drain


async def test_drain_of_nothing_returns_at_once() -> None:
    await open_stream().drain()


@pytest.mark.parametrize("end", ["clear", "close"])
async def test_drain_ends_with_what_is_queued(end: str) -> None:
    stream = open_stream()
    stream.push(constant(1))
    drain = asyncio.ensure_future(stream.drain())
    await asyncio.sleep(0)
    getattr(stream, end)()
    await drain


async def test_a_write_is_completed_when_its_last_sample_was_taken() -> None:
    stream, done = open_stream(), Completions()
    stream.push(constant(1, ms=30), done.named("first"))
    stream.push(constant(2, ms=10), done.named("second"))
    stream.pull(960)
    assert await done.settled() == []
    stream.pull(960)
    assert await done.settled() == [("first", 1_440), ("second", 480)]


@pytest.mark.parametrize("rate", PUSH_RATES)
async def test_completion_counts_the_streams_own_samples(rate: int) -> None:
    stream, done = open_stream(AudioFormat(rate, 2)), Completions()
    stream.push(constant(1, 20, stream.format), done.named("write"))
    stream.pull(900)
    assert await done.settled() == []
    stream.pull(60)
    assert await done.settled() == [("write", rate // 50)]


@pytest.mark.parametrize("end", ["clear", "close"])
async def test_a_discarded_write_is_completed_with_0(end: str) -> None:
    stream, done = open_stream(), Completions()
    stream.push(constant(1), done.named("heard"))
    stream.push(constant(1), done.named("half heard"))
    stream.push(constant(1), done.named("unheard"))
    stream.pull(1_000)
    getattr(stream, end)()
    assert await done.settled() == [("heard", 960), ("half heard", 0), ("unheard", 0)]


async def test_a_refused_write_is_never_completed() -> None:
    stream, done = open_stream(capacity_ms=40), Completions()
    stream.push(constant(1, ms=40))
    assert stream.push(constant(1), done.named("refused")) is FULL
    stream.pull(9_600)
    stream.close()
    assert await done.settled() == []


async def test_an_empty_write_is_completed_at_once() -> None:
    stream, done = open_stream(), Completions()
    stream.push(constant(1, ms=0), done.named("empty"))
    assert await done.settled() == [("empty", 0)]


async def test_completion_never_runs_within_the_tick() -> None:
    stream = open_stream()
    seen: list[int] = []
    stream.push(constant(1), seen.append)
    stream.pull(960)
    assert seen == []
    await asyncio.sleep(0)
    assert seen == [960]
