"""An audio library without a sound: tests are the hardware, and call back when they like."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from aicall_cli.audio.format import Pcm
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.audio_library import OnAudio, OnEnd, StreamSettings
from aicall_cli.errors import DeviceError

HEADSET = AudioDevice(0, "Headset", "Fake", 1, 2, 44_100.0)
BUILT_IN = AudioDevice(1, "Built-in Audio", "Fake", 2, 2, 48_000.0, True, True)
MONITOR = AudioDevice(2, "Monitor", "Fake", 0, 2, 48_000.0)


class FakeStream:
    """An open stream, and the hardware at its other end."""

    def __init__(self, settings: StreamSettings, on_audio: OnAudio, on_end: OnEnd) -> None:
        self.settings = settings
        self.started = False
        self.closed = False
        self.fails_to_start = False
        self.first: Callable[[FakeStream], None] = lambda _: None
        self._on_audio = on_audio
        self._on_end = on_end
        self._calling_back = threading.Lock()

    def start(self) -> None:
        if self.fails_to_start:
            raise DeviceError("it does not start")
        self.started = True
        self.first(self)

    def close(self) -> None:
        with self._calling_back:
            self.closed = True
        self._on_end()

    def capture(self, pcm: Pcm, age: float = 0.0, *, overflowed: bool = False) -> None:
        """Hand a block ``(n, channels)`` over, as the hardware's thread would."""
        assert self.started
        assert not self.closed
        self._on_audio(memoryview(bytearray(pcm.tobytes())), len(pcm), age, overflowed)

    def capture_silence(self, age: float = 0.0) -> None:
        """Hand one silent block over."""
        shape = (self.settings.block_samples, self.settings.channels)
        self.capture(np.zeros(shape, dtype=np.int16), age)

    def play(self, lead: float = 0.0, *, underflowed: bool = False) -> Pcm:
        """Return the next block ``(n, channels)``, as the hardware's thread would ask for it."""
        assert self.started
        assert not self.closed
        shape = (self.settings.block_samples, self.settings.channels)
        buffer = bytearray(b"\x55" * (2 * shape[0] * shape[1]))
        self._on_audio(memoryview(buffer), shape[0], lead, underflowed)
        return np.frombuffer(buffer, dtype=np.int16).reshape(shape)

    def run_once(self) -> None:
        """Move one block, whichever way; none when the device thread was faster to close it."""
        self.while_open(self._move)

    def while_open(self, work: Callable[[], object]) -> None:
        """Do what the hardware does, unless the stream is closed; who closes it waits."""
        with self._calling_back:
            if self.started and not self.closed:
                work()

    def fail(self) -> None:
        """End as a device does that was pulled out."""
        self._on_end()

    def _move(self) -> None:
        if self.settings.direction is Direction.INPUT:
            self.capture_silence()
        else:
            self.play()


class FakeAudio:
    """A library whose devices are ``present``; give it to a DeviceThread as ``lambda: fake``.

    What is plugged in or pulled out shows in ``devices`` after a rescan, as in PortAudio. A
    stream hands over one block when it is started, unless its device is in ``still``.
    """

    def __init__(self, present: Sequence[AudioDevice] = (HEADSET, BUILT_IN, MONITOR)) -> None:
        self.present = list(present)
        self.refused: list[tuple[str, int, int]] = []
        """Name, rate and channels that cannot be opened."""
        self.broken: set[str] = set()
        """Names of devices that can be opened and do not start."""
        self.still: set[str] = set()
        """Names of devices that start and move no sample."""
        self.streams: list[FakeStream] = []
        self.rescans = 0
        self.closed = False
        self._listed = self._list()

    @property
    def open_streams(self) -> list[FakeStream]:
        """The streams that were not closed."""
        return [stream for stream in self.streams if not stream.closed]

    @property
    def stream(self) -> FakeStream:
        """The only open stream."""
        (stream,) = self.open_streams
        return stream

    def unplug(self, device: AudioDevice) -> None:
        """Pull a device out: its streams fail."""
        self.present.remove(device)
        for stream in self.open_streams:
            if stream.settings.device.is_same(device):
                stream.fail()

    def plug_in(self, device: AudioDevice) -> None:
        """Plug a device in."""
        self.present.append(device)

    def devices(self) -> Sequence[AudioDevice]:
        return self._listed

    def open(self, settings: StreamSettings, on_audio: OnAudio, on_end: OnEnd) -> FakeStream:
        name = settings.device.name
        if (name, settings.sample_rate, settings.channels) in self.refused:
            raise DeviceError(f"{name} cannot do that")
        if not any(settings.device.is_same(device) for device in self.present):
            raise DeviceError(f"{name} is not there")
        stream = FakeStream(settings, on_audio, on_end)
        stream.fails_to_start = name in self.broken
        if name not in self.still:
            stream.first = FakeStream.run_once
        self.streams.append(stream)
        return stream

    def has_changed(self) -> bool:
        return self._listed != self._list()

    def rescan(self) -> None:
        assert not self.open_streams, "PortAudio does not survive that"
        self.rescans += 1
        self._listed = self._list()

    def close(self) -> None:
        assert not self.open_streams, "PortAudio does not survive that"
        self.closed = True

    def _list(self) -> list[AudioDevice]:
        return [replace(device, index=index) for index, device in enumerate(self.present)]
