import pytest

from aicall_cli.cli.device_choice import DeviceChoice
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from tests.support.fake_audio import FakeAudio


async def chosen(choice: DeviceChoice) -> tuple[str | None, list[str]]:
    """Return what is to be opened, and the warnings."""
    warnings: list[str] = []
    async with DeviceThread(FakeAudio) as thread:
        return await choice.available(thread, Direction.INPUT, warnings.append), warnings


@pytest.mark.parametrize(
    "choice",
    [DeviceChoice(), DeviceChoice(remembered=True), DeviceChoice("", remembered=True)],
)
async def test_who_wants_nothing_gets_the_default(choice: DeviceChoice) -> None:
    wanted, warnings = await chosen(choice)
    assert not wanted
    assert warnings == []


async def test_a_remembered_device_that_is_there_is_used() -> None:
    assert await chosen(DeviceChoice("Headset", remembered=True)) == ("Headset", [])


async def test_a_remembered_device_that_is_missing_is_told_and_not_used() -> None:
    assert await chosen(DeviceChoice("Gone", remembered=True)) == (
        None,
        ["there is no input device Gone: the system's default is used"],
    )


async def test_a_device_that_is_asked_for_is_tried_as_it_is() -> None:
    assert await chosen(DeviceChoice("Gone")) == ("Gone", [])
