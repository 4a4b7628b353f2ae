"""The way to a call's caller: one line, or, where the caller may come back, another after it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from aicall_cli.agent.call_peer import CallPeer
from aicall_cli.agent.caller_line import CallerLine
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.clock import Clock
from aicall_cli.engine.enums import ByeReason
from aicall_cli.protocol.signaling import Bye
from aicall_cli.rtc.peer import PeerHandlers

MakePeer: TypeAlias = Callable[[PeerHandlers], CallPeer]
_log = logging.getLogger(__name__)


class CallerConnection:
    """What the present line brings goes to ``handlers``; its loss too, unless it may come back.

    It knows how long nothing has come of the caller, and how long that is borne.
    """

    def __init__(
        self,
        make_peer: MakePeer,
        handlers: PeerHandlers,
        settings: TurnSettings,
        clock: Clock,
        *,
        resumable: bool,
    ) -> None:
        self._handlers = handlers
        self._settings = settings
        self._clock = clock
        self._resumable = resumable
        self._came = False
        self._there_at = clock()
        self.connected = False
        """Whether the data channel is open: the caller can be told things."""
        self.line = self._open(make_peer)

    def begin(self) -> None:
        """The caller is waited for from now on."""
        self._there_at = self._clock()

    def replace(self, make_peer: MakePeer) -> CallerLine:
        """Put the caller out of the line that it has, and give it another."""
        self.line.close(Bye("the same user joined again", ByeReason.REPLACED))
        self._note(self._clock())
        self.connected = False
        self.line = self._open(make_peer)
        return self.line

    def lose(self, line: CallerLine, reason: str) -> None:
        """A line is lost: the caller is waited for, or that is told to the handlers."""
        if not line.open:
            return
        if not self._resumable:
            self._handlers.on_closed(reason)
            return
        _log.info("a caller's connection is lost, and waited for: %s", reason)
        self._note(self._clock())
        self.connected = False
        line.close(None)

    def silent_for(self, now: float) -> float:
        """Return the seconds since something came of the caller, or since ``begin``."""
        self._note(self.line.peer.last_arrival)
        return now - self._there_at

    @property
    def patience(self) -> float:
        """Seconds of that after which the call is over."""
        return self._settings.offline_timeout if self._came else self._settings.online_timeout

    def _note(self, there_at: float | None) -> None:
        if there_at is not None:
            self._came = True
            self._there_at = max(self._there_at, there_at)

    def _open(self, make_peer: MakePeer) -> CallerLine:
        def opened() -> None:
            self.connected = True
            self._handlers.on_channel_open()

        def lost(reason: str) -> None:
            self.lose(line, reason)

        line = CallerLine(
            make_peer, replace(self._handlers, on_channel_open=opened, on_closed=lost)
        )
        return line
