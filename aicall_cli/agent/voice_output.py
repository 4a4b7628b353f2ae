"""What the caller hears: a queue of speech, pulled tick by tick, with its subtitles in step.

Silence stands where nothing is spoken, so that RTP time is continuous. The queue waits while
ticks are skipped: nothing of a speech is lost.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import numpy as np

from aicall_cli.agent.speech import Speech, SubtitlePiece, ToldPiece
from aicall_cli.audio.ambience import AmbientSound
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.mix import mix

MAX_SPEECHES: Final = 16
"""Speeches that may wait, the present one included."""
MAX_QUEUED_SECONDS: Final = 180.0
"""Audio that may wait in all speeches together."""
COMFORT_SECONDS: Final = 5.0
"""Audio that is enough to wait: ``wait_for_room`` returns below it."""
MAX_VOLUME: Final = 400.0
"""Per cent of the voice's own loudness."""
FADE_SAMPLES: Final = SAMPLE_RATE // 100
"""10 ms: how long a stopped voice takes to fall silent."""
_RELEASE: Final = (1 + np.cos(np.pi * np.arange(1, FADE_SAMPLES + 1) / FADE_SAMPLES)) / 2


@dataclass(frozen=True, slots=True)
class VoiceHandlers:
    """What a voice output calls. A handler must not stop the voice."""

    on_opened: Callable[[], None]
    """A speech was opened: there will be an answer."""
    on_started: Callable[[], None]
    """The first audio after silence goes out with this tick."""
    on_finished: Callable[[], None]
    """All that was opened is spoken and closed."""
    on_subtitle: Callable[[ToldPiece, int], None]
    """A piece that is due, and its sentence id."""


class _Phase(Enum):
    SILENT = auto()
    OPENED = auto()
    SPEAKING = auto()


class VoiceOutput:
    """The agent's voice in one call."""

    def __init__(self, handlers: VoiceHandlers) -> None:
        self._handlers = handlers
        self._speeches: deque[Speech] = deque()
        self._phase = _Phase.SILENT
        self._release: Pcm | None = None
        self._aside = np.empty(0, np.int16)
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._finishing = False
        self.volume = 100.0
        """Per cent of its own loudness that the caller hears it with, 0 to MAX_VOLUME."""
        self.background: AmbientSound | None = None
        """What is heard behind it, and also where it is silent."""
        self.refused = 0
        """Speeches and pieces of audio that were refused because too much waited."""

    @property
    def silent(self) -> bool:
        """Whether there is no answer to be heard or waited for."""
        return self._phase is _Phase.SILENT

    @property
    def waiting_seconds(self) -> float:
        """The audio that waits in all speeches."""
        return sum(speech.waiting for speech in self._speeches) / SAMPLE_RATE

    def open(self, sentence_id: int) -> Speech | None:
        """Queue an answer to sentence ``sentence_id``; None when too many wait (counted).

        None too when no more is to be said than the present sentence.
        """
        if self._finishing or len(self._speeches) >= MAX_SPEECHES:
            self.refused += 1
            return None
        speech = Speech(sentence_id)
        self._speeches.append(speech)
        if self._phase is _Phase.SILENT:
            self._phase = _Phase.OPENED
        self._handlers.on_opened()
        return speech

    def append(self, speech: Speech, pcm: Pcm, pieces: Sequence[SubtitlePiece] = ()) -> bool:
        """Append to a speech; False when too much waits already (counted) and it was refused."""
        if self.waiting_seconds + len(pcm) / SAMPLE_RATE > MAX_QUEUED_SECONDS:
            self.refused += 1
            return False
        speech.append(pcm, pieces)
        self._note_room()
        return True

    def interject(self, pcm: Pcm) -> None:
        """Sound ``pcm`` beside all else from the next tick on: it is no answer, only heard."""
        self._aside = pcm

    async def wait_for_room(self) -> None:
        """Wait until so little waits that more should be made."""
        await self._has_room.wait()

    def pull(self) -> Pcm:
        """Return the next tick, 960 samples, and tell what is due with it."""
        pcm = np.zeros(TICK_SAMPLES, np.int16)
        filled = 0
        if self._release is not None:
            filled = len(self._release)
            pcm[:filled] = self._release
            self._release = None
        while self._speeches and filled < TICK_SAMPLES:
            speech = self._speeches[0]
            taken = speech.take(TICK_SAMPLES - filled)
            if len(taken) and self._phase is not _Phase.SPEAKING:
                self._phase = _Phase.SPEAKING
                self._handlers.on_started()
            pcm[filled : filled + len(taken)] = taken
            filled += len(taken)
            self._tell(speech, speech.due_pieces())
            if not speech.over:
                break  # more will be appended, or the tick is full
            self._speeches.popleft()
        self._note_room()
        if not self._speeches and self._phase is not _Phase.SILENT:
            self._phase = _Phase.SILENT
            self._handlers.on_finished()
        return self._mixed(pcm)

    def finish_sentence(self) -> None:
        """Say no more than the sentence that is being spoken; the first speech is that."""
        self._finishing = True
        while len(self._speeches) > 1:
            speech = self._speeches.pop()
            self._tell(speech, speech.stop())
        for speech in self._speeches:
            speech.finish_sentence()

    def stop(self) -> None:
        """Drop everything that waits; what is being spoken fades out within 10 ms."""
        if self._speeches:
            tail = self._speeches[0].take(FADE_SAMPLES)
            self._release = (tail * _RELEASE[: len(tail)]).astype(np.int16)
        while self._speeches:
            speech = self._speeches.popleft()
            self._tell(speech, speech.stop())
        self._phase = _Phase.SILENT
        self._note_room()

    def _mixed(self, pcm: Pcm) -> Pcm:
        aside, self._aside = self._aside[:TICK_SAMPLES], self._aside[TICK_SAMPLES:]
        sounds = [(pcm, self.volume / 100), (aside, self.volume / 100)]
        if self.background is not None:
            sounds.append((self.background.take(TICK_SAMPLES), self.background.gain))
        return mix(sounds, TICK_SAMPLES)

    def _tell(self, speech: Speech, pieces: Sequence[ToldPiece]) -> None:
        for piece in pieces:
            self._handlers.on_subtitle(piece, speech.sentence_id)

    def _note_room(self) -> None:
        if self.waiting_seconds < COMFORT_SECONDS:
            self._has_room.set()
        else:
            self._has_room.clear()
