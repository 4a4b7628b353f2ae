import asyncio

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.opus_codec import create_decoder
from aicall_cli.rtc.encoded_track import EncodedTrack

_SILENCE = np.zeros(TICK_SAMPLES, np.int16)


async def test_a_packet_carries_its_position_and_level() -> None:
    track = EncodedTrack(32_000, 10)
    loud = np.full(TICK_SAMPLES, 16_384, np.int16)
    track.send(_SILENCE, 960)
    track.send(loud, 1_920)
    payload, timestamp, level = await track.next_packet()
    assert (timestamp, level) == (960, 127)
    assert create_decoder().decode(payload).shape == (TICK_SAMPLES,)
    _, timestamp, level = await track.next_packet()
    assert (timestamp, level) == (1_920, 6)
    track.stop()


async def test_the_sender_is_woken_by_the_next_packet() -> None:
    track = EncodedTrack(32_000, 10)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(track.next_packet())
        await asyncio.sleep(1)
        assert not waiting.done()
        track.send(_SILENCE, 0)
    assert waiting.result()[1] == 0
    track.stop()


async def test_what_the_sender_does_not_take_is_dropped_and_counted() -> None:
    track = EncodedTrack(32_000, 10)
    for tick in range(13):
        track.send(_SILENCE, tick * TICK_SAMPLES)
    assert track.dropped == 3
    assert (await track.next_packet())[1] == 3 * TICK_SAMPLES
    track.stop()


async def test_stopping_ends_the_sender() -> None:
    track = EncodedTrack(32_000, 10)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(_ends(track))
        await asyncio.sleep(1)
        track.stop()
    assert waiting.result()


async def _ends(track: EncodedTrack) -> bool:
    try:
        await track.next_packet()
    except MediaStreamError:
        return True
    return False


async def test_frames_cannot_be_received_from_it() -> None:
    track = EncodedTrack(32_000, 10)
    with pytest.raises(MediaStreamError):
        await track.recv()
    track.stop()
