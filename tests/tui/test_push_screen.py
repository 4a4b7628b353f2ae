from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.enums import AgentState, CallState
from aicall_cli.engine.events import AgentStateChanged, CallStateChanged, Event, TurnMeasured
from aicall_cli.session.feed import Stamped
from aicall_cli.tui.push_screen import PushProgress, render_screen
from aicall_cli.tui.view_state import ViewModel, ViewState
from tests.tui.calls import ANSWERED, OVERLAPPED, heard, said

LONG = (
    "go forward ten meters and turn left at the corner, "
    "then stop in front of the lights and wait for me"
)
VOLUMES = (0, 10, 100, 200, 255, 130, 70, 0)
FILE = PushProgress("goforward.wav", 2.4, 4.0, VOLUMES, pushed=121, retried=3)
PIPE = PushProgress("standard input", 12.4, None, VOLUMES, pushed=620, retried=3, dropped=2)
HOUR = PushProgress("talk.flac", 612.4, 4000.0, VOLUMES, pushed=30_620, retried=29_000)


def state(*events: Event) -> ViewState:
    model = ViewModel()
    for event in (CallStateChanged(CallState.CONNECTED), *events):
        model.apply(Stamped(1.0, event))
    return model.state


LISTENING = AgentStateChanged(AgentState.LISTENING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)


def screen(shown: ViewState, progress: PushProgress, width: int) -> list[str]:
    return [line.rstrip() for line in render_screen(shown, progress, width).plain.splitlines()]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            60,
            [
                "you   ▸ …then stop in front of the lights and wait for me",
                "━━━━━───  2.4 / 4.0 s  ▄▇█▅▃▁  ● listening   3 retried",
            ],
        ),
        (
            80,
            [
                "you   ▸ …left at the corner, then stop in front of the lights and wait for me",
                "━━━━━━━━━━───────  2.4 / 4.0 s  ▁▁▄▇█▅▃▁  ● listening   121 pushed, 3 retried",
            ],
        ),
        (
            120,
            [
                f"you   ▸ {LONG}",
                (
                    "goforward.wav  ━━━━━━━━━━━━━━━━━━━━━━━───────────────  2.4 / 4.0 s  "
                    "▁▁▁▁▁▁▄▇█▅▃▁  ● listening   121 pushed, 3 retried"
                ),
            ],
        ),
    ],
)
def test_a_file_at_three_widths(width: int, lines: list[str]) -> None:
    assert screen(state(LISTENING, heard(LONG)), FILE, width) == lines


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (60, "12.4 s  ▁▁▄▇█▅▃▁  ● listening   3 retried, 2 dropped"),
        (80, "12.4 s  ▁▁▄▇█▅▃▁  ● listening   620 pushed, 3 retried, 2 dropped"),
        (
            120,
            "standard input  12.4 s  ▁▁▁▁▁▁▄▇█▅▃▁  ● listening   620 pushed, 3 retried, 2 dropped",
        ),
    ],
)
def test_without_a_duration_there_is_no_bar(width: int, line: str) -> None:
    assert screen(state(LISTENING), PIPE, width) == [line]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (60, "━━╸─────────────    10:12 / 1:06:40  ▄▇█▅▃▁  ● listening"),
        (80, "━━━────────────────    10:12 / 1:06:40  ▁▁▄▇█▅▃▁  ● listening   29000 retried"),
    ],
)
def test_large_figures_leave_out_what_has_no_room(width: int, line: str) -> None:
    assert screen(state(LISTENING), HOUR, width) == [line]


def test_both_sides_grow_above_the_progress() -> None:
    lines = screen(state(heard("and then"), said("I will")), FILE, 80)
    assert lines[:2] == ["you   ▸ and then", "agent ▸ I will"]
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        (ViewState(), "● connecting"),
        (ViewState(call_state=CallState.CONNECTING), "● connecting"),
        (ViewState(call_state=CallState.CONNECTED), "● connected"),
        (state(LISTENING), "● listening"),
        (state(AgentStateChanged(AgentState.THINKING)), "● thinking"),
        (state(SPEAKING), "● speaking"),
        (replace(state(SPEAKING), call_state=CallState.OVER), "● hanging up"),
        (replace(state(SPEAKING), call_state=CallState.ERROR), "● failed"),
    ],
)
def test_the_state_is_a_word_and_a_colour(shown: ViewState, word: str) -> None:
    text = render_screen(shown, FILE, 80)
    start = text.plain.index(word)
    assert any(span.start <= start < span.end for span in text.spans)
    assert len(text.plain) == len(render_screen(state(LISTENING), FILE, 80).plain)


def test_while_the_agent_speaks_its_latency_is_shown() -> None:
    (counts,) = screen(state(SPEAKING), FILE, 80)
    (line,) = screen(state(SPEAKING, TurnMeasured(ANSWERED)), FILE, 80)
    assert line.index("●") == counts.index("●")
    assert line.endswith("● speaking    after 620 ms")
    (line,) = screen(state(SPEAKING, TurnMeasured(OVERLAPPED)), FILE, 80)
    assert line.endswith("● speaking    121 pushed, 3 retried")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("往前走十米然后左转再往前走" * 3, "you   ▸ …然后左转再往前走往前走十米然后左转再往前走"),
        ("קדימה עשרה מטרים", "you   ▸ קדימה עשרה מטרים"),
        ("a\x1b[2Jb\nc [bold]d[/bold]", "you   ▸ a\\x1b[2Jb c [bold]d[/bold]"),
        ("x" * 1_000_000, "you   ▸ …" + "x" * 42),
        ("\u202e" * 100, "you   ▸ …" + "\\u202e" * 7),
    ],
)
def test_any_text_stays_on_its_line(text: str, line: str) -> None:
    lines = screen(state(heard(text)), FILE, 52)
    assert lines[0] == line
    assert len(lines) == 2


def test_the_echo_of_an_interrupt_does_not_make_the_last_line_wrap() -> None:
    for width in range(20, 140):
        *_, line = render_screen(state(SPEAKING, heard(LONG)), FILE, width).split("\n")
        assert line.cell_len + len("^C") < width


@given(
    text=st.text(max_size=300),
    width=st.integers(1, 140),
    position=st.floats(0, 1e6),
    duration=st.none() | st.floats(0, 1e6),
    count=st.integers(0, 10**9),
)
def test_no_line_is_as_wide_as_the_terminal(
    text: str, width: int, position: float, duration: float | None, count: int
) -> None:
    progress = PushProgress(text, position, duration, (), count, count, count)
    shown = render_screen(state(LISTENING, heard(text), said(text)), progress, width)
    for line in shown.split("\n"):
        assert line.cell_len <= max(width - 1, 1)
    assert shown.plain.count("\n") <= 2
