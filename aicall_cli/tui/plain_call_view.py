"""A call without a terminal, as plain lines."""

from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.figure_rows import row_lines
from aicall_cli.tui.plain_lines import PlainLines
from aicall_cli.tui.summary import call_rows
from aicall_cli.tui.watched_call import WatchedCall


class PlainCallView(PlainLines):
    """Plain lines, then the figures."""

    def finish(self, call: WatchedCall, end: CommandEnd) -> None:
        """Print the summary below an empty line."""
        self._output.line()
        for line in row_lines(call_rows(call.summary)):
            self._output.line(line)
