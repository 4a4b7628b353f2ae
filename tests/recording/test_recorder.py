import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES
from aicall_cli.audio.wav_writer import HEADER_BYTES
from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.errors import RecordingError
from aicall_cli.private_file import WholeFile, create_private_file
from aicall_cli.recording import recorder as module
from aicall_cli.recording.files import RecordingFiles
from aicall_cli.recording.recorder import QUEUED_BLOCKS, QUEUED_EVENTS, Recorder
from tests.recording.small_disk import SmallDisk
from tests.recording.stereo_wav import ramp, read_stereo

SAID = TranscriptEntry(Party.AGENT, 1, "hello", 0.5, 1.0, final=True, interrupted=False)


class StuckDisk:
    """Creates files whose writes wait until ``freed``, once ``stuck``."""

    def __init__(self) -> None:
        self.stuck = False
        self.waiting = threading.Event()
        self.freed = threading.Event()

    def create(self, path: Path) -> BinaryIO:
        create_private_file(path).close()
        return cast("BinaryIO", _StuckFile(path, self))


class _StuckFile(WholeFile):
    def __init__(self, path: Path, disk: StuckDisk) -> None:
        super().__init__(str(path), "r+")
        self._disk = disk

    def write(self, data: object, /) -> int:
        if self._disk.stuck:
            self._disk.waiting.set()
            self._disk.freed.wait(30)
        return super().write(data)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "call"
    path.mkdir()
    return path


@pytest.fixture
def stuck() -> Iterator[StuckDisk]:
    disk = StuckDisk()
    yield disk
    disk.freed.set()


def _tick(recorder: Recorder, number: int) -> None:
    recorder.caller(ramp(number * TICK_SAMPLES, TICK_SAMPLES), number * TICK_SAMPLES)


def test_a_whole_call(directory: Path) -> None:
    with Recorder(directory) as recorder:
        for number in range(100):
            _tick(recorder, number)
            recorder.event({"event": "tick", "number": number})
        recorder.agent(ramp(24_000, 4800), 24_000)
        statistics = recorder.stop()
        recorder.write_documents([SAID], {"duration": 2.0})

    samples = read_stereo(directory / "call.wav")
    assert np.array_equal(samples[:, 0], ramp(0, 100 * TICK_SAMPLES))
    assert np.array_equal(samples[24_000:28_800, 1], ramp(24_000, 4800))
    lines = (directory / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(100))
    assert json.loads((directory / "summary.json").read_text()) == {"duration": 2.0}
    assert "Agent: hello" in (directory / "transcript.txt").read_text()
    assert recorder.failure is None
    assert (statistics.seconds, statistics.parts) == (2.0, ("call.wav",))
    assert (statistics.late_seconds, statistics.dropped_seconds) == (0.0, 0.0)
    assert statistics.dropped_events == 0


def test_the_giver_may_use_its_buffer_again(directory: Path) -> None:
    buffer = ramp(0, TICK_SAMPLES)
    with Recorder(directory) as recorder:
        recorder.caller(buffer, 0)
        buffer[:] = 0
    assert np.array_equal(read_stereo(directory / "call.wav")[:, 0], ramp(0, TICK_SAMPLES))


