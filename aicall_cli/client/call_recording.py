"""The recording of one call: the recorder as a tap and as a listener of the feed."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

from aicall_cli.clock import wall_time
from aicall_cli.engine.events import RECORD_VERSION, record
from aicall_cli.errors import RecordingError
from aicall_cli.recording.recorder import Recorder
from aicall_cli.recording.store import create_recording
from aicall_cli.session.feed import Listener, Stamped
from aicall_cli.session.session import Session


def event_record(stamped: Stamped) -> dict[str, object]:
    """Return one line of ``events.jsonl`` and of ``--json``: time, then the event's fields."""
    return {"schema": RECORD_VERSION, "t": round(stamped.at, 4), **record(stamped.event)}


class CallRecording:
    """Records what a session says and hears, into a folder of its own."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @classmethod
    async def create(cls, folder: Path, agent_id: str) -> "CallRecording":
        """Create the recording's folder and files; raise RecordingError."""
        directory = await asyncio.to_thread(create_recording, folder, agent_id, wall_time())
        return cls(await asyncio.to_thread(Recorder, directory))

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
        session.add_tap(self._recorder)
        return session.feed.listen()

    async def log_events(self, listener: Listener) -> None:
        """Write each event until the feed ends."""
        async for stamped in listener:
            self._recorder.event(event_record(stamped))

    async def finish(self, session: Session, summary: Mapping[str, object]) -> None:
        """Write what is left, the transcript and the summary, and close the files."""
        await asyncio.to_thread(self._recorder.stop)
        entries = session.transcript.entries
        await asyncio.to_thread(self._recorder.write_documents, entries, summary)
        await asyncio.to_thread(self._recorder.close)

    async def discard(self) -> None:
        """Remove the recording of a call that never came about."""
        await asyncio.to_thread(self._recorder.close)
        await asyncio.to_thread(shutil.rmtree, self.directory, ignore_errors=True)
