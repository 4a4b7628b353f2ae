import logging
from threading import Thread

from aicall_cli.control.cloud_log import THREAD, quieten_libraries


def test_only_our_threads_are_quiet() -> None:
    records: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger, keeper = logging.getLogger("urllib3.connectionpool"), Keeper()
    logger.addHandler(keeper)
    try:
        quieten_libraries()
        quieten_libraries()
        for name in (THREAD, "another"):
            thread = Thread(target=lambda: logger.warning("POST /?secret"), name=name)
            thread.start()
            thread.join()
    finally:
        logger.removeHandler(keeper)
    assert [record.threadName for record in records] == ["another"]
    assert len(logger.filters) == 1
