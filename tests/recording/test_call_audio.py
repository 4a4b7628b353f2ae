import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES
from aicall_cli.audio.wav_writer import HEADER_BYTES, MAX_DATA_BYTES
from aicall_cli.private_file import create_private_file
from aicall_cli.recording.call_audio import PART_SAMPLES, STEREO, WINDOW_SAMPLES, CallAudio
from aicall_cli.recording.stereo_timeline import AGENT, CALLER
from tests.recording.small_disk import SmallDisk
from tests.recording.stereo_wav import ramp, read_stereo


def _audio(directory: Path, part_samples: int = PART_SAMPLES) -> CallAudio:
    return CallAudio(directory, create_private_file, part_samples)


def test_caller_left_agent_right_on_one_axis(tmp_path: Path) -> None:
    audio = _audio(tmp_path)
    audio.place(CALLER, 0, ramp(0, 2000))
    audio.place(AGENT, 500, ramp(500, 1000))
    audio.close()

    samples = read_stereo(tmp_path / "call.wav")
    assert np.array_equal(samples[:, 0], ramp(0, 2000))
    assert np.array_equal(samples[500:1500, 1], ramp(500, 1000))
    assert not samples[:500, 1].any()
    assert not samples[1500:, 1].any()


def test_an_empty_recording_is_playable(tmp_path: Path) -> None:
    _audio(tmp_path).close()
    assert len(read_stereo(tmp_path / "call.wav")) == 0


def test_what_was_flushed_is_in_the_file_and_its_header(tmp_path: Path) -> None:
    audio = _audio(tmp_path)
    for tick in range(30):
        audio.place(CALLER, tick * TICK_SAMPLES, ramp(tick * TICK_SAMPLES, TICK_SAMPLES))
        if tick % 7 == 6:
            audio.flush()
            assert not audio.has_unwritten
            length = (tick + 1) * TICK_SAMPLES
            assert np.array_equal(read_stereo(audio.path)[:, CALLER], ramp(0, length))
    audio.close()


def test_late_audio_is_put_into_what_was_written_already(tmp_path: Path) -> None:
    audio = _audio(tmp_path)
    audio.place(CALLER, 0, ramp(0, WINDOW_SAMPLES))
    audio.flush()
    audio.place(AGENT, 100, ramp(100, 200))
    audio.place(CALLER, WINDOW_SAMPLES, ramp(WINDOW_SAMPLES, 50))
    audio.close()

    samples = read_stereo(audio.path)
    assert np.array_equal(samples[:, CALLER], ramp(0, WINDOW_SAMPLES + 50))
    assert np.array_equal(samples[100:300, AGENT], ramp(100, 200))
    assert audio.late_samples == (0, 0)


def test_what_is_later_than_the_window_is_dropped_and_counted(tmp_path: Path) -> None:
    audio = _audio(tmp_path)
    audio.place(CALLER, 0, ramp(0, WINDOW_SAMPLES + 1000))
    audio.flush()
    audio.place(AGENT, 900, ramp(900, 300))
    audio.close()

    samples = read_stereo(audio.path)
    assert audio.late_samples == (0, 100)
    assert not samples[900:1000, AGENT].any()
    assert np.array_equal(samples[1000:1200, AGENT], ramp(1000, 200))


def test_a_long_block_is_taken_whole(tmp_path: Path) -> None:
    audio = _audio(tmp_path)
    audio.place(AGENT, 10, ramp(10, 5 * SAMPLE_RATE))
    audio.close()
    assert np.array_equal(read_stereo(audio.path)[10:, AGENT], ramp(10, 5 * SAMPLE_RATE))


