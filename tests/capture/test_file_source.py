import asyncio
import gc
import threading
import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.audio.resampler import resample
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.file_source import FileSource
from aicall_cli.capture.pump import pump
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.raw_format import RawFormat
from aicall_cli.capture.source import Source
from aicall_cli.errors import SourceError, UsageError
from tests.capture.streams import begun_mixer, ticking
from tests.support.media_files import encode, encode_video, sine, wav_bytes


async def all_of(source: Source, push_ms: int = 20) -> Pcm:
    frames = [frame.samples async for frame in source.frames(push_ms)]
    return np.concatenate(frames)


def write_wav(path: Path, samples: Pcm, rate: int) -> Path:
    path.write_bytes(
        wav_bytes(samples.astype("<i2").tobytes(), rate=rate, channels=samples.shape[1])
    )
    return path


async def test_a_wav_file(tmp_path: Path) -> None:
    samples = sine(440, 16_000, 0.5)[:, None]
    source = await FileSource.open(write_wav(tmp_path / "speech.wav", samples, 16_000))
    assert (source.name, source.format) == ("speech.wav", AudioFormat(16_000, 1))
    assert (source.duration, source.position) == (0.5, 0)
    positions = []
    heard = []
    async for frame in source.frames(20):
        heard.append(frame.samples)
        positions.append(source.position)
    assert np.array_equal(np.concatenate(heard), samples)
    assert positions == pytest.approx([0.02 * turn for turn in range(1, 26)])
    assert source.warnings == ()
    await source.close()
    await source.close()


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 88_200, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
async def test_any_rate_and_channel_count(rate: int, channels: int, tmp_path: Path) -> None:
    samples = np.repeat(sine(440, rate, 0.3)[:, None], channels, axis=1)
    source = await FileSource.open(write_wav(tmp_path / "speech.wav", samples, rate))
    heard = await all_of(source)
    await source.close()
    if rate in (8_000, 44_100):
        expected = samples if channels <= 2 else samples[:, :1]
    else:
        expected = resample(samples, AudioFormat(rate, channels))[:, None]
        assert source.format == AudioFormat(48_000, 1)
    assert np.array_equal(heard, expected)


async def test_compressed_audio(tmp_path: Path) -> None:
    samples = np.repeat(sine(440, 44_100, 1.0)[:, None], 2, axis=1)
    encode(tmp_path / "speech.flac", "flac", "flac", samples, 44_100, "stereo")
    source = await FileSource.open(tmp_path / "speech.flac")
    assert source.duration == 1.0
    assert np.array_equal(await all_of(source), samples)
    await source.close()


async def test_raw_samples(tmp_path: Path) -> None:
    path = tmp_path / "speech.raw"
    path.write_bytes(np.arange(4_000, dtype=">i2").tobytes() + b"x")
    source = await FileSource.open(path, RawFormat(24_000, 2, RawEncoding.S16BE))
    assert source.format == AudioFormat(24_000, 2)
    assert (await all_of(source)).ravel().tolist() == list(range(4_000))
    assert source.warnings == (
        "speech.raw ends in the middle of a sample: its last byte was left out",
    )
    await source.close()


async def test_what_is_there_of_a_truncated_file_is_pushed_with_a_warning(tmp_path: Path) -> None:
    samples = sine(440, 16_000, 1.0)[:, None]
    path = write_wav(tmp_path / "speech.wav", samples, 16_000)
    path.write_bytes(path.read_bytes()[:-12_345])
    source = await FileSource.open(path)
    assert source.warnings == (
        "speech.wav is cut off: its header promises 1.00 s of audio, and 0.61 s are there",
    )
    mixer = begun_mixer()
    stream = mixer.add_stream(ExternalAudioStreamConfig(16_000, 1))
    async with ticking(mixer):
        assert await pump(source, stream) is PushResult.OK
    await source.close()
    assert stream.statistics.pushed_samples == 16_000 - 6_173
    assert len(source.warnings) == 2  # and it ends in the middle of a sample


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "bad.wav is empty"),
        (b"Hello, this is a letter.\n" * 99, "bad.wav is damaged or not audio of a known kind"),
        (wav_bytes(b""), "bad.wav holds no audio"),
        (wav_bytes(bytes(100))[:25], "bad.wav is a WAV file that ends within its header"),
        (wav_bytes(bytes(100), channels=0), "bad.wav is a WAV file that claims 0 channels"),
    ],
)
async def test_bad_files_are_refused_when_they_are_opened(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(SourceError) as refusal:
        await FileSource.open(path)
    assert refusal.value.message == sentence
    assert refusal.value.exit_status == 8


async def test_bad_paths_are_refused_when_they_are_opened(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no file"):
        await FileSource.open(tmp_path / "nothing.wav")
    with pytest.raises(SourceError, match="is a directory"):
        await FileSource.open(tmp_path)
    encode_video(tmp_path / "silent.mp4")
    with pytest.raises(SourceError, match=r"silent.mp4 holds no audio track"):
        await FileSource.open(tmp_path / "silent.mp4")


async def test_an_unusable_rate_is_a_matter_of_usage(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "speech.wav", np.zeros((100, 1), dtype=np.int16), 4_000)
    with pytest.raises(UsageError, match=r"speech.wav has a sample rate of 4000 Hz"):
        await FileSource.open(path)


async def test_a_file_that_fails_on_the_way(tmp_path: Path) -> None:
    samples = np.repeat(sine(440, 44_100, 5.0)[:, None], 2, axis=1)
    path = tmp_path / "speech.m4a"
    encode(path, "ipod", "aac", samples, 44_100, "stereo")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3_000] = np.random.default_rng(1).bytes(3_000)
    path.write_bytes(data)
    source = await FileSource.open(path)
    with pytest.raises(SourceError, match=r"speech.m4a is damaged after \d\.\d s"):
        await all_of(source)
    assert source.position > 1
    await source.close()


async def test_closing_halfway_ends_the_thread(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "speech.wav", np.zeros((480_000, 1), dtype=np.int16), 48_000)
    source = await FileSource.open(path)
    async for _ in source.frames(20):
        break
    assert [thread.name for thread in threading.enumerate() if "speech.wav" in thread.name]
    await source.close()
    await asyncio.sleep(1)  # virtual: the thread is gone before it
    assert not [thread.name for thread in threading.enumerate() if "speech.wav" in thread.name]


async def test_closing_without_reading(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "speech.wav", np.zeros((480_000, 1), dtype=np.int16), 48_000)
    await (await FileSource.open(path)).close()


async def test_opening_that_is_cancelled(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "speech.wav", np.zeros((100, 1), dtype=np.int16), 48_000)
    opening = asyncio.ensure_future(FileSource.open(path))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening


async def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Ten minutes take no more than half a minute does."""

    async def peak(seconds: int) -> int:
        path = tmp_path / f"{seconds}.wav"
        with wave.open(str(path), "wb") as writer:
            writer.setparams((1, 2, 16_000, 0, "NONE", ""))
            for _ in range(seconds):
                writer.writeframes(bytes(32_000))
        gc.collect()
        tracemalloc.start()
        source = await FileSource.open(path)
        count = 0
        async for frame in source.frames(40):
            count += len(frame)
        await source.close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == seconds * 16_000
        return most

    await peak(1)
    short, long = await peak(30), await peak(600)
    assert long < short + 200_000
