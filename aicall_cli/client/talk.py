"""Push-to-talk's key in one call: no syllable is lost at either end.

Start opens the gate, so that the pre-roll goes out first, and sends 1106. Finish lets out what
was captured until the key went up, closes the gate and sends 1107; that takes a few ticks.
Cancel closes the gate at once and sends 1108. (AICallKit §1.4 of its web and iOS clients.)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.capture.external_stream import ExternalAudioStream
from aicall_cli.clock import Clock
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    EnablePushToTalk,
    FinishPushToTalk,
    StartPushToTalk,
)
from aicall_cli.errors import CommandRefused
from aicall_cli.session.session import Session

LIMIT_SECONDS = 60.0
"""The agents of AICallKit hear no longer utterance; it is finished there."""
WARNING_SECONDS = 50.0
CAPTURE_SECONDS = 0.1
"""How long audio from before the key went up may take to come from its device."""


@dataclass(slots=True)
class _Finishing:
    """The key is up, and what was said until then is on its way."""

    asked_at: float
    marks: Mapping[ExternalAudioStream, int] | None = None
    start_again: bool = False
    refused: bool = False
    """Whether the message channel did not take it at once."""


class Talk:
    """The talk key of ``session``; a tap of it, so that everything happens at a tick."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._started = 0
        self._warned = False
        self._finishing: _Finishing | None = None
        session.add_tap(self)

    @property
    def enabled(self) -> bool:
        """Whether push-to-talk is on."""
        return self._session.machine.push_to_talk

    @property
    def active(self) -> bool:
        """Whether the key is down."""
        finishing = self._finishing
        if finishing is not None:
            return finishing.start_again
        return self._session.machine.talking

    def enable(self, enabled: bool) -> None:
        """Turn the mode on or off; nothing happens when it is so already."""
        if enabled != self.enabled:
            self._session.command(EnablePushToTalk(enabled))
            self._finishing = None

    def start(self) -> None:
        """The key goes down; raise CommandRefused when that is not possible now."""
        if self._finishing is not None:
            self._finishing.start_again = True
            return
        self._session.command(StartPushToTalk())
        self._started = self._session.uplink.position
        self._warned = False

    def finish(self) -> None:
        """The key goes up: what was said is to be answered."""
        finishing = self._finishing
        if finishing is not None and finishing.start_again:
            finishing.start_again = False
        elif finishing is None:
            self._session.machine.check(FinishPushToTalk())
            self._finishing = _Finishing(self._clock())

    def cancel(self) -> None:
        """Forget what was said since the key went down, also while it is on its way."""
        self._session.command(CancelPushToTalk())
        self._finishing = None
        for stream in self._session.mixer.streams:
            if stream.live:
                stream.clear()

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Look after each tick whether something is due."""
        if not self._session.machine.talking:
            self._finishing = None
        elif self._finishing is not None:
            self._finish_when_out(self._finishing)
        else:
            self._limit((at_sample - self._started) / SAMPLE_RATE)

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """Nothing: the agent's audio does not matter to the key."""

    def _finish_when_out(self, finishing: _Finishing) -> None:
        live = [stream for stream in self._session.mixer.streams if stream.live]
        if finishing.marks is None:
            late = self._clock() - finishing.asked_at > CAPTURE_SECONDS
            if not late and not all(_captured(stream, finishing.asked_at) for stream in live):
                return
            finishing.marks = {stream: stream.end for stream in live}
        if not all(_sent(stream, mark) for stream, mark in finishing.marks.items()):
            return
        try:
            self._session.command(FinishPushToTalk())
        except CommandRefused as error:
            # At the next tick again: the agent listens until it is told.
            if not finishing.refused:
                self._session.warn(f"{error.message}; it is tried again")
            finishing.refused = True
            return
        self._finishing = None
        if finishing.start_again:
            self._start_again()

    def _start_again(self) -> None:
        try:
            self.start()
        except CommandRefused as error:
            self._session.warn(error.message)  # whose key it is has no other answer to read

    def _limit(self, seconds: float) -> None:
        if seconds >= LIMIT_SECONDS:
            self._session.warn(f"push-to-talk was finished after {LIMIT_SECONDS:g} s")
            self.finish()
        elif seconds >= WARNING_SECONDS and not self._warned:
            self._warned = True
            left = LIMIT_SECONDS - WARNING_SECONDS
            self._session.warn(f"push-to-talk will be finished in {left:g} s")


def _captured(stream: ExternalAudioStream, until: float) -> bool:
    return stream.captured_until is None or stream.captured_until >= until


def _sent(stream: ExternalAudioStream, mark: int) -> bool:
    # A stream that was removed or cleared will never get there.
    return stream.taken >= mark or stream.closed or stream.end < mark
