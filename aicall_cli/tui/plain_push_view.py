"""A call as plain lines, for files, pipes and terminals that can do nothing else."""

from typing import TextIO

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.line_output import LineOutput
from aicall_cli.tui.line_text import line_text
from aicall_cli.tui.push_view import WatchedCall
from aicall_cli.tui.summary import summary_lines
from aicall_cli.tui.view_state import ViewModel


class PlainPushView:
    """Prints subtitles once they are final, and notices; no partials, no escape sequences."""

    def __init__(self, output: TextIO) -> None:
        self._output = LineOutput(output)

    async def run(self, call: WatchedCall) -> None:
        """Print each line as soon as it is finished."""
        model = ViewModel()
        printed = 0
        async for stamped in call.events():
            state = model.apply(stamped)
            for line in state.lines_after(printed):
                self._output.line(line_text(line))
            printed = state.line_count

    def progress(self, pushed_seconds: float) -> None:
        """Nothing: progress needs a line that can change."""

    def finish(self, call: WatchedCall, report: PushReport | None) -> None:
        """Print the summary below an empty line."""
        self._output.line()
        for line in summary_lines(call.summary, report):
            self._output.line(line)
