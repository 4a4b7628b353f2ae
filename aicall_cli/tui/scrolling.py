"""Which part of the conversation is read."""

from collections.abc import Callable, Mapping
from typing import Final

from aicall_cli.tui.call_screen import conversation_height, row_room
from aicall_cli.tui.call_state import ScrollPlace
from aicall_cli.tui.conversation import Conversation
from aicall_cli.tui.keyboard.key_map import Action
from aicall_cli.tui.view_state import ViewState


class Scrolling:
    """Moves through what was said; at its end the newest is followed."""

    def __init__(self, state: Callable[[], ViewState], size: Callable[[], tuple[int, int]]) -> None:
        self._state = state
        self._size = size
        self.place: ScrollPlace | None = None
        """What stands at the top; None while the newest is followed."""

    def by_rows(self, rows: int) -> None:
        """Move down, or up by a negative number."""
        width, height = self._size()
        conversation = Conversation.of(self._state(), row_room(width))
        self.place = conversation.scrolled(self.place, rows, conversation_height(height))

    def by_pages(self, pages: int) -> None:
        """Move down by what the screen shows, less a row to read on from."""
        _, height = self._size()
        self.by_rows(pages * max(conversation_height(height) - 1, 1))

    def to_end(self) -> None:
        """Follow the newest."""
        self.place = None


SCROLLS: Final[Mapping[Action, Callable[[Scrolling], None]]] = {
    Action.SCROLL_UP: lambda scrolling: scrolling.by_rows(-1),
    Action.SCROLL_DOWN: lambda scrolling: scrolling.by_rows(1),
    Action.PAGE_UP: lambda scrolling: scrolling.by_pages(-1),
    Action.PAGE_DOWN: lambda scrolling: scrolling.by_pages(1),
}
