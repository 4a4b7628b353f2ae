"""What holds for every order in which packets may come."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.reorder_buffer import CAPACITY, Gap, Packet, Ready, ReorderBuffer
from tests.audio.packet_sender import FRAME, WAIT, Sender, after, numbers, payload

senders = st.builds(Sender, st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1))


@given(senders, st.permutations(range(1, 60)))
def test_any_order_comes_out_in_order_if_it_is_waited_for(sender: Sender, order: list[int]) -> None:
    buffer = ReorderBuffer(wait=10.0)
    assert numbers(after([0, *order], buffer, sender)) == list(range(60))
    assert (buffer.lost, buffer.late, buffer.duplicates, buffer.resynchronised) == (0, 0, 0, 0)


@given(
    senders,
    st.lists(st.tuples(st.integers(0, 49), st.floats(0, 0.03)), min_size=1, max_size=120),
    st.sampled_from([0.0, WAIT, 10.0]),
    st.sampled_from([3, CAPACITY]),
)
def test_any_order_loss_and_duplication_give_each_frame_its_place_exactly_once(
    sender: Sender, arrivals: list[tuple[int, float]], wait: float, capacity: int
) -> None:
    buffer = ReorderBuffer(wait, capacity)
    ready: list[Ready] = []
    now = 0.0
    for number, pause in arrivals:
        now += pause
        sender.send(buffer, number, now)
        ready += buffer.pop(now)
        assert buffer.deadline is None or now < buffer.deadline <= now + wait
    ready += buffer.pop(now + wait)
    assert buffer.deadline is None
    first, last = arrivals[0][0], max(number for number, _ in arrivals)
    # Every place from the first frame on is filled once, by its own packet or by a gap.
    places = [(item.timestamp - ready[0].timestamp) // FRAME + first for item in ready]
    assert places == list(range(first, last + 1))
    assert all(
        number in (None, place) for number, place in zip(numbers(ready), places, strict=True)
    )
    packets = sum(isinstance(item, Packet) for item in ready)
    assert buffer.lost == len(ready) - packets
    assert buffer.received == len(arrivals) == packets + buffer.duplicates + buffer.late


@given(
    st.lists(
        st.tuples(
            st.one_of(st.integers(0, 2**16 - 1), st.integers(0, 8)),
            st.one_of(st.integers(0, 2**32 - 1), st.integers(0, 9_000)),
            st.one_of(st.binary(max_size=4), st.just(payload(0))),
            st.floats(0, 0.03),
        ),
        max_size=80,
    ),
    st.integers(1, 20),
)
def test_nothing_from_the_network_breaks_order(
    packets: list[tuple[int, int, bytes, float]], capacity: int
) -> None:
    buffer = ReorderBuffer(WAIT, capacity)
    ready: list[Ready] = []
    now = 0.0
    for index, (sequence, timestamp, data, pause) in enumerate(packets):
        now += pause
        buffer.insert(sequence, timestamp, data, now)
        if index % 3:
            ready += buffer.pop(now)
    ready += buffer.pop(now + WAIT)
    assert buffer.deadline is None
    sequences = [item.sequence for item in ready if isinstance(item, Packet)]
    assert sequences == sorted(set(sequences))
    for item, following in pairwise(ready):
        assert item.timestamp + item.samples <= following.timestamp
    for item in ready:
        if isinstance(item, Gap):
            assert 0 < item.samples <= 5_760
            assert item.samples % 120 == 0
    refused = buffer.duplicates + buffer.late + buffer.overflows
    held = buffer.received - len(sequences) - refused
    assert held == buffer.strays
