"""What a speaker plays, out of a ring."""

from collections.abc import Iterator

import numpy as np

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.sample_ring import SampleRing
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.audio_library import AudioLibrary, Buffer
from aicall_cli.devices.device_stream import DeviceStream, sample_rates
from aicall_cli.devices.device_thread import DeviceThread

RING_SECONDS = 0.25


class OutputStream(DeviceStream):
    """Plays on a device what is written into ``ring``, silence where there is nothing."""

    direction = Direction.OUTPUT
    # Twice the input's: a device that runs dry takes some 0.25 s to play again (PulseAudio).
    least_latency = 0.040

    def __init__(
        self, thread: DeviceThread, device: AudioDevice, ring_seconds: float = RING_SECONDS
    ) -> None:
        super().__init__(thread, device)
        self._ring_seconds = ring_seconds
        self._ring: SampleRing | None = None
        self._mono: Pcm = np.zeros(0, dtype=np.int16)
        self._latency = 0.0
        self.device_underflows = 0
        """How often the device played a gap because the system was not in time."""

    @property
    def ring(self) -> SampleRing:
        """Mono samples at ``format.sample_rate``, whatever channels the device has."""
        assert self._ring is not None, "the stream is used before it is open"
        return self._ring

    @property
    def latency(self) -> float:
        """Seconds from the ring to the ear, as the host API told with the last block."""
        return self._latency

    def _formats(self) -> Iterator[AudioFormat]:
        # Some host APIs play a single channel on the left side only.
        most = self.device.channels(Direction.OUTPUT)
        for rate in sample_rates(self.device):
            for channels in range(min(most, 2), 0, -1):
                yield AudioFormat(rate, channels)

    def _start(self, library: AudioLibrary, audio_format: AudioFormat) -> None:
        if self._ring is None or audio_format != self.format:
            rate = audio_format.sample_rate
            self._ring = SampleRing(audio_format.samples(self._ring_seconds), rate)
        super()._start(library, audio_format)

    def _on_audio(self, buffer: Buffer, samples: int, seconds: float, failed: bool) -> None:
        self._note_block()
        self._latency = seconds
        self.device_underflows += failed
        if len(self._mono) != samples:
            self._mono = np.zeros(samples, dtype=np.int16)
        self.ring.read_into(self._mono)
        np.frombuffer(buffer, dtype=np.int16).reshape(samples, -1)[:] = self._mono[:, None]
