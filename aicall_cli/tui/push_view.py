"""What shows a call that a source is pushed into; four ways to do it, one interface."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from aicall_cli.capture.mixer import Mixer
from aicall_cli.client.push_file import PushReport
from aicall_cli.client.summary import CallSummary
from aicall_cli.session.feed import Stamped
from aicall_cli.session.session import AudioTap
from aicall_cli.session.voice_activity import VoiceActivity


@dataclass(frozen=True, slots=True)
class PushedInput:
    """What is pushed, for people."""

    name: str
    duration: float | None
    """Seconds; None where it ends when it ends."""


class WatchedSession(Protocol):
    """What a view reads of a running call; a ``Session`` is one."""

    @property
    def caller(self) -> VoiceActivity:
        """The caller's level."""

    @property
    def mixer(self) -> Mixer:
        """The streams, for their counts."""

    def add_tap(self, tap: AudioTap) -> None:
        """Give ``tap`` all audio from now on."""


class WatchedCall(Protocol):
    """The part of a ``Call`` that a view uses."""

    @property
    def session(self) -> WatchedSession:
        """The running call, once something has happened in it."""

    @property
    def summary(self) -> CallSummary:
        """The figures, once the call was left."""

    def events(self) -> AsyncIterator[Stamped]:
        """Return what happens from now on; it ends once the call was left."""


class PushView(Protocol):
    """Shows one call. Writing to a closed reader raises BrokenPipeError."""

    async def run(self, call: WatchedCall) -> None:
        """Show what happens until the feed of events ends.

        Begun before the call is entered it misses nothing, and shows the connecting too.
        """

    def progress(self, pushed_seconds: float) -> None:
        """Take how much of the source was pushed so far."""

    def finish(self, call: WatchedCall, report: PushReport | None) -> None:
        """Print the figures of a call that was left; without a report the push failed."""
