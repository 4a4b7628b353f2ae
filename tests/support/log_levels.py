"""A test that runs a command in this process leaves the loggers as they were."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Give the loggers back what a command changes of them."""
    loggers = logging.getLogger(), logging.getLogger("aicall_cli")
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
