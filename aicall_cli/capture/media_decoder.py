"""Compressed audio of any container and codec that FFmpeg knows, as blocks of s16."""

from collections.abc import Generator
from fractions import Fraction
from typing import cast

import av
from av.audio.frame import AudioFrame as DecodedFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.raw_encoding import to_int16
from aicall_cli.capture.byte_input import ByteInput
from aicall_cli.capture.raw_format import check_rate
from aicall_cli.errors import SourceError

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,tta,w64,"
    "wav,webm,wv"
)
_EXACT = ("flac", "mov,mp4,m4a,3gp,3g2,mj2")
"""Containers whose duration is no estimate."""
MIN_GAP_SECONDS = 0.1
# A playlist, or a container that refers to others, could name files and addresses.
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "none"}
_KNOWN = (
    "use WAV, MP3, FLAC, OGG or M4A; samples without a header need --rate, --channels and --format"
)

_ANOTHER = "choose an input with audio in it"


class MediaDecoder:
    """Decodes the first audio stream of ``source``, block by block.

    Raises SourceError when there is no audio that can be read, UsageError when its rate is
    out of range.
    """

    def __init__(self, source: ByteInput) -> None:
        self._name = source.name
        self._bytes = _Bytes(source)
        self.warnings: list[str] = []
        self._container = self._open()
        try:
            self._stream = self._audio_stream()
        except BaseException:
            self._container.close()
            raise
        self.format = AudioFormat(self._stream.rate, self._stream.channels)
        self.duration = _seconds(self._stream, self._container)
        self._decoded = 0
        self._next_time = 0.0
        self._gap_at: float | None = None
        self._missing = 0.0

    def blocks(self) -> Generator[Pcm, None, None]:
        """Yield int16 blocks ``(n, channels)`` to the end.

        Raises SourceError for damage in the middle; damage at the very end, of a file that
        was cut off, is a warning.
        """
        damaged = 0
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.FFmpegError as error:
                damaged += 1
                if damaged > 1:
                    raise self._damage() from error
                continue
            for frame in frames:
                if damaged:
                    raise self._damage()
                yield self._block(frame)
        if self._bytes.error is not None:
            raise self._bytes.error
        if not self._decoded:
            raise SourceError(f"{self._name} holds no audio that can be decoded", hint=_ANOTHER)
        self._conclude(cut_off=damaged > 0)

    def close(self) -> None:
        """Give the codec and the container back; the input stays its opener's."""
        self._container.close()

    def _open(self) -> InputContainer:
        try:
            return av.open(self._bytes, mode="r", metadata_errors="ignore", options=_OPTIONS)
        except av.FFmpegError as error:
            if self._bytes.error is not None:
                raise self._bytes.error from error
            raise SourceError(
                f"{self._name} is damaged or not audio of a known kind", hint=_KNOWN
            ) from error

    def _audio_stream(self) -> AudioStream:
        stream = next(iter(self._container.streams.audio), None)
        if stream is None:
            raise SourceError(f"{self._name} holds no audio track", hint=_ANOTHER)
        # PyAV leaves the codec context out where FFmpeg has no decoder.
        if cast("object | None", stream.codec_context) is None:
            raise SourceError(f"{self._name} is encoded in an unknown way", hint=_KNOWN)
        check_rate(self._name, stream.rate)
        if stream.channels < 1:
            raise SourceError(f"{self._name} claims {stream.channels} channels", hint=_KNOWN)
        return stream

    def _packets(self) -> "Generator[av.Packet[AudioStream], None, None]":
        try:
            yield from self._container.demux(self._stream)
        except av.FFmpegError as error:
            raise self._damage() from error

    def _block(self, frame: DecodedFrame) -> Pcm:
        found = AudioFormat(frame.sample_rate, frame.layout.nb_channels)
        if found != self.format:
            raise SourceError(
                f"{self._name} changes from {_describe(self.format)} to {_describe(found)} "
                f"after {self._position():.1f} s",
                hint="convert it to a WAV file of one format first",
            )
        self._note_gap(frame)
        self._decoded += frame.samples
        return to_pcm(frame)

    def _note_gap(self, frame: DecodedFrame) -> None:
        time = self._next_time if frame.time is None else frame.time
        missing = time - self._next_time
        if self._decoded and missing > MIN_GAP_SECONDS:
            self._gap_at = self._position() if self._gap_at is None else self._gap_at
            self._missing += missing
        self._next_time = time + self.format.seconds(frame.samples)

    def _conclude(self, *, cut_off: bool) -> None:
        if self._gap_at is not None:
            self.warnings.append(
                f"{self._name} has gaps: {self._missing:.2f} s are missing, "
                f"first after {self._gap_at:.1f} s"
            )
        short = (self.duration or 0.0) - self._position() - self._missing > MIN_GAP_SECONDS
        if cut_off or (short and self._container.format.name in _EXACT):
            self.warnings.append(f"{self._name} is cut off after {self._position():.2f} s")

    def _damage(self) -> SourceError:
        return SourceError(
            f"{self._name} is damaged after {self._position():.1f} s",
            hint="copy or encode the file again",
        )

    def _position(self) -> float:
        return self.format.seconds(self._decoded)


class _Bytes:
    """The file object that PyAV reads: an error ends the input, and is kept for later.

    An exception would pass through FFmpeg, which drops it or makes another one of it.
    """

    def __init__(self, source: ByteInput) -> None:
        self._source = source
        self.error: SourceError | None = None
        if source.file is not None:
            self.seek = source.file.seek
            self.tell = source.file.tell

    def read(self, size: int) -> bytes:
        try:
            return self._source.read(size) if self.error is None else b""
        except SourceError as error:
            self.error = error
            return b""


def to_pcm(frame: DecodedFrame) -> Pcm:
    """Return a decoded frame, of whatever sample format, as int16 ``(n, channels)``."""
    array = frame.to_ndarray()
    planar = frame.format.is_planar
    return to_int16(array.T if planar else array.reshape(-1, frame.layout.nb_channels))


def _seconds(stream: AudioStream, container: InputContainer) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return float(container.duration * Fraction(1, av.time_base))
    return None


def _describe(audio_format: AudioFormat) -> str:
    return f"{audio_format.sample_rate} Hz with {audio_format.channels} channel(s)"
