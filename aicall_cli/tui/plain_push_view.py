"""A call that a source is pushed into, as plain lines."""

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.figure_rows import row_lines
from aicall_cli.tui.plain_lines import PlainLines
from aicall_cli.tui.summary import push_rows
from aicall_cli.tui.watched_call import WatchedCall


class PlainPushView(PlainLines):
    """Plain lines, then the figures."""

    def progress(self, pushed_seconds: float) -> None:
        """Nothing: progress needs a line that can change."""

    def finish(self, call: WatchedCall, report: PushReport, end: CommandEnd) -> None:
        """Print the summary below an empty line."""
        self._output.line()
        for line in row_lines(push_rows(call.summary, report)):
            self._output.line(line)
