import pytest

from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import BUILT_IN, HEADSET, MONITOR, FakeAudio

DEVICES = (
    HEADSET,
    BUILT_IN,
    MONITOR,
    AudioDevice(3, "USB Microphone", "Fake", 1, 0, 48_000.0),
    AudioDevice(4, "USB Speaker", "Fake", 0, 2, 48_000.0),
    AudioDevice(5, "Headset", "Other", 1, 2, 48_000.0),
    AudioDevice(6, "Headset Pro", "Fake", 1, 2, 48_000.0),
)


async def test_devices_come_from_the_library() -> None:
    async with DeviceThread(FakeAudio) as thread:
        assert [device.name for device in await list_devices(thread)] == [
            "Headset",
            "Built-in Audio",
            "Monitor",
        ]


@pytest.mark.parametrize(
    ("wanted", "direction", "index"),
    [
        (None, Direction.INPUT, 1),
        (None, Direction.OUTPUT, 1),
        ("", Direction.INPUT, 1),
        (" ", Direction.OUTPUT, 1),
        ("0", Direction.INPUT, 0),
        (" 4 ", Direction.OUTPUT, 4),
        ("usb", Direction.INPUT, 3),
        ("usb", Direction.OUTPUT, 4),
        ("MONI", Direction.OUTPUT, 2),
        ("headset", Direction.INPUT, 0),  # the whole name, and the first host API
        ("Headset P", Direction.INPUT, 6),
    ],
)
def test_an_index_or_a_part_of_a_name(wanted: str | None, direction: Direction, index: int) -> None:
    assert find_device(DEVICES, wanted, direction).index == index


def test_case_decides_between_names_that_differ_in_nothing_else() -> None:
    devices = [
        AudioDevice(0, "USB", "Fake", 1, 0, 48_000.0),
        AudioDevice(1, "usb", "Fake", 1, 0, 48_000.0),
    ]
    assert find_device(devices, "usb", Direction.INPUT).index == 1
    with pytest.raises(DeviceError, match="several"):
        find_device(devices, "Usb", Direction.INPUT)


def test_without_a_default_it_is_the_first_that_can() -> None:
    assert find_device([MONITOR, HEADSET], None, Direction.INPUT) == HEADSET


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ("head", "head means several input devices", "0 Headset, 5 Headset, 6 Headset Pro"),
        ("webcam", "there is no input device webcam", "0 Headset, 1 Built-in Audio, 3 USB Mic"),
        ("2", "there is no input device 2", "0 Headset"),
        ("99", "there is no input device 99", "choose one of"),
        ("-1", "there is no input device -1", "choose one of"),
    ],
)
def test_what_is_not_one_device_is_refused(wanted: str, message: str, hint: str) -> None:
    with pytest.raises(DeviceError, match=message) as caught:
        find_device(DEVICES, wanted, Direction.INPUT)
    assert hint in str(caught.value.hint)


def test_a_long_list_of_candidates_is_cut() -> None:
    devices = [AudioDevice(i, f"Mic {i}", "Fake", 1, 0, 48_000.0) for i in range(20)]
    with pytest.raises(DeviceError) as caught:
        find_device(devices, "Mic", Direction.INPUT)
    assert str(caught.value.hint).endswith("7 Mic 7, …")


@pytest.mark.parametrize("wanted", [None, "usb", "0"])
def test_a_machine_without_devices(wanted: str | None) -> None:
    with pytest.raises(DeviceError, match="no input device") as caught:
        find_device([MONITOR], wanted, Direction.INPUT)
    assert "plug one in" in str(caught.value.hint)
