"""A call on a terminal: finished lines scroll up, below them a few lines that change."""

import asyncio
from collections import deque
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.text import Text

from aicall_cli.client.push_file import PushReport
from aicall_cli.engine.enums import CallState
from aicall_cli.session.statistics import sum_streams
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.figure_rows import print_rows
from aicall_cli.tui.line_rows import line_rows
from aicall_cli.tui.push_screen import METER_WIDTH, PushProgress, render_screen
from aicall_cli.tui.push_view import PushedInput
from aicall_cli.tui.summary import push_rows
from aicall_cli.tui.tick_watch import looks
from aicall_cli.tui.view_state import ViewModel
from aicall_cli.tui.watched_call import WatchedCall, WatchedSession


class LivePushView:
    """Shows subtitles as they grow, progress, the caller's level and the agent's state.

    Everything runs on the loop's thread. However ``run`` ends, the changing lines are gone
    after it and the cursor is back.
    """

    def __init__(self, console: Console, pushed: PushedInput) -> None:
        self._console = console
        self._model = ViewModel()
        self._printed = 0
        self._progress = PushProgress(pushed.name, duration=pushed.duration)
        self._volumes: deque[int] = deque(maxlen=METER_WIDTH)
        self._shown = Text()
        self._position = 0.0
        # Rich reads its table of character widths at the first character that needs it:
        # now, rather than between two ticks of the call.
        cell_len("好")

    async def run(self, call: WatchedCall) -> None:
        """Show what happens until the feed of events ends."""
        live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        with live:
            async with asyncio.TaskGroup() as tasks:
                redrawing = tasks.create_task(self._redraw(live, call))
                async for stamped in call.events():
                    self._model.apply(stamped)
                    self._print_lines(live)
                redrawing.cancel()

    def progress(self, pushed_seconds: float) -> None:
        """Take how much of the source was pushed so far."""
        self._position = pushed_seconds

    def finish(self, call: WatchedCall, report: PushReport, end: CommandEnd) -> None:
        """Print the summary below what was said."""
        if self._printed:
            self._console.line()
        print_rows(self._console, push_rows(call.summary, report))

    async def _redraw(self, live: Live, call: WatchedCall) -> None:
        async for loudest in looks(call, self._model):
            self._volumes.append(loudest.caller)
            if self._model.state.call_state is CallState.CONNECTED:
                self._look(call.session)
            self._draw(live)

    def _draw(self, live: Live) -> None:
        shown = render_screen(self._model.state, self._progress, self._console.width)
        if shown != self._shown:
            self._shown = shown
            live.update(shown, refresh=True)

    def _look(self, session: WatchedSession) -> None:
        pushes = sum_streams([stream.statistics for stream in session.mixer.streams])
        self._progress = replace(
            self._progress,
            position=self._position,
            volumes=tuple(self._volumes),
            pushed=pushes.pushed,
            retried=pushes.retried,
            dropped=pushes.dropped,
        )

    def _print_lines(self, live: Live) -> None:
        state = self._model.state
        new = state.lines_after(self._printed)
        if not new:
            return
        self._printed = state.line_count
        with self._console:  # one write: what grew goes in the moment in which it is final
            self._draw(live)
            for line in new:
                self._console.print(Text("\n").join(line_rows(line, self._console.width - 1)))
