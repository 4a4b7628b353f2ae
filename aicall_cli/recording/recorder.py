"""The recorder of one call: takes audio and events from the loop, writes them on its own thread.

Nothing that the call does waits for the disk. Audio and events go into bounded queues; where
the disk is so slow that they are full, what comes is dropped and counted (dropped audio leaves
a hole of silence). When the disk refuses a write, the file concerned ends there, playable, the
error is kept in ``Recorder.failure``, and the call goes on.

::

    recorder = Recorder(create_recording(folder, agent_id, wall_time()))   # raises RecordingError
    recorder.caller(pcm, position); recorder.agent(pcm, position); recorder.event(record)
    statistics = recorder.stop()
    recorder.write_documents(transcript.entries, summary)
    recorder.close()
"""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.clock import perf_clock
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.errors import RecordingError
from aicall_cli.private_file import create_private_file
from aicall_cli.recording.call_audio import PART_SAMPLES, CreateFile
from aicall_cli.recording.failure import HINT
from aicall_cli.recording.files import RecordingFiles
from aicall_cli.recording.json_text import json_text
from aicall_cli.recording.stereo_timeline import AGENT, CALLER

QUEUED_BLOCKS = 1500
"""Blocks of audio that wait for the thread at most: 15 s of both sides in 20 ms blocks."""
WAKING_BLOCKS = 250
"""Blocks that wake the thread before its time."""
QUEUED_EVENTS = 1000
FLUSH_SECONDS = 0.5
"""How often the audio is brought to the disk and its true length into the header."""
CLOSE_SECONDS = 10.0
"""How long the thread may take for what it is asked before the disk is said to hang."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordingStatistics:
    """What became of what the recorder was given; seconds are of one side's audio."""

    seconds: float
    """Length of the recording."""
    parts: tuple[str, ...]
    """Names of the audio files."""
    late_seconds: float
    """Audio that came too late to be put in its place."""
    dropped_seconds: float
    """Audio that came while the queue was full."""
    dropped_events: int


class Recorder:
    """Records one call into ``directory``, which exists, is private and holds no recording.

    The constructor creates the files (in the calling thread: not in a running loop) and
    raises RecordingError. ``caller``, ``agent`` and ``event`` never block and never raise for
    the disk's sake; ``stop``, ``write_documents`` and ``close`` wait for the thread, at most
    ``CLOSE_SECONDS`` each. ``on_failure`` is called with the first failure only, on the
    recorder's thread or by a wait that was too long, and must not raise.
    """

    def __init__(
        self,
        directory: Path,
        *,
        on_failure: Callable[[RecordingError], None] | None = None,
        part_samples: int = PART_SAMPLES,
        create_file: CreateFile = create_private_file,
    ) -> None:
        self.directory = directory
        self.failure: RecordingError | None = None
        self._on_failure = on_failure
        self._files = RecordingFiles(directory, create_file, part_samples, self._report)
        self._audio: deque[tuple[int, int, Pcm]] = deque()
        # SimpleQueue, whose put never waits for a lock of Python's.
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._accepting = True
        self._hung = False
        self._dropped_samples = 0
        self._dropped_events = 0
        # A daemon, so that a disk that hangs for ever does not keep the process.
        self._thread = threading.Thread(target=self._run, name="aicall-recorder", daemon=True)
        self._thread.start()

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Record what was sent: mono 48 kHz samples ``(n,)`` from position ``at_sample`` on."""
        self._offer(CALLER, at_sample, pcm)

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """Record what was heard; positions as for ``caller``."""
        self._offer(AGENT, at_sample, pcm)

    def event(self, record: Mapping[str, object]) -> None:
        """Append ``record`` to the event log; it must be JSON, and is read at once."""
        line = json_text(record)
        if not self._accepting or self._work.qsize() >= QUEUED_EVENTS:
            self._dropped_events += 1
            return
        self._work.put(partial(self._files.append, line))

    @property
    def statistics(self) -> RecordingStatistics:
        """What was recorded so far; exact after ``stop``."""
        audio = self._files.audio
        return RecordingStatistics(
            seconds=audio.samples / SAMPLE_RATE,
            parts=tuple(part.name for part in audio.parts),
            late_seconds=sum(audio.late_samples) / SAMPLE_RATE,
            dropped_seconds=self._dropped_samples / SAMPLE_RATE,
            dropped_events=self._dropped_events,
        )

    def stop(self) -> RecordingStatistics:
        """Finish the audio and the event log; what comes after is dropped. Idempotent."""
        if self._accepting:
            self._accepting = False
            self._await(self._finish)
        return self.statistics

    def write_documents(
        self, transcript: Sequence[TranscriptEntry], summary: Mapping[str, object]
    ) -> None:
        """Write the transcript files and ``summary.json``, before ``close``."""
        self._await(partial(self._files.write_documents, tuple(transcript), dict(summary)))

    def close(self) -> None:
        """Stop, and end the thread. Idempotent."""
        self.stop()
        self._work.put(None)
        if not self._hung:
            self._thread.join(CLOSE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _offer(self, side: int, at: int, pcm: Pcm) -> None:
        waiting = len(self._audio)
        if not self._accepting or waiting >= QUEUED_BLOCKS:
            self._dropped_samples += len(pcm)
            return
        # A copy: the giver may fill the same buffer again before it is written.
        self._audio.append((side, at, pcm.copy()))
        if (waiting + 1) % WAKING_BLOCKS == 0:
            self._work.put(self._write_audio)

    def _await(self, work: Callable[[], None]) -> None:
        """Have the thread do ``work``, and wait for it."""
        done = threading.Event()

        def answered() -> None:
            try:
                work()
            finally:
                done.set()

        if self._hung:
            return
        self._work.put(answered)
        if not done.wait(CLOSE_SECONDS):
            self._hung = True
            message = f"the recording {self.directory} was not finished within {CLOSE_SECONDS:g} s"
            self._report(RecordingError(message, hint=HINT))

    def _report(self, error: RecordingError) -> None:
        if self.failure is not None:
            logger.debug("recording: %s", error)
            return
        self.failure = error
        if self._on_failure is not None:
            self._on_failure(error)

    # On the thread.

    def _run(self) -> None:
        flush_at = perf_clock() + FLUSH_SECONDS
        while True:
            try:
                work = self._work.get(timeout=max(flush_at - perf_clock(), 0.0))
            except queue.Empty:
                work = self._write_audio
            if work is None:
                return
            self._do(work)
            if perf_clock() >= flush_at:
                self._do(self._write_audio)
                flush_at = perf_clock() + FLUSH_SECONDS

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # the thread's edge: the call goes on
            logger.debug("the recorder's thread", exc_info=True)
            message = f"the recording {self.directory} is incomplete: {error!r}"
            self.failure = self.failure or RecordingError(message)

    def _write_audio(self) -> None:
        while self._audio:
            self._files.place(*self._audio.popleft())
        self._files.flush()

    def _finish(self) -> None:
        self._write_audio()
        self._files.finish()
