import pytest
from rich.console import Console

from aicall_cli.tui.call_view import CallView
from aicall_cli.tui.call_view_choice import choose_call_view
from aicall_cli.tui.json_call_view import JsonCallView
from aicall_cli.tui.plain_call_view import PlainCallView
from aicall_cli.tui.quiet_call_view import QuietCallView
from tests.tui.streams import Stream


class Live(QuietCallView):
    """Stands for the live view, and keeps its console."""

    def __init__(self, console: Console) -> None:
        self.console = console


XTERM = {"TERM": "xterm-256color"}


def choose(
    output: Stream, variables: dict[str, str], *, as_json: bool = False, quiet: bool = False
) -> CallView:
    return choose_call_view(output, variables, Live, as_json=as_json, quiet=quiet)


def test_a_terminal_gets_the_live_view() -> None:
    assert isinstance(choose(Stream(terminal=True), XTERM), Live)


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(term: str) -> None:
    assert isinstance(choose(Stream(terminal=True), {"TERM": term}), PlainCallView)


def test_a_terminal_without_our_signs_gets_plain_lines() -> None:
    latin = Stream(terminal=True, encoding="latin-1")
    assert isinstance(choose(latin, XTERM), PlainCallView)


def test_a_file_gets_plain_lines() -> None:
    assert isinstance(choose(Stream(terminal=False), XTERM), PlainCallView)


def test_options_outweigh_the_terminal() -> None:
    assert isinstance(choose(Stream(terminal=True), XTERM, as_json=True), JsonCallView)
    assert isinstance(choose(Stream(terminal=True), XTERM, as_json=True, quiet=True), QuietCallView)


def test_the_size_is_the_terminals_and_not_what_a_shell_once_said() -> None:
    view = choose(Stream(terminal=True), {**XTERM, "COLUMNS": "33", "LINES": "7"})
    assert isinstance(view, Live)
    assert 33 != view.console.width
    assert 7 != view.console.height
