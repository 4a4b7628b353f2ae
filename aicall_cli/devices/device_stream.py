"""What input and output streams share: how a device is opened, watched and closed."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar, TypeVar

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.audio_library import AudioLibrary, Buffer, LibraryStream, StreamSettings
from aicall_cli.devices.device_thread import CLOSE_SECONDS, DeviceThread, tell_loop
from aicall_cli.errors import DeviceError, gravest

BLOCK_SECONDS = 0.010
FIRST_BLOCK_SECONDS = 3.0
"""A device may have to wake up, a wireless one above all."""
STALL_SECONDS = 1.0
"""A device that has not called back for so long stands still."""

T = TypeVar("T")


class DeviceStream(ABC):
    """A stream of one device: 16-bit samples, 10 ms at a time, at the device's own rate.

    What is public belongs to the loop's thread, but ``suspend`` and ``resume``, which belong
    to the device thread with all that opens and closes; the callbacks run on the library's.
    """

    direction: ClassVar[Direction]
    least_latency: ClassVar[float]
    """Seconds that are buffered at least: Python's lock and a busy machine make callbacks late."""

    def __init__(self, thread: DeviceThread, device: AudioDevice) -> None:
        self._device_thread = thread
        self._device = device
        self._loop = asyncio.get_running_loop()
        self._settings: StreamSettings | None = None
        self._stream: LibraryStream | None = None
        self._suspended = False
        self._blocks = 0
        self._begun = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def device(self) -> AudioDevice:
        """The device, as the last listing has it."""
        return self._device

    @property
    def format(self) -> AudioFormat:
        """The rate and channels that the device was opened with."""
        assert self._settings is not None, "the stream is used before it is open"
        return AudioFormat(self._settings.sample_rate, self._settings.channels)

    async def open(self) -> None:
        """Open the device and wait for its first block; raise DeviceError.

        Whether or not it raised, ``close`` gives back what it took.
        """
        await self._device_thread.run(self._open)
        try:
            async with asyncio.timeout(FIRST_BLOCK_SECONDS):
                await self._begun.wait()
        except TimeoutError:
            raise DeviceError(
                f"the audio device {self._device.name} stands still",
                hint="choose another one: aicall devices lists them",
            ) from None

    async def lost(self) -> str:
        """Wait until the device fails or stands still; return what happened to it."""
        seen = -1
        while True:
            try:
                async with asyncio.timeout(STALL_SECONDS):
                    await self._ended.wait()
                return "was removed or failed"
            except TimeoutError:
                if self._blocks == seen and not self._suspended:
                    return "stands still"
                seen = self._blocks

    async def unless_lost(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what ``work`` returns; raise DeviceError when the device is lost before."""
        try:
            async with asyncio.TaskGroup() as tasks:
                working = tasks.create_task(work)
                losing = tasks.create_task(self.lost())
                await asyncio.wait((working, losing), return_when=asyncio.FIRST_COMPLETED)
                for task in (working, losing):
                    task.cancel()
        except ExceptionGroup as group:
            raise gravest(group) from group
        if working.cancelled():
            raise DeviceError(
                f"the audio device {self._device.name} {losing.result()}",
                hint="choose another one: aicall devices lists them",
            )
        return working.result()

    async def close(self) -> None:
        """End at once: what is queued is not played, and what was captured is not handed on."""
        await self._device_thread.run(lambda _: self._close(), CLOSE_SECONDS)

    def suspend(self) -> None:
        """Close the library's stream for a rescan."""
        self._suspended = True
        self._close()

    def resume(self, library: AudioLibrary) -> None:
        """Open the stream again on the device of the same name; where that fails it is lost."""
        try:
            for device in library.devices():
                if device.is_same(self._device):
                    self._device = device
                    self._start(library, self.format)
                    return
            tell_loop(self._loop, self._ended.set)
        except DeviceError:
            tell_loop(self._loop, self._ended.set)
        finally:
            self._suspended = False

    @abstractmethod
    def _on_audio(self, buffer: Buffer, samples: int, seconds: float, failed: bool) -> None:
        """Copy from or to the library's buffer."""

    @abstractmethod
    def _formats(self) -> Iterator[AudioFormat]:
        """Yield what to open the device with, the best first."""

    def _note_block(self) -> None:
        """Count a block; called by each callback."""
        self._blocks += 1
        if self._blocks == 1:
            tell_loop(self._loop, self._begun.set)

    def _open(self, library: AudioLibrary) -> None:
        failure: DeviceError | None = None
        for audio_format in self._formats():
            try:
                self._start(library, audio_format)
                return
            except DeviceError as error:
                failure = failure or error
        raise failure or DeviceError(f"the audio device {self._device.name} has no channels")

    def _start(self, library: AudioLibrary, audio_format: AudioFormat) -> None:
        settings = StreamSettings(
            device=self._device,
            direction=self.direction,
            sample_rate=audio_format.sample_rate,
            channels=audio_format.channels,
            block_samples=audio_format.samples(BLOCK_SECONDS),
            latency=max(self._device.low_latency(self.direction), self.least_latency),
        )
        self._settings = settings
        self._stream = library.open(settings, self._on_audio, self._on_end)
        self._device_thread.open_streams.append(self)
        try:
            self._stream.start()
        except DeviceError:
            self._close()
            raise

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._device_thread.open_streams.remove(self)
            stream.close()

    def _on_end(self) -> None:
        if self._stream is not None:  # else we have closed it ourselves
            tell_loop(self._loop, self._ended.set)


def sample_rates(device: AudioDevice) -> tuple[int, ...]:
    """Return the rates to open a device with: its own first, then the call's.

    Of ALSA's devices PortAudio does not know the rate and says 44.1 kHz, whatever they have.
    """
    own = round(device.default_sample_rate)
    rates = (SAMPLE_RATE, own) if device.host_api == "ALSA" else (own, SAMPLE_RATE)
    return tuple(dict.fromkeys(rates))
