"""3A on a stream: what is pushed is processed, and every sample of it is still accounted for."""

import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.speech.echo_canceller import load
from tests.capture.streams import begun_mixer
from tests.support.speech_like import speech_like, ticks_of

# Once and for all: the library's threads and files are the process's, not a test's.
load()

MIC = ExternalAudioStreamConfig(SAMPLE_RATE, 1, enable_3a=True)
RATES = [8_000, 16_000, 44_100, 48_000]


def frame(samples: int, rate: int = SAMPLE_RATE) -> AudioFrame:
    return AudioFrame(np.full((samples, 1), 2_000, np.int16), AudioFormat(rate, 1))


@pytest.mark.parametrize("rate", RATES)
async def test_all_of_a_file_is_played_and_its_writes_are_completed(rate: int) -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(ExternalAudioStreamConfig(rate, 1, enable_3a=True))
    completed: list[int] = []
    block = rate // 100 + 7  # never a whole number of blocks of 3A
    for _ in range(10):
        assert stream.push(frame(block, rate), completed.append) is PushResult.OK
    draining = asyncio.ensure_future(stream.drain())
    pulled = 0
    while not draining.done():
        mixer.pull()
        pulled += 1
        assert pulled < 50
        await asyncio.sleep(0)
    assert completed == [block] * 10
    assert stream.queued_ms == 0.0
    assert pulled <= 10


async def test_the_queue_is_bounded_as_without() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(MIC)
    results = [stream.push(frame(900)) for _ in range(20)]
    assert results.count(PushResult.OK) == 200 * 48 // 900
    assert stream.queued_ms <= 200


async def test_what_is_silenced_and_raised_comes_out_of_the_mixer() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(MIC)
    heard = []
    for tick in ticks_of(speech_like(100)):
        await push_with_retry(stream, AudioFrame(tick.reshape(-1, 1), AudioFormat(SAMPLE_RATE, 1)))
        heard.append(mixer.pull())
    assert np.abs(np.concatenate(heard)).max() > 3_000
    assert not np.array_equal(np.concatenate(heard), speech_like(100))


def test_a_starved_microphone_gets_no_silence_in_between() -> None:
    stream = ExternalAudioStream(1, MIC, live=True)
    stream.begin()
    stream.push(frame(700))
    assert len(stream.pull(TICK_SAMPLES)) == 480
    stream.push(frame(700))
    assert len(stream.pull(TICK_SAMPLES)) == 480
    assert stream.queued_ms * 48 == pytest.approx(2 * 700 - 2 * 480)


async def test_a_microphones_last_syllable_is_drained_all_the_same() -> None:
    stream = ExternalAudioStream(1, MIC, live=True)
    stream.begin()
    stream.push(frame(700))
    draining = asyncio.ensure_future(stream.drain())
    await asyncio.sleep(0)
    assert len(stream.pull(TICK_SAMPLES)) >= 700
    await draining


async def test_what_is_played_reaches_every_stream_that_has_3a() -> None:
    mixer = begun_mixer()
    plain = mixer.add_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1))
    stream = mixer.add_stream(MIC, live=True)
    for _ in range(50):
        mixer.render(speech_like(1), 0.05, 10.0)
    assert plain.statistics.processing is None
    processing = stream.statistics.processing
    assert processing is not None
    assert processing.rendered == pytest.approx(1.0)
    assert processing.delay == pytest.approx(0.05)


async def test_the_delay_is_that_of_both_devices() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(MIC, live=True)
    stream.captured_until = 9.97
    mixer.render(speech_like(1), 0.05, 10.0)
    assert stream.statistics.processing is not None
    assert stream.statistics.processing.delay == pytest.approx(0.08)
    stream.captured_until = 10.5  # two clocks that do not quite agree
    mixer.render(speech_like(1), 0.05, 10.0)
    assert stream.statistics.processing.delay == pytest.approx(0.05)


async def test_what_was_applied_is_known_when_the_call_is_over() -> None:
    mixer = begun_mixer()
    mixer.add_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1))
    mixer.add_stream(MIC)
    mixer.close()
    (processing,) = mixer.processing
    assert processing.applied.echo_cancellation
    assert processing.applied.gain_control
