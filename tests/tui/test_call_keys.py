from dataclasses import dataclass, field

import pytest

from aicall_cli.engine.enums import Party
from aicall_cli.tui.call_keys import CallKeys
from aicall_cli.tui.call_state import Talk, Typed
from aicall_cli.tui.keyboard.key_event import (
    FocusChanged,
    KeyboardClosed,
    KeyEvent,
    KeyKind,
    Modifiers,
    Pasted,
    ReleasesReported,
)
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.notice_board import NoticeBoard, Told
from aicall_cli.tui.scrolling import Scrolling
from aicall_cli.tui.view_state import ViewState
from tests.tui.call_states import spoken
from tests.tui.fake_controller import FakeController
from tests.tui.fake_reader import FakeReader

STATE = ViewState(
    conversation=tuple(spoken(Party.CALLER, number, f"sentence {number}") for number in range(40))
)
CTRL_C = KeyEvent("c", Modifiers.CTRL)


@dataclass
class Stage:
    """The keys of a call, and what they do."""

    mode: TalkMode | None = None
    controller: FakeController = field(default_factory=FakeController)
    board: NoticeBoard = field(default_factory=NoticeBoard)
    scrolling: Scrolling = field(default_factory=lambda: Scrolling(lambda: STATE, lambda: (60, 16)))
    now: float = 100.0

    def __post_init__(self) -> None:
        self.keys = CallKeys(
            self.controller,
            create_key_map(),
            self.scrolling,
            self.board,
            lambda: self.now,
            self.controller.end_command,
            self.mode,
        )

    def press(self, *names: str) -> list[str]:
        """Press keys and let them go; return what the call has been asked for."""
        for name in names:
            self.down(name)
            self.up(name)
        return self.controller.asked

    def down(self, name: str, after: float = 1.0) -> list[str]:
        """Press a key a while later."""
        self.now += after
        self.keys.receive(KeyEvent(name, text=name if len(name) == 1 else ""))
        return self.controller.asked

    def up(self, name: str, after: float = 0.0) -> list[str]:
        """Let a key go a while later, where the terminal reports that."""
        self.now += after
        if self.keys.talk.mode is TalkMode.HOLD:
            self.keys.receive(KeyEvent(name, kind=KeyKind.RELEASE))
        return self.controller.asked

    def write(self, text: str) -> None:
        """Type a text."""
        for character in text:
            self.keys.receive(KeyEvent(character, text=character))


def held(mode: TalkMode | None = None) -> Stage:
    """Return a stage on a terminal that reports when a key is let go."""
    stage = Stage(mode)
    stage.keys.receive(ReleasesReported(True))
    return stage


def test_switches_do_what_their_keys_say() -> None:
    assert Stage().press("m", "i", "v", "s", "+", "-", "r", "p") == [
        "muted True",
        "interrupt",
        "voice_interrupt False",
        "agent_audio False",
        "agent_volume 110",
        "agent_volume 100",
        "recording True",
        "push_to_talk True",
    ]


def test_a_key_that_means_nothing_does_nothing() -> None:
    assert Stage().press("x", "f9") == []


def test_hanging_up_again_is_at_once() -> None:
    stage = Stage()
    assert stage.press("q", "q") == ["hang_up", "end_command"]
    stage.keys.receive(CTRL_C)
    assert stage.controller.asked[-1] == "end_command"


def test_a_terminal_that_is_gone_hangs_up() -> None:
    stage = Stage()
    stage.keys.receive(KeyboardClosed())
    assert stage.controller.asked == ["hang_up"]


def test_the_talk_key_toggles_where_nobody_tells_that_it_is_let_go() -> None:
    stage = Stage()
    assert stage.keys.talk == Talk(TalkMode.TOGGLE)
    assert stage.down("space") == ["start_talking"]
    assert stage.keys.talk == Talk(TalkMode.TOGGLE, latched=True, since=101.0)
    assert stage.down("space") == ["start_talking", "finish_talking"]


def test_the_talk_key_is_held_where_the_terminal_tells_that_it_is_let_go() -> None:
    stage = held()
    assert stage.down("space") == ["start_talking"]
    assert stage.keys.talk == Talk(TalkMode.HOLD, since=101.0)
    assert stage.up("space", after=0.5) == ["start_talking", "finish_talking"]


def test_a_tap_latches() -> None:
    stage = held()
    stage.down("space")
    assert stage.up("space", after=0.1) == ["start_talking"]
    assert stage.keys.talk.latched
    assert stage.down("space") == ["start_talking", "finish_talking"]


def test_toggling_can_be_wanted_where_holding_would_be_possible() -> None:
    stage = held(TalkMode.TOGGLE)
    reader = FakeReader()
    stage.keys.attach(reader)
    assert stage.keys.talk.mode is TalkMode.TOGGLE
    assert reader.talk_keys == []


