import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.devices.sound_playback import play_sound
from aicall_cli.errors import DeviceError, SourceError
from tests.support.fake_audio import HEADSET, FakeAudio

STEREO = AudioFormat(48_000, 2)


async def blocks(count: int) -> AsyncIterator[Pcm]:
    """Yield tenths of a second."""
    for _ in range(count):
        yield np.full((4800, 2), 1000, dtype=np.int16)


async def play(fake: FakeAudio, source: AsyncIterator[Pcm]) -> tuple[Pcm, float]:
    """Play at the headset's 44.1 kHz; return what was heard, and how long it took."""
    loop = asyncio.get_running_loop()
    heard: list[Pcm] = []
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, HEADSET)
        await stream.open()
        began = loop.time()
        try:
            async with asyncio.TaskGroup() as tasks:
                playing = tasks.create_task(play_sound(stream, source, STEREO))
                while not playing.done():
                    heard.append(fake.stream.play(lead=0.05)[:, 0])
                    await asyncio.sleep(0.01)
        finally:
            await stream.close()
    return np.concatenate(heard), loop.time() - began


async def test_it_is_heard_to_its_end() -> None:
    heard, seconds = await play(FakeAudio(), blocks(4))
    assert np.count_nonzero(heard) == pytest.approx(4 * 4_410, abs=500)
    assert seconds == pytest.approx(0.45, abs=0.05)


async def test_nothing_is_over_at_once() -> None:
    _, seconds = await play(FakeAudio(), blocks(0))
    assert seconds < 0.1


async def test_what_the_source_raises_comes_out() -> None:
    async def broken() -> AsyncIterator[Pcm]:
        yield np.zeros((10, 2), dtype=np.int16)
        raise SourceError("the file ends in the middle")

    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, HEADSET)
        await stream.open()
        with pytest.raises(SourceError, match="in the middle"):
            await play_sound(stream, broken(), STEREO)
        await stream.close()


async def test_a_device_that_stands_still_is_given_up() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, HEADSET)
        await stream.open()
        with pytest.raises(DeviceError, match="Headset stands still") as caught:
            await play_sound(stream, blocks(10), STEREO)
        assert "aicall devices" in str(caught.value.hint)
        await stream.close()
