import asyncio
import io
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from aicall_cli.engine.connection import INTERRUPTED, RESUMED
from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    EndReason,
    InterruptedReason,
    NetworkQuality,
    Party,
)
from aicall_cli.engine.events import (
    AgentStateChanged,
    CallEnded,
    CallStateChanged,
    Event,
    NetworkQualityChanged,
    SpeakingInterrupted,
    TurnMeasured,
    WarningRaised,
)
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.keyboard.key_event import KeyEvent, ReleasesReported
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.live_call_view import FLASH_SECONDS, LiveCallView
from aicall_cli.tui.live_call_view import Terminal as LiveTerminal
from aicall_cli.tui.notice_board import NoticeBoard
from aicall_cli.tui.stderr_capture import STDERR
from tests.support.fake_backend import virtual_clock
from tests.tui.call_states import CALLED
from tests.tui.calls import ANSWERED, LOUD, SUMMARY, FakeCall, heard, said
from tests.tui.fake_controller import FakeController
from tests.tui.fake_reader import FakeReader
from tests.tui.terminal import Terminal

CONNECTED = CallStateChanged(CallState.CONNECTED)
LISTENING = AgentStateChanged(AgentState.LISTENING)
LEAVE = "\x1b[?1049l"


@dataclass
class Stage:
    """A live view on a terminal, its keyboard, and the call that it shows."""

    terminal: Terminal = field(default_factory=lambda: Terminal(60, 16))
    captures_stderr: bool = False
    keyboard: bool = True
    call: FakeCall = field(default_factory=FakeCall)
    controller: FakeController = field(default_factory=FakeController)
    reader: FakeReader = field(default_factory=FakeReader)
    board: NoticeBoard = field(default_factory=NoticeBoard)

    def __post_init__(self) -> None:
        terminal = LiveTerminal(
            console=self.terminal.console,
            open_keys=self.reader.open if self.keyboard else lambda receive: None,
            keys=create_key_map(),
            end_command=self.controller.end_command,
            board=self.board,
            captures_stderr=self.captures_stderr,
        )
        self.view = LiveCallView(terminal, CALLED, self.controller, virtual_clock)

    async def happen(self, *events: Event) -> list[str]:
        """Let ``events`` happen, wait for a redraw and return the screen."""
        self.call.publish(*events)
        return await self.later()

    async def press(self, name: str, text: str = "") -> list[str]:
        """Press a key, wait for a redraw and return the screen."""
        self.reader.give(KeyEvent(name, text=text))
        return await self.later()

    async def later(self) -> list[str]:
        """Wait for a redraw and return the screen."""
        await asyncio.sleep(0.5)
        return self.terminal.lines


@asynccontextmanager
async def shown(stage: Stage | None = None) -> AsyncIterator[Stage]:
    stage = stage or Stage()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stage.view.run(stage.call))
        await asyncio.sleep(0.01)
        yield stage
        stage.call.feed.close()


def reads_keys(stage: Stage) -> bool:
    return stage.reader.entered


def cursor_seen(stage: Stage) -> bool:
    return not stage.terminal.cursor_hidden


async def test_it_says_at_once_that_it_connects() -> None:
    async with shown() as stage:
        lines = stage.terminal.lines
        assert lines[0] == "assistant  built-in                connecting  ▂▄▆█ –  0:00"
        assert lines[-1].startswith("Space talk")


async def test_the_conversation_grows() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING, heard("go"))
        assert stage.terminal.lines[2] == "you   ▸ go"
        await stage.happen(heard("go forward", end=True), said("I "))
        lines = await stage.happen(said("will"), SpeakingInterrupted(InterruptedReason.BY_VOICE))
        assert lines[2:5] == ["you   ▸ go forward", "agent ▸ I will (interrupted)", ""]
        lines = await stage.happen(WarningRaised("late"), TurnMeasured(ANSWERED))
        assert lines[4] == "warning: late"
        assert "answered in 620 ms" in lines[11]


