"""A real server and real callers: everything but the command line."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.backends.builtin import BuiltinBackend, BuiltinOptions
from aicall_cli.backends.builtin_agent_config import builtin_settings
from aicall_cli.clock import perf_clock
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    Event,
    UserSubtitleReceived,
)
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.signaling import Option
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.rtc.ticker import Tick, Ticker
from aicall_cli.secret import Secret

TOKEN = Secret("a-token")


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[str]:
    """Serve in this loop until the block ends; yield the URL."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    settings = ServeOptions(**{"token": TOKEN, **options})
    async with asyncio.TaskGroup() as tasks:
        server = tasks.create_task(serve(settings, on_ready=ready.set_result))
        try:
            yield await ready
        finally:
            server.cancel()


def configured(agent_id: str = "assistant", /, **config: Any) -> dict[str, Option]:
    """Return an agent's options for what an AgentConfig asks for, all of which it must know."""
    settings = builtin_settings(AgentConfig.from_plain(config), agent_id)
    assert not settings.unused
    return dict(settings.options)


@dataclass(frozen=True, slots=True)
class Noted:
    """An event of the agent, and the caller's media position when it came."""

    event: Event
    position: int


class Caller:
    """One caller who sends silence, or what it is told to say, in real time."""

    def __init__(self, backend: BuiltinBackend) -> None:
        self.backend = backend
        self.noted: list[Noted] = []
        self.heard: list[HeardFrame] = []
        self.position = 0
        """Samples sent or skipped so far."""
        self.loudest_positions: list[int] = []
        """The caller's position at each frame heard that is not silent."""
        self._to_say = np.empty(0, np.int16)
        self._changed = asyncio.Event()

    @property
    def events(self) -> list[Event]:
        return [noted.event for noted in self.noted]

    @property
    def states(self) -> list[AgentState]:
        return [event.state for event in self.events if isinstance(event, AgentStateChanged)]

    @property
    def user_texts(self) -> list[str]:
        """The final subtitles of our own words."""
        told = [event for event in self.events if isinstance(event, UserSubtitleReceived)]
        return [event.text for event in told if event.end]

    @property
    def agent_audio(self) -> Pcm:
        """All that was heard of the agent."""
        return np.concatenate([frame.pcm for frame in self.heard])

    def on_audio(self, frame: HeardFrame) -> None:
        self.heard.append(frame)
        if np.abs(frame.pcm).max() > 300:
            self.loudest_positions.append(self.position)

    def on_event(self, event: Event) -> None:
        self.noted.append(Noted(event, self.position))
        self._changed.set()

    def say(self, pcm: Pcm) -> int:
        """Say ``pcm`` from now on; return the position of its first sample."""
        self._to_say = pcm
        return self.position

    async def until(self, wanted: Event, *, times: int = 1, seconds: float = 15.0) -> None:
        """Wait until ``wanted`` came ``times`` times."""
        async with asyncio.timeout(seconds):
            while self.events.count(wanted) < times:
                self._changed.clear()
                await self._changed.wait()

    async def until_any(self, kind: type[Event], *, seconds: float = 15.0) -> None:
        """Wait until an event of ``kind`` came."""
        async with asyncio.timeout(seconds):
            while not any(isinstance(event, kind) for event in self.events):
                self._changed.clear()
                await self._changed.wait()

    async def until_final_subtitle(self, seconds: float = 15.0) -> str:
        """Wait for the first final subtitle of our own words; return it."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if isinstance(event, UserSubtitleReceived) and event.end:
                        return event.text
                self._changed.clear()
                await self._changed.wait()

    def tick(self, tick: Tick) -> None:
        self.position += tick.skip * TICK_SAMPLES
        for _ in range(tick.send):
            piece, self._to_say = self._to_say[:TICK_SAMPLES], self._to_say[TICK_SAMPLES:]
            pcm = np.zeros(TICK_SAMPLES, np.int16)
            pcm[: len(piece)] = piece
            self.backend.send_audio(pcm, self.position)
            self.position += TICK_SAMPLES


@asynccontextmanager
async def calling(
    url: str,
    agent_id: str = "echo",
    options: Mapping[str, str | float | bool] | None = None,
    token: Secret | None = TOKEN,
    media_timeout: float = 5.0,
    user_id: str = "caller",
) -> AsyncIterator[Caller]:
    """Call an agent until the block ends; media and messages flow."""
    backend = BuiltinBackend(
        BuiltinOptions(
            server=url,
            agent_id=agent_id,
            user_id=user_id,
            token=token,
            agent_options=options or {},
            media_timeout=media_timeout,
        )
    )
    caller = Caller(backend)
    try:
        await backend.connect(caller)
        subscription = Ticker.of_loop(perf_clock).add(caller.tick)
        try:
            yield caller
        finally:
            subscription.cancel()
    finally:
        await backend.close()


def subtitles(caller: Caller) -> str:
    """Return all that the agent has said."""
    return "".join(e.text for e in caller.events if isinstance(e, AgentSubtitleReceived))


def aligned_correlation(one: Pcm, other: Pcm) -> float:
    """Return the best normalised correlation of ``other`` within ``one``, over all shifts."""
    size = 1 << (len(one) + len(other)).bit_length()
    a, b = one.astype(np.float64), other.astype(np.float64)
    product = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    shift = int(np.argmax(product[: len(one)]))
    part = a[shift : shift + len(b)]
    b = b[: len(part)]
    return float(part @ b / np.sqrt((part @ part) * (b @ b)))


def seconds(samples: int) -> float:
    """Return how long ``samples`` of a call last."""
    return samples / SAMPLE_RATE
