"""The Opus codec that this machine has: libopus itself, or what PyAV offers."""

from typing import Protocol

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.opus import (
    DEFAULT_BITRATE,
    DEFAULT_COMPLEXITY,
    DEFAULT_EXPECTED_LOSS,
    OpusDecoder,
    OpusEncoder,
    opus_available,
)


class Encoder(Protocol):
    """What ``OpusEncoder`` and ``AvOpusEncoder`` have in common; see the former."""

    def encode(self, pcm: Pcm) -> bytes:
        """Return the packet of one tick of PCM, shape ``(960,)``."""
        ...

    def set_bitrate(self, bitrate: int) -> None:
        """Set the target in bits per second from the next packet on."""
        ...

    def set_expected_loss(self, percent: int) -> None:
        """Set the loss in percent that FEC is dimensioned for."""
        ...


class Decoder(Protocol):
    """What ``OpusDecoder`` and ``AvOpusDecoder`` have in common; see the former."""

    def decode(self, payload: bytes) -> Pcm:
        """Return a packet's PCM, shape ``(n,)``; OpusError for what is no packet."""
        ...

    def conceal(self, samples: int) -> Pcm:
        """Return ``samples`` that stand in for lost ones."""
        ...

    def recover(self, next_payload: bytes, samples: int) -> Pcm:
        """Return the ``samples`` lost directly before ``next_payload``, or conceal them."""
        ...

    def carries_fec(self, payload: bytes) -> bool:
        """Say whether ``recover`` restores from ``payload`` rather than conceals."""
        ...


def create_encoder(
    bitrate: int = DEFAULT_BITRATE,
    expected_loss: int = DEFAULT_EXPECTED_LOSS,
    complexity: int = DEFAULT_COMPLEXITY,
) -> Encoder:
    """Return a new encoder; OpusError where neither library has Opus. See ``OpusEncoder``."""
    if opus_available():
        return OpusEncoder(bitrate, expected_loss, complexity)
    from aicall_cli.audio.opus_av import AvOpusEncoder  # importing av takes 0.1 s

    return AvOpusEncoder(bitrate, expected_loss, complexity)


def create_decoder() -> Decoder:
    """Return a new decoder; OpusError where neither library has Opus."""
    if opus_available():
        return OpusDecoder()
    from aicall_cli.audio.opus_av import AvOpusDecoder

    return AvOpusDecoder()


# Loads the library now, as the imports above do: later it would block a running loop.
opus_available()
