import pytest

from aicall_cli.audio.reorder_buffer import (
    CAPACITY,
    MAX_CONCEALED_PACKETS,
    MAX_DROPOUT,
    MAX_MISORDER,
    Gap,
    Packet,
    ReorderBuffer,
)
from tests.audio.packet_sender import (
    FRAME,
    TOC_10_MS,
    TOC_60_MS,
    WAIT,
    Sender,
    after,
    numbers,
    payload,
)


def test_packets_in_order_pass_at_once() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    for number in range(3):
        sender.send(buffer, number, arrival=number * 0.02)
        assert buffer.deadline == pytest.approx(number * 0.02)
        assert buffer.pop(number * 0.02) == [
            Packet(100 + number, 5_000 + number * FRAME, payload(number), number * 0.02, FRAME)
        ]
        assert buffer.deadline is None
    assert (buffer.received, buffer.lost, buffer.reordered) == (3, 0, 0)


def test_an_empty_buffer_has_nothing_to_give() -> None:
    buffer = ReorderBuffer(WAIT)
    assert buffer.deadline is None
    assert buffer.pop(1e9) == []
    assert buffer.frame_samples == FRAME


def test_swapped_packets_come_out_in_order() -> None:
    buffer = ReorderBuffer(WAIT)
    assert numbers(after([0, 2, 1, 3], buffer)) == [0, 1, 2, 3]
    assert (buffer.reordered, buffer.lost, buffer.late) == (1, 0, 0)


def test_a_missing_packet_is_waited_for_and_then_named() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    sender.send(buffer, 0, arrival=0.0)
    buffer.pop(0.0)
    sender.send(buffer, 2, arrival=0.040)
    assert buffer.pop(0.040) == []
    assert buffer.deadline == pytest.approx(0.060)
    assert buffer.pop(0.059) == []
    gap, packet = buffer.pop(0.060)
    assert gap == Gap(5_000 + FRAME, FRAME, payload(2))
    assert packet == Packet(102, 5_000 + 2 * FRAME, payload(2), 0.040, FRAME)
    assert buffer.lost == 1


def test_one_loss_leaves_no_delay_behind() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    for number in (0, 2, 3):
        sender.send(buffer, number, arrival=number * 0.02)
        buffer.pop(number * 0.02)
    for number in range(4, 100):
        sender.send(buffer, number, arrival=number * 0.02)
        assert numbers(buffer.pop(number * 0.02)) == [number]


def test_no_wait_gives_a_missing_packet_up_at_once() -> None:
    buffer, sender = ReorderBuffer(0.0), Sender()
    sender.send(buffer, 0)
    sender.send(buffer, 2)
    assert numbers(buffer.pop(0.0)) == [0, None, 2]


def test_the_wait_counts_from_the_first_packet_behind_the_missing_one() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    for number, arrival in ((0, 0.000), (3, 0.041), (2, 0.045)):
        sender.send(buffer, number, arrival)
        buffer.pop(arrival)
    assert buffer.deadline == pytest.approx(0.061)
    assert numbers(buffer.pop(0.061)) == [None, 2, 3]


def test_each_missing_packet_has_its_own_wait() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    for number, arrival in ((0, 0.00), (2, 0.04), (4, 0.05)):
        sender.send(buffer, number, arrival)
        buffer.pop(arrival)
    assert numbers(buffer.pop(0.060)) == [None, 2]
    assert buffer.deadline == pytest.approx(0.070)
    assert numbers(buffer.pop(0.070)) == [None, 4]


def test_only_the_gap_directly_before_a_packet_can_be_recovered() -> None:
    ready = after([0, 4])
    assert [item.timestamp for item in ready] == [5_000 + n * FRAME for n in range(5)]
    gaps = [item for item in ready if isinstance(item, Gap)]
    assert [gap.samples for gap in gaps] == [FRAME] * 3
    assert [gap.next_payload for gap in gaps] == [None, None, payload(4)]


def test_duplicates_are_counted_and_dropped() -> None:
    buffer = ReorderBuffer(WAIT)
    assert numbers(after([0, 0, 1, 3, 3, 2, 3], buffer)) == [0, 1, 2, 3]
    assert (buffer.received, buffer.duplicates, buffer.late) == (7, 3, 0)


