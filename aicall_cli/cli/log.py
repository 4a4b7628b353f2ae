"""Where log records go: a file when one is named, else warnings to standard error."""

import logging
from enum import Enum
from pathlib import Path

from aicall_cli.cli.environment import Environment
from aicall_cli.errors import UsageError
from aicall_cli.text import escape


class LogLevel(Enum):
    """How grave a record must be to be kept."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_FILE_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up_log(environment: Environment, file: Path | None, level: LogLevel) -> None:
    """Send our own records to standard error, or with ``file`` everybody's there.

    Raise UsageError for a file that cannot be written.
    """
    handler = _file_handler(file) if file else _stderr_handler(environment)
    ours = logging.getLevelNamesMapping()[level.name]
    # What libraries say is for a log, not for a screen: they warn of what we report ourselves.
    others = max(ours, logging.INFO) if file else logging.ERROR
    logging.basicConfig(level=others, handlers=[handler], force=True)
    logging.getLogger("aicall_cli").setLevel(ours)


class _OneLine(logging.Formatter):
    """Formats a record as one line that no terminal obeys: it may quote a peer."""

    def format(self, record: logging.LogRecord) -> str:
        return escape(super().format(record))


def _stderr_handler(environment: Environment) -> logging.Handler:
    handler = logging.StreamHandler(environment.stderr)
    handler.setFormatter(_OneLine("aicall: %(message)s"))
    return handler


def _file_handler(file: Path) -> logging.Handler:
    try:
        handler = logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the log file {file} cannot be written ({error.strerror})") from error
    handler.setFormatter(_OneLine(_FILE_FORMAT))
    return handler
