"""Writes PCM into a WAV file that is playable at every moment.

The header says how much audio there is as of its last update. An update first hands the
audio over to the operating system and then the header, so that a process that is killed
leaves a header which never promises more than the file has.

Layout: RIFF with a 16-byte ``fmt `` chunk (WAVE_FORMAT_PCM) and one ``data`` chunk
(Multimedia Programming Interface and Data Specifications 1.0, Microsoft and IBM, 1991).
"""

import struct
from typing import BinaryIO

import numpy as np

from aicall_cli.audio.format import BYTES_PER_SAMPLE, AudioFormat, Pcm

HEADER_BYTES = 44
MAX_RIFF_BYTES = 2**32 - 1
"""The largest RIFF chunk: its size is an unsigned 32-bit number."""
MAX_DATA_BYTES = MAX_RIFF_BYTES - (HEADER_BYTES - 8)

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCM = 1


class WavWriter:
    """Owns a new, seekable binary file from creation to ``close``.

    Write errors (a full disk) pass through as OSError; the header can still be updated
    afterwards, and what was written whole stays playable.
    """

    def __init__(self, file: BinaryIO, audio_format: AudioFormat) -> None:
        self._file = file
        self._format = audio_format
        self._data_bytes = 0
        self._write_all(self._header())

    @property
    def samples(self) -> int:
        """Samples per channel written so far."""
        return self._data_bytes // self._format.bytes_per_frame

    @property
    def room(self) -> int:
        """Samples per channel that still fit before MAX_RIFF_BYTES."""
        return MAX_DATA_BYTES // self._format.bytes_per_frame - self.samples

    def write(self, pcm: Pcm) -> None:
        """Append int16 of shape ``(n, channels)``, or ``(n,)`` for one channel.

        Raises:
            ValueError: another shape, or more than ``room``; nothing is written.
            OSError: the file does not take it.
        """
        channels = 1 if pcm.ndim == 1 else pcm.shape[-1]
        if pcm.dtype != np.int16 or pcm.ndim > 2 or channels != self._format.channels:
            raise ValueError(
                f"{pcm.dtype} {pcm.shape} in a WAV file of {self._format.channels} channels"
            )
        if len(pcm) > self.room:
            raise ValueError(f"{len(pcm)} samples in a WAV file with room for {self.room}")
        self._data_bytes += self._write_all(pcm.astype("<i2").tobytes())

    def update_header(self) -> None:
        """Make the file so far playable: audio and true length reach the operating system."""
        self._file.flush()
        self._file.seek(0)
        try:
            self._write_all(self._header())
            self._file.flush()
        finally:
            self._file.seek(HEADER_BYTES + self._data_bytes)

    def close(self) -> None:
        """Update the header and close the file, which happens whatever the update raises."""
        if self._file.closed:
            return
        try:
            self.update_header()
        finally:
            self._file.close()

    def _header(self) -> bytes:
        data_bytes = self.samples * self._format.bytes_per_frame
        return _HEADER.pack(
            b"RIFF",
            HEADER_BYTES - 8 + data_bytes,
            b"WAVE",
            b"fmt ",
            16,
            _PCM,
            self._format.channels,
            self._format.sample_rate,
            self._format.sample_rate * self._format.bytes_per_frame,
            self._format.bytes_per_frame,
            8 * BYTES_PER_SAMPLE,
            b"data",
            data_bytes,
        )

    def _write_all(self, data: bytes) -> int:
        """Write all of ``data``, also to an unbuffered file that takes it in parts."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        return len(data)