async def test_levels_and_clock_are_those_of_the_session() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING)
        stage.call.session.duration = 61.0
        stage.call.session.hear(LOUD // 10)
        for _ in range(4):
            stage.call.session.tick(LOUD)
        lines = await stage.later()
        assert lines[0].endswith("1:01")
        assert lines[11].startswith("● listening   you ▁▁▁▁█▁  agent ▁▁▁▁▆▁")


async def test_the_networks_quality_is_told_when_it_changes() -> None:
    async with shown() as stage:
        excellent = [NetworkQualityChanged(party, NetworkQuality.EXCELLENT) for party in Party]
        assert "▂▄▆█ –" in (await stage.happen(CONNECTED))[0]
        assert "▂▄▆█ excellent" in (await stage.happen(*excellent))[0]
        bad = NetworkQualityChanged(Party.AGENT, NetworkQuality.BAD)
        assert "▂▄▆█ bad" in (await stage.happen(bad))[0]
        assert "  interrupted  " in (await stage.happen(INTERRUPTED))[0]
        assert "  connected  " in (await stage.happen(RESUMED))[0]


async def test_figures_come_once_a_second() -> None:
    async with shown() as stage:
        assert "round trip –" in (await stage.happen(CONNECTED))[13]
        await stage.later()
        await stage.later()
        assert stage.terminal.lines[13].startswith("round trip 12 ms, jitter 0.30 ms")


async def test_keys_reach_the_call_and_what_they_change_is_seen() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING)
        assert (await stage.press("m"))[12] == "○ muted: m to be heard"
        stage.reader.give(ReleasesReported(True))
        await stage.press("m")
        assert (await stage.press("p"))[12] == "○ push-to-talk: hold Space to talk"
        lines = await stage.press("space")
        assert lines[12] == "● talking 0 s: let Space go to send, Esc to forget"
        await asyncio.sleep(2.6)
        assert "talking 3 s" in (await stage.later())[12]
        assert stage.controller.asked[-1] == "start_talking"


async def test_text_is_typed_with_a_cursor() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED)
        assert not cursor_seen(stage)
        await stage.press("t", "t")
        assert (await stage.press("h", "h"))[12] == "text ▸ h"
        assert cursor_seen(stage)
        await stage.press("enter")
        assert not cursor_seen(stage)
        assert stage.controller.asked == ["text h"]
        assert stage.reader.talk_keys == [True, False, True]


async def test_help_covers_the_conversation_and_goes_again() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, heard("go", end=True))
        assert "push-to-talk on/off" in "\n".join(await stage.press("?", "?"))
        assert (await stage.press("x", "x"))[2] == "you   ▸ go"


async def test_scrolling_goes_back_and_follows_again() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED)
        await stage.happen(*[heard(f"line {n}", end=True, sentence=n) for n in range(20)])
        assert stage.terminal.lines[9] == "you   ▸ line 19"
        lines = await stage.press("page_up")
        assert lines[9] == "you   ▸ line 12"
        assert lines[10].startswith("── ↓ 7 more ──")
        assert (await stage.happen(heard("new", end=True, sentence=99)))[9] == "you   ▸ line 12"
        assert (await stage.press("escape"))[9] == "you   ▸ new"


async def test_refusals_and_notices_are_shown_for_a_while() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED)
        stage.controller.refusal = "the channel is not open"
        assert (await stage.press("i"))[14] == "the channel is not open"
        stage.board.post("first")
        stage.board.post("the headset is back")
        assert (await stage.later())[14] == "the headset is back"
        await asyncio.sleep(FLASH_SECONDS)
        assert (await stage.later())[14] == ""


async def test_a_terminal_that_is_resized_is_filled() -> None:
    async with shown(Stage(Terminal(120, 40))) as stage:
        await stage.happen(CONNECTED, heard("word " * 30, end=True))
        assert len(stage.terminal.lines) == 40
        stage.terminal.resize(60, 16)
        lines = await stage.later()
        assert len(lines) == 16
        assert lines[0].endswith("connected  ▂▄▆█ –  0:00")
        assert lines[-1].startswith("Space talk")
        stage.terminal.resize(80, 24)
        assert len(await stage.later()) == 24


async def test_nothing_is_written_while_nothing_changes() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING)
        await asyncio.sleep(2.0)
        before = stage.terminal.text
        await asyncio.sleep(60.0)
        assert stage.terminal.text == before


