"""From RTP packets to PCM: one reorder buffer, one decoder, one place that decides.

What comes out goes to every tap with its arrival time, so what is recorded is what was
heard, and the time that a packet waits for a missing one never biases a latency.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.opus import OpusError
from aicall_cli.audio.opus_codec import create_decoder
from aicall_cli.audio.reorder_buffer import Gap, Packet, ReorderBuffer
from aicall_cli.clock import Clock

REORDER_WAIT_SECONDS = 0.020
"""How long a missing packet is waited for when no speaker needs its own delay."""


class HeardKind(Enum):
    """How a frame came to be."""

    RECEIVED = "received"
    RECOVERED = "recovered"
    """Lost, and rebuilt from the next packet's in-band FEC."""
    CONCEALED = "concealed"
    """Lost, and made up by the decoder."""


@dataclass(frozen=True, slots=True, eq=False)
class HeardFrame:
    """Mono 48 kHz PCM of shape ``(n,)`` with its place in time.

    ``timestamp`` is the unwrapped RTP timestamp in samples; ``arrival`` is when the packet
    came (for a lost one: when it was given up), in seconds on the call's clock.
    """

    pcm: Pcm
    timestamp: int
    arrival: float
    kind: HeardKind


class ReceivePath:
    """Decodes packets as they come and calls ``on_audio`` with each frame, in order."""

    def __init__(
        self,
        clock: Clock,
        on_audio: Callable[[HeardFrame], None],
        wait: float = REORDER_WAIT_SECONDS,
    ) -> None:
        self._clock = clock
        self._on_audio = on_audio
        self._buffer = ReorderBuffer(wait)
        self._decoder = create_decoder()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self.last_arrival: float | None = None
        """When the last packet came; None before the first."""
        self.recovered = 0
        self.concealed = 0
        self.undecodable = 0
        """Packets whose payload is not Opus; each is concealed."""

    @property
    def buffer(self) -> ReorderBuffer:
        """The reorder buffer, for its counters."""
        return self._buffer

    def receive(self, sequence: int, timestamp: int, payload: bytes) -> None:
        """Take one packet from the network. It never raises because of what it holds."""
        now = self.last_arrival = self._clock()
        self._buffer.insert(sequence, timestamp, payload, now)
        self._drain(now)

    def set_wait(self, seconds: float) -> None:
        """Wait so long for missing packets from now on, also for those that are missing now."""
        self._buffer.wait = seconds
        self._drain(self._clock())

    def close(self) -> None:
        """Stop waiting for missing packets."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drain(self, now: float) -> None:
        for item in self._buffer.pop(now):
            self._on_audio(self._decode(item, now))
        self.close()
        deadline = self._buffer.deadline
        if deadline is not None:
            self._timer = self._loop.call_later(max(deadline - now, 0.0), self._expire)

    def _expire(self) -> None:
        self._timer = None
        self._drain(self._clock())

    def _decode(self, item: Packet | Gap, now: float) -> HeardFrame:
        if isinstance(item, Gap):
            pcm, kind = self._fill(item)
            return HeardFrame(pcm, item.timestamp, now, kind)
        try:
            pcm = self._decoder.decode(item.payload)
        except OpusError:
            self.undecodable += 1
            self.concealed += 1
            pcm = self._decoder.conceal(item.samples)
            return HeardFrame(pcm, item.timestamp, item.arrival, HeardKind.CONCEALED)
        return HeardFrame(pcm, item.timestamp, item.arrival, HeardKind.RECEIVED)

    def _fill(self, gap: Gap) -> tuple[Pcm, HeardKind]:
        following = gap.next_payload
        if following is not None and self._decoder.carries_fec(following):
            try:
                pcm = self._decoder.recover(following, gap.samples)
            except OpusError:  # the packet is garbage from its second byte on
                pass
            else:
                self.recovered += 1
                return pcm, HeardKind.RECOVERED
        self.concealed += 1
        return self._decoder.conceal(gap.samples), HeardKind.CONCEALED
