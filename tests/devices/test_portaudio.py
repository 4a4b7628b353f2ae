"""PortAudio's adapter against a module that looks like sounddevice; the real one is under
``tests/integration``."""

import atexit
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from aicall_cli.devices import portaudio
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.audio_library import StreamSettings
from aicall_cli.devices.device_probe import describe
from aicall_cli.devices.portaudio import PortAudio
from aicall_cli.errors import DeviceError
from aicall_cli.exit_status import ExitStatus
from tests.support.fake_audio import BUILT_IN


class PortAudioError(Exception):
    pass


INFO = {
    "name": "Built-in Audio",
    "index": 0,
    "hostapi": 1,
    "max_input_channels": 2,
    "max_output_channels": 2,
    "default_samplerate": 48_000.0,
    "default_low_input_latency": 0.01,
    "default_low_output_latency": 0.02,
}


class FakeStream:
    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.calls: list[str] = []
        self.error: Exception | None = None

    def start(self) -> None:
        if self.error:
            raise self.error
        self.calls.append("start")

    def abort(self) -> None:
        self.calls.append("abort")

    def close(self) -> None:
        self.calls.append("close")


class FakeModule(ModuleType):
    """What the adapter uses of sounddevice."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self._initialized = 1
        self.default = SimpleNamespace(device=(0, -1))
        self.calls: list[str] = []
        self.error: Exception | None = None
        self.streams: list[FakeStream] = []

    def _exit_handler(self) -> None:
        raise AssertionError("at the interpreter's exit, on the wrong thread")

    def _initialize(self) -> None:
        self.calls.append("initialise")
        if self.error:
            raise self.error
        self._initialized += 1

    def _terminate(self) -> None:
        self.calls.append("terminate")
        if self.error:
            raise self.error
        self._initialized -= 1

    def query_devices(self) -> list[dict[str, Any]]:
        if self.error:
            raise self.error
        return [INFO]

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "OSS"}, {"name": "Core Audio"}]

    def RawInputStream(self, **settings: Any) -> FakeStream:  # noqa: N802 - sounddevice's name
        return self._stream("input", settings)

    def RawOutputStream(self, **settings: Any) -> FakeStream:  # noqa: N802 - sounddevice's name
        return self._stream("output", settings)

    def _stream(self, kind: str, settings: dict[str, Any]) -> FakeStream:
        if self.error:
            raise self.error
        stream = FakeStream(kind=kind, **settings)
        self.streams.append(stream)
        return stream


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> FakeModule:
    fake = FakeModule()
    atexit.register(fake._exit_handler)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


def settings(direction: Direction) -> StreamSettings:
    return StreamSettings(BUILT_IN, direction, 48_000, 1, 480, 0.02)


def nothing(*_: object) -> None:
    """Called back with audio that nobody wants."""


def test_devices_and_defaults(module: FakeModule) -> None:
    (device,) = PortAudio().devices()
    assert describe(device) == ["Built-in Audio", "Core Audio", 2, 2, True, False]
    assert device.default_sample_rate == 48_000
    assert device.low_input_latency == 0.01
    assert device.low_output_latency == 0.02


def test_imported_is_initialised_and_given_back_once(module: FakeModule) -> None:
    library = PortAudio()
    assert module.calls == []
    library.rescan()
    assert module.calls == ["terminate", "initialise"]
    library.close()
    library.close()
    assert module.calls == ["terminate", "initialise", "terminate"]
    PortAudio()
    assert module.calls[3:] == ["initialise"]


def test_a_library_that_does_not_start_again(module: FakeModule) -> None:
    library = PortAudio()
    module.error = PortAudioError("Error initializing PortAudio: no server", -9999)
    for call in (library.close, library.rescan):
        with pytest.raises(DeviceError, match="cannot be used: Error initializing"):
            call()
    module._initialized = 0
    with pytest.raises(DeviceError, match="cannot be used: Error initializing") as caught:
        library.rescan()
    assert caught.value.exit_status is ExitStatus.DEVICE
    module.error = None
    library.rescan()
    assert module._initialized == 1


def test_devices_that_cannot_be_listed(module: FakeModule) -> None:
    library = PortAudio()
    module.error = PortAudioError("Error querying device 7")
    with pytest.raises(DeviceError, match="cannot be listed: Error querying device 7"):
        library.devices()


@pytest.mark.parametrize(
    ("direction", "kind"), [(Direction.INPUT, "input"), (Direction.OUTPUT, "output")]
)
def test_a_stream_is_opened_as_asked_and_aborted(
    module: FakeModule, direction: Direction, kind: str
) -> None:
    stream = PortAudio().open(settings(direction), nothing, nothing)
    asked = module.streams[0].settings
    assert asked.pop("callback")
    assert asked.pop("finished_callback") is nothing
    assert asked == {
        "kind": kind,
        "samplerate": 48_000,
        "blocksize": 480,
        "device": 0 + BUILT_IN.index,
        "channels": 1,
        "dtype": "int16",
        "latency": 0.02,
    }
    stream.start()
    stream.close()
    assert module.streams[0].calls == ["start", "abort", "close"]


HOST = (0, -5, "Input/output error")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PortAudioError("Error opening: Unanticipated", -9999, HOST), "Input/output error"),
        (PortAudioError("Error opening: Invalid", -9999, (0, 0, "")), "Error opening: Invalid"),
        (PortAudioError("Error opening: Device unavailable", -9985), "Device unavailable"),
        (PortAudioError(), ""),
    ],
)
def test_what_cannot_be_opened_or_started(
    module: FakeModule, error: Exception, reason: str
) -> None:
    library = PortAudio()
    stream = library.open(settings(Direction.INPUT), nothing, nothing)
    module.error = module.streams[0].error = error
    failing: list[Callable[[], object]] = [
        stream.start,
        lambda: library.open(settings(Direction.INPUT), nothing, nothing),
    ]
    for call in failing:
        with pytest.raises(DeviceError) as caught:
            call()
        assert "Built-in Audio cannot be used: " in caught.value.message
        assert caught.value.message.endswith(reason)
        assert "aicall devices" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("stamp", "now", "seconds"),
    [(99.98, 100.0, 0.02), (100.003, 100.0, 0.0), (0.0, 100.0, 0.0), (100.0, 100.0, 0.0)],
)
def test_the_age_of_what_was_captured(
    module: FakeModule, stamp: float, now: float, seconds: float
) -> None:
    heard: list[tuple[object, ...]] = []
    PortAudio().open(
        settings(Direction.INPUT),
        lambda buffer, *rest: heard.append((bytes(buffer), *rest)),
        nothing,
    )
    callback = module.streams[0].settings["callback"]
    time = SimpleNamespace(inputBufferAdcTime=stamp, currentTime=now)
    callback(b"\x01\x02", 1, time, SimpleNamespace(input_overflow=True))
    assert heard == [(b"\x01\x02", 1, pytest.approx(seconds), True)]


@pytest.mark.parametrize(
    ("stamp", "seconds"), [(100.03, 0.03), (99.99, 0.0), (0.0, 0.0), (500.0, 0.0)]
)
def test_how_long_it_will_be_until_it_is_heard(
    module: FakeModule, stamp: float, seconds: float
) -> None:
    leads: list[float] = []
    buffer = bytearray(2)

    def on_audio(target: memoryview | bytearray, samples: int, lead: float, failed: bool) -> None:
        target[:] = b"\x07\x08"
        assert samples == 1
        assert not failed
        leads.append(lead)

    PortAudio().open(settings(Direction.OUTPUT), on_audio, nothing)
    callback = module.streams[0].settings["callback"]
    time = SimpleNamespace(outputBufferDacTime=stamp, currentTime=100.0)
    callback(buffer, 1, time, SimpleNamespace(output_underflow=False))
    assert leads == [pytest.approx(seconds)]
    assert buffer == b"\x07\x08"


@pytest.mark.parametrize(
    ("platform", "hint"),
    [
        ("linux", "apt install libportaudio2, dnf install portaudio, or pacman -S portaudio"),
        ("win32", "pip install --force-reinstall sounddevice"),
    ],
)
def test_without_the_library(monkeypatch: pytest.MonkeyPatch, platform: str, hint: str) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # importing it raises ImportError
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(DeviceError) as caught:
        PortAudio()
    assert caught.value.message == "the PortAudio library is not installed"
    assert hint in str(caught.value.hint)
    assert caught.value.exit_status is ExitStatus.DEVICE


def test_a_library_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise PortAudioError("Error initializing PortAudio: no server", -9999)

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Failing(), *sys.meta_path])
    with pytest.raises(DeviceError, match="cannot be used: Error initializing"):
        PortAudio()


@pytest.mark.parametrize("changed", [True, False])
def test_a_change_is_seen_by_another_process(
    module: FakeModule, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    library = PortAudio()
    present = [describe(device) for device in library.devices()]
    monkeypatch.setattr(portaudio, "look_for_devices", lambda: [] if changed else present)
    assert library.has_changed() is changed
    monkeypatch.setattr(portaudio, "look_for_devices", lambda: None)
    assert not library.has_changed()
