import asyncio
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.fade import FADE_SAMPLES
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.wav_writer import WavWriter
from aicall_cli.errors import RecordingError
from aicall_cli.playout import file_output
from aicall_cli.playout.file_output import FileOutput
from tests.support.speech_like import speech_like, ticks_of

LOUD = np.full(TICK_SAMPLES, 10_000, np.int16)


def read(path: Path) -> Pcm:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


async def test_the_file_holds_what_was_played(tmp_path: Path) -> None:
    path, speech = tmp_path / "out.wav", speech_like(100)
    output = FileOutput(path)
    await output.open()
    for tick in ticks_of(speech):
        output.write(tick)
    await output.close()
    assert np.array_equal(read(path), speech)
    assert output.name == str(path)


async def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"x" * 1_000_000)
    output = FileOutput(path)
    await output.open()
    output.write(LOUD)
    await output.close()
    assert np.array_equal(read(path), LOUD)


async def test_the_giver_may_use_its_buffer_again(tmp_path: Path) -> None:
    path, buffer = tmp_path / "out.wav", LOUD.copy()
    output = FileOutput(path)
    await output.open()
    output.write(buffer)
    buffer[:] = 0
    await output.close()
    assert np.array_equal(read(path), LOUD)


async def test_missed_ticks_are_silence_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    output = FileOutput(path)
    await output.open()
    output.write(LOUD)
    output.skip(3)
    output.write(LOUD)
    await output.close()
    heard = read(path).reshape(-1, TICK_SAMPLES)
    assert [bool(tick.any()) for tick in heard] == [True, False, False, False, True]


async def test_an_hour_that_a_machine_slept_is_a_minute_of_silence(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    output = FileOutput(path)
    await output.open()
    output.skip(3_600 * 50)
    output.write(LOUD)
    await output.close()
    assert len(read(path)) == 60 * SAMPLE_RATE + TICK_SAMPLES


async def test_a_flush_ends_what_was_written_with_a_fade(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    output = FileOutput(path)
    await output.open()
    output.write(LOUD)
    output.flush()
    output.write(np.zeros(TICK_SAMPLES, np.int16))
    output.write(LOUD)
    output.flush()
    await output.close()
    heard = read(path).astype(np.int64)
    assert len(heard) == 4 * TICK_SAMPLES  # the last one for the last fade
    for start in (TICK_SAMPLES, 3 * TICK_SAMPLES):
        fade = heard[start - 1 : start + FADE_SAMPLES + 1]
        assert fade[0] == 10_000
        assert fade[-1] == 0
        assert np.all(np.diff(fade) <= 0)
        assert np.abs(np.diff(fade)).max() < 100


async def test_the_file_is_playable_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    output = FileOutput(path)
    await output.open()
    assert len(read(path)) == 0
    for _ in range(file_output.HEADER_BLOCKS):
        output.write(LOUD)
    while not len(heard := read(path)):
        await asyncio.to_thread(output._blocks.empty)
    await output.close()
    assert len(heard) == file_output.HEADER_BLOCKS * TICK_SAMPLES


async def test_a_file_that_cannot_be_created_is_an_error_with_what_to_do(tmp_path: Path) -> None:
    output = FileOutput(tmp_path / "nowhere" / "out.wav")
    with pytest.raises(RecordingError, match="cannot be written") as raised:
        await output.open()
    assert raised.value.hint is not None
    assert output.failure is raised.value
    await output.close()


async def test_a_disk_that_fills_up_ends_the_file_and_not_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(writer: WavWriter, pcm: Pcm) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WavWriter, "write", full)
    output = FileOutput(tmp_path / "out.wav")
    await output.open()
    output.write(LOUD)
    assert output._thread is not None
    await asyncio.to_thread(output._thread.join)
    output.write(LOUD)
    await output.close()
    assert isinstance(output.failure, RecordingError)
    assert "No space left" in output.failure.message
    assert output.statistics.dropped == pytest.approx(0.02)
    assert len(read(tmp_path / "out.wav")) == 0


async def test_a_file_of_four_gigabytes_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WavWriter, "room", TICK_SAMPLES - 1)
    output = FileOutput(tmp_path / "out.wav")
    await output.open()
    output.write(LOUD)
    await output.close()
    assert output.failure is not None
    assert "4 GiB" in output.failure.message


async def test_a_slow_disk_costs_audio_and_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_output, "QUEUED_BLOCKS", 0)
    path = tmp_path / "out.wav"
    output = FileOutput(path)
    await output.open()
    output.write(LOUD)
    output.write(LOUD)
    monkeypatch.setattr(file_output, "QUEUED_BLOCKS", 10)
    output.write(LOUD)
    await output.close()
    assert output.statistics.dropped == pytest.approx(0.04)
    heard = read(path).reshape(-1, TICK_SAMPLES)
    assert [bool(tick.any()) for tick in heard] == [False, False, True]


async def test_a_hanging_disk_is_waited_for_a_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = threading.Event()
    monkeypatch.setattr(file_output, "CLOSE_SECONDS", 0.01)
    monkeypatch.setattr(WavWriter, "write", lambda writer, pcm: hanging.wait())
    output = FileOutput(tmp_path / "out.wav")
    await output.open()
    output.write(LOUD)
    await output.close()
    hanging.set()
    assert output.failure is not None
    assert "was not finished within" in output.failure.message


async def test_a_cancelled_opening_leaves_no_thread(tmp_path: Path) -> None:
    output = FileOutput(tmp_path / "out.wav")
    opening = asyncio.ensure_future(output.open())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await output.close()
