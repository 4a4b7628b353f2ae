"""A bounded first-in, first-out queue of mono samples."""

import numpy as np

from aicall_cli.audio.format import Pcm


class SampleQueue:
    """A ring of int16 samples whose memory is taken once; ``capacity`` in samples."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a queue needs room for at least one sample, not {capacity}")
        self._ring: Pcm = np.zeros(capacity, dtype=np.int16)
        self._first = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def capacity(self) -> int:
        """The most samples that fit."""
        return len(self._ring)

    def offer(self, pcm: Pcm) -> bool:
        """Append all of ``pcm`` and return True, or none of it and return False."""
        if self._length + len(pcm) > self.capacity:
            return False
        start = (self._first + self._length) % self.capacity
        head = min(len(pcm), self.capacity - start)
        self._ring[start : start + head] = pcm[:head]
        self._ring[: len(pcm) - head] = pcm[head:]
        self._length += len(pcm)
        return True

    def peek(self, n: int) -> Pcm:
        """Return a copy of the oldest ``n`` samples, or of all if there are fewer."""
        count = min(n, self._length)
        head = self._ring[self._first : self._first + count]
        return np.concatenate((head, self._ring[: count - len(head)]))

    def take(self, n: int) -> Pcm:
        """Remove and return the oldest ``n`` samples, or all if there are fewer."""
        taken = self.peek(n)
        self._advance(len(taken))
        return taken

    def drop_oldest(self, n: int) -> int:
        """Remove the oldest ``n`` samples, or all if there are fewer; return how many."""
        count = min(n, self._length)
        self._advance(count)
        return count

    def clear(self) -> int:
        """Remove everything; return how many samples that were."""
        return self.drop_oldest(self._length)

    def _advance(self, count: int) -> None:
        self._first = (self._first + count) % self.capacity
        self._length -= count
