"""Puts RTP packets back in order, waits a bounded time for missing ones, names what is lost.

A missing packet is waited for until ``wait`` seconds after the first packet behind it came.
Then it is lost: ``Gap`` items stand for it and everything behind it is handed out at once,
so a loss leaves no delay behind.

Sequence numbers (16 bits) and timestamps (32 bits) come out unwrapped, and whatever the
network brings, the items of ``pop`` have growing sequence numbers and timestamps that do
not overlap. The bounds for wild sequence numbers are those of RFC 3550 appendix A.1:

- up to ``MAX_DROPOUT`` ahead is loss, and up to ``MAX_MISORDER`` behind is lateness;
- anything else is a stray, held back; a second packet that continues it is a sender that
  started anew, and both are taken.

A timestamp that leaps without a missing sequence number is silence that the sender did not
send (its skipped ticks, discontinuous transmission), not loss: there is no ``Gap`` for it.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.opus_packet import GRAIN_SAMPLES, OpusError, packet_samples

MAX_DROPOUT = 3_000
"""Missing sequence numbers, a minute of audio, from which on it is another stream."""
MAX_MISORDER = 100
"""Sequence numbers that a packet may lag behind the newest, two seconds of audio."""
MAX_CONCEALED_PACKETS = 50
"""Lost packets in a row, one second, that ``Gap`` items stand for; after more there are none."""
CAPACITY = 128
"""Packets that may wait behind a missing one; beyond it the missing one is given up."""

_SEQUENCE_MODULUS = 1 << 16
_TIMESTAMP_MODULUS = 1 << 32


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet in its turn."""

    sequence: int
    """Unwrapped."""
    timestamp: int
    """Unwrapped, in samples at 48 kHz."""
    payload: bytes
    arrival: float
    """When it came, in the seconds that ``insert`` was told."""
    samples: int
    """How long it is by its own first bytes; one tick where these make no sense."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A lost packet's place: ``samples`` is a multiple of 120, at most 5760."""

    timestamp: int
    samples: int
    next_payload: bytes | None
    """The packet directly behind this place, whose in-band FEC may restore it."""


Ready = Packet | Gap


@dataclass(frozen=True, slots=True)
class _Arrived:
    timestamp: int
    payload: bytes
    arrival: float


