"""What every view reads of a call."""

from collections.abc import AsyncIterator
from typing import Protocol

from aicall_cli.capture.mixer import Mixer
from aicall_cli.client.summary import CallSummary
from aicall_cli.session.feed import Stamped
from aicall_cli.session.session import AudioTap
from aicall_cli.session.voice_activity import VoiceActivity


class WatchedSession(Protocol):
    """What a view reads of a running call; a ``Session`` is one."""

    @property
    def caller(self) -> VoiceActivity:
        """The caller's level."""

    @property
    def agent(self) -> VoiceActivity:
        """The agent's level."""

    @property
    def duration(self) -> float:
        """Seconds that the call has lasted; 0 before it began."""

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
