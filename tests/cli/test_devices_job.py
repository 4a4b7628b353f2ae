import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.tone import tone
from aicall_cli.cli import devices_job
from aicall_cli.cli.devices_job import record_and_play
from aicall_cli.cli.devices_report import SoundTest
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import HEADSET, MONITOR, FakeAudio

SECONDS = 0.3


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test be a short one."""
    monkeypatch.setattr(devices_job, "TEST_SECONDS", SECONDS)


async def run_test(fake: FakeAudio, amplitude: float, heard: list[Pcm]) -> tuple[SoundTest, Pcm]:
    """Be the hardware while a tone is recorded and played back; return what was played."""
    pieces: list[Pcm] = []
    async with DeviceThread(lambda: fake) as thread, asyncio.TaskGroup() as tasks:
        testing = tasks.create_task(record_and_play(thread, "headset", "monitor", heard.append))
        at = 0
        while not testing.done():
            await asyncio.sleep(0.01)
            for stream in fake.open_streams:
                if stream.settings.direction is Direction.OUTPUT:
                    pieces.append(stream.play(lead=0.05)[:, 0])
                    continue
                stream.capture(tone(440, at, 441, 44_100, amplitude)[:, None], age=0.01)
                at += 441
    return testing.result(), np.concatenate(pieces)


async def test_what_is_recorded_is_played_back() -> None:
    pieces: list[Pcm] = []
    test, played = await run_test(FakeAudio(), 0.5, pieces)
    assert (test.microphone, test.microphone_rate) == ("Headset", 44_100)
    assert (test.speaker, test.speaker_rate) == ("Monitor", 48_000)
    assert test.peak_dbfs == pytest.approx(-6, abs=0.1)
    assert test.playback_latency == 0.05
    assert not test.silent
    assert sum(map(len, pieces)) >= SECONDS * 48_000
    assert np.count_nonzero(np.abs(played) > 100) == pytest.approx(SECONDS * 48_000, rel=0.1)


async def test_a_microphone_that_gives_nothing() -> None:
    test, played = await run_test(FakeAudio(), 0.0, [])
    assert test.silent
    assert not played.any()


@pytest.mark.parametrize(("microphone", "speaker"), [("webcam", None), (None, "webcam")])
async def test_both_are_looked_for_before_anything_is_recorded(
    microphone: str | None, speaker: str | None
) -> None:
    fake = FakeAudio([HEADSET, MONITOR])
    async with DeviceThread(lambda: fake) as thread:
        with pytest.raises(DeviceError, match="webcam"):
            await record_and_play(thread, microphone, speaker)
    assert fake.streams == []
