import io
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.checks.terminal import (
    check_keyboard,
    check_terminal,
    judge_encoding,
    judge_size,
)
from aicall_cli.cli.environment import Environment
from aicall_cli.tui.keyboard.key_event import ReleasesReported
from aicall_cli.tui.keyboard.key_reader import KeyReader, Receive


class _Screen(io.StringIO):
    """A terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class _Keyboard:
    """A keyboard that says what it can, or nothing."""

    def __init__(self, receive: Receive, releases: bool | None) -> None:
        self._receive = receive
        self._releases = releases
        self.inside = False
        self.talk_keys = False

    def set_talk_keys(self, active: bool) -> None:
        assert self.inside
        self.talk_keys = active
        if self._releases is not None:
            self._receive(ReleasesReported(self._releases))
            self._receive(ReleasesReported(self._releases))

    async def __aenter__(self) -> Self:
        self.inside = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.inside = False


def _findings(stream: io.StringIO, **variables: str) -> dict[str, Finding]:
    environment = Environment(stdout=stream, variables=variables)
    return {finding.subject: finding for finding in check_terminal(environment)}


def test_a_terminal_that_can_everything() -> None:
    found = _findings(_Screen(), TERM="xterm-256color", COLUMNS="100", LINES="30")
    assert [(it.subject, it.state) for it in found.values()] == [
        ("terminal", State.OK),
        ("colours", State.OK),
        ("characters", State.OK),
    ]
    assert found["terminal"].message == "100 × 30"
    assert found["colours"].message == "256"


def test_no_terminal_is_one_note() -> None:
    (finding,) = _findings(io.StringIO()).values()
    assert (finding.subject, finding.state) == ("terminal", State.NOTE)


def test_no_color_is_a_wish_and_a_dumb_terminal_a_note() -> None:
    wished = _findings(_Screen(), TERM="xterm", NO_COLOR="1")["colours"]
    assert (wished.state, wished.message) == (State.OK, "none: NO_COLOR is set")
    dumb = _findings(_Screen(), TERM="dumb")["colours"]
    assert dumb.state is State.NOTE
    assert "TERM" in (dumb.advice or "")


@pytest.mark.parametrize(
    ("columns", "rows", "state"),
    [(60, 16, State.OK), (59, 16, State.NOTE), (200, 15, State.NOTE)],
)
def test_the_interface_needs_room(columns: int, rows: int, state: State) -> None:
    assert judge_size(columns, rows).state is state


@pytest.mark.parametrize(
    ("encoding", "state"),
    [("utf-8", State.OK), ("UTF-8", State.OK), ("ascii", State.NOTE), ("cp1252", State.NOTE)],
)
def test_the_interface_needs_its_characters(encoding: str, state: State) -> None:
    assert judge_encoding(encoding).state is state


@pytest.mark.parametrize(
    ("releases", "state"), [(True, State.OK), (False, State.NOTE), (None, State.NOTE)]
)
async def test_the_keyboard_is_asked_and_given_back(releases: bool | None, state: State) -> None:
    keyboards: list[_Keyboard] = []

    def open_reader(receive: Receive) -> KeyReader:
        keyboards.append(_Keyboard(receive, releases))
        return keyboards[-1]

    finding = await check_keyboard(Environment(variables={}, folder=Path()), open_reader)
    assert finding.state is state
    assert finding.figures == {"releases": bool(releases)}
    assert keyboards[0].talk_keys
    assert not keyboards[0].inside


async def test_without_a_keyboard_there_is_none() -> None:
    finding = await check_keyboard(Environment(variables={}, folder=Path()), lambda _: None)
    assert (finding.state, finding.message) == (State.NOTE, "none")
