import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.client.push_file import PushReport
from aicall_cli.engine.enums import AgentState, CallState, EndReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    CallEnded,
    CallStateChanged,
    Event,
    WarningRaised,
)
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.live_push_view import LivePushView
from aicall_cli.tui.push_view import PushedInput
from tests.tui.calls import LOUD, FakeCall, heard, said
from tests.tui.terminal import Terminal

CONNECTED = CallStateChanged(CallState.CONNECTED)
LISTENING = AgentStateChanged(AgentState.LISTENING)
INPUT = PushedInput("goforward.wav", 4.0)


class Stage:
    """A live view on a terminal, and the call that it shows."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.call = FakeCall()
        self.view = LivePushView(terminal.console, INPUT)

    async def happen(self, *events: Event) -> list[str]:
        """Let ``events`` happen, wait for a redraw and return the screen."""
        self.call.publish(*events)
        await asyncio.sleep(1.0)
        return self.terminal.lines


@asynccontextmanager
async def shown(terminal: Terminal | None = None) -> AsyncIterator[Stage]:
    stage = Stage(terminal or Terminal())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stage.view.run(stage.call))
        await asyncio.sleep(0)
        yield stage
        stage.call.feed.close()


async def test_it_says_at_once_that_it_connects() -> None:
    async with shown() as stage:
        await asyncio.sleep(0)
        assert stage.terminal.lines == [
            "───────────────────  0.0 / 4.0 s  ▁▁▁▁▁▁▁▁  ● connecting  0 pushed, 0 retried"
        ]


async def test_a_sentence_grows_in_place_and_then_scrolls_up() -> None:
    async with shown(Terminal(60)) as stage:
        progress = "────────  0.0 / 4.0 s  ▁▁▁▁▁▁  ● listening   0 retried"
        await stage.happen(CONNECTED, LISTENING)
        assert await stage.happen(heard("go")) == ["you   ▸ go", progress]
        assert await stage.happen(heard("go for")) == ["you   ▸ go for", progress]
        await stage.happen(heard("go forward", end=True))
        lines = await stage.happen(said("I "))
        assert lines == ["you   ▸ go forward", "agent ▸ I", progress]
        lines = await stage.happen(said("will.", end=True), WarningRaised("late"))
        assert lines == ["you   ▸ go forward", "agent ▸ I will.", "warning: late", progress]


async def test_a_final_sentence_is_there_at_once() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, heard("go"))
        stage.call.publish(heard("go forward", end=True))
        await asyncio.sleep(0)
        lines = stage.terminal.lines
        assert lines[0] == "you   ▸ go forward"
        assert len(lines) == 2


async def test_progress_level_and_pushes_are_shown() -> None:
    async with shown() as stage:
        stream = stage.call.session.mixer.add_stream(ExternalAudioStreamConfig(48_000, 1))
        stage.call.session.mixer.begin()
        await stage.happen(CONNECTED, LISTENING)
        stream.push(AudioFrame(LOUD.reshape(-1, 1), AudioFormat(48_000, 1)))
        stream.note_retry()
        stage.view.progress(2.0)
        for _ in range(4):
            stage.call.session.tick(LOUD)
        assert await stage.happen() == [
            "━━━━━━━━━╸─────────  2.0 / 4.0 s  ▁▁▁▁█▁▁▁  ● listening   1 pushed, 1 retried"
        ]


async def test_nothing_is_written_while_nothing_changes() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING)
        before = stage.terminal.text
        await asyncio.sleep(60.0)
        assert stage.terminal.text == before


async def test_it_is_drawn_at_most_fifteen_times_a_second() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING)
        before = stage.terminal.text.count("▁")
        writes = 0
        for tick in range(50):
            stage.view.progress(tick * 0.02)
            stage.call.session.tick(LOUD if tick % 8 < 4 else LOUD // 100)
            await asyncio.sleep(0.02)
            writes += stage.terminal.text.count("▁") != before
            before = stage.terminal.text.count("▁")
        assert 1 < writes <= 15


async def test_after_the_end_the_changing_lines_are_gone_and_the_cursor_is_back() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING, heard("go"))
        assert stage.terminal.cursor_hidden
        await stage.happen(CallEnded(EndReason.HUNG_UP, "hung up"))
    assert stage.terminal.lines == ["you   ▸ go…"]
    assert not stage.terminal.cursor_hidden


async def test_a_cancelled_view_gives_the_terminal_back() -> None:
    terminal = Terminal()
    call = FakeCall()
    task = asyncio.create_task(LivePushView(terminal.console, INPUT).run(call))
    await asyncio.sleep(0.5)
    assert terminal.cursor_hidden
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert terminal.lines == [""]
    assert not terminal.cursor_hidden


async def test_an_error_gives_the_terminal_back() -> None:
    class Broken(FakeCall):
        def events(self) -> AsyncIterator[object]:  # type: ignore[override]
            raise RuntimeError("no feed")

    terminal = Terminal()
    with pytest.RaisesGroup(RuntimeError):
        await LivePushView(terminal.console, INPUT).run(Broken())  # type: ignore[arg-type]
    assert not terminal.cursor_hidden


async def test_a_long_answer_goes_on_below_its_beginning() -> None:
    async with shown(Terminal(40)) as stage:
        lines = await stage.happen(
            said("It is noon, and the sun stands high over 北京和上海的高楼大厦之上.", end=True)
        )
        assert lines[:3] == [
            "agent ▸ It is noon, and the sun stands",
            "        high over",
            "        北京和上海的高楼大厦之上.",
        ]


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_right_to_left_and_wide_text_does_not_break_the_screen(width: int) -> None:
    async with shown(Terminal(width)) as stage:
        await stage.happen(CONNECTED, LISTENING)
        await stage.happen(heard("你好" * 50))
        lines = await stage.happen(heard("שלום עולם", end=True), said("你好 😀", end=True))
        assert lines[0] == "you   ▸ שלום עולם"
        assert len(lines) == 3
        assert "● listening" in lines[2]


async def test_hostile_text_moves_nothing_and_colours_nothing() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED)
        lines = await stage.happen(said("\x1b[2J\x1b]0;x\x07[red]x[/red]", end=True))
        assert lines[0] == "agent ▸ \\x1b[2J\\x1b]0;x\\x07[red]x[/red]"
    assert "\x1b[2J" not in stage.terminal.text
    assert "\x1b]0" not in stage.terminal.text


async def test_no_color_is_honoured() -> None:
    async with shown(Terminal(variables={"TERM": "xterm", "NO_COLOR": "1"})) as stage:
        await stage.happen(CONNECTED, LISTENING, said("yes", end=True))
    assert not any(f"\x1b[{code}" in stage.terminal.text for code in ("3", "1;3", "9"))


async def test_a_low_terminal_does_not_scroll_the_progress_away() -> None:
    async with shown(Terminal(60, height=2)) as stage:
        await stage.happen(CONNECTED, LISTENING)
        for number in range(5):
            await stage.happen(heard(str(number), end=True, sentence=number))
        assert stage.terminal.lines[0] == "you   ▸ 4"
        assert "listening" in stage.terminal.lines[1]


async def test_the_summary_stands_below_what_was_said() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, said("yes", end=True))
    stage.view.finish(stage.call, PushReport(finished=True, replied=True), CommandEnd(0))
    assert stage.terminal.lines[:3] == ["agent ▸ yes", "", "agent       assistant"]


def test_without_a_word_the_summary_stands_alone() -> None:
    terminal = Terminal()
    view = LivePushView(terminal.console, INPUT)
    view.finish(FakeCall(), PushReport(finished=True, replied=True), CommandEnd(0))
    assert terminal.lines[0] == "agent       assistant"


class GoneTerminal(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


async def test_a_terminal_that_is_gone_is_told_upwards() -> None:
    terminal = Terminal()
    terminal.console.file = GoneTerminal()
    with pytest.raises(OSError, match="Input/output"):
        await LivePushView(terminal.console, INPUT).run(FakeCall())
