"""Carries out what the turn machine decides."""

from typing import Protocol, assert_never

from aicall_cli.agent.base import Agent
from aicall_cli.agent.caller_audio import CallerAudio
from aicall_cli.agent.turn_actions import (
    Action,
    Announce,
    BeginUtterance,
    ChangeState,
    DiscardUtterance,
    EndSentence,
    EndUtterance,
    FinishSentence,
    HangUp,
    Leave,
    PassOn,
    RefuseCommand,
    StopSpeaking,
    TakeText,
)
from aicall_cli.agent.voice_output import VoiceOutput
from aicall_cli.engine.enums import LeaveReason
from aicall_cli.engine.events import (
    AgentEvent,
    AgentStateChanged,
    SpeakingInterrupted,
    snake_case,
)


class Outlet(Protocol):
    """What the caller is told by: the call."""

    def publish(self, event: AgentEvent) -> None:
        """Send ``event`` to the caller."""
        ...

    def leave_now(self, reason: LeaveReason, message: str) -> None:
        """Tell the caller why, and end the call."""
        ...

    def end(self, reason: str) -> None:
        """End the call now."""
        ...


class TurnPerformer:
    """Has one call's agent, voice and ears do what its turns ask for."""

    def __init__(
        self, outlet: Outlet, agent: Agent, voice: VoiceOutput, audio: CallerAudio
    ) -> None:
        self._outlet = outlet
        self._agent = agent
        self._voice = voice
        self._audio = audio

    def perform(self, action: Action) -> str | None:
        """Do it at once; return why a command is refused, None for what was done."""
        match action:
            case (
                BeginUtterance() | EndUtterance() | DiscardUtterance() | EndSentence() | TakeText()
            ):
                self._hand_over(action)
            case StopSpeaking(reason, audible):
                self._voice.stop()
                self._agent.reply_stopped()
                if audible:
                    self._outlet.publish(SpeakingInterrupted(reason))
            case ChangeState(state):
                self._outlet.publish(AgentStateChanged(state))
            case Announce(event):
                self._outlet.publish(event)
            case PassOn(command):
                refusal = self._agent.obey(command)
                return refusal and f"{snake_case(type(command).__name__)}: {refusal}"
            case RefuseCommand(reason):
                return reason
            case Leave() | HangUp():
                self._end_call(action)
            case FinishSentence():
                self._voice.finish_sentence()
            case _:
                assert_never(action)
        return None

    def _end_call(self, action: Leave | HangUp) -> None:
        match action:
            case Leave(reason, message):
                self._outlet.leave_now(reason, message)
            case HangUp(reason):
                self._outlet.end(reason)
            case _:
                assert_never(action)

    def _hand_over(
        self, action: BeginUtterance | EndUtterance | DiscardUtterance | EndSentence | TakeText
    ) -> None:
        match action:
            case BeginUtterance(sentence_id, origin, heeded):
                self._agent.utterance_begun(sentence_id, heeded)
                for pcm in self._audio.begin(origin):
                    self._agent.utterance_heard(pcm)
            case EndUtterance(_, silence):
                self._audio.finish()
                self._agent.utterance_ended(silence)
            case DiscardUtterance():
                self._audio.finish()
                self._agent.utterance_discarded()
            case EndSentence(sentence_id):
                self._agent.sentence_ended(sentence_id)
            case TakeText(sentence_id, text):
                self._agent.text_received(sentence_id, text)
            case _:
                assert_never(action)
