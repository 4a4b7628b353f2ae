"""What the cloud's libraries log in our threads: nothing, since it quotes requests and keys."""

import logging
from typing import Final

THREAD: Final = "aicall-cloud"
"""The name of the threads in which we use them."""
_LOGGERS: Final = ("darabonba-core", "alibabacloud-tea", "credentials", "urllib3.connectionpool")
"""Those that write requests with their headers and parameters, some with ``DEBUG=sdk`` only."""


class _Quiet(logging.Filter):
    """Drops what is logged in our threads, and lets other users of the libraries have theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is of another's thread."""
        return record.threadName != THREAD


_QUIET: Final = _Quiet()


def quieten_libraries() -> None:
    """Let the libraries' loggers drop what is logged in threads called ``THREAD``."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_QUIET)
