import io
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicall_cli.tui.notice_board import MAX_WAITING, NoticeBoard, Told, log_on


def test_notices_are_taken_once_and_in_order() -> None:
    board = NoticeBoard()
    board.post("one")
    board.post("two", warning=True)
    assert board.take() == [Told("one", warning=False), Told("two", warning=True)]
    assert board.take() == []


def test_of_too_many_the_newest_are_kept() -> None:
    board = NoticeBoard()
    for number in range(MAX_WAITING + 2):
        board.post(str(number))
    assert [told.text for told in board.take()] == [str(n) for n in range(2, MAX_WAITING + 2)]


def test_any_thread_may_post() -> None:
    board = NoticeBoard()
    thread = threading.Thread(target=board.post, args=("from afar",))
    thread.start()
    thread.join()
    assert board.take() == [Told("from afar", warning=False)]


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """Keep the handlers of all logs."""
    logger = logging.getLogger()
    before = list(logger.handlers)
    yield logger
    logger.handlers[:] = before


def test_what_is_logged_to_a_stream_is_put_up_instead(root: logging.Logger) -> None:
    stream = io.StringIO()
    root.addHandler(logging.StreamHandler(stream))
    board = NoticeBoard()
    with log_on(board):
        logging.getLogger(__name__).info("in passing")
        logging.getLogger(__name__).warning("%s failed", "it")
    assert board.take() == [Told("it failed", warning=True)]
    assert stream.getvalue() == ""
    logging.getLogger(__name__).warning("afterwards")
    assert stream.getvalue() == "afterwards\n"
    assert board.take() == []


def test_a_log_file_goes_on_as_before(root: logging.Logger, tmp_path: Path) -> None:
    file = tmp_path / "log"
    handler = logging.FileHandler(file)
    root.addHandler(handler)
    board = NoticeBoard()
    with log_on(board):
        logging.getLogger(__name__).warning("it failed")
    handler.close()
    assert board.take() == []
    assert file.read_text() == "it failed\n"
