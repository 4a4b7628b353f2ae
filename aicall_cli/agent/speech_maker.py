"""Fills speeches: text becomes sound and subtitles, as it is spoken by the agent's voice."""

import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Final

import numpy as np

from aicall_cli.agent.speech import Speech
from aicall_cli.agent.voice_output import VoiceOutput
from aicall_cli.agent.word_pieces import WordPieces
from aicall_cli.speech.synthesiser import Synthesiser

_NOTHING: Final = np.empty(0, np.int16)
_log = logging.getLogger(__name__)


def _ignore() -> None:
    pass


class SpeechMaker:
    """Speaks one text after the other; use it from one task at a time."""

    def __init__(self, synthesiser: Synthesiser, voice: VoiceOutput) -> None:
        self.synthesiser = synthesiser
        self._voice = voice

    async def speak(
        self, text: str, speech: Speech, on_sound: Callable[[], None] = _ignore
    ) -> None:
        """Append ``text`` to ``speech``, no faster than it is spoken; raise AgentError.

        ``on_sound`` is called with each piece of it.
        """
        words = WordPieces(text)
        async with aclosing(self.synthesiser.synthesise(text)) as chunks:
            async for chunk in chunks:
                await self._voice.wait_for_room()
                on_sound()
                if not self._voice.append(speech, chunk.pcm, words.pieces(chunk.words)):
                    _log.warning("a piece of an answer is not spoken: too much waits")
        self._voice.append(speech, _NOTHING, words.rest())
