"""What devices ask of the audio library, which is PortAudio; tests have another.

All of it is called on the device thread alone. The callbacks are called on threads of the
library's, with Python's lock held: they may copy, and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aicall_cli.devices.audio_device import AudioDevice, Direction

Buffer = memoryview | bytearray
"""Interleaved signed 16-bit samples that are the library's own once the callback returns."""

OnAudio = Callable[[Buffer, int, float, bool], None]
"""Called with a buffer to copy from or to fill, the samples per channel in it, seconds, and
whether the device overran or ran dry before it.

The seconds are the age of an input buffer's first sample, or how long it will be until an
output buffer's first sample is heard.
"""
OnEnd = Callable[[], None]
"""Called when a stream has ended, whoever ended it."""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How a stream is opened; ``latency`` in seconds is a wish."""

    device: AudioDevice
    direction: Direction
    sample_rate: int
    channels: int
    block_samples: int
    latency: float


class LibraryStream(Protocol):
    """An open stream."""

    def start(self) -> None:
        """Begin to call back; raise DeviceError where that is not possible."""

    def close(self) -> None:
        """End at once, whatever is still queued, and never call back again."""


class AudioLibrary(Protocol):
    """A library that was made ready for use."""

    def devices(self) -> Sequence[AudioDevice]:
        """Return the devices that were there when it was made ready, or at the last rescan."""

    def open(self, settings: StreamSettings, on_audio: OnAudio, on_end: OnEnd) -> LibraryStream:
        """Open a stream, which does nothing until it is started; raise DeviceError."""

    def has_changed(self) -> bool:
        """Return whether devices came or went since; open streams do not notice the look."""

    def rescan(self) -> None:
        """Look for devices again. No stream may be open."""

    def close(self) -> None:
        """Give everything back. No stream may be open."""
