"""What happens in a call as plain lines, for files, pipes and terminals that can do no more."""

from typing import TextIO

from aicall_cli.tui.line_output import LineOutput
from aicall_cli.tui.line_text import line_text
from aicall_cli.tui.view_state import ViewModel
from aicall_cli.tui.watched_call import WatchedCall


class PlainLines:
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
