import asyncio
from dataclasses import replace

import pytest

from aicall_cli.audio.format import TICK_SECONDS
from aicall_cli.capture.stream_statistics import StreamStatistics
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.session.session import Session
from aicall_cli.session.statistics import (
    PushStatistics,
    TickStatistics,
    call_statistics,
    sum_streams,
)
from tests.session.running_session import running
from tests.support.fake_backend import NETWORK, FakeBackend


def test_of_a_call_that_never_was_nothing_is_known() -> None:
    figures = call_statistics(Session(lambda: 0.0), None)
    assert figures.ticks == TickStatistics(0, 0, None, None, None)
    assert figures.duration == 0.0
    assert figures.first_packet_after is None
    assert figures.mean_latency is None
    assert figures.network is None
    assert figures.opinion_score is None


async def test_a_call_is_counted_until_its_end() -> None:
    backend = FakeBackend(connect_seconds=0.5)
    async with running(backend) as session:
        await asyncio.sleep(2)
        backend.tell(MessageIgnored(None, "garbage"))
        session.hang_up()
        await asyncio.sleep(10)
        figures = call_statistics(session, NETWORK)
    assert figures.duration == pytest.approx(2, abs=2 * TICK_SECONDS)
    assert figures.first_packet_after == pytest.approx(0.5, abs=2 * TICK_SECONDS)
    assert figures.ticks.sent == len(backend.sent)
    assert figures.ticks.sent * TICK_SECONDS == pytest.approx(2, abs=3 * TICK_SECONDS)
    assert figures.ticks.skipped == 0
    assert figures.ticks.lateness_max == pytest.approx(0, abs=1e-3)
    assert figures.messages_ignored == 1
    assert figures.network is NETWORK


async def test_the_opinion_falls_with_loss_and_is_absent_without_a_round_trip() -> None:
    session = Session(lambda: 0.0)
    good = call_statistics(session, NETWORK).opinion_score
    bad = call_statistics(session, replace(NETWORK, frames_concealed=20)).opinion_score
    far = call_statistics(session, replace(NETWORK, round_trip=0.8)).opinion_score
    assert good is not None
    assert bad is not None
    assert far is not None
    assert 1 <= bad < good
    assert far < good <= 4.5
    assert call_statistics(session, replace(NETWORK, round_trip=None)).opinion_score is None


def test_streams_are_summed() -> None:
    assert sum_streams([]) == PushStatistics(0, 0, 0, 0, 0.0)
    one = StreamStatistics(
        pushed=10,
        pushed_samples=9600,
        retried=3,
        dropped=1,
        discarded_samples=0,
        high_water_ms=120.0,
        underruns=2,
        processing=None,
    )
    other = replace(one, pushed=5, high_water_ms=200.0)
    assert sum_streams([one, other]) == PushStatistics(15, 6, 2, 4, 200.0)
