"""What shows a call that a person or a script holds; three ways to do it, one interface."""

from typing import Protocol

from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.watched_call import WatchedCall


class CallView(Protocol):
    """Shows one call. Writing to a closed reader raises BrokenPipeError."""

    async def run(self, call: WatchedCall) -> None:
        """Show what happens until the feed of events ends.

        Begun before the call is entered it misses nothing, and shows the connecting too.
        """

    def finish(self, call: WatchedCall, end: CommandEnd) -> None:
        """Print what is left of a call that was left."""
