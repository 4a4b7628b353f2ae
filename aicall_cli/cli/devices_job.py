"""What ``aicall devices`` does, once its options are read."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aicall_cli.audio.format import CALL_FORMAT, Pcm
from aicall_cli.audio.level import dbfs, peak
from aicall_cli.cli.devices_report import (
    LevelMeter,
    SoundTest,
    print_devices,
    print_devices_json,
    print_sound_test,
    print_sound_test_json,
)
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.devices.sound_playback import play_sound
from aicall_cli.devices.sound_recording import record_sound
from aicall_cli.exit_status import ExitStatus
from aicall_cli.tui.stderr_capture import StderrCapture

logger = logging.getLogger(__name__)

TEST_SECONDS = 2.0
RING_SECONDS = 0.5
_BLOCK = CALL_FORMAT.samples(0.1)


def run_list(environment: Environment, *, as_json: bool) -> int:
    """Print the machine's devices; raise DeviceError without PortAudio."""

    async def main(thread: DeviceThread) -> int:
        found = await list_devices(thread)
        (print_devices_json if as_json else print_devices)(found, environment)
        return ExitStatus.OK

    return _run(main)


def run_test(
    environment: Environment, microphone: str | None, speaker: str | None, *, as_json: bool
) -> int:
    """Record, show the level and play back; return 1 where nothing at all was heard.

    Raises DeviceError for devices that are not there or fail.
    """

    async def main(thread: DeviceThread) -> int:
        if as_json:
            test = await record_and_play(thread, microphone, speaker)
            print_sound_test_json(test, environment)
        else:
            with LevelMeter(environment) as meter:
                test = await record_and_play(thread, microphone, speaker, meter.hear)
            print_sound_test(test, environment)
        return ExitStatus.CHECK_FAILED if test.silent else ExitStatus.OK

    return _run(main)


async def record_and_play(
    thread: DeviceThread,
    microphone: str | None,
    speaker: str | None,
    on_heard: Callable[[Pcm], None] = lambda _: None,
) -> SoundTest:
    """Record two seconds and play them back; return what was seen of both devices."""
    found = await list_devices(thread)
    source = find_device(found, microphone, Direction.INPUT)
    target = find_device(found, speaker, Direction.OUTPUT)
    recorded = await record_sound(thread, source, TEST_SECONDS, on_heard)
    stream = OutputStream(thread, target, RING_SECONDS)
    try:
        await stream.open()
        await play_sound(stream, _blocks(recorded.pcm), CALL_FORMAT)
    finally:
        await stream.close()
    return SoundTest(
        microphone=recorded.device.name,
        microphone_rate=recorded.sample_rate,
        capture_latency=recorded.latency,
        peak_dbfs=dbfs(peak(recorded.pcm)),
        speaker=stream.device.name,
        speaker_rate=stream.format.sample_rate,
        playback_latency=stream.latency,
    )


def _run(main: Callable[[DeviceThread], Awaitable[int]]) -> int:
    async def with_thread() -> int:
        # PortAudio and ALSA say on descriptor 2 what they do not find on any machine.
        with StderrCapture(logger.debug):
            async with DeviceThread() as thread:
                return await main(thread)

    return run_until_signal(with_thread)


async def _blocks(pcm: Pcm) -> AsyncIterator[Pcm]:
    for start in range(0, len(pcm), _BLOCK):
        yield pcm[start : start + _BLOCK, None]
