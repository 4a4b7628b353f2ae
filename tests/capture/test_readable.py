import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicall_cli.capture.readable import Readable


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe()
    yield read_end, write_end
    os.close(read_end)
    os.close(write_end)


def wait_in_thread(readable: Readable) -> tuple[threading.Thread, list[bool]]:
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(readable.wait()))
    thread.start()
    return thread, answers


def test_data_is_readable(pipe: tuple[int, int]) -> None:
    readable = Readable(pipe[0])
    thread, answers = wait_in_thread(readable)
    os.write(pipe[1], b"x")
    thread.join(5)
    readable.close()
    assert answers == [True]


def test_calling_off_ends_the_wait_and_every_later_one(pipe: tuple[int, int]) -> None:
    readable = Readable(pipe[0])
    thread, answers = wait_in_thread(readable)
    readable.call_off()
    thread.join(5)
    os.write(pipe[1], b"x")
    answers.append(readable.wait())
    readable.close()
    assert answers == [False, False]


def test_the_end_of_a_pipe_is_readable() -> None:
    read_end, write_end = os.pipe()
    readable = Readable(read_end)
    os.close(write_end)
    assert readable.wait()
    readable.close()
    os.close(read_end)


def test_a_regular_file_is_always_readable(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with path.open("rb") as file:
        readable = Readable(file.fileno())
        assert readable.wait()
        readable.close()


if sys.platform != "win32":

    def test_a_terminal_can_be_called_off() -> None:
        keyboard, terminal = os.openpty()
        readable = Readable(terminal)
        thread, answers = wait_in_thread(readable)
        readable.call_off()
        thread.join(5)
        readable.close()
        os.close(keyboard)
        os.close(terminal)
        assert answers == [False]
