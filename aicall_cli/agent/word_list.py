"""Words that mean something to the agent when they are said: where a text holds one."""

import re
from collections.abc import Sequence


class WordList:
    """Words and phrases; capitals and punctuation make no difference.

    A word of a language with spaces is found as a whole word only.
    """

    def __init__(self, words: Sequence[str]) -> None:
        # The longest first: "stop" is not to take the beginning of "stop it" away.
        plain = sorted((_plain(word) for word in words), key=len, reverse=True)
        self._patterns = tuple(
            re.compile(rf"(?<!\w){re.escape(word)}(?!\w)" if word.isascii() else re.escape(word))
            for word in plain
            if word
        )

    def found_in(self, text: str) -> bool:
        """Return whether ``text`` holds one of the words."""
        heard = _plain(text)
        return any(pattern.search(heard) for pattern in self._patterns)

    def make_up(self, text: str) -> bool:
        """Return whether there is nothing in ``text`` but such words, once or more often."""
        rest = heard = _plain(text)
        for pattern in self._patterns:
            rest = pattern.sub(" ", rest)
        return rest != heard and not rest.strip()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s']", " ", text.casefold()).split())
