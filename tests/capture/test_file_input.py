import errno
import os
import sys
from pathlib import Path

import pytest

from aicall_cli.capture.file_input import FileInput
from aicall_cli.errors import SourceError


def test_reading_and_starting_again(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"0123456789")
    with FileInput(path) as source:
        assert (source.name, source.size) == ("speech.wav", 10)
        assert source.read(4) + source.read(100) == b"0123456789"
        assert source.read(1) == b""
        source.rewind()
        assert source.read(2) == b"01"
    assert source.file.closed


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no file .*nothing\.wav") as refusal:
        FileInput(tmp_path / "nothing.wav")
    assert refusal.value.exit_status == 8


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a directory"):
        FileInput(tmp_path)


def test_a_file_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SourceError, match="cannot be opened: Not a directory"):
        FileInput(tmp_path / "file" / "speech.wav")


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be opened: File name too long"):
        FileInput(tmp_path / ("x" * 300))


if sys.platform != "win32":

    def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
        path = tmp_path / "pipe"
        os.mkfifo(path)
        with pytest.raises(SourceError, match="is not a regular file") as refusal:
            FileInput(path)
        assert "standard input" in (refusal.value.hint or "")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated, because root may read everything."""
    path = tmp_path / "secret.wav"
    path.touch()

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match="may not be read"):
        FileInput(path)


def test_a_disk_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"x")

    class Failing:
        def read(self, _: int) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    with FileInput(path) as source:
        source.file, kept = Failing(), source.file  # type: ignore[assignment]
        with pytest.raises(SourceError, match=r"speech.wav cannot be read: Input/output error"):
            source.read(1)
        source.file = kept
