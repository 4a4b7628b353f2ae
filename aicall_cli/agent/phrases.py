"""Choosing one of several things to say."""

import random
from collections.abc import Sequence
from typing import Final, TypeVar

from aicall_cli.protocol.speaking_config import Message, Word

Phrase = TypeVar("Phrase", Message, Word)
ANY_CHANCE: Final = random.Random()


def speakable(phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """Return those in which there is something to say."""
    return tuple(it for it in phrases if it.text is not None and it.text.strip())


def choose(phrases: Sequence[Phrase], chance: random.Random = ANY_CHANCE) -> str:
    """Return the text of one of them, at random; without a probability one's is 1."""
    chances = [1.0 if it.probability is None else it.probability for it in phrases]
    if not any(chances):
        chances = [1.0] * len(chances)
    return chance.choices(phrases, chances)[0].text or ""
