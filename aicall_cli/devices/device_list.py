"""Which devices there are, and which one a person means."""

from collections.abc import Sequence

from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError

_SHOWN_CANDIDATES = 8


async def list_devices(thread: DeviceThread) -> Sequence[AudioDevice]:
    """Return the machine's devices; raise DeviceError without an audio library."""
    return await thread.run(lambda library: library.devices())


def find_device(
    devices: Sequence[AudioDevice], wanted: str | None, direction: Direction
) -> AudioDevice:
    """Return the device that ``wanted`` names, by its index or a part of its name.

    None and an empty text are the system's default. A whole name is preferred to a part of
    one, case counts only between names that differ in nothing else, and of equal names the
    first is taken: one device stands in the list once for each host API, the preferred one
    first. Raises DeviceError where no device or several different ones are meant.
    """
    usable = [device for device in devices if device.channels(direction)]
    wanted = (wanted or "").strip()
    if not wanted:
        return _default(usable, direction)
    if wanted.isdecimal():
        return _by_index(devices, int(wanted), direction)
    for matches in (
        [device for device in usable if device.name == wanted],
        [device for device in usable if device.name.casefold() == wanted.casefold()],
        [device for device in usable if wanted.casefold() in device.name.casefold()],
    ):
        if matches and len({device.name for device in matches}) == 1:
            return matches[0]
        if matches:
            raise _error(f"{wanted} means several {direction.value} devices", matches)
    raise _error(f"there is no {direction.value} device {wanted}", usable)


def _default(usable: Sequence[AudioDevice], direction: Direction) -> AudioDevice:
    if not usable:
        raise DeviceError(
            f"this machine has no {direction.value} device", hint="plug one in, or use a file"
        )
    return next((device for device in usable if device.is_default(direction)), usable[0])


def _by_index(devices: Sequence[AudioDevice], index: int, direction: Direction) -> AudioDevice:
    for device in devices:
        if device.index == index and device.channels(direction):
            return device
    usable = [device for device in devices if device.channels(direction)]
    raise _error(f"there is no {direction.value} device {index}", usable)


def _error(message: str, candidates: Sequence[AudioDevice]) -> DeviceError:
    if not candidates:
        return DeviceError(message, hint="there is none at all; plug one in, or use a file")
    names = [f"{device.index} {device.name}" for device in candidates[:_SHOWN_CANDIDATES]]
    more = ", …" if len(candidates) > _SHOWN_CANDIDATES else ""
    return DeviceError(message, hint=f"choose one of: {', '.join(names)}{more}")