def test_audio_and_events_reach_the_disk_without_being_asked(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = threading.Event()
    real = RecordingFiles.flush

    def flush(files: RecordingFiles) -> None:
        unwritten = files.audio.has_unwritten
        real(files)
        if unwritten:
            flushed.set()

    monkeypatch.setattr(RecordingFiles, "flush", flush)
    with Recorder(directory) as recorder:
        _tick(recorder, 0)
        recorder.event({"event": "first"})
        assert flushed.wait(20)
        assert len(read_stereo(directory / "call.wav")) == TICK_SAMPLES
        assert (directory / "events.jsonl").read_text() == '{"event": "first"}\n'


def test_much_audio_wakes_the_thread_before_its_time(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FLUSH_SECONDS", 3600.0)
    flushed = threading.Event()
    real = RecordingFiles.flush

    def flush(files: RecordingFiles) -> None:
        real(files)
        flushed.set()

    monkeypatch.setattr(RecordingFiles, "flush", flush)
    with Recorder(directory) as recorder:
        for number in range(module.WAKING_BLOCKS):
            _tick(recorder, number)
        assert flushed.wait(20)


def test_a_stuck_disk_costs_audio_and_events_and_never_the_call(
    directory: Path, stuck: StuckDisk
) -> None:
    with Recorder(directory, create_file=stuck.create) as recorder:
        stuck.stuck = True
        recorder.event({"event": "first"})
        assert stuck.waiting.wait(20)
        for number in range(QUEUED_BLOCKS + 30):
            _tick(recorder, number)
        for number in range(QUEUED_EVENTS + 10):
            recorder.event({"event": "more", "number": number})
        assert recorder.statistics.dropped_seconds == 30 * 0.02
        dropped = recorder.statistics.dropped_events
        stuck.freed.set()

    # The wake-ups for audio wait in the same queue as the events.
    assert 10 <= dropped <= 10 + QUEUED_BLOCKS // module.WAKING_BLOCKS
    assert len(read_stereo(directory / "call.wav")) == QUEUED_BLOCKS * TICK_SAMPLES
    assert len((directory / "events.jsonl").read_text().splitlines()) == (
        1 + QUEUED_EVENTS + 10 - dropped
    )


def test_a_disk_that_hangs_is_reported_and_not_waited_for_twice(
    directory: Path, stuck: StuckDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.05)
    recorder = Recorder(directory, create_file=stuck.create)
    stuck.stuck = True
    _tick(recorder, 0)
    recorder.stop()
    failure = recorder.failure
    assert failure is not None
    assert failure.message == f"the recording {directory} was not finished within 0.05 s"
    monkeypatch.setattr(module, "CLOSE_SECONDS", 3600.0)
    recorder.write_documents([], {})
    recorder.close()
    assert recorder.failure is failure


def test_a_full_disk_is_told_once_and_the_call_goes_on(directory: Path) -> None:
    told: list[RecordingError] = []
    disk = SmallDisk(room=HEADER_BYTES + 4 * TICK_SAMPLES)
    with Recorder(directory, create_file=disk.create, on_failure=told.append) as recorder:
        for number in range(10):
            _tick(recorder, number)
            recorder.event({"event": "tick"})
        recorder.stop()
        _tick(recorder, 10)

    assert recorder.failure is not None
    assert told == [recorder.failure]
    assert "No space left on device" in recorder.failure.message
    assert len(read_stereo(directory / "call.wav")) <= TICK_SAMPLES


def test_of_several_failures_the_first_is_told(directory: Path) -> None:
    told: list[RecordingError] = []
    disk = SmallDisk(room=HEADER_BYTES)
    with Recorder(directory, create_file=disk.create, on_failure=told.append) as recorder:
        recorder.event({"event": "tick"})
        _tick(recorder, 0)
        recorder.stop()
    assert disk.refusals == 2
    assert [failure.message.count("events.jsonl") for failure in told] == [1]
    assert recorder.failure is told[0]


def test_a_recording_that_cannot_begin_leaves_no_thread(directory: Path) -> None:
    with pytest.raises(RecordingError, match="No space left"):
        Recorder(directory, create_file=SmallDisk(0).create)
    assert not directory.exists()


def test_what_comes_after_the_end_is_dropped(directory: Path) -> None:
    with Recorder(directory) as recorder:
        _tick(recorder, 0)
        assert recorder.stop() == recorder.stop()
        _tick(recorder, 1)
        recorder.event({"event": "late"})
        assert recorder.statistics.dropped_seconds == 0.02
        assert recorder.statistics.dropped_events == 1
    recorder.close()
    assert len(read_stereo(directory / "call.wav")) == TICK_SAMPLES


def test_parts(directory: Path) -> None:
    with Recorder(directory, part_samples=SAMPLE_RATE) as recorder:
        for number in range(75):
            _tick(recorder, number)
    assert recorder.statistics.parts == ("call.wav", "call-2.wav")
    assert len(read_stereo(directory / "call-2.wav")) == SAMPLE_RATE // 2


def test_a_mistake_of_ours_makes_it_incomplete_and_ends_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a mistake")

    with Recorder(directory) as recorder:
        monkeypatch.setattr(RecordingFiles, "append", broken)
        recorder.event({"event": "first"})
        recorder.event({"event": "second"})
        _tick(recorder, 0)
        recorder.stop()
        recorder.write_documents([], {})
    assert recorder.failure is not None
    assert "a mistake" in recorder.failure.message
    assert len(read_stereo(directory / "call.wav")) == TICK_SAMPLES
    assert (directory / "summary.json").exists()


def test_an_event_that_is_not_json_is_the_givers_mistake(directory: Path) -> None:
    with Recorder(directory) as recorder, pytest.raises(TypeError):
        recorder.event({"event": object()})


async def test_nothing_of_it_blocks_a_running_loop(directory: Path) -> None:
    recorder = await asyncio.to_thread(Recorder, directory)
    for number in range(2 * module.WAKING_BLOCKS):
        _tick(recorder, number)
        recorder.event({"event": "tick"})
    await asyncio.to_thread(recorder.stop)
    await asyncio.to_thread(recorder.write_documents, [], {})
    await asyncio.to_thread(recorder.close)
    assert recorder.failure is None
