import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aicall_cli.capture import stdin_input
from aicall_cli.capture.stdin_input import StdinInput
from aicall_cli.errors import SourceError


@contextmanager
def piped() -> Iterator[tuple[StdinInput, int]]:
    """Yield an input and the descriptor that feeds it."""
    read_end, write_end = os.pipe()
    stdin = StdinInput(read_end)
    try:
        yield stdin, write_end
    finally:
        stdin.close()
        os.close(read_end)
        os.close(write_end)


def test_what_is_there_is_returned_at_once() -> None:
    with piped() as (stdin, feed):
        os.write(feed, b"abc")
        assert stdin.read(100) == b"abc"
        os.write(feed, b"defg")
        assert stdin.read(2) == b"de"


def test_the_end() -> None:
    read_end, write_end = os.pipe()
    stdin = StdinInput(read_end)
    os.write(write_end, b"abc")
    os.close(write_end)
    assert [stdin.read(10), stdin.read(10)] == [b"abc", b""]
    stdin.close()
    os.close(read_end)


def test_an_interrupted_read_returns_nothing() -> None:
    with piped() as (stdin, _):
        answers: list[bytes] = []
        thread = threading.Thread(target=lambda: answers.append(stdin.read(10)))
        thread.start()
        stdin.interrupt()
        thread.join(5)
        assert answers == [b""]


def test_starting_again() -> None:
    with piped() as (stdin, feed):
        os.write(feed, b"abcdef")
        assert stdin.read(2) + stdin.read(2) == b"abcd"
        stdin.rewind()
        assert [stdin.read(3), stdin.read(10), stdin.read(10)] == [b"abc", b"d", b"ef"]


def test_only_a_beginning_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdin_input, "MAX_REWIND", 5)
    with piped() as (stdin, feed):
        os.write(feed, b"abcdef")
        stdin.read(6)
        with pytest.raises(SourceError, match="unbelievably long header"):
            stdin.rewind()


def test_no_standard_input_at_all() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    os.close(write_end)
    with pytest.raises(SourceError, match="there is no standard input"):
        StdinInput(read_end)


def test_a_directory_as_standard_input(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    stdin = StdinInput(descriptor)
    with pytest.raises(SourceError, match="standard input cannot be read: Is a directory"):
        stdin.read(1)
    stdin.close()
    os.close(descriptor)
