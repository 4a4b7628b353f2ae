"""Where on the call's time axis a frame that was heard belongs.

The arrival of a frame says when it was heard, with the network's jitter; its RTP timestamp
says how it follows the frame before it, to the sample, but nothing about when. So the first
frame of a talk spurt is placed at its arrival and the rest follow by timestamp (RFC 3550
§5.1): placing every frame by its own arrival would tear the waveform apart. When the two
differ by more than 60 ms - the clocks drift, the sender skipped or its timestamps did not
count a pause - the frames are re-anchored to their arrival, in silence, where nobody hears it.
"""

from aicall_cli.audio.format import SAMPLE_RATE

TOLERANCE_SAMPLES = SAMPLE_RATE * 60 // 1000
"""How far timestamp and arrival may differ (60 ms) before silence is used to re-anchor."""
PAUSE_SAMPLES = SAMPLE_RATE * 200 // 1000
"""Media time (200 ms) that timestamps jump over, or run back, where a talk spurt begins."""
LIMIT_SAMPLES = SAMPLE_RATE
"""How far a frame is ever placed from its arrival (1 s), whatever the sender's timestamps say."""


class AgentTimeline:
    """Places frames on the 48 kHz axis whose sample 0 is at ``began`` (seconds, call's clock).

    ``reanchored`` counts the frames after the first that were placed at their arrival instead
    of by their timestamp; ``forced`` are those among them that were not in silence, because
    they would have been more than 1 s away from their arrival.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self._offset = 0
        """Sample position minus RTP timestamp of the present run."""
        self._next_timestamp: int | None = None
        self.reanchored = 0
        self.forced = 0

    def place(self, *, samples: int, timestamp: int, arrival: float, silent: bool) -> int:
        """Return the position of the first of a frame's ``samples``.

        ``timestamp`` is the unwrapped RTP timestamp in samples at 48 kHz, ``arrival`` is in
        seconds on the axis of ``began``, ``silent`` says that the frame holds no voice. The
        position may be negative for what arrived before the call began.
        """
        heard = round((arrival - self._began) * SAMPLE_RATE)
        if self._must_anchor(heard, timestamp, silent=silent):
            self._offset = heard - timestamp
        self._next_timestamp = timestamp + samples
        return timestamp + self._offset

    def _must_anchor(self, heard: int, timestamp: int, *, silent: bool) -> bool:
        if self._next_timestamp is None:
            return True
        error = abs(timestamp + self._offset - heard)
        jumped = not 0 <= timestamp - self._next_timestamp < PAUSE_SAMPLES
        between_words = silent or jumped
        if error <= (TOLERANCE_SAMPLES if between_words else LIMIT_SAMPLES):
            return False
        self.reanchored += 1
        self.forced += not between_words
        return True
