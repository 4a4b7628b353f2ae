"""Sources made of sources: louder, repeated, with silence around them.

Each takes over the source it wraps, and is one itself (``capture.source.Source``).
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from math import isfinite
from typing import Self

import numpy as np

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.mix import saturate
from aicall_cli.capture.source import Source, push_samples
from aicall_cli.errors import SourceError, UsageError

MAX_GAIN_DB = 60.0
MAX_SILENCE_SECONDS = 3600.0


class AmplifiedSource:
    """``source`` with ``gain_db`` decibels more; what becomes too loud is clipped and counted."""

    def __init__(self, source: Source, gain_db: float) -> None:
        if not abs(gain_db) <= MAX_GAIN_DB:
            raise UsageError(
                f"a gain of {gain_db} dB is not possible",
                hint=f"choose −{MAX_GAIN_DB:.0f} to {MAX_GAIN_DB:.0f} dB",
            )
        self._source = source
        self._gain = 10.0 ** (gain_db / 20)
        self._gain_db = gain_db
        self._clipped = 0

    @property
    def name(self) -> str:
        """The name of what is amplified."""
        return self._source.name

    @property
    def format(self) -> AudioFormat:
        """Its format."""
        return self._source.format

    @property
    def duration(self) -> float | None:
        """Its duration."""
        return self._source.duration

    @property
    def position(self) -> float:
        """Its position."""
        return self._source.position

    @property
    def warnings(self) -> Sequence[str]:
        """Its warnings, and whether anything was clipped."""
        if not self._clipped:
            return self._source.warnings
        clipped = f"{self._clipped} samples were clipped by a gain of {self._gain_db:g} dB"
        return (*self._source.warnings, clipped)

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield its frames, amplified."""
        async with aclosing(self._source.frames(push_ms)) as frames:
            async for frame in frames:
                yield self._amplify(frame)

    async def close(self) -> None:
        """Close it."""
        await self._source.close()

    def _amplify(self, frame: AudioFrame) -> AudioFrame:
        scaled = frame.samples * self._gain
        self._clipped += int(np.count_nonzero(np.abs(scaled) > np.iinfo(np.int16).max + 1))
        return AudioFrame(saturate(scaled), frame.format)


class PaddedSource:
    """``source`` with ``lead`` seconds of silence before it and ``tail`` seconds after it."""

    def __init__(self, source: Source, lead: float = 0.0, tail: float = 0.0) -> None:
        for seconds in (lead, tail):
            if not (isfinite(seconds) and 0 <= seconds <= MAX_SILENCE_SECONDS):
                raise UsageError(
                    f"silence cannot last {seconds} s",
                    hint=f"choose 0 to {MAX_SILENCE_SECONDS:.0f} seconds",
                )
        self._source = source
        self._lead = source.format.samples(lead)
        self._tail = source.format.samples(tail)
        self._silent = 0

    @property
    def name(self) -> str:
        """The name of what is padded."""
        return self._source.name

    @property
    def format(self) -> AudioFormat:
        """Its format."""
        return self._source.format

    @property
    def duration(self) -> float | None:
        """Its duration and that of the silence."""
        if self._source.duration is None:
            return None
        return self._source.duration + self.format.seconds(self._lead + self._tail)

    @property
    def position(self) -> float:
        """Seconds handed out, silence included."""
        return self._source.position + self.format.seconds(self._silent)

    @property
    def warnings(self) -> Sequence[str]:
        """Its warnings."""
        return self._source.warnings

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield silence, its frames, and silence."""
        step = push_samples(self.format, push_ms)
        for count in _steps(self._lead, step):
            yield self._silence(count)
        async with aclosing(self._source.frames(push_ms)) as frames:
            async for frame in frames:
                yield frame
        for count in _steps(self._tail, step):
            yield self._silence(count)

    async def close(self) -> None:
        """Close it."""
        await self._source.close()

    def _silence(self, count: int) -> AudioFrame:
        self._silent += count
        return AudioFrame(np.zeros((count, self.format.channels), dtype=np.int16), self.format)


class RepeatedSource:
    """A source from beginning to end, several times over; made by ``open``."""

    def __init__(self, opener: Callable[[], Awaitable[Source]], times: int, first: Source) -> None:
        self._opener = opener
        self._times = times
        self._source = first
        self._name = first.name
        self._format = first.format
        self._duration = first.duration
        self._finished_seconds = 0.0
        self._old_warnings: tuple[str, ...] = ()

    @classmethod
    async def open(cls, opener: Callable[[], Awaitable[Source]], times: int) -> Self:
        """Open the source for the first time; ``opener`` is called again for each repetition.

        Raises UsageError unless ``times`` is at least 1, and what ``opener`` raises.
        """
        if times < 1:
            raise UsageError(f"nothing can be played {times} times", hint="give 1 or more")
        return cls(opener, times, await opener())

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def format(self) -> AudioFormat:
        """Its format."""
        return self._format

    @property
    def duration(self) -> float | None:
        """The duration of all repetitions."""
        return None if self._duration is None else self._duration * self._times

    @property
    def position(self) -> float:
        """Seconds handed out in all repetitions."""
        return self._finished_seconds + self._source.position

    @property
    def warnings(self) -> Sequence[str]:
        """Its warnings, each once."""
        return tuple(dict.fromkeys((*self._old_warnings, *self._source.warnings)))

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield all of it, then open it again."""
        for repetition in range(self._times):
            if repetition:
                await self._open_again()
            async with aclosing(self._source.frames(push_ms)) as frames:
                async for frame in frames:
                    yield frame

    async def close(self) -> None:
        """Close the repetition that is open."""
        await self._source.close()

    async def _open_again(self) -> None:
        await self._source.close()
        following = await self._opener()
        self._old_warnings = tuple(self.warnings)
        self._finished_seconds += self._source.position
        self._source = following
        if following.format != self._format:
            raise SourceError(f"{self._name} has changed its format between two repetitions")


def _steps(total: int, step: int) -> Iterator[int]:
    for start in range(0, total, step):
        yield min(step, total - start)
