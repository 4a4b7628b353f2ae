"""What a view shows of a call, as an immutable value, and how each event changes it.

``reduce`` is pure; what was said is merged by ``engine.transcript``, once for everybody, and
``ViewModel`` is the two put together. A view that prints takes the lines that are new since
it last looked (``ViewState.lines_after``), which never change, and shows the open ones as
they grow. A view that has the whole screen shows the conversation, which changes in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    ConnectionStatus,
    EndReason,
    NetworkQuality,
    Party,
)
from aicall_cli.engine.events import (
    AgentStateChanged,
    CallEnded,
    CallStateChanged,
    CommandAnswered,
    ConnectionStatusChanged,
    Event,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    NetworkQualityChanged,
    TurnMeasured,
    UserSubtitleReceived,
    WarningRaised,
)
from aicall_cli.engine.latency import Turn
from aicall_cli.engine.transcript import Transcript, TranscriptEntry
from aicall_cli.session.feed import Stamped

MAX_LINES: Final = 200
"""Finished lines that are kept; a view that prints after every event misses none."""
MAX_OPEN: Final = 16
"""Sentences that grow at a time; at the bound the oldest is taken as it is."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a line that nobody said; ``at`` in seconds on the call's axis."""

    at: float
    text: str
    warning: bool
    """Something went wrong, rather than just happened."""


Line: TypeAlias = TranscriptEntry | Notice
"""What one side said, or a notice."""


@dataclass(frozen=True, slots=True)
class ViewState:
    """A call as it looks now."""

    call_state: CallState = CallState.NONE
    agent_state: AgentState | None = None
    """None before the agent said what it does."""
    open: tuple[TranscriptEntry, ...] = ()
    """Sentences that may still change, in the order in which they began."""
    lines: tuple[Line, ...] = ()
    """The last ``MAX_LINES`` finished lines."""
    line_count: int = 0
    """How many lines were ever finished."""
    conversation: tuple[Line, ...] = ()
    """The last ``MAX_LINES`` sentences and notices, finished or not, as they began."""
    conversation_before: int = 0
    """How many were before these."""
    turn: Turn | None = None
    """The last turn that was answered."""
    interrupted: bool = False
    """Whether nothing passes at present, which may yet change."""
    caller_network: NetworkQuality = NetworkQuality.UNKNOWN
    agent_network: NetworkQuality = NetworkQuality.UNKNOWN
    ended: CallEnded | None = None

    @property
    def network(self) -> NetworkQuality:
        """The worse of both ways, as far as they are known; at once where nothing passes."""
        if self.interrupted:
            return NetworkQuality.DISCONNECTED
        ways = (self.caller_network, self.agent_network)
        return max((way for way in ways if way is not NetworkQuality.UNKNOWN), default=ways[0])

    def lines_after(self, count: int) -> tuple[Line, ...]:
        """Return the lines after the first ``count``, as far as they are still kept."""
        new = min(self.line_count - count, len(self.lines))
        return self.lines[len(self.lines) - new :]

    def growing(self, source: Party) -> TranscriptEntry | None:
        """Return what ``source`` is saying; None while it says nothing."""
        own = [entry for entry in self.open if entry.source is source]
        return own[-1] if own else None


class ViewModel:
    """Keeps the state of one call up to date."""

    def __init__(self) -> None:
        self._transcript = Transcript()
        self.state = ViewState()

    @property
    def transcript(self) -> Sequence[TranscriptEntry]:
        """All that was said, in the order in which it began."""
        return self._transcript.entries

    def apply(self, stamped: Stamped) -> ViewState:
        """Take an event and return the state after it."""
        entry = self._transcript.apply(stamped.event, stamped.at)
        self.state = reduce(self.state, stamped, entry)
        return self.state


def reduce(state: ViewState, stamped: Stamped, entry: TranscriptEntry | None) -> ViewState:
    """Return ``state`` after an event; ``entry`` is what it changed in the transcript."""
    if entry is not None:
        state = _with_entry(state, entry, stamped.at)
    return _with_event(state, stamped.event, stamped.at, said=entry is not None)


def _with_event(state: ViewState, event: Event, at: float, *, said: bool) -> ViewState:
    match event:
        case UserSubtitleReceived() if not said:
            # Taken back: it was somebody else's voice.
            key = (Party.CALLER, event.sentence_id)
            return _without_said(_without_open(state, key), key)
        case HumanTakeoverWillStart():
            return _with_notice(state, Notice(at, "a person is about to take over", warning=False))
        case HumanTakeoverConnected():
            return _with_notice(state, Notice(at, "a person has taken over", warning=False))
        case WarningRaised(message):
            return _with_notice(state, Notice(at, message, warning=True))
        case CommandAnswered(_, command, False, reason):
            told = f"{command or 'a command'} is refused: {reason}"
            return _with_notice(state, Notice(at, told, warning=True))
        case CallEnded():
            return _ended(state, event, at)
        case _:
            return _with_change(state, event)


