"""The microphone and the speaker of one call, opened, watched over and given back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aicall_cli.audio.format import CALL_FORMAT
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.microphone import Microphone
from aicall_cli.client.call import Call
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost
from aicall_cli.playout.speaker import Speaker


@asynccontextmanager
async def microphone(
    call: Call,
    thread: DeviceThread,
    wanted: str | None = None,
    *,
    enable_3a: bool = False,
) -> AsyncIterator[Microphone]:
    """Have the call hear a device: ``wanted`` is its index or part of its name.

    Raise DeviceError where it cannot be opened, which is best known before the call is
    entered. A device that fails later is told as a warning of the call and opened again when
    it returns.
    """
    stream = call.add_external_audio_stream(
        ExternalAudioStreamConfig(
            CALL_FORMAT.sample_rate, CALL_FORMAT.channels, enable_3a=enable_3a
        ),
        live=True,
    )

    def lost(event: DeviceLost) -> None:
        call.session.warn(f"the microphone {event.device.name} {event.reason}: nothing is sent")

    def back(event: DeviceBack) -> None:
        call.session.warn(f"the microphone {event.device.name} is heard again")

    source = Microphone(thread, stream, wanted, on_lost=lost, on_back=back)
    await source.open()
    call.microphone = source
    end_watch = call.beside(source.run())
    try:
        yield source
    finally:
        call.microphone = None
        end_watch()
        await source.close()


@asynccontextmanager
async def speaker(
    call: Call, thread: DeviceThread, wanted: str | None = None
) -> AsyncIterator[Speaker]:
    """Play the agent on a device, as ``microphone`` has the call hear one."""

    def lost(event: DeviceLost) -> None:
        call.session.warn(f"the speaker {event.device.name} {event.reason}: nothing is heard")

    def back(event: DeviceBack) -> None:
        call.session.warn(f"the speaker {event.device.name} plays again")

    output = Speaker(thread, wanted, on_lost=lost, on_back=back)
    await output.open()
    end_watch = call.beside(output.run())
    call.session.play_into(output)
    try:
        yield output
    finally:
        end_watch()
        await output.close()
