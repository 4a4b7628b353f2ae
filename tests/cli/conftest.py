import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run_command import Runner


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs commands with settings of their own."""
    return Runner(tmp_path, monkeypatch)


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Give the loggers back what a command changes of them."""
    loggers = logging.getLogger(), logging.getLogger("aicall_cli")
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
