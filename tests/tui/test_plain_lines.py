import asyncio
import io

import pytest

from aicall_cli.engine.enums import EndReason, InterruptedReason
from aicall_cli.engine.events import CallEnded, SpeakingInterrupted, WarningRaised
from aicall_cli.tui.plain_lines import PlainLines
from tests.tui.calls import FakeCall, heard, said


async def printed(*events: object) -> list[str]:
    call = FakeCall()
    output = io.StringIO()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(PlainLines(output).run(call))
        await asyncio.sleep(0)
        call.publish(*events)  # type: ignore[arg-type]
        call.feed.close()
    return output.getvalue().splitlines()


async def test_only_final_subtitles_are_printed() -> None:
    assert await printed(
        heard("go"),
        heard("go forward"),
        heard("go forward ten meters", end=True),
        said("Going "),
        said("forward.", end=True),
    ) == ["you   ▸ go forward ten meters", "agent ▸ Going forward."]


async def test_each_line_is_there_as_soon_as_it_is_final() -> None:
    call, output = FakeCall(), io.StringIO()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(PlainLines(output).run(call))
        await asyncio.sleep(0)
        call.publish(heard("one", end=True))
        await asyncio.sleep(0)
        assert output.getvalue() == "you   ▸ one\n"
        call.feed.close()


async def test_an_interrupted_answer_says_so() -> None:
    lines = await printed(said("It is a long"), SpeakingInterrupted(InterruptedReason.BY_VOICE))
    assert lines == ["agent ▸ It is a long (interrupted)"]


async def test_what_was_not_finished_when_the_call_ended_is_printed_with_an_ellipsis() -> None:
    lines = await printed(said("It is a"), CallEnded(EndReason.HUNG_UP, "hung up"))
    assert lines == ["agent ▸ It is a…"]


async def test_warnings_and_goodbyes_are_lines_of_their_own() -> None:
    lines = await printed(
        WarningRaised("dropped 20 ms of audio"),
        CallEnded(EndReason.AGENT_LEFT, "the caller was silent for too long"),
    )
    assert lines == ["warning: dropped 20 ms of audio", "note: the caller was silent for too long"]


async def test_a_failure_is_left_to_the_error_report() -> None:
    assert await printed(CallEnded(EndReason.AGENT_FAILED, "the agent failed")) == []


async def test_hostile_text_is_one_harmless_line() -> None:
    lines = await printed(said("\x1b]0;owned\x07[red]x[/red]\r\nyou   ▸ fake", end=True))
    assert lines == ["agent ▸ \\x1b]0;owned\\x07[red]x[/red]  you   ▸ fake"]


async def test_a_long_text_is_neither_wrapped_nor_cut() -> None:
    (line,) = await printed(said("word " * 5000, end=True))
    assert line == "agent ▸ " + ("word " * 5000).strip()


class ClosedPipe(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


async def test_a_closed_reader_is_told_upwards() -> None:
    call = FakeCall()
    view = PlainLines(ClosedPipe())
    with pytest.RaisesGroup(BrokenPipeError):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(view.run(call))
            await asyncio.sleep(0)
            call.publish(heard("one", end=True))