def test_a_long_gap_is_silence_on_the_disk_and_not_in_memory(tmp_path: Path) -> None:
    audio = _audio(tmp_path)
    audio.place(CALLER, 0, ramp(0, 1000))
    gap = 120 * SAMPLE_RATE
    tracemalloc.start()
    try:
        audio.place(CALLER, gap, ramp(gap, 1000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    audio.close()

    samples = read_stereo(audio.path)
    assert len(samples) == gap + 1000
    assert not samples[1000:gap].any()
    assert np.array_equal(samples[gap:, CALLER], ramp(gap, 1000))
    # The gap is 23 MB; the writer needs a second of silence and its bytes at a time.
    assert peak < 2_000_000


def test_a_part_ends_before_a_header_cannot_say_its_length() -> None:
    assert PART_SAMPLES * STEREO.bytes_per_frame + HEADER_BYTES < 4_000_000_000 < MAX_DATA_BYTES


def test_parts_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    audio = _audio(tmp_path, part_samples=1000)
    for at in range(0, 3500, 100):
        audio.place(CALLER, at, ramp(at, 100))
        if at % 300 == 0:
            audio.flush()
    audio.close()

    assert [part.name for part in audio.parts] == [
        "call.wav",
        "call-2.wav",
        "call-3.wav",
        "call-4.wav",
    ]
    samples = [read_stereo(part) for part in audio.parts]
    assert [len(part) for part in samples] == [1000, 1000, 1000, 500]
    assert np.array_equal(np.concatenate(samples)[:, CALLER], ramp(0, 3500))


def test_a_full_part_is_followed_only_when_there_is_more(tmp_path: Path) -> None:
    audio = _audio(tmp_path, part_samples=1000)
    audio.place(CALLER, 0, ramp(0, 1000))
    audio.close()
    assert [part.name for part in audio.parts] == ["call.wav"]


def test_a_finished_part_does_not_change_any_more(tmp_path: Path) -> None:
    audio = _audio(tmp_path, part_samples=1000)
    audio.place(CALLER, 0, ramp(0, 1500))
    audio.flush()
    audio.place(AGENT, 900, ramp(900, 200))
    audio.close()

    first, second = (read_stereo(part) for part in audio.parts)
    assert not first[:, AGENT].any()
    assert np.array_equal(second[:100, AGENT], ramp(1000, 100))
    assert audio.late_samples == (0, 100)


_BLOCKS = st.lists(
    st.tuples(
        st.sampled_from([CALLER, AGENT]),
        st.integers(-2000, 4 * SAMPLE_RATE),
        st.integers(1, 6000),
        st.booleans(),
    ),
    max_size=12,
)


@given(_BLOCKS, st.sampled_from([7001, 100_000, PART_SAMPLES]))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_blocks_and_flushes_is_playable_and_in_place(
    tmp_path_factory: pytest.TempPathFactory,
    blocks: list[tuple[int, int, int, bool]],
    part_samples: int,
) -> None:
    audio = _audio(tmp_path_factory.mktemp("call"), part_samples)
    for side, at, length, flush in blocks:
        audio.place(side, at, ramp(at, length))
        if flush:
            audio.flush()
    audio.close()

    samples = np.concatenate([read_stereo(part) for part in audio.parts])
    assert len(samples) == audio.samples == max([0, *(at + n for _, at, n, _ in blocks)])
    # Whatever is not silence tells its own position.
    heard = samples != 0
    positions = np.broadcast_to(ramp(0, len(samples))[:, None], samples.shape)
    assert np.array_equal(samples[heard], positions[heard])
    placed = sum(n for _, _, n, _ in blocks) - sum(audio.late_samples)
    assert heard.sum() <= placed


def test_a_full_disk_leaves_what_was_written_playable(tmp_path: Path) -> None:
    disk = SmallDisk(room=HEADER_BYTES + 4 * 1500)
    audio = CallAudio(tmp_path, disk.create)
    audio.place(CALLER, 0, ramp(0, 1000))
    audio.flush()
    audio.place(CALLER, 1000, ramp(1000, 1000))
    with pytest.raises(OSError, match="No space"):
        audio.flush()
    audio.abandon()
    audio.abandon()

    assert np.array_equal(read_stereo(audio.path)[:, CALLER], ramp(0, 1000))
    assert audio.path.stat().st_size == HEADER_BYTES + 4 * 1000


@pytest.mark.parametrize("room", [0, 20], ids=["none", "half a header"])
def test_a_part_that_cannot_begin_leaves_nothing_behind(tmp_path: Path, room: int) -> None:
    with pytest.raises(OSError, match="No space"):
        CallAudio(tmp_path, SmallDisk(room).create)
    assert list(tmp_path.iterdir()) == []


def test_a_later_part_that_cannot_begin_leaves_the_first_whole(tmp_path: Path) -> None:
    disk = SmallDisk(room=HEADER_BYTES + 4 * 1000 + 10)
    audio = CallAudio(tmp_path, disk.create, part_samples=1000)
    audio.place(CALLER, 0, ramp(0, 1200))
    with pytest.raises(OSError, match="No space"):
        audio.flush()
    audio.abandon()

    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]
    assert audio.parts == [tmp_path / "call.wav"]
    assert np.array_equal(read_stereo(audio.path)[:, CALLER], ramp(0, 1000))
