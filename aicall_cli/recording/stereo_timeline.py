"""Two sparse mono timelines, merged by sample position into one stereo tail that may change.

Both sides of a call share one axis: position 0 is where the call began, at 48 kHz. Blocks come
per side, with holes between them; holes are silence. Everything up to ``end`` belongs on the
disk, but the last seconds stay in memory and open to change, because a side's audio may come
later than the other's: after a stall of the network, a burst is placed where it belongs. What
comes for a position before the tail is dropped and counted.

Pure: no file, no thread, no clock; memory is fixed when it is made.
"""

import numpy as np

from aicall_cli.audio.format import Pcm

CALLER, AGENT = 0, 1
"""The channels of the recording: caller left, agent right."""


class StereoTimeline:
    """The changeable tail ``[base, base + capacity)`` of a stereo recording.

    ``capacity`` is in samples. ``base <= written <= end``; the samples ``[written, end)`` are
    new or were changed since the last ``mark_written``.
    """

    def __init__(self, capacity: int) -> None:
        self._tail: Pcm = np.zeros((capacity, 2), np.int16)
        self.base = 0
        self.end = 0
        self.written = 0
        self.late = [0, 0]
        """Samples of each side that came too late for the tail, and were dropped."""

    def fits(self, end: int) -> bool:
        """Return whether a block that ends before position ``end`` has room in the tail."""
        return end <= self.base + len(self._tail)

    def place(self, side: int, at: int, pcm: Pcm) -> None:
        """Put the mono samples ``pcm`` of ``side`` at position ``at``; the block must fit.

        What was placed there before is replaced. Samples before ``base`` are late.
        """
        assert self.fits(at + len(pcm)), f"{at} + {len(pcm)} is past the tail at {self.base}"
        late = min(max(self.base - at, 0), len(pcm))
        self.late[side] += late
        if late == len(pcm):
            return
        start = at + late - self.base
        self._tail[start : start + len(pcm) - late, side] = pcm[late:]
        self.written = min(self.written, at + late)
        self.end = max(self.end, at + len(pcm))

    def unwritten(self) -> Pcm:
        """Return a view, shape ``(n, 2)``, of the samples from ``written`` to ``end``."""
        return self._tail[self.written - self.base : self.end - self.base]

    def mark_written(self) -> None:
        """Note that what ``unwritten`` returned is on the disk."""
        self.written = self.end

    def advance(self, base: int) -> int:
        """Begin the tail at ``base``; what is before it can no longer change.

        Everything must have been written. Returns how many samples of silence lie between
        the old ``end`` and ``base``, which were never in memory and count as written.
        """
        assert self.written == self.end, "advance before everything was written"
        if base <= self.base:
            return 0
        kept = max(self.end - base, 0)
        self._tail[:kept] = self._tail[self.end - self.base - kept : self.end - self.base]
        self._tail[kept:] = 0
        skipped = max(base - self.end, 0)
        self.base = base
        self.end = self.written = max(self.end, base)
        return skipped
