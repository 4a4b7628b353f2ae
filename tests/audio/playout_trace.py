"""A simulated sender, network and speaker around a playout buffer."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.mix import saturate
from aicall_cli.audio.playout_buffer import PlayoutBuffer

Seconds = NDArray[np.float64]

WAY = 0.050
"""What the network takes at its quickest."""
TONE_HZ = 200
AMPLITUDE = 8_000
TONE_STEP = AMPLITUDE * 2 * np.pi * TONE_HZ / SAMPLE_RATE
"""The largest step from sample to sample that the tone itself has."""


@dataclass(frozen=True)
class Trace:
    """What happens to a call: lateness per frame, drift of the sender's clock, pauses."""

    seconds: float = 20.0
    frame: int = TICK_SAMPLES
    lateness: Callable[[int], Seconds] = np.zeros
    """Seconds of delay beyond WAY for each of so many frames; they stay in order."""
    drift: float = 0.0
    phase: float = 0.007
    """When the speaker's ticks are, after the sender's."""
    talk: float = 1.5
    pause: float = 1.0

    @property
    def frames(self) -> int:
        return round(self.seconds * SAMPLE_RATE) // self.frame

    def said(self) -> Pcm:
        """Return what is sent: a tone that stops now and then."""
        time = np.arange(self.frames * self.frame) / SAMPLE_RATE
        talking = time % (self.talk + self.pause) < self.talk
        tone: Seconds = AMPLITUDE * np.sin(2 * np.pi * TONE_HZ * time)
        return saturate(tone * talking)

    def arrivals(self) -> Seconds:
        """Return when each frame comes."""
        sent = np.arange(self.frames) * self.frame / SAMPLE_RATE * (1 + self.drift)
        return np.maximum.accumulate(sent + WAY + self.lateness(self.frames))


@dataclass
class Played:
    """What came out, tick by tick."""

    buffer: PlayoutBuffer
    pcm: list[Pcm] = field(default_factory=list)
    delay: list[float] = field(default_factory=list)
    target: list[float] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)

    def joined(self) -> Pcm:
        return np.concatenate(self.pcm)

    def largest_step(self) -> int:
        """A click is a step that no tone of ours has."""
        return int(np.abs(np.diff(self.joined().astype(np.int64))).max())


def play(trace: Trace, buffer: PlayoutBuffer | None = None) -> Played:
    """Run a call until everything was played and return what its speaker is given."""
    buffer = PlayoutBuffer() if buffer is None else buffer
    played = Played(buffer)
    said, arrivals, frame = trace.said(), trace.arrivals(), 0
    now = WAY - TICK_SECONDS + trace.phase
    while frame < trace.frames or buffer.queued:
        while frame < trace.frames and arrivals[frame] <= now:
            start = frame * trace.frame
            buffer.push(said[start : start + trace.frame], start, float(arrivals[frame]))
            frame += 1
        played.pcm.append(buffer.pull(TICK_SAMPLES, now))
        statistics = buffer.statistics
        played.delay.append(statistics.delay or 0.0)
        played.target.append(statistics.target)
        played.queued.append(buffer.queued)
        now = WAY - TICK_SECONDS + trace.phase + len(played.pcm) * TICK_SECONDS
    return played
