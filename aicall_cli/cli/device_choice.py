"""Which device a call is to use, and what happens when it is not there today."""

from collections.abc import Callable
from dataclasses import dataclass

from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The index of a device or a part of its name; None is the system's default."""

    wanted: str | None = None
    remembered: bool = False
    """Whether it is from the settings: such a device may be missing, one asked for may not."""

    async def available(
        self, thread: DeviceThread, direction: Direction, warn: Callable[[str], None]
    ) -> str | None:
        """Return what to open: a remembered device that is missing is warned about, not used."""
        if self.wanted and self.remembered:
            try:
                find_device(await list_devices(thread), self.wanted, direction)
            except DeviceError as error:
                warn(f"{error.message}: the system's default is used")
                return None
        return self.wanted
