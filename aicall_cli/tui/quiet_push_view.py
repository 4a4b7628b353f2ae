"""``--quiet``: errors and the exit status say it all."""

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.watched_call import WatchedCall


class QuietPushView:
    """Prints nothing."""

    async def run(self, call: WatchedCall) -> None:
        """Return at once: nothing is read from the feed, so nothing is kept in it."""

    def progress(self, pushed_seconds: float) -> None:
        """Nothing."""

    def finish(self, call: WatchedCall, report: PushReport, end: CommandEnd) -> None:
        """Nothing."""
