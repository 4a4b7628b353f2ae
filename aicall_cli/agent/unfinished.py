"""Whether what was said looks like the beginning of a sentence: a table of English words.

It looks at the end of the text only, and knows no grammar. A text is unfinished that

- ends in a comma, a dash or an ellipsis, in any script, as some recognisers write them;
- ends in a word with which English goes on. Words that end sentences as well ("turn it on",
  "yes I can", "I think so") are left out: rather is an unfinished sentence taken for finished.

A question may end in a preposition ("what are you looking for"): it is finished by one when it
begins with a word that asks or has its mark. In other languages only the punctuation counts.
"""

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PAUSING: Final = (",", "\uff0c", "\u3001", "-", "\u2014", "...", "\u2026")
"""Commas, dashes and ellipses."""
FILLERS: Final = _words("um uh er erm eh")
ARTICLES: Final = _words("a an the my your our their its every")
"""With possessives, which stand before a noun too."""
CONJUNCTIONS: Final = _words("and or but nor if because although unless until whereas whether than")
PREPOSITIONS: Final = _words("at for from into of onto to toward towards with between among per")
CONTRACTIONS: Final = _words(
    "i'm i'd i'll i've we're we'd we'll we've you're you'd you'll you've "
    "he's he'll she's she'll it's that's there's they're they'd they'll they've let's"
)
ASKING: Final = _words("what what's who who's whom whose which where where's when why how how's")
_WORD: Final = re.compile(r"[\w']+")


def looks_unfinished(text: str) -> bool:
    """Return whether the caller of whom ``text`` was understood has probably more to say."""
    text = text.rstrip()
    if text.endswith(PAUSING):
        return True
    words = _WORD.findall(text.casefold().replace("\u2019", "'"))
    if not words:
        return False
    last = words[-1]
    if last in PREPOSITIONS:
        return words[0] not in ASKING and not text.endswith(("?", "\uff1f"))
    return last in FILLERS | ARTICLES | CONJUNCTIONS | CONTRACTIONS
