"""Calls whose agent is a fake backend, and sources whose audio a test makes."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.source import push_samples
from aicall_cli.client import call as call_module
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.errors import SourceError
from tests.support.fake_backend import FakeBackend, virtual_clock

FORMAT = AudioFormat(SAMPLE_RATE, 1)


def silence(seconds: float) -> Pcm:
    """Return zeros, shape ``(n,)``."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)


def call_to(
    monkeypatch: pytest.MonkeyPatch,
    backend: FakeBackend,
    recordings: Path | None = None,
    **asked: Any,
) -> Call:
    """Return a call that reaches ``backend`` instead of a server."""

    def make(*_: Any) -> FakeBackend:
        return backend

    monkeypatch.setattr(call_module, "BuiltinBackend", make)
    options = CallOptions(agent_id="fake", server="ws://nowhere", recordings=recordings, **asked)
    return Call(options, clock=virtual_clock)


@asynccontextmanager
async def in_call(backend: FakeBackend, **asked: Any) -> AsyncIterator[Call]:
    """Be in a call with ``backend`` that is not recorded; ``asked`` are options of it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with call_to(monkeypatch, backend, **asked) as call:
            yield call


class PcmSource:
    """A source that has its audio in memory, and may end with an error."""

    name = "a test"
    format = FORMAT
    warnings: tuple[str, ...] = ()

    def __init__(self, pcm: Pcm, error: SourceError | None = None) -> None:
        self._pcm = pcm
        self._error = error
        self._given = 0
        self.closed = False

    @property
    def duration(self) -> float | None:
        """How long it is."""
        return len(self._pcm) / SAMPLE_RATE

    @property
    def position(self) -> float:
        """How much of it was handed out."""
        return self._given / SAMPLE_RATE

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield it."""
        size = push_samples(FORMAT, push_ms)
        for start in range(0, len(self._pcm), size):
            samples = self._pcm[start : start + size]
            self._given += len(samples)
            yield AudioFrame(samples.reshape(-1, 1), FORMAT)
        if self._error is not None:
            raise self._error

    async def close(self) -> None:
        """Note it."""
        self.closed = True


def folders(parent: Path) -> list[Path]:
    """Return what is in ``parent``."""
    return list(parent.iterdir())
