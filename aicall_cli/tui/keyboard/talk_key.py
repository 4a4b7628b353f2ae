"""The key that a caller talks with: held, or pressed to begin and pressed to end.

::

    HOLD     press: start.  let go after 300 ms or more: finish.
             let go before that (a tap): the talk goes on by itself; the next press finishes.
    TOGGLE   press: start.  press: finish.  What the keyboard repeats is no press.

Where a terminal does not report releases it reports the keyboard's repeats as presses. A key
that is held repeats after at most 0.7 s and then at least ten times a second: within that
after the press, and within 100 ms of the last repeat, it is the same press.
"""

from enum import Enum, auto
from typing import Final

from aicall_cli.tui.keyboard.key_event import KeyKind

TAP_SECONDS: Final = 0.3
"""A press that is let go sooner latches."""
REPEAT_DELAY_SECONDS: Final = 0.7
"""The longest time after which keyboards begin to repeat (X11: 0.66 s)."""
REPEAT_GAP_SECONDS: Final = 0.1
"""The longest time between two repeats."""


class TalkMode(Enum):
    """What the key does; the value is its name in options and configuration."""

    HOLD = "hold"
    TOGGLE = "toggle"


class TalkSignal(Enum):
    """What the caller wants by it."""

    START = auto()
    FINISH = auto()


class TalkKey:
    """Follows one key; times in seconds on any axis."""

    def __init__(self, mode: TalkMode = TalkMode.TOGGLE) -> None:
        self._mode = mode
        self._talking = False
        self._latched = False
        self._pressed_at = float("-inf")
        self._last_press = float("-inf")

    @property
    def mode(self) -> TalkMode:
        """How the key works now."""
        return self._mode

    def set_mode(self, mode: TalkMode) -> None:
        """Change how the key works, as when the first release is reported."""
        if mode is not self._mode:
            self._mode = mode
            self._latched = self._talking and mode is TalkMode.TOGGLE

    @property
    def talking(self) -> bool:
        """Whether the caller talks."""
        return self._talking

    @property
    def latched(self) -> bool:
        """Whether the talk goes on until the next press."""
        return self._latched

    def key(self, kind: KeyKind, now: float) -> TalkSignal | None:
        """Take what happened to the key; return what it means, if anything."""
        match kind:
            case KeyKind.PRESS:
                return self._press(now)
            case KeyKind.RELEASE:
                self._last_press = float("-inf")  # whatever comes now is pressed anew
                return self._let_go(now)
            case KeyKind.REPEAT:
                return None

    def focus_lost(self) -> TalkSignal | None:
        """Take that the terminal will not be told when the key is let go."""
        if not self._is_held:
            return None
        self.stop()
        return TalkSignal.FINISH

    def stop(self) -> None:
        """Take that the talk ended in another way: cancelled, or longer than may be.

        A key that is still held starts nothing by itself.
        """
        self._talking = self._latched = False

    def start(self) -> None:
        """Take that the talk began in another way; the next press finishes it."""
        self._talking = self._latched = True

    @property
    def _is_held(self) -> bool:
        return self._talking and self._mode is TalkMode.HOLD and not self._latched

    def _press(self, now: float) -> TalkSignal | None:
        repeated = self._mode is TalkMode.TOGGLE and self._is_repeat(now)
        self._last_press = now
        if repeated:
            return None
        self._pressed_at = now
        if self._talking:
            self.stop()
            return TalkSignal.FINISH
        self._talking = True
        self._latched = self._mode is TalkMode.TOGGLE
        return TalkSignal.START

    def _is_repeat(self, now: float) -> bool:
        if now - self._last_press <= REPEAT_GAP_SECONDS:
            return True
        first = self._last_press == self._pressed_at
        return first and self._talking and now - self._pressed_at <= REPEAT_DELAY_SECONDS

    def _let_go(self, now: float) -> TalkSignal | None:
        if not self._is_held:
            return None
        if now - self._pressed_at < TAP_SECONDS:
            self._latched = True
            return None
        self.stop()
        return TalkSignal.FINISH
