import asyncio
import os
import sys
from pathlib import Path

import pytest

from aicall_cli.tui.stderr_capture import MAX_LINE, STDERR, StderrCapture

pytestmark = pytest.mark.real_time


async def next_line(lines: asyncio.Queue[str]) -> str:
    async with asyncio.timeout(5):
        return await lines.get()


def descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def fill(descriptor: int) -> None:
    while True:
        os.write(descriptor, b"x" * 99 + b"\n")


async def test_lines_written_to_the_descriptor_are_handed_on() -> None:
    lines = asyncio.Queue[str]()
    with StderrCapture(lines.put_nowait):
        os.write(STDERR, b"ALSA lib pcm.c:2721: Unknown PCM\n\nALSA lib")
        assert await next_line(lines) == "ALSA lib pcm.c:2721: Unknown PCM"
        os.write(STDERR, b" again\r\n")
        assert await next_line(lines) == "ALSA lib again"


async def test_what_pythons_own_stream_says_is_captured_too() -> None:
    lines: list[str] = []
    with StderrCapture(lines.append), os.fdopen(STDERR, "w", closefd=False) as stream:
        print("a warning", file=stream, flush=True)
    assert lines == ["a warning"]


async def test_afterwards_the_descriptor_is_what_it_was() -> None:
    before, open_before = os.fstat(STDERR).st_ino, descriptors()
    with StderrCapture(lambda line: None):
        assert os.fstat(STDERR).st_ino != before
    assert os.fstat(STDERR).st_ino == before
    assert descriptors() == open_before


async def test_leaving_hands_on_what_is_left() -> None:
    lines: list[str] = []
    with StderrCapture(lines.append):
        os.write(STDERR, b"one\ntwo without an end")
    assert lines == ["one", "two without an end"]


async def test_somebody_who_keeps_the_pipe_open_holds_nobody_up() -> None:
    lines: list[str] = []
    with StderrCapture(lines.append):
        os.write(STDERR, b"one\n")
        kept = os.dup(STDERR)
    os.close(kept)
    assert lines == ["one"]


async def test_a_full_pipe_blocks_nobody() -> None:
    lines: list[str] = []
    with StderrCapture(lines.append), pytest.raises(BlockingIOError):
        fill(STDERR)
    assert lines
    assert set(lines) == {"x" * 99}


async def test_a_line_without_end_comes_in_pieces() -> None:
    lines: list[str] = []
    with StderrCapture(lines.append):
        os.write(STDERR, b"x" * (2 * MAX_LINE + 5))
    assert lines == ["x" * MAX_LINE, "x" * MAX_LINE, "x" * 5]


async def test_bytes_that_are_no_text_are_replaced() -> None:
    lines: list[str] = []
    with StderrCapture(lines.append):
        os.write(STDERR, "é".encode()[:1])
        os.write(STDERR, "é".encode()[1:] + b"\xff\n")
    assert lines == ["é\ufffd"]


async def test_a_closed_descriptor_stays_closed() -> None:
    saved = os.dup(STDERR)
    os.close(STDERR)
    try:
        with StderrCapture(lambda line: None), pytest.raises(OSError, match="Bad file"):
            os.fstat(STDERR)
    finally:
        os.dup2(saved, STDERR)
        os.close(saved)


async def test_windows_captures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    before = os.fstat(STDERR)
    with StderrCapture(lambda line: None):
        assert os.fstat(STDERR) == before
