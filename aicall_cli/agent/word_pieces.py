"""From the words that a voice marks to subtitle pieces that together are the whole text."""

from collections.abc import Sequence

from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.speech.synthesiser import WordMark


class WordPieces:
    """Cuts one text into pieces as its words are marked: nothing is lost, nothing told twice.

    A piece is a word with what stands before it and the punctuation that follows it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._told = 0

    def pieces(self, words: Sequence[WordMark]) -> list[SubtitlePiece]:
        """Return the pieces of the next words, placed by the audio that the words belong to."""
        return [
            SubtitlePiece(max(round(word.offset_seconds * SAMPLE_RATE), 0), text)
            for word in words
            if (text := self._take(word.text_end))
        ]

    def rest(self) -> list[SubtitlePiece]:
        """Return what no word was marked for, placed at the end of the audio."""
        text, self._told = self._text[self._told :], len(self._text)
        return [SubtitlePiece(0, text)] if text else []

    def _take(self, end: int) -> str:
        if end <= self._told:
            return ""
        while end < len(self._text) and not self._text[end].isspace():
            end += 1
        text, self._told = self._text[self._told : end], end
        return text
