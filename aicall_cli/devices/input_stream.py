"""What a microphone captures, block by block."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.audio_library import Buffer
from aicall_cli.devices.device_stream import DeviceStream, sample_rates
from aicall_cli.devices.device_thread import DeviceThread, tell_loop

MAX_IN_FLIGHT = 50
"""Blocks that may wait for the loop: half a second. What comes while it is stuck is lost."""
LATENCY_SHARE = 0.05
"""How much a block counts in the average of the latency: devices deliver in lumps."""


@dataclass(frozen=True, slots=True)
class CapturedBlock:
    """Samples ``(n, channels)`` at the stream's rate, and when the first of them was a sound.

    ``captured_at`` is on the clock's axis, as far as the host API tells it: some tell that it
    was when the block came.
    """

    pcm: Pcm
    captured_at: float


class InputStream(DeviceStream):
    """Gives each block of a device to ``on_block``, on the loop's thread."""

    direction = Direction.INPUT
    least_latency = 0.020

    def __init__(
        self,
        thread: DeviceThread,
        device: AudioDevice,
        on_block: Callable[[CapturedBlock], None],
        clock: Clock = perf_clock,
    ) -> None:
        super().__init__(thread, device)
        self._on_block = on_block
        self._clock = clock
        self._handed_over = 0
        self._taken = 0
        self._closed = False
        self._latency: float | None = None
        self.overflows = 0
        """How often the device captured more than the system took from it in time."""
        self.dropped = 0
        """Blocks that were lost because the loop did not take them in time."""

    @property
    def latency(self) -> float | None:
        """Seconds from a sound to the loop's hearing of it, on average; None at first."""
        return self._latency

    async def close(self) -> None:
        """End at once; blocks that are on their way are not handed on."""
        self._closed = True
        await super().close()

    def _formats(self) -> Iterator[AudioFormat]:
        # One channel is what a call takes; a device that has only pairs is mixed down.
        most = self.device.channels(Direction.INPUT)
        for rate in sample_rates(self.device):
            for channels in range(1, min(most, 2) + 1):
                yield AudioFormat(rate, channels)

    def _on_audio(self, buffer: Buffer, samples: int, seconds: float, failed: bool) -> None:
        captured_at = self._clock() - seconds
        self._note_block()
        self.overflows += failed
        if self._handed_over - self._taken >= MAX_IN_FLIGHT:
            self.dropped += 1
            return
        self._handed_over += 1
        tell_loop(self._loop, self._take, bytes(buffer), captured_at)

    def _take(self, data: bytes, captured_at: float) -> None:
        self._taken += 1
        if self._closed:
            return
        latency = self._clock() - captured_at
        known = latency if self._latency is None else self._latency
        self._latency = known + (latency - known) * LATENCY_SHARE
        pcm = np.frombuffer(data, dtype=np.int16).reshape(-1, self.format.channels)
        self._on_block(CapturedBlock(pcm, captured_at))
