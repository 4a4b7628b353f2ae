"""The way in to the speaker: playout buffer, volume, side tone, render tap, output.

It exists only in a call that plays. The recorder and the meters hear the agent as it arrived;
what is here is delayed by the jitter and by the device, and biases no latency.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aicall_cli.audio.fade import fade_in, fade_out
from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.audio.mix import mix
from aicall_cli.audio.playout_buffer import PlayoutBuffer, PlayoutStatistics
from aicall_cli.playout.agent_volume import AgentVolume
from aicall_cli.playout.output import Output, OutputStatistics
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind
from aicall_cli.session.hush import Hush

WAIT_STEP = 0.005
"""By how much the wait for missing packets must have changed, in seconds, to be changed."""
WAIT_TICKS = 50
"""Ticks between two looks at it: one second."""

Render = Callable[[Pcm, float, float], None]
"""Takes what is written, the seconds until it is heard, and now: for echo cancellation."""


@dataclass(frozen=True, slots=True)
class PathStatistics:
    """What became of the agent's audio on its way to the speaker."""

    output: str
    """Its name."""
    latency: float
    """From a write to hearing it, in seconds."""
    buffer: PlayoutStatistics
    device: OutputStatistics


class PlayoutPath:
    """Plays the agent into an output, tick by tick; belongs to the loop's thread."""

    def __init__(
        self, output: Output, render: Render, set_reorder_wait: Callable[[float], None]
    ) -> None:
        self.volume = AgentVolume()
        """How loud the agent is played, and its mute."""
        self.enabled = True
        """Whether anything is played, the caller's own streams among it."""
        self._buffer = PlayoutBuffer()
        self._output = output
        self._render = render
        self._set_reorder_wait = set_reorder_wait
        self._reorder_wait = self._buffer.reorder_wait
        self._ticks = 0
        self._stopped = True
        """Whether what is written next must begin from silence."""
        self._hush = Hush()

    @property
    def output(self) -> Output:
        """Where it plays; opened and closed by whoever gave it."""
        return self._output

    @property
    def statistics(self) -> PathStatistics:
        """A snapshot of the figures."""
        return PathStatistics(
            output=self._output.name,
            latency=self._output.latency,
            buffer=self._buffer.statistics,
            device=self._output.statistics,
        )

    @property
    def delay(self) -> float:
        """Seconds that the voice waits here and in the device until it is heard, about."""
        return (self._buffer.statistics.delay or 0.0) + self._output.latency

    def play_into(self, output: Output) -> None:
        """Go on into another output; what the old one has not played yet is not heard."""
        self._output.flush()
        self._output = output
        self._stopped = True

    def hear(self, frame: HeardFrame) -> None:
        """Take a frame of the agent, in order."""
        if not self._hush.covers(frame.pcm, frame.arrival):
            received = frame.kind is HeardKind.RECEIVED
            self._buffer.push(frame.pcm, frame.timestamp, frame.arrival, received)

    def play(self, now: float, side_tone: Pcm | None) -> None:
        """Play a tick that is due at ``now``, with 960 samples of the caller's own streams."""
        heard = self.volume.apply(self._buffer.pull(TICK_SAMPLES, now))
        if side_tone is not None:
            heard = mix([(heard, 1.0), (side_tone, 1.0)], TICK_SAMPLES)
        if not self.enabled:
            heard = np.zeros_like(heard) if self._stopped else fade_out(heard)
            self._stopped = True
        elif self._stopped:
            heard, self._stopped = fade_in(heard), False
        self._render(heard, self._output.latency, now)
        self._output.write(heard)
        self._ticks += 1
        if self._ticks % WAIT_TICKS == 0:
            self._adapt_wait()

    def skip(self, ticks: int) -> None:
        """Pass over ticks that were missed; the agent's voice waits for the next silence."""
        self._output.skip(ticks)

    def interrupt(self, now: float) -> None:
        """Our side told the agent to stop: be silent at once, and until it answers."""
        self.stop()
        self._hush.command_sent(now)

    def interrupted(self, now: float) -> None:
        """The agent said that it has stopped: be silent at once."""
        self.stop()
        self._hush.confirmed(now)

    def stop(self) -> None:
        """Drop everything that was not heard yet, without a click."""
        self._buffer.flush()
        self._output.flush()
        self._stopped = True

    def _adapt_wait(self) -> None:
        wait = self._buffer.reorder_wait
        if abs(wait - self._reorder_wait) >= WAIT_STEP:
            self._reorder_wait = wait
            self._set_reorder_wait(wait)
