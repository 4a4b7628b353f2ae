from dataclasses import replace

import pytest

from aicall_cli.tui.call_keys_shown import help_rows, key_row
from aicall_cli.tui.call_state import Talk, Typed
from aicall_cli.tui.keyboard.key_map import Action, create_key_map
from aicall_cli.tui.keyboard.talk_key import TalkMode
from tests.tui.call_states import CONNECTED

LABELS = create_key_map().labels


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (59, "Space talk  i interrupt  m mute  t type  ? help  q hang up"),
        (79, "Space talk  i interrupt  m mute  t type  p push-to-talk  ? help  q hang up"),
        (20, "? help  q hang up"),
    ],
)
def test_the_most_useful_keys_are_shown_and_always_help_and_the_end(room: int, shown: str) -> None:
    assert key_row(CONNECTED, LABELS, room).plain == shown


def test_while_something_else_goes_on_its_keys_are_shown() -> None:
    assert key_row(replace(CONNECTED, help=True), LABELS, 59).plain == "any key back to the call"
    typing = replace(CONNECTED, typed=Typed("", 0))
    assert key_row(typing, LABELS, 59).plain == "Enter send  Esc cancel"


def test_other_keys_have_their_own_names_and_keys_that_are_none_have_no_hint() -> None:
    labels = create_key_map({"talk": "f5", "interrupt": []}).labels
    assert key_row(CONNECTED, labels, 59).plain.startswith("F5 talk  m mute")


@pytest.mark.parametrize(("width", "height"), [(60, 13), (80, 21), (120, 37)])
def test_help_names_every_action_in_the_room_there_is(width: int, height: int) -> None:
    rows = help_rows(CONNECTED, LABELS, width - 1, height)
    assert len(rows) <= height
    assert max(row.cell_len for row in rows) <= width - 1
    text = "\n".join(row.plain for row in rows)
    assert "…" not in text
    assert all(LABELS[action] in text for action in Action)


def test_help_says_how_the_talk_key_works() -> None:
    toggled = help_rows(CONNECTED, LABELS, 59, 13)[-1]
    assert toggled.plain == "Space: once to talk, once more to send"
    held = help_rows(replace(CONNECTED, talk=Talk(TalkMode.HOLD)), LABELS, 59, 13)[-1]
    assert held.plain == "Space: hold it while you talk; after a tap it talks on"
