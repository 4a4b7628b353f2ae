"""PortAudio through sounddevice: the one module that imports it, and knows its private names.

Importing sounddevice makes PortAudio ready and looks at every device, which takes 0.1 s and
more. So it is imported when the first device is used, on the device thread.
"""

import atexit
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.audio_library import LibraryStream, OnAudio, OnEnd, StreamSettings
from aicall_cli.devices.device_probe import describe, look_for_devices
from aicall_cli.errors import DeviceError

_PLAUSIBLE_SECONDS = 2.0
"""Some host APIs leave a buffer's time at zero or far away; beyond this it is not believed."""

_INSTALL = "apt install libportaudio2, dnf install portaudio, or pacman -S portaudio"


class PortAudio:
    """PortAudio, ready for use; raises DeviceError where it is not installed or does not start."""

    def __init__(self) -> None:
        self._module = _load()
        if not self._module._initialized:  # noqa: SLF001 - sounddevice has no public name for it
            self._initialise()

    def devices(self) -> Sequence[AudioDevice]:
        """Return the devices as they were when PortAudio was made ready."""
        try:
            host_apis = [api["name"] for api in self._module.query_hostapis()]
            defaults = tuple(self._module.default.device)
            return [_device(info, host_apis, defaults) for info in self._module.query_devices()]
        except self._module.PortAudioError as error:
            raise DeviceError(f"the audio devices cannot be listed: {_reason(error)}") from error

    def open(self, settings: StreamSettings, on_audio: OnAudio, on_end: OnEnd) -> LibraryStream:
        """Open a stream of 16-bit samples."""
        is_input = settings.direction is Direction.INPUT
        kind = self._module.RawInputStream if is_input else self._module.RawOutputStream
        try:
            stream = kind(
                samplerate=settings.sample_rate,
                blocksize=settings.block_samples,
                device=settings.device.index,
                channels=settings.channels,
                dtype="int16",
                latency=settings.latency,
                callback=_from_input(on_audio) if is_input else _to_output(on_audio),
                finished_callback=on_end,
            )
        except self._module.PortAudioError as error:
            raise _unusable(settings.device, error) from error
        return _PortAudioStream(stream, settings.device, self._module.PortAudioError)

    def has_changed(self) -> bool:
        """Look at the devices in a process of its own, where PortAudio is made ready afresh."""
        present = look_for_devices()
        return present is not None and present != [describe(device) for device in self.devices()]

    def rescan(self) -> None:
        """Terminate PortAudio and make it ready again: else its list never changes."""
        self.close()
        self._initialise()

    def close(self) -> None:
        """Terminate PortAudio."""
        try:
            while self._module._initialized:  # noqa: SLF001 - as above
                self._module._terminate()  # noqa: SLF001 - as above
        except self._module.PortAudioError as error:
            raise _not_ready(error) from error

    def _initialise(self) -> None:
        try:
            self._module._initialize()  # noqa: SLF001 - as above
        except self._module.PortAudioError as error:
            raise _not_ready(error) from error


class _PortAudioStream:
    """An open stream of sounddevice."""

    def __init__(self, stream: Any, device: AudioDevice, error: type[Exception]) -> None:
        self._stream = stream
        self._device = device
        self._error = error

    def start(self) -> None:
        try:
            self._stream.start()
        except self._error as error:
            raise _unusable(self._device, error) from error

    def close(self) -> None:
        # Never stop: on PulseAudio it waits 1.0–1.4 s for what is queued.
        self._stream.abort()
        self._stream.close()


def _load() -> ModuleType:
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        if sys.platform == "linux":
            hint = f"install it: {_INSTALL}"
        else:
            hint = "install it again: pip install --force-reinstall sounddevice"
        raise DeviceError("the PortAudio library is not installed", hint=hint) from error
    except Exception as error:
        raise _not_ready(error) from error
    # It would terminate PortAudio at the interpreter's exit, on another thread than ours.
    atexit.unregister(sounddevice._exit_handler)  # noqa: SLF001 - as above
    module: ModuleType = sounddevice
    return module


def _device(
    info: dict[str, Any], host_apis: Sequence[str], defaults: tuple[int, int]
) -> AudioDevice:
    return AudioDevice(
        index=info["index"],
        name=info["name"],
        host_api=host_apis[info["hostapi"]],
        input_channels=info["max_input_channels"],
        output_channels=info["max_output_channels"],
        default_sample_rate=info["default_samplerate"],
        is_default_input=info["index"] == defaults[0],
        is_default_output=info["index"] == defaults[1],
        low_input_latency=info["default_low_input_latency"],
        low_output_latency=info["default_low_output_latency"],
    )


def _from_input(on_audio: OnAudio) -> Callable[[Any, int, Any, Any], None]:
    def callback(data: Any, samples: int, time: Any, status: Any) -> None:
        age = time.currentTime - time.inputBufferAdcTime
        on_audio(memoryview(data), samples, _plausible(age), status.input_overflow)

    return callback


def _to_output(on_audio: OnAudio) -> Callable[[Any, int, Any, Any], None]:
    def callback(data: Any, samples: int, time: Any, status: Any) -> None:
        lead = time.outputBufferDacTime - time.currentTime
        on_audio(memoryview(data), samples, _plausible(lead), status.output_underflow)

    return callback


def _plausible(seconds: float) -> float:
    return seconds if 0.0 <= seconds <= _PLAUSIBLE_SECONDS else 0.0


def _not_ready(error: Exception) -> DeviceError:
    return DeviceError(
        f"the system's audio cannot be used: {_reason(error)}",
        hint="see whether another program can play sound",
    )


def _unusable(device: AudioDevice, error: Exception) -> DeviceError:
    return DeviceError(
        f"the audio device {device.name} cannot be used: {_reason(error)}",
        hint="choose another one: aicall devices lists them",
    )


def _reason(error: Exception) -> str:
    """Return PortAudio's words, or the system's where it has some."""
    *_, last = error.args or (str(error),)
    if isinstance(last, tuple) and last[2:] and last[2]:
        return str(last[2])
    return str(error.args[0] if error.args else error)
