import pytest

from aicall_cli.tui.terminal_console import terminal_console
from tests.tui.streams import Stream


@pytest.mark.parametrize(
    ("stream", "term", "usable"),
    [
        (Stream(terminal=True), "xterm", True),
        (Stream(terminal=True), "dumb", False),
        (Stream(terminal=False), "xterm", False),
        (Stream(terminal=True, encoding="latin-1"), "xterm", False),
    ],
)
def test_only_a_terminal_that_can_do_it_has_a_console(
    stream: Stream, term: str, usable: bool
) -> None:
    assert (terminal_console(stream, {"TERM": term}) is not None) == usable


def test_peers_text_is_no_markup() -> None:
    console = terminal_console(Stream(terminal=True), {"TERM": "xterm"})
    assert console is not None
    with console.capture() as capture:
        console.print("[red]x[/red] :smile:")
    assert capture.get() == "[red]x[/red] :smile:\n"
