import asyncio

import pytest

from aicall_cli.cli.ending import end_by, end_of
from aicall_cli.errors import ConnectionLostError, NoReplyError, SourceError
from aicall_cli.tui.command_end import CommandEnd


def test_the_gravest_failure_is_the_end() -> None:
    assert end_of([]) == CommandEnd(0)
    assert end_of([ConnectionLostError("lost"), NoReplyError("no word")]) == CommandEnd(9, "lost")


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (SourceError("torn"), CommandEnd(8, "torn")),
        (ExceptionGroup("several", [SourceError("torn")]), CommandEnd(8, "torn")),
        (BrokenPipeError(), CommandEnd(141)),
        (ValueError("odd"), CommandEnd(70, "internal error: ValueError: odd")),
        (asyncio.CancelledError(), CommandEnd(130)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_told_as_the_boundary_tells_it(error: BaseException, end: CommandEnd) -> None:
    assert end_by(error) == end
