import io

from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.plain_call_view import PlainCallView
from tests.tui.calls import FakeCall


def test_the_figures_follow_an_empty_line() -> None:
    output = io.StringIO()
    PlainCallView(output).finish(FakeCall(), CommandEnd(0))
    lines = output.getvalue().splitlines()
    assert lines[:3] == ["", "agent       assistant", "call        7.4 s, hung up"]
    assert not any(line.startswith("pushed") for line in lines)
    assert "\x1b" not in output.getvalue()
