import io
import json

from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.json_call_view import JsonCallView
from tests.tui.calls import SUMMARY, FakeCall


def test_the_last_line_is_the_summary() -> None:
    output = io.StringIO()
    JsonCallView(output).finish(FakeCall(), CommandEnd(9, "the call was lost"))
    (line,) = output.getvalue().splitlines()
    expected = {**SUMMARY.as_json(), "status": 9, "error": "the call was lost"}
    assert json.loads(line) == json.loads(json.dumps(expected))
