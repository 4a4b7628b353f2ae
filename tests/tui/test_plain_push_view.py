import io

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.plain_push_view import PlainPushView
from tests.tui.calls import FakeCall


def test_the_summary_follows_an_empty_line() -> None:
    output = io.StringIO()
    PlainPushView(output).finish(FakeCall(), PushReport(finished=True, replied=True), CommandEnd(0))
    lines = output.getvalue().splitlines()
    assert lines[0] == ""
    assert lines[1] == "agent       assistant"
    assert "\x1b" not in output.getvalue()


def test_progress_prints_nothing() -> None:
    output = io.StringIO()
    PlainPushView(output).progress(1.0)
    assert output.getvalue() == ""
