import asyncio
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.cli.recording_player import play
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import DeviceError
from aicall_cli.recording.export import Side
from aicall_cli.recording.stored_call import StoredCall, read_stored_call
from tests.recording.kept_calls import keep_call
from tests.support.fake_audio import BUILT_IN, FakeAudio

BLOCK_SECONDS = 0.01


@pytest.fixture
def call(tmp_path: Path) -> StoredCall:
    call = read_stored_call(keep_call(tmp_path))
    assert call is not None
    return call


async def _listen(fake: FakeAudio, playing: "asyncio.Task[None]") -> Pcm:
    """Be the hardware until nothing is played any more: 100 blocks a second, ten at a time."""
    heard: list[Pcm] = []
    while not playing.done():
        await asyncio.sleep(10 * BLOCK_SECONDS)
        if fake.open_streams:
            heard += [fake.stream.play(lead=0.02) for _ in range(10)]
    return np.concatenate([np.zeros((0, 2), np.int16), *heard])


async def _play(
    call: StoredCall, fake: FakeAudio, side: Side, start: float = 0.0, wanted: str | None = None
) -> Pcm:
    async with DeviceThread(lambda: fake) as thread, asyncio.TaskGroup() as tasks:
        playing = tasks.create_task(play(call, side, start, wanted, thread))
        return await _listen(fake, playing)


def _voiced(pcm: Pcm) -> float:
    """Return the seconds in which something is heard."""
    blocks = pcm[: len(pcm) // 480 * 480, 0].reshape(-1, 480)
    return float(np.count_nonzero(np.abs(blocks).max(axis=1) > 1000) * BLOCK_SECONDS)


@pytest.mark.parametrize(
    ("side", "seconds"), [(Side.BOTH, 1.5), (Side.CALLER, 1.0), (Side.AGENT, 0.5)]
)
async def test_a_side_is_heard_to_its_end(call: StoredCall, side: Side, seconds: float) -> None:
    heard = await _play(call, FakeAudio(), side)
    assert len(heard) / SAMPLE_RATE == pytest.approx(3.0, abs=0.3)
    assert _voiced(heard) == pytest.approx(seconds, abs=0.05)


async def test_it_begins_where_it_is_told(call: StoredCall) -> None:
    heard = await _play(call, FakeAudio(), Side.BOTH, start=1.75)
    assert _voiced(heard) == pytest.approx(0.25, abs=0.05)
    assert len(heard) / SAMPLE_RATE == pytest.approx(1.25, abs=0.3)


async def test_beyond_its_end_there_is_nothing(call: StoredCall) -> None:
    assert _voiced(await _play(call, FakeAudio(), Side.BOTH, start=60.0)) == 0.0


async def test_a_device_of_another_rate_is_played_on(call: StoredCall) -> None:
    fake = FakeAudio()
    heard = await _play(call, fake, Side.CALLER, wanted="headset")
    assert fake.streams[0].settings.sample_rate == 44_100
    assert len(heard) / 44_100 == pytest.approx(3.0, abs=0.3)


async def _pull_out(fake: FakeAudio) -> None:
    for _ in range(5):
        await asyncio.sleep(10 * BLOCK_SECONDS)
        if fake.open_streams:
            fake.stream.play()
    fake.unplug(BUILT_IN)


async def test_a_device_that_is_pulled_out_ends_it(call: StoredCall) -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread, asyncio.TaskGroup() as tasks:
        tasks.create_task(_pull_out(fake))
        with pytest.raises(DeviceError, match="Built-in Audio was removed or failed"):
            await play(call, Side.BOTH, 0.0, None, thread)
        assert fake.open_streams == []


async def test_a_device_that_is_not_there_is_told(call: StoredCall) -> None:
    async with DeviceThread(FakeAudio) as thread:
        with pytest.raises(DeviceError, match="no output device violin"):
            await play(call, Side.BOTH, 0.0, "violin", thread)
