"""Tone, noise and silence out of nothing."""

from collections.abc import AsyncGenerator, Callable
from math import inf, isfinite
from typing import Self

import numpy as np

from aicall_cli.audio.format import CALL_FORMAT, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.tone import noise, tone
from aicall_cli.capture.source import push_samples
from aicall_cli.errors import UsageError

Generate = Callable[[int, int], Pcm]
"""Returns ``n`` mono samples at 48 kHz from a start position on."""


class GeneratedSource:
    """48 kHz mono for ``seconds``, or without end; see ``capture.source.Source``."""

    format: AudioFormat = CALL_FORMAT
    warnings: tuple[str, ...] = ()

    def __init__(self, name: str, generate: Generate, seconds: float | None) -> None:
        if seconds is not None and not (seconds >= 0 and isfinite(seconds)):
            raise UsageError(f"{name} cannot last {seconds} s", hint="give 0 or more seconds")
        self.name = name
        self.duration = seconds
        self._generate = generate
        self._end = inf if seconds is None else self.format.samples(seconds)
        self._position = 0

    @classmethod
    def tone(cls, frequency: float, seconds: float | None = None, amplitude: float = 0.5) -> Self:
        """A sine of ``frequency`` Hz; UsageError if 48 kHz cannot carry it."""
        if not 0 < frequency < CALL_FORMAT.sample_rate / 2:
            raise UsageError(
                f"a tone of {frequency} Hz is not possible",
                hint=f"choose more than 0 and less than {CALL_FORMAT.sample_rate // 2} Hz",
            )
        rate = CALL_FORMAT.sample_rate
        return cls(
            f"tone of {frequency:g} Hz",
            lambda start, n: tone(frequency, start, n, rate, amplitude),
            seconds,
        )

    @classmethod
    def noise(cls, seconds: float | None = None, amplitude: float = 0.1, seed: int = 0) -> Self:
        """White noise, the same for the same ``seed``."""
        return cls("noise", lambda start, n: noise(seed, start, n, amplitude), seconds)

    @classmethod
    def silence(cls, seconds: float | None = None) -> Self:
        """Digital silence."""
        return cls("silence", lambda _, n: np.zeros(n, dtype=np.int16), seconds)

    @property
    def position(self) -> float:
        """Seconds handed out."""
        return self.format.seconds(self._position)

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield the audio; without a duration it never ends."""
        step = push_samples(self.format, push_ms)
        while self._position < self._end:
            count = int(min(step, self._end - self._position))
            samples = self._generate(self._position, count)
            self._position += count
            yield AudioFrame(samples[:, None], self.format)

    async def close(self) -> None:
        """Nothing is held."""
