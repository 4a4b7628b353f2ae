import logging
import threading

from aicall_cli.tui.notice_board import MAX_WAITING, NoticeBoard, NoticeHandler, Told


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


def test_log_records_become_notices_from_warnings_on() -> None:
    board = NoticeBoard()
    handler = NoticeHandler(board)
    logger = logging.getLogger(__name__)
    logger.addHandler(handler)
    try:
        logger.setLevel(logging.INFO)
        logger.info("in passing")
        logger.warning("%s failed", "it")
    finally:
        logger.removeHandler(handler)
    assert board.take() == [Told("it failed", warning=True)]
