"""One answer of the agent: audio that is appended while it is already spoken, and subtitles."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from aicall_cli.audio.format import Pcm

SENTENCE_ENDS: Final = (".", "!", "?", "\u2026", "\u3002", "\uff01", "\uff1f")
_NOTHING: Final = np.empty(0, np.int16)


@dataclass(frozen=True, slots=True)
class SubtitlePiece:
    """``text``, to be told when sample ``at`` of the audio it belongs to is spoken."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class ToldPiece:
    """A subtitle's text that is due, and whether it is the speech's last."""

    text: str
    end: bool


class Speech:
    """Mono 48 kHz audio with its subtitle pieces; closed when nothing more will come.

    The last piece is told as such when the speech was closed by then; else an empty last
    piece follows when it is over. Once a piece was told, a last one always is.
    """

    def __init__(self, sentence_id: int) -> None:
        self.sentence_id = sentence_id
        self.closed = False
        self.stopped = False
        """Whether it was cut off; what is appended then goes nowhere."""
        self.told = ""
        """The text of the pieces told so far."""
        self._audio: deque[Pcm] = deque()
        self._pieces: deque[SubtitlePiece] = deque()
        self._appended = 0
        self._spoken = 0
        self._open_subtitle = False
        self._finishing = False

    @property
    def waiting(self) -> int:
        """The samples that wait."""
        return self._appended - self._spoken

    @property
    def over(self) -> bool:
        """Whether nothing is left and nothing will come."""
        return self.closed and not self.waiting

    def append(self, pcm: Pcm, pieces: Sequence[SubtitlePiece] = ()) -> None:
        """Queue ``pcm``, shape ``(n,)``; positions of ``pieces`` count from its first sample."""
        if self.stopped:
            return
        assert not self.closed, "append after close"
        if len(pcm):
            self._audio.append(pcm)
        self._pieces.extend(SubtitlePiece(self._appended + p.at, p.text) for p in pieces)
        self._appended += len(pcm)
        if self._finishing:
            self._cut_sentence()

    def finish_sentence(self) -> None:
        """Be over with the sentence that is being spoken: drop what comes after it."""
        self._finishing = True
        if self.waiting:
            self._cut_sentence()
        else:
            self._cut(0)

    def close(self) -> None:
        """Nothing more will be appended."""
        self.closed = True

    def take(self, samples: int) -> Pcm:
        """Return the next samples to speak, at most ``samples``."""
        taken: list[Pcm] = []
        while samples and self._audio:
            first = self._audio.popleft()
            if len(first) > samples:
                self._audio.appendleft(first[samples:])
                first = first[:samples]
            taken.append(first)
            samples -= len(first)
        pcm = np.concatenate(taken) if taken else np.empty(0, np.int16)
        self._spoken += len(pcm)
        return pcm

    def due_pieces(self) -> list[ToldPiece]:
        """Return the pieces whose sample is among those taken, each once."""
        told: list[ToldPiece] = []
        while self._pieces and (self._pieces[0].at < self._spoken or self.over):
            piece = self._pieces.popleft()
            self.told += piece.text
            told.append(ToldPiece(piece.text, self.closed and not self._pieces))
        if told:
            self._open_subtitle = not told[-1].end
        if self._open_subtitle and self.over:
            self._open_subtitle = False
            told.append(ToldPiece("", True))
        return told

    def stop(self) -> list[ToldPiece]:
        """Drop what waits; return the subtitle's last piece if one is owed."""
        self.stopped = self.closed = True
        self._audio.clear()
        self._pieces.clear()
        self._appended = self._spoken
        return self.due_pieces()

    def _cut_sentence(self) -> None:
        """Cut off what follows the end of the sentence, if its text is there already."""
        ended = _ends_sentence(self.told)
        for number, piece in enumerate(self._pieces):
            if ended:
                self._pieces = deque(islice(self._pieces, number))
                self._cut(max(piece.at - self._spoken, 0))
                return
            ended = _ends_sentence(piece.text)

    def _cut(self, samples: int) -> None:
        """Be over after so many samples more."""
        pcm = np.concatenate((_NOTHING, *self._audio))[:samples]
        self._audio = deque((pcm,))
        self._appended = self._spoken + len(pcm)
        self.stopped = self.closed = True


def _ends_sentence(text: str) -> bool:
    return text.rstrip().endswith(SENTENCE_ENDS)
