"""A call that a person or a script holds, as JSON lines."""

from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.json_events import JsonEvents
from aicall_cli.tui.watched_call import WatchedCall


class JsonCallView(JsonEvents):
    """Prints every event, then the summary."""

    def finish(self, call: WatchedCall, end: CommandEnd) -> None:
        """Print the summary."""
        self._write_summary(call, end)
