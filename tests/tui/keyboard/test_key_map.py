import pytest

from aicall_cli.errors import UsageError
from aicall_cli.tui.keyboard.key_event import KeyEvent, KeyKind, Modifiers
from aicall_cli.tui.keyboard.key_map import DEFAULT_KEYS, REPEATING, Action, create_key_map
from aicall_cli.tui.keyboard.key_parser import KeyParser

CTRL, SHIFT = Modifiers.CTRL, Modifiers.SHIFT
RELEASE, REPEAT = KeyKind.RELEASE, KeyKind.REPEAT


def action(data: bytes) -> Action | None:
    """Return what the only key in ``data`` does."""
    parser = KeyParser()
    (event,) = parser.feed(data, 0.0) + parser.expire(1.0)
    assert isinstance(event, KeyEvent)
    return create_key_map().action(event)


@pytest.mark.parametrize(
    ("data", "done"),
    [
        (b" ", Action.TALK),
        (b"\x1b", Action.CANCEL),
        (b"p", Action.PUSH_TO_TALK),
        (b"m", Action.MUTE),
        (b"i", Action.INTERRUPT),
        (b"v", Action.VOICE_INTERRUPT),
        (b"t", Action.TEXT),
        (b"s", Action.AGENT_AUDIO),
        (b"+", Action.LOUDER),
        (b"=", Action.LOUDER),
        (b"-", Action.QUIETER),
        (b"r", Action.RECORDING),
        (b"?", Action.HELP),
        (b"\x1bOP", Action.HELP),
        (b"q", Action.HANG_UP),
        (b"\x03", Action.HANG_UP),
        (b"\x1b[A", Action.SCROLL_UP),
        (b"\x1b[B", Action.SCROLL_DOWN),
        (b"\x1b[5~", Action.PAGE_UP),
        (b"\x1b[6~", Action.PAGE_DOWN),
        (b"M", Action.MUTE),
        (b"x", None),
        (b"\x10", None),
        (b"\x1bp", None),
    ],
)
def test_the_keys_of_a_plain_terminal(data: bytes, done: Action | None) -> None:
    assert action(data) is done


@pytest.mark.parametrize(
    ("data", "done"),
    [
        (b"\x1b[32u", Action.TALK),
        (b"\x1b[32;1:3u", Action.TALK),
        (b"\x1b[32;2u", Action.TALK),
        (b"\x1b[32;65u", Action.TALK),
        (b"\x1b[27u", Action.CANCEL),
        (b"\x1b[99;5u", Action.HANG_UP),
        (b"\x1b[47;2u", Action.HELP),
        (b"\x1b[223:63;2u", Action.HELP),
        (b"\x1b[61;2u", Action.LOUDER),
        (b"\x1b[43u", Action.LOUDER),
        (b"\x1b[57413u", Action.LOUDER),
        (b"\x1b[57412;1:2u", Action.QUIETER),
        (b"\x1b[109;65u", Action.MUTE),
        (b"\x1b[109;1:2u", None),
        (b"\x1b[109;1:3u", None),
        (b"\x1b[32;1:2u", None),
        (b"\x1b[1;1:2A", Action.SCROLL_UP),
    ],
)
def test_the_keys_of_the_kitty_protocol(data: bytes, done: Action | None) -> None:
    assert action(data) is done


def test_every_action_has_a_key_and_a_label() -> None:
    keys = create_key_map()
    assert set(DEFAULT_KEYS) == set(Action)
    assert {name: keys.labels[name] for name in (Action.TALK, Action.HELP, Action.HANG_UP)} == {
        Action.TALK: "Space",
        Action.HELP: "?",
        Action.HANG_UP: "q",
    }
    assert all(keys.labels[each] for each in Action)
    assert Action.TALK not in REPEATING


def test_keys_can_be_changed() -> None:
    keys = create_key_map({"talk": "f5", "mute": ["ctrl+m", "M"], "recording": []})
    assert keys.action(KeyEvent("f5")) is Action.TALK
    assert keys.action(KeyEvent("f5", kind=RELEASE)) is Action.TALK
    assert keys.action(KeyEvent("space", text=" ")) is None
    assert keys.action(KeyEvent("space", kind=RELEASE)) is None
    assert keys.action(KeyEvent("m", CTRL)) is Action.MUTE
    assert keys.action(KeyEvent("m", SHIFT, text="M")) is Action.MUTE
    assert keys.action(KeyEvent("m", text="m")) is None
    assert keys.action(KeyEvent("r", text="r")) is None
    assert keys.labels[Action.RECORDING] == "–"
    assert keys.labels[Action.MUTE] == "Ctrl-M"


def test_the_talk_key_is_let_go_whatever_is_held_with_it_by_then() -> None:
    keys = create_key_map({"talk": ["ctrl+space", "right_ctrl", "!"]})
    assert keys.action(KeyEvent("space", CTRL)) is Action.TALK
    assert keys.action(KeyEvent("space", kind=RELEASE)) is Action.TALK
    assert keys.action(KeyEvent("right_ctrl", CTRL)) is Action.TALK
    assert keys.action(KeyEvent("1", SHIFT)) is Action.TALK
    assert keys.action(KeyEvent("1", kind=RELEASE)) is Action.TALK


def test_ctrl_c_hangs_up_unless_it_was_given_away() -> None:
    ctrl_c = KeyEvent("c", CTRL)
    assert create_key_map({"hang_up": "x"}).action(ctrl_c) is Action.HANG_UP
    assert create_key_map({"hang_up": []}).action(ctrl_c) is Action.HANG_UP
    assert create_key_map({"interrupt": "ctrl+c", "hang_up": "q"}).action(ctrl_c) is (
        Action.INTERRUPT
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"talk": "p"}, "the key p is given to both talk and push_to_talk"),
        ({"mute": ["f5", "ctrl+c"]}, "the key Ctrl-C is given to both mute and hang_up"),
        ({"talk": "blank"}, "there is no key named 'blank'"),
        ({"shout": "x"}, "there is nothing named 'shout' that a key could do"),
        ({"talk": 5}, "the keys of talk are neither a name nor a list of names"),
        ({"talk": ["x", 5]}, "the keys of talk are neither a name nor a list of names"),
        ({"mute": "ctrl+c", "hang_up": []}, "no key hangs up"),
    ],
)
def test_what_cannot_be_used_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        create_key_map(settings)
    assert caught.value.message == message
    assert caught.value.hint


def test_the_same_key_twice_for_one_action_is_once() -> None:
    assert len(create_key_map({"talk": ["space", " "]}).keys(Action.TALK)) == 1