async def test_it_is_drawn_at_most_fifteen_times_a_second() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, LISTENING)
        writes, before = 0, stage.terminal.text
        for tick in range(50):
            stage.call.session.duration = tick * 0.02
            stage.call.publish(said("x", sentence=1))
            stage.call.session.tick(LOUD if tick % 8 < 4 else LOUD // 100)
            await asyncio.sleep(0.02)
            writes += stage.terminal.text != before
            before = stage.terminal.text
        assert 1 < writes <= 15


async def test_without_a_keyboard_the_call_is_shown_all_the_same() -> None:
    async with shown(Stage(keyboard=False)) as stage:
        assert "connected" in (await stage.happen(CONNECTED))[0]


async def test_keys_are_read_only_while_the_call_is_shown_and_on_its_screen() -> None:
    async with shown() as stage:
        assert reads_keys(stage)
        assert stage.terminal.text.startswith("\x1b[?1049h")
        assert LEAVE not in stage.terminal.text
    assert not reads_keys(stage)
    assert stage.terminal.text.endswith(LEAVE)
    assert cursor_seen(stage)


async def test_a_cancelled_view_gives_the_terminal_back() -> None:
    stage = Stage()
    task = asyncio.create_task(stage.view.run(stage.call))
    await stage.happen(CONNECTED)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stage.terminal.text.endswith(LEAVE)
    assert not stage.reader.entered


async def test_an_error_gives_the_terminal_back() -> None:
    class Broken(FakeCall):
        def events(self) -> AsyncIterator[object]:  # type: ignore[override]
            raise RuntimeError("no feed")

    stage = Stage(call=Broken())
    with pytest.RaisesGroup(RuntimeError):
        await stage.view.run(stage.call)
    assert stage.terminal.text.endswith(LEAVE)
    assert not stage.reader.entered


class GoneTerminal(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


async def test_a_terminal_that_is_gone_is_told_upwards() -> None:
    stage = Stage()
    stage.terminal.console.file = GoneTerminal()
    with pytest.raises(OSError, match="Input/output"):
        await stage.view.run(stage.call)


async def test_no_color_is_honoured() -> None:
    terminal = Terminal(60, 16, variables={"TERM": "xterm", "NO_COLOR": "1"})
    async with shown(Stage(terminal)) as stage:
        await stage.happen(CONNECTED, LISTENING, said("yes", end=True))
    codes = {
        code for style in re.findall(r"\x1b\[([\d;]*)m", terminal.text) for code in style.split(";")
    }
    assert codes <= {"0", "1", "2"}


async def test_hostile_text_moves_nothing_and_colours_nothing() -> None:
    hostile = "\x1b[2J\x1b]0;x\x07[red]x[/red]"
    async with shown() as stage:
        await stage.happen(CONNECTED)
        before = len(stage.terminal.text)
        lines = await stage.happen(said(hostile, end=True), WarningRaised(hostile))
        assert lines[2] == "agent ▸ \\x1b[2J\\x1b]0;x\\x07[red]x[/red]"
        stage.board.post(hostile)
        assert (await stage.later())[14] == "\\x1b[2J\\x1b]0;x\\x07[red]x[/red]"
        assert "\x1b[2J" not in stage.terminal.text[before:]
        assert "\x1b]0" not in stage.terminal.text


@pytest.mark.real_time
async def test_what_is_written_to_standard_error_is_a_notice_and_no_part_of_the_picture(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with shown(Stage(captures_stderr=True)) as stage:
        os.write(STDERR, b"ALSA lib pcm.c: underrun occurred\n")
        assert (await stage.later())[14] == "ALSA lib pcm.c: underrun occurred"
        stage.board.post("and now this")
        os.write(STDERR, b"ALSA lib pcm.c: underrun occurred\n")
        assert (await stage.later())[14] == "and now this"
    assert "ALSA" not in stage.terminal.text.replace("ALSA lib pcm.c: underrun occurred", "", 1)
    assert "standard error: ALSA lib pcm.c: underrun occurred" in caplog.text


async def test_afterwards_what_was_said_and_the_recordings_place_are_printed() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED, heard("how are you", end=True), said("very well, th"))
        await stage.happen(CallEnded(EndReason.HUNG_UP, "hung up"))
    before = len(stage.terminal.text)
    stage.view.finish(stage.call, CommandEnd(0))
    printed = stage.terminal.text[before:]
    assert "how are you" in printed
    assert "very well, th…" in printed
    assert str(SUMMARY.recording) in printed


async def test_a_call_without_a_word_has_its_figures_alone() -> None:
    stage = Stage()
    stage.view.finish(stage.call, CommandEnd(0))
    assert stage.terminal.lines[0] == "agent       assistant"


async def test_hanging_up_is_shown_until_the_call_is_left() -> None:
    async with shown() as stage:
        await stage.happen(CONNECTED)
        lines = await stage.happen(CallStateChanged(CallState.OVER))
        assert "hanging up" in lines[0]
        assert lines[12] == "○ the call is over"
        await stage.press("q")
        await stage.press("q")
        assert stage.controller.asked == ["hang_up", "end_command"]


def test_a_summary_without_a_recording_has_a_dash() -> None:
    stage = Stage(call=FakeCall(summary=replace(SUMMARY, recording=None)))
    stage.view.finish(stage.call, CommandEnd(0))
    assert stage.terminal.lines[-1] == "recording   –"
