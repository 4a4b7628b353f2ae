import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import PUSH_RATES, AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.resampler import resample
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.mixer import Mixer
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import RetryPolicy, push_with_retry
from aicall_cli.errors import UsageError
from tests.capture.streams import Listener, begun_mixer, constant, random_audio, ticking

MONO_48K = ExternalAudioStreamConfig(48_000, 1)


def fill(stream: ExternalAudioStream, *levels: int) -> None:
    for level in levels:
        assert stream.push(constant(level)) is PushResult.OK


def test_silence_where_there_is_nothing() -> None:
    for mixer in (Mixer(), begun_mixer()):
        tick = mixer.pull()
        assert tick.dtype == np.int16
        assert tick.tolist() == [0] * 960


def test_ids_are_positive_and_never_used_again() -> None:
    mixer = Mixer()
    first, second = mixer.add_stream(MONO_48K), mixer.add_stream(MONO_48K)
    mixer.remove_stream(second.id)
    third = mixer.add_stream(MONO_48K)
    assert 0 < first.id < second.id < third.id
    assert mixer.streams == (first, third)


def test_streams_take_pushes_once_the_call_has_begun() -> None:
    mixer = Mixer()
    early = mixer.add_stream(MONO_48K)
    assert early.push(constant(1)) is PushResult.NOT_BEGUN
    mixer.begin()
    fill(early, 1)
    fill(mixer.add_stream(MONO_48K), 2)
    assert mixer.pull().tolist() == [3] * 960


def test_several_streams_of_different_formats_are_mixed() -> None:
    mixer = begun_mixer()
    streams = [
        mixer.add_stream(ExternalAudioStreamConfig(rate, channels))
        for rate in PUSH_RATES
        for channels in (1, 2)
    ]
    for level, stream in enumerate(streams, 1):
        for _ in range(5):
            stream.push(constant(level * 10, 20, stream.format))
    listener = Listener(mixer)
    heard = listener.tick(5)[960:-960]
    assert set(heard.tolist()) == {sum(range(1, 17)) * 10}


def test_loud_streams_saturate() -> None:
    mixer = begun_mixer()
    for _ in range(2):
        fill(mixer.add_stream(MONO_48K), 30_000)
    assert mixer.pull().tolist() == [32_767] * 960


def test_volumes_change_while_the_call_runs() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(ExternalAudioStreamConfig(48_000, 1, publish_volume=50))
    other = mixer.add_stream(MONO_48K)
    fill(stream, 1_000, 1_000, 1_000)
    fill(other, 1, 1, 1)
    assert set(mixer.pull().tolist()) == {501}
    stream.set_publish_volume(25)
    assert set(mixer.pull().tolist()) == {251}
    stream.set_publish_volume(0)
    assert set(mixer.pull().tolist()) == {1}


def test_a_stream_at_volume_0_goes_on() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(ExternalAudioStreamConfig(48_000, 1, publish_volume=0))
    fill(stream, 1, 2)
    mixer.pull()
    stream.set_publish_volume(100)
    assert set(mixer.pull().tolist()) == {2}


def test_the_side_tone_follows_the_playout_volumes() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(MONO_48K)
    other = mixer.add_stream(ExternalAudioStreamConfig(48_000, 1, playout_volume=10))
    fill(stream, 1_000, 1_000, 1_000)
    fill(other, 500)
    mixer.pull()
    assert mixer.side_tone is not None
    assert set(mixer.side_tone.tolist()) == {50}
    stream.set_playout_volume(100)
    mixer.pull()
    assert set(mixer.side_tone.tolist()) == {1_000}
    stream.set_playout_volume(0)
    other.set_playout_volume(0)
    mixer.pull()
    assert mixer.side_tone is None


def test_a_stream_removed_while_the_call_runs() -> None:
    mixer = begun_mixer()
    stream, other = mixer.add_stream(MONO_48K), mixer.add_stream(MONO_48K)
    fill(stream, 1, 1)
    fill(other, 10, 10)
    assert set(mixer.pull().tolist()) == {11}
    mixer.remove_stream(stream.id)
    assert set(mixer.pull().tolist()) == {10}
    assert stream.push(constant(1)) is PushResult.REMOVED


