"""States of a call's interface, as the tests of its parts need them."""

from dataclasses import replace

from aicall_cli.engine.enums import AgentState, CallState, NetworkQuality, Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.session.statistics import CallStatistics
from aicall_cli.tui.call_state import Called, CallScreenState, Controls, Levels
from aicall_cli.tui.view_state import Notice, ViewState
from tests.tui.calls import ANSWERED, STATISTICS

CALLED = Called("assistant", "built-in")


def spoken(
    source: Party, number: int, text: str, *, final: bool = True, interrupted: bool = False
) -> TranscriptEntry:
    """Return one sentence."""
    return TranscriptEntry(source, number, text, 1.0, 2.0, final, interrupted)


TALK = (
    spoken(Party.CALLER, 1, "what is the weather like in Beijing"),
    spoken(
        Party.AGENT,
        1,
        "北京现在晴朗、气温二十度、适合出门散步、不过傍晚可能会下一点小雨、请记得带伞。",
    ),
    spoken(Party.CALLER, 2, "שלום עולם, and thank you"),
    spoken(Party.AGENT, 2, "\x1b[2J\x1b]0;owned\x07[red]you[/red] are welcome", interrupted=True),
    Notice(9.0, "the microphone is gone: the call goes on in silence", warning=True),
    spoken(Party.CALLER, 3, "go forward ten meters"),
)
"""CJK, right-to-left and hostile text, an interruption and a warning."""

GROWING = spoken(Party.AGENT, 3, "Going forward ten meters, and then turning to", final=False)

VIEW = ViewState(
    call_state=CallState.CONNECTED,
    agent_state=AgentState.SPEAKING,
    conversation=(*TALK, GROWING),
    turn=ANSWERED,
    caller_network=NetworkQuality.EXCELLENT,
    agent_network=NetworkQuality.EXCELLENT,
)

CONNECTED = CallScreenState(
    CALLED,
    view=VIEW,
    duration=62.3,
    controls=Controls(voice_interrupt=True),
    levels=Levels(caller=(0, 60, 120, 180, 240, 120, 30, 0), agent=(90, 130, 210, 140) * 5),
    figures=STATISTICS,
)
"""A call in which the agent speaks."""

CONNECTING = CallScreenState(CALLED, view=ViewState(call_state=CallState.CONNECTING))


def with_view(**changes: object) -> CallScreenState:
    """Return ``CONNECTED`` with another view."""
    return replace(CONNECTED, view=replace(VIEW, **changes))  # type: ignore[arg-type]


def with_controls(**changes: object) -> CallScreenState:
    """Return ``CONNECTED`` with other controls."""
    return replace(CONNECTED, controls=replace(CONNECTED.controls, **changes))  # type: ignore[arg-type]


def with_figures(**changes: object) -> CallScreenState:
    """Return ``CONNECTED`` with other figures."""
    figures: CallStatistics = replace(STATISTICS, **changes)  # type: ignore[arg-type]
    return replace(CONNECTED, figures=figures)
