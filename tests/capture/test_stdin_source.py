import asyncio
import os
import struct
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.capture.raw_format import RawFormat
from aicall_cli.capture.source import Source
from aicall_cli.capture.stdin_source import StdinSource
from aicall_cli.errors import SourceError, UsageError
from tests.support.media_files import encode, sine, wav_bytes

SAMPLES = sine(440, 16_000, 1.0)
S16 = SAMPLES.astype("<i2").tobytes()


@asynccontextmanager
async def fed(data: bytes) -> AsyncIterator[int]:
    """Yield the reading end of a pipe through which ``data`` comes, and then its end."""
    read_end, write_end = os.pipe()

    def feed() -> None:
        with os.fdopen(write_end, "wb") as file:
            file.write(data)

    feeder = threading.Thread(target=feed)
    feeder.start()
    yield read_end
    feeder.join()
    os.close(read_end)


async def all_of(source: Source) -> list[int]:
    frames = [frame.samples async for frame in source.frames(20)]
    return [int(sample) for sample in np.concatenate(frames).ravel()]


async def test_raw_samples_through_a_pipe() -> None:
    async with fed(S16) as descriptor:
        source = await StdinSource.open(RawFormat(16_000), descriptor)
        assert (source.name, source.format) == ("standard input", AudioFormat(16_000, 1))
        assert source.duration is None
        assert await all_of(source) == SAMPLES.tolist()
        assert source.position == 1.0
        await source.close()


@pytest.mark.parametrize("data_size", [None, 0, 0xFFFFFFFF])
async def test_wav_through_a_pipe_needs_no_options(data_size: int | None) -> None:
    async with fed(wav_bytes(S16, data_size=data_size)) as descriptor:
        source = await StdinSource.open(descriptor=descriptor)
        assert source.format == AudioFormat(16_000, 1)
        assert await all_of(source) == SAMPLES.tolist()
        await source.close()


@pytest.mark.parametrize(
    ("container", "codec"), [("flac", "flac"), ("mp3", "libmp3lame"), ("ogg", "libopus")]
)
async def test_compressed_audio_through_a_pipe(container: str, codec: str, tmp_path: Path) -> None:
    samples = sine(440, 48_000, 1.0)[:, None]
    encode(tmp_path / "speech", container, codec, samples, 48_000, "mono")
    async with fed((tmp_path / "speech").read_bytes()) as descriptor:
        source = await StdinSource.open(descriptor=descriptor)
        assert len(await all_of(source)) == pytest.approx(48_000, abs=3_000)
        await source.close()


async def test_a_file_as_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(wav_bytes(S16))
    descriptor = os.open(path, os.O_RDONLY)
    source = await StdinSource.open(descriptor=descriptor)
    assert await all_of(source) == SAMPLES.tolist()
    await source.close()
    os.close(descriptor)


if sys.platform != "win32":

    async def test_a_terminal_as_standard_input() -> None:
        keyboard, terminal = os.openpty()
        opening = asyncio.ensure_future(StdinSource.open(RawFormat(8_000), terminal))
        os.write(keyboard, b"abcd\n\x04\x04")
        source = await opening
        assert await all_of(source) == list(struct.unpack("<2h", b"abcd"))
        assert source.warnings == (
            "standard input ends in the middle of a sample: its last byte was left out",
        )
        await source.close()
        os.close(keyboard)
        os.close(terminal)


async def test_audio_is_handed_out_as_it_arrives() -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, wav_bytes(b"", data_size=0xFFFFFFFF))
    opening = asyncio.ensure_future(StdinSource.open(descriptor=read_end))
    os.write(write_end, S16[:640])
    source = await opening
    frames = source.frames(20)
    for start in range(640, 6_400, 640):
        assert len(await anext(frames)) == 320
        os.write(write_end, S16[start : start + 640])
    await frames.aclose()
    await source.close()
    os.close(read_end)
    os.close(write_end)


@pytest.mark.parametrize("stage", ["opening", "reading"])
async def test_an_input_that_never_delivers_is_given_up(stage: str) -> None:
    read_end, write_end = os.pipe()
    opening = asyncio.ensure_future(StdinSource.open(RawFormat(16_000), read_end))
    await asyncio.sleep(3_600)
    if stage == "opening":
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
    else:
        os.write(write_end, S16[:100])
        source = await opening
        reading = asyncio.ensure_future(all_of(source))
        await asyncio.sleep(3_600)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await source.close()
        await source.close()
    os.close(read_end)
    os.close(write_end)


if sys.platform != "win32":

    async def test_an_input_that_is_faster_than_the_call_is_read_with_bounds() -> None:
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        source_opening = asyncio.ensure_future(StdinSource.open(RawFormat(16_000), read_end))
        accepted = 0
        for _ in range(12):
            try:
                accepted += os.write(write_end, bytes(65_536))
            except BlockingIOError:
                await asyncio.sleep(1)
        source = await source_opening
        assert accepted < 400_000
        await source.close()
        os.close(read_end)
        os.close(write_end)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "standard input is empty"),
        (b"Hello!\n" * 100, "standard input is damaged or not audio of a known kind"),
        (wav_bytes(b""), "standard input holds no audio"),
    ],
)
async def test_what_is_no_audio_is_refused_when_it_is_opened(data: bytes, sentence: str) -> None:
    async with fed(data) as descriptor:
        with pytest.raises(SourceError) as refusal:
            await StdinSource.open(descriptor=descriptor)
        assert refusal.value.message == sentence
        if "kind" in sentence:
            assert "--rate" in (refusal.value.hint or "")


async def test_no_raw_samples_at_all() -> None:
    async with fed(b"") as descriptor:
        with pytest.raises(SourceError, match="standard input holds no audio"):
            await StdinSource.open(RawFormat(16_000, 1, RawEncoding.S24LE), descriptor)


async def test_a_rate_out_of_range() -> None:
    async with fed(wav_bytes(S16, rate=1_000)) as descriptor:
        with pytest.raises(UsageError, match="standard input has a sample rate of 1000 Hz"):
            await StdinSource.open(descriptor=descriptor)
