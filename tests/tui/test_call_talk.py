from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.enums import CallState
from aicall_cli.tui.call_state import CallScreenState, Talk, Typed
from aicall_cli.tui.call_talk import LONG_UTTERANCE, talk_row, typed_row
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.keyboard.talk_key import TalkMode
from tests.tui.call_states import CONNECTED, with_controls, with_view

LABELS = create_key_map().labels
HELD = Talk(TalkMode.HOLD, since=10.0)
LATCHED = Talk(TalkMode.HOLD, latched=True, since=10.0)
TOGGLED = Talk(TalkMode.TOGGLE, latched=True, since=10.0)


def row(state: CallScreenState, talk: Talk = HELD, now: float = 13.4, room: int = 79) -> str:
    return talk_row(replace(state, talk=talk), LABELS, now, room).plain


def test_without_push_to_talk_the_caller_is_heard() -> None:
    assert row(CONNECTED) == "● you are heard"


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        (CallState.CONNECTING, "○ you are not heard yet"),
        (CallState.OVER, "○ the call is over"),
        (CallState.ERROR, "○ the call is over"),
    ],
)
def test_outside_of_the_call_nobody_is_heard(call: CallState, shown: str) -> None:
    assert row(with_view(call_state=call)) == shown


def test_a_muted_caller_is_told_how_to_be_heard() -> None:
    assert row(with_controls(muted=True)) == "○ muted: m to be heard"


@pytest.mark.parametrize(
    ("talk", "shown"),
    [
        (HELD, "○ push-to-talk: hold Space to talk"),
        (TOGGLED, "○ push-to-talk: Space to talk, Space again to send"),
    ],
)
def test_push_to_talk_says_how_the_key_works(talk: Talk, shown: str) -> None:
    assert row(with_controls(push_to_talk=True), talk) == shown


@pytest.mark.parametrize(
    ("talk", "shown"),
    [
        (HELD, "● talking 3 s: let Space go to send, Esc to forget"),
        (LATCHED, "● talking 3 s: Space to send, Esc to forget"),
        (TOGGLED, "● talking 3 s: Space to send, Esc to forget"),
        (Talk(), "● talking 0 s: Space to send, Esc to forget"),
    ],
)
def test_talking_says_how_to_end_it(talk: Talk, shown: str) -> None:
    assert row(with_controls(push_to_talk=True, talking=True), talk) == shown


def test_a_long_utterance_turns_yellow_before_it_is_ended() -> None:
    state = replace(with_controls(push_to_talk=True, talking=True), talk=HELD)
    for seconds, style in ((LONG_UTTERANCE - 1, "bold green"), (LONG_UTTERANCE, "bold yellow")):
        shown = talk_row(state, LABELS, 10.0 + seconds, 79)
        assert shown.spans[0].style == style


def test_what_is_not_as_usual_stands_at_the_right() -> None:
    state = with_controls(
        push_to_talk=True,
        muted=True,
        agent_audio=False,
        recording=True,
        agent_volume=150,
        voice_interrupt=False,
    )
    assert row(state, room=119).endswith(
        "  muted  agent off  ● rec  volume 150 %  no voice interruption"
    )
    assert row(state, room=59) == "○ push-to-talk: hold Space to talk  muted  agent off  ● rec"


def test_a_key_that_nobody_has_is_not_named() -> None:
    labels = create_key_map({"mute": [], "cancel": [], "talk": []}).labels
    muted = talk_row(with_controls(muted=True), labels, 0.0, 79)
    assert muted.plain == "○ muted"
    talking = talk_row(with_controls(push_to_talk=True, talking=True), labels, 0.0, 79)
    assert talking.plain == "● talking 0 s"


@pytest.mark.parametrize(
    ("text", "cursor", "shown", "column"),
    [
        ("", 0, "text ▸ ", 7),
        ("hello", 5, "text ▸ hello", 12),
        ("hello", 2, "text ▸ hello", 9),
        ("你好", 1, "text ▸ 你好", 9),
        ("one two three four", 18, "text ▸ two three four", 21),
        ("one two three four", 0, "text ▸ one two three …", 7),
        ("你好你好你好你好", 8, "text ▸ 好你好你好你好", 21),
    ],
)
def test_the_text_around_the_cursor_is_seen(
    text: str, cursor: int, shown: str, column: int
) -> None:
    typed = typed_row(Typed(text, cursor), 22)
    assert (typed.row.plain, typed.column) == (shown, column)


@given(st.text(max_size=300), st.data())
def test_any_text_fits_and_its_cursor_too(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    room = data.draw(st.integers(20, 120))
    typed = typed_row(Typed(text, cursor), room)
    assert typed.row.cell_len <= room
    assert 0 <= typed.column < room
    assert not set("\x1b\x9b\n") & set(typed.row.plain)
