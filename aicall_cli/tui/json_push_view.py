"""A call that a source is pushed into, as JSON lines."""

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.json_events import JsonEvents
from aicall_cli.tui.watched_call import WatchedCall


class JsonPushView(JsonEvents):
    """Prints every event, then the summary and what came of the push."""

    def progress(self, pushed_seconds: float) -> None:
        """Nothing: a line for every frame would drown the events."""

    def finish(self, call: WatchedCall, report: PushReport | None) -> None:
        """Print the summary."""
        outcome = {
            "finished": report.finished if report else None,
            "replied": report.replied if report else None,
        }
        self._write({**call.summary.as_json(), **outcome})
