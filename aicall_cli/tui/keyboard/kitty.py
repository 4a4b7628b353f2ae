"""How a terminal is made to report releases, and how that is taken back; what to write when.

::

    begin ──→ ``CSI ? u``, ``CSI c``
                 ├─ answer to the first: Kitty.  push 1, push 1+2+8 for talk keys, ask again
                 └─ answer to the second first, or 200 ms: no Kitty.  win32-input-mode, unasked:
                    who does not have it ignores it, and who has it shows that by its first key

For typing text the talk keys' flags are popped: only then do capitals, dead keys, input
methods and the clipboard work. Flag 8 is what makes keys with a character report releases;
with it Ctrl-C is a key like any other. The terminal's main and alternate screens have flags
of their own: begin and end on the same one.
"""

from typing import Final

ANSWER_SECONDS: Final = 0.2
"""How long the terminal may take to answer before it is taken not to have the protocol."""

DISAMBIGUATE: Final = 1
EVENT_KINDS: Final = 2
ALL_KEYS: Final = 8
TALK_FLAGS: Final = DISAMBIGUATE | EVENT_KINDS | ALL_KEYS
_RELEASES: Final = EVENT_KINDS | ALL_KEYS

QUERY_ATTRIBUTES: Final = "\x1b[c"
_QUERY_FLAGS: Final = "\x1b[?u"
_POP: Final = "\x1b[<u"
_FOCUS: Final = 1004
_BRACKETED_PASTE: Final = 2004
_WIN32_INPUT: Final = 9001


class KittyKeyboard:
    """Knows what was switched on; each method returns what to write to the terminal now."""

    def __init__(self) -> None:
        self._depth = 0
        self._modes: list[int] = []
        self._deadline: float | None = None
        self._talk_keys = False
        self._decided = False
        self._confirmed: bool | None = None
        self.supported = False
        """Whether the terminal has the Kitty protocol."""

    @property
    def known(self) -> bool:
        """Whether it is known if the terminal reports releases by this protocol."""
        return self._decided and (not self.supported or self._confirmed is not None)

    @property
    def reports_releases(self) -> bool:
        """Whether the terminal said, with the talk keys' flags set, that it has them."""
        return bool(self._confirmed)

    @property
    def deadline(self) -> float | None:
        """When to call ``expire``; seconds, as ``now``."""
        return self._deadline

    @property
    def undo(self) -> str:
        """What takes everything back, at any moment."""
        pops = f"\x1b[<{self._depth}u" if self._depth else ""
        return pops + "".join(f"\x1b[?{mode}l" for mode in reversed(self._modes))

    def begin(self, now: float) -> str:
        """Ask what the terminal can do."""
        self._deadline = now + ANSWER_SECONDS
        return self._set(_BRACKETED_PASTE) + _QUERY_FLAGS + QUERY_ATTRIBUTES

    def flags_answered(self, flags: int) -> str:
        """Take the answer to ``CSI ? u``; a late one is as good."""
        if self.supported:
            if self._talk_keys:
                self._confirmed = flags & _RELEASES == _RELEASES
            return ""
        talk_keys = self._talk_keys
        without = self.set_talk_keys(active=False)
        self._decide()
        self.supported = True
        return without + self._push(DISAMBIGUATE) + self.set_talk_keys(talk_keys)

    def attributes_answered(self) -> str:
        """Take the answer to ``CSI c``: whoever has the protocol has answered before."""
        return "" if self._decided else self._decide_without()

    def expire(self, now: float) -> str:
        """Give the terminal up if its time to answer is over."""
        if self._deadline is None or now < self._deadline:
            return ""
        return self._decide_without()

    def set_talk_keys(self, active: bool) -> str:
        """Have releases reported, or else text typed as it is meant."""
        if active == self._talk_keys:
            return ""
        self._talk_keys = active
        if not self._decided:
            return ""
        return self._talk() if active else self._type()

    def undone(self) -> None:
        """Take note that ``undo`` was written."""
        self._depth, self._modes, self._deadline = 0, [], None

    def _decide(self) -> None:
        self._decided = True
        self._deadline = None

    def _decide_without(self) -> str:
        self._decide()
        return self._talk() if self._talk_keys else ""

    def _talk(self) -> str:
        # A window that loses the focus is not told that the key was let go.
        focus = self._set(_FOCUS)
        if self.supported:
            return focus + self._push(TALK_FLAGS) + _QUERY_FLAGS
        return focus + self._set(_WIN32_INPUT)

    def _type(self) -> str:
        if self.supported:
            self._depth -= 1
            return _POP + self._reset(_FOCUS)
        return self._reset(_WIN32_INPUT) + self._reset(_FOCUS)

    def _push(self, flags: int) -> str:
        self._depth += 1
        return f"\x1b[>{flags}u"

    def _set(self, mode: int) -> str:
        self._modes.append(mode)
        return f"\x1b[?{mode}h"

    def _reset(self, mode: int) -> str:
        self._modes.remove(mode)
        return f"\x1b[?{mode}l"
