import asyncio
from collections.abc import AsyncGenerator

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.resampler import resample
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.generated_source import GeneratedSource
from aicall_cli.capture.mixer import Mixer
from aicall_cli.capture.pump import pump
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import RetryPolicy
from aicall_cli.capture.source import Source
from aicall_cli.errors import SourceError, UsageError
from tests.capture.streams import begun_mixer, ticking


class Broken(GeneratedSource):
    """Fails after a second."""

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        async for frame in super().frames(push_ms):
            if self.position > 1:
                raise SourceError("the tape is torn")
            yield frame


def stream_for(mixer: Mixer, source: Source) -> ExternalAudioStream:
    return mixer.add_stream(
        ExternalAudioStreamConfig(source.format.sample_rate, source.format.channels)
    )


@pytest.mark.parametrize("push_ms", [1, 7, 20, 40])
async def test_all_of_a_source_is_heard(push_ms: int) -> None:
    mixer, source = begun_mixer(), GeneratedSource.noise(1.2345)
    stream = stream_for(mixer, source)
    frames: list[AudioFrame] = []
    async with ticking(mixer) as listener:
        result = await pump(source, stream, push_ms=push_ms, on_frame=frames.append)
    assert result is PushResult.OK
    pushed = np.concatenate([frame.samples for frame in frames])
    assert len(pushed) == round(1.2345 * 48_000)
    heard = listener.heard
    assert np.array_equal(heard[: len(pushed)], resample(pushed, AudioFormat(48_000, 1)))
    assert not heard[len(pushed) :].any()
    statistics = stream.statistics
    assert (statistics.underruns, statistics.dropped, stream.queued_ms) == (0, 0, 0)


async def test_it_takes_as_long_as_the_audio() -> None:
    mixer, source = begun_mixer(), GeneratedSource.tone(440, 10)
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with ticking(mixer):
        await pump(source, stream_for(mixer, source))
    assert loop.time() - start == pytest.approx(10, abs=0.021)


async def test_removing_the_stream_ends_it() -> None:
    mixer, source = begun_mixer(), GeneratedSource.silence()
    stream = stream_for(mixer, source)
    async with ticking(mixer), asyncio.TaskGroup() as tasks:
        pumping = tasks.create_task(pump(source, stream))
        await asyncio.sleep(3)
        mixer.remove_stream(stream.id)
    assert pumping.result() is PushResult.REMOVED


async def test_the_end_of_the_call_during_the_drain() -> None:
    mixer, source = begun_mixer(), GeneratedSource.silence(0.1)
    async with asyncio.TaskGroup() as tasks:
        pumping = tasks.create_task(pump(source, stream_for(mixer, source)))
        await asyncio.sleep(1)
        mixer.close()
    assert pumping.result() is PushResult.REMOVED


async def test_before_the_call_begins_nothing_is_pushed() -> None:
    mixer, source = Mixer(), GeneratedSource.silence(1)
    assert await pump(source, stream_for(mixer, source)) is PushResult.NOT_BEGUN


async def test_dropped_frames_are_counted_and_do_not_end_it() -> None:
    mixer, source = begun_mixer(), GeneratedSource.silence(0.4)
    stream = stream_for(mixer, source)
    mixer.gate_open = False
    warnings: list[str] = []
    async with ticking(mixer), asyncio.TaskGroup() as tasks:
        pumping = tasks.create_task(pump(source, stream, RetryPolicy.ANDROID, warn=warnings.append))
        await asyncio.sleep(10)
        mixer.gate_open = True
    assert pumping.result() is PushResult.OK
    assert (stream.statistics.pushed, stream.statistics.dropped) == (10, 10)
    assert len(warnings) == 10


async def test_a_gate_that_closes_pauses_it_without_loss() -> None:
    mixer, source = begun_mixer(), GeneratedSource.tone(100, 1)
    stream = stream_for(mixer, source)
    async with ticking(mixer) as listener, asyncio.TaskGroup() as tasks:
        tasks.create_task(pump(source, stream))
        await asyncio.sleep(0.5)
        mixer.gate_open = False
        await asyncio.sleep(30)
        mixer.gate_open = True
    assert stream.statistics.underruns == 0
    silent = [not tick.any() for tick in listener.ticks]
    kept = np.concatenate([tick for tick in listener.ticks if tick.any()])
    assert sum(silent) == 1_500
    frames = [frame.samples[:, 0] async for frame in GeneratedSource.tone(100, 1).frames(20)]
    assert np.array_equal(kept, np.concatenate(frames))


async def test_a_source_that_fails_is_told() -> None:
    mixer, source = begun_mixer(), Broken.tone(440)
    async with ticking(mixer):
        with pytest.raises(SourceError, match="torn"):
            await pump(source, stream_for(mixer, source))


async def test_an_impossible_push_size() -> None:
    mixer, source = begun_mixer(), GeneratedSource.silence(1)
    for push_ms in (0, 41):
        with pytest.raises(UsageError, match=f"push of {push_ms} ms"):
            await pump(source, stream_for(mixer, source), push_ms=push_ms)


async def test_cancelling_it_is_clean() -> None:
    mixer, source = begun_mixer(), GeneratedSource.silence()
    async with ticking(mixer), asyncio.TaskGroup() as tasks:
        pumping = tasks.create_task(pump(source, stream_for(mixer, source)))
        await asyncio.sleep(1)
        pumping.cancel()
    assert pumping.cancelled()