@pytest.mark.parametrize("stream_id", [0, -1, 99])
def test_there_is_nothing_else_to_remove(stream_id: int) -> None:
    mixer = begun_mixer()
    mixer.add_stream(MONO_48K)
    with pytest.raises(UsageError, match=f"no external audio stream {stream_id}"):
        mixer.remove_stream(stream_id)


async def test_the_end_of_the_call_releases_everyone() -> None:
    mixer = begun_mixer(capacity_ms=40)
    stream = mixer.add_stream(MONO_48K)
    fill(stream, 1, 1)
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(1)))
    draining = asyncio.ensure_future(stream.drain())
    await asyncio.sleep(0)
    mixer.close()
    assert await waiting is PushResult.REMOVED
    await draining
    assert mixer.streams == ()
    assert mixer.add_stream(MONO_48K).push(constant(1)) is PushResult.REMOVED
    assert set(mixer.pull().tolist()) == {0}


def test_mute_pauses_what_is_read_and_discards_what_is_live() -> None:
    mixer = begun_mixer()
    file, microphone = mixer.add_stream(MONO_48K), mixer.add_stream(MONO_48K, live=True)
    fill(file, 1, 2, 3)
    fill(microphone, 10, 20, 30)
    assert set(mixer.pull().tolist()) == {11}
    mixer.muted = True
    assert set(mixer.pull().tolist()) == {0}
    mixer.muted = False
    assert set(mixer.pull().tolist()) == {2}
    assert file.statistics.underruns == 0
    assert microphone.statistics.discarded_samples == 2 * 960


async def test_a_drain_waits_behind_a_closed_gate() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(MONO_48K)
    fill(stream, 1)
    mixer.gate_open = False
    async with ticking(mixer):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.drain(), 60)
        mixer.gate_open = True
        await stream.drain()


def test_skipped_ticks_make_files_wait_and_cost_microphones_audio() -> None:
    mixer = begun_mixer()
    file, microphone = mixer.add_stream(MONO_48K), mixer.add_stream(MONO_48K, live=True)
    fill(file, 1, 2, 3)
    fill(microphone, 10, 20, 30)
    mixer.skip(2)
    assert set(mixer.pull().tolist()) == {31}


@pytest.mark.parametrize("rate", PUSH_RATES)
@pytest.mark.parametrize("channels", [1, 2])
async def test_30_ms_every_20_ms_loses_nothing(rate: int, channels: int) -> None:
    """The seed's over-feeding source: the full queue sets the pace (seed 000, step 4)."""
    audio_format = AudioFormat(rate, channels)
    audio = random_audio(audio_format, 3.0)
    mixer = begun_mixer()
    stream = mixer.add_stream(ExternalAudioStreamConfig(rate, channels))
    step = rate * 30 // 1000
    loop = asyncio.get_running_loop()
    async with ticking(mixer) as listener:
        following = loop.time()
        for start in range(0, len(audio), step):
            frame = AudioFrame(audio[start : start + step], audio_format)
            assert await push_with_retry(stream, frame) is PushResult.OK
            following = max(following + 0.020, loop.time())
            await asyncio.sleep(following - loop.time())
        await stream.drain()
    heard, expected = listener.heard, resample(audio, audio_format)
    assert np.array_equal(heard[: len(expected)], expected)
    statistics = stream.statistics
    assert statistics.pushed_samples == len(audio)
    assert statistics.high_water_ms >= 190
    assert statistics.retried > 0
    assert (statistics.dropped, statistics.discarded_samples, statistics.underruns) == (0, 0, 0)


@pytest.mark.parametrize("policy", [RetryPolicy.ANDROID, RetryPolicy.IOS])
async def test_the_vendors_policies_lose_nothing_while_the_call_ticks(policy: RetryPolicy) -> None:
    audio_format = AudioFormat(16_000, 1)
    audio = random_audio(audio_format, 3.0)
    mixer = begun_mixer()
    stream = mixer.add_stream(ExternalAudioStreamConfig(16_000, 1))
    async with ticking(mixer) as listener:
        for start in range(0, len(audio), 480):
            frame = AudioFrame(audio[start : start + 480], audio_format)
            assert await push_with_retry(stream, frame, policy) is PushResult.OK
            await asyncio.sleep(0.020)
        await stream.drain()
    expected = resample(audio, audio_format)
    assert np.array_equal(listener.heard[: len(expected)], expected)
