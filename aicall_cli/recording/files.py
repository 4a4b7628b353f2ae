"""The files of one recording, written by one thread.

A file that the disk refuses to write ends there, with what is complete in it, and is reported;
the others go on.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aicall_cli.audio.format import Pcm
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.errors import RecordingError
from aicall_cli.private_file import write_private_file
from aicall_cli.recording import transcript_files
from aicall_cli.recording.call_audio import CallAudio, CreateFile
from aicall_cli.recording.event_log import EventLog
from aicall_cli.recording.failure import recording_error
from aicall_cli.recording.json_text import json_text

EVENTS_NAME = "events.jsonl"
SUMMARY_NAME = "summary.json"


class RecordingFiles:
    """Call audio, event log, and at the end the documents, in an existing ``directory``.

    ``report`` is called with each RecordingError; the methods raise none. Only the
    constructor does: then nothing of the recording is left behind, nor the directory.
    """

    def __init__(
        self,
        directory: Path,
        create_file: CreateFile,
        part_samples: int,
        report: Callable[[RecordingError], None],
    ) -> None:
        self._directory = directory
        self._report = report
        try:
            self.audio = CallAudio(directory, create_file, part_samples)
            try:
                self._events = EventLog(create_file(directory / EVENTS_NAME))
            except OSError:
                self.audio.abandon()
                raise
        except OSError as error:
            _remove(directory)
            raise _error(directory, error) from error
        self._audio_open = True
        self._events_open = True

    def place(self, side: int, at: int, pcm: Pcm) -> None:
        """Put mono samples of ``side`` at position ``at``."""
        self._on_audio(lambda: self.audio.place(side, at, pcm))

    def flush(self) -> None:
        """Bring the audio so far to the disk."""
        self._on_audio(self.audio.flush)

    def append(self, line: str) -> None:
        """Add one line to the event log."""
        if not self._events_open:
            return
        try:
            self._events.append(line)
        except OSError as error:
            self._events_open = False
            self._events.close()
            self._report(_error(self._directory / EVENTS_NAME, error))

    def finish(self) -> None:
        """Write and close the audio and the event log."""
        self._on_audio(self.audio.close)
        self._audio_open = False
        if self._events_open:
            self._events_open = False
            self._events.close()

    def write_documents(
        self, transcript: Sequence[TranscriptEntry], summary: Mapping[str, object]
    ) -> None:
        """Write the transcript in every format, and ``summary.json``: each whole or not at all."""
        texts = {name: to_text(transcript) for name, to_text in transcript_files.WRITERS.items()}
        texts[SUMMARY_NAME] = json_text(summary, indent=2) + "\n"
        for name, text in texts.items():
            try:
                write_private_file(self._directory / name, text.encode())
            except OSError as error:
                self._report(_error(self._directory / name, error))

    def _on_audio(self, work: Callable[[], None]) -> None:
        if not self._audio_open:
            return
        try:
            work()
        except OSError as error:
            self._audio_open = False
            self.audio.abandon()
            self._report(_error(self.audio.path, error))


def _error(path: Path, error: OSError) -> RecordingError:
    # The system names the file where it could not be opened; a write does not say.
    return recording_error(Path(error.filename) if error.filename else path, error)


def _remove(directory: Path) -> None:
    """Take back what a recording that cannot begin has made; the first error is the one told."""
    for name in ("call.wav", EVENTS_NAME):
        with contextlib.suppress(OSError):
            (directory / name).unlink()
    with contextlib.suppress(OSError):
        directory.rmdir()
