"""One call without I/O: events in, events to publish out; commands checked before they go.

The driver feeds what it reads (wire-born events) and what happens to its own connection
(``DataChannelOpened``, ``AgentAudioStarted``, ``CallEnded``), publishes what comes back in
that order, and stops when ``ended`` is set.
"""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import replace
from typing import Final

from aicall_cli.engine.command_rules import require_sendable
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    StartPushToTalk,
)
from aicall_cli.engine.connection import CONNECTING, Connection
from aicall_cli.engine.enums import (
    AgentErrorCode,
    AgentState,
    ByeReason,
    CallState,
    ConnectionStatus,
    EndReason,
    LeaveReason,
)
from aicall_cli.engine.error_code import ErrorCode, agent_error, bye_error, end_error
from aicall_cli.engine.events import (
    AgentAudioStarted,
    AgentErrorOccurred,
    AgentStateChanged,
    AgentWillLeave,
    ByeReceived,
    CallEnded,
    CallStateChanged,
    ConnectionStatusChanged,
    DataChannelOpened,
    Event,
    MessageIgnored,
    PushToTalkChanged,
    VoiceInterruptChanged,
    WarningRaised,
    snake_case,
)
from aicall_cli.engine.push_to_talk import PushToTalk
from aicall_cli.engine.states import Trigger, next_state
from aicall_cli.errors import CommandRefused

_AGENT_ERRORS: Final[Mapping[int, str]] = {
    AgentErrorCode.AVATAR_ROUTES_EXHAUSTED: "no avatar is free",
    AgentErrorCode.AGENT_PULL_FAILED: "it cannot receive the caller's audio",
    AgentErrorCode.AGENT_ASR_FAILED: "its speech recognition failed",
    AgentErrorCode.AVATAR_SERVICE_FAILED: "its avatar failed",
    AgentErrorCode.REPLY_FAILED: "it could not make or speak an answer",
}

_LEAVE_REASONS: Final[Mapping[int, str]] = {
    LeaveReason.IDLE: "the agent left because nobody spoke",
    LeaveReason.TAKEOVER_ENDED: "the agent left after a person had taken over",
}

_BYE_REASONS: Final[Mapping[int, str]] = {
    ByeReason.CHANNEL_TERMINATED: "it was ended from outside",
    ByeReason.REPLACED: "the same user joined it from elsewhere",
}


