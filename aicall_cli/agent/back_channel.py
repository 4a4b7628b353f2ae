"""Words of attention: a short "mhm" while the caller pauses, which does not take the turn."""

import asyncio
import logging
import random
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import numpy as np

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.phrases import ANY_CHANCE, choose, speakable
from aicall_cli.agent.voice_output import VoiceOutput
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.errors import AicallError
from aicall_cli.protocol.speaking_config import BackChannelingConfig, Word
from aicall_cli.speech.synthesiser import Synthesiser

MAX_CHANNELS: Final = 10
MAX_SECONDS: Final = 2.0
"""Of one word of attention; the rest is cut off."""
DEFAULT_PROBABILITY: Final = 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackChannel:
    """AICallKit's ``BackChannelingConfig`` that is not disabled."""

    words: tuple[Word, ...]
    probability: float = DEFAULT_PROBABILITY
    """Of a word in a pause."""


class BackChanneler:
    """Says words of attention; each is made when it is first wanted, and kept."""

    def __init__(
        self,
        channels: tuple[BackChannel, ...],
        synthesiser: Synthesiser,
        voice: VoiceOutput,
        chance: random.Random = ANY_CHANCE,
    ) -> None:
        self._channels = channels
        self._synthesiser = synthesiser
        self._voice = voice
        self._chance = chance
        self._wanted: asyncio.Queue[str] = asyncio.Queue(1)
        self._made: dict[str, Pcm] = {}
        self._made_by: tuple[str, float] | None = None

    def caller_paused(self) -> None:
        """The caller is silent in the midst of what it says, or at its end."""
        for channel in self._channels:
            if self._chance.random() < channel.probability and self._wanted.empty():
                self._wanted.put_nowait(choose(channel.words, self._chance))

    async def run(self) -> None:
        """Say what is wanted, until cancelled; what is too late is not said."""
        while True:
            word = await self._wanted.get()
            try:
                sound = await self._sound_of(word)
            except AicallError as error:
                _log.warning("a word of attention is not said: %s", error.message)
                continue
            if self._voice.silent:
                self._voice.interject(sound)

    async def _sound_of(self, word: str) -> Pcm:
        maker = (self._synthesiser.name, self._synthesiser.rate)
        if maker != self._made_by:
            self._made.clear()
            self._made_by = maker
        if word not in self._made:
            async with aclosing(self._synthesiser.synthesise(word)) as chunks:
                made = [chunk.pcm async for chunk in chunks]
            sound = np.concatenate([np.empty(0, np.int16), *made])
            self._made[word] = sound[: round(MAX_SECONDS * SAMPLE_RATE)]
        return self._made[word]


def back_channels_of(options: CallOptions) -> tuple[BackChannel, ...]:
    """Take ``back_channels``, a JSON array of AICallKit's; raise UsageError on a bad one."""
    configs = map(BackChannelingConfig.from_plain, options.objects("back_channels", MAX_CHANNELS))
    return tuple(
        BackChannel(
            words, DEFAULT_PROBABILITY if config.probability is None else config.probability
        )
        for config in configs
        if config.enabled is not False and (words := speakable(config.words or ()))
    )
