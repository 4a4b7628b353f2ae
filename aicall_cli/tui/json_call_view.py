"""A call that a person or a script holds, as JSON lines."""

from aicall_cli.tui.json_events import JsonEvents
from aicall_cli.tui.watched_call import WatchedCall


class JsonCallView(JsonEvents):
    """Prints every event, then the summary."""

    def finish(self, call: WatchedCall) -> None:
        """Print the summary."""
        self._write(call.summary.as_json())
