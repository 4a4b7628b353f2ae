"""How the agent feels: a tag in front of what its language model answers.

The convention is ours, and a system prompt can ask a model for it: an answer that begins with
``[happy]``, or another of EMOTIONS in brackets, is meant so. The tag is neither spoken nor
shown. Any other word in brackets is text like all the rest.
"""

import re
from typing import Final

NEUTRAL: Final = "neutral"
EMOTIONS: Final = (NEUTRAL, "happy", "sad", "angry")
"""The emotions of AICallKit's message 1014 that are documented."""
_TAGS: Final = {f"[{emotion}]": emotion for emotion in EMOTIONS}
_TAG: Final = re.compile(rf"\s*({'|'.join(map(re.escape, _TAGS))})\s*", re.IGNORECASE)


class EmotionTag:
    """Takes the pieces of one answer, and gives out what is left of them."""

    def __init__(self) -> None:
        self.emotion: str | None = None
        """Known as soon as the tag is complete, or it is clear that there is none."""
        self._begun = ""

    def feed(self, piece: str) -> str:
        """Return the text of ``piece`` and of what was held back so far."""
        if self.emotion is not None and not self._begun:
            return piece
        self._begun += piece
        found = _TAG.match(self._begun)
        if found is not None:
            self.emotion = _TAGS[found[1].lower()]
            if found.end() == len(self._begun):
                return ""  # space behind the tag may go on in the next piece
            return self._give(found.end())
        if self._may_be_tag():
            return ""
        return self.flush()

    def flush(self) -> str:
        """Return what was held back: nothing more comes."""
        found = _TAG.match(self._begun)
        self.emotion = self.emotion or NEUTRAL
        return self._give(found.end() if found is not None else 0)

    def _give(self, start: int) -> str:
        text, self._begun = self._begun[start:], ""
        return text

    def _may_be_tag(self) -> bool:
        begun = self._begun.lstrip().lower()
        return any(tag.startswith(begun) for tag in _TAGS)
