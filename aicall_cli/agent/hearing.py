"""What is done with the caller's audio: one table of states, inputs and steps.

::

    QUIET  ─voice→ SPEECH ⇄ PAUSE ─silence long enough→ QUIET      push-to-talk is off
    QUIET  ─voice→ MURMUR ─long enough→ SPEECH                     … while the agent speaks
    SPEECH ─ending word→ SPENT ─silence→ QUIET                     … when a word ends the turn
    GATED  ─start→ KEYED ─finish→ TAIL ─60 ms→ GATED               push-to-talk is on

Under push-to-talk nothing is an utterance but what lies between start and finish. An input
that a state has no line for changes nothing; a key's is refused by name.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class Hearing(Enum):
    """What is being done with the caller's audio."""

    QUIET = auto()
    MURMUR = auto()
    """A voice over the agent's, too short yet to stop it."""
    SPEECH = auto()
    PAUSE = auto()
    """The caller is silent; the utterance ends unless the voice comes back in time."""
    SPENT = auto()
    """A word has ended the turn; the voice that it was said with is not silent yet."""
    GATED = auto()
    KEYED = auto()
    TAIL = auto()


class Input(Enum):
    """What happens to it."""

    VOICE_STARTED = auto()
    MURMUR_STARTED = auto()
    VOICE_ENDED = auto()
    TURN_ENDED = auto()
    TIME_UP = auto()
    PTT_ENABLED = auto()
    PTT_DISABLED = auto()
    PTT_STARTED = auto()
    PTT_FINISHED = auto()
    PTT_CANCELLED = auto()


class Step(Enum):
    """What is to be done, in order."""

    BEGIN_AT_ONSET = auto()
    BEGIN_AT_KEY = auto()
    BEGIN_AT_LAST_END = auto()
    END = auto()
    DISCARD = auto()
    BARGE_IN = auto()


_H, _I, _S = Hearing, Input, Step

HEARING: Final[Mapping[tuple[Hearing, Input], tuple[Hearing, tuple[Step, ...]]]] = {
    (_H.QUIET, _I.VOICE_STARTED): (_H.SPEECH, (_S.BARGE_IN, _S.BEGIN_AT_ONSET)),
    (_H.QUIET, _I.MURMUR_STARTED): (_H.MURMUR, (_S.BEGIN_AT_ONSET,)),
    (_H.QUIET, _I.PTT_ENABLED): (_H.GATED, ()),
    (_H.MURMUR, _I.TIME_UP): (_H.SPEECH, (_S.BARGE_IN,)),
    (_H.MURMUR, _I.VOICE_ENDED): (_H.PAUSE, ()),
    (_H.MURMUR, _I.TURN_ENDED): (_H.SPENT, (_S.END,)),
    (_H.MURMUR, _I.PTT_ENABLED): (_H.GATED, (_S.DISCARD,)),
    (_H.SPEECH, _I.VOICE_ENDED): (_H.PAUSE, ()),
    (_H.SPEECH, _I.TURN_ENDED): (_H.SPENT, (_S.END,)),
    (_H.SPEECH, _I.TIME_UP): (_H.SPEECH, (_S.END, _S.BEGIN_AT_LAST_END)),
    (_H.SPEECH, _I.PTT_ENABLED): (_H.GATED, (_S.DISCARD,)),
    (_H.PAUSE, _I.VOICE_STARTED): (_H.SPEECH, ()),
    (_H.PAUSE, _I.MURMUR_STARTED): (_H.MURMUR, ()),
    (_H.PAUSE, _I.TIME_UP): (_H.QUIET, (_S.END,)),
    (_H.PAUSE, _I.TURN_ENDED): (_H.QUIET, (_S.END,)),
    (_H.PAUSE, _I.PTT_ENABLED): (_H.GATED, (_S.END,)),
    (_H.SPENT, _I.VOICE_ENDED): (_H.QUIET, ()),
    (_H.SPENT, _I.TIME_UP): (_H.SPEECH, (_S.BARGE_IN, _S.BEGIN_AT_LAST_END)),
    (_H.SPENT, _I.PTT_ENABLED): (_H.GATED, ()),
    (_H.GATED, _I.PTT_DISABLED): (_H.QUIET, ()),
    (_H.GATED, _I.PTT_STARTED): (_H.KEYED, (_S.BARGE_IN, _S.BEGIN_AT_KEY)),
    (_H.KEYED, _I.PTT_FINISHED): (_H.TAIL, ()),
    (_H.KEYED, _I.PTT_CANCELLED): (_H.GATED, (_S.DISCARD,)),
    (_H.KEYED, _I.TIME_UP): (_H.KEYED, (_S.END, _S.BEGIN_AT_LAST_END)),
    (_H.KEYED, _I.PTT_DISABLED): (_H.QUIET, (_S.DISCARD,)),
    (_H.TAIL, _I.TIME_UP): (_H.GATED, (_S.END,)),
    (_H.TAIL, _I.PTT_STARTED): (_H.KEYED, (_S.END, _S.BARGE_IN, _S.BEGIN_AT_KEY)),
    (_H.TAIL, _I.PTT_DISABLED): (_H.QUIET, (_S.END,)),
}
"""(state, input) → (next state, what to do)."""
