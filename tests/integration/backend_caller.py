"""A caller of the built-in backend, who keeps what it reports and says what it refuses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from aicall_cli.backends.builtin import BuiltinBackend, BuiltinOptions
from aicall_cli.engine.events import Event, MessageIgnored
from aicall_cli.errors import AicallError
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.secret import Secret

DEADLINE = 1.0
TOKEN = Secret("ssssh")


@dataclass
class Listener:
    """Keeps what the backend reports."""

    events: list[Event] = field(default_factory=list)
    frames: list[HeardFrame] = field(default_factory=list)
    _reported: asyncio.Event = field(default_factory=asyncio.Event)

    def on_audio(self, frame: HeardFrame) -> None:
        self.frames.append(frame)
        self._reported.set()

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        self._reported.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what was reported makes ``holds`` true."""
        async with asyncio.timeout(10):
            while not holds():
                self._reported.clear()
                await self._reported.wait()

    def ignored(self) -> int:
        return sum(isinstance(event, MessageIgnored) for event in self.events)


def backend_for(url: str, **options: object) -> BuiltinBackend:
    given = {"agent_id": "echo", "user_id": "me", "connect_timeout": 10.0, **options}
    return BuiltinBackend(BuiltinOptions(server=url, **given))  # type: ignore[arg-type]


async def refusal(url: str, **options: object) -> AicallError:
    """Return the error that a call to ``url`` ends with before it has begun."""
    backend = backend_for(url, **options)
    try:
        with pytest.raises(AicallError) as caught:
            await backend.connect(Listener())
    finally:
        await backend.close()
    error = caught.value
    assert error.message
    assert TOKEN.reveal() not in f"{error.message} {error.hint}"
    return error


@asynccontextmanager
async def connected(url: str, **options: object) -> AsyncIterator[tuple[BuiltinBackend, Listener]]:
    backend, listener = backend_for(url, **options), Listener()
    try:
        await backend.connect(listener)
        yield backend, listener
    finally:
        await backend.close()
