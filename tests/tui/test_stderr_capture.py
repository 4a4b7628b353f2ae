import asyncio
import os
import sys

import pytest

from aicall_cli.tui.stderr_capture import MAX_LINE, STDERR, StderrCapture

pytestmark = pytest.mark.real_time


class Lines(list[str]):
    """What was captured, and a way to wait for it."""

    async def count(self, number: int) -> list[str]:
        """Wait until there are ``number`` lines."""
        async with asyncio.timeout(5):
            while len(self) < number:
                await asyncio.sleep(0.001)
        return self


async def test_lines_written_to_the_descriptor_are_handed_on() -> None:
    lines = Lines()
    with StderrCapture(lines.append):
        os.write(STDERR, b"ALSA lib pcm.c:2721: Unknown PCM\n\nALSA lib")
        assert await lines.count(1) == ["ALSA lib pcm.c:2721: Unknown PCM"]
        os.write(STDERR, b" again\r\n")
        assert await lines.count(2) == ["ALSA lib pcm.c:2721: Unknown PCM", "ALSA lib again"]


async def test_what_pythons_own_stream_says_is_captured_too() -> None:
    lines = Lines()
    with StderrCapture(lines.append), open(STDERR, "w", closefd=False) as stream:
        print("a warning", file=stream, flush=True)
    assert lines == ["a warning"]


async def test_afterwards_the_descriptor_is_what_it_was() -> None:
    before, open_before = os.fstat(STDERR), set(os.listdir("/proc/self/fd"))
    with pytest.raises(RuntimeError), StderrCapture(lambda line: None):
        assert os.fstat(STDERR) != before
        raise RuntimeError
    assert os.fstat(STDERR).st_ino == before.st_ino
    assert set(os.listdir("/proc/self/fd")) == open_before


async def test_leaving_hands_on_what_is_left() -> None:
    lines = Lines()
    with StderrCapture(lines.append):
        os.write(STDERR, b"one\ntwo without an end")
    assert lines == ["one", "two without an end"]


async def test_a_full_pipe_blocks_nobody() -> None:
    lines = Lines()
    with StderrCapture(lines.append):
        with pytest.raises(BlockingIOError):
            while True:
                os.write(STDERR, b"x" * 99 + b"\n")
    assert lines
    assert set(lines) == {"x" * 99}


async def test_a_line_without_end_comes_in_pieces() -> None:
    lines = Lines()
    with StderrCapture(lines.append):
        os.write(STDERR, b"x" * (2 * MAX_LINE + 5))
        assert await lines.count(2) == ["x" * MAX_LINE] * 2
    assert lines[2:] == ["x" * 5]


async def test_bytes_that_are_no_text_are_replaced() -> None:
    lines = Lines()
    with StderrCapture(lines.append):
        os.write(STDERR, "é".encode()[:1])
        os.write(STDERR, "é".encode()[1:] + b"\xff\n")
    assert lines == ["é\ufffd"]


async def test_a_closed_descriptor_stays_closed() -> None:
    saved = os.dup(STDERR)
    os.close(STDERR)
    try:
        with StderrCapture(lambda line: None):
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(STDERR)
    finally:
        os.dup2(saved, STDERR)
        os.close(saved)


async def test_windows_captures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    before = os.fstat(STDERR)
    with StderrCapture(lambda line: None):
        assert os.fstat(STDERR) == before
