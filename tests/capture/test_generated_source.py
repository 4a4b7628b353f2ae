import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.capture.generated_source import GeneratedSource
from aicall_cli.errors import UsageError


async def all_of(source: GeneratedSource, push_ms: int = 20) -> Pcm:
    frames = [frame.samples[:, 0] async for frame in source.frames(push_ms)]
    return np.concatenate(frames) if frames else np.zeros(0, dtype=np.int16)


@pytest.mark.parametrize("seconds", [0, 0.01, 0.5, 1.2345])
async def test_as_long_as_asked_for(seconds: float) -> None:
    source = GeneratedSource.silence(seconds)
    assert source.format == AudioFormat(48_000, 1)
    assert source.duration == seconds
    heard = await all_of(source)
    assert len(heard) == round(seconds * 48_000)
    assert not heard.any()
    assert source.position == pytest.approx(seconds)
    await source.close()


async def test_a_tone() -> None:
    source = GeneratedSource.tone(1_000, 1.0, amplitude=0.25)
    assert source.name == "tone of 1000 Hz"
    heard = await all_of(source, push_ms=7)
    assert np.abs(np.fft.rfft(heard)).argmax() == 1_000
    assert heard.max() == round(0.25 * 32_767)


async def test_noise_is_the_same_for_the_same_seed() -> None:
    first = await all_of(GeneratedSource.noise(0.5, seed=1), 20)
    again = await all_of(GeneratedSource.noise(0.5, seed=1), 13)
    other = await all_of(GeneratedSource.noise(0.5, seed=2), 20)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


async def test_without_end() -> None:
    source = GeneratedSource.tone(440)
    assert source.duration is None
    frames = source.frames(20)
    for _ in range(100):
        assert len(await anext(frames)) == 960
    await frames.aclose()


@pytest.mark.parametrize("frequency", [0, -1, 24_000, float("nan")])
def test_tones_that_48_khz_cannot_carry(frequency: float) -> None:
    with pytest.raises(UsageError, match="is not possible"):
        GeneratedSource.tone(frequency)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_impossible_durations(seconds: float) -> None:
    with pytest.raises(UsageError, match="silence cannot last"):
        GeneratedSource.silence(seconds)
