"""A WAV file in place of the speaker: what was played, as it was heard, in its time.

Nothing waits for the disk: audio goes through a bounded queue to a thread of its own. Where
the disk is so slow that the queue is full, what comes is lost and stays in the file as
silence, so that its time is true. The file is playable at every moment.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from aicall_cli.audio.fade import FADE_SAMPLES, trail_off
from aicall_cli.audio.format import CALL_FORMAT, SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.mix import mix
from aicall_cli.audio.wav_writer import WavWriter
from aicall_cli.errors import RecordingError
from aicall_cli.playout.output import OutputStatistics

QUEUED_BLOCKS = 750
"""Blocks that wait for the disk at most: 15 s in ticks of 20 ms."""
HEADER_BLOCKS = 25
"""Blocks after which the header is brought up to date, and all of it to the disk: 0.5 s."""
CLOSE_SECONDS = 10.0
"""How long the thread may take to finish before the disk is said to hang."""
MAX_OWED_SAMPLES = 60 * SAMPLE_RATE
"""Silence that is written for one hole at most: a machine that slept an hour says nothing."""


class FileOutput:
    """Writes what is played into a new WAV file (mono, 48 kHz, 16 bits), replacing an old one."""

    latency = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._blocks: queue.SimpleQueue[Pcm | int | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._last: Pcm = np.zeros(0, np.int16)
        self._ended = False
        self._owed = 0
        """Samples of silence that stand for what was not written."""
        self._written = 0
        self._dropped = 0
        self.failure: RecordingError | None = None
        """Why the file ends before the call does; None while it does not."""

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self._path)

    @property
    def statistics(self) -> OutputStatistics:
        """A snapshot of the figures."""
        return OutputStatistics(
            written=self._written / SAMPLE_RATE,
            flushed=0.0,
            dropped=self._dropped / SAMPLE_RATE,
            underruns=None,
            queued=None,
            drift_ppm=None,
        )

    async def open(self) -> None:
        """Create the file; raise RecordingError when that is not possible."""
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = loop.create_future()

        def settle() -> None:
            if not opened.done():
                opened.set_result(None)

        def answer() -> None:
            # A loop that closed meanwhile waits for no answer.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle)

        # A daemon, so that a disk that hangs for ever does not keep the process.
        self._thread = threading.Thread(
            target=self._run, args=(answer,), name="aicall-file-output", daemon=True
        )
        self._thread.start()
        try:
            await opened
        except asyncio.CancelledError:
            self._blocks.put(None)
            raise
        if self.failure is not None:
            raise self.failure

    def write(self, pcm: Pcm) -> None:
        """Append a tick."""
        if self._ended:
            tail = trail_off(self._last, len(pcm))
            pcm, self._ended = mix([(tail, 1.0), (pcm, 1.0)], len(pcm)), False
        self._last = pcm[-FADE_SAMPLES:]
        self._offer(pcm.copy())

    def skip(self, ticks: int) -> None:
        """Append silence for missed ticks."""
        self._owe(ticks * TICK_SAMPLES)

    def flush(self) -> None:
        """End with a fade what was written; none of it can be taken back."""
        self._ended = True

    async def close(self) -> None:
        """Finish the file; waits for the disk, at most CLOSE_SECONDS."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._ended:
            self.write(np.zeros(TICK_SAMPLES, np.int16))
        self._blocks.put(None)
        await asyncio.to_thread(thread.join, CLOSE_SECONDS)
        if thread.is_alive():
            self._fail(f"was not finished within {CLOSE_SECONDS:g} s")

    def _offer(self, pcm: Pcm) -> None:
        self._written += len(pcm)
        if self.failure is not None or self._blocks.qsize() >= QUEUED_BLOCKS:
            self._dropped += len(pcm)
            self._owe(len(pcm))
            return
        if self._owed:
            self._blocks.put(self._owed)
            self._owed = 0
        self._blocks.put(pcm)

    def _owe(self, samples: int) -> None:
        self._owed = min(self._owed + samples, MAX_OWED_SAMPLES)

    def _fail(self, what: str) -> None:
        """Note the first failure."""
        if self.failure is None:
            self.failure = RecordingError(
                f"the output {self._path} {what}",
                hint="check the folder and its free space, or choose another --output",
            )

    # On the thread.

    def _run(self, answer: Callable[[], None]) -> None:
        try:
            with self._path.open("wb") as file, closing(WavWriter(file, CALL_FORMAT)) as writer:
                writer.update_header()
                answer()
                self._write_blocks(writer)
        except OSError as error:
            self._fail(f"cannot be written ({error.strerror or error})")
        finally:
            answer()

    def _write_blocks(self, writer: WavWriter) -> None:
        blocks = 0
        while (block := self._blocks.get()) is not None:
            pcm = np.zeros(block, np.int16) if isinstance(block, int) else block
            if len(pcm) > writer.room:
                self._fail("is full: a WAV file holds 4 GiB")
                return
            writer.write(pcm)
            blocks += 1
            if blocks % HEADER_BLOCKS == 0:
                writer.update_header()
