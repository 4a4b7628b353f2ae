"""Words that are spoken otherwise than they are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.protocol.speaking_config import PronunciationRule
from aicall_cli.speech.synthesiser import WordMark

MAX_RULES: Final = 20


@dataclass(frozen=True, slots=True)
class _Part:
    spoken_start: int
    spoken_end: int
    start: int
    end: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A text as it is spoken, and where its parts are in the text as it is written."""

    text: str
    parts: tuple[_Part, ...]

    def written(self, mark: WordMark) -> WordMark:
        """Return ``mark`` of the spoken text as one of the written text."""
        start, end = mark.text_start, mark.text_end
        for part in self.parts:
            if part.spoken_start <= mark.text_start < part.spoken_end:
                shift = mark.text_start - part.spoken_start
                start = part.start if part.replaced else part.start + shift
            if part.spoken_start < mark.text_end <= part.spoken_end:
                shift = mark.text_end - part.spoken_start
                end = part.end if part.replaced else part.start + shift
        return replace(mark, text_start=start, text_end=end)


class Pronunciation:
    """Puts what is to be spoken in the place of words; capitals make no difference.

    A word of a language with spaces is replaced as a whole word only; the longest first.
    """

    def __init__(self, rules: Sequence[tuple[str, str]] = ()) -> None:
        self._spoken = {word.casefold(): spoken for word, spoken in rules if word.strip()}
        words = sorted(self._spoken, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_whole, words)), re.IGNORECASE) if words else None

    def apply(self, text: str) -> SpokenText:
        """Return ``text`` as it is to be spoken."""
        spoken = ""
        parts: list[_Part] = []
        at = 0

        def add(piece: str, end: int, replaced: bool) -> None:
            nonlocal spoken, at
            parts.append(_Part(len(spoken), len(spoken) + len(piece), at, end, replaced))
            spoken += piece
            at = end

        for found in self._pattern.finditer(text) if self._pattern is not None else ():
            add(text[at : found.start()], found.start(), False)
            add(self._spoken.get(found[0].casefold(), found[0]), found.end(), True)
        add(text[at:], len(text), False)
        return SpokenText(spoken, tuple(parts))


def pronunciation_of(options: CallOptions) -> Pronunciation:
    """Take ``pronunciation_rules``, a JSON array of AICallKit's; raise UsageError on a bad one."""
    rules = [
        PronunciationRule.from_plain(item)
        for item in options.objects("pronunciation_rules", MAX_RULES)
    ]
    return Pronunciation([(rule.word or "", rule.pronunciation or "") for rule in rules])


def _whole(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)" if word.isascii() else re.escape(word)
