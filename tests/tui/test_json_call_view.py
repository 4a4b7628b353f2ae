import io
import json

from aicall_cli.tui.json_call_view import JsonCallView
from tests.tui.calls import SUMMARY, FakeCall


def test_the_last_line_is_the_summary() -> None:
    output = io.StringIO()
    JsonCallView(output).finish(FakeCall())
    (line,) = output.getvalue().splitlines()
    assert json.loads(line) == json.loads(json.dumps(SUMMARY.as_json()))
