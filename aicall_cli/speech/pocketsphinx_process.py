"""One PocketSphinx worker process as its owner sees it: frames in, frames out, its end."""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import cast

from aicall_cli.audio.format import BYTES_PER_SAMPLE
from aicall_cli.speech import pocketsphinx_worker as wire
from aicall_cli.speech.recogniser import (
    MAX_UTTERANCE_SECONDS,
    RECOGNISER_RATE,
    OnPartial,
    RecogniserError,
)
from aicall_cli.text import escape

WORKER_PATH = Path(wire.__file__)
FINISH_SECONDS = 10.0
"""A final text that takes longer does not come; it takes some 0.2 s."""
MAX_UTTERANCE_BYTES = MAX_UTTERANCE_SECONDS * RECOGNISER_RATE * BYTES_PER_SAMPLE
_MAX_BACKLOG_BYTES = 2 * MAX_UTTERANCE_BYTES
"""A worker that has not read this much is stuck."""
_EXIT_SECONDS = 1.0


class WorkerLostError(RecogniserError):
    """Raised when the worker process ended, hung or sent what makes no sense."""


class WorkerProcess(asyncio.SubprocessProtocol):
    """One worker process, its frames in and out."""

    def __init__(self) -> None:
        self.lost: str | None = None
        """Why the worker is of no more use."""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._received = bytearray()
        self._failure = ""
        self._number = 0
        self._on_partial: OnPartial | None = None
        self._final: asyncio.Future[str] | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._input: asyncio.WriteTransport | None = None

    @classmethod
    async def start(cls) -> "WorkerProcess":
        """Start a process; raise RecogniserError if the system does not let us."""
        # -P: the worker's own directory is no place to import from.
        command = (sys.executable, "-P", str(WORKER_PATH))
        try:
            _, worker = await asyncio.get_running_loop().subprocess_exec(
                cls, *command, stderr=asyncio.subprocess.DEVNULL
            )
        except OSError as error:
            raise RecogniserError(f"the recogniser's process cannot be started: {error}") from error
        return worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop: the process runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._input = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by the loop: the process said something."""
        self._received += data
        while self.lost is None and len(self._received) >= wire.HEADER.size:
            kind, length = wire.HEADER.unpack_from(self._received)
            if length > wire.MAX_PAYLOAD:
                self.abandon("it sent what makes no sense")
                return
            end = wire.HEADER.size + length
            if len(self._received) < end:
                return
            payload = bytes(self._received[wire.HEADER.size : end])
            del self._received[:end]
            self._handle(kind, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop: the process is gone and all that it said has been read."""
        assert self._transport is not None
        code = self._transport.get_returncode()
        self.abandon(self._failure or f"its process ended with status {code}")
        self.ended.set_result(None)

    def begin(self, on_partial: OnPartial) -> None:
        """Begin an utterance."""
        self._number = (self._number + 1) % 2**32
        self._on_partial = on_partial
        self._send(wire.BEGIN, wire.NUMBER.pack(self._number))

    def hear(self, pcm: bytes) -> None:
        """Give the process the utterance's next samples, s16le mono 16 kHz."""
        for start in range(0, len(pcm), wire.MAX_PAYLOAD):
            self._send(wire.AUDIO, pcm[start : start + wire.MAX_PAYLOAD])
        if self._input is not None and self._input.get_write_buffer_size() > _MAX_BACKLOG_BYTES:
            self.abandon("it does not keep up")

    async def final(self) -> str:
        """End the utterance and return its text; raise WorkerLostError if none comes."""
        if self.lost is not None:
            raise WorkerLostError(self.lost)
        self._send(wire.FINISH)
        self._final = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                return await self._final
        except TimeoutError:
            reason = f"it did not answer for {FINISH_SECONDS:g} s"
            self.abandon(reason)
            raise WorkerLostError(reason) from None
        finally:
            self._final = None
            self._on_partial = None

    def cancel(self) -> None:
        """Forget the utterance."""
        self._on_partial = None
        self._send(wire.CANCEL)

    def abandon(self, reason: str) -> None:
        """Have nothing more to do with the process, and end it."""
        if self.lost is not None:
            return
        self.lost = reason
        if self._final is not None and not self._final.done():
            self._final.set_exception(WorkerLostError(reason))
        assert self._transport is not None
        self._transport.close()

    async def close(self) -> None:
        """End the process, which has nothing to save, and wait until it is gone."""
        self.abandon("it is closed")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_EXIT_SECONDS):
                await asyncio.shield(self.ended)

    def _send(self, kind: int, payload: bytes = b"") -> None:
        assert self._input is not None
        if self.lost is None and not self._input.is_closing():
            self._input.write(wire.HEADER.pack(kind, len(payload)) + payload)

    def _handle(self, kind: int, payload: bytes) -> None:
        if kind == wire.FAILED:
            self._failure = f"it failed: {_text(payload)}"
        elif kind in (wire.PARTIAL, wire.FINAL) and len(payload) >= wire.NUMBER.size:
            (number,) = wire.NUMBER.unpack_from(payload)
            if number == self._number:
                self._tell(kind, _text(payload[wire.NUMBER.size :]))

    def _tell(self, kind: int, text: str) -> None:
        if kind == wire.PARTIAL and self._on_partial is not None:
            self._on_partial(text)
        elif kind == wire.FINAL and self._final is not None and not self._final.done():
            self._final.set_result(text)


def _text(payload: bytes) -> str:
    return escape(payload.decode(errors="replace"))
