"""The built-in recogniser: PocketSphinx with its US English model, in a worker process.

The worker is started by ``open`` and loads its model while the call is set up; what is fed
meanwhile waits in its pipe. It ends with its owner, whose death closes that pipe. One worker
that crashes or hangs is replaced, and the utterance is given to the new one; a second one
ends it.
"""

import logging

from aicall_cli.audio.format import BYTES_PER_SAMPLE, Pcm
from aicall_cli.speech.availability import require_recogniser
from aicall_cli.speech.pocketsphinx_process import (
    MAX_UTTERANCE_BYTES,
    WorkerLostError,
    WorkerProcess,
)
from aicall_cli.speech.recogniser import OnPartial, RecogniserError

_MAX_RESTARTS = 1

_log = logging.getLogger(__name__)


class PocketsphinxRecogniser:
    """US English, all of it on this machine. See ``Recogniser`` for its methods."""

    def __init__(self) -> None:
        self._worker: WorkerProcess | None = None
        self._restarts = 0
        self._audio = bytearray()
        self._on_partial: OnPartial | None = None
        self.ignored_samples = 0
        """Samples of utterances that went on for more than MAX_UTTERANCE_SECONDS."""

    async def open(self) -> None:
        """Start the worker; raise UsageError if PocketSphinx is not installed."""
        require_recogniser()
        self._worker = await WorkerProcess.start()

    def start_utterance(self, on_partial: OnPartial) -> None:
        """Begin an utterance; one that is not finished is forgotten."""
        self._audio.clear()
        self._on_partial = on_partial
        self._opened().begin(on_partial)

    def feed(self, pcm: Pcm) -> None:
        """Take the utterance's next samples: int16 ``(n,)``, mono, 16 kHz."""
        if self._on_partial is None:
            return
        data = pcm.astype("<i2", copy=False).tobytes()
        room = data[: MAX_UTTERANCE_BYTES - len(self._audio)]
        self.ignored_samples += (len(data) - len(room)) // BYTES_PER_SAMPLE
        self._audio += room
        self._opened().hear(room)

    async def finish(self) -> str:
        """Return the final text; a worker that is lost is replaced once, and asked again."""
        if self._on_partial is None:
            return ""
        try:
            while True:
                try:
                    return await self._opened().final()
                except WorkerLostError as error:
                    await self._replace_worker(error)
        finally:
            self._on_partial = None

    def cancel(self) -> None:
        """Forget the utterance."""
        self._on_partial = None
        self._opened().cancel()

    async def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            await self._worker.close()

    async def _replace_worker(self, error: WorkerLostError) -> None:
        if self._restarts == _MAX_RESTARTS:
            message = f"the speech recogniser was lost again: {error.message}"
            raise RecogniserError(message) from error
        self._restarts += 1
        _log.warning("the speech recogniser was lost (%s); another takes over", error.message)
        await self._opened().close()
        self._worker = await WorkerProcess.start()
        if self._on_partial is not None:
            self._worker.begin(self._on_partial)
            self._worker.hear(bytes(self._audio))

    def _opened(self) -> WorkerProcess:
        assert self._worker is not None, "the recogniser is not open"
        return self._worker
