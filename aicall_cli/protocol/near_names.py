"""Which known names somebody may have meant who wrote another one."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3
_LIKENESS: Final = 0.75
"""From 0 to 1, where 1 is the same."""


def near_names(name: str, known: Sequence[str]) -> list[str]:
    """Return up to three dotted names that are like ``name`` in all, or in their last part.

    Case, ``_`` and ``-`` do not count: ``tts_config.speech_rate`` is ``TtsConfig.SpeechRate``.
    """
    wholes = {_folded(each): each for each in known}
    lasts: dict[str, list[str]] = {}
    for each in known:
        lasts.setdefault(_last(_folded(each)), []).append(each)
    wanted = _folded(name)
    found = [wholes[like] for like in get_close_matches(wanted, wholes, _MOST, _LIKENESS)]
    for like in get_close_matches(_last(wanted), lasts, _MOST, _LIKENESS):
        found += lasts[like]
    return list(dict.fromkeys(found))[:_MOST]


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _last(name: str) -> str:
    return name.rpartition(".")[2]