def _with_change(state: ViewState, event: Event) -> ViewState:
    match event:
        case AgentStateChanged(agent_state):
            return replace(state, agent_state=agent_state)
        case CallStateChanged(call_state):
            return replace(state, call_state=call_state)
        case ConnectionStatusChanged(status):
            return replace(state, interrupted=status is ConnectionStatus.RECONNECTING)
        case NetworkQualityChanged(Party.CALLER, quality):
            return replace(state, caller_network=quality)
        case NetworkQualityChanged(_, quality):
            return replace(state, agent_network=quality)
        case TurnMeasured(turn):
            return replace(state, turn=turn)
    return state


def _with_entry(state: ViewState, entry: TranscriptEntry, at: float) -> ViewState:
    state = _with_said(state, entry)
    new = replace(entry, text=_new_text(state, entry))
    if not entry.final:
        return _with_open(state, new)
    state = _without_open(state, _key(entry))
    if new.text.strip():
        return _with_line(state, new)
    if entry.interrupted and entry.text.strip():
        # The conversation has its mark; what was printed can have none any more.
        return _with_line(state, Notice(at, "the agent was interrupted", warning=False))
    return state


def _with_open(state: ViewState, entry: TranscriptEntry) -> ViewState:
    keys = [_key(other) for other in state.open]
    if _key(entry) in keys:
        index = keys.index(_key(entry))
        grown = (*state.open[:index], entry, *state.open[index + 1 :])
        return replace(state, open=grown)
    if len(state.open) >= MAX_OPEN:
        oldest, *_ = state.open
        state = _with_line(_without_open(state, _key(oldest)), oldest)
    return replace(state, open=(*state.open, entry))


def _without_open(state: ViewState, key: tuple[Party, int]) -> ViewState:
    left = tuple(entry for entry in state.open if _key(entry) != key)
    return state if len(left) == len(state.open) else replace(state, open=left)


def _with_line(state: ViewState, line: Line) -> ViewState:
    lines = (*state.lines, line)[-MAX_LINES:]
    return replace(state, lines=lines, line_count=state.line_count + 1)


def _with_notice(state: ViewState, notice: Notice) -> ViewState:
    # A stall repeats the same warning for every frame; once is enough for a reader.
    last = state.lines[-1] if state.lines else None
    if isinstance(last, Notice) and last.text == notice.text:
        return state
    return _with_line(_with_shown(state, (*state.conversation, notice)), notice)


def _with_said(state: ViewState, entry: TranscriptEntry) -> ViewState:
    """Return ``state`` with ``entry`` in its place in the conversation."""
    if not entry.text.strip():
        return _without_said(state, _key(entry))
    conversation = state.conversation
    for index in range(len(conversation) - 1, -1, -1):
        if _is_of(conversation[index], _key(entry)):
            changed = (*conversation[:index], entry, *conversation[index + 1 :])
            return replace(state, conversation=changed)
    return _with_shown(state, (*conversation, entry))


def _without_said(state: ViewState, key: tuple[Party, int]) -> ViewState:
    left = tuple(line for line in state.conversation if not _is_of(line, key))
    return state if len(left) == len(state.conversation) else replace(state, conversation=left)


def _with_shown(state: ViewState, conversation: tuple[Line, ...]) -> ViewState:
    before = state.conversation_before + max(len(conversation) - MAX_LINES, 0)
    kept = conversation[-MAX_LINES:]
    return replace(state, conversation=kept, conversation_before=before)


def _is_of(line: Line, key: tuple[Party, int]) -> bool:
    return isinstance(line, TranscriptEntry) and _key(line) == key


def _ended(state: ViewState, ended: CallEnded, at: float) -> ViewState:
    for entry in state.open:
        state = _with_line(state, entry)
    state = replace(state, open=(), ended=ended)
    if ended.reason is EndReason.AGENT_LEFT:
        state = _with_notice(state, Notice(at, ended.message, warning=False))
    return state  # a failure is told by whoever reports errors


def _new_text(state: ViewState, entry: TranscriptEntry) -> str:
    """Return what of ``entry`` is in no line yet; an agent may add to what it had finished."""
    lines = [
        line.text
        for line in state.lines
        if isinstance(line, TranscriptEntry) and _is_of(line, _key(entry))
    ]
    if entry.source is Party.AGENT:
        return entry.text.removeprefix("".join(lines))
    return "" if lines and lines[-1] == entry.text else entry.text


def _key(entry: TranscriptEntry) -> tuple[Party, int]:
    return entry.source, entry.sentence_id
