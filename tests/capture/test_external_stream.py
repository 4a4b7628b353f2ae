import asyncio
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.audio.format import PUSH_RATES, AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.resampler import resample
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.push_result import PushResult
from aicall_cli.errors import UsageError
from tests.capture.streams import CALL, constant, open_stream, random_audio

OK, FULL = PushResult.OK, PushResult.BUFFER_FULL


# --- configuration -------------------------------------------------------------------------


@pytest.mark.parametrize("rate", PUSH_RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_push_rate_in_mono_and_stereo(rate: int, channels: int) -> None:
    config = ExternalAudioStreamConfig(rate, channels)
    assert config.format == AudioFormat(rate, channels)
    assert (config.publish_volume, config.playout_volume, config.enable_3a) == (100, 0, False)


@pytest.mark.parametrize("rate", [0, 7_999, 11_025, 22_050, 192_000])
def test_other_rates_are_refused_with_the_possible_ones(rate: int) -> None:
    with pytest.raises(UsageError, match=f"cannot run at {rate} Hz") as refusal:
        ExternalAudioStreamConfig(rate, 1)
    assert refusal.value.hint == (
        "push at one of 8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000 Hz"
    )


@pytest.mark.parametrize("channels", [0, 3])
def test_other_channel_counts_are_refused(channels: int) -> None:
    with pytest.raises(UsageError, match=f"cannot have {channels} channels"):
        ExternalAudioStreamConfig(16_000, channels)


def test_3a_without_its_extra_is_refused_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aicall_cli.speech.availability.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="livekit, which is not installed") as refusal:
        ExternalAudioStreamConfig(16_000, 1, enable_3a=True)
    assert refusal.value.exit_status == 2
    assert refusal.value.hint is not None
    assert "aicall-cli[aec]" in refusal.value.hint
    ExternalAudioStreamConfig(16_000, 1)


@pytest.mark.parametrize("volume", [-1, 101])
def test_volumes_out_of_range_are_refused(volume: int) -> None:
    with pytest.raises(UsageError, match=f"publish_volume is {volume}"):
        ExternalAudioStreamConfig(16_000, 1, publish_volume=volume)
    with pytest.raises(UsageError, match=f"playout_volume is {volume}"):
        ExternalAudioStreamConfig(16_000, 1, playout_volume=volume)
    with pytest.raises(UsageError, match=f"publish_volume is {volume}"):
        open_stream().set_publish_volume(volume)
    with pytest.raises(UsageError, match=f"playout_volume is {volume}"):
        open_stream().set_playout_volume(volume)


def test_a_queue_must_hold_the_longest_push() -> None:
    with pytest.raises(UsageError, match="39 ms cannot take a push of 40 ms"):
        open_stream(capacity_ms=39)


# --- pushing -------------------------------------------------------------------------------


def test_what_is_pushed_is_pulled() -> None:
    stream = open_stream()
    assert stream.push(constant(7)) is OK
    assert stream.pull(960).tolist() == [7] * 960
    assert stream.pull(960).tolist() == []


