from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import PUSH_RATES, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.resampler import resample
from aicall_cli.capture.framer import Framer
from tests.capture.streams import random_audio


def frames_of(framer: Framer, blocks: Iterable[Pcm]) -> list[AudioFrame]:
    frames = [frame for block in blocks for frame in framer.add(block)]
    return [*frames, *framer.finish()]


@pytest.mark.parametrize("rate", PUSH_RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_what_can_be_pushed_is_only_cut(rate: int, channels: int) -> None:
    audio_format = AudioFormat(rate, channels)
    audio = random_audio(audio_format, 0.107)
    framer = Framer(audio_format)
    framer.begin(20)
    frames = frames_of(framer, [audio[:7], audio[7:5_000], audio[5_000:]])
    assert {frame.format for frame in frames} == {audio_format}
    assert [len(frame) for frame in frames] == [rate // 50] * 5 + [len(audio) - rate // 50 * 5]
    assert np.array_equal(np.concatenate([frame.samples for frame in frames]), audio)
    assert framer.position == pytest.approx(len(audio) / rate)


@pytest.mark.parametrize("rate", [8_001, 11_025, 22_050, 88_200, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_other_rates_become_48_khz_mono(rate: int, channels: int) -> None:
    source = AudioFormat(rate, channels)
    audio = random_audio(source, 0.25)
    framer = Framer(source)
    framer.begin(20)
    frames = frames_of(framer, np.array_split(audio, 9))
    assert framer.format == AudioFormat(48_000, 1)
    heard = np.concatenate([frame.samples for frame in frames])[:, 0]
    assert np.array_equal(heard, resample(audio, source))


def test_more_than_two_channels_become_one() -> None:
    source = AudioFormat(16_000, 5)
    audio = random_audio(source, 0.1)
    framer = Framer(source)
    framer.begin(20)
    heard = np.concatenate([frame.samples for frame in frames_of(framer, [audio])])
    assert framer.format == AudioFormat(16_000, 1)
    assert np.array_equal(heard[:, 0], np.rint(audio.mean(axis=1)))


@given(blocks=st.lists(st.integers(0, 3_000), max_size=10), push_ms=st.integers(1, 40))
def test_every_frame_but_the_last_is_full(blocks: list[int], push_ms: int) -> None:
    framer = Framer(AudioFormat(16_000, 1))
    framer.begin(push_ms)
    frames = frames_of(framer, [np.ones((n, 1), dtype=np.int16) for n in blocks])
    lengths = [len(frame) for frame in frames]
    assert sum(lengths) == sum(blocks)
    assert set(lengths[:-1]) <= {16 * push_ms}
    assert all(0 < length <= 16 * push_ms for length in lengths)
