import numpy as np

from aicall_cli.agent.relay import MAX_LEAP, Relay
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.tone import tone
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind

BASE = 7_000_000


def said(relay: Relay, pcm: Pcm, base: int, begin: float) -> Pcm:
    """Say ``pcm`` into the relay tick by tick from ``begin`` on; return what is heard."""
    heard = []
    for index in range(0, len(pcm), TICK_SAMPLES):
        now = begin + index / SAMPLE_RATE
        frame = HeardFrame(pcm[index : index + TICK_SAMPLES], base + index, now, HeardKind.RECEIVED)
        relay.hear(frame)
        heard.append(relay.pull(now + TICK_SECONDS / 2))
    return np.concatenate(heard)


def test_what_is_said_is_heard_a_little_later_without_a_click() -> None:
    relay = Relay()
    pcm = tone(300, 0, SAMPLE_RATE, SAMPLE_RATE, 0.5)
    heard = said(relay, pcm, BASE, 10.0)
    (loud,) = np.nonzero(heard)
    assert loud[0] <= 0.1 * SAMPLE_RATE
    assert np.abs(heard).max() > 15_000
    steepest = np.abs(np.diff(pcm.astype(np.int32))).max()
    assert np.abs(np.diff(heard.astype(np.int32))).max() <= 1.5 * steepest


def test_nothing_is_silence() -> None:
    assert not Relay().pull(3.0).any()


def test_another_stream_is_heard_after_the_first_wherever_its_axis_begins() -> None:
    for base in (BASE + 10 * MAX_LEAP, 0):
        relay = Relay()
        said(relay, tone(300, 0, SAMPLE_RATE, SAMPLE_RATE, 0.5), BASE, 10.0)
        heard = said(relay, tone(400, 0, SAMPLE_RATE, SAMPLE_RATE, 0.5), base, 14.0)
        assert np.abs(heard).max() > 15_000


def test_what_nobody_hears_does_not_grow() -> None:
    relay = Relay()
    for index in range(1000):
        pcm = np.full(TICK_SAMPLES, 500, np.int16)
        relay.hear(HeardFrame(pcm, index * TICK_SAMPLES, 0.0, HeardKind.RECEIVED))
    assert relay._buffer.queued <= 2.0
