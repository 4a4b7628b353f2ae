"""Opus by PyAV's FFmpeg, for an ``av`` that was not installed from a wheel with libopus in it.

The same interface as ``opus``, with less behind it: FFmpeg's decoder neither conceals nor
restores from in-band FEC, so a lost frame is the fading repetition of what came before. A
change of bitrate or expected loss opens a new encoder, because FFmpeg's takes none later.
"""

from typing import Literal

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.opus import (
    DEFAULT_BITRATE,
    DEFAULT_COMPLEXITY,
    DEFAULT_EXPECTED_LOSS,
    MAX_COMPLEXITY,
    whole_grains,
    whole_tick,
)
from aicall_cli.audio.opus_packet import OpusError, packet_samples

FADE_SAMPLES = 3 * TICK_SAMPLES
"""Samples after which a repetition has faded to silence."""


class AvOpusEncoder:
    """Encodes 20 ms ticks of mono PCM at 48 kHz into one packet each, with in-band FEC."""

    def __init__(
        self,
        bitrate: int = DEFAULT_BITRATE,
        expected_loss: int = DEFAULT_EXPECTED_LOSS,
        complexity: int = DEFAULT_COMPLEXITY,
    ) -> None:
        """Open FFmpeg's encoder: bits per second, percent, 0 to 10; OpusError if it cannot."""
        if not 0 <= complexity <= MAX_COMPLEXITY:  # FFmpeg would take the nearest
            raise OpusError(f"no complexity {complexity}; it goes from 0 to {MAX_COMPLEXITY}")
        self._bitrate = bitrate
        self._expected_loss = expected_loss
        self._complexity = complexity
        self._context = self._open()

    def encode(self, pcm: Pcm) -> bytes:
        """Return the packet of one tick: int16 of shape ``(960,)``; ValueError for another."""
        frame = av.AudioFrame.from_ndarray(
            whole_tick(pcm).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = SAMPLE_RATE
        return b"".join(bytes(packet) for packet in self._context.encode(frame))

    def set_bitrate(self, bitrate: int) -> None:
        """Set the target in bits per second from the next packet on."""
        self._bitrate = bitrate
        self._context = self._open()

    def set_expected_loss(self, percent: int) -> None:
        """Set the loss in percent that FEC is dimensioned for from the next packet on."""
        self._expected_loss = percent
        self._context = self._open()

    def _open(self) -> AudioCodecContext:
        context = _create("w")
        context.bit_rate = self._bitrate
        context.options = {
            "application": "audio",
            "fec": "1",
            "packet_loss": str(self._expected_loss),
            "compression_level": str(self._complexity),
            "frame_duration": "20",
        }
        try:
            context.open()
        except av.FFmpegError as error:
            raise OpusError(
                f"FFmpeg opens no Opus encoder for {self._bitrate} bit/s at "
                f"{self._expected_loss} % expected loss"
            ) from error
        return context


class AvOpusDecoder:
    """Decodes packets to mono PCM at 48 kHz, and repeats the last one where one was lost."""

    def __init__(self) -> None:
        """Open FFmpeg's decoder; raise OpusError where FFmpeg was built without libopus."""
        self._context = _create("r")
        self._last = np.zeros(TICK_SAMPLES, np.int16)
        self._concealed = 0

    def decode(self, payload: bytes) -> Pcm:
        """Return what a packet holds: int16 of shape ``(n,)``, at most 120 ms.

        Raises:
            OpusError: the payload is no Opus packet. The decoder stays usable.
        """
        packet_samples(payload)  # FFmpeg would take a payload of no bytes as the stream's end
        try:
            frames = self._context.decode(av.Packet(payload))
        except av.FFmpegError as error:
            raise OpusError(f"FFmpeg could not decode a packet: {error}") from error
        pcm = np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.int16)
        self._last = pcm[-TICK_SAMPLES:]
        self._concealed = 0
        return pcm

    def conceal(self, samples: int) -> Pcm:
        """Return ``samples`` (a multiple of 120, at most 5760) that stand in for lost ones."""
        positions = np.arange(self._concealed, self._concealed + whole_grains(samples))
        self._concealed += samples
        gain = np.maximum(0.0, 1.0 - positions / FADE_SAMPLES)
        return (self._last[positions % len(self._last)] * gain).astype(np.int16)

    def recover(self, next_payload: bytes, samples: int) -> Pcm:
        """Conceal: FFmpeg does not hand out the FEC in ``next_payload``."""
        packet_samples(next_payload)
        return self.conceal(samples)

    def carries_fec(self, payload: bytes) -> bool:
        """Return False: whatever a payload carries, this decoder cannot restore from it."""
        return False


def _create(mode: Literal["r", "w"]) -> AudioCodecContext:
    try:
        context = AudioCodecContext.create("libopus", mode)
    except av.codec.codec.UnknownCodecError as error:
        raise OpusError("the FFmpeg behind the av package has no libopus") from error
    context.sample_rate = SAMPLE_RATE
    context.layout = "mono"
    context.format = "s16"
    return context
