import asyncio
import io
import json
from typing import Any

from aicall_cli.client.push_file import PushReport
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged, Event
from aicall_cli.tui.json_push_view import JsonPushView
from tests.tui.calls import NOTHING_KNOWN, FakeCall, heard, said


async def text_of(*events: Event, output: io.TextIOWrapper | io.StringIO) -> None:
    call = FakeCall()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(JsonPushView(output).run(call))
        await asyncio.sleep(0)
        call.publish(*events, at=1.23456)
        call.feed.close()


async def lines_of(*events: Event) -> list[dict[str, Any]]:
    output = io.StringIO()
    await text_of(*events, output=output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


async def test_each_event_is_one_object_with_schema_and_time() -> None:
    assert await lines_of(AgentStateChanged(AgentState.SPEAKING), heard("go")) == [
        {"schema": 1, "t": 1.2346, "event": "agent_state_changed", "state": "speaking"},
        {
            "schema": 1,
            "t": 1.2346,
            "event": "user_subtitle_received",
            "text": "go",
            "end": False,
            "sentence_id": 1,
            "voiceprint": 100,
        },
    ]


async def test_hostile_text_comes_back_whole_and_harms_no_terminal() -> None:
    text = 'a\nb\x1b[2J\x9b1m\u2028"\u202e\ud800 你好'
    output = io.StringIO()
    await text_of(said(text), output=output)
    (line,) = output.getvalue().splitlines()
    assert json.loads(line)["text"] == text
    assert not set(line) & set("\x1b\x9b\u2028\u202e\ud800")
    assert "你好" in line


async def test_a_stream_without_the_characters_gets_json_escapes() -> None:
    raw = io.BytesIO()
    output = io.TextIOWrapper(raw, encoding="latin-1")
    await text_of(said("é 你好 😀"), output=output)
    line = raw.getvalue().decode("ascii")
    assert json.loads(line)["text"] == "é 你好 😀"


async def test_each_line_is_flushed() -> None:
    raw = io.BytesIO()
    output = io.TextIOWrapper(raw, encoding="utf-8")
    call = FakeCall()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(JsonPushView(output).run(call))
        await asyncio.sleep(0)
        call.publish(heard("go"))
        await asyncio.sleep(0)
        assert raw.getvalue().endswith(b"}\n")
        call.feed.close()


def summary_of(call: FakeCall, report: PushReport | None) -> dict[str, Any]:
    output = io.StringIO()
    view = JsonPushView(output)
    view.progress(1.0)
    view.finish(call, report)
    line: dict[str, Any] = json.loads(output.getvalue())
    return line


def test_the_summary_is_the_last_line() -> None:
    line = summary_of(FakeCall(), PushReport(finished=True, replied=False))
    assert line["event"] == "summary"
    assert line["schema"] == 1
    assert (line["finished"], line["replied"]) == (True, False)
    assert line["reason"] == "hung_up"
    assert line["turns"][0]["latency"] == 0.62
    assert line["network"]["round_trip"] == 0.0124


def test_what_is_not_known_is_null() -> None:
    line = summary_of(FakeCall(summary=NOTHING_KNOWN), None)
    names = ("finished", "replied", "call_id", "first_packet_after", "network", "recording")
    assert [line[name] for name in names] == [None] * 6
    assert line["ticks"]["lateness_p99"] is None


def test_the_docstring_names_every_field_of_the_summary() -> None:
    from aicall_cli.tui import json_push_view

    line = summary_of(FakeCall(), None)
    fields = {*line, *line["ticks"], *line["pushes"], *line["network"], *line["turns"][0]}
    assert json_push_view.__doc__ is not None
    assert {name for name in fields if name not in json_push_view.__doc__} == set()
