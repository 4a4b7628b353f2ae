"""``call.wav``: both sides of a call in one stereo file, playable at any moment.

Whatever has arrived is on the disk, and counted in the file's header, after every ``flush``;
the last seconds are also in memory, so that audio which arrives late is put in its place: the
flush after it writes that stretch again. Before a file grows past its limit the recording
goes on in the next part (``call-2.wav``, …), on the same time axis and without a gap.
"""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.wav_writer import HEADER_BYTES, WavWriter
from aicall_cli.recording.stereo_timeline import StereoTimeline

STEREO = AudioFormat(SAMPLE_RATE, 2)
WINDOW_SAMPLES = 2 * SAMPLE_RATE
"""How late audio may be (2 s) and still be put in its place."""
PART_SAMPLES = 5 * 3600 * SAMPLE_RATE
"""Length of a part: five hours are 3.46 GB, below the 4 GB that a RIFF header can say."""

CreateFile = Callable[[Path], BinaryIO]
"""Creates a new file, opened for writing and seeking, unbuffered; raises OSError."""


class CallAudio:
    """Writes the audio of one call into ``directory``; all times are positions at 48 kHz.

    Every method raises OSError when the disk refuses a write; ``abandon`` then leaves what is
    there playable.
    """

    def __init__(
        self, directory: Path, create_file: CreateFile, part_samples: int = PART_SAMPLES
    ) -> None:
        self._directory = directory
        self._create_file = create_file
        self._part_samples = part_samples
        # The tail holds what may still change and what comes between two flushes.
        self._timeline = StereoTimeline(WINDOW_SAMPLES + SAMPLE_RATE)
        self._on_disk = 0
        self._part_start = 0
        self.parts: list[Path] = []
        self._open_part()

    @property
    def path(self) -> Path:
        """The part that is being written."""
        return self.parts[-1]

    @property
    def samples(self) -> int:
        """How far the recording reaches."""
        return self._timeline.end

    @property
    def late_samples(self) -> tuple[int, int]:
        """Samples of the caller and of the agent that came too late and were dropped."""
        caller, agent = self._timeline.late
        return caller, agent

    @property
    def has_unwritten(self) -> bool:
        """Whether a flush has anything to write."""
        return len(self._timeline.unwritten()) > 0

    def place(self, side: int, at: int, pcm: Pcm) -> None:
        """Put mono samples of ``side`` (CALLER, AGENT) at position ``at``.

        Holes between blocks are silence, however long; they are written but never held.
        """
        for offset in range(0, len(pcm), SAMPLE_RATE):
            block = pcm[offset : offset + SAMPLE_RATE]
            self._make_room(at + offset + len(block))
            self._timeline.place(side, at + offset, block)

    def flush(self) -> None:
        """Bring everything to the disk and the true length into the header."""
        if not self.has_unwritten:
            return
        self._write(self._timeline.written, self._timeline.unwritten())
        self._timeline.mark_written()
        # What is in a finished part stays as it is.
        self._timeline.advance(max(self._timeline.end - WINDOW_SAMPLES, self._part_start))
        self._wav.update_header()

    def close(self) -> None:
        """Flush, and close the last part."""
        self.flush()
        self._wav.close()

    def abandon(self) -> None:
        """Close the last part after an OSError, with the length that did reach the disk."""
        if self._file.closed:
            return
        # The first error is the one that is reported; what follows from it would hide it.
        with contextlib.suppress(OSError):
            self._file.truncate(self._offset(self._on_disk))
        with contextlib.suppress(OSError):
            self._wav.close()

    def _make_room(self, end: int) -> None:
        if self._timeline.fits(end):
            return
        self.flush()
        if not self._timeline.fits(end):
            self._write_silence(self._timeline.advance(end - WINDOW_SAMPLES))

    def _write_silence(self, samples: int) -> None:
        second = np.zeros((SAMPLE_RATE, 2), np.int16)
        while samples > 0:
            self._append(second[:samples])
            samples -= SAMPLE_RATE
        self._wav.update_header()

    def _write(self, at: int, block: Pcm) -> None:
        again = self._on_disk - at
        if again > 0:
            self._file.seek(self._offset(at))
            self._file.write(np.ascontiguousarray(block[:again], "<i2").data)
            self._file.seek(0, io.SEEK_END)
        self._append(block[again:])

    def _append(self, block: Pcm) -> None:
        while len(block) > 0:
            room = self._part_start + self._part_samples - self._on_disk
            if room == 0:
                self._wav.close()
                self._part_start = self._on_disk
                self._open_part()
                continue
            self._wav.write(block[:room])
            self._on_disk += min(room, len(block))
            block = block[room:]

    def _offset(self, position: int) -> int:
        return HEADER_BYTES + (position - self._part_start) * STEREO.bytes_per_frame

    def _open_part(self) -> None:
        number = len(self.parts) + 1
        path = self._directory / ("call.wav" if number == 1 else f"call-{number}.wav")
        file = self._create_file(path)
        try:
            self._wav = WavWriter(file, STEREO)
        except OSError:
            file.close()
            with contextlib.suppress(OSError):
                path.unlink()
            raise
        self._file = file
        self.parts.append(path)
