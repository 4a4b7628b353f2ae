import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.opus_packet import (
    GRAIN_SAMPLES,
    MAX_PACKET_SAMPLES,
    OpusError,
    frame_samples,
    packet_samples,
)

# RFC 6716 §3.1, table 2: configuration numbers and frame sizes in ms.
TABLE_2 = {
    **{config: (10, 20, 40, 60)[config % 4] for config in range(12)},
    **{config: (10, 20)[config % 2] for config in range(12, 16)},
    **{config: (2.5, 5, 10, 20)[config % 4] for config in range(16, 32)},
}


@pytest.mark.parametrize(("config", "milliseconds"), TABLE_2.items())
def test_frame_sizes_are_those_of_the_rfc(config: int, milliseconds: float) -> None:
    for rest in range(8):
        assert frame_samples(config << 3 | rest) == milliseconds * 48


def test_codes_0_to_2_have_one_or_two_frames() -> None:
    twenty_ms = 9 << 3
    assert packet_samples(bytes([twenty_ms | 0])) == 960
    assert packet_samples(bytes([twenty_ms | 1])) == 1920
    assert packet_samples(bytes([twenty_ms | 2])) == 1920


def test_code_3_counts_its_frames() -> None:
    twenty_ms = 9 << 3
    assert packet_samples(bytes([twenty_ms | 3, 0b1100_0011])) == 3 * 960


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (bytes([9 << 3 | 3]), "frame count"),
        (bytes([9 << 3 | 3, 0]), "0 samples"),
        (bytes([9 << 3 | 3, 7]), "6720 samples"),
    ],
)
def test_what_is_no_packet_is_refused_with_the_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(OpusError, match=reason):
        packet_samples(payload)


@given(st.binary(max_size=8))
def test_any_bytes_have_a_whole_length_or_are_refused(payload: bytes) -> None:
    try:
        samples = packet_samples(payload)
    except OpusError:
        return
    assert 0 < samples <= MAX_PACKET_SAMPLES
    assert samples % GRAIN_SAMPLES == 0
