"""Opus by libopus: an encoder whose packets carry in-band FEC, a decoder that conceals.

Both are mono at 48 kHz. The application is ``audio``: ``voip`` high-passes the signal and
the waveform that arrives is no longer the one that was sent. RFC 6716, RFC 7587.

The state lives in libopus and is freed with its owner. Each call is atomic (see
``opus_library``), but the order of calls is part of the stream: give a codec one caller.
"""

import ctypes
import weakref

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.opus_library import LibOpus, checked, libopus
from aicall_cli.audio.opus_packet import GRAIN_SAMPLES, MAX_PACKET_SAMPLES
from aicall_cli.audio.opus_packet import OpusError as OpusError  # what this module raises

DEFAULT_BITRATE = 32_000
"""Room for FEC beside the signal: correlation with what was sent is 0.97 to 0.98 on speech."""
DEFAULT_EXPECTED_LOSS = 10
"""Percent at which a recovered frame correlates 0.97 with the lost one; a concealed one 0.4–0.7."""
DEFAULT_COMPLEXITY = 7
"""From 7 on the waveform is as good as at 10; below 6 it falls off, at four fifths of the cost."""

MAX_COMPLEXITY = 10

MAX_PACKET_BYTES = 1275
"""The longest frame (RFC 6716 §3.4, R2); one fits a UDP packet."""

_APPLICATION_AUDIO = 2049
_SIGNAL_VOICE = 3001
_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_SET_SIGNAL = 4024


def opus_available() -> bool:
    """Say whether libopus is there; if not, ``opus_av`` does the work."""
    return libopus() is not None


class OpusEncoder:
    """Encodes 20 ms ticks of mono PCM at 48 kHz into one packet each, with in-band FEC."""

    def __init__(
        self,
        bitrate: int = DEFAULT_BITRATE,
        expected_loss: int = DEFAULT_EXPECTED_LOSS,
        complexity: int = DEFAULT_COMPLEXITY,
    ) -> None:
        """Create the encoder.

        Args:
            bitrate: target in bits per second, 6000 to 510000 (RFC 7587 §6.1).
            expected_loss: packet loss in percent, 0 to 100, that FEC is dimensioned for.
            complexity: 0 (cheapest) to 10.

        Raises:
            OpusError: libopus is missing, or refuses a setting.
        """
        self._library = _required_library()
        error = ctypes.c_int()
        self._state = self._library.opus_encoder_create(
            SAMPLE_RATE, 1, _APPLICATION_AUDIO, ctypes.byref(error)
        )
        checked(self._library, error.value, "create an encoder")
        weakref.finalize(self, self._library.opus_encoder_destroy, self._state)
        self._packet = ctypes.create_string_buffer(MAX_PACKET_BYTES)
        self._control(_SET_COMPLEXITY, complexity, "complexity")
        # Says "speech" to the choice between the codec's modes: only the SILK part has FEC.
        self._control(_SET_SIGNAL, _SIGNAL_VOICE, "signal type")
        self._control(_SET_INBAND_FEC, 1, "in-band FEC")
        self.set_bitrate(bitrate)
        self.set_expected_loss(expected_loss)

    def encode(self, pcm: Pcm) -> bytes:
        """Return the packet of one tick: int16 of shape ``(960,)``; ValueError for another."""
        samples = whole_tick(pcm)
        length = self._library.opus_encode(
            self._state, samples.ctypes.data, TICK_SAMPLES, self._packet, MAX_PACKET_BYTES
        )
        return self._packet.raw[: checked(self._library, length, "encode a tick")]

    def set_bitrate(self, bitrate: int) -> None:
        """Set the target in bits per second from the next packet on."""
        self._control(_SET_BITRATE, bitrate, "bitrate")

    def set_expected_loss(self, percent: int) -> None:
        """Set the loss in percent that FEC is dimensioned for from the next packet on."""
        self._control(_SET_PACKET_LOSS_PERC, percent, "expected loss")

    def _control(self, request: int, value: int, name: str) -> None:
        result = self._library.opus_encoder_ctl(self._state, request, ctypes.c_int32(value))
        checked(self._library, result, f"set {name} to {value}")


class OpusDecoder:
    """Decodes packets to mono PCM at 48 kHz, and fills in for those that were lost."""

    def __init__(self) -> None:
        """Create the decoder; raise OpusError where libopus is missing."""
        self._library = _required_library()
        error = ctypes.c_int()
        self._state = self._library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(error))
        checked(self._library, error.value, "create a decoder")
        weakref.finalize(self, self._library.opus_decoder_destroy, self._state)
        self._pcm = np.empty(MAX_PACKET_SAMPLES, np.int16)
        self._pcm_address = self._pcm.ctypes.data

    def decode(self, payload: bytes) -> Pcm:
        """Return what a packet holds: int16 of shape ``(n,)``, at most 120 ms.

        Raises:
            OpusError: the payload is no Opus packet. The decoder stays usable.
        """
        # libopus would take a payload of no bytes as the order to conceal 120 ms.
        if not payload:
            raise OpusError("an empty payload is not an Opus packet")
        return self._run(payload, MAX_PACKET_SAMPLES, False, "decode a packet")

    def conceal(self, samples: int) -> Pcm:
        """Return ``samples`` (a multiple of 120, at most 5760) that stand in for lost ones."""
        return self._run(None, whole_grains(samples), False, "conceal a loss")

    def recover(self, next_payload: bytes, samples: int) -> Pcm:
        """Return the ``samples`` lost directly before ``next_payload`` from its FEC.

        Where the packet carries none (see ``carries_fec``) this conceals. The packet itself
        is still to be decoded afterwards.

        Raises:
            OpusError: the payload is no Opus packet, or ``samples`` no multiple of 120.
        """
        if not next_payload:
            raise OpusError("an empty payload is not an Opus packet")
        return self._run(next_payload, whole_grains(samples), True, "recover a loss")

    def carries_fec(self, payload: bytes) -> bool:
        """Say whether ``payload`` can restore the frame before it; False for a bad payload."""
        return bool(payload) and self._library.opus_packet_has_lbrr(payload, len(payload)) > 0

    def _run(self, payload: bytes | None, samples: int, fec: bool, doing: str) -> Pcm:
        length = 0 if payload is None else len(payload)
        decoded = self._library.opus_decode(
            self._state, payload, length, self._pcm_address, samples, int(fec)
        )
        return self._pcm[: checked(self._library, decoded, doing)].copy()


def whole_tick(pcm: Pcm) -> Pcm:
    """Return ``pcm`` contiguous; raise ValueError unless it is int16 of shape ``(960,)``."""
    if pcm.shape != (TICK_SAMPLES,) or pcm.dtype != np.int16:
        raise ValueError(f"a tick is int16 ({TICK_SAMPLES},), not {pcm.dtype} {pcm.shape}")
    return np.ascontiguousarray(pcm)


def whole_grains(samples: int) -> int:
    """Return ``samples``; raise OpusError unless a decoder can fill in that many."""
    if samples % GRAIN_SAMPLES or not 0 < samples <= MAX_PACKET_SAMPLES:
        raise OpusError(f"cannot fill in {samples} samples: not 120 to 5760 in steps of 120")
    return samples


def _required_library() -> LibOpus:
    library = libopus()
    if library is None:
        raise OpusError("libopus was not found beside the av package")
    return library
