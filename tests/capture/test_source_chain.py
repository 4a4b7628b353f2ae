from collections.abc import AsyncGenerator

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.framer import Framer
from aicall_cli.capture.source import Source
from aicall_cli.capture.source_chain import AmplifiedSource, PaddedSource, RepeatedSource
from aicall_cli.errors import SourceError, UsageError

STEREO_16K = AudioFormat(16_000, 2)


class Recording:
    """A source out of memory."""

    name = "speech.wav"

    def __init__(
        self,
        samples: Pcm,
        *,
        warnings: tuple[str, ...] = (),
        audio_format: AudioFormat = STEREO_16K,
        duration: float | None = None,
    ) -> None:
        self.format = audio_format
        self.duration = duration
        self.warnings = warnings
        self.closed = 0
        self._samples = samples
        self._framer = Framer(audio_format)

    @property
    def position(self) -> float:
        return self._framer.position

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        self._framer.begin(push_ms)
        for frame in (*self._framer.add(self._samples), *self._framer.finish()):
            yield frame

    async def close(self) -> None:
        self.closed += 1


def ramp(count: int, channels: int = 2) -> Pcm:
    return np.arange(1, count * channels + 1, dtype=np.int16).reshape(-1, channels)


async def all_of(source: Source, push_ms: int = 20) -> Pcm:
    frames = [frame async for frame in source.frames(push_ms)]
    assert {frame.format for frame in frames} == {source.format}
    assert max(len(frame) for frame in frames) <= source.format.samples(push_ms / 1000)
    return np.concatenate([frame.samples for frame in frames])


# --- gain ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain_db", "factor"), [(0, 1.0), (20, 10.0), (-20, 0.1), (6.0206, 2.0), (-6.0206, 0.5)]
)
async def test_gain_is_in_decibels(gain_db: float, factor: float) -> None:
    source = AmplifiedSource(Recording(ramp(500)), gain_db)
    assert np.abs(await all_of(source) - ramp(500) * factor).max() <= 0.51
    assert source.warnings == ()


async def test_what_becomes_too_loud_is_clipped_and_counted() -> None:
    samples = np.array([[20_000, -20_000], [1, 1]], dtype=np.int16)
    source = AmplifiedSource(Recording(samples, warnings=("it is old",)), 6.0206)
    assert (await all_of(source)).tolist() == [[32_767, -32_768], [2, 2]]
    assert source.warnings == ("it is old", "2 samples were clipped by a gain of 6.0206 dB")


async def test_amplified_it_is_otherwise_the_same() -> None:
    recording = Recording(ramp(500), duration=500 / 16_000)
    source = AmplifiedSource(recording, 3)
    assert (source.name, source.format, source.duration) == ("speech.wav", STEREO_16K, 0.03125)
    await all_of(source)
    assert source.position == 0.03125
    await source.close()
    assert recording.closed == 1


@pytest.mark.parametrize("gain_db", [61, -61, float("nan"), float("inf")])
def test_impossible_gains(gain_db: float) -> None:
    with pytest.raises(UsageError, match="a gain of"):
        AmplifiedSource(Recording(ramp(1)), gain_db)


# --- silence -------------------------------------------------------------------------------


@pytest.mark.parametrize(("lead", "tail"), [(0, 0), (0.5, 0), (0, 0.25), (0.123, 1.001)])
async def test_silence_before_and_after_is_exact(lead: float, tail: float) -> None:
    source = PaddedSource(Recording(ramp(1_000), duration=0.0625), lead, tail)
    assert source.duration == pytest.approx(0.0625 + lead + tail)
    heard = await all_of(source)
    before, after = round(lead * 16_000), round(tail * 16_000)
    assert len(heard) == before + 1_000 + after
    assert np.array_equal(heard[before : before + 1_000], ramp(1_000))
    assert not heard[:before].any()
    assert not heard[before + 1_000 :].any()
    assert source.position == pytest.approx(source.duration)


async def test_padded_it_is_otherwise_the_same() -> None:
    recording = Recording(ramp(10), warnings=("it is old",))
    source = PaddedSource(recording, 1)
    assert (source.name, source.duration, source.warnings) == ("speech.wav", None, ("it is old",))
    await source.close()
    assert recording.closed == 1


@pytest.mark.parametrize("seconds", [-0.1, 3_601, float("nan"), float("inf")])
def test_impossible_silence(seconds: float) -> None:
    with pytest.raises(UsageError, match="silence cannot last"):
        PaddedSource(Recording(ramp(1)), lead=seconds)
    with pytest.raises(UsageError, match="silence cannot last"):
        PaddedSource(Recording(ramp(1)), tail=seconds)


# --- repetition ----------------------------------------------------------------------------


class Shelf:
    """Opens one recording after the other."""

    def __init__(self, *recordings: Recording) -> None:
        self.recordings = recordings
        self.opened = 0

    async def open(self) -> Recording:
        self.opened += 1
        return self.recordings[self.opened - 1]


async def test_several_times_over() -> None:
    shelf = Shelf(*(Recording(ramp(700), duration=0.04375) for _ in range(3)))
    source = await RepeatedSource.open(shelf.open, 3)
    assert (source.name, source.format) == ("speech.wav", STEREO_16K)
    assert source.duration == pytest.approx(0.13125)
    assert shelf.opened == 1
    assert np.array_equal(await all_of(source), np.concatenate([ramp(700)] * 3))
    assert source.position == pytest.approx(0.13125)
    await source.close()
    assert [recording.closed for recording in shelf.recordings] == [1, 1, 1]


async def test_each_warning_comes_once() -> None:
    shelf = Shelf(
        Recording(ramp(10), warnings=("it is old",)),
        Recording(ramp(10), warnings=("it is old", "it is dusty")),
    )
    source = await RepeatedSource.open(shelf.open, 2)
    assert source.duration is None
    await all_of(source)
    assert source.warnings == ("it is old", "it is dusty")


async def test_a_source_that_changes_in_between() -> None:
    shelf = Shelf(Recording(ramp(10)), Recording(ramp(10, 1), audio_format=AudioFormat(16_000, 1)))
    source = await RepeatedSource.open(shelf.open, 2)
    with pytest.raises(SourceError, match=r"speech.wav has changed its format"):
        await all_of(source)
    await source.close()
    assert [recording.closed for recording in shelf.recordings] == [1, 1]


@pytest.mark.parametrize("times", [0, -1])
async def test_impossible_repetition(times: int) -> None:
    with pytest.raises(UsageError, match=f"nothing can be played {times} times"):
        await RepeatedSource.open(Shelf().open, times)


async def test_all_together() -> None:
    shelf = Shelf(Recording(ramp(100)), Recording(ramp(100)))
    repeated = await RepeatedSource.open(shelf.open, 2)
    source = PaddedSource(AmplifiedSource(repeated, 20), 0.01, 0.01)
    heard = await all_of(source, 7)
    assert len(heard) == 160 + 200 + 160
    assert heard.max() == 2_000