def test_a_full_queue_takes_nothing_of_a_frame() -> None:
    stream = open_stream(capacity_ms=100)
    for level in range(4):
        assert stream.push(constant(level)) is OK
    assert stream.push(constant(99, ms=20.1)) is FULL
    assert stream.queued_ms == 80
    assert stream.push(constant(4)) is OK
    assert stream.push(constant(99, ms=0.1)) is FULL
    assert [int(stream.pull(960)[0]) for _ in range(5)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rate", PUSH_RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_bound_is_in_milliseconds_whatever_the_format(rate: int, channels: int) -> None:
    audio_format = AudioFormat(rate, channels)
    stream = open_stream(audio_format)
    accepted = 0
    while stream.push(constant(1, 20, audio_format)) is OK:
        accepted += 1
    assert accepted == 10
    assert stream.queued_ms == pytest.approx(200)
    assert stream.statistics.high_water_ms == pytest.approx(200)


@pytest.mark.parametrize("rate", PUSH_RATES)
def test_the_bound_is_the_same_after_an_underrun(rate: int) -> None:
    audio_format = AudioFormat(rate, 1)
    stream = open_stream(audio_format)
    stream.push(constant(1, 20, audio_format))
    for _ in range(5):
        stream.pull(960)
    accepted = 0
    while stream.push(constant(1, 40, audio_format)) is OK:
        accepted += 1
    assert accepted == 5


def test_40_ms_at_most() -> None:
    stream = open_stream()
    assert stream.push(constant(1, ms=40)) is OK
    longer = AudioFrame(np.zeros((1_921, 1), dtype=np.int16), CALL)
    assert stream.push(longer) is PushResult.TOO_LONG
    assert stream.queued_ms == 40


def test_a_short_last_frame_counts_with_its_true_length() -> None:
    stream = open_stream()
    assert stream.push(constant(5, ms=2.5)) is OK
    assert stream.pull(960).tolist() == [5] * 120


def test_an_empty_frame_is_taken() -> None:
    stream = open_stream()
    assert stream.push(constant(0, ms=0)) is OK
    assert stream.statistics.pushed_samples == 0


@pytest.mark.parametrize("other", [AudioFormat(16_000, 1), AudioFormat(48_000, 2)])
def test_another_format_is_refused(other: AudioFormat) -> None:
    stream = open_stream()
    assert stream.push(constant(1, 20, other)) is PushResult.BAD_FORMAT
    assert stream.statistics.pushed == 0


def test_nothing_is_taken_before_the_call_begins() -> None:
    stream = ExternalAudioStream(1, ExternalAudioStreamConfig(48_000, 1))
    assert stream.push(constant(1)) is PushResult.NOT_BEGUN
    stream.begin()
    assert stream.push(constant(1)) is OK


async def test_nothing_is_taken_after_removal() -> None:
    stream = open_stream()
    stream.push(constant(1))
    stream.close()
    stream.close()
    assert stream.closed
    assert stream.push(constant(1)) is PushResult.REMOVED
    await stream.changed()  # there is nothing to wait for
    assert stream.pull(960).tolist() == []
    assert stream.statistics.discarded_samples == 960


# --- conversion ----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", PUSH_RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_end_of_the_audio_comes_out_without_being_asked_for(rate: int, channels: int) -> None:
    audio_format = AudioFormat(rate, channels)
    audio = random_audio(audio_format, 0.1)
    stream = open_stream(audio_format)
    step = rate // 50
    for start in range(0, len(audio), step):
        stream.push(AudioFrame(audio[start : start + step], audio_format))
    heard = np.concatenate([stream.pull(960) for _ in range(6)])
    assert np.array_equal(heard[:4_800], resample(audio, audio_format))


@settings(max_examples=50)
@given(
    rate=st.sampled_from(PUSH_RATES),
    sizes=st.lists(st.integers(0, 40), min_size=1, max_size=30),
    pulls=st.lists(st.integers(0, 2_000), min_size=1, max_size=30),
)
def test_no_sample_is_lost_or_made(rate: int, sizes: list[int], pulls: list[int]) -> None:
    """What comes out is what went in, in order, apart from silence where it ran dry."""
    audio_format = AudioFormat(rate, 1)
    stream = open_stream(audio_format)
    pushed, heard = 0, 0
    for turn in range(max(len(sizes), len(pulls))):
        frame = constant(9, sizes[turn % len(sizes)], audio_format)
        pushed += len(frame) if stream.push(frame) is OK else 0
        heard += int(np.count_nonzero(stream.pull(pulls[turn % len(pulls)]) > 4))
    while len(rest := stream.pull(960)):
        heard += int(np.count_nonzero(rest > 4))
    assert stream.queued_ms == 0
    assert stream.statistics.pushed_samples == pushed
    # Where silence borders on the audio, the filter's flank may count a sample more or less.
    assert abs(heard - pushed * 48_000 / rate) <= 2 * (max(len(sizes), len(pulls)) + 1)


# --- statistics ----------------------------------------------------------------------------


def test_underruns_are_counted_once_for_each_pause() -> None:
    stream = open_stream()
    stream.pull(960)  # nothing has come yet: no underrun
    stream.push(constant(1))
    stream.pull(960)
    assert stream.statistics.underruns == 0
    for _ in range(5):
        stream.pull(960)
    assert stream.statistics.underruns == 1
    stream.push(constant(1, ms=30))
    for _ in range(5):
        stream.pull(960)
    assert stream.statistics.underruns == 2


async def test_running_dry_while_draining_is_the_end_and_no_underrun() -> None:
    stream = open_stream()
    stream.push(constant(1, ms=30))
    drain = asyncio.ensure_future(stream.drain())
    await asyncio.sleep(0)
    for _ in range(3):
        stream.pull(960)
    await drain
    assert stream.statistics.underruns == 0


def test_statistics() -> None:
    stream = open_stream(AudioFormat(16_000, 2), capacity_ms=100)
    for _ in range(6):
        stream.push(constant(1, 20, stream.format))
    stream.note_retry()
    stream.note_drop()
    statistics = stream.statistics
    assert (statistics.pushed, statistics.pushed_samples) == (5, 1_600)
    assert (statistics.retried, statistics.dropped) == (1, 1)
    assert statistics.high_water_ms == 100
    assert statistics.discarded_samples == 0


# --- live ----------------------------------------------------------------------------------


def test_a_live_stream_loses_its_oldest_audio_instead() -> None:
    stream = open_stream(capacity_ms=40, live=True)
    for level in (1, 2, 3, 4):
        assert stream.push(constant(level)) is OK
    assert stream.statistics.discarded_samples == 1_920
    assert [int(stream.pull(960)[-1]) for _ in range(2)] == [3, 4]


@pytest.mark.parametrize("rate", PUSH_RATES)
def test_a_live_stream_takes_every_push(rate: int) -> None:
    audio_format = AudioFormat(rate, 1)
    stream = open_stream(audio_format, capacity_ms=50, live=True)
    for _ in range(40):
        assert stream.push(constant(1, 30, audio_format)) is OK
        assert stream.queued_ms <= 50
    assert stream.statistics.pushed == 40


def test_skipped_ticks_cost_a_live_stream_its_oldest_audio() -> None:
    stream = open_stream(live=True)
    for level in (1, 2, 3):
        stream.push(constant(level))
    stream.skip(1_920)
    assert stream.pull(960).tolist() == [3] * 960
    assert stream.statistics.discarded_samples == 1_920


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_just_in_time_pushes_run_dry_at_most_once(rate: int) -> None:
    """A caller that pushes 20 ms right before each tick pays the lookahead, once."""
    audio_format = AudioFormat(rate, 1)
    audio = random_audio(audio_format, 2.0)
    stream = open_stream(audio_format)
    step, heard = rate // 50, []
    for start in range(0, len(audio), step):
        stream.push(AudioFrame(audio[start : start + step], audio_format))
        heard.append(stream.pull(960))
    assert {len(tick) for tick in heard} == {960}
    assert stream.statistics.underruns == 0
    assert ceil(stream.queued_ms) <= 8


def test_a_live_stream_is_held_while_the_gate_keeps_its_latest() -> None:
    stream = open_stream(live=True)
    stream.push(constant(1))
    held = [stream.held]
    stream.keep_latest(480)
    held.append(stream.held)
    assert stream.queued_ms == 10
    stream.pull(960)
    held.append(stream.held)
    assert held == [False, True, False]
