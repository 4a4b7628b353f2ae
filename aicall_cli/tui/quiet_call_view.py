"""``--quiet``: errors and the exit status say it all."""

from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.watched_call import WatchedCall


class QuietCallView:
    """Prints nothing."""

    async def run(self, call: WatchedCall) -> None:
        """Return at once: nothing is read from the feed, so nothing is kept in it."""

    def finish(self, call: WatchedCall, end: CommandEnd) -> None:
        """Nothing."""