class CallMachine:
    """The state of one call."""

    def __init__(self) -> None:
        self._push_to_talk = PushToTalk()
        self._connection = Connection()
        self._call_state = CallState.NONE
        self._agent_state: AgentState | None = None
        self._voice_interrupt: bool | None = None
        self._channel_open = False
        self._ended: CallEnded | None = None
        self._ignored = 0
        self._unknown_error: int | None = None
        self.agent_refuses: Collection[str] = ()
        """Commands, in snake case, that the agent does not know how to do."""

    @property
    def call_state(self) -> CallState:
        """Where the call is."""
        return self._call_state

    @property
    def connection_status(self) -> ConnectionStatus:
        """The state of the connection below the call."""
        return self._connection.status

    @property
    def agent_state(self) -> AgentState | None:
        """What the agent last said that it does; None before it said anything."""
        return self._agent_state

    @property
    def voice_interrupt(self) -> bool | None:
        """Whether the caller's voice interrupts the agent; None before the agent said so."""
        return self._voice_interrupt

    @property
    def push_to_talk(self) -> bool:
        """Whether push-to-talk is on."""
        return self._push_to_talk.enabled

    @property
    def talking(self) -> bool:
        """Whether the push-to-talk key is down."""
        return self._push_to_talk.talking

    @property
    def gate_open(self) -> bool:
        """Whether the caller's audio passes."""
        return self._push_to_talk.gate_open

    @property
    def ended(self) -> CallEnded | None:
        """Why the call is over; None while it is not."""
        return self._ended

    @property
    def ignored(self) -> int:
        """Messages of the agent that could not be used."""
        return self._ignored

    def begin(self) -> list[Event]:
        """Start to connect; return what to publish. Raise CommandRefused the second time."""
        return [*self._move(Trigger.BEGIN), *self._connection.change(CONNECTING)]

    def receive(self, event: Event) -> list[Event]:
        """Take one event; return what to publish, in order.

        Once the call has ended nothing more is published: the first reason is the one.
        Raises CommandRefused before ``begin``.
        """
        if self._call_state is CallState.NONE:
            raise CommandRefused("the call has not begun")
        if self._ended is not None:
            return []
        match event:
            case CallEnded():
                return self._end(event)
            case AgentAudioStarted():
                return self._audio_started(event)
            case AgentErrorOccurred(code, message):
                return [event, *self._agent_error(code, message)]
            case AgentWillLeave(reason, message):
                return [event, *self._agent_leaves(reason, message)]
            case ConnectionStatusChanged():
                return [*self._connection.change(event)]
            case ByeReceived(reason, message):
                return [event, *self._put_out(reason, message)]
            case _:
                self._note(event)
                return [event]

    def check(self, command: Command) -> None:
        """Raise CommandRefused if ``command`` is not possible now; nothing changes.

        It is not while the call is not connected or the data channel not open; nor is one that
        the agent does not know how to do, one whose content it cannot take
        (``command_rules``), a push-to-talk command that does not fit, or a change of voice
        interruption in push-to-talk.
        """
        self._require_channel()
        self._require_known(command)
        match command:
            case EnablePushToTalk() | StartPushToTalk() | FinishPushToTalk() | CancelPushToTalk():
                copy(self._push_to_talk).apply(command)
            case EnableVoiceInterrupt():
                self._require_no_push_to_talk()
            case _:
                require_sendable(command)

    def command(self, command: Command) -> None:
        """Take the effect of ``command``, which is sent, on our side.

        Raises what ``check`` raises, and then nothing has changed.
        """
        self.check(command)
        match command:
            case EnablePushToTalk() | StartPushToTalk() | FinishPushToTalk() | CancelPushToTalk():
                self._push_to_talk.apply(command)

    def _move(self, trigger: Trigger) -> list[Event]:
        self._call_state = next_state(self._call_state, trigger)
        return [CallStateChanged(self._call_state)]

    def _end(self, ended: CallEnded) -> list[Event]:
        if ended.error is ErrorCode.NONE:
            ended = replace(ended, error=end_error(ended.reason))
        disconnected = self._connection.end(ended.reason)
        changed = self._move(Trigger.FAIL if ended.reason.is_error else Trigger.END)
        self._ended = ended
        return [*disconnected, *changed, ended]

    def _audio_started(self, event: AgentAudioStarted) -> list[Event]:
        if self._call_state is CallState.CONNECTED:
            return []  # a second packet is no second beginning
        return [event, *self._move(Trigger.AUDIO)]

    def _agent_error(self, code: int, message: str) -> list[Event]:
        known = _AGENT_ERRORS.get(code)
        why = f": {message}" if message else ""
        if known is None:
            self._unknown_error = code
            return [WarningRaised(f"the agent reported an error of unknown code {code}{why}")]
        text = f"the agent failed: {known} (code {code}){why}"
        return self._end(CallEnded(EndReason.AGENT_FAILED, text, agent_error(code)))

    def _agent_leaves(self, reason: int, message: str) -> list[Event]:
        known = _LEAVE_REASONS.get(reason, "the agent left")
        text = f"{known}: {message}" if message else known
        if reason == LeaveReason.OTHER and self._unknown_error is not None:
            # Newer agents have more codes: an error, and leaving without another reason.
            text = f"the agent failed (code {self._unknown_error}): {text}"
            return self._end(CallEnded(EndReason.AGENT_FAILED, text, ErrorCode.UNKNOWN_ERROR))
        return self._end(CallEnded(EndReason.AGENT_LEFT, text))

    def _put_out(self, reason: int, message: str) -> list[Event]:
        why = message or _BYE_REASONS.get(reason, "the media network says so")
        text = f"put out of the call: {why} (reason {reason})"
        return self._end(CallEnded(EndReason.KICKED, text, bye_error(reason)))

    def _note(self, event: Event) -> None:
        match event:
            case DataChannelOpened():
                self._channel_open = True
            case AgentStateChanged(state):
                self._agent_state = state
            case PushToTalkChanged(enabled):
                self._push_to_talk.announced(enabled)
            case VoiceInterruptChanged(enabled):
                self._voice_interrupt = enabled
            case MessageIgnored():
                self._ignored += 1

    def _require_channel(self) -> None:
        if self._call_state is not CallState.CONNECTED:
            raise CommandRefused(
                f"the call is {self._call_state.name.lower()}, not connected",
                hint="wait until the call is connected",
            )
        if not self._channel_open:
            raise CommandRefused(
                "the agent's message channel is not open yet", hint="try again in a moment"
            )

    def _require_known(self, command: Command) -> None:
        name = snake_case(type(command).__name__)
        if name in self.agent_refuses:
            raise CommandRefused(
                f"this agent does not know how to do {name}", hint="call an agent that does"
            )

    def _require_no_push_to_talk(self) -> None:
        if self._push_to_talk.enabled:
            raise CommandRefused(
                "voice interruption cannot be changed while push-to-talk is on",
                hint="turn push-to-talk off first",
            )
