import errno
import io
import os
import threading
from pathlib import Path

import pytest

from aicall_cli.errors import OutputError
from aicall_cli.tui import output_thread
from aicall_cli.tui.output_thread import OutputThread


class _Stuck(io.StringIO):
    """A stream whose writes wait until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def write(self, text: str) -> int:
        self.released.wait(30)
        return super().write(text)


def test_everything_arrives_in_order() -> None:
    stream = io.StringIO()
    with OutputThread(stream) as output:
        for number in range(1000):
            output.write(f"{number}\n")
        output.flush()
    assert stream.getvalue() == "".join(f"{number}\n" for number in range(1000))


def test_a_stuck_reader_blocks_nobody_and_the_excess_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(output_thread, "QUEUE_LIMIT", 5)
    stream = _Stuck()
    with OutputThread(stream) as output:
        for _ in range(20):
            output.write("x")
        stream.released.set()
    assert output.dropped >= 14
    assert len(stream.getvalue()) + output.dropped == 20


class _Gone(io.StringIO):
    """A stream whose reader is gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_closed_reader_shows_at_the_end_at_the_latest() -> None:
    with pytest.raises(BrokenPipeError), OutputThread(_Gone()) as output:
        output.write("nobody reads this")


class _Full(io.StringIO):
    """A stream whose disk is full, which shows when it is flushed."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told() -> None:
    with pytest.raises(OutputError, match="No space left"), OutputThread(_Full()) as output:
        output.write("there is no room for this")


def test_an_error_of_the_user_outweighs_a_closed_reader() -> None:
    output = OutputThread(_Gone())
    output.write("nobody reads this")
    output.__exit__(KeyError, KeyError(), None)


def test_it_looks_like_its_stream() -> None:
    with Path(os.devnull).open("w", encoding="latin-1") as stream, OutputThread(stream) as output:
        assert output.encoding == "latin-1"
        assert output.fileno() == stream.fileno()
        assert output.writable()
        assert not output.isatty()
