import io

import pytest

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import show_error, show_warning
from aicall_cli.errors import ConnectError


@pytest.fixture
def environment() -> Environment:
    return Environment(stdout=io.StringIO(), stderr=io.StringIO(), variables={})


def written(environment: Environment) -> str:
    assert isinstance(environment.stderr, io.StringIO)
    return environment.stderr.getvalue()


def test_an_error_is_its_sentence_and_its_next_step(environment: Environment) -> None:
    show_error(ConnectError("nobody\x07 is there", hint="look\nagain"), environment)
    assert written(environment) == "aicall: nobody\\x07 is there\n  look again\n"


def test_an_error_without_a_next_step_is_a_sentence(environment: Environment) -> None:
    show_error(ConnectError("nobody is there"), environment)
    assert written(environment) == "aicall: nobody is there\n"


def test_a_warning_says_that_it_is_one(environment: Environment) -> None:
    show_warning("mind the \x1b[1mgap", environment)
    assert written(environment) == "aicall: warning: mind the \\x1b[1mgap\n"


def test_where_nobody_reads_nothing_is_raised(environment: Environment) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    environment.stderr = Full()
    show_error(ConnectError("nobody"), environment)