class ReorderBuffer:
    """Orders the packets of one RTP stream of Opus; RFC 3550, RFC 7587.

    Not safe to share between threads. ``insert`` and ``pop`` take any numbers and bytes.
    """

    def __init__(self, wait: float, capacity: int = CAPACITY) -> None:
        """Create the buffer.

        Args:
            wait: seconds that a missing packet is waited for; 0 gives it up at once.
            capacity: packets that may wait behind a missing one.
        """
        if wait < 0 or capacity < 1:
            raise ValueError(f"no reorder buffer of {capacity} packets waiting {wait} s")
        self._wait = wait
        self._capacity = capacity
        self._waiting: dict[int, _Arrived] = {}
        self._delivered: deque[int] = deque(maxlen=MAX_MISORDER)
        self._started = False
        self._newest = 0
        self._next_sequence = 0
        self._next_timestamp = 0
        self._next_raw_timestamp = 0
        self._stray: tuple[int, _Arrived] | None = None
        self._frame_samples = TICK_SAMPLES
        self.received = 0
        """Packets inserted, whatever became of them."""
        self.duplicates = 0
        """Packets that came again."""
        self.late = 0
        """Packets that came after they had been given up, or before the stream's first."""
        self.lost = 0
        """Packets given up, the late ones among them."""
        self.reordered = 0
        """Packets that came behind a newer one, and still in time."""
        self.strays = 0
        """Packets far outside the stream that nothing has continued."""
        self.resynchronised = 0
        """Times that the stream began anew or its timestamp went back; the output goes on."""
        self.overflows = 0
        """Packets refused because ``capacity`` of them waited for a ``pop``."""

    @property
    def frame_samples(self) -> int:
        """Samples of the last packet handed out; one tick before the first."""
        return self._frame_samples

    @property
    def wait(self) -> float:
        """Seconds that a missing packet is waited for."""
        return self._wait

    @wait.setter
    def wait(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError(f"no missing packet can be waited for {seconds} s")
        self._wait = seconds

    @property
    def deadline(self) -> float | None:
        """When ``pop`` must be called next, past if at once; None while nothing waits."""
        if not self._waiting:
            return None
        wait = 0.0 if self._next_sequence in self._waiting else self._wait
        return self._oldest_arrival() + wait

    def insert(self, sequence: int, timestamp: int, payload: bytes, arrival: float) -> None:
        """Take a packet: its header's sequence number and timestamp, and when it came."""
        self.received += 1
        sequence %= _SEQUENCE_MODULUS
        arrived = _Arrived(timestamp % _TIMESTAMP_MODULUS, payload, arrival)
        if not self._started:
            self._started = True
            self._next_sequence = self._newest = sequence
            self._next_timestamp = self._next_raw_timestamp = arrived.timestamp
        ahead = _signed(sequence - self._newest, _SEQUENCE_MODULUS)
        if -MAX_MISORDER <= ahead <= MAX_DROPOUT:
            self._stray = None
            self._store(self._newest + ahead, arrived)
        else:
            self._hold_stray(sequence, arrived)

    def pop(self, now: float) -> list[Ready]:
        """Return what is in turn at ``now``, in order; call it after ``insert`` and when due."""
        ready: list[Ready] = []
        while self._waiting:
            sequence = self._next_sequence
            if sequence not in self._waiting:
                if not self._overdue(now):
                    break
                sequence = min(self._waiting)
            ready.extend(self._hand_out(sequence))
        return ready

    def _overdue(self, now: float) -> bool:
        full = len(self._waiting) >= self._capacity
        return full or self._oldest_arrival() + self._wait <= now

    def _oldest_arrival(self) -> float:
        return min(arrived.arrival for arrived in self._waiting.values())

    def _hold_stray(self, sequence: int, arrived: _Arrived) -> None:
        held, self._stray = self._stray, (sequence, arrived)
        self.strays += 1
        if held is None or (held[0] + 1) % _SEQUENCE_MODULUS != sequence:
            return
        # Counted on, never back: the new stream comes out behind everything of the old one.
        first = self._newest + (held[0] - self._newest) % _SEQUENCE_MODULUS
        self._stray = None
        self.strays -= 2
        self._store(first, held[1])
        self._store(first + 1, arrived)

    def _store(self, sequence: int, arrived: _Arrived) -> None:
        if sequence < self._next_sequence:
            if sequence in self._delivered:
                self.duplicates += 1
            else:
                self.late += 1
        elif sequence in self._waiting:
            self.duplicates += 1
        elif len(self._waiting) >= self._capacity:
            self.overflows += 1
        else:
            self._waiting[sequence] = arrived
            if sequence < self._newest:
                self.reordered += 1
            self._newest = max(self._newest, sequence)

    def _hand_out(self, sequence: int) -> Iterator[Ready]:
        """Yield the gaps before the waiting packet ``sequence``, then the packet."""
        arrived = self._waiting.pop(sequence)
        samples = _samples(arrived.payload)
        missing = sequence - self._next_sequence
        step = _signed(arrived.timestamp - self._next_raw_timestamp, _TIMESTAMP_MODULUS)
        if missing >= MAX_DROPOUT or step < 0:
            self.resynchronised += 1
            step = 0
        if missing < MAX_DROPOUT:
            self.lost += missing
        timestamp = self._next_timestamp + step
        if missing <= MAX_CONCEALED_PACKETS:
            yield from _gaps(timestamp, min(missing * samples, step), samples, arrived.payload)
        yield Packet(sequence, timestamp, arrived.payload, arrived.arrival, samples)
        self._delivered.append(sequence)
        self._frame_samples = samples
        self._next_sequence = sequence + 1
        self._next_timestamp = timestamp + samples
        self._next_raw_timestamp = arrived.timestamp + samples


def _gaps(end: int, samples: int, frame_samples: int, next_payload: bytes) -> Iterator[Gap]:
    """Yield gaps of a frame each that end at ``end``; the first is shorter if it must be."""
    position = end - samples // GRAIN_SAMPLES * GRAIN_SAMPLES
    while position < end:
        length = (end - position - 1) % frame_samples + 1
        position += length
        yield Gap(position - length, length, next_payload if position == end else None)


def _samples(payload: bytes) -> int:
    try:
        return packet_samples(payload)
    except OpusError:  # what there is to say about it, the decoder says
        return TICK_SAMPLES


def _signed(difference: int, modulus: int) -> int:
    """Return ``difference`` on a circle of ``modulus``, from minus half of it to half."""
    half = modulus // 2
    return (difference + half) % modulus - half
