"""Audio of any container and codec that FFmpeg knows, as blocks of s16."""

from collections.abc import Generator, Iterator
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame as DecodedFrame
from av.container import InputContainer
from numpy.typing import NDArray

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.mix import saturate
from aicall_cli.errors import SourceError, UsageError

MIN_RATE = 8_000
MAX_RATE = 192_000

# A playlist could name other files or addresses: FFmpeg may open none of them.
_OPTIONS = {"protocol_whitelist": "none"}
_UNKNOWN = "Use WAV, MP3, FLAC, OGG or M4A, or raw samples with --rate, --channels and --format."


class MediaDecoder:
    """Decodes the first audio stream of an open file, block by block; for one thread.

    Raises SourceError when there is no audio that can be read, UsageError when its rate is
    out of range.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        self.warnings: list[str] = []
        self._container = self._open(file)
        stream = next(iter(self._container.streams.audio), None)
        if stream is None:
            self._container.close()
            raise SourceError(f"{name} has no audio", hint="Choose a file with an audio track.")
        self._stream = stream
        self.format = AudioFormat(stream.rate or 0, stream.channels)
        check_rate(name, self.format.sample_rate)
        self.duration = _seconds(stream.duration, stream.time_base)

    def blocks(self) -> Generator[Pcm, None, None]:
        """Yield int16 blocks ``(n, channels)`` to the end of the file."""
        count = 0
        for frame in self._frames():
            if (frame.sample_rate, frame.layout.nb_channels) != (
                self.format.sample_rate,
                self.format.channels,
            ):
                raise SourceError(
                    f"{self._name} changes its format to {frame.sample_rate} Hz, "
                    f"{frame.layout.nb_channels} channels on the way",
                    hint="Convert it to a WAV file first.",
                )
            count += frame.samples
            yield to_pcm(frame)
        if not count:
            raise SourceError(f"{self._name} holds no audio samples")

    def close(self) -> None:
        """Give the codec and the container back; the file stays its opener's."""
        self._container.close()

    def _open(self, file: BinaryIO) -> InputContainer:
        try:
            return av.open(file, mode="r", metadata_errors="ignore", options=_OPTIONS)
        except av.FFmpegError as error:
            raise SourceError(
                f"{self._name} is not audio of a known kind", hint=_UNKNOWN
            ) from error

    def _frames(self) -> Iterator[DecodedFrame]:
        try:
            for packet in self._container.demux(self._stream):
                yield from packet.decode()
        except av.FFmpegError as error:
            raise SourceError(f"{self._name} cannot be decoded any further") from error


def check_rate(name: str, rate: int) -> None:
    """Raise UsageError for a sample rate outside 8–192 kHz."""
    if not MIN_RATE <= rate <= MAX_RATE:
        raise UsageError(
            f"{name} has a sample rate of {rate} Hz",
            hint=f"Rates from {MIN_RATE} to {MAX_RATE} Hz can be used; convert it first.",
        )


def to_pcm(frame: DecodedFrame) -> Pcm:
    """Return a decoded frame, of whatever sample format, as int16 ``(n, channels)``."""
    array = frame.to_ndarray()
    channels = frame.layout.nb_channels
    samples = array.T if frame.format.is_planar else array.reshape(-1, channels)
    return _to_int16(samples)


def _to_int16(samples: NDArray[np.generic]) -> Pcm:
    if samples.dtype == np.int16:
        return np.ascontiguousarray(samples, dtype=np.int16)
    if samples.dtype == np.uint8:
        return (samples.astype(np.int16) - 128) * np.int16(256)
    if np.issubdtype(samples.dtype, np.floating):
        scaled = np.nan_to_num(samples.astype(np.float64), posinf=1.0, neginf=-1.0) * 32768
        return saturate(scaled)
    bits = samples.dtype.itemsize * 8
    return saturate(samples.astype(np.float64) / 2.0 ** (bits - 16))


def _seconds(duration: int | None, time_base: object) -> float | None:
    if duration is None or duration <= 0:
        return None
    return float(duration * time_base)  # type: ignore[operator]
