"""The agent's voice, which may become another one, faster or slower, while it speaks."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

from aicall_cli.agent.pronunciation import Pronunciation
from aicall_cli.speech.synthesiser import SpeechChunk, Synthesiser

_AS_WRITTEN: Final = Pronunciation()


class ChosenVoice:
    """A synthesiser that speaks with one voice at a time.

    A change holds from the next text on: what is being spoken is spoken to its end as it was
    begun.
    """

    def __init__(
        self,
        voice: Synthesiser,
        make: Callable[[str], Synthesiser],
        pronunciation: Pronunciation = _AS_WRITTEN,
    ) -> None:
        self.rate = voice.rate
        self._voice = voice
        self._make = make
        self._pronunciation = pronunciation
        self._changing = asyncio.Lock()
        self._speaking: list[Synthesiser] = []
        """The voices at work, one for each text that is being spoken."""

    @property
    def voice(self) -> Synthesiser:
        """The voice that speaks the next text."""
        return self._voice

    @property
    def name(self) -> str:
        """What that voice is called."""
        return self._voice.name

    async def open(self) -> None:
        """Make the voice ready; raise UsageError if it cannot be had."""
        async with self._changing:
            await self._voice.open()

    async def switch(self, voice_id: str) -> None:
        """Speak with voice ``voice_id``; raise UsageError, and change nothing, without such."""
        async with self._changing:
            voice = self._make(voice_id)
            await voice.open()
            old, self._voice = self._voice, voice
            if old not in self._speaking:
                await old.close()

    async def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        """Speak ``text`` with the present voice, at the present rate."""
        voice = self._voice
        self._speaking.append(voice)
        voice.rate = self.rate
        spoken = self._pronunciation.apply(text)
        try:
            async with aclosing(voice.synthesise(spoken.text)) as chunks:
                async for chunk in chunks:
                    yield SpeechChunk(chunk.pcm, tuple(map(spoken.written, chunk.words)))
        finally:
            self._speaking.remove(voice)
            if voice is not self._voice and voice not in self._speaking:
                await voice.close()

    async def close(self) -> None:
        """Give back what the voice holds; safe to call twice."""
        async with self._changing:
            await self._voice.close()
