"""PortAudio, the devices that a call would use, and whether the microphone hears anything."""

import asyncio
from collections.abc import AsyncGenerator, Mapping

import numpy as np

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.level import dbfs, peak, rms
from aicall_cli.cli.checks.finding import Figures, Finding, State, finding_of
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.input_stream import CapturedBlock, InputStream
from aicall_cli.errors import DeviceError

LISTEN_SECONDS = 1.0
SILENT_DBFS = -90.0
"""No microphone in air is so quiet: it is muted, or the system gives nothing out."""
LOUD_DBFS = -1.0
_WITHOUT_DEVICES = "files still work: aicall call --input FILE --output null, aicall push-file"


async def check_sound(
    thread: DeviceThread, wanted: Mapping[Direction, str], *, listen: bool
) -> AsyncGenerator[Finding, None]:
    """Yield PortAudio, both devices and, where it may ``listen``, the microphone's level.

    ``wanted`` are the devices that the settings name. Nothing of it is needed for calls with
    files: what is missing is a note.
    """
    try:
        devices = await list_devices(thread)
    except DeviceError as error:
        yield finding_of("portaudio", error, State.NOTE)
        return
    yield Finding(
        "portaudio", State.OK, f"ready, {len(devices)} devices", figures={"devices": len(devices)}
    )
    found: dict[Direction, AudioDevice] = {}
    for direction in Direction:
        try:
            found[direction] = find_device(devices, wanted.get(direction), direction)
        except DeviceError as error:
            hint = error.hint if devices else _WITHOUT_DEVICES
            yield Finding(direction.value, State.NOTE, error.message, hint)
        else:
            yield _describe(found[direction], direction)
    if listen and Direction.INPUT in found:
        yield await check_microphone(thread, found[Direction.INPUT])


async def check_microphone(thread: DeviceThread, device: AudioDevice) -> Finding:
    """Listen for a second and judge the level."""
    blocks: list[Pcm] = []

    def take(block: CapturedBlock) -> None:
        blocks.append(block.pcm)

    stream = InputStream(thread, device, take)
    try:
        await stream.open()
        await asyncio.sleep(LISTEN_SECONDS)
    except DeviceError as error:
        return finding_of("microphone", error, State.NOTE)
    finally:
        await stream.close()
    heard = np.concatenate([np.zeros(0, np.int16), *(block.ravel() for block in blocks)])
    return judge_level(dbfs(rms(heard)), dbfs(peak(heard)))


def judge_level(average: float, highest: float) -> Finding:
    """Return what a microphone's level, in dB of full scale, says of it."""
    figures: Figures = {"rms_dbfs": round(average, 1), "peak_dbfs": round(highest, 1)}
    message = f"{average:.0f} dBFS on average, {highest:.0f} at most"
    if highest <= SILENT_DBFS:
        return Finding(
            "microphone",
            State.NOTE,
            "it gives digital silence",
            "switch it on, and allow this terminal to use it in the system's privacy settings",
            figures,
        )
    if highest >= LOUD_DBFS:
        advice = "turn its level down in the system's settings: it is cut off at the top"
        return Finding("microphone", State.NOTE, message, advice, figures)
    return Finding("microphone", State.OK, message, figures=figures)


def _describe(device: AudioDevice, direction: Direction) -> Finding:
    default = ", the default" if device.is_default(direction) else ""
    message = (
        f"{device.name} ({device.host_api}, {device.default_sample_rate / 1000:g} kHz{default})"
    )
    figures: Figures = {
        "index": device.index,
        "name": device.name,
        "host_api": device.host_api,
        "sample_rate_hz": device.default_sample_rate,
    }
    return Finding(direction.value, State.OK, message, figures=figures)
