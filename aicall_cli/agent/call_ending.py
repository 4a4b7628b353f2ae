"""How the server's side of a call's signaling ends."""

from enum import Enum, auto


class Ending(Enum):
    """How the server's side of the signaling ends."""

    GOODBYE = auto()
    """With a ``Bye``."""
    WORDLESS = auto()
    """The socket is closed without a word; only scripts do this."""