def test_a_packet_that_was_given_up_is_late() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    after([0, 2], buffer, sender)
    sender.send(buffer, 1, arrival=0.030)
    assert buffer.pop(0.030) == []
    assert (buffer.late, buffer.lost, buffer.duplicates) == (1, 1, 0)


def test_a_packet_before_the_stream_s_first_is_late() -> None:
    buffer = ReorderBuffer(WAIT)
    assert numbers(after([5, 4, 6], buffer)) == [5, 6]
    assert buffer.late == 1


def test_both_counters_wrap() -> None:
    sender = Sender(sequence=2**16 - 2, timestamp=2**32 - FRAME)
    ready = after([0, 1, 3, 2, 5], sender=sender)
    assert numbers(ready) == [0, 1, 2, 3, None, 5]
    assert [item.timestamp for item in ready] == [2**32 - FRAME + n * FRAME for n in range(6)]
    packets = [item for item in ready if isinstance(item, Packet)]
    assert [packet.sequence for packet in packets] == [2**16 - 2 + n for n in (0, 1, 2, 3, 5)]


def test_ticks_that_the_sender_skipped_are_no_loss() -> None:
    buffer = ReorderBuffer(WAIT)
    buffer.insert(1, 0, payload(0), 0.0)
    buffer.insert(2, FRAME * 20, payload(1), 0.4)
    first, second = buffer.pop(0.4)
    assert (first.timestamp, second.timestamp) == (0, 20 * FRAME)
    assert (buffer.lost, buffer.resynchronised) == (0, 0)


def test_a_loss_among_skipped_ticks_is_placed_directly_before_the_next_packet() -> None:
    buffer = ReorderBuffer(0.0)
    buffer.insert(1, 0, payload(0), 0.0)
    buffer.insert(3, FRAME * 20, payload(1), 0.4)
    _, gap, packet = buffer.pop(0.4)
    assert gap == Gap(19 * FRAME, FRAME, payload(1))
    assert packet.timestamp == 20 * FRAME


def test_a_loss_for_which_there_is_no_time_has_no_gap() -> None:
    buffer = ReorderBuffer(0.0)
    buffer.insert(1, 0, payload(0), 0.0)
    buffer.insert(3, FRAME, payload(1), 0.0)
    assert [item.timestamp for item in buffer.pop(0.0)] == [0, FRAME]
    assert buffer.lost == 1


def test_gaps_are_whole_grains_that_end_where_the_packet_begins() -> None:
    buffer = ReorderBuffer(0.0)
    buffer.insert(1, 0, payload(0), 0.0)
    buffer.insert(4, FRAME + 1_300, payload(1), 0.0)
    _, *gaps, packet = buffer.pop(0.0)
    assert gaps == [Gap(1_060, 240, None), Gap(1_300, FRAME, payload(1))]
    assert packet.timestamp == FRAME + 1_300


@pytest.mark.parametrize(("toc", "samples"), [(TOC_10_MS, 480), (TOC_60_MS, 2_880)])
def test_gaps_are_as_long_as_the_sender_s_frames(toc: int, samples: int) -> None:
    buffer = ReorderBuffer(0.0)
    buffer.insert(1, 0, payload(0, toc), 0.0)
    buffer.insert(4, 3 * samples, payload(1, toc), 0.0)
    ready = buffer.pop(0.0)
    assert [item.timestamp for item in ready] == [0, samples, 2 * samples, 3 * samples]
    assert {item.samples for item in ready} == {samples}
    assert buffer.frame_samples == samples


@pytest.mark.parametrize("garbage", [b"", b"\xff", b"\x03\x00"])
def test_a_payload_that_is_no_opus_packet_lasts_one_tick(garbage: bytes) -> None:
    buffer = ReorderBuffer(WAIT)
    buffer.insert(1, 0, garbage, 0.0)
    buffer.insert(2, FRAME, payload(1), 0.0)
    first, second = buffer.pop(0.0)
    assert first == Packet(1, 0, garbage, 0.0, FRAME)
    assert second.timestamp == FRAME


def test_a_timestamp_that_goes_back_is_moved_behind_what_was_heard() -> None:
    buffer = ReorderBuffer(WAIT)
    for sequence, timestamp in ((1, 90_000), (2, 4_000), (3, 4_960)):
        buffer.insert(sequence, timestamp, payload(sequence), 0.0)
    assert [item.timestamp for item in buffer.pop(0.0)] == [90_000, 90_960, 91_920]
    assert buffer.resynchronised == 1


