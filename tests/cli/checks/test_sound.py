import asyncio
from collections.abc import Mapping

import pytest

from aicall_cli.audio.tone import tone
from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.checks.sound import check_sound, judge_level
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.audio_library import AudioLibrary
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import BUILT_IN, HEADSET, FakeAudio


async def _check(
    fake: FakeAudio, wanted: Mapping[Direction, str] | None = None, *, listen: bool = False
) -> dict[str, Finding]:
    async with DeviceThread(lambda: fake) as thread:
        found = [it async for it in check_sound(thread, wanted or {}, listen=listen)]
        assert fake.open_streams == []
    return {finding.subject: finding for finding in found}


async def _speak(fake: FakeAudio) -> None:
    """Be the hardware of a microphone that hears a tone."""
    for block in range(8):
        await asyncio.sleep(0.1)
        if fake.open_streams:
            rate = fake.stream.settings.sample_rate
            fake.stream.capture(tone(440, 480 * block, 480, rate, 0.5).reshape(-1, 1))


async def test_the_devices_that_a_call_would_use_are_told() -> None:
    found = await _check(FakeAudio())
    assert list(found) == ["portaudio", "input", "output"]
    assert {finding.state for finding in found.values()} == {State.OK}
    assert found["portaudio"].figures == {"devices": 3}
    assert found["input"].message == "Built-in Audio (Fake, 48 kHz, the default)"
    assert found["output"].figures["name"] == "Built-in Audio"


async def test_the_devices_of_the_settings_are_looked_for() -> None:
    wanted = {Direction.INPUT: "headset", Direction.OUTPUT: "violin"}
    found = await _check(FakeAudio(), wanted)
    assert found["input"].message == "Headset (Fake, 44.1 kHz)"
    assert found["output"].state is State.NOTE
    assert found["output"].message == "there is no output device violin"
    assert "Built-in Audio" in (found["output"].advice or "")


async def test_the_microphone_is_listened_to() -> None:
    fake = FakeAudio([HEADSET])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_speak(fake))
        found = await _check(fake, listen=True)
    assert found["microphone"].state is State.OK
    assert found["microphone"].figures["peak_dbfs"] == pytest.approx(-6.0, abs=0.2)


async def test_silence_is_a_note() -> None:
    found = await _check(FakeAudio([BUILT_IN]), listen=True)
    assert found["microphone"].message == "it gives digital silence"
    assert "privacy settings" in (found["microphone"].advice or "")


async def test_a_microphone_that_stands_still_is_a_note() -> None:
    fake = FakeAudio()
    fake.still.add(BUILT_IN.name)
    found = await _check(fake, listen=True)
    assert found["microphone"].state is State.NOTE
    assert "stands still" in found["microphone"].message


async def test_without_devices_files_still_work() -> None:
    found = await _check(FakeAudio([]), listen=True)
    assert list(found) == ["portaudio", "input", "output"]
    for name in ("input", "output"):
        assert found[name].state is State.NOTE
        assert "aicall push-file" in (found[name].advice or "")


async def test_without_portaudio_it_says_what_to_install() -> None:
    def missing() -> AudioLibrary:
        raise DeviceError("the PortAudio library is not installed", hint="apt install it")

    async with DeviceThread(missing) as thread:
        found = [it async for it in check_sound(thread, {}, listen=True)]
    assert found == [
        Finding("portaudio", State.NOTE, "the PortAudio library is not installed", "apt install it")
    ]


@pytest.mark.parametrize(
    ("average", "highest", "state", "words"),
    [
        (-96.0, -96.0, State.NOTE, "digital silence"),
        (-60.0, -40.0, State.OK, "-60 dBFS on average, -40 at most"),
        (-20.0, -0.2, State.NOTE, "-0 at most"),
    ],
)
def test_levels_are_judged(average: float, highest: float, state: State, words: str) -> None:
    finding = judge_level(average, highest)
    assert finding.state is state
    assert words in finding.message
    assert (finding.advice is None) == (state is State.OK)
    assert finding.figures == {"rms_dbfs": average, "peak_dbfs": highest}
