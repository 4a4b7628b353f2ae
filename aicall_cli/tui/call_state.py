"""All that the interface of a call shows, as one immutable value."""

from dataclasses import dataclass, field
from typing import Final

from aicall_cli.session.statistics import CallStatistics
from aicall_cli.tui.call_controller import CallController
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.view_state import ViewState

METER_HISTORY: Final = 24
"""Levels that are kept of each side: the widest meter shows them all."""


@dataclass(frozen=True, slots=True)
class Called:
    """Who is called, for people."""

    agent: str
    backend: str
    """What kind of agent it is, and where: ``built-in``, ``example.org``."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What the call says of itself besides its events; see ``CallController``."""

    push_to_talk: bool = False
    talking: bool = False
    muted: bool = False
    voice_interrupt: bool | None = None
    agent_audio: bool = True
    agent_volume: int = 100
    recording: bool = False
    input_overflows: int = 0
    output_underflows: int = 0

    @classmethod
    def of(cls, controller: CallController) -> "Controls":
        """Return them as they are now."""
        return cls(
            push_to_talk=controller.push_to_talk,
            talking=controller.talking,
            muted=controller.muted,
            voice_interrupt=controller.voice_interrupt,
            agent_audio=controller.agent_audio,
            agent_volume=controller.agent_volume,
            recording=controller.recording,
            input_overflows=controller.input_overflows,
            output_underflows=controller.output_underflows,
        )


@dataclass(frozen=True, slots=True)
class Levels:
    """Each side's last levels, 0–255, the newest last."""

    caller: tuple[int, ...] = ()
    agent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """How the talk key works in this terminal, and what it does now."""

    mode: TalkMode = TalkMode.TOGGLE
    latched: bool = False
    """Whether it was only tapped, and another press ends the utterance."""
    since: float | None = None
    """When the utterance began, on the view's clock; None while nobody talks."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Text being typed for the agent."""

    text: str
    cursor: int
    """How many of its characters are before the cursor."""


@dataclass(frozen=True, slots=True)
class Flash:
    """Something told in passing; ``until`` on the view's clock."""

    text: str
    warning: bool
    until: float


@dataclass(frozen=True, slots=True)
class ScrollPlace:
    """What stands at the top while the conversation is read again."""

    line: int
    """Lines of the conversation before it, since the call began."""
    row: int
    """Rows of that line that are above the top."""


@dataclass(frozen=True, slots=True)
class CallScreenState:
    """A call, and what its user is doing in it."""

    called: Called
    view: ViewState = field(default_factory=ViewState)
    duration: float = 0.0
    """Seconds that the call has lasted."""
    controls: Controls = Controls()
    levels: Levels = Levels()
    figures: CallStatistics | None = None
    talk: Talk = Talk()
    typed: Typed | None = None
    """None while nothing is being typed."""
    help: bool = False
    scroll: ScrollPlace | None = None
    """None: the newest is shown, whatever comes."""
    flash: Flash | None = None