@pytest.mark.parametrize("missing", [MAX_CONCEALED_PACKETS, MAX_CONCEALED_PACKETS + 1])
def test_a_long_outage_is_lost_but_not_concealed(missing: int) -> None:
    buffer = ReorderBuffer(WAIT)
    first, *gaps, last = after([0, missing + 1, missing + 2], buffer)[:-1]
    assert len(gaps) == (missing if missing <= MAX_CONCEALED_PACKETS else 0)
    assert last.timestamp - first.timestamp == (missing + 1) * FRAME
    assert (buffer.lost, buffer.resynchronised) == (missing, 0)


@pytest.mark.parametrize("step", [MAX_DROPOUT + 1, 30_000, -MAX_MISORDER - 2, -30_000])
def test_a_stray_packet_disturbs_nothing(step: int) -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender(sequence=40_000)
    assert numbers(after([0, 1], buffer, sender)) == [0, 1]
    buffer.insert((40_001 + step) % 2**16, 77, b"stray", 0.0)
    assert buffer.pop(WAIT) == []
    assert numbers(after([2, 3], buffer, sender)) == [2, 3]
    assert (buffer.strays, buffer.lost, buffer.resynchronised) == (1, 0, 0)


@pytest.mark.parametrize("step", [MAX_DROPOUT + 1, 30_000, -MAX_MISORDER - 2, -30_000])
def test_a_sender_that_starts_anew_is_followed_from_its_first_packet(step: int) -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender(sequence=40_000)
    before = after([0, 1], buffer, sender)
    anew = Sender(sequence=(40_001 + step) % 2**16, timestamp=123)
    ready = before + after([0, 1, 2], buffer, anew)
    assert numbers(ready) == [0, 1, 0, 1, 2]
    assert [item.timestamp for item in ready] == [5_000 + n * FRAME for n in range(5)]
    assert (buffer.strays, buffer.lost, buffer.resynchronised) == (0, 0, 1)


def test_what_waits_of_the_old_stream_comes_before_the_new_one() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender(sequence=40_000)
    for number in (0, 2):
        sender.send(buffer, number)
    anew = Sender(sequence=20_000)
    for number in (10, 11):
        anew.send(buffer, number)
    assert numbers(buffer.pop(WAIT)) == [0, None, 2, 10, 11]


def test_two_strays_that_do_not_follow_each_other_are_not_followed() -> None:
    buffer = ReorderBuffer(WAIT)
    ready = after([0, 10_000, 20_000, 20_000, 1], buffer)
    assert numbers(ready) == [0, 1]
    assert buffer.strays == 3


def test_a_full_buffer_gives_the_missing_packet_up_early() -> None:
    buffer, sender = ReorderBuffer(wait=10.0, capacity=5), Sender()
    sender.send(buffer, 0)
    buffer.pop(0.0)
    for number in (2, 3, 4, 5):
        sender.send(buffer, number)
        assert buffer.pop(0.0) == []
    sender.send(buffer, 6)
    assert numbers(buffer.pop(0.0)) == [None, 2, 3, 4, 5, 6]
    assert (buffer.lost, buffer.overflows) == (1, 0)


def test_packets_are_refused_while_nobody_takes_them() -> None:
    buffer, sender = ReorderBuffer(WAIT), Sender()
    for number in range(CAPACITY + 10):
        sender.send(buffer, number)
    assert buffer.overflows == 10
    assert numbers(buffer.pop(0.0)) == list(range(CAPACITY))


@pytest.mark.parametrize(("wait", "capacity"), [(-0.1, 10), (0.02, 0)])
def test_an_impossible_buffer_is_refused(wait: float, capacity: int) -> None:
    with pytest.raises(ValueError, match="no reorder buffer"):
        ReorderBuffer(wait, capacity)


def test_the_wait_can_change_while_packets_wait() -> None:
    buffer = ReorderBuffer(0.02)
    buffer.insert(0, 0, b"\xfc", 0.0)
    buffer.insert(2, 1_920, b"\xfc", 0.04)
    assert len(buffer.pop(0.04)) == 1
    buffer.wait = 0.1
    assert buffer.wait == 0.1
    assert buffer.deadline == pytest.approx(0.14)
    assert buffer.pop(0.1) == []
    buffer.wait = 0.05
    assert len(buffer.pop(0.1)) == 2
    with pytest.raises(ValueError):
        buffer.wait = -0.001
