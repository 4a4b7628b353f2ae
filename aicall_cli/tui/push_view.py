"""What shows a call that a source is pushed into; four ways to do it, one interface."""

from dataclasses import dataclass
from typing import Protocol

from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.watched_call import WatchedCall


@dataclass(frozen=True, slots=True)
class PushedInput:
    """What is pushed, for people."""

    name: str
    duration: float | None
    """Seconds; None where it ends when it ends."""


class PushView(Protocol):
    """Shows one call. Writing to a closed reader raises BrokenPipeError."""

    async def run(self, call: WatchedCall) -> None:
        """Show what happens until the feed of events ends.

        Begun before the call is entered it misses nothing, and shows the connecting too.
        """

    def progress(self, pushed_seconds: float) -> None:
        """Take how much of the source was pushed so far."""

    def finish(self, call: WatchedCall, report: PushReport, end: CommandEnd) -> None:
        """Print the figures of a call that was left, however far the push came."""
