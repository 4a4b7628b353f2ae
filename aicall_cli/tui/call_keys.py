"""What each key does in a call: to the call, or to what is seen of it."""

from collections.abc import Callable
from typing import Final

from aicall_cli.clock import Clock
from aicall_cli.errors import CommandRefused
from aicall_cli.tui.call_controller import CallController
from aicall_cli.tui.call_state import Talk, Typed
from aicall_cli.tui.call_switches import SWITCHES
from aicall_cli.tui.keyboard.key_event import (
    FocusChanged,
    KeyboardClosed,
    KeyboardInput,
    KeyEvent,
    KeyKind,
    Pasted,
    ReleasesReported,
)
from aicall_cli.tui.keyboard.key_map import Action, KeyMap
from aicall_cli.tui.keyboard.key_reader import KeyReader
from aicall_cli.tui.keyboard.talk_key import TalkKey, TalkMode, TalkSignal
from aicall_cli.tui.keyboard.text_entry import EntryResult, TextEntry
from aicall_cli.tui.notice_board import NoticeBoard
from aicall_cli.tui.scrolling import SCROLLS, Scrolling

_WHILE_TYPING: Final = frozenset({Action.HANG_UP, *SCROLLS})
"""What a key that types nothing and edits nothing still does."""


class CallKeys:
    """Takes the keyboard's inputs, one after the other, and keeps what they change.

    A refused command is told on the board. ``mode`` None holds the talk key where the
    terminal reports that it is let go. ``end_command`` ends more than the call, at once.
    """

    def __init__(
        self,
        controller: CallController,
        keys: KeyMap,
        scrolling: Scrolling,
        board: NoticeBoard,
        clock: Clock,
        end_command: Callable[[], None],
        mode: TalkMode | None = None,
    ) -> None:
        self._controller = controller
        self._keys = keys
        self._scrolling = scrolling
        self._board = board
        self._clock = clock
        self._end_command = end_command
        self._wanted = mode
        self._talk_key = TalkKey(mode or TalkMode.TOGGLE)
        self._since: float | None = None
        self._entry: TextEntry | None = None
        self._reader: KeyReader | None = None
        self._hung_up = False
        self.help = False
        """Whether all keys are shown."""

    @property
    def typed(self) -> Typed | None:
        """The text being typed; None while none is."""
        entry = self._entry
        return None if entry is None else Typed(entry.text, entry.cursor)

    @property
    def talk(self) -> Talk:
        """The talk key, as it works and as it is now."""
        return Talk(self._talk_key.mode, self._talk_key.latched, self._since)

    def attach(self, reader: KeyReader) -> None:
        """Have ``reader`` report what the keys need, now and whenever that changes."""
        self._reader = reader
        self._set_talk_keys()

    def follow(self) -> None:
        """Take what has begun or ended an utterance without a key."""
        if self._controller.talking == self._talk_key.talking:
            return
        if self._controller.talking:
            self._talk_key.start()
            self._since = self._clock()
        else:
            self._talk_key.stop()

    def receive(self, item: KeyboardInput) -> None:
        """Take one input."""
        try:
            self._take(item)
        except CommandRefused as refused:
            self._board.post(refused.message, warning=True)
        finally:
            self.follow()

    def _take(self, item: KeyboardInput) -> None:
        match item:
            case KeyEvent():
                self._key(item)
            case Pasted(text):
                if self._entry is not None:
                    self._entry.insert(text)
            case FocusChanged(focused):
                if not focused:
                    self._signal(self._talk_key.focus_lost())
            case ReleasesReported(reported):
                self._choose_mode(reported=reported)
            case KeyboardClosed():
                self._controller.hang_up()

    def _key(self, event: KeyEvent) -> None:
        if self.help:
            self._leave_help(event)
        elif self._entry is not None:
            self._type(self._entry, event)
        else:
            action = self._keys.action(event)
            if action is Action.TALK:
                self._signal(self._talk_key.key(event.kind, self._clock()))
            elif action is not None:
                self._do(action)

    def _leave_help(self, event: KeyEvent) -> None:
        if event.kind is KeyKind.RELEASE:
            return
        self.help = False
        if not event.text and self._keys.action(event) is Action.HANG_UP:
            self._hang_up()

    def _type(self, entry: TextEntry, event: KeyEvent) -> None:
        match entry.key(event):
            case EntryResult.SUBMITTED:
                self._send(entry.text)
            case EntryResult.CANCELLED:
                self._end_typing()
            case EntryResult.IGNORED if event.kind is not KeyKind.RELEASE:
                action = self._keys.action(event)
                if action in _WHILE_TYPING:
                    self._do(action)

    def _send(self, text: str) -> None:
        if text.strip():
            self._controller.send_text(text)  # a refused text can be sent again
        self._end_typing()

    def _signal(self, signal: TalkSignal | None) -> None:
        if signal is TalkSignal.START:
            self._since = self._clock()
            self._controller.start_talking()
        elif signal is TalkSignal.FINISH:
            self._controller.finish_talking()

    def _do(self, action: Action) -> None:
        if action in SWITCHES:
            SWITCHES[action](self._controller)
        elif action in SCROLLS:
            SCROLLS[action](self._scrolling)
        elif action is Action.CANCEL:
            self._cancel()
        elif action is Action.TEXT:
            self._begin_typing()
        elif action is Action.HELP:
            self.help = True
        elif action is Action.HANG_UP:
            self._hang_up()

    def _choose_mode(self, *, reported: bool) -> None:
        if self._wanted is TalkMode.HOLD and not reported:
            self._board.post("this terminal does not report when a key is let go", warning=True)
        if self._wanted is not TalkMode.TOGGLE:
            self._talk_key.set_mode(TalkMode.HOLD if reported else TalkMode.TOGGLE)

    def _set_talk_keys(self) -> None:
        if self._reader is not None and self._wanted is not TalkMode.TOGGLE:
            self._reader.set_talk_keys(self._entry is None)

    def _begin_typing(self) -> None:
        # From now on nobody tells when the talk key is let go.
        self._signal(self._talk_key.focus_lost())
        self._entry = TextEntry()
        self._set_talk_keys()

    def _end_typing(self) -> None:
        self._entry = None
        self._set_talk_keys()

    def _cancel(self) -> None:
        if self._controller.talking:
            self._controller.cancel_talking()
        else:
            self._scrolling.to_end()

    def _hang_up(self) -> None:
        if self._hung_up:
            self._end_command()
        else:
            self._hung_up = True
            self._controller.hang_up()
