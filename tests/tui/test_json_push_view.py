import io
import json
from typing import Any

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.json_push_view import JsonPushView
from tests.tui.calls import NOTHING_KNOWN, FakeCall

WELL = CommandEnd(0)
NOTHING_DONE = PushReport(finished=False, replied=False)


def summary_of(call: FakeCall, report: PushReport, end: CommandEnd = WELL) -> dict[str, Any]:
    output = io.StringIO()
    view = JsonPushView(output)
    view.progress(1.0)
    view.finish(call, report, end)
    line: dict[str, Any] = json.loads(output.getvalue())
    return line


def test_the_summary_is_the_last_line() -> None:
    line = summary_of(FakeCall(), PushReport(finished=True, replied=False))
    assert line["event"] == "summary"
    assert line["schema"] == 1
    assert (line["finished"], line["replied"]) == (True, False)
    assert (line["status"], line["error"]) == (0, None)
    assert line["reason"] == "hung_up"
    assert line["turns"][0]["latency"] == 0.62
    assert line["network"]["round_trip"] == 0.0124


def test_what_is_not_known_is_null() -> None:
    line = summary_of(FakeCall(summary=NOTHING_KNOWN), NOTHING_DONE)
    names = ("call_id", "first_packet_after", "network", "recording")
    assert [line[name] for name in names] == [None] * 4
    assert line["ticks"]["lateness_p99"] is None


def test_a_failure_is_told_with_its_status() -> None:
    end = CommandEnd(6, "echo did not speak within 3 s")
    line = summary_of(FakeCall(), NOTHING_DONE, end)
    assert (line["status"], line["error"]) == (6, "echo did not speak within 3 s")


def test_the_docstring_names_every_field_of_the_summary() -> None:
    from aicall_cli.tui import json_events

    line = summary_of(FakeCall(), NOTHING_DONE)
    fields = {*line, *line["ticks"], *line["pushes"], *line["network"], *line["turns"][0]}
    assert json_events.__doc__ is not None
    assert {name for name in fields if name not in json_events.__doc__} == set()
