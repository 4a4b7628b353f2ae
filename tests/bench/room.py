"""A room with a microphone and a loudspeaker, whose hardware is simulated in real time.

Somebody who is not speaking is not digitally silent: a little noise is captured always, so
that what an agent plays back is heard from its first sample.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import peak
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.client.voice_devices import microphone, speaker
from aicall_cli.clock import perf_clock
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.playout.speaker import Speaker
from tests.bench.outcome import BenchError
from tests.support.fake_audio import BUILT_IN, FakeAudio, FakeStream

BLOCK = SAMPLE_RATE // 100
BLOCK_SECONDS = 0.01
AUDIBLE = 0.001
"""A peak above what a codec makes of digital silence, and below that of the room."""
_NOISE = 150
_POLL_SECONDS = 0.01
_PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """The peak, 0 to 1, of a piece of audio that passed ``at`` a time of ``perf_clock``."""

    at: float
    peak: float


def audible(sounds: Sequence[Loudness], since: float) -> list[float]:
    """Return when those passed that can be heard."""
    return [sound.at for sound in sounds if sound.at >= since and sound.peak > AUDIBLE]


@dataclass(slots=True)
class Room:
    """What is said in the room, and what is heard in it."""

    library: FakeAudio = field(default_factory=lambda: FakeAudio([BUILT_IN]))
    said: deque[Pcm] = field(default_factory=deque)
    """Blocks that wait to be captured."""
    said_until: float = 0.0
    """When the last of them was captured."""
    written: list[Loudness] = field(default_factory=list)
    """Each tick that came to the loudspeaker's buffer."""
    heard: list[Loudness] = field(default_factory=list)
    """Each block that the loudspeaker took."""

    def say(self, pcm: Pcm) -> None:
        """Say ``pcm``, a whole number of blocks of mono 48 kHz."""
        self.said.extend(pcm.reshape(-1, BLOCK))

    async def said_all(self) -> float:
        """Wait until all of it was captured; return when that was."""
        await _until(lambda: not self.said, "the room's microphone is not open")
        return self.said_until

    async def heard_since(self, began: float) -> float:
        """Wait for the first audible block after ``began``; return when it was taken."""
        await _until(lambda: bool(audible(self.heard, began)), "nothing was heard")
        return audible(self.heard, began)[0]

    def watch(self, output: Speaker) -> None:
        """Note what is written into ``output``."""
        write = output.write

        def noted(pcm: Pcm) -> None:
            self.written.append(Loudness(perf_clock(), peak(pcm)))
            write(pcm)

        setattr(output, "write", noted)  # noqa: B010 - a method, which mypy would not let go

    async def live(self) -> None:
        """Move one block each way every 10 ms, for ever."""
        noise = np.random.default_rng(1)
        due = perf_clock()
        while True:
            for stream in self.library.open_streams:
                stream.while_open(partial(self._move, stream, noise))
            due += BLOCK_SECONDS
            await asyncio.sleep(max(due - perf_clock(), 0.0))

    def _move(self, stream: FakeStream, noise: np.random.Generator) -> None:
        if stream.settings.direction is Direction.OUTPUT:
            self.heard.append(Loudness(perf_clock(), peak(stream.play()[:, 0])))
            return
        pcm = noise.integers(-_NOISE, _NOISE, BLOCK).astype(np.int16)
        if self.said:
            pcm = self.said.popleft()
            self.said_until = perf_clock()
        stream.capture(np.repeat(pcm[:, None], stream.settings.channels, axis=1))


@dataclass(slots=True)
class Sent:
    """A tap of a call: how loud each tick was that was sent, and when."""

    ticks: list[Loudness] = field(default_factory=list)

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Note a tick."""
        self.ticks.append(Loudness(perf_clock(), peak(pcm)))

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """The room hears it."""


@asynccontextmanager
async def call_from_room(agent_id: str) -> AsyncIterator[tuple[Call, Room, Sent]]:
    """Call the built-in agent, which runs in a process of its own, from a room."""
    room, sent = Room(), Sent()
    call = Call(CallOptions(agent_id=agent_id))
    call.session.add_tap(sent)
    async with DeviceThread(lambda: room.library) as thread, asyncio.TaskGroup() as tasks:
        living = tasks.create_task(room.live())
        async with speaker(call, thread) as output, microphone(call, thread), call:
            room.watch(output)
            yield call, room, sent
        living.cancel()


async def _until(condition: Callable[[], bool], otherwise: str) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not condition():  # noqa: ASYNC110 - what is simulated says nothing
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError as error:
        raise BenchError(f"{otherwise} within {_PATIENCE_SECONDS:g} s") from error
