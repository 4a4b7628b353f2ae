from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.capture.mixer import Mixer
from aicall_cli.rtc.ticker import Tick
from aicall_cli.session.uplink import Uplink


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 100)), max_size=20))
def test_the_position_is_what_was_sent_and_skipped(ticks: list[tuple[int, int]]) -> None:
    sent: list[int] = []

    def send(pcm: Pcm, position: int) -> None:
        assert len(pcm) == TICK_SAMPLES
        sent.append(position)

    uplink = Uplink(Mixer(), send)
    expected: list[int] = []
    media = 0
    for send_count, skip in ticks:
        uplink.on_tick(Tick(0.0, send_count, skip))
        media += skip
        expected += [(media + n) * TICK_SAMPLES for n in range(send_count)]
        media += send_count
    assert sent == expected
    assert uplink.position == media * TICK_SAMPLES
