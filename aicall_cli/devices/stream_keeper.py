"""Keeps a microphone or a speaker running through a call, whatever happens to the device."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Never, TypeVar

from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_stream import DeviceStream
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0

Stream = TypeVar("Stream", bound=DeviceStream)


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device failed or was removed; the call goes on without it."""

    device: AudioDevice
    reason: str
    """What happened to it: ``was removed or failed``, ``stands still``."""


@dataclass(frozen=True, slots=True)
class DeviceBack:
    """The lost device runs again, or the system's default one instead."""

    device: AudioDevice


class StreamKeeper(Generic[Stream]):
    """Owns the stream of one device: opens it, and opens it again when it is lost.

    ``make`` makes a stream of a device without opening it. While the device is lost,
    ``stream`` is None, and once a second devices are looked for: the same one, by its name,
    and then the system's default.
    """

    def __init__(
        self,
        thread: DeviceThread,
        direction: Direction,
        make: Callable[[AudioDevice], Stream],
        wanted: str | None = None,
        *,
        on_lost: Callable[[DeviceLost], None] = lambda _: None,
        on_back: Callable[[DeviceBack], None] = lambda _: None,
    ) -> None:
        self._thread = thread
        self._direction = direction
        self._make = make
        self._wanted = wanted
        self._on_lost = on_lost
        self._on_back = on_back
        self._stream: Stream | None = None
        self._losses = 0

    @property
    def stream(self) -> Stream | None:
        """The stream that runs; None before ``open`` and while the device is lost."""
        return self._stream

    @property
    def losses(self) -> int:
        """How often the device was lost."""
        return self._losses

    async def open(self) -> Stream:
        """Open the wanted device or the default one; raise DeviceError."""
        devices = await list_devices(self._thread)
        self._stream = await self._open(find_device(devices, self._wanted, self._direction))
        return self._stream

    async def run(self) -> Never:
        """Watch the open stream for ever; whoever runs this cancels it before ``close``."""
        while True:
            assert self._stream is not None, "what is watched was opened"
            reason = await self._stream.lost()
            lost = self._stream
            self._stream = None
            self._losses += 1
            self._on_lost(DeviceLost(lost.device, reason))
            await self._give_back(lost)
            self._stream = await self._open_again(lost.device)
            self._on_back(DeviceBack(self._stream.device))

    async def close(self) -> None:
        """Close the stream; a second call does nothing."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await self._give_back(stream)

    async def _open(self, device: AudioDevice) -> Stream:
        stream = self._make(device)
        try:
            await stream.open()
        except BaseException:
            await self._give_back(stream)
            raise
        return stream

    async def _open_again(self, lost: AudioDevice) -> Stream:
        while True:
            try:
                await self._thread.rescan()
                candidates = self._candidates(await list_devices(self._thread), lost)
            except DeviceError as error:
                logger.debug("devices cannot be looked for: %s", error)
                candidates = []
            for device in candidates:
                try:
                    return await self._open(device)
                except DeviceError as error:
                    logger.debug("not yet: %s", error)
            await asyncio.sleep(RETRY_SECONDS)

    def _candidates(self, devices: Sequence[AudioDevice], lost: AudioDevice) -> list[AudioDevice]:
        usable = [device for device in devices if device.channels(self._direction)]
        same = [device for device in usable if device.is_same(lost)]
        default = [device for device in usable if device.is_default(self._direction)]
        return [*same[:1], *(device for device in default if device not in same)]

    async def _give_back(self, stream: Stream) -> None:
        try:
            await stream.close()
        except DeviceError as error:
            logger.warning("%s is left open: %s", stream.device.name, error)
