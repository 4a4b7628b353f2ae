import asyncio
import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.opus_codec import create_encoder
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind, ReceivePath
from tests.support.speech_like import correlation, speech_like, ticks_of

_TICKS = 60
_CODEC_DELAY = 312  # samples that libopus looks ahead


def _packets() -> list[bytes]:
    encoder = create_encoder(bitrate=32_000, expected_loss=20)
    return [encoder.encode(tick) for tick in ticks_of(speech_like(_TICKS))]


def _path(heard: list[HeardFrame]) -> ReceivePath:
    return ReceivePath(asyncio.get_running_loop().time, heard.append)


async def _send(path: ReceivePath, packets: list[bytes], lost: set[int]) -> None:
    for index, packet in enumerate(packets):
        if index not in lost:
            path.receive(100 + index, 5_000 + index * TICK_SAMPLES, packet)
        await asyncio.sleep(0.020)


async def test_each_packet_is_decoded_as_it_comes() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    start = asyncio.get_running_loop().time()
    await _send(path, _packets(), set())
    path.close()
    assert [frame.kind for frame in heard] == [HeardKind.RECEIVED] * _TICKS
    steps = [round((frame.arrival - start) / 0.02) for frame in heard]
    assert steps == list(range(_TICKS))
    assert {b.timestamp - a.timestamp for a, b in itertools.pairwise(heard)} == {960}
    pcm = np.concatenate([frame.pcm for frame in heard])
    assert correlation(speech_like(_TICKS)[:-_CODEC_DELAY], pcm[_CODEC_DELAY:]) > 0.9


async def test_one_lost_packet_leaves_no_delay_behind() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    await _send(path, _packets(), {20})
    path.close()
    assert len(heard) == _TICKS
    assert heard[20].kind is HeardKind.RECOVERED
    assert path.recovered == 1
    # Packets 21 and on: the one behind the gap waited; every later one came out on arrival.
    timestamps = [frame.timestamp for frame in heard]
    assert timestamps == [5_000 + index * TICK_SAMPLES for index in range(_TICKS)]
    delays = [frame.arrival - heard[0].arrival - index * 0.02 for index, frame in enumerate(heard)]
    assert max(abs(delay) for delay in delays[22:]) < 1e-6


async def test_a_late_packet_is_waited_for_and_put_in_its_place() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    packets = _packets()
    path.receive(0, 0, packets[0])
    path.receive(2, 1_920, packets[2])
    assert len(heard) == 1
    await asyncio.sleep(0.010)
    path.receive(1, 960, packets[1])
    assert [frame.timestamp for frame in heard] == [0, 960, 1_920]
    assert {frame.kind for frame in heard} == {HeardKind.RECEIVED}
    path.close()


async def test_a_missing_packet_is_given_up_in_time_without_another_arrival() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    packets = _packets()
    path.receive(0, 0, packets[0])
    path.receive(3, 2_880, packets[3])
    await asyncio.sleep(0.021)
    assert [frame.timestamp for frame in heard] == [0, 960, 1_920, 2_880]
    assert heard[1].kind is HeardKind.CONCEALED
    assert path.concealed == 1
    path.close()


async def test_garbage_is_concealed_and_counted() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    packets = _packets()
    path.receive(0, 0, packets[0])
    path.receive(1, 960, b"")
    path.receive(2, 1_920, b"\xff" * 2_000)
    path.receive(3, 2_880, packets[3])
    path.close()
    assert path.undecodable == 2
    assert heard[-1].kind is HeardKind.RECEIVED


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 1 << 20), st.integers(0, 1 << 40), st.binary(max_size=60)),
        max_size=30,
    )
)
async def test_no_packet_makes_it_raise(packets: list[tuple[int, int, bytes]]) -> None:
    path = _path([])
    for sequence, timestamp, payload in packets:
        path.receive(sequence, timestamp, payload)
        await asyncio.sleep(0.005)
    path.close()


async def test_a_shorter_wait_gives_up_at_once_what_is_missing_too_long() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    packets = _packets()
    path.set_wait(0.1)
    path.receive(0, 0, packets[0])
    path.receive(2, 1_920, packets[2])
    await asyncio.sleep(0.060)
    assert len(heard) == 1
    path.set_wait(0.02)
    assert [frame.timestamp for frame in heard] == [0, 960, 1_920]
    path.close()


async def test_a_longer_wait_takes_a_packet_that_would_have_been_late() -> None:
    heard: list[HeardFrame] = []
    path = _path(heard)
    packets = _packets()
    path.set_wait(0.1)
    path.receive(0, 0, packets[0])
    path.receive(2, 1_920, packets[2])
    await asyncio.sleep(0.080)
    path.receive(1, 960, packets[1])
    assert {frame.kind for frame in heard} == {HeardKind.RECEIVED}
    assert path.buffer.late == 0
    path.close()
