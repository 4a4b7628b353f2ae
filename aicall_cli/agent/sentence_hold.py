"""How long a caller can go on with its last sentence, so that what it says next is part of it.

There are two kinds. A sentence that looks unfinished is waited for until a certain time, and
whoever waits is told when that is up. A sentence whose answer is being made can go on until the
answer is heard, and nobody waits: it goes on only where the answer is given up for that.
"""

import math


class SentenceHold:
    """Whether and until when the last sentence can go on; times in seconds."""

    def __init__(self) -> None:
        self._held = False
        self.until = math.inf
        """When the waiting for it is up; infinite where nobody waits."""

    def hold(self, until: float) -> None:
        """The sentence can go on: until then, or with infinity until its answer is heard."""
        self._held = True
        self.until = until

    def goes_on(self, answer_given_up: bool) -> bool:
        """The caller speaks again: return whether its sentence goes on, and hold it no more."""
        goes_on = self._held and (self.until < math.inf or answer_given_up)
        self.let_go()
        return goes_on

    def answered(self) -> None:
        """An answer is heard, or will never be: what is not waited for cannot go on."""
        if self.until == math.inf:
            self._held = False

    def let_go(self) -> bool:
        """Hold it no more; return whether it was waited for."""
        waited_for = self.until < math.inf
        self._held, self.until = False, math.inf
        return waited_for
