"""Push-to-talk: the caller is heard only while the key is down.

::

    disabled ⇄ idle → talking → idle      (start; finish or cancel)

Turning the mode on or off lifts the key. The agent acknowledges each change of the mode and
may also change it by itself (AICallKit 1105 and 1007).
"""

from typing import assert_never

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    EnablePushToTalk,
    FinishPushToTalk,
    PushToTalkCommand,
    StartPushToTalk,
)
from aicall_cli.errors import CommandRefused


class PushToTalk:
    """The mode and the key of one call."""

    def __init__(self) -> None:
        self._enabled = False
        self._talking = False
        self._unacknowledged = 0

    @property
    def enabled(self) -> bool:
        """Whether the mode is on."""
        return self._enabled

    @property
    def talking(self) -> bool:
        """Whether the key is down."""
        return self._talking

    @property
    def gate_open(self) -> bool:
        """Whether the caller's audio passes."""
        return self._talking or not self._enabled

    def apply(self, command: PushToTalkCommand) -> None:
        """Do what ``command`` says; raise CommandRefused where it is not possible."""
        match command:
            case EnablePushToTalk(enabled):
                self._enable(enabled)
            case StartPushToTalk():
                self._start()
            case FinishPushToTalk() | CancelPushToTalk():
                self._stop()
            case _:
                assert_never(command)

    def announced(self, enabled: bool) -> None:
        """Follow the agent, which says that the mode is now on or off.

        While changes of ours are on their way, what the agent says is the answer to an
        older one: only the answer to the last may correct the mode.
        """
        self._unacknowledged = max(0, self._unacknowledged - 1)
        if self._unacknowledged == 0 and enabled != self._enabled:
            self._set(enabled)

    def _enable(self, enabled: bool) -> None:
        if enabled == self._enabled:
            raise CommandRefused(f"push-to-talk is already {'on' if enabled else 'off'}")
        self._set(enabled)
        self._unacknowledged += 1

    def _set(self, enabled: bool) -> None:
        self._enabled = enabled
        self._talking = False

    def _start(self) -> None:
        if not self._enabled:
            raise CommandRefused("push-to-talk is off", hint="turn it on first")
        if self._talking:
            raise CommandRefused("push-to-talk has already started")
        self._talking = True

    def _stop(self) -> None:
        if not self._enabled:
            raise CommandRefused("push-to-talk is off", hint="turn it on first")
        if not self._talking:
            raise CommandRefused("push-to-talk has not started")
        self._talking = False
