"""A call on a terminal: the whole of it, while the call lasts."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from aicall_cli.clock import Clock
from aicall_cli.engine.enums import CallState
from aicall_cli.tui.call_controller import CallController
from aicall_cli.tui.call_keys import CallKeys
from aicall_cli.tui.call_screen import render_call
from aicall_cli.tui.call_state import (
    METER_HISTORY,
    Called,
    CallScreenState,
    Controls,
    Flash,
    Levels,
)
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.figure_rows import print_rows
from aicall_cli.tui.keyboard.key_map import KeyMap
from aicall_cli.tui.keyboard.key_reader import KeyReader, Receive
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.line_rows import line_rows
from aicall_cli.tui.notice_board import NoticeBoard, log_on
from aicall_cli.tui.scrolling import Scrolling
from aicall_cli.tui.stderr_capture import StderrCapture
from aicall_cli.tui.summary import call_rows
from aicall_cli.tui.terminal_screen import TerminalScreen
from aicall_cli.tui.tick_watch import looks
from aicall_cli.tui.view_state import ViewModel
from aicall_cli.tui.watched_call import WatchedCall

logger = logging.getLogger(__name__)

FLASH_SECONDS: Final = 6.0
"""How long a notice stays."""
_FIGURES_SECONDS: Final = 1.0
"""Between two looks at the call's figures."""
_REMEMBERED_LINES: Final = 64
"""Of standard error, which are told once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What a live view needs of the terminal it is on."""

    console: Console
    open_keys: Callable[[Receive], KeyReader | None]
    """Opens the keyboard; None where there is none to be opened."""
    keys: KeyMap
    end_command: Callable[[], None]
    """What hanging up again does: as Ctrl-C, it ends more than the call."""
    talk_mode: TalkMode | None = None
    """None: as the terminal allows."""
    board: NoticeBoard
    """Where notices are put up, by anybody."""
    captures_stderr: bool
    """Whether standard error is the same terminal, and must not write into the picture."""


class LiveCallView:
    """Draws a call, hands its keys on, and leaves the terminal as it was.

    Everything runs on the loop's thread. The old screen is back after ``run``, however that
    ends; ``finish`` then prints what was said.
    """

    def __init__(
        self, terminal: Terminal, called: Called, controller: CallController, clock: Clock
    ) -> None:
        self._terminal = terminal
        self._controller = controller
        self._clock = clock
        self._model = ViewModel()
        self._screen = TerminalScreen(terminal.console)
        self._labels = terminal.keys.labels
        self._scrolling = Scrolling(lambda: self._model.state, lambda: self._screen.size)
        self._keys = CallKeys(
            controller,
            terminal.keys,
            self._scrolling,
            terminal.board,
            clock,
            terminal.end_command,
            terminal.talk_mode,
        )
        self._state = CallScreenState(called)
        self._caller = deque[int](maxlen=METER_HISTORY)
        self._agent = deque[int](maxlen=METER_HISTORY)
        self._heard_of = deque[str](maxlen=_REMEMBERED_LINES)
        # Rich reads its table of character widths at the first character that needs it:
        # now, rather than between two ticks of the call.
        cell_len("好")

    async def run(self, call: WatchedCall) -> None:
        """Show what happens until the feed of events ends."""
        async with AsyncExitStack() as stack:
            stack.enter_context(self._screen)
            if self._terminal.captures_stderr:
                stack.enter_context(log_on(self._terminal.board))
                stack.enter_context(StderrCapture(self._take_stderr))
            reader = self._terminal.open_keys(self._keys.receive)
            if reader is not None:
                self._keys.attach(await stack.enter_async_context(reader))
            async with asyncio.TaskGroup() as tasks:
                helpers = [
                    tasks.create_task(self._redraw(call)),
                    tasks.create_task(self._measure()),
                ]
                async for stamped in call.events():
                    self._model.apply(stamped)
                for helper in helpers:
                    helper.cancel()

    def finish(self, call: WatchedCall, end: CommandEnd) -> None:
        """Print what was said, and the call's figures."""
        console = self._terminal.console
        said = [entry for entry in self._model.transcript if entry.text.strip()]
        for entry in said:
            console.print(Text("\n").join(line_rows(entry, console.width - 1)))
        if said:
            console.line()
        print_rows(console, call_rows(call.summary))

    async def _redraw(self, call: WatchedCall) -> None:
        async for loudest in looks(call, self._model):
            self._caller.append(loudest.caller)
            self._agent.append(loudest.agent)
            self._look(call)
            self._draw()

    async def _measure(self) -> None:
        while True:
            await asyncio.sleep(_FIGURES_SECONDS)
            if self._model.state.call_state is CallState.CONNECTED:
                self._state = replace(self._state, figures=await self._controller.statistics())

    def _look(self, call: WatchedCall) -> None:
        self._keys.follow()
        self._state = replace(
            self._state,
            view=self._model.state,
            duration=call.session.duration,
            controls=Controls.of(self._controller),
            levels=Levels(tuple(self._caller), tuple(self._agent)),
            talk=self._keys.talk,
            typed=self._keys.typed,
            help=self._keys.help,
            scroll=self._scrolling.place,
            flash=self._flash(),
        )

    def _flash(self) -> Flash | None:
        told = self._terminal.board.take()
        if not told:
            return self._state.flash
        *_, newest = told
        return Flash(newest.text, newest.warning, self._clock() + FLASH_SECONDS)

    def _draw(self) -> None:
        width, height = self._screen.size
        self._screen.paint(render_call(self._state, self._labels, self._clock(), width, height))

    def _take_stderr(self, line: str) -> None:
        logger.info("standard error: %s", line)
        if line not in self._heard_of:  # a device that is looked for says the same each second
            self._heard_of.append(line)
            self._terminal.board.post(line, warning=True)
