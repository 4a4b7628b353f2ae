"""A call that a source is pushed into, as JSON lines."""

from dataclasses import asdict

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.json_events import JsonEvents
from aicall_cli.tui.watched_call import WatchedCall


class JsonPushView(JsonEvents):
    """Prints every event, then the summary and what came of the push."""

    def progress(self, pushed_seconds: float) -> None:
        """Nothing: a line for every frame would drown the events."""

    def finish(self, call: WatchedCall, report: PushReport, end: CommandEnd) -> None:
        """Print the summary."""
        self._write_summary(call, end, **asdict(report))