def test_holding_that_is_wanted_but_not_possible_is_told() -> None:
    stage = Stage(TalkMode.HOLD)
    stage.keys.receive(ReleasesReported(False))
    assert stage.keys.talk.mode is TalkMode.TOGGLE
    (told,) = stage.board.take()
    assert told == Told("this terminal does not report when a key is let go", warning=True)


def test_a_window_that_loses_the_focus_lets_the_key_go() -> None:
    stage = held()
    stage.down("space")
    stage.now += 0.5
    stage.keys.receive(FocusChanged(True))
    stage.keys.receive(FocusChanged(False))
    assert stage.controller.asked == ["start_talking", "finish_talking"]


def test_escape_forgets_the_utterance_and_the_held_key_ends_nothing_more() -> None:
    stage = held()
    stage.down("space")
    stage.press("escape")
    assert stage.up("space", after=1.0) == ["start_talking", "cancel_talking"]


def test_an_utterance_that_the_call_ends_is_not_ended_again() -> None:
    stage = held()
    stage.down("space")
    stage.controller.talking = False
    stage.keys.follow()
    assert stage.up("space", after=1.0) == ["start_talking"]
    assert stage.down("space") == ["start_talking", "start_talking"]


def test_an_utterance_that_began_without_a_key_is_ended_by_one() -> None:
    stage = held()
    stage.controller.talking = True
    stage.keys.follow()
    assert stage.keys.talk == Talk(TalkMode.HOLD, latched=True, since=100.0)
    assert stage.down("space") == ["finish_talking"]


def test_a_refused_command_is_told_and_the_talk_key_is_up_again() -> None:
    stage = Stage(controller=FakeController(refusal="the call is not connected"))
    stage.press("space", "m")
    refusal = Told("the call is not connected", warning=True)
    assert stage.board.take() == [refusal, refusal]
    stage.controller.refusal = ""
    assert stage.press("space") == ["start_talking"]


def test_text_is_typed_and_sent() -> None:
    stage = Stage()
    stage.press("t")
    assert stage.keys.typed == Typed("", 0)
    stage.write("hi q?")
    stage.keys.receive(Pasted(" 你好\n"))
    stage.press("left", "left")
    assert stage.keys.typed == Typed("hi q? 你好 ", 7)
    assert stage.press("enter") == ["text hi q? 你好 "]
    assert stage.keys.typed is None


def test_text_can_be_given_up_and_nothing_is_not_sent() -> None:
    stage = Stage()
    stage.press("t")
    stage.write("hi")
    stage.press("escape", "t", "enter")
    assert stage.controller.asked == []
    assert stage.keys.typed is None


def test_a_refused_text_is_not_lost() -> None:
    stage = Stage()
    stage.press("t")
    stage.write("hi")
    stage.controller.refusal = "not connected"
    stage.press("enter")
    assert stage.keys.typed == Typed("hi", 2)
    stage.controller.refusal = ""
    assert stage.press("enter") == ["text hi"]


def test_while_typing_one_can_still_read_and_hang_up() -> None:
    stage = Stage()
    stage.press("t", "up", "page_up", "f1")
    assert stage.scrolling.place is not None
    assert not stage.keys.help
    stage.keys.receive(CTRL_C)
    assert stage.controller.asked == ["hang_up"]


def test_the_terminal_reports_releases_except_while_typing() -> None:
    stage = held()
    reader = FakeReader()
    stage.keys.attach(reader)
    stage.press("t")
    stage.press("escape")
    assert reader.talk_keys == [True, False, True]


def test_who_types_while_talking_has_let_the_key_go() -> None:
    stage = held()
    stage.down("space")
    stage.down("t")
    assert stage.controller.asked == ["start_talking", "finish_talking"]


def test_pasting_without_typing_does_nothing() -> None:
    stage = Stage()
    stage.keys.receive(Pasted("qqq"))
    assert stage.controller.asked == []


@pytest.mark.parametrize("name", ["x", "q", "space", "?"])
def test_any_key_leaves_the_help_and_does_nothing_else(name: str) -> None:
    stage = held()
    stage.press("?")
    assert stage.keys.help
    assert stage.press(name) == []
    assert not stage.keys.help


def test_ctrl_c_hangs_up_even_from_the_help() -> None:
    stage = Stage()
    stage.press("?")
    stage.keys.receive(CTRL_C)
    assert stage.controller.asked == ["hang_up"]


def test_scrolling_goes_back_and_escape_follows_the_newest() -> None:
    stage = Stage()
    stage.press("up", "page_up", "down", "page_down", "page_up")
    assert stage.scrolling.place is not None
    stage.press("escape")
    assert stage.scrolling.place is None
