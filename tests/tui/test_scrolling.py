from dataclasses import replace

import pytest

from aicall_cli.engine.enums import Party
from aicall_cli.tui.call_screen import conversation_height
from aicall_cli.tui.call_state import ScrollPlace
from aicall_cli.tui.keyboard.key_map import Action
from aicall_cli.tui.scrolling import SCROLLS, Scrolling
from aicall_cli.tui.view_state import ViewState
from tests.tui.call_states import spoken

STATE = ViewState(
    conversation=tuple(spoken(Party.CALLER, number, f"sentence {number}") for number in range(40))
)
PAGE = conversation_height(16)
LAST = 40 - PAGE
"""The line at the top while the newest is followed."""


def at_the_end(state: ViewState = STATE) -> Scrolling:
    return Scrolling(lambda: state, lambda: (60, 16))


@pytest.mark.parametrize(
    ("actions", "line"),
    [
        ([Action.SCROLL_UP], LAST - 1),
        ([Action.SCROLL_UP] * 3 + [Action.SCROLL_DOWN], LAST - 2),
        ([Action.PAGE_UP], LAST - PAGE + 1),
        ([Action.PAGE_UP] * 9, 0),
        ([Action.PAGE_UP] * 2 + [Action.PAGE_DOWN], LAST - PAGE + 1),
    ],
)
def test_keys_move_by_rows_and_by_pages(actions: list[Action], line: int) -> None:
    scrolling = at_the_end()
    for action in actions:
        SCROLLS[action](scrolling)
    assert scrolling.place == ScrollPlace(line, 0)


def test_at_the_end_the_newest_is_followed_again() -> None:
    scrolling = at_the_end()
    scrolling.by_rows(-5)
    scrolling.by_pages(1)
    assert scrolling.place is None
    scrolling.by_rows(-5)
    scrolling.to_end()
    assert scrolling.place is None


def test_what_fits_does_not_move() -> None:
    scrolling = at_the_end(replace(STATE, conversation=STATE.conversation[:PAGE]))
    scrolling.by_pages(-1)
    assert scrolling.place is None
