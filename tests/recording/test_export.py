import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.audio.wav_writer import WavWriter
from aicall_cli.errors import RecordingError, SourceError, UsageError
from aicall_cli.recording.export import Side, export
from aicall_cli.recording.stored_call import StoredCall, read_stored_call
from aicall_cli.recording.transcript_files import WRITERS
from tests.recording.file_size_limit import file_size_limit
from tests.recording.kept_calls import SAID, keep_call
from tests.recording.stereo_wav import read_stereo


@pytest.fixture
def call(tmp_path: Path) -> StoredCall:
    (tmp_path / "kept").mkdir()
    call = read_stored_call(keep_call(tmp_path / "kept"))
    assert call is not None
    return call


@pytest.mark.parametrize("suffix", [".txt", ".srt", ".vtt", ".json", ".TXT"])
def test_the_suffix_says_how_the_transcript_is_written(
    call: StoredCall, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"said{suffix}"
    export(call, target, Side.BOTH, replace=False)
    wanted = WRITERS[f"transcript{suffix.lower()}"](SAID)
    assert target.read_text(encoding="utf-8") == wanted


def test_an_unfinished_call_has_a_transcript_too(tmp_path: Path) -> None:
    call = read_stored_call(keep_call(tmp_path, finished=False))
    assert call is not None
    export(call, tmp_path / "said.txt", Side.BOTH, replace=False)
    assert "Caller: go forward\n" in (tmp_path / "said.txt").read_text(encoding="utf-8")


def test_both_sides_are_a_stereo_file(call: StoredCall, tmp_path: Path) -> None:
    export(call, tmp_path / "both.wav", Side.BOTH, replace=False)
    assert np.array_equal(read_stereo(tmp_path / "both.wav"), np.concatenate(_blocks(call)))


@pytest.mark.parametrize(("side", "channel"), [(Side.CALLER, 0), (Side.AGENT, 1)])
def test_one_side_is_a_mono_file(
    call: StoredCall, tmp_path: Path, side: Side, channel: int
) -> None:
    export(call, tmp_path / "one.wav", side, replace=False)
    with wave.open(str(tmp_path / "one.wav"), "rb") as file:
        assert (file.getnchannels(), file.getframerate()) == (1, SAMPLE_RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert np.array_equal(samples, np.concatenate(_blocks(call))[:, channel])
    assert samples.any()


def test_a_file_that_is_there_is_kept_unless_it_is_to_be_replaced(
    call: StoredCall, tmp_path: Path
) -> None:
    target = tmp_path / "said.txt"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already") as raised:
        export(call, target, Side.BOTH, replace=False)
    assert "--force" in (raised.value.hint or "")
    assert target.read_text(encoding="utf-8") == "mine"
    export(call, target, Side.BOTH, replace=True)
    assert "go forward" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "side", "message"),
    [
        ("said", Side.BOTH, "'said' does not say what to export"),
        ("said.mp3", Side.BOTH, "'said.mp3' does not say what to export"),
        ("said.srt", Side.AGENT, "a transcript has both sides"),
    ],
)
def test_what_cannot_be_exported_is_told(
    call: StoredCall, tmp_path: Path, name: str, side: Side, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        export(call, tmp_path / name, side, replace=False)
    assert not (tmp_path / name).exists()


def test_a_disk_that_refuses_leaves_what_was_there(call: StoredCall, tmp_path: Path) -> None:
    target = tmp_path / "one.wav"
    target.write_bytes(b"mine")
    with file_size_limit(1000), pytest.raises(RecordingError, match="cannot be written"):
        export(call, target, Side.BOTH, replace=True)
    assert target.read_bytes() == b"mine"
    with pytest.raises(RecordingError, match=r"cannot be written \(No such file"):
        export(call, tmp_path / "none" / "said.txt", Side.BOTH, replace=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "one.wav"]


def test_a_recording_that_cannot_be_read_leaves_nothing(call: StoredCall, tmp_path: Path) -> None:
    (call.directory / "call.wav").write_bytes(b"broken")
    with pytest.raises(SourceError, match="is not a WAV file"):
        export(call, tmp_path / "both.wav", Side.BOTH, replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_call_that_no_wav_file_holds_is_told(
    call: StoredCall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WavWriter, "room", 1000)
    with pytest.raises(UsageError, match="too long for one WAV file"):
        export(call, tmp_path / "both.wav", Side.BOTH, replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def _blocks(call: StoredCall) -> list[np.typing.NDArray[np.int16]]:
    return list(call.audio().blocks())
