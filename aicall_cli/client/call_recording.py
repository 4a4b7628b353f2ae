"""The recording of one call: the recorder as a tap and as a listener of the feed."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from aicall_cli.audio.format import Pcm
from aicall_cli.client.in_thread import made_in_thread
from aicall_cli.clock import wall_time
from aicall_cli.engine.events import RECORD_VERSION, is_recorded, record
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.errors import RecordingError
from aicall_cli.recording.recorder import Recorder
from aicall_cli.recording.store import create_recording
from aicall_cli.session.feed import Listener, Stamped
from aicall_cli.session.session import Session


async def event_records(events: AsyncIterator[Stamped]) -> AsyncIterator[dict[str, object]]:
    """Yield the lines of ``events.jsonl`` and of ``--json``: time, then an event's fields."""
    async for stamped in events:
        if is_recorded(stamped.event):
            time = round(stamped.at, 4)
            yield {"schema": RECORD_VERSION, "t": time, **record(stamped.event)}


class CallRecording:
    """Records what a session says and hears, into a folder of its own.

    While ``on`` is False nothing is recorded: the files go on after it, with a hole of
    silence on their time axis.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.on = True

    @classmethod
    async def create(cls, folder: Path, agent_id: str) -> "CallRecording":
        """Create the recording's folder and files; raise RecordingError."""
        began = wall_time()
        return await made_in_thread(
            lambda: cls(_create_recorder(folder, agent_id, began)), cls.discard
        )

    @property
    def directory(self) -> Path:
        """The recording's own folder."""
        return self._recorder.directory

    @property
    def failure(self) -> RecordingError | None:
        """Why the recording is incomplete; None while nothing failed."""
        return self._recorder.failure

    def attach(self, session: Session) -> Listener:
        """Record the session's audio from now on; return the listener for ``log_events``."""
        session.add_tap(self)
        return session.feed.listen()

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Record what was sent."""
        if self.on:
            self._recorder.caller(pcm, at_sample)

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """Record what was heard."""
        if self.on:
            self._recorder.agent(pcm, at_sample)

    async def log_events(self, listener: Listener) -> None:
        """Write each event until the feed ends, but for those that are of the moment."""
        async for line in event_records(listener):
            if self.on:
                self._recorder.event(line)

    async def finish(self, session: Session, summary: Mapping[str, object]) -> None:
        """Write what is left, the transcript and the summary, and close the files."""
        # One piece of work: a cancelled wait for it leaves nothing half done.
        await asyncio.to_thread(self._finish, tuple(session.transcript.entries), summary)

    async def discard(self) -> None:
        """Remove the recording of a call that never came about."""
        await asyncio.to_thread(self._discard)

    def _finish(self, entries: Sequence[TranscriptEntry], summary: Mapping[str, object]) -> None:
        self._recorder.stop()
        self._recorder.write_documents(entries, summary)
        self._recorder.close()

    def _discard(self) -> None:
        self._recorder.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def _create_recorder(folder: Path, agent_id: str, began: datetime) -> Recorder:
    directory = create_recording(folder, agent_id, began)
    try:
        return Recorder(directory)
    except RecordingError:
        shutil.rmtree(directory, ignore_errors=True)
        raise
