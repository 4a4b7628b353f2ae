"""What an Opus packet says about itself before it is decoded (RFC 6716 §3)."""

from aicall_cli.audio.format import SAMPLE_RATE

MAX_PACKET_SAMPLES = SAMPLE_RATE * 120 // 1000
"""Samples at 48 kHz in the longest packet that there can be: 120 ms (RFC 6716 §3.2.5, R5)."""
GRAIN_SAMPLES = 120
"""2.5 ms at 48 kHz, the shortest frame; every packet and every loss is a multiple of it."""
MAX_FRAMES = 63
"""Frames that the six bits of a code 3 packet can count (RFC 6716 §3.2.5)."""

_SILK_FRAME_SAMPLES = (480, 960, 1920, 2880)
_HYBRID_FRAME_SAMPLES = (480, 960)
_CELT_FRAME_SAMPLES = (120, 240, 480, 960)


class OpusError(ValueError):
    """Raised for a payload that is no Opus packet, or a setting that Opus does not take."""


def frame_samples(toc: int) -> int:
    """Return the samples at 48 kHz of one frame, from the first byte (RFC 6716 §3.1, table 2)."""
    configuration = toc >> 3
    if configuration < 12:
        return _SILK_FRAME_SAMPLES[configuration % 4]
    if configuration < 16:
        return _HYBRID_FRAME_SAMPLES[configuration % 2]
    return _CELT_FRAME_SAMPLES[configuration % 4]


def packet_samples(payload: bytes) -> int:
    """Return how many samples at 48 kHz a payload decodes to.

    Raises:
        OpusError: the payload is empty, cut short before its frame count, or longer than 120 ms.
    """
    if not payload:
        raise OpusError("an empty payload is not an Opus packet")
    samples = frame_samples(payload[0]) * _frame_count(payload)
    if not 0 < samples <= MAX_PACKET_SAMPLES:
        raise OpusError(
            f"an Opus packet of {samples} samples; it must have 1 to {MAX_PACKET_SAMPLES}"
        )
    return samples


def _frame_count(payload: bytes) -> int:
    code = payload[0] & 0b11
    if code == 0:
        return 1
    if code < 3:
        return 2
    if len(payload) < 2:
        raise OpusError("an Opus packet of code 3 without its frame count byte")
    return payload[1] & MAX_FRAMES
