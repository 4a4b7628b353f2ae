import asyncio
import io
import json
from typing import Any

from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged, Event
from aicall_cli.tui.json_events import JsonEvents
from tests.tui.calls import FakeCall, heard, said


async def text_of(*events: Event, output: io.TextIOWrapper | io.StringIO) -> None:
    call = FakeCall()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(JsonEvents(output).run(call))
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
        tasks.create_task(JsonEvents(output).run(call))
        await asyncio.sleep(0)
        call.publish(heard("go"))
        await asyncio.sleep(0)
        assert raw.getvalue().endswith(b"}\n")
        call.feed.close()
