"""Cuts text into sentences, so that the first is spoken while the rest is still to come.

The pieces, joined, are the text again: nothing is lost or added between them.
"""

import re
from collections.abc import Iterator

MAX_SENTENCE = 400
"""Characters of one piece; a longer sentence is cut at a space, or anywhere if it has none."""

# A sentence ends behind its marks and closing quotes. "3.5" and "e.g" do not end one, and CJK
# text has no space after a full stop.
_END = re.compile(
    r"""[.!?…]+["'”’)\]]*\s+"""
    r"""|[\u3002\uff01\uff1f]+["'”’\u300d\u300f\uff09]*\s*"""
    r"""|\n\s*"""
)


class SentenceCutter:
    """Takes text as it arrives and gives out each sentence once its end has been seen."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> Iterator[str]:
        """Yield the sentences that ``text`` completed, each with the space that follows it."""
        self._rest += text
        while (end := self._end()) is not None:
            sentence, self._rest = self._rest[:end], self._rest[end:]
            yield sentence

    def flush(self) -> Iterator[str]:
        """Yield the last sentence, whatever it ends with, and begin anew."""
        last, self._rest = self._rest, ""
        if last:
            yield last

    def _end(self) -> int | None:
        for match in _END.finditer(self._rest, 0, MAX_SENTENCE):
            # Space at the very end may go on in the next piece of text, and a leading
            # newline belongs to what follows.
            if match.end() < len(self._rest) and self._rest[: match.start()].strip():
                return match.end()
        if len(self._rest) <= MAX_SENTENCE:
            return None
        space = self._rest.rfind(" ", 1, MAX_SENTENCE)
        return space + 1 if space > 0 else MAX_SENTENCE


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a whole text."""
    cutter = SentenceCutter()
    yield from cutter.feed(text)
    yield from cutter.flush()
