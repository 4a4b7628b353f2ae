"""Holds decoded audio back just long enough that a speaker never has to wait for it.

Frames come in order (a reorder buffer and a decoder are before this) with their timestamp and
their arrival. A frame begins to be played once it is ``target`` older than the quickest way
here would have made it; the target is what nearly all frames are late by, from 20 to 200 ms.

- The delay changes only in silence: a tick of it is left out or put in. Ticks and not
  samples, so that frames keep their place in the ticks: a tick that needs the end of one
  frame and the beginning of the next would have to wait for both.
- Nothing of what was said is left out because it came late: where there is nothing to play
  the sound trails off, and goes on, later, when there is. The next silence takes that back.
- A timestamp that leaps is silence that was not sent: its length is not made up, the next
  frame is played when it is old enough, like the first one.

Times are seconds on any axis that does not go back, timestamps samples at 48 kHz.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from aicall_cli.audio.fade import FADE_SAMPLES, crossfade, trail_off
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SECONDS, Pcm
from aicall_cli.audio.jitter_meter import JitterMeter
from aicall_cli.audio.level import dbfs, rms

MIN_TARGET = 0.020
MAX_TARGET = 0.200
FIRST_TARGET = 0.040
"""The target until ENOUGH_PACKETS were seen."""
ENOUGH_PACKETS = 25
MARGIN = 0.005
"""Seconds on top of the lateness that was seen: our own ticks and timers are late as well."""
HYSTERESIS = 0.004
"""More than a tick too much by this, and a tick goes: less is the noise of measuring it."""
MIN_REORDER_WAIT = 0.020
MAX_REORDER_WAIT = MAX_TARGET - TICK_SECONDS
CAPACITY_SECONDS = 2.0
"""Audio that may wait; beyond it the oldest goes, whatever it is."""
SILENCE_DBFS = -50.0
"""RMS of a frame, dB of full scale, below which nobody hears whether it is there."""
_ROUNDING = 1e-6
"""Times are sums of ticks, and 0.06 + 0.04 is not 0.1."""


@dataclass(frozen=True, slots=True)
class PlayoutStatistics:
    """What the buffer did; times in seconds."""

    target: float
    delay: float | None
    """From a frame's quickest possible arrival to when it was played, of the last one that
    began; None before the first."""
    underruns: int
    """Times that the voice was cut off because nothing more had come."""
    stretched: float
    """Silence that was played where no frame was there, or none old enough."""
    shrunk: float
    """Silence that was left out."""
    flushed: float
    """Audio that was dropped by ``flush``."""
    overflowed: float
    """Audio that was dropped at the capacity."""


@dataclass(slots=True)
class _Frame:
    timestamp: int
    """Of the first sample that is left."""
    pcm: Pcm
    silent: bool
    begun: bool = False


class PlayoutBuffer:
    """``push`` what was decoded, ``pull`` what to play; not safe to share between threads."""

    def __init__(self, capacity: float = CAPACITY_SECONDS) -> None:
        self._capacity = round(capacity * SAMPLE_RATE)
        self._meter = JitterMeter()
        self._packets = JitterMeter()
        self._frames: deque[_Frame] = deque()
        self._queued = 0
        self._expected: int | None = None
        """The timestamp that goes on from what was played; None while nothing is."""
        self._last: Pcm = np.zeros(FADE_SAMPLES, np.int16)
        self._last_silent = True
        self._delay: float | None = None
        self._underruns = 0
        self._stretched = 0
        self._shrunk = 0
        self._flushed = 0
        self._overflowed = 0

    @property
    def queued(self) -> float:
        """Audio that waits to be played, in seconds."""
        return self._queued / SAMPLE_RATE

    @property
    def target(self) -> float:
        """How much older than at its quickest arrival a frame is when it is played, seconds."""
        if self._meter.packets < ENOUGH_PACKETS:
            return FIRST_TARGET
        return min(max(self._meter.lateness + MARGIN, MIN_TARGET), MAX_TARGET)

    @property
    def reorder_wait(self) -> float:
        """How long a missing packet may be waited for so that it is still played in its place.

        Seconds after the packet behind it came, which by then is a tick old. Taken from what
        came by itself: what was given up is late by the very wait.
        """
        wait = self._packets.lateness - TICK_SECONDS
        return min(max(wait, MIN_REORDER_WAIT), MAX_REORDER_WAIT)

    @property
    def statistics(self) -> PlayoutStatistics:
        """A snapshot of the figures."""
        return PlayoutStatistics(
            target=self.target,
            delay=self._delay,
            underruns=self._underruns,
            stretched=self._stretched / SAMPLE_RATE,
            shrunk=self._shrunk / SAMPLE_RATE,
            flushed=self._flushed / SAMPLE_RATE,
            overflowed=self._overflowed / SAMPLE_RATE,
        )

    def push(self, pcm: Pcm, timestamp: int, arrival: float, received: bool = True) -> None:
        """Take a frame of mono 48 kHz, shape ``(n,)``, in order, as it was heard.

        Where its packet was not ``received``, ``arrival`` is when it was given up.
        """
        if not len(pcm):
            return
        self._meter.add(timestamp, arrival)
        if received:
            self._packets.add(timestamp, arrival)
        self._frames.append(_Frame(timestamp, pcm, dbfs(rms(pcm)) < SILENCE_DBFS))
        self._queued += len(pcm)
        while self._queued > self._capacity and len(self._frames) > 1:
            self._overflowed += len(self._frames[0].pcm)
            self._leave_out(len(self._frames[0].pcm))

    def pull(self, samples: int, now: float) -> Pcm:
        """Return the next ``samples``, always as many, for playing at ``now``."""
        self._choose(samples, now)
        played = self._play(samples)
        self._last = np.concatenate((self._last, played))[-FADE_SAMPLES:]
        return played

    def flush(self) -> None:
        """Drop what waits; the next pull begins from silence.

        What was pulled before is its owner's to end without a click: some of it may not have
        been heard yet, and can be taken back.
        """
        self._flushed += self._queued
        self._frames.clear()
        self._queued = 0
        self._expected = None
        self._last = np.zeros(FADE_SAMPLES, np.int16)

    def _choose(self, samples: int, now: float) -> None:
        """Decide whether the frame in turn is played now, later, or not at all."""
        self._realign(samples)
        if not self._frames or self._frames[0].begun:
            return
        head = self._frames[0]
        delay = self._delay = self._delay_of(head, samples, now)
        young = delay < self.target - _ROUNDING
        if young and (head.silent or head.timestamp != self._expected):
            self._expected = None
        elif head.timestamp != self._expected:
            self._expected = head.timestamp
            head.pcm = crossfade(trail_off(self._last, FADE_SAMPLES), head.pcm)
        elif delay >= self.target + samples / SAMPLE_RATE + HYSTERESIS:
            self._shrink(samples)

    def _delay_of(self, head: _Frame, samples: int, now: float) -> float:
        """Return how old the newest frame is that a pull which begins with ``head`` needs."""
        newest = head.timestamp + (samples - 1) // len(head.pcm) * len(head.pcm)
        assert self._meter.base is not None, "the frame was pushed"
        return now - self._meter.base - newest / SAMPLE_RATE

    def _realign(self, samples: int) -> None:
        """Leave out the end of a silent frame that would make this pull begin another one."""
        if len(self._frames) < 2 or not self._frames[0].begun:
            return
        head = self._frames[0]
        if head.silent and len(head.pcm) < samples:
            self._shrunk += len(head.pcm)
            self._leave_out(len(head.pcm))

    def _shrink(self, samples: int) -> None:
        """Leave out the next ``samples`` if they are silence and something goes on from them."""
        silence, timestamp = 0, self._expected
        for frame in self._frames:
            if not frame.silent or frame.timestamp != timestamp:
                break
            silence += len(frame.pcm)
            timestamp = frame.timestamp + len(frame.pcm)
        if silence >= samples and self._queued > samples:
            self._shrunk += samples
            self._leave_out(samples)

    def _leave_out(self, samples: int) -> None:
        """Go over the next ``samples``, fewer than there are, to what follows them."""
        playing = self._expected is not None
        old = self._frames[0].pcm
        while samples:
            samples -= len(self._advance(self._frames[0], samples))
        if playing:
            self._frames[0].pcm = crossfade(old, self._frames[0].pcm)
        else:
            self._expected = None

    def _play(self, samples: int) -> Pcm:
        played: list[Pcm] = []
        missing = samples
        while missing and self._frames and self._frames[0].timestamp == self._expected:
            part = self._advance(self._frames[0], missing)
            played.append(part)
            missing -= len(part)
        if missing:
            played.append(self._trail_off(played, missing))
        return played[0] if len(played) == 1 else np.concatenate(played)

    def _advance(self, head: _Frame, samples: int) -> Pcm:
        """Take up to ``samples`` of the first frame."""
        part, head.pcm = head.pcm[:samples], head.pcm[samples:]
        head.timestamp += len(part)
        head.begun = True
        self._expected = head.timestamp
        self._last_silent = head.silent
        self._queued -= len(part)
        if not len(head.pcm):
            self._frames.popleft()
        return part

    def _trail_off(self, played: list[Pcm], samples: int) -> Pcm:
        if self._expected is not None and not self._frames and not self._last_silent:
            self._underruns += 1
        self._expected = None
        self._last_silent = True
        self._stretched += samples
        return trail_off(np.concatenate((self._last, *played))[-FADE_SAMPLES:], samples)
